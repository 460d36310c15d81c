/**
 * Random C programs without undefined behaviour (given -fwrapv), from a seed: integer expressions of all types, structs
 * with bit-fields, unions, arrays and pointers, control flow, calls with values of every size. Each prints all its state,
 * so that two compilers can be compared.
 *
 * Expressions have no side effects besides those of their outermost operator, so the order of evaluation cannot be seen.
 */
export const TYPES = ['signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned int', 'long', 'unsigned long'] as const;
const BITS: Readonly<Record<string, number>> = { 'signed char': 8, 'unsigned char': 8, short: 16, 'unsigned short': 16, int: 32, 'unsigned int': 32, long: 64,
  'unsigned long': 64, _Bool: 1 };
const CONSTANTS = ['0', '1', '(-1)', '2', '7', '8', '255', '256', '(-128)', '65535', '0x7fffffff', '(-0x7fffffff - 1)', '0x80000000', '0x123456789abcL',
  '(-0x7fffffffffffffffL - 1)', "'x'", '3UL', '100u'] as const;

/** xorshift32: the same sequence everywhere. */
export class Random {
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
  chance(n: number): boolean {
    return this.below(n) === 0;
  }
}

interface Struct {
  name: string;
  /** Scalars inside, as `.a.b[1]`: how to write them, and how to read them as a value whose type both compilers agree on. */
  paths: { path: string; read: (lvalue: string) => string; isBitField: boolean }[];
}

/** What a function body may name. */
interface Scope {
  values: string[];
  targets: string[];
  /** Expressions of a struct type, by its name. */
  structs: Map<string, string[]>;
}

class Generator {
  readonly #random: Random;
  readonly #out: string[] = ['int printf(const char *, ...);', 'typedef __builtin_va_list va_list;'];
  readonly #structs: Struct[] = [];
  #globals: Scope = { values: [], targets: [], structs: new Map() };
  #names = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  program(functions: number): string {
    const r = this.#random;
    const out = this.#out;
    for (let i = 0; i < 4; i++) this.#struct(`s${i}`);
    out.push('static long arr[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };', 'static unsigned char bytes[16];', 'static short grid[3][4];');
    const globals = this.#globals;
    for (let i = 0; i < 6; i++) {
      globals.values.push(`g${i}`);
      globals.targets.push(`g${i}`);
      out.push(`${r.pick(TYPES)} g${i} = ${r.below(0x7fffffff) - 0x3fffffff};`);
    }
    const prints = [...globals.values, ...Array.from({ length: 8 }, (_, i) => `arr[${i}]`), ...Array.from({ length: 16 }, (_, i) => `bytes[${i}]`),
      ...Array.from({ length: 12 }, (_, i) => `grid[${i >> 2}][${i & 3}]`)];
    for (const s of this.#structs) {
      out.push(`static struct ${s.name} v${s.name}, *p${s.name} = &v${s.name}, a${s.name}[4];`);
      this.#addStruct(globals, s, `v${s.name}`);
      this.#addStruct(globals, s, `p${s.name}`, '->');
      globals.structs.get(s.name)!.push(`a${s.name}[2]`, `a${s.name}[g0 & 3]`);
      for (const { path, read } of s.paths) prints.push(read(`v${s.name}${path}`), read(`a${s.name}[2]${path}`));
    }
    out.push('static inline long h0(int a, unsigned long b) { if (a > 3) return a + b; return b - a; }');
    out.push('__attribute__((noinline)) static unsigned short h1(unsigned char a, short b) { return a * b + 1; }');
    out.push('static inline int h2(const char *s, int n) { int k = 0; while (n-- > 0 && k < 5) k += s[k & 3] & 3; return k; }');
    out.push('static long h3(int n, ...) { va_list l; long t = 0; __builtin_va_start(l, n); while (n--) t = t * 3 + __builtin_va_arg(l, int) + ' +
      '__builtin_va_arg(l, long); __builtin_va_end(l); return t; }');
    out.push('static long (*const hp[2])(int, unsigned long) = { h0, h0 };');
    const calls: string[] = [];
    for (let f = 0; f < functions; f++) calls.push(this.#function(`f${f}`));
    out.push('int main(void)', '{', ...calls, ...calls);
    for (const p of prints) out.push(`\tprintf("%ld ", (long)${p});`);
    out.push('\treturn 0;', '}');
    return `${out.join('\n')}\n`;
  }

  #struct(name: string): void {
    const r = this.#random;
    const fields: string[] = [];
    const paths: Struct['paths'] = [];
    const plain = (lvalue: string): string => lvalue;
    for (let i = 1 + r.below(6); i > 0; i--) {
      const field = `m${fields.length}`;
      const type = r.pick(TYPES);
      switch (r.below(9)) {
        case 0: case 1: case 2: {
          const base = r.chance(8) ? '_Bool' : type;
          const width = 1 + r.below(Math.min(57, BITS[base]));
          // gcc keeps the odd width of wide bit-fields in arithmetic: name the type.
          const read = width > 31 ? (lvalue: string): string => `(${base})${lvalue}` : plain;
          fields.push(`${base} ${field} : ${width};`);
          paths.push({ path: `.${field}`, read, isBitField: true });
          if (r.chance(6)) fields.push(`${type} : ${r.chance(2) ? 0 : 1 + r.below(BITS[type])};`);
          break;
        }
        case 3: {
          const n = 1 + r.below(5);
          fields.push(`${type} ${field}[${n}];`);
          paths.push({ path: `.${field}[${r.below(n)}]`, read: plain, isBitField: false });
          break;
        }
        case 4: {
          const inner = this.#structs.length ? r.pick(this.#structs) : null;
          if (!inner) break;
          fields.push(`struct ${inner.name} ${field};`);
          for (const p of inner.paths) paths.push({ ...p, path: `.${field}${p.path}` });
          break;
        }
        case 5:
          fields.push(`union { ${type} ${field}; unsigned char ${field}b[${1 + r.below(9)}]; };`);
          paths.push({ path: `.${field}`, read: plain, isBitField: false }, { path: `.${field}b[0]`, read: plain, isBitField: false });
          break;
        default:
          fields.push(`${type} ${field};`);
          paths.push({ path: `.${field}`, read: plain, isBitField: false });
      }
    }
    if (paths.length === 0) {
      fields.push('int last;');
      paths.push({ path: '.last', read: plain, isBitField: false });
    }
    const attribute = r.chance(5) ? ' __attribute__((packed))' : '';
    this.#out.push(`struct ${name} { ${fields.join(' ')} }${attribute};`);
    this.#structs.push({ name, paths });
  }

  #addStruct(scope: Scope, s: Struct, base: string, arrow = '.'): void {
    for (const { path, read } of s.paths) {
      const lvalue = `${base}${arrow}${path.slice(1)}`;
      scope.values.push(read(lvalue));
      scope.targets.push(lvalue);
    }
    const list = scope.structs.get(s.name) ?? [];
    list.push(arrow === '.' ? base : `(*${base})`);
    scope.structs.set(s.name, list);
  }

  /** Defines a function and gives the statements that call it. */
  #function(name: string): string {
    const r = this.#random;
    const out = this.#out;
    const scope: Scope = { values: [...this.#globals.values], targets: [...this.#globals.targets],
      structs: new Map([...this.#globals.structs].map(([k, v]) => [k, [...v]])) };
    const own: string[] = [];
    const parameters: string[] = [];
    const args: string[] = [];
    for (let i = 1 + r.below(8); i > 0; i--) {
      const p = `p${parameters.length}`;
      const s = r.pick(this.#structs);
      switch (r.below(7)) {
        case 0: case 1:
          parameters.push(`struct ${s.name} ${p}`);
          args.push(r.pick(this.#globals.structs.get(s.name)!));
          this.#addStruct(scope, s, p);
          break;
        case 2:
          parameters.push(`struct ${s.name} *${p}`);
          args.push(`&${r.pick(this.#globals.structs.get(s.name)!)}`);
          this.#addStruct(scope, s, p, '->');
          break;
        default:
          parameters.push(`${r.pick(TYPES)} ${p}`);
          args.push(r.pick([...CONSTANTS, `${r.below(0x7fffffff)}L * ${r.below(0x7fffffff)}`, ...this.#globals.values]));
          scope.values.push(p);
          own.push(p);
      }
    }
    const result = r.chance(3) ? r.pick(this.#structs) : null;
    const storage = r.pick(['static ', 'static ', 'static inline ', '__attribute__((noinline)) ']);
    out.push(`${storage}${result ? `struct ${result.name}` : r.pick(TYPES)} ${name}(${parameters.join(', ')})`, '{');
    for (let i = 1 + r.below(6); i > 0; i--) {
      const l = `l${this.#names++}`;
      const s = r.pick(this.#structs);
      switch (r.below(7)) {
        case 0:
          out.push(`\tstruct ${s.name} ${l} = ${this.#structValue(s, scope, false)};`);
          this.#addStruct(scope, s, l);
          break;
        case 1:
          out.push(`\t${r.pick(TYPES)} ${l}[4] = { ${this.#leaf(scope)}, [2] = ${this.#leaf(scope)} };`);
          scope.values.push(`${l}[${r.below(4)}]`, `${l}[g1 & 3]`, `*(${l} + (g2 & 3))`);
          scope.targets.push(`${l}[${r.below(4)}]`, `${l}[g3 & 3]`);
          break;
        case 2: {
          const type = r.pick(TYPES);
          out.push(`\t${type} ${l}v = ${this.#leaf(scope)}, *${l} = &${l}v;`);
          scope.values.push(`(*${l})`, `${l}v`);
          scope.targets.push(`(*${l})`, `${l}v`);
          break;
        }
        case 3:
          out.push(`\tstatic ${r.pick(TYPES)} ${l} = ${r.pick(CONSTANTS)};`);
          scope.values.push(l);
          own.push(l);
          break;
        default:
          out.push(`\t${r.chance(9) ? 'volatile ' : ''}${r.pick(TYPES)} ${l} = ${this.#leaf(scope)};`);
          scope.values.push(l);
          own.push(l);
      }
    }
    if (own.length === 0) {
      out.push('\tint last = 1;');
      own.push('last');
    }
    for (let i = 4 + r.below(6); i > 0; i--) out.push(this.#statement(3, scope, own, '\t'));
    out.push(`\treturn ${result ? this.#structValue(result, scope, true) : this.#expression(3, scope)};`, '}');
    if (!result) return `\tprintf("%ld\\n", (long)${name}(${args.join(', ')}));`;
    const first = r.pick(result.paths);
    return r.chance(2)
      ? `\tv${result.name} = ${name}(${args.join(', ')});`
      : `\tprintf("%ld\\n", (long)${first.read(`${name}(${args.join(', ')})${first.path}`)});`;
  }

  /** A value of a struct type: a variable, a literal, a choice. */
  #structValue(s: Struct, scope: Scope, isExpression: boolean): string {
    const r = this.#random;
    const variables = scope.structs.get(s.name)!;
    switch (r.below(5)) {
      case 0: {
        const seen = new Set<string>();
        const parts = s.paths.filter(({ path }) => !path.includes('[') && !seen.has(path.split('.')[1]) && seen.add(path.split('.')[1]))
          .map(({ path }) => `${path} = ${this.#leaf(scope)}`);
        if (parts.length) return `${isExpression ? `(struct ${s.name})` : ''}{ ${parts.join(', ')} }`;
        return r.pick(variables);
      }
      case 1: return `(${this.#expression(1, scope)} ? ${r.pick(variables)} : ${r.pick(variables)})`;
      default: return r.pick(variables);
    }
  }

  #leaf(scope: Scope): string {
    const r = this.#random;
    switch (r.below(12)) {
      case 5: return r.pick(CONSTANTS);
      case 6: return `arr[${r.pick(scope.values)} & 7]`;
      case 7: return `bytes[${r.pick(scope.values)} & 15]`;
      case 8: return `grid[(${r.pick(scope.values)} & 0xff) % 3][${r.pick(scope.values)} & 3]`;
      default: return r.pick(scope.values);
    }
  }

  #expression(depth: number, scope: Scope): string {
    const r = this.#random;
    if (depth === 0) return this.#leaf(scope);
    const e = (): string => this.#expression(depth - 1, scope);
    switch (r.below(22)) {
      case 0: return `(${e()} / (((${e()}) & 0xff) + 1))`;
      case 1: return `(${e()} % (((${e()}) & 0xff) + 1))`;
      case 2: return `(${e()} ${r.pick(['<<', '>>'])} (${e()} & ${r.pick([7, 15, 31])}))`;
      case 3: return `(${e()} ${r.pick(['<', '>', '<=', '>=', '==', '!='])} ${e()})`;
      case 4: return `(${e()} ${r.pick(['&&', '||'])} ${e()})`;
      case 5: return `(${e()} ? ${e()} : ${e()})`;
      case 6: return `((${r.pick(TYPES)})(${e()}))`;
      case 7: return `${r.pick(['-', '~', '!'])}(${e()})`;
      case 8: return `(${e()} ${r.pick(['/', '%'])} ${r.pick(['3', '7', '10', '16', '(-4)', '8', '1000', '64u', '5L', '3UL', '2', '(-8L)'])})`;
      case 9: return `(${e()} ${r.pick(['<<', '>>'])} ${r.below(32)})`;
      case 10: return `h${r.below(2)}(${e()}, ${e()})`;
      case 11: return `((_Bool)(${e()}))`;
      case 12: return `h2((const char *)&${r.pick(['arr[1]', 'bytes', 'grid'])}, (${e()}) & 3)`;
      case 13: return `h3(3, (int)(${e()}), (long)(${e()}), 1, 2L, (int)${this.#leaf(scope)}, (long)${this.#leaf(scope)})`;
      case 14: return `hp[(${e()}) & 1](${e()}, ${e()})`;
      case 15: return `(((unsigned long)(${e()}) >> ${r.below(64)}) ^ ((unsigned long)(${e()}) << ${r.below(64)}))`;
      case 16: {
        const t = `t${this.#names++}`;
        return `({ ${r.pick(TYPES)} ${t} = ${e()}; ${t} * ${1 + r.below(9)} + ${t}; })`;
      }
      case 17: return r.pick([`__builtin_popcountl(${e()})`, `__builtin_ctzl((${e()}) | 1UL << 40)`, `__builtin_clz((${e()}) | 1)`, `__builtin_bswap32(${e()})`,
        `__builtin_expect(${e()}, 1)`, `(&arr[(${e()}) & 7] - arr)`]);
      default: return `(${e()} ${r.pick(['+', '-', '*', '&', '|', '^'])} ${e()})`;
    }
  }

  #statement(depth: number, scope: Scope, locals: string[], indent: string): string {
    const r = this.#random;
    const target = (): string => r.pick([...locals, ...scope.targets, `arr[${r.pick(scope.values)} & 7]`, `bytes[${r.pick(scope.values)} & 15]`,
      `grid[${r.below(3)}][${r.pick(scope.values)} & 3]`]);
    const inner = (more: string[] = []): string => this.#statement(depth - 1, { ...scope, values: [...scope.values, ...more] }, locals, `${indent}\t`);
    const kind = depth === 0 ? r.below(8) : r.below(18);
    switch (kind) {
      case 5: return `${indent}${target()} ${r.pick(['+', '-', '*', '&', '|', '^'])}= ${this.#expression(2, scope)};`;
      case 6: return `${indent}${target()}${r.pick(['++', '--'])};`;
      case 7: return `${indent}${r.pick(locals)} = ${r.pick(['++', '--'])}${r.pick(scope.targets)};`;
      case 8: return `${indent}if (${this.#expression(2, scope)}) {\n${inner()}\n${indent}} else {\n${inner()}\n${indent}}`;
      case 9: {
        const v = `i${this.#names++}`;
        return `${indent}for (${r.pick(['int', 'unsigned char', 'long'])} ${v} = 0; ${v} < ${1 + r.below(6)}; ${v}++) {\n${inner([v])}\n${indent}\tif ` +
          `(${this.#expression(1, scope)}) ${r.pick(['break', 'continue'])};\n${inner([v])}\n${indent}}`;
      }
      case 10: {
        const wide = r.chance(3);
        const cases = Array.from({ length: 16 }, (_, i) => i).filter(() => r.chance(3));
        const body = cases.map((c) => `${indent}case ${wide ? `${c * 1000003}L` : c}:\n${inner()}\n${r.below(3) ? `${indent}\tbreak;\n` : ''}`).join('');
        const range = !wide && !cases.some((c) => c > 11) ? `${indent}case 12 ... 14: ${r.pick(locals)}--; break;\n` : '';
        return `${indent}switch ((${this.#expression(1, scope)} & 15)${wide ? ' * 1000003L' : ''}) ` +
          `{\n${body}${range}${indent}default: ${r.pick(locals)}++;\n${indent}}`;
      }
      case 11: return `${indent}${r.pick([...locals, ...scope.targets])} ${r.pick(['<<', '>>'])}= (${this.#expression(1, scope)}) & 7;`;
      case 12: return `${indent}${r.pick(locals)} = ${r.pick(CONSTANTS)} ^ ${r.pick(this.#globals.targets)}${r.pick(['++', '--'])};`;
      case 13: {
        const s = r.pick(this.#structs);
        return `${indent}${r.pick(scope.structs.get(s.name)!)} = ${this.#structValue(s, scope, true)};`;
      }
      case 14: {
        const v = `w${this.#names++}`;
        const [head, tail] = r.pick([[`while (${v}-- > 0) {`, '}'], ['do {', `} while (--${v} > 0);`]] as const);
        return `${indent}{\n${indent}\tint ${v} = ${1 + r.below(5)};\n${indent}\t${head}\n${inner([v])}\n${indent}\t${tail}\n${indent}}`;
      }
      case 15: return `${indent}${target()} ${r.pick(['/', '%'])}= ((${this.#expression(1, scope)}) & 0x3f) + 1;`;
      case 16: return `${indent}${r.pick(scope.targets)} = ${r.pick(locals)} = ${this.#expression(2, scope)};`;
      default: return `${indent}${target()} = ${this.#expression(1 + r.below(3), scope)};`;
    }
  }
}

export function randomProgram(seed: number, functions = 4): string {
  return new Generator(seed).program(functions);
}
