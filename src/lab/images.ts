/** What debug information says of one linked image: which function, which line, whose code. Its addresses are those of the link. */
import type { VirtAddr } from '../base/units.ts';
import type { DebugField, DebugInfo, DebugType, Domain, FrameHint, FunctionInfo, SymbolInfo, VariableInfo } from '../formats/debug-info.ts';
import type { BuiltImage } from '../toolchain/build.ts';

/** Index of the last element whose key is <= at, or -1. */
export function lastAtOrBelow<T>(list: readonly T[], at: bigint, key: (item: T) => bigint): number {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(list[middle]) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A function and the image that it is part of, whose types its variables have. */
export interface Code extends FunctionInfo {
  readonly image: Image;
}

/** Where a stretch of code comes from. line 0: nobody wrote it. */
export interface SourceLine {
  addr: VirtAddr;
  file: string;
  line: number;
}

/** Nothing is mapped below: programs start at 4 MiB, and the per-CPU area is a few pages. */
const PER_CPU_END = 0x10000n;

function within(objects: readonly SymbolInfo[], at: bigint): string | undefined {
  const symbol = objects[lastAtOrBelow(objects, at, ({ addr }) => addr)];
  if (!symbol || at >= symbol.addr + BigInt(Math.max(symbol.size, 1))) return undefined;
  return at === symbol.addr ? symbol.name : `${symbol.name}+${at - symbol.addr}`;
}

export class Image {
  readonly name: string;
  /** Its addresses lie in the half that all address spaces share. */
  readonly isKernel: boolean;
  readonly elf: Uint8Array;
  readonly debug: DebugInfo;
  readonly functions: readonly Code[];
  /** Lines and variables of the kernel are not here yet. */
  bare = false;
  /** Somebody has looked for them. */
  wanted = false;
  readonly #byName = new Map<string, Code>();
  readonly #objects: SymbolInfo[];
  /** Whose values are offsets into the per-CPU area, not addresses: the section is linked at 0. */
  readonly #perCpu: SymbolInfo[];
  /** Fields of the complete ones. */
  readonly #structs = new Map<string, readonly DebugField[]>();

  constructor({ name, isKernel, elf, debug }: BuiltImage) {
    this.name = name;
    this.isKernel = isKernel;
    this.elf = elf;
    this.debug = debug;
    for (const type of debug.types) if (type.kind === 'struct' && type.size > 0 && !this.#structs.has(type.name)) this.#structs.set(type.name, type.fields);
    this.functions = debug.functions.map((f) => ({ ...f, image: this }));
    for (const f of this.functions) this.#byName.set(`${f.domain}:${f.name}`, f);
    const known = debug.symbols.filter(({ kind, name: own }) => kind !== 'none' || !own.startsWith('.'));
    this.#perCpu = known.filter(({ addr }) => addr < PER_CPU_END);
    this.#objects = known.filter(({ addr }) => addr >= PER_CPU_END);
  }

  functionAt(at: VirtAddr): Code | undefined {
    const found = this.functions[lastAtOrBelow(this.functions, at, ({ low }) => low)];
    return found && at < found.high ? found : undefined;
  }

  /** `app:main`, `libc:write`, `kernel:vfs_write`. */
  find(name: string): Code | undefined {
    return this.#byName.get(name);
  }

  domainOf(at: VirtAddr): Domain | 'unknown' {
    for (const { domain, low, high } of this.debug.bounds) if (at >= low && at < high) return domain;
    return 'unknown';
  }

  lineAt(at: VirtAddr): SourceLine | undefined {
    const { lines, files } = this.debug;
    const entry = lines[lastAtOrBelow(lines, at, ({ addr }) => addr)], f = this.functionAt(at);
    if (this.bare && f && !(entry?.addr >= f.low)) this.wanted = true;
    return entry && f && entry.addr >= f.low ? { addr: entry.addr, file: files[entry.file], line: entry.line } : undefined;
  }

  variablesOf(f: Code): readonly VariableInfo[] {
    if (this.bare) this.lineAt(f.low);
    return f.variables;
  }

  /** Takes in what was left out: the debug information of the same link, whole. */
  complete({ files, lines, functions }: DebugInfo): void {
    Object.assign(this.debug, { files, lines });
    functions.forEach(({ variables }, n) => (this.functions[n].variables = variables));
    this.bare = this.wanted = false;
  }

  /** The first address of a line in each function that has code of it: where a person would stop. */
  addressesOf(file: string, line: number): VirtAddr[] {
    const { lines, files } = this.debug, index = files.indexOf(file);
    if (this.bare && index < 0) this.wanted = true;
    const found = lines.filter((entry, n) => entry.file === index && entry.line === line && !(lines[n - 1]?.file === index && lines[n - 1]?.line === line))
      .map(({ addr }) => addr);
    const functions = new Map<Code | undefined, VirtAddr>();
    for (const addr of found) {
      const f = this.functionAt(addr);
      if (!functions.has(f)) functions.set(f, addr);
    }
    return [...functions.values()];
  }

  /** The first address that each line of a file made. */
  linesOf(file: string): Map<number, VirtAddr> {
    if (this.bare) this.wanted = true;
    const index = this.debug.files.indexOf(file), first = new Map<number, VirtAddr>();
    for (const entry of this.debug.lines) if (entry.file === index && entry.line > 0 && !first.has(entry.line)) first.set(entry.line, entry.addr);
    return first;
  }

  /** `main+29`, or undefined where nothing is known. Data too. */
  nameOf(at: VirtAddr): string | undefined {
    const f = this.functionAt(at);
    if (f) return at === f.low ? f.name : `${f.name}+${at - f.low}`;
    return within(this.#objects, at);
  }

  /** `name+20`: what lies at this offset from GS. */
  perCpuName(offset: bigint): string | undefined {
    return within(this.#perCpu, offset);
  }

  type(id: number): DebugType {
    return this.debug.types[id] ?? { kind: 'void' };
  }

  typeName(id: number): string {
    const type = this.type(id);
    switch (type.kind) {
      case 'void': return 'void';
      case 'int': case 'typedef': return type.name;
      case 'enum': return `enum ${type.name}`;
      case 'pointer': return `${this.typeName(type.to)} *`;
      case 'array': return `${this.typeName(type.of)}[${type.count < 0 ? '' : type.count}]`;
      case 'struct': case 'union': return `${type.kind} ${type.name}`;
      default: return 'function';
    }
  }

  sizeOf(id: number): number {
    const type = this.type(id);
    switch (type.kind) {
      case 'int': case 'enum': case 'struct': case 'union': return type.size;
      case 'pointer': return 8;
      case 'typedef': return this.sizeOf(type.to);
      case 'array': return this.sizeOf(type.of) * Math.max(0, type.count);
      default: return 0;
    }
  }

  /** Fields of a struct of the guest; undefined where this build has no such struct. */
  fieldsOf(struct: string): readonly DebugField[] | undefined {
    return this.#structs.get(struct);
  }

  /** Where a field lies in a struct of the guest, in bytes; undefined where this build has no such field. */
  offsetOf(struct: string, field: string): number | undefined {
    return this.#structs.get(struct)?.find(({ name }) => name === field)?.offset;
  }
}

/** How to find the caller from here. */
export function frameAt(f: FunctionInfo, at: VirtAddr): FrameHint | undefined {
  return f.frames[lastAtOrBelow(f.frames, at, ({ low }) => low)]?.hint;
}
