/**
 * Our CPU against the host's, instruction by instruction. RINGSIDE_NATIVE_CASES, RINGSIDE_NATIVE_SEED and
 * RINGSIDE_NATIVE_ONLY (a pattern of mnemonics) ask for other cases than the ordinary ones (scripts/test-native.mjs).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../../isa/row.ts';
import { NATIVE_ROWS, CaseMaker, writeCases, type Case } from './cases.ts';
import { describeCase, shrink } from './report.ts';
import { compare, NativeRunner, readResults, type Result } from './run.ts';

const count = Number(process.env.RINGSIDE_NATIVE_CASES ?? 50_000);
const seed = Number(process.env.RINGSIDE_NATIVE_SEED ?? 1);
const only = process.env.RINGSIDE_NATIVE_ONLY;
const hasHost = process.platform === 'linux' && process.arch === 'x64' && spawnSync('gcc', ['--version']).status === 0;
/** CPUID names of what a row needs beyond the base set, as /proc/cpuinfo spells them. */
const NEEDS: Readonly<Record<string, string>> = {
  movbe: 'movbe', popcnt: 'popcnt', lzcnt: 'abm', tzcnt: 'bmi1', andn: 'bmi1', bextr: 'bmi1', blsi: 'bmi1', blsmsk: 'bmi1', blsr: 'bmi1',
  bzhi: 'bmi2', mulx: 'bmi2', pdep: 'bmi2', pext: 'bmi2', rorx: 'bmi2', sarx: 'bmi2', shlx: 'bmi2', shrx: 'bmi2',
};
const BATCH = 10_000;
const REPORTED = 20;

describe.skipIf(!hasHost)('the host CPU agrees (needs gcc on Linux x86-64)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-native-'));
    execFileSync('gcc', ['-O1', '-w', '-no-pie', '-fno-pie', '-o', join(folder, 'harness'), join(import.meta.dirname, 'harness.c')]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const natively = (cases: readonly Case[]): Result[] => readResults(execFileSync(join(folder, 'harness'), { input: writeCases(cases), maxBuffer: 1 << 30 }), cases);

  it(`on ${count} random instructions`, () => {
    const features = new Set(/flags\s*:(.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '));
    const rows: readonly Row[] = NATIVE_ROWS.filter(({ mnemonic }) => (!NEEDS[mnemonic] || features.has(NEEDS[mnemonic])) && (!only || new RegExp(`^(${only})$`).test(mnemonic)));
    const maker = new CaseMaker(), runner = new NativeRunner();
    const wrong: { test: Case; found: string[] }[] = [];
    let mismatches = 0;
    for (let from = 0; from < count; from += BATCH) {
      const cases = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => maker.make(rows[(from + n) % rows.length], Math.imul(seed, 1_000_003) + from + n)).filter(({ code }) => code.length <= 15);
      const results = natively(cases);
      cases.forEach((test, n) => {
        const found = compare(test, runner.run(test), results[n]);
        if (!found.length) return;
        mismatches++;
        // One of each instruction tells more than twenty of one.
        if (wrong.length < REPORTED && !wrong.some(({ test: { row } }) => row === test.row)) wrong.push({ test, found });
      });
    }
    const report = wrong.map(({ test }) => {
      const small = shrink(test, (tries) => {
        const results = natively(tries);
        return tries.map((one, n) => compare(one, runner.run(one), results[n]).length > 0);
      });
      return describeCase(small, compare(small, runner.run(small), natively([small])[0]));
    });
    expect(`${mismatches} mismatches\n${report.join('\n')}`).toBe('0 mismatches\n');
  });
});
