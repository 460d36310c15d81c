/** Handlers of SSE, SSE2 and MMX instructions: mnemonic to body, operands to slots, memory forms around them. */
import type { Decoded, DecodedOperand } from '../../isa/decoded.ts';
import { CR0_EM, CR0_TS, CR4_OSFXSR, NM, UD } from '../../isa/registers.ts';

import { DOUBLE, SINGLE } from './float/soft.ts';
import type { Exec, Insn } from './insn.ts';
import { ldmxcsr, stmxcsr } from './ops/fpu-state.ts';
import { compareDouble, compareSingle } from './ops/sse-compare.ts';
import * as convert from './ops/sse-convert.ts';
import * as float from './ops/sse-float.ts';
import { moveMask, PACKED, packedShift, pextrw, pinsrw, pshufd, shiftBytes, shuffleWords, shufpd, shufps } from './ops/sse-integer.ts';
import { maskedMove, movdFromVector, movdToVector, MOVES, vectorFromMemory, vectorToMemory } from './ops/sse-move.ts';
import { CR0, CR4, XMM, XMM_MEM } from './state.ts';

const ARITHMETIC: Readonly<Record<string, Exec>> = Object.fromEntries(([['add', float.ADD], ['sub', float.SUB], ['mul', float.MUL], ['div', float.DIV],
  ['sqrt', float.SQRT]] as const).flatMap(([name, operation]) => [
  [`${name}ps`, float.packedSingle(operation)], [`${name}pd`, float.packedDouble(operation)], [`${name}ss`, float.scalarSingle(operation)],
  [`${name}sd`, float.scalarDouble(operation)],
]));

/** Bodies that take destination i.a, source i.b and an immediate in i.targetLo. */
const BODIES: Readonly<Record<string, Exec>> = {
  ...ARITHMETIC,
  minps: float.extreme(SINGLE, 4, false), minpd: float.extreme(DOUBLE, 2, false), minss: float.extremeSingle(false), minsd: float.extremeDouble(false),
  maxps: float.extreme(SINGLE, 4, true), maxpd: float.extreme(DOUBLE, 2, true), maxss: float.extremeSingle(true), maxsd: float.extremeDouble(true),
  cmpps: float.compareLanes(SINGLE, 4), cmppd: float.compareLanes(DOUBLE, 2), cmpss: float.compareLanes(SINGLE, 1), cmpsd: float.compareLanes(DOUBLE, 1),
  rcpps: float.reciprocal(4, false), rcpss: float.reciprocal(1, false), rsqrtps: float.reciprocal(4, true), rsqrtss: float.reciprocal(1, true),
  comiss: compareSingle(true), ucomiss: compareSingle(false), comisd: compareDouble(true), ucomisd: compareDouble(false),
  cvtsi2ss: convert.fromInteger(SINGLE), cvtsi2sd: convert.fromInteger(DOUBLE),
  cvtss2si: convert.toGeneral(SINGLE, false), cvttss2si: convert.toGeneral(SINGLE, true), cvtsd2si: convert.toGeneral(DOUBLE, false),
  cvttsd2si: convert.toGeneral(DOUBLE, true),
  cvtss2sd: convert.singleToDouble, cvtsd2ss: convert.doubleToSingle, cvtps2pd: convert.singlesToDoubles, cvtpd2ps: convert.doublesToSingles,
  cvtdq2ps: convert.packedToSingle(4), cvtdq2pd: convert.packedToDouble, cvtps2dq: convert.toPacked(SINGLE, 4, 4, false),
  cvttps2dq: convert.toPacked(SINGLE, 4, 4, true),
  cvtpd2dq: convert.toPacked(DOUBLE, 2, 4, false), cvttpd2dq: convert.toPacked(DOUBLE, 2, 4, true),
  pshufd, shufps, shufpd, pshuflw: shuffleWords(0, 4), pshufhw: shuffleWords(2, 4), pslldq: shiftBytes(true), psrldq: shiftBytes(false),
  movmskps: moveMask(32, 4), movmskpd: moveMask(64, 4), pmovmskb: moveMask(8, 4), pextrw: pextrw(4), pinsrw: pinsrw(4), maskmovdqu: maskedMove(4), ldmxcsr,
};

/** 128-bit operands that need not be aligned. */
const UNALIGNED = new Set(['movups', 'movupd', 'movdqu']);

/** SSE is there when the system said so, and the task's state is loaded. SDM Vol. 3A, "SIMD Exceptions and CR0, CR4". */
const guarded = (exec: Exec): Exec => (cpu, i) => {
  const { s } = cpu;
  if ((s[CR0] & (CR0_EM | CR0_TS)) !== 0 || !(s[CR4] & CR4_OSFXSR)) cpu.raise(s[CR0] & CR0_EM || !(s[CR4] & CR4_OSFXSR) ? UD : NM);
  exec(cpu, i);
};

function slotOf(operand: DecodedOperand): number {
  switch (operand.kind) {
    case 'xmm': return XMM + 4 * operand.reg;
    case 'reg': return 2 * operand.reg;
    case 'mem': return XMM_MEM;
    default: return 0;
  }
}

/** @returns undefined when there is no such instruction. */
export function bindSse(insn: Insn, decoded: Decoded): Exec | undefined {
  const exec = choose(insn, decoded);
  return exec && guarded(exec);
}

function choose(insn: Insn, { row, operands, operandSize }: Decoded): Exec | undefined {
  const { mnemonic } = row, [first, second] = operands;
  const last = operands.at(-1);
  if (!first) return undefined;
  insn.a = slotOf(first);
  insn.b = second ? slotOf(second) : insn.a;
  insn.targetLo = last?.kind === 'imm' ? last.lo : 0;
  insn.size = operandSize === 64 ? 64 : 32;
  if (mnemonic === 'stmxcsr') return stmxcsr;
  const mustAlign = !UNALIGNED.has(mnemonic);
  if (mnemonic === 'ldmxcsr') insn.b = XMM_MEM;
  if (mnemonic === 'movd') {
    if (first.kind === 'mem') return vectorToMemory(insn.size, false);
    insn.body = first.kind === 'xmm' ? movdToVector(4) : movdFromVector;
    return second?.kind === 'mem' ? vectorFromMemory(insn.size, false) : insn.body;
  }
  const move = MOVES[mnemonic];
  if (move) {
    // The high half is stored from where it stands.
    if (first.kind === 'mem') {
      if (mnemonic === 'movhps' || mnemonic === 'movhpd') insn.b += 2;
      return vectorToMemory(first.size, mustAlign);
    }
    if (second?.kind !== 'mem') return move.register;
    insn.body = move.load ?? move.register;
    return vectorFromMemory(second.size, mustAlign);
  }
  const body = packedShift(mnemonic, 4, second?.kind === 'imm') ?? PACKED[mnemonic]?.(4) ?? BODIES[mnemonic];
  if (!body) return undefined;
  insn.body = body;
  const memory = second?.kind === 'mem' ? second : first.kind === 'mem' ? first : undefined;
  return memory ? vectorFromMemory(memory.size, mustAlign) : body;
}
