/** System instructions. SDM Vol. 3A and Vol. 2, one page per mnemonic. */
import {
  BP, CR0_EM, CR0_MP, CR0_PE, CR0_PG, CR0_TS, DB, CR4_FSGSBASE, CR4_PAE, CR4_SMAP, CR4_SMEP, CR4_TSD, EFER_LMA, EFER_LME, EFER_NXE, EFER_SCE, GP,
  IA32_CSTAR, IA32_EFER, IA32_FMASK, IA32_FS_BASE, IA32_GS_BASE, IA32_KERNEL_GS_BASE, IA32_LSTAR, IA32_PAT, IA32_STAR, IA32_TSC, IA32_TSC_AUX, NP,
  RFLAGS_AC, RFLAGS_IF, RFLAGS_IOPL, RFLAGS_NT, RFLAGS_RF, RFLAGS_TF, RFLAGS_VM, RFLAGS_ZF, SS_FAULT, UD,
} from '../../../isa/registers.ts';
import type { Cpu } from '../cpu.ts';
import { readFlags, writeFlags, writeStatus } from '../flags.ts';
import { effectiveAddress } from '../forms.ts';
import type { Exec, Insn } from '../insn.ts';
import { BY_IRETQ, BY_SYSCALL, BY_SYSRET, ringChanged, rspLoaded } from '../notes.ts';
import * as S from '../state.ts';
import { address, CPL, CS_SELECTOR, EA_HI, FLAGS_REST, LOAD_HI, MEM, RIP, RSP_SLOT, SS_SELECTOR } from '../state.ts';
import { drop } from './control.ts';
import { cpuid as cpuidLeaf } from '../cpuid.ts';

const RAX = 0, RCX = 2, RDX = 4, RBX = 6, R11 = 22;

const canonical = (hi: number): boolean => hi >> 15 === 0 || hi >> 15 === -1;

/** Runs the instruction only at CPL 0. */
export const privileged = (exec: Exec): Exec => (cpu, i) => {
  if (cpu.s[CPL] !== 0) cpu.raise(GP, 0);
  exec(cpu, i);
};

function begin(cpu: Cpu, title: string): void {
  if (!cpu.recordSubSteps) return;
  cpu.beginSubSteps(title);
}

/**
 * SYSCALL and SYSRET trap by the TF that they load, not by the one they began with: no trap in the kernel when IA32_FMASK has TF,
 * and one right behind SYSRET.
 */
function trapAfter(cpu: Cpu): void {
  const { s } = cpu;
  s[S.TRAP] = s[FLAGS_REST] & RFLAGS_TF ? 1 : 0;
  cpu.flagsLoaded();
}

/** SDM Vol. 2B, "SYSCALL". */
export const syscall: Exec = (cpu, i) => {
  const { s } = cpu;
  if (!(s[S.EFER] & EFER_SCE)) cpu.raise(UD);
  begin(cpu, 'SYSCALL');
  const flags = readFlags(s) & ~RFLAGS_RF, from = s[CPL];
  if (cpu.recordSubSteps) cpu.subStep('RCX takes the address of the next instruction', 'RCX', cpu.pair(RCX), address(i.nextLo, i.nextHi));
  s[RCX] = i.nextLo;
  s[RCX + 1] = i.nextHi;
  if (cpu.recordSubSteps) cpu.subStep('R11 takes RFLAGS', 'R11', cpu.pair(R11), BigInt(flags));
  s[R11] = flags;
  s[R11 + 1] = 0;
  if (cpu.recordSubSteps) cpu.subStep('RIP from IA32_LSTAR', 'RIP', address(i.lo, i.hi), cpu.pair(S.LSTAR));
  s[RIP] = s[S.LSTAR];
  s[RIP + 1] = s[S.LSTAR + 1];
  const masked = flags & ~s[S.FMASK] & ~RFLAGS_RF;
  if (cpu.recordSubSteps) cpu.subStep('RFLAGS loses the bits set in IA32_FMASK', 'RFLAGS', BigInt(flags), BigInt(masked | 2));
  writeFlags(s, masked);
  const selector = s[S.STAR + 1] & 0xfffc;
  if (cpu.recordSubSteps) cpu.subStep('CS from IA32_STAR[47:32]', 'CS', BigInt(s[CS_SELECTOR]), BigInt(selector));
  s[CS_SELECTOR] = selector;
  if (cpu.recordSubSteps) cpu.subStep('SS is CS + 8', 'SS', BigInt(s[SS_SELECTOR]), BigInt(selector + 8));
  s[SS_SELECTOR] = selector + 8;
  if (cpu.recordSubSteps) cpu.subStep('CPL becomes 0; RSP and GS base stay', 'CPL', BigInt(from), 0n);
  s[CPL] = 0;
  trapAfter(cpu);
  if (from !== 0) ringChanged(cpu, from, 0, BY_SYSCALL);
};

/** SDM Vol. 2B, "SYSRET". */
export const sysretq: Exec = (cpu, i) => {
  const { s } = cpu;
  if (!(s[S.EFER] & EFER_SCE)) cpu.raise(UD);
  if (s[CPL] !== 0) cpu.raise(GP, 0);
  if (!canonical(s[RCX + 1])) cpu.raise(GP, 0);
  begin(cpu, 'SYSRET');
  const flags = (s[R11] & 0x3c7fd7) | 2;
  if (cpu.recordSubSteps) cpu.subStep('RIP from RCX', 'RIP', address(i.lo, i.hi), cpu.pair(RCX));
  s[RIP] = s[RCX];
  s[RIP + 1] = s[RCX + 1];
  if (cpu.recordSubSteps) cpu.subStep('RFLAGS from R11', 'RFLAGS', BigInt(readFlags(s)), BigInt(flags));
  writeFlags(s, flags);
  const base = s[S.STAR + 1] >>> 16;
  if (cpu.recordSubSteps) cpu.subStep('CS is IA32_STAR[63:48] + 16', 'CS', BigInt(s[CS_SELECTOR]), BigInt((base + 16) | 3));
  s[CS_SELECTOR] = (base + 16) | 3;
  if (cpu.recordSubSteps) cpu.subStep('SS is IA32_STAR[63:48] + 8', 'SS', BigInt(s[SS_SELECTOR]), BigInt((base + 8) | 3));
  s[SS_SELECTOR] = (base + 8) | 3;
  if (cpu.recordSubSteps) cpu.subStep('CPL becomes 3; RSP stays', 'CPL', 0n, 3n);
  s[CPL] = 3;
  trapAfter(cpu);
  ringChanged(cpu, 0, 3, BY_SYSRET);
};

/** Does a selector lead to a descriptor? Simplified: there is no LDT. */
const isInTable = ({ s }: Cpu, selector: number): boolean => !(selector & 4) && (selector | 7) <= (s[S.GDTR_LIMIT] & 0xffff);

/** Checks a code selector that IRETQ or a far return loads. @returns the new CPL. */
function codeSegment(cpu: Cpu, selector: number): number {
  const { s } = cpu;
  if ((selector & 0xfffc) === 0) cpu.raise(GP, 0);
  if (!isInTable(cpu, selector)) cpu.raise(GP, selector & 0xfffc);
  const hi = descriptorHigh(cpu, selector);
  const rpl = selector & 3;
  const dpl = (hi >>> 13) & 3, isConforming = (hi & 0x400) !== 0;
  if ((hi & 0x1800) !== 0x1800 || rpl < s[CPL] || (isConforming ? dpl > rpl : dpl !== rpl) || !(hi & 0x200000)) cpu.raise(GP, selector & 0xfffc);
  if (!(hi & 0x8000)) cpu.raise(NP, selector & 0xfffc);
  return rpl;
}

/** Checks a selector that becomes SS at this privilege level: writable data of the same level, or null in ring 0. */
function stackSegment(cpu: Cpu, selector: number, cpl: number): void {
  const error = selector & 0xfffc;
  if (error === 0) {
    if (cpl === 3) cpu.raise(GP, 0);
    return;
  }
  if ((selector & 3) !== cpl || !isInTable(cpu, selector)) cpu.raise(GP, error);
  const hi = descriptorHigh(cpu, selector);
  if ((hi & 0x1a00) !== 0x1200 || ((hi >>> 13) & 3) !== cpl) cpu.raise(GP, error);
  if (!(hi & 0x8000)) cpu.raise(SS_FAULT, error);
}

function descriptorHigh(cpu: Cpu, selector: number): number {
  const { s } = cpu;
  const lo = (s[S.GDTR_BASE] + (selector & 0xfff8)) | 0;
  cpu.systemLoad64(lo, s[S.GDTR_BASE + 1]);
  return s[LOAD_HI];
}

/** Word n above RSP. @param at where those are in RAM, if they all lie in one page that is known. */
function popped(cpu: Cpu, n: number, at: number): number {
  const { s } = cpu;
  if (at >= 0) {
    const { view } = cpu.ram;
    s[LOAD_HI] = view.getInt32(at + 8 * n + 4, true);
    return view.getInt32(at + 8 * n, true);
  }
  const lo = (s[RSP_SLOT] + 8 * n) | 0;
  return cpu.load64(lo, (s[RSP_SLOT + 1] + ((lo >>> 0) < (s[RSP_SLOT] >>> 0) ? 1 : 0)) | 0);
}

/** SDM Vol. 2A, "IRET/IRETD/IRETQ". RSP and SS are always popped in 64-bit mode. */
export const iretq: Exec = (cpu, i) => {
  const { s } = cpu;
  const from = s[CPL];
  const at = cpu.readable(s[RSP_SLOT], s[RSP_SLOT + 1], 40), ripLo = popped(cpu, 0, at), ripHi = s[LOAD_HI], selector = popped(cpu, 1, at) & 0xffff,
    image = popped(cpu, 2, at), rspLo = popped(cpu, 3, at), rspHi = s[LOAD_HI], stack = popped(cpu, 4, at) & 0xffff;
  if (s[FLAGS_REST] & RFLAGS_NT) cpu.raise(GP, 0);
  if (!canonical(ripHi)) cpu.raise(GP, 0);
  const to = codeSegment(cpu, selector);
  stackSegment(cpu, stack, to);
  begin(cpu, 'IRETQ');
  s[S.NMI_MASKED] = 0;
  const iopl = (s[FLAGS_REST] & RFLAGS_IOPL) >> 12;
  let mask = 0x254dd5 & ~(RFLAGS_IOPL | RFLAGS_IF | RFLAGS_VM);
  mask |= RFLAGS_NT | RFLAGS_RF | RFLAGS_AC;
  if (from === 0) mask |= RFLAGS_IOPL;
  if (from <= iopl) mask |= RFLAGS_IF;
  const oldFlags = readFlags(s), flags = (oldFlags & ~mask) | (image & mask);
  if (cpu.recordSubSteps) cpu.subStep('Pop RIP', 'RIP', address(i.lo, i.hi), address(ripLo, ripHi));
  s[RIP] = ripLo;
  s[RIP + 1] = ripHi;
  if (cpu.recordSubSteps) cpu.subStep('Pop CS', 'CS', BigInt(s[CS_SELECTOR]), BigInt(selector));
  s[CS_SELECTOR] = selector;
  if (cpu.recordSubSteps) cpu.subStep('Pop RFLAGS', 'RFLAGS', BigInt(oldFlags), BigInt(flags | 2));
  writeFlags(s, flags);
  const oldRspLo = s[RSP_SLOT], oldRspHi = s[RSP_SLOT + 1];
  if (cpu.recordSubSteps) cpu.subStep('Pop RSP', 'RSP', address(oldRspLo, oldRspHi), address(rspLo, rspHi));
  s[RSP_SLOT] = rspLo;
  s[RSP_SLOT + 1] = rspHi;
  if (cpu.recordSubSteps) cpu.subStep('Pop SS', 'SS', BigInt(s[SS_SELECTOR]), BigInt(stack));
  s[SS_SELECTOR] = stack;
  if (cpu.recordSubSteps && to !== from) cpu.subStep(`CPL becomes ${to}, from the CS popped`, 'CPL', BigInt(from), BigInt(to));
  s[CPL] = to;
  cpu.flagsLoaded();
  cpu.charge(to === 3 ? cpu.costs.iretqRing3 : cpu.costs.iretqSameRing);
  const { hooks } = cpu;
  if (hooks.iret) hooks.iret(cpu.number, address(ripLo, ripHi), address(rspLo, rspHi));
  rspLoaded(cpu, oldRspLo, oldRspHi, rspLo, rspHi);
  if (to !== from) ringChanged(cpu, from, to, BY_IRETQ);
};

/** Far return to the same or an outer ring. SDM Vol. 2B, "RET". */
export const lret: Exec = (cpu, i) => {
  const { s } = cpu;
  const bytes = i.size >> 3, from = s[CPL], words: number[] = [];
  const pop = (n: number): void => {
    const lo = (s[RSP_SLOT] + n) | 0;
    const hi = (s[RSP_SLOT + 1] + ((lo >>> 0) < (s[RSP_SLOT] >>> 0) ? 1 : 0)) | 0;
    if (bytes === 8) words.push(cpu.load64(lo, hi), s[LOAD_HI]);
    else words.push(bytes === 4 ? cpu.load32(lo, hi) : cpu.load16(lo, hi), 0);
  };
  pop(0);
  pop(bytes);
  const selector = words[2] & 0xffff;
  const to = codeSegment(cpu, selector);
  if (!canonical(words[1])) cpu.raise(GP, 0);
  const oldRsp = cpu.pair(RSP_SLOT);
  let newRsp = oldRsp + BigInt(2 * bytes + i.targetLo);
  if (to !== from) {
    pop(2 * bytes + i.targetLo);
    pop(3 * bytes + i.targetLo);
    const stack = words[6] & 0xffff;
    stackSegment(cpu, stack, to);
    s[SS_SELECTOR] = stack;
    newRsp = address(words[4], words[5]) + BigInt(i.targetLo);
  }
  s[RIP] = words[0];
  s[RIP + 1] = words[1];
  s[CS_SELECTOR] = selector;
  cpu.setPair(RSP_SLOT, BigInt.asUintN(64, newRsp));
  if (to === from) return;
  cpu.setCpl(to);
  rspLoaded(cpu, Number(BigInt.asIntN(32, oldRsp)), Number(BigInt.asIntN(32, oldRsp >> 32n)), s[RSP_SLOT], s[RSP_SLOT + 1]);
  ringChanged(cpu, from, to, BY_IRETQ);
};

/** Software interrupts push the address of the next instruction and are delivered at the boundary. */
export const int: Exec = (cpu, i) => {
  cpu.setPending(i.targetLo, -1, i.decoded.length);
  cpu.attend();
};
export const int3: Exec = (cpu, i) => {
  cpu.setPending(BP, -1, i.decoded.length);
  cpu.attend();
};

/** A debug trap, whatever the gate's DPL. SDM Vol. 2A, "INT n/INTO/INT3/INT1". */
export const int1: Exec = (cpu) => {
  cpu.setPending(DB, -1, 0);
  cpu.attend();
};

export const ud2: Exec = (cpu) => cpu.raise(UD);

export const cli: Exec = (cpu) => {
  const { s } = cpu;
  if (s[CPL] > (s[FLAGS_REST] & RFLAGS_IOPL) >> 12) cpu.raise(GP, 0);
  s[FLAGS_REST] &= ~RFLAGS_IF;
};

/** Interrupts stay shut for one more instruction. SDM Vol. 2B, "STI". */
export const sti: Exec = (cpu) => {
  const { s } = cpu;
  if (s[CPL] > (s[FLAGS_REST] & RFLAGS_IOPL) >> 12) cpu.raise(GP, 0);
  if (!(s[FLAGS_REST] & RFLAGS_IF)) s[S.SHADOW] = 1;
  s[FLAGS_REST] |= RFLAGS_IF;
  cpu.attend();
};

export const hlt: Exec = (cpu) => {
  cpu.s[S.HALTED] = 1;
  cpu.attend();
};

export const swapgs: Exec = (cpu) => {
  const { s } = cpu;
  begin(cpu, 'SWAPGS');
  const lo = s[S.GS_BASE], hi = s[S.GS_BASE + 1];
  if (cpu.recordSubSteps) cpu.subStep('GS base and IA32_KERNEL_GS_BASE change places', 'GS_BASE', address(lo, hi), cpu.pair(S.KERNEL_GS_BASE));
  s[S.GS_BASE] = s[S.KERNEL_GS_BASE];
  s[S.GS_BASE + 1] = s[S.KERNEL_GS_BASE + 1];
  s[S.KERNEL_GS_BASE] = lo;
  s[S.KERNEL_GS_BASE + 1] = hi;
};

const MSR_SLOTS: Readonly<Record<number, { slot: number; canonical?: true }>> = {
  [IA32_STAR]: { slot: S.STAR }, [IA32_LSTAR]: { slot: S.LSTAR, canonical: true }, [IA32_CSTAR]: { slot: S.CSTAR, canonical: true },
  [IA32_FMASK]: { slot: S.FMASK },
  [IA32_FS_BASE]: { slot: S.FS_BASE, canonical: true }, [IA32_GS_BASE]: { slot: S.GS_BASE, canonical: true },
  [IA32_KERNEL_GS_BASE]: { slot: S.KERNEL_GS_BASE, canonical: true },
  [IA32_TSC_AUX]: { slot: S.TSC_AUX }, [IA32_PAT]: { slot: S.PAT },
};

export const rdmsr: Exec = (cpu) => {
  const { s } = cpu, index = s[RCX] >>> 0;
  const known = MSR_SLOTS[index];
  const value = known ? cpu.pair(known.slot) : index === IA32_EFER ? cpu.pair(S.EFER) : index === IA32_TSC ? timestamp(cpu) : cpu.port.rdmsr(index);
  if (value === undefined) return cpu.raise(GP, 0);
  s[RAX] = Number(value & 0xffffffffn);
  s[RAX + 1] = 0;
  s[RDX] = Number((value >> 32n) & 0xffffffffn);
  s[RDX + 1] = 0;
};

export const wrmsr: Exec = (cpu) => {
  const { s } = cpu, index = s[RCX] >>> 0;
  const known = MSR_SLOTS[index];
  if (known) {
    if (known.canonical && !canonical(s[RDX])) cpu.raise(GP, 0);
    s[known.slot] = s[RAX];
    s[known.slot + 1] = s[RDX];
  } else if (index === IA32_EFER) {
    if (s[RDX] !== 0 || s[RAX] & ~(EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE) || !(s[RAX] & EFER_LME)) cpu.raise(GP, 0);
    s[S.EFER] = s[RAX] | EFER_LMA;
    cpu.mmu.flush();
  } else {
    if (!cpu.port.wrmsr(index, address(s[RAX], s[RDX]))) cpu.raise(GP, 0);
    cpu.rearm();
    cpu.attend();
  }
};

/** The time-stamp counter counts cycles of the model. */
function timestamp(cpu: Cpu): bigint {
  return BigInt(Math.floor(cpu.quarterCycles / 4));
}

export const rdtsc: Exec = (cpu, i) => {
  const { s } = cpu;
  if (s[CPL] !== 0 && s[S.CR4] & CR4_TSD) cpu.raise(GP, 0);
  const now = timestamp(cpu);
  s[RAX] = Number(now & 0xffffffffn);
  s[RDX] = Number(now >> 32n);
  s[RAX + 1] = s[RDX + 1] = 0;
  if (i.decoded.row.mnemonic === 'rdtscp') {
    s[RCX] = s[S.TSC_AUX];
    s[RCX + 1] = 0;
  }
};

export const cpuid: Exec = (cpu) => {
  const { s } = cpu;
  const [a, b, c, d] = cpuidLeaf(s[RAX] >>> 0, s[RCX] >>> 0, cpu.costs, cpu.number, cpu.socket.cpus.length);
  s[RAX] = a;
  s[RBX] = b;
  s[RCX] = c;
  s[RDX] = d;
  s[RAX + 1] = s[RBX + 1] = s[RCX + 1] = s[RDX + 1] = 0;
};

export const isControlRegister = (n: number): boolean => n === 8 || S.CONTROL_REGISTERS[n] !== undefined;
const CR4_KNOWN = 0x3 | CR4_TSD | 0x8 | 0x10 | CR4_PAE | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | CR4_FSGSBASE | CR4_SMEP | CR4_SMAP;

export const movFromCr: Exec = (cpu, i) => {
  const { s } = cpu, slot = S.CONTROL_REGISTERS[i.c];
  if (i.c === 8) {
    s[i.a] = cpu.port.taskPriority() >>> 4;
    s[i.a + 1] = 0;
    return;
  }
  if (slot === undefined) cpu.raise(UD);
  s[i.a] = s[slot];
  s[i.a + 1] = s[slot + 1];
};

export const movToCr: Exec = (cpu, i) => {
  const { s } = cpu, slot = S.CONTROL_REGISTERS[i.c], lo = s[i.a], hi = s[i.a + 1];
  if (i.c === 8) {
    cpu.port.setTaskPriority((lo & 15) << 4);
    cpu.attend();
    return;
  }
  if (slot === undefined) cpu.raise(UD);
  if (i.c === 0 && (hi !== 0 || !(lo & CR0_PE) || !(lo & CR0_PG))) cpu.raise(GP, 0);
  if (i.c === 4 && (hi !== 0 || lo & ~CR4_KNOWN || !(lo & CR4_PAE))) cpu.raise(GP, 0);
  if (i.c === 3 && hi & 0xffffff00) cpu.raise(GP, 0);
  const isSame = s[slot] === lo && s[slot + 1] === hi;
  s[slot] = lo;
  s[slot + 1] = hi;
  // Translations are still right by the same rules and tables: writes to the tables drop them one by one.
  if (i.c === 2 || isSame) return;
  if (i.c === 3) cpu.mmu.load();
  else cpu.mmu.flush();
};

/** Debug registers hold what is written. Simplified: they never trap. */
export const movFromDr: Exec = ({ s }, i) => {
  s[i.a] = s[S.DR_BASE + 2 * (i.c & 7)];
  s[i.a + 1] = 0;
};
export const movToDr: Exec = ({ s }, i) => {
  s[S.DR_BASE + 2 * (i.c & 7)] = s[i.a];
};

export const invlpg: Exec = (cpu, i) => {
  const { s } = cpu;
  const lo = effectiveAddress(s, i);
  cpu.mmu.invalidate(lo, s[EA_HI]);
};

const tableRegister = (base: number, limit: number): { load: Exec; store: Exec } => ({
  load: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI];
    cpu.checkSpan(lo, hi, 10);
    const size = cpu.load16(lo, hi);
    const baseLo = cpu.load64((lo + 2) | 0, hi);
    if (!canonical(s[LOAD_HI])) cpu.raise(GP, 0);
    s[limit] = size;
    s[base] = baseLo;
    s[base + 1] = s[LOAD_HI];
  },
  store: (cpu, i) => {
    const { s } = cpu;
    const lo = effectiveAddress(s, i), hi = s[EA_HI];
    cpu.checkSpan(lo, hi, 10);
    // Intel's processors check no alignment here.
    cpu.unaligned(() => {
      cpu.store16(lo, hi, s[limit]);
      const above = (lo + 2) | 0;
      cpu.store64(above, (hi + (above >>> 0 < lo >>> 0 ? 1 : 0)) | 0, s[base], s[base + 1]);
    });
  },
});
export const gdt = tableRegister(S.GDTR_BASE, S.GDTR_LIMIT);
export const idt = tableRegister(S.IDTR_BASE, S.IDTR_LIMIT);

const TSS_AVAILABLE = 9, TSS_BUSY_BIT = 2;

/** Loads TR and marks the TSS busy. SDM Vol. 2A, "LTR". */
export const ltr: Exec = (cpu, i) => {
  const { s } = cpu, selector = s[i.a] & 0xffff;
  if ((selector & 0xfffc) === 0) cpu.raise(GP, 0);
  const at = (s[S.GDTR_BASE] + (selector & 0xfff8)) | 0, atHi = s[S.GDTR_BASE + 1];
  if ((selector & 0xfff8) + 15 > (s[S.GDTR_LIMIT] & 0xffff)) cpu.raise(GP, selector & 0xfffc);
  const lo = cpu.systemLoad64(at, atHi), hi = s[LOAD_HI];
  if (((hi >>> 8) & 0x1f) !== TSS_AVAILABLE) cpu.raise(GP, selector & 0xfffc);
  if (!(hi & 0x8000)) cpu.raise(NP, selector & 0xfffc);
  const upper = cpu.systemLoad64((at + 8) | 0, atHi);
  cpu.systemStore64(at, atHi, lo, hi | (TSS_BUSY_BIT << 8));
  s[S.TR_SELECTOR] = selector;
  s[S.TR_BASE] = (lo >>> 16) | ((hi & 0xff) << 16) | (hi & 0xff000000);
  s[S.TR_BASE + 1] = upper;
  s[S.TR_LIMIT] = (lo & 0xffff) | (hi & 0xf0000);
};
export const lldt: Exec = ({ s }, i) => {
  s[S.LDTR_SELECTOR] = s[i.a] & 0xffff;
};

export const readSelector = (slot: number): Exec => ({ s }, i) => {
  if (i.size === 16) s[i.a] = (s[i.a] & ~0xffff) | s[slot];
  else {
    s[i.a] = s[slot];
    s[i.a + 1] = 0;
  }
};

const SELECTORS = [S.ES_SELECTOR, CS_SELECTOR, SS_SELECTOR, S.DS_SELECTOR, S.FS_SELECTOR, S.GS_SELECTOR];
export const selectorSlot = (segment: number): number => SELECTORS[segment];

/** MOV to a segment register: in 64-bit mode only FS and GS bases matter, and loading a selector clears them. */
export const movToSegment: Exec = (cpu, i) => {
  const { s } = cpu, selector = s[i.b] & 0xffff;
  if (i.c === 1 || i.c > 5) cpu.raise(UD);
  if (i.c === 2) {
    stackSegment(cpu, selector, s[CPL]);
    s[S.SHADOW] = S.SHADOW_STACK;
    cpu.attend();
  } else if ((selector & 0xfffc) !== 0) {
    const error = selector & 0xfffc;
    if (!isInTable(cpu, selector)) cpu.raise(GP, error);
    // Data, or code that may be read; conforming code asks for no privilege.
    const hi = descriptorHigh(cpu, selector), dpl = (hi >>> 13) & 3, isCode = (hi & 0x800) !== 0;
    if (!(hi & 0x1000) || (isCode && !(hi & 0x200)) || (!(isCode && hi & 0x400) && (dpl < s[CPL] || dpl < (selector & 3)))) cpu.raise(GP, error);
    if (!(hi & 0x8000)) cpu.raise(NP, error);
  }
  s[SELECTORS[i.c]] = selector;
  // Simplified: the base of a 32-bit descriptor is taken as 0, which is what Linux's descriptors hold.
  if (i.c === 4) s[S.FS_BASE] = s[S.FS_BASE + 1] = 0;
  if (i.c === 5) s[S.GS_BASE] = s[S.GS_BASE + 1] = 0;
};

/** POP FS and GS. A selector that cannot be loaded leaves RSP as it was. */
export const popSegment: Exec = (cpu, i) => {
  const { s } = cpu, lo = s[RSP_SLOT], hi = s[RSP_SLOT + 1];
  s[MEM] = i.size === 16 ? cpu.load16(lo, hi) : cpu.load64(lo, hi);
  movToSegment(cpu, i);
  drop(s, i.size >> 3);
};

// ------------------------------------------------------------------------------------------- asking about descriptors

const SYSTEM_LDT = 2, SYSTEM_TSS = 9, SYSTEM_BUSY_TSS = 11, SYSTEM_CALL_GATE = 12;
const DESCRIPTOR_S = 0x1000, DESCRIPTOR_CODE = 0x800, DESCRIPTOR_MAY = 0x200, DESCRIPTOR_G = 0x800000, CONFORMING_CODE = 0x1c00;

/** The descriptor of a selector that one may ask about at this privilege; undefined for all that LAR, LSL, VERR and VERW answer with ZF = 0. */
function visible(cpu: Cpu, selector: number, systemTypes: readonly number[]): { lo: number; hi: number } | undefined {
  const { s } = cpu;
  if ((selector & 0xfffc) === 0 || !isInTable(cpu, selector)) return undefined;
  const at = (s[S.GDTR_BASE] + (selector & 0xfff8)) | 0;
  const lo = cpu.systemLoad64(at, (s[S.GDTR_BASE + 1] + (at >>> 0 < s[S.GDTR_BASE] >>> 0 ? 1 : 0)) | 0), hi = s[LOAD_HI];
  if (!(hi & DESCRIPTOR_S) && !systemTypes.includes((hi >>> 8) & 15)) return undefined;
  const dpl = (hi >>> 13) & 3, isConforming = (hi & CONFORMING_CODE) === CONFORMING_CODE;
  return isConforming || (s[CPL] <= dpl && (selector & 3) <= dpl) ? { lo, hi } : undefined;
}

/** Answers with ZF, and if it is set with a value; the other flags and, without it, the register stay. */
const asking = (systemTypes: readonly number[], answer: (descriptor: { lo: number; hi: number }) => number): Exec => (cpu, i) => {
  const { s } = cpu, found = visible(cpu, s[i.b] & 0xffff, systemTypes);
  setZero(s, found !== undefined);
  if (!found) return;
  const value = answer(found);
  if (i.size === 16) s[i.a] = (s[i.a] & ~0xffff) | (value & 0xffff);
  else {
    s[i.a] = value;
    s[i.a + 1] = 0;
  }
};

function setZero(s: Int32Array, on: boolean): void {
  const flags = readFlags(s);
  writeStatus(s, on ? flags | RFLAGS_ZF : flags & ~RFLAGS_ZF);
}

/** SDM Vol. 2A, "LAR": access rights, with the limit's bits among them as Intel's processors give them. */
export const lar: Exec = asking([SYSTEM_LDT, SYSTEM_TSS, SYSTEM_BUSY_TSS, SYSTEM_CALL_GATE], ({ hi }) => hi & 0x00ffff00);
/** SDM Vol. 2A, "LSL": the limit in bytes. */
export const lsl: Exec = asking([SYSTEM_LDT, SYSTEM_TSS, SYSTEM_BUSY_TSS], ({ lo, hi }) => {
  const limit = (lo & 0xffff) | (hi & 0xf0000);
  return hi & DESCRIPTOR_G ? (limit << 12) | 0xfff : limit;
});
/** SDM Vol. 2B, "VERR/VERW": may a segment be read, or written? */
export const verify = (write: boolean): Exec => (cpu, i) => {
  const { s } = cpu, hi = visible(cpu, s[i.a] & 0xffff, [])?.hi;
  const isCode = hi !== undefined && (hi & DESCRIPTOR_CODE) !== 0;
  setZero(s, hi !== undefined && (write ? !isCode && (hi & DESCRIPTOR_MAY) !== 0 : !isCode || (hi & DESCRIPTOR_MAY) !== 0));
};

/**
 * CPUID names no performance counters, so every number is that of a counter that is not there: #GP in ring 0 too, and CR4.PCE, which
 * lets ring 3 read those that are, changes nothing. SDM Vol. 2B, "RDPMC".
 */
export const rdpmc: Exec = (cpu) => cpu.raise(GP, 0);

const LMSW_BITS = CR0_PE | CR0_MP | CR0_EM | CR0_TS;
/** SDM Vol. 2A, "LMSW": it may set PE, and not clear it. */
export const lmsw: Exec = ({ s }, i) => {
  s[S.CR0] = (s[S.CR0] & ~(LMSW_BITS & ~CR0_PE)) | (s[i.a] & LMSW_BITS);
};

const baseSlot = (i: Insn): number => (i.c === 0 ? S.FS_BASE : S.GS_BASE);
export const readBase: Exec = (cpu, i) => {
  const { s } = cpu;
  if (!(s[S.CR4] & CR4_FSGSBASE)) cpu.raise(UD);
  s[i.a] = s[baseSlot(i)];
  s[i.a + 1] = i.size === 64 ? s[baseSlot(i) + 1] : 0;
};
export const writeBase: Exec = (cpu, i) => {
  const { s } = cpu;
  if (!(s[S.CR4] & CR4_FSGSBASE)) cpu.raise(UD);
  const hi = i.size === 64 ? s[i.a + 1] : 0;
  if (!canonical(hi)) cpu.raise(GP, 0);
  s[baseSlot(i)] = s[i.a];
  s[baseSlot(i) + 1] = hi;
};

/** Ports need CPL <= IOPL. Simplified: there is no I/O permission bitmap. */
export function mayUsePorts(cpu: Cpu): void {
  if (cpu.s[CPL] > (cpu.s[FLAGS_REST] & RFLAGS_IOPL) >> 12) cpu.raise(GP, 0);
}
export const portIn: Exec = (cpu, i) => {
  mayUsePorts(cpu);
  const { s, bus } = cpu, port = s[i.b] & 0xffff, { pendingEvents } = bus;
  const value = bus.in(port, (i.size >> 3) as 1 | 2 | 4);
  if (i.size === 32) {
    s[RAX] = value;
    s[RAX + 1] = 0;
  } else {
    const mask = i.size === 8 ? 0xff : 0xffff;
    s[RAX] = (s[RAX] & ~mask) | (value & mask);
  }
  // A driver that waits for a device reads the same status again and again, and mostly nothing comes of it.
  if (bus.pendingEvents === pendingEvents && cpu.socket.cpus.length === 1 && !cpu.port.pending()) return;
  cpu.rearm();
  cpu.attend();
};
export const portOut: Exec = (cpu, i) => {
  mayUsePorts(cpu);
  const { s } = cpu, mask = i.size === 8 ? 0xff : i.size === 16 ? 0xffff : -1;
  cpu.bus.out(s[i.a] & 0xffff, (i.size >> 3) as 1 | 2 | 4, s[RAX] & mask);
  cpu.rearm();
  cpu.attend();
};

export const setFlag = (bit: number, on: boolean): Exec => (cpu) => {
  const { s } = cpu;
  // CLAC and STAC are unknown outside ring 0.
  if (bit === RFLAGS_AC && s[CPL] !== 0) cpu.raise(UD);
  if (on) s[FLAGS_REST] |= bit;
  else s[FLAGS_REST] &= ~bit;
};

