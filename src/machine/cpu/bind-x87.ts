/** Handlers of x87 instructions. */
import type { Decoded, DecodedOperand } from '../../isa/decoded.ts';
import { CR0_EM, CR0_MP, CR0_TS, NM } from '../../isa/registers.ts';
import { condition } from './flags.ts';
import type { Exec, Insn } from './insn.ts';
import { vectorFromMemory } from './ops/sse-move.ts';
import * as arith from './ops/x87-arith.ts';
import * as control from './ops/x87-control.ts';
import * as elementary from './ops/x87-elementary.ts';
import * as move from './ops/x87-move.ts';
import { CR0 } from './state.ts';

/** They do not look for exceptions that wait. */
const NO_WAIT = new Set(['fninit', 'fnclex', 'fnstcw', 'fnstsw', 'fnstenv', 'fnsave']);

const guarded = (mnemonic: string, exec: Exec): Exec => {
  const waits = !NO_WAIT.has(mnemonic), isFwait = mnemonic === 'fwait';
  return (cpu, i) => {
    const cr0 = cpu.s[CR0];
    // FWAIT asks for the task's state only when MP says so. SDM Vol. 3A, "Interrupt 7".
    if (isFwait ? (cr0 & (CR0_MP | CR0_TS)) === (CR0_MP | CR0_TS) : cr0 & (CR0_EM | CR0_TS)) cpu.raise(NM);
    if (waits) control.raisePending(cpu);
    exec(cpu, i);
  };
};

const PLAIN: Readonly<Record<string, Exec>> = {
  fnop: () => undefined, fwait: () => undefined, fchs: arith.changeSign((word) => word ^ 0x8000), fabs: arith.changeSign((word) => word & 0x7fff),
  ftst: arith.ftst, fxam: arith.fxam,
  fxtract: arith.fxtract, fprem: arith.remainder(false), fprem1: arith.remainder(true), fsqrt: arith.fsqrt, frndint: arith.frndint, fscale: arith.fscale,
  fdecstp: control.rotate(-1), fincstp: control.rotate(1), fninit: control.fninit, fnclex: control.fnclex, fnstcw: control.fnstcw,
  fldenv: control.fldenv, fnstenv: control.fnstenv, frstor: control.frstor, fnsave: control.fnsave, fbld: move.loadDecimal, fbstp: move.storeDecimal,
  f2xm1: elementary.f2xm1, fyl2x: elementary.fyl2x, fyl2xp1: elementary.fyl2xp1, fpatan: elementary.fpatan, fsin: elementary.fsin, fcos: elementary.fcos,
  fptan: elementary.fptan, fsincos: elementary.fsincos,
  fucompp: arith.compareWith(1, false, 2), fcompp: arith.compareWith(1, true, 2),
  ...Object.fromEntries(['fld1', 'fldl2t', 'fldl2e', 'fldpi', 'fldlg2', 'fldln2', 'fldz'].map((name) => [name, move.loadConstant(name)])),
};
/** FCMOVcc by condition code; the n forms negate. */
const CONDITIONS: Readonly<Record<string, number>> = { b: 2, e: 4, be: 6, u: 10, nb: 3, ne: 5, nbe: 7, nu: 11 };

export function bindX87(insn: Insn, decoded: Decoded): Exec | undefined {
  const exec = choose(insn, decoded);
  // What is not in memory is all done by the function itself.
  if (exec && decoded.operands[0]?.kind !== 'mem') insn.body = exec;
  return exec && guarded(decoded.row.mnemonic, exec);
}

function choose(insn: Insn, decoded: Decoded): Exec | undefined {
  const { mnemonic } = decoded.row, [first] = decoded.operands;
  const plain = PLAIN[mnemonic];
  if (plain) return plain;
  if (first?.kind === 'mem') return inMemory(insn, mnemonic, first.size);
  return withRegisters(mnemonic, decoded.operands);
}

function inMemory(insn: Insn, mnemonic: string, size: number): Exec | undefined {
  const isInteger = mnemonic.startsWith('fi'), name = isInteger ? `f${mnemonic.slice(2)}` : mnemonic;
  const pops = mnemonic.endsWith('p');
  if (name === 'fst' || name === 'fstp') {
    if (size === 80) return move.storeExtended;
    return isInteger ? move.storeInteger(size as 16 | 32 | 64, pops) : move.storeReal(size as 32 | 64, pops);
  }
  if (mnemonic === 'fnstsw') return control.fnstsw;
  if (mnemonic === 'fld' && size === 80) return move.loadExtended;
  const load = move.MEMORY[isInteger ? 'integer' : 'real'][size];
  if (mnemonic === 'fldcw') insn.body = control.fldcw;
  else if (name === 'fld') insn.body = move.loadNumber(load);
  else if (name === 'fcom' || name === 'fcomp') insn.body = arith.compareWith(load, true, pops ? 1 : 0);
  else {
    const operation = arith.OPERATIONS[name];
    if (!operation) return undefined;
    insn.body = arith.withMemory(operation, load);
  }
  return vectorFromMemory(size, false);
}

function withRegisters(mnemonic: string, operands: readonly DecodedOperand[]): Exec | undefined {
  const numbers = operands.map((operand) => (operand.kind === 'st' ? operand.reg : 0)), last = numbers.at(-1) ?? 0;
  const pops = mnemonic.endsWith('p') ? 1 : 0;
  if (mnemonic.startsWith('fcmov')) {
    const cc = CONDITIONS[mnemonic.slice(5)];
    return arith.conditionalMove(last, (s) => condition(s, cc));
  }
  switch (mnemonic) {
    case 'fld': return move.duplicate(last);
    case 'fst': case 'fstp': return move.copyTo(last, pops === 1);
    case 'fxch': return move.exchange(last);
    case 'ffree': return control.ffree(last);
    case 'fnstsw': return control.fnstswAx;
    case 'fcom': case 'fcomp': return arith.compareWith(last, true, pops);
    case 'fucom': case 'fucomp': return arith.compareWith(last, false, pops);
    case 'fcomi': case 'fcomip': return arith.compareToFlags(last, true, pops);
    case 'fucomi': case 'fucomip': return arith.compareToFlags(last, false, pops);
    default: {
      const operation = arith.OPERATIONS[pops ? mnemonic.slice(0, -1) : mnemonic];
      return operation && arith.registers(operation, numbers[0], last, pops);
    }
  }
}
