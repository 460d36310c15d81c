/**
 * Who wants, waits for and holds which lock, from the guest's lock tracepoints. Wanted, got and released are three events;
 * one lock may be held by several readers and waited for by others at the same time, so a share is keyed by lock and task.
 */
import type { Tick } from '../base/units.ts';
import type { EventKind, Span } from '../link/reports.ts';

/** Linux's LCB_F_READ: what is waited for can be shared. */
const LCB_F_READ = 2;

export type LockEvent = Extract<EventKind, 'lock-acquire' | 'lock-acquired' | 'lock-release' | 'contention-begin' | 'contention-end'>;

/** What one task told of one lock. */
export interface LockNote {
  tick: Tick;
  what: LockEvent;
  lock: bigint;
  name: string;
  /** As the guest calls it; '' where that is not known. */
  type: string;
  pid: number;
  comm: string;
  /** lock-acquire: to share it. */
  read: boolean;
  /** contention-begin. */
  flags: number;
}

/** One task's part in one lock. */
export interface LockShare {
  readonly lock: bigint;
  readonly pid: number;
  readonly comm: string;
  readonly name: string;
  readonly type: string;
  readonly read: boolean;
  readonly state: 'wanted' | 'waiting' | 'held';
  readonly since: Tick;
  /** Only its contention is told, as with spinlocks: afterwards nothing says when it is given back. */
  readonly bare?: true;
}

/** The shares after an event. `ended` is told of each that is over, or becomes something else. */
export function afterLock(shares: readonly LockShare[], note: LockNote, ended: (share: LockShare) => void = () => undefined): readonly LockShare[] {
  const { tick, what, lock, pid, comm, name, type } = note;
  const at = shares.findLastIndex((one) => one.lock === lock && one.pid === pid && (what !== 'lock-acquired' || one.state !== 'held'));
  const old = shares[at];
  const become = (share: LockShare | undefined): readonly LockShare[] => {
    if (old) ended(old);
    return [...shares.filter((one) => one !== old), ...(share ? [share] : [])];
  };
  switch (what) {
    case 'lock-acquire': return [...shares, { lock, pid, comm, name, type, read: note.read, state: 'wanted', since: tick }];
    case 'lock-acquired': return become({ lock, pid, comm, name, type, read: old?.read ?? false, state: 'held', since: tick });
    case 'contention-begin':
      return old?.state === 'wanted' ? become({ ...old, state: 'waiting', since: tick })
        : [...shares, { lock, pid, comm, name, type, read: (note.flags & LCB_F_READ) !== 0, state: 'waiting', since: tick, bare: true }];
    case 'contention-end': return old?.state === 'waiting' ? become(old.bare ? undefined : { ...old, state: 'wanted', since: tick }) : shares;
    case 'lock-release': return become(undefined);
  }
}

/** How many tasks wait for each other in a circle that a task is part of; 1: for itself; 0: none. */
export function waitCycle(shares: readonly LockShare[], pid: number): number {
  const seen = new Set<number>();
  /** The length of the way back to the task, over whom this one waits for. */
  const back = (from: number, length: number): number => {
    if (seen.has(from)) return 0;
    seen.add(from);
    for (const { lock } of shares.filter((one) => one.pid === from && one.state === 'waiting')) {
      for (const holder of shares.filter((one) => one.lock === lock && one.state === 'held')) {
        if (holder.pid === pid) return length;
        const found = back(holder.pid, length + 1);
        if (found > 0) return found;
      }
    }
    return 0;
  };
  return back(pid, 1);
}

/** Tasks that wait for each other in a circle, each for a lock that the next one holds. */
export interface WaitCircle {
  /** In the order of waiting; the last waits for the first. */
  pids: readonly number[];
  /** The lock that each of them waits for. */
  locks: readonly bigint[];
}

/** Every circle once, begun at its least pid: for each task that is part of one, the first that is found from it. */
export function waitCircles(shares: readonly LockShare[]): WaitCircle[] {
  const circles: WaitCircle[] = [], part = new Set<number>();
  const waiting = [...new Set(shares.filter(({ state }) => state === 'waiting').map(({ pid }) => pid))].sort((a, b) => a - b);
  for (const first of waiting) {
    if (part.has(first)) continue;
    const seen = new Set<number>();
    const way = (from: number): WaitCircle | undefined => {
      if (seen.has(from)) return undefined;
      seen.add(from);
      for (const { lock } of shares.filter((one) => one.pid === from && one.state === 'waiting')) {
        for (const { pid } of shares.filter((one) => one.lock === lock && one.state === 'held')) {
          if (pid === first) return { pids: [from], locks: [lock] };
          const rest = way(pid);
          if (rest) return { pids: [from, ...rest.pids], locks: [lock, ...rest.locks] };
        }
      }
      return undefined;
    };
    const found = way(first);
    if (!found) continue;
    circles.push(found);
    for (const pid of found.pids) part.add(pid);
  }
  return circles;
}

const titleOf = ({ name, lock }: { name: string; lock: bigint }): string => name || lock.toString(16);

/** `demo W: holder 3`, `demo R waits: cat 4`; a lock that is only wanted is on its way, and not drawn. */
function spanOf({ read, pid, comm, state, since, ...lock }: LockShare, end: Tick): Span[] {
  if (state === 'wanted') return [];
  const mode = read ? 'read' : 'write';
  return [{ start: since, end, label: `${titleOf(lock)} ${read ? 'R' : 'W'}${state === 'waiting' ? ' waits' : ''}: ${comm} ${pid}`,
    kind: state === 'waiting' ? `wait-${mode}` : mode }];
}

/** Who held and who waited, from what was so at the beginning and what was told since. */
export function lockSpans(start: readonly LockShare[], notes: readonly LockNote[], live: Tick): Span[] {
  const spans: Span[] = [];
  let shares = start;
  for (const note of notes) shares = afterLock(shares, note, (share) => void spans.push(...spanOf(share, note.tick)));
  for (const share of shares) spans.push(...spanOf(share, live));
  return spans.sort((a, b) => a.start - b.start);
}

/** The event as a line: what, and by what right. */
export function lockText({ what, read, flags, ...lock }: LockNote, shares: readonly LockShare[]): string {
  const mine = shares.findLast((one) => one.lock === lock.lock && one.pid === lock.pid);
  const right = (what === 'lock-acquire' ? read : what === 'contention-begin' ? mine?.read ?? (flags & LCB_F_READ) !== 0 : mine?.read) ? ' for reading'
    : ' for writing';
  switch (what) {
    case 'lock-acquire': return `${titleOf(lock)} is wanted${right}`;
    case 'lock-acquired': return `${titleOf(lock)} is taken${right}`;
    case 'contention-begin': return `${titleOf(lock)} is not free${right}`;
    case 'contention-end': return `${titleOf(lock)} is waited for no more`;
    case 'lock-release': return `${titleOf(lock)} is given back`;
  }
}
