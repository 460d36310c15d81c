/** What an author should know of the block that the cursor is in: at which moment it is read, and at which it is answered. */
import type { BlockMoment } from '../../link/lesson.ts';
import { plural } from '../widgets/format.ts';

/** Where the blocks of a text were when it was last played. They are there as long as nothing has changed that says where. */
export interface Moments {
  places: string;
  of: Readonly<Record<string, BlockMoment>>;
}

const HEAD = /^:::(\w+)\{#([\w-]+)(.*)/, SAID = / ask="[^"]*"/g;

/** All of a text that says where its blocks are. */
export function placesIn(text: string): string {
  const end = text.indexOf('\n---', 3);
  return `${text.slice(0, Math.max(0, end))}\n${text.split('\n').filter((line) => HEAD.test(line)).map((line) => line.replace(SAID, '')).join('\n')}`;
}

/** Words, or the number of a moment that one may look at. */
export type Part = string | { tick: number };

/** @param at the letter that the cursor stands at
 *  @returns nothing where it stands in no block that comes at a moment. */
export function aboutBlock(text: string, at: number, moments: Moments | undefined): Part[] | undefined {
  const lines = text.split('\n'), here = text.slice(0, at).split('\n').length - 1, before = lines.slice(0, here + 1);
  // The colons that close a block are part of it.
  const from = before.findLastIndex((line, n) => HEAD.test(line) || (line.trim() === ':::' && n < here));
  const [, kind, id, rest] = HEAD.exec(lines[from] ?? '') ?? [];
  if (kind !== 'stop' && kind !== 'predict') return undefined;
  const place = / at="([^"]*)"/.exec(rest)?.[1], told = moments?.places === placesIn(text) ? moments.of[id] : undefined;
  const warning = place?.startsWith('tick(') ? ' Only the tick of this very run leads here: another build or another input will not come by.' : '';
  if (kind === 'stop') return told ? ['This stop is ', { tick: told.tick }, `.${warning}`] : warning === '' ? undefined : [warning.trim()];
  const stop = told ? told.stop : HEAD.exec(before.slice(0, from).findLast((line) => HEAD.exec(line)?.[1] === 'stop') ?? '')?.[2];
  const where = stop === undefined ? 'where the program begins' : `at the stop ${stop}`;
  if (place === undefined) return [`Asked and answered ${where}`, ...(told ? [', ', { tick: told.tick }] : []), '.'];
  return told?.asked === undefined ? [`Asked ${where}, which is what the reader sees. Answered later, at ${place}.${warning}`]
    : [`Asked ${where}, `, { tick: told.asked }, `: that is what the reader sees. Answered ${plural(told.tick - told.asked, 'tick')} later, `,
      { tick: told.tick }, `.${warning}`];
}
