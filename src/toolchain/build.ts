/**
 * Sources and switches in, a bootable machine image out: preprocess, compile, assemble and link kernel, libc and one
 * application, for one choice of switches.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { Digest } from '../base/digest.ts';
import { writeCpio, type CpioEntry } from '../formats/cpio.ts';
import type { DebugInfo, Domain } from '../formats/debug-info.ts';
import { appNames, configMacros, isCompiled, programPath, type Switches } from './kconfig.ts';
import { KernelLines } from './kernel-lines.ts';
import { link, type LinkInput } from './ld/link.ts';
import type { ObjectFile } from './object.ts';
import { generatedHeaders, syscallTableMistakes } from './syscall-table.ts';
import { IS_MEMBER, UnitCache, type Made, type Shipped, type UnitCompiler, type UnitRequest } from './units.ts';

export interface BuildRequest {
  /** Path to text: linux/..., lib/..., apps/..., bench/..., configs/... */
  sources: ReadonlyMap<string, string>;
  /** Name of apps/NAME.c, apps/bin/NAME.c or bench/NAME.c. */
  app: string;
  switches: Switches;
  /** More applications beside it in the initramfs, each a program of its own. */
  programs?: readonly string[];
  /** Words for the application's argv after its name. */
  args?: readonly string[];
  /** Told of each file that has its object, and how many there are. */
  told?: (done: number, total: number) => void;
}

/** One linked ELF file and what is known of it. */
export interface BuiltImage {
  /** `vmlinux`, or the path under which the guest runs a program. */
  name: string;
  isKernel: boolean;
  elf: Uint8Array;
  debug: DebugInfo;
}

export interface BuildResult {
  ok: boolean;
  diagnostics: Diagnostic[];
  kernel: Uint8Array;
  initramfs: Uint8Array;
  commandLine: string;
  /** The name under which the guest runs the application. */
  application: string;
  /** How many CPUs the machine is to have: the one switch that is not the image's. */
  cpus: number;
  /** The application as an ELF program of its own; absent when it is linked into the kernel. */
  program?: Uint8Array;
  /** What was linked, the kernel first; a unikernel's application is part of it. */
  images: BuiltImage[];
  imageHash: string;
  textBytes: number;
  /** Lines of kernel source that these switches add or change against the same kernel without UKL. */
  uklLines: number;
}

/** Files that a build compiles: the kernel, as far as its switches want it, and the library's core. */
const IS_UNIT = /^(?:linux\/.*|lib\/[^/]+)\.[cS]$/, IS_CORE = /^lib\/[^/]+\.[cS]$/;
/** The header with the CONFIG_ macros. */
export const AUTOCONF = 'generated/autoconf.h';
/** The first process, which starts the application. A unikernel has none. */
const INIT = 'apps/sbin/init.c';

/** What builds have in common. One per worker or process. */
export class BuildCache {
  readonly units: UnitCache;
  readonly kernelLines = new KernelLines();

  /** Without a compiler builds throw `CompilerWanted` when they come to a unit that no object serves for. */
  constructor(compiler?: UnitCompiler) {
    this.units = new UnitCache(compiler);
  }

  /** Takes in objects that were made before, as far as they are of these sources. @returns what takes in their detail, if that comes later. */
  adopt(objects: Shipped, sources: ReadonlyMap<string, string>): (detail: Uint8Array) => void {
    const generated = generatedHeaders(sources);
    return this.units.adopt(objects, (name) => generated.get(name) ?? sources.get(name));
  }
}

export function buildGuest(request: BuildRequest, cache: BuildCache): BuildResult {
  return new Build(request, cache).run();
}

/** The application as assembly, compiled as for an image. */
export function guestAssembly(request: BuildRequest, compiler: UnitCompiler): { text: string; diagnostics: readonly Diagnostic[] } {
  return new Build(request, new BuildCache(compiler)).assembly(compiler);
}

/** Compiles one unit after the other and keeps nothing: a compiler that has worked is faster. Whoever has something better to do stops asking. */
export function* exercise(request: BuildRequest, compiler: UnitCompiler): Generator<void> {
  yield* new Build(request, new BuildCache(compiler)).exercise(compiler);
}

const autoconfOf = (macros: Readonly<Record<string, string>>): string =>
  Object.entries(macros).map(([name, value]) => `#define ${name} ${value}\n`).join('');

class Build {
  readonly #request: BuildRequest;
  readonly #cache: BuildCache;
  readonly #generated = new Map<string, string>();
  readonly #macros: Readonly<Record<string, string>>;
  /** Those of a program in ring 3, whatever the application is. */
  readonly #processMacros: Readonly<Record<string, string>>;
  readonly #libraries = new Map<boolean, Library>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #isUkl: boolean;
  #done = 0;
  #total = 0;

  constructor(request: BuildRequest, cache: BuildCache) {
    this.#request = request;
    this.#cache = cache;
    this.#isUkl = request.switches['PRIVILEGE'] === 'ukl';
    this.#macros = configMacros(request.switches);
    this.#processMacros = Object.fromEntries(Object.entries(this.#macros).filter(([name]) => !/UKL|UNIKERNEL/.test(name)));
    for (const [name, text] of generatedHeaders(request.sources)) this.#generated.set(name, text);
  }

  run(): BuildResult {
    const { app, sources, switches } = this.#request;
    const appPath = programPath(sources, app) ?? [`bench/${app}.c`].find((path) => sources.has(path));
    if (appPath === undefined) {
      this.#diagnostics.push({ severity: 'error', file: `apps/${app}.c`, line: 0, column: 0, length: 1,
        message: `unknown application '${app}'; there are ${appNames(sources).join(', ')}` });
      return this.#failed();
    }
    const isInit = (path: string): boolean => path === INIT && !this.#isUkl;
    const beside = this.#others(appPath);
    this.#total = beside.length +
      [...sources.keys()].filter((path) => path === appPath || isInit(path) || (IS_UNIT.test(path) && isCompiled(path, switches))).length;
    this.#diagnostics.push(...syscallTableMistakes(sources));
    const kernel = this.#objects('kernel', (path) => /^linux\/.*\.[cS]$/.test(path) && isCompiled(path, switches));
    const program = this.#program(appPath, false);
    const others = beside.map((path) => ({ name: guestPath(path), inputs: this.#program(path, true) }));
    const init = this.#isUkl ? [] : [{ name: guestPath(INIT), inputs: this.#objects('app', isInit) }];
    if (this.#hasErrors) return this.#failed();

    const image = link(this.#isUkl ? [...kernel, ...program] : kernel, { kind: 'kernel' });
    this.#diagnostics.push(...image.diagnostics);
    const programs = [...(this.#isUkl ? [] : [{ name: guestPath(appPath), inputs: program }]), ...others, ...init].map(({ name, inputs }) =>
      ({ name, linked: link(inputs, { kind: 'user' }) }));
    for (const { linked } of programs) this.#diagnostics.push(...linked.diagnostics);
    const images: BuiltImage[] = [], files: CpioEntry[] = [];
    for (const path of new Set(programs.flatMap(({ name }) => /^(.*)\//.exec(name)?.[1] ?? []))) files.push({ path, mode: 0o40755, data: new Uint8Array(0) });
    for (const { name, linked } of programs) {
      if (!linked.image) return this.#failed();
      images.push({ name: `/${name}`, isKernel: false, elf: linked.image.elf, debug: linked.image.debug });
      files.push({ path: name, mode: 0o100755, data: linked.image.elf });
    }
    if (this.#hasErrors || !image.image) return this.#failed();

    const initramfs = writeCpio(files);
    const application = this.#isUkl ? '/UKL' : `/${guestPath(appPath)}`, args = this.#request.args ?? [];
    const commandLine = ['console=ttyS0', ...(this.#isUkl ? [`init=${application}`, ...(args.length ? ['--'] : [])] : ['--', application]), ...args].join(' ');
    return {
      ok: true, diagnostics: this.#diagnostics, kernel: image.image.elf, initramfs, commandLine, application, cpus: Number(this.#request.switches['NR_CPUS']),
      images: [{ name: 'vmlinux', isKernel: true, elf: image.image.elf, debug: image.image.debug }, ...images],
      ...(this.#isUkl ? {} : { program: images[0].elf }),
      imageHash: new Digest().bytes(image.image.elf).bytes(initramfs).bytes(new TextEncoder().encode(commandLine)).toString(),
      textBytes: image.image.textBytes + programs.reduce((sum, { linked }) => sum + (linked.image?.textBytes ?? 0), 0),
      uklLines: this.#isUkl ? this.#cache.kernelLines.count(this.#request.sources, this.#request.switches) : 0,
    };
  }

  get #hasErrors(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === 'error');
  }

  #failed(): BuildResult {
    return { ok: false, diagnostics: this.#diagnostics, kernel: new Uint8Array(0), initramfs: new Uint8Array(0), commandLine: '', application: '', cpus: 1,
      images: [], imageHash: '',
      textBytes: 0, uklLines: 0 };
  }

  #objects(domain: Domain, wanted: (path: string) => boolean, ofProcess = false): LinkInput[] {
    const inputs: LinkInput[] = [];
    for (const path of [...this.#request.sources.keys()].filter(wanted).sort()) {
      const { object, diagnostics } = this.#object(path, domain, ofProcess);
      this.#diagnostics.push(...diagnostics);
      inputs.push({ object, domain });
      this.#request.told?.(++this.#done, this.#total);
    }
    return inputs;
  }

  /** Programs beside the application: those that were asked for, and with one of `apps/bin` all of these. */
  #others(appPath: string): string[] {
    const { sources, programs = [] } = this.#request;
    const asked = programs.map((name) => programPath(sources, name) ?? `apps/${name}.c`);
    const bin = IS_BIN.test(appPath) ? [...sources.keys()].filter((path) => IS_BIN.test(path)).sort() : [];
    return [...new Set([...asked, ...bin])].filter((path) => this.#isUkl || path !== appPath);
  }

  /**
   * A program and its library: the core, and of the archive what is wanted. As ar(1) has it, a member comes as a whole for the
   * sake of one name that is defined nowhere else. Without such a name the archive stays closed, so nothing of it is compiled.
   * @param ofProcess beside a unikernel: a process in ring 3, as it is where there is no unikernel
   */
  #program(path: string, ofProcess: boolean): LinkInput[] {
    const other = ofProcess && this.#isUkl, library = this.#library(other);
    const own = this.#objects('app', (one) => one === path, other);
    const linked = [...library.core, ...own], taken = new Set<LinkInput>();
    const defined = new Set(linked.flatMap(({ object }) => definedIn(object)));
    const wanted = own.flatMap(({ object }) => wantedBy(object));
    for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
      const member = defined.has(name) ? undefined : library.member(name);
      if (!member || taken.has(member)) continue;
      taken.add(member);
      for (const one of definedIn(member.object)) defined.add(one);
      wanted.push(...wantedBy(member.object));
    }
    return [...library.core, ...[...taken].sort((a, b) => (a.object.file < b.object.file ? -1 : 1)), ...own];
  }

  #library(ofProcess: boolean): Library {
    let known = this.#libraries.get(ofProcess);
    if (!known) {
      const isCore = (path: string): boolean => IS_CORE.test(path);
      // Of a unikernel's own library the core is counted from the start.
      if (ofProcess) this.#total += [...this.#request.sources.keys()].filter(isCore).length;
      let index: Map<string, LinkInput> | undefined;
      const open = (): Map<string, LinkInput> => {
        this.#total += [...this.#request.sources.keys()].filter((path) => IS_MEMBER.test(path)).length;
        const members = this.#objects('libc', (path) => IS_MEMBER.test(path), ofProcess);
        return new Map(members.flatMap((member) => definedIn(member.object).map((name) => [name, member] as const)));
      };
      known = { core: this.#objects('libc', isCore, ofProcess), member: (name) => (index ??= open()).get(name) };
      this.#libraries.set(ofProcess, known);
    }
    return known;
  }

  *exercise(compiler: UnitCompiler): Generator<void> {
    for (const path of this.#request.sources.keys()) {
      if (!IS_UNIT.test(path) || !isCompiled(path, this.#request.switches)) continue;
      compiler.expand(this.#unit(path, path.startsWith('linux/') ? 'kernel' : 'libc'), new Map()).finish();
      yield;
    }
  }

  assembly(compiler: UnitCompiler): ReturnType<UnitCompiler['assembly']> {
    return compiler.assembly(this.#unit(programPath(this.#request.sources, this.#request.app) ?? '', 'app'));
  }

  #object(path: string, domain: Domain, ofProcess: boolean): Made {
    return this.#cache.units.make(this.#unit(path, domain, ofProcess));
  }

  #unit(path: string, domain: Domain, ofProcess = false): UnitRequest {
    const kernel = domain === 'kernel', config = ofProcess ? this.#processMacros : this.#macros;
    const text = this.#request.sources.get(path) ?? '', autoconf = autoconfOf(config);
    return {
      path, text, domain, autoconf: AUTOCONF, config,
      read: (name) => (name === AUTOCONF ? autoconf : this.#generated.get(name) ?? this.#request.sources.get(name)),
      options: { redZone: !kernel && this.#request.switches['APP_RED_ZONE'] === 'on', codeModel: kernel || (this.#isUkl && !ofProcess) ? 'kernel' : 'small',
        ...(kernel && this.#request.switches['RETPOLINE'] === 'on' ? { retpoline: true } : {}) },
    };
  }
}

interface Library {
  core: readonly LinkInput[];
  /** The member of the archive that defines a name. */
  member: (name: string) => LinkInput | undefined;
}

const IS_BIN = /^apps\/bin\/[\w-]+\.c$/;
/** Where a program lies in the initramfs: those of `apps/bin` in `bin`, init in `sbin`, others at the top. */
const guestPath = (path: string): string => path.replace(/^(?:apps|bench)\//, '').replace(/\.c$/, '');
const definedIn = ({ symbols }: ObjectFile): string[] =>
  symbols.filter(({ section, binding }) => section !== undefined && binding !== 'local').map(({ name }) => name);
/** What an object refers to and does not define; a weak reference may stay without. */
function wantedBy({ symbols, sections }: ObjectFile): string[] {
  const own = new Set(symbols.filter(({ section, binding }) => section !== undefined || binding === 'weak').map(({ name }) => name));
  return [...new Set(sections.flatMap(({ relocations }) => relocations.map(({ symbol }) => symbol)))].filter((name) => !own.has(name));
}
