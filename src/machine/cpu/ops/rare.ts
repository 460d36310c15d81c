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
  bt: (byte: number) => byte,
  bts: (byte: number, mask: number) => byte | mask,
  btr: (byte: number, mask: number) => byte & ~mask,
  btc: (byte: number, mask: number) => byte ^ mask,
} as const;

/** With a memory operand and the bit number in a register, the number reaches 2^63 bits either way. SDM Vol. 2A, "BT". */
export const bitString = (mnemonic: keyof typeof CHANGE): Exec => (cpu, i) => {
  const { s } = cpu;
  const base = effectiveAddress(s, i), baseHi = s[EA_HI];
  let bitLo: number, bitHi: number;
  if (i.size === 64) {
    bitLo = s[i.b];
    bitHi = s[i.b + 1];
  } else {
    bitLo = i.size === 16 ? (s[i.b] << 16) >> 16 : s[i.b];
    bitHi = bitLo >> 31;
  }
  // The unit is the operand size; we touch the whole unit, as the manual allows.
  const bytes = i.size >> 3, shift = 31 - Math.clz32(i.size);
  const unitLo = (bitLo >>> shift) | (bitHi << (32 - shift)), unitHi = bitHi >> shift;
  const by = Math.imul(unitLo, bytes), byHi = (unitHi << (shift - 3)) | (unitLo >>> (35 - shift));
  const lo = (base + by) | 0, hi = (baseHi + byHi + ((lo >>> 0) < (base >>> 0) ? 1 : 0)) | 0;
  const within = bitLo & (i.size - 1);
  const at = (lo + (within >> 3)) | 0, atHi = (hi + ((at >>> 0) < (lo >>> 0) ? 1 : 0)) | 0, mask = 1 << (within & 7);
  if (mnemonic !== 'bt') cpu.writable(at, atHi, 1);
  const byte = cpu.load8(at, atHi);
  if (mnemonic !== 'bt') store(cpu, at, atHi, 8, CHANGE[mnemonic](byte, mask), 0);
  s[CF] = byte & mask ? 1 : 0;
};
