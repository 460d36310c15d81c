/** x87 loads, stores, constants and exchanges. SDM Vol. 1, "x87 FPU Data Transfer Instructions". */
import type { Cpu } from '../cpu.ts';
import { convert, DE, DOUBLE, finite, IE, INDEFINITE, integer, isNan, NEAREST, nanOf, pack32, pack64, PE, SINGLE, toInteger, unpack32, unpack64, UP, type Env,
  type Float, type Format } from '../float/soft.ts';
import * as extended from '../float/extended.ts';
import { effectiveAddress, store } from '../forms.ts';
import type { Exec } from '../insn.ts';
import { EA_HI, FCW, FTW, LOAD_HI, XMM_MEM } from '../state.ts';
import { fpuEnv, get, isEmpty, isUnmasked, physical, pop, push, put, putRaw, ready, setC1, settle, slotOf, stackFault, turn } from './x87-stack.ts';

/** A kind of number in memory, staged at XMM_MEM; and a fast way for ordinary ones, as 80 bits into the words at `to`. */
export interface Memory {
  readonly load: (s: Int32Array) => Float;
  readonly fast: (s: Int32Array, into: Int32Array, to: number) => boolean;
}

export const MEMORY: Readonly<Record<'real' | 'integer', Readonly<Record<number, Memory>>>> = {
  real: {
    32: { load: (s) => unpack32(s[XMM_MEM]), fast: (s, into, to) => extended.fromSingle(into, to, s[XMM_MEM]) },
    64: { load: (s) => unpack64(s[XMM_MEM], s[XMM_MEM + 1]), fast: (s, into, to) => extended.fromDouble(into, to, s[XMM_MEM], s[XMM_MEM + 1]) },
  },
  integer: {
    16: { load: (s) => integer(BigInt((s[XMM_MEM] << 16) >> 16)),
      fast: (s, into, to) => extended.fromInteger(into, to, (s[XMM_MEM] << 16) >> 16, (s[XMM_MEM] << 16) >> 31) },
    32: { load: (s) => integer(BigInt(s[XMM_MEM])), fast: (s, into, to) => extended.fromInteger(into, to, s[XMM_MEM], s[XMM_MEM] >> 31) },
    64: { load: (s) => integer((BigInt(s[XMM_MEM + 1]) << 32n) | BigInt(s[XMM_MEM] >>> 0)),
      fast: (s, into, to) => extended.fromInteger(into, to, s[XMM_MEM], s[XMM_MEM + 1]) },
  },
};

/** FLD of a float or double, FILD: exact, but a signalling NaN is invalid and a denormal is noted. */
export const loadNumber = ({ load, fast }: Memory): Exec => ({ s }) => {
  if (isEmpty(s, 7) && fast(s, s, slotOf(s, 7))) {
    s[FTW] |= 1 << physical(s, 7);
    turn(s, -1);
    setC1(s, false);
    return;
  }
  let value = load(s);
  if (!isEmpty(s, 7)) {
    push(s, value);
    return;
  }
  const env = fpuEnv(s);
  if (isNan(value)) value = nanOf(env, value, value);
  else if (value.denormal) env.flags |= DE;
  // A denormal is loaded even when that is not masked: what it raises comes with the next instruction.
  if (settle(s, env) || env.flags === DE) {
    turn(s, -1);
    put(s, 0, value);
  }
};

/** FLD of 80 bits looks at nothing. */
export const loadExtended: Exec = (cpu, i) => {
  const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
  cpu.checkSpan(lo, hi, 10);
  const low = cpu.load64(lo, hi), high = s[LOAD_HI], signExponent = cpu.load16((lo + 8) | 0, nextHi(lo, hi));
  pushRaw(s, low, high, signExponent);
};
const nextHi = (lo: number, hi: number): number => (hi + (((lo + 8) | 0) >>> 0 < lo >>> 0 ? 1 : 0)) | 0;

function pushRaw(s: Int32Array, lo: number, hi: number, signExponent: number): void {
  if (!isEmpty(s, 7)) {
    push(s, INDEFINITE);
    return;
  }
  setC1(s, false);
  turn(s, -1);
  putRaw(s, 0, lo, hi, signExponent);
}

/** FLD ST(i). */
export const duplicate = (from: number): Exec => ({ s }) => {
  if (isEmpty(s, from)) {
    if (!stackFault(s, false)) return;
    turn(s, -1);
    put(s, 0, INDEFINITE);
    return;
  }
  const slot = slotOf(s, from);
  pushRaw(s, s[slot], s[slot + 1], s[slot + 2]);
};

/** FST ST(i), FSTP ST(i). */
export const copyTo = (to: number, pops: boolean): Exec => ({ s }) => {
  if (!ready(s, 0, 0, to, pops ? 1 : 0)) return;
  setC1(s, false);
  const slot = slotOf(s, 0);
  putRaw(s, to, s[slot], s[slot + 1], s[slot + 2]);
  if (pops) pop(s);
};

export const exchange = (other: number): Exec => ({ s }) => {
  if (isEmpty(s, 0) || isEmpty(s, other)) {
    if (!stackFault(s, false)) return;
    for (const i of [0, other]) if (isEmpty(s, i)) put(s, i, INDEFINITE);
  } else setC1(s, false);
  const a = slotOf(s, 0), b = slotOf(s, other), w0 = s[a], w1 = s[a + 1], w2 = s[a + 2];
  s[a] = s[b];
  s[a + 1] = s[b + 1];
  s[a + 2] = s[b + 2];
  s[b] = w0;
  s[b + 1] = w1;
  s[b + 2] = w2;
};

/** What a store to memory writes: two words. Undefined when an exception that is not masked forbids it. */
type Image = readonly [number, number] | undefined;
const pairOf = (bits: bigint): readonly [number, number] => [Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n))];

function realImage(env: Env, format: Format, value: Float): Image {
  const result = isNan(value) ? nanOf(env, value, value) : convert(env, format, { ...value, denormal: false });
  if (env.flags & env.unmasked & ~PE) {
    // Nothing is stored, so nothing is inexact.
    env.flags &= ~PE;
    return undefined;
  }
  return format === SINGLE ? [pack32(result), 0] : pairOf(pack64(result));
}

function integerImage(env: Env, bits: number, value: Float, mode: number): Image {
  const result = isNan(value) ? undefined : toInteger(env, value, bits, mode);
  if (result === undefined) env.flags |= IE;
  return env.flags & env.unmasked & IE ? undefined : pairOf(result ?? -(1n << BigInt(bits - 1)));
}

/**
 * Converts, stores, and only then notes exceptions and pops: a page fault leaves everything as it was. Where an exception
 * that is not masked forbids the store, memory is not looked at.
 */
const storing = (bits: number, pops: boolean, image: (env: Env, value: Float) => Image,
  fast: (s: Int32Array, lo: number, hi: number, se: number) => boolean): Exec => (cpu, i) => {
  const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI], from = slotOf(s, 0);
  if (!isEmpty(s, 0) && fast(s, s[from], s[from + 1], s[from + 2])) {
    store(cpu, lo, hi, bits, extended.image.lo, extended.image.hi);
    extended.noteImage(s);
    if (pops) pop(s);
    return;
  }
  if (isEmpty(s, 0)) {
    const words = isUnmasked(s, IE) ? undefined : image({ ...fpuEnv(s), unmasked: 0 }, INDEFINITE);
    if (words) store(cpu, lo, hi, bits, words[0], words[1]);
    if (stackFault(s, false) && pops) pop(s);
    return;
  }
  // Storing to a register narrower than the stack's: exponents are not wrapped here.
  const env = { ...fpuEnv(s), x87: false }, words = image(env, get(s, 0));
  if (words) store(cpu, lo, hi, bits, words[0], words[1]);
  settle(s, env);
  if (words && pops) pop(s);
};

export const storeReal = (bits: 32 | 64, pops: boolean): Exec => storing(bits, pops, (env, value) => realImage(env, bits === 32 ? SINGLE : DOUBLE, value),
  bits === 32 ? (s, lo, hi, se) => extended.isNearest(s) && extended.toSingle(lo, hi, se)
    : (s, lo, hi, se) => extended.isNearest(s) && extended.toDouble(lo, hi, se));
export const storeInteger = (bits: 16 | 32 | 64, pops: boolean): Exec => storing(bits, pops, (env, value) => integerImage(env, bits, value, env.rounding),
  (s, lo, hi, se) => (extended.isNearest(s) || extended.isTruncating(s)) && extended.toInteger(lo, hi, se, bits, extended.isTruncating(s)));

/** Eight bytes and two: a fault of the two leaves the eight written. */
function storeTen(cpu: Cpu, lo: number, hi: number, low: number, high: number, last: number): void {
  cpu.checkSpan(lo, hi, 10);
  cpu.store64(lo, hi, low, high);
  cpu.store16((lo + 8) | 0, nextHi(lo, hi), last);
}

/** FSTP of 80 bits writes them as they are. */
export const storeExtended: Exec = (cpu, i) => {
  const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
  if (isEmpty(s, 0)) {
    if (!isUnmasked(s, IE)) storeTen(cpu, lo, hi, 0, 0xc0000000 | 0, 0xffff);
    if (stackFault(s, false)) pop(s);
    return;
  }
  const slot = slotOf(s, 0);
  storeTen(cpu, lo, hi, s[slot], s[slot + 1], s[slot + 2]);
  setC1(s, false);
  pop(s);
};

/** Eighteen decimal digits and a sign. SDM Vol. 1, "BCD and Packed BCD Integers". */
export const loadDecimal: Exec = (cpu, i) => {
  const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
  let value = 0n;
  cpu.checkSpan(lo, hi, 10);
  const low = cpu.load64(lo, hi), high = s[LOAD_HI], last = cpu.load16((lo + 8) | 0, nextHi(lo, hi));
  const nibbles = (BigInt(last & 0xff) << 64n) | (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  for (let n = 17n; n >= 0n; n--) value = value * 10n + ((nibbles >> (4n * n)) & 15n);
  push(s, last & 0x8000 ? { ...integer(value), sign: 1 } : integer(value));
};
const TEN_18 = 1_000_000_000_000_000_000n;
export const storeDecimal: Exec = (cpu, i) => {
  const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
  const isGone = isEmpty(s, 0), env = fpuEnv(s), value = isGone ? INDEFINITE : get(s, 0);
  let whole = isNan(value) ? undefined : toInteger(env, value, 64, env.rounding);
  if (whole !== undefined && (whole >= TEN_18 || whole <= -TEN_18)) whole = undefined;
  if (whole === undefined) env.flags = IE;
  if (whole === undefined) {
    if (!(env.unmasked & IE)) storeTen(cpu, lo, hi, 0, 0xc0000000 | 0, 0xffff);
  } else {
    let digits = 0n, rest = whole < 0n ? -whole : whole;
    for (let n = 0n; n < 18n; n++) {
      digits |= rest % 10n << (4n * n);
      rest /= 10n;
    }
    storeTen(cpu, lo, hi, ...pairOf(digits), Number(digits >> 64n) | (value.sign ? 0x8000 : 0));
  }
  if (isGone ? stackFault(s, false) : settle(s, env)) pop(s);
};

/** Constants: the significand of 64 bits rounded down, what is added to round up, and whether nearest does. SDM Vol. 2A, "FLD1/FLDL2T/...". */
const CONSTANTS: Readonly<Record<string, readonly [sig: bigint, exp: number, nearestIsUp: boolean]>> = {
  fldl2t: [0xd49a784bcd1b8afen, -62, false], fldl2e: [0xb8aa3b295c17f0bbn, -63, true], fldpi: [0xc90fdaa22168c234n, -62, true],
  fldlg2: [0x9a209a84fbcff798n, -65, true], fldln2: [0xb17217f7d1cf79abn, -64, true],
};
export const loadConstant = (name: string): Exec => ({ s }) => {
  if (name === 'fld1' || name === 'fldz') {
    pushRaw(s, 0, name === 'fld1' ? 0x8000_0000 | 0 : 0, name === 'fld1' ? 0x3fff : 0);
    return;
  }
  const [sig, exp, nearestIsUp] = CONSTANTS[name], mode = (s[FCW] >> 10) & 3;
  push(s, finite(0, mode === UP || (mode === NEAREST && nearestIsUp) ? sig + 1n : sig, exp));
};
