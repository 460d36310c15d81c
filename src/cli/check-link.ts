/** `ringside check --link`: what a link holds, and whether it leads anywhere. Nothing of it is fetched or run but the moment it asks for. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { CONSOLE_PORT, MEMORY_PORT, typedText, type Input } from '../base/input.ts';
import { Refusal } from '../base/refusal.ts';
import { unknown } from '../base/unknown.ts';
import { createBuilder } from '../lab/builder.ts';
import { stock } from '../lab/objects.ts';
import { loadScenarios, parseScenario, type Scenario } from '../lab/scenario.ts';
import { createSession, infoOf } from '../lab/session.ts';
import { guestSources, scenarioSources } from '../lab/sources.ts';
import { setupOfLink, type LinkSetup } from '../link/link-names.ts';
import { PANEL_NAMES } from '../link/panels.gen.ts';
import { applyPatch } from '../link/patch.ts';
import type { OpenParams } from '../link/protocol.ts';
import type { Breakpoint } from '../link/reports.ts';
import { decodeLink, type LinkState, type Squeeze } from '../link/share.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';

/** A moment farther away is not gone to: the page can be told to stop, and this command is to end. */
const MOST_INSTRUCTIONS = 2_000_000_000;
/** The last part of a lesson, which no block is called. */
const CHECKS = '(checks)';

const squeeze: Squeeze = {
  deflate: (text) => Promise.resolve(new Uint8Array(deflateRawSync(text))),
  inflate: (bytes, limit) => Promise.resolve(new TextDecoder('utf-8', { fatal: true }).decode(inflateRawSync(bytes, { maxOutputLength: limit }))),
};

/** A stranger's words on a terminal: letters, and nothing that moves the cursor or turns the line around. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, (letter) => `\\u{${letter.codePointAt(0)?.toString(16) ?? ''}}`);
const EXCERPT = 60;
const quoted = (text: string): string => `"${plain(text.slice(0, EXCERPT))}"${text.length > EXCERPT ? '...' : ''}`;
const count = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

/** What came in, in the order of its ticks. */
function inputText(input: Input): string {
  const text = typedText(input);
  return text === undefined ? `${count(input.bytes.length, 'byte')} at ${plain(input.port)}, tick ${input.tick}` : `${quoted(text)} at tick ${input.tick}`;
}

function breakpointText(spec: Breakpoint['spec']): string {
  switch (spec.kind) {
    case 'line': return `${spec.file}:${spec.line}`;
    case 'symbol': return plain(spec.symbol);
    case 'address': return `${spec.addr.toString(16)}${spec.space === undefined ? '' : ` in space ${spec.space}`}`;
    default: return `${spec.event}${Object.entries(spec.match ?? {}).map(([key, value]) => ` ${plain(key)}=${plain(value)}`).join('')}`;
  }
}

/** One line for each thing that a link holds. */
function contents(state: LinkState, setup: LinkSetup): [what: string, is: string][] {
  const edits = Object.entries(state.edits ?? {}), inputs = state.inputs ?? [], pending = state.pending ?? [];
  const { tick, anchor, focus, lesson, own, breakpoints = [], panels = [], selection } = state;
  return [
    ['scenario', `${setup.byApp ? 'none; behind the application: ' : ''}${setup.scenario}`
      + (own ? `, ${count(own.text.length, 'character')} of ${plain(own.file)}` : '')],
    ['build', [setup.config, setup.app, ...Object.entries(setup.set).map(([key, value]) => `${key}=${value}`)].join(', ')],
    ...(tick === undefined ? [] : [['moment', `tick ${tick.toLocaleString('en')}${anchor === undefined ? ''
      : `; in another build ${count(anchor.offset, 'tick')} after ${anchor.event} ${anchor.nth}`}`] as [string, string]]),
    ...(focus ? [['shows', 'pid' in focus ? `task ${focus.pid}` : `CPU ${focus.cpu}`] as [string, string]] : []),
    ...edits.map(([file, hunks]): [string, string] => ['edit', `${file}: ${count(hunks.length, 'place')}, ` +
      `${count(hunks.reduce((sum, { from }) => sum + from.length, 0), 'line')} become ${hunks.reduce((sum, { to }) => sum + to.length, 0)}`]),
    ...inputs.map((input): [string, string] => ['input', inputText(input)]),
    ...pending.map((bytes): [string, string] => ['to come', inputText({ tick: 0, port: CONSOLE_PORT, bytes }).replace(/(?: at|,) tick 0$/, '')]),
    ...breakpoints.map((spec): [string, string] => ['breakpoint', breakpointText(spec)]),
    ...(panels.length ? [['panels', panels.join(', ')] as [string, string]] : []),
    ...Object.entries(selection ?? {}).map(([what, is]): [string, string] => ['selected', `${what} ${typeof is === 'bigint' ? `0x${is.toString(16)}` : is}`]),
    ...(lesson === undefined ? [] : [['lesson', `at ${lesson}`] as [string, string]]),
  ];
}

/** What its names lead to: sentences for those that lead nowhere. */
function strange(state: LinkState, own: Scenario | undefined): string[] {
  const scenario = own ?? loadScenarios(scenarioSources()).scenarios.get(state.scenario), steps = [...(scenario?.course.map(({ id }) => id) ?? []), CHECKS];
  return [
    ...(state.lesson !== undefined && !steps.includes(state.lesson) ? [`lesson: ${unknown('step', state.lesson, steps)}`] : []),
    ...(state.panels ?? []).filter((name) => !PANEL_NAMES.includes(name)).map((name) => `panels: ${unknown('panel', name, PANEL_NAMES)}`),
    ...(state.inputs ?? []).filter(({ port }) => port !== CONSOLE_PORT && port !== MEMORY_PORT)
      .map(({ port }) => `input: ${unknown('port', port, [CONSOLE_PORT, MEMORY_PORT])}`),
  ];
}

/** A scenario that the link holds itself; what is wrong with it is told. */
function ownOf({ own, scenario }: LinkState, problems: string[]): Scenario | undefined {
  if (!own) return undefined;
  const { scenario: read, diagnostics } = parseScenario(own.file, own.text);
  problems.push(...diagnostics.map(({ file, line, column, message }) => `lesson: ${file}:${line}:${column}: ${message}`));
  if (read && read.id !== scenario) problems.push(`lesson: the link is to '${scenario}', and ${own.file} is '${read.id}'`);
  return read?.id === scenario ? read : undefined;
}

function editsOf(state: LinkState, problems: string[]): Record<string, string> {
  const sources = guestSources(), texts: Record<string, string> = {};
  for (const [file, hunks] of Object.entries(state.edits ?? {})) {
    const original = sources.get(file), text = original === undefined ? null : applyPatch(original, hunks);
    if (original === undefined) problems.push(`edit: the guest has no file ${file}`);
    else if (text === null) problems.push(`edit: that of ${file} does not fit this version of the guest`);
    else texts[file] = text;
  }
  return texts;
}

/** Opens it as the page does. @returns where it leads. */
async function follow(state: LinkState, setup: LinkSetup, edits: Record<string, string>, problems: string[]): Promise<string | undefined> {
  const originals = guestSources();
  let tooFar = false;
  const { handlers, lab } = createSession({ originals, build: createBuilder({ originals, clock: () => 0, objects: stock.objects,
    compiler: () => Promise.resolve(createUnitCompiler()) }), pump: () => {
    if ((lab()?.machine.instructions ?? 0) > MOST_INSTRUCTIONS) {
      tooFar = true;
      lab()?.pause();
    }
    return Promise.resolve();
  } });
  const { tick, imageHash = '', anchor, pending, inputs, focus, own } = state;
  if (own) await handlers.author(own);
  const params: OpenParams = { ...setup, edits, ...(inputs ? { inputs } : {}),
    ...(tick === undefined ? {} : { moment: { tick, imageHash, ...(anchor ? { anchor } : {}), ...(pending ? { pending } : {}) } }) };
  const { build, stop, notice } = await handlers.open(params);
  if (!build.ok || !stop) {
    problems.push(...build.diagnostics.map(({ file, line, message }) => `edit: ${file}:${line}: ${plain(message)}`));
    return undefined;
  }
  if (tooFar) {
    problems.push(`moment: more than ${MOST_INSTRUCTIONS.toLocaleString('en')} instructions did not lead to tick ${tick ?? 0}`);
    return undefined;
  }
  if (focus) await handlers.focus({ focus });
  for (const spec of state.breakpoints ?? []) {
    const set = await handlers.setBreakpoint({ spec });
    if ('error' in set) problems.push(`breakpoint: ${plain(set.error)}`);
  }
  const { hash } = await handlers.hash({});
  return `tick ${stop.status.tick.toLocaleString('en')}, hash ${hash}${notice === undefined ? '' : `\n${' '.repeat(WIDTH)}${plain(notice)}`}`;
}

const WIDTH = 12;
const line = (what: string, is: string): string => `${what.padEnd(WIDTH)}${is}`;

/** @returns 0, or 2: something in it is wrong, and standard error says what. */
export async function checkLink(url: string): Promise<number> {
  const at = url.indexOf('#');
  if (at < 0 || at + 1 === url.length) throw new Refusal('--link: a link to Ringside has its moment behind a #, and there is none');
  const { state, problems } = await decodeLink(url.slice(at), squeeze);
  const own = state ? ownOf(state, problems) : undefined, catalogue = await createCatalogue();
  const scenarios = [...(own ? [infoOf(own)] : []), ...catalogue.scenarios];
  const setup = state && (own !== undefined || !state.own) ? setupOfLink(state, { ...catalogue, scenarios }, problems) : null;
  if (state && setup) {
    problems.push(...strange(state, own));
    const edits = editsOf(state, problems);
    for (const [what, is] of contents(state, setup)) console.log(line(what, is));
    // What would not be opened is not run either.
    if (problems.length === 0) {
      try {
        const leads = await follow(state, setup, edits, problems);
        if (leads !== undefined) console.log(line('leads to', leads));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        problems.push(error.message);
      }
    }
  }
  for (const problem of problems) console.error(`ringside: ${plain(problem)}`);
  return problems.length > 0 ? 2 : 0;
}

/** The names that there are. */
async function createCatalogue() {
  const { handlers } = createSession({ build: () => Promise.reject(new Error('Ringside bug: nothing is built to be listed')), pump: () => Promise.resolve() });
  return handlers.catalogue({});
}
