/**
 * Integer arithmetic and logic. SDM Vol. 2, one page per mnemonic. Each operation is a function of values that writes
 * its result to slot `a`; the handlers below feed it from slots (a memory operand has been loaded into a scratch slot, an
 * immediate stands in the pool) and alu-memory.ts straight from memory. Carries are computed from the sign bits of operands and
 * result, without a branch. Narrow operands are shifted to the top of the word, where carry and overflow stand at the
 * same place for every size, and kept sign-extended in the flag words.
 */
import type { Exec } from '../insn.ts';
import { AFW, CF, OFW, PFW, SFW, ZFW } from '../state.ts';

/** One operation in the sizes that an instruction has it in. */
export interface Sized {
  8: Exec;
  16: Exec;
  32: Exec;
  64: Exec;
}

const narrow = (make: (shift: number, mask: number) => Exec): { 8: Exec; 16: Exec } => ({ 8: make(24, 0xff), 16: make(16, 0xffff) });

function set32(s: Int32Array, r: number): void {
  s[ZFW] = r;
  s[SFW] = r;
  s[PFW] = r;
}

function set64(s: Int32Array, lo: number, hi: number): void {
  s[ZFW] = lo | hi;
  s[SFW] = hi;
  s[PFW] = lo;
}

/** Carry out of the top bit of a + b (+ carry), and borrow out of a - b (- borrow). */
const carry = (a: number, b: number, r: number): number => ((a & b) | ((a | b) & ~r)) >>> 31;
const borrow = (a: number, b: number, r: number): number => ((~a & b) | ((~a | b) & r)) >>> 31;

export function addNarrow(s: Int32Array, a: number, value: number, shift: number, mask: number): void {
  const x = s[a] << shift, y = value << shift, r = (x + y) | 0;
  s[CF] = carry(x, y, r);
  s[OFW] = (x ^ r) & (y ^ r);
  s[AFW] = (x ^ y ^ r) >> shift;
  set32(s, r >> shift);
  s[a] = (s[a] & ~mask) | ((r >> shift) & mask);
}
export function add32(s: Int32Array, a: number, y: number): void {
  const x = s[a], r = (x + y) | 0;
  s[CF] = carry(x, y, r);
  s[OFW] = (x ^ r) & (y ^ r);
  s[AFW] = x ^ y ^ r;
  set32(s, r);
  s[a] = r;
  s[a + 1] = 0;
}
export function add64(s: Int32Array, a: number, yl: number, yh: number): void {
  const xl = s[a], xh = s[a + 1];
  const rl = (xl + yl) | 0, rh = (xh + yh + carry(xl, yl, rl)) | 0;
  s[CF] = carry(xh, yh, rh);
  s[OFW] = (xh ^ rh) & (yh ^ rh);
  s[AFW] = xl ^ yl ^ rl;
  set64(s, rl, rh);
  s[a] = rl;
  s[a + 1] = rh;
}

export function adcNarrow(s: Int32Array, a: number, value: number, shift: number, mask: number): void {
  const x = s[a] << shift, y = value << shift, r = (x + y + (s[CF] << shift)) | 0;
  s[CF] = carry(x, y, r);
  s[OFW] = (x ^ r) & (y ^ r);
  s[AFW] = (x ^ y ^ r) >> shift;
  set32(s, r >> shift);
  s[a] = (s[a] & ~mask) | ((r >> shift) & mask);
}
export function adc32(s: Int32Array, a: number, y: number): void {
  const x = s[a], r = (x + y + s[CF]) | 0;
  s[CF] = carry(x, y, r);
  s[OFW] = (x ^ r) & (y ^ r);
  s[AFW] = x ^ y ^ r;
  set32(s, r);
  s[a] = r;
  s[a + 1] = 0;
}
export function adc64(s: Int32Array, a: number, yl: number, yh: number): void {
  const xl = s[a], xh = s[a + 1];
  const rl = (xl + yl + s[CF]) | 0, rh = (xh + yh + carry(xl, yl, rl)) | 0;
  s[CF] = carry(xh, yh, rh);
  s[OFW] = (xh ^ rh) & (yh ^ rh);
  s[AFW] = xl ^ yl ^ rl;
  set64(s, rl, rh);
  s[a] = rl;
  s[a + 1] = rh;
}

export function subNarrow(s: Int32Array, a: number, value: number, shift: number, mask: number): void {
  const x = s[a] << shift, y = value << shift, r = (x - y) | 0;
  s[CF] = borrow(x, y, r);
  s[OFW] = (x ^ y) & (x ^ r);
  s[AFW] = (x ^ y ^ r) >> shift;
  set32(s, r >> shift);
  s[a] = (s[a] & ~mask) | ((r >> shift) & mask);
}
export function sub32(s: Int32Array, a: number, y: number): void {
  const x = s[a], r = (x - y) | 0;
  s[CF] = borrow(x, y, r);
  s[OFW] = (x ^ y) & (x ^ r);
  s[AFW] = x ^ y ^ r;
  set32(s, r);
  s[a] = r;
  s[a + 1] = 0;
}
export function sub64(s: Int32Array, a: number, yl: number, yh: number): void {
  const xl = s[a], xh = s[a + 1];
  const rl = (xl - yl) | 0, rh = (xh - yh - borrow(xl, yl, rl)) | 0;
  s[CF] = borrow(xh, yh, rh);
  s[OFW] = (xh ^ yh) & (xh ^ rh);
  s[AFW] = xl ^ yl ^ rl;
  set64(s, rl, rh);
  s[a] = rl;
  s[a + 1] = rh;
}

export function sbbNarrow(s: Int32Array, a: number, value: number, shift: number, mask: number): void {
  const x = s[a] << shift, y = value << shift, r = (x - y - (s[CF] << shift)) | 0;
  s[CF] = borrow(x, y, r);
  s[OFW] = (x ^ y) & (x ^ r);
  s[AFW] = (x ^ y ^ r) >> shift;
  set32(s, r >> shift);
  s[a] = (s[a] & ~mask) | ((r >> shift) & mask);
}
export function sbb32(s: Int32Array, a: number, y: number): void {
  const x = s[a], r = (x - y - s[CF]) | 0;
  s[CF] = borrow(x, y, r);
  s[OFW] = (x ^ y) & (x ^ r);
  s[AFW] = x ^ y ^ r;
  set32(s, r);
  s[a] = r;
  s[a + 1] = 0;
}
export function sbb64(s: Int32Array, a: number, yl: number, yh: number): void {
  const xl = s[a], xh = s[a + 1];
  const rl = (xl - yl - s[CF]) | 0, rh = (xh - yh - borrow(xl, yl, rl)) | 0;
  s[CF] = borrow(xh, yh, rh);
  s[OFW] = (xh ^ yh) & (xh ^ rh);
  s[AFW] = xl ^ yl ^ rl;
  set64(s, rl, rh);
  s[a] = rl;
  s[a + 1] = rh;
}

/** SUB without its result. */
export function cmpNarrow(s: Int32Array, left: number, right: number, shift: number): void {
  const x = left << shift, y = right << shift, r = (x - y) | 0;
  s[CF] = borrow(x, y, r);
  s[OFW] = (x ^ y) & (x ^ r);
  s[AFW] = (x ^ y ^ r) >> shift;
  set32(s, r >> shift);
}
export function cmp32(s: Int32Array, x: number, y: number): void {
  const r = (x - y) | 0;
  s[CF] = borrow(x, y, r);
  s[OFW] = (x ^ y) & (x ^ r);
  s[AFW] = x ^ y ^ r;
  set32(s, r);
}
export function cmp64(s: Int32Array, xl: number, xh: number, yl: number, yh: number): void {
  const rl = (xl - yl) | 0, rh = (xh - yh - borrow(xl, yl, rl)) | 0;
  s[CF] = borrow(xh, yh, rh);
  s[OFW] = (xh ^ yh) & (xh ^ rh);
  s[AFW] = xl ^ yl ^ rl;
  set64(s, rl, rh);
}

/** AND, OR, XOR clear CF and OF; AF is undefined and we clear it, as current processors do. */
function clearCarries(s: Int32Array): void {
  s[CF] = 0;
  s[OFW] = 0;
  s[AFW] = 0;
}

export function andNarrow(s: Int32Array, a: number, value: number, shift: number, mask: number): void {
  const r = ((s[a] & value) << shift) >> shift;
  clearCarries(s);
  set32(s, r);
  s[a] = (s[a] & ~mask) | (r & mask);
}
export function and32(s: Int32Array, a: number, y: number): void {
  const r = s[a] & y;
  clearCarries(s);
  set32(s, r);
  s[a] = r;
  s[a + 1] = 0;
}
export function and64(s: Int32Array, a: number, yl: number, yh: number): void {
  const rl = s[a] & yl, rh = s[a + 1] & yh;
  clearCarries(s);
  set64(s, rl, rh);
  s[a] = rl;
  s[a + 1] = rh;
}

export function orNarrow(s: Int32Array, a: number, value: number, shift: number, mask: number): void {
  const r = ((s[a] | value) << shift) >> shift;
  clearCarries(s);
  set32(s, r);
  s[a] = (s[a] & ~mask) | (r & mask);
}
export function or32(s: Int32Array, a: number, y: number): void {
  const r = s[a] | y;
  clearCarries(s);
  set32(s, r);
  s[a] = r;
  s[a + 1] = 0;
}
export function or64(s: Int32Array, a: number, yl: number, yh: number): void {
  const rl = s[a] | yl, rh = s[a + 1] | yh;
  clearCarries(s);
  set64(s, rl, rh);
  s[a] = rl;
  s[a + 1] = rh;
}

export function xorNarrow(s: Int32Array, a: number, value: number, shift: number, mask: number): void {
  const r = ((s[a] ^ value) << shift) >> shift;
  clearCarries(s);
  set32(s, r);
  s[a] = (s[a] & ~mask) | (r & mask);
}
export function xor32(s: Int32Array, a: number, y: number): void {
  const r = s[a] ^ y;
  clearCarries(s);
  set32(s, r);
  s[a] = r;
  s[a + 1] = 0;
}
export function xor64(s: Int32Array, a: number, yl: number, yh: number): void {
  const rl = s[a] ^ yl, rh = s[a + 1] ^ yh;
  clearCarries(s);
  set64(s, rl, rh);
  s[a] = rl;
  s[a + 1] = rh;
}

/** AND without its result. */
export function testNarrow(s: Int32Array, x: number, y: number, shift: number): void {
  clearCarries(s);
  set32(s, ((x & y) << shift) >> shift);
}
export function test32(s: Int32Array, x: number, y: number): void {
  clearCarries(s);
  set32(s, x & y);
}
export function test64(s: Int32Array, xl: number, xh: number, yl: number, yh: number): void {
  clearCarries(s);
  set64(s, xl & yl, xh & yh);
}

export const add: Sized = {
  ...narrow((shift, mask) => ({ s }, { a, b }) => addNarrow(s, a, s[b], shift, mask)),
  32: ({ s }, { a, b }) => add32(s, a, s[b]),
  64: ({ s }, { a, b }) => add64(s, a, s[b], s[b + 1]),
};
export const adc: Sized = {
  ...narrow((shift, mask) => ({ s }, { a, b }) => adcNarrow(s, a, s[b], shift, mask)),
  32: ({ s }, { a, b }) => adc32(s, a, s[b]),
  64: ({ s }, { a, b }) => adc64(s, a, s[b], s[b + 1]),
};
export const sub: Sized = {
  ...narrow((shift, mask) => ({ s }, { a, b }) => subNarrow(s, a, s[b], shift, mask)),
  32: ({ s }, { a, b }) => sub32(s, a, s[b]),
  64: ({ s }, { a, b }) => sub64(s, a, s[b], s[b + 1]),
};
export const sbb: Sized = {
  ...narrow((shift, mask) => ({ s }, { a, b }) => sbbNarrow(s, a, s[b], shift, mask)),
  32: ({ s }, { a, b }) => sbb32(s, a, s[b]),
  64: ({ s }, { a, b }) => sbb64(s, a, s[b], s[b + 1]),
};
export const and: Sized = {
  ...narrow((shift, mask) => ({ s }, { a, b }) => andNarrow(s, a, s[b], shift, mask)),
  32: ({ s }, { a, b }) => and32(s, a, s[b]),
  64: ({ s }, { a, b }) => and64(s, a, s[b], s[b + 1]),
};
export const or: Sized = {
  ...narrow((shift, mask) => ({ s }, { a, b }) => orNarrow(s, a, s[b], shift, mask)),
  32: ({ s }, { a, b }) => or32(s, a, s[b]),
  64: ({ s }, { a, b }) => or64(s, a, s[b], s[b + 1]),
};
export const xor: Sized = {
  ...narrow((shift, mask) => ({ s }, { a, b }) => xorNarrow(s, a, s[b], shift, mask)),
  32: ({ s }, { a, b }) => xor32(s, a, s[b]),
  64: ({ s }, { a, b }) => xor64(s, a, s[b], s[b + 1]),
};
export const cmp: Sized = {
  ...narrow((shift) => ({ s }, { a, b }) => cmpNarrow(s, s[a], s[b], shift)),
  32: ({ s }, { a, b }) => cmp32(s, s[a], s[b]),
  64: ({ s }, { a, b }) => cmp64(s, s[a], s[a + 1], s[b], s[b + 1]),
};
export const test: Sized = {
  ...narrow((shift) => ({ s }, { a, b }) => testNarrow(s, s[a], s[b], shift)),
  32: ({ s }, { a, b }) => test32(s, s[a], s[b]),
  64: ({ s }, { a, b }) => test64(s, s[a], s[a + 1], s[b], s[b + 1]),
};

/** CMP of two slots, for instructions that compare on the way. */
export function compare(s: Int32Array, bits: number, a: number, b: number): void {
  if (bits === 64) cmp64(s, s[a], s[a + 1], s[b], s[b + 1]);
  else if (bits === 32) cmp32(s, s[a], s[b]);
  else cmpNarrow(s, s[a], s[b], 32 - bits);
}

/** Adds `by` (1 or -1) and leaves CF alone. */
const step = (by: 1 | -1): Sized => ({
  ...narrow((shift, mask) => ({ s }, { a }) => {
    const x = s[a] << shift, r = (x + (by << shift)) | 0;
    s[OFW] = by === 1 ? ~x & r : x & ~r;
    s[AFW] = (x ^ r ^ (1 << shift)) >> shift;
    set32(s, r >> shift);
    s[a] = (s[a] & ~mask) | ((r >> shift) & mask);
  }),
  32: ({ s }, { a }) => {
    const x = s[a], r = (x + by) | 0;
    s[OFW] = by === 1 ? ~x & r : x & ~r;
    s[AFW] = x ^ r ^ 1;
    set32(s, r);
    s[a] = r;
    s[a + 1] = 0;
  },
  64: ({ s }, { a }) => {
    const xl = s[a], xh = s[a + 1];
    const rl = (xl + by) | 0;
    const rh = by === 1 ? (xh + (rl === 0 ? 1 : 0)) | 0 : (xh - (xl === 0 ? 1 : 0)) | 0;
    s[OFW] = by === 1 ? ~xh & rh : xh & ~rh;
    s[AFW] = xl ^ rl ^ 1;
    set64(s, rl, rh);
    s[a] = rl;
    s[a + 1] = rh;
  },
});
export const inc = step(1);
export const dec = step(-1);

/** 0 - x. */
export const neg: Sized = {
  ...narrow((shift, mask) => ({ s }, { a }) => {
    const x = s[a] << shift, r = -x | 0;
    s[CF] = x === 0 ? 0 : 1;
    s[OFW] = x & r;
    s[AFW] = (x ^ r) >> shift;
    set32(s, r >> shift);
    s[a] = (s[a] & ~mask) | ((r >> shift) & mask);
  }),
  32: ({ s }, { a }) => {
    const x = s[a], r = -x | 0;
    s[CF] = x === 0 ? 0 : 1;
    s[OFW] = x & r;
    s[AFW] = x ^ r;
    set32(s, r);
    s[a] = r;
    s[a + 1] = 0;
  },
  64: ({ s }, { a }) => {
    const xl = s[a], xh = s[a + 1];
    const rl = -xl | 0, rh = (~xh + (xl === 0 ? 1 : 0)) | 0;
    s[CF] = (xl | xh) === 0 ? 0 : 1;
    s[OFW] = xh & rh;
    s[AFW] = xl ^ rl;
    set64(s, rl, rh);
    s[a] = rl;
    s[a + 1] = rh;
  },
};

export const not: Sized = {
  ...narrow((_shift, mask) => ({ s }, { a }) => {
    s[a] ^= mask;
  }),
  32: ({ s }, { a }) => {
    s[a] = ~s[a];
    s[a + 1] = 0;
  },
  64: ({ s }, { a }) => {
    s[a] = ~s[a];
    s[a + 1] = ~s[a + 1];
  },
};
