/**
 * Programs compiled by us and by gcc -O0 or -O2, run here, outputs compared. gcc also assembles and links ours.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printUnit } from '../asm/print.ts';
import { compile } from './compile.ts';
import { randomEffects } from './random-effects.ts';
import { randomProgram } from './random-program.ts';

const hasGcc = process.arch === 'x64' && process.platform === 'linux' && spawnSync('gcc', ['--version']).status === 0;
const programs = new URL('./programs/', import.meta.url).pathname;
/** scripts/test-cc.mjs asks for more. */
const RANDOM_PROGRAMS = Number(process.env['RINGSIDE_CC_PROGRAMS'] ?? 6), FIRST_SEED = Number(process.env['RINGSIDE_CC_SEED'] ?? 1);

describe.skipIf(!hasGcc)('compiled programs behave as with gcc', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-cc-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(arguments_: string[]): string {
    const program = join(folder, 'program');
    execFileSync('gcc', ['-w', '-o', program, ...arguments_], { stdio: ['ignore', 'ignore', 'inherit'] });
    const result = spawnSync(program, { encoding: 'utf8', timeout: 10_000 });
    return `${result.stdout}status ${result.status} ${result.signal ?? ''}`;
  }

  function expectSame(name: string, text: string, optimised = false): void {
    const source = join(folder, 'source.c');
    writeFileSync(source, text);
    const expected = run([optimised ? '-O2' : '-O0', '-fwrapv', '-fno-strict-aliasing', source]);
    for (const redZone of [true, false]) {
      const { unit, diagnostics } = compile(name, text, { env: { defines: {}, includePaths: [], read: () => undefined }, redZone, codeModel: 'small' });
      expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
      const assembly = join(folder, 'source.s');
      writeFileSync(assembly, printUnit(unit));
      expect(run(['-no-pie', '-Wl,-z,noexecstack', assembly]), name).toBe(expected);
    }
  }

  it.each(readdirSync(programs).filter((f) => f.endsWith('.c')))('%s', (file) => {
    expectSame(file, readFileSync(join(programs, file), 'utf8'));
  }, 60_000);

  it('random programs', () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RANDOM_PROGRAMS; seed++) {
      const make = seed % 4 < 2 ? randomProgram : randomEffects;
      expectSame(`${make.name} ${seed}`, make(seed), seed % 2 === 0);
    }
  }, 60_000 + RANDOM_PROGRAMS * 10_000);
});
