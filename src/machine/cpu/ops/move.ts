/** Moves between registers, exchanges, compare-and-exchange. Operands are slots; memory forms stand in forms.ts. */
import type { Exec } from '../insn.ts';
import { ZFW } from '../state.ts';
import { add, compare, type Sized } from './alu.ts';

export const mov: Sized = {
  8: ({ s }, { a, b }) => {
    s[a] = (s[a] & ~0xff) | (s[b] & 0xff);
  },
  16: ({ s }, { a, b }) => {
    s[a] = (s[a] & ~0xffff) | (s[b] & 0xffff);
  },
  32: ({ s }, { a, b }) => {
    s[a] = s[b];
    s[a + 1] = 0;
  },
  64: ({ s }, { a, b }) => {
    s[a] = s[b];
    s[a + 1] = s[b + 1];
  },
};

const bySize = (make: (bits: 8 | 16 | 32 | 64) => Exec): Sized => ({ 8: make(8), 16: make(16), 32: make(32), 64: make(64) });

/** Writes the low `bits` of a value, with the zero-extension rule of 32-bit results. */
function put(s: Int32Array, slot: number, bits: number, lo: number, hi: number): void {
  if (bits === 64) {
    s[slot] = lo;
    s[slot + 1] = hi;
  } else if (bits === 32) {
    s[slot] = lo;
    s[slot + 1] = 0;
  } else {
    const mask = bits === 8 ? 0xff : 0xffff;
    s[slot] = (s[slot] & ~mask) | (lo & mask);
  }
}

export const xchg = bySize((bits) => ({ s }, { a, b }) => {
  const lo = s[a], hi = s[a + 1];
  put(s, a, bits, s[b], s[b + 1]);
  put(s, b, bits, lo, hi);
});

/** The source gets the old destination, the destination the sum. */
export const xadd = bySize((bits) => (cpu, i) => {
  const { s } = cpu, lo = s[i.a], hi = s[i.a + 1];
  add[bits](cpu, i);
  // Only when both are one register does the order show: the sum stays.
  if (i.a !== i.b) put(s, i.b, bits, lo, hi);
});

/** Compares RAX with the destination; i.b goes in when equal, else the destination goes to RAX. */
export const cmpxchg = bySize((bits) => ({ s }, i) => {
  const { a, b } = i, lo = s[a], hi = s[a + 1];
  compare(s, bits, 0, a);
  if (s[ZFW] === 0) put(s, a, bits, s[b], s[b + 1]);
  else put(s, 0, bits, lo, hi);
});
