/** `#define`. C11 (N1570), 6.10.3; names for variable arguments as GNU cpp has them. */
import type { Expander } from './expander.ts';
import { IDENT, SPACE, type Macro, type Name, type Names, type Token } from './tokens.ts';

type Report = (severity: 'error' | 'warning', at: Token, message: string) => void;

/** The macro that the line behind `define` makes; null: it is none, and that is reported. */
export function parseDefinition(word: Token, line: Token[], names: Names, expander: Expander, assembly: boolean, report: Report): Macro | null {
  const error = (at: Token, message: string): void => report('error', at, message);
  const head = line[0];
  if (head?.kind !== IDENT) {
    error(head ?? word, '#define needs a name');
    return null;
  }
  if (head.text === 'defined' || head.text === '__VA_ARGS__') {
    error(head, `${head.text} cannot be a macro`);
    return null;
  }
  let parameters: Name[] | null = null;
  let variadic = false;
  let i = 1;
  if (line[1]?.text === '(' && !(line[1].flags & SPACE)) {
    parameters = [];
    i = 2;
    while (line[i] && line[i]!.text !== ')') {
      const p = line[i++]!;
      if (p.text === '...') {
        variadic = true;
        parameters.push(names.get('__VA_ARGS__'));
      } else if (p.kind === IDENT) {
        if (p.text === '__VA_ARGS__') error(p, '__VA_ARGS__ cannot be a parameter: ... is its place');
        if (parameters.includes(p.name!)) error(p, `macro ${head.text} has two parameters ${p.text}`);
        parameters.push(p.name!);
        if (line[i]?.text === '...') {
          variadic = true;
          i++;
        }
      }
      if ((p.text !== '...' && p.kind !== IDENT) || (line[i] && line[i]!.text !== ')' && (variadic || line[i]!.text !== ',' || line[i + 1]?.text === ')'))) {
        const wrong = p.text !== '...' && p.kind !== IDENT ? p : line[i]!;
        error(wrong, `\`${wrong.text}\` cannot stand in the parameters of macro ${head.text}`);
        return null;
      }
      if (line[i]?.text === ',') i++;
    }
    if (!line[i]) {
      error(head, `the parameters of macro ${head.text} are not closed by )`);
      return null;
    }
    i++;
  }
  const isPaste = (t: Token | undefined): boolean => t?.text === '##';
  // Several in a row paste what is around them, as one does.
  const body = line.slice(i).filter((t, k, all) => !isPaste(t) || !isPaste(all[k - 1]));
  if (!assembly && (isPaste(body[0]) || isPaste(body[body.length - 1]))) {
    error(body.find(isPaste)!, '## needs an operand on both sides');
    return null;
  }
  const old = head.name!.macro;
  if (old && !(old.dynamic === '' && sameBody(old.body, body))) report('warning', head, `macro ${head.text} is defined again, differently`);
  const parameterOf = expander.parameterIndexes(body, parameters, variadic);
  const lone = parameters && !assembly ? body.find((b, k) => b.text === '#' && !(parameterOf[k + 1]! >= 0) && body[k + 1]?.text !== '__VA_OPT__') : undefined;
  if (lone) {
    error(lone, `# in the macro ${head.text} needs a parameter behind it`);
    return null;
  }
  const hasHash = body.some((b) => b.text === '##' || (parameters !== null && b.text === '#'));
  return { name: head.name!, parameters, variadic, body, parameterOf, hasHash, dynamic: '', disabled: false };
}

function sameBody(a: Token[], b: Token[]): boolean {
  return a.length === b.length && a.every((t, i) => t.text === b[i]!.text);
}
