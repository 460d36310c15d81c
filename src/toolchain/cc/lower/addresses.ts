/**
 * Lvalues and pointers to memory operands: base + index * scale + displacement, as much as one instruction can carry.
 */
import { fitsInt32, IMM, MEM, memory, Operand, reg, symbolOperand } from '../backend/ir.ts';
import type { Expr, ExprWith, Variable } from '../tree.ts';
import { scalarOf, VOLATILE } from '../types.ts';
import type { Lowering } from './lowering.ts';

/** The register of a variable, or of the only member of a struct that is kept in one. */
export function registerOf(L: Lowering, e: Expr): Operand | null {
  if (e.kind === 'var') {
    if (e.v.kind !== 'local') return null;
    const b = L.binding(e.v) ?? L.bindLocal(e.v);
    return b.kind === MEM ? null : b;
  }
  if (e.kind === 'member' && e.field.bitWidth < 0 && scalarOf(e.e.type)) return registerOf(L, e.e);
  return null;
}

/** Does `e` name an object in memory that has no register? */
export function isMemory(L: Lowering, e: Expr): boolean {
  switch (e.kind) {
    case 'var': return e.v.kind === 'global' ? !e.v.register : e.v.kind === 'local' && registerOf(L, e) === null;
    case 'deref': case 'string': case 'compound': return true;
    case 'member': return isMemory(L, e.e);
    default: return false;
  }
}

export function variableAddress(L: Lowering, v: Variable): Operand {
  if (v.kind === 'local') {
    const b = L.binding(v) ?? L.bindLocal(v);
    if (b.kind === MEM) return b;
    // Only reached for rvalue members of a struct kept in a register.
    const slot = L.slotFor(v.type, v.name);
    L.move(b, slot, scalarOf(v.type)!.size);
    return slot;
  }
  L.unit.reference(v);
  const o = symbolOperand(v.threadLocal ? `${v.symbol}@tpoff` : v.symbol);
  if (v.threadLocal) o.segment = 'fs';
  return o;
}

/** The memory operand of an lvalue (or of a struct value, which is put into memory first). */
export function address(L: Lowering, e: Expr): Operand {
  let o: Operand;
  switch (e.kind) {
    case 'var': o = variableAddress(L, e.v); break;
    case 'deref': o = pointer(L, e.e); break;
    case 'member': o = displaced(L, address(L, e.e), BigInt(e.offset)); break;
    case 'string': o = symbolOperand(L.unit.string(e.bytes)); break;
    case 'compound': o = compound(L, e); break;
    default: {
      o = L.slotFor(e.type);
      if (scalarOf(e.type)) L.move(L.value(e), o, scalarOf(e.type)!.size);
      else L.rules.aggregate(L, e, o);
    }
  }
  if (e.type.quals & VOLATILE && !o.volatile) {
    o = o.copy();
    o.volatile = true;
  }
  return o;
}

function compound(L: Lowering, e: ExprWith<'compound'>): Operand {
  const b = L.binding(e.v) ?? L.bindLocal(e.v);
  L.rules.initialize(L, b, e.v.type, e.init);
  return b;
}

/** A constant or a plain variable: evaluating it emits nothing and changes nothing. */
export function isTrivial(e: Expr): boolean {
  switch (e.kind) {
    case 'const': return true;
    case 'var': return e.v.kind !== 'global' || !e.v.threadLocal;
    case 'cast': return e.type.size >= e.e.type.size && e.type.kind !== 'bool' && isTrivial(e.e);
    case 'addr': return e.e.kind === 'var' || e.e.kind === 'string';
    default: return false;
  }
}

/** The memory a pointer value points at. */
export function pointer(L: Lowering, e: Expr): Operand {
  switch (e.kind) {
    case 'addr': return address(L, e.e);
    case 'const': {
      const v = BigInt.asIntN(64, e.value);
      if (v >= -0x8000_0000n && v <= 0x7fff_ffffn) return memory(-1, Number(v));
      break;
    }
    case 'cast':
      if (e.type.size === 8 && e.e.type.size === 8 && e.e.type.isScalar && e.e.type.kind !== 'bool' && !isBitField(e.e)) return pointer(L, e.e);
      break;
    case 'padd': {
      const { l, r, scale, minus } = e;
      const known = constantPart(r);
      if (known.index === null) {
        const m = pointer(L, l);
        return displaced(L, m, known.value * BigInt(minus ? -scale : scale));
      }
      if (minus) break;
      // A symbol as the base works only where no register base is needed beside it: sym(,%rax,8) does.
      const m = settle(L, pointer(L, l));
      const at = displaced(L, m, known.value * BigInt(scale));
      return indexed(L, at, known.index, scale);
    }
    case 'binary':
      if (e.op === '+' && e.type.size === 8 && e.r.kind === 'const') {
        const v = BigInt.asIntN(64, e.r.value);
        if (v >= -0x7000_0000n && v <= 0x7000_0000n) return displaced(L, pointer(L, e.l), v);
      }
      if (e.op === '+' && e.type.size === 8 && e.r.kind !== 'const') {
        const m = settle(L, pointer(L, e.l));
        return indexed(L, m, e.r, 1);
      }
      break;
    default:
  }
  return memory(L.inReg(L.value(e), 8).reg);
}

function isBitField(e: Expr): boolean {
  return e.kind === 'member' && e.field.bitWidth >= 0;
}

/** index = rest + constant, in 64 bits. */
function constantPart(e: Expr): { index: Expr | null; value: bigint } {
  if (e.kind === 'const') return { index: null, value: BigInt.asIntN(64, e.value) };
  let x: Expr = e;
  // (long)(i + 1) with a signed int: overflow is not defined, so it is (long)i + 1.
  if (x.kind === 'cast' && x.type.size === 8 && x.e.kind === 'binary' && x.e.type.signed && x.e.type.size === 4 && (x.e.op === '+' || x.e.op === '-') &&
    x.e.r.kind === 'const') {
    return { index: { kind: 'cast', type: x.type, at: x.at, e: x.e.l } satisfies Expr, value: x.e.op === '+' ? x.e.r.value : -x.e.r.value };
  }
  if (x.kind === 'cast' && x.type.size === 8 && x.e.type.size === 8 && !isBitField(x.e)) x = x.e;
  if (x.kind === 'binary' && (x.op === '+' || x.op === '-') && x.r.kind === 'const' && x.type.size === 8) {
    const v = BigInt.asIntN(64, x.r.value);
    if (v > -0x1_0000n && v < 0x1_0000n) return { index: x.l, value: x.op === '+' ? v : -v };
  }
  return { index: e, value: 0n };
}

/** Makes room for an index. */
function settle(L: Lowering, m: Operand): Operand {
  if (m.index >= 0 || (m.symbol !== '' && m.base >= 0) || m.segment) return memory(lea(L, m).reg);
  return m;
}

/** What an instruction can hold, less what the pieces of one object may add. */
const MAX_DISPLACEMENT = 0x7fff_ff00n;

function displaced(L: Lowering, m: Operand, by: bigint): Operand {
  const disp = BigInt(m.disp) + by;
  if (disp >= -MAX_DISPLACEMENT && disp <= MAX_DISPLACEMENT) return m.plus(Number(by));
  const base = lea(L, m);
  const sum = L.temp(8);
  L.emit('mov', 8, immediate(by), sum);
  L.emit('add', 8, base, sum);
  return memory(sum.reg);
}

function immediate(v: bigint): Operand {
  const o = new Operand(IMM);
  o.value = v;
  return o;
}

function indexed(L: Lowering, m: Operand, index: Expr, scale: number): Operand {
  let r = L.inReg(L.value(index), 8);
  let s: 1 | 2 | 4 | 8 = 1;
  if (scale === 1 || scale === 2 || scale === 4 || scale === 8) s = scale;
  else {
    const t = L.temp(8);
    const n = BigInt(scale);
    const shift = n > 0n && (n & (n - 1n)) === 0n ? n.toString(2).length - 1 : -1;
    if (shift > 0) {
      L.move(r, t, 8);
      L.emit('shl', 8, immediate(BigInt(shift)), t);
    } else if (!fitsInt32(n)) {
      L.emit('mov', 8, immediate(n), t);
      L.emit('imul', 8, r, t);
    } else {
      const insn = L.emit('imul3', 8, r, t);
      insn.factor = BigInt(scale);
    }
    r = t;
  }
  const o = m.copy();
  if (m.base < 0 && !m.slot && !m.symbol && s === 1) {
    o.base = r.reg;
    return o;
  }
  o.index = r.reg;
  o.scale = s;
  return o;
}

/** The address itself, in a register. */
export function lea(L: Lowering, m: Operand): Operand {
  if (m.segment === 'fs') {
    // Thread-local: FS:0 holds its own address. ABI, "Thread-Local Storage", local-exec.
    const self = L.temp(8);
    const zero = memory(-1, 0);
    zero.segment = 'fs';
    L.emit('mov', 8, zero, self);
    const o = m.copy();
    o.segment = '';
    o.base = o.base >= 0 ? add(L, self, o.base) : self.reg;
    const t = L.temp(8);
    L.emit('lea', 8, o, t);
    return t;
  }
  if (m.base >= 0 && m.index < 0 && m.disp === 0 && !m.symbol && !m.slot) return reg(m.base);
  const t = L.temp(8);
  if (m.base < 0 && m.index < 0 && !m.slot) L.emit('mov', 8, m.symbol ? symbolAddress(m) : immediate(BigInt(m.disp)), t);
  else L.emit('lea', 8, m, t);
  return t;
}

function add(L: Lowering, a: Operand, b: number): number {
  L.emit('add', 8, reg(b), a);
  return a.reg;
}

/** `$symbol + n`: both code models keep symbols where a sign-extended 32-bit immediate reaches. */
export function symbolAddress(m: Operand): Operand {
  const o = new Operand(IMM);
  o.symbol = m.symbol;
  o.value = BigInt(m.disp);
  return o;
}

/** The value of `&m`: an immediate if it is a constant. */
export function addressValue(L: Lowering, m: Operand): Operand {
  if (m.base < 0 && m.index < 0 && !m.slot && !m.segment) return m.symbol ? symbolAddress(m) : immediate(BigInt(m.disp));
  return lea(L, m);
}

