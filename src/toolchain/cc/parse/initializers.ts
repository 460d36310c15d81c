/**
 * Initialisers, flattened to (offset, type, value). C11 (N1570), 6.7.9; ranges `[a ... b] =` and `name:` as GNU C has them.
 */
import { decodeString } from '../literals.ts';
import { STRING } from '../preprocess/tokens.ts';
import type { Expr, InitElement, Initializer } from '../tree.ts';
import { arrayOf, findField, type Field, type Type } from '../types.ts';
import { assignable, isCharArray } from './convert.ts';
import type { Parser } from './parser.ts';

/** Reads an initialiser for `type`; an array without a size gets one. */
export function initializer(p: Parser, type: Type): { init: Initializer; type: Type } {
  const elements: InitElement[] = [];
  if (!p.is('{')) {
    if (isCharArray(type) && p.tok.kind === STRING) {
      const size = stringInto(p, type, 0, elements);
      return { init: { elements, zeroes: true }, type: type.count < 0 ? arrayOf(type.to, size) : type };
    }
    const at = p.tok;
    const e = p.rules.assignment(p);
    if (type.kind === 'array') {
      // GNU: a compound literal may initialise an array; so may a string of another char type.
      if ((e.kind === 'compound' || e.kind === 'var') && e.type.kind === 'array') {
        elements.push({ offset: 0, type: e.type, field: null, value: e });
        return { init: { elements, zeroes: true }, type: e.type };
      }
      p.error(at, `an array needs a list in { } to begin with`);
      return { init: { elements, zeroes: true }, type };
    }
    elements.push({ offset: 0, type, field: null, value: assignable(p, e, type, at, 'initialisation') });
    return { init: { elements, zeroes: false }, type };
  }
  const count = braced(p, type, 0, elements);
  const full = type.kind === 'array' && type.count < 0 ? arrayOf(type.to, count) : type;
  return { init: { elements, zeroes: true }, type: full };
}

/** The bytes that the string takes, with its terminator. */
function stringInto(p: Parser, type: Type, offset: number, elements: InitElement[]): number {
  const at = p.tok;
  const bytes: number[] = [];
  while (p.tok.kind === STRING) for (const b of decodeString(p.next().text)) bytes.push(b);
  bytes.push(0);
  const room = type.count < 0 ? bytes.length : type.count;
  if (bytes.length - 1 > room) p.warn(at, `the string has ${bytes.length - 1} characters, the array takes ${room}`);
  const kept = Uint8Array.from(bytes.slice(0, room));
  elements.push({ offset, type: arrayOf(type.to, kept.length), field: null, value: { kind: 'string', type: arrayOf(type.to, kept.length), at, bytes: kept } });
  return bytes.length;
}

/** `{ ... }` for one object. Returns the number of array elements it speaks of. */
function braced(p: Parser, type: Type, offset: number, elements: InitElement[]): number {
  const open = p.expect('{', 'to begin the list');
  if (type.isScalar || type.kind === 'error') {
    if (p.is('}')) elements.push({ offset, type, field: null, value: p.int(open, 0n, type) });
    else if (p.is('{')) braced(p, type, offset, elements);
    else scalarValue(p, type, null, offset, elements);
    p.accept(',');
    p.expect('}', 'after the value');
    return 1;
  }
  if (isCharArray(type) && p.tok.kind === STRING && (p.peek().text === '}' || p.peek().text === ',' || p.peek().kind === STRING)) {
    const n = stringInto(p, type, offset, elements);
    p.accept(',');
    p.expect('}', 'after the string');
    return n;
  }
  if (!type.complete && type.kind !== 'array') {
    p.error(open, `\`${String(type)}\` is not defined here`);
    p.seek(p.pos - 1);
    p.skipBraces();
    return 0;
  }
  const count = members(p, type, offset, elements, true);
  p.expect('}', 'to close the list');
  return count;
}

/** One level of an aggregate that is being filled; without braces of its own it stops when it is full. */
function members(p: Parser, type: Type, offset: number, elements: InitElement[], isBraced: boolean): number {
  const isArray = type.kind === 'array';
  const fields = isArray ? null : type.base.fields!.filter((f) => f.name !== '' || f.type.isRecord);
  const limit = isArray ? (type.count < 0 ? Infinity : type.count) : type.kind === 'union' ? Math.min(1, fields!.length) : fields!.length;
  let index = 0;
  let highest = 0;
  let warned = false;
  while (!p.is('}') && p.tok.kind !== 0) {
    const at = p.tok;
    if (isBraced && (p.is('[') || p.is('.') || (p.isName && p.peek().text === ':'))) {
      index = designated(p, type, offset, elements, fields);
      highest = Math.max(highest, index);
    } else if (index >= limit) {
      if (!isBraced) return highest;
      if (!warned) p.warn(at, `the list has more values than \`${String(type)}\` takes; the rest is dropped`);
      warned = true;
      p.rules.assignment(p);
    } else {
      const field = isArray ? null : fields![index]!;
      value(p, isArray ? type.to : field!.type, field, offset + (isArray ? index * type.to.size : field!.offset), elements);
      index++;
      highest = Math.max(highest, index);
    }
    if (p.is('}')) break;
    if (!isBraced && index >= limit) return highest;
    if (!isBraced && (p.peek().text === '.' || p.peek().text === '[' || p.peek().text === '}')) return highest;
    p.expect(',', 'between the values');
  }
  return highest;
}

/** `.a.b[3] = value`. Returns the index that a following plain value goes to. */
function designated(p: Parser, type: Type, offset: number, elements: InitElement[], fields: Field[] | null): number {
  if (p.is('[')) {
    const at = p.next();
    if (type.kind !== 'array') p.fail(at, `\`${String(type)}\` is no array: [n] = cannot name a part of it`);
    const low = Number(p.rules.constant(p));
    const high = p.accept('...') ? Number(p.rules.constant(p)) : low;
    p.expect(']', 'after the index');
    if (low < 0 || high < low || (type.count >= 0 && high >= type.count)) p.fail(at, `the index ${low === high ? low : `range ${low} ... ${high}`} lies outside of \`${String(type)}\``);
    const first: InitElement[] = [];
    rest(p, type.to, null, offset + low * type.to.size, first);
    for (const e of first) elements.push(e);
    for (let i = low + 1; i <= high; i++) for (const e of first) elements.push({ ...e, offset: e.offset + (i - low) * type.to.size });
    return high + 1;
  }
  const dotted = p.accept('.');
  const name = p.expectName('a member name');
  if (!dotted) p.expect(':', 'after the member name');
  const found = type.isRecord ? findField(type, name.text) : null;
  if (!found) p.fail(name, `\`${String(type)}\` has no member \`${name.text}\``);
  rest(p, found.field.type, found.field, offset + found.offset, elements, !dotted);
  const index = fields!.findIndex((f) => f === found.field || (f.name === '' && f.offset <= found.offset && found.offset < f.offset + Math.max(1, f.type.size)));
  return type.kind === 'union' ? 1 : index + 1;
}

function rest(p: Parser, type: Type, field: Field | null, offset: number, elements: InitElement[], colon = false): void {
  if (p.is('[') || p.is('.')) {
    designated(p, type, offset, elements, type.isRecord ? type.base.fields!.filter((f) => f.name !== '' || f.type.isRecord) : null);
    return;
  }
  if (!colon) p.expect('=', 'after the designator');
  value(p, type, field, offset, elements);
}

function value(p: Parser, type: Type, field: Field | null, offset: number, elements: InitElement[]): void {
  if (p.is('{')) {
    if (!type.isScalar) elements.push({ offset, type, field: null, value: p.int(p.tok, 0n, type) });
    braced(p, type, offset, elements);
    return;
  }
  if (type.isScalar || type.kind === 'error') {
    scalarValue(p, type, field, offset, elements);
    return;
  }
  if (isCharArray(type) && p.tok.kind === STRING) {
    stringInto(p, type, offset, elements);
    return;
  }
  if (type.isRecord) {
    // Either a whole struct, or (without braces) the value of its first member.
    const start = p.pos;
    const errors = p.diagnostics.length;
    const e: Expr = p.rules.assignment(p);
    if (e.type.base === type.base) {
      elements.push({ offset, type, field: null, value: e });
      return;
    }
    p.diagnostics.length = errors;
    p.seek(start);
  }
  members(p, type, offset, elements, false);
}

function scalarValue(p: Parser, type: Type, field: Field | null, offset: number, elements: InitElement[]): void {
  const at = p.tok;
  const e = p.rules.assignment(p);
  elements.push({ offset, type, field: field && field.bitWidth >= 0 ? field : null, value: assignable(p, e, type, at, 'initialisation') });
}
