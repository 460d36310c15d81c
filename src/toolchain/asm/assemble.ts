/** Assembly items to a relocatable object: sections, symbols, relocations, jump sizes, debug tables. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ObjectFile, ObjectFunction, ObjectSection, ObjectSymbol, Relocation } from '../object.ts';
import { encode, type Encoded } from './encode.ts';
import type { AsmExpr, AsmItem, AsmSpan, AsmUnit } from './items.ts';

/** A stretch of a section whose start may still move. */
interface Piece {
  start: number;
  bytes: number[];
  fixups: { offset: number; type: Relocation['type']; value: AsmExpr; span: AsmSpan | undefined }[];
  /** Ends the piece with a jump that may be short. */
  jump?: { short: number[]; long: Encoded | undefined; target: AsmExpr; isLong: boolean; span: AsmSpan | undefined };
  /** Starts the piece with padding: up to a multiple of `bytes`, or up to the address `to`. */
  align?: { bytes: number; max: number; to: AsmExpr | undefined; fill: number | undefined; count: number; span: AsmSpan | undefined };
}

interface Place {
  section: number;
  piece: number;
  offset: number;
}

interface Section {
  name: string;
  flags: string;
  nobits: boolean;
  align: number;
  pieces: Piece[];
  /** For nobits sections nothing is stored, only counted. */
  size: number;
}

const DEFAULT_FLAGS: readonly (readonly [string, string])[] = [['.text', 'ax'], ['.head.text', 'ax'], ['.entry.text', 'ax'], ['.init.text', 'ax'], ['.rodata', 'a'], ['.data', 'aw'], ['.init.data', 'aw'], ['.bss', 'aw'], ['.tdata', 'awT'], ['.tbss', 'awT'], ['__ex_table', 'a']];

export function assemble(unit: AsmUnit): { object: ObjectFile; diagnostics: Diagnostic[] } {
  return new Assembler(unit).run();
}

class Assembler {
  readonly #unit: AsmUnit;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #sections: Section[] = [];
  readonly #labels = new Map<string, Place>();
  readonly #sets = new Map<string, AsmExpr>();
  readonly #bindings = new Map<string, 'global' | 'local' | 'weak'>();
  readonly #types = new Map<string, 'function' | 'object'>();
  readonly #sizes = new Map<string, { value: AsmExpr; at: Place }>();
  readonly #cache = new Map<string, Encoded | string>();
  readonly #marks: { item: AsmItem; at: Place }[] = [];
  #current = 0;
  #piece: Piece;
  #dots = 0;
  /** Labels of the compiler that a relocation needs: the others stay out of the symbol table. */
  readonly #referenced = new Set<string>();
  /** How often each numeric label has been defined so far. */
  readonly #numeric = new Map<string, number>();

  constructor(unit: AsmUnit) {
    this.#unit = unit;
    this.#piece = this.#enter('.text', undefined, undefined);
  }

  run(): { object: ObjectFile; diagnostics: Diagnostic[] } {
    for (const item of this.#unit.items) this.#item(item);
    this.#relax();
    return { object: this.#finish(), diagnostics: this.#diagnostics };
  }

  #error(span: AsmSpan | undefined, message: string): void {
    this.#diagnostics.push({ severity: 'error', file: span?.file ?? this.#unit.file, line: span?.line ?? 0, column: span?.column ?? 0, length: span?.length ?? 1, message });
  }

  #enter(name: string, flags: string | undefined, type: string | undefined): Piece {
    let index = this.#sections.findIndex((section) => section.name === name);
    if (index < 0) {
      const known = DEFAULT_FLAGS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`) || name.startsWith(`${prefix}..`));
      index = this.#sections.length;
      const nobits = type === 'nobits' || (type === undefined && /^\.(t?bss)(\.|$)/.test(name));
      this.#sections.push({ name, flags: flags ?? known?.[1] ?? 'a', nobits, align: 1, pieces: [{ start: 0, bytes: [], fixups: [] }], size: 0 });
    }
    this.#current = index;
    return this.#sections[index].pieces.at(-1)!;
  }

  #newPiece(): Piece {
    const piece: Piece = { start: 0, bytes: [], fixups: [] };
    this.#sections[this.#current].pieces.push(piece);
    this.#piece = piece;
    return piece;
  }

  #here(): Place {
    const section = this.#sections[this.#current];
    return { section: this.#current, piece: section.pieces.length - 1, offset: this.#piece.bytes.length };
  }

  #item(item: AsmItem): void {
    switch (item.kind) {
      case 'insn': this.#instruction(item); break;
      case 'label':
        this.#label(item.name, item.span);
        break;
      case 'section': this.#piece = this.#enter(item.name, item.flags, item.type); break;
      case 'binding': this.#bindings.set(item.name, item.binding); break;
      case 'type': this.#types.set(item.name, item.type); break;
      case 'size': this.#sizes.set(item.name, { value: item.value, at: this.#here() }); break;
      case 'set': this.#sets.set(item.name, this.#dot(item.value)); break;
      case 'data': this.#data(item); break;
      case 'bytes': for (const byte of item.bytes) this.#piece.bytes.push(byte); break;
      case 'zero': for (let n = 0; n < item.count; n++) this.#piece.bytes.push(item.fill); break;
      case 'align': this.#align(item.bytes, item.fill, item.max); break;
      case 'org': this.#newPiece().align = { bytes: 1, max: Infinity, to: this.#dot(item.to), fill: item.fill, count: 0, span: item.span }; break;
      default: this.#marks.push({ item, at: this.#here() });
    }
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

  #align(bytes: number, fill: number | undefined, max = Infinity): void {
    const section = this.#sections[this.#current];
    if (bytes <= 1) return;
    if (bytes > section.align) section.align = bytes;
    this.#newPiece().align = { bytes, max, to: undefined, fill, count: 0, span: undefined };
  }

  /** `.` in an expression becomes a label here, `1b` and `1f` the names of the labels they mean. */
  #dot(value: AsmExpr): AsmExpr {
    const symbol = this.#absoluteName(value.symbol), minus = this.#absoluteName(value.minus);
    if (symbol === value.symbol && minus === value.minus) return value;
    return { addend: value.addend, ...(symbol === undefined ? {} : { symbol }), ...(minus === undefined ? {} : { minus }) };
  }

  #absoluteName(name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const first = name.charCodeAt(0);
    if (first === 46 && name.length === 1) {
      const dot = `.Ldot${this.#dots++}`;
      this.#labels.set(dot, this.#here());
      return dot;
    }
    if (!isDigit(first)) return name;
    const label = name.slice(0, -1);
    return `.L${label}:${(this.#numeric.get(label) ?? 0) + (name.endsWith('f') ? 1 : 0)}`;
  }

  #instruction(item: Extract<AsmItem, { kind: 'insn' }>): void {
    const key = shape(item);
    let encoded = key === undefined ? undefined : this.#cache.get(key);
    if (encoded === undefined) {
      encoded = encode(item);
      if (key !== undefined) this.#cache.set(key, encoded);
    }
    if (typeof encoded === 'string') {
      this.#error(item.span, encoded);
      return;
    }
    const piece = this.#piece;
    if (encoded.target && (encoded.short || encoded.fixups.length === 0)) {
      // Without a long form (loop, jrcxz) it must reach as it is.
      const long = encoded.short ? encoded : undefined;
      piece.jump = { short: encoded.short ?? encoded.bytes, long, target: this.#dot(encoded.target), isLong: false, span: item.span };
      this.#newPiece();
      return;
    }
    for (const fixup of encoded.fixups) piece.fixups.push({ offset: piece.bytes.length + fixup.offset, type: fixup.type, value: this.#dot(fixup.value), span: item.span });
    for (const byte of encoded.bytes) piece.bytes.push(byte);
  }

  #data({ size, values, span }: Extract<AsmItem, { kind: 'data' }>): void {
    const type = size === 8 ? 'R_X86_64_64' : size === 4 ? 'R_X86_64_32' : size === 2 ? 'R_X86_64_16' : 'R_X86_64_8';
    for (const value of values) {
      const { bytes, fixups } = this.#piece;
      if (value.symbol !== undefined || value.minus !== undefined) fixups.push({ offset: bytes.length, type, value: this.#dot(value), span });
      for (let n = 0; n < size; n++) bytes.push(Number(BigInt.asUintN(8, value.addend >> BigInt(8 * n))));
    }
  }

  /** Jumps start short and grow until every one reaches its target. */
  #relax(): void {
    for (let again = true; again; ) {
      again = false;
      for (const section of this.#sections) this.#layout(section);
      for (let index = 0; index < this.#sections.length; index++) {
        for (const piece of this.#sections[index].pieces) {
          const { jump } = piece;
          if (!jump || jump.isLong) continue;
          const target = jump.target.symbol === undefined ? undefined : this.#labels.get(jump.target.symbol);
          const end = piece.start + (piece.align?.count ?? 0) + piece.bytes.length + jump.short.length;
          const distance = target && target.section === index && this.#bindings.get(jump.target.symbol!) !== 'weak' ? this.#offset(target) + Number(jump.target.addend) - end : Infinity;
          if (distance >= -128 && distance <= 127) continue;
          if (!jump.long) {
            this.#error(jump.span, 'this instruction reaches only 127 bytes forwards and 128 back, within its section; its target is further away');
            delete piece.jump;
          } else jump.isLong = true;
          again = true;
        }
      }
    }
  }

  #layout(section: Section): void {
    let at = 0;
    for (const piece of section.pieces) {
      piece.start = at;
      if (piece.align) {
        const { bytes, max, to } = piece.align;
        const count = to ? this.#origin(to, piece, section) - at : (bytes - (at % bytes)) % bytes;
        piece.align.count = count > max || count < 0 ? 0 : count;
        at += piece.align.count;
      }
      at += piece.bytes.length;
      if (piece.jump) at += piece.jump.isLong ? piece.jump.long!.bytes.length : piece.jump.short.length;
    }
    section.size = at;
  }

  /** Where .org goes: an offset in this section. */
  #origin(to: AsmExpr, piece: Piece, section: Section): number {
    const resolved = this.#resolve(to);
    if (resolved && resolved.symbol === undefined) return Number(resolved.addend);
    const place = resolved?.symbol === undefined ? undefined : this.#labels.get(resolved.symbol);
    if (place && this.#sections[place.section] === section) {
      // A label at .org itself stands before the padding.
      const own = section.pieces[place.piece] === piece;
      return (own ? piece.start : this.#offset(place)) + Number(resolved!.addend);
    }
    if (piece.align) this.#error(piece.align.span, '.org needs a number or a label of this section');
    delete piece.align;
    return piece.start;
  }

  #offset({ section, piece, offset }: Place): number {
    const target = this.#sections[section].pieces[piece];
    return target.start + (target.align?.count ?? 0) + offset;
  }

  /** A number, or a symbol plus a number; undefined when it is neither. */
  #resolve(value: AsmExpr, depth = 0): { symbol?: string; addend: bigint } | undefined {
    if (depth > 16) return undefined;
    const inner = value.symbol === undefined ? undefined : this.#sets.get(value.symbol);
    if (inner) {
      const resolved = this.#resolve(inner, depth + 1);
      if (!resolved) return undefined;
      return this.#resolve({ ...(resolved.symbol === undefined ? {} : { symbol: resolved.symbol }), ...(value.minus === undefined ? {} : { minus: value.minus }), addend: resolved.addend + value.addend }, depth + 1);
    }
    if (value.minus === undefined) return value.symbol === undefined ? { addend: value.addend } : { symbol: value.symbol, addend: value.addend };
    const plus = value.symbol === undefined ? undefined : this.#labels.get(value.symbol), minus = this.#labels.get(value.minus);
    if (!plus || !minus || plus.section !== minus.section) return undefined;
    return { addend: BigInt(this.#offset(plus) - this.#offset(minus)) + value.addend };
  }

  #finish(): ObjectFile {
    const sections = this.#sections.map((section, index) => this.#section(section, index));
    return { file: this.#unit.file, sections, symbols: this.#symbols(), debug: this.#debug() };
  }

  #section(section: Section, index: number): ObjectSection {
    const bytes = new Uint8Array(section.nobits ? 0 : section.size);
    const relocations: Relocation[] = [];
    for (const piece of section.pieces) {
      let at = piece.start;
      if (piece.align) {
        if (!section.nobits) pad(bytes, at, piece.align.count, piece.align.fill ?? (section.flags.includes('x') ? -1 : 0));
        at += piece.align.count;
      }
      if (!section.nobits) bytes.set(piece.bytes, at);
      for (const fixup of piece.fixups) this.#fix(bytes, at + fixup.offset, fixup.type, fixup.value, index, relocations, fixup.span);
      const { jump } = piece;
      if (!jump) continue;
      const to = at + piece.bytes.length;
      const chosen = jump.isLong ? jump.long!.bytes : jump.short;
      bytes.set(chosen, to);
      if (jump.isLong) for (const { offset, type } of jump.long!.fixups) this.#fix(bytes, to + offset, type, { ...jump.target, addend: jump.target.addend - 4n }, index, relocations, jump.span);
      else bytes[to + chosen.length - 1] = this.#offset(this.#labels.get(jump.target.symbol!)!) + Number(jump.target.addend) - (to + chosen.length);
    }
    return { name: section.name, flags: section.flags, nobits: section.nobits, align: section.align, bytes, size: section.size, relocations };
  }

  #fix(bytes: Uint8Array, offset: number, type: Relocation['type'], value: AsmExpr, section: number, relocations: Relocation[], span: AsmSpan | undefined): void {
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
      this.#error(span, 'this difference of symbols is not known when assembling: both must be labels of one section');
      return;
    }
    const size = relative === 'R_X86_64_64' || relative === 'R_X86_64_PC64' ? 8 : relative === 'R_X86_64_16' ? 2 : relative === 'R_X86_64_8' ? 1 : 4;
    if (resolved.symbol === undefined) {
      for (let n = 0; n < size; n++) bytes[offset + n] = Number(BigInt.asUintN(8, resolved.addend >> BigInt(8 * n)));
      return;
    }
    const modifier = resolved.symbol.indexOf('@');
    if (modifier > 0) {
      const kind = resolved.symbol.slice(modifier + 1).toLowerCase();
      if (kind !== 'tpoff' || size !== 4) this.#error(span, `'@${kind}' is not supported; only @tpoff in 32 bits is`);
      resolved = { ...resolved, symbol: resolved.symbol.slice(0, modifier) };
      relative = 'R_X86_64_TPOFF32';
    }
    const symbol = resolved.symbol!;
    const target = this.#labels.get(symbol);
    if (!target && symbol.startsWith('.L')) {
      const numeric = /^\.L(\d+):/.exec(symbol);
      this.#error(span, `label '${numeric ? numeric[1] : symbol}' is used here but not defined${numeric ? ' on that side' : ''}`);
      return;
    }
    if (relative === 'R_X86_64_PC32' && target?.section === section && this.#bindings.get(symbol) !== 'weak') {
      new DataView(bytes.buffer).setInt32(offset, this.#offset(target) + Number(resolved.addend) - offset, true);
      return;
    }
    for (let n = 0; n < size; n++) bytes[offset + n] = 0;
    const tls = target && this.#sections[target.section].flags.includes('T');
    if (symbol.startsWith('.L')) this.#referenced.add(symbol);
    relocations.push({ offset, type: tls && relative === 'R_X86_64_32S' ? 'R_X86_64_TPOFF32' : relative, symbol, addend: resolved.addend, ...(span ? { line: span.line } : {}) });
  }

  #symbols(): ObjectSymbol[] {
    const symbols: ObjectSymbol[] = [];
    const size = (name: string): number => {
      const known = this.#sizes.get(name);
      if (!known) return 0;
      const { value } = known;
      if (value.symbol === '.' && value.minus !== undefined) {
        const start = this.#labels.get(value.minus);
        return start ? this.#offset(known.at) - this.#offset(start) : 0;
      }
      return Number(this.#resolve(value)?.addend ?? 0n);
    };
    for (const [name, place] of this.#labels) {
      if (name.startsWith('.L') && !this.#referenced.has(name)) continue;
      symbols.push({ name, section: place.section, value: BigInt(this.#offset(place)), size: size(name), binding: this.#bindings.get(name) ?? 'local', type: this.#types.get(name) ?? 'none' });
    }
    for (const [name, value] of this.#sets) {
      const resolved = this.#resolve(value);
      if (resolved && resolved.symbol === undefined) symbols.push({ name, section: -1, value: resolved.addend, size: 0, binding: this.#bindings.get(name) ?? 'local', type: 'none' });
      else if (resolved?.symbol !== undefined) {
        const place = this.#labels.get(resolved.symbol);
        if (place) symbols.push({ name, section: place.section, value: BigInt(this.#offset(place)) + resolved.addend, size: 0, binding: this.#bindings.get(name) ?? 'local', type: this.#types.get(name) ?? 'none' });
      }
    }
    for (const [name, binding] of this.#bindings) if (!this.#labels.has(name) && !this.#sets.has(name)) symbols.push({ name, section: undefined, value: 0n, size: 0, binding, type: this.#types.get(name) ?? 'none' });
    return symbols;
  }

  #debug(): ObjectFile['debug'] {
    const debug: ObjectFile['debug'] = { types: this.#unit.types, functions: [], lines: [], tracepoints: [], globals: [] };
    let open: ObjectFunction | undefined;
    const places = new Map<number, { low: number; place: ObjectFunction['variables'][number]['ranges'][number]['place'] }>();
    const close = (variable: number, high: number): void => {
      const started = places.get(variable);
      places.delete(variable);
      if (started && open && high > started.low) open.variables[variable]?.ranges.push({ low: started.low, high, place: started.place });
    };
    for (const { item, at } of this.#marks) {
      const offset = this.#offset(at);
      switch (item.kind) {
        case 'loc': debug.lines.push({ section: at.section, offset, file: item.file, line: item.line, column: item.column }); break;
        case 'func':
          if (open) open.high = offset;
          open = { name: item.name, file: item.file, line: item.line, type: item.type, redZoneBytes: item.redZoneBytes, section: at.section, low: offset, high: offset, variables: item.variables.map((variable) => ({ ...variable, ranges: [] })), frames: [], saved: [] };
          debug.functions.push(open);
          break;
        case 'endfunc':
          if (!open) break;
          for (const variable of [...places.keys()]) close(variable, offset);
          open.high = offset;
          open = undefined;
          break;
        case 'place':
          close(item.variable, offset);
          if (item.place) places.set(item.variable, { low: offset, place: item.place });
          break;
        case 'frame': open?.frames.push({ low: offset, hint: item.hint }); break;
        case 'saved': open?.saved.push({ reg: item.reg, cfaOffset: item.cfaOffset, from: offset }); break;
        case 'trace': debug.tracepoints.push({ section: at.section, offset, name: item.name, args: item.args }); break;
        case 'global-variable': debug.globals.push({ name: item.name, type: item.type, file: item.file, line: item.line }); break;
        default: break;
      }
    }
    return debug;
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Multi-byte NOPs as SDM Vol. 2B, "NOP", recommends them; from nine bytes on GNU as's own. */
const NOPS: readonly (readonly number[])[] = [[], [0x90], [0x66, 0x90], [0x0f, 0x1f, 0x00], [0x0f, 0x1f, 0x40, 0], [0x0f, 0x1f, 0x44, 0, 0], [0x66, 0x0f, 0x1f, 0x44, 0, 0], [0x0f, 0x1f, 0x80, 0, 0, 0, 0], [0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0], [0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0], [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0], [0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0]];

function pad(bytes: Uint8Array, at: number, count: number, fill: number): void {
  if (fill >= 0) {
    bytes.fill(fill, at, at + count);
    return;
  }
  for (let left = count; left > 0; ) {
    const nop = NOPS[Math.min(left, NOPS.length - 1)];
    bytes.set(nop, at + count - left);
    left -= nop.length;
  }
}

/** A key for instructions without symbols: the same text gives the same bytes. */
function shape(item: Extract<AsmItem, { kind: 'insn' }>): string | undefined {
  let key = `${item.prefix ?? ''} ${item.mnemonic}`;
  for (const operand of item.operands) {
    const inner = operand.kind === 'indirect' ? operand.operand : operand;
    if (operand.kind === 'indirect') key += '*';
    if (inner.kind === 'reg') key += ` ${inner.name}`;
    else if (inner.kind === 'imm') {
      if (inner.value.symbol !== undefined || inner.value.minus !== undefined) return undefined;
      key += ` $${inner.value.addend}`;
    } else if (inner.kind === 'mem') {
      if (inner.disp.symbol !== undefined || inner.disp.minus !== undefined) return undefined;
      key += ` ${inner.segment ?? ''}${inner.disp.addend}(${inner.base ?? ''},${inner.index ?? ''},${inner.scale ?? 1})`;
    } else return undefined;
  }
  return key;
}
