/**
 * The x87's transcendental functions: series in fixed point, far more exact than the 64 bits that are kept, then rounded
 * once. Results are the nearest numbers; processors promise one unit in the last place. SDM Vol. 1, "Transcendental
 * Instruction Accuracy".
 */
import { bitLength, DE, EXTENDED, finite, FINITE, infinity, INFINITE, integerRoot, invalid, isNan, nanOf, round, zero, ZE, ZERO, type Env,
  type Float } from './soft.ts';

/** Bits behind the point. */
const BITS = 320, N = 320n, ONE = 1n << N;
/** Below two to this, the first term of a series is the result but for its last bit. */
const TINY = -100;

const times = (a: bigint, b: bigint): bigint => (a * b) >> N;
/** Exponent of the leading bit. */
const magnitude = (a: Float): number => a.exp + bitLength(a.sig) - 1;
const fixed = ({ sig, exp }: Float): bigint => (exp + BITS >= 0 ? sig << BigInt(exp + BITS) : sig >> BigInt(-exp - BITS));

/** The sum of z^(2k+1)/(2k+1), with alternating signs for the arc tangent. */
function oddSeries(z: bigint, alternates: boolean): bigint {
  // Shifts round down, and below zero a power would never vanish.
  if (z < 0n) return -oddSeries(-z, alternates);
  const square = times(z, z);
  let power = z, sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += alternates && k & 2n ? -(power / k) : power / k;
    power = times(power, square);
  }
  return sum;
}

const LN2 = 2n * oddSeries(ONE / 3n, false);
/** Machin's formula. */
const PI = 4n * (4n * oddSeries(ONE / 5n, true) - oddSeries(ONE / 239n, true));

/** A sum or product in fixed point, cut off: a little more than it says. */
const inexact = (env: Env, sign: 0 | 1, value: bigint, scale = -BITS): Float => round(env, EXTENDED, sign, value, scale, true);
const flip = (a: 0 | 1, b: 0 | 1): 0 | 1 => (a ^ b) as 0 | 1;

function note(env: Env, a: Float, b: Float = a): void {
  if (a.denormal || b.denormal) env.flags |= DE;
}

/** 2^x - 1 for x from -1 to 1. Outside, the manual promises nothing: the number stays. */
export function exponential(env: Env, x: Float): Float {
  if (isNan(x)) return nanOf(env, x, x);
  if (x.kind === INFINITE) return x.sign ? finite(1, 1n, 0) : x;
  if (x.kind === ZERO) return x;
  note(env, x);
  if (magnitude(x) < TINY) return inexact(env, x.sign, x.sig * LN2, x.exp - BITS);
  const value = fixed(x);
  if (value >= ONE) return value > ONE ? x : x.sign ? finite(1, 1n, -1) : finite(0, 1n, 0);
  const y = times(x.sign ? -value : value, LN2);
  let term = y, sum = y;
  for (let k = 2n; term !== 0n && term !== -1n; k++) {
    term = times(term, y) / k;
    sum += term;
  }
  return inexact(env, x.sign, sum < 0n ? -sum : sum);
}

/** y times a binary logarithm given in fixed point. */
const scaled = (env: Env, y: Float, log: bigint, isExact: boolean): Float =>
  round(env, EXTENDED, flip(y.sign, log < 0n ? 1 : 0), y.sig * (log < 0n ? -log : log), y.exp - BITS, !isExact);

/** y * log2(x). */
export function logarithm(env: Env, y: Float, x: Float): Float {
  if (isNan(x) || isNan(y)) return nanOf(env, y, x);
  if (x.sign && x.kind !== ZERO) return invalid(env);
  if (x.kind === ZERO) {
    if (y.kind === ZERO) return invalid(env);
    if (y.kind === FINITE) env.flags |= ZE;
    return infinity(y.sign ? 0 : 1);
  }
  if (x.kind === INFINITE) {
    if (y.kind === ZERO) return invalid(env);
    note(env, y);
    return infinity(y.sign);
  }
  const length = bitLength(x.sig);
  let exponent = x.exp + length - 1, m = length > BITS ? x.sig >> BigInt(length - 1 - BITS) : x.sig << BigInt(BITS - length + 1);
  const isPower = m === ONE;
  if (isPower && exponent === 0 && y.kind === INFINITE) return invalid(env);
  note(env, x, y);
  if (y.kind !== FINITE) {
    const sign = flip(y.sign, exponent < 0 ? 1 : 0);
    return y.kind === ZERO ? zero(sign) : infinity(sign);
  }
  if (isPower && exponent === 0) return zero(y.sign);
  // Between 0.75 and 1.5 the series is short, and nothing cancels near one.
  if (2n * m > 3n * ONE) {
    m >>= 1n;
    exponent++;
  }
  const log = (2n * oddSeries(((m - ONE) << N) / (m + ONE), false) << N) / LN2;
  return scaled(env, y, (BigInt(exponent) << N) + log, isPower);
}

/** y * log2(x + 1), exact for small x. */
export function logarithmOfNext(env: Env, y: Float, x: Float): Float {
  if (isNan(x) || isNan(y)) return nanOf(env, y, x);
  if (x.kind === ZERO || y.kind !== FINITE || x.kind === INFINITE) {
    if ((x.kind === ZERO && y.kind === INFINITE) || (x.kind === INFINITE && (y.kind === ZERO || x.sign))) return invalid(env);
    note(env, x, y);
    const sign = flip(x.sign, y.sign);
    return x.kind === INFINITE || y.kind === INFINITE ? infinity(sign) : zero(sign);
  }
  if (magnitude(x) > 64) return logarithm(env, y, x);
  const signed = x.sign ? -fixed(x) : fixed(x);
  if (signed <= -ONE) return invalid(env);
  note(env, x, y);
  // Outside its range (and what fixed point holds to the last bit) it is the other logarithm; there the series is short.
  if (magnitude(x) >= -1) return logarithm(env, y, finite(0, ONE + signed, -BITS));
  if (magnitude(x) < TINY) return round(env, EXTENDED, flip(x.sign, y.sign), x.sig * y.sig * ((ONE << N) / LN2), x.exp + y.exp - BITS, true);
  return scaled(env, y, (2n * oddSeries((signed << N) / (2n * ONE + signed), false) << N) / LN2, false);
}

/** The arc tangent of a number from 0 to 1. Halving the angle three times makes the series short. */
function arcTangent(u: bigint): bigint {
  let t = u;
  for (let n = 0; n < 3; n++) t = (t << N) / (ONE + integerRoot((ONE << N) + t * t));
  return 8n * oddSeries(t, true);
}

/** The angle of the point (x, y). SDM Vol. 2A, "FPATAN". */
export function angle(env: Env, y: Float, x: Float): Float {
  if (isNan(x) || isNan(y)) return nanOf(env, y, x);
  const { sign } = y;
  if (y.kind === ZERO) {
    note(env, x);
    return x.sign ? inexact(env, sign, PI) : y;
  }
  if (y.kind === INFINITE) {
    note(env, x);
    return inexact(env, sign, x.kind !== INFINITE ? PI >> 1n : x.sign ? (3n * PI) >> 2n : PI >> 2n);
  }
  note(env, x, y);
  if (x.kind === ZERO) return inexact(env, sign, PI >> 1n);
  if (x.kind === INFINITE) return x.sign ? inexact(env, sign, PI) : zero(sign);
  const apart = magnitude(y) - magnitude(x);
  if (apart > -TINY) return inexact(env, sign, (PI >> 1n) - (x.sign ? 0n : 1n));
  if (apart < TINY) {
    if (x.sign) return inexact(env, sign, PI - 1n);
    // y / x, less a little.
    return inexact(env, sign, 4n * ((y.sig << N) / x.sig) - 1n, y.exp - x.exp - BITS - 2);
  }
  const exp = Math.min(x.exp, y.exp), a = x.sig << BigInt(x.exp - exp), b = y.sig << BigInt(y.exp - exp);
  const first = a >= b ? arcTangent((b << N) / a) : (PI >> 1n) - arcTangent((a << N) / b);
  return inexact(env, sign, x.sign ? PI - first : first);
}

/** "f = C90FDAA2 2168C234 C": the pi of argument reduction, four times this as a fraction. SDM Vol. 1, "Approximation of Pi". */
const HALF_PI = 0xc90fdaa22168c234cn << (N - 67n);

function sineSeries(r: bigint): bigint {
  const square = times(r, r);
  let term = r, sum = r;
  for (let k = 2n; term !== 0n && term !== -1n; k += 2n) {
    term = -times(term, square) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}
function cosineSeries(r: bigint): bigint {
  const square = times(r, r);
  let term = ONE, sum = ONE;
  for (let k = 1n; term !== 0n && term !== -1n; k += 2n) {
    term = -times(term, square) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}

/** Sine, cosine and tangent of a finite number below 2^63. */
export function circular(env: Env, x: Float, which: 'sin' | 'cos' | 'tan'): Float {
  if (isNan(x)) return nanOf(env, x, x);
  if (x.kind === INFINITE) return invalid(env);
  if (x.kind === ZERO) return which === 'cos' ? finite(0, 1n, 0) : x;
  note(env, x);
  if (magnitude(x) < TINY) {
    if (which === 'cos') return inexact(env, 0, ONE - 1n);
    return inexact(env, x.sign, which === 'sin' ? (x.sig << 64n) - 1n : x.sig << 64n, x.exp - 64);
  }
  const value = x.sign ? -fixed(x) : fixed(x);
  // The nearest multiple of a right angle: rounding down after adding half.
  const turns = ((2n * value + HALF_PI) / (2n * HALF_PI)) - ((2n * value + HALF_PI) % (2n * HALF_PI) < 0n ? 1n : 0n), r = value - turns * HALF_PI;
  const quadrant = BigInt.asUintN(2, turns), s = sineSeries(r), c = cosineSeries(r), odd = (quadrant & 1n) === 1n;
  const sine = odd ? (quadrant === 3n ? -c : c) : quadrant === 2n ? -s : s, cosine = odd ? (quadrant === 1n ? -s : s) : quadrant === 2n ? -c : c;
  const result = which === 'sin' ? sine : which === 'cos' ? cosine : (sine << N) / cosine;
  return inexact(env, result < 0n ? 1 : 0, result < 0n ? -result : result);
}

/** Whether the circular functions take it: else C2 is set and nothing happens. */
export const isReducible = (x: Float): boolean => x.kind !== FINITE || magnitude(x) < 63;

