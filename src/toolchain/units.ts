/**
 * One source file to an object, and the objects made before. An object serves again when nothing it came from differs:
 * first by the texts that were read and the CONFIG_ macros they mention, then by what the preprocessor makes of them. So
 * a switch, or an edit of a header, compiles only the files that it changes.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Domain } from '../formats/debug-info.ts';
import { assemble } from './asm/assemble.ts';
import { parseAssembly } from './asm/parse.ts';
import { compileTokens, createHeaderCache, type CodeOptions } from './cc/compile.ts';
import { preprocess, preprocessToText, type PreprocessorEnv } from './cc/preprocess/preprocessor.ts';
import type { Token } from './cc/preprocess/tokens.ts';
import type { ObjectFile } from './object.ts';

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

interface Kept extends Made {
  text: string;
  options: CodeOptions;
  /** Files looked for besides the source, with their text. */
  read: ReadonlyMap<string, string | undefined>;
  /** CONFIG_ macros that these texts mention, with their values; undefined: not defined. */
  config: ReadonlyMap<string, string | undefined>;
  /** What the preprocessor made: tokens of a C file, text of an assembly file. */
  expanded: readonly Token[] | string;
}

/** Variants of one file that are kept: configurations one goes back to, and edits one takes back. */
const VARIANTS = 8;

export class UnitCache {
  readonly #kept = new Map<string, Kept[]>();
  readonly #headers = createHeaderCache();
  readonly #mentions = new Map<string, { text: string; names: string[] }>();

  make(request: UnitRequest): Made {
    const slot = `${request.domain} ${request.path}`;
    const variants = this.#kept.get(slot) ?? [];
    const found = variants.find((kept) => isCurrent(kept, request)) ?? this.#build(request, variants);
    this.#kept.set(slot, [found, ...variants.filter((kept) => kept !== found)].slice(0, VARIANTS));
    return found;
  }

  #build(request: UnitRequest, variants: readonly Kept[]): Kept {
    const { path, text, options } = request;
    const read = new Map<string, string | undefined>();
    const env = environment(request, read);
    const isAssembly = path.endsWith('.S');
    const { diagnostics: reported, ...expansion } = isAssembly ? preprocessToText(path, text, env, this.#headers) : preprocess(path, text, env, this.#headers);
    const expanded = 'text' in expansion ? expansion.text : expansion.tokens;
    const inputs = { text, options, read, config: this.#config(request, read), expanded };
    const same = reported.length ? undefined : variants.find((kept) => sameOptions(kept.options, options) && sameExpansion(kept.expanded, expanded));
    if (same) return { ...inputs, object: same.object, diagnostics: same.diagnostics };
    const made = typeof expanded === 'string' ? parseAssembly(path, expanded) : compileTokens(path, expanded as Token[], reported, this.#headers.names, options);
    const { object, diagnostics } = assemble(made.unit);
    return { ...inputs, object, diagnostics: [...(isAssembly ? reported : []), ...made.diagnostics, ...diagnostics] };
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

function environment({ domain, path, autoconf, read }: UnitRequest, seen: Map<string, string | undefined>): PreprocessorEnv {
  const kernel = domain === 'kernel';
  return {
    defines: { ...(kernel ? { __KERNEL__: '1' } : {}), ...(path.endsWith('.S') ? { __ASSEMBLY__: '1' } : {}) },
    includePaths: kernel ? ['linux/include', 'linux/arch/x86/include', ''] : ['lib/include', ''],
    forceInclude: [autoconf],
    read: (name) => {
      const content = read(name);
      seen.set(name, content);
      return content;
    },
  };
}

function isCurrent(kept: Kept, { text, options, read, autoconf, config }: UnitRequest): boolean {
  if (kept.text !== text || !sameOptions(kept.options, options)) return false;
  for (const [name, content] of kept.read) if (name !== autoconf && read(name) !== content) return false;
  for (const [name, value] of kept.config) if (config[name] !== value) return false;
  return true;
}

function sameOptions(a: CodeOptions, b: CodeOptions): boolean {
  return a.redZone === b.redZone && a.codeModel === b.codeModel;
}

function sameExpansion(a: Kept['expanded'], b: Kept['expanded']): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((x, n) => sameToken(x, b[n]));
}

/** The same text at the same place: the debug information depends on both. */
function sameToken(a: Token, b: Token): boolean {
  return a === b || (a.text === b.text && a.kind === b.kind && a.line === b.line && a.column === b.column && a.flags === b.flags && a.file.path === b.file.path);
}
