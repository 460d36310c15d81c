/** What the palette shows of what there is, and in which order. */
import { defaultFilter } from 'cmdk';
import type { ReactNode } from 'react';

/**
 * What an item is, for the order of what was found: what a run can go on to, system calls before other events; where it has been; what one can do; a
 * function that there may be; a file; last what only sets a trap.
 */
export type Kind = 'call' | 'ahead' | 'place' | 'moment' | 'command' | 'function' | 'file' | 'trap';
const RANK: Readonly<Record<Kind, number>> = { call: 14, ahead: 12, place: 10, moment: 8, command: 6, function: 5, file: 3, trap: 1 };
/** Each word is whole; the text stands there as it is, in more than two words; a file is meant. */
const WHOLE = 1.5, PHRASE = 20, MEANT = 20;

/** One thing to choose. */
export interface Item {
  /** Its words. */
  value: string;
  /** What is said of it besides: found too, after what has the words itself. */
  also?: string;
  kind: Kind;
  key: string | number;
  onSelect: () => void;
  body: ReactNode;
}

export interface Group {
  heading: string;
  items: readonly Item[];
}

/** The function that is named, by itself or as the palette's own items name it. */
export function functionIn(text: string): string | undefined {
  return /^\s*(?:(?:run to|stop at) the function\s+)?([\w:.]{2,})\s*$/i.exec(text)?.[1];
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter((word) => word !== '');

/** Words that tell what is done rather than with what. */
const PLAIN: ReadonlySet<string> = new Set(['run', 'to', 'the', 'next', 'until', 'system', 'call', 'syscall', 'returns', 'return', 'end', 'of']);

/** Those of the names that the text has a word of; the very name first. Not all of them where no word is a name's. */
export function namesIn(text: string, names: readonly string[], most: number): string[] {
  const words = wordsOf(text).filter((word) => !PLAIN.has(word));
  if (words.length === 0) return [];
  const isWhole = (name: string): boolean => words.includes(name), begins = (name: string): boolean => name.startsWith(words[0]);
  return names.filter((name) => words.every((word) => name.includes(word)))
    .sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)) || Number(begins(b)) - Number(begins(a)) || a.length - b.length).slice(0, most);
}

/** The text is a path, or a file's whole name. */
const meansFile = (search: string, value: string): boolean => search.includes('/') || value.toLowerCase().endsWith(`/${search.trim().toLowerCase()}`);

/** Items that have all the words, in whatever order, come before those that only have the letters; first those in which they are whole words. */
function rank({ value, also = '', kind }: Item, search: string): number {
  const all = value.toLowerCase(), wanted = wordsOf(search), letters = defaultFilter(value, search);
  const isIn = (text: string): boolean => wanted.every((word) => text.includes(word));
  if (!isIn(all)) return isIn(`${all} ${also.toLowerCase()}`) ? RANK[kind] - 0.9 : letters;
  const whole = all.split(/\W+/), isWhole = wanted.every((word) => whole.includes(word));
  return RANK[kind] + (isWhole ? WHOLE : 0) + (wanted.length > 2 && all.includes(wanted.join(' ')) ? PHRASE : 0) +
    (kind === 'file' && meansFile(search, value) ? MEANT : 0) + (whole[0] === wanted[0] ? 0.2 : 0) + letters / 10;
}

/** What was found, the best first: of the groups, and in each of them. All of it as it stands where nothing is looked for. */
export function found(groups: readonly Group[], search: string): Group[] {
  if (search.trim() === '') return groups.filter(({ items }) => items.length > 0);
  const all = groups.map(({ heading, items }) => {
    const ranked = items.map((item) => ({ item, rank: rank(item, search) })).filter((one) => one.rank > 0).sort((a, b) => b.rank - a.rank);
    return { heading, ranked, best: ranked[0]?.rank ?? 0 };
  });
  // What only has the letters is for where nothing has the words.
  const least = all.some(({ best }) => best >= 1) ? 1 : 0;
  return all.map(({ heading, ranked, best }) => ({ heading, best, items: ranked.filter((one) => one.rank >= least).map(({ item }) => item) }))
    .filter(({ items }) => items.length > 0).sort((a, b) => b.best - a.best);
}
