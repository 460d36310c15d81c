/**
 * Multiplication and division, where 128-bit intermediate results appear. BigInt is used only for those; 32-bit and
 * narrower forms stay in doubles, which hold them exactly.
 */
import { DE } from '../../../isa/registers.ts';
import type { Cpu } from '../cpu.ts';
import { AFW, CF, OFW, PFW, SFW, ZFW } from '../state.ts';
import type { Sized } from './alu.ts';

const RAX = 0, RDX = 4;

const unsigned = (s: Int32Array, slot: number): bigint => (BigInt(s[slot + 1] >>> 0) << 32n) | BigInt(s[slot] >>> 0);
const signed = (s: Int32Array, slot: number): bigint => (BigInt(s[slot + 1]) << 32n) | BigInt(s[slot] >>> 0);

function put(s: Int32Array, slot: number, value: bigint): void {
  s[slot] = Number(BigInt.asIntN(32, value));
  s[slot + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** CF = OF = the upper half is significant. The other flags are undefined; we leave what the low half says. */
function multiplyFlags(s: Int32Array, overflow: boolean, lo: number, hi: number): void {
  s[CF] = overflow ? 1 : 0;
  s[OFW] = overflow ? -1 : 0;
  s[AFW] = 0;
  s[ZFW] = lo | hi;
  s[SFW] = hi;
  s[PFW] = lo;
}

/** Low 64 bits of a 64 by 64 product: the cross products meet only the upper word. */
function multiplyLow(s: Int32Array, d: number, al: number, ah: number, bl: number, bh: number): void {
  const a0 = al & 0xffff, a1 = al >>> 16, b0 = bl & 0xffff, b1 = bl >>> 16;
  const p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0;
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  const high = a1 * b1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16);
  s[d] = Math.imul(al, bl);
  s[d + 1] = (high + Math.imul(al, bh) + Math.imul(ah, bl)) | 0;
}

/** RDX:RAX = RAX * operand, unsigned. */
export const mul: Sized = {
  8: ({ s }, { a }) => {
    const r = (s[RAX] & 0xff) * (s[a] & 0xff);
    s[RAX] = (s[RAX] & ~0xffff) | r;
    multiplyFlags(s, r > 0xff, (r << 24) >> 24, (r << 24) >> 31);
  },
  16: ({ s }, { a }) => {
    const r = (s[RAX] & 0xffff) * (s[a] & 0xffff);
    s[RAX] = (s[RAX] & ~0xffff) | (r & 0xffff);
    s[RDX] = (s[RDX] & ~0xffff) | (r >>> 16);
    multiplyFlags(s, r > 0xffff, (r << 16) >> 16, (r << 16) >> 31);
  },
  32: ({ s }, { a }) => {
    const r = unsigned32(s[RAX], s[a]);
    s[RAX] = r.lo;
    s[RAX + 1] = 0;
    s[RDX] = r.hi;
    s[RDX + 1] = 0;
    multiplyFlags(s, r.hi !== 0, r.lo, r.lo >> 31);
  },
  64: ({ s }, { a }) => {
    const r = unsigned(s, RAX) * unsigned(s, a);
    put(s, RAX, r);
    put(s, RDX, r >> 64n);
    multiplyFlags(s, (s[RDX] | s[RDX + 1]) !== 0, s[RAX], s[RAX + 1]);
  },
};

const product = { lo: 0, hi: 0 };
function unsigned32(a: number, b: number): { lo: number; hi: number } {
  const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
  const p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0;
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  product.lo = Math.imul(a, b);
  product.hi = (a1 * b1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)) | 0;
  return product;
}

/** RDX:RAX = RAX * operand, signed. */
export const imulWide: Sized = {
  8: ({ s }, { a }) => {
    const r = ((s[RAX] << 24) >> 24) * ((s[a] << 24) >> 24);
    s[RAX] = (s[RAX] & ~0xffff) | (r & 0xffff);
    multiplyFlags(s, r !== (r << 24) >> 24, (r << 24) >> 24, (r << 24) >> 31);
  },
  16: ({ s }, { a }) => {
    const r = ((s[RAX] << 16) >> 16) * ((s[a] << 16) >> 16);
    s[RAX] = (s[RAX] & ~0xffff) | (r & 0xffff);
    s[RDX] = (s[RDX] & ~0xffff) | (r >>> 16);
    multiplyFlags(s, r !== (r << 16) >> 16, (r << 16) >> 16, (r << 16) >> 31);
  },
  32: ({ s }, { a }) => {
    const r = BigInt(s[RAX]) * BigInt(s[a]);
    s[RAX] = Number(BigInt.asIntN(32, r));
    s[RAX + 1] = 0;
    s[RDX] = Number(BigInt.asIntN(32, r >> 32n));
    s[RDX + 1] = 0;
    multiplyFlags(s, s[RDX] !== s[RAX] >> 31, s[RAX], s[RAX] >> 31);
  },
  64: ({ s }, { a }) => {
    const r = signed(s, RAX) * signed(s, a);
    put(s, RAX, r);
    put(s, RDX, r >> 64n);
    multiplyFlags(s, r !== BigInt.asIntN(64, r), s[RAX], s[RAX + 1]);
  },
};

/** a = b * c, truncated; CF = OF = something was lost. `mul2` multiplies a by b. */
const imul16 = (s: Int32Array, d: number, x: number, y: number): void => {
  const r = ((x << 16) >> 16) * ((y << 16) >> 16);
  const t = (r << 16) >> 16;
  s[d] = (s[d] & ~0xffff) | (r & 0xffff);
  multiplyFlags(s, r !== t, t, t >> 31);
};
const imul32 = (s: Int32Array, d: number, x: number, y: number): void => {
  const t = Math.imul(x, y);
  // The double product is exact up to 2^53 and off by less than 2^10 above: enough to tell overflow.
  s[d] = t;
  s[d + 1] = 0;
  multiplyFlags(s, x * y !== t, t, t >> 31);
};
const imul64 = (s: Int32Array, d: number, x: number, y: number): void => {
  const xl = s[x], xh = s[x + 1], yl = s[y], yh = s[y + 1];
  const small = xh === xl >> 31 && yh === yl >> 31;
  const overflow = small ? false : overflows(s, x, y);
  multiplyLow(s, d, xl, xh, yl, yh);
  multiplyFlags(s, overflow, s[d], s[d + 1]);
};
/** Doubles decide unless the product is near 2^63. */
function overflows(s: Int32Array, x: number, y: number): boolean {
  const estimate = Math.abs((s[x + 1] * 0x1_0000_0000 + (s[x] >>> 0)) * (s[y + 1] * 0x1_0000_0000 + (s[y] >>> 0)));
  if (estimate < 0x4000_0000_0000_0000) return false;
  if (estimate > 0x1_0000_0000_0000_0000) return true;
  const r = signed(s, x) * signed(s, y);
  return r !== BigInt.asIntN(64, r);
}

export const imul2: Partial<Sized> = {
  16: ({ s }, { a, b }) => imul16(s, a, s[a], s[b]),
  32: ({ s }, { a, b }) => imul32(s, a, s[a], s[b]),
  64: ({ s }, { a, b }) => imul64(s, a, a, b),
};
export const imul3: Partial<Sized> = {
  16: ({ s }, { a, b, c }) => imul16(s, a, s[b], s[c]),
  32: ({ s }, { a, b, c }) => imul32(s, a, s[b], s[c]),
  64: ({ s }, { a, b, c }) => imul64(s, a, b, c),
};

/** #DE when the divisor is zero or the quotient does not fit. Flags are undefined; they stay. */
const divide64 = (cpu: Cpu, a: number, isSigned: boolean): void => {
  const { s } = cpu;
  const divisor = isSigned ? signed(s, a) : unsigned(s, a);
  if (divisor === 0n) cpu.raise(DE);
  const dividend = ((isSigned ? signed(s, RDX) : unsigned(s, RDX)) << 64n) | unsigned(s, RAX);
  const quotient = dividend / divisor;
  if (quotient !== (isSigned ? BigInt.asIntN(64, quotient) : BigInt.asUintN(64, quotient))) cpu.raise(DE);
  put(s, RAX, quotient);
  put(s, RDX, dividend % divisor);
};

/** Dividends below 2^53 divide exactly in doubles. */
const small = (s: Int32Array): boolean => s[RDX] === 0 && s[RDX + 1] === 0 && s[RAX + 1] >>> 0 < 0x200000;

export const div: Sized = {
  8: (cpu, { a }) => {
    const { s } = cpu;
    const divisor = s[a] & 0xff, dividend = s[RAX] & 0xffff;
    if (divisor === 0) cpu.raise(DE);
    const quotient = Math.floor(dividend / divisor);
    if (quotient > 0xff) cpu.raise(DE);
    s[RAX] = (s[RAX] & ~0xffff) | ((dividend % divisor) << 8) | quotient;
  },
  16: (cpu, { a }) => {
    const { s } = cpu;
    const divisor = s[a] & 0xffff, dividend = (((s[RDX] & 0xffff) << 16) | (s[RAX] & 0xffff)) >>> 0;
    if (divisor === 0) cpu.raise(DE);
    const quotient = Math.floor(dividend / divisor);
    if (quotient > 0xffff) cpu.raise(DE);
    s[RAX] = (s[RAX] & ~0xffff) | quotient;
    s[RDX] = (s[RDX] & ~0xffff) | dividend % divisor;
  },
  32: (cpu, { a }) => {
    const { s } = cpu;
    const divisor = s[a] >>> 0;
    if (divisor === 0 || s[RDX] >>> 0 >= divisor) cpu.raise(DE);
    let quotient: number, remainder: number;
    if (s[RDX] >>> 0 < 0x200000) {
      const dividend = (s[RDX] >>> 0) * 0x1_0000_0000 + (s[RAX] >>> 0);
      quotient = Math.floor(dividend / divisor);
      remainder = dividend - quotient * divisor;
    } else {
      const dividend = (BigInt(s[RDX] >>> 0) << 32n) | BigInt(s[RAX] >>> 0);
      quotient = Number(dividend / BigInt(divisor));
      remainder = Number(dividend % BigInt(divisor));
    }
    s[RAX] = quotient;
    s[RAX + 1] = 0;
    s[RDX] = remainder;
    s[RDX + 1] = 0;
  },
  64: (cpu, { a }) => {
    const { s } = cpu;
    if (small(s) && s[a + 1] >>> 0 < 0x200000 && (s[a] | s[a + 1]) !== 0) {
      const dividend = s[RAX + 1] * 0x1_0000_0000 + (s[RAX] >>> 0), divisor = s[a + 1] * 0x1_0000_0000 + (s[a] >>> 0);
      const quotient = Math.floor(dividend / divisor), remainder = dividend % divisor;
      s[RAX] = quotient % 0x1_0000_0000;
      s[RAX + 1] = Math.floor(quotient / 0x1_0000_0000);
      s[RDX] = remainder % 0x1_0000_0000;
      s[RDX + 1] = Math.floor(remainder / 0x1_0000_0000);
      return;
    }
    divide64(cpu, a, false);
  },
};

export const idiv: Sized = {
  8: (cpu, { a }) => {
    const { s } = cpu;
    const divisor = (s[a] << 24) >> 24, dividend = (s[RAX] << 16) >> 16;
    if (divisor === 0) cpu.raise(DE);
    const quotient = Math.trunc(dividend / divisor);
    if (quotient !== (quotient << 24) >> 24) cpu.raise(DE);
    s[RAX] = (s[RAX] & ~0xffff) | ((dividend % divisor & 0xff) << 8) | (quotient & 0xff);
  },
  16: (cpu, { a }) => {
    const { s } = cpu;
    const divisor = (s[a] << 16) >> 16, dividend = (s[RDX] << 16) | (s[RAX] & 0xffff);
    if (divisor === 0) cpu.raise(DE);
    const quotient = Math.trunc(dividend / divisor);
    if (quotient !== (quotient << 16) >> 16) cpu.raise(DE);
    s[RAX] = (s[RAX] & ~0xffff) | (quotient & 0xffff);
    s[RDX] = (s[RDX] & ~0xffff) | (dividend % divisor & 0xffff);
  },
  32: (cpu, { a }) => {
    const { s } = cpu;
    const divisor = s[a];
    if (divisor === 0) cpu.raise(DE);
    let quotient: number, remainder: number;
    if (s[RDX] === s[RAX] >> 31) {
      quotient = Math.trunc(s[RAX] / divisor);
      remainder = s[RAX] % divisor;
    } else {
      const dividend = (BigInt(s[RDX]) << 32n) | BigInt(s[RAX] >>> 0);
      quotient = Number(dividend / BigInt(divisor));
      remainder = Number(dividend % BigInt(divisor));
    }
    if (quotient !== (quotient | 0)) cpu.raise(DE);
    s[RAX] = quotient;
    s[RAX + 1] = 0;
    s[RDX] = remainder;
    s[RDX + 1] = 0;
  },
  64: (cpu, { a }) => divide64(cpu, a, true),
};

/** RAX sign-extended into itself: cbw, cwde, cdqe. */
export const cbw: Partial<Sized> = {
  16: ({ s }) => {
    s[RAX] = (s[RAX] & ~0xffff) | (((s[RAX] << 24) >> 24) & 0xffff);
  },
  32: ({ s }) => {
    s[RAX] = (s[RAX] << 16) >> 16;
    s[RAX + 1] = 0;
  },
  64: ({ s }) => {
    s[RAX + 1] = s[RAX] >> 31;
  },
};

/** The sign of RAX into all of RDX: cwd, cdq, cqo. */
export const cwd: Partial<Sized> = {
  16: ({ s }) => {
    s[RDX] = (s[RDX] & ~0xffff) | (((s[RAX] << 16) >> 31) & 0xffff);
  },
  32: ({ s }) => {
    s[RDX] = s[RAX] >> 31;
    s[RDX + 1] = 0;
  },
  64: ({ s }) => {
    s[RDX] = s[RDX + 1] = s[RAX + 1] >> 31;
  },
};

