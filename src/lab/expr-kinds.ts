/**
 * What is known of an expression before there is a machine: which kind of value each of its parts is. A comparison that can never hold, because
 * a number is no text or because no such word exists, is a mistake of who wrote it.
 */
import { Refusal } from '../base/refusal.ts';
import { nearest } from '../base/unknown.ts';
import { read, type Meaning, type Mistake, type Value } from './expr.ts';

export type Type = 'number' | 'text' | 'truth';

export interface Kind {
  /** One of these. */
  types: readonly Type[];
  /** Of what stands in the file itself. */
  written?: Value;
  /** All texts that it can be. */
  words?: readonly string[];
  /** How it is written, where that is short. */
  name?: string;
}

const NAMES: Readonly<Record<Type, string>> = { number: 'a number', text: 'a text', truth: 'true or false' };
const sort = ({ types }: Kind): string => types.map((type) => NAMES[type]).join(' or ');
const quoted = (text: string): string => `'${text}'`;
const typeOf = (value: Value): Type => (typeof value === 'bigint' ? 'number' : typeof value === 'string' ? 'text' : 'truth');

/** What would be right, where one of two can be written as the other's kind. */
function instead(a: Kind, b: Kind): string {
  if (typeof b.written === 'bigint' && a.types.includes('text')) return `; write ${quoted(String(b.written))}`;
  return typeof b.written === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(b.written) && a.types.includes('number') ? `; write ${b.written} without quotes` : '';
}

function equal(a: Kind, b: Kind): Kind {
  if (!a.types.some((type) => b.types.includes(type))) {
    const hint = instead(a, b) || instead(b, a);
    throw new Refusal(`${a.name ?? 'the left side'} is ${sort(a)} and ${b.name ?? 'the right side'} ${sort(b)}: they are never equal${hint}`);
  }
  for (const [{ words, name }, { written }] of [[a, b], [b, a]]) {
    if (words === undefined || typeof written !== 'string' || words.includes(written)) continue;
    const near = nearest(written, words);
    throw new Refusal(`${name ?? 'this'} is never ${quoted(written)}; ${near === undefined ? 'it' : `did you mean ${quoted(near)}? It`} is one of ${
      words.map(quoted).join(', ')}`);
  }
  return { types: ['truth'] };
}

function numbers(sign: string, ...operands: Kind[]): void {
  for (const one of operands) if (!one.types.some((type) => type !== 'text'))
    throw new Refusal(`${one.name ?? 'this'} is a text, and ${sign} is for numbers`);
}

function combine(sign: string, a: Kind, b: Kind): Kind {
  switch (sign) {
    case '&&': case '||': return { types: ['truth'] };
    case '==': case '!=': return equal(a, b);
    case 'contains':
      if (!a.types.includes('text')) throw new Refusal(`${a.name ?? 'the left side'} is ${sort(a)}: only a text contains something`);
      return { types: ['truth'] };
    default:
      numbers(sign, a, b);
      return { types: [sign.startsWith('<') || sign.startsWith('>') ? 'truth' : 'number'] };
  }
}

/** The names and calls of a language; what is unknown is refused by a sentence. */
export type Words = Pick<Meaning<Kind>, 'name' | 'call'>;

/**
 * What is wrong with the way an expression is written, and with the names and kinds in it; undefined: nothing.
 * @param holds it is asked whether it holds: then it has to be a comparison
 */
export function expressionMistake(source: string, words: Words, holds: boolean): Mistake | undefined {
  const result = read(source, { ...words, combine, not: (): Kind => ({ types: ['truth'] }), literal: (value): Kind => ({ types: [typeOf(value)], written: value,
    name: typeof value === 'string' ? quoted(value) : String(value) }) });
  if ('error' in result) return result;
  const { value } = result;
  return holds && !value.types.includes('truth') ? { error: `it is ${sort(value)}, and only a comparison holds or does not${
    value.types.includes('number') ? ', such as == 0' : ", such as contains 'word'"}`, at: 0, length: source.length } : undefined;
}
