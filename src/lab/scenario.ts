/**
 * Scenarios: a Markdown file with YAML front matter (a build, an input, a question) and directive blocks for stops,
 * predictions and checks. Data only, safe to load from anywhere; every mistake is reported with its line.
 */
import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ScenarioInfo } from '../link/reports.ts';

export interface Check {
  id: string;
  /** Applies when this holds; always when absent. */
  when?: string;
  that: string;
}

export interface Scenario extends ScenarioInfo {
  seed: number;
  args: string[];
  checks: Check[];
  stops: { id: string; at: string; show: string; text: string }[];
}

const text = v.pipe(v.string(), v.maxLength(4000));
const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform((value) => (value === true ? 'on' : value === false ? 'off' : String(value))));
const FRONT_MATTER = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'lower-case words with dashes')),
  title: text,
  question: text,
  app: v.pipe(v.string(), v.regex(/^[\w-]+$/)),
  config: v.optional(v.string(), 'linux'),
  set: v.optional(v.record(v.string(), scalar), {}),
  seed: v.optional(v.number(), 1),
  input: v.optional(text, ''),
  args: v.optional(v.array(v.string()), []),
  panels: v.optional(v.array(v.string()), []),
});

export function parseScenario(file: string, source: string): { scenario?: Scenario; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const error = (line: number, message: string): void => {
    diagnostics.push({ severity: 'error', file, line, column: 0, length: 1, message });
  };
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source);
  if (!match) {
    error(1, 'a scenario begins with front matter between two lines of ---');
    return { diagnostics };
  }
  let front: unknown;
  try {
    front = parseYaml(match[1]);
  } catch (problem) {
    error(1, `front matter: ${problem instanceof Error ? problem.message.split('\n')[0] : 'not YAML'}`);
    return { diagnostics };
  }
  const checked = v.safeParse(FRONT_MATTER, front);
  if (!checked.success) {
    for (const issue of checked.issues) error(1, `front matter, ${issue.path?.map((part) => String(part.key)).join('.') ?? 'as a whole'}: ${issue.message}`);
    return { diagnostics };
  }
  const body = match[2];
  const checks: Check[] = [], stops: Scenario['stops'] = [];
  const prose: string[] = [];
  const firstLine = match[1].split('\n').length + 3;
  const lines = body.split('\n');
  for (let n = 0; n < lines.length; n++) {
    const open = /^:::(\w+)\{#([\w-]+)\s*(.*)\}\s*$/.exec(lines[n]);
    if (!open) {
      prose.push(lines[n]);
      continue;
    }
    const [, kind, id, rest] = open;
    const attributes = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    const content: string[] = [];
    const start = n;
    while (++n < lines.length && lines[n].trim() !== ':::') content.push(lines[n]);
    if (n >= lines.length) error(firstLine + start, `:::${kind}{#${id}} is never closed by :::`);
    if (kind === 'check') {
      if (attributes['that'] === undefined) error(firstLine + start, `check '${id}' needs that="..."`);
      checks.push({ id, that: attributes['that'] ?? 'false', ...(attributes['when'] === undefined ? {} : { when: attributes['when'] }) });
    } else if (kind === 'stop') stops.push({ id, at: attributes['at'] ?? '', show: attributes['show'] ?? '', text: content.join('\n') });
    else if (kind !== 'predict') error(firstLine + start, `unknown block ':::${kind}'; there are stop, predict and check`);
    if (kind !== 'check') prose.push(...content);
  }
  if (diagnostics.length) return { diagnostics };
  const { id, title, question, app, config, set, seed, input, args, panels } = checked.output;
  return { scenario: { id, title, question, app, config, set, seed, input, args, panels, prose: prose.join('\n').trim(), checks, stops }, diagnostics };
}

/** All scenarios, by id, in the order of their files. Files with mistakes are left out and reported. */
export function loadScenarios(files: ReadonlyMap<string, string>): { scenarios: Map<string, Scenario>; diagnostics: Diagnostic[] } {
  const scenarios = new Map<string, Scenario>();
  const all: Diagnostic[] = [];
  for (const [file, source] of files) {
    const { scenario, diagnostics } = parseScenario(`scenarios/${file}`, source);
    all.push(...diagnostics);
    if (scenario) scenarios.set(scenario.id, scenario);
  }
  return { scenarios, diagnostics: all };
}
