/**
 * One source file to an object, and the objects made before. An object serves again when nothing it came from differs:
 * first by the texts that were read and the CONFIG_ macros they mention, then by what the preprocessor makes of them. So
 * a switch, or an edit of a header, compiles only the files that it changes.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { Digest } from '../base/digest.ts';
import { stoodInFor } from '../base/texts.ts';
import type { Domain } from '../formats/debug-info.ts';
import { unpack } from '../formats/pack.ts';
import type { CodeOptions } from './cc/compile.ts';
import type { ObjectFile } from './object.ts';
import { unpackObjects } from './packed-objects.ts';

export interface UnitRequest {
  path: string;
  text: string;
  domain: Domain;
  /** Any other file. */
  read: (path: string) => string | undefined;
  /** The header with the CONFIG_ macros, which every unit includes. */
  autoconf: string;
  config: Readonly<Record<string, string>>;
  options: CodeOptions;
}

export interface Made {
  object: ObjectFile;
  diagnostics: readonly Diagnostic[];
}

/** What the preprocessor makes of a unit, and how to go on from there. */
export interface Expansion {
  /** Of all that it made, places included: the debug information depends on both. */
  digest: string;
  reported: readonly Diagnostic[];
  finish: () => Made;
}

export interface UnitCompiler {
  /** Notes in `read` which files it looks for besides the source. */
  expand(request: UnitRequest, read: Map<string, string | undefined>): Expansion;
  /** The unit as text for an assembler, in place of an object. */
  assembly(request: UnitRequest): { text: string; diagnostics: readonly Diagnostic[] };
}

interface Inputs {
  text: string;
  options: CodeOptions;
  /** Files looked for besides the source, with their text. */
  read: ReadonlyMap<string, string | undefined>;
  /** CONFIG_ macros that these texts mention, with their values; undefined: not defined. */
  config: ReadonlyMap<string, string | undefined>;
  /** Digest of what the preprocessor made of them. */
  expansion: string;
}

export interface Kept extends Inputs {
  made: Made | (() => Made);
}

/** Objects made before, as files. */
export interface Shipped {
  objects: Uint8Array;
  /**
   * Lines and variables of the kernel's C code, half of its debug information: without them all is built, run and named, and only who looks closely
   * misses them. And the objects of the library's archive, which few programs want.
   */
  detail?: Uint8Array;
}

/** A detail, as it is packed. */
export interface PackedDetail {
  /** Of each unit of the objects, if it has one. */
  details: Uint8Array;
  archive: Uint8Array;
}

/** What is left out of one object; undefined: nothing is. */
export interface Detail {
  lines: ObjectFile['debug']['lines'];
  /** By function. */
  variables: ObjectFile['debug']['functions'][number]['variables'][];
}

/** Objects made before, as they are kept in a file. Texts are known by their digests, and the sources that come along have them. */
export interface Packed {
  files: { name: string; digest: string }[];
  /** `read` counts in `files`, the source itself first. */
  units: { slot: string; options: CodeOptions; read: number[]; config: [name: string, value: string | undefined][]; expansion: string }[];
  /** One object for each unit, packed together: what they have in common is there once. */
  objects: Uint8Array;
}

/** The library's archive, in folders of lib: of these an image has what somebody wants of it. */
export const IS_MEMBER = /^lib\/.+\/[^/]+\.[cS]$/;

const ABSENT = 'absent';

/** Variants of one file that are kept: configurations one goes back to, and edits one takes back. */
const VARIANTS = 8;

/** A unit that no object serves for, and no compiler is at hand. */
export class CompilerWanted extends Error {}

export class UnitCache {
  /** Makes the objects that are not there. It is most of the toolchain, so whoever may do without it brings it later. */
  compiler: UnitCompiler | undefined;
  readonly #kept = new Map<string, Kept[]>();
  /** Told of each file that had to be compiled or assembled. */
  onCompile: (path: string) => void = () => undefined;
  /** What came out of a file: stays, however much else is built. */
  readonly #adopted = new Map<string, Kept[]>();
  readonly #mentions = new Map<string, { text: string; names: string[] }>();

  constructor(compiler: UnitCompiler | undefined) {
    this.compiler = compiler;
  }

  make(request: UnitRequest): Made {
    const slot = `${request.domain} ${request.path}`;
    const variants = this.#kept.get(slot) ?? [], adopted = this.#adopted.get(slot) ?? [];
    const isThis = (kept: Kept): boolean => isCurrent(kept, request);
    const found = variants.find(isThis) ?? adopted.find(isThis) ?? this.#build(request, [...variants, ...adopted]);
    this.#kept.set(slot, [found, ...variants.filter((kept) => kept !== found)].slice(0, VARIANTS));
    return madeOf(found);
  }

  /** All that was wanted of this cache, by domain and path: as much as it keeps of each. */
  get kept(): ReadonlyMap<string, readonly Kept[]> {
    return this.#kept;
  }

  /**
   * Takes in packed objects, as far as `read` gives the very texts that they were made of. They are unpacked when the first is wanted.
   * @returns what takes in their detail, if that comes later.
   */
  adopt({ objects: bytes, detail }: Shipped, read: (path: string) => string | undefined): (detail: Uint8Array) => void {
    const complete = this.#adopt(bytes, read);
    const take = (late: Uint8Array): void => {
      const { details, archive } = unpack(late) as PackedDetail;
      complete(details);
      this.#adopt(archive, read);
    };
    if (detail) take(detail);
    return take;
  }

  #adopt(bytes: Uint8Array, read: (path: string) => string | undefined): (details: Uint8Array) => void {
    const { files, units, objects: packed } = unpack(bytes) as Packed;
    const texts = files.map(({ name }) => read(name));
    const holds = files.map(({ digest }, n) => digestOf(texts[n]) === digest);
    let objects: ObjectFile[] | undefined, details: Uint8Array | undefined;
    const all = (): ObjectFile[] => {
      if (objects) return objects;
      objects = unpackObjects(packed);
      if (details) complete(objects, details);
      return objects;
    };
    units.forEach(({ slot, options, read: [own, ...others], config, expansion }, n) => {
      if (!holds[own] || others.some((index) => !holds[index])) return;
      const kept: Kept = {
        text: texts[own] ?? '', options, read: new Map(others.map((index) => [files[index].name, texts[index]])), config: new Map(config), expansion,
        made: () => ({ object: all()[n], diagnostics: [] }),
      };
      this.#adopted.set(slot, [...(this.#adopted.get(slot) ?? []), kept]);
    });
    return (late) => {
      details = late;
      if (objects) complete(objects, late);
    };
  }

  #build(request: UnitRequest, variants: readonly Kept[]): Kept {
    const { path, text, options } = request;
    const read = new Map<string, string | undefined>();
    if (!this.compiler) throw new CompilerWanted();
    const { digest, reported, finish } = this.compiler.expand(request, read);
    const inputs: Inputs = { text, options, read, config: this.#config(request, read), expansion: digest };
    const same = reported.length ? undefined : variants.find((kept) => sameOptions(kept.options, options) && kept.expansion === digest);
    if (same) return { ...inputs, made: madeOf(same) };
    this.onCompile(path);
    return { ...inputs, made: finish() };
  }

  #config({ path, text, autoconf, config }: UnitRequest, read: ReadonlyMap<string, string | undefined>): Kept['config'] {
    const mentioned = new Map<string, string | undefined>();
    for (const [name, content] of [[path, text] as const, ...read]) {
      if (name === autoconf || content === undefined) continue;
      let known = this.#mentions.get(name);
      if (known?.text !== content) this.#mentions.set(name, (known = { text: content, names: [...new Set(content.match(/\bCONFIG_\w*/g))] }));
      for (const macro of known.names) {
        // A name put together by ## can be any of them.
        if (macro === 'CONFIG_') for (const each of Object.keys(config)) mentioned.set(each, config[each]);
        mentioned.set(macro, config[macro]);
      }
    }
    return mentioned;
  }
}

/** Puts the detail into the objects: whoever has one of them has it whole. */
function complete(objects: readonly ObjectFile[], detail: Uint8Array): void {
  (unpack(detail) as (Detail | undefined)[]).forEach((one, n) => {
    const { debug } = objects[n];
    if (!one) return;
    debug.lines = one.lines;
    debug.functions.forEach((f, index) => (f.variables = one.variables[index]));
  });
}

function isCurrent(kept: Kept, { text, options, read, autoconf, config }: UnitRequest): boolean {
  if (kept.text !== text || !sameOptions(kept.options, options)) return false;
  for (const [name, content] of kept.read) if (name !== autoconf && read(name) !== content) return false;
  for (const [name, value] of kept.config) if (config[name] !== value) return false;
  return true;
}

function sameOptions(a: CodeOptions, b: CodeOptions): boolean {
  return a.redZone === b.redZone && a.codeModel === b.codeModel && !a.retpoline === !b.retpoline;
}

export function madeOf(kept: Kept): Made {
  return typeof kept.made === 'function' ? (kept.made = kept.made()) : kept.made;
}

export const digestOf = (text: string | undefined): string => (text === undefined ? ABSENT : (stoodInFor(text) ?? new Digest().text(text).toString()));
