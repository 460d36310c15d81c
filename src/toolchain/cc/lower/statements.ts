/** Statements to blocks. Loops test at their end, so that each turn has one jump. */
import { IMM, imm, type Block, type TracePayload } from '../backend/ir.ts';
import type { Expr, Statement } from '../tree.ts';
import { isSigned, scalarOf, VOLATILE, type Type } from '../types.ts';
import { address, isMemory, registerOf } from './addresses.ts';
import { assign } from './assign.ts';
import { aggregate, initialize } from './aggregates.ts';
import { isBitField } from './bitfields.ts';
import { addressedBlock, labelBlock, type Lowering } from './lowering.ts';
import { lowerSwitch } from './switch.ts';

/** An expression whose value nobody wants. */
export function effect(L: Lowering, e: Expr): void {
  switch (e.kind) {
    case 'const': case 'string': case 'labeladdr': return;
    case 'var': case 'deref': case 'member':
      if (isVolatile(e)) readOnce(L, e);
      else if (e.kind === 'deref') effect(L, e.e);
      else if (e.kind === 'member') effect(L, e.e);
      return;
    case 'addr':
      if (e.e.kind === 'deref') effect(L, e.e.e);
      else if (e.e.kind === 'member' || e.e.kind === 'compound') effect(L, e.e);
      return;
    case 'neg': case 'compl': case 'not': case 'cast': effect(L, e.e); return;
    case 'binary': case 'padd': case 'pdiff': case 'comma': effect(L, e.l); effect(L, e.r); return;
    case 'assign': case 'opassign': case 'step': assign(L, e, false); return;
    case 'and': case 'or': {
      const [next, end] = [L.newBlock(), L.newBlock()];
      if (e.kind === 'and') L.condition(e.l, next, end);
      else L.condition(e.l, end, next);
      L.start(next);
      effect(L, e.r);
      L.start(end);
      return;
    }
    case 'cond': {
      const [yes, no, end] = [L.newBlock(), L.newBlock(), L.newBlock()];
      L.condition(e.c, yes, no);
      L.start(yes);
      effect(L, e.t);
      L.emit('jmp', 8, null, null).target = end;
      L.start(no);
      effect(L, e.f);
      L.start(end);
      return;
    }
    case 'block':
      for (const s of e.body) L.statement(s);
      if (e.value) effect(L, e.value);
      return;
    case 'compound': address(L, e); return;
    case 'call': L.rules.call(L, e, null); return;
    case 'builtin':
      if (e.type.isRecord) aggregate(L, e, null);
      else L.rules.builtin(L, e, null);
  }
}

function isVolatile(e: Expr): boolean {
  return (e.type.quals & VOLATILE) !== 0;
}

function readOnce(L: Lowering, e: Expr): void {
  const scalar = scalarOf(e.type);
  if (scalar) L.value(e);
}

export function statement(L: Lowering, s: Statement): void {
  switch (s.kind) {
    case 'empty': return;
    case 'expr': L.mark(first(s.e)); effect(L, s.e); return;
    case 'block':
      for (const x of s.body) statement(L, x);
      return;
    case 'declare': {
      if (!s.init) {
        if (s.v.used || !s.v.name) L.bindLocal(s.v);
        return;
      }
      L.mark(s.at);
      initialize(L, L.bindLocal(s.v), s.v.type, s.init);
      return;
    }
    case 'if': lowerIf(L, s); return;
    case 'while': loop(L, s.c, s.body, null, s.at, true); return;
    case 'do': loop(L, s.c, s.body, null, s.at, false); return;
    case 'for':
      if (s.init) statement(L, s.init);
      loop(L, s.c, s.body, s.step, s.at, true);
      return;
    case 'switch': lowerSwitch(L, s); return;
    case 'case': {
      const block = L.frame.cases.get(s.target);
      if (block) L.start(block);
      return;
    }
    case 'label': {
      // Also where only a static object holds its address.
      const b = s.label.addressTaken ? addressedBlock(L, s.label) : labelBlock(L, s.label);
      b.kept = s.label.addressTaken;
      L.start(b);
      return;
    }
    case 'goto': L.mark(s.at); L.jump(labelBlock(L, s.label)); return;
    case 'computed-goto': {
      L.mark(s.at);
      const v = L.inReg(L.value(s.e), 8);
      const targets: Block[] = [];
      for (const label of L.frame.definition.labels.values()) {
        if (!label.addressTaken) continue;
        targets.push(addressedBlock(L, label));
      }
      L.emit('jmpi', 8, v, null).targets = targets;
      L.dead();
      return;
    }
    case 'break': L.mark(s.at); L.jump(L.breaks[L.breaks.length - 1]!); return;
    case 'continue': L.mark(s.at); L.jump(L.continues[L.continues.length - 1]!); return;
    case 'return': lowerReturn(L, s); return;
    case 'asm': L.mark(s.at); L.rules.asm(L, s); return;
    case 'trace': L.mark(s.at); trace(L, s);
  }
}

/** Where an expression begins in the source: an assignment's own token is its operator. */
function first(e: Expr): Expr['at'] {
  let x = e;
  for (;;) {
    if (x.kind === 'assign' || x.kind === 'opassign' || x.kind === 'binary' || x.kind === 'comma' || x.kind === 'padd') x = x.l;
    else if (x.kind === 'call') x = x.fn;
    else if (x.kind === 'addr' && x.e.kind === 'var') return x.e.at;
    else if ((x.kind === 'member' || x.kind === 'deref' || x.kind === 'cast' || x.kind === 'step') && x.e.at.file === x.at.file &&
      (x.e.at.line < x.at.line || (x.e.at.line === x.at.line && x.e.at.column < x.at.column))) x = x.e;
    else return x.at;
  }
}

/** Does a jump lead into this statement? Then it is kept even where its condition is false. */
function hasLabel(s: Statement | null): boolean {
  if (!s) return false;
  switch (s.kind) {
    case 'label': case 'case': return true;
    case 'block': return s.body.some(hasLabel);
    case 'if': return hasLabel(s.yes) || hasLabel(s.otherwise);
    case 'while': case 'do': case 'for': case 'switch': return hasLabel(s.body);
    default: return false;
  }
}

function lowerIf(L: Lowering, s: Extract<Statement, { kind: 'if' }>): void {
  L.mark(first(s.c));
  if (s.c.kind === 'const') {
    const chosen = s.c.value !== 0n ? s.yes : s.otherwise;
    const other = s.c.value !== 0n ? s.otherwise : s.yes;
    if (!hasLabel(other)) {
      if (chosen) statement(L, chosen);
      return;
    }
  }
  const yes = L.newBlock();
  const end = L.newBlock();
  const no = s.otherwise ? L.newBlock() : end;
  L.condition(s.c, yes, no);
  L.start(yes);
  statement(L, s.yes);
  if (s.otherwise) {
    L.emit('jmp', 8, null, null).target = end;
    L.start(no);
    statement(L, s.otherwise);
  }
  L.start(end);
}

function loop(L: Lowering, c: Expr | null, body: Statement, step: Expr | null, at: Statement['at'], testFirst: boolean): void {
  const forever = c === null || (c.kind === 'const' && c.value !== 0n);
  const never = c !== null && c.kind === 'const' && c.value === 0n;
  if (never && testFirst && !hasLabel(body)) return;
  const end = L.newBlock();
  L.depth++;
  const top = L.newBlock();
  const next = L.newBlock();
  const test = step ? L.newBlock() : next;
  L.breaks.push(end);
  L.continues.push(next);
  if (testFirst && !forever) {
    L.mark(c ? first(c) : at);
    L.emit('jmp', 8, null, null).target = test;
  }
  L.start(top);
  statement(L, body);
  if (step) {
    L.start(next);
    L.mark(first(step));
    effect(L, step);
  }
  L.start(test);
  if (forever) L.emit('jmp', 8, null, null).target = top;
  else {
    L.mark(first(c!));
    L.condition(c!, top, end);
  }
  L.breaks.pop();
  L.continues.pop();
  L.depth--;
  L.start(end);
}

function lowerReturn(L: Lowering, s: Extract<Statement, { kind: 'return' }>): void {
  L.mark(s.at);
  const { result, resultMemory, exit, branch } = L.frame;
  if (branch && s.e) {
    L.condition(s.e, branch.yes, branch.no);
    L.dead();
    return;
  }
  if (s.e) {
    if (result) {
      const size = scalarOf(L.frame.definition.variable.type.to)!.size;
      L.emit('mov', size === 8 ? 8 : 4, L.value(s.e), result);
    } else if (resultMemory) aggregate(L, s.e, resultMemory);
    else effect(L, s.e);
  }
  L.jump(exit);
}

/** A tracepoint: no code, only where each argument can be found; but see emit.ts on one that has no instruction of its own. */
function trace(L: Lowering, s: Extract<Statement, { kind: 'trace' }>): void {
  const args: TracePayload['args'] = [];
  for (const a of s.args) {
    const chain = follow(L, a.e);
    args.push({ name: a.name, typeIndex: L.unit.debugType(chain.type), base: chain.base, size: chain.size, steps: chain.steps });
  }
  L.emit('trace', 8, null, null).trace = { name: s.name, args };
}

type Chain = Pick<TracePayload['args'][number], 'base' | 'size' | 'steps'> & { type: Type };

/** The value of `e` as a base and loads from there. */
function follow(L: Lowering, e: Expr): Chain {
  const size = scalarOf(e.type)?.size ?? 8;
  switch (e.kind) {
    case 'const': return { base: imm(BigInt.asIntN(64, e.value)), size: 8, steps: [], type: e.type };
    case 'cast':
      if (e.e.type.isScalar && e.type.kind !== 'bool' && (e.type.size === e.e.type.size || (e.type.size > e.e.type.size))) return follow(L, e.e);
      break;
    case 'addr': {
      const place = placeOf(L, e.e);
      if (place) return { ...place, type: e.type };
      break;
    }
    case 'padd':
      if (e.r.kind === 'const') {
        const chain = follow(L, e.l);
        const by = Number(BigInt.asIntN(64, e.r.value)) * (e.minus ? -e.scale : e.scale);
        return { ...chain, type: e.type, steps: [...chain.steps, { offset: by, load: 0, signed: false }] };
      }
      break;
    case 'binary':
      if ((e.op === '+' || e.op === '-') && e.r.kind === 'const' && e.type.size === 8) {
        const chain = follow(L, e.l);
        const by = Number(BigInt.asIntN(64, e.r.value));
        return { ...chain, type: e.type, steps: [...chain.steps, { offset: e.op === '+' ? by : -by, load: 0, signed: false }] };
      }
      break;
    case 'var': case 'member': case 'deref': {
      if (isBitField(e)) {
        L.error(e.at, 'a tracepoint cannot show a bit-field');
        return { base: imm(0), size: 8, steps: [], type: e.type };
      }
      const r = registerOf(L, e);
      if (r) return { base: r, size, steps: [], type: scalarOf(e.type)! };
      const place = placeOf(L, e);
      if (place) return { ...place, type: e.type, steps: withLoad(place.steps, e.type) };
      break;
    }
    default:
  }
  // Not a chain: it costs instructions, as any expression does.
  const v = L.value(e);
  const t = v.kind === IMM ? v : L.inReg(v, size);
  return { base: t, size, steps: [], type: e.type };
}

function withLoad(steps: Chain['steps'], type: Type): Chain['steps'] {
  const scalar = scalarOf(type);
  const load = (scalar ? scalar.size : 0) as 0 | 1 | 2 | 4 | 8;
  const signed = scalar ? isSigned(scalar) : false;
  const last = steps[steps.length - 1];
  if (last && last.load === 0) return [...steps.slice(0, -1), { offset: last.offset, load, signed }];
  return [...steps, { offset: 0, load, signed }];
}

/** The address of an lvalue. */
function placeOf(L: Lowering, e: Expr): Chain | null {
  if (e.kind === 'deref') {
    const chain = follow(L, e.e);
    return { ...chain, steps: [...chain.steps, { offset: 0, load: 0, signed: false }] };
  }
  if (e.kind === 'member') {
    const inner = placeOf(L, e.e);
    if (!inner) return null;
    const last = inner.steps[inner.steps.length - 1];
    if (last && last.load === 0) return { ...inner, steps: [...inner.steps.slice(0, -1), { offset: last.offset + e.offset, load: 0, signed: false }] };
    return { ...inner, steps: [...inner.steps, { offset: e.offset, load: 0, signed: false }] };
  }
  if (e.kind === 'string' || (e.kind === 'var' && isMemory(L, e)))
    return { base: address(L, e), size: 8, steps: [{ offset: 0, load: 0, signed: false }], type: e.type };
  return null;
}
