/** What a run takes of long lists: `npm test` some tests by turn, `npm run test:e2e` all tests of some lessons, RINGSIDE_SWEEP=1 everything. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { guestSources, scenarioSources } from '../src/lab/sources.ts';

const page = fileURLToPath(new URL('../dist/index.html', import.meta.url));
const digest = (of: string): number => createHash('sha256').update(of).digest().readUInt32BE(0);
/** The page names its files by what is in them: another guest, another lesson or another page is another number. */
const build = digest(JSON.stringify([...guestSources(), ...scenarioSources(), existsSync(page) ? readFileSync(page, 'utf8') : '']));

export const isSweep = Boolean(process.env['RINGSIDE_SWEEP']);
const isSample = Boolean(process.env['RINGSIDE_SAMPLE']);

/** Of those that an ordinary run of Firefox takes, too. */
export const IN_FIREFOX = '@firefox';
/** Of those that no run leaves out: what the lab is for, what must never fail, and who might do harm. */
export const ALWAYS = '@always';

/** One of so many. Which one turns with each change of guest, lessons or page, so that none is left out for long. */
export const turnOf = (count: number): number => build % count;

/** `npm test` has a page opened some hundred times less, by taking a third of the other tests at a time. */
const TURNS = 3;

export const takesTurn = (title: string, tags: readonly string[]): boolean =>
  !isSample || tags.includes(ALWAYS) || tags.includes(IN_FIREFOX) || digest(title) % TURNS === turnOf(TURNS);
