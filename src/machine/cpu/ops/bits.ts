/** Bit tests, scans, counts, byte swaps, extensions, conditional moves and sets. SDM Vol. 2, one page per mnemonic. */
import { condition } from '../flags.ts';
import type { Exec } from '../insn.ts';
import { AFW, CF, OFW, PFW, SFW, ZFW } from '../state.ts';
import type { Sized } from './alu.ts';

type Wide = Partial<Sized>;
const sizes = (make: (bits: 16 | 32 | 64) => Exec): Wide => ({ 16: make(16), 32: make(32), 64: make(64) });

function put(s: Int32Array, slot: number, bits: number, lo: number, hi: number): void {
  if (bits === 16) s[slot] = (s[slot] & ~0xffff) | (lo & 0xffff);
  else {
    s[slot] = lo;
    s[slot + 1] = bits === 64 ? hi : 0;
  }
}

/** CF = the bit; then the bit is left, set, cleared or flipped. The bit number is taken modulo the size (register and immediate forms). */
const bit = (change: (word: number, mask: number) => number, writes: boolean): Wide =>
  sizes((bits) => ({ s }, { a, b }) => {
    const n = s[b] & (bits - 1), slot = n >= 32 ? a + 1 : a, mask = 1 << (n & 31);
    s[CF] = s[slot] & mask ? 1 : 0;
    if (!writes) return;
    s[slot] = change(s[slot], mask);
    if (bits === 32) s[a + 1] = 0;
  });
export const bt = bit((word) => word, false);
export const bts = bit((word, mask) => word | mask, true);
export const btr = bit((word, mask) => word & ~mask, true);
export const btc = bit((word, mask) => word ^ mask, true);

const low = (s: Int32Array, slot: number, bits: number): number => (bits === 16 ? s[slot] & 0xffff : s[slot]);
const high = (s: Int32Array, slot: number, bits: number): number => (bits === 64 ? s[slot + 1] : 0);
const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);

function scanFlags(s: Int32Array, zero: boolean): void {
  s[ZFW] = zero ? 0 : 1;
  s[CF] = s[OFW] = s[AFW] = s[SFW] = 0;
  s[PFW] = 1;
}

/** With a zero source the destination stays (and ZF says so), as processors do and AMD documents. */
export const bsf: Wide = sizes((bits) => ({ s }, { a, b }) => {
  const lo = low(s, b, bits), hi = high(s, b, bits);
  scanFlags(s, (lo | hi) === 0);
  if ((lo | hi) !== 0) put(s, a, bits, lo ? lowestBit(lo) : 32 + lowestBit(hi), 0);
});
export const bsr: Wide = sizes((bits) => ({ s }, { a, b }) => {
  const lo = low(s, b, bits), hi = high(s, b, bits);
  scanFlags(s, (lo | hi) === 0);
  if ((lo | hi) !== 0) put(s, a, bits, hi ? 63 - Math.clz32(hi) : 31 - Math.clz32(lo), 0);
});

/** CF = source was zero, ZF = result is zero. */
function countFlags(s: Int32Array, zeroSource: boolean, count: number): void {
  scanFlags(s, count === 0);
  s[CF] = zeroSource ? 1 : 0;
}
export const tzcnt: Wide = sizes((bits) => ({ s }, { a, b }) => {
  const lo = low(s, b, bits), hi = high(s, b, bits);
  const count = lo ? lowestBit(lo) : hi ? 32 + lowestBit(hi) : bits;
  countFlags(s, (lo | hi) === 0, count);
  put(s, a, bits, count, 0);
});
export const lzcnt: Wide = sizes((bits) => ({ s }, { a, b }) => {
  const lo = low(s, b, bits), hi = high(s, b, bits);
  const count = bits === 64 ? (hi ? Math.clz32(hi) : 32 + Math.clz32(lo)) : Math.clz32(lo) - (32 - bits);
  countFlags(s, (lo | hi) === 0, count);
  put(s, a, bits, count, 0);
});

function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
export const popcnt: Wide = sizes((bits) => ({ s }, { a, b }) => {
  const count = ones(low(s, b, bits)) + ones(high(s, b, bits));
  scanFlags(s, count === 0);
  put(s, a, bits, count, 0);
});

const swap32 = (word: number): number => (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
export const bswap: Wide = {
  32: ({ s }, { a }) => {
    s[a] = swap32(s[a]);
    s[a + 1] = 0;
  },
  64: ({ s }, { a }) => {
    const lo = s[a];
    s[a] = swap32(s[a + 1]);
    s[a + 1] = swap32(lo);
  },
};
/** Moves with the bytes reversed; i.a destination, i.b source. */
export const movbe: Wide = sizes((bits) => ({ s }, { a, b }) => {
  const lo = s[b], hi = s[b + 1];
  if (bits === 16) put(s, a, 16, ((lo & 0xff) << 8) | ((lo >>> 8) & 0xff), 0);
  else if (bits === 32) put(s, a, 32, swap32(lo), 0);
  else put(s, a, 64, swap32(hi), swap32(lo));
});

/** Source of 8, 16 or 32 bits into a destination of 16, 32 or 64. */
export const extend = (from: 8 | 16 | 32, isSigned: boolean): Wide => {
  const shift = 32 - from;
  return sizes((bits) => ({ s }, { a, b }) => {
    const r = isSigned ? (s[b] << shift) >> shift : (s[b] << shift) >>> shift;
    put(s, a, bits, r, isSigned ? r >> 31 : 0);
  });
};

/** A 32-bit CMOV clears the upper half even when the condition is false. */
export const cmov = (cc: number): Wide => ({
  16: ({ s }, { a, b }) => {
    if (condition(s, cc)) s[a] = (s[a] & ~0xffff) | (s[b] & 0xffff);
  },
  32: ({ s }, { a, b }) => {
    if (condition(s, cc)) s[a] = s[b];
    s[a + 1] = 0;
  },
  64: ({ s }, { a, b }) => {
    if (!condition(s, cc)) return;
    s[a] = s[b];
    s[a + 1] = s[b + 1];
  },
});

export const setcc = (cc: number): Exec => ({ s }, { a }) => {
  s[a] = (s[a] & ~0xff) | (condition(s, cc) ? 1 : 0);
};
