/**
 * struct, union and enum. Layout after the System V AMD64 ABI, "Aggregates and Unions" and "Bit-Fields".
 */
import { roundUp } from '../round.ts';
import type { Token } from '../preprocess/tokens.ts';
import { INT, LONG, Type, UINT, ULONG, type Field } from '../types.ts';
import { attributes, noAttributes } from './attributes.ts';
import { declarator, specifiers } from './declarators.ts';
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
    p.expect('}', `to close the ${kind}`);
    attributes(p, attrs);
    layout(p, type, fields, attrs);
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
        if (type.kind === 'function') p.error(at, `member ${name} cannot be a function; a pointer to one can`);
        else if (!type.complete && !(type.kind === 'array')) p.error(at, `member ${name} has the type \`${String(type)}\`, which is not defined yet`);
        if (name && names.has(name)) p.error(at, `there are two members ${name}`);
        names.add(name);
      }
      let width = -1;
      if (p.accept(':')) {
        const n = Number(p.rules.constant(p));
        if (!type.isInteger) p.error(at, `a bit-field must have an integer type, not \`${String(type)}\``);
        else if (n < 0 || n > (type.kind === 'bool' ? 1 : type.size * 8)) p.error(at, `a bit-field of type \`${String(type)}\` has at most ${type.kind === 'bool' ? 1 : type.size * 8} bits`);
        else width = n;
        attributes(p, attrs);
      }
      fields.push({ name, type, at, width, packed: attrs.packed, aligned: attrs.aligned });
    } while (p.accept(','));
    p.expect(';', 'after the member');
  }
  return fields;
}

function layout(p: Parser, type: Type, raw: RawField[], attrs: Attributes): void {
  const isUnion = type.kind === 'union';
  const fields: Field[] = [];
  let bits = 0;
  let size = 0;
  let align = 1;
  raw.forEach((f, i) => {
    const packed = attrs.packed || f.packed;
    let fieldAlign = packed ? 1 : f.type.align;
    if (f.aligned) fieldAlign = packed ? f.aligned : Math.max(fieldAlign, f.aligned);
    if (f.type.kind === 'array' && f.type.count < 0 && (i !== raw.length - 1 || isUnion) && !isUnion) p.error(f.at, `only the last member can be an array without a size`);
    if (isUnion) bits = 0;
    if (f.width >= 0) {
      const unitBits = f.type.size * 8;
      if (f.width === 0) {
        bits = roundUp(bits, unitBits);
        return;
      }
      // A bit-field never crosses a boundary of its type.
      if (!packed && Math.floor(bits / unitBits) !== Math.floor((bits + f.width - 1) / unitBits)) bits = roundUp(bits, unitBits);
      let unit = f.type.size;
      let offset = Math.floor(bits / unitBits) * unit;
      if (packed) {
        offset = bits >> 3;
        unit = [1, 2, 4, 8].find((n) => (bits & 7) + f.width <= n * 8) ?? 8;
        if (f.name && (bits & 7) + f.width > 64) p.error(f.at, `this packed bit-field spans nine bytes, which is not supported`);
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
    let type = p.lookupTag(tag.name!);
    if (!type) {
      type = new Type('enum', 4, 4);
      type.name = tag.text;
      type.to = UINT;
      type.rank = 3;
      type.enumerators = [];
      p.scope.tags.set(tag.name!, type);
    }
    return type;
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
    const symbol = { kind: 'constant' as const, value, type: value >= -0x8000_0000n && value <= 0x7fff_ffffn ? INT : value >= 0n && value <= 0xffff_ffffn ? UINT : value < 0n ? LONG : ULONG, at };
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
  const underlying = low < 0n ? (low >= -0x8000_0000n && high <= 0x7fff_ffffn ? INT : LONG) : high <= 0xffff_ffffn ? UINT : ULONG;
  const type = new Type('enum', underlying.size, underlying.size);
  type.to = underlying;
  type.rank = underlying.rank;
  type.signed = underlying.signed;
  type.name = tag?.text ?? '';
  type.enumerators = list.map(({ name, value: v }) => ({ name, value: v }));
  if (underlying.size === 8) for (const s of symbols) s.type = underlying;
  if (tag) {
    const old = p.scope.tags.get(tag.name!);
    if (old?.enumerators?.length) p.error(tag ?? word, `enum ${tag.text} is defined twice`);
    p.scope.tags.set(tag.name!, type);
  }
  return type;
}
