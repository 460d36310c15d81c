/**
 * Declaration specifiers and declarators. C11 (N1570), 6.7.
 */
import { IDENT, type Token } from '../preprocess/tokens.ts';
import {
  arrayOf, BOOL, CHAR, CONST, functionOf, INT, LLONG, LONG, SCHAR, SHORT, UCHAR, UINT, ULLONG, ULONG, USHORT, VOID, VOLATILE, type Parameter, type Type,
} from '../types.ts';
import { attributes, noAttributes } from './attributes.ts';
import type { Attributes, Parser } from './parser.ts';

export interface Specifiers {
  type: Type;
  at: Token;
  storage: '' | 'typedef' | 'extern' | 'static' | 'auto' | 'register';
  inline: boolean;
  threadLocal: boolean;
  attributes: Attributes;
  /** __auto_type: the initialiser decides. */
  isAuto: boolean;
}

const TYPE_WORDS = new Set(`void char short int long signed unsigned _Bool __signed__ __signed struct union enum const volatile restrict __const __const__
__volatile __volatile__ __restrict __restrict__ typeof __typeof __typeof__ __auto_type _Atomic float double __int128 _Complex __extension__
extern static auto register typedef inline __inline __inline__ _Noreturn __thread _Thread_local __attribute__ __attribute _Alignas`.split(/\s+/));

const BASIC_WORDS = new Set(['void', 'char', 'int', '_Bool', 'short', 'long', 'signed', 'unsigned']);

export function isTypeStart(p: Parser): boolean {
  const t = p.tok;
  if (t.kind !== IDENT) return false;
  const name = t.name!;
  if (name.keyword) return TYPE_WORDS.has(t.text);
  return p.lookup(name)?.kind === 'typedef';
}

export function specifiers(p: Parser, _isFile: boolean): Specifiers {
  const at = p.tok;
  const out: Specifiers = { type: INT, at, storage: '', inline: false, threadLocal: false, attributes: noAttributes(), isAuto: false };
  let quals = 0;
  let found: Type | null = null;
  let long = 0;
  let short = false;
  let sign = '';
  let word = '';
  /** A type word after a whole type. */
  let second: Token | null = null;
  for (;;) {
    const t = p.tok;
    if (t.kind !== IDENT) break;
    if (found && second === null && BASIC_WORDS.has(t.text)) second = t;
    if (!t.name!.keyword) {
      if (found || word || long || short || sign || out.isAuto) break;
      const symbol = p.lookup(t.name!);
      if (symbol?.kind !== 'typedef') break;
      found = symbol.type;
      p.next();
      continue;
    }
    switch (t.text) {
      case 'const': case '__const': case '__const__': quals |= CONST; p.next(); continue;
      case 'volatile': case '__volatile': case '__volatile__': quals |= VOLATILE; p.next(); continue;
      case 'restrict': case '__restrict': case '__restrict__': case '__extension__': p.next(); continue;
      case 'typedef': case 'extern': case 'static': case 'auto': case 'register':
        if (out.storage) p.error(t, `\`${t.text}\` after \`${out.storage}\`: a declaration has one storage class`);
        out.storage = t.text;
        p.next();
        continue;
      case 'inline': case '__inline': case '__inline__': out.inline = true; p.next(); continue;
      case '_Noreturn': out.attributes.noreturn = true; p.next(); continue;
      case '__thread': case '_Thread_local': out.threadLocal = true; p.next(); continue;
      case '__attribute__': case '__attribute': attributes(p, out.attributes); continue;
      case '_Alignas': {
        p.next();
        p.expect('(', 'after _Alignas');
        out.attributes.aligned = isTypeStart(p) ? p.rules.typeName(p).align : Number(p.rules.constant(p));
        p.expect(')', 'after the alignment');
        continue;
      }
      case 'void': case 'char': case 'int': case '_Bool':
        if (word && !(word === 'int')) p.error(t, `\`${t.text}\` after \`${word}\``);
        word = t.text;
        p.next();
        continue;
      case 'short': short = true; p.next(); continue;
      case 'long': long++; p.next(); continue;
      case 'signed': case '__signed__': case '__signed': sign = 'signed'; p.next(); continue;
      case 'unsigned': sign = 'unsigned'; p.next(); continue;
      case 'struct': case 'union': found = p.rules.record(p); continue;
      case 'enum': found = p.rules.enumeration(p); continue;
      case 'typeof': case '__typeof': case '__typeof__': found = typeOf(p); continue;
      case '__auto_type': out.isAuto = true; p.next(); continue;
      case 'float': case 'double': case '_Complex': case '_Float128':
        p.error(t, `\`${t.text}\`: floating point is not supported; the kernel has none`);
        word = 'int';
        p.next();
        continue;
      case '__int128':
        p.error(t, '__int128 is not supported');
        word = 'int';
        p.next();
        continue;
      case '_Atomic': case '__seg_gs': case '__seg_fs':
        p.error(t, `\`${t.text}\` is not supported`);
        p.next();
        continue;
      default:
    }
    break;
  }
  if (!found) {
    if (!word && !long && !short && !sign && !out.isAuto) {
      if (p.tok.kind === IDENT && !p.tok.name!.keyword && p.peek().kind === IDENT) p.fail(p.tok, `\`${p.tok.text}\` is not a type known here; is a header missing?`);
      p.fail(p.tok, p.tok.kind === 0 ? 'expected a declaration, found the end of the file' : `expected a type, found \`${p.tok.text}\``);
    }
    found = basic(p, at, word, long, short, sign);
  } else if (word || long || short || sign) p.error(second ?? at, `\`${(second ?? at).text}\` after \`${String(found)}\`: two types in one declaration; is a ; missing before it?`);
  if (out.attributes.mode && found.kind === 'int') {
    const sizes: Record<number, [Type, Type]> = { 1: [SCHAR, UCHAR], 2: [SHORT, USHORT], 4: [INT, UINT], 8: [LONG, ULONG] };
    found = sizes[out.attributes.mode]![found.signed ? 0 : 1];
  }
  out.type = quals ? found.qualified(quals) : found;
  return out;
}

function basic(p: Parser, at: Token, word: string, long: number, short: boolean, sign: string): Type {
  const u = sign === 'unsigned';
  if (word === 'void') return VOID;
  if (word === '_Bool') return BOOL;
  if (word === 'char') return u ? UCHAR : sign === 'signed' ? SCHAR : CHAR;
  if (short && long) p.error(at, 'short and long together');
  if (short) return u ? USHORT : SHORT;
  if (long >= 2) return u ? ULLONG : LLONG;
  if (long === 1) return u ? ULONG : LONG;
  return u ? UINT : INT;
}

function typeOf(p: Parser): Type {
  p.next();
  p.expect('(', 'after typeof');
  let type: Type;
  if (isTypeStart(p)) type = p.rules.typeName(p);
  else {
    p.unevaluated++;
    type = p.rules.expression(p).type;
    p.unevaluated--;
  }
  p.expect(')', 'after typeof(');
  return type;
}

export interface Declarator {
  name: Token | null;
  type: Type;
  /** Of the outermost function declarator: named parameters for a definition. */
  parameters: { name: Token | null; type: Type; register: string }[] | null;
  attributes: Attributes;
}

/** Pointers, then a name or a parenthesis, then suffixes; read outside in by collecting what to apply. */
export function declarator(p: Parser, base: Type, abstract = false): Declarator {
  const attrs = noAttributes();
  let type = base;
  while (p.is('*')) {
    p.next();
    let quals = 0;
    type = type.pointerTo();
    for (;;) {
      const t = p.tok.text;
      if (t === 'const' || t === '__const' || t === '__const__') quals |= CONST;
      else if (t === 'volatile' || t === '__volatile' || t === '__volatile__') quals |= VOLATILE;
      else if (p.is('__attribute__')) {
        attributes(p, attrs);
        continue;
      } else if (t !== 'restrict' && t !== '__restrict' && t !== '__restrict__') break;
      p.next();
    }
    if (quals) type = type.qualified(quals);
  }
  if (p.is('__attribute__')) attributes(p, attrs);
  if (p.is('(') && isNested(p, abstract)) {
    // What is inside applies to what follows: read the suffixes first, then come back.
    p.next();
    const start = p.pos;
    skipTo(p);
    p.expect(')', 'to close the declarator');
    const outer = suffixes(p, type);
    const end = p.pos;
    p.seek(start);
    const inner = declarator(p, outer.type, abstract);
    p.expect(')', 'to close the declarator');
    p.seek(end);
    // In `int (*f(int a))(void)` the function is the inner one; in `int (f)(int a)` the outer one.
    return { ...inner, parameters: inner.parameters ?? (inner.type === outer.type ? outer.parameters : null) };
  }
  let name: Token | null = null;
  if (p.isName) name = p.next();
  else if (!abstract && !p.is(':')) p.fail(p.tok, p.tok.kind === 0 ? 'expected a name, found the end of the file' : p.tok.kind === IDENT ? `\`${p.tok.text}\` is a keyword and cannot be a name` : `expected a name, found \`${p.tok.text}\``);
  const s = suffixes(p, type);
  return { name, type: s.type, parameters: s.parameters, attributes: attrs };
}

function isNested(p: Parser, abstract: boolean): boolean {
  const t = p.peek();
  if (t.text === '*' || t.text === '(' || t.text === '__attribute__') return true;
  if (t.text === ')' || t.text === '...') return false;
  if (t.kind !== IDENT) return t.text === '[';
  if (!abstract) return true;
  const saved = p.tok;
  p.tok = t;
  const isType = isTypeStart(p);
  p.tok = saved;
  return !isType;
}

function skipTo(p: Parser): void {
  let depth = 0;
  for (;;) {
    if (p.tok.kind === 0) p.fail(p.tok, 'expected ) to close the declarator, found the end of the file');
    if (p.is('(')) depth++;
    else if (p.is(')') && depth-- === 0) return;
    p.next();
  }
}

function suffixes(p: Parser, type: Type): { type: Type; parameters: Declarator['parameters'] } {
  if (p.is('[')) {
    const at = p.next();
    let count = -1;
    while (p.is('static') || p.is('const') || p.is('restrict') || p.is('volatile')) p.next();
    if (!p.is(']')) {
      const n = p.rules.constant(p);
      if (n < 0n) p.error(at, 'an array cannot have a negative size');
      else count = Number(n);
    }
    p.expect(']', 'after the array size');
    const element = suffixes(p, type).type;
    if (!element.complete && element.kind !== 'error') p.error(at, `an array of \`${String(element)}\`, which is not defined here`);
    if (element.kind === 'function') p.error(at, 'an array of functions; an array of pointers to functions is possible');
    return { type: arrayOf(element, count), parameters: null };
  }
  if (p.is('(')) {
    const at = p.next();
    const list = parameterList(p);
    const result = suffixes(p, type).type;
    if (result.kind === 'array' || result.kind === 'function') p.error(at, `a function cannot return \`${String(result)}\``);
    const parameters: Parameter[] = list.parameters.map((q) => ({ name: q.name?.text ?? '', type: q.type.unqualified() }));
    return { type: functionOf(result, parameters, list.variadic, list.unprototyped), parameters: list.parameters };
  }
  return { type, parameters: null };
}

function parameterList(p: Parser): { parameters: { name: Token | null; type: Type; register: string }[]; variadic: boolean; unprototyped: boolean } {
  if (p.accept(')')) return { parameters: [], variadic: false, unprototyped: true };
  if (p.is('void') && p.peek().text === ')') {
    p.next();
    p.next();
    return { parameters: [], variadic: false, unprototyped: false };
  }
  const parameters: { name: Token | null; type: Type; register: string }[] = [];
  let variadic = false;
  // A struct tag first named here is visible in this list only.
  p.push();
  do {
    if (p.accept('...')) {
      variadic = true;
      break;
    }
    const specs = specifiers(p, false);
    const d = declarator(p, specs.type, true);
    attributes(p);
    let { type } = d;
    if (type.kind === 'array') type = type.to.pointerTo();
    else if (type.kind === 'function') type = type.pointerTo();
    parameters.push({ name: d.name, type, register: '' });
  } while (p.accept(','));
  p.pop();
  p.expect(')', 'after the parameters');
  return { parameters, variadic, unprototyped: false };
}

export function typeName(p: Parser): Type {
  const specs = specifiers(p, false);
  const d = declarator(p, specs.type, true);
  if (d.name) p.error(d.name, 'a name cannot stand in this type');
  return d.type;
}
