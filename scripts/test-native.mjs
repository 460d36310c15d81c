/**
 * Compares our CPU with the host's on many random instructions: `node scripts/test-native.mjs [cases] [seed]`.
 * Needs gcc on Linux x86-64; without, the test is skipped and says so.
 */
import { node, tool } from './run.mjs';

const [cases = '200000', seed = '1'] = process.argv.slice(2);
process.exitCode = await node([tool('vitest/vitest.mjs'), 'run', 'src/machine/cpu/native', '--testTimeout=600000'], { RINGSIDE_NATIVE_CASES: cases, RINGSIDE_NATIVE_SEED: seed });
