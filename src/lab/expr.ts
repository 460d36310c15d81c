/**
 * The small language of scenarios: comparisons, && || !, arithmetic, strings, names and a few functions. Parsed and
 * evaluated here; never JavaScript, so a scenario from a link cannot run code.
 */
import { Refusal } from '../base/refusal.ts';

export type Value = bigint | string | boolean;

export interface Scope {
  /** A register, switch or other name; undefined: unknown. */
  name(name: string): Value | undefined;
  call(name: string, args: readonly Value[]): Value | undefined;
}

const TOKEN = /\s*(?:(0x[0-9a-fA-F]+|\d+)|'([^']*)'|"([^"]*)"|([A-Za-z_][\w.-]*)|(&&|\|\||==|!=|<=|>=|[-+*/%<>()!,]))/y;
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!=', 'contains'], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%']];

type Token = ({ kind: 'number'; value: bigint } | { kind: 'string'; value: string } | { kind: 'name' | 'sign'; text: string }) & { at: number; length: number };

/** What is wrong with an expression, and with which of its letters. */
export interface Mistake {
  error: string;
  at: number;
  length: number;
}

/** Longer, or deeper in brackets, it is not looked at. */
const MOST_LETTERS = 1000, MOST_DEPTH = 40;

/** What is wrong with the way an expression is written, and with the names in it; undefined: nothing. Values are not looked at. */
export function syntaxError(source: string, vocabulary: Scope): Mistake | undefined {
  const result = run(source, vocabulary, true);
  return 'error' in result ? result : undefined;
}

/** Either a value, or a sentence that says what is wrong. */
export const evaluate = (source: string, scope: Scope): { value: Value } | Mistake => run(source, scope, false);

function run(source: string, scope: Scope, onlySyntax: boolean): { value: Value } | Mistake {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trimEnd();
  if (text.length > MOST_LETTERS) return { error: `it is ${text.length} letters long, of at most ${MOST_LETTERS}`, at: 0, length: 1 };
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) return { error: `cannot read '${text.slice(from).trim()}'`, at: from + text.slice(from).search(/\S/), length: 1 };
    const [all, number, single, double, name, sign] = match, length = all.trimStart().length, at = from + all.length - length;
    if (number !== undefined) tokens.push({ kind: 'number', value: BigInt(number), at, length });
    else if (single !== undefined || double !== undefined) tokens.push({ kind: 'string', value: single ?? double, at, length });
    else tokens.push(name !== undefined ? { kind: 'name', text: name, at, length } : { kind: 'sign', text: sign, at, length });
  }
  const parser = new Evaluator(tokens, scope, onlySyntax ? () => true : combine);
  try {
    const value = parser.level(0);
    return parser.done ? { value } : { error: `'${text.trim()}' goes on after its end`, ...parser.next };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message, ...parser.here };
    throw error;
  }
}

class Evaluator {
  readonly #tokens: readonly Token[];
  readonly #scope: Scope;
  #at = 0;

  readonly #combine: typeof combine;

  constructor(tokens: readonly Token[], scope: Scope, combiner: typeof combine) {
    this.#tokens = tokens;
    this.#scope = scope;
    this.#combine = combiner;
  }

  #depth = 0;
  /** What was read last: a mistake is there, or just after it. */
  #last = 0;

  /** Where it has come to, in letters. */
  get here(): { at: number; length: number } {
    const token = this.#tokens[Math.min(this.#last, this.#tokens.length - 1)];
    return { at: token?.at ?? 0, length: token?.length ?? 1 };
  }

  /** The first word that it has not read. */
  get next(): { at: number; length: number } {
    this.#last = this.#at;
    return this.here;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  #sign(): string | undefined {
    const token = this.#tokens[this.#at];
    return token && (token.kind === 'sign' || (token.kind === 'name' && token.text === 'contains')) ? token.text : undefined;
  }

  level(n: number): Value {
    if (n === LEVELS.length) return this.#unary();
    let left = this.level(n + 1);
    for (let sign = this.#sign(); sign !== undefined && LEVELS[n].includes(sign); sign = this.#sign()) {
      this.#at++;
      left = this.#combine(sign, left, this.level(n + 1));
    }
    return left;
  }

  #unary(): Value {
    const word = this.#last = this.#at;
    const token = this.#tokens[this.#at++];
    if (!token) throw new Refusal('the expression ends too early');
    if (token.kind === 'number' || token.kind === 'string') return token.value;
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
        return token.text === '!' ? !truth(value) : this.#combine('-', 0n, value);
      }
      throw new Refusal(`'${token.text}' cannot stand here`);
    }
    if (this.#sign() === '(') {
      if (++this.#depth > MOST_DEPTH) throw new Refusal(`more than ${MOST_DEPTH} brackets and signs stand in one another`);
      this.#at++;
      const args: Value[] = [];
      while (this.#sign() !== ')') {
        if (args.length) this.#expect(',');
        args.push(this.level(0));
      }
      this.#expect(')');
      this.#depth--;
      this.#last = word;
      const value = this.#scope.call(token.text, args);
      if (value === undefined) throw new Refusal(`unknown function '${token.text}'`);
      return value;
    }
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    const value = this.#scope.name(token.text);
    if (value === undefined) throw new Refusal(`unknown name '${token.text}'`);
    return value;
  }

  #expect(sign: string): void {
    this.#last = this.#at;
    if (this.#sign() !== sign) throw new Refusal(`'${sign}' is missing`);
    this.#at++;
  }
}

const truth = (value: Value): boolean => (typeof value === 'string' ? value !== '' : typeof value === 'bigint' ? value !== 0n : value);

function number(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  throw new Refusal(`'${value}' is not a number`);
}

function combine(sign: string, a: Value, b: Value): Value {
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
