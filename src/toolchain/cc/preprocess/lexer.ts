/**
 * Text to preprocessing tokens, a whole file at a time. C11 (N1570), 5.1.1.2 translation phases 2 and 3.
 */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { badEscape } from '../literals.ts';
import { BOL, CHAR, DIGRAPH, DIGRAPHS, EOF, IDENT, NUMBER, OTHER, PUNCT, SPACE, STRING, Token, type Macro, type Names, type SourceFile } from './tokens.ts';

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
/** What may stand in a name besides letters, digits and _, and (of that) what may not begin one. C11, Annex D. */
const EXTENDED = new RegExp('[\\u{a8}\\u{aa}\\u{ad}\\u{af}\\u{b2}-\\u{b5}\\u{b7}-\\u{ba}\\u{bc}-\\u{be}\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{167f}' +
  '\\u{1681}-\\u{180d}\\u{180f}-\\u{1fff}\\u{200b}-\\u{200d}\\u{202a}-\\u{202e}\\u{203f}-\\u{2040}\\u{2054}\\u{2060}-\\u{218f}\\u{2460}-\\u{24ff}' +
  '\\u{2776}-\\u{2793}\\u{2c00}-\\u{2dff}\\u{2e80}-\\u{2fff}\\u{3004}-\\u{3007}\\u{3021}-\\u{302f}\\u{3031}-\\u{d7ff}\\u{f900}-\\u{fd3d}' +
  '\\u{fd40}-\\u{fdcf}\\u{fdf0}-\\u{fe44}\\u{fe47}-\\u{fffd}\\u{10000}-\\u{efffd}]', 'u');
const COMBINING = /[\u{300}-\u{36f}\u{1dc0}-\u{1dff}\u{20d0}-\u{20ff}\u{fe20}-\u{fe2f}]/u;
const UNIVERSAL_NAME = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;

interface Spliced {
  readonly text: string;
  /** Where in it a line of the file begins that a backslash had joined to the one before. */
  readonly joints: readonly number[];
}

/** Phase 2: a backslash at the end of a line joins it to the next one, also inside a token. */
function splice(text: string): Spliced {
  if (!text.includes('\\')) return { text, joints: [] };
  const joints: number[] = [];
  const parts: string[] = [];
  let from = 0, length = 0;
  for (const { 0: found, index } of text.matchAll(/\\[ \t\r\f]*\n/g)) {
    parts.push(text.slice(from, index));
    length += index - from;
    joints.push(length);
    from = index + found.length;
  }
  if (from === 0) return { text, joints };
  parts.push(text.slice(from));
  return { text: parts.join(''), joints };
}

/** The character of a name that begins at `at`, as it is or as a universal character name: its text and its length here. */
function extended(text: string, at: number, first: boolean): { text: string; length: number } | null {
  let point = text.codePointAt(at)!;
  let length = point > 0xffff ? 2 : 1;
  if (point === 92) {
    UNIVERSAL_NAME.lastIndex = at;
    const m = UNIVERSAL_NAME.exec(text);
    if (!m) return null;
    point = parseInt(m[1] ?? m[2]!, 16);
    length = m[0].length;
  }
  if (point > 0x10ffff) return null;
  const c = String.fromCodePoint(point);
  return EXTENDED.test(c) && !(first && COMBINING.test(c)) ? { text: c, length } : null;
}

/** `assembly`: an apostrophe without a partner is no error there, and numeric labels (`1b`) are numbers. */
export function lex(file: SourceFile, names: Names, assembly = false): LexedFile {
  const { text, joints } = splice(file.text);
  const tokens: Token[] = [];
  const diagnostics: Diagnostic[] = [];
  const end = text.length;
  // A byte order mark is no part of the text.
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  let lineStart = at;
  let joint = 0;
  let flags = BOL;
  /** gcc takes `$` in names; assembly wants it as a token of its own. */
  const isStart = (c: number): boolean => c < 128 ? IDENT_START[c] === 1 || (c === 36 && !assembly) : false;

  const complain = (column: number, length: number, message: string, severity: 'error' | 'warning' = 'error'): void => {
    diagnostics.push({ severity, file: file.path, line, column, length, message });
  };

  for (;;) {
    const c = at < end ? text.charCodeAt(at) : -1;
    if (c === 32 || c === 9 || c === 13 || c === 12 || c === 11) {
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
      const n = text.indexOf('\n', at);
      at = n < 0 ? end : n;
      flags |= SPACE;
      continue;
    }
    const start = at;
    while (joint < joints.length && joints[joint]! <= start) {
      line++;
      lineStart = Math.max(lineStart, joints[joint++]!);
    }
    const column = start - lineStart + 1;
    if (c < 0) {
      tokens.push(new Token(EOF, '', null, file, line, column, BOL));
      break;
    }
    if (isStart(c) || (!assembly && (c > 127 || c === 92) && extended(text, at, true))) {
      let spelling = '';
      let from = at;
      for (;;) {
        const d = at < end ? text.charCodeAt(at) : 0;
        if (d < 128 && (IDENT_PART[d] === 1 || (d === 36 && !assembly))) {
          at++;
          continue;
        }
        const other = !assembly && (d > 127 || d === 92) ? extended(text, at, at === start) : null;
        if (!other) break;
        spelling += text.slice(from, at) + other.text;
        from = at += other.length;
      }
      spelling += text.slice(from, at);
      const next = text.charCodeAt(at);
      if (next === 34 || next === 39) {
        if (!assembly && (spelling === 'L' || spelling === 'u' || spelling === 'U' || spelling === 'u8')) {
          complain(column, at - start, 'wide and Unicode literals are not supported; write a plain one');
          continue;
        }
      }
      const name = names.get(spelling);
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
      let closed = false;
      while (at < end) {
        const d = text.charCodeAt(at);
        if (d === c) {
          closed = true;
          at++;
          break;
        }
        if (d === 10) break;
        at += d === 92 && text.charCodeAt(at + 1) !== 10 ? 2 : 1;
      }
      at = Math.min(at, end);
      if (!closed && assembly && c === 39) {
        at = start + 1;
        tokens.push(new Token(OTHER, "'", null, file, line, column, flags));
      } else {
        if (!closed) complain(column, at - start, c === 34 ? 'this string is not closed by " on its line' : "this character constant is not closed by '");
        let spelling = text.slice(start, at);
        if (!closed) spelling += String.fromCharCode(c);
        else if (!assembly) {
          const bad = badEscape(spelling);
          if (bad) complain(column + bad.at, bad.length, bad.message, bad.severity);
        }
        tokens.push(new Token(c === 34 ? STRING : CHAR, spelling, null, file, line, column, flags));
      }
    } else {
      const candidates = PUNCTUATORS[c];
      const punctuator = candidates?.find((p) => text.startsWith(p, at));
      if (punctuator) {
        at += punctuator.length;
        const digraph = assembly || (c !== 60 && c !== 37 && c !== 58) ? undefined : DIGRAPHS.find(([spelling]) => text.startsWith(spelling, start));
        if (digraph && digraph[0].length >= punctuator.length) {
          at = start + digraph[0].length;
          tokens.push(new Token(PUNCT, digraph[1], null, file, line, column, flags | DIGRAPH));
        } else tokens.push(new Token(PUNCT, punctuator, null, file, line, column, flags));
      } else {
        at += text.codePointAt(at)! > 0xffff ? 2 : 1;
        tokens.push(new Token(OTHER, text.slice(start, at), null, file, line, column, flags));
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
