/** Objects with static storage: constant initialisers to bytes and relocations, and the section each belongs in. */
import type { AsmExpr, AsmItem } from '../asm/items.ts';
import type { Expr, Initializer, Variable } from './tree.ts';
import { CONST, scalarOf, type Type } from './types.ts';

export interface DataContext {
  string(bytes: Uint8Array): string;
  reference(v: Variable): void;
  nextLabel(): string;
  error(e: Expr | Variable, message: string): void;
}

/** symbol + addend, or null where the value is not known before the program runs. */
export function constantOf(e: Expr, context: DataContext): AsmExpr | null {
  switch (e.kind) {
    case 'const': return { addend: e.value };
    case 'cast': {
      if (!e.type.isScalar || !e.e.type.isScalar) return e.e.type.isRecord ? constantOf(e.e, context) : null;
      const v = constantOf(e.e, context);
      if (!v) return null;
      if (v.symbol !== undefined) return e.type.size === 8 || (v.minus !== undefined && e.type.size === 4) ? v : null;
      const bits = e.type.size * 8;
      if (e.type.kind === 'bool') return { addend: v.addend === 0n ? 0n : 1n };
      return { addend: e.type.signed ? BigInt.asIntN(bits, v.addend) : BigInt.asUintN(bits, v.addend) };
    }
    case 'addr': return addressOf(e.e, context);
    case 'labeladdr': return { symbol: (e.label.symbol ||= context.nextLabel()), addend: 0n };
    case 'pdiff': {
      // Of two places in one object or function; the linker knows how far they are apart.
      const l = constantOf(e.l, context);
      const r = constantOf(e.r, context);
      if (!l || !r || l.minus !== undefined || r.minus !== undefined) return null;
      if (l.symbol === r.symbol) return { addend: (l.addend - r.addend) / BigInt(e.scale) };
      return e.scale === 1 && l.symbol !== undefined && r.symbol !== undefined ? { symbol: l.symbol, minus: r.symbol, addend: l.addend - r.addend } : null;
    }
    case 'padd': {
      const base = constantOf(e.l, context);
      const by = constantOf(e.r, context);
      if (!base || !by || by.symbol !== undefined) return null;
      const delta = by.addend * BigInt(e.scale);
      return { ...base, addend: e.minus ? base.addend - delta : base.addend + delta };
    }
    case 'binary': {
      const l = constantOf(e.l, context);
      const r = constantOf(e.r, context);
      if (!l || !r || e.type.size !== 8) return null;
      if (e.op === '-' && l.symbol !== undefined && l.symbol === r.symbol && l.minus === r.minus) return { addend: l.addend - r.addend };
      if (e.op === '+' && (l.symbol === undefined || r.symbol === undefined)) return { symbol: l.symbol ?? r.symbol, addend: l.addend + r.addend };
      if (e.op === '-' && r.symbol === undefined) return { ...l, addend: l.addend - r.addend };
      return null;
    }
    case 'block': return e.body.length === 0 && e.value ? constantOf(e.value, context) : null;
    case 'var': {
      // A const object whose value is known: GNU C takes it as a constant in initialisers.
      const element = e.v.kind === 'global' && e.v.type.quals & CONST ? e.v.initializer?.elements[0] : undefined;
      return element && e.v.type.isScalar ? constantOf(element.value, context) : null;
    }
    default: return null;
  }
}

function addressOf(e: Expr, context: DataContext): AsmExpr | null {
  switch (e.kind) {
    case 'var':
      if (e.v.kind === 'local' || e.v.threadLocal) return null;
      context.reference(e.v);
      return { symbol: e.v.symbol, addend: 0n };
    case 'string': return { symbol: context.string(e.bytes), addend: 0n };
    case 'member': {
      const base = addressOf(e.e, context);
      return base && { ...base, addend: base.addend + BigInt(e.offset) };
    }
    case 'deref': return constantOf(e.e, context);
    default: return null;
  }
}

/** Of the 2 GiB that both code models reach, half. */
const MAX_OBJECT_BYTES = 0x4000_0000;
/** Every byte of these is kept in memory here. */
export const MAX_INITIALISED_BYTES = 0x400_0000;

interface Image {
  bytes: Uint8Array;
  relocations: Map<number, { value: AsmExpr; size: 4 | 8 }>;
}

/** A flexible array member makes the object larger than its type. */
function objectSize(v: Variable): number {
  let size = v.type.size;
  for (const x of v.initializer?.elements ?? []) size = Math.max(size, x.offset + x.type.size);
  return size;
}

function fill(image: Image, init: Initializer, at: number, context: DataContext): void {
  for (const x of init.elements) {
    const offset = at + x.offset;
    const { value } = x;
    if (value.kind === 'const' && !x.type.isScalar && x.type.kind !== 'error') {
      image.bytes.fill(0, offset, offset + x.type.size);
      for (const r of image.relocations.keys()) if (r >= offset && r < offset + x.type.size) image.relocations.delete(r);
      continue;
    }
    if (value.kind === 'string' && x.type.kind === 'array') {
      image.bytes.set(value.bytes.subarray(0, x.type.size), offset);
      continue;
    }
    const literal = literalOf(value);
    if (literal) {
      image.bytes.fill(0, offset, offset + x.type.size);
      fill(image, literal, offset, context);
      continue;
    }
    const scalar = scalarOf(x.type);
    const v = constantOf(value, context);
    if (!v || !scalar) {
      context.error(value, 'the initialiser of a static object must be a constant; this is computed when the program runs');
      continue;
    }
    if (v.symbol !== undefined) {
      if (scalar.size !== 8 && !(v.minus !== undefined && scalar.size === 4)) context.error(value, 'an address needs 64 bits, the object has fewer');
      else if (x.field) context.error(value, 'a bit-field cannot hold an address');
      else image.relocations.set(offset, { value: v, size: scalar.size as 4 | 8 });
      continue;
    }
    image.relocations.delete(offset);
    if (x.field) {
      bits(image.bytes, offset, x.field.bitOffset, x.field.bitWidth, v.addend, x.field.unit);
      continue;
    }
    let n = BigInt.asUintN(64, v.addend);
    for (let i = 0; i < scalar.size; i++) {
      image.bytes[offset + i] = Number(n & 0xffn);
      n >>= 8n;
    }
  }
}

function literalOf(e: Expr): Initializer | null {
  if (e.kind === 'compound') return e.init;
  if (e.kind === 'cast' && e.type.isRecord) return literalOf(e.e);
  if (e.kind === 'var' && e.v.kind === 'global' && (e.type.isRecord || e.type.kind === 'array') && e.v.initializer &&
    (e.v.name.startsWith('__compound.') || e.v.type.quals & CONST)) return e.v.initializer;
  return null;
}

function bits(bytes: Uint8Array, offset: number, bitOffset: number, width: number, value: bigint, unit: number): void {
  let word = 0n;
  for (let i = unit - 1; i >= 0; i--) word = (word << 8n) | BigInt(bytes[offset + i]!);
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(bitOffset);
  word = (word & ~mask) | ((value << BigInt(bitOffset)) & mask);
  for (let i = 0; i < unit; i++) {
    bytes[offset + i] = Number(word & 0xffn);
    word >>= 8n;
  }
}

function isConst(t: Type): boolean {
  return (t.quals & CONST) !== 0 || (t.kind === 'array' && isConst(t.to));
}

/** Flags that a named section has in this unit: the first object decides. */
export type SectionFlags = Map<string, string>;

export function emitVariable(v: Variable, items: AsmItem[], sections: SectionFlags, context: DataContext): void {
  const size = objectSize(v);
  if (size > (v.initializer ? MAX_INITIALISED_BYTES : MAX_OBJECT_BYTES)) {
    context.error(v, `\`${v.name}\` is too large: ${size} bytes, ` +
      `where ${v.initializer ? `${MAX_INITIALISED_BYTES} with an initialiser` : MAX_OBJECT_BYTES} are possible`);
    return;
  }
  const image: Image = { bytes: new Uint8Array(v.initializer ? size : 0), relocations: new Map() };
  if (v.initializer) fill(image, v.initializer, 0, context);
  const zero = image.relocations.size === 0 && image.bytes.every((b) => b === 0);
  const section = sectionOf(v, zero);
  let flags = sections.get(section.name);
  if (flags === undefined) sections.set(section.name, (flags = section.flags));
  items.push({ kind: 'section', name: section.name, flags, type: section.nobits ? 'nobits' : 'progbits' });
  const align = Math.max(v.align, v.type.align);
  if (align > 1) items.push({ kind: 'align', bytes: align });
  if (v.weak) items.push({ kind: 'binding', name: v.symbol, binding: 'weak' });
  else if (!v.isStatic) items.push({ kind: 'binding', name: v.symbol, binding: 'global' });
  if (!v.symbol.startsWith('.L')) items.push({ kind: 'type', name: v.symbol, type: 'object' },
    { kind: 'size', name: v.symbol, value: { addend: BigInt(size) } });
  items.push({ kind: 'label', name: v.symbol });
  if (section.nobits || (zero && image.relocations.size === 0)) {
    if (size) items.push({ kind: 'zero', count: size, fill: 0 });
    return;
  }
  let start = 0;
  const flush = (end: number): void => {
    if (end > start) items.push({ kind: 'bytes', bytes: image.bytes.subarray(start, end) });
  };
  for (const [offset, value] of [...image.relocations].sort((a, b) => a[0] - b[0])) {
    flush(offset);
    items.push({ kind: 'data', size: value.size, values: [value.value],
      span: { file: v.at.file.path, line: v.at.line, column: v.at.column, length: v.at.text.length } });
    start = offset + value.size;
  }
  flush(size);
}

function sectionOf(v: Variable, zero: boolean): { name: string; flags: string; nobits: boolean } {
  const constant = isConst(v.type) && !v.threadLocal;
  if (v.section) return { name: v.section, flags: v.threadLocal ? 'awT' : constant ? 'a' : 'aw', nobits: v.section.startsWith('.bss') };
  if (v.threadLocal) return zero ? { name: '.tbss', flags: 'awT', nobits: true } : { name: '.tdata', flags: 'awT', nobits: false };
  if (constant) return { name: '.rodata', flags: 'a', nobits: false };
  return zero ? { name: '.bss', flags: 'aw', nobits: true } : { name: '.data', flags: 'aw', nobits: false };
}
