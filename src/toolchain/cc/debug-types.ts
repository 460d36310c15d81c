/** C types to the table of the debug information. */
import type { DebugField, DebugType } from '../../formats/debug-info.ts';
import { CHAR, type Type } from './types.ts';

export class DebugTypes {
  readonly table: DebugType[] = [{ kind: 'void' }];
  readonly #index = new Map<Type, Map<string, number>>();

  of(t: Type): number {
    if (t.kind === 'void' && !t.alias) return 0;
    const { base } = t;
    let names = this.#index.get(base);
    if (!names) this.#index.set(base, (names = new Map()));
    const known = names.get(t.alias);
    if (known !== undefined) return known;
    const index = this.table.length;
    names.set(t.alias, index);
    this.table.push({ kind: 'void' });
    this.table[index] = t.alias ? { kind: 'typedef', name: t.alias, to: this.of(base) } : this.#make(base);
    return index;
  }

  #make(t: Type): DebugType {
    switch (t.kind) {
      case 'bool': return { kind: 'int', name: '_Bool', size: 1, signed: false, bool: true };
      case 'int': {
        const size = t.size as 1 | 2 | 4 | 8;
        return t.base === CHAR ? { kind: 'int', name: t.name, size, signed: t.signed, char: true } : { kind: 'int', name: t.name, size, signed: t.signed };
      }
      case 'enum': return { kind: 'enum', name: t.name, size: t.size as 4 | 8, values: t.enumerators ?? [] };
      case 'pointer': return { kind: 'pointer', to: this.of(t.to) };
      case 'array': return { kind: 'array', of: this.of(t.to), count: t.count };
      case 'function': return { kind: 'function', returns: this.of(t.to), parameters: t.parameters.map((p) => this.of(p.type)) };
      case 'struct': case 'union': {
        const fields: DebugField[] = (t.fields ?? []).map((f) => {
          const field: DebugField = { name: f.name, type: this.of(f.type), offset: f.offset };
          if (f.bitWidth >= 0) {
            field.bitOffset = f.bitOffset;
            field.bitSize = f.bitWidth;
          }
          return field;
        });
        return { kind: t.kind, name: t.name, size: t.size, fields };
      }
      default: return { kind: 'void' };
    }
  }
}
