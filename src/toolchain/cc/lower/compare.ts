/** Comparisons: which operands, in which size, and the condition that tells the result. */
import { IMM, imm, inverse, MEM, REG, fitsInt32, type Condition, type Operand } from '../backend/ir.ts';
import type { BinaryOp, Expr, ExprWith } from '../tree.ts';
import { isSigned, VOLATILE } from '../types.ts';
import { address, isMemory, isTrivial } from './addresses.ts';
import { isBitField } from './bitfields.ts';
import { known } from './known.ts';
import { operand } from './loads.ts';
import { sizeOf, type Lowering, type Size } from './lowering.ts';

export function isComparison(op: BinaryOp): boolean {
  return op === '==' || op === '!=' || op === '<' || op === '>' || op === '<=' || op === '>=';
}

/** The flag that is the value of `e`, if one comparison gives it. */
export function simpleFlag(L: Lowering, e: Expr): Condition | null {
  if (e.kind === 'binary') return compare(L, e);
  if (e.kind === 'not') {
    const { e: inner } = e;
    if (inner.kind === 'and' || inner.kind === 'or' || inner.kind === 'not' || (inner.kind === 'cast' && inner.e.kind !== 'var')) return null;
    if (inner.kind === 'binary' && isComparison(inner.op)) return null;
    return test(L, inner, 'e');
  }
  return null;
}

const SIGNED: Record<string, Condition> = { '==': 'e', '!=': 'ne', '<': 'l', '>': 'g', '<=': 'le', '>=': 'ge' };
const UNSIGNED: Record<string, Condition> = { '==': 'e', '!=': 'ne', '<': 'b', '>': 'a', '<=': 'be', '>=': 'ae' };
const MIRRORED: Record<string, BinaryOp> = { '==': '==', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/** Emits the comparison; the result says which condition holds if it is true. */
export function compare(L: Lowering, e: ExprWith<'binary'>): Condition {
  let { op, l, r } = e;
  if (l.kind === 'const') {
    [l, r] = [r, l];
    op = MIRRORED[op]!;
  }
  const type = l.type;
  const signed = isSigned(type) && type.kind !== 'pointer';
  if (r.kind === 'const') {
    if (r.value === 0n && (op === '==' || op === '!=')) return test(L, l, op === '==' ? 'e' : 'ne');
    const narrow = narrowCompare(L, op, l, r.value);
    if (narrow) return narrow;
    if (r.value === 0n && signed && (op === '<' || op === '>=')) {
      const size = sizeOf(type);
      const a = L.inReg(L.value(l), size);
      L.emit('test', size, a, a);
      return op === '<' ? 's' : 'ns';
    }
  }
  const size = sizeOf(type);
  let a: Operand;
  let b: Operand;
  if (isTrivial(r)) {
    b = L.encodable(L.value(r), size);
    a = operand(L, l, size);
    if (b.kind === MEM && a.kind === MEM) b = L.inReg(b, size);
    if (a.kind === IMM && b.kind === REG && !a.symbol) {
      L.emit('cmp', size, L.encodable(a, size), b);
      return (signed ? SIGNED : UNSIGNED)[MIRRORED[op]!]!;
    }
    if (a.kind === IMM) a = L.inReg(a, size);
  } else {
    a = L.inReg(L.value(l), size);
    b = operand(L, r, size);
  }
  L.emit('cmp', size, b, a);
  return (signed ? SIGNED : UNSIGNED)[op]!;
}

/** A char or short in memory against a constant that it can hold: compared there. */
function narrowCompare(L: Lowering, op: BinaryOp, l: Expr, v: bigint): Condition | null {
  const m = narrowMemory(L, l);
  if (!m) return null;
  const size = m.type.size;
  const signed = isSigned(m.type);
  const low = signed ? -(1n << BigInt(size * 8 - 1)) : 0n;
  const high = signed ? (1n << BigInt(size * 8 - 1)) - 1n : (1n << BigInt(size * 8)) - 1n;
  if (v < low || v > high) return null;
  const at = address(L, m);
  L.emit('cmp', size as Size, imm(BigInt.asIntN(size * 8, v)), at);
  return (signed ? SIGNED : UNSIGNED)[op]!;
}

/** An lvalue in memory of 1 or 2 bytes that `e` extends without changing its value. */
function narrowMemory(L: Lowering, e: Expr): Expr | null {
  let x = e;
  while (x.kind === 'cast' && x.type.isInteger && x.e.type.isInteger && x.type.kind !== 'bool' && x.type.size > x.e.type.size) x = x.e;
  if (x === e || x.type.size > 2) return null;
  if ((x.kind !== 'deref' && x.kind !== 'member' && x.kind !== 'var') || isBitField(x) || !isMemory(L, x)) return null;
  // unsigned long from a signed char: a negative value would become huge.
  if (isSigned(x.type) && !isSigned(e.type)) return null;
  return x;
}

/** Compares with zero: 'e' or 'ne' is returned as asked. */
export function test(L: Lowering, e0: Expr, condition: 'e' | 'ne'): Condition {
  let e = e0;
  while (e.kind === 'cast' && e.type.kind !== 'bool' && e.e.type.isScalar && e.type.size >= e.e.type.size && !isBitField(e.e)) e = e.e;
  if (e.kind === 'cast' && e.type.isInteger && e.type.kind !== 'bool' && e.e.kind === 'binary' && e.e.op === '&') {
    // The mask keeps nothing that the conversion would cut off.
    const mask = known(L, e.e.r);
    if (mask !== null && mask > 0n && mask < 1n << BigInt(e.type.size * 8)) e = e.e;
  }
  if (e.kind === 'binary' && isComparison(e.op)) {
    // (a < b) != 0
    const c = compare(L, e);
    return condition === 'ne' ? c : inverse(c);
  }
  const size = sizeOf(e.type);
  if (e.kind === 'binary' && e.op === '&') {
    let { l, r } = e;
    if (l.kind === 'const') [l, r] = [r, l];
    const constant = known(L, r);
    if (constant !== null) {
      let mask = BigInt.asUintN(size * 8, constant);
      while (l.kind === 'cast' && l.type.kind !== 'bool' && l.type.size >= l.e.type.size && l.e.type.isScalar && !isBitField(l.e) &&
        (l.type.size === l.e.type.size || mask < 1n << BigInt(l.e.type.size * 8 - 1))) l = l.e;
      const shift = l.kind === 'binary' && l.op === '>>' ? known(L, l.r) : null;
      if (l.kind === 'binary' && shift !== null && shift >= 0n && shift < 31n && mask << shift <= 0x7fff_ffffn) {
        // (flags >> 3) & 1 asks for bit 3.
        mask <<= shift;
        l = l.l;
      }
      const inMemory = (l.kind === 'deref' || l.kind === 'member' || l.kind === 'var') && !isBitField(l) && isMemory(L, l);
      const small: Size = mask <= 0x7fn && !(l.type.quals & VOLATILE) ? 1 : mask <= 0x7fff_ffffn && l.type.size >= 4 ? 4 : (l.type.size as Size);
      if (inMemory && (small < 8 || fitsInt32(BigInt.asIntN(64, mask)))) {
        L.emit('test', small, imm(BigInt.asIntN(small * 8, mask)), address(L, l));
        return condition;
      }
      if (mask <= 0xffff_ffffn || fitsInt32(BigInt.asIntN(64, mask))) {
        const a = L.inReg(L.value(l), size);
        const s: Size = mask <= 0x7fn ? 1 : mask <= 0xffff_ffffn ? 4 : size;
        L.emit('test', s, imm(BigInt.asIntN(s * 8, mask)), a);
        return condition;
      }
    }
    const a = L.inReg(L.value(l), size);
    const b = operand(L, r, size);
    L.emit('test', size, b.kind === MEM ? a : b, b.kind === MEM ? b : a);
    return condition;
  }
  if ((e.kind === 'deref' || e.kind === 'member' || e.kind === 'var') && !isBitField(e) && isMemory(L, e)) {
    const at = address(L, e);
    L.emit('cmp', e.type.isScalar ? (e.type.size as Size) : size, imm(0), at);
    return condition;
  }
  const a = L.inReg(L.value(e), size);
  L.emit('test', size, a, a);
  return condition;
}

/** Without conversions that do not change whether it is zero. */
export function strip(e: Expr): Expr {
  let x = e;
  while (x.kind === 'cast' && x.e.type.isScalar && !isBitField(x.e) && (x.type.kind === 'bool' || x.type.size >= x.e.type.size || isLogical(x.e))) x = x.e;
  return x;
}

/** Is the value 0 or 1, and better asked for by a jump? */
export function isLogical(e: Expr): boolean {
  const x = strip(e);
  return x.kind === 'and' || x.kind === 'or' || x.kind === 'not' || (x.kind === 'binary' && isComparison(x.op));
}
