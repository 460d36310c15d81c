/**
 * How translated code spells the templates: registers are local variables r0l, r0h ..., operands that are known are
 * constants, and flags are only remembered. What leaves does so with `q`, the number of an exit; the state is then
 * exactly that before the instruction.
 */
import { flagWords, conditionOf, kindNumber, resultOf, type Kind, type Value } from '../fast/recipe.ts';
import type { Size } from '../fast/form.ts';
import type { Writer } from '../fast/templates.ts';
import type { Insn } from '../insn.ts';
import { ZERO } from '../state.ts';

export interface Recipe {
  readonly kind: Kind;
  readonly x: Value;
  readonly y: Value;
}

/** What is known of the flags: an operation of this stretch of code; `null` is whatever the variables fk, fxl ... hold. */
export type Flags = Recipe | null;

/** Assignments that put a recipe into the variables. */
export function keepFlags({ kind, x, y }: Recipe): string {
  const wide = kind.endsWith('64');
  return `fk = ${kindNumber(kind)}; fxl = ${x.lo};${wide || kind === 'logic' ? ` fxh = ${x.hi};` : ''}${kind === 'logic' ? '' : ` fyl = ${y.lo};`}${wide ? ` fyh = ${y.hi};` : ''}`;
}

export interface Sink {
  line(text: string): void;
  name(): string;
  /** Number of an exit before the instruction now being translated. */
  exit(): number;
  /** Registers that are used, and those that are written. */
  readonly used: Set<number>;
  readonly written: Set<number>;
}

/** Where an instruction goes. */
export type Leaving = { kind: 'jump'; condition?: string } | { kind: 'dynamic'; target: Value };

export class Spelling implements Writer {
  readonly #sink: Sink;
  readonly #insn: Insn;
  flagsNow: Flags;
  leaving: Leaving | undefined;
  #place = '';

  constructor(sink: Sink, insn: Insn, flags: Flags) {
    this.#sink = sink;
    this.#insn = insn;
    this.flagsNow = flags;
  }

  temp(expression: string): string {
    if (/^(?:-?\d+|t\d+)$/.test(expression)) return expression;
    const name = this.#sink.name();
    this.#sink.line(`const ${name} = ${expression};`);
    return name;
  }

  unless(condition: string): void {
    const { flagsNow } = this;
    this.#sink.line(`if (${condition}) { ${flagsNow ? `${keepFlags(flagsNow)} ` : ''}q = ${this.#sink.exit()}; break X; }`);
  }

  choose(isNotZero: string, then: () => void, otherwise: () => void): void {
    this.#keep();
    this.#sink.line(`if (${isNotZero} !== 0) {`);
    then();
    this.#keep();
    this.#sink.line('} else {');
    otherwise();
    this.#sink.line('}');
  }

  /** Flags into the variables: from here on nobody knows what made them. */
  #keep(): void {
    if (this.flagsNow) this.#sink.line(keepFlags(this.flagsNow));
    this.flagsNow = null;
  }

  register(r: number): Value {
    this.#sink.used.add(r);
    return { lo: this.temp(`r${r}l`), hi: this.temp(`r${r}h`) };
  }

  setRegister(r: number, size: 32 | 64, value: Value): void {
    this.#sink.used.add(r);
    this.#sink.written.add(r);
    this.#sink.line(`r${r}l = ${value.lo}; r${r}h = ${size === 64 ? value.hi : '0'};`);
  }

  address(): Value {
    const { base, index, scale, disp, dispHi, segment } = this.#insn;
    let sum: Value | undefined = base === ZERO ? undefined : this.register(base >> 1);
    if (index !== ZERO) {
      const by = this.register(index >> 1);
      const scaled = scale === 0 ? by : { lo: this.temp(`${by.lo} << ${scale}`), hi: this.temp(`(${by.hi} << ${scale}) | (${by.lo} >>> ${32 - scale})`) };
      if (sum) {
        const lo = this.temp(`(${sum.lo} + ${scaled.lo}) | 0`);
        sum = { lo, hi: this.temp(`(${sum.hi} + ${scaled.hi} + (((${lo} >>> 0) < (${scaled.lo} >>> 0)) | 0)) | 0`) };
      } else sum = scaled;
    }
    if (segment !== ZERO) {
      // FS and GS bases change only in instructions that have no form.
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
    if (disp === 0) return sum;
    const lo = this.temp(disp < 0 ? `(${sum.lo} - ${-disp}) | 0` : `(${sum.lo} + ${disp}) | 0`);
    return { lo, hi: this.temp(disp < 0 ? `(${sum.hi} - (((${sum.lo} >>> 0) < ${-disp}) | 0)) | 0` : `(${sum.hi} + (((${lo} >>> 0) < ${disp}) | 0)) | 0`) };
  }

  #probe(at: Value, bytes: number, table: string): string {
    const k = this.temp(`(${at.lo} >>> 10) & 16380`), last = bytes === 1 ? at.lo : `(${at.lo} + ${bytes - 1})`;
    this.unless(`${table}[${k}] !== (${last} & -4096) || ${table}[${k} + 1] !== ${at.hi}`);
    return this.temp(`(${table}[${k} + 2] + ${at.lo}) | 0`);
  }

  #load(place: string, size: Size): Value {
    if (size === 64) return { lo: this.temp(`V.getInt32(${place}, true)`), hi: this.temp(`V.getInt32(${place} + 4, true)`) };
    return { lo: this.temp(size === 32 ? `V.getInt32(${place}, true)` : size === 16 ? `V.getUint16(${place}, true)` : `B[${place}]`), hi: '0' };
  }

  #store(place: string, size: Size, value: Value): void {
    if (size === 8) this.#sink.line(`B[${place}] = ${value.lo};`);
    else this.#sink.line(`V.setInt${size === 16 ? 16 : 32}(${place}, ${value.lo}, true);`);
    if (size === 64) this.#sink.line(`V.setInt32(${place} + 4, ${value.hi}, true);`);
  }

  read(n: number, size: Size): Value {
    const operand = this.#insn.decoded.operands[n];
    if (operand.kind === 'mem') return this.#load(this.#probe(this.address(), size >> 3, 'TR'), size);
    if (operand.kind === 'imm') return { lo: String(operand.lo), hi: String(operand.hi) };
    if (operand.kind !== 'reg') throw new Error('no such operand has a form');
    this.#sink.used.add(operand.reg);
    return { lo: this.temp(`r${operand.reg}l`), hi: size === 64 ? this.temp(`r${operand.reg}h`) : '0' };
  }

  readToModify(n: number, size: Size): Value {
    if (this.#insn.decoded.operands[n].kind !== 'mem') return this.read(n, size);
    this.prepareWrite(n, size);
    return this.#load(this.#place, size);
  }

  prepareWrite(n: number, size: Size): void {
    if (this.#insn.decoded.operands[n].kind === 'mem') this.#place = this.#probe(this.address(), size >> 3, 'TW');
  }

  write(n: number, size: Size, value: Value): void {
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
    this.#sink.used.add(operand.reg);
    this.#sink.written.add(operand.reg);
    this.#sink.line(`r${operand.reg}l = (r${operand.reg}l & ${~mask}) | (${value.lo} & ${mask});`);
  }

  constant(n: number): number | undefined {
    const operand = this.#insn.decoded.operands[n];
    return operand.kind === 'imm' ? operand.lo : undefined;
  }

  load64(at: Value): Value {
    return this.#load(this.#probe(at, 8, 'TR'), 64);
  }

  prepareStore64(at: Value): (value: Value) => void {
    const place = this.#probe(at, 8, 'TW');
    return (value) => this.#store(place, 64, value);
  }

  flags(kind: Kind, x: Value, y: Value): void {
    this.flagsNow = { kind, x, y };
  }

  carry(): string {
    const { flagsNow } = this;
    if (!flagsNow || flagsNow.kind === 'imul64') return this.temp(`${this.condition(2)} ? 1 : 0`);
    const temp = (text: string): string => this.temp(text);
    return temp(flagWords(flagsNow.kind, flagsNow.x, flagsNow.y, resultOf(flagsNow.kind, flagsNow.x, flagsNow.y, temp)).cf);
  }

  condition(cc: number): string {
    const { flagsNow } = this;
    const text = flagsNow && !(flagsNow.kind === 'imul64' && ![2, 4].includes(cc >> 1)) ? conditionOf(flagsNow.kind, cc, flagsNow.x, flagsNow.y, (expression) => this.temp(expression)) : undefined;
    if (text !== undefined) return text;
    // Made elsewhere, or asked for what is rarely asked: worked out by a function.
    this.#keep();
    return this.temp(`H(${cc}, fk, fxl, fxh, fyl, fyh)`);
  }

  next(): Value {
    return { lo: String(this.#insn.nextLo), hi: String(this.#insn.nextHi) };
  }

  jump(condition?: string): void {
    this.leaving = condition === undefined ? { kind: 'jump' } : { kind: 'jump', condition };
  }

  jumpTo(target: Value): void {
    this.leaving = { kind: 'dynamic', target };
  }
}
