/** What is said of tasks. */
import type { TaskReport, TaskState, ThreadsView } from '../../../link/reports.ts';

export const STATE_WORDS: Readonly<Record<TaskState, string>> = {
  running: 'runs', ready: 'could run', asleep: 'sleeps', waiting: 'sleeps, no signal wakes it', stopped: 'stopped', gone: 'has ended',
};

export type Tasks = Pick<ThreadsView, 'tasks'>;

export const nameOf = ({ id, pid, comm, cpu }: Pick<TaskReport, 'id' | 'pid' | 'comm' | 'cpu'>): string => (id < 0 ? `idle, CPU ${cpu}` : `${comm} ${pid}`);

/** `mmap_lock, held by cat 4`; its own lock is said as such. */
export function waitText({ id, pid, state, lock, waitsFor }: TaskReport, { tasks }: Tasks): string {
  if (id < 0 && state === 'ready') return 'nothing to run';
  if (!lock) return waitsFor;
  const who = lock.holders.map((holder) => (holder === pid ? 'itself' : nameOf(tasks.find((one) => one.pid === holder) ?? { id: 0, pid: holder, comm: '',
    cpu: 0 })));
  return who.length === 0 ? lock.name : lock.holders.every((holder) => holder === pid) ? `${lock.name}, its own` : `${lock.name}, held by ${who.join(', ')}`;
}
