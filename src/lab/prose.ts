/**
 * What the prose of a scenario may hold: Markdown without HTML and pictures, links by https, and `{{expression}}` for what the machine
 * has to say. Everything else is a mistake with its place, so that nothing of a stranger's file is executed or fetched.
 */
import { evaluate, type Scope } from './expr.ts';
import { expressionMistake } from './expr-kinds.ts';
import { VOCABULARY } from './vocabulary.ts';

/** In one line, from its first letter. */
export interface ProseMistake {
  at: number;
  length: number;
  message: string;
}

const VALUE = /\{\{(.*?)\}\}/g;
/** Code means itself. */
const CODE = /(`+)(?:(?!\1).)*\1/g;
const HTML = /<(?!https:\/\/)[/!?]?[A-Za-z][^>]*>?|<!--/g;
const PICTURE = /!\[/g;
const LINK = /\]\(\s*<?([^)>\s]*)|^\s*\[[^\]]+\]:\s*(\S+)/g;
/** What means one thing at the start of a line of text, and another in a fence. */
export const isFence = (line: string): boolean => /^\s*(```|~~~)/.test(line);

/** What is wrong with one line of prose. */
export function proseMistakes(line: string): ProseMistake[] {
  const found: ProseMistake[] = [];
  const blank = (all: string): string => ' '.repeat(all.length);
  const text = line.replace(VALUE, (all, expression: string, at: number) => {
    const mistake = expressionMistake(expression, VOCABULARY, false);
    if (mistake) found.push({ at: at + 2 + mistake.at, length: mistake.length, message: `${expression.trim()}: ${mistake.error}` });
    return blank(all);
  }).replace(CODE, blank);
  for (const { 0: all, index } of text.matchAll(HTML))
    found.push({ at: index, length: all.length, message: `'${all.slice(0, 40)}' is HTML; prose is Markdown, and a sign < stands in \`code\`` });
  for (const { index } of text.matchAll(PICTURE))
    found.push({ at: index, length: 2, message: 'a picture would have to be fetched; a scenario fetches nothing' });
  for (const { 0: all, 1: inline, 2: named, index } of text.matchAll(LINK)) {
    const target = inline ?? named;
    if (!/^https:\/\/[\w.-]+/.test(target)) found.push({ at: index + all.lastIndexOf(target), length: Math.max(1, target.length),
      message: `'${target.slice(0, 60)}' is no link; one begins with https://` });
  }
  return found;
}

/** The prose before there is a moment to ask the machine at. */
export const unfilled = (text: string): string => text.replace(VALUE, '…');

/** The prose with what it asks of the machine, at this moment. */
export function filled(text: string, scope: Scope): string {
  return text.replace(VALUE, (_all, expression: string) => {
    const result = evaluate(expression, scope);
    if ('error' in result) return `(${expression.trim()}: ${result.error})`;
    // What the guest has printed is no Markdown.
    return typeof result.value === 'string' ? `\`${result.value.replaceAll('`', "'").replace(/\s+/g, ' ').trim()}\`` : String(result.value);
  });
}

/** Pieces of prose as one, with what they ask of the machine at this moment. */
export const spoken = (parts: readonly string[], scope: Scope): string => parts.filter((part) => part !== '').map((part) => filled(part, scope)).join('\n\n');
