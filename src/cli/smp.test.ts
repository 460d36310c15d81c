/** Programs that the host's compilers made, on several CPUs: they say what they say natively, and each CPU has its part in it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile, HAS_GCC, nativelyAlone, onModel } from './host-programs.ts';

/** What sched_prio_to_weight has for nice 0 and 5. */
const WEIGHTS = [1024, 335];

describe.skipIf(!HAS_GCC).each([2, 4])('%d CPUs', (cpus) => {
  it.each(['threads', 'processes'])('%s: as natively', (name) => {
    const path = compile('gcc', `programs/${name}`, '-static', '-O1');
    const { notes, calls: _calls, ...result } = onModel(path, { cpus, files: [{ path: path.slice(1), mode: 0o100755, data: readFileSync(path) }] });
    expect(result).toEqual(nativelyAlone(path, {}));
    expect(notes).toEqual([]);
  });
});

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
