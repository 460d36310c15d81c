import { lazy, Suspense } from 'react';
import { definePanel } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';

const Picture = lazy(() => import('./ObjectsPanel.tsx').then((module) => ({ default: module.ObjectsPanel })));
const Rows = lazy(() => import('./ObjectsPanel.tsx').then((module) => ({ default: module.ObjectsTable })));

function Head() {
  const changed = useApp((s) => s.views.objects?.card?.fields.filter(({ was }) => was !== undefined).length ?? 0);
  return changed > 0 ? <span className="chip changed">{changed} changed</span> : null;
}

export default definePanel({
  id: 'objects',
  number: 12,
  title: 'Objects',
  slot: 2,
  card: true,
  needs: ({ objectTrail }) => ({ objects: { object: objectTrail.at(-1) ?? null } }),
  about: 'Structures of the kernel, read by its debug information: a task, its memory, a file, a lock. Arrows choose a field, Enter follows a pointer, ' +
    'Backspace goes back.',
  notes: [
    'Without a choice it is what the CPU\'s own words lead to first: the task that runs. ' +
      'One may begin at variables of the function that runs, at locks, or at any global variable too.',
    'What the step that was just made has changed has its old value struck through beside the new one.',
    'A pointer leads to what its type says is there. Whether it is that, only the kernel knows: memory that is freed or never set looks the same.',
    'A union shows all its members.',
  ],
  sources: ['guest/linux/include/linux/', 'toolchain/ld/debug'],
  summary: ({ views: { objects } }) => objects?.says ?? 'nothing has been read yet.',
  Component: () => <Suspense fallback={null}><Picture /></Suspense>,
  Table: () => <Suspense fallback={null}><Rows /></Suspense>,
  Head,
});
