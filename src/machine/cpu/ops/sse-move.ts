/** Moves of XMM registers, whole or in part, and the memory forms of everything SSE. SDM Vol. 1, "SSE Data Transfer Instructions". */
import { GP } from '../../../isa/registers.ts';
import type { Cpu } from '../cpu.ts';
import { effectiveAddress } from '../forms.ts';
import type { Exec, Insn } from '../insn.ts';
import { EA_HI, FS_BASE, GS_BASE, LOAD_HI, XMM_MEM } from '../state.ts';

const hiAfter = (lo: number, hi: number, add: number): number => (hi + (((lo + add) | 0) >>> 0 < lo >>> 0 ? 1 : 0)) | 0;

/** 128 bits of memory to four words of the state. */
export function load128(cpu: Cpu, lo: number, hi: number, to: number): void {
  if (cpu.checksAlignment) {
    cpu.unaligned(() => load128(cpu, lo, hi, to));
    return;
  }
  cpu.checkSpan(lo, hi, 16);
  const { s } = cpu, low = cpu.load64(lo, hi), second = s[LOAD_HI];
  const third = cpu.load64((lo + 8) | 0, hiAfter(lo, hi, 8));
  s[to] = low;
  s[to + 1] = second;
  s[to + 2] = third;
  s[to + 3] = s[LOAD_HI];
}

export function store128(cpu: Cpu, lo: number, hi: number, from: number): void {
  // Operands of 16 bytes that need no alignment are not checked for any.
  if (cpu.checksAlignment) {
    cpu.unaligned(() => store128(cpu, lo, hi, from));
    return;
  }
  const { s } = cpu;
  // Both halves may be written, or neither is.
  cpu.writable(lo, hi, 16);
  cpu.store64(lo, hi, s[from], s[from + 1]);
  cpu.store64((lo + 8) | 0, hiAfter(lo, hi, 8), s[from + 2], s[from + 3]);
}

/** "When the source operand is a memory operand, it must be aligned on a 16-byte boundary or a general-protection exception is generated." */
function aligned(cpu: Cpu, lo: number): void {
  if (lo & 15) cpu.raise(GP, 0);
}

/** Stages a memory operand in XMM_MEM and runs the body. */
export const vectorFromMemory = (bits: number, mustAlign: boolean): Exec => {
  if (bits === 128) {
    return (cpu, i) => {
      const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
      if (mustAlign) aligned(cpu, lo);
      load128(cpu, lo, hi, XMM_MEM);
      i.body(cpu, i);
    };
  }
  if (bits === 64) {
    return (cpu, i) => {
      const { s } = cpu;
      s[XMM_MEM] = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
      s[XMM_MEM + 1] = s[LOAD_HI];
      i.body(cpu, i);
    };
  }
  return (cpu, i) => {
    const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
    s[XMM_MEM] = bits === 16 ? cpu.load16(lo, hi) : cpu.load32(lo, hi);
    i.body(cpu, i);
  };
};

/** Stores from i.b. */
export const vectorToMemory = (bits: number, mustAlign: boolean): Exec => (cpu, i) => {
  const { s } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
  if (bits === 128) {
    if (mustAlign) aligned(cpu, lo);
    store128(cpu, lo, hi, i.b);
  } else if (bits === 64) cpu.store64(lo, hi, s[i.b], s[i.b + 1]);
  else cpu.store32(lo, hi, s[i.b]);
};

/** So many words from i.b to i.a, zeros up to `clear`. */
const copy = (words: number, clear = words, toOffset = 0, fromOffset = 0): Exec => ({ s }, { a, b }) => {
  for (let n = 0; n < words; n++) s[a + toOffset + n] = s[b + fromOffset + n];
  for (let n = words; n < clear; n++) s[a + n] = 0;
};

const all: Exec = ({ s }, { a, b }) => {
  s[a] = s[b];
  s[a + 1] = s[b + 1];
  s[a + 2] = s[b + 2];
  s[a + 3] = s[b + 3];
};

/** Register to register, by mnemonic; a load from memory clears what it does not fill where the table says so. */
export const MOVES: Readonly<Record<string, { register: Exec; load?: Exec }>> = {
  movups: { register: all }, movupd: { register: all }, movaps: { register: all }, movapd: { register: all }, movdqa: { register: all },
  movdqu: { register: all },
  movntps: { register: all }, movntpd: { register: all }, movntdq: { register: all },
  movss: { register: copy(1), load: copy(1, 4) }, movsd: { register: copy(2), load: copy(2, 4) },
  movlps: { register: copy(2) }, movlpd: { register: copy(2) }, movhps: { register: copy(2, 2, 2) }, movhpd: { register: copy(2, 2, 2) },
  movhlps: { register: copy(2, 2, 0, 2) }, movlhps: { register: copy(2, 2, 2, 0) },
  movq: { register: copy(2, 4) },
};

/** MOVD and MOVQ between XMM and general registers; i.size is 32 or 64. */
export const movdToVector = (words: 2 | 4): Exec => ({ s }, { a, b, size }) => {
  const hi = size === 64 ? s[b + 1] : 0;
  s[a] = s[b];
  s[a + 1] = hi;
  if (words === 4) s[a + 2] = s[a + 3] = 0;
};
export const movdFromVector: Exec = ({ s }, { a, b, size }) => {
  s[a] = s[b];
  s[a + 1] = size === 64 ? s[b + 1] : 0;
};

/** Stores the bytes of i.a whose top bit in i.b is set at DS:RDI. */
export const maskedMove = (words: 2 | 4): Exec => (cpu, i: Insn) => {
  const { s } = cpu, rdi = 14, wide = i.decoded.addressSize === 64;
  const { segment } = i.decoded, base = segment === 4 ? FS_BASE : segment === 5 ? GS_BASE : -1;
  let lo = s[rdi], hi = wide ? s[rdi + 1] : 0;
  if (base >= 0) {
    hi = (hi + s[base + 1] + (((lo + s[base]) | 0) >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
    lo = (lo + s[base]) | 0;
  }
  // Whatever the mask is, and by eight bytes even when there are sixteen: as Intel's processors do.
  cpu.mustAlign(lo, hi, 8);
  const chosen = (n: number): boolean => ((s[i.b + (n >> 2)] >>> (8 * (n & 3) + 7)) & 1) !== 0;
  const at = (n: number): [number, number] => [(lo + n) | 0, hiAfter(lo, hi, n)];
  // Nothing is written when a byte of it may not be.
  for (let n = 0; n < 4 * words; n++) if (chosen(n)) cpu.writable(...at(n), 1);
  for (let n = 0; n < 4 * words; n++) if (chosen(n)) cpu.store8(...at(n), s[i.a + (n >> 2)] >>> (8 * (n & 3)));
};
