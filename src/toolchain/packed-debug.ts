/**
 * Debug information on its way from one thread to another. What there is most of goes as columns of numbers, whose memory changes hands, and what is
 * said again and again once: to copy every object by itself takes longer than the build.
 */
import type { DebugInfo, DebugType, FrameHint, FunctionInfo, ValuePlace } from '../formats/debug-info.ts';

type Head = Omit<FunctionInfo, 'variables' | 'frames'>;

export interface PackedDebug extends Omit<DebugInfo, 'lines' | 'functions' | 'types'> {
  functions: Head[];
  /** As JSON, in which the value of an enum stands as text. */
  types: string;
  names: string[];
  places: ValuePlace[];
  hints: FrameHint[];
  /** Of lines, frames and ranges, in the order in which they are read. */
  addresses: BigUint64Array<ArrayBuffer>;
  /** The numbers that belong to them. */
  numbers: Int32Array<ArrayBuffer>;
}

/** Numbers the different ones among things, by what they say. */
class Once<T> {
  readonly all: T[] = [];
  readonly #known = new Map<string, number>();

  number(key: string, thing: T): number {
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = this.all.push(thing) - 1));
    return known;
  }
}

const placeKey = (place: ValuePlace): string => {
  switch (place.kind) {
    case 'reg': return `r ${place.reg}`;
    case 'rbp': case 'rsp': return `${place.kind} ${place.offset}`;
    case 'const': return `c ${place.value}`;
    case 'symbol': return `s ${place.name} ${place.addend}`;
    case 'address': return `a ${place.address}`;
  }
};
const hintKey = ({ kind, reg, offset, saving, own }: FrameHint): string => `${kind} ${reg} ${offset} ${saving ?? '-'} ${own ? JSON.stringify(own) : '-'}`;

/** An enum's values are too large for JSON. */
const asText = (type: DebugType): object => (type.kind === 'enum' ? { ...type, values: type.values.map(({ name, value }) => ({ name, value: String(value) })) }
  : type);
const fromText = (type: DebugType): DebugType => (type.kind === 'enum'
  ? { ...type, values: type.values.map(({ name, value }) => ({ name, value: BigInt(value) })) } : type);

export function packDebug({ lines, functions, types, ...rest }: DebugInfo): PackedDebug {
  const names = new Once<string>(), places = new Once<ValuePlace>(), hints = new Once<FrameHint>();
  const addresses: bigint[] = [], numbers: number[] = [lines.length];
  for (const { addr, file, line, column } of lines) {
    addresses.push(addr);
    numbers.push(file, line, column);
  }
  const heads = functions.map(({ variables, frames, ...head }): Head => {
    numbers.push(frames.length, variables.length);
    for (const { low, hint } of frames) {
      addresses.push(low);
      numbers.push(hints.number(hintKey(hint), hint));
    }
    for (const { name, type, isParameter, line, ranges } of variables) {
      numbers.push(names.number(name, name), type, isParameter ? 1 : 0, line, ranges.length);
      for (const { low, high, place } of ranges) {
        addresses.push(low, high);
        numbers.push(places.number(placeKey(place), place));
      }
    }
    return head;
  });
  return { ...rest, functions: heads, types: JSON.stringify(types.map(asText)), names: names.all, places: places.all, hints: hints.all,
    addresses: BigUint64Array.from(addresses), numbers: Int32Array.from(numbers) };
}

export function unpackDebug({ functions, types, names, places, hints, addresses, numbers, ...rest }: PackedDebug): DebugInfo {
  let a = 0, n = 0;
  const times = <T>(count: number, make: () => T): T[] => {
    const all: T[] = [];
    for (let i = 0; i < count; i++) all.push(make());
    return all;
  };
  return {
    ...rest, types: (JSON.parse(types) as DebugType[]).map(fromText),
    lines: times(numbers[n++], () => ({ addr: addresses[a++], file: numbers[n++], line: numbers[n++], column: numbers[n++] })),
    functions: functions.map((head) => {
      const frames = numbers[n++], variables = numbers[n++];
      return { ...head,
        frames: times(frames, () => ({ low: addresses[a++], hint: hints[numbers[n++]] })),
        variables: times(variables, () => ({ name: names[numbers[n++]], type: numbers[n++], isParameter: numbers[n++] === 1, line: numbers[n++],
          ranges: times(numbers[n++], () => ({ low: addresses[a++], high: addresses[a++], place: places[numbers[n++]] })) })) };
    }),
  };
}
