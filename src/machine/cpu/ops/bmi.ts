/** BMI1 and BMI2. SDM Vol. 2A and 2B, one page per mnemonic. i.a is the first operand, i.b and i.c the others, in the order of the rows. */
import type { Exec } from '../insn.ts';
import { AFW, CF, OFW, PFW, SFW, ZFW } from '../state.ts';

type Wide = { 32: Exec; 64: Exec };
type Bits = 32 | 64;
const sizes = (make: (bits: Bits) => Exec): Wide => ({ 32: make(32), 64: make(64) });

const read = (s: Int32Array, slot: number, bits: Bits): bigint =>
  (bits === 64 ? (BigInt(s[slot + 1] >>> 0) << 32n) | BigInt(s[slot] >>> 0) : BigInt(s[slot] >>> 0));
function write(s: Int32Array, slot: number, bits: Bits, value: bigint): void {
  s[slot] = Number(BigInt.asIntN(32, value));
  s[slot + 1] = bits === 64 ? Number(BigInt.asIntN(32, value >> 32n)) : 0;
}

/** ZF and SF of a result, CF as given, OF clear; AF and PF are undefined. */
function flags(s: Int32Array, bits: Bits, result: bigint, carry: boolean): void {
  s[ZFW] = result === 0n ? 0 : 1;
  s[SFW] = (result >> BigInt(bits - 1)) & 1n ? -1 : 0;
  s[CF] = carry ? 1 : 0;
  s[OFW] = s[AFW] = 0;
  s[PFW] = 1;
}

export const andn = sizes((bits) => ({ s }, { a, b, c }) => {
  const result = BigInt.asUintN(bits, ~read(s, b, bits)) & read(s, c, bits);
  flags(s, bits, result, false);
  write(s, a, bits, result);
});

/** Start and length stand in the two low bytes of i.c. */
export const bextr = sizes((bits) => ({ s }, { a, b, c }) => {
  const start = BigInt(s[c] & 0xff), length = BigInt((s[c] >> 8) & 0xff);
  const result = (read(s, b, bits) >> start) & ((1n << length) - 1n);
  flags(s, bits, result, false);
  s[SFW] = 0;
  write(s, a, bits, result);
});

/** Of the lowest set bit: cleared, a mask up to it, alone. */
const lowest = (f: (x: bigint) => bigint, carry: (x: bigint) => boolean): Wide => sizes((bits) => ({ s }, { a, b }) => {
  const x = read(s, b, bits), result = BigInt.asUintN(bits, f(x));
  flags(s, bits, result, carry(x));
  write(s, a, bits, result);
});
export const blsr = lowest((x) => (x - 1n) & x, (x) => x === 0n);
export const blsmsk = lowest((x) => (x - 1n) ^ x, (x) => x === 0n);
export const blsi = lowest((x) => -x & x, (x) => x !== 0n);

export const bzhi = sizes((bits) => ({ s }, { a, b, c }) => {
  const from = s[c] & 0xff, x = read(s, b, bits), result = from < bits ? x & ((1n << BigInt(from)) - 1n) : x;
  flags(s, bits, result, from >= bits);
  write(s, a, bits, result);
});

/** EDX or RDX times i.c; the high half goes to i.a, last, so that it stays when both are one register. */
export const mulx = sizes((bits) => ({ s }, { a, b, c }) => {
  const product = read(s, 4, bits) * read(s, c, bits);
  write(s, b, bits, product);
  write(s, a, bits, product >> BigInt(bits));
});

export const pdep = sizes((bits) => ({ s }, { a, b, c }) => {
  let from = read(s, b, bits), result = 0n;
  const mask = read(s, c, bits);
  for (let bit = 1n; bit <= mask; bit <<= 1n) {
    if (!(mask & bit)) continue;
    if (from & 1n) result |= bit;
    from >>= 1n;
  }
  write(s, a, bits, result);
});
export const pext = sizes((bits) => ({ s }, { a, b, c }) => {
  const from = read(s, b, bits), mask = read(s, c, bits);
  let result = 0n, to = 1n;
  for (let bit = 1n; bit <= mask; bit <<= 1n) {
    if (!(mask & bit)) continue;
    if (from & bit) result |= to;
    to <<= 1n;
  }
  write(s, a, bits, result);
});

/** Shifts and a rotate that leave the flags alone; the count is taken modulo the size. */
const shift = (f: (x: bigint, n: bigint, bits: Bits) => bigint): Wide =>
  sizes((bits) => ({ s }, { a, b, c }) => write(s, a, bits, f(read(s, b, bits), BigInt(s[c] & (bits - 1)), bits)));
export const rorx = shift((x, n, bits) => (x >> n) | (x << (BigInt(bits) - n)));
export const sarx = shift((x, n, bits) => BigInt.asIntN(bits, x) >> n);
export const shlx = shift((x, n) => x << n);
export const shrx = shift((x, n) => x >> n);
