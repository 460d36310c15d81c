/**
 * Expressions. C11 (N1570), 6.5; statement expressions, `a ?: b` and `&&label` as GNU C has them.
 */
import { decodeCharacter, decodeString, parseInteger } from '../literals.ts';
import { CHAR as CHAR_TOKEN, IDENT, NUMBER, STRING, type Token } from '../preprocess/tokens.ts';
import { rootVariable, Variable, type BinaryOp, type Expr, type Initializer } from '../tree.ts';
import { arrayOf, CHAR, CONST, findField, functionOf, INT, isSigned, LLONG, LONG, sameType, UINT, ULLONG, ULONG, VOID, wrapTo, type Type } from '../types.ts';
import { evaluate } from '../fold.ts';
import { assignable, binary, cast, conditional, decay, defaultPromoted, isLvalue, logical, modifiable, negate, not, promote } from './convert.ts';
import type { Parser } from './parser.ts';

export function expression(p: Parser): Expr {
  let e = assignment(p);
  while (p.is(',')) {
    const at = p.next();
    const r = decay(p, assignment(p));
    e = { kind: 'comma', type: r.type, at, l: e, r };
  }
  return e;
}

export function assignment(p: Parser): Expr {
  const l = ternary(p);
  const op = p.tok.text;
  if (p.tok.kind !== 5 || !op.endsWith('=') || op === '==' || op === '!=' || op === '<=' || op === '>=') return l;
  const at = p.next();
  const r = assignment(p);
  if (op === '=') {
    if (!modifiable(p, l, at, '=')) return p.errorExpr(at);
    return { kind: 'assign', type: l.type.unqualified(), at, l, r: assignable(p, r, l.type, at, 'assignment'), initialises: false };
  }
  return compound(p, op.slice(0, -1) as BinaryOp, l, r, at);
}

function compound(p: Parser, op: BinaryOp, l: Expr, r0: Expr, at: Token): Expr {
  if (!modifiable(p, l, at, `${op}=`)) return p.errorExpr(at);
  const r = decay(p, r0);
  if (r.type.kind === 'error') return r;
  const type = l.type.unqualified();
  if (type.kind === 'pointer' && (op === '+' || op === '-') && r.type.isInteger) {
    const index = cast(promote(r), isSigned(promote(r).type) ? LONG : ULONG);
    const scale = type.to.isVoid || type.to.kind === 'function' ? 1 : type.to.size;
    if (!type.to.complete) p.error(at, `cannot count in \`${String(type)}\`: its target is not defined here`);
    return { kind: 'opassign', type, at, op, l, r: index, compute: type, scale };
  }
  if (!type.isInteger || !r.type.isInteger) {
    p.error(at, `\`${op}=\` does not work on \`${String(type)}\` and \`${String(r.type)}\``);
    return p.errorExpr(at);
  }
  if (op === '<<' || op === '>>') return { kind: 'opassign', type, at, op, l, r: promote(r), compute: promote(l).type, scale: 0 };
  // The same rules as for `l op r`, so ask for that.
  const probe = binary(p, op === '/' || op === '%' ? '*' : op, { ...l }, r, at);
  const computeType = probe.type;
  if ((op === '/' || op === '%') && r.kind === 'const' && r.value === 0n) p.warn(at, 'division by zero');
  return { kind: 'opassign', type, at, op, l, r: cast(r, computeType), compute: computeType, scale: 0 };
}

function ternary(p: Parser): Expr {
  const c = binaryChain(p, 1);
  if (!p.is('?')) return c;
  const at = p.next();
  if (p.is(':')) {
    // GNU: `a ?: b` is a ? a : b with a evaluated once.
    p.next();
    const f = ternary(p);
    const value = decay(p, c);
    if (p.fn === null || value.kind === 'const') return conditional(p, value, value, f, at);
    const v = p.local('', value.type.unqualified(), at);
    const read: Expr = { kind: 'var', type: v.type, at, v };
    const set: Expr = { kind: 'assign', type: v.type, at, l: read, r: value, initialises: true };
    return { kind: 'comma', type: conditional(p, read, read, f, at).type, at, l: set, r: conditional(p, read, read, f, at) };
  }
  const t = expression(p);
  p.expect(':', 'of ?:');
  const f = ternary(p);
  return conditional(p, c, t, f, at);
}

const PRECEDENCE: Record<string, number> = {
  '||': 1, '&&': 2, '|': 3, '^': 4, '&': 5, '==': 6, '!=': 6, '<': 7, '>': 7, '<=': 7, '>=': 7, '<<': 8, '>>': 8, '+': 9, '-': 9, '*': 10, '/': 10, '%': 10,
};

function binaryChain(p: Parser, min: number): Expr {
  let l = castExpression(p);
  for (;;) {
    if (p.tok.kind !== 5) return l;
    const op = p.tok.text;
    const precedence = PRECEDENCE[op];
    if (precedence === undefined || precedence < min) return l;
    const at = p.next();
    const r = binaryChain(p, precedence + 1);
    if (op === '&&') l = logical(p, 'and', l, r, at);
    else if (op === '||') l = logical(p, 'or', l, r, at);
    else l = binary(p, op as BinaryOp, l, r, at);
  }
}

function castExpression(p: Parser): Expr {
  if (!p.is('(') || !startsType(p, p.peek())) return unary(p);
  const at = p.next();
  const type = p.rules.typeName(p);
  p.expect(')', 'after the type of a cast');
  if (p.is('{')) return postfix(p, compoundLiteral(p, type, at));
  return explicitCast(p, castExpression(p), type, at);
}

export function startsType(p: Parser, t: Token): boolean {
  if (t.kind !== IDENT) return false;
  const saved = p.tok;
  p.tok = t;
  const yes = p.rules.isTypeStart(p);
  p.tok = saved;
  return yes;
}

function explicitCast(p: Parser, e0: Expr, type: Type, at: Token): Expr {
  if (type.isVoid) return cast(e0.type.isRecord || e0.type.isVoid ? e0 : decay(p, e0), VOID, at);
  const e = decay(p, e0);
  if (e.type.kind === 'error') return e;
  if (type.isRecord) {
    if (e.type.base === type.base) return e;
    const field = type.kind === 'union' ? type.base.fields?.find((f) => f.name !== '' && sameType(f.type.unqualified(), e.type)) : undefined;
    // GNU C: a cast to a union is a literal of it, but no lvalue.
    if (field) return { kind: 'cast', type: type.unqualified(), at,
      e: literal(p, at, { init: { elements: [{ offset: 0, type: field.type.unqualified(), field: field.bitWidth >= 0 ? field : null, value: e }],
      zeroes: true }, type: type.unqualified() }) };
    p.error(at, `cannot cast \`${String(e.type)}\` to \`${String(type)}\`: a struct is not converted`);
    return p.errorExpr(at);
  }
  if (!type.isScalar || !e.type.isScalar) {
    p.error(at, `cannot cast \`${String(e.type)}\` to \`${String(type)}\``);
    return p.errorExpr(at);
  }
  if (type.kind === 'pointer' && e.type.isInteger && e.type.size < 8 && e.kind !== 'const')
    p.warn(at, `the cast makes a 64-bit pointer from a ${e.type.size * 8}-bit integer`);
  const c = cast(e, type.unqualified(), at);
  // A cast is never an lvalue.
  return c === e && isLvalue(e) ? { kind: 'cast', type: type.unqualified(), at, e } : c;
}

function compoundLiteral(p: Parser, type: Type, at: Token): Expr {
  if (type.kind === 'function' || type.isVoid || (!type.complete && type.kind !== 'array')) p.error(at, `a literal cannot have the type \`${String(type)}\``);
  return literal(p, at, p.rules.initializer(p, type));
}

function literal(p: Parser, at: Token, made: { init: Initializer; type: Type }): Expr {
  const isStatic = p.fn === null;
  const v = isStatic ? new Variable(`__compound.${p.nextStatic++}`, made.type, 'global', at) : p.local('', made.type, at);
  v.addressTaken = !isStatic;
  if (isStatic) {
    v.isStatic = true;
    v.defined = true;
    v.initializer = made.init;
    v.symbol = `.L${v.name}`;
    p.unit.variables.push(v);
    return { kind: 'var', type: made.type, at, v };
  }
  return { kind: 'compound', type: made.type, at, v, init: made.init };
}

function unary(p: Parser): Expr {
  const at = p.tok;
  if (at.kind === 5) {
    switch (at.text) {
      case '++': case '--': p.next(); return step(p, unary(p), at.text === '++' ? 1n : -1n, false, at);
      case '&': p.next(); return addressOf(p, castExpression(p), at);
      case '*': p.next(); return dereference(p, castExpression(p), at);
      case '+': case '-': case '~': p.next(); return negate(p, at.text, castExpression(p), at);
      case '!': p.next(); return not(p, castExpression(p), at);
      case '&&': {
        p.next();
        const name = p.expectName('a label');
        if (!p.fn) p.fail(at, `&&${name.text}: labels belong to functions, and this stands outside of every one`);
        const label = p.label(name);
        label.used = label.addressTaken = true;
        return { kind: 'labeladdr', type: VOID.pointerTo(), at, label };
      }
      default:
    }
  } else if (at.kind === IDENT && at.name!.keyword) {
    switch (at.text) {
      case 'sizeof': {
        p.next();
        const t = operandType(p, at, 'sizeof');
        if (!t.complete || t.kind === 'function') {
          if (t.kind === 'function') return p.int(at, 1n, ULONG);
          if (t.kind !== 'error') p.error(at, `sizeof: \`${String(t)}\` is not defined here, so its size is unknown`);
        }
        return p.int(at, BigInt(t.size), ULONG);
      }
      case '_Alignof': case '__alignof__': case '__alignof':
        p.next();
        return p.int(at, BigInt(operandType(p, at, at.text).align), ULONG);
      case '__extension__': p.next(); return castExpression(p);
      case '_Generic': return postfix(p, generic(p));
      default:
    }
  }
  return postfix(p, primary(p));
}

function operandType(p: Parser, at: Token, what: string): Type {
  p.unevaluated++;
  try {
    if (p.is('(') && startsType(p, p.peek())) {
      p.next();
      const t = p.rules.typeName(p);
      p.expect(')', `after the type of ${what}`);
      if (p.is('{')) return postfix(p, compoundLiteral(p, t, at)).type;
      return t;
    }
    const e = unary(p);
    if (e.kind === 'member' && e.field.bitWidth >= 0) p.error(at, `${what} does not work on the bit-field \`${e.field.name}\``);
    return e.type;
  } finally {
    p.unevaluated--;
  }
}

function generic(p: Parser): Expr {
  const at = p.next();
  p.expect('(', 'after _Generic');
  p.unevaluated++;
  const control = decay(p, assignment(p)).type.unqualified();
  p.unevaluated--;
  let chosen: Expr | null = null;
  let fallback: Expr | null = null;
  const types: Type[] = [];
  while (p.accept(',')) {
    const isDefault = p.accept('default');
    const t = isDefault ? null : p.rules.typeName(p);
    p.expect(':', 'in _Generic');
    const fits = t !== null && t.quals === 0 && sameType(t, control);
    // Only the chosen one is evaluated; the default might be it.
    if (t && !fits) p.unevaluated++;
    const e = assignment(p);
    if (t && !fits) p.unevaluated--;
    if (t) {
      if (t.kind === 'function' || t.isVoid || !t.complete) p.error(at, `a case of _Generic needs the type of an object, not \`${String(t)}\``);
      if (types.some((x) => x.quals === t.quals && sameType(x, t))) p.error(at, `two cases of _Generic are for \`${String(t)}\``);
      types.push(t);
      if (fits) chosen ??= e;
    } else {
      if (fallback) p.error(at, '_Generic has one default');
      fallback = e;
    }
  }
  p.expect(')', 'to close _Generic');
  if (chosen ?? fallback) return (chosen ?? fallback)!;
  p.error(at, `_Generic has no case for \`${String(control)}\``);
  return p.errorExpr(at);
}

export function addressOf(p: Parser, e: Expr, at: Token): Expr {
  if (e.type.kind === 'error') return e;
  if (e.type.kind === 'function' && e.kind === 'var') return { kind: 'addr', type: e.type.pointerTo(), at, e };
  if (!isLvalue(e)) {
    p.error(at, '& needs something that has a place in memory; this is only a value');
    return p.errorExpr(at);
  }
  if (e.kind === 'member' && e.field.bitWidth >= 0) {
    p.error(at, `\`${e.field.name}\` is a bit-field and has no address`);
    return p.errorExpr(at);
  }
  const v = rootVariable(e);
  if (v) {
    if (v.isRegister) p.error(at, `\`${v.name}\` is declared register and has no address`);
    else if (v.register && v.kind === 'local') p.error(at, `\`${v.name}\` lives in register ${v.register} and has no address`);
    v.addressTaken = true;
  }
  if (e.kind === 'deref') return cast(e.e, e.type.pointerTo(), at);
  return { kind: 'addr', type: e.type.pointerTo(), at, e };
}

export function dereference(p: Parser, e0: Expr, at: Token): Expr {
  const e = decay(p, e0);
  if (e.type.kind === 'error') return e;
  if (e.type.kind !== 'pointer') {
    p.error(at, `* needs a pointer, this is \`${String(e.type)}\``);
    return p.errorExpr(at);
  }
  if (e.kind === 'addr' && e.e.type === e.type.to) return e.e;
  return { kind: 'deref', type: e.type.to, at, e };
}

function step(p: Parser, e: Expr, delta: bigint, postfixed: boolean, at: Token): Expr {
  if (!modifiable(p, e, at, delta > 0n ? '++' : '--')) return p.errorExpr(at);
  const t = e.type.unqualified();
  if (t.kind === 'pointer') {
    if (!t.to.complete) p.error(at, `cannot count in \`${String(t)}\`: its target is not defined here`);
    const scale = t.to.isVoid || t.to.kind === 'function' ? 1 : t.to.size;
    return { kind: 'step', type: t, at, e, delta: delta * BigInt(scale), postfix: postfixed };
  }
  if (!t.isInteger) {
    p.error(at, `${delta > 0n ? '++' : '--'} does not work on \`${String(t)}\``);
    return p.errorExpr(at);
  }
  return { kind: 'step', type: t, at, e, delta, postfix: postfixed };
}

export function member(p: Parser, e: Expr, name: Token, at: Token): Expr {
  if (e.type.kind === 'error') return e;
  if (!e.type.isRecord) {
    p.error(at, e.type.kind === 'pointer' && e.type.to.isRecord ? `this is a pointer (\`${String(e.type)}\`): write -> in place of .`
      : `\`${String(e.type)}\` is no struct or union and has no member ${name.text}`);
    return p.errorExpr(at);
  }
  if (!e.type.base.complete) {
    p.error(name, `\`${String(e.type.unqualified())}\` is declared but not defined here, so its members are unknown`);
    return p.errorExpr(at);
  }
  const found = findField(e.type, name.text);
  if (!found) {
    const near = nearest(name.text, e.type);
    p.error(name, `\`${String(e.type.unqualified())}\` has no member \`${name.text}\`${near ? `; did you mean \`${near}\`?` : ''}`);
    return p.errorExpr(at);
  }
  return { kind: 'member', type: found.field.type.qualified(e.type.quals), at: name, e, field: found.field, offset: found.offset };
}

function nearest(name: string, t: Type): string | null {
  const fields = t.base.fields ?? [];
  return fields.find((f) => f.name && (f.name.startsWith(name) || name.startsWith(f.name) || f.name.toLowerCase() === name.toLowerCase()))?.name ?? null;
}

function postfix(p: Parser, e0: Expr): Expr {
  let e = e0;
  for (;;) {
    const at = p.tok;
    if (at.kind !== 5) return e;
    switch (at.text) {
      case '[': {
        p.next();
        const index = expression(p);
        p.expect(']', 'after the index');
        e = dereference(p, binary(p, '+', e, index, at), at);
        break;
      }
      case '(': e = call(p, e, at); break;
      case '.': {
        p.next();
        e = member(p, e, p.expectName('a member name'), at);
        break;
      }
      case '->': {
        p.next();
        const name = p.expectName('a member name');
        const pointer = decay(p, e);
        if (pointer.type.kind !== 'pointer' && pointer.type.kind !== 'error') {
          p.error(at, pointer.type.isRecord ? 'this is a struct, no pointer to one: write . in place of ->'
            : `-> needs a pointer to a struct, this is \`${String(pointer.type)}\``);
          e = p.errorExpr(at);
        } else e = member(p, dereference(p, pointer, at), name, at);
        break;
      }
      case '++': case '--': p.next(); e = step(p, e, at.text === '++' ? 1n : -1n, true, at); break;
      default: return e;
    }
  }
}

function call(p: Parser, fn0: Expr, at: Token): Expr {
  p.next();
  const args: Expr[] = [];
  if (!p.is(')')) {
    do args.push(assignment(p));
    while (p.accept(','));
  }
  p.expect(')', 'after the arguments');
  const fn = decay(p, fn0);
  if (fn.type.kind === 'error') return fn;
  if (fn.type.kind !== 'pointer' || fn.type.to.kind !== 'function') {
    p.error(at, `\`${String(fn0.type)}\` is no function and cannot be called`);
    return p.errorExpr(at);
  }
  return finishCall(p, fn, args, at);
}

/** Checks the arguments against the function's type. */
export function finishCall(p: Parser, fn: Expr, args: Expr[], at: Token): Expr {
  const type = fn.type.to;
  const name = fn.kind === 'addr' && fn.e.kind === 'var' ? fn.e.v.name : 'the function';
  const n = type.parameters.length;
  if (!type.unprototyped && (args.length < n || (args.length > n && !type.variadic))) {
    p.error(at, `${name} takes ${type.variadic ? 'at least ' : ''}${n} argument${n === 1 ? '' : 's'}, here ${args.length === 1 ? 'is' : 'are'} ${args.length}`);
    return p.errorExpr(at);
  }
  const converted = args.map((a, i) =>
    i < n && !type.unprototyped ? assignable(p, a, type.parameters[i]!.type, a.at, `argument ${i + 1} of ${name}`) : defaultPromoted(p, a));
  if (!type.to.isVoid && !type.to.complete) p.error(at, `${name} returns \`${String(type.to)}\`, which is not defined here`);
  if (p.fn && !p.unevaluated) p.fn.definition.weight += 4;
  return { kind: 'call', type: type.to.unqualified(), at, fn, args: converted };
}

function primary(p: Parser): Expr {
  const at = p.tok;
  switch (at.kind) {
    case NUMBER: p.next(); return number(p, at);
    case CHAR_TOKEN: p.next(); return character(p, at);
    case STRING: return stringLiteral(p);
    case IDENT: {
      if (!at.name!.keyword) return name(p, at);
      break;
    }
    default:
      if (p.is('(')) {
        p.next();
        if (p.is('{')) return statementExpression(p, at);
        const e = expression(p);
        p.expect(')', 'to close the parenthesis');
        return e;
      }
  }
  if (at.kind === IDENT && (at.text === 'float' || at.text === 'double')) p.fail(at, 'floating point is not supported');
  if (at.text === '__int128' || at.text === '_Atomic') p.fail(at, `\`${at.text}\` is not supported`);
  p.fail(at, at.kind === 0 ? 'expected an expression, found the end of the file' : `expected an expression, found \`${at.text}\``);
}

function character(p: Parser, at: Token): Expr {
  if (decodeString(at.text).length > 4) p.warn(at, 'only the last four characters of this constant count');
  return p.int(at, BigInt(decodeCharacter(at.text)));
}

function number(p: Parser, at: Token): Expr {
  const parsed = parseInteger(at.text);
  if (typeof parsed === 'string') {
    p.error(at, parsed);
    return p.errorExpr(at);
  }
  // The first of these types that can hold it: 6.4.4.1p5.
  const { value, unsigned, long, decimal } = parsed;
  const fits = (t: Type): boolean => value <= (1n << BigInt(t.size * 8 - (t.signed ? 1 : 0))) - 1n;
  const ladder = long === 2 ? [LLONG, ULLONG] : long === 1 ? [LONG, ULONG] : [INT, UINT, LONG, ULONG];
  const type = ladder.find((t) => (unsigned ? !t.signed : t.signed || !decimal || t === ULONG || t === ULLONG) && fits(t)) ?? ULONG;
  return { kind: 'const', type, at, value };
}

export function stringBytes(p: Parser): Uint8Array {
  const bytes: number[] = [];
  while (p.tok.kind === STRING) for (const b of decodeString(p.next().text)) bytes.push(b);
  bytes.push(0);
  return Uint8Array.from(bytes);
}

function stringLiteral(p: Parser): Expr {
  const at = p.tok;
  const bytes = stringBytes(p);
  return { kind: 'string', type: arrayOf(CHAR, bytes.length), at, bytes };
}

function statementExpression(p: Parser, at: Token): Expr {
  if (!p.fn) p.fail(at, 'a statement expression ({ ... }) can only stand inside a function');
  p.push();
  const { body } = p.rules.blockItems(p);
  p.pop();
  p.expect(')', 'to close the statement expression');
  const last = body[body.length - 1];
  if (last?.kind !== 'expr') return { kind: 'block', type: VOID, at, body, value: null };
  const value = decay(p, last.e);
  return { kind: 'block', type: value.type.unqualified(), at, body: body.slice(0, -1), value };
}

function name(p: Parser, at: Token): Expr {
  const symbol = p.lookup(at.name!);
  if (symbol) {
    p.next();
    if (symbol.kind === 'variable') {
      const v = symbol.v;
      if (!p.unevaluated) {
        v.used = true;
        if (p.fn) p.fn.definition.weight++;
      }
      return { kind: 'var', type: v.type, at, v };
    }
    if (symbol.kind === 'constant') return { kind: 'const', type: symbol.type, at, value: symbol.value };
    p.fail(at, `\`${at.text}\` is a type, an expression is needed here`);
  }
  if (at.text.startsWith('__builtin_') || at.text.startsWith('__sync_') || at.text.startsWith('__atomic_')) {
    const e = p.rules.builtin(p, at);
    if (e) return e;
    p.fail(at, `\`${at.text}\` is not supported by this compiler`);
  }
  if ((at.text === '__func__' || at.text === '__FUNCTION__' || at.text === '__PRETTY_FUNCTION__') && p.fn) {
    p.next();
    const bytes = Uint8Array.from(Array.from(p.fn.definition.variable.name, (c) => c.charCodeAt(0)).concat(0));
    return { kind: 'string', type: arrayOf(CHAR.qualified(CONST), bytes.length), at, bytes };
  }
  p.next();
  if (p.is('(')) {
    p.error(at, `\`${at.text}\` is not declared; include the header that declares it, or declare it before its use`);
    // Declared as by an old compiler, so that it is reported once.
    const v = new Variable(at.text, functionOf(INT, [], true, true), 'function', at);
    p.fileScope.symbols.set(at.name!, { kind: 'variable', v });
    return { kind: 'var', type: v.type, at, v };
  }
  p.error(at, `\`${at.text}\` is not declared here`);
  p.scope.symbols.set(at.name!, { kind: 'variable', v: errorVariable(p, at) });
  return p.errorExpr(at);
}

function errorVariable(p: Parser, at: Token): Variable {
  return new Variable(at.text, p.errorExpr(at).type, 'local', at);
}

/** An integer known at compile time: array sizes, case labels, enumerators, bit widths. */
export function constantExpression(p: Parser): bigint {
  const at = p.tok;
  const e = ternary(p);
  if (e.kind === 'const' && (e.type.isInteger || e.type.kind === 'error')) return e.value;
  const v = constantValue(e);
  if (v !== null) return v;
  p.error(at, 'this must be a constant that is known when compiling');
  return 1n;
}

/** The value of an expression that folds: constants, offsetof written with a null pointer, and what is computed from these. */
export function constantValue(e: Expr): bigint | null {
  switch (e.kind) {
    case 'const': return e.value;
    case 'cast': {
      const v = e.type.isScalar && e.e.type.isScalar ? constantValue(e.e) : null;
      return v === null ? null : e.type.kind === 'pointer' ? BigInt.asUintN(64, v) : wrapTo(v, e.type);
    }
    case 'addr': return constantAddress(e.e);
    case 'binary': case 'padd': case 'pdiff': {
      const l = constantValue(e.l);
      const r = l === null ? null : constantValue(e.r);
      if (l === null || r === null) return null;
      if (e.kind === 'padd') return BigInt.asUintN(64, e.minus ? l - r * BigInt(e.scale) : l + r * BigInt(e.scale));
      if (e.kind === 'pdiff') return (l - r) / BigInt(e.scale);
      const v = evaluate(e.op, l, r, e.l.type);
      return v === null ? null : wrapTo(v, e.type);
    }
    default: return null;
  }
}

function constantAddress(e: Expr): bigint | null {
  if (e.kind === 'deref') return constantValue(e.e);
  if (e.kind === 'member') {
    const base = constantAddress(e.e);
    return base === null ? null : base + BigInt(e.offset);
  }
  return null;
}
