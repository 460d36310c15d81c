/**
 * Sources and switches in, a bootable machine image out: preprocess, compile, assemble and link kernel, libc and one
 * application, for one choice of switches. Objects are kept, so an edit builds again only what it touches.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { writeCpio } from '../formats/cpio.ts';
import type { DebugInfo, Domain } from '../formats/debug-info.ts';
import { assemble } from './asm/assemble.ts';
import { parseAssembly } from './asm/parse.ts';
import { compile, createHeaderCache, type HeaderCache } from './cc/compile.ts';
import { preprocessToText } from './cc/preprocess/preprocessor.ts';
import { configMacros, type Switches } from './kconfig.ts';
import { joinDebug } from './ld/debug.ts';
import { link, type LinkInput } from './ld/link.ts';
import type { ObjectFile } from './object.ts';

export interface BuildRequest {
  /** Path to text: linux/..., lib/..., apps/..., bench/..., configs/... */
  sources: ReadonlyMap<string, string>;
  /** Name of apps/NAME.c or bench/NAME.c. */
  app: string;
  switches: Switches;
  /** Words for the application's argv after its name. */
  args?: readonly string[];
}

export interface BuildResult {
  ok: boolean;
  diagnostics: Diagnostic[];
  kernel: Uint8Array;
  initramfs: Uint8Array;
  commandLine: string;
  /** The application as an ELF program of its own; absent when it is linked into the kernel. */
  program?: Uint8Array;
  /** Kernel and application in one. */
  debug: DebugInfo;
  imageHash: string;
  textBytes: number;
  /** Lines of kernel source that these switches add or change against the same kernel without UKL. */
  uklLines: number;
}

const SYSCALL_TABLE = 'linux/arch/x86/entry/syscalls/syscall_64.tbl';
const AUTOCONF = 'generated/autoconf.h';

interface Cached {
  key: string;
  /** Paths read besides the source, with their text. */
  read: Map<string, string | undefined>;
  object: ObjectFile;
  diagnostics: Diagnostic[];
}

/** Keeps objects between builds. One per worker or process. */
export class BuildCache {
  readonly objects = new Map<string, Cached>();
  /** By switches: a header's meaning depends on them. */
  readonly headers = new Map<string, HeaderCache>();
  readonly lines = new Map<string, number>();
}

export function buildGuest(request: BuildRequest, cache = new BuildCache()): BuildResult {
  return new Build(request, cache).run();
}

/** Names of the applications in the sources. */
export function appNames(sources: ReadonlyMap<string, string>): string[] {
  return [...sources.keys()].flatMap((path) => /^apps\/([\w-]+)\.c$/.exec(path)?.[1] ?? []).sort();
}

const EMPTY_DEBUG: DebugInfo = { files: [], lines: [], functions: [], globals: [], types: [], tracepoints: [], symbols: [], bounds: [] };

class Build {
  readonly #request: BuildRequest;
  readonly #cache: BuildCache;
  readonly #generated = new Map<string, string>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #isUkl: boolean;

  constructor(request: BuildRequest, cache: BuildCache) {
    this.#request = request;
    this.#cache = cache;
    this.#isUkl = request.switches['PRIVILEGE'] === 'ukl';
    const macros = configMacros(request.switches);
    this.#generated.set(AUTOCONF, Object.entries(macros).map(([name, value]) => `#define ${name} ${value}\n`).join(''));
    const table = syscallRows(request.sources.get(SYSCALL_TABLE) ?? '');
    this.#generated.set('generated/unistd_64.h', table.map(({ nr, name }) => `#define __NR_${name} ${nr}\n`).join(''));
    this.#generated.set('generated/syscalls_64.h', table.map(({ nr, entry }) => `__SYSCALL(${nr}, ${entry})\n`).join(''));
  }

  run(): BuildResult {
    const { app, sources } = this.#request;
    const appPath = [`apps/${app}.c`, `bench/${app}.c`].find((path) => sources.has(path));
    if (appPath === undefined) {
      this.#diagnostics.push({ severity: 'error', file: `apps/${app}.c`, line: 0, column: 0, length: 1, message: `unknown application '${app}'; there are ${appNames(sources).join(', ')}` });
      return this.#failed();
    }
    const kernel = this.#objects('kernel', (path) => /^linux\/.*\.[cS]$/.test(path));
    const program = [...this.#objects('libc', (path) => /^lib\/.*\.[cS]$/.test(path)), ...this.#objects('app', (path) => path === appPath)];
    if (this.#hasErrors) return this.#failed();

    const image = link(this.#isUkl ? [...kernel, ...program] : kernel, { kind: 'kernel' });
    this.#diagnostics.push(...image.diagnostics);
    const user = this.#isUkl ? undefined : link(program, { kind: 'user' });
    if (user) this.#diagnostics.push(...user.diagnostics);
    if (this.#hasErrors || !image.image || (user && !user.image)) return this.#failed();

    const initramfs = writeCpio(user?.image ? [{ path: app, mode: 0o100755, data: user.image.elf }] : []);
    const args = this.#request.args?.length ? ` -- ${this.#request.args.join(' ')}` : '';
    const commandLine = `console=ttyS0 init=/${this.#isUkl ? 'UKL' : app}${args}`;
    const debug = user?.image ? joinDebug(user.image.debug, image.image.debug) : image.image.debug;
    return {
      ok: true, diagnostics: this.#diagnostics, kernel: image.image.elf, initramfs, commandLine, debug, ...(user?.image ? { program: user.image.elf } : {}),
      imageHash: hashBytes([image.image.elf, initramfs, new TextEncoder().encode(commandLine)]),
      textBytes: image.image.textBytes + (user?.image?.textBytes ?? 0), uklLines: this.#uklLines(),
    };
  }

  get #hasErrors(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === 'error');
  }

  #failed(): BuildResult {
    return { ok: false, diagnostics: this.#diagnostics, kernel: new Uint8Array(0), initramfs: new Uint8Array(0), commandLine: '', debug: EMPTY_DEBUG, imageHash: '', textBytes: 0, uklLines: 0 };
  }

  #read(path: string): string | undefined {
    return this.#generated.get(path) ?? this.#request.sources.get(path);
  }

  #objects(domain: Domain, wanted: (path: string) => boolean): LinkInput[] {
    const inputs: LinkInput[] = [];
    for (const path of [...this.#request.sources.keys()].filter(wanted).sort()) {
      const { object, diagnostics } = this.#object(path, domain);
      this.#diagnostics.push(...diagnostics);
      inputs.push({ object, domain });
    }
    return inputs;
  }

  #object(path: string, domain: Domain): Cached {
    const key = `${domain} ${this.#generated.get(AUTOCONF)}`;
    const slot = `${key} ${path}`;
    const text = this.#request.sources.get(path) ?? '';
    const known = this.#cache.objects.get(slot);
    if (known && known.read.get(path) === text && [...known.read].every(([name, content]) => this.#read(name) === content)) return known;
    const read = new Map<string, string | undefined>([[path, text]]);
    const fresh = { key, read, ...this.#compile(path, text, domain, read) };
    this.#cache.objects.set(slot, fresh);
    return fresh;
  }

  #environment(domain: Domain, read: Map<string, string | undefined>, assembly: boolean): { defines: Record<string, string>; includePaths: string[]; forceInclude: string[]; read(path: string): string | undefined } {
    const kernel = domain === 'kernel';
    return {
      defines: { ...(kernel ? { __KERNEL__: '1' } : {}), ...(assembly ? { __ASSEMBLY__: '1' } : {}), __RINGSIDE_CC__: '1' },
      includePaths: kernel ? ['linux/include', 'linux/arch/x86/include', ''] : ['lib/include', ''],
      forceInclude: [AUTOCONF],
      read: (name) => {
        const content = this.#read(name);
        read.set(name, content);
        return content;
      },
    };
  }

  #compile(path: string, text: string, domain: Domain, read: Map<string, string | undefined>): { object: ObjectFile; diagnostics: Diagnostic[] } {
    if (path.endsWith('.S')) {
      const expanded = preprocessToText(path, text, this.#environment(domain, read, true), this.#headerCache(`${domain} asm`));
      const parsed = parseAssembly(path, expanded.text);
      const made = assemble(parsed.unit);
      return { object: made.object, diagnostics: [...expanded.diagnostics, ...parsed.diagnostics, ...made.diagnostics] };
    }
    const redZone = domain !== 'kernel' && this.#request.switches['APP_RED_ZONE'] === 'on';
    const compiled = compile(path, text, { env: this.#environment(domain, read, false), redZone, codeModel: domain === 'kernel' || this.#isUkl ? 'kernel' : 'small', cache: this.#headerCache(domain) });
    const made = assemble(compiled.unit);
    return { object: made.object, diagnostics: [...compiled.diagnostics, ...made.diagnostics] };
  }

  #headerCache(kind: string): HeaderCache {
    const key = `${kind} ${this.#generated.get(AUTOCONF)}`;
    let found = this.#cache.headers.get(key);
    if (!found) this.#cache.headers.set(key, (found = createHeaderCache()));
    return found;
  }

  /**
   * Counts the active kernel lines that exist with these switches and not without UKL, those that went, and those that name
   * UKL where no condition surrounds them. Blank lines and the conditions themselves do not count.
   */
  #uklLines(): number {
    if (!this.#isUkl) return 0;
    let changed = 0;
    const macros = configMacros(this.#request.switches);
    const without = Object.fromEntries(Object.entries(macros).filter(([name]) => !/UKL|UNIKERNEL|SYSCALL_RETURN/.test(name)));
    without['CONFIG_SYSCALL_RETURN_SYSRET'] = '1';
    for (const [path, text] of this.#request.sources) {
      if (!/^linux\/.*\.[cSh]$/.test(path) || !/UKL|UNIKERNEL|SYSCALL_RETURN/i.test(text)) continue;
      const key = `${path} ${JSON.stringify(macros)} ${text}`;
      let lines = this.#cache.lines.get(key);
      if (lines === undefined) this.#cache.lines.set(key, (lines = differingLines(text, macros, without)));
      changed += lines;
    }
    return changed;
  }
}

export interface SyscallRow {
  nr: number;
  name: string;
  entry: string;
  returns: string;
  args: string[];
}

/** The rows of syscall_64.tbl with their tracing columns. */
export function syscallRows(text: string): SyscallRow[] {
  return text.split('\n').flatMap((line) => {
    const [nr, name, entry, returns, ...args] = line.replace(/#.*/, '').trim().split(/\s+/);
    return nr && name && entry ? [{ nr: Number(nr), name, entry, returns: returns ?? 'dec', args }] : [];
  });
}

/** Lines that are active under one set of macros only, or whose code names UKL. Only `#if`s over CONFIG_ macros matter here. */
function differingLines(text: string, a: Record<string, string>, b: Record<string, string>): number {
  const inA = activeLines(text, a), inB = activeLines(text, b);
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).split('\n');
  return inA.filter((active, n) => active !== inB[n] || (active && /ukl/i.test(code[n]))).length;
}

function activeLines(text: string, macros: Record<string, string>): boolean[] {
  const stack: { live: boolean; taken: boolean }[] = [];
  const truth = (condition: string): boolean => {
    const folded = condition.replace(/\/\*.*?\*\//g, '').replace(/defined\s*\(?\s*(\w+)\s*\)?/g, (_all, name: string) => (name in macros || !name.startsWith('CONFIG_') ? '1' : '0')).replace(/\b[A-Za-z_]\w*\b/g, (name) => macros[name] ?? '0');
    // Only and, or, not of 0 and 1 are left; anything else counts as true on both sides.
    const terms = folded.replace(/\s+/g, '');
    if (!/^[01!&|()]+$/.test(terms)) return true;
    return terms.split('||').some((or) => or.split('&&').every((term) => {
      const nots = (term.match(/!/g) ?? []).length;
      return (term.replace(/[!()]/g, '') === '1') !== (nots % 2 === 1);
    }));
  };
  return text.split('\n').map((line) => {
    const directive = /^\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b\s*(.*)$/.exec(line);
    if (!directive) return line.trim() !== '' && stack.every(({ live }) => live);
    const [, kind, rest] = directive;
    const top = stack.at(-1);
    if (kind === 'endif') stack.pop();
    else if (kind === 'else' && top) top.live = !top.taken;
    else if (kind === 'elif' && top) {
      top.live = !top.taken && truth(rest);
      top.taken ||= top.live;
    } else {
      const name = rest.trim().split(/\s/)[0] ?? '';
      const isConfig = name.startsWith('CONFIG_');
      const live = kind === 'if' ? truth(rest) : isConfig ? (name in macros) === (kind === 'ifdef') : true;
      stack.push({ live, taken: live });
    }
    return false;
  });
}

/** 16 hex digits over some bytes (FNV-1a twice, with different starts). */
function hashBytes(parts: readonly Uint8Array[]): string {
  let a = 0x811c9dc5 | 0, b = 0x2545f491 | 0;
  for (const part of parts) {
    for (const byte of part) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b + byte, 0x85ebca6b) ^ (b >>> 13);
    }
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
