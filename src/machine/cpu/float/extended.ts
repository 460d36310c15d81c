/**
 * The x87's common case in words of 32 bits: normal numbers and zeros, round to nearest with 64 bits, everything masked. Each function
 * does the whole of it, result, "inexact" and C1, or returns false and has changed nothing: then float/soft.ts does it.
 *
 * A number is three words: significand (lo, hi) with the integer bit on top, sign and exponent (se). A guard word holds what lies below
 * the significand, so that its top bit is a half; bits further below are or'ed into its lowest.
 */
import { FCW, FSW } from '../state.ts';
import { PE } from './soft.ts';

const TOP = 0x8000_0000 | 0, SIGN = 0x8000, EXPONENT = 0x7fff, BIAS = 16383, C1 = 0x200;
const RADIX = 4294967296;

/** Precision 64 bits, nearest, all masked. */
export const isOrdinary = (s: Int32Array): boolean => (s[FCW] & 0xf3f) === 0x33f;
/** Nearest, or truncating, all masked. */
export const isNearest = (s: Int32Array): boolean => (s[FCW] & 0xc3f) === 0x3f;
export const isTruncating = (s: Int32Array): boolean => (s[FCW] & 0xc3f) === 0xc3f;

const isNormal = (hi: number, se: number): boolean => hi < 0 && (se & EXPONENT) !== 0 && (se & EXPONENT) !== EXPONENT;
const isZero = (lo: number, hi: number, se: number): boolean => (lo | hi | (se & EXPONENT)) === 0;

/** Nothing, or only "inexact", was met: the status word says so. */
function note(s: Int32Array, inexact: boolean, up: boolean): void {
  s[FSW] = (s[FSW] & ~C1) | (inexact ? PE : 0) | (up ? C1 : 0);
}

function put(s: Int32Array, to: number, lo: number, hi: number, se: number): void {
  s[to] = lo;
  s[to + 1] = hi;
  s[to + 2] = se;
}

const isRoundedUp = (guard: number, odd: number): boolean => guard < 0 && (guard !== TOP || (odd & 1) !== 0);

/** Rounds and puts a significand with its integer bit. */
function finish(s: Int32Array, to: number, sign: number, exponent: number, hi: number, lo: number, guard: number): boolean {
  if (exponent < 1) return false;
  const up = isRoundedUp(guard, lo);
  if (up) {
    lo = (lo + 1) | 0;
    if (lo === 0) {
      hi = (hi + 1) | 0;
      if (hi === 0) {
        hi = TOP;
        exponent++;
      }
    }
  }
  if (exponent >= EXPONENT) return false;
  put(s, to, lo, hi, sign | exponent);
  note(s, guard !== 0, up);
  return true;
}

/** High word of a product of unsigned words. */
function high(a: number, b: number): number {
  const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
  const middle = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16), other = (Math.imul(a0, b1) >>> 0) + (middle & 0xffff);
  return (Math.imul(a1, b1) + (middle >>> 16) + (other >>> 16)) >>> 0;
}

/** An operation on a and b, whose result goes to the register at word `to`. */
export type Fast = (s: Int32Array, to: number, al: number, ah: number, ae: number, bl: number, bh: number, be: number) => boolean;

export const multiply: Fast = (s, to, al, ah, ae, bl, bh, be) => {
  const sign = (ae ^ be) & SIGN;
  if (!isNormal(ah, ae) || !isNormal(bh, be)) {
    const zero = isZero(al, ah, ae) ? isZero(bl, bh, be) || isNormal(bh, be) : isZero(bl, bh, be) && isNormal(ah, ae);
    if (!zero) return false;
    put(s, to, 0, 0, sign);
    note(s, false, false);
    return true;
  }
  const second = high(al, bl) + (Math.imul(al, bh) >>> 0) + (Math.imul(ah, bl) >>> 0);
  const third = high(al, bh) + high(ah, bl) + (Math.imul(ah, bh) >>> 0) + Math.floor(second / RADIX);
  const fourth = high(ah, bh) + Math.floor(third / RADIX);
  const rest = Math.imul(al, bl) === 0 ? 0 : 1, w1 = second | 0, w2 = third | 0, w3 = fourth | 0, exponent = (ae & EXPONENT) + (be & EXPONENT) - BIAS;
  if (w3 < 0) return finish(s, to, sign, exponent + 1, w3, w2, w1 | rest);
  return finish(s, to, sign, exponent, (w3 << 1) | (w2 >>> 31), (w2 << 1) | (w1 >>> 31),
    (w1 << 1) | (Math.imul(al, bl) >>> 31) | (Math.imul(al, bl) << 1 === 0 ? 0 : 1));
};

export const add: Fast = (s, to, al, ah, ae, bl, bh, be) => {
  if (!isNormal(ah, ae) || !isNormal(bh, be)) {
    const isFirst = isZero(bl, bh, be) && isNormal(ah, ae);
    if (!isFirst && !(isZero(al, ah, ae) && isNormal(bh, be))) return false;
    put(s, to, isFirst ? al : bl, isFirst ? ah : bh, isFirst ? ae : be);
    note(s, false, false);
    return true;
  }
  let distance = (ae & EXPONENT) - (be & EXPONENT);
  // The larger first.
  if (distance < 0 || (distance === 0 && ((ah >>> 0) < (bh >>> 0) || (ah === bh && (al >>> 0) < (bl >>> 0))))) {
    let t = al; al = bl; bl = t;
    t = ah; ah = bh; bh = t;
    t = ae; ae = be; be = t;
    distance = -distance;
  }
  let guard = 0;
  if (distance >= 32) {
    // Anything far below half of the last place rounds alike.
    if (distance >= 96) {
      guard = 1;
      bl = 0;
    } else {
      const n = distance & 31;
      let beyond = 0;
      if (distance >= 64) {
        beyond = bl;
        bl = bh;
        bh = 0;
      }
      // The first word falls out, and n bits more.
      guard = bl;
      bl = bh;
      if (n !== 0) {
        beyond |= guard << (32 - n);
        guard = (guard >>> n) | (bl << (32 - n));
        bl >>>= n;
      }
      if (beyond !== 0) guard |= 1;
    }
    bh = 0;
  } else if (distance > 0) {
    guard = bl << (32 - distance);
    bl = (bl >>> distance) | (bh << (32 - distance));
    bh >>>= distance;
  }
  const sign = ae & SIGN;
  let exponent = ae & EXPONENT;
  if (((ae ^ be) & SIGN) === 0) {
    const low = (al >>> 0) + (bl >>> 0), sum = (ah >>> 0) + (bh >>> 0) + (low >= RADIX ? 1 : 0), lo = low | 0, hi = sum | 0;
    if (sum < RADIX) return finish(s, to, sign, exponent, hi, lo, guard);
    return finish(s, to, sign, exponent + 1, TOP | (hi >>> 1), (hi << 31) | (lo >>> 1), (lo << 31) | (guard >>> 1) | (guard & 1));
  }
  let rest = -guard | 0;
  const low = (al >>> 0) - (bl >>> 0) - (guard === 0 ? 0 : 1);
  let lo = low | 0, hi = (ah - bh - (low < 0 ? 1 : 0)) | 0;
  if ((hi | lo | rest) === 0) {
    put(s, to, 0, 0, 0);
    note(s, false, false);
    return true;
  }
  // More than one place only where the guard word is exact.
  while (hi === 0) {
    hi = lo;
    lo = rest;
    rest = 0;
    exponent -= 32;
  }
  const n = Math.clz32(hi);
  if (n !== 0) {
    hi = (hi << n) | (lo >>> (32 - n));
    lo = (lo << n) | (rest >>> (32 - n));
    rest <<= n;
    exponent -= n;
  }
  return finish(s, to, sign, exponent, hi, lo, rest);
};

export const subtract: Fast = (s, to, al, ah, ae, bl, bh, be) => add(s, to, al, ah, ae, bl, bh, be ^ SIGN);
export const subtractReversed: Fast = (s, to, al, ah, ae, bl, bh, be) => add(s, to, bl, bh, be, al, ah, ae ^ SIGN);

/** 32 bits of n / d, where n is smaller; what is left is `rest`. */
const rest = { lo: 0, hi: 0 };
function quotient(nh: number, nl: number, dh: number, dl: number): number {
  // Sixteen bits at a time, guessed as doubles, then put right.
  let result = 0;
  const divisor = (dh >>> 0) + (dl >>> 0) / RADIX;
  for (let round = 0; round < 2; round++) {
    const q = Math.floor(((nh >>> 0) + (nl >>> 0) / RADIX) * 0x1_0000 / divisor);
    // What is left with that guess, n * 2^16 - q * d, in words of 32 bits.
    let low = (nl << 16 >>> 0) - (Math.imul(q, dl) >>> 0), hi = ((nh << 16 | nl >>> 16) >>> 0) - (Math.imul(q, dh) >>> 0) - high(q, dl),
      top = (nh >>> 16) - high(q, dh);
    let guess = q;
    if (low < 0) {
      low += RADIX;
      hi--;
    }
    while (hi < 0) {
      hi += RADIX;
      top--;
    }
    while (top < 0) {
      guess--;
      low += dl >>> 0;
      hi += dh >>> 0;
      if (low >= RADIX) {
        low -= RADIX;
        hi++;
      }
      if (hi >= RADIX) {
        hi -= RADIX;
        top++;
      }
    }
    while (top > 0 || hi > (dh >>> 0) || (hi === (dh >>> 0) && low >= (dl >>> 0))) {
      guess++;
      low -= dl >>> 0;
      hi -= dh >>> 0;
      if (low < 0) {
        low += RADIX;
        hi--;
      }
      if (hi < 0) {
        hi += RADIX;
        top--;
      }
    }
    result = (result << 16) + guess;
    nl = low | 0;
    nh = hi | 0;
  }
  rest.lo = nl;
  rest.hi = nh;
  return result | 0;
}

export const divide: Fast = (s, to, al, ah, ae, bl, bh, be) => {
  if (!isNormal(ah, ae) || !isNormal(bh, be)) return false;
  const sign = (ae ^ be) & SIGN, isLess = ah === bh ? (al >>> 0) < (bl >>> 0) : (ah >>> 0) < (bh >>> 0);
  // A quotient of 1 to 2 is begun by its integer bit, so that what is left is smaller than the divisor.
  let nl = al, nh = ah;
  if (!isLess) {
    nh = (ah - bh - ((al >>> 0) < (bl >>> 0) ? 1 : 0)) | 0;
    nl = (al - bl) | 0;
  }
  const first = quotient(nh, nl, bh, bl), second = quotient(rest.hi, rest.lo, bh, bl), third = quotient(rest.hi, rest.lo, bh, bl),
    beyond = (rest.lo | rest.hi) === 0 ? 0 : 1;
  const exponent = (ae & EXPONENT) - (be & EXPONENT) + BIAS;
  if (isLess) return finish(s, to, sign, exponent - 1, first, second, third | beyond);
  return finish(s, to, sign, exponent, TOP | (first >>> 1), (first << 31) | (second >>> 1), (second << 31) | (third >>> 1) | (third & 1) | beyond);
};
export const divideReversed: Fast = (s, to, al, ah, ae, bl, bh, be) => divide(s, to, bl, bh, be, al, ah, ae);

/** Greater 1, less -1, equal 0; 2 when it is not that simple. */
export function order(al: number, ah: number, ae: number, bl: number, bh: number, be: number): -1 | 0 | 1 | 2 {
  const zero = isZero(al, ah, ae), other = isZero(bl, bh, be);
  if (!(zero || isNormal(ah, ae)) || !(other || isNormal(bh, be))) return 2;
  if (zero || other) return zero ? (other ? 0 : be & SIGN ? 1 : -1) : ae & SIGN ? -1 : 1;
  if ((ae ^ be) & SIGN) return ae & SIGN ? -1 : 1;
  if (al === bl && ah === bh && ae === be) return 0;
  const exponents = (ae & EXPONENT) - (be & EXPONENT);
  const isLess = exponents !== 0 ? exponents < 0 : ah !== bh ? (ah >>> 0) < (bh >>> 0) : (al >>> 0) < (bl >>> 0);
  return isLess === ((ae & SIGN) !== 0) ? 1 : -1;
}

// --------------------------------------------------------------------------------------------- from and to other formats

/** A double becomes the number at word `to`. */
export function fromDouble(s: Int32Array, to: number, lo: number, hi: number): boolean {
  const exponent = (hi >>> 20) & 0x7ff, sign = (hi >>> 16) & SIGN;
  if (exponent === 0x7ff) return false;
  if (exponent === 0) {
    if ((lo | (hi & 0xfffff)) !== 0) return false;
    put(s, to, 0, 0, sign);
  } else put(s, to, lo << 11, TOP | ((hi & 0xfffff) << 11) | (lo >>> 21), sign | (exponent - 1023 + BIAS));
  return true;
}

export function fromSingle(s: Int32Array, to: number, word: number): boolean {
  const exponent = (word >>> 23) & 0xff, sign = (word >>> 16) & SIGN;
  if (exponent === 0xff) return false;
  if (exponent === 0) {
    if ((word & 0x7fffff) !== 0) return false;
    put(s, to, 0, 0, sign);
  } else put(s, to, 0, TOP | ((word & 0x7fffff) << 8), sign | (exponent - 127 + BIAS));
  return true;
}

export function fromInteger(s: Int32Array, to: number, lo: number, hi: number): boolean {
  const sign = hi < 0 ? SIGN : 0;
  let exponent = BIAS + 63;
  if (hi < 0) {
    lo = -lo | 0;
    hi = (~hi + (lo === 0 ? 1 : 0)) | 0;
  }
  if (hi === 0) {
    hi = lo;
    lo = 0;
    exponent -= 32;
  }
  if (hi === 0) {
    put(s, to, 0, 0, 0);
    return true;
  }
  const n = Math.clz32(hi);
  if (n !== 0) {
    hi = (hi << n) | (lo >>> (32 - n));
    lo <<= n;
  }
  put(s, to, lo, hi, sign | (exponent - n));
  return true;
}

/** The number in another format, its low and high word; whether it is inexact, and was rounded away from zero. */
export const image = { lo: 0, hi: 0, inexact: false, up: false };

function exactly(lo: number, hi: number): boolean {
  image.lo = lo;
  image.hi = hi;
  image.inexact = image.up = false;
  return true;
}

export function toDouble(lo: number, hi: number, se: number): boolean {
  const sign = (se & SIGN) << 16;
  if (isZero(lo, hi, se)) return exactly(0, sign);
  let exponent = (se & EXPONENT) - BIAS + 1023;
  if (!isNormal(hi, se) || exponent < 1 || exponent > 2046) return false;
  const guard = lo << 21;
  let low = (lo >>> 11) | (hi << 21), fraction = (hi >>> 11) & 0xfffff;
  image.inexact = guard !== 0;
  image.up = isRoundedUp(guard, low);
  if (image.up) {
    low = (low + 1) | 0;
    if (low === 0 && ++fraction === 0x10_0000) {
      fraction = 0;
      if (++exponent > 2046) return false;
    }
  }
  image.lo = low;
  image.hi = sign | (exponent << 20) | fraction;
  return true;
}

export function toSingle(lo: number, hi: number, se: number): boolean {
  const sign = (se & SIGN) << 16;
  if (isZero(lo, hi, se)) return exactly(sign, 0);
  const exponent = (se & EXPONENT) - BIAS + 127;
  if (!isNormal(hi, se) || exponent < 1 || exponent > 254) return false;
  const guard = (hi << 24) | (lo === 0 ? 0 : 1), word = (exponent << 23) | ((hi >>> 8) & 0x7fffff);
  image.inexact = guard !== 0;
  image.up = isRoundedUp(guard, word);
  // A carry goes on into the exponent.
  const rounded = image.up ? word + 1 : word;
  if (rounded >= 0x7f80_0000) return false;
  image.lo = sign | rounded;
  image.hi = 0;
  return true;
}

/** To an integer of so many bits, to nearest or, with `truncates`, towards zero. */
export function toInteger(lo: number, hi: number, se: number, bits: 16 | 32 | 64, truncates: boolean): boolean {
  const exponent = (se & EXPONENT) - BIAS, isNegative = (se & SIGN) !== 0;
  if (isZero(lo, hi, se)) return exactly(0, 0);
  // Before rounding it may be just short of the limit.
  if (!isNormal(hi, se) || exponent >= bits - 2) return false;
  if (exponent < -1) {
    exactly(0, 0);
    image.inexact = true;
    return true;
  }
  // 2 to 64 places to the right.
  const places = 63 - exponent, n = places & 31;
  let guard = 0, rest = 0;
  if (places >= 32) {
    guard = lo;
    lo = hi;
    hi = 0;
  }
  if (places === 64) {
    rest = guard;
    guard = lo;
    lo = 0;
  }
  if (n !== 0) {
    rest |= guard << (32 - n);
    guard = (guard >>> n) | (lo << (32 - n));
    lo = (lo >>> n) | (hi << (32 - n));
    hi >>>= n;
  }
  if (rest !== 0) guard |= 1;
  image.inexact = guard !== 0;
  image.up = !truncates && isRoundedUp(guard, lo);
  if (image.up) {
    lo = (lo + 1) | 0;
    if (lo === 0) hi = (hi + 1) | 0;
  }
  if (isNegative) {
    lo = -lo | 0;
    hi = (~hi + (lo === 0 ? 1 : 0)) | 0;
  }
  image.lo = lo;
  image.hi = hi;
  return true;
}

/** What storing `image` notes. */
export const noteImage = (s: Int32Array): void => note(s, image.inexact, image.up);
