/**
 * C types of the x86-64 System V ABI (its "Fundamental Types" table), without floating point.
 *
 * A qualified type and a typedef are variants that share `base`; two types are the same where their bases are.
 */
export type TypeKind = 'void' | 'bool' | 'int' | 'enum' | 'pointer' | 'array' | 'struct' | 'union' | 'function' | 'error';

export const CONST = 1;
export const VOLATILE = 2;
export const RESTRICT = 4;

/** No object is larger: sizes and offsets are exact up to here, and far beyond what the address space of a program holds. */
export const MAX_SIZE = Number.MAX_SAFE_INTEGER;

export interface Field {
  /** '' for an anonymous struct or union. */
  name: string;
  type: Type;
  offset: number;
  /** Bit-fields: bits from the byte offset, of an access unit of `unit` bytes. */
  bitOffset: number;
  /** -1: no bit-field. */
  bitWidth: number;
  unit: number;
}

export interface Parameter {
  name: string;
  type: Type;
}

export class Type {
  readonly kind: TypeKind;
  size: number;
  align: number;
  quals = 0;
  /** The unqualified type that this one is a variant of. */
  base: Type;
  /** Name of the typedef it was written with. */
  alias = '';
  signed = false;
  rank = 0;
  /** int types: spelling. struct, union, enum: tag. */
  name = '';
  /** Pointer: target; array: element; function: result; enum: the integer type it is. */
  to: Type = this;
  /** Array: -1 when unknown. */
  count = -1;
  parameters: Parameter[] = [];
  variadic = false;
  /** `f()`: anything may be passed. */
  unprototyped = false;
  fields: Field[] | null = null;
  complete = true;
  enumerators: { name: string; value: bigint }[] | null = null;
  readonly variants: Type[] = [];
  #pointer: Type | null = null;
  /** The only scalar in a struct that is handled like it; undefined: not yet looked at. */
  scalar: Type | null | undefined;

  constructor(kind: TypeKind, size: number, align: number) {
    this.kind = kind;
    this.size = size;
    this.align = align;
    this.base = this;
  }

  get isInteger(): boolean {
    return this.kind === 'int' || this.kind === 'enum' || this.kind === 'bool';
  }
  get isScalar(): boolean {
    return this.kind === 'int' || this.kind === 'pointer' || this.kind === 'enum' || this.kind === 'bool';
  }
  get isRecord(): boolean {
    return this.kind === 'struct' || this.kind === 'union';
  }
  get isVoid(): boolean {
    return this.kind === 'void';
  }

  pointerTo(): Type {
    if (!this.#pointer) {
      this.#pointer = new Type('pointer', 8, 8);
      this.#pointer.to = this;
    }
    return this.#pointer;
  }

  unqualified(): Type {
    return this.quals ? this.variant(0, this.alias, this.align) : this;
  }

  qualified(quals: number): Type {
    if ((this.quals | quals) === this.quals) return this;
    // "If the specification of an array type includes any type qualifiers, the element type is so-qualified": 6.7.3p9.
    if (this.kind === 'array') return arrayOf(this.to.qualified(quals), this.count);
    return this.variant(this.quals | quals, this.alias, this.align);
  }

  variant(quals: number, alias: string, align: number): Type {
    const { base } = this;
    if (quals === base.quals && alias === base.alias && align === base.align) return base;
    for (const v of base.variants) if (v.quals === quals && v.alias === alias && v.align === align) return v;
    const v = new Type(base.kind, base.size, align);
    v.base = base;
    v.quals = quals;
    v.alias = alias;
    v.signed = base.signed;
    v.rank = base.rank;
    v.name = base.name;
    v.to = base.to === base ? v : base.to;
    v.count = base.count;
    v.parameters = base.parameters;
    v.variadic = base.variadic;
    v.unprototyped = base.unprototyped;
    v.fields = base.fields;
    v.complete = base.complete;
    v.enumerators = base.enumerators;
    base.variants.push(v);
    return v;
  }

  /** Fills in an enum, and all its variants made before. */
  finishEnum(underlying: Type, size: number, enumerators: { name: string; value: bigint }[]): void {
    for (const t of [this, ...this.variants]) {
      t.to = underlying;
      t.rank = underlying.rank;
      t.signed = underlying.signed;
      t.size = size;
      t.align = t === this || !t.complete ? size : t.align;
      t.enumerators = enumerators;
      t.complete = true;
    }
  }

  /** Fills in a struct or union, and all its variants made before. */
  finish(fields: Field[], size: number, align: number): void {
    for (const t of [this, ...this.variants]) {
      t.fields = fields;
      t.size = size;
      t.align = Math.max(align, t === this ? 1 : t.complete ? t.align : 1);
      t.complete = true;
    }
  }

  toString(): string {
    return describe(this);
  }
}

function integer(name: string, size: number, signed: boolean, rank: number): Type {
  const t = new Type('int', size, size);
  t.name = name;
  t.signed = signed;
  t.rank = rank;
  return t;
}

export const VOID = new Type('void', 1, 1);
export const BOOL = new Type('bool', 1, 1);
BOOL.name = '_Bool';
export const CHAR = integer('char', 1, true, 1);
export const SCHAR = integer('signed char', 1, true, 1);
export const UCHAR = integer('unsigned char', 1, false, 1);
export const SHORT = integer('short', 2, true, 2);
export const USHORT = integer('unsigned short', 2, false, 2);
export const INT = integer('int', 4, true, 3);
export const UINT = integer('unsigned int', 4, false, 3);
export const LONG = integer('long', 8, true, 4);
export const ULONG = integer('unsigned long', 8, false, 4);
export const LLONG = integer('long long', 8, true, 5);
export const ULLONG = integer('unsigned long long', 8, false, 5);
/** Of an expression that had an error: fits everywhere, so that one mistake is reported once. */
export const ERROR = new Type('error', 4, 4);

export function arrayOf(element: Type, count: number): Type {
  const t = new Type('array', count < 0 ? 0 : element.size * count, element.align);
  t.to = element;
  t.count = count;
  t.complete = count >= 0;
  return t;
}

export function functionOf(result: Type, parameters: Parameter[], variadic: boolean, unprototyped = false): Type {
  const t = new Type('function', 1, 1);
  t.to = result;
  t.parameters = parameters;
  t.variadic = variadic;
  t.unprototyped = unprototyped;
  return t;
}

/** The integer type that an enum, or a bool in arithmetic, is. */
export function integerOf(t: Type): Type {
  return t.kind === 'enum' ? t.to : t.base;
}

export function isSigned(t: Type): boolean {
  return t.kind === 'enum' ? t.to.signed : t.signed;
}

/** 6.3.1.1: everything narrower than int becomes int, which holds all its values. */
export function promoted(t: Type): Type {
  const i = integerOf(t);
  if (i.kind === 'bool' || i.rank < 3) return INT;
  return i;
}

/** 6.3.1.8. */
export function commonArithmetic(a: Type, b: Type): Type {
  const x = promoted(a);
  const y = promoted(b);
  if (x === y) return x;
  if (x.signed === y.signed) return x.rank >= y.rank ? x : y;
  const u = x.signed ? y : x;
  const s = x.signed ? x : y;
  if (u.rank >= s.rank) return u;
  if (s.size > u.size) return s;
  return s === LLONG ? ULLONG : ULONG;
}

/** The value as a number of that type: what storing it there and reading it back gives. */
export function wrapTo(value: bigint, t: Type): bigint {
  if (t.kind === 'bool') return value === 0n ? 0n : 1n;
  const bits = t.size * 8;
  return (t.kind === 'enum' ? t.to.signed : t.signed) ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

/**
 * A struct whose only content is one scalar (pte_t, pgprot_t, atomic_t, ...) is passed, returned and kept like the
 * scalar itself. The ABI agrees: one eightbyte of class INTEGER.
 */
export function scalarOf(t: Type): Type | null {
  if (t.isScalar) return t;
  const { base } = t;
  if (base.scalar !== undefined) return base.scalar;
  if (!base.isRecord || !base.complete) return null;
  let found: Type | null = null;
  const only = base.fields!.length === 1 ? base.fields![0]! : null;
  if (only && only.bitWidth < 0 && only.offset === 0) {
    const inner = only.type.kind === 'array' ? null : scalarOf(only.type);
    if (inner && inner.size === base.size && !(only.type.quals & VOLATILE)) found = inner.unqualified();
  }
  base.scalar = found;
  return found;
}

export function sameType(a: Type, b: Type): boolean {
  const x = a.base;
  const y = b.base;
  if (x === y || x.kind === 'error' || y.kind === 'error') return true;
  if (x.kind === 'enum' && y.kind === 'int') return x.to === y;
  if (y.kind === 'enum' && x.kind === 'int') return y.to === x;
  if (x.kind !== y.kind) return false;
  switch (x.kind) {
    case 'pointer':
      return x.to.quals === y.to.quals && sameType(x.to, y.to);
    case 'array':
      return (x.count < 0 || y.count < 0 || x.count === y.count) && sameType(x.to, y.to);
    case 'function':
      if (!sameType(x.to, y.to)) return false;
      if (x.unprototyped || y.unprototyped) return true;
      return x.variadic === y.variadic && x.parameters.length === y.parameters.length && x.parameters.every((p, i) => sameType(p.type, y.parameters[i]!.type));
    default:
      return false;
  }
}

/** A field by name, also inside anonymous members; the offset is from the outermost struct. */
export function findField(t: Type, name: string): { field: Field; offset: number } | null {
  for (const f of t.base.fields ?? []) {
    if (f.name === name) return { field: f, offset: f.offset };
    if (f.name === '' && f.type.isRecord) {
      const inner = findField(f.type, name);
      if (inner) return { field: inner.field, offset: f.offset + inner.offset };
    }
  }
  return null;
}

function describe(t: Type): string {
  const q = `${t.quals & CONST ? 'const ' : ''}${t.quals & VOLATILE ? 'volatile ' : ''}`;
  if (t.alias) return q + t.alias;
  switch (t.kind) {
    case 'pointer': {
      const quals = `${t.quals & CONST ? ' const' : ''}${t.quals & VOLATILE ? ' volatile' : ''}${t.quals & RESTRICT ? ' restrict' : ''}`;
      if (t.to.kind === 'function') return `${describe(t.to.to)} (*${quals.trim()})(${parameterList(t.to)})`;
      const target = describe(t.to);
      return `${target}${target.endsWith('*') ? '' : ' '}*${quals}`;
    }
    case 'array':
      return `${describe(t.to)}[${t.count < 0 ? '' : t.count}]`;
    case 'function':
      return `${describe(t.to)} (${parameterList(t)})`;
    case 'struct': case 'union': case 'enum':
      return `${q}${t.kind} ${t.name || '(without a tag)'}`;
    case 'void':
      return `${q}void`;
    case 'error':
      return 'int';
    default:
      return q + t.name;
  }
}

function parameterList(t: Type): string {
  if (t.unprototyped) return '';
  const list = t.parameters.map((p) => describe(p.type));
  if (t.variadic) list.push('...');
  return list.join(', ') || 'void';
}
