/**
 * A block of a lesson for the present moment, written by the machine: a stop here, or a question whose answers it tells apart. It comes behind the last
 * block whose place has come by now, and from the stop before the moment is looked for.
 */
import type { Tick } from '../base/units.ts';
import type { TextEdit, Wish } from '../link/lesson.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import type { EventReport } from '../link/reports.ts';
import type { BuildOrder } from './builder.ts';
import { evaluate, type Value } from './expr.ts';
import { stopTick } from './events.ts';
import type { Lab, Pump } from './lab.ts';
import { judge } from './judge.ts';
import { placeHere } from './place-here.ts';
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
  ask: string;
  say: (value: Value) => string;
  /** What can be asked for; without it, all. */
  fits?: (now: Value, lab: Lab) => boolean;
  /** What somebody may take it for, the likeliest first; without it, what it was at the stop before. */
  others?: (was: Value | undefined, lab: Lab) => readonly (Value | undefined)[];
}

const RINGS: readonly Value[] = [0n, 3n], BIT: readonly Value[] = [0n, 1n], SMALL: readonly Value[] = [0n, 1n, 2n];
/** An argument that is told by its number: an address would be another one in the next build. */
const MOST_SAID = 4096n;
const yesOrNo = (value: Value): string => (value === true || value === 1n ? 'yes' : 'no');
const onStack = (was: Value | undefined): readonly (Value | undefined)[] => [was, ...FUNCTIONS['region'].words?.() ?? []];
const textIn = (event: EventReport | undefined): string | undefined => (event ? String(event.fields['name']) : undefined);
const valueIn = (lab: Lab, is: string): Value | undefined => {
  const result = evaluate(is, scopeOf(lab, undefined));
  return 'error' in result ? undefined : result.value;
};
const isCall = ({ kind }: EventReport): boolean => kind === 'syscall-entry';
/** The system call that the kernel begins to serve. */
const callHere = ({ tracer: { record }, tick }: Lab): Value | undefined =>
  textIn(record.findBack(tick + 1, ['syscall-entry'], (event) => isCall(event) && stopTick(event) === tick));
/** The last of another name. */
const callBefore = (lab: Lab): Value | undefined =>
  textIn(lab.tracer.record.findBack(lab.tick, ['syscall-entry'], (event) => isCall(event) && event.fields['name'] !== callHere(lab)));
/** What has called what runs, the nearest first. */
const callersIn = (lab: Lab): string[] => String(valueIn(lab, 'callers') ?? '').split(', ');

/** What matters most comes first. */
const FACTS: readonly Fact[] = [
  { is: 'ring', ask: 'In which ring does the CPU run?', say: (value) => `in ring ${value}`, others: () => RINGS },
  { is: 'rip == interrupted', not: 'rip != interrupted', ask: 'Which instruction runs next?',
    say: (value) => (value === true ? 'the one that was interrupted' : 'another one than was interrupted'),
    fits: (now) => now === true, others: () => [false] },
  { is: 'region(rsp)', ask: 'Where does the stack pointer point?', say: (value) => (value === 'none' ? 'to no stack' : `to the ${value} stack`),
    others: onStack },
  { is: 'task', ask: 'Which task has the CPU?', say: (value) => (value === 0n ? 'the idle task' : `task ${value}`) },
  { is: 'vector', ask: 'Which interrupt or exception was delivered?', say: (value) => (value === -1n ? 'none' : `number ${value}`) },
  { is: "field('name')", ask: 'Which system call does the kernel begin to serve?', say: (value) => `\`${value}\``,
    fits: (now, lab) => callHere(lab) === now, others: (was, lab) => [was, callBefore(lab)] },
  { is: 'arg(0)', ask: 'What is the first argument of this system call?', say: String,
    fits: (now) => typeof now === 'bigint' && now >= 0n && now < MOST_SAID, others: () => SMALL },
  { is: 'frame.stack', ask: 'On which stack does the frame lie that the CPU has pushed?', say: (value) => `on the ${value} stack`,
    fits: (now) => now !== 'none', others: onStack },
  { is: 'function', ask: 'In which function is the CPU?', say: (value) => `in \`${value}\``, others: (was, lab) => [was, ...callersIn(lab)] },
  { is: 'rflags / 512 % 2', ask: 'May a device interrupt the CPU now?', say: yesOrNo, others: () => BIT },
  { is: 'rsp != before.rsp', not: 'rsp == before.rsp', ask: 'Has the last instruction moved the stack pointer?', say: yesOrNo,
    others: () => [true, false] },
];

const literal = (value: Value): string => (typeof value === 'string' ? `'${value}'` : String(value));
const canStand = (value: Value | undefined): value is Value => value !== undefined && !/['"`]/.test(String(value)) && value !== '';
const check = ({ is, not }: Fact, value: Value): string => (not === undefined ? `${is} == ${literal(value)}` : value === true ? is : not);

/** How often a text asks for it, in whatever words. */
function timesAsked({ is, ask }: Fact, course: readonly Step[]): number {
  // As a word of its own: not `before.ring` for `ring`.
  const named = new RegExp(`(?<![\\w.'])${is.replaceAll(/[^\w ]/g, '\\$&')}(?![\\w'(])`);
  return course.filter((step) => step.kind === 'predict' && (step.ask === ask || step.options.some((one) => named.test(one.check ?? '')))).length;
}

/**
 * A question that the machine answers: what the text asks least often comes first, and of that what has changed since the stop before. Both checks are
 * judged here, at the moment asked about.
 */
function question(lab: Lab, before: ReadonlyMap<Fact, Value | undefined>, course: readonly Step[]):
  { ask: string; wrong: string; right: string } | undefined {
  const scope = scopeOf(lab, undefined), facts = FACTS.map((fact) =>
    ({ fact, now: valueIn(lab, fact.is), was: before.get(fact), times: timesAsked(fact, course) }));
  const ranked = facts.toSorted((a, b) => a.times - b.times || Number(a.now === a.was) - Number(b.now === b.was));
  for (const { fact, now, was } of ranked) {
    if (!canStand(now) || fact.fits?.(now, lab) === false) continue;
    const right = check(fact, now), others = fact.others?.(was, lab) ?? [was];
    const other = others.find((one): one is Value => canStand(one) && typeof one === typeof now && one !== now && !judge(check(fact, one), scope).ok);
    if (other === undefined || !judge(right, scope).ok) continue;
    const answer = (mark: string, value: Value) => `- [${mark}] ${fact.say(value)} :: check="${check(fact, value)}"`;
    return { ask: fact.ask, wrong: answer(' ', other), right: answer('x', now) };
  }
  return undefined;
}

/** What is written for it, and in what order: the author writes another text over the placeholder. */
const PLACEHOLDER: Readonly<Record<Wish, string>> = { stop: 'What there is to see here.', ask: 'What to say to who chose this.' };

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

/** What an author is told of a place that has nothing but its number. */
const ONLY_A_TICK = 'Only the tick of this very run leads here: another build or another input will not come by.';

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
  const where = place.at === '' ? '' : ` at="${place.at}"`, show = panels.length > 0 ? ` show="${panels.join(',')}"` : '';
  const block = asked
    ? `:::predict{#${freeName(text, `ask-${name}`)} ask="${asked.ask}"${where}${show}}\n${asked.wrong}\n  ${PLACEHOLDER.ask}\n${asked.right}\n:::`
    : `:::stop{#${freeName(text, name)}${where}${show}}\n${PLACEHOLDER.stop}\n:::`;
  return { ...put(text, roomFor(text, base.last?.id, at), block, asked ? [asked.ask, PLACEHOLDER.ask] : [PLACEHOLDER.stop]),
    ...(place.at.startsWith('tick(') ? { note: ONLY_A_TICK } : {}) };
}

/** With an empty line on each side. */
function put(text: string, at: number, block: string, written: readonly string[]): TextEdit {
  const before = text.slice(0, at), lead = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const isLast = !text.slice(at).startsWith('\n\n'), insert = `${lead}${block}${isLast ? '\n' : ''}`;
  const fields = written.map((one) => at + insert.indexOf(one)).map((from, n) => ({ from, to: from + written[n].length }));
  const end = at + insert.length + (isLast ? 0 : 1);
  return { at, insert, fields: [...fields, { from: end, to: end }] };
}
