/** Reading and writing bit-fields: one access of the unit that holds the field, shifts and masks. */
import { IMM, imm, type Operand } from '../backend/ir.ts';
import type { Expr } from '../tree.ts';
import { isSigned, type Field, type Type } from '../types.ts';
import type { Lowering, Size } from './lowering.ts';

export function isBitField(e: Expr): boolean {
  return e.kind === 'member' && e.field.bitWidth >= 0;
}

/** `at` is the address of the access unit. */
export function bitFieldValue(L: Lowering, at: Operand, field: Field, type: Type): Operand {
  const size: 4 | 8 = field.unit === 8 || type.size === 8 ? 8 : 4;
  const t = L.temp(size);
  const signed = isSigned(type);
  const bits = size * 8;
  if (field.bitOffset === 0 && field.bitWidth === field.unit * 8) {
    if (field.unit < size) L.emit(signed ? 'sx' : 'zx', size, at, t).srcSize = field.unit as Size;
    else L.emit('mov', size, at, t);
    return t;
  }
  if (field.unit < size) L.emit('zx', size, at, t).srcSize = field.unit as Size;
  else L.emit('mov', size, at, t);
  if (signed) {
    const left = bits - field.bitOffset - field.bitWidth;
    if (left) L.emit('shl', size, imm(left), t);
    L.emit('sar', size, imm(bits - field.bitWidth), t);
    return t;
  }
  if (field.bitOffset) L.emit('shr', size, imm(field.bitOffset), t);
  if (field.bitOffset + field.bitWidth < field.unit * 8) {
    const mask = (1n << BigInt(field.bitWidth)) - 1n;
    L.emit('and', size, L.encodable(imm(mask), size), t);
  }
  return t;
}

/** Stores the low bits of `v`; the result is the value as the field now reads. */
export function storeBitField(L: Lowering, at: Operand, field: Field, v: Operand, type: Type, wanted: boolean): Operand {
  const unit = field.unit as Size;
  if (field.bitOffset === 0 && field.bitWidth === unit * 8) {
    L.move(v, at, unit);
    return wanted ? bitFieldValue(L, at, field, type) : v;
  }
  const size: 4 | 8 = unit === 8 ? 8 : 4;
  const mask = (1n << BigInt(field.bitWidth)) - 1n;
  const clear = BigInt.asIntN(64, ~(mask << BigInt(field.bitOffset)));
  if (v.kind === IMM) {
    const bits = (v.value & mask) << BigInt(field.bitOffset);
    // All ones or all zeroes: one instruction on memory.
    const s = unit;
    const setBits = BigInt.asIntN(s * 8, bits);
    const clearBits = BigInt.asIntN(s * 8, clear);
    const small = (x: bigint): boolean => x >= -0x8000_0000n && x <= 0x7fff_ffffn;
    if (bits !== mask << BigInt(field.bitOffset)) {
      if (small(clearBits)) L.emit('and', s, imm(clearBits), at);
      else L.emit('and', s, L.inReg(imm(clearBits), 8), at);
    }
    if (bits !== 0n) {
      if (small(setBits)) L.emit('or', s, imm(setBits), at);
      else L.emit('or', s, L.inReg(imm(setBits), 8), at);
    }
    const read = isSigned(type) ? BigInt.asIntN(field.bitWidth, v.value) : BigInt.asUintN(field.bitWidth, v.value);
    return imm(read);
  }
  const field0 = L.temp(size);
  L.move(v, field0, size);
  if (size === 8) L.code.width[field0.reg] = 8;
  L.emit('and', size, L.encodable(imm(mask), size), field0);
  if (field.bitOffset) L.emit('shl', size, imm(field.bitOffset), field0);
  const whole = L.temp(size);
  if (unit < size) L.emit('zx', size, at, whole).srcSize = unit;
  else L.emit('mov', size, at, whole);
  L.emit('and', size, L.encodable(imm(size === 4 ? BigInt.asIntN(32, clear) : clear), size), whole);
  L.emit('or', size, field0, whole);
  L.emit('mov', unit, whole, at);
  return wanted ? bitFieldValue(L, at, field, type) : v;
}
