/** Macros: parameters, arguments, substitution. GNU as manual, ".macro". */
import { Mistake, type Cursor } from './expression.ts';
import type { Statement } from './statements.ts';

export interface Parameter {
  name: string;
  /** What the parameter is when the call leaves it out. */
  fallback: string;
  required: boolean;
  /** Takes all that is left, commas included. */
  variadic: boolean;
}

export interface Macro {
  name: string;
  parameters: Parameter[];
  body: Statement[];
  file: string;
  line: number;
}

/** `name[:req|:vararg][=default]`, separated by commas or blanks. */
export function parseParameters(cursor: Cursor): Parameter[] {
  const parameters: Parameter[] = [];
  while (!cursor.done) {
    const at = cursor.at;
    const name = cursor.identifier();
    if (name === undefined) throw cursor.mistake("expected a parameter's name", at);
    const parameter: Parameter = { name, fallback: '', required: false, variadic: false };
    if (cursor.take(':')) {
      const qualifier = cursor.identifier();
      if (qualifier === 'req') parameter.required = true;
      else if (qualifier === 'vararg') parameter.variadic = true;
      else throw cursor.mistake("after ':' comes req or vararg");
    }
    if (cursor.take('=')) parameter.fallback = argument(cursor);
    parameters.push(parameter);
    cursor.take(',');
  }
  return parameters;
}

const OPERATOR = /[-+*/|&^<>=~!:]/;
/** What may end a value, so that an operator after it joins two values. */
const VALUE_END = /[\w)"'\]]/;

/**
 * One argument's text. It ends at a comma, or at a blank that does not stand beside an operator: `rax=$-38 rdx=%rdx`
 * are two, `a + 1` is one.
 */
function argument(cursor: Cursor): string {
  cursor.space();
  const { text } = cursor;
  if (text[cursor.at] === '"') {
    const end = stringEnd(text, cursor.at);
    const quoted = text.slice(cursor.at + 1, end - 1);
    cursor.at = end;
    return quoted.replace(/\\(["\\])/g, '$1');
  }
  let depth = 0;
  let out = '';
  while (cursor.at < text.length) {
    const c = text[cursor.at];
    if (c === '"') {
      const end = stringEnd(text, cursor.at);
      out += text.slice(cursor.at, end);
      cursor.at = end;
      continue;
    }
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (depth === 0 && c === ',') break;
    else if (depth === 0 && (c === ' ' || c === '\t')) {
      const before = out.at(-1) ?? '';
      cursor.space();
      const after = text[cursor.at] ?? '';
      // `-1` after a value is a new argument unless a blank stands behind the minus too.
      const joins = (OPERATOR.test(after) && VALUE_END.test(before) && /\s/.test(text[cursor.at + 1] ?? '')) || (OPERATOR.test(before) && after !== '');
      if (!joins) break;
      continue;
    }
    out += c;
    cursor.at++;
  }
  return out;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** The values of a call's arguments, by parameter name. */
export function bindArguments(macro: Macro, cursor: Cursor): Map<string, string> {
  const values = new Map<string, string>();
  let position = 0;
  while (!cursor.done) {
    const at = cursor.at;
    const keyword = /([A-Za-z_.$][\w.$]*)[ \t]*=(?!=)[ \t]*/y;
    keyword.lastIndex = cursor.at;
    const found = keyword.exec(cursor.text);
    const named = found && macro.parameters.find(({ name }) => name === found[1]);
    if (named) {
      cursor.at = keyword.lastIndex;
      values.set(named.name, argument(cursor));
    } else {
      const parameter = macro.parameters[position++];
      if (!parameter) throw new Mistake(`too many arguments for macro '${macro.name}', which takes ${macro.parameters.length}`, at, cursor.text.length - at);
      if (parameter.variadic) values.set(parameter.name, cursor.rest());
      else if (cursor.peek() !== ',') values.set(parameter.name, argument(cursor));
    }
    cursor.take(',');
  }
  for (const { name, fallback, required } of macro.parameters) {
    const given = values.get(name);
    if (given !== undefined && given !== '') continue;
    if (required) throw new Mistake(`macro '${macro.name}' needs its argument '${name}'`, 0, cursor.text.length);
    values.set(name, fallback);
  }
  return values;
}

/** Splits what follows `.irp name,` into the values to repeat with. */
export function splitValues(cursor: Cursor): string[] {
  const values: string[] = [];
  while (!cursor.done) {
    values.push(cursor.peek() === ',' ? '' : argument(cursor));
    cursor.take(',');
  }
  return values;
}

const REFERENCE = /\\(@|\(\)|[A-Za-z_.$][\w.$]*)/g;

/** `\name` becomes its value, `\@` the number of the expansion, `\()` nothing. */
export function substitute(text: string, values: ReadonlyMap<string, string>, count: number): string {
  if (!text.includes('\\')) return text;
  return text.replace(REFERENCE, (whole, name: string) => {
    if (name === '@') return String(count);
    if (name === '()') return '';
    const value = values.get(name);
    if (value !== undefined) return value;
    // `\name.suffix`: the longest parameter that the text begins with.
    for (let length = name.length - 1; length > 0; length--) {
      const shorter = /[.$]/.test(name[length]) ? values.get(name.slice(0, length)) : undefined;
      if (shorter !== undefined) return shorter + name.slice(length);
    }
    return whole;
  });
}
