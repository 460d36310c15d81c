/**
 * Runs programs of other compilers natively and on the model kernel: those that our own compiler is tested with, by gcc and
 * musl-gcc at every level of optimisation, and what the ordinary tests of `ringside exec` run, several processes on 1, 2, 4 and 8
 * CPUs; then the tests of the thread library, as a process and in the kernel, on as many. What is missing on the host is skipped,
 * and says so.
 */
import { node, root, tool } from './run.mjs';
import { join } from 'node:path';

const made = await node([join(root, 'scripts/generate.mjs')]);
process.exitCode = made || (await node([tool('vitest/vitest.mjs'), 'run', 'src/cli/exec.test.ts', 'src/guest/nptl.test.ts'],
  { RINGSIDE_EXEC_ALL: '1', RINGSIDE_SWEEP: '1' }));
