/**
 * `__builtin_...` functions that need more than a declaration. GCC manual, "Other Built-in Functions Provided by GCC".
 */
import type { Token } from '../preprocess/tokens.ts';
import { Variable, type Expr } from '../tree.ts';
import { BOOL, CHAR, CONST, findField, functionOf, INT, isSigned, LONG, sameType, UINT, ULONG, ULLONG, USHORT, VOID, VOLATILE, wrapTo,
  type Type } from '../types.ts';
import { assignable, cast, decay, scalar } from './convert.ts';
import { finishCall } from './expressions.ts';
import type { Parser } from './parser.ts';
import { isVaList } from './va-list.ts';

const POINTER = VOID.pointerTo();
const CONST_POINTER = VOID.qualified(CONST).pointerTo();
const STRING = CHAR.qualified(CONST).pointerTo();

/** Those that are ordinary functions of the C library under another name. */
const LIBRARY: ReadonlyMap<string, Type> = new Map(Object.entries({
  memcpy: functionOf(POINTER, list(POINTER, CONST_POINTER, ULONG), false),
  memmove: functionOf(POINTER, list(POINTER, CONST_POINTER, ULONG), false),
  memset: functionOf(POINTER, list(POINTER, INT, ULONG), false),
  memcmp: functionOf(INT, list(CONST_POINTER, CONST_POINTER, ULONG), false),
  strlen: functionOf(ULONG, list(STRING), false),
  strcmp: functionOf(INT, list(STRING, STRING), false),
  strncmp: functionOf(INT, list(STRING, STRING, ULONG), false),
  strcpy: functionOf(CHAR.pointerTo(), list(CHAR.pointerTo(), STRING), false),
  strchr: functionOf(CHAR.pointerTo(), list(STRING, INT), false),
  abort: functionOf(VOID, [], false),
}));

function list(...types: Type[]): { name: string; type: Type }[] {
  return types.map((type) => ({ name: '', type }));
}

/** name: [result, operands]. The operands are converted like arguments. */
const SIMPLE: ReadonlyMap<string, [Type, Type[]]> = new Map(Object.entries<[Type, Type[]]>({
  ctz: [INT, [UINT]], ctzl: [INT, [ULONG]], ctzll: [INT, [ULLONG]], clz: [INT, [UINT]], clzl: [INT, [ULONG]], clzll: [INT, [ULLONG]],
  ffs: [INT, [UINT]], ffsl: [INT, [ULONG]], ffsll: [INT, [ULLONG]], popcount: [INT, [UINT]], popcountl: [INT, [ULONG]], popcountll: [INT, [ULLONG]],
  parity: [INT, [UINT]], parityl: [INT, [ULONG]], parityll: [INT, [ULLONG]],
  bswap16: [USHORT, [USHORT]], bswap32: [UINT, [UINT]], bswap64: [ULONG, [ULONG]],
  trap: [VOID, []], unreachable: [VOID, []], frame_address: [POINTER, [UINT]], return_address: [POINTER, [UINT]], ia32_pause: [VOID, []],
}));

/** An operand that must be a va_list; in its place stands an expression in error. */
function vaList(p: Parser, at: Token, e: Expr): Expr {
  const list = decay(p, e);
  if (isVaList(list.type) || list.type.kind === 'error') return list;
  p.error(e.at, `${at.text} needs a va_list, here is \`${String(list.type)}\``);
  return p.errorExpr(at);
}

export function builtin(p: Parser, at: Token): Expr | null {
  p.next();
  const name = at.text.replace('__builtin_', '');
  switch (name) {
    case 'offsetof': return offsetOf(p, at);
    case 'types_compatible_p': {
      p.expect('(', `after ${at.text}`);
      const a = p.rules.typeName(p);
      p.expect(',', 'between the types');
      const b = p.rules.typeName(p);
      p.expect(')', 'after the types');
      return p.int(at, sameType(a, b) ? 1n : 0n);
    }
    case 'va_arg': {
      p.expect('(', `after ${at.text}`);
      const ap = vaList(p, at, p.rules.assignment(p));
      p.expect(',', 'before the type');
      const type = p.rules.typeName(p);
      p.expect(')', 'after the type');
      if (!type.complete || type.isVoid) p.error(at, `va_arg: \`${String(type)}\` is not defined here`);
      else if (type.isInteger && type.size < 4) p.error(at, `va_arg: \`${String(type)}\` is passed as int; ask for int`);
      return { kind: 'builtin', type: type.unqualified(), at, name: 'va_arg', args: [ap], target: type };
    }
    case 'choose_expr': {
      p.expect('(', `after ${at.text}`);
      const c = p.rules.constant(p);
      p.expect(',', 'after the condition');
      const a = p.rules.assignment(p);
      p.expect(',', 'between the expressions');
      const b = p.rules.assignment(p);
      p.expect(')', 'after the expressions');
      return c !== 0n ? a : b;
    }
    default:
  }
  p.expect('(', `after ${at.text}`);
  const args: Expr[] = [];
  const evaluated = name !== 'constant_p' && name !== 'object_size';
  if (!evaluated) p.unevaluated++;
  if (!p.is(')')) {
    do args.push(p.rules.assignment(p));
    while (p.accept(','));
  }
  if (!evaluated) p.unevaluated--;
  p.expect(')', 'after the arguments');
  const count = (n: number): boolean => {
    if (args.length === n) return true;
    p.error(at, `${at.text} takes ${n} argument${n === 1 ? '' : 's'}, here ${args.length === 1 ? 'is' : 'are'} ${args.length}`);
    return false;
  };
  const bad = p.errorExpr(at);
  const make = (type: Type, list: Expr[], target: Type | null = null): Expr => ({ kind: 'builtin', type, at, name, args: list, target });
  switch (name) {
    case 'expect':
    case 'expect_with_probability':
      if (!count(name === 'expect' ? 2 : 3)) return bad;
      return after(p, args.slice(1), cast(scalar(p, args[0]!, `the first argument of ${at.text}`), LONG));
    case 'constant_p': {
      if (!count(1)) return bad;
      const e = decay(p, args[0]!);
      return p.int(at, e.kind === 'const' || (e.kind === 'addr' && e.e.kind === 'string') ? 1n : 0n);
    }
    case 'va_start':
      if (args.length !== 2 && args.length !== 1) return count(2) ? bad : bad;
      if (!p.fn?.definition.variable.type.variadic) p.error(at, 'va_start is for functions whose parameters end with ...');
      return make(VOID, [vaList(p, at, args[0]!)]);
    case 'va_end':
      if (!count(1)) return bad;
      return cast(vaList(p, at, args[0]!), VOID);
    case 'va_copy':
      if (!count(2)) return bad;
      return make(VOID, [vaList(p, at, args[0]!), vaList(p, at, args[1]!)]);
    case 'assume_aligned': return args[0] ? after(p, args.slice(1), decay(p, args[0])) : bad;
    case 'prefetch': return args[0] ? after(p, args, cast(p.int(at, 0n), VOID)) : bad;
    case 'object_size': {
      if (!count(2)) return bad;
      // Never evaluates; what is unknown is as large as can be, or as small: GCC manual, "Object Size Checking".
      const kind = decay(p, args[1]!);
      if (kind.kind !== 'const' || kind.value < 0n || kind.value > 3n) p.error(at, `${at.text} needs 0, 1, 2 or 3`);
      return p.int(at, kind.kind === 'const' && kind.value > 1n ? 0n : 0xffff_ffff_ffff_ffffn, ULONG);
    }
    case 'add_overflow': case 'sub_overflow': case 'mul_overflow': return overflow(p, at, args, make);
    default:
  }
  const simple = SIMPLE.get(name);
  if (simple) {
    const [type, operands] = simple;
    if (!count(operands.length)) return bad;
    const list = args.map((a, i) => assignable(p, a, operands[i]!, a.at, `argument of ${at.text}`));
    const known = list[0]?.kind === 'const' ? foldBits(name, list[0].value, operands[0]!) : null;
    if (known !== null) return p.int(at, known, type);
    if ((name === 'frame_address' || name === 'return_address') && list[0]!.kind !== 'const') p.error(at, `${at.text} needs a constant level`);
    const made = make(type, list);
    if (!name.startsWith('parity')) return made;
    return { kind: 'binary', type, at, op: '&', l: { ...made, name: name.replace('parity', 'popcount') } as Expr, r: p.int(at, 1n) };
  }
  const library = LIBRARY.get(name);
  if (library) {
    const found = p.fileScope.symbols.get(p.names.get(name));
    let v = found?.kind === 'variable' && found.v.kind === 'function' ? found.v : null;
    if (!v) {
      v = new Variable(name, library, 'function', at);
      p.fileScope.symbols.set(p.names.get(name), { kind: 'variable', v });
    }
    v.used = true;
    const fn: Expr = { kind: 'var', type: v.type, at, v };
    return finishCall(p, decay(p, fn), args, at);
  }
  return atomic(p, at, name, args);
}

/** The value, after operands that are evaluated for what they do only. */
function after(p: Parser, operands: Expr[], value: Expr): Expr {
  return operands.reduceRight((r, e) => (decay(p, e).kind === 'const' ? r : { kind: 'comma', type: r.type, at: e.at, l: cast(decay(p, e), VOID), r }), value);
}

function overflow(p: Parser, at: Token, args: Expr[], make: (type: Type, list: Expr[], target: Type) => Expr): Expr {
  const out = args[2] ? decay(p, args[2]) : null;
  if (args.length !== 3 || out?.type.kind !== 'pointer' || !out.type.to.isInteger) {
    p.error(at, `${at.text} takes two integers and a pointer to the result`);
    return p.errorExpr(at);
  }
  const target = out.type.to;
  const l = decay(p, args[0]!);
  const r = decay(p, args[1]!);
  const same = (e: Expr): boolean => e.kind === 'const' ? wrapTo(e.value, target) === e.value
    : e.type.size === target.size && isSigned(e.type) === isSigned(target);
  if (!same(l) || !same(r) || target.size < 4) {
    p.error(at, `${at.text} is supported only where both operands and the result have the same type of 32 or 64 bits`);
    return p.errorExpr(at);
  }
  return make(BOOL, [cast(l, target), cast(r, target), out], target);
}

/** __sync_* and __atomic_*: on x86 every ordering is at least what the locked instruction gives. */
function atomic(p: Parser, at: Token, name: string, args: Expr[]): Expr | null {
  const short = name.replace(/^__(sync|atomic)_/, '');
  if (short === 'synchronize' || short === 'thread_fence') return after(p, args, { kind: 'builtin', type: VOID, at, name: 'mfence', args: [], target: null });
  const pointer = args[0] ? decay(p, args[0]) : null;
  if (!pointer || pointer.type.kind !== 'pointer' || !pointer.type.to.isScalar) return null;
  const target = pointer.type.to.unqualified();
  const count: Record<string, number> = { load_n: 2, store_n: 3, exchange_n: 3, fetch_add: 3 };
  // The memory order: every one is held, but it may do something.
  const order = args.slice(Object.hasOwn(count, short) ? count[short]! - 1 : args.length);
  const second = short !== 'load_n' && args[1] ? assignable(p, args[1], target, at, `argument of ${at.text}`) : null;
  const node = (what: string, type: Type, list: Expr[]): Expr => after(p, order, { kind: 'builtin', type, at, name: what, args: list, target });
  switch (short) {
    case 'load_n': return after(p, order, { kind: 'deref', type: target.qualified(VOLATILE), at, e: pointer });
    case 'store_n': return second ? node('xchg', VOID, [pointer, second]) : null;
    case 'exchange_n': case 'lock_test_and_set': return second ? node('xchg', target, [pointer, second]) : null;
    case 'lock_release': return node('xchg', VOID, [pointer, cast(p.int(at, 0n), target)]);
    case 'fetch_add': case 'fetch_and_add': return second ? node('xadd', target, [pointer, second]) : null;
    case 'bool_compare_and_swap': case 'val_compare_and_swap': {
      if (!second || !args[2]) return null;
      const desired = assignable(p, args[2], target, at, `argument of ${at.text}`);
      return node(short === 'bool_compare_and_swap' ? 'cmpxchg-bool' : 'cmpxchg', short === 'bool_compare_and_swap' ? BOOL : target,
        [pointer, second, desired]);
    }
    default: return null;
  }
}

function foldBits(name: string, value: bigint, type: Type): bigint | null {
  const bits = type.size * 8;
  const v = BigInt.asUintN(bits, value);
  const binary = v.toString(2);
  const kind = name.replace(/l+$/, '');
  if (name.startsWith('bswap')) {
    let out = 0n;
    for (let i = 0; i < bits; i += 8) out = (out << 8n) | ((v >> BigInt(i)) & 0xffn);
    return out;
  }
  switch (kind) {
    case 'popcount': return BigInt(binary.replaceAll('0', '').length);
    case 'parity': return BigInt(binary.replaceAll('0', '').length & 1);
    case 'ctz': return v === 0n ? null : BigInt(binary.length - 1 - binary.lastIndexOf('1'));
    case 'clz': return v === 0n ? null : BigInt(bits - binary.length);
    case 'ffs': return v === 0n ? 0n : BigInt(binary.length - binary.lastIndexOf('1'));
    default: return null;
  }
}

function offsetOf(p: Parser, at: Token): Expr {
  p.expect('(', 'after __builtin_offsetof');
  let type = p.rules.typeName(p);
  p.expect(',', 'before the member');
  let offset = 0n;
  let expectName = true;
  for (;;) {
    if (expectName || p.accept('.')) {
      expectName = false;
      const name = p.expectName('a member name');
      const found = type.isRecord ? findField(type, name.text) : null;
      if (!found) {
        p.error(name, `\`${String(type)}\` has no member \`${name.text}\``);
        break;
      }
      if (found.field.bitWidth >= 0) p.error(name, `\`${name.text}\` is a bit-field and has no offset`);
      offset += BigInt(found.offset);
      type = found.field.type;
    } else if (p.is('[')) {
      p.next();
      const index = p.rules.constant(p);
      p.expect(']', 'after the index');
      type = type.to;
      offset += index * BigInt(type.size);
    } else break;
  }
  while (!p.is(')') && p.tok.kind !== 0) p.next();
  p.expect(')', 'to close __builtin_offsetof');
  return p.int(at, offset, ULONG);
}
