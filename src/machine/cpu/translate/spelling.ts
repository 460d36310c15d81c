/**
 * How translated code spells the templates: registers are local variables r0l, r0h ..., operands that are known are
 * constants, and flags are only remembered. What leaves does so with `q`, the number of an exit; the state is then
 * exactly that before the instruction.
 */
import { flagWords, conditionOf, kindNumber, resultOf, sumOf, type Kind, type Halves } from './recipe.ts';
import type { Size } from './form.ts';
import type { Writer } from './templates.ts';
import type { Insn } from '../insn.ts';
import { ZERO } from '../state.ts';

export interface Recipe {
  readonly kind: Kind;
  readonly x: Halves;
  readonly y: Halves;
}

/** A stretch of one page that was found in a table: another access to it needs no look into the table. */
interface Window {
  /** Its addresses are this one plus offsets; those from `from` up to `to` lie in it for sure. */
  readonly root: string;
  from: number;
  to: number;
  /** Name of the page's address, and what to add to an address. */
  readonly page: string;
  readonly delta: string;
  readonly writable: boolean;
}

const isNumber = (text: string): boolean => /^-?\d+$/.test(text);

interface Sum {
  readonly root: string;
  readonly offset: number;
}

/** What is known at a place of the code, of all ways that lead there. Names are constants of an enclosing scope, or numbers. */
export class Known {
  /** The operation that made the flags; `null` is whatever the variables fk, fxl ... hold. */
  flags: Recipe | null = null;
  /** The variables hold these flags too. */
  kept = true;
  /** Names of what the registers hold. */
  readonly registers = new Map<number, { lo?: string; hi?: string }>();
  /** 64-bit values that are another one plus a number. Both halves count: MOV of 32 bits keeps one of them. */
  readonly #sums = new Map<string, Sum>();
  windows: Window[] = [];
  /** SSE is known to be there; and the name of MXCSR's "inexact", where everything else in it is ordinary. */
  vectors: { inexact?: string } | undefined;
  /** Names of the numbers in XMM registers, by element of F or G; and those, with F or G before, that are neither denormal nor NaN nor infinite. */
  readonly numbers = new Map<string, string>();
  readonly plain = new Set<string>();
  /** The flags are those of comparing two ordinary numbers. */
  comparison: { x: string; y: string } | undefined;

  copy(): Known {
    const known = new Known();
    known.flags = this.flags;
    known.kept = this.kept;
    for (const [r, { lo, hi }] of this.registers) known.registers.set(r, { lo, hi });
    for (const [value, sum] of this.#sums) known.#sums.set(value, sum);
    known.windows = this.windows.map((window) => ({ ...window }));
    known.vectors = this.vectors && { ...this.vectors };
    known.comparison = this.comparison;
    for (const [at, name] of this.numbers) known.numbers.set(at, name);
    for (const name of this.plain) known.plain.add(name);
    return known;
  }

  forget(): void {
    this.flags = null;
    this.kept = true;
    this.registers.clear();
    this.#sums.clear();
    this.windows = [];
    this.vectors = this.comparison = undefined;
    this.numbers.clear();
    this.plain.clear();
  }

  sum({ lo, hi }: Halves): Sum {
    const value = `${hi}:${lo}`;
    if (isNumber(lo) && isNumber(hi)) return { root: hi, offset: Number(lo) };
    return this.#sums.get(value) ?? { root: value, offset: 0 };
  }

  isSum({ lo, hi }: Halves, of: Halves, n: number): void {
    const { root, offset } = this.sum(of);
    this.#sums.set(`${hi}:${lo}`, { root, offset: offset + n });
  }

  half(r: number): { lo?: string; hi?: string } {
    let half = this.registers.get(r);
    if (!half) this.registers.set(r, half = {});
    return half;
  }
}

/** Assignments that put a recipe into the variables. */
function keepFlags({ kind, x, y }: Recipe): string {
  const wide = kind.endsWith('64');
  return `fk = ${kindNumber(kind)}; fxl ` +
    `= ${x.lo};${wide || kind === 'logic' ? ` fxh = ${x.hi};` : ''}${kind === 'logic' ? '' : ` fyl = ${y.lo};`}${wide ? ` fyh = ${y.hi};` : ''}`;
}

/** Why an exit was taken: the page was not in a table, or not the one of an access nearby; or numbers were not ordinary ones. */
export type Access = 'far' | 'near' | 'odd';

/** Sees to it that the variables hold the flags. */
export function keep(sink: Sink, known: Known): void {
  if (known.flags && !known.kept) sink.line(keepFlags(known.flags));
  known.kept = true;
}

export interface Sink {
  line(text: string): void;
  name(): string;
  /** Number of an exit before the instruction now being translated. */
  exit(access?: Access): number;
  /** What is done where an access does not go as the code expects. */
  elsewhere(access: Access | undefined): string;
  /** Number of the body of an instruction, to be called. */
  body(insn: Insn): number;
  /** Whose tables: the first letter of their names. */
  readonly ring: 'K' | 'U';
  /** Registers that are used, and those that are written. */
  readonly used: Set<number>;
  readonly written: Set<number>;
}

/** Where an instruction goes. */
export type Leaving = { kind: 'jump'; condition?: string } | { kind: 'dynamic'; target: Halves };

/** Of conditions 2 to 7, 10 and 11, when the flags come from comparing numbers that are not NaN. */
const COMPARED: Readonly<Record<number, (x: string, y: string) => string>> = {
  2: (x, y) => `${x} < ${y}`, 3: (x, y) => `${x} >= ${y}`, 4: (x, y) => `${x} === ${y}`, 5: (x, y) => `${x} !== ${y}`, 6: (x, y) => `${x} <= ${y}`,
  7: (x, y) => `${x} > ${y}`,
  10: () => 'false', 11: () => 'true',
};

export class Spelling implements Writer {
  readonly #sink: Sink;
  readonly #insn: Insn;
  readonly #known: Known;
  leaving: Leaving | undefined;
  #place = '';

  constructor(sink: Sink, insn: Insn, known: Known) {
    this.#sink = sink;
    this.#insn = insn;
    this.#known = known;
  }

  temp(expression: string): string {
    if (/^(?:-?\d+|t\d+)$/.test(expression)) return expression;
    const name = this.#sink.name();
    this.#sink.line(`const ${name} = ${expression};`);
    return name;
  }

  unless(condition: string): void {
    this.#exitIf(condition, undefined);
  }

  /** Leaves when a condition on numbers holds. */
  leaveIf(condition: string): void {
    this.#exitIf(condition, 'odd');
  }

  line(text: string): void {
    this.#sink.line(text);
  }

  get known(): Known {
    return this.#known;
  }

  /** Where an access to so many bytes goes in RAM. */
  place(at: Halves, bytes: number, table: 'R' | 'W'): string {
    return this.#probe(at, bytes, table);
  }

  /** The flags say how two ordinary numbers compare. */
  compared(x: string, y: string): void {
    this.flags('order', { lo: `(${x} < ${y} ? -1 : ${x} === ${y} ? 0 : 1)`, hi: '0' }, { lo: '0', hi: '0' });
    this.#known.comparison = { x, y };
  }

  /** Has the body of this instruction done, which touches nothing but XMM registers and its own operands. */
  body(): void {
    this.#sink.line(`W(${this.#sink.body(this.#insn)});`);
  }

  #exitIf(condition: string, access: Access | undefined): void {
    keep(this.#sink, this.#known);
    this.#sink.line(`if (${condition}) { ${this.#sink.elsewhere(access)} }`);
  }

  choose(isNotZero: string, then: () => void, otherwise: () => void): void {
    this.#forgetFlags();
    const { registers, windows } = this.#known.copy();
    this.#sink.line(`if (${isNotZero} !== 0) {`);
    then();
    this.#forgetFlags();
    this.#known.registers.clear();
    for (const [r, half] of registers) this.#known.registers.set(r, half);
    this.#known.windows = windows;
    this.#sink.line('} else {');
    otherwise();
    this.#sink.line('}');
    this.#known.forget();
  }

  /** Flags into the variables: from here on nobody knows what made them. */
  #forgetFlags(): void {
    keep(this.#sink, this.#known);
    this.#known.flags = null;
  }

  #half(r: number, half: 'lo' | 'hi'): string {
    this.#sink.used.add(r);
    const known = this.#known.half(r);
    return (known[half] ??= this.temp(`r${r}${half[0]}`));
  }

  register(r: number): Halves {
    return { lo: this.#half(r, 'lo'), hi: this.#half(r, 'hi') };
  }

  setRegister(r: number, size: 32 | 64, value: Halves): void {
    this.#sink.used.add(r);
    this.#sink.written.add(r);
    const lo = this.temp(value.lo), hi = size === 64 ? this.temp(value.hi) : '0', known = this.#known.half(r);
    const changes = [known.lo === lo ? '' : `r${r}l = ${lo};`, known.hi === hi ? '' : `r${r}h = ${hi};`].filter(Boolean);
    if (changes.length) this.#sink.line(changes.join(' '));
    this.#known.registers.set(r, { lo, hi });
  }

  address(): Halves {
    const { base, index, scale, disp, dispHi, segment } = this.#insn;
    let sum: Halves | undefined = base === ZERO ? undefined : this.register(base >> 1);
    if (index !== ZERO) {
      const by = this.register(index >> 1);
      const scaled = scale === 0 ? by : { lo: this.temp(`${by.lo} << ${scale}`), hi: this.temp(`(${by.hi} << ${scale}) | (${by.lo} >>> ${32 - scale})`) };
      if (sum) {
        const lo = this.temp(`(${sum.lo} + ${scaled.lo}) | 0`);
        sum = { lo, hi: this.temp(`(${sum.hi} + ${scaled.hi} + (((${lo} >>> 0) < (${scaled.lo} >>> 0)) | 0)) | 0`) };
      } else sum = scaled;
    }
    if (segment !== ZERO) {
      const from = { lo: this.temp(`S[${segment}]`), hi: this.temp(`S[${segment + 1}]`) };
      if (sum) {
        const lo = this.temp(`(${sum.lo} + ${from.lo}) | 0`);
        sum = { lo, hi: this.temp(`(${sum.hi} + ${from.hi} + (((${lo} >>> 0) < (${from.lo} >>> 0)) | 0)) | 0`) };
      } else if (dispHi === disp >> 31) sum = from;
      else {
        const lo = this.temp(`(${from.lo} + ${disp}) | 0`);
        return { lo, hi: this.temp(`(${from.hi} + ${dispHi} + (((${lo} >>> 0) < (${from.lo} >>> 0)) | 0)) | 0`) };
      }
    }
    if (!sum) return { lo: String(disp), hi: String(dispHi) };
    // RIP-relative addresses are absolute by now and have no base; a displacement is sign-extended.
    return disp === 0 ? sum : this.plus(sum, disp);
  }

  plus(value: Halves, n: number): Halves {
    const sum = sumOf(value, n, (text) => this.temp(text));
    this.#known.isSum(sum, value, n);
    return sum;
  }

  /** Where an access of so many bytes goes in RAM. */
  #probe(at: Halves, bytes: number, table: 'R' | 'W'): string {
    const known = this.#known, { root, offset } = known.sum(at), end = offset + bytes;
    const near = this.#insn.alone ? undefined : known.windows.find((one) =>
      one.root === root && (one.writable || table === 'R') && one.from - offset < 2048 && end - one.to < 2048);
    if (near) {
      // What lies beyond the part that is known to be in the page must be in it too.
      const outside = [offset < near.from ? `(${at.lo} & -4096) !== ${near.page}` : '',
        end > near.to ? `((${at.lo} + ${bytes - 1}) & -4096) !== ${near.page}` : ''].filter(Boolean);
      if (outside.length) this.#exitIf(outside.join(' || '), 'near');
      near.from = Math.min(near.from, offset);
      near.to = Math.max(near.to, end);
      return this.temp(`(${near.delta} + ${at.lo}) | 0`);
    }
    const k = this.temp(`(${at.lo} >>> 10) & 16380`), page = this.temp(bytes === 1 ? `${at.lo} & -4096` : `(${at.lo} + ${bytes - 1}) & -4096`);
    const name = `${this.#sink.ring}${table}`;
    this.#exitIf(`${name}[${k}] !== ${page} || ${name}[${k} + 1] !== ${at.hi}`, 'far');
    const delta = this.temp(`${name}[${k} + 2]`);
    if (at.lo.startsWith('t') || isNumber(at.lo)) known.windows.push({ root, from: offset, to: end, page, delta, writable: table === 'W' });
    return this.temp(`(${delta} + ${at.lo}) | 0`);
  }

  #load(place: string, size: Size): Halves {
    if (size === 64) return { lo: this.temp(`V.getInt32(${place}, true)`), hi: this.temp(`V.getInt32(${place} + 4, true)`) };
    return { lo: this.temp(size === 32 ? `V.getInt32(${place}, true)` : size === 16 ? `V.getUint16(${place}, true)` : `B[${place}]`), hi: '0' };
  }

  #store(place: string, size: Size, value: Halves): void {
    if (size === 8) this.#sink.line(`B[${place}] = ${value.lo};`);
    else this.#sink.line(`V.setInt${size === 16 ? 16 : 32}(${place}, ${value.lo}, true);`);
    if (size === 64) this.#sink.line(`V.setInt32(${place} + 4, ${value.hi}, true);`);
  }

  read(n: number, size: Size): Halves {
    const operand = this.#insn.decoded.operands[n];
    if (operand.kind === 'mem') return this.#load(this.#probe(this.address(), size >> 3, 'R'), size);
    if (operand.kind === 'imm') return { lo: String(this.#insn.immLo), hi: String(this.#insn.immHi) };
    if (operand.kind !== 'reg') throw new Error('no such operand has a form');
    return { lo: this.#half(operand.reg, 'lo'), hi: size === 64 ? this.#half(operand.reg, 'hi') : '0' };
  }

  readToModify(n: number, size: Size): Halves {
    if (this.#insn.decoded.operands[n].kind !== 'mem') return this.read(n, size);
    this.prepareWrite(n, size);
    return this.#load(this.#place, size);
  }

  prepareWrite(n: number, size: Size): void {
    if (this.#insn.decoded.operands[n].kind === 'mem') this.#place = this.#probe(this.address(), size >> 3, 'W');
  }

  write(n: number, size: Size, value: Halves): void {
    const operand = this.#insn.decoded.operands[n];
    if (operand.kind === 'mem') {
      this.#store(this.#place, size, value);
      return;
    }
    if (operand.kind !== 'reg') throw new Error('only registers and memory are written');
    if (size >= 32) {
      this.setRegister(operand.reg, size as 32 | 64, value);
      return;
    }
    const mask = size === 8 ? 0xff : 0xffff;
    this.#sink.written.add(operand.reg);
    const lo = this.temp(`(${this.#half(operand.reg, 'lo')} & ${~mask}) | (${value.lo} & ${mask})`);
    this.#sink.line(`r${operand.reg}l = ${lo};`);
    this.#known.half(operand.reg).lo = lo;
  }

  constant(n: number): number | undefined {
    const operand = this.#insn.decoded.operands[n];
    return operand.kind === 'imm' ? this.#insn.immLo : undefined;
  }

  word(slot: number): string {
    return this.temp(`S[${slot}]`);
  }

  setWord(slot: number, value: string): void {
    this.#sink.line(`S[${slot}] = ${value};`);
  }

  load64(at: Halves): Halves {
    return this.#load(this.#probe(at, 8, 'R'), 64);
  }

  prepareStore64(at: Halves): (value: Halves) => void {
    const place = this.#probe(at, 8, 'W');
    return (value) => this.#store(place, 64, value);
  }

  flags(kind: Kind, x: Halves, y: Halves): void {
    this.#known.flags = { kind, x, y };
    this.#known.kept = false;
    this.#known.comparison = undefined;
  }

  carry(): string {
    const { flags } = this.#known;
    if (!flags) return this.temp(`${this.condition(2)} ? 1 : 0`);
    const temp = (text: string): string => this.temp(text);
    return temp(flagWords(flags.kind, flags.x, flags.y, resultOf(flags.kind, flags.x, flags.y, temp)).cf);
  }

  condition(cc: number): string {
    const { flags, comparison } = this.#known, compared = comparison && COMPARED[cc]?.(comparison.x, comparison.y);
    if (compared !== undefined) return compared;
    const text = flags ? conditionOf(flags.kind, cc, flags.x, flags.y, (expression) => this.temp(expression)) : undefined;
    if (text !== undefined) return text;
    // Made elsewhere, or asked for what is rarely asked: worked out by a function.
    keep(this.#sink, this.#known);
    this.#known.flags = null;
    return this.temp(`H(${cc}, fk, fxl, fxh, fyl, fyh)`);
  }

  next(): Halves {
    return { lo: String(this.#insn.nextLo), hi: String(this.#insn.nextHi) };
  }

  jump(condition?: string): void {
    this.leaving = condition === undefined ? { kind: 'jump' } : { kind: 'jump', condition };
  }

  jumpTo(target: Halves): void {
    this.leaving = { kind: 'dynamic', target };
  }
}
