import { lazy, Suspense } from 'react';
import { definePanel } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { hex } from '../../widgets/format.ts';

const Picture = lazy(() => import('./AddressSpacePanel.tsx').then((module) => ({ default: module.AddressSpacePanel })));
const Rows = lazy(() => import('./AddressSpaceTable.tsx').then((module) => ({ default: module.AddressSpaceTable })));

function Head() {
  const at = useApp(({ status, views: { space } }) => (space?.fault && space.fault.tick + 1 === status?.tick ? space.fault.cr2 : null));
  return at === null ? null : <span className="chip fault">#PF at {hex(at)}</span>;
}

export default definePanel({
  id: 'address-space',
  number: 11,
  title: 'Address space',
  slot: 2,
  card: true,
  needs: ({ walked }) => ({ space: { at: walked } }),
  about: 'What is at an address, how the CPU gets there, and why not. Arrows choose an area, Enter walks to its beginning; T on a slot or a register walks it.',
  notes: [
    'Areas of the lower half are those of the kernel\'s own list; where only page tables know of something, it stands there too. ' +
      'Those of the upper half are what the page tables map, named by sections of the image, stacks, and ranges that the kernel tells of.',
    'The bar beside the areas is to scale: each half has 128 TiB, and what there is in it is a line.',
    'Of an area that is walked each page is a cell: empty, read only, writable, or written since.',
    'Four levels, and of each entry the bits that the CPU looks at. What is crossed out is off; of an entry that is not present nothing else counts.',
  ],
  sources: ['machine/mmu/', 'guest/linux/mm/', 'guest/linux/include/linux/mm', 'guest/linux/arch/x86/mm/', 'guest/linux/arch/x86/include/asm/pgtable'],
  summary: ({ views: { space } }) => space?.says ?? 'nothing has been read yet.',
  Component: () => <Suspense fallback={null}><Picture /></Suspense>,
  Table: () => <Suspense fallback={null}><Rows /></Suspense>,
  Head,
});
