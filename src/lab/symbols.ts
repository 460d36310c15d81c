/** What debug information says of an address: whose code, which function, which line. */
import type { VirtAddr } from '../base/units.ts';
import type { DebugField, DebugInfo, DebugType, Domain, FrameHint, FunctionInfo, LineEntry, SymbolInfo } from '../formats/debug-info.ts';
import type { CodePlace } from '../link/reports.ts';

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

/** Nothing is mapped below: programs start at 4 MiB, and the per-CPU area is a few pages. */
const PER_CPU_END = 0x10000n;

function within(objects: readonly SymbolInfo[], at: bigint): string | undefined {
  const symbol = objects[lastAtOrBelow(objects, at, ({ addr }) => addr)];
  if (!symbol || at >= symbol.addr + BigInt(Math.max(symbol.size, 1))) return undefined;
  return at === symbol.addr ? symbol.name : `${symbol.name}+${at - symbol.addr}`;
}

export class Symbols {
  readonly debug: DebugInfo;
  readonly #byName = new Map<string, FunctionInfo>();
  readonly #objects: SymbolInfo[];
  /** Whose values are offsets into the per-CPU area, not addresses: the section is linked at 0. */
  readonly #perCpu: SymbolInfo[];
  /** Fields of the complete ones. */
  readonly #structs = new Map<string, readonly DebugField[]>();

  constructor(debug: DebugInfo) {
    this.debug = debug;
    for (const type of debug.types) if (type.kind === 'struct' && type.size > 0 && !this.#structs.has(type.name)) this.#structs.set(type.name, type.fields);
    for (const f of debug.functions) this.#byName.set(`${f.domain}:${f.name}`, f);
    const known = debug.symbols.filter(({ kind, name }) => kind !== 'none' || !name.startsWith('.'));
    this.#perCpu = known.filter(({ addr }) => addr < PER_CPU_END);
    this.#objects = known.filter(({ addr }) => addr >= PER_CPU_END);
  }

  functionAt(at: VirtAddr): FunctionInfo | undefined {
    const found = this.debug.functions[lastAtOrBelow(this.debug.functions, at, ({ low }) => low)];
    return found && at < found.high ? found : undefined;
  }

  /** `app:main`, `libc:write`, `kernel:vfs_write`; without a prefix the first of app, libc, kernel that has it. */
  find(name: string): FunctionInfo | undefined {
    return this.#byName.get(name) ?? (['app', 'libc', 'kernel'] as const).map((domain) => this.#byName.get(`${domain}:${name}`)).find(Boolean);
  }

  domainOf(at: VirtAddr): Domain | 'unknown' {
    for (const { domain, low, high } of this.debug.bounds) if (at >= low && at < high) return domain;
    return 'unknown';
  }

  lineAt(at: VirtAddr): LineEntry | undefined {
    const entry = this.debug.lines[lastAtOrBelow(this.debug.lines, at, ({ addr }) => addr)];
    const f = this.functionAt(at);
    return entry && f && entry.addr >= f.low ? entry : undefined;
  }

  /** First addresses of a line, one for each stretch of code it made. */
  addressesOf(file: string, line: number): VirtAddr[] {
    const index = this.debug.files.indexOf(file);
    const { lines } = this.debug;
    const found = lines.filter((entry, n) => entry.file === index && entry.line === line && !(lines[n - 1]?.file === index && lines[n - 1]?.line === line)).map(({ addr }) => addr);
    // The lowest address of each function is where a person would stop.
    const functions = new Map<FunctionInfo | undefined, VirtAddr>();
    for (const addr of found) {
      const f = this.functionAt(addr);
      if (!functions.has(f)) functions.set(f, addr);
    }
    return [...functions.values()];
  }

  place(at: VirtAddr): CodePlace {
    const f = this.functionAt(at), line = this.lineAt(at);
    return { addr: at, symbol: f?.name ?? '', offset: f ? Number(at - f.low) : 0, domain: f?.domain ?? this.domainOf(at), file: line ? this.debug.files[line.file] : (f?.file ?? ''), line: line?.line ?? f?.line ?? 0 };
  }

  /** `main+29`, or undefined where nothing is known. Data too. */
  name(at: VirtAddr): string | undefined {
    const f = this.functionAt(at);
    if (f) return at === f.low ? f.name : `${f.name}+${at - f.low}`;
    return within(this.#objects, at);
  }

  /** `cpu_tss_rw+20`: what lies at this offset from GS. */
  perCpuName(offset: bigint): string | undefined {
    return within(this.#perCpu, offset);
  }

  /** How to find the caller from here. */
  frameAt(f: FunctionInfo, at: VirtAddr): FrameHint | undefined {
    return f.frames[lastAtOrBelow(f.frames, at, ({ low }) => low)]?.hint;
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

  /** Where a field lies in a struct of the guest, in bytes; undefined where this build has no such field. */
  offsetOf(struct: string, field: string): number | undefined {
    return this.#structs.get(struct)?.find(({ name }) => name === field)?.offset;
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
}
