/** Assignments, ++ and --. */
import { IMM, imm, type Op, type Operand } from '../backend/ir.ts';
import { BOL, Token } from '../preprocess/tokens.ts';
import { Variable, type BinaryOp, type Expr, type ExprWith } from '../tree.ts';
import { INT, isSigned, scalarOf, VOLATILE, type Type } from '../types.ts';
import { assignAggregate } from './aggregates.ts';
import { address, isMemory, isTrivial, registerOf } from './addresses.ts';
import { bitFieldValue, isBitField, storeBitField } from './bitfields.ts';
import { sizeOf, type Lowering, type Size } from './lowering.ts';
import { extend, load } from './loads.ts';
import { apply, shift } from './values.ts';

/** The new value (for postfix the old one); null for structs. */
export function assign(L: Lowering, e: Expr, wanted = true): Operand | null {
  if (e.kind === 'assign') return plain(L, e, wanted);
  if (e.kind === 'opassign') return compound(L, e, wanted);
  return step(L, e as ExprWith<'step'>, wanted);
}

/** What a store keeps of a value: casts that only cut off high bits need no instruction. */
function storable(e: Expr, size: number): Expr {
  let x = e;
  while (x.kind === 'cast' && x.type.isScalar && x.type.kind !== 'bool' && x.e.type.isScalar && x.e.type.kind !== 'bool' && x.type.size >= size &&
    x.e.type.size >= size && !isBitField(x.e)) x = x.e;
  return x;
}

function plain(L: Lowering, e: ExprWith<'assign'>, wanted: boolean): Operand | null {
  const type = scalarOf(e.l.type);
  if (!type) {
    assignAggregate(L, e);
    return null;
  }
  const size = sizeOf(type);
  const register = registerOf(L, e.l);
  if (register) {
    const v = L.value(e.r);
    L.emit('mov', size === 8 ? 8 : 4, v, register);
    return register;
  }
  if (isBitField(e.l)) {
    const v = L.value(e.r);
    const at = address(L, e.l);
    return storeBitField(L, at, (e.l as ExprWith<'member'>).field, v, e.l.type, wanted);
  }
  const source = wanted ? e.r : storable(e.r, size);
  const full = L.value(source);
  const v = storeOperand(L, full, size);
  L.emit('mov', size, v, address(L, e.l));
  // The constant as it is stored says nothing about its sign.
  return full.kind === IMM && size < 4 ? full : v;
}

function storeOperand(L: Lowering, v: Operand, size: Size): Operand {
  if (v.kind !== IMM) return v;
  if (v.symbol) return size === 8 ? v : L.inReg(v, 8);
  const n = BigInt.asIntN(size * 8, v.value);
  return n === v.value ? L.encodable(v, size) : L.encodable(imm(n), size);
}

const ALU: Partial<Record<BinaryOp, Op>> = { '+': 'add', '-': 'sub', '&': 'and', '|': 'or', '^': 'xor' };

/** Operations whose low bits depend only on the operands' low bits, so that they work in the width of the target. */
function compound(L: Lowering, e: ExprWith<'opassign'>, wanted: boolean): Operand {
  const type = scalarOf(e.l.type)!;
  const size = sizeOf(type);
  const alu = ALU[e.op];
  const register = registerOf(L, e.l);
  const narrow = type.size < 4 || type.kind === 'bool';
  if (e.scale) {
    const amount: Expr = e.scale === 1 ? e.r
      : e.r.kind === 'const' ? { ...e.r, value: BigInt.asIntN(64, e.r.value) * BigInt(e.scale) }
        : { kind: 'binary', type: e.r.type, at: e.at, op: '*', l: e.r, r: { kind: 'const', type: e.r.type, at: e.at, value: BigInt(e.scale) } };
    return inPlace(L, alu!, 8, amount, e.l, register, wanted, type);
  }
  const sameWidth = !narrow && (type.size === e.compute.size || alu !== undefined) && !(e.op === '/' || e.op === '%');
  if (alu && (sameWidth || (type.kind !== 'bool' && !register)) && !isBitField(e.l)) {
    return inPlace(L, alu, size, storable(e.r, size), e.l, register, wanted, type);
  }
  if ((e.op === '<<' || e.op === '>>') && type.size === e.compute.size && !narrow && isSigned(type) === isSigned(e.compute) && !isBitField(e.l)) {
    const op: Op = e.op === '<<' ? 'shl' : isSigned(type) ? 'sar' : 'shr';
    const count = L.value(e.r);
    if (register) {
      shift(L, op, size, count, register);
      L.zeroExtended[register.reg] = false;
      return register;
    }
    const at = address(L, e.l);
    shift(L, op, size, count, at);
    return wanted ? load(L, at, type) : imm(0);
  }
  // The general way: read, convert, operate, convert back, write.
  if (register) {
    const old = converted(L, register, type, e.compute);
    const result = apply(L, e.op, old, e.r, e.compute);
    L.emit('mov', size === 8 ? 8 : 4, converted(L, result, e.compute, type), register);
    return register;
  }
  const trivial = isTrivial(e.r) || e.r.kind === 'const';
  const r: Expr = trivial ? e.r : evaluated(L, e.r);
  const at = address(L, e.l);
  const field = isBitField(e.l) ? (e.l as ExprWith<'member'>).field : null;
  const old = field ? bitFieldValue(L, at, field, type) : load(L, at, type);
  const result = converted(L, apply(L, e.op, converted(L, old, type, e.compute), r, e.compute), e.compute, type);
  if (field) return storeBitField(L, at, field, result, type, wanted);
  L.move(result, at, size);
  return result;
}

/** A value computed now, standing in for an expression. */
function evaluated(L: Lowering, e: Expr): Expr {
  const v = L.value(e);
  if (v.kind === IMM && !v.symbol) return { kind: 'const', type: e.type, at: e.at, value: v.value };
  const t = L.temp(e.type.size);
  L.move(v, t, e.type.size);
  const variable = new TemporaryVariable(e.type);
  L.named[t.reg] = true;
  L.frame.bindings.set(variable, t);
  return { kind: 'var', type: e.type, at: e.at, v: variable };
}

const NOWHERE = new Token(0, '', null, { path: '', text: '' }, 0, 0, BOL);
class TemporaryVariable extends Variable {
  constructor(type: Type) {
    super('', type, 'local', NOWHERE);
  }
}

function inPlace(L: Lowering, op: Op, size: Size, r: Expr, l: Expr, register: Operand | null, wanted: boolean, type: Type): Operand {
  if (register) {
    if (r.kind === 'const') {
      const v = BigInt.asIntN(size * 8, r.value);
      if (v < 0n && v > -0x8000_0000n && (op === 'add' || op === 'sub')) L.emit(op === 'add' ? 'sub' : 'add', size, imm(-v), register);
      else L.emit(op, size, L.encodable(imm(v), size), register);
      return register;
    }
    const source = isMemory(L, r) && r.type.size === size && !isBitField(r) && (r.kind === 'deref' || r.kind === 'member' || r.kind === 'var') ? address(L, r)
      : L.encodable(L.value(r), size);
    L.emit(op, size, source, register);
    return register;
  }
  const v = storeOperand(L, L.value(r), size);
  const at = address(L, l);
  if (wanted && !(l.type.quals & VOLATILE)) {
    // The value is used: operate in a register and store it.
    const t = load(L, at, type);
    L.emit(op, size >= 4 ? size : 4, v, t);
    L.emit('mov', size, t, at);
    return size >= 4 ? t : narrowed(L, t, type);
  }
  if (v.kind === IMM && v.value < 0n && v.value > -0x8000_0000n && !v.symbol && (op === 'add' || op === 'sub'))
    L.emit(op === 'add' ? 'sub' : 'add', size, imm(-v.value), at);
  else L.emit(op, size, v, at);
  return wanted ? load(L, at, type) : v;
}

function narrowed(L: Lowering, v: Operand, type: Type): Operand {
  const t = L.temp(4);
  extend(L, v, t, type.size as Size, 4, isSigned(type));
  L.zeroExtended[t.reg] = true;
  return t;
}

/** Between integer types, on a value that is in a register already. */
function converted(L: Lowering, v: Operand, from: Type, to: Type): Operand {
  if (to.kind === 'bool') {
    if (from.kind === 'bool') return v;
    const r = L.inReg(v, from.size);
    L.emit('test', from.size === 8 ? 8 : 4, r, r);
    const t = L.temp(4);
    L.emit('set', 1, null, t).condition = 'ne';
    extend(L, t, t, 1, 4, false);
    return t;
  }
  if (v.kind === IMM && !v.symbol) {
    const n = isSigned(to) ? BigInt.asIntN(to.size * 8, v.value) : BigInt.asUintN(to.size * 8, v.value);
    return imm(BigInt.asIntN(to.size === 8 ? 64 : 32, n));
  }
  if (to.size === 8 && from.size < 8) {
    const t = L.temp(8);
    extend(L, L.inReg(v, 4), t, 4, 8, isSigned(from));
    return t;
  }
  if (to.size < 4 && (from.size > to.size || isSigned(from) !== isSigned(to))) return narrowed(L, L.inReg(v, 4), to);
  return v;
}

function step(L: Lowering, e: ExprWith<'step'>, wanted: boolean): Operand {
  const type = scalarOf(e.type)!;
  const size = sizeOf(type);
  const op: Op = e.delta < 0n ? 'sub' : 'add';
  const by = imm(e.delta < 0n ? -e.delta : e.delta);
  const register = registerOf(L, e.e);
  const narrow = type.size < 4;
  if (register) {
    let old = register;
    if (e.postfix && wanted) {
      old = L.temp(size);
      L.move(register, old, size);
    }
    if (narrow) {
      const t = L.temp(4);
      L.move(register, t, 4);
      L.emit(op, 4, by, t);
      L.emit('mov', 4, converted(L, t, arithmeticType(type), type), register);
    } else L.emit(op, size, L.encodable(by, size), register);
    return old;
  }
  const field = isBitField(e.e) ? (e.e as ExprWith<'member'>).field : null;
  const at = address(L, e.e);
  if (!wanted && !field && type.kind !== 'bool') {
    L.emit(op, size, L.encodable(by, size), at);
    return by;
  }
  const old = field ? bitFieldValue(L, at, field, type) : load(L, at, type);
  const t = L.temp(size);
  L.move(old, t, size);
  L.emit(op, size >= 4 ? size : 4, L.encodable(by, size), t);
  const result = narrow ? converted(L, t, arithmeticType(type), type) : t;
  if (field) {
    const now = storeBitField(L, at, field, result, type, wanted && !e.postfix);
    return e.postfix ? old : now;
  }
  L.emit('mov', size, result, at);
  return e.postfix ? old : result;
}

/** Arithmetic on a narrow type happens in int. */
function arithmeticType(type: Type): Type {
  return type.size < 4 ? INT : type;
}
