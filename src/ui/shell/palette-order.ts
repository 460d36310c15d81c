/** What the palette shows of what there is, and in which order. */
import { defaultFilter } from 'cmdk';
import type { ReactNode } from 'react';

/** What an item is, for the order of what was found: first where one can go, then what one can do, last what only sets a trap. */
export type Kind = 'place' | 'command' | 'trap';
const RANK: Readonly<Record<Kind, number>> = { place: 8, command: 4, trap: 1 }, WHOLE = 2, CALLED = 9;

/** One thing to choose. */
export interface Item {
  /** Its words. */
  value: string;
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

/**
 * Items that have the very words come before those that only have the letters; first those in which they are whole words, as `write` is in `write(1, ...)`.
 * A command that begins with the word is what was wanted rather than a place that has it within a name.
 */
function rank({ value, kind }: Item, search: string): number {
  const words = value.toLowerCase(), wanted = search.trim().toLowerCase(), at = words.indexOf(wanted);
  if (at < 0) return defaultFilter(value, search);
  const whole = words.split(/\W+/), isWhole = whole.includes(wanted), isCalled = kind === 'command' && whole[0] === wanted;
  return (isCalled ? CALLED : RANK[kind] + (isWhole ? WHOLE : 0)) + defaultFilter(value, search);
}

/** What was found, the best first: of the groups, and in each of them. All of it as it stands where nothing is looked for. */
export function found(groups: readonly Group[], search: string): Group[] {
  if (search.trim() === '') return groups.filter(({ items }) => items.length > 0);
  return groups.map(({ heading, items }) => {
    const ranked = items.map((item) => ({ item, rank: rank(item, search) })).filter((one) => one.rank > 0).sort((a, b) => b.rank - a.rank);
    return { heading, items: ranked.map(({ item }) => item), best: ranked[0]?.rank ?? 0 };
  }).filter(({ best }) => best > 0).sort((a, b) => b.best - a.best);
}
