/**
 * Arithmetic with one operand in memory, straight from the load: what compilers emit most. Everything rarer stages its
 * operand (forms.ts). `load`: the source is in memory; `first`: the operand that is only read comes first.
 */
import { effectiveAddress, modifySlowly } from '../forms.ts';
import type { Exec } from '../insn.ts';
import { EA_HI, LOAD_HI, MEM } from '../state.ts';
import * as alu from './alu.ts';

interface Loads {
  32: Exec;
  64: Exec;
}
interface Compares extends Loads {
  8: Exec;
}

export const addLoad: Loads = {
  32: (cpu, i) => alu.add32(cpu.s, i.a, cpu.load32(effectiveAddress(cpu.s, i), cpu.s[EA_HI])),
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.add64(s, i.a, lo, s[LOAD_HI]);
  },
};
export const subLoad: Loads = {
  32: (cpu, i) => alu.sub32(cpu.s, i.a, cpu.load32(effectiveAddress(cpu.s, i), cpu.s[EA_HI])),
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.sub64(s, i.a, lo, s[LOAD_HI]);
  },
};
export const andLoad: Loads = {
  32: (cpu, i) => alu.and32(cpu.s, i.a, cpu.load32(effectiveAddress(cpu.s, i), cpu.s[EA_HI])),
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.and64(s, i.a, lo, s[LOAD_HI]);
  },
};
export const orLoad: Loads = {
  32: (cpu, i) => alu.or32(cpu.s, i.a, cpu.load32(effectiveAddress(cpu.s, i), cpu.s[EA_HI])),
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.or64(s, i.a, lo, s[LOAD_HI]);
  },
};
export const xorLoad: Loads = {
  32: (cpu, i) => alu.xor32(cpu.s, i.a, cpu.load32(effectiveAddress(cpu.s, i), cpu.s[EA_HI])),
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.xor64(s, i.a, lo, s[LOAD_HI]);
  },
};

export const cmpLoad: Compares = {
  8: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load8(effectiveAddress(s, i), s[EA_HI]);
    alu.cmpNarrow(s, s[i.a], value, 24);
  },
  32: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load32(effectiveAddress(s, i), s[EA_HI]);
    alu.cmp32(s, s[i.a], value);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.cmp64(s, s[i.a], s[i.a + 1], lo, s[LOAD_HI]);
  },
};
export const cmpFirst: Compares = {
  8: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load8(effectiveAddress(s, i), s[EA_HI]);
    alu.cmpNarrow(s, value, s[i.b], 24);
  },
  32: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load32(effectiveAddress(s, i), s[EA_HI]);
    alu.cmp32(s, value, s[i.b]);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.cmp64(s, lo, s[LOAD_HI], s[i.b], s[i.b + 1]);
  },
};
export const testFirst: Compares = {
  8: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load8(effectiveAddress(s, i), s[EA_HI]);
    alu.testNarrow(s, value, s[i.b], 24);
  },
  32: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load32(effectiveAddress(s, i), s[EA_HI]);
    alu.test32(s, value, s[i.b]);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    alu.test64(s, lo, s[LOAD_HI], s[i.b], s[i.b + 1]);
  },
};

/** Reads, changes and writes back. */
const addTo: Loads = {
  32: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 4);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 32);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    alu.add32(s, MEM, s[i.b]);
    view.setInt32(at, s[MEM], true);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 8);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 64);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    s[MEM + 1] = view.getInt32(at + 4, true);
    alu.add64(s, MEM, s[i.b], s[i.b + 1]);
    view.setInt32(at, s[MEM], true);
    view.setInt32(at + 4, s[MEM + 1], true);
  },
};
const subTo: Loads = {
  32: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 4);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 32);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    alu.sub32(s, MEM, s[i.b]);
    view.setInt32(at, s[MEM], true);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 8);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 64);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    s[MEM + 1] = view.getInt32(at + 4, true);
    alu.sub64(s, MEM, s[i.b], s[i.b + 1]);
    view.setInt32(at, s[MEM], true);
    view.setInt32(at + 4, s[MEM + 1], true);
  },
};
const andTo: Loads = {
  32: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 4);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 32);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    alu.and32(s, MEM, s[i.b]);
    view.setInt32(at, s[MEM], true);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 8);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 64);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    s[MEM + 1] = view.getInt32(at + 4, true);
    alu.and64(s, MEM, s[i.b], s[i.b + 1]);
    view.setInt32(at, s[MEM], true);
    view.setInt32(at + 4, s[MEM + 1], true);
  },
};
const orTo: Loads = {
  32: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 4);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 32);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    alu.or32(s, MEM, s[i.b]);
    view.setInt32(at, s[MEM], true);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 8);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 64);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    s[MEM + 1] = view.getInt32(at + 4, true);
    alu.or64(s, MEM, s[i.b], s[i.b + 1]);
    view.setInt32(at, s[MEM], true);
    view.setInt32(at + 4, s[MEM + 1], true);
  },
};
const xorTo: Loads = {
  32: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 4);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 32);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    alu.xor32(s, MEM, s[i.b]);
    view.setInt32(at, s[MEM], true);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 8);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 64);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    s[MEM + 1] = view.getInt32(at + 4, true);
    alu.xor64(s, MEM, s[i.b], s[i.b + 1]);
    view.setInt32(at, s[MEM], true);
    view.setInt32(at + 4, s[MEM + 1], true);
  },
};

/** MOVZX and MOVSX from memory to 32 and 64 bits. */
export const extendLoad: Readonly<Record<string, Exec>> = {
  'movzx 8': (cpu, i) => {
    const { s } = cpu;
    s[i.a] = cpu.load8(effectiveAddress(s, i), s[EA_HI]);
    s[i.a + 1] = 0;
  },
  'movzx 16': (cpu, i) => {
    const { s } = cpu;
    s[i.a] = cpu.load16(effectiveAddress(s, i), s[EA_HI]);
    s[i.a + 1] = 0;
  },
  'movsx 8': (cpu, i) => {
    const { s } = cpu;
    const value = (cpu.load8(effectiveAddress(s, i), s[EA_HI]) << 24) >> 24;
    s[i.a] = value;
    s[i.a + 1] = i.size === 64 ? value >> 31 : 0;
  },
  'movsx 16': (cpu, i) => {
    const { s } = cpu;
    const value = (cpu.load16(effectiveAddress(s, i), s[EA_HI]) << 16) >> 16;
    s[i.a] = value;
    s[i.a + 1] = i.size === 64 ? value >> 31 : 0;
  },
  'movsx 32': (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load32(effectiveAddress(s, i), s[EA_HI]);
    s[i.a] = value;
    s[i.a + 1] = i.size === 64 ? value >> 31 : 0;
  },
};

type Hot = Partial<Record<8 | 16 | 32 | 64, Exec>>;
/** By mnemonic: handlers with the source in memory, and with the first operand there. */
export const LOADS: Readonly<Record<string, Hot>> = { add: addLoad, sub: subLoad, and: andLoad, or: orLoad, xor: xorLoad, cmp: cmpLoad };
export const FIRSTS: Readonly<Record<string, Hot>> = { cmp: cmpFirst, test: testFirst, add: addTo, sub: subTo, and: andTo, or: orTo, xor: xorTo };
