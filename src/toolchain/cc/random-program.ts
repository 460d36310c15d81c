/**
 * Random C programs without undefined behaviour (given -fwrapv), from a seed: integer expressions of all types, control
 * flow, calls, bit-fields. Each prints all its state, so that two compilers can be compared.
 */
const TYPES = ['signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned int', 'long', 'unsigned long'] as const;
const CONSTANTS = ['0', '1', '(-1)', '2', '7', '8', '255', '256', '(-128)', '65535', '0x7fffffff', '(-0x7fffffff - 1)', '0x80000000', '0x123456789abcL', "'x'", '3UL', '100u'] as const;

/** xorshift32: the same sequence everywhere. */
class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2654435761) | 1;
  }
  below(n: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % n;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

class Generator {
  readonly #random: Random;
  #globals: string[] = [];
  #loops = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  program(): string {
    const r = this.#random;
    const out = ['int printf(const char *, ...);', 'struct s { int a; unsigned b:5; int c:11; char e; short f[4]; };', 'static struct s s, *ps = &s;'];
    out.push('static long arr[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };', 'static unsigned char bytes[16];');
    for (let i = 0; i < 6; i++) {
      this.#globals.push(`g${i}`);
      out.push(`${r.pick(TYPES)} g${i} = ${r.below(0x7fffffff) - 0x3fffffff};`);
    }
    out.push('static inline long h0(int a, unsigned long b) { if (a > 3) return a + b; return b - a; }');
    out.push('__attribute__((noinline)) static unsigned short h1(unsigned char a, short b) { return a * b + 1; }');
    const calls: string[] = [];
    for (let f = 0; f < 4; f++) {
      const parameters = Array.from({ length: 1 + r.below(8) }, (_, i) => `p${i}`);
      const locals = Array.from({ length: 1 + r.below(6) }, (_, i) => `l${i}`);
      const readable = [...this.#globals, ...parameters, ...locals];
      out.push(`static ${r.pick(TYPES)} f${f}(${parameters.map((p) => `${r.pick(TYPES)} ${p}`).join(', ')})`, '{');
      for (const l of locals) out.push(`\t${r.pick(TYPES)} ${l} = ${this.#leaf([...this.#globals, ...parameters])};`);
      if (r.below(3) === 0) out.push(`\tlong *q = &arr[2]; *q += ${locals[0]};`);
      for (let i = 3 + r.below(5); i > 0; i--) out.push(this.#statement(3, readable, [...parameters, ...locals], '\t'));
      out.push(`\treturn ${this.#expression(3, readable)};`, '}');
      calls.push(`\tprintf("%ld\\n", (long)f${f}(${parameters.map(() => r.pick([...CONSTANTS, `${r.below(0x7fffffff)}L * ${r.below(0x7fffffff)}`])).join(', ')}));`);
    }
    out.push('int main(void)', '{', ...calls, ...calls);
    for (const g of this.#globals) out.push(`\tprintf("%ld ", (long)${g});`);
    out.push('\tfor (int i = 0; i < 8; i++) printf("%ld ", arr[i]);', '\tfor (int i = 0; i < 16; i++) printf("%d ", bytes[i]);');
    out.push('\tprintf("%d %d %d %d %d\\n", s.a, s.b, s.c, s.e, s.f[1] + s.f[2]);', '\treturn 0;', '}');
    return `${out.join('\n')}\n`;
  }

  #leaf(variables: string[]): string {
    const r = this.#random;
    switch (r.below(10)) {
      case 5: return r.pick(CONSTANTS);
      case 6: return r.pick(['s.a', 's.b', 's.c', 'ps->e', 'ps->f[1]', 'ps->b', 'ps->c']);
      case 7: return `arr[${r.pick(variables)} & 7]`;
      case 8: return `bytes[${r.pick(variables)} & 15]`;
      default: return r.pick(variables);
    }
  }

  #expression(depth: number, variables: string[]): string {
    const r = this.#random;
    if (depth === 0) return this.#leaf(variables);
    const e = (): string => this.#expression(depth - 1, variables);
    switch (r.below(16)) {
      case 0: return `(${e()} / ((${e()}) | 1))`;
      case 1: return `(${e()} % (((${e()}) & 0xff) + 1))`;
      case 2: return `(${e()} ${r.pick(['<<', '>>'])} (${e()} & ${r.pick([7, 15, 31])}))`;
      case 3: return `(${e()} ${r.pick(['<', '>', '<=', '>=', '==', '!='])} ${e()})`;
      case 4: return `(${e()} ${r.pick(['&&', '||'])} ${e()})`;
      case 5: return `(${e()} ? ${e()} : ${e()})`;
      case 6: return `((${r.pick(TYPES)})(${e()}))`;
      case 7: return `${r.pick(['-', '~', '!'])}(${e()})`;
      case 8: return `(${e()} ${r.pick(['/', '%'])} ${r.pick(['3', '7', '10', '16', '(-4)', '8', '1000', '64u'])})`;
      case 9: return `(${e()} ${r.pick(['<<', '>>'])} ${r.below(32)})`;
      case 10: return `h${r.below(2)}(${e()}, ${e()})`;
      case 11: return `((_Bool)(${e()}))`;
      default: return `(${e()} ${r.pick(['+', '-', '*', '&', '|', '^'])} ${e()})`;
    }
  }

  #statement(depth: number, variables: string[], locals: string[], indent: string): string {
    const r = this.#random;
    const target = (): string => r.pick([...locals, ...this.#globals, 's.a', 's.b', 's.c', 'ps->e', 'ps->f[2]', `arr[${r.pick(variables)} & 7]`, `bytes[${r.pick(variables)} & 15]`]);
    const inner = (more: string[] = []): string => this.#statement(depth - 1, [...variables, ...more], locals, `${indent}\t`);
    const kind = depth === 0 ? 0 : r.below(13);
    switch (kind) {
      case 5: return `${indent}${target()} ${r.pick(['+', '-', '*', '&', '|', '^'])}= ${this.#expression(2, variables)};`;
      case 6: return `${indent}${target()}${r.pick(['++', '--'])};`;
      case 7: return `${indent}${r.pick(locals)} = ${r.pick(['++', '--'])}${r.pick(['s.a', 's.b', 's.c', 's.e'])} + ${this.#leaf(this.#globals)};`;
      case 8: return `${indent}if (${this.#expression(2, variables)}) {\n${inner()}\n${indent}} else {\n${inner()}\n${indent}}`;
      case 9: {
        const v = `i${this.#loops++}`;
        return `${indent}for (int ${v} = 0; ${v} < ${1 + r.below(6)}; ${v}++) {\n${inner([v])}\n${indent}\tif (${this.#expression(1, variables)}) ${r.pick(['break', 'continue'])};\n${inner([v])}\n${indent}}`;
      }
      case 10: {
        const cases = Array.from({ length: 16 }, (_, i) => i).filter(() => r.below(3) === 0);
        const body = cases.map((c) => `${indent}case ${c}:\n${inner()}\n${r.below(3) ? `${indent}\tbreak;\n` : ''}`).join('');
        return `${indent}switch (${this.#expression(1, variables)} & 15) {\n${body}${indent}default: ${r.pick(locals)}++;\n${indent}}`;
      }
      case 11: return `${indent}${r.pick(locals)} ${r.pick(['<<', '>>'])}= (${this.#expression(1, variables)}) & 7;`;
      case 12: return `${indent}${r.pick(locals)} = ${r.pick(CONSTANTS)} ^ ${r.pick(this.#globals)}${r.pick(['++', '--'])};`;
      default: return `${indent}${target()} = ${this.#expression(1 + r.below(3), variables)};`;
    }
  }
}

export function randomProgram(seed: number): string {
  return new Generator(seed).program();
}
