/** .if and its relatives. GNU as manual, ".if". */
import { Mistake, parseConstant, parseString, type Cursor } from './expression.ts';
import type { Parser } from './parse.ts';
import type { Statement } from './statements.ts';

interface Level {
  /** Statements of this branch count. */
  active: boolean;
  /** A branch of this .if has been taken already, or none may be. */
  taken: boolean;
  opened: Statement;
}

const COMPARE: Readonly<Record<string, (value: bigint) => boolean>> = {
  '.if': (value) => value !== 0n, '.ifne': (value) => value !== 0n, '.ifeq': (value) => value === 0n,
  '.ifgt': (value) => value > 0n, '.ifge': (value) => value >= 0n, '.iflt': (value) => value < 0n, '.ifle': (value) => value <= 0n,
};

const decode = (bytes: number[]): string => new TextDecoder().decode(new Uint8Array(bytes));

/** The text up to the next comma outside of parentheses and quotes. */
function upToComma(cursor: Cursor): string {
  cursor.space();
  const start = cursor.at;
  let depth = 0;
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const c = cursor.text[cursor.at];
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth <= 0) break;
  }
  return cursor.text.slice(start, cursor.at).trim();
}

const unquote = (text: string): string => text.replace(/^'(.*)'$/, '$1');

export class Conditionals {
  readonly #levels: Level[] = [];

  get skipping(): boolean {
    const level = this.#levels.at(-1);
    return level !== undefined && !level.active;
  }

  get unfinished(): Statement | undefined {
    return this.#levels.at(-1)?.opened;
  }

  /** @returns false if `name` is no conditional. */
  handle(name: string, cursor: Cursor, statement: Statement, parser: Parser): boolean {
    if (name.startsWith('.if')) {
      if (this.skipping) this.#levels.push({ active: false, taken: true, opened: statement });
      else {
        // Pushed first, so that the .endif of a condition that cannot be read is not a second mistake.
        const level = { active: false, taken: true, opened: statement };
        this.#levels.push(level);
        const value = condition(name, cursor, parser);
        if (value === undefined) {
          this.#levels.pop();
          return false;
        }
        level.active = level.taken = value;
      }
      return true;
    }
    if (name !== '.else' && name !== '.elseif' && name !== '.endif') return false;
    const level = this.#levels.at(-1);
    if (!level) throw new Mistake(`${name} without .if`, 0, name.length);
    if (name === '.endif') this.#levels.pop();
    else if (level.taken) level.active = false;
    else level.active = level.taken = name === '.else' || condition('.if', cursor, parser) === true;
    return true;
  }
}

function condition(name: string, cursor: Cursor, parser: Parser): boolean | undefined {
  const compare = Object.hasOwn(COMPARE, name) ? COMPARE[name] : undefined;
  if (compare) return compare(parseConstant(cursor, parser.constants, 'the condition'));
  switch (name) {
    case '.ifdef': case '.ifndef': case '.ifnotdef': {
      const symbol = cursor.identifier();
      if (symbol === undefined) throw cursor.mistake('expected a symbol');
      return parser.defined.has(symbol) === (name === '.ifdef');
    }
    case '.ifb': return cursor.rest() === '';
    case '.ifnb': return cursor.rest() !== '';
    case '.ifc': case '.ifnc': {
      const first = upToComma(cursor);
      cursor.expect(',', 'between the two texts');
      return (unquote(first) === unquote(cursor.rest())) === (name === '.ifc');
    }
    case '.ifeqs': case '.ifnes': {
      const first = decode(parseString(cursor));
      cursor.expect(',', 'between the two strings');
      return (first === decode(parseString(cursor))) === (name === '.ifeqs');
    }
    default: return undefined;
  }
}
