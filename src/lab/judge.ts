/** Whether an expression holds at a moment, and what the names in it were: each number in the base that the file writes beside it. */
import { combine, read, truth, type Scope, type Value } from './expr.ts';

export interface Judged {
  ok: boolean;
  error?: string;
  /** What the names in it were, of an expression that does not hold. */
  values: { text: string; value: string }[];
}

/** A part of an expression: what it is, and the names that it comes from. */
interface Part {
  value: Value;
  isHex: boolean;
  names: readonly string[];
}

const LONG = 80;
const short = (value: Value): string => {
  const text = String(value);
  return text.length > LONG ? `…${text.slice(-LONG)}` : text;
};
const hex = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);
const argument = ({ value, isHex }: Part): string =>
  (typeof value === 'string' ? `'${short(value)}'` : typeof value === 'bigint' && isHex ? hex(value) : String(value));

/** Does an expression hold, and what did it look at? */
export function judge(expression: string, scope: Scope): Judged {
  const seen = new Map<string, Value>(), inHex = new Set<string>();
  const look = (text: string, value: Value | undefined): Part | undefined => {
    if (value === undefined) return undefined;
    seen.set(text, value);
    return { value, isHex: false, names: [text] };
  };
  const result = read<Part>(expression, {
    literal: (value, isHex = false) => ({ value, isHex, names: [] }),
    name: (name) => look(name, scope.name(name)),
    call: (name, args) => look(`${name}(${args.map(argument).join(', ')})`, scope.call(name, args.map(({ value }) => value))),
    not: ({ value }) => ({ value: !truth(value), isHex: false, names: [] }),
    combine(sign, a, b) {
      const value = combine(sign, a.value, b.value), isHex = a.isHex || b.isHex, names = [...a.names, ...b.names];
      // What stands on the two sides of one of these has nothing to do with each other.
      if (sign === '&&' || sign === '||') return { value, isHex: false, names: [] };
      if (isHex) for (const name of names) inHex.add(name);
      return { value, isHex, names };
    },
  });
  const said = (text: string, value: Value): string =>
    (typeof value === 'string' ? `'${short(value).trim()}'` : typeof value === 'bigint' && inHex.has(text) ? hex(value) : short(value));
  const values = [...seen].map(([text, value]) => ({ text, value: said(text, value) }));
  return 'error' in result ? { ok: false, error: result.error, values } : { ok: result.value.value === true, values };
}
