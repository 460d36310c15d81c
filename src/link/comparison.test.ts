import { describe, expect, it } from 'vitest';
import { alignCalls, byName, common, compareRuns, type CallCosts, type RunCosts } from './comparison.ts';

const run = (text: string, output = ''): RunCosts => {
  const seen = new Map<string, number>();
  const calls = text.split(' ').filter(Boolean).map((word): CallCosts => {
    const [, name = '', pid = '1', instructions = '0', rings = '0'] = /^([a-z]+)@?(\d*):?(\d*)\/?(\d*)$/.exec(word) ?? [], nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return { name, nth, text: `${name}()`, pid: Number(pid || 1), tick: 0, costs: { instructions: Number(instructions), rings: Number(rings) } };
  });
  return { config: 'c', output, exit: 0, calls, walked: 0 };
};
const drawn = (a: string, b: string): string =>
  compareRuns(run(a), run(b)).pairs.map((pair) => `${pair.a?.name ?? '-'}${pair.b ? '' : '-'}${pair.a ? '' : pair.b?.name}`).join(' ');

describe('calls of two runs', () => {
  it.each([
    ['open read close', 'open read close', 'open read close'],
    ['open read read close', 'open read close', 'open read read- close'],
    ['brk write exit', 'write exit', 'brk- write exit'],
    ['write exit', 'arch write mmap exit', '-arch write -mmap exit'],
    ['read', 'write', 'read- -write'],
    ['', 'write', '-write'],
  ])('%s | %s', (a, b, expected) => {
    expect(drawn(a, b)).toBe(expected);
  });

  it('belong to the tasks that make them, whatever these are called and whoever is first on the CPU', () => {
    const a = run('fork@1 read@1 write@2 exit@2 write@1').calls, b = run('fork@7 write@9 read@7 write@7 exit@9').calls;
    expect(alignCalls(a, b)).toEqual([[0, 0], [1, 2], [2, 1], [3, 4], [4, 3]]);
  });

  it('are as many as a slow search finds', () => {
    let state = 7;
    const next = (below: number): number => (state = Math.imul(state, 1103515245) + 12345 >>> 0) % 65536 % below;
    const slow = (a: string[], b: string[]): number =>
      (a.length === 0 || b.length === 0 ? 0 : a[0] === b[0] ? 1 + slow(a.slice(1), b.slice(1)) : Math.max(slow(a.slice(1), b), slow(a, b.slice(1))));
    for (let n = 0; n < 60; n++) {
      const [a, b] = [0, 0].map(() => Array.from({ length: next(8) }, () => 'abc'[next(3)]));
      const pairs = common(a, b);
      expect(pairs).toHaveLength(slow(a, b));
      pairs.forEach(([x, y], at) => {
        expect(a[x]).toBe(b[y]);
        if (at > 0) expect(x > pairs[at - 1][0] && y > pairs[at - 1][1]).toBe(true);
      });
    }
  });
});

describe('the comparison', () => {
  it('counts with a sign, adds up what both have, and says where it begins to differ', () => {
    const made = compareRuns(run('open:10/2 read:30/2 brk:9/2 exit:5/1', 'a line'), run('open:10/2 read:20 exit:5/1', 'a lime'));
    expect(made.pairs.map(({ difference: { instructions, rings } }) => [instructions, rings])).toEqual([[0, 0], [-10, -2], [undefined, undefined], [0, 0]]);
    expect(made.first).toBe(1);
    expect(made.outputDiffersAt).toBe(4);
    expect(made.whole).toMatchObject({ a: { instructions: 45, rings: 5 }, b: { instructions: 35, rings: 3 }, difference: { instructions: -10, rings: -2 } });
    expect(made.whole.a.depth).toBeUndefined();
  });

  it('has no first difference where there is none; output that stops short differs at its end', () => {
    expect(compareRuns(run('open:1', 'x'), run('open:1', 'x'))).not.toHaveProperty('first');
    expect(compareRuns(run('', 'ab'), run('', 'abc')).outputDiffersAt).toBe(2);
    expect(compareRuns(run('', 'abc'), run('', 'ab')).outputDiffersAt).toBe(2);
  });

  it('leaves out what one has not come to yet, if it may still come there', () => {
    const short = run('open read'), whole = run('open read write exit');
    const { exit: _ended, ...open } = short;
    expect(compareRuns(open, whole).pairs).toHaveLength(2);
    expect(compareRuns(whole, open).pairs).toHaveLength(2);
    expect(compareRuns(short, whole).pairs).toHaveLength(4);
    const silent = { ...open, output: 'a' };
    expect(compareRuns(silent, run('', 'ab')).outputDiffersAt).toBeUndefined();
    expect(compareRuns(run('', 'ab'), silent).outputDiffersAt).toBeUndefined();
    expect(compareRuns(silent, run('', 'b')).outputDiffersAt).toBe(0);
  });

  it('takes the calls of a name together', () => {
    expect(byName(compareRuns(run('read:1 read:2 exit:4'), run('read:5 exit:4')).pairs)).toMatchObject([
      { name: 'read', count: { a: 2, b: 1 }, difference: { instructions: 2 } }, { name: 'exit', count: { a: 1, b: 1 }, difference: { instructions: 0 } },
    ]);
  });
});
