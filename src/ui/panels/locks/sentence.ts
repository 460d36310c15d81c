/** The picture in words, from the same data. */
import type { LockReport, LockShareReport, LocksView } from '../../../link/reports.ts';
import { count, hex, plural } from '../../widgets/format.ts';

export const lockName = ({ name, lock }: Pick<LockReport, 'name' | 'lock'>): string => name || hex(lock);
export const taskName = ({ id, pid, comm }: { id: number; pid: number; comm: string }): string => (id < 0 ? `idle ${pid}` : `${comm} ${pid}`.trim());

const named = (pid: number, { tasks }: LocksView): string => {
  const task = tasks.find((one) => one.pid === pid);
  return task ? taskName(task) : String(pid);
};
const listed = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

function few(shares: readonly LockShareReport[]): string {
  const names = shares.slice(0, 3).map(taskName);
  return shares.length > 3 ? `${names.join(', ')} and ${shares.length - 3} more` : listed(names);
}

/** Follows "Locks: ": it begins small and ends with a full stop. */
export function sentence(view: LocksView | undefined): string {
  if (!view) return 'nothing has been read yet.';
  const { locks, circles } = view, [circle] = circles;
  if (circle) {
    const { pids, victims, since } = circle, lock = locks.find((one) => one.lock === circle.locks[0]);
    const held = lock?.holders.find(({ pid }) => pid === pids[0]);
    const caught = victims.length === 0 ? '' : ` ${listed(victims.slice(0, 3).map((pid) => named(pid, view)))}${
      victims.length > 3 ? ` and ${victims.length - 3} more` : ''} ${victims.length === 1 ? 'waits' : 'wait'} for them.`;
    if (pids.length === 1 && lock && held) {
      const call = view.tasks.find(({ pid }) => pid === pids[0])?.call, name = call === undefined ? '' : call.slice(0, call.indexOf('('));
      return `${taskName(held)} waits for ${lockName(lock)}, which it holds for ${held.read ? 'reading' : 'writing'} itself since tick ${count(held.since)}${
        name ? `, in its call of ${name}` : ''}: nobody else can give it back.${caught}`;
    }
    return `${listed(pids.map((pid) => named(pid, view)))} wait for each other in a circle since tick ${count(since)}, closed by ${
      named(circle.closedBy, view)}: none can give back what the next one waits for.${caught}`;
  }
  const contended = locks.find(({ waiters }) => waiters.length > 0);
  if (contended) {
    const { waiters, holders } = contended, [first] = holders, task = view.tasks.find(({ pid }) => pid === first?.pid);
    const doing = !task ? '' : task.state === 'running' || task.state === 'ready' ? ', who can run' : task.state === 'gone' ? ', who is gone' : ', who sleeps';
    return `${few(waiters)} ${waiters.length === 1 ? 'waits' : 'wait'} for ${lockName(contended)}, ${first
      ? `held for ${first.read ? 'reading' : 'writing'} by ${few(holders)} since tick ${count(first.since)}${holders.length === 1 ? doing : ''}`
      : 'whose holder no event has told'}.`;
  }
  const held = locks.filter(({ holders }) => holders.length > 0);
  if (held.length > 0) {
    return `${listed(held.slice(0, 3).map((lock) => `${lockName(lock)} is held by ${few(lock.holders)}`))}${
      held.length > 3 ? ` and ${plural(held.length - 3, 'more lock')}` : ''}; nobody waits.`;
  }
  return locks.length > 0 ? `${few(locks[0].wanting)} wants ${lockName(locks[0])}, and nobody has it.` : 'no lock is held or wanted now.';
}
