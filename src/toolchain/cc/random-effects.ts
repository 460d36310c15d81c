/**
 * Random C programs in which values come out of what changes them: assignments to bit-fields and narrow objects used as
 * values, statement expressions, structs of one, two and many words through calls that are inlined or not, unions, pointers
 * to what is also named. Without undefined behaviour (given -fwrapv -fno-strict-aliasing): an operand that changes something
 * changes what its neighbours do not read.
 */
import { Random, TYPES } from './random-program.ts';

const CONSTANTS = ['0', '1', '-1', '2', '3', '7', '100', '255', '-128', '65535', '0x7fffffff', '-5L', '0x80000000', '1L << 35', "'a'", '9u', '77UL'];
const KINDS = ['', 'inline ', '__attribute__((noinline)) ', 'inline __attribute__((always_inline)) '];
const ALL_TYPES = [...TYPES, '_Bool'];
const STRUCTS: Readonly<Record<Kind, readonly string[]>> = { S: ['gs[0]', 'gs[1]', 'gs[2]'], M: ['gm[0]', 'gm[1]', 'gu[0].m', 'gu[1].m'],
  O: ['go', 'gu[0].o'] };
const FIRST: Readonly<Record<Kind, string>> = { S: 'a', M: 'x', O: 'v' };
const FUNCTIONS = 5;
type Kind = 'S' | 'M' | 'O';

class Generator {
  readonly #random: Random;
  readonly #fields: string[] = [];
  readonly #size: number;
  #names = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    // The first numbers of neighbouring seeds are alike.
    for (let i = 0; i < 5; i++) this.#random.below(2);
    this.#size = 1 + this.#random.below(40);
  }

  program(): string {
    const r = this.#random;
    const fields = Array.from({ length: 7 }, (_, i) => this.#field(`b${i}`)).join(' ');
    const m = r.pick(['int', 'long', 'char', 'short']);
    const out = [
      'int printf(const char *, ...);', 'typedef unsigned char u8;', `struct B { ${fields} };`,
      `struct S { int a; short b; u8 c[${this.#size}]; ${r.pick(ALL_TYPES)} d; };`,
      `struct M { ${m} x, y; };`, 'struct O { long v; };', 'union U { long l; int i[2]; u8 c[8]; struct M m; struct O o; };',
      'static struct B gb[3]; static struct S gs[3]; static struct M gm[3]; static union U gu[2]; static struct O go = { 5 };',
      `static ${r.pick(ALL_TYPES)} ga[8]; static int gi = ${r.below(1000)}; static long gl = -${r.below(100000)}; static volatile int gv = 3; static int *gp ` +
        `= &gi;`,
    ];
    for (let i = 0; i < 3; i++) out.push(...this.#structFunctions(i));
    for (let i = 0; i < 4; i++) out.push(this.#scalarFunction(i));
    for (let i = 0; i < FUNCTIONS; i++) out.push(this.#function(i));
    out.push(...this.#dump(), 'int main(void) {');
    for (let i = 0; i < 2 * FUNCTIONS; i++) out.push(`\tprintf("%ld\\n", F${i % FUNCTIONS}(${r.pick(CONSTANTS)}, ${r.pick(CONSTANTS)})); dump();`);
    out.push('\treturn 0;', '}');
    return `${out.join('\n')}\n`;
  }

  #field(name: string): string {
    const r = this.#random;
    const type = r.pick(ALL_TYPES);
    this.#fields.push(name);
    if (r.chance(2)) return `${type} ${name};`;
    // Wider than int gcc computes in the odd width.
    const most = type === '_Bool' ? 1 : type.includes('char') ? 8 : type.includes('short') ? 16 : 31;
    return `${type} ${name} : ${1 + r.below(most)};`;
  }

  #structFunctions(i: number): string[] {
    const r = this.#random;
    const at = r.below(this.#size);
    return [
      `static ${r.pick(KINDS)}struct S fS${i}(struct S s, long n) { s.a += n; s.c[${at}] ^= s.b; ${r.chance(2) ? 'if (n & 1) return gs[n & 1]; ' : ''}s.d = ` +
        `n; return s; }`,
      `static ${r.pick(KINDS)}struct M fM${i}(struct M s, ${r.pick(ALL_TYPES)} n) { ${r.pick([
        's.x -= n;', 'struct M t = { s.y, s.x }; if (n > 5) s = t;', 's = (struct M) { s.y + n, s.x };', 'while (n > 0 && s.x++ < 5) n--;',
      ])} return s; }`,
      `static ${r.pick(KINDS)}struct O fO${i}(struct O s, ${r.pick(ALL_TYPES)} n) ` +
        `{ ${r.pick(['s.v *= 3;', 's.v += n;', 'return (struct O) { s.v - n };', 'if (n) s.v = n;'])} return s; }`,
    ];
  }

  #scalarFunction(i: number): string {
    const r = this.#random;
    const body = r.pick([
      'return a + b;', 'if (a > b) return a - b; return b;', 'a ^= b; b -= a; return a * 3 + b;', 'for (int i = 0; i < 3; i++) a = a * 2 + b; return a;',
      'switch (a & 7) { case 0: return b; case 1: case 2: a++; case 5: b += 2; break; default: b--; } return a + b;', 'return a && b ? a : b;',
    ]);
    return `static ${r.pick(KINDS)}${r.pick(ALL_TYPES)} h${i}(${r.pick(ALL_TYPES)} a, ${r.pick(ALL_TYPES)} b) { ${body} }`;
  }

  #function(i: number): string {
    const r = this.#random;
    const locals: string[] = [];
    const body: string[] = [];
    for (let k = 0; k < 4; k++) {
      body.push(`${r.pick(ALL_TYPES)} l${k} = ${this.#value([...locals, 'p0', 'p1'], 2)};`);
      locals.push(`l${k}`);
    }
    const kept = locals.join(' + 3 * (long)');
    if (r.chance(2)) {
      body.push('int *q = &gi; long *ql = &gl;');
      locals.push('(*q)', '(*ql)');
    }
    if (r.chance(3)) {
      body.push('int v9 = 3, *pv = &v9;');
      locals.push('(*pv)', 'v9');
    }
    locals.push('p0', 'p1');
    for (let k = 0; k < 5; k++) body.push(this.#statement(locals, 2));
    return `static ${r.pick(KINDS)}long F${i}(${r.pick(ALL_TYPES)} p0, ${r.pick(ALL_TYPES)} p1)\n{\n\t${body.join('\n\t')}\n\treturn ${kept};\n}`;
  }

  #target(locals: readonly string[]): string {
    const r = this.#random;
    return r.pick([
      'gi', 'gl', `ga[${r.below(8)}]`, `gb[${r.below(3)}].${r.pick(this.#fields)}`, `gs[${r.below(3)}].a`, `gs[${r.below(3)}].c[${r.below(this.#size)}]`,
      'gs[1].d', `gm[${r.below(3)}].x`, 'gm[2].y',
      `gu[${r.below(2)}].${r.pick(['l', 'i[1]', 'c[3]', 'm.y', 'o.v'])}`, '(*gp)', 'go.v', 'gv', ...locals, ...locals, ...locals,
    ]);
  }

  /** Nothing that is another name of gi or gl. */
  #distinct(): string {
    const r = this.#random;
    return r.pick([`ga[${r.below(8)}]`, `gb[${r.below(3)}].${r.pick(this.#fields)}`, `gs[${r.below(3)}].c[${r.below(this.#size)}]`, 'gs[1].d',
      `gm[${r.below(3)}].x`, 'gu[1].i[1]', 'gu[0].c[3]']);
  }

  #value(locals: readonly string[], depth: number): string {
    const r = this.#random;
    if (depth <= 0) return r.chance(3) ? `(${r.pick(CONSTANTS)})` : this.#target(locals);
    const v = (): string => this.#value(locals, depth - 1);
    switch (r.below(22)) {
      case 0: case 1: case 2: return `(${v()} ${r.pick(['+', '-', '*', '&', '|', '^'])} ${v()})`;
      case 3: return `(${v()} ${r.pick(['<', '>', '<=', '>=', '==', '!='])} ${v()})`;
      case 4: return `(${v()} ${r.pick(['/', '%'])} ((${v()} & 15) + 1))`;
      case 5: return `(${v()} ${r.pick(['<<', '>>'])} (${v()} & 7))`;
      case 6: return `(${v()} ? ${v()} : ${v()})`;
      case 7: return `(${v()} ${r.pick(['&&', '||'])} ${v()})`;
      case 8: return `(${r.pick(['-', '~', '!', '+'])}${v()})`;
      case 9: return `((${r.pick(ALL_TYPES)})${v()})`;
      case 10: return `(${this.#target(locals)}, ${v()})`;
      case 11: {
        const name = `t${this.#names++}`;
        const change = r.chance(2) ? `if (${name} > 3) ${name} ^= 5; else ${name}++; ` : '';
        return `({ ${r.pick(ALL_TYPES)} ${name} = ${v()}; ${change}${name}${r.chance(2) ? '' : ` + ${this.#value([...locals, name], depth - 1)}`}; })`;
      }
      case 12: return `h${r.below(4)}(${v()}, ${v()})`;
      case 13: return `${this.#struct(locals, depth - 1, 'S')}.a`;
      case 14: return `${this.#struct(locals, depth - 1, 'M')}.${r.pick(['x', 'y'])}`;
      case 15: return `(${this.#struct(locals, depth - 1, 'O')}).v`;
      case 16: return `(*(u8 *)&${r.pick(['gl', 'gi', 'go', 'gs[1]', 'gm[0]'])} + ${v()})`;
      default: return this.#target(locals);
    }
  }

  #struct(locals: readonly string[], depth: number, kind: Kind): string {
    const r = this.#random;
    if (depth <= 0) return r.pick(STRUCTS[kind]);
    const v = (): string => this.#value(locals, depth - 1);
    const s = (): string => this.#struct(locals, depth - 1, kind);
    switch (r.below(7)) {
      case 0: return `(${v()} ? ${s()} : ${s()})`;
      case 1: return `f${kind}${r.below(3)}(${s()}, ${v()})`;
      case 2: {
        const name = `q${this.#names++}`;
        return `({ struct ${kind} ${name} = ${s()}; ${name}.${FIRST[kind]} += ${v()}; ${name}; })`;
      }
      case 3: return kind === 'O' ? `(struct O) { ${v()} }` : kind === 'M' ? `(struct M) { ${v()}, ${v()} }` : `(struct S) { .b = ${v()}, .a = ${v()} }`;
      default: return r.pick(STRUCTS[kind]);
    }
  }

  #statement(locals: readonly string[], depth: number): string {
    const r = this.#random;
    const v = (levels: number): string => this.#value(locals, levels);
    const s = (): string => this.#statement(locals, depth - 1);
    switch (r.below(14)) {
      case 0: case 1: return `${this.#target(locals)} = ${v(3)};`;
      case 2: case 3: return `${this.#target(locals)} ${r.pick(['+=', '-=', '*=', '&=', '|=', '^='])} ${v(3)};`;
      case 4: return `${this.#target(locals)} ${r.pick(['<<=', '>>='])} (${v(2)} & 7);`;
      case 5: return `${r.pick(['++', '--'])}${this.#target(locals)};`;
      case 6: return `gi += (${this.#distinct()} ${r.pick(['=', '+=', '^=', '-='])} ${r.pick([r.pick(CONSTANTS), v(2)])}) - 3 < 0;`;
      case 7: return `gl += ${r.pick(['++', '--', ''])}${this.#distinct()} * 3;`;
      case 8: return `gs[${r.below(3)}] = ${this.#struct(locals, 3, 'S')};`;
      case 9: return `${r.pick(['gm[0]', 'gm[1]', 'gu[0].m', 'gm[2]'])} = ${this.#struct(locals, 3, 'M')};`;
      case 10: return `${r.pick(['go', 'gu[1].o'])} = ${this.#struct(locals, 3, 'O')};`;
      case 11: return depth > 0 ? `if (${v(2)}) { ${s()} } else { ${s()} ${s()} }` : 'gv++;';
      case 12: {
        const name = `i${this.#names++}`;
        return depth > 0 ? `for (int ${name} = 0; ${name} < ${1 + r.below(4)}; ${name}++) { ${s()} ga[${name}] ` +
          `+= ${name}; ${r.chance(3) ? 'if (gi & 1) continue; ' : ''}${s()} }` : 'gl--;';
      }
      default: return depth > 0 ? `switch (${v(2)} & 3) { case 0: ${s()} case 1: ${s()} break; default: ${s()} }` : `gi ^= ${v(2)};`;
    }
  }

  #dump(): string[] {
    return [
      'static void dump(void) {', '\tlong h = 0;', '\tfor (int i = 0; i < 8; i++) h = h * 31 + ga[i];',
      '\tprintf("%d %ld %d %ld %ld %ld %ld |", gi, gl, gv, go.v, h, gu[0].l, gu[1].l);',
      '\tfor (int i = 0; i < 3; i++) {', ...this.#fields.map((field) => `\t\tprintf("%ld ", (long)gb[i].${field});`),
      '\t\tprintf("%d %d %ld %ld %ld ", gs[i].a, gs[i].b, (long)gs[i].d, (long)gm[i].x, (long)gm[i].y);',
      `\t\tfor (int k = 0; k < ${this.#size}; k++) printf("%d ", gs[i].c[k]);`, '\t}', '\tprintf("\\n");', '}',
    ];
  }
}

export function randomEffects(seed: number): string {
  return new Generator(seed).program();
}
