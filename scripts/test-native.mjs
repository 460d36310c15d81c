/**
 * Compares our CPU, on all its engines, with the host's on many random instructions:
 *
 *     node scripts/test-native.mjs [cases] [seed]     a million cases unless told otherwise
 *     node scripts/test-native.mjs --record           records results for hosts that have no x86-64 or no gcc
 *
 * Needs gcc on Linux x86-64; without, only the recorded results are compared, and the rest says that it was skipped.
 */
import { node, tool } from './run.mjs';

const words = process.argv.slice(2), isRecording = words.includes('--record');
const [cases = isRecording ? '0' : '1000000', seed = '1'] = words.filter((word) => !word.startsWith('--'));
const env = { RINGSIDE_NATIVE_CASES: cases, RINGSIDE_NATIVE_SEED: seed, ...(isRecording ? { RINGSIDE_NATIVE_RECORD: '1' } : {}) };
process.exitCode = await node([tool('vitest/vitest.mjs'), 'run', 'src/machine/cpu/native'], env);
