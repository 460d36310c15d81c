/** Debug information of all objects, at final addresses. */
import type { VirtAddr } from '../../base/units.ts';
import { renumbered, type DebugInfo, type Domain, type ValuePlace, type TraceArgument } from '../../formats/debug-info.ts';
import type { ObjectFile } from '../object.ts';

interface Input {
  object: ObjectFile;
  domain: Domain;
  /** Final address of the first byte of each section, undefined when that is not in the image. */
  starts: readonly (bigint | undefined)[];
}

type Part = Pick<DebugInfo, 'lines' | 'tracepoints' | 'functions' | 'globals' | 'types'>;

/** What an object's debug information came to, and all that this hung on. */
interface Known {
  /** An object that came without its detail has others later. */
  lines: ObjectFile['debug']['lines'];
  domain: Domain;
  starts: readonly (bigint | undefined)[];
  shift: number;
  files: ReadonlyMap<string, number>;
  values: ReadonlyMap<string, bigint | undefined>;
  part: Part;
}

/** As each object was linked last: after an edit elsewhere most of them stand where they stood. What is in here is never changed. */
const last = new WeakMap<ObjectFile, Known>();

function partOf({ object, domain, starts }: Input, shift: number, file: (name: string) => number, symbol: (name: string) => bigint | undefined): Part {
  const known = last.get(object);
  if (known && known.lines === object.debug.lines && known.domain === domain && known.shift === shift && known.starts.length === starts.length &&
    known.starts.every((start, section) => start === starts[section]) && [...known.files].every(([name, index]) => file(name) === index) &&
    [...known.values].every(([name, value]) => symbol(name) === value)) return known.part;
  const part: Part = { lines: [], tracepoints: [], functions: [], globals: [], types: object.debug.types.map((type) => renumbered(type, (to) => to + shift)) };
  const files = new Map<string, number>(), values = new Map<string, bigint | undefined>();
  const fileOf = (name: string): number => {
    let index = files.get(name);
    if (index === undefined) files.set(name, (index = file(name)));
    return index;
  };
  const valueOf = (name: string): bigint | undefined => {
    if (!values.has(name)) values.set(name, symbol(name));
    return values.get(name);
  };
  const place = (where: ValuePlace): ValuePlace => where.kind !== 'symbol' ? where :
    { kind: 'address', address: BigInt.asUintN(64, (valueOf(where.name) ?? 0n) + BigInt(where.addend)) };
  const argument = (arg: TraceArgument): TraceArgument => ({ ...arg, type: arg.type + shift, base: place(arg.base) });

  for (const { section, offset, file: name, line, column } of object.debug.lines) {
    const start = starts[section];
    if (start !== undefined) part.lines.push({ addr: start + BigInt(offset), file: fileOf(name), line, column });
  }
  for (const { section, offset, name, args } of object.debug.tracepoints) {
    const start = starts[section];
    if (start !== undefined) part.tracepoints.push({ addr: start + BigInt(offset), name, args: args.map(argument) });
  }
  for (const f of object.debug.functions) {
    const start = starts[f.section];
    if (start === undefined) continue;
    const here = (offset: number): VirtAddr => start + BigInt(offset);
    part.functions.push({
      name: f.name, domain, file: f.file, line: f.line, low: here(f.low), high: here(f.high), type: f.type + shift, redZoneBytes: f.redZoneBytes,
      variables: f.variables.map((variable) => ({ name: variable.name, type: variable.type + shift, isParameter: variable.isParameter, line: variable.line,
        ranges: variable.ranges.map((range) => ({ low: here(range.low), high: here(range.high), place: place(range.place) })) })),
      frames: f.frames.map(({ low, hint }) => ({ low: here(low), hint })),
      saved: f.saved.map(({ reg, cfaOffset, from }) => ({ reg, cfaOffset, from: here(from) })),
    });
  }
  for (const { name, type } of object.debug.globals) {
    const value = valueOf(name);
    if (value !== undefined) part.globals.push({ name, domain, type: type + shift, addr: BigInt.asUintN(64, value) });
  }
  last.set(object, { lines: object.debug.lines, domain, starts, shift, files, values, part });
  return part;
}

export function mergeDebug(inputs: readonly Input[], symbol: (name: string, input: number) => bigint | undefined): DebugInfo {
  const debug: DebugInfo = { files: [], lines: [], functions: [], globals: [], types: [], tracepoints: [], symbols: [], bounds: [] };
  const files = new Map<string, number>();
  const file = (name: string): number => {
    let index = files.get(name);
    if (index === undefined) files.set(name, (index = debug.files.push(name) - 1));
    return index;
  };
  const parts = inputs.map((input, n) => {
    const part = partOf(input, debug.types.length, file, (name) => symbol(name, n));
    for (const type of part.types) debug.types.push(type);
    return part;
  });
  debug.lines = parts.flatMap(({ lines }) => lines);
  debug.functions = parts.flatMap(({ functions }) => functions);
  debug.globals = parts.flatMap(({ globals }) => globals);
  debug.tracepoints = parts.flatMap(({ tracepoints }) => tracepoints);
  const byAddress = <T extends { addr: VirtAddr }>(a: T, b: T): number => (a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : 0);
  debug.lines.sort(byAddress);
  debug.tracepoints.sort(byAddress);
  debug.functions.sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  return debug;
}
