/**
 * Delivery of interrupts and exceptions in 64-bit mode, and what becomes of a fault on the way. SDM Vol. 3A, "Exception
 * and Interrupt Handling in 64-bit Mode" and "Interrupt 8: Double Fault Exception".
 */
import { DB, DF, GP, NP, PF, RFLAGS_IF, RFLAGS_NT, RFLAGS_RF, RFLAGS_TF, SS_FAULT, TS, VECTORS } from '../../isa/registers.ts';
import type { Cpu } from './cpu.ts';
import { FAULT } from './thrown.ts';
import type { DeliverEvent } from './hooks.ts';
import { readFlags } from './flags.ts';
import { BY_DELIVERY, ringChanged, rspLoaded } from './notes.ts';
import { address, CPL, CR2, CS_SELECTOR, EA_HI, FLAGS_REST, GDTR_BASE, GDTR_LIMIT, IDTR_BASE, IDTR_LIMIT, LOAD_HI, PENDING_ERROR, PENDING_SOFTWARE,
  PENDING_VECTOR, RIP, RSP_SLOT, SHADOW, SHUTDOWN, SS_SELECTOR, TR_BASE, TR_LIMIT } from './state.ts';

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
  const { s } = cpu, vector = s[PENDING_VECTOR], length = s[PENDING_SOFTWARE];
  s[PENDING_VECTOR] = -1;
  return attempt(cpu, vector, length ? 'software' : 'exception', s[PENDING_ERROR], length);
}

/** One attempt is one tick. A fault in it waits for the next one, promoted as the manual's table says. */
function attempt(cpu: Cpu, vector: number, kind: Kind, error: number, length: number): number {
  const { costs, s } = cpu;
  const fromCpl = s[CPL];
  if (cpu.recordSubSteps) {
    cpu.beginSubSteps(kind === 'interrupt' ? `interrupt, vector ${vector}` : VECTORS[vector]?.mnemonic ?? `vector ${vector}`);
  }
  cpu.hooks.attempt?.(cpu.number, vector, kind, error < 0 ? undefined : error);
  try {
    const ist = deliver(cpu, vector, kind, error);
    const base = vector === PF ? (fromCpl === 3 ? costs.pageFaultRing3 : costs.pageFaultRing0)
      : kind === 'software' ? costs.softwareInterrupt : fromCpl === 3 ? costs.eventRing3 : costs.eventRing0;
    return base + (ist ? costs.istExtra : 0) + (vector === DF && kind === 'exception' ? costs.doubleFaultExtra : 0);
  } catch (thrown) {
    if (thrown !== FAULT) throw thrown;
    if (cpu.recordSubSteps) cpu.subStep(`The delivery itself faults: ${VECTORS[cpu.faultVector]?.mnemonic ?? cpu.faultVector}`);
    if (vector === DF && kind === 'exception') {
      if (cpu.recordSubSteps) cpu.subStep('A fault while delivering #DF is a triple fault: shutdown');
      s[SHUTDOWN] = 1;
      cpu.hooks.undelivered?.(cpu.number, vector, kind, cpu.faultVector, -1);
      return 0;
    }
    const second = promote(kind === 'exception' ? vector : -1, cpu.faultVector);
    cpu.setPending(second, second === DF ? 0 : cpu.faultHasError ? cpu.faultError : -1, 0);
    // A fault of INT n is a fault of the instruction: it points at it.
    if (length > 0) cpu.setPair(RIP, cpu.pair(RIP) - BigInt(length));
    cpu.hooks.undelivered?.(cpu.number, vector, kind, cpu.faultVector, second);
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

/** Eight bytes of a table: the low word, the high one in s[LOAD_HI]. */
function load64(cpu: Cpu, base: number, offset: number): number {
  const { s } = cpu;
  const lo = (s[base] + offset) | 0;
  const hi = (s[base + 1] + ((lo >>> 0) < (s[base] >>> 0) ? 1 : 0)) | 0;
  return cpu.systemLoad64(lo, hi);
}

/** The gate of a vector: its first word, the second in s[LOAD_HI], the third in s[EA_HI]. */
function gateAt(cpu: Cpu, vector: number): number {
  const { s, ram: { view } } = cpu, lo = (s[IDTR_BASE] + vector * 16) | 0, hi = (s[IDTR_BASE + 1] + ((lo >>> 0) < (s[IDTR_BASE] >>> 0) ? 1 : 0)) | 0;
  const at = cpu.systemReadable(lo, hi, 16);
  if (at < 0) {
    const first = load64(cpu, IDTR_BASE, vector * 16), second = s[LOAD_HI];
    s[EA_HI] = load64(cpu, IDTR_BASE, vector * 16 + 8);
    s[LOAD_HI] = second;
    return first;
  }
  s[LOAD_HI] = view.getInt32(at + 4, true);
  s[EA_HI] = view.getInt32(at + 8, true);
  return view.getInt32(at, true);
}

/** Word n of a frame that ends at an address which is a multiple of 16. */
function push(cpu: Cpu, n: number, name: string, topLo: number, topHi: number, lo: number, hi: number): void {
  const at = (topLo - 8 * n) | 0, atHi = (topHi - ((at >>> 0) > (topLo >>> 0) ? 1 : 0)) | 0;
  cpu.systemStore64(at, atHi, lo, hi);
  if (cpu.recordSubSteps) cpu.subStep(`Push ${name}`, `[${address(at, atHi).toString(16)}]`, undefined, address(lo, hi));
}

/** @returns the IST index used, 0 for none. Nothing but the frame has changed when it faults. */
function deliver(cpu: Cpu, vector: number, kind: Kind, error: number): number {
  const { s, recordSubSteps: recorded } = cpu;
  const ext = kind === 'software' ? 0 : ERROR_EXT;
  const selectorError = vector * 8 + ERROR_IDT + ext;
  if (vector * 16 + 15 > (s[IDTR_LIMIT] & 0xffff)) cpu.raise(GP, selectorError);
  const gateLo = gateAt(cpu, vector), gateHi = s[LOAD_HI], targetHi = s[EA_HI];
  const type = (gateHi >>> 8) & 0xf, dpl = (gateHi >>> 13) & 3;
  if ((type !== GATE_INTERRUPT && type !== GATE_TRAP) || gateHi & 0x1000) cpu.raise(GP, selectorError);
  if (kind === 'software' && dpl < s[CPL]) cpu.raise(GP, selectorError);
  if (!(gateHi & 0x8000)) cpu.raise(NP, selectorError);
  const selector = gateLo >>> 16, ist = gateHi & 7;
  const targetLo = (gateHi & 0xffff0000) | (gateLo & 0xffff);
  if (recorded) cpu.subStep(`Gate ${vector} of the IDT: ${type === GATE_INTERRUPT ? 'interrupt' : 'trap'} gate, selector ${selector.toString(16)}, ` +
    `IST ${ist}`, 'handler', undefined, address(targetLo, targetHi));

  if ((selector & 0xfffc) === 0) cpu.raise(GP, ext);
  if ((selector | 7) > (s[GDTR_LIMIT] & 0xffff)) cpu.raise(GP, (selector & 0xfffc) + ext);
  load64(cpu, GDTR_BASE, selector & 0xfff8);
  const descriptor = s[LOAD_HI], codeDpl = (descriptor >>> 13) & 3;
  if ((descriptor & 0x1800) !== 0x1800 || codeDpl > s[CPL] || !(descriptor & 0x200000)) cpu.raise(GP, (selector & 0xfffc) + ext);
  if (!(descriptor & 0x8000)) cpu.raise(NP, (selector & 0xfffc) + ext);
  const newCpl = descriptor & 0x400 ? s[CPL] : codeDpl;

  const oldCpl = s[CPL], oldRspLo = s[RSP_SLOT], oldRspHi = s[RSP_SLOT + 1], oldRipLo = s[RIP], oldRipHi = s[RIP + 1], oldFlags = readFlags(s);
  let rspLo = s[RSP_SLOT], rspHi = s[RSP_SLOT + 1];
  let stack: DeliverEvent['stack'] = 'same';
  if (ist || newCpl < oldCpl) {
    const offset = ist ? TSS_IST + 8 * (ist - 1) : TSS_RSP0 + 8 * newCpl;
    if (offset + 7 > (s[TR_LIMIT] >>> 0)) cpu.raise(TS, ext);
    rspLo = load64(cpu, TR_BASE, offset);
    rspHi = s[LOAD_HI];
    stack = ist ? 'ist' : 'rsp0';
  }
  if (rspHi >> 15 !== 0 && rspHi >> 15 !== -1) cpu.raise(SS_FAULT, ext);
  if (recorded) cpu.subStep(stack === 'same' ? 'Same privilege and no IST: the stack stays'
    : stack === 'ist' ? `RSP from TSS.ist[${ist}]` : 'Privilege changes: RSP from TSS.rsp0', 'RSP', address(oldRspLo, oldRspHi), address(rspLo, rspHi));
  if (recorded && rspLo & 15) cpu.subStep('RSP is aligned down to 16 bytes', 'RSP', address(rspLo, rspHi), address(rspLo & -16, rspHi));
  rspLo &= -16;

  // RF is set for faults, so that a restarted instruction is not trapped again by its breakpoint. #DB is a trap here, #DF an abort.
  const pushedFlags = kind === 'exception' && vector !== DF && vector !== DB ? oldFlags | RFLAGS_RF : oldFlags;
  const frameBytes = error >= 0 ? 48 : 40, below = (rspLo - frameBytes) | 0, at = recorded ? -1 : cpu.systemWritable(below, rspHi, frameBytes);
  if (at >= 0) {
    const { view } = cpu.ram, top = at + frameBytes;
    view.setInt32(top - 8, s[SS_SELECTOR], true);
    view.setInt32(top - 4, 0, true);
    view.setInt32(top - 16, oldRspLo, true);
    view.setInt32(top - 12, oldRspHi, true);
    view.setInt32(top - 24, pushedFlags, true);
    view.setInt32(top - 20, 0, true);
    view.setInt32(top - 32, s[CS_SELECTOR], true);
    view.setInt32(top - 28, 0, true);
    view.setInt32(top - 40, oldRipLo, true);
    view.setInt32(top - 36, oldRipHi, true);
    if (error >= 0) {
      view.setInt32(top - 48, error, true);
      view.setInt32(top - 44, 0, true);
    }
  } else {
    push(cpu, 1, 'SS', rspLo, rspHi, s[SS_SELECTOR], 0);
    push(cpu, 2, 'RSP', rspLo, rspHi, oldRspLo, oldRspHi);
    push(cpu, 3, 'RFLAGS', rspLo, rspHi, pushedFlags, 0);
    push(cpu, 4, 'CS', rspLo, rspHi, s[CS_SELECTOR], 0);
    push(cpu, 5, 'RIP', rspLo, rspHi, oldRipLo, oldRipHi);
    if (error >= 0) push(cpu, 6, 'error code', rspLo, rspHi, error, 0);
  }
  if ((below >>> 0) > (rspLo >>> 0)) rspHi = (rspHi - 1) | 0;
  rspLo = below;

  // From here on nothing can fail.
  const newFlags = s[FLAGS_REST] & ~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | (type === GATE_INTERRUPT ? RFLAGS_IF : 0));
  s[RSP_SLOT] = rspLo;
  s[RSP_SLOT + 1] = rspHi;
  s[RIP] = targetLo;
  s[RIP + 1] = targetHi;
  if (recorded) cpu.subStep('CS from the gate', 'CS', BigInt(s[CS_SELECTOR]), BigInt((selector & 0xfffc) | newCpl));
  s[CS_SELECTOR] = (selector & 0xfffc) | newCpl;
  if (newCpl !== oldCpl) {
    if (recorded) cpu.subStep('SS becomes the null selector', 'SS', BigInt(s[SS_SELECTOR]), BigInt(newCpl));
    s[SS_SELECTOR] = newCpl;
  }
  s[FLAGS_REST] = newFlags;
  if (recorded) cpu.subStep(type === GATE_INTERRUPT ? 'IF, TF, NT and RF are cleared' : 'TF, NT and RF are cleared', 'RFLAGS', BigInt(oldFlags),
    BigInt(readFlags(s)));
  if (recorded) cpu.subStep('RIP from the gate', 'RIP', address(oldRipLo, oldRipHi), address(targetLo, targetHi));
  s[SHADOW] = 0;
  cpu.setCpl(newCpl);

  const { hooks } = cpu;
  if (hooks.deliver) {
    hooks.deliver(cpu.number, {
      vector, kind, ...(error >= 0 ? { error } : {}), ...(vector === PF ? { cr2: cpu.pair(CR2) } : {}), fromCpl: oldCpl, fromRip: address(oldRipLo, oldRipHi),
      oldRsp: address(oldRspLo, oldRspHi),
      frame: address(rspLo, rspHi), frameBytes, stack, ist,
    });
  }
  if (stack !== 'same') rspLoaded(cpu, oldRspLo, oldRspHi, rspLo, rspHi);
  if (newCpl !== oldCpl) ringChanged(cpu, oldCpl, newCpl, BY_DELIVERY);
  return ist;
}
