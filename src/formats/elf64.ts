/** ELF64, little-endian x86-64: reading program headers and symbols, writing executables. System V ABI, "Object Files". */
export const PT_LOAD = 1, PT_TLS = 7, PT_GNU_STACK = 0x6474e551;
export const PF_X = 1, PF_W = 2, PF_R = 4;
const ET_EXEC = 2, EM_X86_64 = 62;
const HEADER = 64, PROGRAM_HEADER = 56, SECTION_HEADER = 64, SYMBOL = 24;
const SHT_PROGBITS = 1, SHT_SYMTAB = 2, SHT_STRTAB = 3, SHT_NOBITS = 8;
const SHF_WRITE = 1, SHF_ALLOC = 2, SHF_EXECINSTR = 4, SHF_TLS = 0x400;

export interface Segment {
  type: number;
  flags: number;
  offset: number;
  vaddr: bigint;
  paddr: bigint;
  fileSize: number;
  memSize: number;
  align: number;
}

export interface ElfFile {
  entry: bigint;
  segments: Segment[];
}

/** @returns the headers, or one sentence that says what the file is instead of a static x86-64 executable. */
export function readElf(bytes: Uint8Array): ElfFile | string {
  if (bytes.length === 0) return 'the file is empty';
  if (bytes.length > 1 && bytes[0] === 0x23 && bytes[1] === 0x21) return 'this is a script, not a program: run its interpreter instead';
  if (bytes.length < HEADER || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46) return 'this is not an ELF file';
  if (bytes[4] !== 2) return 'this is a 32-bit ELF file; Ringside runs 64-bit ones';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine = view.getUint16(18, true);
  if (machine !== EM_X86_64) return `this ELF file is for machine ${machine}, not for x86-64 (${EM_X86_64})`;
  const start = Number(view.getBigUint64(32, true)), size = view.getUint16(54, true), count = view.getUint16(56, true);
  if (size !== PROGRAM_HEADER || start + size * count > bytes.length) return 'its program headers are damaged';
  const segments: Segment[] = [];
  for (let n = 0; n < count; n++) {
    const at = start + n * size;
    segments.push({
      type: view.getUint32(at, true), flags: view.getUint32(at + 4, true), offset: Number(view.getBigUint64(at + 8, true)),
      vaddr: view.getBigUint64(at + 16, true),
      paddr: view.getBigUint64(at + 24, true), fileSize: Number(view.getBigUint64(at + 32, true)), memSize: Number(view.getBigUint64(at + 40, true)),
      align: Number(view.getBigUint64(at + 48, true)),
    });
  }
  if (segments.some((segment) => segment.type === PT_LOAD && segment.offset + segment.fileSize > bytes.length))
    return 'it is cut off: a segment reaches beyond the end of the file';
  return { entry: view.getBigUint64(24, true), segments };
}

export interface OutputSection {
  name: string;
  flags: string;
  nobits: boolean;
  address: bigint;
  align: number;
  bytes: Uint8Array;
  size: number;
}

export interface OutputSymbol {
  name: string;
  value: bigint;
  size: number;
  /** tls: the value is an offset in the PT_TLS segment. */
  kind: 'none' | 'function' | 'object' | 'tls';
  global: boolean;
  /** Index into the sections, -1 for absolute. */
  section: number;
}

export interface OutputSegment {
  type: number;
  flags: number;
  /** Sections it covers, in address order; not-loaded ones last. None: the header says only what its flags say. */
  sections: number[];
  /** Added to virtual addresses to give physical ones. */
  physicalOffset: bigint;
}

/** STT_NOTYPE, STT_FUNC, STT_OBJECT, STT_TLS. */
const SYMBOL_TYPES = { none: 0, function: 2, object: 1, tls: 6 } as const;

const align = (value: number, to: number): number => Math.floor((value + to - 1) / to) * to;

/** Writes an executable. File offsets are congruent to addresses modulo the page size. */
export function writeElf(entry: bigint, sections: readonly OutputSection[], segments: readonly OutputSegment[], symbols: readonly OutputSymbol[]): Uint8Array {
  const encoder = new TextEncoder();
  const names = stringTable(encoder, [...sections.map((section) => section.name), '.symtab', '.strtab', '.shstrtab']);
  const symbolNames = stringTable(encoder, symbols.map((symbol) => symbol.name));

  let at = HEADER + PROGRAM_HEADER * segments.length;
  // One segment may hold several sections: in the file they stand as far apart as in memory.
  const first = sections[0];
  const image = align(at, 4096);
  const offsets = sections.map((section) => image + Number(section.address - (first?.address ?? 0n)));
  sections.forEach((section, n) => {
    if (!section.nobits) at = Math.max(at, offsets[n] + section.bytes.length);
  });
  const symbolsAt = align(at, 8), symbolsSize = SYMBOL * (symbols.length + 1);
  const stringsAt = symbolsAt + symbolsSize;
  const namesAt = stringsAt + symbolNames.bytes.length;
  const headersAt = align(namesAt + names.bytes.length, 8);
  const headerCount = sections.length + 4;
  const out = new Uint8Array(headersAt + SECTION_HEADER * headerCount);
  const view = new DataView(out.buffer);

  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, ET_EXEC, true);
  view.setUint16(18, EM_X86_64, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, entry, true);
  view.setBigUint64(32, BigInt(HEADER), true);
  view.setBigUint64(40, BigInt(headersAt), true);
  view.setUint16(52, HEADER, true);
  view.setUint16(54, PROGRAM_HEADER, true);
  view.setUint16(56, segments.length, true);
  view.setUint16(58, SECTION_HEADER, true);
  view.setUint16(60, headerCount, true);
  view.setUint16(62, headerCount - 1, true);

  segments.forEach((segment, n) => {
    const header = HEADER + n * PROGRAM_HEADER;
    const first = segment.sections[0], last = segment.sections.at(-1);
    view.setUint32(header, segment.type, true);
    view.setUint32(header + 4, segment.flags, true);
    if (first === undefined || last === undefined) return;
    const loaded = segment.sections.filter((index) => !sections[index].nobits).at(-1);
    const vaddr = sections[first].address;
    const fileSize = loaded === undefined ? 0 : Number(sections[loaded].address - vaddr) + sections[loaded].bytes.length;
    view.setBigUint64(header + 8, BigInt(offsets[first]), true);
    view.setBigUint64(header + 16, vaddr, true);
    view.setBigUint64(header + 24, BigInt.asUintN(64, vaddr + segment.physicalOffset), true);
    view.setBigUint64(header + 32, BigInt(fileSize), true);
    view.setBigUint64(header + 40, sections[last].address - vaddr + BigInt(sections[last].size), true);
    view.setBigUint64(header + 48, BigInt(segment.type === PT_TLS ? Math.max(...segment.sections.map((index) => sections[index].align)) : 4096), true);
  });

  const header = (index: number, name: string, type: number, flags: number, address: bigint, offset: number, size: number, link: number, info: number,
    alignment: number, entrySize: number): void => {
    const to = headersAt + index * SECTION_HEADER;
    view.setUint32(to, names.at.get(name) ?? 0, true);
    view.setUint32(to + 4, type, true);
    view.setBigUint64(to + 8, BigInt(flags), true);
    view.setBigUint64(to + 16, address, true);
    view.setBigUint64(to + 24, BigInt(offset), true);
    view.setBigUint64(to + 32, BigInt(size), true);
    view.setUint32(to + 40, link, true);
    view.setUint32(to + 44, info, true);
    view.setBigUint64(to + 48, BigInt(alignment), true);
    view.setBigUint64(to + 56, BigInt(entrySize), true);
  };
  sections.forEach((section, n) => {
    if (!section.nobits) out.set(section.bytes, offsets[n]);
    const flags = (section.flags.includes('w') ? SHF_WRITE : 0) | (section.flags.includes('a') ? SHF_ALLOC : 0) |
      (section.flags.includes('x') ? SHF_EXECINSTR : 0) | (section.flags.includes('T') ? SHF_TLS : 0);
    header(n + 1, section.name, section.nobits ? SHT_NOBITS : SHT_PROGBITS, flags, section.address, offsets[n], section.size, 0, 0, section.align, 0);
  });
  const base = sections.length + 1;
  const locals = symbols.filter((symbol) => !symbol.global), ordered = [...locals, ...symbols.filter((symbol) => symbol.global)];
  header(base, '.symtab', SHT_SYMTAB, 0, 0n, symbolsAt, symbolsSize, base + 1, locals.length + 1, 8, SYMBOL);
  header(base + 1, '.strtab', SHT_STRTAB, 0, 0n, stringsAt, symbolNames.bytes.length, 0, 0, 1, 0);
  header(base + 2, '.shstrtab', SHT_STRTAB, 0, 0n, namesAt, names.bytes.length, 0, 0, 1, 0);

  ordered.forEach((symbol, n) => {
    const to = symbolsAt + SYMBOL * (n + 1);
    view.setUint32(to, symbolNames.at.get(symbol.name) ?? 0, true);
    out[to + 4] = ((symbol.global ? 1 : 0) << 4) | SYMBOL_TYPES[symbol.kind];
    view.setUint16(to + 6, symbol.section < 0 ? 0xfff1 : symbol.section + 1, true);
    view.setBigUint64(to + 8, BigInt.asUintN(64, symbol.value), true);
    view.setBigUint64(to + 16, BigInt(symbol.size), true);
  });
  out.set(symbolNames.bytes, stringsAt);
  out.set(names.bytes, namesAt);
  return out;
}

function stringTable(encoder: { encode(text: string): Uint8Array }, texts: readonly string[]): { bytes: Uint8Array; at: Map<string, number> } {
  const at = new Map<string, number>([['', 0]]);
  const parts: Uint8Array[] = [new Uint8Array(1)];
  let length = 1;
  for (const text of texts) {
    if (at.has(text)) continue;
    at.set(text, length);
    const bytes = encoder.encode(`${text}\0`);
    parts.push(bytes);
    length += bytes.length;
  }
  const bytes = new Uint8Array(length);
  let to = 0;
  for (const part of parts) {
    bytes.set(part, to);
    to += part.length;
  }
  return { bytes, at };
}
