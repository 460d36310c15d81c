/**
 * Packed integers, for XMM (four words) and MMX registers (two). SDM Vol. 1, "SSE2 64-Bit and 128-Bit SIMD Integer
 * Instructions"; Vol. 2B, one page per mnemonic. i.a is destination and first operand, i.b the second.
 */
import type { Exec } from '../insn.ts';

/** A body for a vector of so many 32-bit words. */
export type Packed = (words: 2 | 4) => Exec;

/** Word by word. */
const each = (f: (x: number, y: number) => number): Packed => (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n++) s[a + n] = f(s[a + n], s[b + n]);
};

/** In each byte, or 16 bits, of a word; sign-extended or zero-extended on the way in, truncated on the way out. */
const bytes = (isSigned: boolean, f: (x: number, y: number) => number): Packed => each((x, y) => {
  let r = 0;
  for (let at = 0; at < 32; at += 8) r |= (isSigned ? f((x << (24 - at)) >> 24, (y << (24 - at)) >> 24) & 0xff
    : f((x >>> at) & 0xff, (y >>> at) & 0xff) & 0xff) << at;
  return r;
});
const words16 = (isSigned: boolean, f: (x: number, y: number) => number): Packed => each((x, y) =>
  isSigned ? (f((x << 16) >> 16, (y << 16) >> 16) & 0xffff) | (f(x >> 16, y >> 16) << 16)
    : (f(x & 0xffff, y & 0xffff) & 0xffff) | (f(x >>> 16, y >>> 16) << 16));

const clamp = (x: number, min: number, max: number): number => (x < min ? min : x > max ? max : x);
const s8 = (x: number): number => clamp(x, -0x80, 0x7f), u8 = (x: number): number => clamp(x, 0, 0xff);
const s16 = (x: number): number => clamp(x, -0x8000, 0x7fff), u16 = (x: number): number => clamp(x, 0, 0xffff);

// The commonest are written out.
export const pxor: Packed = (words) => ({ s }, { a, b }) => {
  s[a] ^= s[b];
  s[a + 1] ^= s[b + 1];
  if (words === 2) return;
  s[a + 2] ^= s[b + 2];
  s[a + 3] ^= s[b + 3];
};
export const por: Packed = (words) => ({ s }, { a, b }) => {
  s[a] |= s[b];
  s[a + 1] |= s[b + 1];
  if (words === 2) return;
  s[a + 2] |= s[b + 2];
  s[a + 3] |= s[b + 3];
};
export const pand: Packed = (words) => ({ s }, { a, b }) => {
  s[a] &= s[b];
  s[a + 1] &= s[b + 1];
  if (words === 2) return;
  s[a + 2] &= s[b + 2];
  s[a + 3] &= s[b + 3];
};
export const pandn: Packed = (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n++) s[a + n] = ~s[a + n] & s[b + n];
};
/** 0xff in each byte that is zero. */
const zeroBytes = (x: number): number => Math.imul(~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f) >>> 7, 0xff);
export const pcmpeqb: Packed = (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n++) s[a + n] = zeroBytes(s[a + n] ^ s[b + n]);
};
export const paddd: Packed = (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n++) s[a + n] += s[b + n];
};
export const psubd: Packed = (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n++) s[a + n] -= s[b + n];
};
export const paddq: Packed = (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n += 2) {
    const x = s[a + n], r = (x + s[b + n]) | 0;
    s[a + n] = r;
    s[a + n + 1] += s[b + n + 1] + (r >>> 0 < x >>> 0 ? 1 : 0);
  }
};
export const psubq: Packed = (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n += 2) {
    const x = s[a + n], y = s[b + n];
    s[a + n] = x - y;
    s[a + n + 1] -= s[b + n + 1] + (x >>> 0 < y >>> 0 ? 1 : 0);
  }
};

/** 32 by 32 bits, unsigned, to 64. */
export const pmuludq: Packed = (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n += 2) {
    const x = s[a + n], y = s[b + n], x0 = x & 0xffff, x1 = x >>> 16, y0 = y & 0xffff, y1 = y >>> 16;
    const p01 = x0 * y1, p10 = x1 * y0, middle = ((x0 * y0) >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
    s[a + n] = Math.imul(x, y);
    s[a + n + 1] = x1 * y1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16);
  }
};

const SIMPLE: Readonly<Record<string, Packed>> = {
  pxor, por, pand, pandn, pcmpeqb, paddd, psubd, paddq, psubq, pmuludq,
  paddb: bytes(false, (x, y) => x + y), paddw: words16(false, (x, y) => x + y), psubb: bytes(false, (x, y) => x - y), psubw: words16(false, (x, y) => x - y),
  paddsb: bytes(true, (x, y) => s8(x + y)), paddsw: words16(true, (x, y) => s16(x + y)), psubsb: bytes(true, (x, y) => s8(x - y)),
  psubsw: words16(true, (x, y) => s16(x - y)),
  paddusb: bytes(false, (x, y) => u8(x + y)), paddusw: words16(false, (x, y) => u16(x + y)), psubusb: bytes(false, (x, y) => u8(x - y)),
  psubusw: words16(false, (x, y) => u16(x - y)),
  pcmpeqw: words16(false, (x, y) => (x === y ? -1 : 0)), pcmpeqd: each((x, y) => (x === y ? -1 : 0)),
  pcmpgtb: bytes(true, (x, y) => (x > y ? -1 : 0)), pcmpgtw: words16(true, (x, y) => (x > y ? -1 : 0)), pcmpgtd: each((x, y) => (x > y ? -1 : 0)),
  pminub: bytes(false, (x, y) => Math.min(x, y)), pmaxub: bytes(false, (x, y) => Math.max(x, y)), pminsw: words16(true, (x, y) => Math.min(x, y)),
  pmaxsw: words16(true, (x, y) => Math.max(x, y)),
  pavgb: bytes(false, (x, y) => (x + y + 1) >> 1), pavgw: words16(false, (x, y) => (x + y + 1) >> 1),
  pmullw: words16(true, (x, y) => Math.imul(x, y)), pmulhw: words16(true, (x, y) => (x * y) >> 16), pmulhuw: words16(false, (x, y) => Math.imul(x, y) >>> 16),
  pmaddwd: each((x, y) => Math.imul((x << 16) >> 16, (y << 16) >> 16) + Math.imul(x >> 16, y >> 16)),
};

// --------------------------------------------------------------------------------------------- across lanes

/** Copies of the two operands and the result, by byte and by 16 bits. */
const X = new Int32Array(4), Y = new Int32Array(4), R = new Int32Array(4);
const X8 = new Uint8Array(X.buffer), Y8 = new Uint8Array(Y.buffer), R8 = new Uint8Array(R.buffer);
const X16 = new Int16Array(X.buffer), Y16 = new Int16Array(Y.buffer), R16 = new Int16Array(R.buffer);

const staged = (f: (words: number) => void): Packed => (words) => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n++) {
    X[n] = s[a + n];
    Y[n] = s[b + n];
  }
  f(words);
  for (let n = 0; n < words; n++) s[a + n] = R[n];
};

type Lanes = Uint8Array | Int16Array | Int32Array;

/** Lanes of both, alternating, from the low or the high half. */
const interleave = (x: Lanes, y: Lanes, r: Lanes, high: boolean): Packed => staged((words) => {
  const count = (words * 4) / x.BYTES_PER_ELEMENT, from = high ? count / 2 : 0;
  for (let n = 0; n < count / 2; n++) {
    r[2 * n] = x[from + n];
    r[2 * n + 1] = y[from + n];
  }
});
/** Pairs of words: the 64-bit halves. */
const interleaveQuads = (high: boolean): Packed => () => ({ s }, { a, b }) => {
  if (high) {
    s[a] = s[a + 2];
    s[a + 1] = s[a + 3];
    const lo = s[b + 2], hi = s[b + 3];
    s[a + 2] = lo;
    s[a + 3] = hi;
  } else {
    const lo = s[b], hi = s[b + 1];
    s[a + 2] = lo;
    s[a + 3] = hi;
  }
};

/** Narrows with saturation: the first operand to the low half, the second to the high. */
const narrow = (x: Lanes, y: Lanes, r: Lanes, saturate: (value: number) => number): Packed => staged((words) => {
  const count = (words * 4) / x.BYTES_PER_ELEMENT;
  for (let n = 0; n < count; n++) {
    r[n] = saturate(x[n]);
    r[count + n] = saturate(y[n]);
  }
});

/** Sums of absolute differences of eight bytes. */
const psadbw: Packed = staged((words) => {
  for (let n = 0; n < words; n += 2) {
    let sum = 0;
    for (let at = 4 * n; at < 4 * n + 8; at++) sum += Math.abs(X8[at] - Y8[at]);
    R[n] = sum;
    R[n + 1] = 0;
  }
});

export const PACKED: Readonly<Record<string, Packed>> = {
  ...SIMPLE, psadbw,
  punpcklbw: interleave(X8, Y8, R8, false), punpckhbw: interleave(X8, Y8, R8, true), punpcklwd: interleave(X16, Y16, R16, false),
  punpckhwd: interleave(X16, Y16, R16, true),
  punpckldq: interleave(X, Y, R, false), punpckhdq: interleave(X, Y, R, true), punpcklqdq: interleaveQuads(false), punpckhqdq: interleaveQuads(true),
  packsswb: narrow(X16, Y16, R8, s8), packuswb: narrow(X16, Y16, R8, u8), packssdw: narrow(X, Y, R16, s16),
  // The same bits, called by other names.
  andps: pand, andpd: pand, andnps: pandn, andnpd: pandn, orps: por, orpd: por, xorps: pxor, xorpd: pxor,
  unpcklps: interleave(X, Y, R, false), unpckhps: interleave(X, Y, R, true), unpcklpd: interleaveQuads(false), unpckhpd: interleaveQuads(true),
};

// --------------------------------------------------------------------------------------------- shifts

/** One word (or the pair of a 64-bit lane) shifted by less than its size. */
const SHIFTS: Readonly<Record<string, { size: 16 | 32 | 64; arithmetic?: true; left?: true }>> = {
  psllw: { size: 16, left: true }, pslld: { size: 32, left: true }, psllq: { size: 64, left: true },
  psrlw: { size: 16 }, psrld: { size: 32 }, psrlq: { size: 64 }, psraw: { size: 16, arithmetic: true }, psrad: { size: 32, arithmetic: true },
};

function shiftLanes(s: Int32Array, a: number, words: number, { size, arithmetic, left }: (typeof SHIFTS)[string], count: number): void {
  // A count above the size shifts everything out; arithmetically, it spreads the sign.
  if (count >= size && !arithmetic) {
    for (let n = 0; n < words; n++) s[a + n] = 0;
    return;
  }
  const by = Math.min(count, size - 1);
  for (let n = 0; n < words; n += size === 64 ? 2 : 1) {
    const x = s[a + n];
    if (size === 32) s[a + n] = left ? x << by : arithmetic ? x >> by : x >>> by;
    else if (size === 16) {
      const low = left ? x << by : arithmetic ? ((x << 16) >> 16) >> by : (x & 0xffff) >>> by,
        high = left ? (x >>> 16) << by : arithmetic ? (x >> 16) >> by : (x >>> 16) >>> by;
      s[a + n] = (low & 0xffff) | (high << 16);
    } else {
      const hi = s[a + n + 1];
      if (by === 0) continue;
      if (left) {
        s[a + n + 1] = by >= 32 ? x << (by - 32) : (hi << by) | (x >>> (32 - by));
        s[a + n] = by >= 32 ? 0 : x << by;
      } else {
        s[a + n] = by >= 32 ? hi >>> (by - 32) : (x >>> by) | (hi << (32 - by));
        s[a + n + 1] = by >= 32 ? 0 : hi >>> by;
      }
    }
  }
}

/** Shifts of all lanes by the second operand's low 64 bits, or by an immediate. */
export function packedShift(mnemonic: string, words: 2 | 4, immediate: boolean): Exec | undefined {
  const shift = SHIFTS[mnemonic];
  if (!shift) return undefined;
  if (immediate) return ({ s }, { a, targetLo }) => shiftLanes(s, a, words, shift, targetLo & 0xff);
  return ({ s }, { a, b }) => shiftLanes(s, a, words, shift, s[b + 1] !== 0 || s[b] >>> 0 > 64 ? 64 : s[b]);
}

/** PSLLDQ and PSRLDQ: all 128 bits by bytes. */
export const shiftBytes = (left: boolean): Exec => ({ s }, { a, targetLo }) => {
  const by = Math.min(targetLo & 0xff, 16);
  for (let n = 0; n < 4; n++) X[n] = s[a + n];
  for (let n = 0; n < 16; n++) {
    const from = left ? n - by : n + by;
    R8[n] = from >= 0 && from < 16 ? X8[from] : 0;
  }
  for (let n = 0; n < 4; n++) s[a + n] = R[n];
};

// --------------------------------------------------------------------------------------------- shuffles

export const pshufd: Exec = ({ s }, { a, b, targetLo }) => {
  const w0 = s[b + (targetLo & 3)], w1 = s[b + ((targetLo >> 2) & 3)], w2 = s[b + ((targetLo >> 4) & 3)], w3 = s[b + ((targetLo >> 6) & 3)];
  s[a] = w0;
  s[a + 1] = w1;
  s[a + 2] = w2;
  s[a + 3] = w3;
};
/** Four 16-bit lanes of one half; the other half is copied. PSHUFW has but one. */
export const shuffleWords = (half: 0 | 2, words: 2 | 4): Exec => ({ s }, { a, b, targetLo }) => {
  for (let n = 0; n < words; n++) X[n] = R[n] = s[b + n];
  for (let n = 0; n < 4; n++) R16[2 * half + n] = X16[2 * half + ((targetLo >> (2 * n)) & 3)];
  for (let n = 0; n < words; n++) s[a + n] = R[n];
};
export const shufps: Exec = ({ s }, { a, b, targetLo }) => {
  const w0 = s[a + (targetLo & 3)], w1 = s[a + ((targetLo >> 2) & 3)], w2 = s[b + ((targetLo >> 4) & 3)], w3 = s[b + ((targetLo >> 6) & 3)];
  s[a] = w0;
  s[a + 1] = w1;
  s[a + 2] = w2;
  s[a + 3] = w3;
};
export const shufpd: Exec = ({ s }, { a, b, targetLo }) => {
  const x = a + 2 * (targetLo & 1), y = b + (targetLo & 2);
  const w0 = s[x], w1 = s[x + 1], w2 = s[y], w3 = s[y + 1];
  s[a] = w0;
  s[a + 1] = w1;
  s[a + 2] = w2;
  s[a + 3] = w3;
};

// --------------------------------------------------------------------------------------------- to and from general registers

/** The top bits of bytes (MMX: eight), floats or doubles. */
export const moveMask = (lane: 8 | 32 | 64, words: 2 | 4): Exec => ({ s }, { a, b }) => {
  let mask = 0;
  for (let n = 0; n < words; n++) {
    const x = s[b + n];
    if (lane === 8) mask |= (((x >>> 7) & 1) | ((x >>> 14) & 2) | ((x >>> 21) & 4) | ((x >>> 28) & 8)) << (4 * n);
    else if (lane === 32) mask |= (x >>> 31) << n;
    else if (n & 1) mask |= (x >>> 31) << (n >> 1);
  }
  s[a] = mask;
  s[a + 1] = 0;
};
export const pextrw = (words: 2 | 4): Exec => ({ s }, { a, b, targetLo }) => {
  const lane = targetLo & (2 * words - 1);
  s[a] = (s[b + (lane >> 1)] >>> (16 * (lane & 1))) & 0xffff;
  s[a + 1] = 0;
};
export const pinsrw = (words: 2 | 4): Exec => ({ s }, { a, b, targetLo }) => {
  const lane = targetLo & (2 * words - 1), at = a + (lane >> 1), value = s[b] & 0xffff;
  s[at] = lane & 1 ? (s[at] & 0xffff) | (value << 16) : (s[at] & ~0xffff) | value;
};
