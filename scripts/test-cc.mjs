/**
 * The compiler at length:
 *
 *     node scripts/test-cc.mjs [programs] [mutations] [seed]     2,000 and 100,000 unless told otherwise
 *
 * Random programs are compiled by us and by gcc, with -O0 and -O2 in turn, run here, and must print the same. Damaged
 * programs and guest sources must give diagnostics or code, and never an exception. Needs gcc on Linux x86-64 for the first.
 */
import { node, tool } from './run.mjs';

const [programs = '2000', mutations = '100000', seed = '1'] = process.argv.slice(2);
const env = { RINGSIDE_CC_PROGRAMS: programs, RINGSIDE_CC_MUTATIONS: mutations, RINGSIDE_CC_SEED: seed };
process.exitCode = await node([tool('vitest/vitest.mjs'), 'run', 'src/toolchain/cc/native.test.ts', 'src/toolchain/fuzz.test.ts'], env);
