/**
 * What the translator needs to know of an instruction: the operation, its size and where its operands are. Anything without
 * a form (repeated, high bytes, system instructions, loads of RSP that a hook may watch) is left to the
 * reference interpreter.
 */
import { CONDITIONS } from '../../../isa/conditions.ts';
import type { DecodedOperand } from '../../../isa/decoded.ts';
import type { Insn } from '../insn.ts';
import { CONTROL_REGISTERS } from '../state.ts';

export type Size = 8 | 16 | 32 | 64;

export interface Form {
  /** Which template (templates.ts). */
  readonly name: string;
  readonly size: Size;
  /** One letter an operand: r for a register or an immediate (both are slots), m for memory. */
  readonly shape: string;
  /** Source size of an extension; number of a control register. */
  readonly from: number;
  /** Condition in encoding order. */
  readonly cc: number;
}

const ARITHMETIC = new Set(['add', 'or', 'and', 'sub', 'xor', 'cmp', 'test']);
const SHIFTS = new Set(['shl', 'shr', 'sar']);
const NOTHING = new Set(['nop', 'endbr64', 'pause', 'prefetchnta', 'prefetcht0', 'prefetcht1', 'prefetcht2']);
/** What only changes words of the state. */
const STATE = new Set(['cli', 'swapgs', 'cld', 'std']);
const CMOV = new Map(CONDITIONS.map((cc, n) => [`cmov${cc}`, n])), SET = new Map(CONDITIONS.map((cc, n) => [`set${cc}`, n])),
  JUMP = new Map(CONDITIONS.map((cc, n) => [`j${cc}`, n]));

function formOf(name: string, size: Size, shape = '', from = 0, cc = 0): Form {
  return { name, size, shape, from, cc };
}

const letter = (operand: DecodedOperand): string => (operand.kind === 'reg' || operand.kind === 'imm' ? 'r' : operand.kind === 'mem' ? 'm' : '?');
const sizeOf = (operand: DecodedOperand | undefined, otherwise: Size): Size => {
  const size = operand && 'size' in operand ? operand.size : otherwise;
  return size === 8 || size === 16 || size === 32 || size === 64 ? size : otherwise;
};

/** The form of a decoded instruction, or undefined. @param insn with its address fields set. */
export function classify(insn: Insn): Form | undefined {
  const { decoded } = insn, { operands, row } = decoded, { mnemonic } = row;
  const [first, second] = operands;
  if (STATE.has(mnemonic)) return formOf(mnemonic, 64);
  if (mnemonic === 'mov' && second?.kind === 'cr' && second.reg in CONTROL_REGISTERS) return formOf('movFromCr', 64, '', second.reg);
  if (decoded.rep !== 0 || decoded.addressSize !== 64 || row.notes.privileged) return undefined;
  if (operands.some((operand) => operand.kind === 'mem' ? operand.moffs : operand.kind === 'reg' && operand.high8)) return undefined;
  const size = sizeOf(first, decoded.operandSize), shape = operands.map(letter).join('');
  if (NOTHING.has(mnemonic)) return formOf('nop', 64);
  if (mnemonic === 'jmp' || mnemonic === 'call') {
    if (first?.kind === 'rel') return formOf(mnemonic, 64);
    return first && size === 64 && shape !== '?' ? formOf(`${mnemonic}To`, 64, shape) : undefined;
  }
  const jump = JUMP.get(mnemonic);
  if (jump !== undefined) return formOf('jcc', 64, '', 0, jump);
  // The shape of RET says nothing; its immediate is not an operand of a handler.
  if (mnemonic === 'ret') return first ? undefined : formOf('ret', 64);
  if (shape.includes('?')) return undefined;
  if (mnemonic === 'push') return decoded.operandSize === 64 ? formOf('push', 64, shape) : undefined;
  if (mnemonic === 'pop') return decoded.operandSize === 64 && shape === 'r' ? formOf('pop', 64, 'r') : undefined;
  if (mnemonic === 'leave') return decoded.operandSize === 64 ? formOf('leave', 64) : undefined;
  if (ARITHMETIC.has(mnemonic)) return formOf(mnemonic, size, shape);
  if (mnemonic === 'cbw' || mnemonic === 'cwd') return decoded.operandSize >= 32 ? formOf(mnemonic, decoded.operandSize) : undefined;
  if (mnemonic === 'not' || mnemonic === 'neg') return formOf(mnemonic, size, shape);
  if (mnemonic === 'inc' || mnemonic === 'dec') return size >= 32 ? formOf(mnemonic, size, shape) : undefined;
  if (mnemonic === 'div' || mnemonic === 'idiv') return size >= 32 ? formOf(mnemonic, size, shape) : undefined;
  const cc = CMOV.get(mnemonic) ?? SET.get(mnemonic);
  // One CPU at a time: a locked access is like any other, but for its cost.
  if (mnemonic === 'xadd' || mnemonic === 'cmpxchg') return size >= 32 && shape === 'mr' ? formOf(mnemonic, size, shape) : undefined;
  if (cc !== undefined) {
    return mnemonic[0] === 's' ? formOf('set', 8, shape, 0, cc) : size >= 32 ? formOf('cmov', size, shape, 0, cc) : undefined;
  }
  if (mnemonic === 'mov') return formOf('mov', size, shape);
  if (mnemonic === 'lea') return size >= 32 ? formOf('lea', size, shape) : undefined;
  if (SHIFTS.has(mnemonic)) return size >= 32 && shape === 'rr' ? formOf(mnemonic, size, shape) : undefined;
  if (mnemonic === 'imul') return size >= 32 && operands.length > 1 ? formOf(`imul${operands.length}`, size, shape) : undefined;
  if (mnemonic === 'movzx' || mnemonic === 'movsx' || mnemonic === 'movsxd') {
    return size >= 32 ? formOf(mnemonic === 'movzx' ? 'movzx' : 'movsx', size, shape, sizeOf(second, 32)) : undefined;
  }
  return undefined;
}
