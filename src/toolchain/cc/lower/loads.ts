/** From memory to registers, and extending values. */
import type { Operand } from '../backend/ir.ts';
import type { Expr } from '../tree.ts';
import { isSigned, type Type } from '../types.ts';
import { address, isMemory } from './addresses.ts';
import { isBitField } from './bitfields.ts';
import type { Lowering, Size } from './lowering.ts';

/** From memory into a new register, extended to 32 bits. */
export function load(L: Lowering, at: Operand, type: Type): Operand {
  const t = L.temp(type.size);
  loadInto(L, at, type, t, type.size === 8 ? 8 : 4);
  return t;
}

export function loadInto(L: Lowering, at: Operand, type: Type, to: Operand, size: 4 | 8): void {
  if (type.size < size) extend(L, at, to, type.size as Size, size, isSigned(type));
  else L.emit('mov', size, at, to);
  L.zeroExtended[to.reg] = size === 4;
}

/** to = from extended from `fromSize` to `size` bytes. */
export function extend(L: Lowering, from: Operand, to: Operand, fromSize: Size, size: 4 | 8, signed: boolean): void {
  const insn = L.emit(signed ? 'sx' : 'zx', size, from, to);
  insn.srcSize = fromSize;
}

/** For use as the source of one instruction that follows at once: may be memory. */
export function operand(L: Lowering, e: Expr, size: Size): Operand {
  if (size >= 4 && (e.kind === 'var' || e.kind === 'deref' || e.kind === 'member') && e.type.size === size && !isBitField(e) && isMemory(L, e))
    return address(L, e);
  if (e.kind === 'cast' && e.type.size === e.e.type.size && e.type.kind !== 'bool' && e.e.type.kind !== 'bool' && !isBitField(e.e))
    return operand(L, e.e, size);
  return L.encodable(L.value(e), size);
}
