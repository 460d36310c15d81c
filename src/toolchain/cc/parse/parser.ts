/**
 * What all parts of the parser share: the cursor, diagnostics, scopes. C11 (N1570), 6.2.1 "Scopes of identifiers".
 *
 * The grammar is split over several files that need one another (a statement may stand in an expression and the other
 * way round), so each reaches the others through `Parser.rules`.
 */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { EOF, IDENT, type Name, type Names, type Token } from '../preprocess/tokens.ts';
import type { CaseTarget, Expr, FunctionDefinition, Initializer, Label, Statement, SwitchCase, TranslationUnit } from '../tree.ts';
import { Variable } from '../tree.ts';
import { ERROR, INT, type Type } from '../types.ts';

/** Thrown after a report, caught where parsing can go on: at the next statement or declaration. */
export class SyntaxFailure {
  readonly at: Token;
  constructor(at: Token) {
    this.at = at;
  }
}

export type Symbol =
  | { kind: 'variable'; v: Variable }
  | { kind: 'typedef'; type: Type; at: Token }
  | { kind: 'constant'; value: bigint; type: Type; at: Token };

export interface Scope {
  readonly parent: Scope | null;
  readonly symbols: Map<Name, Symbol>;
  readonly tags: Map<Name, Type>;
}

export interface SwitchContext {
  type: Type;
  cases: SwitchCase[];
  fallback: CaseTarget | null;
}

export interface FunctionContext {
  definition: FunctionDefinition;
  result: Type;
  switches: SwitchContext[];
  loops: number;
}

export interface Rules {
  expression(p: Parser): Expr;
  assignment(p: Parser): Expr;
  constant(p: Parser): bigint;
  isTypeStart(p: Parser): boolean;
  typeName(p: Parser): Type;
  statement(p: Parser): Statement;
  /** After `{`, up to and including `}`. */
  blockItems(p: Parser): { body: Statement[]; end: Token };
  declaration(p: Parser, isFile: boolean): Statement[];
  record(p: Parser): Type;
  enumeration(p: Parser): Type;
  initializer(p: Parser, type: Type): { init: Initializer; type: Type };
  attributes(p: Parser): Attributes;
  asmStatement(p: Parser): Statement;
  builtin(p: Parser, name: Token): Expr | null;
}

export interface Attributes {
  section: string;
  aligned: number;
  packed: boolean;
  noreturn: boolean;
  alwaysInline: boolean;
  noinline: boolean;
  used: boolean;
  weak: boolean;
  naked: boolean;
  alias: string;
  mode: number;
}

export class Parser {
  readonly tokens: Token[];
  readonly diagnostics: Diagnostic[];
  readonly rules: Rules;
  readonly unit: TranslationUnit = { functions: [], variables: [], topLevelAsm: [] };
  /** Path of the unit itself: what is wrong in other files' unused code is not looked for. */
  readonly mainFile: string;
  readonly names: Names;
  pos = 0;
  tok: Token;
  scope: Scope = { parent: null, symbols: new Map(), tags: new Map() };
  readonly fileScope: Scope = this.scope;
  fn: FunctionContext | null = null;
  /** Inside sizeof and typeof: nothing there is evaluated, so nothing is used. */
  unevaluated = 0;
  /** Makes names of static locals, compound literals and local labels unique. */
  nextStatic = 0;
  /** Names that `__label__` has made local to the block: to the keys of their labels. */
  localLabels: ReadonlyMap<string, string> = new Map();

  constructor(tokens: Token[], names: Names, mainFile: string, diagnostics: Diagnostic[], rules: Rules) {
    this.tokens = tokens;
    this.tok = tokens[0]!;
    this.names = names;
    this.mainFile = mainFile;
    this.diagnostics = diagnostics;
    this.rules = rules;
  }

  next(): Token {
    const t = this.tok;
    if (t.kind !== EOF) this.tok = this.tokens[++this.pos]!;
    return t;
  }

  seek(pos: number): void {
    this.pos = pos;
    this.tok = this.tokens[pos]!;
  }

  peek(n = 1): Token {
    return this.tokens[Math.min(this.pos + n, this.tokens.length - 1)]!;
  }

  is(text: string): boolean {
    return this.tok.text === text && this.tok.kind !== 3 && this.tok.kind !== 4;
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  /** A missing `;` or `)` is pointed at behind the token before it, where it belongs. */
  expect(text: string, why: string): Token {
    if (this.is(text)) return this.next();
    const before = this.tokens[this.pos - 1];
    const found = this.tok.kind === EOF ? 'the end of the file' : `\`${this.tok.text}\``;
    if (before && (text === ';' || text === ')' || text === ']') && (before.line !== this.tok.line || before.file !== this.tok.file)) {
      this.report('error', before, `expected ${text} ${why}`, before.column + before.text.length, 1);
    } else this.error(this.tok, `expected ${text} ${why}, found ${found}`);
    throw new SyntaxFailure(this.tok);
  }

  /** An identifier that is no keyword. */
  get isName(): boolean {
    return this.tok.kind === IDENT && !this.tok.name!.keyword;
  }

  expectName(what: string): Token {
    if (this.isName) return this.next();
    this.fail(this.tok, this.tok.kind === IDENT ? `\`${this.tok.text}\` is a keyword and cannot be ${what}`
      : `expected ${what}, found ${this.tok.kind === EOF ? 'the end of the file' : `\`${this.tok.text}\``}`);
  }

  fail(at: Token, message: string): never {
    this.error(at, message);
    throw new SyntaxFailure(at);
  }

  error(at: Token, message: string): void {
    this.report('error', at, message);
  }

  warn(at: Token, message: string): void {
    this.report('warning', at, message);
  }

  report(severity: 'error' | 'warning' | 'note', at: Token, message: string, column = at.column, length = Math.max(1, at.text.length)): void {
    const last = this.diagnostics[this.diagnostics.length - 1];
    if (last && last.line === at.line && last.column === column && last.message === message && last.file === at.file.path) return;
    this.diagnostics.push({ severity, file: at.file.path, line: at.line, column, length, message });
  }

  errorExpr(at: Token): Expr {
    return { kind: 'const', type: ERROR, at, value: 0n };
  }

  int(at: Token, value: bigint, type: Type = INT): Expr {
    return { kind: 'const', type, at, value };
  }

  push(): void {
    this.scope = { parent: this.scope, symbols: new Map(), tags: new Map() };
  }

  pop(): void {
    this.scope = this.scope.parent!;
  }

  lookup(name: Name): Symbol | null {
    for (let s: Scope | null = this.scope; s; s = s.parent) {
      const found = s.symbols.get(name);
      if (found) return found;
    }
    return null;
  }

  lookupTag(name: Name): Type | null {
    for (let s: Scope | null = this.scope; s; s = s.parent) {
      const found = s.tags.get(name);
      if (found) return found;
    }
    return null;
  }

  /** Passes over the rest of a broken statement or declaration. */
  recover(): void {
    let depth = 0;
    for (;;) {
      const t = this.tok;
      if (t.kind === EOF) return;
      if (t.text === '{' || t.text === '(' || t.text === '[') depth++;
      else if (t.text === '}') {
        if (depth <= 0) return;
        depth--;
        if (depth === 0) {
          this.next();
          return;
        }
      } else if (t.text === ')' || t.text === ']') depth = Math.max(0, depth - 1);
      else if (t.text === ';' && depth <= 0) {
        this.next();
        return;
      }
      this.next();
    }
  }

  /** From `{` to behind its `}`. */
  skipBraces(): Token {
    let depth = 0;
    for (;;) {
      const t = this.tok;
      if (t.kind === EOF) this.fail(t, 'expected } to close the function, found the end of the file');
      this.next();
      if (t.kind === 5) {
        if (t.text === '{') depth++;
        else if (t.text === '}' && --depth === 0) return t;
      }
    }
  }

  label(name: Token): Label {
    const labels = this.fn!.definition.labels;
    const key = this.localLabels.get(name.text) ?? name.text;
    let label = labels.get(key);
    if (!label) labels.set(key, (label = { name: name.text, symbol: '', at: name, defined: false, used: false, addressTaken: false }));
    return label;
  }

  /** A new automatic variable of the current function. */
  local(name: string, type: Type, at: Token): Variable {
    const v = new Variable(name, type, 'local', at);
    this.fn?.definition.locals.push(v);
    return v;
  }
}
