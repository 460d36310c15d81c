/**
 * Our CPU against a host's, instruction by instruction, on all engines. RINGSIDE_NATIVE_CASES, RINGSIDE_NATIVE_SEED and
 * RINGSIDE_NATIVE_ONLY (a pattern of mnemonics) ask for other cases than the ordinary ones, RINGSIDE_NATIVE_RECORD records
 * the results for hosts that have none of their own (scripts/test-native.mjs).
 */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiler } from '../translate/compiler.ts';
import type { Row } from '../../../isa/row.ts';
import { NATIVE_ROWS, CaseMaker, writeCases, type Case } from './cases.ts';
import { readRecord, writeRecord } from './recorded.ts';
import { describeCase, shrink } from './report.ts';
import { compare, madeByIntel, makersDiffer, NativeRunner, readResults, type Result } from './run.ts';

const { env } = process;
const count = Number(env['RINGSIDE_NATIVE_CASES'] ?? 50_000);
const seed = Number(env['RINGSIDE_NATIVE_SEED'] ?? 1);
const only = env['RINGSIDE_NATIVE_ONLY'];
const hasHost = process.platform === 'linux' && process.arch === 'x64' && spawnSync('gcc', ['--version']).status === 0;
const RECORD = join(import.meta.dirname, 'recorded.bin.gz');
const RECORDED_PER_ROW = 14;
const TIME_LIMIT = 3_600_000;
const BATCH = 10_000;
const REPORTED = 20;
/** The translator makes a function of each case it is given. */
const TRANSLATED_EVERY = 10;

/** Mismatches of one case on all engines. Results that are not of Intel's making say nothing of what the makers do each in their own way. */
function mismatches(runner: NativeRunner, test: Case, native: Result, translates: boolean, isIntel: boolean): string[] {
  const ours = runner.run(test);
  if (!isIntel && makersDiffer(test, ours)) return [];
  const found = compare(test, ours, native);
  if (found.length) return found;
  const again = translates ? runner.translated(test) : undefined;
  return again ? compare(test, again, native).map((text) => `translated: ${text}`) : [];
}

interface Wrong {
  count: number;
  /** One of each row tells more than twenty of one. */
  examples: Case[];
}

function note(wrong: Wrong, test: Case): void {
  wrong.count++;
  if (wrong.examples.length < REPORTED && !wrong.examples.some(({ row }) => row === test.row)) wrong.examples.push(test);
}

describe.skipIf(!hasHost)('the host CPU agrees (needs gcc on Linux x86-64)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-native-'));
    execFileSync('gcc', ['-O1', '-w', '-no-pie', '-fno-pie', '-o', join(folder, 'harness'), join(import.meta.dirname, 'harness.c')]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** How the harness ended, if not well: then it has stopped reading, and the pipe to it broke. */
  const deathOf = ({ status, signal, error }: SpawnSyncReturns<Buffer>): string | undefined =>
    (signal ?? (status ? `exit ${status}` : status === 0 && !error ? undefined : error?.message ?? 'no status'));
  const hosted = (cases: readonly Case[]): SpawnSyncReturns<Buffer> => spawnSync(join(folder, 'harness'), { input: writeCases(cases), maxBuffer: 1 << 30 });
  /** The shortest run of these cases found in which the harness dies: a case that kills it is a finding, and is named. */
  const killers = (cases: readonly Case[]): readonly Case[] => {
    const middle = cases.length >> 1;
    for (const half of cases.length > 1 ? [cases.slice(0, middle), cases.slice(middle)] : []) if (deathOf(hosted(half)) !== undefined) return killers(half);
    return cases;
  };
  const natively = (cases: readonly Case[]): Result[] => {
    const ran = hosted(cases), death = deathOf(ran);
    if (death === undefined) return readResults(ran.stdout, cases);
    const again = deathOf(hosted(cases));
    if (again === undefined) throw new Error(`the harness died (${death}), and did not on the same ${cases.length} cases again: something outside ended it`);
    throw new Error(`the harness died (${death}, again ${again}) of\n${killers(cases).map((test) => describeCase(test, [])).join('\n')}`);
  };
  const isIntel = madeByIntel(readFileSync('/proc/cpuinfo', 'utf8'));
  const features = (): Set<string> => new Set(/flags\s*:(.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '));
  const rowsHere = (): readonly Row[] => {
    const has = features();
    return NATIVE_ROWS.filter(({ mnemonic, notes: { needs } }) =>
      (needs === undefined || has.has(needs)) && (!only || new RegExp(`^(${only})$`).test(mnemonic)));
  };

  it(`on ${count} random instructions`, () => {
    const rows = rowsHere(), maker = new CaseMaker(), runner = new NativeRunner(compiler), wrong: Wrong = { count: 0, examples: [] };
    for (let from = 0; from < count; from += BATCH) {
      const cases = Array.from({ length: Math.min(BATCH, count - from) },
        (_, n) => maker.make(rows[(from + n) % rows.length], Math.imul(seed, 1_000_003) + from + n)).filter(({ code }) => code.length <= 15);
      const results = natively(cases);
      cases.forEach((test, n) => {
        if (mismatches(runner, test, results[n], n % TRANSLATED_EVERY === 0, isIntel).length) note(wrong, test);
      });
    }
    const report = wrong.examples.map((test) => {
      const small = shrink(test, (tries) => {
        const results = natively(tries);
        return tries.map((one, n) => mismatches(runner, one, results[n], true, isIntel).length > 0);
      });
      return describeCase(small, mismatches(runner, small, natively([small])[0], true, isIntel));
    });
    expect(`${wrong.count} mismatches\n${report.join('\n')}`).toBe('0 mismatches\n');
  }, TIME_LIMIT);

  it.skipIf(!env['RINGSIDE_NATIVE_RECORD'])('records', () => {
    const maker = new CaseMaker(), runner = new NativeRunner();
    const seeded = rowsHere().flatMap((row, r) => Array.from({ length: RECORDED_PER_ROW },
      (_, n) => ({ seed: 1_000_000 * (seed + 1) + r * RECORDED_PER_ROW + n, row })));
    const cases = seeded.map((one) => ({ seed: one.seed, test: maker.make(one.row, one.seed) })).filter(({ test }) => test.code.length <= 15);
    const results = natively(cases.map(({ test }) => test));
    const bytes = writeRecord(cases.map((one, n) => ({ ...one, result: results[n] })), (test) => runner.memoryBefore(test));
    writeFileSync(RECORD, gzipSync(bytes, { level: 9 }));
    console.log(`${cases.length} cases of ${new Set(cases.map(({ test }) => test.row)).size} rows recorded in ${readFileSync(RECORD).length} bytes`);
  });
});

describe('a CPU that was recorded agrees', () => {
  it.skipIf(!existsSync(RECORD))('on all engines', () => {
    const runner = new NativeRunner(compiler), stale: string[] = [], wrong: string[] = [];
    const entries = readRecord(gunzipSync(readFileSync(RECORD)), NATIVE_ROWS, new CaseMaker(), (test) => runner.memoryBefore(test));
    entries.forEach(({ test, row, result }, n) => {
      if (!test) stale.push(`${row.encoding} ${row.mnemonic}`);
      else {
        const found = mismatches(runner, test, result, n % TRANSLATED_EVERY === 0, true);
        if (found.length && wrong.length < REPORTED) wrong.push(describeCase(test, found));
      }
    });
    expect(stale, 'cases are made otherwise now: record again with node scripts/test-native.mjs --record').toEqual([]);
    expect(wrong).toEqual([]);
    expect(entries.length).toBeGreaterThan(5000);
  }, TIME_LIMIT);
});
