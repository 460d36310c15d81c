/** Mistakes of YAML in the head of a lesson, in the words of who writes one: what is missing, and where it was lost. */
import type { Part } from './front-matter.ts';
import { FRONT_MATTER } from './scenario-format.ts';

/** What the reader of YAML says of a text: lines and columns from 1. */
interface Problem {
  code: string;
  message: string;
  line: number;
  column: number;
}

/** Where a mistake is told, in lines of the head. */
interface HeadMistake {
  line: number;
  part: Part;
  message: string;
}

const NEEDS_QUOTES = (sign: string): string => `a text that begins with ${sign} stands in double quotes`;

/** The last line down to this one in which such a bracket or quote is opened and not closed. */
function opened(lines: readonly string[], line: number, sign: RegExp, closes: string): { line: number; part: Part } | undefined {
  for (let n = Math.min(line, lines.length) - 1; n >= 0; n--) {
    const found = sign.exec(lines[n]), from = found ? found.index + found[0].length - 1 : 0;
    if (found && !lines[n].slice(from + 1).includes(closes)) return { line: n + 1, part: { value: lines[n].slice(from), column: from + 1 } };
  }
  return undefined;
}

/** A line of a head begins with a key and a colon. */
function noKey(text: string): { value: string; message: string } {
  const [, word = '', colon] = /^\s*([\w-]+)(:?)/.exec(text) ?? [];
  if (word !== '' && colon !== '') return { value: `${word}:`, message: `a blank is missing after \`${word}:\`` };
  if (word in FRONT_MATTER.entries) return { value: word, message: `a \`:\` is missing after \`${word}\`` };
  return { value: text.trim(), message: 'this line begins with no key: write `key: text`, and a text on one line' };
}

/** What a mistake of YAML is in a lesson's head, told at the line where it was made. */
export function headMistake(source: string, { code, message, line, column }: Problem): HeadMistake {
  const lines = source.split('\n'), text = lines[line - 1] ?? '', [first = ''] = text.slice(column - 1);
  const here = { line, part: { value: text.slice(column - 1), column } }, bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) {
    const sign = bracket === ']' ? '[' : '{', at = opened(lines, line, bracket === ']' ? /:\s*\[/ : /:\s*\{/, bracket) ?? here;
    return { ...at, message: `the list that begins with ${sign} is never closed: a ${bracket} is missing` };
  }
  if (message.startsWith('Missing closing')) {
    const quote = message.includes('"') ? '"' : "'", at = opened(lines, line, quote === '"' ? /:\s*"/ : /:\s*'/, quote) ?? here;
    return { ...at, message: `a text in quotes is never closed: a ${quote} is missing at its end` };
  }
  switch (code) {
    case 'MULTILINE_IMPLICIT_KEY': case 'MISSING_CHAR': {
      const { value, message: said } = noKey(text);
      return { line, part: { value, column: text.indexOf(value) + 1 }, message: said };
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
      // The next line is taken for a part of this one's text.
      return /:(?:\s|$)/.test(text.slice(column - 1)) ? { ...here, message: 'a text with a colon in it stands in double quotes' }
        : { line: line + 1, part: { value: lines[line] ?? '', column: 1 }, message: 'a key begins at the first letter of its line' };
    case 'DUPLICATE_KEY': {
      const key = /^[\w-]+/.exec(here.part.value)?.[0] ?? '';
      return { line, part: { value: key, column }, message: `\`${key}\` is there twice` };
    }
    case 'TAB_AS_INDENT': return { ...here, message: 'a line does not begin with a tab: a key begins at its first letter' };
    case 'BAD_SCALAR_START': case 'TAG_RESOLVE_FAILED': case 'BAD_ALIAS': return { ...here, message: NEEDS_QUOTES(first) };
    case 'BAD_DQ_ESCAPE': return { ...here, message: `${text.slice(column - 1, column + 1)} means nothing in double quotes: a backslash is written \\\\` };
    case 'UNEXPECTED_TOKEN': {
      const [sign] = /^[>|-]/.exec(text.replace(/^[^:]*:\s*/, '')) ?? [];
      if (sign !== undefined) return { ...here, message: NEEDS_QUOTES(sign) };
      if (message.includes('at node end'))
        return { ...here, message: 'the text goes on behind its closing quote: the whole stands in quotes, and one within it is written \\"' };
      break;
    }
    default:
  }
  return { ...here, message: message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '') };
}

/** A key with its text, what belongs to one of several lines, or a remark. */
const OF_HEAD = /^(?:[\w-]+:(?:\s|$)|\s+\S|#|[\]}])/;

/** Where a text has lost one of the two lines of dashes around its head. @returns undefined where both are there. */
export function lostDashes(source: string): { line: number; message: string } | undefined {
  const [first, ...lines] = source.replace(/^\uFEFF/, '').split(/\r?\n/), end = lines.findIndex((one) => /^---\s*$/.test(one));
  const block = lines.findIndex((one) => one.startsWith(':::'));
  if (!/^---$/.test(first)) return { line: 1, message: OF_HEAD.test(first) || first.startsWith('--')
    ? 'a line of --- is missing before the head'
    : 'a lesson begins with its head: a line of ---, then keys such as title: My lesson, then a line of ---' };
  if (end >= 0 && (block < 0 || end < block)) return undefined;
  const last = lines.findLastIndex((one, n) => OF_HEAD.test(one) && lines.slice(0, n).every((before) => before.trim() === '' || OF_HEAD.test(before)));
  return { line: last + 3, message: 'a line of --- is missing here, where the head ends' };
}
