/**
 * Our CPU against the host's, instruction by instruction. RINGSIDE_NATIVE_CASES and RINGSIDE_NATIVE_SEED ask for more
 * (scripts/test-native.mjs).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CaseMaker, NATIVE_ROWS, writeCases } from './cases.ts';
import { compare, NativeRunner, readResult } from './run.ts';

const count = Number(process.env.RINGSIDE_NATIVE_CASES ?? 5_000);
const seed = Number(process.env.RINGSIDE_NATIVE_SEED ?? 1);
const hasHost = process.platform === 'linux' && process.arch === 'x64' && spawnSync('gcc', ['--version']).status === 0;
/** CPUID names of what a row needs beyond the base set, as /proc/cpuinfo spells them. */
const NEEDS: Readonly<Record<string, string>> = { movbe: 'movbe', popcnt: 'popcnt', lzcnt: 'abm', tzcnt: 'bmi1' };

describe.skipIf(!hasHost)('the host CPU agrees (needs gcc on Linux x86-64)', () => {
  it(`on ${count} random instructions`, () => {
    const features = new Set(/flags\s*:(.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '));
    const rows = NATIVE_ROWS.filter(({ mnemonic }) => !NEEDS[mnemonic] || features.has(NEEDS[mnemonic]));
    const maker = new CaseMaker(seed);
    const cases = Array.from({ length: count }, (_, n) => maker.make(rows[n % rows.length])).filter(({ code }) => code.length <= 15);
    const folder = mkdtempSync(join(tmpdir(), 'ringside-native-'));
    try {
      const binary = join(folder, 'harness'), input = join(folder, 'cases'), output = join(folder, 'results');
      execFileSync('gcc', ['-O1', '-w', '-no-pie', '-fno-pie', '-o', binary, join(import.meta.dirname, 'harness.c')]);
      writeFileSync(input, writeCases(cases));
      execFileSync(binary, [input, output]);
      const results = readFileSync(output);
      const runner = new NativeRunner();
      const differences: string[] = [];
      cases.forEach((test, n) => {
        const found = compare(test, runner.run(test), readResult(results, n));
        if (found.length) differences.push(`${test.row.encoding} ${test.row.mnemonic} ${test.row.operands} [${test.code.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}]: ${found.join('; ')}`);
      });
      if (process.env.RINGSIDE_NATIVE_REPORT) writeFileSync(process.env.RINGSIDE_NATIVE_REPORT, `${differences.join('\n')}\n`);
      expect(differences.slice(0, 20)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
