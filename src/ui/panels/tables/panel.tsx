import { lazy, Suspense } from 'react';
import { definePanel } from '../../shell/panel.ts';
import type { AppState } from '../../store/app.ts';
import { count, hex, plural } from '../../widgets/format.ts';

const Picture = lazy(() => import('./TablesPanel.tsx').then((module) => ({ default: module.TablesPanel })));
const Rows = lazy(() => import('./TablesPanel.tsx').then((module) => ({ default: module.TablesTable })));

function summary({ views: { tables } }: AppState): string {
  if (!tables) return 'nothing has been read yet.';
  const { idt, last } = tables;
  const told = !last ? 'has delivered nothing yet' : `last delivered ${last.name} from ring ${last.ring} at tick ${count(last.tick)}`;
  if (!idt.rows) return `nothing is mapped at ${hex(idt.base)}, where CPU ${tables.cpu} looks for its IDT; it ${told}.`;
  const gates = idt.rows.reduce((sum, row) => sum + (row.present ? row.last - row.vector + 1 : 0), 0);
  if (!last) return `CPU ${tables.cpu} has ${plural(gates, 'gate')} in its IDT and ${told}.`;
  const gate = idt.rows.find((row) => row.vector <= last.vector && last.vector <= row.last), { used, moved, stack } = last;
  if (!used) return `CPU ${tables.cpu} ${told}, ${!moved ? 'on the stack it was on' : `on ${stack ? `the ${stack}` : 'another stack'}`}.`;
  return `CPU ${tables.cpu} ${told}, by a gate to ${gate?.symbol || 'no known code'}, ${
    used.pointer ? `on the stack that ${used.pointer} of the TSS names` : 'on the stack it was on'}.`;
}

export default definePanel({
  id: 'tables',
  number: 9,
  title: 'Tables',
  slot: 2,
  card: true,
  needs: () => ({ tables: true }),
  about: 'The tables that the CPU reads by itself: IDT, GDT and TSS, as they stand in memory. Arrows choose a row, Enter shows the code that a gate leads to.',
  notes: [
    'A triangle marks the rows that the CPU used for its last delivery: the gate, the code segment, and the word of the TSS that RSP came from.',
    'IST counts from 1 in a gate and from 0 in the TSS, as in the manual and in Linux.',
    'Vectors in a row that lead to one function are one row.',
  ],
  sources: ['machine/cpu/deliver', 'machine/cpu/ops/system', 'guest/linux/arch/x86/kernel/idt', 'guest/linux/arch/x86/kernel/cpu/'],
  summary,
  Component: () => <Suspense fallback={null}><Picture /></Suspense>,
  Table: () => <Suspense fallback={null}><Rows /></Suspense>,
});
