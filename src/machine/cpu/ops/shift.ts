/**
 * Shifts and rotates. The count is masked to 5 bits (6 for 64-bit operands); a masked count of 0 changes no flag.
 * SDM Vol. 2, "SAL/SAR/SHL/SHR" and "RCL/RCR/ROL/ROR". OF is undefined for counts above 1: we keep the formula of count
 * 1 on the last step, as current processors mostly do. `i.b` is the slot of the count.
 */
import type { Insn, Exec } from '../insn.ts';
import { AFW, CF, OFW, PFW, SFW, ZFW } from '../state.ts';
import type { Sized } from './alu.ts';

function result(s: Int32Array, lo: number, hi: number): void {
  s[ZFW] = lo | hi;
  s[SFW] = hi;
  s[PFW] = lo;
  s[AFW] = 0;
}

const width = (bits: 8 | 16): { shift: number; mask: number; bits: number } => ({ shift: 32 - bits, mask: bits === 8 ? 0xff : 0xffff, bits });
type Width = ReturnType<typeof width>;
const narrow = (make: (w: Width) => Exec): { 8: Exec; 16: Exec } => ({ 8: make(width(8)), 16: make(width(16)) });

export const shl: Sized = {
  ...narrow(({ shift, mask, bits }) => ({ s }, { a, b }) => {
    const n = s[b] & 31;
    if (n === 0) return;
    const x = s[a] & mask;
    const r = n < 32 ? x << n : 0;
    s[CF] = n <= bits ? (x >>> (bits - n)) & 1 : 0;
    const t = (r << shift) >> shift;
    s[OFW] = (t >>> 31 ^ s[CF]) << 31;
    result(s, t, t >> 31);
    s[a] = (s[a] & ~mask) | (t & mask);
  }),
  32: ({ s }, { a, b }) => {
    const n = s[b] & 31;
    if (n === 0) {
      s[a + 1] = 0;
      return;
    }
    const x = s[a], r = x << n;
    s[CF] = (x >>> (32 - n)) & 1;
    s[OFW] = r ^ (s[CF] << 31);
    result(s, r, r);
    s[a] = r;
    s[a + 1] = 0;
  },
  64: ({ s }, { a, b }) => {
    const n = s[b] & 63;
    if (n === 0) return;
    const xl = s[a], xh = s[a + 1];
    let rl: number, rh: number;
    if (n >= 32) {
      rl = 0;
      rh = xl << (n - 32);
      s[CF] = n === 32 ? xh & 1 : (xl >>> (64 - n)) & 1;
    } else {
      rl = xl << n;
      rh = (xh << n) | (xl >>> (32 - n));
      s[CF] = (xh >>> (32 - n)) & 1;
    }
    s[OFW] = rh ^ (s[CF] << 31);
    result(s, rl, rh);
    s[a] = rl;
    s[a + 1] = rh;
  },
};

export const shr: Sized = {
  ...narrow(({ shift, mask }) => ({ s }, { a, b }) => {
    const n = s[b] & 31;
    if (n === 0) return;
    const x = s[a] & mask, r = x >>> n;
    s[CF] = (x >>> (n - 1)) & 1;
    s[OFW] = x << shift;
    result(s, r, 0);
    s[SFW] = r << shift;
    s[a] = (s[a] & ~mask) | r;
  }),
  32: ({ s }, { a, b }) => {
    const n = s[b] & 31;
    if (n === 0) {
      s[a + 1] = 0;
      return;
    }
    const x = s[a], r = x >>> n;
    s[CF] = (x >>> (n - 1)) & 1;
    s[OFW] = x;
    result(s, r, 0);
    s[SFW] = r;
    s[a] = r;
    s[a + 1] = 0;
  },
  64: ({ s }, { a, b }) => {
    const n = s[b] & 63;
    if (n === 0) return;
    const xl = s[a], xh = s[a + 1];
    let rl: number, rh: number;
    if (n >= 32) {
      rl = n === 32 ? xh : xh >>> (n - 32);
      rh = 0;
      s[CF] = n === 32 ? xl >>> 31 : (xh >>> (n - 33)) & 1;
    } else {
      rl = (xl >>> n) | (xh << (32 - n));
      rh = xh >>> n;
      s[CF] = (xl >>> (n - 1)) & 1;
    }
    s[OFW] = xh;
    result(s, rl, rh);
    s[a] = rl;
    s[a + 1] = rh;
  },
};

export const sar: Sized = {
  ...narrow(({ shift, mask }) => ({ s }, { a, b }) => {
    const n = s[b] & 31;
    if (n === 0) return;
    const x = (s[a] << shift) >> shift, r = x >> n;
    s[CF] = (x >> (n - 1)) & 1;
    s[OFW] = 0;
    result(s, r, r >> 31);
    s[a] = (s[a] & ~mask) | (r & mask);
  }),
  32: ({ s }, { a, b }) => {
    const n = s[b] & 31;
    if (n === 0) {
      s[a + 1] = 0;
      return;
    }
    const x = s[a], r = x >> n;
    s[CF] = (x >> (n - 1)) & 1;
    s[OFW] = 0;
    result(s, r, r);
    s[a] = r;
    s[a + 1] = 0;
  },
  64: ({ s }, { a, b }) => {
    const n = s[b] & 63;
    if (n === 0) return;
    const xl = s[a], xh = s[a + 1];
    let rl: number, rh: number;
    if (n >= 32) {
      rl = n === 32 ? xh : xh >> (n - 32);
      rh = xh >> 31;
      s[CF] = n === 32 ? xl >>> 31 : (xh >> (n - 33)) & 1;
    } else {
      rl = (xl >>> n) | (xh << (32 - n));
      rh = xh >> n;
      s[CF] = (xl >>> (n - 1)) & 1;
    }
    s[OFW] = 0;
    result(s, rl, rh);
    s[a] = rl;
    s[a + 1] = rh;
  },
};

const mask64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** The operand as an unsigned number of `bits` bits. */
function read(s: Int32Array, slot: number, bits: number): bigint {
  const low = BigInt(s[slot] >>> 0);
  return bits === 64 ? low | (BigInt(s[slot + 1] >>> 0) << 32n) : BigInt.asUintN(bits, low);
}

function write(s: Int32Array, slot: number, bits: number, value: bigint): void {
  const lo = Number(BigInt.asIntN(32, value));
  if (bits < 32) s[slot] = (s[slot] & ~((1 << bits) - 1)) | (lo & ((1 << bits) - 1));
  else {
    s[slot] = lo;
    s[slot + 1] = bits === 64 ? Number(BigInt.asIntN(32, value >> 32n)) : 0;
  }
}

const BITS = { 8: 8, 16: 16, 32: 32, 64: 64 } as const;
const each = (make: (bits: number) => Exec): Sized => ({ 8: make(BITS[8]), 16: make(BITS[16]), 32: make(BITS[32]), 64: make(BITS[64]) });
const countMask = (bits: number): number => (bits === 64 ? 63 : 31);
const topBit = (value: bigint, bits: number): number => Number((value >> BigInt(bits - 1)) & 1n);

/** Rotates touch only CF and OF. 32-bit operands still clear the upper half. */
export const rol = each((bits) => ({ s }, { a, b }) => {
  const count = s[b] & countMask(bits);
  if (bits === 32) s[a + 1] = 0;
  if (count === 0) return;
  const n = BigInt(count % bits), x = read(s, a, bits), size = BigInt(bits);
  const r = BigInt.asUintN(bits, (x << n) | (x >> (size - n)));
  s[CF] = Number(r & 1n);
  s[OFW] = (topBit(r, bits) ^ s[CF]) << 31;
  write(s, a, bits, r);
});

export const ror = each((bits) => ({ s }, { a, b }) => {
  const count = s[b] & countMask(bits);
  if (bits === 32) s[a + 1] = 0;
  if (count === 0) return;
  const n = BigInt(count % bits), x = read(s, a, bits), size = BigInt(bits);
  const r = BigInt.asUintN(bits, (x >> n) | (x << (size - n)));
  s[CF] = topBit(r, bits);
  s[OFW] = (s[CF] ^ topBit(r << 1n, bits)) << 31;
  write(s, a, bits, r);
});

/** Rotates through CF: bits + 1 places. */
export const rcl = each((bits) => ({ s }, { a, b }) => {
  const count = s[b] & countMask(bits), n = BigInt(bits < 32 ? count % (bits + 1) : count);
  if (bits === 32) s[a + 1] = 0;
  if (n === 0n) return;
  const places = BigInt(bits + 1), x = read(s, a, bits) | (BigInt(s[CF]) << BigInt(bits));
  const r = BigInt.asUintN(bits + 1, (x << n) | (x >> (places - n)));
  s[CF] = Number(r >> BigInt(bits));
  s[OFW] = (topBit(r, bits) ^ s[CF]) << 31;
  write(s, a, bits, r);
});

export const rcr = each((bits) => ({ s }, { a, b }) => {
  const count = s[b] & countMask(bits), n = BigInt(bits < 32 ? count % (bits + 1) : count);
  if (bits === 32) s[a + 1] = 0;
  if (n === 0n) return;
  const places = BigInt(bits + 1), before = read(s, a, bits), x = before | (BigInt(s[CF]) << BigInt(bits));
  const r = BigInt.asUintN(bits + 1, (x >> n) | (x << (places - n)));
  s[CF] = Number(r >> BigInt(bits));
  s[OFW] = (topBit(r, bits) ^ topBit(r << 1n, bits)) << 31;
  write(s, a, bits, r);
});

/** Double shifts: i.a destination, i.b the bits that come in, i.c the count. Counts above the size leave nonsense on hardware; we shift zeros in. */
const double = (left: boolean): Partial<Sized> => {
  const make = (bits: number): Exec => ({ s }, { a, b, c }: Insn) => {
    const count = s[c] & countMask(bits);
    if (bits === 32) s[a + 1] = 0;
    if (count === 0) return;
    const n = BigInt(count), size = BigInt(bits), x = read(s, a, bits), y = read(s, b, bits);
    const wide = left ? ((x << size) | y) << n : (y << size) | x;
    const r = left ? BigInt.asUintN(bits, wide >> size) : BigInt.asUintN(bits, wide >> n);
    s[CF] = count > bits ? 0 : left ? Number((x >> (size - n)) & 1n) : Number((x >> (n - 1n)) & 1n);
    s[OFW] = (topBit(x, bits) ^ topBit(r, bits)) << 31;
    const extended = BigInt.asIntN(bits, r);
    result(s, Number(BigInt.asIntN(32, extended)), Number(BigInt.asIntN(32, extended >> 32n)));
    write(s, a, bits, mask64(r));
  };
  return { 16: make(16), 32: make(32), 64: make(64) };
};
export const shld = double(true);
export const shrd = double(false);
