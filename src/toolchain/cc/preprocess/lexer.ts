/**
 * Text to preprocessing tokens, a whole file at a time. C11 (N1570), 5.1.1.2 translation phases 2 and 3.
 */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { BOL, CHAR, EOF, IDENT, NUMBER, OTHER, PUNCT, SPACE, STRING, Token, type Macro, type Names, type SourceFile } from './tokens.ts';

export interface LexedFile {
  readonly file: SourceFile;
  /** Ends with an EOF token. */
  readonly tokens: Token[];
  readonly diagnostics: Diagnostic[];
  /** The macro whose definition makes the file empty: `#ifndef X` before and `#endif` after everything else. */
  readonly guard: string | null;
  /** Definitions and includes that were read before, by the position of what follows the directive's word. */
  readonly known: (KnownLine | undefined)[];
}

/** A directive that means the same in every unit that comes by: where its line ends, and the macro or header it names. */
export interface KnownLine {
  readonly end: number;
  readonly macro?: Macro;
  readonly header?: { readonly path: string; readonly quoted: boolean };
}

/** Longest first within one first character. */
const PUNCTUATORS: string[][] = [];
for (const p of ('... <<= >>= -> ++ -- << >> <= >= == != && || *= /= %= += -= &= ^= |= ## ' +
  '[ ] ( ) { } . & * + - ~ ! / % < > ^ | ? : ; = , #').split(' ')) {
  (PUNCTUATORS[p.charCodeAt(0)] ??= []).push(p);
}

const IDENT_START = new Uint8Array(128);
const IDENT_PART = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const letter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
  if (letter) IDENT_START[c] = 1;
  if (letter || (c >= 48 && c <= 57)) IDENT_PART[c] = 1;
}
/** gcc takes `$` in names; assembly wants it as a token of its own. */
const isStart = (c: number): boolean => (c < 128 ? IDENT_START[c] === 1 : false);
const isDigit = (c: number): boolean => c >= 48 && c <= 57;

/** `assembly`: an apostrophe without a partner is no error there, and numeric labels (`1b`) are numbers. */
export function lex(file: SourceFile, names: Names, assembly = false): LexedFile {
  const { text } = file;
  const tokens: Token[] = [];
  const diagnostics: Diagnostic[] = [];
  const end = text.length;
  let at = 0;
  let line = 1;
  let lineStart = 0;
  let flags = BOL;

  const complain = (column: number, length: number, message: string): void => {
    diagnostics.push({ severity: 'error', file: file.path, line, column, length, message });
  };

  for (;;) {
    const c = at < end ? text.charCodeAt(at) : -1;
    if (c === 32 || c === 9 || c === 13 || c === 12) {
      at++;
      flags |= SPACE;
      continue;
    }
    if (c === 10) {
      at++;
      line++;
      lineStart = at;
      flags = BOL;
      continue;
    }
    if (c === 92 && /^\\[ \t\r]*\n/.test(text.slice(at, at + 40))) {
      at = text.indexOf('\n', at) + 1;
      line++;
      lineStart = at;
      flags |= SPACE;
      continue;
    }
    if (c === 47 && text.charCodeAt(at + 1) === 42) {
      const close = text.indexOf('*/', at + 2);
      if (close < 0) {
        complain(at - lineStart + 1, 2, 'this comment is never closed by */');
        at = end;
        continue;
      }
      for (let n = text.indexOf('\n', at); n >= 0 && n < close; n = text.indexOf('\n', n + 1)) {
        line++;
        lineStart = n + 1;
      }
      at = close + 2;
      flags |= SPACE;
      continue;
    }
    if (c === 47 && text.charCodeAt(at + 1) === 47) {
      let n = text.indexOf('\n', at);
      while (n > 0 && text.charCodeAt(n - 1) === 92) {
        line++;
        lineStart = n + 1;
        n = text.indexOf('\n', n + 1);
      }
      at = n < 0 ? end : n;
      flags |= SPACE;
      continue;
    }
    const start = at;
    const column = start - lineStart + 1;
    if (c < 0) {
      tokens.push(new Token(EOF, '', null, file, line, column, BOL));
      break;
    }
    if (isStart(c)) {
      do at++;
      while (at < end && text.charCodeAt(at) < 128 && IDENT_PART[text.charCodeAt(at)]);
      const next = text.charCodeAt(at);
      if (next === 34 || next === 39) {
        const prefix = text.slice(start, at);
        if (!assembly && (prefix === 'L' || prefix === 'u' || prefix === 'U' || prefix === 'u8')) {
          complain(column, at - start, 'wide and Unicode literals are not supported; write a plain one');
          continue;
        }
      }
      const name = names.get(text.slice(start, at));
      tokens.push(new Token(IDENT, name.text, name, file, line, column, flags));
    } else if (isDigit(c) || (c === 46 && isDigit(text.charCodeAt(at + 1)))) {
      at++;
      for (; at < end; at++) {
        const d = text.charCodeAt(at);
        if ((d === 43 || d === 45) && /[eEpP]/.test(text[at - 1]!) && !/^0[xX]/.test(text.slice(start, start + 2)) && !assembly) continue;
        if (!(d === 46 || (d < 128 && IDENT_PART[d]))) break;
      }
      tokens.push(new Token(NUMBER, text.slice(start, at), null, file, line, column, flags));
    } else if (c === 34 || c === 39) {
      at++;
      let spliced = false;
      const startLine = line;
      let closed = false;
      while (at < end) {
        const d = text.charCodeAt(at);
        if (d === c) {
          closed = true;
          at++;
          break;
        }
        if (d === 10) break;
        if (d === 92) {
          if (text.charCodeAt(at + 1) === 10) {
            spliced = true;
            line++;
            lineStart = at + 2;
          }
          at++;
        }
        at++;
      }
      if (!closed && assembly && c === 39) {
        at = start + 1;
        line = startLine;
        tokens.push(new Token(OTHER, "'", null, file, line, column, flags));
      } else {
        if (!closed) complain(column, at - start, c === 34 ? 'this string is not closed by " on its line' : "this character constant is not closed by '");
        let spelling = text.slice(start, at);
        if (spliced) spelling = spelling.replaceAll('\\\n', '');
        if (!closed) spelling += String.fromCharCode(c);
        tokens.push(new Token(c === 34 ? STRING : CHAR, spelling, null, file, startLine, column, flags));
      }
    } else {
      const candidates = PUNCTUATORS[c];
      const punctuator = candidates?.find((p) => text.startsWith(p, at));
      if (punctuator) {
        at += punctuator.length;
        tokens.push(new Token(PUNCT, punctuator, null, file, line, column, flags));
      } else {
        at++;
        tokens.push(new Token(OTHER, text[start]!, null, file, line, column, flags));
      }
    }
    flags = 0;
  }
  return { file, tokens, diagnostics, guard: findGuard(tokens), known: [] };
}

function findGuard(tokens: Token[]): string | null {
  if (tokens.length < 7 || tokens[0]!.text !== '#' || tokens[1]!.text !== 'ifndef' || tokens[2]!.kind !== IDENT) return null;
  let depth = 0;
  for (let i = 0; i < tokens.length - 1; i++) {
    const t = tokens[i]!;
    if (t.text !== '#' || !(t.flags & BOL)) continue;
    const word = tokens[i + 1]!.text;
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') depth++;
    else if ((word === 'else' || word === 'elif') && depth === 1) return null;
    else if (word === 'endif' && --depth === 0) return tokens[i + 2]!.kind === EOF ? tokens[2]!.text : null;
  }
  return null;
}
