import { describe, expect, it } from 'vitest';
import type { LockReport, LocksView, LockWaiter } from '../../../link/reports.ts';
import { apart, layoutOf } from './layout.ts';
import { sentence } from './sentence.ts';

const share = (pid: number) => ({ id: pid, pid, comm: 't', read: false, since: 10 * pid });
const waiter = (pid: number): LockWaiter => ({ ...share(pid), told: true, chain: [], stack: '' });
const lock = (name: string, holders: number[], waiters: number[]): LockReport => ({
  lock: BigInt(name.charCodeAt(0)), name, type: '', words: [], holders: holders.map(share), wanting: [], waiters: waiters.map(waiter), steps: [],
});
const view = (locks: LockReport[], circles: LocksView['circles'] = []): LocksView =>
  ({ locks, circles, others: 0, tasks: [...new Set(locks.flatMap(({ holders, waiters }) => [...holders, ...waiters].map(({ pid }) => pid)))]
    .map((pid) => ({ id: pid, pid, comm: 't', state: 'waiting', letter: 'D' })) });
const drawn = (seen: LocksView): string => {
  const { tasks, locks, edges } = layoutOf(seen);
  return [tasks.map(({ pid, row }) => `${pid}@${row}`).join(' '), locks.map(({ lock: { name }, row }) => `${name}@${row}`).join(' '),
    edges.map(({ kind, pid, lock: at, lane, closed }) => `${pid} ${kind} ${String.fromCharCode(Number(at))}${lane ? ` ${lane}` : ''}${closed ? '!' : ''}`)
      .join(', ')].join(' | ');
};

describe('the graph of who waits for whom', () => {
  it('has one task and its own lock beside each other, with two ways between them', () => {
    expect(drawn(view([lock('a', [2], [2])], [{ pids: [2], locks: [97n], closedBy: 2, since: 5, victims: [] }])))
      .toBe('2@0 | a@0 | 2 held a -1!, 2 waits a 1!');
  });

  it('puts a circle first, and does not move it when somebody else comes', () => {
    const circle = { pids: [4, 7], locks: [98n, 97n], closedBy: 7, since: 5, victims: [] };
    const before = drawn(view([lock('a', [4], [7]), lock('b', [7], [4])], [circle]));
    const after = drawn(view([lock('a', [4], [7]), lock('b', [7], [4, 9]), lock('c', [1], [])], [circle]));
    expect(before).toBe('4@0 7@1 | b@0.5 a@1.5 | 7 held b!, 4 waits b!, 4 held a!, 7 waits a!');
    expect(after.startsWith('4@0 7@1 ')).toBe(true);
    // Whatever the order in which the locks are told.
    expect(drawn(view([lock('b', [7], [4]), lock('a', [4], [7])], [circle]))).toBe(before);
  });

  it('folds a crowd, all but those who have a part in another lock', () => {
    const { folds, tasks } = layoutOf(view([lock('a', [1], [2, 3, 4, 5, 6, 7, 8, 9]), lock('b', [9], [])]));
    expect(folds).toMatchObject([{ pids: [5, 6, 7, 8] }]);
    expect(tasks.map(({ pid }) => pid)).toEqual([1, 2, 3, 4, 9]);
  });
});

describe('the words on the edges', () => {
  it.each([
    [[10, 40, 70], [10, 40, 70]],
    // Two edges that cross have their middles at the same place.
    [[20, 20], [13, 27]],
    [[20, 25, 60], [15.5, 29.5, 60]],
    [[25, 20], [29.5, 15.5]],
    [[20, 20, 28], [8.667, 22.667, 36.667]],
  ])('at %j stand at %j', (wanted, stand) => {
    expect(apart(wanted, 14).map((one) => Math.round(one * 1000) / 1000)).toEqual(stand);
  });
});

describe('the sentence', () => {
  it.each<[string, LocksView]>([
    ['t 2 waits for a, which it holds for writing itself since tick 20: nobody else can give it back.',
      view([lock('a', [2], [2])], [{ pids: [2], locks: [97n], closedBy: 2, since: 5, victims: [] }])],
    ['t 4 and t 7 wait for each other in a circle since tick 5, closed by t 7: none can give back what the next one waits for. t 9 waits for them.',
      view([lock('a', [4], [7]), lock('b', [7], [4, 9])], [{ pids: [4, 7], locks: [98n, 97n], closedBy: 7, since: 5, victims: [9] }])],
    ['t 2, t 3, t 4 and 1 more wait for a, held for writing by t 1 since tick 10, who sleeps.', view([lock('a', [1], [2, 3, 4, 5])])],
    ['t 2 waits for a, whose holder no event has told.', view([lock('a', [], [2])])],
    ['a is held by t 1 and b is held by t 2; nobody waits.', view([lock('a', [1], []), lock('b', [2], [])])],
    ['no lock is held or wanted now.', view([])],
  ])('%s', (text, seen) => {
    expect(sentence(seen)).toBe(text);
  });
});
