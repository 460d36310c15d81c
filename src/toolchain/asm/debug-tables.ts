/** The debug marks among the items become the tables of the object file. */
import type { ValuePlace } from '../../formats/debug-info.ts';
import type { ObjectFile, ObjectFunction } from '../object.ts';
import type { AsmItem, AsmUnit } from './items.ts';

export interface Mark {
  item: AsmItem;
  section: number;
  offset: number;
}

/** @param marks in the order of the items, with final offsets. */
export function debugTables(unit: AsmUnit, marks: readonly Mark[]): ObjectFile['debug'] {
  const debug: ObjectFile['debug'] = { types: unit.types, functions: [], lines: [], tracepoints: [], globals: [] };
  let open: ObjectFunction | undefined;
  const places = new Map<number, { low: number; place: ValuePlace }>();
  const close = (variable: number, high: number): void => {
    const started = places.get(variable);
    places.delete(variable);
    if (started && open && high > started.low) open.variables[variable]?.ranges.push({ low: started.low, high, place: started.place });
  };
  const end = (high: number): void => {
    if (!open) return;
    for (const variable of places.keys()) close(variable, high);
    open.high = high;
    open = undefined;
  };
  for (const { item, section, offset } of marks) {
    switch (item.kind) {
      case 'loc': debug.lines.push({ section, offset, file: item.file, line: item.line, column: item.column }); break;
      case 'func':
        end(offset);
        open = { name: item.name, file: item.file, line: item.line, type: item.type, redZoneBytes: item.redZoneBytes, section, low: offset, high: offset,
          variables: item.variables.map((variable) => ({ ...variable, ranges: [] })), frames: [], saved: [] };
        debug.functions.push(open);
        break;
      case 'endfunc': end(offset); break;
      case 'place':
        close(item.variable, offset);
        if (item.place) places.set(item.variable, { low: offset, place: item.place });
        break;
      case 'frame': open?.frames.push({ low: offset, hint: item.hint }); break;
      case 'saved': open?.saved.push({ reg: item.reg, cfaOffset: item.cfaOffset, from: offset }); break;
      case 'trace': debug.tracepoints.push({ section, offset, name: item.name, args: item.args }); break;
      case 'global-variable': debug.globals.push({ name: item.name, type: item.type, file: item.file, line: item.line }); break;
      default: break;
    }
  }
  return debug;
}
