/** Assembly items to a relocatable object: sections, symbols, relocations, jump sizes, debug tables. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation } from '../object.ts';
import { debugTables } from './debug-tables.ts';
import { encodeCached, fixupValue } from './encode.ts';
import type { AsmExpr, AsmItem, AsmSpan, AsmUnit } from './items.ts';
import { SectionBuilder, type Fluid, type Position } from './section.ts';

const DEFAULT_FLAGS: readonly (readonly [string, string])[] = [
  ['.text', 'ax'], ['.head.text', 'ax'], ['.entry.text', 'ax'], ['.init.text', 'ax'], ['.rodata', 'a'], ['.data', 'aw'], ['.init.data', 'aw'],
  ['.bss', 'aw'], ['.tdata', 'awT'], ['.tbss', 'awT'], ['__ex_table', 'a'],
];

const SIZES: Readonly<Record<Relocation['type'], number>> = {
  R_X86_64_64: 8, R_X86_64_PC64: 8, R_X86_64_32: 4, R_X86_64_32S: 4, R_X86_64_PC32: 4, R_X86_64_TPOFF32: 4, R_X86_64_16: 2, R_X86_64_8: 1,
};

export function assemble(unit: AsmUnit): { object: ObjectFile; diagnostics: Diagnostic[] } {
  return new Assembler(unit).run();
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

class Assembler {
  readonly #unit: AsmUnit;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #sections: SectionBuilder[] = [];
  readonly #byName = new Map<string, number>();
  readonly #labels = new Map<string, Position>();
  readonly #sets = new Map<string, AsmExpr>();
  readonly #bindings = new Map<string, 'global' | 'local' | 'weak'>();
  readonly #types = new Map<string, 'function' | 'object'>();
  readonly #sizes = new Map<string, AsmExpr>();
  readonly #marks: { item: AsmItem; at: Position }[] = [];
  /** How often each numeric label has been defined so far. */
  readonly #numeric = new Map<string, number>();
  /** Labels of the compiler that a relocation needs: the others stay out of the symbol table. */
  readonly #referenced = new Set<string>();
  #current = 0;
  #section: SectionBuilder;
  #dots = 0;

  constructor(unit: AsmUnit) {
    this.#unit = unit;
    this.#section = this.#enter('.text', undefined, undefined);
  }

  run(): { object: ObjectFile; diagnostics: Diagnostic[] } {
    for (const item of this.#unit.items) this.#item(item);
    this.#relax();
    const sections = this.#sections.map((section, index) => this.#finish(section, index));
    const marks = this.#marks.map(({ item, at }) => ({ item, section: at.section, offset: this.#offset(at) }));
    return { object: { file: this.#unit.file, sections, symbols: this.#symbols(), debug: debugTables(this.#unit, marks) }, diagnostics: this.#diagnostics };
  }

  #error(span: AsmSpan | undefined, message: string): void {
    this.#diagnostics.push({ severity: 'error', file: span?.file ?? this.#unit.file, line: span?.line ?? 0, column: span?.column ?? 0,
      length: span?.length ?? 1, message });
  }

  #enter(name: string, flags: string | undefined, type: string | undefined): SectionBuilder {
    let index = this.#byName.get(name);
    if (index === undefined) {
      const known = DEFAULT_FLAGS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`));
      const nobits = type === 'nobits' || (type === undefined && /^\.(t?bss)(\.|$)/.test(name));
      index = this.#sections.push(new SectionBuilder(name, flags ?? known?.[1] ?? 'a', nobits)) - 1;
      this.#byName.set(name, index);
    }
    this.#current = index;
    return this.#sections[index];
  }

  #here(): Position {
    return { section: this.#current, offset: this.#section.length, fluids: this.#section.fluids.length };
  }

  #item(item: AsmItem): void {
    switch (item.kind) {
      case 'insn': this.#instruction(item); break;
      case 'label': this.#label(item.name, item.span); break;
      case 'section': this.#section = this.#enter(item.name, item.flags, item.type); break;
      case 'binding': this.#bindings.set(item.name, item.binding); break;
      case 'type': this.#types.set(item.name, item.type); break;
      case 'size': this.#sizes.set(item.name, this.#named(item.value)); break;
      case 'set': this.#sets.set(item.name, this.#named(item.value)); break;
      case 'data': this.#data(item); break;
      case 'bytes': this.#section.put(item.bytes); break;
      case 'zero': this.#section.fill(item.count, item.fill); break;
      case 'align':
        if (item.bytes <= 1) break;
        this.#section.align = Math.max(this.#section.align, item.bytes);
        this.#fluid({ align: { bytes: item.bytes, max: item.max || Infinity, to: undefined, fill: item.fill, span: undefined } });
        break;
      case 'org': this.#fluid({ align: { bytes: 1, max: Infinity, to: this.#named(item.to), fill: item.fill, span: item.span } }); break;
      default: this.#marks.push({ item, at: this.#here() });
    }
  }

  #fluid(fluid: Pick<Fluid, 'jump' | 'align'>): void {
    this.#section.addFluid({ offset: this.#section.length, size: 0, ...fluid });
  }

  #label(name: string, span: AsmSpan | undefined): void {
    if (isDigit(name.charCodeAt(0))) {
      const count = (this.#numeric.get(name) ?? 0) + 1;
      this.#numeric.set(name, count);
      this.#labels.set(`.L${name}:${count}`, this.#here());
      return;
    }
    if (this.#labels.has(name) || this.#sets.has(name)) this.#error(span, `'${name}' is defined twice`);
    this.#labels.set(name, this.#here());
  }

  /** `.` in an expression becomes a label here, `1b` and `1f` the names of the labels they mean. */
  #named(value: AsmExpr): AsmExpr {
    const symbol = this.#absoluteName(value.symbol), minus = this.#absoluteName(value.minus);
    if (symbol === value.symbol && minus === value.minus) return value;
    return { addend: value.addend, ...(symbol === undefined ? {} : { symbol }), ...(minus === undefined ? {} : { minus }) };
  }

  #absoluteName(name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const first = name.charCodeAt(0);
    if (first === 46 && name.length === 1) {
      const dot = `.Ldot:${this.#dots++}`;
      this.#labels.set(dot, this.#here());
      return dot;
    }
    if (!isDigit(first)) return name;
    const label = name.slice(0, -1);
    return `.L${label}:${(this.#numeric.get(label) ?? 0) + (name.endsWith('f') ? 1 : 0)}`;
  }

  #instruction(item: Extract<AsmItem, { kind: 'insn' }>): void {
    const encoded = encodeCached(item);
    if (typeof encoded === 'string') {
      this.#error(item.span, encoded);
      return;
    }
    const section = this.#section;
    const { bytes, fixups, short } = encoded;
    if (short) {
      const target = this.#named(fixupValue(item, 'target'));
      this.#fluid({ jump: { short, long: fixups.length ? bytes : undefined, longField: fixups.length ? fixups[0].offset : 0, target, isLong: false,
        span: item.span } });
      return;
    }
    for (const { offset, type, source, delta } of fixups) {
      const value = this.#named(fixupValue(item, source));
      section.fixups.push({ offset: section.length + offset, fluids: section.fluids.length, type,
        value: delta ? { ...value, addend: value.addend - BigInt(delta) } : value, span: item.span });
    }
    section.put(bytes);
  }

  #data({ size, values, span }: Extract<AsmItem, { kind: 'data' }>): void {
    const type = size === 8 ? 'R_X86_64_64' : size === 4 ? 'R_X86_64_32' : size === 2 ? 'R_X86_64_16' : 'R_X86_64_8';
    const section = this.#section;
    for (const value of values) {
      const symbolic = value.symbol !== undefined || value.minus !== undefined;
      if (symbolic) section.fixups.push({ offset: section.length, fluids: section.fluids.length, type, value: this.#named(value), span });
      section.putInteger(symbolic ? 0n : value.addend, size);
    }
  }

  /** Jumps start short and grow until every one reaches its target. */
  #relax(): void {
    const origin = (fluid: Fluid, at: number): number => this.#origin(fluid, at);
    for (let again = true; again; ) {
      again = false;
      for (const section of this.#sections) section.layout(origin);
      this.#sections.forEach((section, index) => {
        section.fluids.forEach((fluid, n) => {
          const { jump } = fluid;
          if (!jump || jump.isLong) return;
          const target = this.#target(jump.target, index);
          const distance = target === undefined ? Infinity : target - section.at(fluid.offset, n + 1);
          if (distance >= -128 && distance <= 127) return;
          if (jump.long) jump.isLong = true;
          else {
            this.#error(jump.span, 'this instruction reaches only 127 bytes forwards and 128 back, within its section; its target is further away');
            delete fluid.jump;
          }
          again = true;
        });
      });
    }
  }

  /** Offset of a jump's target if the distance is known before the link. */
  #target(value: AsmExpr, section: number): number | undefined {
    const resolved = this.#resolve(value);
    if (resolved?.symbol === undefined || this.#bindings.get(resolved.symbol) === 'weak') return undefined;
    const place = this.#labels.get(resolved.symbol);
    return place?.section === section ? this.#offset(place) + Number(resolved.addend) : undefined;
  }

  /** Where .org goes: an offset in this section. */
  #origin(fluid: Fluid, at: number): number {
    const resolved = fluid.align?.to ? this.#resolve(fluid.align.to) : undefined;
    if (resolved && resolved.symbol === undefined) return Number(resolved.addend);
    const place = resolved?.symbol === undefined ? undefined : this.#labels.get(resolved.symbol);
    if (place && this.#sections[place.section].fluids.includes(fluid)) return this.#offset(place) + Number(resolved!.addend);
    this.#error(fluid.align?.span, '.org needs a number or a label of this section');
    delete fluid.align;
    return at;
  }

  #offset({ section, offset, fluids }: Position): number {
    return this.#sections[section].at(offset, fluids);
  }

  /** A number, or a symbol plus a number; undefined when it is neither. */
  #resolve(value: AsmExpr, depth = 0): { symbol?: string; addend: bigint } | undefined {
    if (depth > 16) return undefined;
    const inner = value.symbol === undefined ? undefined : this.#sets.get(value.symbol);
    if (inner) {
      const resolved = this.#resolve(inner, depth + 1);
      if (!resolved) return undefined;
      return this.#resolve({ ...(resolved.symbol === undefined ? {} : { symbol: resolved.symbol }),
        ...(value.minus === undefined ? {} : { minus: value.minus }), addend: resolved.addend + value.addend }, depth + 1);
    }
    if (value.minus === undefined) return value.symbol === undefined ? { addend: value.addend } : { symbol: value.symbol, addend: value.addend };
    const below = this.#sets.get(value.minus);
    if (below) {
      const resolved = this.#resolve(below, depth + 1);
      if (!resolved) return undefined;
      return this.#resolve({ ...(value.symbol === undefined ? {} : { symbol: value.symbol }),
        ...(resolved.symbol === undefined ? {} : { minus: resolved.symbol }), addend: value.addend - resolved.addend }, depth + 1);
    }
    const plus = value.symbol === undefined ? undefined : this.#labels.get(value.symbol), minus = this.#labels.get(value.minus);
    if (!plus || !minus || plus.section !== minus.section) return undefined;
    return { addend: BigInt(this.#offset(plus) - this.#offset(minus)) + value.addend };
  }

  #finish(section: SectionBuilder, index: number): ObjectSection {
    const bytes = section.bytes();
    const view = new DataView(bytes.buffer);
    const relocations: Relocation[] = [];
    if (section.nobits && section.fixups.length) this.#error(section.fixups[0].span,
      `section ${section.name} holds only zeros, so nothing in it can be an address`);
    else for (const { offset, fluids, type, value, span } of section.fixups) this.#fix(view, section.at(offset, fluids), type, value, index, relocations, span);
    section.fluids.forEach(({ offset, jump }, n) => {
      if (!jump) return;
      const end = section.at(offset, n + 1);
      if (jump.isLong) this.#fix(view, end - 4, 'R_X86_64_PC32', { ...jump.target, addend: jump.target.addend - 4n }, index, relocations, jump.span);
      else bytes[end - 1] = this.#target(jump.target, index)! - end;
    });
    relocations.sort((a, b) => a.offset - b.offset);
    return { name: section.name, flags: section.flags, nobits: section.nobits, align: section.align, bytes, size: section.size, relocations };
  }

  #fix(view: DataView, offset: number, type: Relocation['type'], value: AsmExpr, section: number, relocations: Relocation[], span: AsmSpan | undefined): void {
    let resolved = this.#resolve(value);
    let relative = type;
    if (!resolved && value.symbol !== undefined && value.minus !== undefined) {
      // symbol - label-in-this-section: PC-relative from where the field stands.
      const minus = this.#labels.get(value.minus);
      if (minus?.section === section && (type === 'R_X86_64_32' || type === 'R_X86_64_64')) {
        relative = type === 'R_X86_64_32' ? 'R_X86_64_PC32' : 'R_X86_64_PC64';
        resolved = { symbol: value.symbol, addend: value.addend + BigInt(offset - this.#offset(minus)) };
      }
    }
    if (!resolved) {
      const unknown = value.minus !== undefined && !this.#labels.has(value.minus) ? ` ('${value.minus}' is not defined)` : '';
      this.#error(span, `this difference of symbols is not known when assembling: both must be labels of one section${unknown}`);
      return;
    }
    if (resolved.symbol === undefined) {
      this.#store(view, offset, SIZES[relative], resolved.addend, span);
      return;
    }
    const modifier = resolved.symbol.indexOf('@');
    let symbol = resolved.symbol;
    if (modifier > 0) {
      const kind = symbol.slice(modifier + 1).toLowerCase();
      if (kind !== 'tpoff' || SIZES[relative] !== 4) this.#error(span, `'@${kind}' is not supported here; only @tpoff in 32 bits is`);
      symbol = symbol.slice(0, modifier);
      relative = 'R_X86_64_TPOFF32';
    }
    const target = this.#labels.get(symbol);
    if (symbol.startsWith('.L')) {
      if (!target) {
        const numeric = /^\.L(\d+):/.exec(symbol);
        this.#error(span, `label '${numeric ? numeric[1] : symbol}' is used here but not defined${numeric ? ' on that side' : ''}`);
        return;
      }
      this.#referenced.add(symbol);
    }
    if (relative === 'R_X86_64_PC32' && target?.section === section && this.#bindings.get(symbol) !== 'weak') {
      view.setInt32(offset, this.#offset(target) + Number(resolved.addend) - offset, true);
      return;
    }
    // A thread variable's address is its offset from the FS base.
    if (relative === 'R_X86_64_32S' && target && this.#sections[target.section].flags.includes('T')) relative = 'R_X86_64_TPOFF32';
    relocations.push({ offset, type: relative, symbol, addend: resolved.addend, ...(span ? { line: span.line } : {}) });
  }

  #store(view: DataView, offset: number, size: number, value: bigint, span: AsmSpan | undefined): void {
    const bits = size * 8;
    if (size < 8 && BigInt.asIntN(bits, value) !== value && BigInt.asUintN(bits, value) !== value)
      this.#error(span, `${value} does not fit into ${size} byte${size === 1 ? '' : 's'}`);
    const low = BigInt.asUintN(bits, value);
    if (size === 8) view.setBigUint64(offset, low, true);
    else if (size === 4) view.setUint32(offset, Number(low), true);
    else if (size === 2) view.setUint16(offset, Number(low), true);
    else view.setUint8(offset, Number(low));
  }

  #symbols(): ObjectSymbol[] {
    const symbols: ObjectSymbol[] = [];
    const common = (name: string): Pick<ObjectSymbol, 'name' | 'size' | 'binding' | 'type'> => {
      const size = this.#sizes.get(name);
      return { name, size: size ? Number(this.#resolve(size)?.addend ?? 0n) : 0, binding: this.#bindings.get(name) ?? 'local',
        type: this.#types.get(name) ?? 'none' };
    };
    for (const [name, place] of this.#labels) {
      if (name.startsWith('.L') && !this.#referenced.has(name)) continue;
      symbols.push({ ...common(name), section: place.section, value: BigInt(this.#offset(place)) });
    }
    for (const [name, value] of this.#sets) {
      const resolved = this.#resolve(value);
      if (!resolved) continue;
      const place = resolved.symbol === undefined ? undefined : this.#labels.get(resolved.symbol);
      if (resolved.symbol === undefined) symbols.push({ ...common(name), section: -1, value: BigInt.asUintN(64, resolved.addend) });
      else if (place) symbols.push({ ...common(name), section: place.section, value: BigInt(this.#offset(place)) + resolved.addend });
    }
    for (const name of this.#bindings.keys()) if (!this.#labels.has(name) && !this.#sets.has(name))
      symbols.push({ ...common(name), section: undefined, value: 0n });
    return symbols;
  }
}
