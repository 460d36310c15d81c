/** Expressions in assembly text: numbers, symbols, and the operators of GNU as, folded to `symbol - minus + addend`. */
import type { AsmExpr } from './items.ts';

const PRECEDENCE: Readonly<Record<string, number>> = { '||': 1, '&&': 2, '==': 3, '!=': 3, '<>': 3, '<': 3, '>': 3, '<=': 3, '>=': 3, '+': 4, '-': 4, '|': 5, '&': 5, '^': 5, '!': 5, '*': 6, '/': 6, '%': 6, '<<': 6, '>>': 6 };
const TOKEN = /\s*(?:(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+[bf](?![0-9a-zA-Z])|\d+)|'(\\.|[^\\])'?|([A-Za-z_.$][\w.$@]*)|(<<|>>|==|!=|<>|<=|>=|&&|\|\||[-+*/%&|^~!()<>]))/y;

export interface ExpressionContext {
  /** The value of a `.set` symbol that is a plain number. */
  constant(name: string): bigint | undefined;
  /** The label behind a numeric reference (1b, 2f). */
  local(number: number, forward: boolean): string;
}

/** @returns the value, or a sentence that says what is wrong. */
export function parseExpression(text: string, context: ExpressionContext): AsmExpr | string {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const source = text.trim();
  while (TOKEN.lastIndex < source.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) return `cannot read '${source.slice(start).trim()}' in this expression`;
    tokens.push(match[2] !== undefined ? String(character(match[2])) : (match[1] ?? match[3] ?? match[4]));
  }
  if (!tokens.length) return 'an expression is missing here';
  const parser = new Parser(tokens, context);
  const value = parser.binary(0);
  if (parser.failure !== undefined) return parser.failure;
  return parser.done ? value : `'${source}' goes on after its end`;
}

const character = (text: string): number => (text[0] === '\\' ? ({ n: 10, t: 9, r: 13, 0: 0, '\\': 92, "'": 39 } as Record<string, number>)[text[1]] ?? text.charCodeAt(1) : text.charCodeAt(0));

class Parser {
  failure: string | undefined;
  readonly #tokens: string[];
  readonly #context: ExpressionContext;
  #at = 0;

  constructor(tokens: string[], context: ExpressionContext) {
    this.#tokens = tokens;
    this.#context = context;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  binary(least: number): AsmExpr {
    let left = this.#unary();
    for (;;) {
      const operator = this.#tokens[this.#at];
      const precedence = operator === undefined ? undefined : PRECEDENCE[operator];
      if (precedence === undefined || precedence <= least) return left;
      this.#at++;
      left = this.#combine(operator, left, this.binary(precedence));
    }
  }

  #unary(): AsmExpr {
    const token = this.#tokens[this.#at++];
    if (token === undefined) {
      this.failure ??= 'the expression ends too early';
      return { addend: 0n };
    }
    if (token === '(') {
      const inner = this.binary(0);
      if (this.#tokens[this.#at++] !== ')') this.failure ??= "a ')' is missing";
      return inner;
    }
    if (token === '-' || token === '~' || token === '!' || token === '+') {
      const value = this.#unary();
      if (token === '+') return value;
      if (value.symbol !== undefined) {
        if (token === '-' && value.minus === undefined) return { minus: value.symbol, addend: -value.addend };
        this.failure ??= `'${token}' needs a number`;
      }
      return { addend: token === '-' ? -value.addend : token === '~' ? ~value.addend : value.addend === 0n ? 1n : 0n };
    }
    const local = /^(\d+)([bf])$/.exec(token);
    if (local) return { symbol: this.#context.local(Number(local[1]), local[2] === 'f'), addend: 0n };
    if (/^\d/.test(token)) return { addend: /^0[0-7]+$/.test(token) ? BigInt(`0o${token.slice(1)}`) : BigInt(token) };
    const constant = this.#context.constant(token);
    return constant === undefined ? { symbol: token, addend: 0n } : { addend: constant };
  }

  #combine(operator: string, a: AsmExpr, b: AsmExpr): AsmExpr {
    if (operator === '+' && (a.symbol === undefined || b.symbol === undefined) && (a.minus === undefined || b.minus === undefined)) return expr(a.symbol ?? b.symbol, a.minus ?? b.minus, a.addend + b.addend);
    if (operator === '-' && b.minus === undefined && (a.minus === undefined || b.symbol === undefined)) return expr(a.symbol, a.minus ?? b.symbol, a.addend - b.addend);
    if (a.symbol !== undefined || b.symbol !== undefined || a.minus !== undefined || b.minus !== undefined) {
      this.failure ??= `'${operator}' needs numbers on both sides`;
      return { addend: 0n };
    }
    return { addend: this.#fold(operator, a.addend, b.addend) };
  }

  /** Comparisons give -1 for true, as GNU as has it. */
  #fold(operator: string, a: bigint, b: bigint): bigint {
    const truth = (holds: boolean): bigint => (holds ? -1n : 0n);
    switch (operator) {
      case '+': return a + b;
      case '-': return a - b;
      case '*': return a * b;
      case '/': case '%':
        if (b === 0n) {
          this.failure ??= 'division by zero';
          return 0n;
        }
        return operator === '/' ? a / b : a % b;
      case '<<': return a << b;
      case '>>': return a >> b;
      case '&': return a & b;
      case '|': return a | b;
      case '^': return a ^ b;
      case '!': return a | ~b;
      case '==': return truth(a === b);
      case '!=': case '<>': return truth(a !== b);
      case '<': return truth(a < b);
      case '>': return truth(a > b);
      case '<=': return truth(a <= b);
      case '>=': return truth(a >= b);
      case '&&': return truth(a !== 0n && b !== 0n);
      default: return truth(a !== 0n || b !== 0n);
    }
  }
}

function expr(symbol: string | undefined, minus: string | undefined, addend: bigint): AsmExpr {
  return { ...(symbol === undefined ? {} : { symbol }), ...(minus === undefined ? {} : { minus }), addend };
}
