/** Guest sources with random tokens lost, doubled, swapped or put in: compiler, assembler and linker answer with diagnostics, and end. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../base/diagnostic.ts';
import { guestSources } from '../lab/sources.ts';
import { assemble } from './asm/assemble.ts';
import { compile } from './cc/compile.ts';
import { configMacros, resolveConfig } from './kconfig.ts';
import { link } from './ld/link.ts';
import { createUnitCompiler } from './compiler.ts';
import { UnitCache } from './units.ts';

const sources = guestSources();
/** scripts/test-cc.mjs asks for more. */
const asked = process.env['RINGSIDE_CC_MUTATIONS'], ROUNDS = Number(asked ?? 150), PROGRAM_ROUNDS = Number(asked ?? 50),
  FIRST_SEED = Number(process.env['RINGSIDE_CC_SEED'] ?? 1);
const STRANGE = ['{', '}', '(', ')', ';', ',', '*', '#', '##', '"', "'", '[', ']', '->', '.', '=', ':', '?', 'struct', 'return', 'case', 'goto', 'typedef',
  'static', 'else', '1e5', '0x', '99999999999999999999', '/*', '\\', '%0', '@',
  '__attribute__((', 'asm(', '\n#if', '\n#else', '\n#define X(', '\n#include "x"', '...', 'union {', 'enum', '.macro', '.rept 3', '.section', '1b', '\u00e9',
  '\0'] as const;

/** xorshift32: the same mistakes on every host. */
function random(seed: number): (n: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

function damaged(text: string, below: (n: number) => number): string {
  const parts = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
  for (let n = 1 + below(4); n > 0; n--) {
    const i = below(parts.length), j = below(parts.length);
    switch (below(5)) {
      case 0: parts.splice(i, 1 + below(12)); break;
      case 1: parts.splice(i, 0, parts[j]); break;
      case 2: parts.splice(i, 0, ' ', STRANGE[below(STRANGE.length)], ' '); break;
      case 3: parts.splice(i, 0, ...parts.slice(i, i + 1 + below(20))); break;
      default: [parts[i], parts[j]] = [parts[j], parts[i]];
    }
  }
  return parts.join('');
}

/** Words that may stand in one another's place, so that what comes out often is a program. */
const KINDS = [/^\d/, /^(int|char|long|short|unsigned|signed|void|struct|union|const)$/, /^(if|while|for|return|switch|case|break|continue|goto|else|do)$/,
  /^\w/, /^[-+*/%&|^<>=!~]$/];
const NUMBERS = ['0', '-1', '31', '63', '64', '65536', '0x7fffffff', '0x80000000', '0x100000000', '0xffffffffffffffff', '1L<<40'] as const;

function exchanged(text: string, below: (n: number) => number): string {
  const parts = text.match(/\w+|\s+|"(?:[^"\\\n]|\\.)*"|[^\w\s]/g) ?? [];
  for (let n = 1 + below(3); n > 0; n--) {
    const i = below(parts.length), kind = KINDS.findIndex((each) => each.test(parts[i]));
    if (kind < 0) continue;
    const same = parts.filter((part) => KINDS.findIndex((each) => each.test(part)) === kind);
    parts[i] = kind === 0 && below(2) === 0 ? NUMBERS[below(NUMBERS.length)] : same[below(same.length)];
  }
  return parts.join('');
}

const programFolder = new URL('./cc/programs/', import.meta.url);
const programs = readdirSync(programFolder).filter((name) => name.endsWith('.c')).sort().map((name) => readFileSync(new URL(name, programFolder), 'utf8'));

describe('damaged programs', () => {
  it('give diagnostics that name a place, or code', { timeout: 120_000 + PROGRAM_ROUNDS * 200 }, () => {
    let right = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + PROGRAM_ROUNDS; seed++) {
      const below = random(seed), program = programs[below(programs.length)];
      const text = below(3) === 0 ? damaged(program, below) : exchanged(program, below);
      const { unit, diagnostics } = compile('t.c', text, { env: { defines: {}, includePaths: [], read: () => undefined }, redZone: seed % 2 === 0,
        codeModel: 'small' });
      const isRight = diagnostics.every(({ severity }) => severity !== 'error');
      for (const d of isRight ? [...diagnostics, ...assemble(unit).diagnostics] : diagnostics) {
        expect(Number.isInteger(d.line) && Number.isInteger(d.column) && d.file !== '', `seed ${seed}: ${d.message}`).toBe(true);
      }
      if (isRight) right++;
    }
    expect(right).toBeGreaterThan(PROGRAM_ROUNDS / 10);
  });
});

describe('damaged sources', () => {
  const paths = [...sources.keys()].filter((path) => /\.[cS]$/.test(path));
  const config = configMacros(resolveConfig(sources, 'ukl') as Record<string, string>);
  const autoconf = Object.entries(config).map(([name, value]) => `#define ${name} ${value}\n`).join('');

  it('give diagnostics that name a place, never an exception', { timeout: 120_000 + ROUNDS * 200 }, () => {
    const cache = new UnitCache(createUnitCompiler());
    let wrong = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
      const below = random(seed);
      const path = paths[below(paths.length)];
      const text = damaged(sources.get(path)!, below);
      const domain = path.startsWith('linux') ? 'kernel' : 'app';
      const { object, diagnostics } = cache.make({ path, text, domain, read: (name) => (name === 'autoconf.h' ? autoconf : sources.get(name)),
        autoconf: 'autoconf.h', config, options: { redZone: false, codeModel: 'kernel' } });
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      const all: readonly Diagnostic[] = errors.length ? errors : link([{ object, domain }], { kind: 'kernel' }).diagnostics;
      for (const d of all) {
        expect(d.message, `seed ${seed}`).not.toMatch(/undefined|NaN|\[object/);
        expect(Number.isInteger(d.line) && Number.isInteger(d.column) && d.file !== '', `seed ${seed}: ${d.message}`).toBe(true);
      }
      if (errors.length) wrong++;
    }
    expect(wrong).toBeGreaterThan(ROUNDS / 2);
  });
});

describe('a word that every object of JavaScript knows', () => {
  const errors = (file: string, text: string): number => new UnitCache(createUnitCompiler()).make({ path: file, text, domain: 'app', read: () => undefined,
    autoconf: '', config: {}, options: { redZone: false, codeModel: 'small' } }).diagnostics.filter(({ severity }) => severity === 'error').length;

  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', '__defineGetter__'])('is none of ours: %s', (word) => {
    for (const name of [`__builtin_${word}`, `__builtin_parity${word}`, `__atomic_${word}`, `__sync_${word}`, `__attribute__((${word})) int`]) {
      for (const args of ['', '1', '&a', '&a, 2, 3'])
        expect(errors('a.c', `int f(int a) { return ${name}(${args}); }\n`), `${name}(${args})`).toBeGreaterThan(0);
    }
    expect(errors('a.c', `#${word}\n#if ${word} > 1\nint ${word};\n#endif\nint f(int a) { asm("" : "=${word}"(a)); return a; }\n`)).toBeGreaterThan(0);
    for (const line of [word, `${word}l %eax`, `j${word} f`, `set${word} %al`, `.${word}`, `.if${word} 1`, `lock ${word}`, `mov %${word}, %eax`,
      `.type f, @${word}`]) expect(errors('a.S', `f:\n\t${line}\n`), line).toBeGreaterThan(0);
  });
});
