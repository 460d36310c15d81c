/**
 * Twenty seeds of 50,000 system calls each, most of them wrong, on the model kernel and on every engine, by one process and by eight, on
 * one CPU and on four: no panic, no oops, an end, nothing kept. The ordinary tests run a sample. Needs gcc. RINGSIDE_FUZZ_SEED=N: only that seed.
 * And a million hostile frames and a million requests from the wire, after which the kernel has given all its memory back.
 */
import { node, root, tool } from './run.mjs';
import { join } from 'node:path';

const made = await node([join(root, 'scripts/generate.mjs')]);
process.exitCode = made || (await node([tool('vitest/vitest.mjs'), 'run', 'src/cli/fuzz.test.ts', 'src/guest/net.test.ts'], { RINGSIDE_FUZZ_ALL: '1' }));
