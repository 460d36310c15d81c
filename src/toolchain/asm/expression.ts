/**
 * Reading one statement of assembly: a cursor over its text, and expressions. Operators and their precedence are GNU
 * as's ("Infix Operators"), in which | and & bind tighter than + and -.
 */
import type { AsmExpr } from './items.ts';

/** A mistake in a statement, caught by the parser where the statement begins and reported with its place. */
export class Mistake {
  readonly message: string;
  readonly at: number;
  readonly length: number;

  constructor(message: string, at: number, length = 1) {
    this.message = message;
    this.at = at;
    this.length = length;
  }
}

const IDENTIFIER = /[A-Za-z_.$][\w.$]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|0[bB][01]+|\d+/y;
const LOCAL_REFERENCE = /\d+[bf](?![\w.$])/y;
const SPACE = /[ \t\r\f]*/y;

export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  space(): void {
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === 32 || (code >= 9 && code <= 13)) code = text.charCodeAt(++this.at);
  }

  /** The next character after blanks, '' at the end. */
  peek(): string {
    this.space();
    return this.text[this.at] ?? '';
  }

  get done(): boolean {
    return this.peek() === '';
  }

  take(text: string): boolean {
    this.space();
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return undefined;
    this.at = pattern.lastIndex;
    return found[0];
  }

  identifier(): string | undefined {
    this.space();
    return this.match(IDENTIFIER);
  }

  expect(text: string, after: string): void {
    if (!this.take(text)) throw this.mistake(`expected '${text}' ${after}`);
  }

  /** What is left, without blanks at the ends; the cursor is at the end then. */
  rest(): string {
    this.space();
    const rest = this.text.slice(this.at).trimEnd();
    this.at = this.text.length;
    return rest;
  }

  mistake(message: string, at = this.at): Mistake {
    SPACE.lastIndex = at;
    SPACE.exec(this.text);
    const start = Math.min(SPACE.lastIndex, this.text.length);
    const word = /^[\w.$%@]+/.exec(this.text.slice(start))?.[0].length ?? 1;
    return new Mistake(message, start, word);
  }
}

/** Values of symbols that are known while parsing (`.set`). */
export type Constants = ReadonlyMap<string, bigint>;

/** `|| &&` 1, comparisons 2, `+ -` 3, `| & ^ !` 4, `* / % << >>` 5. */
const PRECEDENCE: readonly (readonly [string, number])[] = [
  ['||', 1], ['&&', 1], ['==', 2], ['!=', 2], ['<>', 2], ['<=', 2], ['>=', 2], ['<<', 5], ['>>', 5], ['<', 2], ['>', 2],
  ['+', 3], ['-', 3], ['|', 4], ['&', 4], ['^', 4], ['!', 4], ['*', 5], ['/', 5], ['%', 5],
];

export function parseExpression(cursor: Cursor, constants: Constants): AsmExpr {
  return binary(cursor, constants, 1);
}

/** An expression that must be a number already. */
export function parseConstant(cursor: Cursor, constants: Constants, what: string): bigint {
  cursor.space();
  const start = cursor.at;
  const value = parseExpression(cursor, constants);
  if (value.symbol !== undefined || value.minus !== undefined)
    throw new Mistake(`${what} must be a number that is known here, but '${value.symbol ?? value.minus}' is a label or is not defined yet`, start,
    cursor.at - start);
  return value.addend;
}

function operatorAt(cursor: Cursor): readonly [string, number] | undefined {
  cursor.space();
  const { text, at } = cursor;
  const first = text.charCodeAt(at);
  // Most expressions end at ',' or '(' or the end of the statement.
  if (first === 44 || first === 40 || first === 41 || Number.isNaN(first)) return undefined;
  for (const operator of PRECEDENCE) {
    if (!text.startsWith(operator[0], at)) continue;
    // `%` before a name is a register, not a remainder.
    if (operator[0] === '%' && /[a-z]/.test(text[at + 1] ?? '')) return undefined;
    return operator;
  }
  return undefined;
}

function binary(cursor: Cursor, constants: Constants, least: number): AsmExpr {
  let left = unary(cursor, constants);
  for (;;) {
    const operator = operatorAt(cursor);
    if (!operator || operator[1] < least) return left;
    const at = cursor.at;
    cursor.at += operator[0].length;
    const right = binary(cursor, constants, operator[1] + 1);
    left = combine(operator[0], left, right, cursor, at);
  }
}

function unary(cursor: Cursor, constants: Constants): AsmExpr {
  const next = cursor.peek();
  const at = cursor.at;
  if (next === '-' || next === '~' || next === '!' || next === '+') {
    cursor.at++;
    const inner = unary(cursor, constants);
    if (next === '+') return inner;
    if (next === '-') return combine('-', { addend: 0n }, inner, cursor, at);
    if (inner.symbol !== undefined || inner.minus !== undefined) throw cursor.mistake(`'${next}' needs a number, not a label`, at);
    return { addend: next === '~' ? ~inner.addend : inner.addend === 0n ? 1n : 0n };
  }
  if (next === '(') {
    cursor.at++;
    const inner = binary(cursor, constants, 1);
    cursor.expect(')', 'to close the parenthesis');
    return inner;
  }
  if (next === "'") {
    cursor.at++;
    const code = characterCode(cursor);
    cursor.take("'");
    return { addend: BigInt(code) };
  }
  const local = cursor.match(LOCAL_REFERENCE);
  if (local !== undefined) return { symbol: local, addend: 0n };
  const number = cursor.match(NUMBER);
  if (number !== undefined) {
    if (/[\w.]/.test(cursor.text[cursor.at] ?? '')) throw cursor.mistake('this is not a number', at);
    if (/^0\d*[89]/.test(number)) throw cursor.mistake(`${number} starts with 0, so it is octal, where 8 and 9 are no digits`, at);
    return { addend: BigInt(/^0\d/.test(number) ? `0o${number.slice(1)}` : number) };
  }
  const name = cursor.match(IDENTIFIER) ?? quotedName(cursor);
  if (name === undefined) throw cursor.mistake(next === '' ? 'an expression is missing at the end' : 'expected a number or a symbol here', at);
  const constant = constants.get(name);
  if (constant !== undefined) return { addend: constant };
  const suffix = /@[A-Za-z_]\w*/y;
  const modifier = cursor.match(suffix);
  return { symbol: modifier === undefined || /^@plt$/i.test(modifier) ? name : name + modifier, addend: 0n };
}

function quotedName(cursor: Cursor): string | undefined {
  const quoted = cursor.match(/"[^"]*"/y);
  return quoted?.slice(1, -1);
}

const isNumber = (value: AsmExpr): boolean => value.symbol === undefined && value.minus === undefined;

function combine(operator: string, left: AsmExpr, right: AsmExpr, cursor: Cursor, at: number): AsmExpr {
  if (operator === '+' || operator === '-') {
    const plus = operator === '+';
    const symbols = [left.symbol, plus ? right.symbol : right.minus].filter((name) => name !== undefined);
    const minuses = [left.minus, plus ? right.minus : right.symbol].filter((name) => name !== undefined);
    // a - a is 0, except `.`, which stands for one place only if nothing lies between.
    for (let n = symbols.length - 1; n >= 0; n--) {
      const same = minuses.indexOf(symbols[n]);
      if (same < 0) continue;
      symbols.splice(n, 1);
      minuses.splice(same, 1);
    }
    if (symbols.length > 1 || minuses.length > 1) throw cursor.mistake('an address can be one symbol, minus at most one other, plus a number', at);
    return { ...(symbols.length ? { symbol: symbols[0] } : {}), ...(minuses.length ? { minus: minuses[0] } : {}),
      addend: wrap(plus ? left.addend + right.addend : left.addend - right.addend) };
  }
  if (!isNumber(left) || !isNumber(right)) throw cursor.mistake(`'${operator}' needs numbers on both sides; a label's address is known only after the link`,
    at);
  return { addend: wrap(compute(operator, left.addend, right.addend, cursor, at)) };
}

/** GNU as computes in 64 bits; numbers above 2^63 - 1 keep their sign as written. */
const wrap = (value: bigint): bigint => (value > 0xffff_ffff_ffff_ffffn || value < -0x8000_0000_0000_0000n ? BigInt.asIntN(64, value) : value);

function compute(operator: string, a: bigint, b: bigint, cursor: Cursor, at: number): bigint {
  const truth = (value: boolean): bigint => (value ? -1n : 0n);
  switch (operator) {
    case '*': return a * b;
    case '/': case '%':
      if (b === 0n) throw cursor.mistake('division by zero', at);
      return operator === '/' ? a / b : a % b;
    case '<<': return b > 63n || b < 0n ? 0n : BigInt.asUintN(64, a << b);
    case '>>': return b > 63n || b < 0n ? 0n : BigInt.asUintN(64, a) >> b;
    case '|': return a | b;
    case '&': return a & b;
    case '^': return a ^ b;
    case '!': return a | ~b;
    case '==': return truth(a === b);
    case '!=': case '<>': return truth(a !== b);
    case '<': return truth(a < b);
    case '>': return truth(a > b);
    case '<=': return truth(a <= b);
    case '>=': return truth(a >= b);
    case '&&': return a !== 0n && b !== 0n ? 1n : 0n;
    default: return a !== 0n || b !== 0n ? 1n : 0n;
  }
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, '\\': 92, '"': 34, "'": 39 };

/** One character of a string or character constant, escapes resolved. */
function characterCode(cursor: Cursor): number {
  const { text } = cursor;
  const first = text[cursor.at++];
  if (first === undefined) throw cursor.mistake('a character is missing here');
  if (first !== '\\') return text.codePointAt(cursor.at - 1)!;
  const hex = cursor.match(/x[0-9a-fA-F]+/y);
  if (hex) return parseInt(hex.slice(1), 16) & 0xff;
  const octal = cursor.match(/[0-7]{1,3}/y);
  if (octal) return parseInt(octal, 8) & 0xff;
  const letter = text[cursor.at++] ?? '';
  const code = ESCAPES[letter];
  if (code === undefined) throw cursor.mistake(`unknown escape '\\${letter}'`, cursor.at - 2);
  return code;
}

/** A string in double quotes as UTF-8. */
export function parseString(cursor: Cursor): number[] {
  if (cursor.peek() !== '"') throw cursor.mistake('expected a string in double quotes');
  const start = cursor.at++;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (;;) {
    const next = cursor.text[cursor.at];
    if (next === undefined) throw cursor.mistake('this string has no closing quote', start);
    if (next === '"') break;
    const escaped = next === '\\';
    const code = characterCode(cursor);
    if (escaped || code < 0x80) bytes.push(code);
    else {
      if (code > 0xffff) cursor.at++;
      bytes.push(...encoder.encode(String.fromCodePoint(code)));
    }
  }
  cursor.at++;
  return bytes;
}
