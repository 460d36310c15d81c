/**
 * Floating-point arithmetic in integers: exact, then rounded once as IEEE 754 says, in any of the four modes and for any
 * of the machine's formats. Whatever the host's own doubles cannot show (exceptions, other rounding modes, 80 bits) comes
 * here. SDM Vol. 1, "Floating-Point Data Types", "Overview of Floating-Point Exceptions".
 */

/** Exception flags, as they stand in MXCSR and in the x87 status word. */
export const IE = 1, DE = 2, ZE = 4, OE = 8, UE = 16, PE = 32;
/** Rounding control: nearest even, down, up, towards zero. */
export const NEAREST = 0, DOWN = 1, UP = 2, TRUNCATE = 3;

export const ZERO = 0, FINITE = 1, INFINITE = 2, QNAN = 3, SNAN = 4, UNSUPPORTED = 5;
export type Kind = typeof ZERO | typeof FINITE | typeof INFINITE | typeof QNAN | typeof SNAN | typeof UNSUPPORTED;

/** A number taken apart. FINITE: sig * 2^exp. NaN: sig is the significand of the 80-bit format, integer bit included. */
export interface Float {
  readonly kind: Kind;
  readonly sign: 0 | 1;
  readonly exp: number;
  readonly sig: bigint;
  readonly denormal: boolean;
}

export interface Format {
  /** Bits of the significand, the leading one included. */
  readonly p: number;
  /** Exponents of the smallest and the largest normal number. */
  readonly min: number;
  readonly max: number;
}
export const SINGLE: Format = { p: 24, min: -126, max: 127 };
export const DOUBLE: Format = { p: 53, min: -1022, max: 1023 };
export const EXTENDED: Format = { p: 64, min: -16382, max: 16383 };
/** What precision control makes of the x87's results: a shorter significand, the exponent's range as ever. */
export const EXTENDED_24: Format = { ...EXTENDED, p: 24 }, EXTENDED_53: Format = { ...EXTENDED, p: 53 };

/** How to compute, and what came of it. */
export interface Env {
  rounding: number;
  /** A tiny result becomes zero. */
  flushToZero: boolean;
  /** Exceptions that are not masked: some change the result. */
  unmasked: number;
  /** x87: its own rule for two NaNs, and unmasked over- and underflow give a result with its exponent moved by 24576. */
  x87: boolean;
  flags: number;
  /** The last rounding went away from zero. */
  up: boolean;
}
export const newEnv = (rounding: number, unmasked = 0, x87 = false): Env => ({ rounding, flushToZero: false, unmasked, x87, flags: 0, up: false });

const QUIET = 1n << 62n, INTEGER_BIT = 1n << 63n;
/** Unmasked x87 overflow and underflow. SDM Vol. 1, "Numeric Overflow Exception (#O)". */
const WRAP = 24576;

export const zero = (sign: 0 | 1): Float => ({ kind: ZERO, sign, exp: 0, sig: 0n, denormal: false });
export const infinity = (sign: 0 | 1): Float => ({ kind: INFINITE, sign, exp: 0, sig: INTEGER_BIT, denormal: false });
/** QNaN floating-point indefinite: what an invalid operation gives. */
export const INDEFINITE: Float = { kind: QNAN, sign: 1, exp: 0, sig: INTEGER_BIT | QUIET, denormal: false };
export const finite = (sign: 0 | 1, sig: bigint, exp: number): Float => (sig === 0n ? zero(sign) : { kind: FINITE, sign, exp, sig, denormal: false });
export const integer = (value: bigint): Float => (value < 0n ? finite(1, -value, 0) : finite(0, value, 0));

export function bitLength(value: bigint): number {
  let length = 0;
  for (; value >= 0x1_0000_0000n << 32n; value >>= 64n) length += 64;
  const hi = Number(value >> 32n);
  return length + (hi ? 64 - Math.clz32(hi) : 32 - Math.clz32(Number(value)));
}

// --------------------------------------------------------------------------------------------- formats

function unpack(sign: 0 | 1, biased: number, fraction: bigint, format: Format, daz: boolean): Float {
  const { p, min, max } = format;
  if (biased === 0) {
    if (fraction === 0n || daz) return zero(sign);
    return { kind: FINITE, sign, exp: min - p + 1, sig: fraction, denormal: true };
  }
  if (biased === 2 * max + 1) {
    if (fraction === 0n) return infinity(sign);
    const sig = INTEGER_BIT | (fraction << BigInt(64 - p));
    return { kind: sig & QUIET ? QNAN : SNAN, sign, exp: 0, sig, denormal: false };
  }
  return { kind: FINITE, sign, exp: biased - max - p + 1, sig: fraction | (1n << BigInt(p - 1)), denormal: false };
}

export const unpack32 = (word: number, daz = false): Float => unpack((word >>> 31) as 0 | 1, (word >>> 23) & 0xff, BigInt(word & 0x7fffff), SINGLE, daz);
export const unpack64 = (lo: number, hi: number, daz = false): Float =>
  unpack((hi >>> 31) as 0 | 1, (hi >>> 20) & 0x7ff, (BigInt(hi & 0xfffff) << 32n) | BigInt(lo >>> 0), DOUBLE, daz);

/** 80 bits; `top` is sign and exponent. Encodings that have no integer bit where one belongs are unsupported. SDM Vol. 1, "Unsupported Double
 * Extended-Precision Floating-Point Encodings". */
export function unpack80(lo: number, hi: number, top: number): Float {
  const sign = ((top >> 15) & 1) as 0 | 1, biased = top & 0x7fff;
  const sig = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
  if (biased === 0) {
    if (sig === 0n) return zero(sign);
    return { kind: FINITE, sign, exp: EXTENDED.min - 63, sig, denormal: true };
  }
  if (!(sig & INTEGER_BIT)) return { kind: UNSUPPORTED, sign, exp: 0, sig, denormal: false };
  if (biased === 0x7fff) return sig === INTEGER_BIT ? infinity(sign) : { kind: sig & QUIET ? QNAN : SNAN, sign, exp: 0, sig, denormal: false };
  return { kind: FINITE, sign, exp: biased - EXTENDED.max - 63, sig, denormal: false };
}

/** Sign, biased exponent and fraction of a value that fits the format (the outcome of `round`). */
function pack(value: Float, format: Format): bigint {
  const { p, min, max } = format, width = BigInt(p - 1), fraction = (1n << width) - 1n;
  const put = (biased: number, bits: bigint): bigint => (BigInt(value.sign) << (BigInt(bitLength(BigInt(2 * max + 1))) + width)) | (BigInt(biased) << width) |
    (bits & fraction);
  switch (value.kind) {
    case ZERO: return put(0, 0n);
    case INFINITE: return put(2 * max + 1, 0n);
    case FINITE: return value.sig >> width ? put(value.exp + p - 1 + max, value.sig) : put(0, value.sig << BigInt(value.exp - (min - p + 1)));
    default: return put(2 * max + 1, value.sig >> BigInt(64 - p));
  }
}
export const pack32 = (value: Float): number => Number(BigInt.asIntN(32, pack(value, SINGLE)));
export const pack64 = (value: Float): bigint => pack(value, DOUBLE);

/** Significand and, in `top`, sign and exponent. */
export function pack80(value: Float): { sig: bigint; top: number } {
  const sign = value.sign << 15;
  switch (value.kind) {
    case ZERO: return { sig: 0n, top: sign };
    case FINITE: {
      const up = 64 - bitLength(value.sig), exp = value.exp - up;
      // A denormal keeps its place.
      if (exp + 63 < EXTENDED.min) return { sig: value.sig << BigInt(value.exp - (EXTENDED.min - 63)), top: sign };
      return { sig: value.sig << BigInt(up), top: sign | (exp + 63 + EXTENDED.max) };
    }
    default: return { sig: value.sig, top: sign | 0x7fff };
  }
}

// --------------------------------------------------------------------------------------------- rounding

/** sig / 2^drop as an integer; says in `rounding` what happened. */
const rounding = { inexact: false, up: false };
function shiftRight(sig: bigint, drop: number, sign: 0 | 1, mode: number): bigint {
  rounding.inexact = rounding.up = false;
  if (drop <= 0) return sig << BigInt(-drop);
  const n = BigInt(drop), kept = sig >> n, rest = sig - (kept << n);
  if (rest === 0n) return kept;
  rounding.inexact = true;
  const half = 1n << (n - 1n);
  const up = mode === NEAREST ? rest > half || (rest === half && (kept & 1n) === 1n) : mode === DOWN ? sign === 1 : mode === UP ? sign === 0 : false;
  rounding.up = up;
  return up ? kept + 1n : kept;
}

/** The exact value sig * 2^exp in a format. `sticky`: a little more than that, by less than the last bit of sig. */
export function round(env: Env, format: Format, sign: 0 | 1, sig: bigint, exp: number, sticky = false): Float {
  const { p, min, max } = format;
  if (sig === 0n && !sticky) return zero(sign);
  // A last bit below all that can matter stands for the rest.
  const exact = sticky ? (sig << 2n) | 1n : sig;
  const low = sticky ? exp - 2 : exp;
  const length = bitLength(exact);
  let kept = shiftRight(exact, length - p, sign, env.rounding);
  let at = low + length - p;
  if (kept >> BigInt(p)) {
    kept >>= 1n;
    at++;
  }
  // Tiny: below the smallest normal number after rounding as if the exponent had no bounds.
  if (at + p - 1 < min) return tiny(env, format, sign, exact, low, kept, at);
  if (rounding.inexact) env.flags |= PE;
  env.up = rounding.up;
  if (at + p - 1 <= max) return { kind: FINITE, sign, exp: at, sig: kept, denormal: false };
  env.flags |= OE;
  if (env.unmasked & OE) {
    if (env.x87 && at - WRAP + p - 1 <= max) return { kind: FINITE, sign, exp: at - WRAP, sig: kept, denormal: false };
    // FSCALE can go further than that.
    if (env.x87) env.flags |= PE;
    env.up = true;
    return infinity(sign);
  }
  env.flags |= PE;
  const mode = env.rounding;
  env.up = mode === NEAREST || (mode === UP && sign === 0) || (mode === DOWN && sign === 1);
  return env.up ? infinity(sign) : { kind: FINITE, sign, exp: max - p + 1, sig: (1n << BigInt(p)) - 1n, denormal: false };
}

function tiny(env: Env, { p, min }: Format, sign: 0 | 1, exact: bigint, low: number, kept: bigint, at: number): Float {
  if (env.unmasked & UE) {
    // Reported even when exact.
    env.flags |= UE | (rounding.inexact ? PE : 0);
    env.up = rounding.up;
    if (env.x87 && at + WRAP + p - 1 >= min) return { kind: FINITE, sign, exp: at + WRAP, sig: kept, denormal: false };
    if (env.x87) env.flags |= PE;
    env.up = false;
    return zero(sign);
  }
  if (env.flushToZero) {
    env.flags |= UE | PE;
    env.up = false;
    return zero(sign);
  }
  const last = min - p + 1, value = shiftRight(exact, last - low, sign, env.rounding);
  if (rounding.inexact) env.flags |= UE | PE;
  env.up = rounding.up;
  return value === 0n ? zero(sign) : { kind: FINITE, sign, exp: last, sig: value, denormal: (value >> BigInt(p - 1)) === 0n };
}

// --------------------------------------------------------------------------------------------- NaN and denormals

export const isNan = ({ kind }: Float): boolean => kind >= QNAN;
export const quiet = (value: Float): Float => ({ ...value, kind: QNAN, sig: value.sig | QUIET });

export function invalid(env: Env): Float {
  env.flags |= IE;
  return INDEFINITE;
}

/** The result of an operation one of whose operands is a NaN. SDM Vol. 1, "Rules for handling NaNs". */
export function nanOf(env: Env, a: Float, b: Float): Float {
  if (a.kind === UNSUPPORTED || b.kind === UNSUPPORTED) return invalid(env);
  if (a.kind === SNAN || b.kind === SNAN) env.flags |= IE;
  if (!env.x87) return quiet(isNan(a) ? a : b);
  if (!isNan(b)) return quiet(a);
  if (!isNan(a)) return quiet(b);
  // A signalling and a quiet one: the quiet one. Else the larger significand, and of equal ones the positive.
  if (a.kind !== b.kind) return a.kind === QNAN ? a : b;
  return quiet(a.sig > b.sig ? a : b.sig > a.sig ? b : a.sign ? b : a);
}

function noteDenormal(env: Env, a: Float, b: Float): void {
  if (a.denormal || b.denormal) env.flags |= DE;
}

// --------------------------------------------------------------------------------------------- arithmetic

/** Exponents further apart than this: the smaller number only decides which way to round. */
const FAR = 200, GUARD = 130;

export function add(env: Env, format: Format, a: Float, b: Float): Float {
  if (isNan(a) || isNan(b)) return nanOf(env, a, b);
  if (a.kind === INFINITE && b.kind === INFINITE && a.sign !== b.sign) return invalid(env);
  noteDenormal(env, a, b);
  if (a.kind === INFINITE) return a;
  if (b.kind === INFINITE) return b;
  if (a.kind === ZERO && b.kind === ZERO) return a.sign === b.sign ? a : zero(env.rounding === DOWN ? 1 : 0);
  let sum: bigint, exp: number;
  const signed = ({ sign, sig }: Float): bigint => (sign ? -sig : sig);
  if (a.kind === ZERO || b.kind === ZERO || Math.abs(a.exp - b.exp) <= FAR) {
    exp = a.kind === ZERO ? b.exp : b.kind === ZERO ? a.exp : Math.min(a.exp, b.exp);
    sum = (a.kind === ZERO ? 0n : signed(a) << BigInt(a.exp - exp)) + (b.kind === ZERO ? 0n : signed(b) << BigInt(b.exp - exp));
  } else {
    const [large, small] = a.exp > b.exp ? [a, b] : [b, a];
    exp = large.exp - GUARD;
    sum = (signed(large) << BigInt(GUARD)) + (small.sign ? -1n : 1n);
  }
  if (sum === 0n) return zero(env.rounding === DOWN ? 1 : 0);
  return round(env, format, sum < 0n ? 1 : 0, sum < 0n ? -sum : sum, exp);
}

export const negate = (value: Float): Float => ({ ...value, sign: value.sign ? 0 : 1 });

/** a - b. A NaN keeps its sign. */
export const subtract = (env: Env, format: Format, a: Float, b: Float): Float => add(env, format, a, isNan(b) ? b : negate(b));

export function multiply(env: Env, format: Format, a: Float, b: Float): Float {
  if (isNan(a) || isNan(b)) return nanOf(env, a, b);
  const sign = (a.sign ^ b.sign) as 0 | 1;
  if ((a.kind === INFINITE && b.kind === ZERO) || (a.kind === ZERO && b.kind === INFINITE)) return invalid(env);
  noteDenormal(env, a, b);
  if (a.kind === INFINITE || b.kind === INFINITE) return infinity(sign);
  if (a.kind === ZERO || b.kind === ZERO) return zero(sign);
  return round(env, format, sign, a.sig * b.sig, a.exp + b.exp);
}

export function divide(env: Env, format: Format, a: Float, b: Float): Float {
  if (isNan(a) || isNan(b)) return nanOf(env, a, b);
  const sign = (a.sign ^ b.sign) as 0 | 1;
  if ((a.kind === INFINITE && b.kind === INFINITE) || (a.kind === ZERO && b.kind === ZERO)) return invalid(env);
  if (a.kind === INFINITE) {
    noteDenormal(env, a, b);
    return infinity(sign);
  }
  if (b.kind === ZERO) {
    env.flags |= ZE;
    return infinity(sign);
  }
  noteDenormal(env, a, b);
  if (b.kind === INFINITE || a.kind === ZERO) return zero(sign);
  const up = Math.max(0, format.p + 3 + bitLength(b.sig) - bitLength(a.sig));
  const dividend = a.sig << BigInt(up), quotient = dividend / b.sig;
  return round(env, format, sign, quotient, a.exp - b.exp - up, quotient * b.sig !== dividend);
}

/** The integer part of a square root, by Newton's method from above. */
export function integerRoot(value: bigint): bigint {
  let x = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (x + value / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

export function squareRoot(env: Env, format: Format, a: Float): Float {
  if (isNan(a)) return nanOf(env, a, a);
  if (a.kind === ZERO) return a;
  if (a.sign) return invalid(env);
  noteDenormal(env, a, a);
  if (a.kind === INFINITE) return a;
  let up = Math.max(0, 2 * format.p + 6 - bitLength(a.sig));
  if ((a.exp - up) & 1) up++;
  const value = a.sig << BigInt(up), root = integerRoot(value);
  return round(env, format, 0, root, (a.exp - up) / 2, root * root !== value);
}

/** The same value in another format. */
export function convert(env: Env, format: Format, a: Float): Float {
  if (isNan(a)) return nanOf(env, a, a);
  noteDenormal(env, a, a);
  return a.kind === FINITE ? round(env, format, a.sign, a.sig, a.exp) : a;
}

/** -1, 0, 1, or undefined when one is a NaN. */
export function compare(a: Float, b: Float): -1 | 0 | 1 | undefined {
  if (isNan(a) || isNan(b)) return undefined;
  const magnitude = (x: Float): number => (x.kind === ZERO ? -Infinity : x.kind === INFINITE ? Infinity : x.exp + bitLength(x.sig));
  const signA = a.kind === ZERO ? 0 : a.sign ? -1 : 1, signB = b.kind === ZERO ? 0 : b.sign ? -1 : 1;
  if (signA !== signB) return signA < signB ? -1 : 1;
  const ma = magnitude(a), mb = magnitude(b);
  let order = 0;
  if (ma !== mb) order = ma < mb ? -1 : 1;
  else if (a.kind === FINITE) {
    const exp = Math.min(a.exp, b.exp), x = a.sig << BigInt(a.exp - exp), y = b.sig << BigInt(b.exp - exp);
    order = x < y ? -1 : x > y ? 1 : 0;
  }
  return (signA < 0 ? 0 - order : order) as -1 | 0 | 1;
}

/** To a signed integer of so many bits, or undefined (and invalid) when it does not fit. */
export function toInteger(env: Env, a: Float, bits: number, mode: number): bigint | undefined {
  if (a.kind === ZERO) return 0n;
  if (a.kind !== FINITE || a.exp + bitLength(a.sig) > bits + 1) {
    env.flags |= IE;
    return undefined;
  }
  // Anything below a quarter rounds alike.
  const small = a.exp < -300 ? { sig: 1n, exp: -300 } : a;
  const value = shiftRight(small.sig, -small.exp, a.sign, mode), signed = a.sign ? -value : value;
  if (BigInt.asIntN(bits, signed) !== signed) {
    env.flags |= IE;
    return undefined;
  }
  if (rounding.inexact) env.flags |= PE;
  env.up = rounding.up;
  return signed;
}
