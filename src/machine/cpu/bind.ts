/**
 * From a decoded instruction to an `Insn`: chooses the handler for its operands and sizes, once. A row whose mnemonic
 * has no handler here is #UD, never a silent nothing.
 */
import type { Decoded, DecodedOperand } from '../../isa/decoded.ts';
import { CONDITIONS } from '../../isa/conditions.ts';
import { CR0_TS, RFLAGS_AC, RFLAGS_DF } from '../../isa/registers.ts';
import { bindMmx } from './bind-mmx.ts';
import { bindSse } from './bind-sse.ts';
import { bindX87 } from './bind-x87.ts';
import type { CostProfile } from '../cost.ts';
import { readFlags, writeStatus } from './flags.ts';
import { classify } from './translate/form.ts';
import { fromMemory, lea, loadRegister, modifyMemory, storeRegister } from './forms.ts';
import { Insn, type Exec } from './insn.ts';
import * as alu from './ops/alu.ts';
import { extendLoad, FIRSTS, LOADS } from './ops/alu-memory.ts';
import * as bitops from './ops/bits.ts';
import * as bmi from './ops/bmi.ts';
import { fxrstor, fxsave } from './ops/fpu-state.ts';
import * as control from './ops/control.ts';
import * as move from './ops/move.ts';
import * as shift from './ops/shift.ts';
import * as strings from './ops/string.ts';
import * as system from './ops/system.ts';
import * as wide from './ops/wide.ts';
import { cmpxchg16b, cmpxchg8b, bitString } from './ops/rare.ts';
import { rspLoaded } from './notes.ts';
import { CF, FS_BASE, GS_BASE, HIGH_A, HIGH_B, IMM, MEM, RBP_SLOT, RSP_SLOT, ZERO } from './state.ts';
import * as S from './state.ts';

type Size = 8 | 16 | 32 | 64;
type Sized = Partial<Record<Size, Exec>>;
type Memory = Extract<DecodedOperand, { kind: 'mem' }>;

/** How the operands are used: which one is read, written, or both. */
type Use = 'rw r' | 'r r' | 'w r' | 'rw' | 'w' | 'r' | 'rw rw' | 'w r r' | 'rw r r';

/** Operations on general operands: body by operand size, and how it uses them. */
const GENERAL: Readonly<Record<string, { body: Sized; use: Use }>> = {
  add: { body: alu.add, use: 'rw r' }, or: { body: alu.or, use: 'rw r' }, adc: { body: alu.adc, use: 'rw r' }, sbb: { body: alu.sbb, use: 'rw r' },
  and: { body: alu.and, use: 'rw r' }, sub: { body: alu.sub, use: 'rw r' }, xor: { body: alu.xor, use: 'rw r' }, cmp: { body: alu.cmp, use: 'r r' },
  test: { body: alu.test, use: 'r r' },
  not: { body: alu.not, use: 'rw' }, neg: { body: alu.neg, use: 'rw' }, inc: { body: alu.inc, use: 'rw' }, dec: { body: alu.dec, use: 'rw' },
  mul: { body: wide.mul, use: 'r' }, div: { body: wide.div, use: 'r' }, idiv: { body: wide.idiv, use: 'r' },
  rol: { body: shift.rol, use: 'rw r' }, ror: { body: shift.ror, use: 'rw r' }, rcl: { body: shift.rcl, use: 'rw r' }, rcr: { body: shift.rcr, use: 'rw r' },
  shl: { body: shift.shl, use: 'rw r' }, shr: { body: shift.shr, use: 'rw r' }, sar: { body: shift.sar, use: 'rw r' },
  shld: { body: shift.shld, use: 'rw r r' }, shrd: { body: shift.shrd, use: 'rw r r' },
  bt: { body: bitops.bt, use: 'r r' }, bts: { body: bitops.bts, use: 'rw r' }, btr: { body: bitops.btr, use: 'rw r' }, btc: { body: bitops.btc, use: 'rw r' },
  bsf: { body: bitops.bsf, use: 'w r' }, bsr: { body: bitops.bsr, use: 'w r' }, tzcnt: { body: bitops.tzcnt, use: 'w r' },
  lzcnt: { body: bitops.lzcnt, use: 'w r' }, popcnt: { body: bitops.popcnt, use: 'w r' },
  bswap: { body: bitops.bswap, use: 'rw' }, movbe: { body: bitops.movbe, use: 'w r' },
  andn: { body: bmi.andn, use: 'w r r' }, bextr: { body: bmi.bextr, use: 'w r r' }, bzhi: { body: bmi.bzhi, use: 'w r r' },
  blsr: { body: bmi.blsr, use: 'w r' }, blsmsk: { body: bmi.blsmsk, use: 'w r' }, blsi: { body: bmi.blsi, use: 'w r' },
  mulx: { body: bmi.mulx, use: 'w r r' }, pdep: { body: bmi.pdep, use: 'w r r' }, pext: { body: bmi.pext, use: 'w r r' },
  rorx: { body: bmi.rorx, use: 'w r r' }, sarx: { body: bmi.sarx, use: 'w r r' }, shlx: { body: bmi.shlx, use: 'w r r' },
  shrx: { body: bmi.shrx, use: 'w r r' },
  xchg: { body: move.xchg, use: 'rw rw' }, xadd: { body: move.xadd, use: 'rw rw' }, cmpxchg: { body: move.cmpxchg, use: 'rw r' },
  ...Object.fromEntries(CONDITIONS.flatMap((cc, n) => [
    [`cmov${cc}`, { body: bitops.cmov(n), use: 'rw r' as Use }],
    [`set${cc}`, { body: { 8: bitops.setcc(n) }, use: 'rw' as Use }],
  ])),
};

/** Instructions that take their operands from fixed places, or none. */
const PLAIN: Readonly<Record<string, Exec>> = {
  int1: system.int1, xlat: control.xlat, rdsspd: () => undefined, rdsspq: () => undefined, prefetchw: () => undefined,
  syscall: system.syscall, sysretq: system.sysretq, iretq: system.iretq, int3: system.int3, ud2: system.ud2, cli: system.cli, sti: system.sti, hlt: system.hlt,
  swapgs: system.swapgs,
  rdmsr: system.rdmsr, wrmsr: system.wrmsr, rdtsc: system.rdtsc, rdtscp: system.rdtsc, rdpmc: system.rdpmc, cpuid: system.cpuid,
  nop: () => undefined, pause: () => undefined, endbr64: () => undefined, lfence: () => undefined, mfence: () => undefined, sfence: () => undefined,
  wbinvd: () => undefined, invd: () => undefined, clts: ({ s }) => { s[S.CR0] &= ~CR0_TS; },
  prefetchnta: () => undefined, prefetcht0: () => undefined, prefetcht1: () => undefined, prefetcht2: () => undefined,
  cld: system.setFlag(RFLAGS_DF, false), std: system.setFlag(RFLAGS_DF, true), clac: system.setFlag(RFLAGS_AC, false), stac: system.setFlag(RFLAGS_AC, true),
  clc: ({ s }) => { s[CF] = 0; }, stc: ({ s }) => { s[CF] = 1; }, cmc: ({ s }) => { s[CF] ^= 1; },
  lahf: ({ s }) => { s[0] = (s[0] & ~0xff00) | ((readFlags(s) & 0xff) << 8); },
  sahf: ({ s }) => { writeStatus(s, (readFlags(s) & 0x800) | ((s[0] >> 8) & 0xd5)); },
};

export function bind(costs: CostProfile, decoded: Decoded, lo: number, hi: number): Insn {
  const { row, operands } = decoded;
  const insn = new Insn(decoded, system.ud2, lo, hi, costOf(costs, decoded));
  insn.size = decoded.operandSize;
  const memory = operands.find((operand): operand is Memory => operand.kind === 'mem');
  if (memory) bindAddress(insn, memory, decoded);
  const exec = choose(insn, decoded);
  insn.exec = exec !== system.ud2 && exec !== system.sysretq && row.notes.privileged === true ? system.privileged(exec) : exec;
  if (writesRsp(decoded)) {
    insn.exec = watchRsp(insn.exec);
    insn.loadsRsp = true;
  }
  insn.plain = classify(insn);
  return insn;
}

function bindAddress(insn: Insn, memory: Memory, decoded: Decoded): void {
  insn.disp = memory.disp;
  insn.dispHi = memory.moffs ? memory.dispHi : memory.disp >> 31;
  insn.base = memory.base < 0 ? ZERO : 2 * memory.base;
  if (memory.base === 16) {
    insn.base = ZERO;
    insn.relativeTo(memory.disp);
  }
  insn.index = memory.index < 0 ? ZERO : 2 * memory.index;
  insn.scale = 31 - Math.clz32(memory.scale);
  insn.form = memory.index >= 0 ? 1 : 0;
  insn.segment = ZERO;
  if (decoded.segment >= 0 || decoded.addressSize === 32) {
    insn.form = 2;
    insn.segment = decoded.row.mnemonic === 'lea' ? ZERO : decoded.segment === 4 ? FS_BASE : decoded.segment === 5 ? GS_BASE : ZERO;
  }
}

/** The slot of a register or immediate operand. */
function slotOf(insn: Insn, operand: DecodedOperand): number {
  if (operand.kind === 'reg') return 2 * operand.reg;
  if (operand.kind === 'imm') {
    insn.immLo = operand.lo;
    insn.immHi = operand.hi;
    return IMM;
  }
  return MEM;
}

const sizeOfOperand = (operand: DecodedOperand | undefined, otherwise: Size): Size =>
  operand && 'size' in operand && operand.size !== 0 && operand.size !== 80 && operand.size !== 128 ? operand.size : otherwise;

function choose(insn: Insn, decoded: Decoded): Exec {
  const { mnemonic } = decoded.row;
  const { operands } = decoded;
  const [first, second] = operands;
  const size = sizeOfOperand(first, decoded.operandSize);

  if (decoded.row.notes.unit === 'sse') return bindSse(insn, decoded) ?? system.ud2;
  if (decoded.row.notes.unit === 'mmx') return bindMmx(insn, decoded) ?? system.ud2;
  if (decoded.row.notes.unit === 'x87') return bindX87(insn, decoded) ?? system.ud2;
  const plain = PLAIN[mnemonic];
  if (plain) return plain;
  if (mnemonic === 'mov') return bindMov(insn, operands, size);
  if (mnemonic === 'imul') return bindImul(insn, operands, size);
  if ((mnemonic === 'bt' || mnemonic === 'bts' || mnemonic === 'btr' || mnemonic === 'btc') && first?.kind === 'mem' && second?.kind === 'reg') {
    insn.b = slotOf(insn, second);
    insn.size = size;
    return bitString(mnemonic);
  }
  const general = GENERAL[mnemonic];
  if (general) return bindGeneral(insn, operands, size, general.body, general.use);
  if (mnemonic[0] === 'j' && first?.kind === 'rel') {
    insn.goesTo(first.disp);
    insn.size = decoded.addressSize;
    return mnemonic === 'jmp' ? control.jmp : mnemonic === 'jrcxz' ? control.jrcxz
      : control.JCC[CONDITIONS.indexOf(mnemonic.slice(1) as (typeof CONDITIONS)[number])] ?? system.ud2;
  }
  return bindSpecial(insn, decoded, size);
}

/** The second bytes of rax .. rbx are staged through scratch slots, so that bodies see ordinary bytes. */
function stageHigh(insn: Insn, operands: readonly DecodedOperand[], body: Exec, [writesA, writesB]: readonly boolean[]): Exec {
  const [first, second] = operands;
  const a = first?.kind === 'reg' && first.high8 ? insn.a : -1;
  const b = second?.kind === 'reg' && second.high8 ? insn.b : -1;
  if (a < 0 && b < 0) return body;
  const stagedA = a < 0 ? insn.a : HIGH_A, stagedB = b < 0 ? insn.b : HIGH_B;
  insn.a = stagedA;
  insn.b = stagedB;
  return (cpu, i) => {
    const { s } = cpu;
    if (a >= 0) s[HIGH_A] = (s[a] >> 8) & 0xff;
    if (b >= 0) s[HIGH_B] = (s[b] >> 8) & 0xff;
    body(cpu, i);
    if (b >= 0 && writesB) s[b] = (s[b] & ~0xff00) | ((s[HIGH_B] & 0xff) << 8);
    if (a >= 0 && writesA) s[a] = (s[a] & ~0xff00) | ((s[HIGH_A] & 0xff) << 8);
  };
}

function bindGeneral(insn: Insn, operands: readonly DecodedOperand[], size: Size, bodies: Sized, use: Use): Exec {
  const [first, second, third] = operands;
  if (first) insn.a = slotOf(insn, first);
  if (second) insn.b = slotOf(insn, second);
  if (third) insn.c = slotOf(insn, third);
  const body = bodies[size];
  if (!body) return system.ud2;
  insn.size = size;
  const written = use.split(' ').map((way) => way.includes('w'));
  insn.body = stageHigh(insn, operands, body, written);
  // The commonest memory forms have handlers of their own.
  const hot = insn.body !== body ? undefined : first?.kind === 'mem' ? FIRSTS : second?.kind === 'mem' ? LOADS : undefined;
  const direct = hot?.[insn.decoded.row.mnemonic]?.[size];
  if (direct) return direct;
  if (first?.kind === 'mem') return use === 'r r' || use === 'r' ? fromMemory[size] : use === 'w r' ? stageStore(size) : modifyMemory[size];
  if (third?.kind === 'mem') return fromMemory[size];
  // XCHG and XADD with the memory operand second: it is written too.
  if (second?.kind === 'mem') return use === 'rw rw' ? modifyMemory[size] : fromMemory[sizeOfOperand(second, size)];
  return insn.body;
}

/** A body that only writes its memory destination (MOVBE to memory). */
function stageStore(size: Size): Exec {
  return modifyMemory[size];
}

function bindMov(insn: Insn, operands: readonly DecodedOperand[], size: Size): Exec {
  const [to, from] = operands;
  if (!to || !from) return system.ud2;
  for (const { kind, reg } of [to, from] as readonly { kind: string; reg?: number }[]) {
    if (reg !== undefined && ((kind === 'cr' && !system.isControlRegister(reg)) || (kind === 'dr' && reg > 7))) return system.ud2;
  }
  if (to.kind === 'cr' || to.kind === 'dr') {
    insn.a = slotOf(insn, from);
    insn.c = to.reg;
    return to.kind === 'cr' ? system.movToCr : system.movToDr;
  }
  if (from.kind === 'cr' || from.kind === 'dr') {
    insn.a = slotOf(insn, to);
    insn.c = from.reg;
    return from.kind === 'cr' ? system.movFromCr : system.movFromDr;
  }
  if (to.kind === 'seg') {
    insn.c = to.reg;
    insn.b = slotOf(insn, from);
    insn.body = system.movToSegment;
    return from.kind === 'mem' ? fromMemory[16] : system.movToSegment;
  }
  if (from.kind === 'seg') {
    if (to.kind === 'mem') {
      insn.b = system.selectorSlot(from.reg);
      return storeRegister[16];
    }
    insn.a = slotOf(insn, to);
    insn.size = size;
    return system.readSelector(system.selectorSlot(from.reg));
  }
  insn.a = slotOf(insn, to);
  insn.b = slotOf(insn, from);
  insn.size = size;
  if (from.kind === 'mem') return stageHigh(insn, operands, loadRegister[size], [true, false]);
  if (to.kind === 'mem') return stageHigh(insn, operands, storeRegister[size], [false, false]);
  return stageHigh(insn, operands, move.mov[size], [true, false]);
}

function bindImul(insn: Insn, operands: readonly DecodedOperand[], size: Size): Exec {
  if (operands.length === 1) return bindGeneral(insn, operands, size, wide.imulWide, 'r');
  return bindGeneral(insn, operands, size, operands.length === 2 ? wide.imul2 : wide.imul3, 'rw r');
}

const PORT_STRINGS: Readonly<Record<string, strings.PortOperation>> = { ins: 'ins', outs: 'outs' };
const STRINGS: Readonly<Record<string, strings.StringOperation>> = { movs: 'movs', stos: 'stos', lods: 'lods', cmps: 'cmps', scas: 'scas' };

function bindSpecial(insn: Insn, decoded: Decoded, size: Size): Exec {
  const { mnemonic } = decoded.row;
  const [first, second] = decoded.operands;
  const inRegister = (exec: Exec): Exec => {
    if (!first) return system.ud2;
    insn.a = slotOf(insn, first);
    insn.size = size;
    if (first.kind !== 'mem') return exec;
    insn.body = exec;
    return fromMemory[size];
  };
  const string = STRINGS[mnemonic.replace(/b$/, '')];
  if (string && mnemonic !== 'b') {
    const unit: Size = mnemonic.endsWith('b') ? 8 : decoded.operandSize;
    // CMPS compares [RSI] with [RDI], SCAS the accumulator with [RDI].
    insn.a = string === 'cmps' ? HIGH_A : 0;
    insn.b = MEM;
    const conditional = string === 'cmps' || string === 'scas';
    const exec = decoded.rep === 0 ? strings.single(string, unit) : strings.repeated(string, unit, conditional ? decoded.rep === 0xf2 : undefined);
    return strings.addressed(exec, string, decoded);
  }
  const port = PORT_STRINGS[mnemonic.replace(/b$/, '')];
  if (port) return strings.askingForPorts(strings.addressed(strings.withPort(port, mnemonic.endsWith('b') ? 8 : decoded.operandSize === 16 ? 16 : 32,
    decoded.rep !== 0), port, decoded));
  switch (mnemonic) {
    case 'movzx': case 'movsx': case 'movsxd': {
      const from = sizeOfOperand(second, 32) as 8 | 16 | 32;
      if (second?.kind === 'mem' && size >= 32) {
        insn.a = slotOf(insn, first);
        insn.size = size;
        return extendLoad[`${mnemonic === 'movzx' ? 'movzx' : 'movsx'} ${from}`] ?? system.ud2;
      }
      return bindGeneral(insn, decoded.operands, size, bitops.extend(from, mnemonic !== 'movzx'), 'w r');
    }
    case 'lea':
      insn.a = slotOf(insn, first);
      return lea[size] ?? system.ud2;
    case 'movnti':
      insn.b = slotOf(insn, second);
      return storeRegister[size];
    case 'cbw': return wide.cbw[decoded.operandSize] ?? system.ud2;
    case 'cwd': return wide.cwd[decoded.operandSize] ?? system.ud2;
    case 'push':
      if (first?.kind === 'seg') {
        insn.a = system.selectorSlot(first.reg);
        // The selector's neighbour is another selector: the high word is constant.
        return decoded.operandSize === 16 ? control.push16 : (c) => control.push64(c, c.s[insn.a], 0);
      }
      return inRegister(decoded.operandSize === 16 ? control.push16 : control.push);
    case 'pop':
      if (first?.kind === 'mem') {
        insn.size = size;
        return control.popMemory;
      }
      if (first?.kind === 'seg') {
        insn.b = MEM;
        insn.c = first.reg;
        insn.size = decoded.operandSize;
        return system.popSegment;
      }
      insn.a = slotOf(insn, first);
      return decoded.operandSize === 16 ? control.pop16 : control.pop;
    case 'enter':
      insn.targetLo = first?.kind === 'imm' ? first.lo : 0;
      insn.size = decoded.operandSize;
      insn.targetHi = second?.kind === 'imm' ? second.lo & 31 : 0;
      return decoded.operandSize === 16 ? control.enter16 : control.enter;
    case 'jmp': return inRegister(control.jmpIndirect);
    case 'call':
      if (first?.kind !== 'rel') return inRegister(control.callIndirect);
      insn.goesTo(first.disp);
      return control.call;
    case 'leave': return decoded.operandSize === 16 ? control.leave16 : control.leave;
    case 'pushf': return decoded.operandSize === 16 ? control.pushf16 : control.pushf;
    case 'popf':
      insn.size = decoded.operandSize;
      return control.popf;
    case 'clflush':
      insn.body = () => undefined;
      return fromMemory[8];
    case 'lret':
      insn.size = decoded.operandSize;
      insn.targetLo = first?.kind === 'imm' ? first.lo : 0;
      return system.lret;
    case 'ret':
      insn.targetLo = first?.kind === 'imm' ? first.lo : 0;
      return control.ret;
    case 'loop': case 'loope': case 'loopne':
      if (first?.kind === 'rel') insn.goesTo(first.disp);
      insn.size = decoded.addressSize;
      return mnemonic === 'loop' ? control.loop : mnemonic === 'loope' ? control.loope : control.loopne;
    case 'int':
      insn.targetLo = first?.kind === 'imm' ? first.lo : 0;
      return system.int;
    case 'invlpg': return system.invlpg;
    case 'lgdt': return system.gdt.load;
    case 'sgdt': return system.gdt.store;
    case 'lidt': return system.idt.load;
    case 'sidt': return system.idt.store;
    case 'ltr': return inRegister(system.ltr);
    case 'lldt': return inRegister(system.lldt);
    case 'verr': return inRegister(system.verify(false));
    case 'verw': return inRegister(system.verify(true));
    case 'lmsw': return inRegister(system.lmsw);
    case 'lar': case 'lsl': {
      insn.a = slotOf(insn, first);
      insn.b = slotOf(insn, second);
      insn.size = size;
      const exec = mnemonic === 'lar' ? system.lar : system.lsl;
      if (second?.kind !== 'mem') return exec;
      insn.body = exec;
      return fromMemory[16];
    }
    case 'str': case 'sldt': case 'smsw': {
      const slot = mnemonic === 'str' ? S.TR_SELECTOR : mnemonic === 'sldt' ? S.LDTR_SELECTOR : S.CR0;
      if (first?.kind === 'mem') {
        insn.b = slot;
        // Intel's processors check no alignment here.
        return (cpu, i) => cpu.unaligned(() => storeRegister[16](cpu, i));
      }
      insn.a = slotOf(insn, first);
      insn.size = decoded.operandSize;
      return system.readSelector(slot);
    }
    case 'rdfsbase': case 'rdgsbase': case 'wrfsbase': case 'wrgsbase':
      insn.a = slotOf(insn, first);
      insn.c = mnemonic.includes('gs') ? 1 : 0;
      insn.size = size;
      return mnemonic.startsWith('rd') ? system.readBase : system.writeBase;
    case 'in':
      insn.b = slotOf(insn, second);
      insn.size = size;
      return system.portIn;
    case 'out':
      insn.a = slotOf(insn, first);
      insn.size = sizeOfOperand(second, 8);
      return system.portOut;
    case 'fxsave': case 'fxsave64': return fxsave;
    case 'fxrstor': case 'fxrstor64': return fxrstor;
    case 'cmpxchg8b': return cmpxchg8b;
    case 'cmpxchg16b': return cmpxchg16b;
    default: return system.ud2;
  }
}

/** RSP is set from elsewhere (MOV, XCHG, POP RSP, LEA from another register): perhaps another stack. */
function writesRsp(decoded: Decoded): boolean {
  const { mnemonic } = decoded.row;
  const [first, second] = decoded.operands;
  const isRsp = (operand: DecodedOperand | undefined): boolean => operand?.kind === 'reg' && operand.reg === 4 && operand.size === 64;
  if (mnemonic === 'xchg') return isRsp(first) || isRsp(second);
  return isRsp(first) && (mnemonic === 'mov' || mnemonic === 'pop' ||
    (mnemonic === 'lea' && second?.kind === 'mem' && second.base !== 4 && 2 * second.base !== RBP_SLOT));
}

const watchRsp = (exec: Exec): Exec => (cpu, i) => {
  const { s } = cpu, lo = s[RSP_SLOT], hi = s[RSP_SLOT + 1];
  exec(cpu, i);
  rspLoaded(cpu, lo, hi, s[RSP_SLOT], s[RSP_SLOT + 1]);
};

function costOf(costs: CostProfile, decoded: Decoded): number {
  const { mnemonic } = decoded.row;
  const [first] = decoded.operands;
  if (mnemonic === 'mov' && first?.kind === 'cr') return first.reg === 3 ? costs.movCr3 : costs.movCr;
  // Charged when it is known where it goes.
  if (mnemonic === 'iretq') return 0;
  if (decoded.lock || (mnemonic === 'xchg' && decoded.operands.some((operand) => operand.kind === 'mem'))) return costs.locked;
  if (mnemonic === 'div' || mnemonic === 'idiv') return decoded.operandSize === 64 ? costs.div64 : costs.div32;
  if (decoded.rep !== 0) return costs.repStart;
  return costs.byMnemonic[mnemonic] ?? costs.simple;
}

