import { lazy, Suspense } from 'react';
import { definePanel } from '../../shell/panel.ts';
import { type AppState, useApp } from '../../store/app.ts';
import { TIMELINE_COLUMNS } from '../../store/timeline.ts';
import { count, plural } from '../../widgets/format.ts';
import { nameOf, STATE_WORDS, waitText } from './words.ts';

/** Behind another panel at the first moment: it comes when it is opened. */
const Picture = lazy(() => import('./ThreadsPanel.tsx').then((module) => ({ default: module.ThreadsPanel })));
const Head = lazy(() => import('./ThreadsPanel.tsx').then((module) => ({ default: module.ThreadsHead })));
const Actions = lazy(() => import('./ThreadsPanel.tsx').then((module) => ({ default: module.ThreadsActions })));

function summary({ views: { threads } }: AppState): string {
  if (!threads) return 'no task is known yet.';
  const real = threads.tasks.filter(({ id, state }) => id >= 0 && state !== 'gone');
  const running = threads.cpus.map(({ cpu, id }) => {
    const task = threads.tasks.find((one) => one.id === id);
    return `${task ? nameOf(task) : 'nobody'} runs on CPU ${cpu}`;
  });
  const waiting = real.filter(({ state }) => state === 'asleep' || state === 'waiting'), ready = real.filter(({ state }) => state === 'ready');
  return [running.join(', '), ...(ready.length ? [`${plural(ready.length, 'task')} could run`] : []),
    ...waiting.slice(0, 2).map((task) => `${nameOf(task)} waits for ${waitText(task, threads)}`),
    ...(waiting.length > 2 ? [`${waiting.length - 2} more sleep`] : [])].join('; ') + '.';
}

function Table() {
  const threads = useApp((s) => s.views.threads);
  const seek = useApp((s) => s.seek);
  if (!threads) return <p className="empty">No task is known yet.</p>;
  return (
    <table className="data">
      <caption>Tasks at this moment, {plural(threads.switches, 'switch', 'switches')} so far</caption>
      <thead><tr><th className="num">Pid</th><th>Task</th><th>State</th><th className="num">CPU</th><th className="num">Since</th>
        <th>Waits for</th><th>Sleeps in</th>
        <th className="num">Stack, bytes</th><th>need_resched</th><th>Woken by</th></tr></thead>
      <tbody>
        {threads.tasks.map((task) => {
          const waker = task.woken && threads.tasks.find(({ id }) => id === task.woken?.by);
          return (
            <tr key={task.id} aria-current={task.state === 'running'}>
              <td className="num">{task.pid}</td><td className="mono">{task.comm}</td><td>{task.letter}, {STATE_WORDS[task.state]}</td>
              <td className="num">{task.cpu}</td>
              <td className="num"><button type="button" onClick={() => void seek(task.since)}>{count(task.since)}</button></td>
              <td className="mono">{waitText(task, threads)}</td><td className="mono">{task.chain.join(' < ')}</td>
              <td className="num">{task.stack ? count(task.stack.usedBytes) : ''}</td>
              <td>{task.asked === undefined ? 'no' : `since ${count(task.asked)}`}</td>
              <td>{waker ? `${nameOf(waker)} at ` : ''}{task.woken ? <button type="button" onClick={() => void seek(task.woken?.tick ?? 0)}>
                {count(task.woken.tick)}</button> : null}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export default definePanel({
  id: 'threads',
  number: 7,
  title: 'Threads',
  slot: 4,
  card: true,
  needs: ({ window }) => ({ threads: { ...window, columns: TIMELINE_COLUMNS, follow: true } }),
  about: 'Who ran, who could have, and who woke whom. ' +
    'Enter or a click on a task shows it in the other panels, and once more lets go of it; a click on a lane goes to that moment.',
  notes: [
    'A task that is on no CPU is shown as it left its last one. With Shift its stack comes beside that of the task shown.',
    'The window is that of the timeline: zoom and move it there.',
    'What a task waits for is the lock that it queues for, else the system call that it is in as it was asked, else the function that it sleeps in.',
    'A sleeping task\'s functions are found from the registers with which the scheduler left it.',
    'A flag stands where a task was asked to give way, until the scheduler is asked.',
  ],
  sources: ['guest/linux/kernel/sched/', 'guest/linux/kernel/fork', 'guest/linux/kernel/exit'],
  summary,
  Component: (props) => <Suspense fallback={null}><Picture {...props} /></Suspense>,
  Table,
  Head: () => <Suspense fallback={null}><Head /></Suspense>,
  Actions: () => <Suspense fallback={null}><Actions /></Suspense>,
});
