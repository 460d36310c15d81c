/**
 * Where tasks and locks stand in the graph of who waits for whom: tasks left, locks right. It depends on who is there and not on how they
 * came to be, so a step moves nothing but what it changes; those in a circle stand first, next to each other.
 */
import type { LockReport, LocksView } from '../../../link/reports.ts';

export interface TaskBox {
  pid: number;
  row: number;
}

/** Waiters of one lock that have no part in another, drawn as one. */
export interface FoldBox {
  lock: bigint;
  pids: number[];
  row: number;
}

export interface LockBox {
  lock: LockReport;
  /** Rows are counted from 0; a lock may stand between two. */
  row: number;
}

export interface Edge {
  kind: 'held' | 'waits' | 'wants';
  from: number;
  /** Rows of its task and of its lock. */
  to: number;
  lock: bigint;
  pid: number;
  read: boolean;
  since: number;
  /** It is part of a circle. */
  closed: boolean;
  /** -1, 0 or 1: several between the same two go beside each other. */
  lane: number;
}

export interface Layout {
  tasks: TaskBox[];
  folds: FoldBox[];
  locks: LockBox[];
  edges: Edge[];
  /** Rows from first to last of each circle. */
  circles: { first: number; last: number; length: number }[];
  rows: number;
  /** Locks that had no room. */
  hidden: number;
}

const MAX_LOCKS = 12, MAX_WAITERS = 4;

/** Where each of some labels of one height may stand when it wants to be at its place: none on another, and none far from where it belongs. */
export function apart(wanted: readonly number[], height: number): number[] {
  const order = wanted.map((_, n) => n).sort((a, b) => wanted[a] - wanted[b] || a - b);
  // Those that touch are a block around the middle of their places; blocks that touch are one.
  const blocks: { labels: number[]; top: number }[] = [];
  for (const label of order) {
    let block = { labels: [label], top: wanted[label] };
    for (let before = blocks.at(-1); before && before.top + before.labels.length * height > block.top; before = blocks.at(-1)) {
      blocks.pop();
      const labels = [...before.labels, ...block.labels];
      block = { labels, top: labels.reduce((sum, one, n) => sum + wanted[one] - n * height, 0) / labels.length };
    }
    blocks.push(block);
  }
  const out = wanted.map(() => 0);
  for (const { labels, top } of blocks) for (const [n, label] of labels.entries()) out[label] = top + n * height;
  return out;
}

export function layoutOf({ locks, circles }: Pick<LocksView, 'locks' | 'circles'>): Layout {
  const inCircle = new Map(circles.flatMap((circle, n) => circle.locks.map((lock, at) => [lock, n * 100 + at] as const)));
  const place = ({ lock }: LockReport): number => inCircle.get(lock) ?? Infinity;
  const shown = locks.slice(0, MAX_LOCKS).sort((a, b) => place(a) - place(b) || (a.lock < b.lock ? -1 : 1));
  const parts = new Map<number, number>();
  for (const { holders, waiters, wanting } of shown) for (const { pid } of [...holders, ...waiters, ...wanting]) parts.set(pid, (parts.get(pid) ?? 0) + 1);

  const tasks = new Map<number, TaskBox>(), folds: FoldBox[] = [];
  let row = 0;
  const put = (pid: number): void => {
    if (!tasks.has(pid)) tasks.set(pid, { pid, row: row++ });
  };
  for (const { pids } of circles) for (const pid of pids) put(pid);
  const folded = new Map<string, number>();
  for (const { lock, holders, waiters, wanting } of shown) {
    for (const { pid } of [...holders].sort((a, b) => a.pid - b.pid)) put(pid);
    const plain = waiters.filter(({ pid }) => parts.get(pid) === 1 && !tasks.has(pid)), rest = plain.length > MAX_WAITERS ? plain.slice(MAX_WAITERS - 1) : [];
    for (const { pid } of [...waiters, ...wanting]) if (!rest.some((one) => one.pid === pid)) put(pid);
    if (rest.length === 0) continue;
    for (const { pid } of rest) folded.set(`${lock} ${pid}`, row);
    folds.push({ lock, pids: rest.map(({ pid }) => pid), row: row++ });
  }

  const boxes: LockBox[] = [];
  let free = 0;
  for (const lock of shown) {
    const mine = [...lock.holders, ...lock.waiters, ...lock.wanting].map(({ pid }) => tasks.get(pid)?.row ?? folded.get(`${lock.lock} ${pid}`) ?? 0);
    const middle = mine.reduce((sum, one) => sum + one, 0) / Math.max(1, mine.length);
    boxes.push({ lock, row: Math.max(free, middle) });
    free = Math.max(free, middle) + 1;
  }

  const edges: Edge[] = [];
  for (const { lock: { lock, holders, waiters, wanting }, row: to } of boxes) {
    for (const [kind, shares] of [['held', holders], ['waits', waiters], ['wants', wanting]] as const) {
      for (const { pid, read, since } of shares) {
        const fold = folded.get(`${lock} ${pid}`);
        if (fold !== undefined && edges.some((one) => one.from === fold && one.lock === lock)) continue;
        const closed = kind !== 'wants' && circles.some(({ pids, locks: theirs }) => pids.includes(pid) && theirs.includes(lock));
        edges.push({ kind, from: fold ?? tasks.get(pid)?.row ?? 0, to, lock, pid, read, since, closed, lane: 0 });
      }
    }
  }
  for (const edge of edges) {
    const same = edges.filter((one) => one.pid === edge.pid && one.lock === edge.lock);
    if (same.length > 1) edge.lane = same.indexOf(edge) === 0 ? -1 : 1;
  }
  const rowsOf = (pids: readonly number[], theirs: readonly bigint[]): number[] =>
    [...pids.map((pid) => tasks.get(pid)?.row ?? 0), ...boxes.filter(({ lock }) => theirs.includes(lock.lock)).map((box) => box.row)];
  return {
    tasks: [...tasks.values()], folds, locks: boxes, edges, rows: Math.max(row, free), hidden: locks.length - shown.length,
    circles: circles.map(({ pids, locks: theirs }) => {
      const all = rowsOf(pids, theirs);
      return { first: Math.min(...all), last: Math.max(...all), length: pids.length };
    }),
  };
}
