/**
 * Preprocessing tokens. C11 (N1570), 6.4 "Lexical elements".
 *
 * Names are interned: an identifier token points at its `Name`, which knows whether it is a keyword and which macro it
 * stands for at the moment. So neither the preprocessor nor the parser looks strings up.
 */
export const IDENT = 1;
export const NUMBER = 2;
export const STRING = 3;
export const CHAR = 4;
export const PUNCT = 5;
export const OTHER = 6;
export const EOF = 0;
export type TokenKind = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** White space stands before the token. */
export const SPACE = 1;
/** The token is the first of its line. */
export const BOL = 2;
/** An identifier that its own macro's expansion produced: never expanded again. */
export const NO_EXPAND = 4;
/** The token comes out of a macro of a header or the like: warnings about it are not the file's. */
export const FROM_MACRO = 8;

/** Written as a digraph: what # makes a string of keeps its spelling. */
export const DIGRAPH = 16;
/** On the } of a list of members: 1 + log2 of what #pragma pack says there, from this bit on. */
export const PACK_SHIFT = 5;

/** 6.4.6p3, longest first. */
export const DIGRAPHS: readonly (readonly [spelling: string, means: string])[] =
  [['%:%:', '##'], ['%:', '#'], ['<:', '['], [':>', ']'], ['<%', '{'], ['%>', '}']];

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export class Name {
  readonly text: string;
  readonly keyword: boolean;
  macro: Macro | null = null;
  constructor(text: string, keyword: boolean) {
    this.text = text;
    this.keyword = keyword;
  }
}

export class Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly name: Name | null;
  readonly file: SourceFile;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly flags: number;
  constructor(kind: TokenKind, text: string, name: Name | null, file: SourceFile, line: number, column: number, flags: number) {
    this.kind = kind;
    this.text = text;
    this.name = name;
    this.file = file;
    this.line = line;
    this.column = column;
    this.flags = flags;
  }

  with(flags: number): Token {
    return new Token(this.kind, this.text, this.name, this.file, this.line, this.column, flags);
  }

  /** The same spelling, standing where a macro was invoked. */
  at(place: Token, flags: number): Token {
    return new Token(this.kind, this.text, this.name, place.file, place.line, place.column, flags);
  }
}

export interface Macro {
  readonly name: Name;
  /** null: object-like. */
  readonly parameters: Name[] | null;
  readonly variadic: boolean;
  readonly body: Token[];
  /** For each body token the index of the parameter it names, or -1. */
  readonly parameterOf: number[];
  readonly hasHash: boolean;
  /** pragma: not a macro, the operator _Pragma. */
  readonly dynamic: '' | 'file' | 'base-file' | 'line' | 'counter' | 'pragma';
  /** Its expansion is being read: it must not expand again. 6.10.3.4. */
  disabled: boolean;
}

const KEYWORDS = `auto break case char const continue default do double else enum extern float for goto if inline int long register restrict
return short signed sizeof static struct switch typedef union unsigned void volatile while _Alignas _Alignof _Bool _Generic _Noreturn
_Static_assert _Thread_local __thread __inline __inline__ __const __const__ __volatile __volatile__ __restrict __restrict__ __signed__ __signed
asm __asm __asm__ typeof __typeof __typeof__ __attribute__ __attribute __alignof__ __alignof __extension__ __auto_type __label__ _Atomic
_Complex __int128 _Float128 __seg_gs __seg_fs`.split(/\s+/);

/** All names of one build. */
export class Names {
  readonly #table = new Map<string, Name>();

  constructor() {
    for (const word of KEYWORDS) this.#table.set(word, new Name(word, true));
  }

  get(text: string): Name {
    let name = this.#table.get(text);
    if (!name) this.#table.set(text, (name = new Name(text, false)));
    return name;
  }
}
