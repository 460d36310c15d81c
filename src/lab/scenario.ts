/**
 * Scenarios: a Markdown file with YAML front matter (a build, an input, a question) and directive blocks for stops,
 * predictions and checks. Data only, safe to load from anywhere; every mistake is reported with its line.
 */
import * as v from 'valibot';
import { LineCounter, parseDocument } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import { unknown } from '../base/unknown.ts';
import { PANEL_NAMES } from '../link/panels.gen.ts';
import type { ScenarioInfo } from '../link/reports.ts';
import { appNames, resolveConfig } from '../toolchain/kconfig.ts';
import { syntaxError } from './expr.ts';
import { parsePlace, type Place } from './places.ts';
import { guestSources } from './sources.ts';

export interface Check {
  id: string;
  /** Applies when this holds; always when absent. */
  when?: string;
  that: string;
}

export interface ScenarioStop {
  id: string;
  when?: string;
  at: Place;
  show: string[];
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
}

export interface Prediction {
  id: string;
  when?: string;
  ask: string;
  /** The moment that gives the answer; without it, the stop before. */
  at?: Place;
  options: Option[];
}

export interface Scenario extends ScenarioInfo {
  seed: number;
  args: string[];
  /** What a run without a person types. */
  sample: string;
  /** Stops and predictions, in the order of the text. */
  course: ({ kind: 'stop'; stop: ScenarioStop } | { kind: 'predict'; predict: Prediction })[];
  checks: Check[];
}

const isPanel = (name: string): boolean => PANEL_NAMES.includes(name);
const noPanel = (name: string): string => `has an ${unknown('panel', name, PANEL_NAMES)}`;

const text = v.pipe(v.string('is a text'), v.maxLength(4000, 'is too long'));
const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()], 'is a word or a number'),
  v.transform((value) => (value === true ? 'on' : value === false ? 'off' : String(value))));
const word = v.pipe(v.string('is a word'), v.regex(/^[\w-]+$/, 'is a word of letters, digits and dashes'));
const ENTRIES = {
  id: v.pipe(v.string('is a word'), v.regex(/^[a-z][a-z0-9-]*$/, 'is made of lower-case words with dashes')),
  title: text,
  question: text,
  app: word,
  config: v.optional(word, 'linux'),
  set: v.optional(v.record(v.string(), scalar, 'is a list of switches: { KEY: value }'), {}),
  seed: v.optional(v.pipe(v.number('is a number'), v.safeInteger('is a whole number')), 1),
  input: v.optional(text, ''),
  sample: v.optional(text, ''),
  args: v.optional(v.array(scalar, 'is a list of words'), []),
  panels: v.optional(v.array(v.pipe(word, v.check(isPanel, ({ input }) => noPanel(String(input)))), 'is a list of panels'), []),
};
const FRONT_MATTER = v.strictObject(ENTRIES, 'is a list of keys and values');
type FrontMatter = v.InferOutput<typeof FRONT_MATTER>;
const BLOCKS: Readonly<Record<string, readonly string[]>> = { stop: ['at', 'when', 'show'], predict: ['ask', 'at', 'when'], check: ['that', 'when'] };

/** A part of a line, and the column where it begins, from 1. */
interface Part {
  value: string;
  column: number;
}

class Parser {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #ids = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  error(line: number, message: string, { column, value }: Part = { column: 0, value: '' }): void {
    this.diagnostics.push({ severity: 'error', file: this.#file, line, column, length: Math.max(1, value.length), message });
  }

  frontMatter(source: string): FrontMatter | undefined {
    const lines = new LineCounter();
    const yaml = parseDocument(source, { lineCounter: lines });
    for (const problem of yaml.errors) {
      const { line, col } = lines.linePos(problem.pos[0]);
      this.error(line + 1, `front matter: ${problem.message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '')}`, { column: col, value: '' });
    }
    if (yaml.errors.length) return undefined;
    let value: unknown;
    try {
      value = yaml.toJS({ maxAliasCount: 10 });
    } catch {
      this.error(1, 'front matter: its aliases are nested too deep');
      return undefined;
    }
    const checked = v.safeParse(FRONT_MATTER, value);
    if (checked.success) return this.#build(source, checked.output);
    for (const issue of checked.issues) {
      const path = issue.path?.map((part) => String(part.key)) ?? [];
      const { line, key } = keyIn(source, path[0]);
      const isUnknown = path.length === 1 && !(path[0] in ENTRIES);
      const what = isUnknown ? unknown('key', path[0], Object.keys(ENTRIES))
        : path.length === 1 && !key ? `'${path[0]}' is missing` : `${path.length ? `'${path.join('.')}'` : 'it'} ${issue.message}`;
      this.error(line, `front matter: ${what}`, key);
    }
    return undefined;
  }

  /** What it is to be built of has to be there. */
  #build(source: string, front: FrontMatter): FrontMatter | undefined {
    const sources = guestSources(), apps = appNames(sources);
    const config = resolveConfig(sources, front.config), switches = resolveConfig(sources, front.config, front.set);
    const wrong: [string, string][] = [
      ...(apps.includes(front.app) ? [] : [['app', unknown('application', front.app, apps)] as [string, string]]),
      ...(typeof config === 'string' ? [['config', config] as [string, string]] : typeof switches === 'string' ? [['set', switches] as [string, string]] : []),
    ];
    for (const [name, sentence] of wrong) {
      const { line, key } = keyIn(source, name);
      this.error(line, `front matter: ${sentence}`, key);
    }
    return wrong.length ? undefined : front;
  }

  attributes(line: number, kind: string, source: Part): Map<string, Part> {
    const found = new Map<string, Part>();
    const left = source.value.replace(/([A-Za-z_]\w*)="([^"]*)"/g, (all, name: string, value: string, at: number) => {
      const column = source.column + at;
      if (found.has(name)) this.error(line, `'${name}' is there twice`, { column, value: name });
      else if (!BLOCKS[kind].includes(name)) this.error(line, `:::${kind} has no '${name}'; it has ${BLOCKS[kind].join(', ')}`, { column, value: name });
      found.set(name, { value, column: column + name.length + 2 });
      return ' '.repeat(all.length);
    });
    const stray = left.trim().split(/\s+/)[0];
    if (stray) this.error(line, `cannot read '${stray}'; attributes are written name="value"`, { column: source.column + left.indexOf(stray), value: stray });
    return found;
  }

  expression(line: number, source: Part | undefined): string | undefined {
    const problem = source === undefined ? undefined : syntaxError(source.value);
    if (source && problem) this.error(line, `${source.value}: ${problem}`, source);
    return source?.value;
  }

  place(line: number, source: Part): Place | undefined {
    const place = parsePlace(source.value);
    if (typeof place !== 'string') return place;
    this.error(line, place, source);
    return undefined;
  }

  /** Names of panels, with commas between them. */
  panels(line: number, source: Part | undefined): string[] {
    return [...(source?.value ?? '').matchAll(/[^\s,]+/g)].map(({ 0: name, index }) => {
      if (!isPanel(name)) this.error(line, unknown('panel', name, PANEL_NAMES), { column: (source?.column ?? 1) + index, value: name });
      return name;
    });
  }

  id(line: number, id: string, head: Part): void {
    if (this.#ids.has(id)) this.error(line, `there is another block '${id}'`, { value: id, column: head.value.indexOf('#') + 2 });
    this.#ids.add(id);
  }

  option(line: number, source: string): Option | undefined {
    const match = /^- \[([ x])\] (.*?)(?:\s*::\s*(.*))?$/.exec(source.trim());
    if (!match) {
      this.error(line, `'${source.trim()}' is no answer; write - [ ] text, or - [x] text for the right one`);
      return undefined;
    }
    const [, mark, answer, rest = ''] = match;
    const from = source.lastIndexOf(rest) + 1;
    const option: Option = { text: answer, isRight: mark === 'x' };
    for (const { 0: all, 1: name, 2: quoted, 3: plain, index } of rest.matchAll(/(\w+)=(?:"([^"]*)"|(\S+\([^)]*\)|\S+))/g)) {
      const value = quoted ?? plain, part = { value, column: from + index + all.indexOf(value, name.length) };
      if (name === 'check') option.check = this.expression(line, part) ?? value;
      else if (name === 'misconception') option.misconception = value;
      else if (name === 'goto') {
        const place = this.place(line, part);
        if (place) option.goto = place;
      } else this.error(line, `an answer has no '${name}'; it has check, misconception, goto`, { column: from + index, value: name });
    }
    return option;
  }
}

/** Where a key of the front matter stands, in lines of the file: its first line is the one of dashes. */
function keyIn(source: string, name: string | undefined): { line: number; key?: Part } {
  const lines = source.split('\n'), at = lines.findIndex((line) => name !== undefined && line.trimStart().startsWith(`${name}:`));
  return at < 0 || name === undefined ? { line: 1 } : { line: at + 2, key: { value: name, column: lines[at].indexOf(name) + 1 } };
}

export function parseScenario(file: string, source: string): { scenario?: Scenario; diagnostics: Diagnostic[] } {
  const parser = new Parser(file);
  const { diagnostics } = parser;
  const match = /^---\r?\n([\s\S]*?)\r?\n---[^\S\n]*(?:\n([\s\S]*))?$/.exec(source);
  if (!match) {
    parser.error(1, 'a scenario begins with front matter between two lines of ---');
    return { diagnostics };
  }
  const front = parser.frontMatter(match[1]);
  const checks: Check[] = [], course: Scenario['course'] = [], prose: string[] = [];
  const firstLine = match[1].split('\n').length + 3;
  const lines = (match[2] ?? '').split(/\r?\n/);
  for (let n = 0; n < lines.length; n++) {
    if (!lines[n].startsWith(':::')) {
      prose.push(lines[n]);
      continue;
    }
    const line = firstLine + n;
    const open = /^:::(\w+)\{#([\w-]+)\s*(.*)\}\s*$/.exec(lines[n]);
    if (!open || !(open[1] in BLOCKS)) {
      parser.error(line, open ? `unknown block ':::${open[1]}'; there are stop, predict and check`
        : `'${lines[n]}' opens nothing; a block is written :::stop{#name at="..."}`);
      continue;
    }
    const [, kind, id, rest] = open, head = { value: lines[n], column: 1 };
    parser.id(line, id, head);
    const attributes = parser.attributes(line, kind, { value: rest, column: lines[n].lastIndexOf(rest) + 1 });
    const content: string[] = [];
    while (++n < lines.length && lines[n].trim() !== ':::' && !lines[n].startsWith(':::')) content.push(lines[n]);
    if (lines[n]?.trim() !== ':::') {
      parser.error(line, `:::${kind}{#${id}} is never closed by :::`, head);
      n--;
    }
    const when = parser.expression(line, attributes.get('when'));
    const condition = when === undefined ? {} : { when };
    const needed = (name: string): Part | undefined => {
      const found = attributes.get(name);
      if (!found?.value) parser.error(line, `${kind} '${id}' needs ${name}="..."`, head);
      return found?.value ? found : undefined;
    };
    if (kind === 'check') checks.push({ id, ...condition, that: parser.expression(line, needed('that')) ?? '' });
    else if (kind === 'stop') {
      const where = needed('at'), at = where && parser.place(line, where), show = parser.panels(line, attributes.get('show'));
      if (at) course.push({ kind, stop: { id, ...condition, at, show, text: content.join('\n').trim() } });
      prose.push(...content);
    } else {
      const ask = needed('ask')?.value ?? '', where = attributes.get('at');
      const at = where === undefined ? undefined : parser.place(line, where);
      const options = content.flatMap((one, k) => (one.trim() === '' ? [] : (parser.option(line + 1 + k, one) ?? [])));
      if (options.filter(({ isRight }) => isRight).length !== 1) parser.error(line, `predict '${id}' needs exactly one answer with [x]`, head);
      course.push({ kind: 'predict', predict: { id, ...condition, ask, ...(at ? { at } : {}), options } });
    }
  }
  if (diagnostics.length || !front) return { diagnostics };
  return { scenario: { ...front, prose: prose.join('\n').trim(), checks, course }, diagnostics };
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
