/** The x87 register stack: TOP, tags, exceptions. SDM Vol. 1, "x87 FPU Data Registers", "x87 FPU Floating-Point Exception Handling". */
import type { Cpu } from '../cpu.ts';
import { DE, EXTENDED, EXTENDED_24, EXTENDED_53, IE, INDEFINITE, newEnv, pack80, PE, unpack80, ZE, type Env, type Float, type Format } from '../float/soft.ts';
import { FCW, FPR, FSW, FTW } from '../state.ts';

export const FSW_SF = 0x40, FSW_ES = 0x80, FSW_C0 = 0x100, FSW_C1 = 0x200, FSW_C2 = 0x400, FSW_C3 = 0x4000, FSW_B = 0x8000;
const TOP_SHIFT = 11, TOP_MASK = 0x3800;
const EXCEPTIONS = 0x3f;
/** Exceptions found in the operands: when not masked, nothing is computed. */
const BEFORE = IE | DE | ZE;

export const top = (s: Int32Array): number => (s[FSW] >> TOP_SHIFT) & 7;
/** Physical number of ST(i). */
export const physical = (s: Int32Array, i: number): number => (top(s) + i) & 7;
export const isEmpty = (s: Int32Array, i: number): boolean => ((s[FTW] >> physical(s, i)) & 1) === 0;
export const slotOf = (s: Int32Array, i: number): number => FPR + 4 * physical(s, i);

export function turn(s: Int32Array, by: number): void {
  s[FSW] = (s[FSW] & ~TOP_MASK) | (((top(s) + by) & 7) << TOP_SHIFT);
}

export function get(s: Int32Array, i: number): Float {
  const slot = slotOf(s, i);
  return unpack80(s[slot], s[slot + 1], s[slot + 2]);
}

export function putRaw(s: Int32Array, i: number, lo: number, hi: number, signExponent: number): void {
  const slot = slotOf(s, i);
  s[slot] = lo;
  s[slot + 1] = hi;
  s[slot + 2] = signExponent;
  s[FTW] |= 1 << physical(s, i);
}

export function put(s: Int32Array, i: number, value: Float): void {
  const { sig, top: signExponent } = pack80(value);
  putRaw(s, i, Number(BigInt.asIntN(32, sig)), Number(BigInt.asIntN(32, sig >> 32n)), signExponent);
}

export function pop(s: Int32Array): void {
  s[FTW] &= ~(1 << top(s));
  turn(s, 1);
}

export function setC1(s: Int32Array, on: boolean): void {
  s[FSW] = on ? s[FSW] | FSW_C1 : s[FSW] & ~FSW_C1;
}

/** C3, C2 and C0, as a compare leaves them. */
export function setCodes(s: Int32Array, codes: number): void {
  s[FSW] = (s[FSW] & ~(FSW_C0 | FSW_C2 | FSW_C3)) | codes;
}

export const isUnmasked = (s: Int32Array, flags: number): boolean => (flags & ~s[FCW] & EXCEPTIONS) !== 0;

/** ES and B say that some exception noted is not masked. */
export function summarize(s: Int32Array): void {
  if (isUnmasked(s, s[FSW])) s[FSW] |= FSW_ES | FSW_B;
  else s[FSW] &= ~(FSW_ES | FSW_B);
}

/** Precision control: 24, 53 or 64 bits. */
export function precision(s: Int32Array): Format {
  const control = (s[FCW] >> 8) & 3;
  return control === 0 ? EXTENDED_24 : control === 2 ? EXTENDED_53 : EXTENDED;
}
export const fpuEnv = (s: Int32Array): Env => newEnv((s[FCW] >> 10) & 3, ~s[FCW] & EXCEPTIONS, true);

/**
 * Notes what an operation met. @returns false when an exception of the operands is not masked: then nothing may be
 * written or popped; the next waiting instruction raises #MF.
 */
export function settle(s: Int32Array, env: Env): boolean {
  const before = env.flags & BEFORE, stops = isUnmasked(s, before);
  s[FSW] |= stops ? before : env.flags;
  setC1(s, !stops && (env.flags & PE) !== 0 && env.up);
  if (isUnmasked(s, env.flags)) s[FSW] |= FSW_ES | FSW_B;
  return !stops;
}

/** Stack overflow (C1 set) or underflow. @returns whether invalid operations are masked: then the indefinite takes the result's place. */
export function stackFault(s: Int32Array, isOverflow: boolean): boolean {
  s[FSW] |= IE | FSW_SF;
  setC1(s, isOverflow);
  if (!isUnmasked(s, IE)) return true;
  s[FSW] |= FSW_ES | FSW_B;
  return false;
}

/** Pushes unless the register below is in use. */
export function push(s: Int32Array, value: Float): void {
  if (!isEmpty(s, 7)) {
    if (!stackFault(s, true)) return;
    value = INDEFINITE;
  } else setC1(s, false);
  turn(s, -1);
  put(s, 0, value);
}

/** Whether both registers are in use; if not, the fault is noted, and ST(to) becomes the indefinite where that is masked. */
export function ready(s: Int32Array, first: number, second: number, to: number, pops = 0): boolean {
  if (!isEmpty(s, first) && !isEmpty(s, second)) return true;
  if (stackFault(s, false)) {
    if (to >= 0) put(s, to, INDEFINITE);
    for (let n = 0; n < pops; n++) pop(s);
  }
  return false;
}

export type Fpu = (cpu: Cpu) => void;
