/**
 * The linker: objects of kernel, libc and application to one ELF image and its debug information. System V ABI AMD64,
 * "Relocation". Two shapes: a kernel image (with the application inside, for a unikernel) and a static user program.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Bound, DebugInfo, Domain, SymbolInfo } from '../../formats/debug-info.ts';
import { PF_R, PF_W, PF_X, PT_GNU_STACK, PT_LOAD, PT_TLS, writeElf, type OutputSection, type OutputSegment, type OutputSymbol } from '../../formats/elf64.ts';
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../object.ts';
import { mergeDebug } from './debug.ts';

export interface LinkInput {
  object: ObjectFile;
  domain: Domain;
}

export interface LinkOptions {
  kind: 'kernel' | 'user';
}

export interface LinkedImage {
  elf: Uint8Array;
  debug: DebugInfo;
  /** Names as linked (application and libc with their prefix). */
  symbols: ReadonlyMap<string, bigint>;
  textBytes: number;
}

const KERNEL_BASE = 0xffffffff81000000n, KERNEL_MAP = 0xffffffff80000000n, USER_BASE = 0x400000n;
const PAGE = 0x1000n;
const PERCPU = '.data..percpu';

/** The thread-local block's alignment where start-up code has no program headers to read it from: lib/libc-start.c says the same. */
const TLS_ALIGN = 16;
/** Names the linker itself defines: they are the same for every domain. */
const LINKER_NAMES =
  /^(__(start|stop)_[A-Za-z_]\w*|_text|_etext|_sdata|_edata|_end|__bss_(start|stop)|__tls_(data|bss)_(start|end)|__per_cpu_(load|start|end)|__ukl_text_(start|end))$/;

/** The prefix that keeps application and libc apart from the kernel they are linked into. */
const UKL_PREFIX = 'ukl_';

interface Chunk {
  object: number;
  section: number;
  domain: Domain;
  offset: number;
}

interface Group extends OutputSection {
  chunks: Chunk[];
  /** Added to an offset in the group to give a symbol's value; differs from `address` for per-CPU data. */
  symbolBase: bigint;
}

interface PlacedSymbol {
  symbol: SymbolInfo;
  group: number;
}

export function link(inputs: readonly LinkInput[], options: LinkOptions): { image?: LinkedImage; diagnostics: Diagnostic[] } {
  return new Linker(inputs, options).run();
}

/** Output sections in address order. `a`: what a section of these flags and name goes to. */
const ORDER = ['.text', '.rodata', '(named)', '.data', PERCPU, '.ukl.text', '.ukl.rodata', '.ukl.data', '.tdata', '.tbss', '.bss'] as const;
const FLAGS: Readonly<Record<string, string>> = { '.text': 'ax', '.rodata': 'a', '.data': 'aw', [PERCPU]: 'aw', '.ukl.text': 'ax', '.ukl.rodata': 'a',
  '.ukl.data': 'aw', '.tdata': 'awT', '.tbss': 'awT', '.bss': 'aw' };

class Linker {
  readonly #inputs: readonly LinkInput[];
  readonly #options: LinkOptions;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #groups: Group[] = [];
  /** Where each input section went: group index, offset and, once groups have addresses, the value of its first byte. */
  readonly #placed: { group: number; offset: number; value: bigint }[][] = [];
  readonly #globals = new Map<string, { value: bigint; weak: boolean; file: string; group: number; info: ObjectSymbol; domain: Domain }>();
  readonly #locals: Map<string, { value: bigint; group: number }>[] = [];

  constructor(inputs: readonly LinkInput[], options: LinkOptions) {
    this.#inputs = inputs;
    this.#options = options;
  }

  run(): { image?: LinkedImage; diagnostics: Diagnostic[] } {
    this.#place();
    this.#address();
    this.#define();
    this.#bounds();
    const bytes = this.#relocate();
    if (this.#diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics: this.#diagnostics };
    const entryName = this.#options.kind === 'kernel' ? 'startup_64' : '_start';
    const entry = this.#globals.get(entryName);
    if (!entry) {
      this.#error('<link>', `the entry point '${entryName}' is not defined`);
      return { diagnostics: this.#diagnostics };
    }
    const placed = this.#symbolInfos();
    const symbols = placed.map(({ symbol }) => symbol);
    const elf = writeElf(this.#options.kind === 'kernel' ? entry.value - KERNEL_MAP : entry.value, bytes, this.#segments(),
      placed.map((one) => this.#outputSymbol(one)));
    const debug = mergeDebug(this.#inputs.map(({ object, domain }, n) =>
      ({ object, domain, starts: object.sections.map((_, section) => this.#placed[n][section]?.value) })), (name, n) => this.#lookup(name, n)?.value);
    debug.symbols = symbols;
    debug.bounds = this.#domainBounds();
    const textBytes = this.#groups.filter(({ flags }) => flags.includes('x')).reduce((sum, { size }) => sum + size, 0);
    return { image: { elf, debug, symbols: new Map([...this.#globals].map(([name, { value }]) => [name, value])), textBytes }, diagnostics: this.#diagnostics };
  }

  #error(file: string, message: string, line = 0): void {
    this.#diagnostics.push({ severity: 'error', file, line, column: 0, length: 1, message });
  }

  #prefixed(name: string, domain: Domain): string {
    return this.#options.kind === 'kernel' && domain !== 'kernel' && !LINKER_NAMES.test(name) ? UKL_PREFIX + name : name;
  }

  /** The output section of an input section. */
  #target(section: ObjectSection, domain: Domain): string {
    const { name, flags, nobits } = section;
    if (flags.includes('T')) return nobits ? '.tbss' : '.tdata';
    if (name.startsWith(PERCPU)) return PERCPU;
    if (/^[A-Za-z_]\w*$/.test(name)) return name;
    if (nobits) return domain === 'kernel' || this.#options.kind === 'user' ? '.bss' : '.ukl.data';
    const own = flags.includes('x') ? '.text' : flags.includes('w') ? '.data' : '.rodata';
    return domain === 'kernel' || this.#options.kind === 'user' ? own : `.ukl${own}`;
  }

  #place(): void {
    const groups = new Map<string, Group>();
    const group = (name: string, flags: string): Group => {
      let found = groups.get(name);
      if (!found) groups.set(name, (found = { name, flags, nobits: name === '.bss' || name === '.tbss', address: 0n, align: name === '.tdata' ? TLS_ALIGN : 1,
        bytes: new Uint8Array(0), size: 0, chunks: [], symbolBase: 0n }));
      return found;
    };
    const wanted: { chunk: Chunk; target: string; section: ObjectSection }[] = [];
    this.#inputs.forEach(({ object, domain }, o) => {
      this.#placed.push([]);
      object.sections.forEach((section, n) => {
        if (!section.flags.includes('a')) return;
        wanted.push({ chunk: { object: o, section: n, domain, offset: 0 }, target: this.#target(section, domain), section });
      });
    });
    // The boot code comes first: the loader's entry stands at the start of the image.
    const isHead = ({ section }: (typeof wanted)[number]): number => (section.name.startsWith('.head.text') ? 0 : 1);
    wanted.sort((a, b) => isHead(a) - isHead(b) || a.chunk.object - b.chunk.object || a.chunk.section - b.chunk.section);
    const named = [...new Set(wanted.map(({ target }) => target).filter((target) => !(ORDER as readonly string[]).includes(target)))].sort();
    for (const name of ORDER) {
      if (name === '(named)') for (const own of named) group(own, 'aw');
      else group(name, FLAGS[name]);
    }
    for (const { chunk, target, section } of wanted) {
      const to = group(target, 'aw');
      to.align = Math.max(to.align, section.align);
      to.size = Math.floor((to.size + section.align - 1) / section.align) * section.align;
      chunk.offset = to.size;
      to.size += section.size;
      to.chunks.push(chunk);
    }
    for (const one of groups.values()) {
      const index = this.#groups.push(one) - 1;
      for (const { object, section, offset } of one.chunks) this.#placed[object][section] = { group: index, offset, value: 0n };
    }
  }

  #address(): void {
    let at = this.#options.kind === 'kernel' ? KERNEL_BASE : USER_BASE;
    let kind = '';
    const up = (value: bigint, to: bigint): bigint => ((value + to - 1n) / to) * to;
    for (const one of this.#groups) {
      const now = one.flags.includes('x') ? 'x' : one.flags.includes('w') ? 'w' : 'r';
      // Code, constants and data lie in pages of their own: permissions differ, and writes stay off code pages.
      if (now !== kind || one.name === PERCPU || one.name.startsWith('.ukl')) at = up(at, PAGE);
      kind = now;
      at = up(at, BigInt(one.align));
      one.address = at;
      one.symbolBase = one.name === PERCPU ? 0n : at;
      // .tbss takes no room of its own: every thread has a copy elsewhere.
      if (one.name !== '.tbss') at += BigInt(one.size);
    }
    for (const sections of this.#placed) for (const one of sections) if (one) one.value = this.#groups[one.group].symbolBase + BigInt(one.offset);
  }

  /** Final value of a place in an input section; undefined when the section is not loaded. */
  #at(object: number, section: number, offset: number): bigint | undefined {
    const placed = this.#placed[object][section];
    return placed ? placed.value + BigInt(offset) : undefined;
  }

  #define(): void {
    this.#inputs.forEach(({ object, domain }, o) => {
      const locals = new Map<string, { value: bigint; group: number }>();
      this.#locals.push(locals);
      for (const symbol of object.symbols) {
        if (symbol.section === undefined) continue;
        const value = symbol.section < 0 ? symbol.value : this.#at(o, symbol.section, Number(symbol.value));
        if (value === undefined) continue;
        const group = symbol.section < 0 ? -1 : this.#placed[o][symbol.section].group;
        if (symbol.binding === 'local') {
          locals.set(symbol.name, { value, group });
          continue;
        }
        const name = this.#prefixed(symbol.name, domain), weak = symbol.binding === 'weak';
        const known = this.#globals.get(name);
        if (known && !known.weak && !weak) this.#error(object.file, `'${symbol.name}' is defined here and in ${known.file}`);
        if (!known || (known.weak && !weak)) this.#globals.set(name, { value, weak, file: object.file, group, info: symbol, domain });
      }
    });
  }

  #bounds(): void {
    const of = (name: string): Group | undefined => this.#groups.find((one) => one.name === name);
    const set = (name: string, value: bigint): void => {
      this.#globals.set(name, { value, weak: false, file: '<link>', group: -1, info: { name, section: -1, value, size: 0, binding: 'global', type: 'none' },
        domain: 'kernel' });
    };
    const start = (name: string): bigint => of(name)?.address ?? 0n;
    const end = (name: string): bigint => start(name) + BigInt(of(name)?.size ?? 0);
    set('_text', start('.text'));
    set('_etext', end('.text'));
    set('_sdata', start('.data'));
    set('_edata', end('.data'));
    set('__bss_start', start('.bss'));
    set('__bss_stop', end('.bss'));
    set('_end', end('.bss'));
    set('__ukl_text_start', start('.ukl.text'));
    set('__ukl_text_end', end('.ukl.text'));
    set('__per_cpu_load', start(PERCPU));
    set('__per_cpu_start', 0n);
    set('__per_cpu_end', BigInt(of(PERCPU)?.size ?? 0));
    set('__tls_data_start', start('.tdata'));
    set('__tls_data_end', end('.tdata'));
    set('__tls_bss_start', start('.tbss'));
    set('__tls_bss_end', end('.tbss'));
    for (const one of this.#groups) {
      if (!/^[A-Za-z_]\w*$/.test(one.name)) continue;
      set(`__start_${one.name}`, one.address);
      set(`__stop_${one.name}`, one.address + BigInt(one.size));
    }
  }

  #lookup(name: string, object: number): { value: bigint; group: number; weak?: boolean } | undefined {
    return this.#locals[object].get(name) ?? this.#globals.get(this.#prefixed(name, this.#inputs[object].domain)) ??
      (LINKER_NAMES.test(name) && /^__(start|stop)_/.test(name) ? { value: 0n, group: -1 } : undefined);
  }

  /** Offset from the thread pointer: the TLS block ends where FS points. SysV ABI, "Thread-Local Storage" (variant II). */
  #threadOffset(value: bigint): bigint {
    const data = this.#groups.find(({ name }) => name === '.tdata'), bss = this.#groups.find(({ name }) => name === '.tbss');
    if (!data || !bss) return 0n;
    const align = BigInt(Math.max(data.align, bss.align, 1));
    const begin = data.address;
    const end = ((bss.address + BigInt(bss.size) - begin + align - 1n) / align) * align + begin;
    return value - end;
  }

  #relocate(): OutputSection[] {
    for (const one of this.#groups) {
      if (one.nobits) continue;
      one.bytes = new Uint8Array(one.size);
      for (const { object, section, offset } of one.chunks) one.bytes.set(this.#inputs[object].object.sections[section].bytes, offset);
    }
    const missing = new Set<string>();
    for (const one of this.#groups) {
      const view = new DataView(one.bytes.buffer);
      for (const { object, section, offset } of one.chunks) {
        const { object: file } = this.#inputs[object];
        for (const relocation of file.sections[section].relocations) {
          const target = this.#lookup(relocation.symbol, object);
          if (!target && !file.symbols.some(({ name, binding, section: at }) => name === relocation.symbol && binding === 'weak' && at === undefined)) {
            const key = `${file.file} ${relocation.symbol}`;
            if (!missing.has(key)) this.#error(file.file, `'${relocation.symbol}' is used here and defined nowhere`, relocation.line ?? 0);
            missing.add(key);
            continue;
          }
          this.#apply(view, offset + relocation.offset, relocation, target?.value ?? 0n, one.address + BigInt(offset + relocation.offset), file.file);
        }
      }
    }
    return this.#groups;
  }

  #apply(view: DataView, at: number, { type, addend, symbol, line }: ObjectSection['relocations'][number], value: bigint, place: bigint, file: string): void {
    const sum = value + addend;
    const check = (holds: boolean): void => {
      if (!holds) this.#error(file, `'${symbol}' (at ${BigInt.asUintN(64, sum).toString(16)}) is out of reach of this ${type}`, line ?? 0);
    };
    switch (type) {
      case 'R_X86_64_64': view.setBigUint64(at, BigInt.asUintN(64, sum), true); break;
      case 'R_X86_64_PC64': view.setBigUint64(at, BigInt.asUintN(64, sum - place), true); break;
      case 'R_X86_64_32':
        check(BigInt.asUintN(32, sum) === BigInt.asUintN(64, sum));
        view.setUint32(at, Number(BigInt.asUintN(32, sum)), true);
        break;
      case 'R_X86_64_32S':
        check(BigInt.asIntN(32, sum) === BigInt.asIntN(64, sum));
        view.setUint32(at, Number(BigInt.asUintN(32, sum)), true);
        break;
      case 'R_X86_64_PC32': {
        const distance = BigInt.asIntN(64, sum - place);
        check(BigInt.asIntN(32, distance) === distance);
        view.setInt32(at, Number(BigInt.asIntN(32, distance)), true);
        break;
      }
      case 'R_X86_64_TPOFF32': view.setInt32(at, Number(this.#threadOffset(sum)), true); break;
      case 'R_X86_64_16': view.setUint16(at, Number(BigInt.asUintN(16, sum)), true); break;
      default: view.setUint8(at, Number(BigInt.asUintN(8, sum)));
    }
  }

  #segments(): OutputSegment[] {
    const physicalOffset = this.#options.kind === 'kernel' ? -KERNEL_MAP : 0n;
    const segments: OutputSegment[] = [];
    let last = -1;
    this.#groups.forEach((one, n) => {
      if (one.size === 0 || one.name === '.tbss') return;
      const flags = PF_R | (one.flags.includes('x') ? PF_X : 0) | (one.flags.includes('w') ? PF_W : 0);
      const open = segments.at(-1);
      if (open && flags === last) open.sections.push(n);
      else segments.push({ type: PT_LOAD, flags, sections: [n], physicalOffset });
      last = flags;
    });
    const tls = this.#groups.flatMap(({ flags, size }, n) => (flags.includes('T') && size ? [n] : []));
    if (tls.length) segments.push({ type: PT_TLS, flags: PF_R, sections: tls, physicalOffset });
    // Without it a loader must suppose that the stack holds code.
    segments.push({ type: PT_GNU_STACK, flags: PF_R | PF_W, sections: [], physicalOffset });
    return segments;
  }

  /** In its section, so that tools know what it is of. Per-CPU data is linked to 0, outside of where its section stands: absolute. */
  #outputSymbol({ symbol, group }: PlacedSymbol): OutputSymbol {
    const { name: section, flags } = this.#groups[group];
    const common = { name: this.#prefixed(symbol.name, symbol.domain), size: symbol.size, global: symbol.global, section: section === PERCPU ? -1 : group };
    if (!flags.includes('T')) return { ...common, value: symbol.addr, kind: symbol.kind };
    const start = this.#groups.find(({ flags: f, size }) => f.includes('T') && size > 0)?.address ?? 0n;
    return { ...common, value: symbol.addr - start, kind: 'tls' };
  }

  #symbolInfos(): PlacedSymbol[] {
    const infos: PlacedSymbol[] = [];
    this.#inputs.forEach(({ object, domain }, o) => {
      for (const { name, section, value, size, binding, type } of object.symbols) {
        if (section === undefined || name.startsWith('.L')) continue;
        const addr = section < 0 ? value : this.#at(o, section, Number(value));
        if (addr !== undefined && section >= 0) infos.push({ symbol:
          { name, domain, addr: BigInt.asUintN(64, addr), size, kind: type, global: binding !== 'local' }, group: this.#placed[o][section].group });
      }
    });
    return infos.sort(({ symbol: a }, { symbol: b }) => (a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : a.name < b.name ? -1 : 1));
  }

  /** Stretches of the image by whose they are. */
  #domainBounds(): Bound[] {
    const bounds: Bound[] = [];
    for (const one of this.#groups) {
      for (const { object, section, domain, offset } of one.chunks) {
        const { size } = this.#inputs[object].object.sections[section];
        const low = one.address + BigInt(offset), high = low + BigInt(size);
        const open = bounds.at(-1);
        if (size === 0) continue;
        if (open && open.domain === domain && open.section === one.name && low >= open.high) open.high = high;
        else bounds.push({ domain, section: one.name, low, high });
      }
    }
    return bounds;
  }
}
