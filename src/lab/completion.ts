/**
 * What may stand at a place of a lesson's text, with a line on each: from the tables that the checker reads, the sources, and the functions of the build
 * that is open.
 */
import { SWITCHES } from '../guest/configs/switches.ts';
import { EVENT_KINDS, EVENTS, isText, type EventKind } from '../link/events.ts';
import type { Completion, Completions } from '../link/lesson.ts';
import { PANEL_NAMES } from '../link/panels.gen.ts';
import { appAbout } from '../toolchain/app-about.ts';
import { appNames, configAbout, configNames } from '../toolchain/kconfig.ts';
import { syscallRows } from '../toolchain/syscall-table.ts';
import { PLACES, type Place } from './places.ts';
import { aboutEntry, ANSWER, attributesOf, BLOCKS, FRONT_MATTER, type BlockKind, type Reading } from './scenario-format.ts';
import { FIRST_WORDS, FUNCTIONS, NAMES, REGISTERS } from './vocabulary.ts';

/** What there is in the guest. */
export interface Guest {
  sources: ReadonlyMap<string, string>;
  /** By name, with whose it is: those of the build that is open. */
  functions: readonly { name: string; domain: string }[];
}

/** More than anybody reads, and no fewer than an expression has names. */
const MOST = 100;
const NONE: Completions = { from: 0, options: [] };

const word = (text: string, about = ''): Completion => ({ text, about });
/** It goes on between the brackets or quotes that come with it. */
const open = (text: string, about: string, insert: string, caret = insert.length - 1): Completion => ({ text, about, insert, caret });

/** Those that begin like it, then those of which a word within does: `sta` is offered `stack-switch`, and `switch` it too; `ring` is not offered `string`. */
function like(begun: string, from: number, options: readonly Completion[]): Completions {
  const part = begun.toLowerCase(), begins = ({ text }: Completion): boolean => text.toLowerCase().startsWith(part);
  const inside = ({ text }: Completion): boolean => [...text.matchAll(/[^a-zA-Z0-9]+/g)].some(({ index, 0: { length } }) =>
    text.slice(index + length).toLowerCase().startsWith(part));
  return { from, options: [...options.filter(begins), ...options.filter((one) => !begins(one) && inside(one))].slice(0, MOST) };
}

/** The letters before a place that match, and where they begin. */
function before(text: string, at: number, pattern: RegExp): { begun: string; from: number } {
  const begun = pattern.exec(text)?.[0] ?? '';
  return { begun, from: at - begun.length };
}

const panels = (): Completion[] => PANEL_NAMES.map((name) => word(name, 'a panel'));
const configs = ({ sources }: Guest): Completion[] => configNames(sources).map((name) => word(name, configAbout(sources, name)));
const calls = ({ sources }: Guest): Completion[] => syscallRows(sources).map(({ name }) => word(name, 'a system call'));
const fields = (): Completion[] => [...new Set(EVENT_KINDS.flatMap((kind) => Object.entries(EVENTS[kind].fields).filter(([, type]) => type !== 'said')
  .map(([name]) => name)))].map((name) => word(name, 'a field of an event'));
const kinds = (): Completion[] => EVENT_KINDS.map((kind) => word(kind, EVENTS[kind].about));

function switches(text: string, at: number, sign: string): Completions {
  const value = new RegExp(`([A-Z]\\w*)\\s*${sign}\\s*(\\w*)$`).exec(text), key = value && SWITCHES.find((one) => one.key === value[1]);
  if (value && key) return like(value[2], at - value[2].length, key.values === 'number' ? [] : key.values.map((one) => word(one, key.help)));
  const { begun, from } = before(text, at, /\w*$/);
  const after = sign === ':' ? ': ' : sign;
  return like(begun, from, SWITCHES.map(({ key: name, help }) => open(name, help, `${name}${after}`, name.length + after.length)));
}

function place(text: string, at: number, guest: Guest): Completions {
  const inner = /^\s*nth\(\s*\d+\s*,\s*(.*)$/.exec(text);
  if (inner) return place(inner[1], at, guest);
  const call = /^\s*(\w+)\((.*)$/.exec(text);
  if (!call) {
    const { begun, from } = before(text, at, /\w*$/);
    return like(begun, from, Object.entries(PLACES).map(([kind, [, about]]) => open(kind, about.replaceAll('`', ''), `${kind}()`)));
  }
  const [, kind, inside] = call, { begun, from } = before(inside, at, /[^\s,(]*$/), isFirst = !inside.includes(',');
  switch (kind as Place['kind']) {
    case 'event': {
      if (isFirst) return like(begun, from, kinds());
      const has = EVENTS[/^\s*([\w-]+)/.exec(inside)?.[1] as EventKind]?.fields ?? {};
      return begun.includes('=') ? NONE : like(begun, from, Object.entries(has).filter(([, type]) => type !== 'said')
        .map(([name, type]) => open(name, isText(type) ? 'a text' : 'a number', `${name}=`, name.length + 1)));
    }
    case 'syscall': return isFirst ? like(begun, from, calls(guest)) : NONE;
    case 'line': return isFirst ? like(begun, from, [...guest.sources.keys()].map((file) => open(file, 'a source file', `${file}, ''`))) : NONE;
    case 'function': {
      // The application's come first.
      const ranked = guest.functions.toSorted((a, b) => Number(b.domain === 'app') - Number(a.domain === 'app'));
      const known = new Map(ranked.map((one) => [`${one.domain}:${one.name}`, one]));
      return like(begun, from, [...known].map(([name, { domain }]) => word(name, `a function: ${domain}`)));
    }
    default: return NONE;
  }
}

function expression(text: string, at: number, guest: Guest): Completions {
  const quoted = /(?:(\w+)\('|([\w.]+(?:\([^()]*\))?)\s*(?:==|!=)\s*')([^']*)$/.exec(text);
  // An even number of quotes before it: it stands in no text.
  const inText = (text.split("'").length - 1) % 2 === 1;
  if (inText && quoted) {
    const [, called, named = '', begun] = quoted, from = at - begun.length;
    if (called === 'events') return like(begun, from, kinds());
    if (called === 'field') return like(begun, from, fields());
    if (called !== undefined) return FUNCTIONS[called]?.args.startsWith("'name'") ? like(begun, from, calls(guest)) : NONE;
    const name = named.replace(/\(.*/, ''), known = NAMES[name] ?? FUNCTIONS[name], key = SWITCHES.find((one) => one.key === name);
    const words = [...(known?.words?.() ?? []), ...(key && key.values !== 'number' ? key.values : [])];
    return like(begun, from, words.map((one) => word(one, `what ${name} can be`)));
  }
  if (inText) return NONE;
  const { begun, from } = before(text, at, /(?:before\.)?[\w.]*$/);
  // A number, which `r10` or `cr3` would take the place of.
  if (/^\d/.test(begun)) return NONE;
  // Behind a value there is no room for another.
  if (/[\w')]\s*$/.test(text.slice(0, text.length - begun.length))) return NONE;
  const registers = Object.entries(REGISTERS).map(([name, { about }]) => word(name, about));
  const all = [
    ...Object.entries(NAMES).map(([name, { about }]) => word(name, about)),
    ...Object.entries(FUNCTIONS).map(([name, { args, about }]) => {
      const isQuoted = args.startsWith("'");
      return open(name, about, isQuoted ? `${name}('')` : `${name}()`, name.length + (isQuoted ? 2 : 1));
    }),
    ...registers, ...(begun.startsWith('b') ? registers.map(({ text: name }) => word(`before.${name}`, 'the same one step ago')) : []),
    ...SWITCHES.map(({ key, help }) => open(key, help, `${key} == ''`, key.length + 5)),
  ];
  const rank = ({ text: name }: Completion): number => (FIRST_WORDS.includes(name) ? FIRST_WORDS.indexOf(name) : FIRST_WORDS.length);
  return like(begun, from, all.toSorted((a, b) => rank(a) - rank(b)));
}

function value(reading: Reading, text: string, at: number, guest: Guest): Completions {
  switch (reading) {
    case 'place': return place(text, at, guest);
    case 'expression': return expression(text, at, guest);
    case 'panels': {
      const { begun, from } = before(text, at, /[\w-]*$/);
      return like(begun, from, panels());
    }
    case 'word': return like(text, at - text.length, configs(guest));
    case 'switches': return switches(text, at, '=');
    default: return NONE;
  }
}

type Table = Parameters<typeof attributesOf>[0];

/** In the head of a block or behind an answer's two colons: an attribute's name, or what stands in its quotes. */
function attribute(table: Table, text: string, at: number, guest: Guest): Completions {
  const inside = /(\w+)="([^"]*)$/.exec(text);
  if (inside) return value(attributesOf(table).get(inside[1])?.reading ?? 'text', inside[2], at, guest);
  const { begun, from } = before(text, at, /\w*$/);
  if (from > at - text.length && !/\s$/.test(text.slice(0, text.length - begun.length))) return NONE;
  const used = new Set([...text.matchAll(/(\w+)="/g)].map(([, name]) => name));
  const free = Object.entries(table.entries).filter(([name]) => !used.has(name));
  return like(begun, from, free.map(([name, entry]) => open(name, aboutEntry(entry), `${name}=""`)));
}

/** A block with what it needs, ready to be filled in. */
function skeleton(kind: BlockKind): Completion {
  const needed = [...attributesOf(BLOCKS[kind])].filter(([, one]) => one.needed).map(([name]) => ` ${name}=""`).join('');
  const lines = kind === 'predict' ? '- [ ] \n- [x] ' : '', head = `:::${kind}{#name${needed}}`;
  return open(`:::${kind}`, aboutEntry(BLOCKS[kind]), `${head}\n${lines}\n:::`, needed === '' ? head.length - 1 : head.indexOf('""') + 1);
}

function head(line: string, at: number, guest: Guest): Completions {
  const key = /^(\w+):\s*(.*)$/.exec(line);
  if (!key) return /^\w*$/.test(line) ? like(line, at - line.length, Object.entries(FRONT_MATTER.entries).map(([name, entry]) =>
    open(name, aboutEntry(entry), `${name}: `, name.length + 2))) : NONE;
  const [, name, said] = key, { begun, from } = before(said, at, /[\w-]*$/);
  switch (name) {
    case 'app': return like(begun, from, appNames(guest.sources).map((app) => ({ ...word(app, appAbout(guest.sources, app)),
      // To YAML these two are no words.
      ...(app === 'true' || app === 'false' ? { insert: `'${app}'` } : {}) })));
    case 'config': return like(begun, from, configs(guest));
    case 'panels': return like(begun, from, panels());
    case 'set': return switches(said, at, ':');
    default: return NONE;
  }
}

/** Some block has begun in these lines, and not ended. */
function isOpen(lines: readonly string[]): boolean {
  const last = lines.findLast((one) => one.startsWith(':::'));
  return last !== undefined && last.trim() !== ':::';
}

/** What may stand at a letter of a text. */
export function completionsAt(text: string, at: number, guest: Guest): Completions {
  const begin = text.lastIndexOf('\n', at - 1) + 1, line = text.slice(begin, at), lines = text.slice(0, begin).split('\n');
  const fences = lines.filter((one, n) => one.trim() === '---' && (n === 0 || lines[0].trim() === '---')).length;
  if (lines.length > 1 && fences === 1) return head(line, at, guest);
  const block = /^:::(\w+)\{#[\w-]+(\s.*)$/.exec(line);
  if (block && Object.hasOwn(BLOCKS, block[1])) return attribute(BLOCKS[block[1] as BlockKind], block[2], at, guest);
  // Colons alone close the block that is open.
  if (/^:{1,3}$/.test(line) && isOpen(lines)) return NONE;
  if (/^:{1,3}\w*$/.test(line)) return like(line, begin, (Object.keys(BLOCKS) as BlockKind[]).map(skeleton));
  const answer = /^- \[[ xX]\] .*?\s::(\s.*)$/.exec(line);
  if (answer) return attribute(ANSWER, answer[1], at, guest);
  const spoken = /\{\{([^}]*)$/.exec(line);
  return spoken ? expression(spoken[1], at, guest) : NONE;
}
