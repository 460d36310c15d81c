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

type Token = { kind: 'number'; value: bigint } | { kind: 'string'; value: string } | { kind: 'name' | 'sign'; text: string };

/** What is wrong with the way an expression is written; undefined: nothing. Names and values are not looked at. */
export function syntaxError(source: string): string | undefined {
  const result = run(source, { name: () => 0n, call: () => 0n }, true);
  return 'error' in result ? result.error : undefined;
}

/** Either a value, or a sentence that says what is wrong. */
export const evaluate = (source: string, scope: Scope): { value: Value } | { error: string } => run(source, scope, false);

function run(source: string, scope: Scope, onlySyntax: boolean): { value: Value } | { error: string } {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trim();
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) return { error: `cannot read '${text.slice(at)}'` };
    const [, number, single, double, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', value: BigInt(number) });
    else if (single !== undefined || double !== undefined) tokens.push({ kind: 'string', value: single ?? double });
    else tokens.push(name !== undefined ? { kind: 'name', text: name } : { kind: 'sign', text: sign });
  }
  try {
    const parser = new Evaluator(tokens, scope, onlySyntax ? () => true : combine);
    const value = parser.level(0);
    return parser.done ? { value } : { error: `'${text}' goes on after its end` };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
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
    const token = this.#tokens[this.#at++];
    if (!token) throw new Refusal('the expression ends too early');
    if (token.kind === 'number' || token.kind === 'string') return token.value;
    if (token.kind === 'sign') {
      if (token.text === '(') {
        const inner = this.level(0);
        this.#expect(')');
        return inner;
      }
      if (token.text === '!') return !truth(this.#unary());
      if (token.text === '-') return this.#combine('-', 0n, this.#unary());
      throw new Refusal(`'${token.text}' cannot stand here`);
    }
    if (this.#sign() === '(') {
      this.#at++;
      const args: Value[] = [];
      while (this.#sign() !== ')') {
        if (args.length) this.#expect(',');
        args.push(this.level(0));
      }
      this.#expect(')');
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
