/**
 * Delivery of interrupts and exceptions in 64-bit mode, and what becomes of a fault on the way. SDM Vol. 3A, "Exception
 * and Interrupt Handling in 64-bit Mode" and "Interrupt 8: Double Fault Exception".
 */
import { DF, GP, NP, PF, RFLAGS_IF, RFLAGS_NT, RFLAGS_RF, RFLAGS_TF, SS_FAULT, TS, VECTORS } from '../../isa/registers.ts';
import { address, FAULT, type Cpu } from './cpu.ts';
import type { DeliverEvent } from './hooks.ts';
import { readFlags } from './flags.ts';
import { CPL, CR2, CS_SELECTOR, FLAGS_REST, GDTR_BASE, GDTR_LIMIT, IDTR_BASE, IDTR_LIMIT, LOAD_HI, RIP, RSP_SLOT, SHADOW, SS_SELECTOR, TR_BASE, TR_LIMIT } from './state.ts';

const TSS_RSP0 = 4, TSS_IST = 36;
const GATE_INTERRUPT = 0xe, GATE_TRAP = 0xf;
/** Selector error codes: EXT for events the program did not ask for, IDT when the index is a vector. */
const ERROR_EXT = 1, ERROR_IDT = 2;

type Kind = DeliverEvent['kind'];

/** Delivers an external interrupt. @returns quarter cycles. */
export function deliverInterrupt(cpu: Cpu, vector: number): number {
  return attempt(cpu, vector, 'interrupt', -1, 0);
}

/** Delivers the exception that waits. @returns quarter cycles. */
export function deliverPending(cpu: Cpu): number {
  const { pendingVector, pendingError, pendingSoftware } = cpu;
  cpu.pendingVector = -1;
  return attempt(cpu, pendingVector, pendingSoftware ? 'software' : 'exception', pendingError, pendingSoftware);
}

/** One attempt is one tick. A fault in it waits for the next one, promoted as the manual's table says. */
function attempt(cpu: Cpu, vector: number, kind: Kind, error: number, length: number): number {
  const { costs, s } = cpu;
  const fromCpl = s[CPL];
  if (cpu.recordSubSteps) {
    cpu.subSteps = [];
    cpu.subStepTitle = kind === 'interrupt' ? `interrupt, vector ${vector}` : VECTORS[vector]?.mnemonic ?? `vector ${vector}`;
  }
  cpu.hooks.attempt?.(vector, kind, error < 0 ? undefined : error);
  try {
    const ist = deliver(cpu, vector, kind, error);
    const base = vector === PF ? (fromCpl === 3 ? costs.pageFaultRing3 : costs.pageFaultRing0) : kind === 'software' ? costs.softwareInterrupt : fromCpl === 3 ? costs.eventRing3 : costs.eventRing0;
    return base + (ist ? costs.istExtra : 0) + (vector === DF && kind === 'exception' ? costs.doubleFaultExtra : 0);
  } catch (thrown) {
    if (thrown !== FAULT) throw thrown;
    if (cpu.recordSubSteps) cpu.subStep(`The delivery itself faults: ${VECTORS[cpu.faultVector]?.mnemonic ?? cpu.faultVector}`);
    if (vector === DF && kind === 'exception') {
      if (cpu.recordSubSteps) cpu.subStep('A fault while delivering #DF is a triple fault: shutdown');
      cpu.shutdown = true;
      return 0;
    }
    const second = promote(kind === 'exception' ? vector : -1, cpu.faultVector);
    cpu.pendingVector = second;
    cpu.pendingError = second === DF ? 0 : cpu.faultHasError ? cpu.faultError : -1;
    cpu.pendingSoftware = 0;
    // A fault of INT n is a fault of the instruction: it points at it.
    if (length > 0) cpu.setPair(RIP, cpu.pair(RIP) - BigInt(length));
    return fromCpl === 3 ? costs.eventRing3 : costs.eventRing0;
  }
}

/** The vector served when `second` happens while `first` is delivered; first -1 is a benign event. */
function promote(first: number, second: number): number {
  const contributory = VECTORS[second]?.contributory ?? false;
  if (first === PF) return second === PF || contributory ? DF : second;
  if (first >= 0 && VECTORS[first]?.contributory) return contributory ? DF : second;
  return second;
}

function load64(cpu: Cpu, base: number, offset: number): { lo: number; hi: number } {
  const { s } = cpu;
  const lo = (s[base] + offset) | 0;
  const hi = (s[base + 1] + ((lo >>> 0) < (s[base] >>> 0) ? 1 : 0)) | 0;
  const low = cpu.systemLoad64(lo, hi);
  return { lo: low, hi: s[LOAD_HI] };
}

/** @returns the IST index used, 0 for none. Nothing but the frame has changed when it faults. */
function deliver(cpu: Cpu, vector: number, kind: Kind, error: number): number {
  const { s } = cpu;
  const ext = kind === 'software' ? 0 : ERROR_EXT;
  const selectorError = vector * 8 + ERROR_IDT + ext;
  if (vector * 16 + 15 > (s[IDTR_LIMIT] & 0xffff)) cpu.raise(GP, selectorError);
  const low = load64(cpu, IDTR_BASE, vector * 16), high = load64(cpu, IDTR_BASE, vector * 16 + 8);
  const type = (low.hi >>> 8) & 0xf, dpl = (low.hi >>> 13) & 3;
  if ((type !== GATE_INTERRUPT && type !== GATE_TRAP) || low.hi & 0x1000) cpu.raise(GP, selectorError);
  if (kind === 'software' && dpl < s[CPL]) cpu.raise(GP, selectorError);
  if (!(low.hi & 0x8000)) cpu.raise(NP, selectorError);
  const selector = low.lo >>> 16, ist = low.hi & 7;
  const targetLo = (low.hi & 0xffff0000) | (low.lo & 0xffff), targetHi = high.lo;
  if (cpu.recordSubSteps) cpu.subStep(`Gate ${vector} of the IDT: ${type === GATE_INTERRUPT ? 'interrupt' : 'trap'} gate, selector ${selector.toString(16)}, IST ${ist}`, 'handler', undefined, address(targetLo, targetHi));

  if ((selector & 0xfffc) === 0) cpu.raise(GP, ext);
  if ((selector | 7) > (s[GDTR_LIMIT] & 0xffff)) cpu.raise(GP, (selector & 0xfffc) + ext);
  const descriptor = load64(cpu, GDTR_BASE, selector & 0xfff8);
  const codeDpl = (descriptor.hi >>> 13) & 3;
  if ((descriptor.hi & 0x1800) !== 0x1800 || codeDpl > s[CPL] || !(descriptor.hi & 0x200000)) cpu.raise(GP, (selector & 0xfffc) + ext);
  if (!(descriptor.hi & 0x8000)) cpu.raise(NP, (selector & 0xfffc) + ext);
  const newCpl = descriptor.hi & 0x400 ? s[CPL] : codeDpl;

  const oldCpl = s[CPL], oldRsp = cpu.pair(RSP_SLOT), oldRip = cpu.pair(RIP), oldFlags = readFlags(s);
  let rspLo = s[RSP_SLOT], rspHi = s[RSP_SLOT + 1];
  let stack: DeliverEvent['stack'] = 'same';
  if (ist || newCpl < oldCpl) {
    const offset = ist ? TSS_IST + 8 * (ist - 1) : TSS_RSP0 + 8 * newCpl;
    if (offset + 7 > (s[TR_LIMIT] >>> 0)) cpu.raise(TS, ext);
    const top = load64(cpu, TR_BASE, offset);
    rspLo = top.lo;
    rspHi = top.hi;
    stack = ist ? 'ist' : 'rsp0';
  }
  if (rspHi >> 15 !== 0 && rspHi >> 15 !== -1) cpu.raise(SS_FAULT, ext);
  if (cpu.recordSubSteps) cpu.subStep(stack === 'same' ? 'Same privilege and no IST: the stack stays' : stack === 'ist' ? `RSP from TSS.ist[${ist}]` : 'Privilege changes: RSP from TSS.rsp0', 'RSP', oldRsp, address(rspLo, rspHi));
  if (cpu.recordSubSteps && rspLo & 15) cpu.subStep('RSP is aligned down to 16 bytes', 'RSP', address(rspLo, rspHi), address(rspLo & -16, rspHi));
  rspLo &= -16;

  // An interrupt or a fault is pushed with RF as the manual says: set for faults, so that a restarted instruction is not trapped again by its breakpoint.
  const pushedFlags = kind === 'exception' && vector !== DF ? oldFlags | RFLAGS_RF : oldFlags;
  const push = (name: string, lo: number, hi: number): void => {
    const below = (rspLo - 8) | 0;
    if ((below >>> 0) > (rspLo >>> 0)) rspHi = (rspHi - 1) | 0;
    rspLo = below;
    cpu.systemStore64(rspLo, rspHi, lo, hi);
    if (cpu.recordSubSteps) cpu.subStep(`Push ${name}`, `[${address(rspLo, rspHi).toString(16)}]`, undefined, address(lo, hi));
  };
  push('SS', s[SS_SELECTOR], 0);
  push('RSP', s[RSP_SLOT], s[RSP_SLOT + 1]);
  push('RFLAGS', pushedFlags, 0);
  push('CS', s[CS_SELECTOR], 0);
  push('RIP', s[RIP], s[RIP + 1]);
  if (error >= 0) push('error code', error, 0);

  // From here on nothing can fail.
  const newFlags = s[FLAGS_REST] & ~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | (type === GATE_INTERRUPT ? RFLAGS_IF : 0));
  s[RSP_SLOT] = rspLo;
  s[RSP_SLOT + 1] = rspHi;
  s[RIP] = targetLo;
  s[RIP + 1] = targetHi;
  if (cpu.recordSubSteps) cpu.subStep('CS from the gate', 'CS', BigInt(s[CS_SELECTOR]), BigInt((selector & 0xfffc) | newCpl));
  s[CS_SELECTOR] = (selector & 0xfffc) | newCpl;
  if (newCpl !== oldCpl) {
    if (cpu.recordSubSteps) cpu.subStep('SS becomes the null selector', 'SS', BigInt(s[SS_SELECTOR]), BigInt(newCpl));
    s[SS_SELECTOR] = newCpl;
  }
  s[FLAGS_REST] = newFlags;
  if (cpu.recordSubSteps) cpu.subStep(type === GATE_INTERRUPT ? 'IF, TF, NT and RF are cleared' : 'TF, NT and RF are cleared', 'RFLAGS', BigInt(oldFlags), BigInt(readFlags(s)));
  if (cpu.recordSubSteps) cpu.subStep('RIP from the gate', 'RIP', oldRip, address(targetLo, targetHi));
  s[SHADOW] = 0;
  cpu.setCpl(newCpl);

  const { hooks } = cpu;
  hooks.deliver?.({
    vector, kind, ...(error >= 0 ? { error } : {}), ...(vector === PF ? { cr2: cpu.pair(CR2) } : {}), fromCpl: oldCpl, fromRip: oldRip, oldRsp,
    frame: address(rspLo, rspHi), frameBytes: error >= 0 ? 48 : 40, stack, ist,
  });
  if (stack !== 'same') hooks.rspLoad?.(oldRsp, address(rspLo, rspHi));
  if (newCpl !== oldCpl) hooks.ring?.(oldCpl, newCpl, 'deliver');
  return ist;
}
