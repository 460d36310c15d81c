/**
 * Scenarios: a Markdown file with YAML front matter (a build, an input, a question) and directive blocks for stops,
 * predictions, switches to flip and checks. Data only, safe to load from anywhere; every mistake is reported with its line.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { isLater } from '../base/texts.ts';
import { nearest, unknown } from '../base/unknown.ts';
import { MOST_LETTERS } from '../link/lesson.ts';
import { PANEL_NAMES } from '../link/panels.gen.ts';
import type { ScenarioInfo } from '../link/reports.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import { syscallRows } from '../toolchain/syscall-table.ts';
import { expressionMistake } from './expr-kinds.ts';
import { readFrontMatter, type Part } from './front-matter.ts';
import { lostDashes } from './head-mistakes.ts';
import { linesWith, parsePlace, wrongIn, type Place } from './places.ts';
import { isFence, proseMistakes } from './prose.ts';
import { ANSWER, attributesOf, BLOCKS, isPanel, type BlockKind, type ClientLoad, type FrontMatter, type Reading } from './scenario-format.ts';
import { guestSources } from './sources.ts';
import { changed } from './switch-set.ts';
import { VOCABULARY } from './vocabulary.ts';

export interface Check {
  id: string;
  /** Applies when this holds; always when absent. */
  when?: string;
  that: string;
  /** The same in words. */
  text: string;
}

export interface Option {
  text: string;
  isRight: boolean;
  /** Holds for the right answer at the moment asked about, and for no other. */
  check?: string;
  misconception?: string;
  /** A moment that refutes it. */
  goto?: Place;
  /** What there is to say to who chooses it. */
  why: string;
}

interface Told {
  id: string;
  when?: string;
  /** The prose before the block. */
  lead: string;
  show: string[];
}

export interface ScenarioStop extends Told {
  kind: 'stop';
  at: Place;
  text: string;
}

export interface Prediction extends Told {
  kind: 'predict';
  ask: string;
  /** The moment that gives the answer; without it, the stop before. */
  at?: Place;
  options: Option[];
}

/** The same run in another build. */
export interface Change extends Told {
  kind: 'change';
  config?: string;
  set: Record<string, string>;
  text: string;
}

export type Step = ScenarioStop | Prediction | Change;

export interface Scenario extends ScenarioInfo {
  seed: number;
  load?: ClientLoad | undefined;
  /** What a run without a person types. */
  sample: string;
  /** Stops, predictions and changes, in the order of the text. */
  course: Step[];
  checks: Check[];
  /** The prose after the last of them. */
  end: string;
}

/** `name="value"`, with the quotes of other languages and of word processors, or with none. */
const ATTRIBUTE = /([A-Za-z_]\w*)=(?:"([^"]*)"|('[^']*'|[‘’][^‘’]*[‘’]|[“”][^“”]*[“”])|([^\s"(]*\([^)"]*\)|[^\s"]+))/g;
/** An attribute in the text of an answer. */
const LOOSE = new RegExp(`\\b(?:${[...attributesOf(ANSWER).keys()].join('|')})=`);
/** One in a line that is told to who chooses an answer. */
const MISPLACED = new RegExp(`(?<=^|\\s)::\\s*\\w+=|\\b(?:${[...attributesOf(ANSWER).keys()].join('|')})="`);
/** What was meant to open a block and opens none. */
const ALMOST = new RegExp(`^\\s*:+\\s*(?:${Object.keys(BLOCKS).join('|')})\\b`);

/** More than a lesson has of letters in a line, of blocks, and of places where its answers lead to: what a stranger's file costs to read is bounded. */
const MOST_IN_LINE = 2000, MOST_BLOCKS = 300, MOST_PLACES = 600;
/** More mistakes than anybody reads. */
const MOST_MISTAKES = 50;

class Parser {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #ids = new Set<string>();
  #places = 0;

  constructor(file: string, sources: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#sources = sources;
  }

  readonly error = (line: number, message: string, { column, value }: Part = { column: 0, value: '' }): void => {
    this.diagnostics.push({ severity: 'error', file: this.#file, line, column, length: Math.max(1, value.length), message });
  };

  /** What `name="value"` pairs there are, and what of them the block has. */
  attributes(line: number, what: string, known: readonly string[], source: Part): Map<string, Part> {
    const found = new Map<string, Part>();
    const left = source.value.replace(ATTRIBUTE, (all, name: string, quoted: string | undefined, strange: string | undefined, plain: string | undefined,
      at: number) => {
      const column = source.column + at;
      if (found.has(name)) this.error(line, `'${name}' is there twice`, { column, value: name });
      else if (!known.includes(name)) {
        const near = nearest(name, known);
        this.error(line, `${what} has no '${name}'; ${near === undefined ? 'it' : `did you mean ${near}? It`} has ${known.join(', ')}`,
          { column, value: name });
      }
      if (strange !== undefined)
        this.error(line, `an attribute stands in straight double quotes: ${name}="..."`, { column: column + name.length + 1, value: strange });
      found.set(name, { value: quoted ?? strange?.slice(1, -1) ?? plain ?? '', column: column + name.length + (plain === undefined ? 2 : 1) });
      return ' '.repeat(all.length);
    });
    const stray = left.trim().split(/\s+/)[0];
    if (stray) this.error(line, `cannot read '${stray}'; attributes are written name="value"`, { column: source.column + left.indexOf(stray), value: stray });
    return found;
  }

  /** An attribute's text, looked at as what it is read as. */
  read(line: number, reading: Reading, source: Part): void {
    switch (reading) {
      case 'expression': {
        const mistake = expressionMistake(source.value, VOCABULARY, true);
        if (mistake) this.error(line, `${source.value}: ${mistake.error}`,
          { column: source.column + mistake.at, value: source.value.slice(mistake.at, mistake.at + mistake.length) });
        return;
      }
      case 'place': {
        if (++this.#places > MOST_PLACES) {
          if (this.#places === MOST_PLACES + 1) this.error(line, `more than ${MOST_PLACES} places are named`, source);
          return;
        }
        const place = parsePlace(source.value), missing = typeof place === 'string' ? place : absent(place, this.#sources);
        if (missing === undefined) return;
        const { at, length } = wrongIn(source.value, missing);
        this.error(line, missing, { column: source.column + at, value: source.value.slice(at, at + length) });
        return;
      }
      case 'panels':
        for (const { 0: name, index } of source.value.matchAll(/[^\s,]+/g))
          if (!isPanel(name)) this.error(line, unknown('panel', name, PANEL_NAMES), { column: source.column + index, value: name });
        return;
      case 'switches':
        for (const { 0: pair, index } of source.value.matchAll(/[^\s,]+/g))
          if (!/^[A-Z]\w*=\w+$/.test(pair)) this.error(line, `'${pair}' is no switch; write KEY=value`, { column: source.column + index, value: pair });
        return;
      default:
    }
  }

  id(line: number, id: string, head: Part): void {
    if (this.#ids.has(id)) this.error(line, `there is another block '${id}'`, { value: id, column: head.value.indexOf('#') + 2 });
    this.#ids.add(id);
  }

  /** Prose from a line on. */
  prose(line: number, text: readonly string[]): string {
    let fenced = false;
    text.forEach((one, n) => {
      if (isFence(one)) fenced = !fenced;
      else if (!fenced && ALMOST.test(one))
        this.error(line + n, 'a block begins at the first letter of a line with three colons: :::stop{#name at="..."}', { column: 1, value: one });
      else if (!fenced) for (const { at, length, message } of proseMistakes(one))
        this.error(line + n, message, { column: at + 1, value: one.slice(at, at + length) });
    });
    return text.join('\n').trim();
  }

  /** @param behind there is an answer above it */
  answer(line: number, source: string, behind: boolean): Option | undefined {
    const match = /^- \[([ xX])\] (.*?)(?:\s+::(?:\s+(.*))?)?$/.exec(source.trimEnd());
    if (!match) {
      const explains = behind && !/^\s*[-*[]/.test(source) ? ', or indent it by two spaces if it explains the answer above' : '';
      this.error(line, `'${source.trim()}' is no answer; write - [ ] text, or - [x] text for the right one${explains}`, { column: 1, value: source });
      return undefined;
    }
    const [, mark, text, rest = ''] = match, readings = attributesOf(ANSWER);
    this.prose(line, [text]);
    const bare = LOOSE.exec(text);
    if (bare) this.error(line, `what belongs to an answer stands behind two colons: ... :: ${bare[0]}"..."`,
      { value: bare[0], column: source.indexOf(bare[0]) + 1 });
    const said = this.attributes(line, 'an answer', [...readings.keys()], { value: rest, column: source.lastIndexOf(rest) + 1 });
    for (const [name, part] of said) this.read(line, readings.get(name)?.reading ?? 'text', part);
    const of = (name: string): string | undefined => said.get(name)?.value;
    const place = parsePlace(of('goto') ?? ''), check = of('check'), misconception = of('misconception');
    return { text, isRight: mark !== ' ', ...(check === undefined ? {} : { check }), ...(misconception === undefined ? {} : { misconception }),
      ...(typeof place === 'string' ? {} : { goto: place }), why: '' };
  }

  /** The lines of a prediction: answers, each with what there is to say to it. */
  answers(line: number, content: readonly string[]): Option[] {
    const found: Option[] = [];
    content.forEach((one, n) => {
      const last = found.at(-1);
      if (one.trim() === '') return;
      if (/^\s{2,}/.test(one) && last) {
        this.prose(line + n, [one]);
        const misplaced = MISPLACED.exec(one);
        if (misplaced) this.error(line + n, `this line is told as it stands: ${misplaced[0].replace(/^::\s*/, '').replace(/"$/, '')}"..." belongs behind the `
          + 'answer above, in its own line: - [ ] text :: check="..."', { value: one.slice(misplaced.index).trimEnd(), column: misplaced.index + 1 });
        last.why = `${last.why} ${one.trim()}`.trim();
        return;
      }
      const option = this.answer(line + n, one, last !== undefined);
      if (option) found.push(option);
    });
    return found;
  }
}

/** Whose functions stand in which folder. */
const DOMAINS: Readonly<Record<string, string>> = { app: 'apps/', libc: 'lib/', kernel: 'linux/' };

/**
 * A function that no source can have made. Macros put something before a name (`__x64_sys_write`, `asm_exc_page_fault`), so what follows one of its
 * underscores is enough; only a build knows the rest.
 */
function absentFunction(name: string, sources: ReadonlyMap<string, string>): string | undefined {
  const [domain, bare] = name.includes(':') ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)] : ['', name];
  if (domain !== '' && !Object.hasOwn(DOMAINS, domain)) return `${unknown('prefix', domain, Object.keys(DOMAINS))}, as in app:main`;
  const all = [...sources].filter(([path]) => path.startsWith(DOMAINS[domain] ?? '')).map(([, text]) => text);
  // Some come to the page later: nothing is known of them.
  if (all.some(isLater)) return undefined;
  const made = [bare, ...[...bare.matchAll(/_(?=[A-Za-z])/g)].map(({ index }) => bare.slice(index + 1))];
  const isWord = (word: string) => (text: string): boolean => text.includes(word) && new RegExp(`\\b${word}\\b`).test(text);
  if (/^\w+$/.test(bare) && made.some((word) => all.some(isWord(word)))) return undefined;
  const near = nearest(bare, [...new Set(all.flatMap((text) => [...text.matchAll(/\b([A-Za-z_]\w*)\(/g)].map(([, one]) => one)))]);
  return `no source has a function '${name}'${near === undefined ? '' : `; did you mean ${domain === '' ? '' : `${domain}:`}${near}?`}`;
}

/** What is not there of what a place names, as far as the sources say it. */
export function absent(place: Place, sources: ReadonlyMap<string, string>): string | undefined {
  if (place.kind === 'nth') return absent(place.place, sources);
  if (place.kind === 'syscall') {
    const names = syscallRows(sources).map(({ name }) => name);
    return names.includes(place.name) ? undefined : unknown('system call', place.name, names);
  }
  if (place.kind === 'function') return absentFunction(place.name, sources);
  if (place.kind !== 'line') return undefined;
  const text = sources.get(place.file);
  if (text === undefined) {
    const near = nearest(place.file, [...sources.keys()]);
    return `there is no file ${place.file}${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  const found = isLater(text) ? 1 : linesWith(text, place.text).length;
  return found === 1 ? undefined : `${place.file} has ${found} lines with '${place.text}'`;
}

const list = (text: string | undefined): string[] => (text ?? '').match(/[^\s,]+/g) ?? [];

/** What of a file could be read, whatever is wrong with the rest of it. */
export interface Draft {
  front?: FrontMatter | undefined;
  course: Step[];
  checks: Check[];
  end: string;
  diagnostics: Diagnostic[];
}

/** @returns what a file holds, or all that is wrong with it: `sources` say which functions and lines there are. */
export function parseScenario(file: string, source: string, sources: ReadonlyMap<string, string> = guestSources()): { scenario?: Scenario;
  diagnostics: Diagnostic[] } {
  const { front, diagnostics, ...rest } = readDraft(file, source, sources);
  if (diagnostics.length || !front)
    return { diagnostics: diagnostics.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, MOST_MISTAKES) };
  return { scenario: { ...front, ...rest }, diagnostics };
}

/** Reads a file as far as it can be read. */
export function readDraft(file: string, source: string, sources: ReadonlyMap<string, string>): Draft {
  const parser = new Parser(file, sources);
  const { diagnostics, error } = parser;
  const checks: Check[] = [], course: Step[] = [];
  const nothing: Draft = { diagnostics, course, checks, end: '' };
  if (source.length > MOST_LETTERS) {
    error(1, `a lesson of ${source.length} letters is too long; ${MOST_LETTERS} are enough`);
    return nothing;
  }
  const long = source.split('\n').findIndex(({ length }) => length > MOST_IN_LINE);
  if (long >= 0) {
    error(long + 1, `the line is longer than ${MOST_IN_LINE} letters`);
    return nothing;
  }
  const lost = lostDashes(source);
  if (lost) {
    error(lost.line, lost.message);
    return nothing;
  }
  const match = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---[^\S\n]*(?:\n([\s\S]*))?$/.exec(source);
  if (!match) {
    error(1, 'the head of a lesson is empty: id, title, question and app stand between its two lines of ---');
    return nothing;
  }
  const front = readFrontMatter(match[1], error);
  const firstLine = match[1].split('\n').length + 3;
  const lines = (match[2] ?? '').split(/\r?\n/);
  let lead: string[] = [];
  /** Prose between checks: they come at the end, wherever they stand. */
  const tail: string[] = [];
  const kinds = Object.keys(BLOCKS);
  /** What was told since the last block, which ends before line n. */
  const told = (n: number): string => {
    const text = parser.prose(firstLine + n - lead.length, lead);
    lead = [];
    return text;
  };
  let blocks = 0;
  for (let n = 0; n < lines.length && diagnostics.length < MOST_MISTAKES; n++) {
    if (!lines[n].startsWith(':::')) {
      lead.push(lines[n]);
      continue;
    }
    // What closes something that has opened nothing: that has been told.
    if (lines[n].trim() === ':::' && lead.some((one) => ALMOST.test(one))) {
      lead.push('');
      continue;
    }
    const line = firstLine + n, before = told(n);
    if (++blocks > MOST_BLOCKS) {
      error(line, `a lesson of more than ${MOST_BLOCKS} blocks is too long`);
      break;
    }
    const open = /^:::(\w+)\{#([\w-]+)\s*(.*)\}\s*$/.exec(lines[n]);
    if (!open || !kinds.includes(open[1])) {
      error(line, open ? `unknown block ':::${open[1]}'; there are ${kinds.join(', ')}`
        : `'${lines[n]}' opens nothing; a block is written :::stop{#name at="..."}`, { column: 1, value: lines[n] });
      continue;
    }
    const kind = open[1] as BlockKind, [, , id, rest] = open, head = { value: lines[n], column: 1 }, readings = attributesOf(BLOCKS[kind]);
    parser.id(line, id, head);
    const found = parser.attributes(line, `:::${kind}`, [...readings.keys()], { value: rest, column: lines[n].lastIndexOf(rest) + 1 });
    for (const [name, { reading, needed }] of readings) {
      const part = found.get(name);
      if (part?.value) parser.read(line, reading, part);
      else if (needed) error(line, `${kind} '${id}' needs ${name}="..."`, head);
    }
    const content: string[] = [];
    while (++n < lines.length && lines[n].trim() !== ':::' && !lines[n].startsWith(':::')) content.push(lines[n]);
    if (lines[n]?.trim() !== ':::') {
      error(line, `:::${kind}{#${id}} is never closed by :::`, head);
      n--;
    }
    const of = (name: string): string | undefined => found.get(name)?.value || undefined;
    const placed = parsePlace(of('at') ?? ''), at = typeof placed === 'string' ? undefined : placed, when = of('when');
    const common = { id, ...(when === undefined ? {} : { when }), lead: before, show: list(of('show')) };
    const text = (): string => parser.prose(line + 1, content);
    switch (kind) {
      case 'check': {
        checks.push({ id, ...(when === undefined ? {} : { when }), that: of('that') ?? '', text: text() });
        if (before !== '') tail.push(before);
        break;
      }
      case 'stop': {
        const said = text();
        if (at) course.push({ kind, ...common, at, text: said });
        break;
      }
      case 'change': {
        const config = of('config'), set = Object.fromEntries(list(of('set')).map((pair) => pair.split('=') as [string, string]));
        const change: Change = { kind, ...common, ...(config === undefined ? {} : { config }), set, text: text() };
        course.push(change);
        const to = front && changed(front, change), wrong = to && resolveConfig(guestSources(), to.config, to.set);
        if (config === undefined && of('set') === undefined) error(line, `change '${id}' changes nothing: give it config or set`, head);
        else if (typeof wrong === 'string') error(line, `change '${id}': ${wrong}`, found.get('set') ?? found.get('config') ?? head);
        break;
      }
      case 'predict': {
        const options = parser.answers(line + 1, content);
        if (options.filter(({ isRight }) => isRight).length !== 1) error(line, `predict '${id}' needs exactly one answer with [x]`, head);
        course.push({ kind, ...common, ask: of('ask') ?? '', ...(at ? { at } : {}), options });
      }
    }
  }
  const end = [...tail, told(lines.length)].join('\n\n').trim();
  return { front, checks, course, end, diagnostics };
}

/** All scenarios, by id, in the order of their files. Files with mistakes are left out and reported. */
export function loadScenarios(files: ReadonlyMap<string, string>): { scenarios: Map<string, Scenario>; diagnostics: Diagnostic[] } {
  const scenarios = new Map<string, Scenario>();
  const all: Diagnostic[] = [];
  for (const [file, source] of files) {
    const { scenario, diagnostics } = parseScenario(`scenarios/${file}`, source);
    all.push(...diagnostics);
    if (!scenario) continue;
    if (scenarios.has(scenario.id)) all.push({ severity: 'error', file: `scenarios/${file}`, line: 2, column: 0, length: 1,
      message: `another file has the id '${scenario.id}' already` });
    else scenarios.set(scenario.id, scenario);
  }
  return { scenarios, diagnostics: all };
}
