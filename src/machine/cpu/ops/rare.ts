/** Memory forms that fit no pattern: wide compare-and-exchange, and bit tests that reach beyond their operand. */
import { GP } from '../../../isa/registers.ts';
import { effectiveAddress, store } from '../forms.ts';
import type { Exec } from '../insn.ts';
import { CF, EA_HI, LOAD_HI, ZFW } from '../state.ts';

const RAX = 0, RCX = 2, RDX = 4, RBX = 6;

/** Compares EDX:EAX with memory; ECX:EBX goes in when equal. */
export const cmpxchg8b: Exec = (cpu, i) => {
  const { s } = cpu;
  const lo = effectiveAddress(s, i), hi = s[EA_HI];
  cpu.writable(lo, hi, 8);
  const low = cpu.load64(lo, hi), high = s[LOAD_HI];
  const equal = low === s[RAX] && high === s[RDX];
  cpu.store64(lo, hi, equal ? s[RBX] : low, equal ? s[RCX] : high);
  s[ZFW] = equal ? 0 : 1;
  if (equal) return;
  s[RAX] = low;
  s[RDX] = high;
  s[RAX + 1] = s[RDX + 1] = 0;
};

/** The same with 128 bits, which must be aligned. */
export const cmpxchg16b: Exec = (cpu, i) => {
  const { s } = cpu;
  const lo = effectiveAddress(s, i), hi = s[EA_HI];
  if (lo & 15) cpu.raise(GP, 0);
  cpu.writable(lo, hi, 16);
  const a = cpu.load64(lo, hi), b = s[LOAD_HI], c = cpu.load64((lo + 8) | 0, hi), d = s[LOAD_HI];
  const equal = a === s[RAX] && b === s[RAX + 1] && c === s[RDX] && d === s[RDX + 1];
  if (equal) {
    cpu.store64(lo, hi, s[RBX], s[RBX + 1]);
    cpu.store64((lo + 8) | 0, hi, s[RCX], s[RCX + 1]);
  } else {
    s[RAX] = a;
    s[RAX + 1] = b;
    s[RDX] = c;
    s[RDX + 1] = d;
  }
  s[ZFW] = equal ? 0 : 1;
};

const CHANGE = {
  bt: (word: number) => word,
  bts: (word: number, mask: number) => word | mask,
  btr: (word: number, mask: number) => word & ~mask,
  btc: (word: number, mask: number) => word ^ mask,
} as const;

/** With a memory operand and the bit number in a register, the number reaches 2^63 bits either way, in units of the operand size. SDM Vol. 2A, "BT". */
export const bitString = (mnemonic: keyof typeof CHANGE): Exec => (cpu, i) => {
  const { s } = cpu;
  const base = effectiveAddress(s, i), baseHi = s[EA_HI];
  const bitLo = i.size === 16 ? (s[i.b] << 16) >> 16 : s[i.b], bitHi = i.size === 64 ? s[i.b + 1] : bitLo >> 31;
  // Byte offset of the unit: (bit >> log2(size)) * size / 8, that is bit >> 3 with the low bits cleared.
  const by = ((bitLo >>> 3) | (bitHi << 29)) & -(i.size >> 3), byHi = bitHi >> 3;
  const lo = (base + by) | 0, hi = (baseHi + byHi + ((lo >>> 0) < (base >>> 0) ? 1 : 0)) | 0;
  const within = bitLo & (i.size - 1), mask = 1 << (within & 31), bytes = (i.size >> 3) as 2 | 4 | 8;
  if (mnemonic !== 'bt') cpu.writable(lo, hi, bytes);
  const low = i.size === 64 ? cpu.load64(lo, hi) : i.size === 32 ? cpu.load32(lo, hi) : cpu.load16(lo, hi), high = i.size === 64 ? s[LOAD_HI] : 0;
  const inHigh = within >= 32;
  if (mnemonic !== 'bt') store(cpu, lo, hi, i.size, inHigh ? low : CHANGE[mnemonic](low, mask), inHigh ? CHANGE[mnemonic](high, mask) : high);
  s[CF] = (inHigh ? high : low) & mask ? 1 : 0;
};
