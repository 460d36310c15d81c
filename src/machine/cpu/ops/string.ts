/**
 * String instructions. SDM Vol. 2, "REP/REPE/REPZ/REPNE/REPNZ". A REP runs until it is done or a device deadline has
 * passed; then RIP stays on it, the registers say how far it came, and an interrupt can be taken.
 */
import type { Decoded } from '../../../isa/decoded.ts';
import type { Cpu } from '../cpu.ts';
import { FAULT } from '../thrown.ts';
import { readFlags, writeFlags } from '../flags.ts';
import type { Exec, Insn } from '../insn.ts';
import { FLAGS_REST, FS_BASE, GS_BASE, LOAD_HI, MEM, TRAP, ZFW } from '../state.ts';
import { cmp } from './alu.ts';
import { RFLAGS_DF } from '../../../isa/registers.ts';
import { store } from '../forms.ts';
import { mayUsePorts } from './system.ts';

const RAX = 0, RCX = 2, RDX = 4, RSI = 12, RDI = 14;
type Size = 8 | 16 | 32 | 64;

function advance(s: Int32Array, slot: number, by: number): void {
  const lo = (s[slot] + by) | 0;
  if (by > 0 ? (lo >>> 0) < (s[slot] >>> 0) : (lo >>> 0) > (s[slot] >>> 0)) s[slot + 1] += by > 0 ? 1 : -1;
  s[slot] = lo;
}

function load(cpu: Cpu, size: Size, slot: number, to: number): void {
  const { s } = cpu, lo = s[slot], hi = s[slot + 1];
  if (size === 64) {
    const value = cpu.load64(lo, hi);
    s[to] = value;
    s[to + 1] = s[LOAD_HI];
  } else s[to] = size === 32 ? cpu.load32(lo, hi) : size === 16 ? cpu.load16(lo, hi) : cpu.load8(lo, hi);
}

const stride = (s: Int32Array, size: Size): number => (s[FLAGS_REST] & RFLAGS_DF ? -(size >> 3) : size >> 3);

/** One step of each instruction; true when a conditional repeat may go on is decided by the caller from ZF. */
const STEPS = {
  movs(cpu: Cpu, size: Size): void {
    const { s } = cpu, by = stride(s, size);
    load(cpu, size, RSI, MEM);
    store(cpu, s[RDI], s[RDI + 1], size, s[MEM], s[MEM + 1]);
    advance(s, RSI, by);
    advance(s, RDI, by);
  },
  stos(cpu: Cpu, size: Size): void {
    const { s } = cpu;
    store(cpu, s[RDI], s[RDI + 1], size, s[RAX], s[RAX + 1]);
    advance(s, RDI, stride(s, size));
  },
  lods(cpu: Cpu, size: Size): void {
    const { s } = cpu;
    load(cpu, size, RSI, MEM);
    if (size === 64 || size === 32) {
      s[RAX] = s[MEM];
      s[RAX + 1] = size === 64 ? s[MEM + 1] : 0;
    } else {
      const mask = size === 8 ? 0xff : 0xffff;
      s[RAX] = (s[RAX] & ~mask) | (s[MEM] & mask);
    }
    advance(s, RSI, stride(s, size));
  },
  cmps(cpu: Cpu, size: Size, i: Insn): void {
    const { s } = cpu, by = stride(s, size);
    load(cpu, size, RDI, MEM);
    load(cpu, size, RSI, i.a);
    cmp[size](cpu, i);
    advance(s, RSI, by);
    advance(s, RDI, by);
  },
  scas(cpu: Cpu, size: Size, i: Insn): void {
    const { s } = cpu;
    load(cpu, size, RDI, MEM);
    cmp[size](cpu, i);
    advance(s, RDI, stride(s, size));
  },
};
export type StringOperation = keyof typeof STEPS;

/** Between memory and the port in DX. Where memory may not be written, the port is not read. */
const PORT_STEPS = {
  ins(cpu: Cpu, size: Size): void {
    const { s } = cpu, bytes = (size >> 3) as 1 | 2 | 4;
    cpu.writable(s[RDI], s[RDI + 1], bytes);
    store(cpu, s[RDI], s[RDI + 1], size, cpu.bus.in(s[RDX] & 0xffff, bytes), 0);
    advance(s, RDI, stride(s, size));
  },
  outs(cpu: Cpu, size: Size): void {
    const { s } = cpu, bytes = (size >> 3) as 1 | 2 | 4;
    load(cpu, size, RSI, MEM);
    cpu.bus.out(s[RDX] & 0xffff, bytes, size === 32 ? s[MEM] : s[MEM] & ((1 << size) - 1));
    advance(s, RSI, stride(s, size));
  },
};
export type PortOperation = keyof typeof PORT_STEPS;

/** Whether ports may be used is asked before anything else. */
export const askingForPorts = (exec: Exec): Exec => (cpu, i) => {
  mayUsePorts(cpu);
  exec(cpu, i);
};

/** INS and OUTS. After each element whoever is due has a turn: what a port does takes time, and may ask for attention. */
export const withPort = (operation: PortOperation, size: Size, isRepeated: boolean): Exec => {
  const step = PORT_STEPS[operation];
  return (cpu) => {
    const { s } = cpu;
    if (isRepeated && (s[RCX] | s[RCX + 1]) === 0) return;
    step(cpu, size);
    cpu.rearm();
    cpu.attend();
    if (!isRepeated) return;
    if (s[RCX]-- === 0) s[RCX + 1]--;
    if ((s[RCX] | s[RCX + 1]) !== 0) cpu.endPartialRep();
  };
};

/** Bytes from `lo` to the end of its page. */
const room = (lo: number): number => 4096 - (lo & 4095);

/**
 * How many elements are charged together, and done before a device may have its turn: what lies within one page of each
 * operand. That follows from registers alone, never from what a TLB holds.
 */
function portion(s: Int32Array, operation: StringOperation, bytes: number): number {
  if (s[FLAGS_REST] & RFLAGS_DF || (operation !== 'movs' && operation !== 'stos')) return 1;
  let count = Math.floor(room(s[RDI]) / bytes);
  if (operation === 'movs') count = Math.min(count, Math.floor(room(s[RSI]) / bytes));
  if (s[RCX + 1] === 0 && s[RCX] >>> 0 < count) count = s[RCX] >>> 0;
  return Math.max(count, 1);
}

/** Copies or fills so many elements at once; false when the slow way is needed. */
function bulk(cpu: Cpu, operation: StringOperation, bytes: number, count: number): boolean {
  if (cpu.checksAlignment) return false;
  const { s, ram } = cpu, length = count * bytes;
  // The source is looked at first: when both are missing, its fault comes first.
  const from = operation === 'movs' ? cpu.readable(s[RSI], s[RSI + 1], length) : 0;
  if (from < 0) return false;
  const to = cpu.writable(s[RDI], s[RDI + 1], length);
  if (to < 0) return false;
  if (operation === 'movs') {
    // A source that runs into its own copies repeats them, byte order matters: the slow way does that.
    if (from < to && from + length > to) return false;
    ram.bytes.copyWithin(to, from, from + length);
    advance(s, RSI, length);
  } else if (bytes === 1 || (s[RAX] === 0 && (bytes < 8 || s[RAX + 1] === 0))) ram.bytes.fill(s[RAX], to, to + length);
  else {
    for (let at = to; at < to + length; at += bytes) {
      if (bytes === 2) ram.view.setInt16(at, s[RAX], true);
      else {
        ram.view.setInt32(at, s[RAX], true);
        if (bytes === 8) ram.view.setInt32(at + 4, s[RAX + 1], true);
      }
    }
  }
  advance(s, RDI, length);
  return true;
}

export const single = (operation: StringOperation, size: Size): Exec => {
  const step = STEPS[operation];
  return (cpu, i) => step(cpu, size, i);
};

/** A fault in a conditional repeat leaves the flags as they were before its first step. SDM Vol. 2, "REP/REPE/REPZ/REPNE/REPNZ". */
const keepingFlags = (exec: Exec): Exec => (cpu, i) => {
  const flags = readFlags(cpu.s);
  try {
    exec(cpu, i);
  } catch (error) {
    if (error === FAULT) writeFlags(cpu.s, flags);
    throw error;
  }
};

/** `until` is the state of ZF that ends a conditional repeat: true for REPNE, false for REPE, undefined for REP. */
export const repeated = (operation: StringOperation, size: Size, until: boolean | undefined): Exec =>
  (until === undefined ? repeat(operation, size, until) : keepingFlags(repeat(operation, size, until)));

const repeat = (operation: StringOperation, size: Size, until: boolean | undefined): Exec => {
  const step = STEPS[operation];
  const bytes = size >> 3;
  return (cpu, i) => {
    const { s } = cpu;
    while ((s[RCX] | s[RCX + 1]) !== 0) {
      // Single steps trap behind each element.
      const count = s[TRAP] ? 1 : portion(s, operation, bytes);
      for (let left = count; left > 0; ) {
        let done = left;
        if (left === 1 || !bulk(cpu, operation, bytes, left)) {
          step(cpu, size, i);
          done = 1;
        }
        left -= done;
        const before = s[RCX];
        s[RCX] = (before - done) | 0;
        if ((before >>> 0) < done) s[RCX + 1]--;
      }
      cpu.charge(Math.max(1, Math.floor((count * bytes) / cpu.costs.repBytesPerQuarter)));
      if (until !== undefined && (s[ZFW] === 0) === until) return;
      // What is left waits until whoever is due has had a turn.
      if ((cpu.isOverdue || s[TRAP]) && (s[RCX] | s[RCX + 1]) !== 0) cpu.endPartialRep();
    }
  };
};

/** RSI counts from a segment's base. */
const overridden = (exec: Exec, base: number): Exec => (cpu, i) => {
  const { s } = cpu, move = (lo: number, hi: number): void => {
    const sum = (s[RSI] + lo) | 0;
    s[RSI + 1] += hi + (sum >>> 0 < lo >>> 0 ? 1 : 0);
    s[RSI] = sum;
  };
  const lo = s[base], hi = s[base + 1];
  move(lo, hi);
  try {
    exec(cpu, i);
  } finally {
    move(-lo | 0, lo === 0 ? -hi | 0 : ~hi);
  }
};

/**
 * With 32-bit addresses ESI, EDI and ECX count, and what changes loses its upper half. Intel's processors take it also from the
 * count of any REP and from whatever REP MOVS and REP STOS work with, even if there was nothing to do or they fault.
 * With FS or GS the source lies in that segment.
 */
export function addressed(exec: Exec, operation: StringOperation | PortOperation, { addressSize, segment, rep }: Decoded): Exec {
  const inSegment = segment < 0 ? exec : overridden(exec, segment === 4 ? FS_BASE : GS_BASE);
  if (addressSize === 64) return inSegment;
  const always = !rep ? [] : operation === 'movs' ? [RCX, RSI, RDI] : operation === 'stos' ? [RCX, RDI] : [RCX];
  return (cpu, i) => {
    const { s } = cpu, before = [RSI, RDI, RCX].map((slot) => [slot, s[slot], s[slot + 1]]);
    for (const [slot] of before) s[slot + 1] = 0;
    try {
      inSegment(cpu, i);
    } finally {
      for (const [slot, lo, hi] of before) s[slot + 1] = s[slot] !== lo || always.includes(slot) ? 0 : hi;
    }
  };
}
