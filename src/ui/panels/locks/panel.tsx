import { lazy, Suspense } from 'react';
import { definePanel } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { plural } from '../../widgets/format.ts';
import { sentence } from './sentence.ts';

const Picture = lazy(() => import('./LocksPanel.tsx').then((module) => ({ default: module.LocksPanel })));
const Rows = lazy(() => import('./LocksPanel.tsx').then((module) => ({ default: module.LocksTable })));

function Head() {
  const view = useApp((s) => s.views.locks);
  if (!view) return null;
  const waiting = view.locks.reduce((sum, { waiters }) => sum + waiters.length, 0);
  if (view.circles.length > 0) return <span className="chip fault">deadlock</span>;
  return waiting > 0 ? <span className="chip lock">{plural(waiting, 'waits', 'wait')}</span> : null;
}

export default definePanel({
  id: 'locks',
  number: 10,
  title: 'Locks',
  slot: 2,
  card: true,
  needs: ({ lock }) => ({ locks: { lock } }),
  about: 'Who waits for whom, since when, and whether it can end. Arrows choose a lock, Enter goes to the moment at which it was taken, ' +
    '[ and ] to the wait before and after.',
  notes: [
    'An arrow from a lock leads to who holds it, a dashed one from a task to the lock that it waits for. Nobody comes out of a circle, which is boxed.',
    'Who holds and who waits was told by the kernel; words and queue are what stands in memory now, read as the kernel says they are read.',
    'Of a spinlock only the waiting is told: nothing says who has it.',
    'Beside each step stands the lock\'s first word as it was then, before the instruction at that step.',
  ],
  sources: ['guest/linux/kernel/locking/', 'guest/linux/include/linux/rwsem', 'guest/linux/include/linux/mutex', 'guest/linux/include/linux/spinlock'],
  summary: ({ views: { locks } }) => sentence(locks),
  Component: () => <Suspense fallback={null}><Picture /></Suspense>,
  Table: () => <Suspense fallback={null}><Rows /></Suspense>,
  Head,
});
