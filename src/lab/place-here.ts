/**
 * The present moment as a place of a scenario: the shortest expression that leads to this very tick from an earlier one. What is proposed comes from
 * the events of the moment, from the function and the line that begin here; each proposal is played, and the first that arrives is the answer.
 */
import type { Tick } from '../base/units.ts';
import { EVENTS, isText } from '../link/events.ts';
import type { EventReport } from '../link/reports.ts';
import { stopTick } from './events.ts';
import type { Lab } from './lab.ts';
import { linesWith, MOST_TIMES, parsePlace, type Place } from './places.ts';
import { absent } from './scenario.ts';

/** A way to say it, and a word for it that may be a block's name. */
export interface PlaceHere {
  at: string;
  word: string;
}

/** Addresses name nothing in another build. */
const isStable = (type: string): boolean => type !== 'said' && !type.startsWith('word');

/** Most steps that are tried on the way to a place of code that is met again and again. */
const MOST_VISITS = 60;
/** The letters of a line that tell it from all others are at least so many: fewer are no words. */
const FEWEST_LETTERS = 4;

const written = (value: string): string => (/^-?\w[\w.#-]*$/.test(value) ? value : `'${value}'`);
/** What stands in an attribute, between double quotes, and there in single ones. */
const canStand = (text: string): boolean => !/['"\n]/.test(text);

/** The places that an event is, from the one that says least to the one that says most. */
function placesOf({ kind, fields }: EventReport): string[] {
  if (kind === 'syscall-entry') return [`syscall(${fields['name']})`, `syscall(${fields['name']}, ${fields['nth']})`];
  const types = EVENTS[kind].fields;
  const said = Object.entries(fields).flatMap(([name, value]) =>
    (isStable(types[name]) && canStand(String(value)) && (!isText(types[name]) || value !== '') ? [`${name}=${written(String(value))}`] : []));
  const pairs = said.flatMap((one, n) => said.slice(n + 1).map((other) => `${one}, ${other}`));
  return [`event(${kind})`, ...[...said, ...pairs].map((match) => `event(${kind}, ${match})`)];
}

/** The events that a run stops at here. */
export const eventsHere = ({ tracer: { record }, tick }: Lab): EventReport[] => {
  const found: EventReport[] = [];
  for (const event of record.eventsFrom(Math.max(0, tick - 1))) {
    if (event.tick > tick) break;
    if (stopTick(event) === tick) found.push(event);
  }
  return found;
};

/** The shortest words of a line that no other line of its file has. */
function tellingPart(source: string, line: string): string | undefined {
  const words = [...line.matchAll(/\w+|[^\w\s]/g)], found: string[] = [];
  for (let from = 0; from < words.length; from++) {
    for (let to = from; to < words.length; to++) {
      const last = words[to], part = line.slice(words[from].index, last.index + last[0].length);
      if (!canStand(part)) break;
      if (part.length < FEWEST_LETTERS || !/^\w/.test(part) || linesWith(source, part).length !== 1) continue;
      found.push(part);
      break;
    }
  }
  return found.sort((a, b) => a.length - b.length)[0];
}

/** The function and the line that begin at the next instruction. */
function codeHere({ machine, symbols, options: { sources } }: Lab): PlaceHere[] {
  const { rip } = machine.registers(), f = symbols.functionAt(rip), line = symbols.lineAt(rip), found: PlaceHere[] = [];
  if (f?.low === rip) {
    for (const name of [f.name, `${f.domain}:${f.name}`])
      if (symbols.findAll(name).some((one) => one === f)) found.push({ at: `function(${name})`, word: f.name });
  }
  if (line && line.line > 0 && symbols.addressesOf(line.file, line.line).some((spot) => spot.addr === rip && symbols.isHere(spot))) {
    const text = sources.get(line.file), part = text === undefined ? undefined : tellingPart(text, text.split('\n')[line.line - 1] ?? '');
    if (part !== undefined) found.push({ at: `line(${line.file}, '${part}')`, word: f?.name ?? 'line' });
  }
  return found;
}

/** How often an event's place is met after a tick, up to this one. */
function timesOf(at: string, { tracer: { record }, tick }: Lab, from: Tick): number {
  const place = parsePlace(at);
  if (typeof place === 'string' || place.kind !== 'event') return 1;
  let times = 0;
  for (const event of record.eventsFrom(Math.max(0, from - 1), [place.event])) {
    if (event.tick > tick) break;
    const stop = stopTick(event), isMet = Object.entries(place.match).every(([name, value]) => String(event.fields[name]) === value);
    if (isMet && stop > from && stop <= tick && ++times > MOST_TIMES) break;
  }
  return times;
}

/** Plays a place from a tick on; undefined where this build has none. */
export type Play = (from: Tick, place: Place, most: number) => Promise<Tick | undefined>;

/**
 * @param from where the course stands before it, earlier than now.
 * @param play leads to a place; the machine is somewhere else afterwards.
 */
export async function placeHere(lab: Lab, from: Tick, play: Play): Promise<PlaceHere> {
  const { tick } = lab, { sources } = lab.options, here = eventsHere(lab), code = codeHere(lab);
  const inside = lab.symbols.functionAt(lab.machine.registers().rip)?.name ?? 'here';
  const byEvent = here.flatMap((event) => placesOf(event).map((at) =>
    ({ at, word: event.kind === 'syscall-entry' ? String(event.fields['name']) : event.kind, times: timesOf(at, lab, from) })));
  const leads = async (at: string): Promise<boolean> => {
    const place = parsePlace(at);
    return typeof place !== 'string' && absent(place, sources) === undefined && (await play(from, place, tick - from + 1)) === tick;
  };
  const first = [...byEvent.filter(({ times }) => times === 1), ...code].sort((a, b) => a.at.length - b.at.length);
  for (const one of first) if (await leads(one.at)) return { at: one.at, word: one.word };
  const again = byEvent.filter(({ times }) => times > 1 && times <= MOST_TIMES).map(({ at, word, times }) => ({ at: `nth(${times}, ${at})`, word }))
    .sort((a, b) => a.at.length - b.at.length);
  for (const one of again) if (await leads(one.at)) return one;
  for (const { at, word } of code) {
    const place = parsePlace(at);
    if (typeof place === 'string' || absent(place, sources) !== undefined) continue;
    let reached: Tick | undefined = from, times = 0;
    while (reached !== undefined && reached < tick && times < MOST_VISITS) {
      reached = await play(reached, place, tick - reached + 1);
      times++;
    }
    if (reached === tick && (await leads(`nth(${times}, ${at})`))) return { at: `nth(${times}, ${at})`, word };
  }
  return { at: `tick(${tick})`, word: inside };
}
