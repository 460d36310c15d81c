/** The name of a lesson of one's own: of its title, as long as nobody has given it another one. */
import { EXAMPLE_NAME } from './beginnings.ts';

/** A longer one is cut between words. */
const MOST_LETTERS = 48;

/** Words of plain letters with dashes between them; empty where a title has none. */
function nameOf(title: string): string {
  const plain = title.normalize('NFKD').replaceAll(/[\u0300-\u036f'’]/g, '').toLowerCase().replaceAll('ß', 'ss');
  const words = plain.replaceAll(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '');
  return words.slice(0, MOST_LETTERS + 1).replace(words.length > MOST_LETTERS ? /-[^-]*$/ : /-$/, '').slice(0, MOST_LETTERS);
}

/**
 * What is to be changed of a text whose name is still the one it was made with.
 * @param taken names of other lessons
 */
export function namedByTitle(text: string, taken: readonly string[]): { from: number; to: number; insert: string } | undefined {
  const head = text.slice(0, Math.max(0, text.indexOf('\n---', 3))), id = new RegExp(`^id:[^\\S\\n]*${EXAMPLE_NAME}[^\\S\\n]*$`, 'm').exec(head);
  const title = /^title:(.*)$/m.exec(head)?.[1] ?? '', name = nameOf(title.trim().replaceAll(/^["']|["']$/g, ''));
  if (!id || name === '' || name === EXAMPLE_NAME) return undefined;
  const from = id.index + id[0].indexOf(EXAMPLE_NAME);
  return { from, to: from + EXAMPLE_NAME.length, insert: taken.includes(name) ? `my-${name}` : name };
}
