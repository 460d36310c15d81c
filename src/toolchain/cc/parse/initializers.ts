/**
 * Initialisers, flattened to (offset, type, value). C11 (N1570), 6.7.9; ranges `[a ... b] =` and `name:` as GNU C has them.
 */
import { MAX_INITIALISED_BYTES } from '../data.ts';
import { decodeString } from '../literals.ts';
import { IDENT, PUNCT, STRING } from '../preprocess/tokens.ts';
import type { Expr, InitElement, Initializer, UnionChoice } from '../tree.ts';
import { arrayOf, findField, type Field, type Type } from '../types.ts';
import { assignable, isCharArray } from './convert.ts';
import type { Parser } from './parser.ts';

/** Reads an initialiser for `type`; an array without a size gets one. */
export function initializer(p: Parser, type: Type): { init: Initializer; type: Type } {
  const elements: InitElement[] = [];
  if (!p.is('{')) {
    if (isCharArray(type) && stringFollows(p)) {
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
  discardOtherMembers(p, elements);
  const full = type.kind === 'array' && type.count < 0 ? arrayOf(type.to, count) : type;
  return { init: { elements, zeroes: true }, type: full };
}

/** "The initialization shall occur in initializer list order", and a union holds one member: what another one left is gone. 6.7.9p19. */
function discardOtherMembers(p: Parser, elements: InitElement[]): void {
  if (!elements.some((e) => e.inside)) return;
  const held = new Map<string, { choice: UnionChoice; at: number }>();
  for (let i = 0; i < elements.length; i++) {
    const e = elements[i]!;
    for (const choice of e.inside ?? []) {
      const at = e.offset - choice.distance;
      const key = `${at} ${choice.depth}`;
      const before = held.get(key);
      if (before && before.choice.type === choice.type && before.choice.field !== choice.field) {
        elements.splice(i++, 0, { offset: at, type: choice.type, field: null, value: p.int(e.value.at, 0n, choice.type) });
        for (const [k, h] of held) if (h.at >= at && h.at < at + choice.type.size && h.choice.depth > choice.depth) held.delete(k);
      }
      held.set(key, { choice, at });
    }
  }
}

/** A string, or one in parentheses, which gcc takes as well. */
function stringFollows(p: Parser): boolean {
  let n = 0;
  while (p.peek(n).text === '(' && p.peek(n).kind === PUNCT) n++;
  const opened = n;
  if (p.peek(n).kind !== STRING) return false;
  while (p.peek(n).kind === STRING) n++;
  for (let k = 0; k < opened; k++, n++) if (p.peek(n).text !== ')') return false;
  const after = p.peek(n);
  return after.kind === 0 || after.text === ',' || after.text === ';' || after.text === '}' || after.text === ')';
}

/** The bytes that the string takes, with its terminator. */
function stringInto(p: Parser, type: Type, offset: number, elements: InitElement[]): number {
  const at = p.tok;
  let opened = 0;
  while (p.accept('(')) opened++;
  const bytes: number[] = [];
  while (p.tok.kind === STRING) for (const b of decodeString(p.next().text)) bytes.push(b);
  for (; opened > 0; opened--) p.expect(')', 'after the string');
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
    if (p.is('}')) {
      p.error(p.tok, `\`${String(type)}\` needs a value in the { }`);
      elements.push({ offset, type, field: null, value: p.int(open, 0n, type) });
    } else if (p.is('{')) braced(p, type, offset, elements);
    else scalarValue(p, type, null, offset, elements);
    for (let warned = false; p.accept(',') && !p.is('}'); warned = true) {
      if (!warned) p.warn(p.tok, `the list has more values than \`${String(type)}\` takes; the rest is dropped`);
      p.rules.assignment(p);
    }
    p.expect('}', 'after the value');
    return 1;
  }
  if (isCharArray(type) && stringFollows(p)) {
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
function members(p: Parser, type: Type, offset: number, elements: InitElement[], isBraced: boolean, first = 0): number {
  const isArray = type.kind === 'array';
  const fields = isArray ? null : fieldsOf(type);
  const limit = limitOf(type);
  let index = first;
  let highest = 0;
  let warned = false;
  while (!p.is('}') && p.tok.kind !== 0) {
    const at = p.tok;
    if (isBraced && (p.is('[') || p.is('.') || (p.isName && p.peek().text === ':'))) {
      index = designated(p, type, offset, elements);
      highest = Math.max(highest, index);
    } else if (index >= limit) {
      if (!isBraced) return highest;
      if (!warned) p.warn(at, `the list has more values than \`${String(type)}\` takes; the rest is dropped`);
      warned = true;
      p.rules.assignment(p);
    } else {
      const field = isArray ? null : fields![index]!;
      const from = elements.length;
      value(p, isArray ? type.to : field!.type, field, offset + (isArray ? index * type.to.size : field!.offset), elements);
      if (field) belongs(type, field, offset, elements, from);
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

/** Bit-fields without a name are never initialised. */
function fieldsOf(type: Type): Field[] {
  return type.base.fields?.filter((f) => f.name !== '' || f.type.isRecord) ?? [];
}

function limitOf(type: Type): number {
  if (type.kind === 'array') return type.count < 0 ? Infinity : type.count;
  return type.kind === 'union' ? Math.min(1, fieldsOf(type).length) : fieldsOf(type).length;
}

/** `.a.b[3] = value`, and the plain values after it that belong to `.a.b`. Returns the index that the next one goes to. */
function designated(p: Parser, type: Type, offset: number, elements: InitElement[]): number {
  if (p.is('[')) {
    const at = p.next();
    if (type.kind !== 'array') p.fail(at, `\`${String(type)}\` is no array: [n] = cannot name a part of it`);
    const low = Number(p.rules.constant(p));
    const high = p.accept('...') ? Number(p.rules.constant(p)) : low;
    p.expect(']', 'after the index');
    if (low < 0 || high < low || (type.count >= 0 && high >= type.count))
      p.fail(at, `the index ${low === high ? low : `range ${low} ... ${high}`} lies outside of \`${String(type)}\``);
    if ((high + 1) * type.to.size > MAX_INITIALISED_BYTES || high - low > MAX_INITIALISED_BYTES)
      p.fail(at, `an initialiser can fill ${MAX_INITIALISED_BYTES} bytes, this one needs more`);
    const first: InitElement[] = [];
    const next = rest(p, type.to, null, offset + low * type.to.size, first);
    for (const e of first) elements.push(e);
    for (let i = low + 1; i <= high; i++) for (const e of first) elements.push({ ...e, offset: e.offset + (i - low) * type.to.size });
    resume(p, type.to, offset + high * type.to.size, elements, next);
    return high + 1;
  }
  const dotted = p.accept('.');
  const name = p.expectName('a member name');
  if (!dotted) p.expect(':', 'after the member name');
  if (!type.isRecord || !findField(type, name.text)) p.fail(name, `\`${String(type)}\` has no member \`${name.text}\``);
  return member(p, type, offset, elements, name.text, !dotted);
}

/** The member may stand in a struct without a name; then plain values after it go on there. */
function member(p: Parser, type: Type, offset: number, elements: InitElement[], name: string, colon: boolean): number {
  const fields = fieldsOf(type);
  const index = fields.findIndex((f) => f.name === name || (f.name === '' && findField(f.type, name) !== null));
  const field = fields[index]!;
  const at = offset + field.offset;
  const from = elements.length;
  const next = field.name === name ? rest(p, field.type, field, at, elements, colon) : member(p, field.type, at, elements, name, colon);
  resume(p, field.type, at, elements, next);
  belongs(type, field, offset, elements, from);
  return type.kind === 'union' ? 1 : index + 1;
}

/** Marks the elements from `from` on as parts of this member of a union. */
function belongs(type: Type, field: Field, offset: number, elements: InitElement[], from: number): void {
  if (type.kind !== 'union') return;
  for (let i = from; i < elements.length; i++) {
    const e = elements[i]!;
    const inside = (e.inside ?? []).map((c) => ({ ...c, depth: c.depth + 1 }));
    elements[i] = { ...e, inside: [{ type: type.unqualified(), field, distance: e.offset - offset, depth: 0 }, ...inside] };
  }
}

/** What follows one designator: another one (then where in this object to go on), or the value (-1). */
function rest(p: Parser, type: Type, field: Field | null, offset: number, elements: InitElement[], colon = false): number {
  if (p.is('[') || p.is('.')) return designated(p, type, offset, elements);
  if (!colon) p.expect('=', 'after the designator');
  value(p, type, field, offset, elements);
  return -1;
}

function resume(p: Parser, type: Type, offset: number, elements: InitElement[], index: number): void {
  if (index < 0 || index >= limitOf(type) || !p.is(',')) return;
  const after = p.peek();
  if (after.text === '.' || after.text === '[' || after.text === '}' || (after.kind === IDENT && p.peek(2).text === ':')) return;
  p.next();
  members(p, type, offset, elements, false, index);
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
  if (isCharArray(type) && stringFollows(p)) {
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
