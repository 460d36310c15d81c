/**
 * What a page that has Ringside in a frame may ask of it by postMessage, and what it is answered. The version stands in each message;
 * a question of another version is refused by name. What comes in is hostile until it has been read here.
 */
import type { Tick } from '../base/units.ts';

export const EMBED_VERSION = 1;

/** Of whichever kind the host counts with. */
type Id = string | number;

/** `ready`: when a moment can be seen. `moment`: which one is it? `go`: to a tick of this run, or to where a link leads. */
export type Ask = { ask: 'ready' | 'moment' } | { ask: 'go'; tick: Tick } | { ask: 'go'; link: string };

/** Where the machine stands, as a page can write it down; `link` opens it, edits and input included. */
export interface EmbedMoment {
  tick: Tick;
  scenario: string;
  config: string;
  link: string;
}

export type EmbedAnswer = { ringside: typeof EMBED_VERSION; id: Id } & ({ moment: EmbedMoment } | { refused: string });

const MOST_CHARACTERS = 64 * 1024, MOST_ID = 100;

/** As a sentence may quote it: to make a text of an object would be to run into whatever it calls toString. */
const quoted = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? `${value}`.slice(0, 20) : `one of type ${typeof value}`);

/** @returns null for what is no message of ours; a sentence for one that is and cannot be answered. */
export function readAsk(data: unknown): { id: Id; ask: Ask | string } | null {
  if (typeof data !== 'object' || data === null || !('ringside' in data)) return null;
  const { ringside, id, ask, tick, link } = data as Record<string, unknown>;
  if (typeof id !== 'number' && (typeof id !== 'string' || id.length > MOST_ID)) return null;
  const refuse = (why: string) => ({ id, ask: why });
  if (ringside !== EMBED_VERSION) return refuse(`This frame speaks version ${EMBED_VERSION} of the messages, not ${quoted(ringside)}.`);
  if (ask === 'ready' || ask === 'moment') return { id, ask: { ask } };
  if (ask !== 'go') return refuse(`There is nothing to ask but ready, moment and go; not ${quoted(ask)}.`);
  if (typeof link === 'string' && tick === undefined) {
    if (link.length > MOST_CHARACTERS) return refuse(`A link has at most ${MOST_CHARACTERS} characters.`);
    return { id, ask: { ask, link: link.includes('#') ? link.slice(link.indexOf('#')) : `#${link}` } };
  }
  if (typeof tick === 'number' && Number.isSafeInteger(tick) && tick >= 0 && link === undefined) return { id, ask: { ask, tick: tick as Tick } };
  return refuse('To go somewhere takes a tick, a whole number from 0, or a link; one of them.');
}

/** The page that may ask: an origin and no more, by http or https. @returns null for anything else */
export const hostOf = (text: string | null): string | null =>
  (text !== null && /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]{2,40}\])(?::[1-9]\d{0,4})?$/.test(text) ? text : null);
