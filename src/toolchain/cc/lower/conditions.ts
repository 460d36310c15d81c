/** Conditions as control flow: a comparison and a conditional jump, && and || without values. */
import { IMM, type Block } from '../backend/ir.ts';
import type { Expr } from '../tree.ts';
import type { Lowering } from './lowering.ts';
import { inlineCondition } from './calls.ts';
import { compare, isComparison, isLogical, strip, test } from './compare.ts';
import { known } from './known.ts';

export function condition(L: Lowering, e: Expr, yes: Block, no: Block): void {
  if (L.frame.parent) {
    const v = known(L, e);
    if (v !== null) {
      L.jump(v !== 0n ? yes : no);
      return;
    }
  }
  switch (e.kind) {
    case 'const': L.jump(e.value !== 0n ? yes : no); return;
    case 'not': condition(L, e.e, no, yes); return;
    case 'and': case 'or': {
      const next = L.newBlock();
      if (e.kind === 'and') condition(L, e.l, next, no);
      else condition(L, e.l, yes, next);
      L.start(next);
      condition(L, e.r, yes, no);
      return;
    }
    case 'binary':
      if (isComparison(e.op)) {
        // (a && b) != 0, (a < b) == 0: look inside.
        if (e.r.kind === 'const' && e.r.value === 0n && (e.op === '==' || e.op === '!=') && isLogical(e.l)) {
          if (e.op === '!=') condition(L, strip(e.l), yes, no);
          else condition(L, strip(e.l), no, yes);
          return;
        }
        finish(L, compare(L, e), yes, no);
        return;
      }
      break;
    case 'cast': {
      const inner = strip(e);
      if (inner !== e && (isLogical(inner) || (inner.type.isScalar && e.type.kind === 'bool'))) {
        condition(L, inner, yes, no);
        return;
      }
      if (e.type.isScalar && e.type.kind !== 'bool' && e.e.type.isScalar && e.type.size >= e.e.type.size && !isBit(e.e)) {
        condition(L, e.e, yes, no);
        return;
      }
      break;
    }
    case 'comma': L.effect(e.l); condition(L, e.r, yes, no); return;
    case 'block':
      if (e.value) {
        for (const s of e.body) L.statement(s);
        condition(L, e.value, yes, no);
        return;
      }
      break;
    case 'addr':
      if (e.e.kind === 'var' && e.e.v.kind !== 'local' && !e.e.v.weak) {
        L.jump(yes);
        return;
      }
      break;
    case 'call': case 'cond': {
      if (e.kind === 'call' && inlineCondition(L, e, yes, no)) return;
      const v = L.value(e);
      if (v.kind === IMM && !v.symbol) {
        L.jump(v.value !== 0n ? yes : no);
        return;
      }
      const r = L.inReg(v, e.type.size);
      const size = e.type.size === 8 ? 8 : e.type.kind === 'bool' ? 1 : 4;
      L.emit('test', size, r, r);
      finish(L, 'ne', yes, no);
      return;
    }
    default:
  }
  finish(L, test(L, e, 'ne'), yes, no);
}

function finish(L: Lowering, c: ReturnType<typeof compare>, yes: Block, no: Block): void {
  L.jumpIf(c, yes);
  L.emit('jmp', 8, null, null).target = no;
}

function isBit(e: Expr): boolean {
  return e.kind === 'member' && e.field.bitWidth >= 0;
}
