/**
 * A block of a lesson for the present moment, written by the machine: a stop here, or a question whose answers it tells apart. It comes behind the last
 * block whose place has come by now, and from the stop before the moment is looked for.
 */
import type { Tick } from '../base/units.ts';
import { VECTORS } from '../isa/registers.ts';
import { EVENT_KINDS, EVENTS, type EventKind } from '../link/events.ts';
import type { TextEdit, Wish } from '../link/lesson.ts';
import type { EventReport } from '../link/reports.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import type { BuildOrder } from './builder.ts';
import { stopTick } from './events.ts';
import { evaluate, type Value } from './expr.ts';
import type { Lab, Pump } from './lab.ts';
import { judge } from './judge.ts';
import { eventsHere, placeHere } from './place-here.ts';
import { PLACEHOLDERS } from './placeholders.ts';
import { parsePlace } from './places.ts';
import { Player } from './player.ts';
import { readDraft, type Scenario, type ScenarioStop, type Step } from './scenario.ts';
import { BLOCKS } from './scenario-format.ts';
import { changed } from './switch-set.ts';
import { FUNCTIONS, scopeOf } from './vocabulary.ts';

/** Whoever writes a lesson has it played: one part of the worker for both. */
export { prove } from './prove.ts';

const OPENS = new RegExp(`^:::(?:${Object.keys(BLOCKS).join('|')})\\b`);

/** A block of the text: from its first letter to behind its last. */
interface Span {
  id: string;
  from: number;
  to: number;
}

/** Where the head of a text ends, and its blocks in their order. */
function spansOf(text: string): { head: number; blocks: Span[] } {
  const blocks: Span[] = [], lines = text.split('\n');
  let begin = 0, head = 0, isHead = /^\uFEFF?---\s*$/.test(lines[0]), open: Span | undefined;
  for (const [n, line] of lines.entries()) {
    const end = begin + line.length;
    if (isHead) {
      isHead = n === 0 || line.trim() !== '---';
      head = end;
    } else if (OPENS.test(line)) {
      open = { id: /\{#([\w-]+)/.exec(line)?.[1] ?? '', from: begin, to: end };
      blocks.push(open);
    } else if (open) {
      open.to = end;
      if (line.trim() === ':::') open = undefined;
    }
    begin = end + 1;
  }
  return { head, blocks };
}

/**
 * Where a block belongs that comes after another, and before all that follow it: the line that the cursor is in if it is between them, else right
 * behind that block. The first one comes behind the introduction.
 */
export function roomFor(text: string, after: string | undefined, at: number): number {
  const { head, blocks } = spansOf(text), n = blocks.findIndex(({ id }) => id === after), from = n < 0 ? head : blocks[n].to;
  const next = blocks.at(n + 1), behind = next ? text.slice(0, next.from).trimEnd().length : text.trimEnd().length;
  if (n < 0) return Math.max(head, behind);
  const line = text.indexOf('\n', at), end = line < 0 ? text.length : line;
  return at > from && end <= behind ? end : from;
}

/** A thing that a question may be about, and how its answers are said. */
interface Fact {
  is: string;
  /** How it is written that it does not hold: it is something that holds or not. */
  not?: string;
  /** After the words for the moment; `names`: those of a call or a function would be the answer. */
  ask: string;
  names?: true;
  say: (value: Value) => string;
  /** The events that tell it: nothing says more of a moment than what has just come of it. */
  by?: readonly EventKind[];
  /** What can be asked for; without it, all. */
  fits?: (now: Value, lab: Lab) => boolean;
  /** What somebody may take it for, the likeliest first; without it, what it was at the stop before. */
  others?: (was: Value | undefined, lab: Lab, now: Value) => readonly (Value | undefined)[];
}

const RINGS: readonly Value[] = [0n, 3n], BIT: readonly Value[] = [0n, 1n], SMALL: readonly Value[] = [0n, 1n, 2n];
/** An argument that is told by its number: an address would be another one in the next build. */
const MOST_SAID = 4096n;
const yesOrNo = (value: Value): string => (value === true || value === 1n ? 'yes' : 'no');
const taskSaid = (value: Value): string => (value === 0n ? 'the idle task' : `task ${value}`);
const quoted = (value: Value): string => `\`${value}\``;
const onStack = (was: Value | undefined): readonly (Value | undefined)[] => [was, ...FUNCTIONS['region'].words?.() ?? []];
const valueIn = (lab: Lab, is: string): Value | undefined => {
  const result = evaluate(is, scopeOf(lab, undefined));
  return 'error' in result ? undefined : result.value;
};
const valueOf = (field: EventReport['fields'][string] | undefined): Value | undefined => (typeof field === 'number' ? BigInt(field) : field);
/** What the last such event had there, of those that had something else. */
const earlier = ({ tracer: { record }, tick }: Lab, kinds: readonly EventKind[], field: string, now: Value): Value | undefined =>
  valueOf(record.findBack(tick + 1, kinds, ({ fields }) => fields[field] !== undefined && valueOf(fields[field]) !== now)?.fields[field]);
/** What has called what runs, the nearest first. */
const callersIn = (lab: Lab): string[] => String(valueIn(lab, 'callers') ?? '').split(', ');

const DELIVERIES: readonly EventKind[] = ['interrupt', 'exception'];
const LOCKING = EVENT_KINDS.filter((kind) => ['lock', 'name'].every((field) => Object.hasOwn(EVENTS[kind].fields, field)));
/** A field of the events that a run stops at here. */
const field = (name: string, by: readonly EventKind[], ask: string): Fact => ({ is: `field('${name}')`, ask, names: true, by, say: quoted,
  fits: (_now, lab) => eventsHere(lab).some(({ kind }) => by.includes(kind)), others: (was, lab, now) => [was, earlier(lab, by, name, now)] });

/** What matters most comes first. */
const FACTS: readonly Fact[] = [
  { is: 'ring', ask: 'in which ring does the CPU run?', by: ['ring-change'], say: (value) => `in ring ${value}`, others: () => RINGS },
  { is: 'region(rsp)', ask: 'where does the stack pointer point?', by: ['stack-switch'],
    say: (value) => (value === 'none' ? 'to no stack' : `to the ${value} stack`), others: onStack },
  field('name', ['syscall-entry'], 'which system call does the kernel serve?'),
  { is: 'arg(0)', ask: 'what is the first argument of this system call?', by: ['syscall-entry'], say: String,
    fits: (now) => typeof now === 'bigint' && now >= 0n && now < MOST_SAID, others: () => SMALL },
  { ...field('to', ['context-switch'], 'which task is given the CPU?'), say: taskSaid, others: (_was, lab) =>
    eventsHere(lab).map(({ fields }) => valueOf(fields['from'])) },
  field('name', LOCKING, 'which lock is it about?'),
  { is: 'task', ask: 'which task has the CPU?', say: taskSaid },
  { is: 'vector', ask: 'which interrupt or exception has come?', by: DELIVERIES, fits: (now) => now !== -1n,
    say: (value) => `number ${value}${VECTORS[Number(value)] ? `, ${VECTORS[Number(value)].name}` : ''}`,
    others: (_was, lab, now) => [earlier(lab, DELIVERIES, 'vector', now)] },
  { is: 'frame.stack', ask: 'on which stack does the frame lie that the CPU has pushed?', by: DELIVERIES, say: (value) => `on the ${value} stack`,
    fits: (now) => now !== 'none', others: onStack },
  { is: 'function', ask: 'in which function is the CPU?', names: true, say: (value) => `in ${quoted(value)}`,
    others: (was, lab) => [was, ...callersIn(lab)] },
  { is: 'rip == interrupted', not: 'rip != interrupted', ask: 'which instruction runs next?',
    say: (value) => (value === true ? 'the one that was interrupted' : 'another one than was interrupted'),
    fits: (now) => now === true, others: () => [false] },
  { is: 'rflags / 512 % 2', ask: 'may a device interrupt the CPU?', say: yesOrNo, others: () => BIT },
  { is: 'rsp != before.rsp', not: 'rsp == before.rsp', ask: 'has the last instruction moved the stack pointer?', say: yesOrNo,
    others: () => [true, false] },
];

/** What comes at a moment is the first of its kind since another. */
function isNext(kind: EventKind, { tracer: { record }, tick }: Lab, from: Tick): boolean {
  for (const event of record.eventsFrom(Math.max(0, from - 1), [kind])) {
    const at = stopTick(event);
    if (at > from) return at === tick;
  }
  return false;
}

/** A question is asked at the stop before: words for the moment that answers it, from there. None, where it is that very moment. */
function whenSaid(at: string, lab: Lab, from: Tick, { names }: Fact): string {
  const place = at === '' ? undefined : parsePlace(at), ticks = lab.tick - from;
  if (place === undefined || typeof place === 'string') return '';
  if (place.kind === 'syscall' && place.nth === undefined && !names) return `when the kernel next begins to serve ${place.name}, `;
  if (place.kind === 'function' && !names) return `when ${place.name.replace(/.*:/, '')} begins, `;
  const kind = place.kind === 'event' ? place.event : place.kind === 'syscall' ? 'syscall-entry' : undefined;
  if (kind && isNext(kind, lab, from)) return `${EVENTS[kind].stop === 'after' ? 'after' : 'at'} the next ${kind.replaceAll('-', ' ')}, `;
  return `${ticks.toLocaleString('en-US')} ${ticks === 1 ? 'tick' : 'ticks'} from here, `;
}

const literal = (value: Value): string => (typeof value === 'string' ? `'${value}'` : String(value));
const canStand = (value: Value | undefined): value is Value => value !== undefined && !/['"`]/.test(String(value)) && value !== '';
const check = ({ is, not }: Fact, value: Value): string => (not === undefined ? `${is} == ${literal(value)}` : value === true ? is : not);

/** How often a text asks for it, in whatever words. */
function timesAsked({ is, ask }: Fact, course: readonly Step[]): number {
  // As a word of its own: not `before.ring` for `ring`.
  const named = new RegExp(`(?<![\\w.'])${is.replaceAll(/[^\w ]/g, '\\$&')}(?![\\w'(])`);
  return course.filter((step) => step.kind === 'predict' && (step.ask.toLowerCase().includes(ask) || step.options.some((one) => named.test(one.check ?? ''))))
    .length;
}

interface Answer {
  text: string;
  check: string;
}

/** A question about a fact, with two of its answers. */
interface Question {
  fact: Fact;
  wrong: Answer;
  right: Answer;
}

/**
 * A question that the machine answers: what the text asks least often comes first, of that what has changed since the stop before, and of that what an
 * event of this very moment tells. Both checks are judged here, at the moment asked about.
 */
function question(lab: Lab, before: ReadonlyMap<Fact, Value | undefined>, course: readonly Step[]): Question | undefined {
  const scope = scopeOf(lab, undefined), kinds = new Set(eventsHere(lab).map(({ kind }) => kind)), facts = FACTS.map((fact) => {
    const now = valueIn(lab, fact.is), was = before.get(fact);
    return { fact, now, was, times: timesAsked(fact, course), rank: 2 * Number(now === was) + Number(!fact.by?.some((kind) => kinds.has(kind))) };
  });
  for (const { fact, now, was } of facts.toSorted((a, b) => a.times - b.times || a.rank - b.rank)) {
    if (!canStand(now) || fact.fits?.(now, lab) === false) continue;
    const right = check(fact, now), others = fact.others?.(was, lab, now) ?? [was];
    const other = others.find((one): one is Value => canStand(one) && typeof one === typeof now && one !== now && !judge(check(fact, one), scope).ok);
    if (other === undefined || !judge(right, scope).ok) continue;
    const answer = (value: Value): Answer => ({ text: fact.say(value), check: check(fact, value) });
    return { fact, wrong: answer(other), right: answer(now) };
  }
  return undefined;
}

const slug = (word: string): string => word.toLowerCase().replace(/^_+|_+$/g, '').replaceAll(/[^a-z0-9]+/g, '-').replace(/^(?=\d)|^$/, 'at-');

function freeName(text: string, word: string): string {
  const taken = new Set([...text.matchAll(/^:::\w+\{#([\w-]+)/gm)].map(([, id]) => id));
  for (let n = 1; ; n++) {
    const name = n === 1 ? word : `${word}-${n}`;
    if (!taken.has(name)) return name;
  }
}

const sameBuild = (text: Pick<Scenario, 'app' | 'config' | 'set'>, { app, switches, edits }: BuildOrder, lab: Lab): string | undefined => {
  const { sources } = lab.options, { config, set } = changed(text, { set: {} }), wanted = resolveConfig(sources, config, set);
  if (Object.keys(edits).length > 0) return 'The machine here runs edited sources, and a lesson has none: revert them, or play the text first.';
  const differs = typeof wanted === 'string' ? [] : Object.keys(wanted).filter((key) => wanted[key] !== switches[key]);
  return text.app === app && differs.length === 0 ? undefined
    : `The text is about ${text.app} in ${text.config}, and the machine here is another one (${text.app === app ? differs.join(', ') : app}): play the text, `
      + 'then go to the moment.';
};

/** How far a course has come by a moment. */
interface Before {
  tick: Tick;
  /** The stop that it stands at, and the last block whose place has come. */
  stop: ScenarioStop | undefined;
  last: Step | undefined;
}

/** Follows the course to the last of its places that comes no later than this moment. What has not come by then comes later, or never. */
async function before(player: Player, start: Tick, here: Tick, pump: Pump): Promise<Before | 'paused'> {
  const found: Before = { tick: start, stop: undefined, last: undefined };
  for (const step of player.scenario.course) {
    if (player.applies(step.when) !== true) continue;
    if (step.kind !== 'change' && step.at) {
      if (step.at.kind === 'tick' && step.at.tick > here) break;
      const { tick, missed, paused } = await player.lead(found.tick, step.at, { pump, maxInstructions: here - found.tick + 1 });
      if (paused) return 'paused';
      const isLater = missed !== undefined || tick > here;
      if (isLater && step.kind === 'stop') break;
      // What a question asks about may lie behind the stops that follow it.
      if (isLater) continue;
      if (step.kind === 'stop') Object.assign(found, { tick, stop: step });
    }
    found.last = step;
  }
  return found;
}

/** The machine is somewhere else afterwards. @returns a sentence where nothing can be written. */
export async function writeHere({ text, at, wish, panels }: { text: string; at: number; wish: Wish; panels: readonly string[] }, lab: Lab, order: BuildOrder,
  pump: Pump): Promise<TextEdit | string> {
  const here = lab.tick, { front, course } = readDraft('', text, lab.options.sources);
  if (!front) return 'The head of the text, between its two lines of ---, has a mistake: mend that first.';
  const other = sameBuild(front, order, lab);
  if (other !== undefined) return other;
  const scenario: Scenario = { ...front, course, checks: [], end: '' };
  const player = new Player(scenario, lab), start = await player.begin({ pump });
  const base = start.paused ? 'paused' : start.tick > here ? 'early' : await before(player, start.tick, here, pump);
  if (base === 'paused') return 'Paused before the moment was found.';
  if (base === 'early') return 'A lesson begins where its program does, and this moment is before that: go on in the run.';
  const isBase = base.tick === here && base.stop !== undefined;
  if (isBase && wish === 'stop') return `The stop '${base.stop?.id}' is this very moment.`;
  lab.seek(base.tick);
  const facts = new Map(FACTS.map((fact) => [fact, valueIn(lab, fact.is)]));
  lab.seek(here);
  const asked = wish === 'ask' ? question(lab, facts, course) : undefined;
  if (wish === 'ask' && !asked) return 'Nothing here tells two answers apart: write the question by hand.';
  const play = async (from: Tick, place: Parameters<Player['lead']>[1], most: number): Promise<Tick | undefined> => {
    const reached = await player.lead(from, place, { pump, maxInstructions: most });
    return reached.missed === undefined ? reached.tick : undefined;
  };
  const place = isBase ? { at: '', word: base.stop?.id ?? '' } : await placeHere(lab, base.tick, play), name = slug(place.word);
  lab.seek(here);
  const words = asked ? whenSaid(place.at, lab, base.tick, asked.fact) + asked.fact.ask : '', ask = words.charAt(0).toUpperCase() + words.slice(1);
  const where = place.at === '' ? '' : ` at="${place.at}"`, show = panels.length > 0 ? ` show="${panels.join(',')}"` : '';
  const block = asked
    ? [`:::predict{#${freeName(text, `ask-${name}`)} ask="`, ask, `"${where}${show}}\n- [ ] `, asked.wrong.text, ' :: check="', asked.wrong.check,
      '" misconception="', PLACEHOLDERS.misconception, '"\n  ', PLACEHOLDERS.wrong, '\n- [x] ', asked.right.text, ' :: check="', asked.right.check, '"\n  ',
      PLACEHOLDERS.right, '\n:::']
    : [`:::stop{#${freeName(text, name)}${where}${show}}\n`, PLACEHOLDERS.stop, '\n:::'];
  return put(text, roomFor(text, base.last?.id, at), block);
}

/**
 * With an empty line on each side.
 * @param block every second part of it is to be written over
 */
function put(text: string, at: number, block: readonly string[]): TextEdit {
  const before = text.slice(0, at), lead = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const isLast = !text.slice(at).startsWith('\n\n'), fields: TextEdit['fields'] = [];
  let insert = lead;
  for (const [n, part] of block.entries()) {
    const from = at + insert.length;
    insert += part;
    if (n % 2 === 1) fields.push({ from, to: at + insert.length });
  }
  if (isLast) insert += '\n';
  const end = at + insert.length + (isLast ? 0 : 1);
  return { at, insert, fields: [...fields, { from: end, to: end }] };
}
