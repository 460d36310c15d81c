/**
 * struct, union and enum. Layout after the System V AMD64 ABI, "Aggregates and Unions" and "Bit-Fields".
 */
import { roundUp } from '../round.ts';
import { PACK_SHIFT, type Token } from '../preprocess/tokens.ts';
import { INT, LONG, MAX_SIZE, SCHAR, SHORT, Type, UCHAR, UINT, ULONG, USHORT, type Field } from '../types.ts';
import { attributes, noAttributes } from './attributes.ts';
import { declarator, specifiers, withMode } from './declarators.ts';
import type { Attributes, Parser } from './parser.ts';

export function record(p: Parser): Type {
  const word = p.next();
  const kind = word.text as 'struct' | 'union';
  const attrs = attributes(p);
  const tag = p.isName ? p.next() : null;
  let type: Type | null = null;
  if (tag) {
    type = p.is('{') ? (p.scope.tags.get(tag.name!) ?? null) : p.is(';') ? (p.scope.tags.get(tag.name!) ?? null) : p.lookupTag(tag.name!);
    if (type && type.kind !== kind) {
      p.error(tag, `${tag.text} is declared as ${type.kind}, not as ${kind}`);
      type = null;
    }
  } else if (!p.is('{')) p.fail(p.tok, `${kind} needs a name or a list of members`);
  if (!type) {
    type = new Type(kind, 0, 1);
    type.complete = false;
    type.name = tag?.text ?? '';
    if (tag) p.scope.tags.set(tag.name!, type);
  }
  if (p.is('{')) {
    if (type.complete) {
      p.error(tag ?? word, `${kind} ${type.name} is defined twice`);
      type = new Type(kind, 0, 1);
      type.complete = false;
    }
    p.next();
    const fields = members(p);
    const end = p.expect('}', `to close the ${kind}`);
    attributes(p, attrs);
    layout(p, type, fields, attrs, end);
  }
  return type;
}

interface RawField {
  name: string;
  type: Type;
  at: Token;
  /** -1: no bit-field. */
  width: number;
  packed: boolean;
  aligned: number;
}

function members(p: Parser): RawField[] {
  const fields: RawField[] = [];
  const names = new Set<string>();
  while (!p.is('}') && p.tok.kind !== 0) {
    if (p.accept(';')) continue;
    if (p.is('_Static_assert')) {
      p.rules.declaration(p, false);
      continue;
    }
    const specs = specifiers(p, false);
    if (specs.storage || specs.inline || specs.threadLocal)
      p.error(specs.at, `a member cannot be ${specs.storage || (specs.inline ? 'inline' : '_Thread_local')}`);
    if (specs.isAuto) p.error(specs.at, '__auto_type is for automatic variables');
    if (p.is(';')) {
      const at = p.next();
      if (specs.type.isRecord) fields.push({ name: '', type: specs.type, at, width: -1, packed: specs.attributes.packed, aligned: specs.attributes.aligned });
      else if (specs.type.kind !== 'enum') p.warn(at, 'this declares no member');
      continue;
    }
    do {
      const at = p.tok;
      let name = '';
      let type = specs.type;
      const attrs: Attributes = { ...noAttributes(), packed: specs.attributes.packed, aligned: specs.attributes.aligned };
      if (!p.is(':')) {
        const d = declarator(p, specs.type);
        name = d.name?.text ?? '';
        type = d.type;
        attributes(p, attrs);
        type = withMode(type, attrs);
        if (type.kind === 'function') p.error(at, `member ${name} cannot be a function; a pointer to one can`);
        else if (type.isVoid) p.error(at, `member ${name} cannot be void`);
        else if (!type.complete && !(type.kind === 'array')) p.error(at, `member ${name} has the type \`${String(type)}\`, which is not defined yet`);
        if (name && names.has(name)) p.error(at, `there are two members ${name}`);
        names.add(name);
      }
      let width = -1;
      if (p.accept(':')) {
        const wanted = p.rules.constant(p);
        const n = wanted < 0n || wanted > 64n ? -1 : Number(wanted);
        if (n === 0 && name) p.error(at, `the bit-field ${name} has no bits; without a name it would end the unit`);
        if (!type.isInteger) p.error(at, `a bit-field must have an integer type, not \`${String(type)}\``);
        else if (n < 0 || n > (type.kind === 'bool' ? 1 : type.size * 8))
          p.error(at, `a bit-field of type \`${String(type)}\` has at most ${type.kind === 'bool' ? 1 : type.size * 8} bits`);
        else width = n;
        if (specs.alignas) p.error(specs.alignas, 'a bit-field cannot be aligned with _Alignas');
        attributes(p, attrs);
      }
      fields.push({ name, type, at, width, packed: attrs.packed, aligned: attrs.aligned });
    } while (p.accept(','));
    p.expect(';', 'after the member');
  }
  return fields;
}

function layout(p: Parser, type: Type, raw: RawField[], attrs: Attributes, end: Token): void {
  const isUnion = type.kind === 'union';
  const fields: Field[] = [];
  let bits = 0;
  let size = 0;
  let align = 1;
  const packLog = end.flags >> PACK_SHIFT;
  const limit = packLog ? 1 << (packLog - 1) : Infinity;
  raw.forEach((f, i) => {
    const packed = attrs.packed || f.packed;
    let fieldAlign = packed ? 1 : f.type.align;
    if (f.aligned) fieldAlign = packed ? f.aligned : Math.max(fieldAlign, f.aligned);
    fieldAlign = Math.min(fieldAlign, limit);
    if (f.type.kind === 'array' && f.type.count < 0 && (i !== raw.length - 1 || i === 0 || isUnion))
      p.error(f.at, 'only the last member of a struct, after others, can be an array without a size');
    if (isUnion) bits = 0;
    if (f.width >= 0) {
      const unitBits = f.type.size * 8;
      if (f.width === 0) {
        bits = roundUp(bits, Math.min(f.type.size, limit) * 8);
        return;
      }
      // A bit-field never crosses a boundary of its type. #pragma pack sets these boundaries closer, not the space between them.
      const boundary = Math.min(f.type.size, limit) * 8;
      if (!packed && Math.floor(((bits % boundary) + f.width + boundary - 1) / boundary) > unitBits / boundary) bits = roundUp(bits, boundary);
      let unit = f.type.size;
      let offset = Math.floor(bits / unitBits) * unit;
      if (packed || boundary < unitBits) {
        offset = Math.floor(bits / 8);
        unit = [1, 2, 4, 8].find((n) => (bits % 8) + f.width <= n * 8) ?? 8;
        if (f.name && (bits % 8) + f.width > 64) p.error(f.at, `this packed bit-field spans nine bytes, which is not supported`);
      }
      // A field that fills whole bytes at a byte boundary needs no shifting.
      const bitOffset = bits - offset * 8;
      if (bitOffset % 8 === 0 && [8, 16, 32, 64].includes(f.width)) {
        offset += bitOffset / 8;
        if (f.name) fields.push({ name: f.name, type: f.type, offset, bitOffset: 0, bitWidth: f.width, unit: f.width / 8 });
      } else if (f.name) fields.push({ name: f.name, type: f.type, offset, bitOffset, bitWidth: f.width, unit });
      if (f.name) align = Math.max(align, fieldAlign);
      bits += f.width;
      size = Math.max(size, roundUp(bits, 8) / 8);
      return;
    }
    const offset = roundUp(roundUp(bits, 8) / 8, fieldAlign);
    if (offset + f.type.size > MAX_SIZE / 8) {
      // The bits of what follows would no longer be counted exactly.
      p.error(f.at, `the ${type.kind} is too large: its members may take ${Math.floor(MAX_SIZE / 8)} bytes`);
      return;
    }
    fields.push({ name: f.name, type: f.type, offset, bitOffset: 0, bitWidth: -1, unit: 0 });
    bits = (offset + f.type.size) * 8;
    size = Math.max(size, offset + f.type.size);
    align = Math.max(align, fieldAlign);
  });
  align = Math.max(align, attrs.aligned);
  type.finish(fields, roundUp(size, align), align);
}

export function enumeration(p: Parser): Type {
  const word = p.next();
  const attrs = attributes(p);
  const tag = p.isName ? p.next() : null;
  if (!p.is('{')) {
    if (!tag) p.fail(p.tok, 'enum needs a name or a list of constants');
    const known = p.lookupTag(tag.name!);
    if (known && known.kind !== 'enum') p.fail(tag, `${tag.text} is declared as ${known.kind}, not as enum`);
    return known ?? declaredEnum(p, tag);
  }
  p.next();
  const list: { name: string; value: bigint; at: Token }[] = [];
  let value = 0n;
  const symbols: { value: bigint; type: Type; at: Token; kind: 'constant' }[] = [];
  while (!p.is('}')) {
    const at = p.expectName('an enumeration constant');
    attributes(p);
    if (p.accept('=')) value = p.rules.constant(p);
    list.push({ name: at.text, value, at });
    // While the enum is being read each constant has type int if it fits: 6.7.2.2p3, and gcc.
    const symbol = { kind: 'constant' as const, value, type:
      value >= -0x8000_0000n && value <= 0x7fff_ffffn ? INT : value >= 0n && value <= 0xffff_ffffn ? UINT : value < 0n ? LONG : ULONG, at };
    symbols.push(symbol);
    if (p.scope.symbols.has(at.name!)) p.error(at, `\`${at.text}\` is declared twice in this scope`);
    p.scope.symbols.set(at.name!, symbol);
    value++;
    if (!p.accept(',')) break;
  }
  p.expect('}', 'to close the enum');
  attributes(p, attrs);
  let low = 0n;
  let high = 0n;
  for (const e of list) {
    if (e.value < low) low = e.value;
    if (e.value > high) high = e.value;
  }
  const fits = (t: Type): boolean => low >= (t.signed ? -(1n << BigInt(t.size * 8 - 1)) : 0n) && high < 1n << BigInt(t.size * 8 - (t.signed ? 1 : 0));
  const ladder = low < 0n ? [SCHAR, SHORT, INT, LONG] : [UCHAR, USHORT, UINT, ULONG];
  const underlying = ladder.find((t) => (attrs.packed || t.size >= 4) && fits(t));
  if (!underlying) p.error(word, 'no integer type holds all constants of this enum');
  const old = tag ? p.scope.tags.get(tag.name!) : undefined;
  if (old && (old.kind !== 'enum' || old.complete)) p.error(tag ?? word,
    old.kind === 'enum' ? `enum ${old.name} is defined twice` : `${old.name} is declared as ${old.kind}, not as enum`);
  const type = old && old.kind === 'enum' && !old.complete ? old : declaredEnum(p, tag);
  type.finishEnum(underlying ?? LONG, (underlying ?? LONG).size, list.map(({ name, value: v }) => ({ name, value: v })));
  // Those that an int does not hold have the type of the enum: GCC manual, "Structures, Unions, Enumerations, and Bit-Fields".
  for (const s of symbols) if (s.type !== INT) s.type = type;
  return type;
}

/** Not defined yet: then a pointer to it may be declared, as gcc allows. */
function declaredEnum(p: Parser, tag: Token | null): Type {
  const type = new Type('enum', 4, 4);
  type.name = tag?.text ?? '';
  type.to = UINT;
  type.rank = UINT.rank;
  type.complete = false;
  if (tag) p.scope.tags.set(tag.name!, type);
  return type;
}
