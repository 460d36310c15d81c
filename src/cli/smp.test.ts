/** A program that the host's compiler made, on several CPUs: each has its part in it. */
import { describe, expect, it } from 'vitest';
import { compile, HAS_GCC, onModel } from './host-programs.ts';

/** What sched_prio_to_weight has for nice 0 and 5. */
const WEIGHTS = [1024, 335];

describe.skipIf(!HAS_GCC).each([1, 4, 8])('a program that looks at %d CPUs', (cpus) => {
  it('runs on all at once, where it wants to, and gets what its nice level weighs', () => {
    const { stdout, notes, status } = onModel(compile('gcc', 'programs/cpus', '-static', '-O1'), { cpus });
    expect({ notes, status }).toEqual({ notes: [], status: 0 });
    const lines = stdout.trimEnd().split('\n'), share = Number(/^share: (\d+)$/.exec(lines.pop() ?? '')?.[1]);
    expect(lines).toEqual([
      `online: ${cpus}`, `met on: ${((1 << cpus) - 1).toString(16)}`,
      ...Array.from({ length: cpus }, (_, n) => `pinned to ${n}: on ${n}, time goes on`),
      'errno 22, scheduler 0, nice 0',
    ]);
    // Within a tenth of what it ought to be.
    expect(Math.abs(share / 100 / (WEIGHTS[0] / WEIGHTS[1]) - 1)).toBeLessThan(0.1);
  });
});

describe.skipIf(!HAS_GCC)('the trace of a program on 4 CPUs', () => {
  it('knows whose each call is', () => {
    const { calls, stdout } = onModel(compile('gcc', 'programs/askers', '-static', '-O1'), { cpus: 4 });
    const own = calls.flatMap((line) => {
      const [, asked, told] = /^\[pid (\d+)\] getpid\(\) = (\d+)$/.exec(line) ?? [];
      return told === undefined ? [] : [[asked, told]];
    });
    expect(own).toHaveLength(300);
    expect(own.filter(([asked, told]) => asked !== told)).toEqual([]);
    expect(stdout).toBe('3\n');
  });
});
