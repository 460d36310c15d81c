/** Reads arguments of tracepoints as two halves, without making a bigint of what is only kept as numbers. See traceValue for the meaning. */
import type { DebugType, TraceArgument } from '../formats/debug-info.ts';
import { RBP_SLOT, RSP_SLOT } from '../machine/cpu/state.ts';
import type { Machine } from '../machine/machine.ts';
import { GPR } from './trace-text.ts';

/** A canonical address as a signed number, which is exact; whatever else is there is no address. */
export const keyOf = (at: bigint): number => Number(BigInt.asIntN(64, at));
export const wordOf = (key: number): bigint => BigInt.asUintN(64, BigInt(key));

export const halvesOf = (at: bigint): { lo: number; hi: number } => ({ lo: low(at), hi: low(at >> 32n) });

export const keyOfHalves = (lo: number, hi: number): number => hi * 4294967296 + (lo >>> 0);

const low = (value: bigint): number => Number(BigInt.asIntN(32, value));

/** One argument of one tracepoint, taken apart once. */
export interface Reader {
  /** Slot of a register, or -1 for the constant. */
  readonly slot: number;
  readonly lo: number;
  readonly hi: number;
  readonly steps: TraceArgument['steps'];
  /** What is left of a register that holds a narrow value, in bits. */
  readonly bits: number;
  readonly signed: boolean;
}

/** An argument that is not there. */
export const NOTHING: Reader = { slot: -1, lo: 0, hi: 0, steps: [], bits: 64, signed: false };

export function readerOf(types: readonly DebugType[], { base, steps, type: index }: TraceArgument): Reader {
  const at = (value: bigint): Pick<Reader, 'lo' | 'hi'> => ({ lo: low(value), hi: low(value >> 32n) });
  const plain = { ...NOTHING, steps };
  switch (base.kind) {
    case 'reg': {
      let type: DebugType | undefined = types[index];
      while (type?.kind === 'typedef') type = types[type.to];
      const slot = 2 * GPR.indexOf(base.reg);
      if (steps.length !== 0 || (type?.kind !== 'int' && type?.kind !== 'enum') || type.size === 8) return { ...plain, slot };
      return { ...plain, slot, bits: 8 * type.size, signed: type.kind === 'int' && type.signed };
    }
    case 'rbp': return { ...plain, slot: RBP_SLOT, ...at(BigInt(base.offset)) };
    case 'rsp': return { ...plain, slot: RSP_SLOT, ...at(BigInt(base.offset)) };
    case 'const': return { ...plain, ...at(base.value) };
    case 'address': return { ...plain, ...at(base.address) };
    default: return plain;
  }
}

/** Where the halves of what was read last stand. */
export class Values {
  lo = 0;
  hi = 0;
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  #add(lo: number, hi: number): void {
    const sum = (this.lo >>> 0) + (lo >>> 0);
    this.lo = sum | 0;
    this.hi = (this.hi + hi + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  }

  /** Loads what lies there. @returns false where nothing is mapped, and then it is 0. */
  load(bytes: number, signed: boolean): boolean {
    const machine = this.#machine, physical = machine.placeOf(this.lo, this.hi);
    if (physical < 0) return this.#far(bytes, signed);
    const { view } = machine.ram;
    switch (bytes) {
      case 8:
        this.lo = view.getInt32(physical, true);
        this.hi = view.getInt32(physical + 4, true);
        return true;
      case 4: this.lo = view.getInt32(physical, true); break;
      case 2: this.lo = signed ? view.getInt16(physical, true) : view.getUint16(physical, true); break;
      default: this.lo = signed ? view.getInt8(physical) : view.getUint8(physical); break;
    }
    this.hi = signed ? this.lo >> 31 : 0;
    return true;
  }

  /** Over the border of a page, or nowhere. */
  #far(bytes: number, signed: boolean): boolean {
    const found = this.#machine.peekNumber(this.word(), bytes);
    const value = found === undefined ? 0n : signed ? BigInt.asIntN(8 * bytes, found) : found;
    this.lo = low(value);
    this.hi = low(value >> 32n);
    return found !== undefined;
  }

  register(slot: number): void {
    const { s } = this.#machine.current;
    this.lo = s[slot];
    this.hi = s[slot + 1];
  }

  /** @returns the low half. */
  read({ slot, lo, hi, steps, bits, signed }: Reader): number {
    if (slot >= 0) {
      this.register(slot);
      if ((lo | hi) !== 0) this.#add(lo, hi);
    } else {
      this.lo = lo;
      this.hi = hi;
    }
    for (const step of steps) {
      if (step.offset !== 0) this.#add(step.offset, step.offset < 0 ? -1 : 0);
      if (step.load !== 0 && !this.load(step.load, step.signed)) return 0;
    }
    if (bits < 64) {
      this.lo = signed ? (this.lo << (32 - bits)) >> (32 - bits) : bits === 32 ? this.lo : this.lo & ((1 << bits) - 1);
      this.hi = signed ? this.lo >> 31 : 0;
    }
    return this.lo;
  }

  word(): bigint {
    return (BigInt(this.hi >>> 0) << 32n) | BigInt(this.lo >>> 0);
  }
}
