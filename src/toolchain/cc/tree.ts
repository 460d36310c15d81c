/**
 * The typed syntax tree. All conversions are explicit casts; constants are folded; names are resolved to variables.
 */
import type { Token } from './preprocess/tokens.ts';
import type { Field, Type } from './types.ts';

export class Variable {
  readonly name: string;
  type: Type;
  /** Where it is defined, else where it was declared first. */
  at: Token;
  /** local: automatic; global: any static storage, also of a static local. */
  kind: 'local' | 'global' | 'function';
  isParameter = false;
  /** Declared `register`: its address cannot be taken. */
  isRegister = false;
  /** Has internal linkage, or is a static local. */
  isStatic = false;
  isExtern = false;
  /** Name in assembly. */
  symbol: string;
  addressTaken = false;
  /** Written after its initialisation. */
  assigned = false;
  used = false;
  register = '';
  threadLocal = false;
  section = '';
  align = 0;
  weak = false;
  keep = false;
  aliasOf = '';
  definition: FunctionDefinition | null = null;
  defined = false;
  tentative = false;
  initializer: Initializer | null = null;
  attributes: FunctionAttributes | null = null;

  constructor(name: string, type: Type, kind: 'local' | 'global' | 'function', at: Token) {
    this.name = name;
    this.type = type;
    this.kind = kind;
    this.at = at;
    this.symbol = name;
    if (kind === 'function') this.attributes = { noreturn: false, alwaysInline: false, noinline: false, inline: false, naked: false };
  }
}

export interface FunctionAttributes {
  noreturn: boolean;
  alwaysInline: boolean;
  noinline: boolean;
  inline: boolean;
  naked: boolean;
}

export interface FunctionDefinition {
  variable: Variable;
  parameters: Variable[];
  /** All automatic variables, in order of declaration. */
  locals: Variable[];
  body: Statement | null;
  /** Reads the body when it is first needed: of an inline function in a header mostly never. */
  parse: (() => void) | null;
  end: Token | null;
  /** Rough number of operations, for the decision to inline. */
  weight: number;
  labels: Map<string, Label>;
}

export interface Label {
  name: string;
  /** In assembly, once somebody needs it. */
  symbol: string;
  at: Token;
  defined: boolean;
  used: boolean;
  addressTaken: boolean;
}

export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>' | '==' | '!=' | '<' | '>' | '<=' | '>=';

interface ExprOf<K extends string> {
  kind: K;
  type: Type;
  at: Token;
}

export type Expr =
  | (ExprOf<'const'> & { value: bigint })
  | (ExprOf<'string'> & { bytes: Uint8Array })
  | (ExprOf<'var'> & { v: Variable })
  | (ExprOf<'deref'> & { e: Expr })
  | (ExprOf<'member'> & { e: Expr; field: Field; offset: number })
  | (ExprOf<'addr'> & { e: Expr })
  | (ExprOf<'neg'> & { e: Expr })
  | (ExprOf<'compl'> & { e: Expr })
  | (ExprOf<'not'> & { e: Expr })
  | (ExprOf<'binary'> & { op: BinaryOp; l: Expr; r: Expr })
  | (ExprOf<'and'> & { l: Expr; r: Expr })
  | (ExprOf<'or'> & { l: Expr; r: Expr })
  /** pointer + index * scale; the index is a 64-bit integer. */
  | (ExprOf<'padd'> & { l: Expr; r: Expr; scale: number; minus: boolean })
  | (ExprOf<'pdiff'> & { l: Expr; r: Expr; scale: number })
  | (ExprOf<'assign'> & { l: Expr; r: Expr; initialises: boolean })
  /** l = (type of l)((compute)l op r); scale: of pointers, else 0. */
  | (ExprOf<'opassign'> & { op: BinaryOp; l: Expr; r: Expr; compute: Type; scale: number })
  | (ExprOf<'step'> & { e: Expr; delta: bigint; postfix: boolean })
  | (ExprOf<'cond'> & { c: Expr; t: Expr; f: Expr })
  | (ExprOf<'comma'> & { l: Expr; r: Expr })
  | (ExprOf<'cast'> & { e: Expr })
  | (ExprOf<'call'> & { fn: Expr; args: Expr[] })
  | (ExprOf<'block'> & { body: Statement[]; value: Expr | null })
  | (ExprOf<'compound'> & { v: Variable; init: Initializer })
  | (ExprOf<'builtin'> & { name: string; args: Expr[]; target: Type | null })
  | (ExprOf<'labeladdr'> & { label: Label });

export type ExprKind = Expr['kind'];
export type ExprWith<K extends ExprKind> = Extract<Expr, { kind: K }>;

/** A flattened initialiser: what goes where. Later elements win over earlier ones. */
export interface Initializer {
  elements: InitElement[];
  /** Braces stood there: what no element names is zero. */
  zeroes: boolean;
}

export interface InitElement {
  offset: number;
  type: Type;
  field: Field | null;
  value: Expr;
  /** The unions that it is a part of, outermost first, and of which member. */
  inside?: readonly UnionChoice[];
}

export interface UnionChoice {
  type: Type;
  field: Field;
  /** From the start of the union to the element. */
  distance: number;
  /** Unions around this one. */
  depth: number;
}

export interface AsmOperandNode {
  name: string;
  constraint: string;
  e: Expr;
  at: Token;
}

export interface AsmStatement {
  kind: 'asm';
  at: Token;
  template: string;
  volatile: boolean;
  outputs: AsmOperandNode[];
  inputs: AsmOperandNode[];
  clobbers: string[];
  labels: Label[];
}

export interface SwitchCase {
  low: bigint;
  high: bigint;
  target: CaseTarget;
}
/** Its place in the body; identity is what matters. */
export interface CaseTarget {
  isDefault: boolean;
}

export type Statement =
  | { kind: 'expr'; at: Token; e: Expr }
  | { kind: 'if'; at: Token; c: Expr; yes: Statement; otherwise: Statement | null }
  | { kind: 'while'; at: Token; c: Expr; body: Statement }
  | { kind: 'do'; at: Token; c: Expr; body: Statement }
  | { kind: 'for'; at: Token; init: Statement | null; c: Expr | null; step: Expr | null; body: Statement }
  | { kind: 'switch'; at: Token; e: Expr; cases: SwitchCase[]; fallback: CaseTarget | null; body: Statement }
  | { kind: 'case'; at: Token; target: CaseTarget }
  | { kind: 'label'; at: Token; label: Label }
  | { kind: 'goto'; at: Token; label: Label }
  | { kind: 'computed-goto'; at: Token; e: Expr }
  | { kind: 'break' | 'continue' | 'empty'; at: Token }
  | { kind: 'return'; at: Token; e: Expr | null }
  | { kind: 'block'; at: Token; body: Statement[]; end: Token }
  | { kind: 'declare'; at: Token; v: Variable; init: Initializer | null }
  | { kind: 'trace'; at: Token; name: string; args: { name: string; e: Expr }[] }
  | AsmStatement;

/** All that one translation unit defines. */
export interface TranslationUnit {
  functions: FunctionDefinition[];
  variables: Variable[];
  topLevelAsm: { at: Token; template: string }[];
}

/** The place an lvalue is part of, if that is a variable itself. */
export function rootVariable(e: Expr): Variable | null {
  for (let x = e; ; ) {
    if (x.kind === 'member') x = x.e;
    else if (x.kind === 'var') return x.v;
    else if (x.kind === 'compound') return x.v;
    else return null;
  }
}
