/**
 * Scalar expressions. The result is an immediate or a register; a register of a variable must not be written.
 */
import { IMM, imm, MEM, Operand, REG, reg, RSP, RBP, fitsInt32, RAX, RDX, RCX, type Op } from '../backend/ir.ts';
import type { BinaryOp, Expr, ExprWith } from '../tree.ts';
import { isSigned, scalarOf, VOLATILE, type Type } from '../types.ts';
import { address, addressValue, isMemory, isTrivial, pointer, registerOf } from './addresses.ts';
import { bitFieldValue, isBitField } from './bitfields.ts';
import { isComparison, isLogical, simpleFlag } from './compare.ts';
import { known } from './known.ts';
import { extend, load, operand } from './loads.ts';
import { addressedBlock, sizeOf, type Lowering, type Size } from './lowering.ts';

export function value(L: Lowering, e: Expr): Operand {
  if (L.frame.parent && e.type.isInteger && (e.kind === 'binary' || e.kind === 'cast' || e.kind === 'cond' || e.kind === 'neg' || e.kind === 'compl' ||
    e.kind === 'not')) {
    const v = known(L, e);
    if (v !== null) return imm(e.type.size === 8 ? BigInt.asIntN(64, v) : BigInt.asIntN(32, v));
  }
  switch (e.kind) {
    case 'const': return imm(e.type.size === 8 ? BigInt.asIntN(64, e.value) : BigInt.asIntN(32, e.value));
    case 'var': case 'deref': case 'member': return read(L, e);
    case 'string': return addressValue(L, address(L, e));
    case 'compound': return compound(L, e);
    case 'addr': return addressValue(L, address(L, e.e));
    case 'labeladdr': {
      addressedBlock(L, e.label);
      return imm(0, e.label.symbol);
    }
    case 'neg': case 'compl': {
      const size = sizeOf(e.type);
      const t = L.own(value(L, e.e), size);
      L.emit(e.kind === 'neg' ? 'neg' : 'not', size, null, t);
      L.zeroExtended[t.reg] = size === 4;
      return t;
    }
    case 'not': case 'and': case 'or': return truthValue(L, e);
    case 'binary': return e.type.kind === 'int' && isComparison(e.op) ? truthValue(L, e) : arithmetic(L, e.op, e.l, e.r, e.type);
    case 'padd': return pointerSum(L, e);
    case 'pdiff': return difference(L, e);
    case 'assign': case 'opassign': case 'step': return L.rules.assign(L, e)!;
    case 'cond': return conditional(L, e);
    case 'comma': L.effect(e.l); return value(L, e.r);
    case 'cast': return convert(L, e);
    case 'call': return L.rules.call(L, e, null)!;
    case 'block': {
      for (const s of e.body) L.statement(s);
      return e.value ? value(L, e.value) : imm(0);
    }
    case 'builtin': return L.rules.builtin(L, e, null)!;
  }
}

function compound(L: Lowering, e: ExprWith<'compound'>): Operand {
  // A struct of one scalar needs no memory.
  if (e.init.elements.length === 1 && e.init.elements[0]!.type.isScalar) return value(L, e.init.elements[0]!.value);
  if (e.init.elements.length === 0) return imm(0);
  return load(L, address(L, e), scalarOf(e.type)!);
}

function read(L: Lowering, e: Expr): Operand {
  if (e.kind === 'var' && e.v.kind === 'global' && e.v.register) {
    const r = e.v.register === 'rsp' ? RSP : RBP;
    const t = L.temp(8);
    L.emit('mov', 8, reg(r), t);
    return t;
  }
  if (e.kind === 'member' && !isMemory(L, e)) {
    const r = registerOf(L, e);
    if (r) return r;
    if (scalarOf(e.e.type) && e.field.bitWidth < 0) return value(L, e.e);
    // A member of a struct that a call returned.
    const at = address(L, e);
    return isBitField(e) ? bitFieldValue(L, at, e.field, e.type) : load(L, at, scalarOf(e.type)!);
  }
  const r = registerOf(L, e);
  if (r) return r;
  const at = address(L, e);
  if (isBitField(e)) return bitFieldValue(L, at, (e as ExprWith<'member'>).field, e.type);
  return load(L, at, scalarOf(e.type)!);
}

const ALU: Partial<Record<BinaryOp, Op>> = { '+': 'add', '-': 'sub', '&': 'and', '|': 'or', '^': 'xor' };
const COMMUTATIVE = new Set<BinaryOp>(['+', '*', '&', '|', '^']);

export function arithmetic(L: Lowering, op: BinaryOp, l0: Expr, r0: Expr, type: Type): Operand {
  let l = l0;
  let r = r0;
  const size = sizeOf(type);
  if (COMMUTATIVE.has(op) && (l.kind === 'const' || (isMemory(L, l) && !isMemory(L, r) && !isTrivial(r) && noEffects(l) && noEffects(r)))) [l, r] = [r, l];
  if (op === '+' && size === 8 && (l.kind === 'padd' || l.kind === 'addr')) {
    // Address arithmetic on integers.
    return addressValue(L, pointer(L, { kind: 'binary', op, l, r, type, at: l.at }));
  }
  const a = value(L, l);
  return apply(L, op, a, r, type);
}

/** Neither calls nor assignments inside, so that the order of evaluation does not matter. */
export function noEffects(e: Expr): boolean {
  switch (e.kind) {
    case 'const': case 'string': case 'labeladdr': return true;
    case 'var': return !(e.type.quals & VOLATILE);
    case 'deref': return !(e.type.quals & VOLATILE) && noEffects(e.e);
    case 'member': case 'addr': case 'cast': case 'neg': case 'compl': case 'not': return noEffects(e.e);
    case 'binary': case 'padd': case 'pdiff': case 'and': case 'or': return noEffects(e.l) && noEffects(e.r);
    case 'cond': return noEffects(e.c) && noEffects(e.t) && noEffects(e.f);
    default: return false;
  }
}

/** a op r, in a register that may be overwritten (or an operand unchanged where nothing is to do). */
export function apply(L: Lowering, op: BinaryOp, a: Operand, r: Expr, type: Type): Operand {
  const size = sizeOf(type);
  const signed = isSigned(type);
  const constant = known(L, r);
  if (constant !== null) {
    const done = byConstant(L, op, a, BigInt.asIntN(64, constant), size, signed);
    if (done) return done;
  }
  if (op === '<<' || op === '>>') {
    const count = value(L, r);
    const t = L.own(a, size);
    shift(L, op === '<<' ? 'shl' : signed ? 'sar' : 'shr', size, count, t);
    return t;
  }
  if (op === '/' || op === '%') return divide(L, op, a, value(L, r), size, signed);
  if (op === '*') {
    const b = operand(L, r, size);
    const t = L.own(a, size);
    if (b.kind === IMM) multiplyBy(L, t, b, size);
    else L.emit('imul', size, b, t);
    L.zeroExtended[t.reg] = size === 4;
    return t;
  }
  const b = operand(L, r, size);
  const t = L.own(a, size);
  L.emit(ALU[op]!, size, b, t);
  L.zeroExtended[t.reg] = size === 4;
  return t;
}

function multiplyBy(L: Lowering, t: Operand, b: Operand, size: Size): void {
  const insn = L.emit('imul3', size, t, t);
  insn.factor = b.value;
}

export function shift(L: Lowering, op: Op, size: Size, count: Operand, t: Operand): void {
  if (count.kind === IMM) L.emit(op, size, imm(count.value & 63n), t);
  else {
    const c = L.inReg(count, 4);
    L.emit('mov', 4, c, reg(RCX));
    L.emit(op, size, reg(RCX), t);
  }
  if (t.kind === REG) L.zeroExtended[t.reg] = size === 4;
}

export function divide(L: Lowering, op: '/' | '%', a: Operand, b0: Operand, size: Size, signed: boolean): Operand {
  const b = L.inReg(b0, size);
  L.emit('mov', size, a, reg(RAX));
  if (signed) {
    const insn = L.emit('cqo', size, null, null);
    insn.uses = [RAX];
    insn.defs = [RDX];
  } else L.emit('mov', 4, imm(0), reg(RDX));
  const insn = L.emit(signed ? 'idiv' : 'div', size, b, null);
  insn.uses = [RAX, RDX];
  insn.defs = [RAX, RDX];
  const t = L.temp(size);
  L.emit('mov', size, reg(op === '/' ? RAX : RDX), t);
  return t;
}

function powerOfTwo(v: bigint): number {
  if (v <= 0n || (v & (v - 1n)) !== 0n) return -1;
  return v.toString(2).length - 1;
}

function byConstant(L: Lowering, op: BinaryOp, a: Operand, v0: bigint, size: Size, signed: boolean): Operand | null {
  const bits = size * 8;
  const v = op === '<<' || op === '>>' ? v0 : BigInt.asIntN(bits, v0);
  const step = (name: Op, by: bigint): Operand => {
    const t = L.own(a, size);
    L.emit(name, size, L.encodable(imm(by), size), t);
    L.zeroExtended[t.reg] = size === 4;
    return t;
  };
  switch (op) {
    case '+': return v === 0n ? a : v === -0x8000_0000n || !fitsInt32(v) ? null : v < 0n ? step('sub', -v) : step('add', v);
    case '-': return v === 0n ? a : !fitsInt32(-v) || !fitsInt32(v) ? null : v < 0n ? step('add', -v) : step('sub', v);
    case '|': case '^': return v === 0n ? a : null;
    case '&':
      if (v === -1n) return a;
      if (size === 8 && v0 === 0xffff_ffffn) {
        const t = L.temp(8);
        extend(L, a.kind === REG ? a : L.inReg(a, 8), t, 4, 8, false);
        return t;
      }
      if (v === 0xffn || v === 0xffffn) {
        const t = L.temp(size);
        extend(L, L.inReg(a, size), t, v === 0xffn ? 1 : 2, 4, false);
        if (size === 8) L.code.width[t.reg] = 8;
        L.zeroExtended[t.reg] = true;
        return t;
      }
      // A 64-bit mask without high bits: the 32-bit form clears them.
      if (size === 8 && v > 0x7fff_ffffn && v <= 0xffff_ffffn) return null;
      return null;
    case '*': {
      if (v === 0n) return imm(0);
      if (v === 1n) return a;
      const n = powerOfTwo(v);
      if (n > 0) return step('shl', BigInt(n));
      if (!fitsInt32(v)) return null;
      const src = L.inReg(a, size);
      const t = L.temp(size);
      if (v === 3n || v === 5n || v === 9n) {
        const m = new Operand(MEM);
        m.base = m.index = src.reg;
        m.scale = Number(v - 1n) as 2 | 4 | 8;
        L.emit('lea', size, m, t);
      } else L.emit('imul3', size, src, t).factor = v;
      L.zeroExtended[t.reg] = size === 4;
      return t;
    }
    case '/': {
      if (v === 1n) return a;
      const n = powerOfTwo(signed ? v : BigInt.asUintN(bits, v));
      if (n < 1) return null;
      if (!signed) return step('shr', BigInt(n));
      const t = L.own(biased(L, a, n, size), size);
      L.emit('sar', size, imm(n), t);
      return t;
    }
    case '%': {
      const n = powerOfTwo(signed ? v : BigInt.asUintN(bits, v));
      if (n < 0) return null;
      if (n === 0) return imm(0);
      if (!signed) {
        const mask = (1n << BigInt(n)) - 1n;
        return byConstant(L, '&', a, mask, size, false) ?? step('and', mask);
      }
      // a - (a rounded towards zero to a multiple).
      const whole = L.inReg(a, size);
      const t = L.own(biased(L, whole, n, size), size);
      L.emit('and', size, L.encodable(imm(-(1n << BigInt(n))), size), t);
      const out = L.temp(size);
      L.move(whole, out, size);
      L.emit('sub', size, t, out);
      return out;
    }
    case '<<': case '>>': return v === 0n ? a : v > 0n && v < BigInt(bits) ? step(op === '<<' ? 'shl' : signed ? 'sar' : 'shr', v) : null;
    default: return null;
  }
}

/** a + (a < 0 ? 2^n - 1 : 0), so that an arithmetic shift rounds towards zero. */
function biased(L: Lowering, a: Operand, n: number, size: Size): Operand {
  const src = L.inReg(a, size);
  const t = L.temp(size);
  L.move(src, t, size);
  if (n > 1) L.emit('sar', size, imm(size * 8 - 1), t);
  L.emit('shr', size, imm(size * 8 - n), t);
  L.emit('add', size, src, t);
  return t;
}

function pointerSum(L: Lowering, e: ExprWith<'padd'>): Operand {
  if (e.minus && e.r.kind !== 'const') {
    const a = value(L, e.l);
    const n = value(L, e.r);
    const scaled = e.scale === 1 ? n : apply(L, '*', n, { kind: 'const', type: e.r.type, at: e.at, value: BigInt(e.scale) }, e.r.type);
    const t = L.own(a, 8);
    L.emit('sub', 8, L.encodable(scaled, 8), t);
    return t;
  }
  return addressValue(L, pointer(L, e));
}

function difference(L: Lowering, e: ExprWith<'pdiff'>): Operand {
  const a = value(L, e.l);
  const b = operand(L, e.r, 8);
  const t = L.own(a, 8);
  L.emit('sub', 8, b, t);
  if (e.scale === 1) return t;
  const n = powerOfTwo(BigInt(e.scale));
  if (n > 0) {
    // The difference is a whole number of elements.
    L.emit('sar', 8, imm(n), t);
    return t;
  }
  return divide(L, '/', t, imm(e.scale), 8, true);
}

/** 0 or 1. */
function truthValue(L: Lowering, e: Expr): Operand {
  const flag = simpleFlag(L, e);
  if (flag) {
    const t = L.temp(4);
    L.emit('set', 1, null, t).condition = flag;
    extend(L, t, t, 1, 4, false);
    L.zeroExtended[t.reg] = true;
    return t;
  }
  const yes = L.newBlock();
  const no = L.newBlock();
  const end = L.newBlock();
  const t = L.temp(4);
  L.condition(e, yes, no);
  L.start(yes);
  L.emit('mov', 4, imm(1), t);
  L.emit('jmp', 8, null, null).target = end;
  L.start(no);
  L.emit('mov', 4, imm(0), t);
  L.start(end);
  L.zeroExtended[t.reg] = true;
  return t;
}

function conditional(L: Lowering, e: ExprWith<'cond'>): Operand {
  const size = sizeOf(e.type);
  const yes = L.newBlock();
  const no = L.newBlock();
  const end = L.newBlock();
  const t = L.temp(size);
  L.condition(e.c, yes, no);
  L.start(yes);
  branchValue(L, e.t, t, size);
  L.emit('jmp', 8, null, null).target = end;
  L.start(no);
  branchValue(L, e.f, t, size);
  L.start(end);
  return t;
}

function branchValue(L: Lowering, e: Expr, t: Operand, size: Size): void {
  if (e.type.isVoid) L.effect(e);
  else L.emit('mov', size === 8 ? 8 : 4, value(L, e), t);
}

function convert(L: Lowering, e: ExprWith<'cast'>): Operand {
  const to = e.type;
  const inner = e.e;
  if (to.isVoid) {
    L.effect(inner);
    return imm(0);
  }
  const from = scalarOf(inner.type) ?? inner.type;
  if (to.kind === 'bool') {
    if (from.kind === 'bool') return value(L, inner);
    const zero: Expr = { kind: 'const', type: inner.type, at: e.at, value: 0n };
    return truthValue(L, { kind: 'binary', type: to, at: e.at, op: '!=', l: inner, r: zero });
  }
  const size: 4 | 8 = to.size === 8 ? 8 : 4;
  if (isLogical(inner) && inner.type.isInteger) {
    // 0 or 1 in every type.
    const v = value(L, inner);
    if (v.kind === IMM) return v;
    if (L.isTemp(v) && (size === 4 || L.zeroExtended[v.reg])) {
      if (size === 8) L.code.width[v.reg] = 8;
      return v;
    }
    return widen(L, v, inner.type, size);
  }
  const bitField = isBitField(inner);
  if (to.size < 4 && to.size > from.size && isSigned(from) && !isSigned(to)) {
    // signed char to unsigned short: extended with its sign, then cut to 16 bits.
    const t = L.temp(4);
    extend(L, L.inReg(value(L, inner), 4), t, to.size as Size, 4, false);
    L.zeroExtended[t.reg] = true;
    return t;
  }
  const inMemory = (inner.kind === 'deref' || inner.kind === 'member' || inner.kind === 'var') && !bitField && isMemory(L, inner);
  if (to.size > from.size || (to.size < 4 && to.size === from.size && isSigned(to) !== isSigned(from) && from.kind !== 'bool')) {
    const signed = to.size > from.size ? isSigned(from) : isSigned(to);
    if (bitField && to.size > from.size) return widen(L, value(L, inner), from, size);
    if (inMemory) {
      const t = L.temp(size);
      const at = address(L, inner);
      if (from.size === 4 && !signed) {
        L.emit('mov', 4, at, t);
      } else extend(L, at, t, from.size as Size, size, signed);
      L.zeroExtended[t.reg] = size === 4;
      return t;
    }
    if (to.size > from.size) return widen(L, value(L, inner), from, size);
    const t = L.temp(4);
    const v = value(L, inner);
    if (v.kind === IMM) return imm(wrap(v.value, to));
    extend(L, v, t, to.size as Size, 4, signed);
    L.zeroExtended[t.reg] = true;
    return t;
  }
  if (to.size < from.size) {
    if (inMemory && !(inner.type.quals & VOLATILE)) return load(L, address(L, inner), to.kind === 'enum' ? to.to : to);
    const v = value(L, inner);
    if (v.kind === IMM && !v.symbol) return imm(wrap(v.value, to));
    if (to.size >= 4) return v.kind === IMM ? L.inReg(v, 8) : v;
    const t = L.temp(4);
    extend(L, L.inReg(v, from.size), t, to.size as Size, 4, isSigned(to));
    L.zeroExtended[t.reg] = true;
    return t;
  }
  return value(L, inner);
}

function wrap(v: bigint, to: Type): bigint {
  return BigInt.asIntN(to.size === 8 ? 64 : 32, isSigned(to) ? BigInt.asIntN(to.size * 8, v) : BigInt.asUintN(to.size * 8, v));
}

/** A value of type `from` in a register, to 8 bytes (or to 4, where it already is). */
function widen(L: Lowering, v: Operand, from: Type, size: 4 | 8): Operand {
  if (v.kind === IMM) return v.symbol ? v : imm(isSigned(from) ? BigInt.asIntN(32, v.value) : BigInt.asUintN(32, v.value));
  if (size === 4) return v;
  if (!isSigned(from)) {
    // Instructions on 32-bit registers clear the upper half.
    if (L.isTemp(v) && L.zeroExtended[v.reg] && L.code.width[v.reg] === 4) {
      L.code.width[v.reg] = 8;
      return v;
    }
    const t = L.temp(8);
    extend(L, v, t, 4, 8, false);
    return t;
  }
  const t = L.temp(8);
  extend(L, v, t, 4, 8, true);
  return t;
}
