/** Values that inlining has made constants. */
import { IMM } from '../backend/ir.ts';
import { evaluate } from '../fold.ts';
import type { Expr } from '../tree.ts';
import { wrapTo } from '../types.ts';
import type { Lowering } from './lowering.ts';

/** The value of an expression that depends on constants and constant arguments only. */
export function known(L: Lowering, e: Expr): bigint | null {
  switch (e.kind) {
    case 'const': return e.value;
    case 'var': {
      if (e.v.kind !== 'local') return null;
      const b = L.binding(e.v);
      return b?.kind === IMM && !b.symbol ? wrapTo(b.value, e.type) : null;
    }
    case 'cast': {
      if (!e.type.isScalar || !e.e.type.isScalar) return null;
      const v = known(L, e.e);
      return v === null ? null : e.type.kind === 'pointer' ? BigInt.asUintN(64, v) : wrapTo(v, e.type);
    }
    case 'binary': {
      const l = known(L, e.l);
      const r = l === null ? null : known(L, e.r);
      if (l === null || r === null) return null;
      const v = evaluate(e.op, l, r, e.l.type);
      return v === null ? null : wrapTo(v, e.type);
    }
    case 'neg': case 'compl': case 'not': {
      const v = known(L, e.e);
      return v === null ? null : e.kind === 'not' ? (v === 0n ? 1n : 0n) : wrapTo(e.kind === 'neg' ? -v : ~v, e.type);
    }
    case 'and': case 'or': {
      const l = known(L, e.l);
      if (l === null) return null;
      if ((l !== 0n) === (e.kind === 'or')) return l !== 0n ? 1n : 0n;
      const r = known(L, e.r);
      return r === null ? null : r !== 0n ? 1n : 0n;
    }
    case 'cond': {
      const c = known(L, e.c);
      return c === null ? null : known(L, c !== 0n ? e.t : e.f);
    }
    default: return null;
  }
}
