/** Registers and flags of one moment beside those of the tick before. */
import { FLAG_NAMES } from '../isa/registers.ts';
import type { CpuView, RegisterValue } from '../link/reports.ts';
import type { Lapic } from '../machine/devices/lapic.ts';
import type { Registers } from '../machine/machine.ts';
import type { Seen } from './focus.ts';
import { wordNow } from './guest-facts.ts';
import type { Memory } from './memory.ts';
import { stringAt } from './strings.ts';
import type { Symbols } from './symbols.ts';

const GPR = ['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15'];

/** All registers by name, in the order in which they are shown. */
export function named(registers: Registers): [string, bigint][] {
  return [
    ['RIP', registers.rip], ...GPR.map((name, n): [string, bigint] => [name, registers.gpr[n]]), ['RFLAGS', registers.rflags], ['CPL', BigInt(registers.cpl)],
    ['CS', BigInt(registers.cs)], ['SS', BigInt(registers.ss)],
    ['CR0', registers.cr0], ['CR2', registers.cr2], ['CR3', registers.cr3], ['CR4', registers.cr4], ['FS_BASE', registers.fsBase],
    ['GS_BASE', registers.gsBase], ['KERNEL_GS_BASE', registers.kernelGsBase],
    ['LSTAR', registers.lstar], ['STAR', registers.star], ['SFMASK', registers.sfmask], ['IDTR', registers.idtr.base], ['GDTR', registers.gdtr.base],
    ['TR', BigInt(registers.tr.selector)],
    ...registers.xmm.map((value, n): [string, bigint] => [`XMM${n}`, value]), ['MXCSR', BigInt(registers.mxcsr)],
    ...registers.st.flatMap((value, n): [string, bigint][] => (value === undefined ? [] : [[`ST${n}`, value]])), ['FCW', BigInt(registers.fcw)],
    ['FSW', BigInt(registers.fsw)],
  ];
}

/** What a value is, if it is something: a symbol, a string. */
export function noteOf(name: string, value: bigint, machine: Memory, symbols: Symbols): string | undefined {
  if (name === 'CS' || name === 'SS') return symbols.facts.selectors.get(Number(value));
  if (/^(RFLAGS|CPL|XMM|MXCSR|ST\d|F[CS]W)/.test(name) || value < 4096n) return undefined;
  const code = symbols.functionAt(value), isData = name.startsWith('R') && name !== 'RSP' && name !== 'RBP';
  return (code || !isData ? undefined : stringAt(machine, value)) ?? symbols.name(value);
}

/** Of a set of 256 bits, as a local APIC has them. */
export const vectorsIn = (bits: Int32Array): number[] => Array.from({ length: 256 }, (_, vector) => vector).filter((vector) =>
  (bits[vector >> 5] & (1 << (vector & 31))) !== 0);

export function cpuView({ machine, symbols, registers, away, made: { before, subSteps } }: Seen, { isr, irr }: Lapic['state']): CpuView {
  const old = before ? new Map(named(before)) : undefined;
  return {
    registers: named(registers).map(([name, value]): RegisterValue => {
      const was = old?.get(name), note = noteOf(name, value, machine, symbols);
      return { name, value, ...(was === undefined || was === value ? {} : { was }), ...(note === undefined ? {} : { note }) };
    }),
    flags: FLAG_NAMES.map(([name, bit]) => ({ name, set: (registers.rflags & BigInt(bit)) !== 0n, was: ((before ?? registers).rflags & BigInt(bit)) !== 0n })),
    ring: registers.cpl, ringWas: (before ?? registers).cpl, interruptsEnabled: (registers.rflags & 0x200n) !== 0n,
    words: symbols.facts.words.map((word) => {
      // The words of a CPU are those of whoever is on it.
      const value = away === undefined ? wordNow(machine, registers, word) : undefined;
      return { name: word.name, ...(value === undefined ? {} : { value }) };
    }),
    ...(away === undefined ? { lapic: { inService: vectorsIn(isr), requested: vectorsIn(irr) } } : {}), subSteps,
  };
}
