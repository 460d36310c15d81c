/** Debug information of all objects, at final addresses. */
import type { VirtAddr } from '../../base/units.ts';
import type { DebugInfo, DebugType, Domain, ValuePlace, TraceArgument } from '../../formats/debug-info.ts';
import type { ObjectFile } from '../object.ts';

interface Input {
  object: ObjectFile;
  domain: Domain;
  /** Final address of a place in the object, undefined when it is not in the image. */
  at: (section: number, offset: number) => bigint | undefined;
}

/** Shifts the type numbers inside a type by `by`. */
function shiftType(type: DebugType, by: number): DebugType {
  switch (type.kind) {
    case 'pointer': case 'typedef': return { ...type, to: type.to + by };
    case 'array': return { ...type, of: type.of + by };
    case 'struct': case 'union': return { ...type, fields: type.fields.map((field) => ({ ...field, type: field.type + by })) };
    case 'function': return { ...type, returns: type.returns + by, parameters: type.parameters.map((parameter) => parameter + by) };
    default: return type;
  }
}

export function mergeDebug(inputs: readonly Input[], symbol: (name: string, input: number) => bigint | undefined): DebugInfo {
  const debug: DebugInfo = { files: [], lines: [], functions: [], globals: [], types: [], tracepoints: [], symbols: [], bounds: [] };
  const files = new Map<string, number>();
  const file = (name: string): number => {
    let index = files.get(name);
    if (index === undefined) files.set(name, (index = debug.files.push(name) - 1));
    return index;
  };
  inputs.forEach(({ object, domain, at }, n) => {
    const shift = debug.types.length;
    for (const type of object.debug.types) debug.types.push(shiftType(type, shift));
    const address = (section: number, offset: number): VirtAddr => BigInt.asUintN(64, at(section, offset) ?? 0n);
    const place = (where: ValuePlace): ValuePlace => {
      if (where.kind !== 'symbol') return where;
      const value = symbol(where.name, n);
      return { kind: 'address', address: BigInt.asUintN(64, (value ?? 0n) + BigInt(where.addend)) };
    };
    const argument = (arg: TraceArgument): TraceArgument => ({ ...arg, type: arg.type + shift, base: place(arg.base) });

    for (const { section, offset, file: name, line, column } of object.debug.lines) if (at(section, offset) !== undefined)
      debug.lines.push({ addr: address(section, offset), file: file(name), line, column });
    for (const { section, offset, name, args } of object.debug.tracepoints) if (at(section, offset) !== undefined)
      debug.tracepoints.push({ addr: address(section, offset), name, args: args.map(argument) });
    for (const f of object.debug.functions) {
      if (at(f.section, f.low) === undefined) continue;
      const here = (offset: number): VirtAddr => address(f.section, offset);
      debug.functions.push({
        name: f.name, domain, file: f.file, line: f.line, low: here(f.low), high: here(f.high), type: f.type + shift, redZoneBytes: f.redZoneBytes,
        variables: f.variables.map((variable) => ({ name: variable.name, type: variable.type + shift, isParameter: variable.isParameter, line: variable.line,
          ranges: variable.ranges.map((range) => ({ low: here(range.low), high: here(range.high), place: place(range.place) })) })),
        frames: f.frames.map(({ low, hint }) => ({ low: here(low), hint })),
        saved: f.saved.map(({ reg, cfaOffset, from }) => ({ reg, cfaOffset, from: here(from) })),
      });
    }
    for (const { name, type } of object.debug.globals) {
      const value = symbol(name, n);
      if (value !== undefined) debug.globals.push({ name, domain, type: type + shift, addr: BigInt.asUintN(64, value) });
    }
  });
  const byAddress = <T extends { addr: VirtAddr }>(a: T, b: T): number => (a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : 0);
  debug.lines.sort(byAddress);
  debug.tracepoints.sort(byAddress);
  debug.functions.sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  return debug;
}
