/**
 * Addressing forms: what stands around an operation when an operand is in memory. Registers and immediates need no
 * form, since both are slots of the state array.
 */
import type { Cpu } from './cpu.ts';
import type { Exec, Insn } from './insn.ts';
import { EA_HI, LOAD_HI, MEM } from './state.ts';

/** Effective address: low word returned, high word in s[EA_HI]. SDM Vol. 1, "Specifying an Offset". */
export function effectiveAddress(s: Int32Array, i: Insn): number {
  const bl = s[i.base], disp = i.disp;
  let lo = (bl + disp) | 0;
  let hi = (s[i.base + 1] + i.dispHi + (((bl & disp) | ((bl | disp) & ~lo)) >>> 31)) | 0;
  if (i.form !== 0) {
    const il = s[i.index], scale = i.scale;
    const add = il << scale, before = lo;
    lo = (before + add) | 0;
    hi = (hi + ((s[i.index + 1] << scale) | ((il >>> 1) >>> (31 - scale))) + (((before & add) | ((before | add) & ~lo)) >>> 31)) | 0;
    if (i.form === 2) {
      if (i.decoded.addressSize === 32) hi = 0;
      const seg = s[i.segment], offset = lo;
      lo = (offset + seg) | 0;
      hi = (hi + s[i.segment + 1] + (((offset & seg) | ((offset | seg) & ~lo)) >>> 31)) | 0;
    }
  }
  s[EA_HI] = hi;
  return lo;
}

type Form = { 8: Exec; 16: Exec; 32: Exec; 64: Exec };

/** Loads the source into MEM, then runs the body. */
export const fromMemory: Form = {
  8: (cpu, i) => {
    const { s } = cpu;
    s[MEM] = cpu.load8(effectiveAddress(s, i), s[EA_HI]);
    i.body(cpu, i);
  },
  16: (cpu, i) => {
    const { s } = cpu;
    s[MEM] = cpu.load16(effectiveAddress(s, i), s[EA_HI]);
    i.body(cpu, i);
  },
  32: (cpu, i) => {
    const { s } = cpu;
    s[MEM] = cpu.load32(effectiveAddress(s, i), s[EA_HI]);
    s[MEM + 1] = 0;
    i.body(cpu, i);
  },
  64: (cpu, i) => {
    const { s } = cpu;
    s[MEM] = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    s[MEM + 1] = s[LOAD_HI];
    i.body(cpu, i);
  },
};

/** Reads, runs the body and writes back. A fault is reported as a write, before anything changed. */
export const modifyMemory: Form = {
  8: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 1);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 8);
      return;
    }
    const { bytes } = cpu.ram;
    s[MEM] = bytes[at];
    i.body(cpu, i);
    bytes[at] = s[MEM];
  },
  16: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 2);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 16);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getUint16(at, true);
    i.body(cpu, i);
    view.setInt16(at, s[MEM], true);
  },
  32: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI], at = cpu.writable(lo, hi, 4);
    if (at < 0) {
      modifySlowly(cpu, i, lo, hi, 32);
      return;
    }
    const { view } = cpu.ram;
    s[MEM] = view.getInt32(at, true);
    i.body(cpu, i);
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
    i.body(cpu, i);
    view.setInt32(at, s[MEM], true);
    view.setInt32(at + 4, s[MEM + 1], true);
  },
};

/** Where writing needs more than a store: over a page border, to a device, to a page that is watched. */
export function modifySlowly(cpu: Cpu, i: Insn, lo: number, hi: number, bits: number): void {
  const { s } = cpu;
  loadInto(cpu, lo, hi, bits);
  i.body(cpu, i);
  store(cpu, lo, hi, bits, s[MEM], s[MEM + 1]);
}

function loadInto(cpu: Cpu, lo: number, hi: number, bits: number): void {
  const { s } = cpu;
  if (bits === 64) {
    s[MEM] = cpu.load64(lo, hi);
    s[MEM + 1] = s[LOAD_HI];
  } else s[MEM] = bits === 32 ? cpu.load32(lo, hi) : bits === 16 ? cpu.load16(lo, hi) : cpu.load8(lo, hi);
}

export function store(cpu: Cpu, lo: number, hi: number, bits: number, valueLo: number, valueHi: number): void {
  if (bits === 64) cpu.store64(lo, hi, valueLo, valueHi);
  else if (bits === 32) cpu.store32(lo, hi, valueLo);
  else if (bits === 16) cpu.store16(lo, hi, valueLo);
  else cpu.store8(lo, hi, valueLo);
}

/** MOV from memory. */
export const loadRegister: Form = {
  8: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load8(effectiveAddress(s, i), s[EA_HI]);
    s[i.a] = (s[i.a] & ~0xff) | value;
  },
  16: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load16(effectiveAddress(s, i), s[EA_HI]);
    s[i.a] = (s[i.a] & ~0xffff) | value;
  },
  32: (cpu, i) => {
    const { s } = cpu;
    s[i.a] = cpu.load32(effectiveAddress(s, i), s[EA_HI]);
    s[i.a + 1] = 0;
  },
  64: (cpu, i) => {
    const { s } = cpu;
    const value = cpu.load64(effectiveAddress(s, i), s[EA_HI]);
    s[i.a] = value;
    s[i.a + 1] = s[LOAD_HI];
  },
};

/** MOV to memory, from a register or an immediate. */
export const storeRegister: Form = {
  8: (cpu, i) => cpu.store8(effectiveAddress(cpu.s, i), cpu.s[EA_HI], cpu.s[i.b]),
  16: (cpu, i) => cpu.store16(effectiveAddress(cpu.s, i), cpu.s[EA_HI], cpu.s[i.b]),
  32: (cpu, i) => cpu.store32(effectiveAddress(cpu.s, i), cpu.s[EA_HI], cpu.s[i.b]),
  64: (cpu, i) => cpu.store64(effectiveAddress(cpu.s, i), cpu.s[EA_HI], cpu.s[i.b], cpu.s[i.b + 1]),
};

export const lea: Partial<Form> = {
  16: ({ s }, i) => {
    s[i.a] = (s[i.a] & ~0xffff) | (effectiveAddress(s, i) & 0xffff);
  },
  32: ({ s }, i) => {
    s[i.a] = effectiveAddress(s, i);
    s[i.a + 1] = 0;
  },
  64: ({ s }, i) => {
    s[i.a] = effectiveAddress(s, i);
    s[i.a + 1] = s[EA_HI];
  },
};
