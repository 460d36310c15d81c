/** Structs, unions and arrays as values: copying, clearing, initialisers. */
import { imm, MEM, memory, RAX, RCX, RDI, RSI, reg, type Operand } from '../backend/ir.ts';
import { rootVariable, type Expr, type ExprWith, type Initializer } from '../tree.ts';
import { scalarOf, type Type } from '../types.ts';
import { address, lea } from './addresses.ts';
import { storeBitField } from './bitfields.ts';
import type { Lowering, Size } from './lowering.ts';

/** Up to here a copy is written out, above it is a rep movs. */
const UNROLLED_BYTES = 64;

function pieces(size: number): { offset: number; size: Size }[] {
  const out: { offset: number; size: Size }[] = [];
  let offset = 0;
  for (const piece of [8, 4, 2, 1] as const) {
    while (size - offset >= piece) {
      out.push({ offset, size: piece });
      offset += piece;
    }
  }
  return out;
}

export function copy(L: Lowering, from: Operand, to: Operand, size: number): void {
  if (size <= UNROLLED_BYTES) {
    for (const p of pieces(size)) {
      const t = L.temp(p.size);
      if (p.size < 4) L.emit('zx', 4, from.plus(p.offset), t).srcSize = p.size;
      else L.emit('mov', p.size, from.plus(p.offset), t);
      L.emit('mov', p.size, t, to.plus(p.offset));
    }
    return;
  }
  const source = lea(L, from);
  const target = lea(L, to);
  L.emit('mov', 8, source, reg(RSI));
  L.emit('mov', 8, target, reg(RDI));
  const unit: Size = size % 8 === 0 ? 8 : 1;
  L.emit('mov', size / unit > 0xffff_ffff ? 8 : 4, imm(size / unit), reg(RCX));
  const insn = L.emit('movs', unit, null, null);
  insn.uses = insn.defs = [RSI, RDI, RCX];
}

export function clear(L: Lowering, at: Operand, size: number): void {
  if (size <= UNROLLED_BYTES) {
    for (const p of pieces(size)) L.emit('mov', p.size, imm(0), at.plus(p.offset));
    return;
  }
  const target = lea(L, at);
  L.emit('mov', 8, target, reg(RDI));
  L.emit('mov', 4, imm(0), reg(RAX));
  const unit: Size = size % 8 === 0 ? 8 : 1;
  L.emit('mov', size / unit > 0xffff_ffff ? 8 : 4, imm(size / unit), reg(RCX));
  const insn = L.emit('stos', unit, null, null);
  insn.uses = [RDI, RCX, RAX];
  insn.defs = [RDI, RCX];
}

/** Evaluates a struct; to === null: only for what it does. */
export function aggregate(L: Lowering, e: Expr, to: Operand | null): void {
  const scalar = scalarOf(e.type);
  if (scalar) {
    const v = L.value(e);
    if (to) L.move(v, to, scalar.size);
    return;
  }
  switch (e.kind) {
    case 'call': L.rules.call(L, e, to ?? L.slotFor(e.type)); return;
    case 'builtin': L.rules.builtin(L, e, to ?? L.slotFor(e.type)); return;
    case 'comma': L.effect(e.l); aggregate(L, e.r, to); return;
    case 'cond': {
      const [yes, no, end] = [L.newBlock(), L.newBlock(), L.newBlock()];
      L.condition(e.c, yes, no);
      L.start(yes);
      aggregate(L, e.t, to);
      L.emit('jmp', 8, null, null).target = end;
      L.start(no);
      aggregate(L, e.f, to);
      L.start(end);
      return;
    }
    case 'assign': {
      const at = assignAggregate(L, e);
      if (to) copy(L, at, to, e.type.size);
      return;
    }
    case 'block':
      for (const s of e.body) L.statement(s);
      if (e.value) aggregate(L, e.value, to);
      return;
    case 'compound':
      // Not in place: the initialiser may read what is overwritten.
      if (to) copy(L, address(L, e), to, e.type.size);
      else address(L, e);
      return;
    case 'cast': aggregate(L, e.e, to); return;
    default: {
      const from = address(L, e);
      if (to) copy(L, from, to, e.type.size);
    }
  }
}

/** The value is whole before any of it is stored: what a call reads may overlap the place it is assigned to. */
export function assignAggregate(L: Lowering, e: ExprWith<'assign'>): Operand {
  if (isReturned(e.r) && !isPrivate(e.l)) {
    const whole = L.slotFor(e.type);
    aggregate(L, e.r, whole);
    const at = address(L, e.l);
    copy(L, whole, at, e.type.size);
    return at;
  }
  const at = address(L, e.l);
  aggregate(L, e.r, at);
  return at;
}

/** Is it, or may it be, what a call returns? */
function isReturned(e: Expr): boolean {
  switch (e.kind) {
    case 'call': return true;
    case 'comma': return isReturned(e.r);
    case 'cond': return isReturned(e.t) || isReturned(e.f);
    case 'block': return e.value !== null && isReturned(e.value);
    case 'cast': return isReturned(e.e);
    default: return false;
  }
}

/** A variable that no pointer leads to. */
function isPrivate(e: Expr): boolean {
  const v = rootVariable(e);
  return v?.kind === 'local' && !v.addressTaken;
}

/** Writes an initialiser into memory (an automatic variable or a compound literal). */
export function initialize(L: Lowering, at: Operand, type: Type, init: Initializer): void {
  if (at.kind !== MEM) {
    // A scalar, or a struct of one, in a register.
    const last = init.elements.filter((x) => x.type.isScalar).at(-1) ?? init.elements.at(-1);
    const size = scalarOf(type)!.size;
    L.emit('mov', size === 8 ? 8 : 4, last ? L.value(last.value) : imm(0), at);
    return;
  }
  const { elements } = init;
  const whole = elements.length === 1 && elements[0]!.offset === 0 && elements[0]!.field === null && elements[0]!.type.size === type.size;
  const cleared = init.zeroes && !whole && !covers(init, type);
  if (cleared) clear(L, at, type.size);
  elements.forEach((x, i) => {
    const place = at.plus(x.offset);
    const overlapsEarlier = (): boolean => elements.slice(0, i).some((y) =>
      y.offset < x.offset + x.type.size && x.offset < y.offset + y.type.size && !isListStart(y));
    if (cleared && x.value.kind === 'const' && x.value.value === 0n && !overlapsEarlier()) return;
    if (isListStart(x)) {
      // The start of a nested list: clears what an earlier element may have put there.
      if (overlapsEarlier()) clear(L, place, x.type.size);
      return;
    }
    if (x.value.kind === 'string' && x.type.kind === 'array') {
      storeString(L, place, x.value.bytes, x.type.size);
      return;
    }
    if (x.field) {
      const v = L.value(x.value);
      storeBitField(L, place, x.field, v, x.type, false);
      return;
    }
    const scalar = scalarOf(x.type);
    if (scalar) {
      const v = L.value(x.value);
      const size = scalar.size as Size;
      L.move(v.kind === 1 && !v.symbol ? imm(BigInt.asIntN(size * 8, v.value)) : v, place, size);
    } else aggregate(L, x.value, place);
  });
}

function isListStart(x: Initializer['elements'][number]): boolean {
  return x.value.kind === 'const' && !x.type.isScalar;
}

/** Do the elements fill the object without gaps, so that clearing it first is not needed? */
function covers(init: Initializer, type: Type): boolean {
  if (init.elements.some((x) => x.field)) return false;
  let end = 0;
  for (const x of init.elements) {
    if (isListStart(x)) continue;
    if (x.offset !== end) return false;
    end = x.offset + x.type.size;
  }
  return end === type.size;
}

function storeString(L: Lowering, at: Operand, bytes: Uint8Array, size: number): void {
  if (size > UNROLLED_BYTES) {
    const label = L.unit.string(bytes);
    const from = memory(-1);
    from.symbol = label;
    copy(L, from, at, size);
    return;
  }
  for (const p of pieces(size)) {
    let v = 0n;
    for (let i = p.size - 1; i >= 0; i--) v = (v << 8n) | BigInt(bytes[p.offset + i] ?? 0);
    const n = BigInt.asIntN(p.size * 8, v);
    L.emit('mov', p.size, L.encodable(imm(n), p.size), at.plus(p.offset));
  }
}
