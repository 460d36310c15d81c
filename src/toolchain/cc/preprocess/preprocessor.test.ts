import { describe, expect, it } from 'vitest';
import { preprocess, preprocessToText, createHeaderCache } from './preprocessor.ts';

function env(files: Record<string, string> = {}, defines: Record<string, string> = {}) {
  return { defines, includePaths: ['inc'], read: (path: string) => files[path] };
}

function expand(text: string, files: Record<string, string> = {}, defines: Record<string, string> = {}): string {
  const { tokens, diagnostics } = preprocess('t.c', text, env(files, defines));
  expect(diagnostics).toEqual([]);
  return tokens.slice(0, -1).map((t) => t.text).join(' ');
}

function errors(text: string, files: Record<string, string> = {}): string[] {
  return preprocess('t.c', text, env(files)).diagnostics.map((d) => `${d.line}:${d.column}: ${d.message}`);
}

describe('macros', () => {
  it.each([
    ['#define A 1 + 2\nA * A', '1 + 2 * 1 + 2'],
    ['#define F(x, y) x-y\nF(1, (2, 3)) F (4,5) F', '1 - ( 2 , 3 ) 4 - 5 F'],
    ['#define S(x) #x\nS(a  "b\\n" + c)', '"a \\"b\\\\n\\" + c"'],
    ['#define CAT(a, b) a##b\nCAT(x, 1) CAT(, y) CAT(z,)', 'x1 y z'],
    ['#define XCAT(a, b) CAT(a, b)\n#define CAT(a, b) a##b\n#define N 7\nXCAT(v, N) CAT(v, N)', 'v7 vN'],
    ['#define f(a) a + f(a)\nf(f(1))', '1 + f ( 1 ) + f ( 1 + f ( 1 ) )'],
    ['#define V(fmt, ...) p(fmt, ## __VA_ARGS__)\nV("a") V("b", 1, 2)', 'p ( "a" ) p ( "b" , 1 , 2 )'],
    ['#define W(...) g(__VA_ARGS__)\nW() W(1, 2)', 'g ( ) g ( 1 , 2 )'],
    ['#define foo foo + 1\nfoo', 'foo + 1'],
    ['#define a b\n#define b a\na b', 'a b'],
    ['#define long_one 1 \\\n + 2\nlong_one', '1 + 2'],
    ['#define OBJ F\n#define F(x) [x]\nOBJ(3)', '[ 3 ]'],
    ['__LINE__\n__LINE__', '1 2'],
    ['#define E\n#define P(x) x\nP(E) P(E 1)', '1'],
  ])('%s', (text, expected) => expect(expand(text)).toBe(expected));

  // The examples of the standard, 6.10.3.5.
  it('rescans and replaces as example 3 of the standard says', () => {
    const text = `#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
g(x+(3,4)-w) | h 5) & m
(f)^m(m);
p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };`;
    expect(expand(text).replaceAll(' ', '')).toBe(
      'f(2*(y+1))+f(2*(f(2*(z[0]))))%f(2*(0))+t(1);f(2*(2+(3,4)-0,1))|f(2*(~5))&f(2*(0,1))^m(0,1);inti[]={1,23,4,5,};');
  });
});

describe('conditions', () => {
  it.each([
    ['#if 1 + 1 == 2 && !0\na\n#else\nb\n#endif', 'a'],
    ['#ifdef X\na\n#elif defined(Y) || defined Z\nb\n#else\nc\n#endif', 'c'],
    ['#define Z\n#ifdef X\na\n#elif defined(Y) || defined Z\nb\n#else\nc\n#endif', 'b'],
    ['#if -1 > 0u\na\n#endif', 'a'],
    ['#if (2 || 1 / 0)\na\n#endif', 'a'],
    ["#if 'A' == 65 && 0x10 == 020\na\n#endif", 'a'],
    ['#if 0\n#if 1\na\n#else\nb\n#endif\n#elif 1\nc\n#endif', 'c'],
    ['#if UNKNOWN\na\n#endif\nd', 'd'],
    ["#if 0\nthis isn't C, and \"neither this\n#elif 1\na\n#else\nit's not\n#endif", 'a'],
  ])('%s', (text, expected) => expect(expand(text)).toBe(expected));
});

describe('headers', () => {
  it('finds them beside the file and in the include path, once if guarded', () => {
    const files = { 'inc/a.h': '#ifndef A_H\n#define A_H\nint a;\n#endif', 'b.h': '#include <a.h>\nint b;', 'inc/c.h': '#pragma once\nint c;' };
    expect(expand('#include "b.h"\n#include <a.h>\n#include <c.h>\n#include "c.h"\nint d;', files)).toBe('int a ; int b ; int c ; int d ;');
  });

  it('finds the next of one name for a header that wraps it', () => {
    const files = { 'inc/a.h': '#include_next <a.h>\nint outer;', 'more/a.h': 'int inner;' };
    const { tokens, diagnostics } = preprocess('t.c', '#include <a.h>', { ...env(files), includePaths: ['inc', 'more'] });
    expect(diagnostics).toEqual([]);
    expect(tokens.slice(0, -1).map((t) => t.text).join(' ')).toBe('int inner ; int outer ;');
  });

  it('gives names back after each unit', () => {
    const cache = createHeaderCache();
    preprocess('one.c', '#define LEFT 1\n', env(), cache);
    expect(preprocess('two.c', 'LEFT', env(), cache).tokens[0]!.text).toBe('LEFT');
  });
});

it('points at what is wrong', () => {
  expect(errors('#if 1\nx\n#include "none.h"\n#endif\n#else\n#frobnicate\nF(1\n')).toEqual([
    '3:10: there is no header none.h in inc', '5:2: #else without #if', '6:2: there is no directive #frobnicate',
  ]);
  expect(errors('#define F(a) a\nF(1, 2)')).toEqual(['2:1: macro F takes 1 argument, here are 2']);
  expect(errors('#if 1\n')).toEqual(['1:2: this #if is never closed by #endif']);
  expect(errors('/* open')).toEqual(['1:1: this comment is never closed by */']);
  expect(errors('#error no "way"')).toEqual(['1:2: #error no "way"']);
});

it('keeps lines and the spelling of assembly', () => {
  const text = '#define REG %rax\n#ifdef __ASSEMBLY__\n\tmovq $1, REG\t# it\'s one\n#endif\n.macro push_it reg:req\n\tpush \\reg\n.endm\n1:\tjmp 1b\n';
  const out = preprocessToText('t.S', text, env()).text;
  expect(out).toContain('# 3 "t.S"\n\tmovq $1, %rax');
  expect(out).toContain('push \\reg');
  expect(out).toContain('1:\tjmp 1b'.replace('\t', ' '));
});
