/**
 * Building typed expressions: conversions, checks and constant folding. C11 (N1570), 6.3 "Conversions" and 6.5.
 */
import type { Token } from '../preprocess/tokens.ts';
import { rootVariable, type BinaryOp, type Expr } from '../tree.ts';
import { BOOL, CHAR, commonArithmetic, CONST, ERROR, INT, isSigned, LONG, promoted, sameType, ULONG, VOID, wrapTo, type Field, type Type } from '../types.ts';
import { evaluate } from '../fold.ts';
import type { Parser } from './parser.ts';

/** Arrays become pointers to their first element, functions pointers to themselves: 6.3.2.1. */
export function decay(p: Parser, e: Expr): Expr {
  const t = e.type;
  if (t.kind === 'array') {
    const v = rootVariable(e);
    if (v) v.addressTaken = true;
    return { kind: 'addr', type: t.to.pointerTo(), at: e.at, e };
  }
  if (t.kind === 'function') return { kind: 'addr', type: t.pointerTo(), at: e.at, e };
  if (t.quals) return withType(e, t.unqualified());
  void p;
  return e;
}

function withType(e: Expr, type: Type): Expr {
  // Only the lvalue itself keeps its qualifiers; the value read from it has none. `volatile` is kept for the reading.
  if (e.kind === 'var' || e.kind === 'deref' || e.kind === 'member') return e;
  return { ...e, type };
}

export function isLvalue(e: Expr): boolean {
  switch (e.kind) {
    case 'var': return e.v.kind !== 'function';
    case 'deref': case 'string': case 'compound': return true;
    case 'member': return isLvalue(e.e);
    default: return false;
  }
}

/** A null pointer constant: 6.3.2.3p3. */
export function isNull(e: Expr): boolean {
  if (e.kind === 'const') return e.value === 0n && (e.type.isInteger || (e.type.kind === 'pointer' && e.type.to.isVoid));
  return false;
}

/** An explicit or already checked conversion. Constants are converted here and now. */
export function cast(e: Expr, type: Type, at: Token = e.at): Expr {
  const from = e.type;
  if (from.kind === 'error' || type.kind === 'error') return e.type === type ? e : { kind: 'const', type: ERROR, at, value: 0n };
  if (type.isVoid) return from.isVoid ? e : { kind: 'cast', type: VOID, at, e };
  if (e.kind === 'const' && type.isScalar) return { kind: 'const', type, at: e.at,
    value: type.kind === 'pointer' ? wrapTo(e.value, ULONG) : wrapTo(e.value, type) };
  if (from.base === type.base && !isBitField(e)) return from === type || from.quals ? e : { kind: 'cast', type, at, e };
  return { kind: 'cast', type, at, e };
}

function isBitField(e: Expr): boolean {
  return e.kind === 'member' && e.field.bitWidth >= 0;
}

/** The bit-field whose value, with its width, this is: also that of an assignment to it. */
function bitFieldOf(e: Expr): Field | null {
  switch (e.kind) {
    case 'member': return e.field.bitWidth >= 0 ? e.field : null;
    case 'assign': case 'opassign': return bitFieldOf(e.l);
    case 'step': return bitFieldOf(e.e);
    case 'comma': return bitFieldOf(e.r);
    case 'block': return e.value ? bitFieldOf(e.value) : null;
    default: return null;
  }
}

/** 6.3.1.1p2; a bit-field narrower than int becomes int. */
export function promote(e: Expr): Expr {
  const field = bitFieldOf(e);
  if (field && (field.bitWidth < 32 || (field.bitWidth === 32 && isSigned(e.type)))) return cast(e, INT);
  return cast(e, promoted(e.type));
}

/** For assignment, arguments, return and initialisers: 6.5.16.1. */
export function assignable(p: Parser, e0: Expr, type: Type, at: Token, what: string): Expr {
  const e = decay(p, e0);
  const from = e.type;
  if (from.kind === 'error' || type.kind === 'error') return cast(e, type);
  if (type.isVoid) {
    p.error(at, `${what}: a void has no value`);
    return p.errorExpr(at);
  }
  if (from.isVoid) {
    p.error(at, `${what}: the expression is void, it has no value`);
    return p.errorExpr(at);
  }
  if (type.isRecord || from.isRecord) {
    if (!sameType(type, from)) {
      p.error(at, `${what}: cannot convert \`${String(from)}\` to \`${String(type)}\``);
      return p.errorExpr(at);
    }
    return e;
  }
  if (type.kind === 'bool') return cast(e, BOOL);
  if (type.kind === 'pointer') {
    if (from.kind === 'pointer') {
      if (!isNull(e)) checkPointers(p, type, from, at, what);
    } else if (from.isInteger) {
      if (!isNull(e)) p.warn(at, `${what}: an integer (\`${String(from)}\`) becomes a pointer (\`${String(type)}\`) without a cast`);
    }
    return cast(e, type.unqualified());
  }
  if (type.isInteger && from.kind === 'pointer') {
    p.warn(at, `${what}: a pointer (\`${String(from)}\`) becomes an integer (\`${String(type)}\`) without a cast`);
    return cast(e, type.unqualified());
  }
  if (!type.isInteger || !from.isInteger) {
    p.error(at, `${what}: cannot convert \`${String(from)}\` to \`${String(type)}\``);
    return p.errorExpr(at);
  }
  return cast(e, type.unqualified());
}

function checkPointers(p: Parser, type: Type, from: Type, at: Token, what: string): void {
  const a = type.to;
  const b = from.to;
  if (!a.isVoid && !b.isVoid && !sameType(a.unqualified(), b.unqualified())) {
    const signs = a.kind === 'int' && b.kind === 'int' && a.size === b.size;
    if (!signs) p.warn(at, `${what}: \`${String(from)}\` becomes the incompatible \`${String(type)}\` without a cast`);
    return;
  }
  if (b.quals & CONST && !(a.quals & CONST)) p.warn(at, `${what}: \`${String(from)}\` becomes \`${String(type)}\`, which forgets the const`);
}

/** A value that can be tested against zero. */
export function scalar(p: Parser, e0: Expr, what: string): Expr {
  const e = decay(p, e0);
  if (!e.type.isScalar && e.type.kind !== 'error') {
    p.error(e.at, `${what} must be a number or a pointer, this is \`${String(e.type)}\``);
    return p.errorExpr(e.at);
  }
  return e;
}

/** Is it known now whether this is zero? */
export function truth(e: Expr): boolean | null {
  if (e.kind === 'const') return e.value !== 0n;
  if (e.kind === 'addr' && e.e.kind === 'string') return true;
  if (e.kind === 'addr' && e.e.kind === 'var' && !e.e.v.weak) return true;
  return null;
}

const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);

export function binary(p: Parser, op: BinaryOp, l0: Expr, r0: Expr, at: Token): Expr {
  let l = decay(p, l0);
  let r = decay(p, r0);
  if (l.type.kind === 'error' || r.type.kind === 'error') return p.errorExpr(at);
  const lp = l.type.kind === 'pointer';
  const rp = r.type.kind === 'pointer';
  if (COMPARISONS.has(op)) {
    if (lp || rp) {
      if (!lp || !rp) {
        const other = lp ? r : l;
        if (!other.type.isInteger) return mismatch(p, op, l, r, at);
        if (!isNull(other)) p.warn(at, `a pointer is compared with an integer (\`${String(other.type)}\`)`);
      } else if (!l.type.to.isVoid && !r.type.to.isVoid && !isNull(l) && !isNull(r) && !sameType(l.type.to.unqualified(), r.type.to.unqualified())) {
        p.warn(at, `\`${String(l.type)}\` is compared with the different pointer \`${String(r.type)}\``);
      }
      return fold({ kind: 'binary', type: INT, at, op, l: cast(l, ULONG), r: cast(r, ULONG) });
    }
    if (!l.type.isInteger || !r.type.isInteger) return mismatch(p, op, l, r, at);
    const common = commonOf(l, r);
    return fold({ kind: 'binary', type: INT, at, op, l: cast(l, common), r: cast(r, common) });
  }
  if (op === '+' && rp && l.type.isInteger) [l, r] = [r, l];
  if ((op === '+' || op === '-') && l.type.kind === 'pointer') {
    const target = l.type.to;
    const scale = target.isVoid || target.kind === 'function' ? 1 : target.size;
    if (!target.complete) {
      p.error(at, `cannot count in \`${String(l.type)}\`: \`${String(target)}\` is not defined here, so its size is unknown`);
      return p.errorExpr(at);
    }
    if (r.type.isInteger) {
      const index = cast(promote(r), isSigned(promote(r).type) ? LONG : ULONG);
      return foldPointer({ kind: 'padd', type: l.type.unqualified(), at, l, r: index, scale, minus: op === '-' });
    }
    if (op === '-' && r.type.kind === 'pointer') {
      if (!sameType(target.unqualified(), r.type.to.unqualified())) {
        p.error(at, `\`${String(l.type)}\` minus the different pointer \`${String(r.type)}\``);
        return p.errorExpr(at);
      }
      if (l.kind === 'const' && r.kind === 'const' && scale) return p.int(at, (l.value - r.value) / BigInt(scale), LONG);
      return { kind: 'pdiff', type: LONG, at, l, r, scale: scale || 1 };
    }
  }
  if (!l.type.isInteger || !r.type.isInteger) return mismatch(p, op, l, r, at);
  if (op === '<<' || op === '>>') {
    const x = promote(l);
    const n = promote(r);
    if (n.kind === 'const' && (n.value < 0n || n.value >= BigInt(x.type.size * 8)) && !p.unevaluated) {
      p.warn(at, `a shift by ${n.value} of a value of ${x.type.size * 8} bits has no defined result`);
    }
    return fold({ kind: 'binary', type: x.type, at, op, l: x, r: n });
  }
  const common = commonOf(l, r);
  if ((op === '/' || op === '%') && r.kind === 'const' && r.value === 0n) p.warn(at, 'division by zero');
  return fold({ kind: 'binary', type: common, at, op, l: cast(l, common), r: cast(r, common) });
}

function commonOf(l: Expr, r: Expr): Type {
  return commonArithmetic(promote(l).type, promote(r).type);
}

function mismatch(p: Parser, op: string, l: Expr, r: Expr, at: Token): Expr {
  p.error(at, `\`${op}\` does not work on \`${String(l.type)}\` and \`${String(r.type)}\``);
  return p.errorExpr(at);
}

/** Operands have the same type; for shifts the left one's. */
function fold(e: Extract<Expr, { kind: 'binary' }>): Expr {
  const { l, r, op } = e;
  if (l.kind !== 'const' || r.kind !== 'const') return e;
  const value = evaluate(op, l.value, r.value, l.type);
  return value === null ? e : { kind: 'const', type: e.type, at: e.at, value: wrapTo(value, e.type) };
}

function foldPointer(e: Extract<Expr, { kind: 'padd' }>): Expr {
  if (e.r.kind !== 'const') return e;
  if (e.l.kind === 'const') {
    const delta = e.r.value * BigInt(e.scale);
    return { kind: 'const', type: e.type, at: e.at, value: wrapTo(e.minus ? e.l.value - delta : e.l.value + delta, ULONG) };
  }
  return e;
}

export function negate(p: Parser, op: '-' | '~' | '+', e0: Expr, at: Token): Expr {
  const d = decay(p, e0);
  if (d.type.kind === 'error') return d;
  if (!d.type.isInteger) {
    p.error(at, `\`${op}\` does not work on \`${String(d.type)}\``);
    return p.errorExpr(at);
  }
  const e = promote(d);
  if (op === '+') return e;
  if (e.kind === 'const') return { kind: 'const', type: e.type, at, value: wrapTo(op === '-' ? -e.value : ~e.value, e.type) };
  return { kind: op === '-' ? 'neg' : 'compl', type: e.type, at, e };
}

export function not(p: Parser, e0: Expr, at: Token): Expr {
  const e = scalar(p, e0, 'the operand of !');
  const known = truth(e);
  if (known !== null && e.kind === 'const') return p.int(at, known ? 0n : 1n);
  return { kind: 'not', type: INT, at, e };
}

export function logical(p: Parser, kind: 'and' | 'or', l0: Expr, r0: Expr, at: Token): Expr {
  const l = scalar(p, l0, `the left side of ${kind === 'and' ? '&&' : '||'}`);
  const r = scalar(p, r0, `the right side of ${kind === 'and' ? '&&' : '||'}`);
  if (l.kind === 'const') {
    const known = l.value !== 0n;
    if (known === (kind === 'or')) return p.int(at, known ? 1n : 0n);
    if (r.kind === 'const') return p.int(at, r.value !== 0n ? 1n : 0n);
  }
  return { kind, type: INT, at, l, r };
}

export function conditional(p: Parser, c0: Expr, t0: Expr, f0: Expr, at: Token): Expr {
  const c = scalar(p, c0, 'the condition of ?:');
  let t = decay(p, t0);
  let f = decay(p, f0);
  if (t.type.kind === 'error' || f.type.kind === 'error' || c.type.kind === 'error') return p.errorExpr(at);
  let type: Type;
  if (t.type.isInteger && f.type.isInteger) {
    type = commonOf(t, f);
    t = cast(t, type);
    f = cast(f, type);
  } else if (t.type.isVoid || f.type.isVoid) {
    type = VOID;
  } else if (t.type.kind === 'pointer' || f.type.kind === 'pointer') {
    if (isNull(t) && f.type.kind === 'pointer') type = f.type;
    else if (isNull(f) && t.type.kind === 'pointer') type = t.type;
    else if (t.type.kind !== 'pointer' || f.type.kind !== 'pointer') {
      p.warn(at, `?: mixes \`${String(t.type)}\` and \`${String(f.type)}\``);
      type = t.type.kind === 'pointer' ? t.type : f.type;
    } else {
      const quals = t.type.to.quals | f.type.to.quals;
      const target = t.type.to.isVoid ? t.type.to : f.type.to.isVoid ? f.type.to : t.type.to;
      if (!target.isVoid && !sameType(t.type.to.unqualified(), f.type.to.unqualified()))
        p.warn(at, `?: mixes the pointers \`${String(t.type)}\` and \`${String(f.type)}\``);
      type = target.qualified(quals).pointerTo();
    }
    type = type.unqualified();
    t = cast(t, type);
    f = cast(f, type);
  } else if (sameType(t.type, f.type)) {
    type = t.type.unqualified();
  } else {
    p.error(at, `the two results of ?: do not fit together: \`${String(t.type)}\` and \`${String(f.type)}\``);
    return p.errorExpr(at);
  }
  if (c.kind === 'const') return c.value !== 0n ? t : f;
  return { kind: 'cond', type, at, c, t, f };
}

/** Marks what is written; reports what cannot be. */
export function modifiable(p: Parser, e: Expr, at: Token, what: string): boolean {
  if (e.type.kind === 'error') return false;
  if (!isLvalue(e)) {
    p.error(at, `${what} needs something that can be written; this is only a value`);
    return false;
  }
  if (e.type.kind === 'array') {
    p.error(at, `${what}: an array cannot be assigned as a whole`);
    return false;
  }
  if (e.type.quals & CONST || inConstRecord(e)) {
    p.error(at, `${what}: \`${String(e.type)}\` is const`);
    return false;
  }
  const v = rootVariable(e);
  if (v) v.assigned = true;
  return true;
}

function inConstRecord(e: Expr): boolean {
  for (let x = e; x.kind === 'member'; x = x.e) if (x.e.type.quals & CONST) return true;
  return false;
}

/** For the default argument promotions: 6.5.2.2p6. */
export function defaultPromoted(p: Parser, e0: Expr): Expr {
  const e = decay(p, e0);
  return e.type.isInteger ? promote(e) : e;
}

/** char arrays take string literals. */
export function isCharArray(t: Type): boolean {
  return t.kind === 'array' && t.to.kind === 'int' && t.to.size === CHAR.size;
}
