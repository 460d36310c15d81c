/**
 * SSE and SSE2 arithmetic on floats and doubles. SDM Vol. 1, "SIMD Floating-Point Exceptions"; Vol. 2, one page per mnemonic.
 *
 * The host's doubles do what a program mostly asks for: round to nearest, everything masked, ordinary numbers in and out.
 * Then only "inexact" can happen; it is found by error-free transforms, or is known already, since the flag is sticky.
 * Every other case goes through float/soft.ts, lane by lane.
 */
import { CR4_OSXMMEXCPT, UD, XM } from '../../../isa/registers.ts';
import type { Cpu } from '../cpu.ts';
import {
  add, compare, divide, DOUBLE, IE, isNan, multiply, newEnv, pack32, pack64, PE, SINGLE, SNAN, squareRoot, subtract, unpack32, unpack64, DE, ZE, type Env,
  type Float, type Format,
} from '../float/soft.ts';
import type { Exec } from '../insn.ts';
import { CR4, MXCSR } from '../state.ts';

const DAZ = 0x40, FTZ = 0x8000;
/** Everything but the sticky flags; and its value when the host's arithmetic is the guest's. */
const CONTROL = 0xffc0, ORDINARY = 0x1f80;
const MIN_DOUBLE = 2.2250738585072014e-308, MAX_DOUBLE = 1.7976931348623157e308, MIN_SINGLE = 1.1754943508222875e-38, MAX_SINGLE = 3.4028234663852886e38;

export const ADD = 0, SUB = 1, MUL = 2, DIV = 3, SQRT = 4;
export type Operation = typeof ADD | typeof SUB | typeof MUL | typeof DIV | typeof SQRT;

const single = new Float32Array(1);

/** MXCSR's controls as the arithmetic core wants them. */
export function sseEnv(mxcsr: number): Env {
  const env = newEnv((mxcsr >> 13) & 3, ~(mxcsr >> 7) & 0x3f);
  env.flushToZero = (mxcsr & FTZ) !== 0;
  return env;
}

export const denormalsAreZero = (mxcsr: number): boolean => (mxcsr & DAZ) !== 0;

/**
 * Notes the exceptions of one instruction, all its lanes together. Unmasked ones of its operands come before the result
 * is computed, so those of the result are not reported with them.
 */
export function settle(cpu: Cpu, flags: number): void {
  const { s } = cpu, unmasked = ~(s[MXCSR] >> 7) & 0x3f, before = IE | DE | ZE;
  s[MXCSR] |= flags & before & unmasked ? flags & before : flags;
  if (flags & unmasked) cpu.raise(s[CR4] & CR4_OSXMMEXCPT ? XM : UD);
}

export const floatAt = (s: Int32Array, slot: number, format: Format, daz: boolean): Float =>
  (format === SINGLE ? unpack32(s[slot], daz) : unpack64(s[slot], s[slot + 1], daz));

export function putFloat(s: Int32Array, slot: number, format: Format, value: Float): void {
  if (format === SINGLE) s[slot] = pack32(value);
  else {
    const bits = pack64(value);
    s[slot] = Number(BigInt.asIntN(32, bits));
    s[slot + 1] = Number(BigInt.asIntN(32, bits >> 32n));
  }
}

// --------------------------------------------------------------------------------------------- arithmetic

function softly(env: Env, format: Format, operation: Operation, x: Float, y: Float): Float {
  switch (operation) {
    case ADD: return add(env, format, x, y);
    case SUB: return subtract(env, format, x, y);
    case MUL: return multiply(env, format, x, y);
    case DIV: return divide(env, format, x, y);
    default: return squareRoot(env, format, y);
  }
}

function slowLanes(cpu: Cpu, operation: Operation, format: Format, lanes: number, a: number, b: number): void {
  const { s } = cpu, mxcsr = s[MXCSR], daz = denormalsAreZero(mxcsr), step = format === SINGLE ? 1 : 2;
  const results: Float[] = [];
  let flags = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const env = sseEnv(mxcsr), at = lane * step;
    results.push(softly(env, format, operation, floatAt(s, a + at, format, daz), floatAt(s, b + at, format, daz)));
    flags |= env.flags;
  }
  settle(cpu, flags);
  results.forEach((value, lane) => putFloat(s, a + lane * step, format, value));
}

function host(operation: Operation, x: number, y: number): number {
  switch (operation) {
    case ADD: return x + y;
    case SUB: return x - y;
    case MUL: return x * y;
    case DIV: return x / y;
    default: return Math.sqrt(y);
  }
}

/** x * y is exactly p. Veltkamp's splitting and Dekker's product; far from overflow and underflow. */
function isProduct(x: number, y: number, p: number): boolean {
  const m = Math.abs(p);
  if (!(m < 1e290 && m > 1e-270 && Math.abs(x) < 1e290 && Math.abs(y) < 1e290)) return false;
  const cx = 134217729 * x, cy = 134217729 * y, xh = cx - (cx - x), yh = cy - (cy - y), xl = x - xh, yl = y - yh;
  return xh * yh - p + xh * yl + xl * yh + xl * yl === 0;
}

/** The double r is what the operation gives exactly. A "no" may be wrong: then the slow way finds out. */
export function isExact(operation: Operation, x: number, y: number, r: number): boolean {
  switch (operation) {
    case ADD: case SUB: {
      // Knuth's two-sum.
      const z = operation === ADD ? y : -y, v = r - x;
      return x - (r - v) + (z - v) === 0;
    }
    case MUL: return r === 0 ? x === 0 || y === 0 : isProduct(x, y, r);
    case DIV: return r === 0 ? x === 0 : isProduct(r, y, x);
    default: return r === 0 || isProduct(r, r, y);
  }
}

const isOrdinary = (x: number, min: number): boolean => Math.abs(x) >= min || x === 0;

/** The result of ordinary operands, when it is ordinary too and nothing but a sticky "inexact" would be noted; else NaN. */
function fastDouble(operation: Operation, x: number, y: number, inexact: boolean): number {
  const r = host(operation, x, y), m = Math.abs(r);
  const plain = m >= MIN_DOUBLE ? m <= MAX_DOUBLE : m === 0 && (operation < MUL || x === 0 || operation === SQRT || y === 0);
  if (!plain || !(isOrdinary(x, MIN_DOUBLE) && isOrdinary(y, MIN_DOUBLE)) || (operation === DIV && y === 0)) return NaN;
  return inexact || isExact(operation, x, y, r) ? r : NaN;
}

/** The same for floats. Rounding the double's rounded result again gives the right float: 53 bits are more than 2 * 24 + 1. */
function fastSingle(operation: Operation, x: number, y: number, inexact: boolean): number {
  const wide = host(operation, x, y);
  single[0] = wide;
  const r = single[0], m = Math.abs(r);
  const plain = m >= MIN_SINGLE ? m <= MAX_SINGLE : m === 0 && (operation < MUL || x === 0 || operation === SQRT || y === 0);
  if (!plain || !(isOrdinary(x, MIN_SINGLE) && isOrdinary(y, MIN_SINGLE)) || (operation === DIV && y === 0)) return NaN;
  return inexact || (r === wide && isExact(operation, x, y, r)) ? r : NaN;
}

export const scalarDouble = (operation: Operation): Exec => (cpu, { a, b }) => {
  const { s, f64 } = cpu, mxcsr = s[MXCSR];
  if ((mxcsr & CONTROL) === ORDINARY) {
    const y = f64[b >> 1], r = fastDouble(operation, operation === SQRT ? 1 : f64[a >> 1], y, (mxcsr & PE) !== 0);
    if (r === r) {
      f64[a >> 1] = r;
      return;
    }
  }
  slowLanes(cpu, operation, DOUBLE, 1, a, b);
};

export const scalarSingle = (operation: Operation): Exec => (cpu, { a, b }) => {
  const { s, f32 } = cpu, mxcsr = s[MXCSR];
  if ((mxcsr & CONTROL) === ORDINARY) {
    const y = f32[b], r = fastSingle(operation, operation === SQRT ? 1 : f32[a], y, (mxcsr & PE) !== 0);
    if (r === r) {
      f32[a] = r;
      return;
    }
  }
  slowLanes(cpu, operation, SINGLE, 1, a, b);
};

export const packedDouble = (operation: Operation): Exec => (cpu, { a, b }) => {
  const { s, f64 } = cpu, mxcsr = s[MXCSR];
  if ((mxcsr & CONTROL) === ORDINARY) {
    const d = a >> 1, e = b >> 1, inexact = (mxcsr & PE) !== 0, root = operation === SQRT;
    const r0 = fastDouble(operation, root ? 1 : f64[d], f64[e], inexact), r1 = fastDouble(operation, root ? 1 : f64[d + 1], f64[e + 1], inexact);
    if (r0 === r0 && r1 === r1) {
      f64[d] = r0;
      f64[d + 1] = r1;
      return;
    }
  }
  slowLanes(cpu, operation, DOUBLE, 2, a, b);
};

export const packedSingle = (operation: Operation): Exec => (cpu, { a, b }) => {
  const { s, f32 } = cpu, mxcsr = s[MXCSR];
  if ((mxcsr & CONTROL) === ORDINARY) {
    const inexact = (mxcsr & PE) !== 0, root = operation === SQRT;
    const r0 = fastSingle(operation, root ? 1 : f32[a], f32[b], inexact), r1 = fastSingle(operation, root ? 1 : f32[a + 1], f32[b + 1], inexact);
    const r2 = fastSingle(operation, root ? 1 : f32[a + 2], f32[b + 2], inexact), r3 = fastSingle(operation, root ? 1 : f32[a + 3], f32[b + 3], inexact);
    if (r0 === r0 && r1 === r1 && r2 === r2 && r3 === r3) {
      f32[a] = r0;
      f32[a + 1] = r1;
      f32[a + 2] = r2;
      f32[a + 3] = r3;
      return;
    }
  }
  slowLanes(cpu, operation, SINGLE, 4, a, b);
};

// --------------------------------------------------------------------------------------------- minimum, maximum, comparisons

/** Flags of comparing two numbers; `signals`: a quiet NaN is invalid too. */
function comparisonFlags(x: Float, y: Float, signals: boolean): number {
  if (isNan(x) || isNan(y)) return signals || x.kind === SNAN || y.kind === SNAN ? IE : 0;
  return x.denormal || y.denormal ? DE : 0;
}

/** The second operand unless the first is strictly less (greater): so it is the result for NaNs and for two zeros. SDM Vol. 2A, "MAXPD". */
export const extreme = (format: Format, lanes: number, greater: boolean): Exec => (cpu, { a, b }) => {
  const { s } = cpu, daz = denormalsAreZero(s[MXCSR]), step = format === SINGLE ? 1 : 2;
  let flags = 0, first = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const x = floatAt(s, a + lane * step, format, daz), y = floatAt(s, b + lane * step, format, daz);
    flags |= comparisonFlags(x, y, true);
    if (compare(x, y) === (greater ? 1 : -1)) first |= 1 << lane;
  }
  settle(cpu, flags);
  for (let lane = 0; lane < lanes; lane++) {
    const from = first & (1 << lane) ? a : b, at = lane * step;
    // A denormal taken as zero is written as one.
    if (daz) putFloat(s, a + at, format, floatAt(s, from + at, format, true));
    else {
      s[a + at] = s[from + at];
      if (step === 2) s[a + at + 1] = s[from + at + 1];
    }
  }
};

/** The host compares as the guest when both are ordinary; a NaN is not. */
const bothPlain = (x: number, y: number, min: number): boolean => isOrdinary(x, min) && isOrdinary(y, min);

export const extremeDouble = (greater: boolean): Exec => {
  const slow = extreme(DOUBLE, 1, greater);
  return (cpu, i) => {
    const { s, f64 } = cpu, x = f64[i.a >> 1], y = f64[i.b >> 1];
    if (!bothPlain(x, y, MIN_DOUBLE)) slow(cpu, i);
    else if (!(greater ? x > y : x < y)) {
      s[i.a] = s[i.b];
      s[i.a + 1] = s[i.b + 1];
    }
  };
};
export const extremeSingle = (greater: boolean): Exec => {
  const slow = extreme(SINGLE, 1, greater);
  return (cpu, i) => {
    const { s, f32 } = cpu, x = f32[i.a], y = f32[i.b];
    if (!bothPlain(x, y, MIN_SINGLE)) slow(cpu, i);
    else if (!(greater ? x > y : x < y)) s[i.a] = s[i.b];
  };
};

/** Whether a predicate (the low three bits of CMPPS's immediate) holds for an outcome. */
function holds(predicate: number, order: -1 | 0 | 1 | undefined): boolean {
  const base = predicate & 3;
  const yes = base === 0 ? order === 0 : base === 1 ? order === -1 : base === 2 ? order === -1 || order === 0 : order === undefined;
  return yes !== (predicate >= 4);
}

/** All ones where the predicate holds. Less-than and less-or-equal, and their opposites, find any NaN invalid. */
export const compareLanes = (format: Format, lanes: number): Exec => (cpu, { a, b, targetLo }) => {
  const { s } = cpu, daz = denormalsAreZero(s[MXCSR]), step = format === SINGLE ? 1 : 2, predicate = targetLo & 7;
  const signals = (predicate & 3) === 1 || (predicate & 3) === 2;
  let flags = 0, mask = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const x = floatAt(s, a + lane * step, format, daz), y = floatAt(s, b + lane * step, format, daz);
    flags |= comparisonFlags(x, y, signals);
    if (holds(predicate, compare(x, y))) mask |= 1 << lane;
  }
  settle(cpu, flags);
  for (let lane = 0; lane < lanes; lane++) s.fill(mask & (1 << lane) ? -1 : 0, a + lane * step, a + (lane + 1) * step);
};

// --------------------------------------------------------------------------------------------- approximations

/**
 * Simplified: RCPPS and RSQRTPS promise a relative error of at most 1.5 * 2^-12; each maker's bits differ. Ours are the
 * exact value rounded to 12 bits after the leading one. Denormals count as zeros. No exceptions.
 */
function approximate(word: number, root: boolean): number {
  const exponent = (word >>> 23) & 0xff, sign = word & 0x80000000, fraction = word & 0x7fffff;
  if (exponent === 0xff && fraction) return word | 0x400000;
  if (exponent === 0) return sign | 0x7f800000;
  if (root && sign) return 0xffc00000 | 0;
  if (exponent === 0xff) return sign;
  toBits[0] = word;
  asFloat[0] = 1 / (root ? Math.sqrt(asFloat[0]) : asFloat[0]);
  // A result below the normal numbers is flushed to zero.
  return (toBits[0] >>> 23 & 0xff) === 0 ? sign : (toBits[0] + 0x400) & ~0x7ff;
}
const toBits = new Int32Array(1), asFloat = new Float32Array(toBits.buffer);

export const reciprocal = (lanes: number, root: boolean): Exec => ({ s }, { a, b }) => {
  for (let lane = 0; lane < lanes; lane++) s[a + lane] = approximate(s[b + lane], root);
};
