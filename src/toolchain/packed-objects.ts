/**
 * Objects as bytes. What many of them say is there once: most sources include the same types, too far from one another for gzip to notice. What
 * relocations refer to is named once in each object, and is a small number in them.
 */
import { renumbered, type DebugType } from '../formats/debug-info.ts';
import { pack, unpack } from '../formats/pack.ts';
import type { ObjectFile, ObjectSection, Relocation } from './object.ts';

interface Packed {
  /** All that differ; they refer to one another by their places here. */
  types: DebugType[];
  objects: PackedObject[];
}

interface PackedObject extends Omit<ObjectFile, 'sections' | 'debug'> {
  /** Symbols that relocations refer to. */
  names: string[];
  sections: (Omit<ObjectSection, 'relocations'> & { relocations: (Omit<Relocation, 'symbol'> & { symbol: number })[] })[];
  debug: Omit<ObjectFile['debug'], 'types'> & { types: number[] };
}

export function packObjects(objects: readonly ObjectFile[]): Uint8Array {
  const { types, numbers } = shareTypes(objects.map(({ debug }) => debug.types));
  return pack({ types, objects: objects.map((object, n): PackedObject => {
    const names = new Numbers();
    const sections = object.sections.map((section) => ({ ...section,
      relocations: section.relocations.map((one) => ({ ...one, symbol: names.of(one.symbol) })) }));
    return { ...object, names: names.all, sections, debug: { ...object.debug, types: numbers[n] } };
  }) } satisfies Packed);
}

/** What `packObjects` was given. */
export function unpackObjects(bytes: Uint8Array): ObjectFile[] {
  const { types, objects } = unpack(bytes) as Packed;
  return objects.map(({ names, ...object }) => {
    const own = new Map(object.debug.types.map((number, index) => [number, index]));
    return { ...object, debug: { ...object.debug, types: object.debug.types.map((number) => renumbered(types[number], (to) => own.get(to)!)) },
      sections: object.sections.map((section) => ({ ...section,
        relocations: section.relocations.map((one) => ({ ...one, symbol: names[one.symbol] })) })) };
  });
}

/**
 * The types of several objects, each of those that differ once, and of each object the places of its own among them. Types are the same if they say the
 * same and so does all that they refer to, round about as that may be.
 */
function shareTypes(objects: readonly (readonly DebugType[])[]): { types: DebugType[]; numbers: number[][] } {
  const kinds = new Numbers(), refers = objects.map((own) => own.map((): number[] => []));
  const said = objects.map((own, n) => own.map((type, index) => {
    const alone = renumbered(type, (to) => refers[n][index].push(to) && 0);
    return kinds.of(JSON.stringify(alone, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
  }));
  // Of two in one object that are the same each is kept: what refers to one of them refers to that one.
  const once = new Numbers();
  const numbers = toldApart(refers, toldApart(refers, said).map((own) => {
    const seen = new Map<number, number>();
    return own.map((number) => {
      const nth = seen.get(number) ?? 0;
      seen.set(number, nth + 1);
      return once.of(`${number} ${nth}`);
    });
  }));
  const types: DebugType[] = [];
  objects.forEach((own, n) => own.forEach((type, index) => (types[numbers[n][index]] ??= renumbered(type, (to) => numbers[n][to]))));
  return { types, numbers };
}

/** What was told apart tells apart whatever refers to it, until nothing new comes of it. */
function toldApart(refers: readonly (readonly (readonly number[])[])[], given: number[][]): number[][] {
  let numbers = given, told = 0;
  for (;;) {
    const known = new Numbers(), before = numbers;
    numbers = before.map((own, n) => own.map((number, index) => known.of(`${number} ${refers[n][index].map((to) => before[n][to]).join()}`)));
    if (known.size === told) return numbers;
    told = known.size;
  }
}

/** Numbers what differs, in the order in which it comes. */
class Numbers {
  readonly #known = new Map<string, number>();

  of(said: string): number {
    const number = this.#known.get(said) ?? this.#known.size;
    this.#known.set(said, number);
    return number;
  }

  get size(): number {
    return this.#known.size;
  }

  get all(): string[] {
    return [...this.#known.keys()];
  }
}
