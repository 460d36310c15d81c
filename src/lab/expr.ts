/**
 * The small language of scenarios: comparisons, && || !, arithmetic, strings, names and a few functions. Parsed and
 * evaluated here; never JavaScript, so a scenario from a link cannot run code.
 */
import { Refusal } from '../base/refusal.ts';

export type Value = bigint | string | boolean;

/** What the names and calls of an expression are at a moment. */
export interface Scope {
  /** A register, switch or other name; undefined: unknown. */
  name(name: string): Value | undefined;
  call(name: string, args: readonly Value[]): Value | undefined;
}

/** What the parts of an expression come to: a value at a moment, or what is known of it without one (expr-kinds.ts). */
export interface Meaning<T> {
  /** @param isHex it is a number that is written in hexadecimal digits */
  literal(value: Value, isHex?: boolean): T;
  name(name: string): T | undefined;
  call(name: string, args: readonly T[]): T | undefined;
  not(a: T): T;
  combine(sign: string, a: T, b: T): T;
}

const TOKEN = /\s*(?:(0x[0-9a-fA-F]+|\d+)|'([^']*)'|"([^"]*)"|([A-Za-z_][\w.-]*)|(&&|\|\||==|!=|<=|>=|[-+*/%<>()!,]))/y;
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!=', 'contains'], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%']];

type Token = { at: number; length: number } &
  ({ kind: 'number'; value: bigint; isHex: boolean } | { kind: 'string'; value: string } | { kind: 'name' | 'sign'; text: string });

/** What is wrong with an expression, and with which of its letters. */
export interface Mistake {
  error: string;
  at: number;
  length: number;
}

/** Longer, or deeper in brackets, it is not looked at. */
const MOST_LETTERS = 1000, MOST_DEPTH = 40;

/** How other languages, and word processors, write what is written otherwise here. */
const STRANGE = /\s*(===|!==|<>|=>|=<|=(?!=)|&(?!&)|\|(?!\|)|≠|≤|≥|[‘’“”])/y;
const SIGNS: Readonly<Record<string, string>> = { '===': '==', '!==': '!=', '<>': '!=', '=>': '>=', '=<': '<=', '=': '==', '&': '&&', '|': '||', '≠': '!=',
  '≤': '<=', '≥': '>=', '‘': "'", '’': "'", '“': "'", '”': "'" };
const WORDS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!', is: '==', equals: '==', includes: 'contains' };
const written = (strange: string, sign: string): string => `'${strange}' is written ${sign} here`;
const wordFor = (word: string): string | undefined => (Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined);

/** Either a value, or a sentence that says what is wrong. */
export const evaluate = (source: string, scope: Scope): { value: Value } | Mistake => read(source, { literal: (value) => value, not: (value) => !truth(value),
  combine, name: (name) => scope.name(name), call: (name, args) => scope.call(name, args) });

/** What an expression comes to, in this meaning of its parts. */
export function read<T>(source: string, meaning: Meaning<T>): { value: T } | Mistake {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trimEnd();
  if (text.length > MOST_LETTERS) return { error: `it is ${text.length} letters long, of at most ${MOST_LETTERS}`, at: 0, length: 1 };
  while (TOKEN.lastIndex < text.length) {
    const from = STRANGE.lastIndex = TOKEN.lastIndex, strange = STRANGE.exec(text);
    if (strange) {
      const [all, sign] = strange;
      return { error: written(sign, SIGNS[sign]), at: from + all.length - sign.length, length: sign.length };
    }
    const match = TOKEN.exec(text);
    if (!match) return { error: `cannot read '${text.slice(from).trim()}'`, at: from + text.slice(from).search(/\S/), length: 1 };
    const [all, number, single, double, name, sign] = match, length = all.trimStart().length, at = from + all.length - length;
    if (number !== undefined) tokens.push({ kind: 'number', value: BigInt(number), isHex: number.startsWith('0x'), at, length });
    else if (single !== undefined || double !== undefined) tokens.push({ kind: 'string', value: single ?? double, at, length });
    else tokens.push(name !== undefined ? { kind: 'name', text: name, at, length } : { kind: 'sign', text: sign, at, length });
  }
  const parser = new Evaluator(tokens, meaning);
  try {
    const value = parser.level(0);
    return parser.done ? { value } : { error: parser.strange ?? `'${text.trim()}' goes on after its end`, ...parser.next };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message, ...parser.here };
    throw error;
  }
}

class Evaluator<T> {
  readonly #tokens: readonly Token[];
  readonly #meaning: Meaning<T>;
  #at = 0;

  constructor(tokens: readonly Token[], meaning: Meaning<T>) {
    this.#tokens = tokens;
    this.#meaning = meaning;
  }

  #depth = 0;
  /** What was read last, from word to word: a mistake is there, or just after it. */
  #last: readonly [from: number, to: number] = [0, 0];

  /** Where it has come to, in letters. */
  get here(): { at: number; length: number } {
    const [from, to] = this.#last.map((n) => this.#tokens[Math.min(n, this.#tokens.length - 1)]);
    return { at: from?.at ?? 0, length: from && to ? to.at + to.length - from.at : 1 };
  }

  /** The first word that it has not read. */
  get next(): { at: number; length: number } {
    this.#mark(this.#at);
    return this.here;
  }

  /** What is to be said of this word, if it stands for a sign elsewhere. */
  get strange(): string | undefined {
    const token = this.#tokens[this.#at], sign = token?.kind === 'name' ? wordFor(token.text) : undefined;
    return sign === undefined || token?.kind !== 'name' ? undefined : written(token.text, sign);
  }

  #mark(from: number, to = from): void {
    this.#last = [from, to];
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  #sign(): string | undefined {
    const token = this.#tokens[this.#at];
    return token && (token.kind === 'sign' || (token.kind === 'name' && token.text === 'contains')) ? token.text : undefined;
  }

  level(n: number): T {
    if (n === LEVELS.length) return this.#unary();
    const from = this.#at;
    let left = this.level(n + 1);
    for (let sign = this.#sign(); sign !== undefined && LEVELS[n].includes(sign); sign = this.#sign()) {
      this.#at++;
      const right = this.level(n + 1);
      this.#mark(from, this.#at - 1);
      left = this.#meaning.combine(sign, left, right);
    }
    return left;
  }

  #unary(): T {
    const word = this.#at, meaning = this.#meaning;
    this.#mark(word);
    const { strange } = this, token = this.#tokens[this.#at++];
    if (!token) throw new Refusal('the expression ends too early');
    if (strange !== undefined) throw new Refusal(strange);
    if (token.kind === 'number') return meaning.literal(token.value, token.isHex);
    if (token.kind === 'string') return meaning.literal(token.value);
    if (token.kind === 'sign') {
      if (++this.#depth > MOST_DEPTH) throw new Refusal(`more than ${MOST_DEPTH} brackets and signs stand in one another`);
      if (token.text === '(') {
        const inner = this.level(0);
        this.#expect(')');
        this.#depth--;
        return inner;
      }
      if (token.text === '!' || token.text === '-') {
        const value = this.#unary();
        this.#depth--;
        return token.text === '!' ? meaning.not(value) : meaning.combine('-', meaning.literal(0n), value);
      }
      throw new Refusal(`'${token.text}' cannot stand here`);
    }
    if (this.#sign() === '(') {
      if (++this.#depth > MOST_DEPTH) throw new Refusal(`more than ${MOST_DEPTH} brackets and signs stand in one another`);
      this.#at++;
      const args: T[] = [];
      while (this.#sign() !== ')') {
        if (args.length) this.#expect(',');
        args.push(this.level(0));
      }
      this.#expect(')');
      this.#depth--;
      this.#mark(word);
      const value = meaning.call(token.text, args);
      if (value === undefined) throw new Refusal(`unknown function '${token.text}'`);
      return value;
    }
    if (token.text === 'true' || token.text === 'false') return meaning.literal(token.text === 'true');
    const value = meaning.name(token.text);
    if (value === undefined) throw new Refusal(`unknown name '${token.text}'`);
    return value;
  }

  #expect(sign: string): void {
    this.#mark(this.#at);
    if (this.#sign() !== sign) throw new Refusal(this.strange ?? `'${sign}' is missing`);
    this.#at++;
  }
}

/** Whether a value counts as true. */
export const truth = (value: Value): boolean => (typeof value === 'string' ? value !== '' : typeof value === 'bigint' ? value !== 0n : value);

function number(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  throw new Refusal(`'${value}' is not a number`);
}

/** What a sign makes of the values on its two sides. */
export function combine(sign: string, a: Value, b: Value): Value {
  switch (sign) {
    case '||': return truth(a) || truth(b);
    case '&&': return truth(a) && truth(b);
    case '==': return a === b;
    case '!=': return a !== b;
    case 'contains': return String(a).includes(String(b));
    case '<': return number(a) < number(b);
    case '<=': return number(a) <= number(b);
    case '>': return number(a) > number(b);
    case '>=': return number(a) >= number(b);
    case '+': return number(a) + number(b);
    case '-': return number(a) - number(b);
    case '*': return number(a) * number(b);
    default: {
      const divisor = number(b);
      if (divisor === 0n) throw new Refusal('division by zero');
      return sign === '/' ? number(a) / divisor : number(a) % divisor;
    }
  }
}
