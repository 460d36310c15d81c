/**
 * Macro expansion as a stack of token lists that are read from the top. C11 (N1570), 6.10.3.
 *
 * A macro is disabled while a list made from its body is on the stack; its name met there is marked and never expanded
 * again (6.10.3.4). That is how GNU cpp does it ("The GNU C Preprocessor Internals", "Macro Expansion Algorithm").
 */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { lex } from './lexer.ts';
import { BOL, CHAR, DIGRAPH, DIGRAPHS, EOF, FROM_MACRO, IDENT, NO_EXPAND, NUMBER, OTHER, PUNCT, SPACE, STRING, Token, type Macro,
  type Names } from './tokens.ts';

interface Context {
  tokens: Token[];
  at: number;
  macro: Macro | null;
  /** Reading stops here: the end of a macro argument that is being expanded by itself. */
  barrier: boolean;
}

/** Where tokens come from below the stack: the file being read. Runs directives on the way. */
export interface TokenSource {
  next(): Token;
  peek(): Token;
  /** What __FILE__ and __LINE__ are at this token. */
  presumed(t: Token): { file: string; line: number };
}

export class Expander {
  readonly #names: Names;
  readonly #contexts: Context[] = [];
  readonly #diagnostics: Diagnostic[];
  readonly #vaArgs: Name;
  readonly #vaOpt: Name;
  /** Something that expanded to nothing had white space before it: what comes next has it now. */
  #padding = false;
  source: TokenSource;
  #counter = 0;

  constructor(names: Names, source: TokenSource, diagnostics: Diagnostic[]) {
    this.#names = names;
    this.source = source;
    this.#diagnostics = diagnostics;
    this.#vaArgs = names.get('__VA_ARGS__');
    this.#vaOpt = names.get('__VA_OPT__');
  }

  /** Nothing is being expanded: tokens come straight from the source. */
  get isIdle(): boolean {
    return this.#contexts.length === 0;
  }

  /** The next token after full expansion; of an argument also the padding at its end. */
  next(isArgument = false): Token {
    for (;;) {
      let t = this.#raw();
      if (isPadding(t)) {
        this.#padding = true;
        continue;
      }
      if (this.#padding) {
        this.#padding = false;
        if (isArgument && t.kind === EOF) return PADDING;
        if (t.kind !== EOF && !(t.flags & SPACE)) t = t.with(t.flags | SPACE);
      }
      if (t.kind !== IDENT || t.name!.macro === null || t.flags & NO_EXPAND) return t;
      if (t.name!.macro.disabled) return t.with(t.flags | NO_EXPAND);
      if (t.name!.macro.dynamic === 'pragma') return t;
      if (!this.#expand(t, t.name!.macro)) return t;
    }
  }

  /** Expands a list by itself, as for `#if` and `#include`. */
  expandAll(tokens: Token[]): Token[] {
    const out = this.#argument(tokens);
    return out.length && isPadding(out[out.length - 1]!) ? out.slice(0, -1) : out;
  }

  #argument(tokens: Token[]): Token[] {
    let plain = true;
    for (const t of tokens) {
      if (t.kind === IDENT && t.name!.macro !== null) {
        plain = false;
        break;
      }
    }
    if (plain) return tokens;
    this.#contexts.push({ tokens, at: 0, macro: null, barrier: true });
    const out: Token[] = [];
    const outside = this.#padding;
    this.#padding = false;
    for (;;) {
      const t = this.next(true);
      if (t.kind === EOF) break;
      out.push(t);
    }
    this.#padding = outside;
    this.#contexts.pop();
    return out;
  }

  #raw(): Token {
    for (;;) {
      const top = this.#contexts[this.#contexts.length - 1];
      if (!top) return this.source.next();
      if (top.at < top.tokens.length) return top.tokens[top.at++]!;
      if (top.barrier) return END;
      if (top.macro) top.macro.disabled = false;
      this.#contexts.pop();
    }
  }

  /** Does an argument list follow? Looks past the ends of finished expansions. */
  #parenthesisFollows(): boolean {
    for (;;) {
      const top = this.#contexts[this.#contexts.length - 1];
      if (!top) return this.source.peek().text === '(';
      while (top.at < top.tokens.length && isPadding(top.tokens[top.at]!)) top.at++;
      if (top.at < top.tokens.length) return top.tokens[top.at]!.text === '(';
      if (top.barrier) return false;
      if (top.macro) top.macro.disabled = false;
      this.#contexts.pop();
    }
  }

  #expand(t: Token, macro: Macro): boolean {
    if (macro.dynamic) {
      this.#push([this.#dynamic(t, macro.dynamic)], null);
      return true;
    }
    if (macro.parameters === null) {
      const place = t;
      const out: Token[] = [];
      for (let i = 0; i < macro.body.length; i++) {
        const b = macro.body[i]!;
        out.push(b.at(place, i === 0 ? (t.flags & (SPACE | BOL)) | FROM_MACRO : (b.flags & ~BOL) | FROM_MACRO));
      }
      if (out.length === 0 && t.flags & SPACE) this.#padding = true;
      this.#push(macro.hasHash ? this.#pasteAll(out, t) : out, macro);
      return true;
    }
    if (!this.#parenthesisFollows()) return false;
    const args = this.#collect(t, macro);
    if (!args) return true;
    this.#push(this.#substitute(t, macro, args), macro);
    return true;
  }

  #push(tokens: Token[], macro: Macro | null): void {
    if (macro) macro.disabled = true;
    this.#contexts.push({ tokens, at: 0, macro, barrier: false });
  }

  #dynamic(t: Token, kind: Exclude<Macro['dynamic'], ''>): Token {
    const make = (what: typeof STRING | typeof NUMBER, text: string): Token => new Token(what, text, null, t.file, t.line, t.column, t.flags & SPACE);
    if (kind === 'file') return make(STRING, quoted(this.source.presumed(t).file));
    if (kind === 'base-file') return make(STRING, quoted(t.file.path));
    return make(NUMBER, String(kind === 'line' ? this.source.presumed(t).line : this.#counter++));
  }

  #collect(t: Token, macro: Macro): Token[][] | null {
    this.#raw();
    const parameters = macro.parameters!;
    const args: Token[][] = [[]];
    let depth = 0;
    let padding = false;
    for (;;) {
      let a = this.#raw();
      if (isPadding(a)) {
        padding = true;
        continue;
      }
      if (padding && a.kind !== EOF) a = a.with(a.flags | SPACE);
      padding = false;
      if (a.kind === EOF) {
        this.#error(t, `the call of macro ${t.text} is not closed by )`);
        return null;
      }
      if (a.kind === PUNCT) {
        if (a.text === '(') depth++;
        else if (a.text === ')') {
          if (depth-- === 0) break;
        } else if (a.text === ',' && depth === 0 && !(macro.variadic && args.length === parameters.length)) {
          args.push([]);
          continue;
        }
      }
      if (a.flags & BOL) a = a.with((a.flags & ~BOL) | SPACE);
      if (a.kind === IDENT && a.name!.macro?.disabled && !(a.flags & NO_EXPAND)) a = a.with(a.flags | NO_EXPAND);
      args[args.length - 1]!.push(a);
    }
    if (parameters.length === 0 && args.length === 1 && args[0]!.length === 0) return [];
    if (args.length === parameters.length - 1 && macro.variadic) args.push([]);
    if (args.length !== parameters.length) {
      this.#error(t, `macro ${t.text} takes ${parameters.length} argument${parameters.length === 1 ? '' : 's'}, here are ${args.length}`);
      return null;
    }
    return args;
  }

  #substitute(t: Token, macro: Macro, args: Token[][]): Token[] {
    const out: Token[] = [];
    const expanded: (Token[] | undefined)[] = [];
    const { body, parameterOf } = macro;
    const expand = (p: number): Token[] => (expanded[p] ??= this.#argument(args[p]!));
    const append = (list: Token[], like: Token, first: boolean): void => {
      if (list.length === 0 && (first ? t : like).flags & SPACE) out.push(PADDING);
      for (let j = 0; j < list.length; j++) {
        const a = list[j]!;
        const flags = j === 0 && !isPadding(a) ? (a.flags & ~(SPACE | BOL)) | (first ? t.flags & SPACE : like.flags & SPACE) : a.flags;
        out.push(flags === a.flags ? a : a.with(flags));
      }
    };
    /** Stands for nothing where ## needs an operand. 6.10.3.3. */
    const placemarker = (like: Token, first: boolean): Token => new Token(OTHER, '', null, t.file, t.line, t.column, (first ? t.flags : like.flags) & SPACE);
    /** Where the text of a __VA_OPT__ ends that is being read. */
    let optional = -1;
    for (let i = 0; i < body.length; i++) {
      const b = body[i]!;
      const first = i === 0;
      if (i === optional) continue;
      if (macro.variadic && b.name === this.#vaOpt && body[i + 1]?.text === '(') {
        optional = closing(body, i + 1);
        // The placemarker also carries the white space before __VA_OPT__.
        out.push(placemarker(b, first));
        if (expand(args.length - 1).some((a) => !isPadding(a))) {
          const [opened] = body.slice(i + 2, i + 3);
          if (i + 2 < optional && parameterOf[i + 2]! < 0 && opened!.text !== '#') {
            out[out.length - 1] = opened!.at(t, ((first ? t.flags : b.flags) & SPACE) | FROM_MACRO);
            i++;
          }
          i++;
        } else i = optional;
        continue;
      }
      if (macro.hasHash) {
        if (b.text === '#' && i + 1 < body.length && parameterOf[i + 1]! >= 0) {
          out.push(stringify(args[parameterOf[i + 1]!]!, b.at(t, (first ? t.flags : b.flags) & SPACE)));
          i++;
          continue;
        }
        if (b.text === '##' && out.length && i + 1 < body.length) {
          const next = body[i + 1]!;
          const p = parameterOf[i + 1]!;
          i++;
          if (p < 0) {
            this.#paste(out, next.at(t, next.flags & ~BOL));
            continue;
          }
          const arg = args[p]!;
          // GNU: `, ## __VA_ARGS__` drops the comma when there are no further arguments.
          if (out[out.length - 1]!.text === ',' && macro.variadic && p === args.length - 1) {
            if (arg.length === 0) out.pop();
            else append(expand(p), next, false);
            continue;
          }
          if (arg.length === 0) continue;
          this.#paste(out, arg[0]!);
          for (let j = 1; j < arg.length; j++) out.push(arg[j]!);
          continue;
        }
      }
      const p = parameterOf[i]!;
      if (p < 0) out.push(b.at(t, ((first ? t.flags : b.flags) & ~BOL) | FROM_MACRO));
      else if (!macro.hasHash || body[i + 1]?.text !== '##') append(expand(p), b, first);
      else if (args[p]!.length) append(args[p]!, b, first);
      else out.push(placemarker(b, first));
    }
    return macro.hasHash || optional >= 0 ? out.flatMap((x) => (x.text !== '' || isPadding(x) ? x : x.flags & SPACE ? PADDING : [])) : out;
  }

  #pasteAll(body: Token[], t: Token): Token[] {
    const out: Token[] = [];
    for (let i = 0; i < body.length; i++) {
      if (body[i]!.text === '##' && out.length && i + 1 < body.length) this.#paste(out, body[++i]!.at(t, 0));
      else out.push(body[i]!);
    }
    return out;
  }

  #paste(out: Token[], right: Token): void {
    const left = out.pop()!;
    if (left.text === '') {
      out.push(right.with((right.flags & ~(SPACE | BOL)) | (left.flags & SPACE)));
      return;
    }
    const text = left.text + right.text;
    const lexed = lex({ path: left.file.path, text }, this.#names, true);
    const first = lexed.tokens[0]!;
    if (lexed.tokens.length !== 2) {
      // Assembly pastes what C would not call a token; there the two simply stand side by side.
      out.push(left, right.with(right.flags & ~(SPACE | BOL)));
      return;
    }
    out.push(new Token(first.kind, first.text, first.name, left.file, left.line, left.column, (left.flags & ~NO_EXPAND) | FROM_MACRO));
  }

  #error(t: Token, message: string): void {
    this.#diagnostics.push({ severity: 'error', file: t.file.path, line: t.line, column: t.column, length: t.text.length || 1, message });
  }

  /** Which parameter each body token names; `__VA_ARGS__` is the last one. */
  parameterIndexes(body: Token[], parameters: Name[] | null, variadic: boolean): number[] {
    if (!parameters) return body.map(() => -1);
    return body.map((b) => {
      if (b.kind !== IDENT) return -1;
      if (variadic && b.name === this.#vaArgs) return parameters.length - 1;
      return parameters.indexOf(b.name!);
    });
  }
}

type Name = ReturnType<Names['get']>;
/** The parenthesis that closes the one at `open`. */
function closing(body: Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < body.length; i++) {
    if (body[i]!.text === '(') depth++;
    else if (body[i]!.text === ')' && --depth === 0) return i;
  }
  return body.length;
}

const END = new Token(EOF, '', null, { path: '', text: '' }, 0, 0, 0);

/** White space without a token: where something with white space before it expanded to nothing. */
const PADDING = new Token(OTHER, '', null, END.file, 0, 0, SPACE);
const isPadding = (t: Token): boolean => t === PADDING;

/** A path as a string literal. Bytes that are no text stay as they are. */
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`;
}

function spelling(a: Token): string {
  return a.flags & DIGRAPH ? DIGRAPHS.find(([, means]) => means === a.text)![0] : a.text;
}

/** 6.10.3.2: the spelling of the argument, white space between tokens as one space. */
function stringify(arg: Token[], like: Token): Token {
  let text = '';
  for (let i = 0; i < arg.length; i++) {
    const a = arg[i]!;
    if (i > 0 && a.flags & (SPACE | BOL)) text += ' ';
    text += a.kind === STRING || a.kind === CHAR ? a.text.replace(/[\\"]/g, '\\$&') : spelling(a);
  }
  return new Token(STRING, `"${text}"`, null, like.file, like.line, like.column, like.flags);
}
