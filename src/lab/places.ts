/**
 * Where a scenario stops, as text: `event(interrupt, ring=3)`, `syscall(write, 2)`, `line(apps/hello.c, 'puts')`,
 * `function(app:main)`, `nth(3, function(app:work))`, `tick(61200)`. Data, like everything in a scenario.
 */
import type { Tick } from '../base/units.ts';
import type { RunSpec } from '../link/protocol.ts';
import { unknown } from '../base/unknown.ts';
import { EVENT_KINDS, EVENTS, isText, type EventKind } from '../link/events.ts';
import type { Lab } from './lab.ts';

export type Place =
  | { kind: 'event'; event: EventKind; match: Record<string, string> }
  | { kind: 'syscall'; name: string; nth: number | undefined }
  | { kind: 'line'; file: string; text: string }
  | { kind: 'function'; name: string }
  | { kind: 'nth'; n: number; place: MetPlace }
  | { kind: 'tick'; tick: Tick };
/** A place that a run meets, perhaps again and again. */
export type MetPlace = Exclude<Place, { kind: 'nth' | 'tick' }>;

/** Each kind of place: how it is written, and what it is. */
export const PLACES: Readonly<Record<Place['kind'], readonly [written: string, about: string]>> = {
  event: ['`event(kind, field=value)`', 'the next event of a kind, perhaps with these fields: `event(interrupt, ring=3)`'],
  syscall: ['`syscall(name)`, `syscall(name, 2)`',
    'the next call of that name; or the one of that number in the run, from 0: where the kernel begins to serve it'],
  line: ["`line(apps/hello.c, 'puts')`", 'the one line of a file that contains these letters'],
  function: ['`function(app:main)`',
    "a function's first instruction, with its arguments in RDI, RSI, RDX; `app:`, `libc:` or `kernel:` where a name is not unique"],
  nth: ['`nth(3, function(app:work))`', 'the third such place after the stop before'],
  tick: ['`tick(61200)`', 'the moment of that number: the same in every run of this build, and another one as soon as a byte of it changes'],
};
export const PLACE_KINDS = Object.keys(PLACES) as Place['kind'][];

/** More often than anybody counts. */
export const MOST_TIMES = 1000;

const ARGUMENT = /\s*(?:([A-Za-z_]\w*)\s*=\s*)?(?:'([^']*)'|"([^"]*)"|([^\s,()='"][^,()='"]*?))\s*(,|$)/y;

/** @returns a sentence when the text is no place. */
export function parsePlace(text: string): Place | string {
  const call = /^\s*([a-z]+)\s*\((.*)\)\s*$/s.exec(text);
  if (!call && /^\s*[a-z]+\s*\([^)]*$/.test(text)) return `')' is missing: ${text.trim()})`;
  if (!call) return `'${text}' is no place; write event(...), syscall(...), line(...) or function(...)`;
  const [, kind, inside] = call;
  if (kind === 'nth') return nthPlace(text, inside);
  const args: string[] = [], named: Record<string, string> = {};
  ARGUMENT.lastIndex = 0;
  while (inside.trim() !== '' && ARGUMENT.lastIndex < inside.length) {
    const at = ARGUMENT.lastIndex;
    const match = ARGUMENT.exec(inside);
    if (!match) {
      const [, field, value] = /^\s*(\w+)\s*==\s*([^,]*)/.exec(inside.slice(at)) ?? [];
      return field === undefined ? `cannot read '${inside.slice(at).trim()}' in '${text}'`
        : `a field of a place is written with one sign: ${field}=${value.trim()}`;
    }
    const value = match[2] ?? match[3] ?? match[4];
    if (match[1] === undefined) args.push(value);
    else named[match[1]] = value;
  }
  const count = (min: number, max = min): boolean => args.length >= min && args.length <= max && (kind === 'event' || Object.keys(named).length === 0);
  switch (kind) {
    case 'event':
      if (!count(1)) return `event(...) takes a kind and fields such as vector=14: '${text}'`;
      if (!EVENT_KINDS.includes(args[0] as EventKind)) return unknown('event', args[0], EVENT_KINDS);
      for (const [field, value] of Object.entries(named)) {
        const { fields } = EVENTS[args[0] as EventKind];
        if (!Object.hasOwn(fields, field)) return unknown(`field of ${args[0]}`, field, Object.keys(fields).filter((one) => fields[one] !== 'said'));
        if (!isText(fields[field]) && !/^(?:0|-?[1-9]\d*)$/.test(value))
          return `${field} of ${args[0]} is a number, never '${value}'; write it in the base of ten`;
      }
      return { kind, event: args[0] as EventKind, match: named };
    case 'syscall':
      if (!count(1, 2) || (args[1] !== undefined && !/^\d+$/.test(args[1]))) return `syscall(...) takes a name and perhaps a number: '${text}'`;
      return { kind, name: args[0], nth: args[1] === undefined ? undefined : Number(args[1]) };
    case 'line': return count(2) ? { kind, file: args[0], text: args[1] } : `line(...) takes a file and a part of the line's text: '${text}'`;
    case 'function': return count(1) ? { kind, name: args[0] } : `function(...) takes a name: '${text}'`;
    case 'tick': return count(1) && /^\d{1,15}$/.test(args[0]) ? { kind, tick: Number(args[0]) } : `tick(...) takes a whole number: '${text}'`;
    default: return unknown('kind of place', kind, PLACE_KINDS);
  }
}

/** What of a place a mistake is about: the word that it names as unknown or absent, else all of it. @returns where that begins, and how long it is. */
export function wrongIn(text: string, mistake: string): { at: number; length: number } {
  const word = /^(?:unknown [^']*|no source has a function )'([^']+)'/.exec(mistake)?.[1] ?? /^there is no file ([^;]+)/.exec(mistake)?.[1];
  const at = word === undefined ? -1 : text.indexOf(word);
  return word === undefined || at < 0 ? { at: 0, length: text.length } : { at, length: word.length };
}

function nthPlace(text: string, inside: string): Place | string {
  const [, n, met] = /^\s*(\d{1,9})\s*,(.*)$/s.exec(inside) ?? [], place = met === undefined ? undefined : parsePlace(met);
  if (place === undefined) return `nth(...) takes a number and a place: nth(3, function(app:main)), not '${text}'`;
  if (typeof place === 'string') return place;
  if (place.kind === 'nth' || place.kind === 'tick') return `nth(...) counts how often a place is met, and ${place.kind}(...) is one moment: '${text}'`;
  return Number(n) >= 1 && Number(n) <= MOST_TIMES ? { kind: 'nth', n: Number(n), place } : `nth(...) counts from 1 to ${MOST_TIMES}: '${text}'`;
}

/** The numbers of the lines of a text that contain these letters. */
export const linesWith = (source: string, text: string): number[] => source.split('\n').flatMap((line, n) => (line.includes(text) ? [n + 1] : []));

/** What to run until in this build. @returns a sentence when there is no such place in it. */
export function untilOf(place: MetPlace, lab: Lab): NonNullable<RunSpec['until']> | string {
  switch (place.kind) {
    case 'event': return { kind: 'event', event: place.event, match: place.match };
    case 'syscall': {
      const { name, nth } = place;
      if (!lab.tracer.knows(name)) return `there is no system call '${name}'`;
      return nth === undefined ? { kind: 'event', event: 'syscall-entry', match: { name } } : { kind: 'syscall', name, nth };
    }
    case 'line': {
      const { file, text } = place;
      const source = lab.options.sources.get(file);
      if (source === undefined) return `there is no file ${file}`;
      const found = linesWith(source, text);
      if (found.length !== 1) return `${file} has ${found.length} lines with '${text}'`;
      return lab.symbols.addressesOf(file, found[0]).length ? { kind: 'line', file, line: found[0] } : `line ${found[0]} of ${file} made no code in this build`;
    }
    default: {
      const f = lab.symbols.find(place.name);
      return f ? { kind: 'function', name: place.name } : `there is no function '${place.name}' in this build`;
    }
  }
}
