/**
 * Structures of the guest as its debug information has them. The lab knows no type by name: it begins at variables of the function that runs, at words of the
 * CPU, at what tracepoints told of, and at global variables, and goes on along pointers.
 */
import type { VirtAddr } from '../base/units.ts';
import type { DebugField, DebugType } from '../formats/debug-info.ts';
import type { ObjectCard, ObjectField, ObjectRef, ObjectRoot, ObjectsView } from '../link/objects.ts';
import type { Seen } from './focus.ts';
import { perCpu } from './guest-facts.ts';
import type { Image } from './images.ts';
import { placeNow } from './code-view.ts';
import type { Memory } from './memory.ts';
import { isShared } from './spaces.ts';
import { stringAt } from './strings.ts';
import type { Symbols } from './symbols.ts';
import { locksAt } from './threads.ts';
import type { Tracer } from './tracer.ts';

/** More rows are counted, not shown; a structure of so many fields or more within another is a card of its own. */
const MOST_FIELDS = 320, OWN_CARD = 9, MOST_DEPTH = 4;
const MOST_NUMBERS = 8, MOST_ELEMENTS = 32, MOST_TEXT = 64;
/** Linux: include/linux/err.h. What is written over the end of an address is an error's number. */
const MOST_ERRNO = 4095n;
const POINTER = 8;

type Aggregate = Extract<DebugType, { kind: 'struct' | 'union' }>;

/** Types of an image by name, with their fields where another unit has them. */
class Types {
  readonly image: Image;
  readonly #complete = new Map<string, Aggregate>();

  constructor(image: Image) {
    this.image = image;
    for (const type of image.debug.types)
      if ((type.kind === 'struct' || type.kind === 'union') && type.size > 0 && type.name !== '') this.#complete.set(`${type.kind} ${type.name}`, type);
  }

  bare(id: number): DebugType {
    let type = this.image.type(id);
    for (let n = 0; type.kind === 'typedef' && n < 32; n++) type = this.image.type(type.to);
    return type;
  }

  /** The struct or union that a type is, with its fields. */
  aggregate(id: number): Aggregate | undefined {
    const type = this.bare(id);
    if (type.kind !== 'struct' && type.kind !== 'union') return undefined;
    return type.size > 0 || type.name === '' ? type : this.#complete.get(`${type.kind} ${type.name}`);
  }

  /** By the name that C has for it. */
  find(name: string): Aggregate | undefined {
    const direct = this.#complete.get(name);
    if (direct) return direct;
    const id = this.image.debug.types.findIndex((type) => type.kind === 'typedef' && type.name === name);
    return id < 0 ? undefined : this.aggregate(id);
  }
}

const typesOf = new WeakMap<Image, Types>();
function types(image: Image): Types {
  const known = typesOf.get(image);
  if (known) return known;
  const made = new Types(image);
  typesOf.set(image, made);
  return made;
}

/** Bytes now, and as they were before the step that was just made. */
interface Bytes {
  now: Uint8Array;
  was: Uint8Array | undefined;
}

interface Reading {
  memory: Memory;
  symbols: Symbols;
  types: Types;
  changed: ReadonlyMap<VirtAddr, bigint>;
}

function bytesAt({ memory, changed }: Reading, at: VirtAddr, length: number): Bytes | null {
  const now = memory.peek(at, length);
  if (!now) return null;
  let was: Uint8Array | undefined;
  for (let word = at & ~7n; word < at + BigInt(length); word += 8n) {
    const old = changed.get(word);
    if (old === undefined) continue;
    was ??= now.slice();
    for (let n = 0n; n < 8n; n++) if (word + n >= at && word + n < at + BigInt(length)) was[Number(word + n - at)] = Number((old >> (8n * n)) & 0xffn);
  }
  return { now, was: was?.some((byte, n) => byte !== now[n]) ? was : undefined };
}

const numberIn = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
/** Small numbers as people count, large ones as addresses and masks are written. */
const numberText = (value: bigint): string => (value > -65_536n && value < 65_536n ? value.toString() : `0x${BigInt.asUintN(64, value).toString(16)}`);

/** A value that is no structure, as text. */
function textOf(reading: Reading, id: number, bytes: Uint8Array, field: Partial<DebugField> = {}): string {
  const type = reading.types.bare(id), { image } = reading.types;
  let value = numberIn(bytes.subarray(0, POINTER));
  if (field.bitSize !== undefined) value = BigInt.asUintN(field.bitSize, value >> BigInt(field.bitOffset ?? 0));
  switch (type.kind) {
    case 'int': {
      if (type.bool) return value === 0n ? 'false' : 'true';
      const signed = type.signed ? BigInt.asIntN(field.bitSize ?? 8 * type.size, value) : value;
      return type.char && value >= 32n && value < 127n ? `'${String.fromCharCode(Number(value))}'` : numberText(signed);
    }
    case 'enum': return type.values.find((one) => BigInt.asUintN(8 * type.size, one.value) === value)?.name ?? numberText(value);
    case 'pointer': {
      if (value === 0n) return 'NULL';
      if (value >= (1n << 64n) - MOST_ERRNO) return `error ${(1n << 64n) - value}`;
      const to = reading.types.bare(type.to), text = to.kind === 'int' && to.char ? stringAt(reading.memory, value) : undefined;
      const name = text ?? reading.symbols.name(value);
      return `${value.toString(16)}${name === undefined ? '' : ` ${name}`}`;
    }
    case 'array': {
      const of = reading.types.bare(type.of), size = image.sizeOf(type.of);
      if (of.kind === 'int' && of.char) return charsText(bytes);
      const elements = Array.from({ length: Math.min(MOST_NUMBERS, size > 0 ? Math.floor(bytes.length / size) : 0) }, (_, n) =>
        textOf(reading, type.of, bytes.subarray(n * size, (n + 1) * size)));
      return `${elements.join(', ')}${size > 0 && bytes.length / size > MOST_NUMBERS ? ', …' : ''}`;
    }
    default: return '';
  }
}

function charsText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0), text = String.fromCharCode(...bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, MOST_TEXT)));
  return /^[\x20-\x7e\n\t]*$/.test(text) ? JSON.stringify(text) : Array.from(bytes.subarray(0, MOST_NUMBERS), (byte) => byte.toString(16).padStart(2,
    '0')).join(' ');
}

/** What a pointer leads to, if that can be a card. */
function linkOf({ types: { image }, types: all }: Reading, to: number, value: bigint): Pick<ObjectField, 'link' | 'code'> {
  if (value === 0n || value >= (1n << 64n) - MOST_ERRNO) return {};
  if (all.bare(to).kind === 'function') return { code: value };
  return all.aggregate(to) ? { link: { at: value, type: image.typeName(to) } } : {};
}

class Card {
  readonly fields: ObjectField[] = [];
  more = 0;
  called = '';
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  #add(field: ObjectField): void {
    if (this.fields.length < MOST_FIELDS) this.fields.push(field);
    else this.more++;
  }

  fill(type: Aggregate, at: VirtAddr, depth: number): void {
    for (const field of type.fields) this.#field(field.name, field.type, BigInt.asUintN(64, at + BigInt(field.offset)), depth, field);
  }

  #field(name: string, id: number, at: VirtAddr, depth: number, field?: DebugField): void {
    const { types: all, types: { image } } = this.#reading, type = all.bare(id), size = image.sizeOf(id), within = all.aggregate(id);
    const row = { depth, name, type: image.typeName(id), at, bytes: size };
    if (within) {
      const isOwn = within.name !== '' && (within.fields.length >= OWN_CARD || depth >= MOST_DEPTH);
      this.#add({ ...row, name: name || `(${within.kind})`, bytes: within.size, text: isOwn ? `${within.fields.length} fields` : '',
        ...(isOwn ? { link: { at, type: row.type } } : {}) });
      if (!isOwn && depth < 2 * MOST_DEPTH) this.fill(within, at, depth + 1);
      return;
    }
    if (type.kind === 'array') {
      const of = all.bare(type.of), each = image.sizeOf(type.of);
      if ((of.kind === 'pointer' || all.aggregate(type.of)) && type.count > 0 && each > 0) {
        const shown = depth < MOST_DEPTH ? Math.min(type.count, MOST_ELEMENTS) : 0;
        this.#add({ ...row, text: `${type.count} elements${shown < type.count && shown > 0 ? `, the first ${shown}` : ''}` });
        for (let n = 0; n < shown; n++) this.#field(`[${n}]`, type.of, at + BigInt(n * each), depth + 1);
        return;
      }
    }
    const bytes = size > 0 ? bytesAt(this.#reading, at, Math.min(size, 4096)) : null;
    if (!bytes) {
      this.#add({ ...row, text: size > 0 ? 'not mapped' : '' });
      return;
    }
    const text = textOf(this.#reading, id, bytes.now, field), was = bytes.was ? textOf(this.#reading, id, bytes.was, field) : text;
    if (this.called === '' && type.kind === 'array' && /^".+"$/.test(text)) this.called = text;
    this.#add({ ...row, text, ...(was === text ? {} : { was }), ...(type.kind === 'pointer' ? linkOf(this.#reading, type.to, numberIn(bytes.now)) : {}) });
  }
}

function cardOf(reading: Reading, { at, type }: ObjectRef): ObjectCard {
  const found = reading.types.find(type), base = { at, type, bytes: found?.size ?? 0, called: '', fields: [], more: 0 };
  if (!found) return { ...base, missing: `this build has no ${type}` };
  if (!reading.memory.peek(at, 1)) return { ...base, missing: `nothing is mapped at ${at.toString(16)}` };
  const card = new Card(reading);
  card.fill(found, at, 0);
  return { ...base, called: card.called, fields: card.fields, more: card.more };
}

/** Where one may begin, the most telling first. */
function rootsOf(reading: Reading, { registers, symbols, machine }: Seen, { record }: Tracer): ObjectRoot[] {
  const { types: all, types: { image } } = reading, roots: ObjectRoot[] = [];
  const pointed = (group: ObjectRoot['group'], name: string, id: number, value: bigint | undefined): void => {
    const type = all.bare(id);
    if (type.kind === 'pointer' && value !== undefined && value !== 0n && all.aggregate(type.to)) roots.push({ group, name, at: value,
      type: image.typeName(type.to) });
  };
  const standing = (group: ObjectRoot['group'], name: string, id: number, at: VirtAddr): void => {
    const type = all.bare(id);
    if (all.aggregate(id)) roots.push({ group, name, at, type: image.typeName(id) });
    else if (type.kind === 'pointer') pointed(group, name, id, machine.peekNumber(at, POINTER));
    else if (type.kind === 'array' && all.aggregate(type.of)) roots.push({ group, name: `${name}[0]`, at, type: image.typeName(type.of) });
  };
  const here = symbols.functionAt(registers.rip);
  if (here?.image === image) {
    for (const variable of image.variablesOf(here)) {
      const place = variable.ranges.find(({ low, high }) => registers.rip >= low && registers.rip < high)?.place;
      pointed('here', variable.name, variable.type, place && placeNow(place, registers, machine, POINTER));
    }
  }
  // Variables of a CPU are offsets into its own area.
  for (const { name, type, addr } of image.debug.globals.filter((one) => !isShared(one.addr))) {
    const at = perCpu(registers, addr);
    if (at !== undefined) standing('CPU', name, type, at);
  }
  const maker = image.debug.tracepoints.find(({ name }) => name === 'mm_alloc')?.args.find(({ name }) => name === 'mm'), space = symbols.space;
  if (space && maker) pointed('space', `space ${space.id}`, maker.type, space.mm);
  record.load(record.pageAt(machine.tick));
  for (const { lock, name, type } of locksAt(record.pages[record.pageAt(machine.tick)], machine.tick))
    if (all.find(type) && !roots.some((one) => one.at === lock && one.type === type)) roots.push({ group: 'locks', name, at: lock, type });
  for (const { name, type, addr } of image.debug.globals) if (isShared(addr)) standing('globals', name, type, addr);
  return roots;
}

/** @param ask null: where the CPU's own words lead first. */
export function objectsView(seen: Seen, tracer: Tracer, ask: ObjectRef | null): ObjectsView {
  const { machine, symbols, cpu, made } = seen, { kernel } = symbols;
  const reading: Reading = { memory: machine, symbols, types: types(kernel), changed: made.changed };
  const roots = rootsOf(reading, seen, tracer), first = roots.find(({ group }) => group === 'CPU') ?? roots.at(0);
  const wanted = ask ?? first, card = wanted ? cardOf(reading, { at: BigInt.asUintN(64, wanted.at), type: wanted.type }) : null;
  return { cpu, card, roots, says: sentence(card, roots) };
}

function sentence(card: ObjectCard | null, roots: readonly ObjectRoot[]): string {
  if (!card) return 'there is no object to begin with yet: no variable leads to one.';
  const { type, at, called, fields, missing } = card, root = roots.find((one) => one.at === at && one.type === type);
  const changed = fields.filter(({ was }) => was !== undefined).map(({ name }) => name), named = root ? `${root.name}, ` : '';
  const is = `${named}${type}${called ? ` ${called}` : ''} at ${at.toString(16)}`;
  if (missing !== undefined) return `${is}: ${missing}.`;
  return `${is}: ${changed.length > 0 ? `this step has changed ${changed.join(', ')}` : 'this step has changed nothing in it'}.`;
}
