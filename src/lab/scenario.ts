/**
 * Scenarios: a Markdown file with YAML front matter (a build, an input, a question) and directive blocks for stops,
 * predictions and checks. Data only, safe to load from anywhere; every mistake is reported with its line.
 */
import * as v from 'valibot';
import { LineCounter, parseDocument } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ScenarioInfo } from '../link/reports.ts';
import { syntaxError } from './expr.ts';
import { parsePlace, type Place } from './places.ts';

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

const text = v.pipe(v.string('is a text'), v.maxLength(4000, 'is too long'));
const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()], 'is a word or a number'), v.transform((value) => (value === true ? 'on' : value === false ? 'off' : String(value))));
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
  panels: v.optional(v.array(word, 'is a list of panels'), []),
};
const FRONT_MATTER = v.strictObject(ENTRIES, 'is a list of keys and values');
const BLOCKS: Readonly<Record<string, readonly string[]>> = { stop: ['at', 'when', 'show'], predict: ['ask', 'at', 'when'], check: ['that', 'when'] };

class Parser {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #ids = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  error(line: number, message: string): void {
    this.diagnostics.push({ severity: 'error', file: this.#file, line, column: 0, length: 1, message });
  }

  frontMatter(source: string): v.InferOutput<typeof FRONT_MATTER> | undefined {
    const lines = new LineCounter();
    const yaml = parseDocument(source, { lineCounter: lines });
    for (const problem of yaml.errors) this.error(lines.linePos(problem.pos[0]).line + 1, `front matter: ${problem.message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '')}`);
    if (yaml.errors.length) return undefined;
    let value: unknown;
    try {
      value = yaml.toJS({ maxAliasCount: 10 });
    } catch {
      this.error(1, 'front matter: its aliases are nested too deep');
      return undefined;
    }
    const checked = v.safeParse(FRONT_MATTER, value);
    if (checked.success) return checked.output;
    for (const issue of checked.issues) {
      const path = issue.path?.map((part) => String(part.key)) ?? [];
      const at = source.split('\n').findIndex((line) => path.length > 0 && line.trimStart().startsWith(`${path[0]}:`));
      const unknown = path.length === 1 && !(path[0] in ENTRIES);
      const missing = path.length === 1 && at < 0 && !unknown;
      this.error(at + 2, unknown ? `front matter: unknown key '${path[0]}'; there are ${Object.keys(ENTRIES).join(', ')}` : missing ? `front matter: '${path[0]}' is missing` : `front matter: ${path.length ? `'${path.join('.')}'` : 'it'} ${issue.message}`);
    }
    return undefined;
  }

  attributes(line: number, kind: string, source: string): Map<string, string> {
    const found = new Map<string, string>();
    const left = source.replace(/([A-Za-z_]\w*)="([^"]*)"/g, (_all, name: string, value: string) => {
      if (found.has(name)) this.error(line, `'${name}' is there twice`);
      else if (!BLOCKS[kind].includes(name)) this.error(line, `:::${kind} has no '${name}'; it has ${BLOCKS[kind].join(', ')}`);
      found.set(name, value);
      return '';
    });
    if (left.trim()) this.error(line, `cannot read '${left.trim()}'; attributes are written name="value"`);
    return found;
  }

  expression(line: number, source: string | undefined): string | undefined {
    const problem = source === undefined ? undefined : syntaxError(source);
    if (problem) this.error(line, `${source}: ${problem}`);
    return source;
  }

  place(line: number, source: string): Place | undefined {
    const place = parsePlace(source);
    if (typeof place !== 'string') return place;
    this.error(line, place);
    return undefined;
  }

  id(line: number, id: string): void {
    if (this.#ids.has(id)) this.error(line, `there is another block '${id}'`);
    this.#ids.add(id);
  }

  option(line: number, source: string): Option | undefined {
    const match = /^- \[([ x])\] (.*?)(?:\s*::\s*(.*))?$/.exec(source.trim());
    if (!match) {
      this.error(line, `'${source.trim()}' is no answer; write - [ ] text, or - [x] text for the right one`);
      return undefined;
    }
    const [, mark, answer, rest = ''] = match;
    const option: Option = { text: answer, isRight: mark === 'x' };
    for (const [, name, quoted, plain] of rest.matchAll(/(\w+)=(?:"([^"]*)"|(\S+\([^)]*\)|\S+))/g)) {
      const value = quoted ?? plain;
      if (name === 'check') option.check = this.expression(line, value) ?? value;
      else if (name === 'misconception') option.misconception = value;
      else if (name === 'goto') {
        const place = this.place(line, value);
        if (place) option.goto = place;
      } else this.error(line, `an answer has no '${name}'; it has check, misconception, goto`);
    }
    return option;
  }
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
      parser.error(line, open ? `unknown block ':::${open[1]}'; there are stop, predict and check` : `'${lines[n]}' opens nothing; a block is written :::stop{#name at="..."}`);
      continue;
    }
    const [, kind, id, rest] = open;
    parser.id(line, id);
    const attributes = parser.attributes(line, kind, rest);
    const content: string[] = [];
    while (++n < lines.length && lines[n].trim() !== ':::' && !lines[n].startsWith(':::')) content.push(lines[n]);
    if (lines[n]?.trim() !== ':::') {
      parser.error(line, `:::${kind}{#${id}} is never closed by :::`);
      n--;
    }
    const when = parser.expression(line, attributes.get('when'));
    const condition = when === undefined ? {} : { when };
    const needed = (name: string): string => {
      if (!attributes.get(name)) parser.error(line, `${kind} '${id}' needs ${name}="..."`);
      return attributes.get(name) ?? '';
    };
    if (kind === 'check') checks.push({ id, ...condition, that: parser.expression(line, needed('that') || 'true') ?? '' });
    else if (kind === 'stop') {
      const at = needed('at') ? parser.place(line, needed('at')) : undefined;
      if (at) course.push({ kind, stop: { id, ...condition, at, show: (attributes.get('show') ?? '').split(',').map((one) => one.trim()).filter(Boolean), text: content.join('\n').trim() } });
      prose.push(...content);
    } else {
      const ask = needed('ask'), where = attributes.get('at');
      const at = where === undefined ? undefined : parser.place(line, where);
      const options = content.flatMap((one, k) => (one.trim() === '' ? [] : (parser.option(line + 1 + k, one) ?? [])));
      if (options.filter(({ isRight }) => isRight).length !== 1) parser.error(line, `predict '${id}' needs exactly one answer with [x]`);
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
    if (scenarios.has(scenario.id)) all.push({ severity: 'error', file: `scenarios/${file}`, line: 2, column: 0, length: 1, message: `another file has the id '${scenario.id}' already` });
    else scenarios.set(scenario.id, scenario);
  }
  return { scenarios, diagnostics: all };
}
