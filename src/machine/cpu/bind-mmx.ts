/**
 * Handlers of MMX instructions: the bodies of SSE on two words. MMX registers are the significands of the x87's physical
 * registers; using one makes all of them valid and TOP 0. SDM Vol. 3A, "Effect of MMX Instructions on the x87 FPU State".
 */
import type { Decoded, DecodedOperand } from '../../isa/decoded.ts';
import { CR0_EM, CR0_TS, CR4_OSFXSR, NM, UD } from '../../isa/registers.ts';
import { DOUBLE, SINGLE } from './float/soft.ts';
import type { Exec, Insn } from './insn.ts';
import { packedToDouble, packedToSingle, toPacked } from './ops/sse-convert.ts';
import { moveMask, PACKED, packedShift, pextrw, pinsrw, shuffleWords } from './ops/sse-integer.ts';
import { maskedMove, movdFromVector, movdToVector, vectorFromMemory, vectorToMemory } from './ops/sse-move.ts';
import { raisePending } from './ops/x87-control.ts';
import { CR0, CR4, FPR, FSW, FTW, XMM, XMM_MEM } from './state.ts';

const quad = (clears: boolean): Exec => ({ s }, { a, b }) => {
  const lo = s[b], hi = s[b + 1];
  s[a] = lo;
  s[a + 1] = hi;
  if (clears) s[a + 2] = s[a + 3] = 0;
};

const BODIES: Readonly<Record<string, Exec>> = {
  movq: quad(false), movdq2q: quad(false), movq2dq: quad(true), pshufw: shuffleWords(0, 2), pinsrw: pinsrw(2), pextrw: pextrw(2), pmovmskb: moveMask(8, 2),
  maskmovq: maskedMove(2),
  cvtpi2ps: packedToSingle(2), cvtpi2pd: packedToDouble, cvtps2pi: toPacked(SINGLE, 2, 2, false), cvttps2pi: toPacked(SINGLE, 2, 2, true),
  cvtpd2pi: toPacked(DOUBLE, 2, 2, false), cvttpd2pi: toPacked(DOUBLE, 2, 2, true),
};

const EXPONENT_ONES = 0xffff, TOP_MASK = 0x3800;

function setTop(s: Int32Array): void {
  s[FSW] &= ~TOP_MASK;
}
function turn(s: Int32Array): void {
  setTop(s);
  s[FTW] = 0xff;
}

const after = (first: (s: Int32Array) => void, exec: Exec): Exec => (cpu, i) => {
  first(cpu.s);
  exec(cpu, i);
};

/** @param turns whether the x87 state becomes MMX state; `to`: the MMX register written, or -1. */
const guarded = (exec: Exec, usesXmm: boolean, turns: boolean, to: number): Exec => (cpu, i) => {
  const { s } = cpu;
  if (s[CR0] & CR0_EM || (usesXmm && !(s[CR4] & CR4_OSFXSR))) cpu.raise(UD);
  if (s[CR0] & CR0_TS) cpu.raise(NM);
  if (turns) raisePending(cpu);
  exec(cpu, i);
  if (!turns) return;
  turn(s);
  if (to >= 0) s[to + 2] = EXPONENT_ONES;
};

function slotOf(operand: DecodedOperand | undefined): number {
  switch (operand?.kind) {
    case 'mm': return FPR + 4 * operand.reg;
    case 'xmm': return XMM + 4 * operand.reg;
    case 'reg': return 2 * operand.reg;
    default: return XMM_MEM;
  }
}

const emms: Exec = (cpu) => {
  const { s } = cpu;
  raisePending(cpu);
  s[FTW] = 0;
  s[FSW] &= ~TOP_MASK;
};

export function bindMmx(insn: Insn, decoded: Decoded): Exec | undefined {
  const { row: { mnemonic }, operands } = decoded, [first, second] = operands, last = operands.at(-1);
  if (mnemonic === 'emms') return guarded(emms, false, false, -1);
  insn.a = slotOf(first);
  insn.b = slotOf(second);
  insn.targetLo = last?.kind === 'imm' ? last.lo : 0;
  insn.size = decoded.operandSize === 64 ? 64 : 32;
  const body = mnemonic === 'movd' ? (first?.kind === 'mm' ? movdToVector(2) : movdFromVector)
    : packedShift(mnemonic, 2, second?.kind === 'imm') ?? PACKED[mnemonic]?.(2) ?? BODIES[mnemonic];
  if (mnemonic !== 'movntq' && !body) return undefined;
  // CVTPI2PS and CVTPI2PD of memory have nothing to do with MMX. Other conversions have turned the state before they raise #XM.
  const turns = operands.some(({ kind }) => kind === 'mm');
  // So has MASKMOVQ before it looks where it writes.
  insn.body = turns && (mnemonic.startsWith('cvt') || mnemonic === 'maskmovq') ? after(turn, body) : body;
  const usesXmm = operands.some(({ kind }) => kind === 'xmm');
  // A store has set TOP even when memory then faults.
  const exec = first?.kind === 'mem' ? after(setTop, vectorToMemory(mnemonic === 'movd' ? insn.size : 64, false))
    : second?.kind === 'mem' ? vectorFromMemory(second.size, true) : insn.body;
  return guarded(exec, usesXmm, turns, first?.kind === 'mm' && mnemonic !== 'maskmovq' ? insn.a : -1);
}
