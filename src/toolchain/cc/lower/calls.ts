/**
 * Calls, returns and inlining. System V AMD64 ABI, "Parameter Passing"; all classes are INTEGER or MEMORY here.
 */
import { roundUp } from '../round.ts';
import { type Block, IMM, imm, memory, R8, R9, R10, R11, RAX, RCX, RDI, RDX, reg, RSI, RSP, type Operand } from '../backend/ir.ts';
import type { Expr, ExprWith, FunctionDefinition, Variable } from '../tree.ts';
import { sameType, scalarOf, type Type } from '../types.ts';
import { address, isMemory, isTrivial, lea, symbolAddress } from './addresses.ts';
import { copy } from './aggregates.ts';
import { isBitField } from './bitfields.ts';
import { canBeRegister, sizeOf, STACK_ALIGN, type Frame, type Lowering, type Size } from './lowering.ts';
import { extend } from './loads.ts';

export const ARGUMENT_REGISTERS = [RDI, RSI, RDX, RCX, R8, R9];
export const CALLER_SAVED = [RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11];

/** How a value of this type travels: in how many registers, or (0) in memory. */
export function eightbytes(t: Type): number {
  if (scalarOf(t)) return 1;
  return t.size > 16 || t.size === 0 ? 0 : t.size > 8 ? 2 : 1;
}

/** Where an argument goes that travels in memory, behind `bytes` of others. ABI, "Passing": aligned to 16 where its type is. */
export function stackOffset(bytes: number, t: Type): number {
  return t.align >= STACK_ALIGN ? roundUp(bytes, STACK_ALIGN) : bytes;
}

/** Returned through a pointer that the caller passes. */
export function returnsInMemory(t: Type): boolean {
  return t.isRecord && t.size > 16;
}

/** Functions above this weight are called even if they say `inline`. */
const INLINE_WEIGHT = 40;
const MAX_INLINE_DEPTH = 24;

export function call(L: Lowering, e: ExprWith<'call'>, to: Operand | null): Operand | null {
  const callee = e.fn.kind === 'addr' && e.fn.e.kind === 'var' ? e.fn.e.v : null;
  if (callee?.definition && shouldInline(L, callee, e.args)) return inline(L, e, callee.definition, to);
  return realCall(L, e, callee, to);
}

/** Where the definition is no prototype, a call may give what the function does not take. */
const areTaken = (args: readonly Expr[], parameters: readonly Variable[]): boolean =>
  parameters.every((p, i) => args[i] && sameType(args[i].type.unqualified(), p.type.unqualified()));

function shouldInline(L: Lowering, v: Variable, args: readonly Expr[]): boolean {
  const a = v.attributes!;
  const d = v.definition!;
  if (a.noinline || a.naked || (!a.alwaysInline && !a.inline) || v.type.variadic || v.weak) return false;
  d.parse?.();
  if (!d.body) return false;
  if (!areTaken(args, d.parameters)) {
    if (a.alwaysInline) L.error(L.at, `${v.name} is always_inline and is called with other arguments than it takes`);
    return false;
  }
  let depth = 0;
  for (let f: Frame | null = L.frame; f; f = f.parent) {
    if (f.definition === d) {
      if (a.alwaysInline) L.error(L.at, `${v.name} is always_inline and calls itself`);
      return false;
    }
    depth++;
  }
  for (const label of d.labels.values()) if (label.addressTaken) return false;
  return a.alwaysInline || (d.weight <= INLINE_WEIGHT && depth < MAX_INLINE_DEPTH);
}

/** Expands the body in place: parameters are new variables, `return` jumps to the end. */
function inline(L: Lowering, e: ExprWith<'call'>, d: FunctionDefinition, to: Operand | null): Operand | null {
  const result = d.variable.type.to;
  const scalar = result.isVoid ? null : scalarOf(result);
  const bindings = bindArguments(L, e, d);
  const only = onlyReturn(d);
  if (only && scalar) {
    const outer = L.frame;
    L.frame = { definition: d, bindings, labels: new Map(), cases: new Map(), exit: L.block, result: null, resultMemory: null, parent: outer };
    const v = L.value(only);
    L.frame = outer;
    return v;
  }
  const exit = L.newBlock();
  const value = scalar ? L.temp(scalar.size) : null;
  const saved = { frame: L.frame, breaks: L.breaks, continues: L.continues };
  L.frame = {
    definition: d, bindings, labels: new Map(), cases: new Map(), exit, result: value,
    resultMemory: scalar || result.isVoid ? null : (to ?? L.slotFor(result)), parent: L.frame,
  };
  L.breaks = [];
  L.continues = [];
  L.statement(d.body!);
  ({ frame: L.frame, breaks: L.breaks, continues: L.continues } = saved);
  L.start(exit);
  return value;
}

function bindArguments(L: Lowering, e: ExprWith<'call'>, d: FunctionDefinition): Map<Variable, Operand> {
  const bindings = new Map<Variable, Operand>();
  d.parameters.forEach((p, i) => bindings.set(p, argument(L, p, e.args[i]!)));
  for (let i = d.parameters.length; i < e.args.length; i++) L.effect(e.args[i]!);
  return bindings;
}

/** The expression of a function that does nothing but return one. */
function onlyReturn(d: FunctionDefinition): Expr | null {
  const s = d.body?.kind === 'block' && d.body.body.length === 1 ? d.body.body[0]! : null;
  return s?.kind === 'return' ? s.e : null;
}

/** An inlined call as a condition: its `return`s are jumps. False: the function is not inlined. */
export function inlineCondition(L: Lowering, e: ExprWith<'call'>, yes: Block, no: Block): boolean {
  const callee = e.fn.kind === 'addr' && e.fn.e.kind === 'var' ? e.fn.e.v : null;
  if (!callee?.definition || !e.type.isScalar || !shouldInline(L, callee, e.args)) return false;
  const d = callee.definition;
  const bindings = bindArguments(L, e, d);
  const only = onlyReturn(d);
  const saved = { frame: L.frame, breaks: L.breaks, continues: L.continues };
  L.frame = { definition: d, bindings, labels: new Map(), cases: new Map(), exit: no, result: null, resultMemory: null, parent: L.frame, branch: { yes, no } };
  L.breaks = [];
  L.continues = [];
  if (only) L.condition(only, yes, no);
  else {
    L.statement(d.body!);
    L.jump(no);
  }
  ({ frame: L.frame, breaks: L.breaks, continues: L.continues } = saved);
  return true;
}

/** What a parameter of an inlined function stands for: a constant, the caller's register, or a variable of its own. */
function argument(L: Lowering, p: Variable, e: Expr): Operand {
  if (!canBeRegister(p)) {
    const slot = L.localSlot(p);
    if (scalarOf(p.type)) L.move(L.value(e), slot, scalarOf(p.type)!.size);
    else L.rules.aggregate(L, e, slot);
    return slot;
  }
  const v = L.value(e);
  const size = sizeOf(p.type);
  if (!p.assigned) {
    if (v.kind === IMM) return v;
    // A variable of the caller may change while the callee runs only through what the callee is given: never a register.
    if (L.isTemp(v)) L.named[v.reg] = true;
    return v;
  }
  const own = L.namedRegister(size);
  L.emit('mov', size === 8 ? 8 : 4, v, own);
  return own;
}

/**
 * Can this argument be computed straight into its register, after others are in theirs? Then it must not need a fixed
 * register, a branch or a call.
 */
function isDirect(e: Expr, budget: number): boolean {
  if (budget <= 0) return false;
  switch (e.kind) {
    case 'const': case 'string': return true;
    case 'var': return true;
    case 'addr': return isDirect(e.e, budget - 1);
    case 'deref': return isDirect(e.e, budget - 1);
    case 'member': return !isBitField(e) && isDirect(e.e, budget - 1);
    case 'cast': return e.type.kind !== 'bool' && scalarOf(e.e.type) !== null && isDirect(e.e, budget - 1);
    case 'padd': return e.r.kind === 'const' ? isDirect(e.l, budget - 1) : isDirect(e.l, budget - 2) && isDirect(e.r, budget - 2);
    case 'binary':
      return (e.op === '+' || e.op === '-' || e.op === '&' || e.op === '|') && isDirect(e.l, budget - 1) && (e.r.kind === 'const' || isDirect(e.r, budget - 2));
    default: return false;
  }
}

interface Piece {
  register: number;
  /** Evaluated now or (null) at the end. */
  value: Operand | null;
  e: Expr;
  size: Size;
}

function realCall(L: Lowering, e: ExprWith<'call'>, callee: Variable | null, to: Operand | null): Operand | null {
  const type = e.fn.type.to;
  const result = type.to;
  const pieces: Piece[] = [];
  const stack: { e: Expr; offset: number; value: Operand | null }[] = [];
  let next = 0;
  let bytes = 0;
  let sret: Operand | null = null;
  if (returnsInMemory(result)) {
    sret = to ?? L.slotFor(result);
    next = 1;
  }
  // First everything that may call, branch or need a fixed register.
  const plan = e.args.map((a) => {
    const n = eightbytes(a.type);
    if (n > 0 && next + n <= 6) {
      const first = next;
      next += n;
      return { a, first, n, offset: -1 };
    }
    if (a.type.align > STACK_ALIGN) L.error(a.at, `an argument that is aligned to ${a.type.align} bytes: more than ${STACK_ALIGN} are not supported`);
    const offset = stackOffset(bytes, a.type);
    bytes = offset + Math.max(8, roundUp(a.type.size, 8));
    return { a, first: -1, n, offset };
  });
  const direct = plan.map((p) => scalarOf(p.a.type) !== null && isDirect(p.a, 6));
  let target: Operand | null = null;
  if (!callee) {
    const fn = e.fn;
    const pointerValue = L.value(fn);
    // A member that holds the function is called through memory only if nothing comes between.
    target = pointerValue.kind === IMM ? L.inReg(pointerValue, 8) : pointerValue;
  }
  plan.forEach((p, i) => {
    const { a } = p;
    if (p.offset >= 0) {
      const scalar = scalarOf(a.type);
      stack.push({ e: a, offset: p.offset, value: scalar ? held(L, L.value(a), a, scalar.size) : null });
      if (!scalar) {
        const slot = isMemory(L, a) ? null : L.slotFor(a.type);
        if (slot) L.rules.aggregate(L, a, slot);
        stack[stack.length - 1]!.value = slot;
      }
      return;
    }
    const scalar = scalarOf(a.type);
    if (scalar) {
      pieces.push({ register: ARGUMENT_REGISTERS[p.first]!, value: direct[i] ? null : held(L, L.value(a), a, scalar.size), e: a, size: sizeOf(a.type) });
      return;
    }
    const at = structArgument(L, a);
    for (let k = 0; k < p.n; k++) {
      const left = a.type.size - k * 8;
      const piece = loadPiece(L, at.plus(k * 8), Math.min(8, left));
      pieces.push({ register: ARGUMENT_REGISTERS[p.first + k]!, value: piece, e: a, size: 8 });
    }
  });
  for (const s of stack) {
    const place = memory(RSP, s.offset);
    if (scalarOf(s.e.type)) {
      const size = sizeOf(s.e.type);
      const v = s.value!;
      // The whole slot, so that the callee may load it as 8 bytes.
      L.emit('mov', 8, v.kind === IMM ? L.encodable(v, 8) : size === 8 ? v : asWide(L, v), place);
    } else copy(L, s.value ?? address(L, s.e), place, s.e.type.size);
  }
  const used: number[] = [];
  if (sret) {
    const at = lea(L, sret);
    L.emit('mov', 8, at, reg(RDI));
    used.push(RDI);
  }
  for (const p of pieces) {
    const size: Size = p.size === 8 ? 8 : 4;
    if (p.value) L.emit('mov', size, p.value, reg(p.register));
    else directArgument(L, p, size);
    used.push(p.register);
  }
  if (type.variadic || type.unprototyped) {
    // The number of vector registers in use: ABI, "Register Usage".
    L.emit('mov', 4, imm(0), reg(RAX));
    used.push(RAX);
  }
  if (callee) {
    L.unit.reference(callee);
    target = imm(0, callee.symbol);
  }
  const insn = L.emit('call', 8, target, null);
  insn.uses = used;
  insn.defs = CALLER_SAVED;
  L.code.calls = true;
  if (bytes > L.code.outgoing) L.code.outgoing = bytes;
  if (callee?.attributes?.noreturn) {
    L.emit('ud2', 8, null, null);
    L.dead();
  }
  return takeResult(L, result, sret, to);
}

/** Computed arguments stay in registers of their own until all are done. */
function held(L: Lowering, v: Operand, e: Expr, size: number): Operand {
  if (v.kind === IMM || L.isTemp(v)) return v;
  // A variable's register may be changed by a later argument; only a plain reading of it may wait.
  if (isTrivial(e)) return v;
  const t = L.temp(size);
  L.move(v, t, size);
  return t;
}

function asWide(L: Lowering, v: Operand): Operand {
  const t = L.temp(8);
  extend(L, v, t, 4, 8, false);
  return t;
}

function directArgument(L: Lowering, p: Piece, size: Size): void {
  const { e } = p;
  const target = reg(p.register);
  if ((e.kind === 'var' || e.kind === 'deref' || e.kind === 'member') && isMemory(L, e) && !isBitField(e)) {
    const scalar = scalarOf(e.type)!;
    const at = address(L, e);
    if (scalar.size < 4) extend(L, at, target, scalar.size as Size, 4, scalar.kind === 'enum' ? scalar.to.signed : scalar.signed);
    else L.emit('mov', size, at, target);
    return;
  }
  if (e.kind === 'addr' && e.e.kind !== 'var') {
    const m = address(L, e.e);
    if (m.segment === '' && !(m.base >= 0 && m.index < 0 && m.disp === 0 && !m.symbol && !m.slot)) {
      if (m.base < 0 && m.index < 0 && !m.slot) L.emit('mov', 8, m.symbol ? symbolAddress(m) : imm(m.disp), target);
      else L.emit('lea', 8, m, target);
      return;
    }
    L.emit('mov', 8, lea(L, m), target);
    return;
  }
  L.emit('mov', size, L.value(e), target);
}

function structArgument(L: Lowering, e: Expr): Operand {
  if (isMemory(L, e)) return address(L, e);
  const slot = L.slotFor(e.type);
  L.rules.aggregate(L, e, slot);
  return slot;
}

/** `size` bytes (1 to 8) into a register, without reading beyond them. */
function loadPiece(L: Lowering, at: Operand, size: number): Operand {
  const t = L.temp(8);
  if (size === 8) L.emit('mov', 8, at, t);
  else if (size === 4) L.emit('mov', 4, at, t);
  else if (size < 3) L.emit('zx', 4, at, t).srcSize = size as Size;
  else {
    // 3, 5, 6, 7: put together from two.
    const low: Size = size > 4 ? 4 : 2;
    if (low === 4) L.emit('mov', 4, at, t);
    else L.emit('zx', 4, at, t).srcSize = 2;
    const rest = loadPiece(L, at.plus(low), size - low);
    L.emit('shl', 8, imm(low * 8), rest);
    L.emit('or', 8, rest, t);
  }
  return t;
}

/** The reverse: the low `size` bytes of a register. */
function storePiece(L: Lowering, v: Operand, at: Operand, size: number): void {
  let left = size;
  let offset = 0;
  for (const n of [8, 4, 2, 1] as const) {
    while (left >= n) {
      L.emit('mov', n, v, at.plus(offset));
      left -= n;
      offset += n;
      if (left > 0) L.emit('shr', 8, imm(n * 8), v);
    }
  }
}

function takeResult(L: Lowering, result: Type, sret: Operand | null, to: Operand | null): Operand | null {
  if (result.isVoid) return null;
  const scalar = scalarOf(result);
  if (scalar) {
    const t = L.temp(scalar.size);
    if (scalar.size < 4) {
      // The ABI promises nothing above the value.
      extend(L, reg(RAX), t, scalar.size as Size, 4, scalar.kind === 'enum' ? scalar.to.signed : scalar.signed);
    } else L.emit('mov', scalar.size as Size, reg(RAX), t);
    if (to) L.move(t, to, scalar.size);
    return t;
  }
  if (sret) return null;
  const low = L.temp(8);
  const high = L.temp(8);
  L.emit('mov', 8, reg(RAX), low);
  if (result.size > 8) L.emit('mov', 8, reg(RDX), high);
  const place = to ?? L.slotFor(result);
  storePiece(L, low, place, Math.min(8, result.size));
  if (result.size > 8) storePiece(L, high, place.plus(8), result.size - 8);
  return null;
}

/** `return e;` in the function that is compiled itself. */
export function returnStruct(L: Lowering, e: Expr, type: Type, hidden: Operand | null): { low: Operand; high: Operand | null } {
  if (hidden) {
    L.rules.aggregate(L, e, memory(hidden.reg));
    return { low: hidden, high: null };
  }
  const at = structArgument(L, e);
  const low = loadPiece(L, at, Math.min(8, type.size));
  return { low, high: type.size > 8 ? loadPiece(L, at.plus(8), type.size - 8) : null };
}
