/**
 * Declaration specifiers and declarators. C11 (N1570), 6.7.
 */
import { IDENT, type Token } from '../preprocess/tokens.ts';
import { Variable, type Expr } from '../tree.ts';
import {
  arrayOf, BOOL, CHAR, CONST, ERROR, functionOf, INT, isSigned, LLONG, LONG, MAX_SIZE, RESTRICT, SCHAR, SHORT, UCHAR, UINT, ULLONG, ULONG, USHORT, VOID,
  VOLATILE, type Parameter, type Type,
} from '../types.ts';
import { attributes, checkedAlignment, noAttributes } from './attributes.ts';
import { constantValue } from './expressions.ts';
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
  /** The last _Alignas. */
  alignas: Token | null;
}

const TYPE_WORDS = new Set(`void char short int long signed unsigned _Bool __signed__ __signed struct union enum const volatile restrict __const __const__
__volatile __volatile__ __restrict __restrict__ typeof __typeof __typeof__ __auto_type _Atomic float double __int128 _Complex __extension__
extern static auto register typedef inline __inline __inline__ _Noreturn __thread _Thread_local __attribute__ __attribute _Alignas`.split(/\s+/));

/** 6.7.2p2: what may stand together, in alphabetical order, with `int` left out where it changes nothing. */
const BASIC: Readonly<Record<string, Type>> = {
  void: VOID, _Bool: BOOL, char: CHAR, 'char signed': SCHAR, 'char unsigned': UCHAR, short: SHORT, 'short signed': SHORT, 'short unsigned': USHORT, int: INT,
  signed: INT,
  unsigned: UINT, long: LONG, 'long signed': LONG, 'long unsigned': ULONG, 'long long': LLONG, 'long long signed': LLONG, 'long long unsigned': ULLONG,
};
const BASIC_WORDS = new Set(['void', 'char', 'int', '_Bool', 'short', 'long', 'signed', 'unsigned', '__signed', '__signed__']);

export function isTypeStart(p: Parser): boolean {
  const t = p.tok;
  if (t.kind !== IDENT) return false;
  const name = t.name!;
  if (name.keyword) return TYPE_WORDS.has(t.text);
  return p.lookup(name)?.kind === 'typedef';
}

export function specifiers(p: Parser, isFile: boolean): Specifiers {
  const at = p.tok;
  const out: Specifiers = { type: INT, at, storage: '', inline: false, threadLocal: false, attributes: noAttributes(), isAuto: false, alignas: null };
  let quals = 0;
  let found: Type | null = null;
  const words: string[] = [];
  /** A type word after a whole type. */
  let second: Token | null = null;
  for (;;) {
    const t = p.tok;
    if (t.kind !== IDENT) break;
    if (BASIC_WORDS.has(t.text)) {
      if (found) second ??= t;
      words.push(t.text.replaceAll('__', '').replace(/^_?Bool/, '_Bool'));
      p.next();
      continue;
    }
    if (!t.name!.keyword) {
      if (found || words.length || out.isAuto) break;
      const symbol = p.lookup(t.name!);
      if (symbol?.kind !== 'typedef') break;
      found = symbol.type;
      p.next();
      continue;
    }
    switch (t.text) {
      case 'const': case '__const': case '__const__': quals |= CONST; p.next(); continue;
      case 'volatile': case '__volatile': case '__volatile__': quals |= VOLATILE; p.next(); continue;
      case 'restrict': case '__restrict': case '__restrict__': quals |= RESTRICT; p.next(); continue;
      case '__extension__': p.next(); continue;
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
        const n = isTypeStart(p) ? BigInt(p.rules.typeName(p).align) : p.rules.constant(p);
        // Zero asks for nothing: 6.7.5p6.
        out.alignas = t;
        if (n !== 0n) out.attributes.aligned = Math.max(out.attributes.aligned, checkedAlignment(p, t, n));
        p.expect(')', 'after the alignment');
        continue;
      }
      case 'struct': case 'union': case 'enum': case 'typeof': case '__typeof': case '__typeof__':
        if (found) p.error(t, `\`${t.text}\` after \`${String(found)}\`: two types in one declaration; is a ; missing before it?`);
        found = t.text === 'enum' ? p.rules.enumeration(p) : t.text.includes('typeof') ? typeOf(p) : p.rules.record(p);
        continue;
      case '__auto_type': out.isAuto = true; p.next(); continue;
      case 'float': case 'double': case '_Complex': case '_Float128':
        p.error(t, `\`${t.text}\`: floating point is not supported; the kernel has none`);
        found ??= ERROR;
        p.next();
        continue;
      case '__int128':
        p.error(t, '__int128 is not supported');
        found ??= ERROR;
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
    if (words.length === 0 && !out.isAuto) {
      if (p.tok.kind === IDENT && !p.tok.name!.keyword && p.peek().kind === IDENT)
        p.fail(p.tok, `\`${p.tok.text}\` is not a type known here; is a header missing?`);
      p.fail(p.tok, p.tok.kind === 0 ? 'expected a declaration, found the end of the file' : `expected a type, found \`${p.tok.text}\``);
    }
    found = words.length ? basic(p, at, words) : INT;
  } else if (words.length && found !== ERROR) p.error(second ?? at,
    `\`${(second ?? at).text}\` after \`${String(found)}\`: two types in one declaration; is a ; missing before it?`);
  if (out.isAuto && (isFile || (out.storage !== '' && out.storage !== 'auto' && out.storage !== 'register')))
    p.error(at, '__auto_type is for automatic variables');
  found = withMode(found, out.attributes);
  if (quals & RESTRICT && !(found.kind === 'pointer' && found.to.kind !== 'function') && found.kind !== 'error') {
    p.error(at, `restrict is for pointers to objects, not for \`${String(found)}\``);
    quals &= ~RESTRICT;
  }
  out.type = quals ? found.qualified(quals) : found;
  return out;
}

/** The integer type of another width that the attribute asks for. */
export function withMode(type: Type, { mode }: Attributes): Type {
  if (!mode || type.kind !== 'int') return type;
  const sizes: Record<number, [Type, Type]> = { 1: [SCHAR, UCHAR], 2: [SHORT, USHORT], 4: [INT, UINT], 8: [LONG, ULONG] };
  const made = sizes[mode]![type.signed ? 0 : 1];
  return type.quals ? made.qualified(type.quals) : made;
}

function basic(p: Parser, at: Token, words: string[]): Type {
  // `int` says nothing beside short, long, signed and unsigned, but may stand there only once.
  const others = words.filter((w) => w !== 'int').sort();
  const ints = words.length - others.length;
  const type = ints > 1 || (ints === 1 && others.some((w) => w === 'char' || w === 'void' || w === '_Bool')) ? undefined : BASIC[others.join(' ') || 'int'];
  if (type) return type;
  p.error(at, `\`${words.join(' ')}\` is no type`);
  return ERROR;
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
  parameters: ParameterName[] | null;
  attributes: Attributes;
}

export interface ParameterName {
  name: Token | null;
  type: Type;
  isRegister: boolean;
}

/** Pointers, then a name or a parenthesis, then suffixes; read outside in by collecting what to apply. */
export function declarator(p: Parser, base: Type, abstract = false, isParameter = false): Declarator {
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
      } else if (t === 'restrict' || t === '__restrict' || t === '__restrict__') quals |= RESTRICT;
      else break;
      p.next();
    }
    if (quals & RESTRICT && type.to.kind === 'function') p.error(p.tok, 'restrict is for pointers to objects, not to functions');
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
    const inner = declarator(p, outer.type, abstract, isParameter);
    p.expect(')', 'to close the declarator');
    p.seek(end);
    // In `int (*f(int a))(void)` the function is the inner one; in `int (f)(int a)` the outer one.
    return { ...inner, parameters: inner.parameters ?? (inner.type === outer.type ? outer.parameters : null) };
  }
  let name: Token | null = null;
  if (p.isName) name = p.next();
  else if (!abstract && !p.is(':')) p.fail(p.tok, p.tok.kind === 0 ? 'expected a name, found the end of the file'
    : p.tok.kind === IDENT ? `\`${p.tok.text}\` is a keyword and cannot be a name` : `expected a name, found \`${p.tok.text}\``);
  const s = suffixes(p, type, isParameter);
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

/** `isParameter`: of a parameter's array only the element counts, for it is a pointer. 6.7.6.3p7. */
function suffixes(p: Parser, type: Type, isParameter = false): { type: Type; parameters: Declarator['parameters'] } {
  if (p.is('[')) {
    const at = p.next();
    const quals = isParameter ? arrayQualifiers(p) : 0;
    const count = arraySize(p, at, isParameter);
    p.expect(']', 'after the array size');
    const element = suffixes(p, type).type;
    if (element.kind === 'function') p.error(at, 'an array of functions; an array of pointers to functions is possible');
    else if (!element.complete && element.kind !== 'error') p.error(at, `an array of \`${String(element)}\`, which is not defined here`);
    if (isParameter) return { type: element.pointerTo().qualified(quals), parameters: null };
    if (count > 0 && element.size * count > MAX_SIZE) {
      p.error(at, `the array is too large: no object has more than ${MAX_SIZE} bytes`);
      return { type: arrayOf(element, 1), parameters: null };
    }
    return { type: arrayOf(element, count), parameters: null };
  }
  if (p.is('(')) {
    const at = p.next();
    const list = parameterList(p);
    const result = suffixes(p, type).type;
    if (result.kind === 'array' || result.kind === 'function') p.error(at, `a function cannot return \`${String(result)}\``);
    const parameters: Parameter[] = list.unprototyped ? [] : list.parameters.map((q) => ({ name: q.name?.text ?? '', type: q.type.unqualified() }));
    return { type: functionOf(result, parameters, list.variadic, list.unprototyped), parameters: list.parameters };
  }
  return { type, parameters: null };
}

function arrayQualifiers(p: Parser): number {
  let quals = 0;
  for (;;) {
    if (p.is('static') && p.peek().text === ']') p.error(p.tok, 'static needs the number of elements behind it');
    if (p.is('const') || p.is('__const')) quals |= CONST;
    else if (p.is('volatile') || p.is('__volatile__')) quals |= VOLATILE;
    else if (p.is('restrict') || p.is('__restrict') || p.is('__restrict__')) quals |= RESTRICT;
    else if (!p.is('static')) return quals;
    p.next();
  }
}

/** -1: none is given. */
function arraySize(p: Parser, at: Token, isParameter: boolean): number {
  if (p.is(']')) return -1;
  if (p.is('*') && p.peek().text === ']') {
    const star = p.next();
    if (!isParameter) p.error(star, 'variable-length arrays are not supported: [*] can only stand in a parameter, for its first dimension');
    return -1;
  }
  const e = p.rules.assignment(p);
  const n = constantValue(e);
  if (e.type.kind === 'error') return 1;
  if (!e.type.isInteger) {
    p.error(at, `the size of an array must be an integer, not \`${String(e.type)}\``);
    return 1;
  }
  if (n === null) {
    // A parameter is a pointer, whatever the size; only what computing it does would be lost.
    if (!isParameter || !isPure(e)) p.error(e.at, 'variable-length arrays are not supported: the size must be a constant');
    return 1;
  }
  if (isSigned(e.type) && n < 0n) {
    p.error(at, 'an array cannot have a negative size');
    return 1;
  }
  if (n > BigInt(MAX_SIZE)) {
    p.error(at, `the array is too large: no object has more than ${MAX_SIZE} bytes`);
    return 1;
  }
  return Number(n);
}

/** Does computing it change nothing? */
function isPure(e: Expr): boolean {
  switch (e.kind) {
    case 'const': case 'var': case 'string': return true;
    case 'member': case 'deref': case 'addr': case 'cast': case 'neg': case 'compl': case 'not': return isPure(e.e);
    case 'binary': case 'padd': case 'pdiff': case 'and': case 'or': return isPure(e.l) && isPure(e.r);
    case 'cond': return isPure(e.c) && isPure(e.t) && isPure(e.f);
    default: return false;
  }
}

/** After `(`, up to and including `)`. */
function parameterList(p: Parser): { parameters: ParameterName[]; variadic: boolean; unprototyped: boolean } {
  if (p.accept(')')) return { parameters: [], variadic: false, unprototyped: true };
  if (p.is('void') && p.peek().text === ')') {
    p.next();
    p.next();
    return { parameters: [], variadic: false, unprototyped: false };
  }
  const parameters: ParameterName[] = [];
  if (p.isName && !isTypeStart(p) && (p.peek().text === ',' || p.peek().text === ')')) {
    // Names only, as before C89: their types stand before the body. 6.9.1p6.
    do parameters.push({ name: p.expectName('a parameter'), type: INT, isRegister: false });
    while (p.accept(','));
    p.expect(')', 'after the parameters');
    return { parameters, variadic: false, unprototyped: true };
  }
  let variadic = false;
  // A struct tag first named here is visible in this list only; so are the parameters, for sizes and typeof.
  p.push();
  do {
    if (p.accept('...')) {
      if (parameters.length === 0) p.error(p.tok, '... needs a parameter before it');
      variadic = true;
      break;
    }
    const tags = p.scope.tags.size, specs = specifiers(p, false);
    if (p.scope.tags.size > tags) {
      p.warn(specs.at, `\`${String(specs.type)}\` is named for the first time in a list of parameters: anywhere else that is another type; ` +
        'declare it before, or include its header');
    }
    if (specs.storage && specs.storage !== 'register') p.error(specs.at, `a parameter cannot be ${specs.storage}`);
    if (specs.isAuto) p.error(specs.at, '__auto_type is for automatic variables');
    if (specs.alignas) p.error(specs.alignas, 'a parameter cannot be aligned with _Alignas');
    const d = declarator(p, specs.type, true, true);
    const attrs = attributes(p);
    let { type } = d;
    if (type.kind === 'array') type = type.to.pointerTo();
    else if (type.kind === 'function') type = type.pointerTo();
    type = withMode(type, attrs);
    if (type.isVoid) p.error(d.name ?? specs.at, 'a parameter cannot be void');
    parameters.push({ name: d.name, type, isRegister: specs.storage === 'register' });
    if (d.name) p.scope.symbols.set(d.name.name!, { kind: 'variable', v: new Variable(d.name.text, type, 'local', d.name) });
  } while (p.accept(','));
  p.pop();
  p.expect(')', 'after the parameters');
  return { parameters, variadic, unprototyped: false };
}

/** The declarations between the names and the body of a function in the style from before C89. */
export function oldStyleParameters(p: Parser, parameters: ParameterName[]): void {
  while (!p.is('{') && p.tok.kind !== 0) {
    const specs = specifiers(p, false);
    if (specs.storage && specs.storage !== 'register') p.error(specs.at, `a parameter cannot be ${specs.storage}`);
    do {
      const d = declarator(p, specs.type, false, true);
      attributes(p);
      const parameter = parameters.find((q) => q.name?.text === d.name?.text);
      if (!parameter) p.error(d.name ?? specs.at, `\`${d.name?.text ?? ''}\` is no parameter of this function`);
      else {
        parameter.type = d.type.kind === 'array' ? d.type.to.pointerTo() : d.type.kind === 'function' ? d.type.pointerTo() : d.type;
        parameter.isRegister = specs.storage === 'register';
      }
    } while (p.accept(','));
    p.expect(';', 'after the declaration of the parameters');
  }
}

export function typeName(p: Parser): Type {
  const specs = specifiers(p, false);
  if (specs.storage || specs.inline || specs.threadLocal) p.error(specs.at,
    `only a type can stand here, no \`${specs.storage || (specs.inline ? 'inline' : '_Thread_local')}\``);
  if (specs.isAuto) p.error(specs.at, '__auto_type is for automatic variables');
  const d = declarator(p, specs.type, true);
  if (d.name) p.error(d.name, 'a name cannot stand in this type');
  return d.type;
}
