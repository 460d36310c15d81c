/**
 * Plain data as bytes, and back: numbers, bigints, strings, booleans, undefined, null, byte arrays, arrays and objects. Objects
 * of the toolchain and debug information are kept and handed over in this form: small, and one buffer.
 *
 * Values are written in columns: an array of objects is its length, then one column a property. Equal shapes, and neighbours
 * that differ by little, then take a byte or less each once compressed. Strings stand before all else, each once, and are numbers
 * in the columns: text among numbers compresses badly, and so do they.
 */
import { assert } from '../base/assert.ts';

const UNDEFINED = 0, NULL = 1, FALSE = 2, TRUE = 3, INTEGER = 4, DOUBLE = 5, BIGINT = 6, STRING = 7, BYTES = 8, ARRAY = 9, OBJECT = 10;
/** A column of several kinds: a byte of kind for each value, then a column for each kind. */
const MIXED = 11;

/** Integers are written as the distance from the one before, if it is below this. */
const FAR = 0x8_0000_0000_0000;
/** Stands before an integer that is written in full. */
const ESCAPE = 0;

type Plain = Record<string, unknown>;

interface Shape {
  index: number;
  keys: string[];
}

function kindOf(value: unknown): number {
  switch (typeof value) {
    case 'undefined': return UNDEFINED;
    case 'boolean': return value ? TRUE : FALSE;
    case 'number': return Number.isSafeInteger(value) && !Object.is(value, -0) ? INTEGER : DOUBLE;
    case 'bigint': return BIGINT;
    case 'string': return STRING;
    case 'object': return value === null ? NULL : value instanceof Uint8Array ? BYTES : Array.isArray(value) ? ARRAY : OBJECT;
    default: throw new Error(`Ringside bug: a ${typeof value} is no plain data`);
  }
}

/** Plain data to bytes. Equal data, properties in the same order, gives equal bytes. */
export function pack(value: unknown): Uint8Array {
  return new Packer().run(value);
}

/** What `pack` was given. */
export function unpack(bytes: Uint8Array): unknown {
  return new Unpacker(bytes).run();
}

class Packer {
  #bytes = new Uint8Array(1 << 14);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #strings = new Map<string, number>();
  readonly #shapes = new Map<string, Shape>();

  run(value: unknown): Uint8Array {
    this.#column([value]);
    const columns = this.#bytes.slice(0, this.#length), strings = [...this.#strings.keys()];
    this.#length = 0;
    this.#unsigned(strings.length);
    for (const { length } of strings) this.#unsigned(length);
    for (const text of strings) for (let n = 0; n < text.length; n++) this.#unsigned(text.charCodeAt(n));
    this.#append(columns);
    return this.#bytes.slice(0, this.#length);
  }

  #column(values: readonly unknown[]): void {
    if (values.length === 0) return;
    const kinds = values.map(kindOf), first = kinds[0];
    if (kinds.every((kind) => kind === first)) {
      this.#unsigned(first);
      this.#of(first, values);
      return;
    }
    this.#unsigned(MIXED);
    for (const kind of kinds) this.#unsigned(kind);
    for (let kind = 0; kind < MIXED; kind++) this.#of(kind, values.filter((_value, n) => kinds[n] === kind));
  }

  #of(kind: number, values: readonly unknown[]): void {
    switch (kind) {
      case INTEGER: this.#integers(values as number[]); break;
      case DOUBLE: for (const value of values as number[]) this.#double(value); break;
      case BIGINT: for (const value of values as bigint[]) this.#bigint(value); break;
      case STRING: this.#integers((values as string[]).map((value) => this.#string(value))); break;
      case BYTES: for (const value of values as Uint8Array[]) this.#raw(value); break;
      case ARRAY:
        for (const { length } of values as unknown[][]) this.#unsigned(length);
        this.#column((values as unknown[][]).flat());
        break;
      case OBJECT: this.#objects(values as Plain[]); break;
      default: // the kind says it all
    }
  }

  #objects(values: readonly Plain[]): void {
    const groups = new Map<Shape, Plain[]>();
    for (const value of values) {
      const shape = this.#shape(value), group = groups.get(shape);
      if (group) group.push(value);
      else groups.set(shape, [value]);
    }
    for (const [{ keys }, group] of groups) for (const key of keys) this.#column(group.map((value) => value[key]));
  }

  #shape(value: Plain): Shape {
    const keys = Object.keys(value), name = keys.join('\0');
    const known = this.#shapes.get(name);
    this.#unsigned(known?.index ?? this.#shapes.size);
    if (known) return known;
    const shape = { index: this.#shapes.size, keys };
    this.#shapes.set(name, shape);
    this.#unsigned(keys.length);
    for (const key of keys) this.#unsigned(this.#string(key));
    return shape;
  }

  #integers(values: readonly number[]): void {
    let before = 0;
    for (const value of values) {
      this.#signed(value - before, value);
      before = value;
    }
  }

  #signed(distance: number, value: number): void {
    if (distance > -FAR && distance < FAR) this.#unsigned(distance < 0 ? -2 * distance : 2 * distance + 1);
    else {
      this.#unsigned(ESCAPE);
      this.#double(value);
    }
  }

  #bigint(value: bigint): void {
    const near = value > -BigInt(FAR) && value < BigInt(FAR);
    if (near) this.#signed(Number(value), 0);
    else {
      this.#unsigned(ESCAPE);
      this.#unsigned(this.#string(value.toString(36)));
    }
  }

  /** Its number. */
  #string(value: string): number {
    let number = this.#strings.get(value);
    if (number === undefined) this.#strings.set(value, (number = this.#strings.size));
    return number;
  }

  #raw(value: Uint8Array): void {
    this.#unsigned(value.length);
    this.#append(value);
  }

  #append(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** LEB128. */
  #unsigned(value: number): void {
    this.#room(8);
    let rest = value;
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = 0x80 | (rest % 128);
    for (; rest > 127; rest >>>= 7) this.#bytes[this.#length++] = 0x80 | (rest & 127);
    this.#bytes[this.#length++] = rest;
  }

  #room(wanted: number): void {
    if (this.#length + wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + wanted));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

class Unpacker {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  readonly #strings: string[] = [];
  readonly #shapes: string[][] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    const lengths: number[] = [];
    for (let left = this.#unsigned(); left > 0; left--) lengths.push(this.#unsigned());
    for (const length of lengths) {
      let text = '';
      for (let left = length; left > 0; left--) text += String.fromCharCode(this.#unsigned());
      this.#strings.push(text);
    }
    const [value] = this.#column(1);
    assert(this.#at === this.#bytes.length, 'packed data ends too early or too late');
    return value;
  }

  #column(count: number): unknown[] {
    if (count === 0) return [];
    const kind = this.#unsigned();
    if (kind !== MIXED) return this.#of(kind, count);
    const kinds: number[] = [], counts = Array.from({ length: MIXED }, () => 0);
    for (let n = 0; n < count; n++) {
      const one = this.#unsigned();
      kinds.push(one);
      counts[one]++;
    }
    const columns = counts.map((length, one) => this.#of(one, length)), used = counts.fill(0);
    return kinds.map((one) => columns[one][used[one]++]);
  }

  #of(kind: number, count: number): unknown[] {
    const made: unknown[] = [];
    switch (kind) {
      case UNDEFINED: for (let n = 0; n < count; n++) made.push(undefined); break;
      case NULL: for (let n = 0; n < count; n++) made.push(null); break;
      case FALSE: for (let n = 0; n < count; n++) made.push(false); break;
      case TRUE: for (let n = 0; n < count; n++) made.push(true); break;
      case INTEGER: {
        let before = 0;
        for (let n = 0; n < count; n++) made.push((before = this.#integer(before)));
        break;
      }
      case DOUBLE: for (let n = 0; n < count; n++) made.push(this.#double()); break;
      case BIGINT: for (let n = 0; n < count; n++) made.push(this.#bigint()); break;
      case STRING: {
        let before = 0;
        for (let n = 0; n < count; n++) made.push(this.#string((before = this.#integer(before))));
        break;
      }
      case BYTES: for (let n = 0; n < count; n++) made.push(this.#raw()); break;
      case ARRAY: {
        const lengths: number[] = [];
        let total = 0, from = 0;
        for (let n = 0; n < count; n++) total += lengths[lengths.push(this.#unsigned()) - 1];
        const flat = this.#column(total);
        for (const length of lengths) made.push(flat.slice(from, (from += length)));
        break;
      }
      case OBJECT: return this.#objects(count);
      default: assert(false, `packed data has no kind ${kind}`);
    }
    return made;
  }

  #objects(count: number): Plain[] {
    const groups = new Map<string[], Plain[]>(), made: Plain[] = [];
    for (let n = 0; n < count; n++) {
      const shape = this.#shape(), value: Plain = {}, group = groups.get(shape);
      made.push(value);
      if (group) group.push(value);
      else groups.set(shape, [value]);
    }
    for (const [keys, group] of groups) {
      for (const key of keys) {
        const column = this.#column(group.length);
        for (let n = 0; n < group.length; n++) group[n][key] = column[n];
      }
    }
    return made;
  }

  #shape(): string[] {
    const index = this.#unsigned();
    if (index < this.#shapes.length) return this.#shapes[index];
    const keys: string[] = [];
    for (let left = this.#unsigned(); left > 0; left--) keys.push(this.#string(this.#unsigned()));
    this.#shapes.push(keys);
    return keys;
  }

  #integer(before: number): number {
    const coded = this.#unsigned();
    return coded === ESCAPE ? this.#double() : before + (coded % 2 === 0 ? -(coded / 2) : (coded - 1) / 2);
  }

  #bigint(): bigint {
    const coded = this.#unsigned();
    if (coded !== ESCAPE) return BigInt(coded % 2 === 0 ? -(coded / 2) : (coded - 1) / 2);
    const text = this.#string(this.#unsigned()), negative = text.startsWith('-');
    let value = 0n;
    for (const digit of negative ? text.slice(1) : text) value = value * 36n + BigInt(parseInt(digit, 36));
    return negative ? -value : value;
  }

  #string(number: number): string {
    assert(number < this.#strings.length, `packed data has no string ${number}`);
    return this.#strings[number];
  }

  #raw(): Uint8Array {
    const length = this.#unsigned();
    return this.#bytes.slice(this.#at, (this.#at += length));
  }

  #double(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  #unsigned(): number {
    let value = 0, unit = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      assert(byte !== undefined, 'packed data ends too early');
      unit *= 128;
    }
  }
}
