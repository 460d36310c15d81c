/**
 * Directives, included files and the two outputs of the preprocessor: tokens for the parser, text for the assembler.
 * C11 (N1570), 6.10; extensions as GNU cpp documents them.
 */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { decodeString } from '../literals.ts';
import { evaluateCondition } from './condition.ts';
import { Expander } from './expander.ts';
import { lex, type LexedFile } from './lexer.ts';
import { parseDefinition } from './definition.ts';
import { Pragmas } from './pragma.ts';
import { BOL, EOF, FROM_MACRO, IDENT, NUMBER, Names, SPACE, STRING, Token, type Macro, type Name, type SourceFile } from './tokens.ts';

export interface PreprocessorEnv {
  defines: Record<string, string>;
  includePaths: string[];
  read(path: string): string | undefined;
  /** Headers included before the first line, as gcc's -include. */
  forceInclude?: string[];
}

/** Lexed headers, shared by the translation units of one build (and by the next build: texts are compared). */
export interface HeaderCache {
  readonly names: Names;
  readonly lexed: Map<string, LexedFile>;
  /** Where a header may be, best first: by the folder of who includes it (for "..."), the include path and its name. */
  readonly places: Map<string, string[]>;
}

export function createHeaderCache(): HeaderCache {
  return { names: new Names(), lexed: new Map(), places: new Map() };
}

interface Conditional {
  /** The `#if` itself, for "is never closed". */
  at: Token;
  /** Some branch has been taken. */
  taken: boolean;
  active: boolean;
  seenElse: boolean;
}

const PREDEFINED: Record<string, string> = {
  __STDC__: '1', __STDC_VERSION__: '201112L', __STDC_HOSTED__: '0', __x86_64__: '1', __x86_64: '1', __amd64__: '1', __LP64__: '1', _LP64: '1',
  __RINGSIDE_CC__: '1',
  __GNUC__: '12', __GNUC_MINOR__: '2', __GNUC_PATCHLEVEL__: '0', __ELF__: '1', __linux__: '1', __unix__: '1', __OPTIMIZE__: '1', __GNUC_STDC_INLINE__: '1',
  __CHAR_BIT__: '8', __SIZEOF_INT__: '4', __SIZEOF_LONG__: '8', __SIZEOF_LONG_LONG__: '8', __SIZEOF_SHORT__: '2', __SIZEOF_POINTER__: '8',
  __SIZEOF_SIZE_T__: '8',
  __SCHAR_MAX__: '0x7f', __SHRT_MAX__: '0x7fff', __INT_MAX__: '0x7fffffff', __LONG_MAX__: '0x7fffffffffffffffL', __LONG_LONG_MAX__: '0x7fffffffffffffffLL',
  __SIZE_MAX__: '0xffffffffffffffffUL', __INTMAX_MAX__: '0x7fffffffffffffffL', __UINTPTR_MAX__: '0xffffffffffffffffUL', __PTRDIFF_MAX__: '0x7fffffffffffffffL',
  __SIZE_TYPE__: 'long unsigned int', __PTRDIFF_TYPE__: 'long int', __WCHAR_TYPE__: 'int', __WINT_TYPE__: 'unsigned int', __INTMAX_TYPE__: 'long int',
  __UINTMAX_TYPE__: 'long unsigned int', __INTPTR_TYPE__: 'long int', __UINTPTR_TYPE__: 'long unsigned int', __INT8_TYPE__: 'signed char',
  __INT16_TYPE__: 'short int',
  __INT32_TYPE__: 'int', __INT64_TYPE__: 'long int', __UINT8_TYPE__: 'unsigned char', __UINT16_TYPE__: 'short unsigned int', __UINT32_TYPE__: 'unsigned int',
  __UINT64_TYPE__: 'long unsigned int', __ORDER_LITTLE_ENDIAN__: '1234', __ORDER_BIG_ENDIAN__: '4321', __BYTE_ORDER__: '1234', __BIGGEST_ALIGNMENT__: '16',
};

/** More than this and a header includes itself. */
const MAX_INCLUDE_DEPTH = 100;

export class Preprocessor {
  readonly diagnostics: Diagnostic[] = [];
  /** Headers read, in order: what the result depends on. */
  readonly included = new Set<string>();
  readonly #env: PreprocessorEnv;
  readonly #cache: HeaderCache;
  readonly #names: Names;
  readonly #assembly: boolean;
  readonly #includePath: string;
  readonly #expander: Expander;
  readonly #defined: Name[] = [];
  readonly #once = new Set<string>();
  #tokens: Token[] = [];
  #at = 0;
  /** Of the file being read. */
  #known: LexedFile['known'] = [];
  #depth = 0;
  #conditionals: Conditional[] = [];
  /** Of the file being read, since the last #line: added to line numbers, and its name. */
  #presumed: { delta: number; file: string | null } = { delta: 0, file: null };
  readonly #pragmas: Pragmas;
  #out: Token[] = [];
  /** Groups passed over: the lines of the directives around them. */
  readonly #skipped: { path: string; from: number; to: number }[] = [];

  constructor(env: PreprocessorEnv, cache: HeaderCache, assembly: boolean) {
    this.#env = env;
    this.#cache = cache;
    this.#names = cache.names;
    this.#assembly = assembly;
    this.#includePath = env.includePaths.join(':');
    this.#expander = new Expander(this.#names, { next: () => this.#next(), peek: () => this.#peek(),
      presumed: (t) => ({ file: this.#presumed.file ?? t.file.path, line: t.line + this.#presumed.delta }) }, this.diagnostics);
    this.#pragmas = new Pragmas(this.#names, this.#expander, this.#once, (severity, t, message) => this.#report(severity, t, message));
  }

  /** All tokens of the unit, ending with EOF. */
  run(path: string, text: string): Token[] {
    const out: Token[] = [];
    this.#out = out;
    try {
      for (const [name, dynamic] of [['__FILE__', 'file'], ['__BASE_FILE__', 'base-file'], ['__LINE__', 'line'], ['__COUNTER__', 'counter'],
        ['_Pragma', 'pragma']] as const) {
        this.#define({ name: this.#names.get(name), parameters: null, variadic: false, body: [], parameterOf: [], hasHash: false, dynamic, disabled: false });
      }
      let head = '';
      for (const [name, value] of Object.entries({ ...PREDEFINED, ...(this.#assembly ? { __ASSEMBLER__: '1' } : {}),
        ...this.#env.defines })) head += `#define ${name} ${value}\n`;
      this.#file(this.#lexed('<built-in>', head), out);
      for (const header of this.#env.forceInclude ?? []) {
        const found = this.#env.read(header);
        if (found === undefined) this.diagnostics.push({ severity: 'error', file: path, line: 0, column: 0, length: 1,
          message: `there is no file ${header}, which every unit includes` });
        else {
          this.included.add(header);
          this.#file(this.#lexed(header, found), out);
        }
      }
      const main = lex({ path, text }, this.#names, this.#assembly);
      this.#file(main, out);
      out.push(main.tokens[main.tokens.length - 1]!);
    } finally {
      // Names outlive the unit: give them back as they were.
      for (const name of this.#defined) name.macro = null;
    }
    this.#pragmas.markPacked(out);
    return out;
  }

  #lexed(path: string, text: string): LexedFile {
    const key = this.#assembly ? `S:${path}` : path;
    let lexed = this.#cache.lexed.get(key);
    if (!lexed || lexed.file.text !== text) {
      lexed = lex({ path, text }, this.#names, this.#assembly);
      this.#cache.lexed.set(key, lexed);
    }
    return lexed;
  }

  #file(lexed: LexedFile, out: Token[]): void {
    if (lexed.guard && this.#names.get(lexed.guard).macro) return;
    const { file, diagnostics } = lexed;
    if (this.#once.has(file.path)) return;
    const saved = [this.#tokens, this.#at, this.#conditionals, this.#known, this.#presumed] as const;
    this.#presumed = { delta: 0, file: null };
    this.#known = lexed.known;
    this.#tokens = lexed.tokens;
    this.#at = 0;
    this.#conditionals = [];
    const expander = this.#expander;
    for (;;) {
      // Most tokens are plain: take them without the expander.
      if (expander.isIdle) {
        const tokens = this.#tokens;
        let at = this.#at;
        for (;;) {
          const t = tokens[at]!;
          if (t.kind === EOF || (t.flags & BOL && t.text === '#') || (t.kind === IDENT && t.name!.macro !== null)) break;
          out.push(t);
          at++;
        }
        this.#at = at;
      }
      const t = expander.next();
      if (t.kind === EOF) break;
      if (t === INCLUDE) {
        this.#include(out);
        continue;
      }
      if (t.kind === IDENT && t.name!.macro?.dynamic === 'pragma') this.#pragmaOperator(t);
      else out.push(t);
    }
    // What lies in a group whose condition is false need not make sense.
    for (const d of diagnostics) if (!this.#skipped.some(({ path, from, to }) => path === d.file && from < d.line && d.line < to)) this.diagnostics.push(d);
    for (const c of this.#conditionals) this.#error(c.at, `this #${c.at.text} is never closed by #endif`);
    [this.#tokens, this.#at, this.#conditionals, this.#known, this.#presumed] = saved;
  }

  /** The next token of the file; directives are obeyed on the way. An `#include` comes out as a token of its own. */
  #next(): Token {
    for (;;) {
      const t = this.#tokens[this.#at]!;
      if (t.kind === EOF) return t;
      this.#at++;
      if (t.text !== '#' || !(t.flags & BOL)) return t;
      if (this.#directive()) return INCLUDE;
    }
  }

  #peek(): Token {
    for (;;) {
      const t = this.#tokens[this.#at]!;
      if (t.kind === EOF || t.text !== '#' || !(t.flags & BOL)) return t;
      const word = this.#tokens[this.#at + 1]!;
      if (word.text === 'include' || word.text === 'include_next') return t;
      this.#at++;
      this.#directive();
    }
  }

  #lineEnd(): number {
    const tokens = this.#tokens;
    let at = this.#at;
    while (!(tokens[at]!.flags & BOL) && tokens[at]!.kind !== EOF) at++;
    return at;
  }

  #line(): Token[] {
    const first = this.#at;
    this.#at = this.#lineEnd();
    return this.#tokens.slice(first, this.#at);
  }

  #pendingInclude: { at: Token; first: number } | null = null;

  /** True: an include is pending. */
  #directive(): boolean {
    const word = this.#tokens[this.#at]!;
    if (word.flags & BOL || word.kind === EOF) return false;
    this.#at++;
    switch (word.text) {
      case 'define': this.#defineLine(word); return false;
      case 'undef': {
        const line = this.#line();
        if (line[0]?.kind !== IDENT) this.#error(line[0] ?? word, '#undef needs a name');
        else line[0].name!.macro = null;
        return false;
      }
      case 'include': case 'include_next':
        this.#pendingInclude = { at: word, first: this.#at };
        this.#at = this.#known[this.#at]?.end ?? this.#lineEnd();
        return true;
      case 'if': this.#push(word, this.#condition(word, this.#line())); return false;
      case 'ifdef': case 'ifndef': {
        const line = this.#line();
        if (line[0]?.kind !== IDENT) this.#error(line[0] ?? word, `#${word.text} needs a name`);
        this.#push(word, (line[0]?.name?.macro !== null) === (word.text === 'ifdef'));
        return false;
      }
      case 'elif': case 'else': case 'endif': this.#elseOrEnd(word); return false;
      case 'error': {
        const line = this.#line();
        this.#error(word, `#error ${spell(line)}`);
        return false;
      }
      case 'warning': {
        const line = this.#line();
        this.#report('warning', word, `#warning ${spell(line)}`);
        return false;
      }
      case 'pragma': this.#pragmas.obey(word, this.#line(), this.#out.length); return false;
      case 'line': this.#lineDirective(word, this.#line()); return false;
      case 'ident': case 'sccs': this.#line(); return false;
      default: {
        const line = this.#line();
        if (this.#assembly) return false; // a comment there
        if (word.kind === NUMBER) this.#lineDirective(word, [word, ...line]);
        else this.#error(word, `there is no directive #${word.text}`);
        return false;
      }
    }
  }

  /**
   * `#line 12 "file"`, and the line markers of preprocessed text.
   * Simplified: __LINE__ and __FILE__ follow it; diagnostics and debug information keep naming the text that is there.
   */
  #lineDirective(word: Token, line: Token[]): void {
    const [number, file] = this.#expander.expandAll(line);
    if (!number || !/^[0-9]+$/.test(number.text) || Number(number.text) > 0x7fff_ffff) {
      this.#error(number ?? word, '#line needs a line number, up to 2147483647');
      return;
    }
    if (file && file.kind !== STRING) {
      this.#error(file, '#line needs a file name in quotation marks, or none');
      return;
    }
    this.#presumed = { delta: Number(number.text) - word.line - 1, file: file ? String.fromCharCode(...decodeString(file.text)) : this.#presumed.file };
  }

  /** 6.10.9: `_Pragma("...")` is the directive of that text. */
  #pragmaOperator(at: Token): void {
    const [open, text, close] = [this.#expander.next(), this.#expander.next(), this.#expander.next()];
    if (open.text !== '(' || text.kind !== STRING || close.text !== ')') {
      this.#error(at, '_Pragma needs one string in parentheses');
      return;
    }
    const { tokens } = lex({ path: at.file.path, text: text.text.slice(1, -1).replace(/\\([\\"])/g, '$1') }, this.#names, this.#assembly);
    this.#pragmas.obey(at, tokens.slice(0, -1).map((t) => t.at(at, t.flags & ~BOL)), this.#out.length);
  }

  #push(at: Token, holds: boolean): void {
    this.#conditionals.push({ at, taken: holds, active: holds, seenElse: false });
    if (!holds) this.#skip();
  }

  #elseOrEnd(word: Token): void {
    const c = this.#conditionals[this.#conditionals.length - 1];
    const line = this.#line();
    if (!c) {
      this.#error(word, `#${word.text} without #if`);
      return;
    }
    if (word.text === 'endif') {
      this.#conditionals.pop();
      return;
    }
    if (c.seenElse) this.#error(word, `#${word.text} after #else`);
    if (word.text === 'else') c.seenElse = true;
    c.active = !c.taken && (word.text === 'else' || this.#condition(word, line));
    c.taken ||= c.active;
    if (!c.active) this.#skip();
  }

  /** Passes over a group whose condition is false, up to the directive that ends it, and obeys that one. */
  #skip(): void {
    let depth = 0;
    const tokens = this.#tokens;
    const { file, line } = tokens[Math.max(0, this.#at - 1)]!;
    const group = { path: file.path, from: line, to: Infinity };
    this.#skipped.push(group);
    for (;;) {
      const t = tokens[this.#at]!;
      if (t.kind === EOF) return;
      this.#at++;
      if (t.text !== '#' || !(t.flags & BOL)) continue;
      const word = tokens[this.#at]!;
      switch (word.text) {
        case 'if': case 'ifdef': case 'ifndef': depth++; break;
        case 'endif':
          if (depth-- === 0) {
            this.#at++;
            group.to = t.line;
            this.#elseOrEnd(word);
            return;
          }
          break;
        case 'else': case 'elif':
          if (depth === 0) {
            this.#at++;
            group.to = t.line;
            const c = this.#conditionals[this.#conditionals.length - 1]!;
            this.#elseOrEnd(word);
            if (!c.active) return; // #elseOrEnd has skipped on from there
            return;
          }
          break;
        default:
      }
    }
  }

  #condition(word: Token, line: Token[]): boolean {
    const resolved: Token[] = [];
    for (let i = 0; i < line.length; i++) {
      const t = line[i]!;
      if (t.text !== 'defined' && t.text !== '__has_include') {
        resolved.push(t);
        continue;
      }
      const parenthesis = line[i + 1]?.text === '(';
      if (t.text === '__has_include') {
        const close = line.findIndex((x, k) => k > i && x.text === ')');
        const name = this.#headerName(line.slice(i + 2, close));
        resolved.push(new Token(NUMBER, name && this.#find(name.path, name.quoted, t.file.path) ? '1' : '0', null, t.file, t.line, t.column, SPACE));
        i = close < 0 ? line.length : close;
        continue;
      }
      const name = line[i + (parenthesis ? 2 : 1)];
      if (name?.kind !== IDENT || (parenthesis && line[i + 3]?.text !== ')')) {
        this.#error(name ?? t, 'defined needs a name, as in defined(NAME)');
        return false;
      }
      resolved.push(new Token(NUMBER, name.name!.macro ? '1' : '0', null, t.file, t.line, t.column, SPACE));
      i += parenthesis ? 3 : 1;
    }
    if (resolved.length === 0) {
      this.#error(word, `#${word.text} needs an expression`);
      return false;
    }
    return evaluateCondition(this.#expander.expandAll(resolved), word, (at, message) => this.#error(at, message));
  }

  #defineLine(word: Token): void {
    // A header's definitions are the same in every unit that reads it.
    const index = this.#at;
    const known = this.#known[index];
    if (known && known.macro!.name.macro === null) {
      this.#at = known.end;
      this.#define(known.macro!);
      return;
    }
    const macro = parseDefinition(word, this.#line(), this.#names, this.#expander, this.#assembly,
      (severity, t, message) => this.#report(severity, t, message));
    if (!macro) return;
    this.#known[index] = { end: this.#at, macro };
    this.#define(macro);
  }

  #define(macro: Macro): void {
    macro.disabled = false;
    macro.name.macro = macro;
    this.#defined.push(macro.name);
  }

  #headerName(line: Token[]): { path: string; quoted: boolean } | null {
    const tokens = line[0]?.kind === STRING || line[0]?.text === '<' ? line : this.#expander.expandAll(line);
    if (tokens[0]?.kind === STRING) return { path: String.fromCharCode(...decodeString(tokens[0].text)), quoted: true };
    if (tokens[0]?.text !== '<') return null;
    const close = tokens.findIndex((t) => t.text === '>');
    if (close < 0) return null;
    return { path: tokens.slice(1, close).map((t) => t.text).join(''), quoted: false };
  }

  #find(path: string, quoted: boolean, from: string): { path: string; text: string } | undefined {
    for (const full of this.#places(path, quoted, from)) {
      const text = this.#env.read(full);
      if (text !== undefined) return { path: full, text };
    }
    return undefined;
  }

  /** In the folders behind the one that holds the file which asks. GNU cpp, "Wrapper Headers". */
  #findNext(path: string, from: string): { path: string; text: string } | undefined {
    const places = this.#places(path, false, from);
    for (const full of places.slice(places.indexOf(from) + 1)) {
      const text = this.#env.read(full);
      if (text !== undefined) return { path: full, text };
    }
    return undefined;
  }

  #places(path: string, quoted: boolean, from: string): string[] {
    const own = quoted ? from.slice(0, Math.max(0, from.lastIndexOf('/'))) : null;
    const key = `${own ?? '<'}:${this.#includePath}:${path}`;
    let places = this.#cache.places.get(key);
    if (!places) {
      places = [...(own === null ? [] : [own]), ...this.#env.includePaths].map((place) => normalise(place ? `${place.replace(/\/$/, '')}/${path}` : path));
      this.#cache.places.set(key, places);
    }
    return places;
  }

  #include(out: Token[]): void {
    const { at, first } = this.#pendingInclude!;
    const end = this.#at;
    const line = this.#tokens.slice(first, end);
    const known = this.#known[first]?.header;
    const name = known ?? this.#headerName(line);
    if (name && !known && (line[0]!.kind === STRING || line[0]!.text === '<')) this.#known[first] = { end, header: name };
    if (!name) {
      this.#error(line[0] ?? at, '#include needs "file.h" or <file.h>');
      return;
    }
    const found = at.text === 'include_next' ? this.#findNext(name.path, at.file.path) : this.#find(name.path, name.quoted, at.file.path);
    if (!found) {
      const last = line[line.length - 1]!;
      this.#report('error', line[0]!,
        `there is no header ${name.path} in ${this.#env.includePaths.filter(Boolean).join(', ') || 'the include path (it is empty)'}`,
        last.column + last.text.length - line[0]!.column);
      return;
    }
    if (this.#depth >= MAX_INCLUDE_DEPTH) {
      this.#error(at, `includes are nested ${MAX_INCLUDE_DEPTH} deep: ${name.path} includes itself`);
      return;
    }
    this.included.add(found.path);
    this.#depth++;
    this.#file(this.#lexed(found.path, found.text), out);
    this.#depth--;
  }

  #error(t: Token, message: string): void {
    this.#report('error', t, message);
  }

  #report(severity: 'error' | 'warning', t: Token, message: string, length = t.text.length || 1): void {
    this.diagnostics.push({ severity, file: t.file.path, line: t.line, column: t.column, length, message });
  }
}

const INCLUDE = new Token(7 as 6, '#include', null, { path: '', text: '' }, 0, 0, 0);

function spell(line: Token[]): string {
  return line.map((t, i) => (i && t.flags & SPACE ? ' ' : '') + t.text).join('');
}

function normalise(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && out.length && out[out.length - 1] !== '..') out.pop();
    else if (part !== '.' && !(part === '' && out.length)) out.push(part);
  }
  return out.join('/');
}

export interface Preprocessed {
  diagnostics: Diagnostic[];
  included: ReadonlySet<string>;
}

export function preprocess(path: string, text: string, env: PreprocessorEnv, cache = createHeaderCache()): Preprocessed & { tokens: Token[] } {
  const p = new Preprocessor(env, cache, false);
  const tokens = p.run(path, text);
  return { tokens, diagnostics: p.diagnostics, included: p.included };
}

/** For .S files: text with line markers (`# 12 "file"`), which the assembler reads. */
export function preprocessToText(path: string, text: string, env: PreprocessorEnv, cache = createHeaderCache()): Preprocessed & { text: string } {
  const p = new Preprocessor({ ...env, defines: { __ASSEMBLY__: '1', ...env.defines } }, cache, true);
  const tokens = p.run(path, text);
  return { text: printTokens(tokens), diagnostics: p.diagnostics, included: p.included };
}

/** A jump over more blank lines than this is written as a line marker. */
const MAX_BLANK_LINES = 8;

function printTokens(tokens: Token[]): string {
  const parts: string[] = [];
  let file: SourceFile | null = null;
  let line = 0;
  let fresh = true;
  for (const t of tokens) {
    if (t.kind === EOF) break;
    // What a macro produces stays on the line of its invocation.
    if (t.file !== file || (t.flags & BOL && t.line !== line) || t.line > line) {
      if (t.file !== file || t.line < line || t.line - line > MAX_BLANK_LINES) {
        if (!fresh) parts.push('\n');
        parts.push(`# ${t.line} ${JSON.stringify(t.file.path)}\n`);
        file = t.file;
      } else parts.push('\n'.repeat(t.line - line));
      line = t.line;
      fresh = true;
    }
    if (!fresh && t.flags & (SPACE | BOL)) parts.push(' ');
    else if (fresh && t.flags & SPACE && !(t.flags & FROM_MACRO)) parts.push('\t');
    parts.push(t.text);
    fresh = false;
  }
  parts.push('\n');
  return parts.join('');
}
