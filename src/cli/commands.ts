/** The commands of the command line. Data goes to standard output, progress and complaints to standard error. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { CONSOLE_PORT } from '../base/input.ts';
import { formatDiagnostic, type Diagnostic } from '../base/diagnostic.ts';
import { Refusal } from '../base/refusal.ts';
import { unknown } from '../base/unknown.ts';
import { runCosts } from '../lab/call-costs.ts';
import { play } from '../lab/checks.ts';
import { compareRuns, type RunCosts } from '../link/comparison.ts';
import { EVENTS, EVENT_KINDS } from '../link/events.ts';
import { asCourse } from '../link/lesson.ts';
import { buildTold } from '../lab/told.ts';
import { ftrace, functionGraph, strace } from '../lab/trace-report.ts';
import { Lab, type Pump } from '../lab/lab.ts';
import { loadScenarios, parseScenario, type Scenario } from '../lab/scenario.ts';
import { openLab } from '../lab/open.ts';
import { guestSources, scenarioSources } from '../lab/sources.ts';
import { changed } from '../lab/switch-set.ts';
import { stocked } from '../lab/stock.ts';
import type { EventKind, StopReport } from '../link/reports.ts';
import { COST_PROFILES, type CostProfileName } from '../machine/cost.ts';
import { guestAssembly } from '../toolchain/build.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';
import { sourceText } from '../toolchain/cc/literals.ts';
import { flavourLines } from '../toolchain/kernel-lines.ts';
import { appNames, configAbout, configNames, resolveConfig, type Switches } from '../toolchain/kconfig.ts';
import { LEAVE_HINT, sitAtConsole } from './at-terminal.ts';
import { bench } from './bench.ts';
import { check, type CheckOptions } from './check.ts';
import { comparisonText } from './compare.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { exec, type ExecOptions } from './exec.ts';
import { load, type LoadCommand } from './load.ts';

interface RunOptions {
  config?: string;
  set?: string[];
  cpus?: string;
  input?: string;
  until?: string;
  maxInstructions?: string;
  cost?: string;
  json?: boolean;
}

/** A scenario, or an application by its name: that is a scenario without a question. */
/** A file of one's own; what is wrong with it is told. */
function scenarioFile(file: string): Scenario {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch {
    throw new Refusal(`cannot read ${file}`);
  }
  const { scenario, diagnostics } = parseScenario(file, source);
  complain(diagnostics, new Map([[file, source]]));
  if (!scenario) throw new Refusal(`${file} has mistakes`);
  return scenario;
}

function scenarioOf(id: string): Scenario {
  if (id.endsWith('.md')) return scenarioFile(id);
  const { scenarios, diagnostics } = loadScenarios(scenarioSources());
  const found = scenarios.get(id);
  if (found) return found;
  complainOfScenarios(diagnostics);
  const file = `scenarios/${id}.md`;
  if (diagnostics.some((one) => one.file === file)) throw new Refusal(`${file} has mistakes`);
  const apps = appNames(guestSources());
  if (!apps.includes(id)) throw new Refusal(unknown('scenario or application', id, [...new Set([...scenarios.keys(), ...apps])]));
  return {
    id, app: id, title: id, question: '', learn: '',
    config: 'linux', set: {}, seed: 1, input: '', sample: '', port: CONSOLE_PORT, args: [], panels: [], tags: [],
    course: [], checks: [], end: '',
  };
}

function settings(words: readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries((words ?? []).map((word) => {
    const [, key, value] = /^(\w+)=(.*)$/.exec(word) ?? [];
    if (key === undefined) throw new Refusal(`--set '${word}': write KEY=VALUE`);
    return [key, value];
  }));
}

function switchesOf(config: string, set: Record<string, string>): Switches {
  const switches = resolveConfig(guestSources(), config, set);
  if (typeof switches === 'string') throw new Refusal(switches);
  return switches;
}

function costOf(name: string | undefined): CostProfileName {
  const wanted = name ?? 'skx-off';
  if (!Object.hasOwn(COST_PROFILES, wanted)) throw new Refusal(unknown('cost profile', wanted, Object.keys(COST_PROFILES)));
  return wanted as CostProfileName;
}

function complain(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>): void {
  for (const diagnostic of diagnostics) console.error(formatDiagnostic(diagnostic, sources.get(diagnostic.file)?.split('\n')[diagnostic.line - 1]));
}

const complainOfScenarios = (diagnostics: readonly Diagnostic[]): void =>
  complain(diagnostics, new Map([...scenarioSources()].map(([name, text]) => [`scenarios/${name}`, text])));

function openScenario(scenario: Scenario, options: RunOptions): Lab | undefined {
  const wanted = { ...settings(options.set), ...(options.cpus === undefined ? {} : { NR_CPUS: options.cpus }) };
  const { config, set } = changed(scenario, { set: wanted, ...(options.config === undefined ? {} : { config: options.config }) });
  const sources = guestSources();
  const made = openLab({ sources, app: scenario.app, config, switches: switchesOf(config, set), args: scenario.args,
    input: options.input !== undefined ? unescape(options.input) : isForSomebody(scenario, options) ? '' : scenario.input + scenario.sample,
    port: scenario.port, load: scenario.load, seed: scenario.seed, cost: costOf(options.cost),
    clock: () => performance.now(), compiler });
  if (made instanceof Lab) return made;
  complain(made.diagnostics, sources);
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', e: '\x1b', a: '\x07', '0': '\0', '\\': '\\' };

/** `\\n`, `\\t`, `\\xNN`, `\\\\` and their like, as printf(1) reads them. */
export function unescape(text: string): string {
  return text.replace(/\\(?:x([0-9A-Fa-f]{1,2})|(.?))/gs, (_all, hex: string | undefined, letter: string) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    if (!Object.hasOwn(ESCAPES, letter)) throw new Refusal(`--input: '\\${letter}' is no escape; there ` +
      `are ${Object.keys(ESCAPES).map((one) => `\\${one}`).join(' ')} \\xNN`);
    return ESCAPES[letter];
  });
}

const JSON_BIGINT = (_key: string, value: unknown): unknown =>
  (typeof value === 'bigint' ? (value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : `0x${BigInt.asUintN(64, value).toString(16)}`) : value);
const say = (value: unknown): void => console.log(JSON.stringify(value, JSON_BIGINT, 1));

function limitOf({ maxInstructions }: RunOptions): { maxInstructions?: number } {
  if (maxInstructions === undefined) return {};
  if (!/^\d{1,15}$/.test(maxInstructions)) throw new Refusal(`--max-instructions '${maxInstructions}': write a whole number`);
  return { maxInstructions: Number(maxInstructions) };
}

/** Until it is told to pause, or told twice. */
async function interruptible<T>(lab: Lab, work: (pump: Pump) => Promise<T>): Promise<T> {
  const pause = (): void => void lab.pause();
  process.once('SIGINT', pause);
  try {
    return await work(() => new Promise((resolve) => setImmediate(resolve)));
  } finally {
    process.off('SIGINT', pause);
  }
}

/** As a shell reports a command that SIGINT ended. */
const INTERRUPTED = 130;

/** Somebody is there, and the scenario asks for nothing but what is typed. */
function isForSomebody(scenario: Scenario, { input, until, json }: RunOptions): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && input === undefined && until === undefined && !json && scenario.course.length === 0 &&
    scenario.input === '';
}

/** The guest's console is this terminal. @returns the guest's own exit status. */
async function converse(lab: Lab, limit: { maxInstructions?: number }): Promise<number> {
  console.error(`ringside: ${LEAVE_HINT}`);
  process.stdin.setRawMode(true);
  try {
    const { stop } = await sitAtConsole(lab, { onKeys: (listener) => process.stdin.on('data', listener), write: (text) => process.stdout.write(text) }, limit);
    console.error(`\nringside: ${stop.kind === 'pause' || stop.kind === 'idle' ? `left at tick ${lab.tick}` : stop.message}`);
    return stop.kind === 'exit' ? (stop.code ?? 0) : stop.kind === 'pause' || stop.kind === 'idle' ? INTERRUPTED : 1;
  } finally {
    process.stdin.setRawMode(false).pause();
  }
}

/** Prose, set off from what the command itself has to say. */
function quote(prose: string): void {
  if (prose !== '') console.log(prose.replace(/^(?=.)/gm, '    '));
}

async function run(id: string, options: RunOptions): Promise<number> {
  const scenario = scenarioOf(id);
  const { until } = options;
  if (until !== undefined && !EVENT_KINDS.includes(until as EventKind)) throw new Refusal(unknown('event', until, EVENT_KINDS));
  const limit = limitOf(options);
  const lab = openScenario(scenario, options);
  if (!lab) return 1;
  if (isForSomebody(scenario, options)) return converse(lab, limit);
  const { results: checks, said: ending, end: { stop } } = await interruptible(lab, async (pump) => {
    if (until === undefined) return play(scenario, lab, { ...limit, otherInput: options.input !== undefined, pump });
    const end = await lab.run({ direction: 'forward', until: { kind: 'event', event: until as EventKind }, ...limit }, pump);
    // Short of its end there is nothing to check.
    return { end, said: '', results: [] };
  });
  const { record } = lab.tracer;
  const events = Object.fromEntries(EVENT_KINDS.flatMap((kind) => (record.total(kind) ? [[kind, record.total(kind)]] : [])));
  const isMissed = until !== undefined && stop.event?.kind !== until && stop.kind !== 'pause';
  if (isMissed) console.error(`ringside: no event '${until}' came`);
  const failed = isMissed || checks.some(({ ok }) => !ok) ||
    (until === undefined && (stop.kind === 'triple-fault' || (scenario.checks.length === 0 && (stop.code ?? 0) !== 0)));
  if (options.json) {
    say({
      scenario: id, config: lab.options.config, switches: lab.options.switches,
      stop: { kind: stop.kind, message: stop.message, ...(stop.code === undefined ? {} : { code: stop.code }), ...(stop.event ? { event: stop.event } : {}) },
      tick: lab.tick, instructions: lab.machine.instructions, cycles: lab.machine.quarterCycles / 4, ns: lab.machine.ns,
      console: lab.consoleText(Infinity), events, syscalls: record.syscalls.map(({ name, task, tick, ret, instructions, cycles, net, text, cs }) =>
        ({ name, task, tick, ret: ret ?? null, instructions, cycles, net, text, cs })), checks, hash: lab.machine.hash(),
    });
  } else {
    const text = lab.consoleText(Infinity).replaceAll('\r', '');
    process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
    for (const { id: name, kind, ok, applies, error, tick, needs, said } of checks) {
      console.log(`${kind} ${name}: ${!applies ? 'does not apply' : !ok ? `FAILS${error ? ` (${error})` : ''}`
        : kind === 'change' ? (needs === undefined ? 'this is its build' : `not tried: it is the run with ${needs}`)
        : tick === undefined ? 'holds' : `holds at tick ${tick}`}`);
      quote(said);
    }
    quote(ending);
    console.log(stop.message);
  }
  return stop.kind === 'pause' ? INTERRUPTED : failed ? 1 : 0;
}

/** Two builds, the same input. @returns 0; 1 where one of them does not build. */
async function compare(id: string, { configs, ...options }: RunOptions & { configs: string }): Promise<number> {
  const scenario = scenarioOf(id), limit = limitOf(options), names = configs.split(',');
  if (names.length !== 2 || names.includes('')) throw new Refusal(`--configs '${configs}': write two configurations, A,B`);
  const labs: Lab[] = [], runs: RunCosts[] = [], stops: StopReport['stop'][] = [];
  for (const config of names) {
    // What somebody would type there is the scenario's sample.
    const lab = openScenario(scenario, { ...options, config, json: true });
    if (!lab) return 1;
    labs.push(lab);
  }
  for (const lab of labs) {
    const end = await interruptible(lab, (pump) => lab.finish(limit, pump));
    if (end.stop.kind === 'pause') return INTERRUPTED;
    runs.push(runCosts(lab));
    stops.push(end.stop);
  }
  const [a, b] = runs, made = compareRuns(a, b);
  if (options.json) say({ scenario: id, ...made, stops: { a: stops[0], b: stops[1] }, output: { a: a.output, b: b.output } });
  else for (const line of comparisonText(made, { a, b }, stops.map(({ message }) => message),
    (which, name, nth) => labs[which === 'a' ? 0 : 1].pathOf(name, nth))) console.log(line);
  return 0;
}

const FORMATS = ['strace', 'ftrace', 'function_graph', 'json'];
const TEXTS = { strace, ftrace, function_graph: functionGraph };

async function trace(id: string, options: RunOptions & { format: string }): Promise<number> {
  if (!FORMATS.includes(options.format)) throw new Refusal(unknown('format', options.format, FORMATS));
  const limit = limitOf(options);
  // Nobody types meanwhile: at a terminal too the scenario's sample comes in.
  const lab = openScenario(scenarioOf(id), { ...options, json: true });
  if (!lab) return 1;
  const { stop } = await interruptible(lab, (pump) => lab.finish(limit, pump));
  if (options.format === 'json') say(lab.tracer.record.events);
  else for (const line of TEXTS[options.format as keyof typeof TEXTS](lab)) console.log(line);
  return stop.kind === 'pause' ? INTERRUPTED : 0;
}

function list(options: { json?: boolean }): number {
  const { scenarios, diagnostics } = loadScenarios(scenarioSources());
  const sources = guestSources();
  if (options.json) say({ scenarios: [...scenarios.values()], apps: appNames(sources), configs: configNames(sources), kernelLines: flavourLines(sources) });
  else {
    console.log('Scenarios:');
    for (const { id, title, question } of asCourse([...scenarios.values()])) console.log(`  ${id.padEnd(18)} ${title}\n${' '.repeat(21)}${question}`);
    console.log(`\nApplications, each of which runs without a scenario too:\n  ${appNames(sources).join('  ')}\n\nConfigurations:`);
    const { flavours, all, published } = flavourLines(sources), counts = new Map(flavours.map(({ name, lines }) => [name, lines]));
    for (const name of configNames(sources)) console.log(`  ${name.padEnd(13)}${String(counts.get(name) ?? '').padStart(4)}  ${configAbout(sources, name)}`);
    console.log(`\nThe number is how many lines of this kernel the flavour adds, changes or leaves out, counted now: ${all.lines} lines in ` +
      `${all.files} files for all of them together.\nPublished of Linux and UKL themselves:`);
    for (const { what, lines, source } of published) console.log(`  ${lines.padEnd(18)} ${what} (${source})`);
  }
  complainOfScenarios(diagnostics);
  return diagnostics.length ? 1 : 0;
}

/** @returns 0, or 2: what it was given is wrong. */
function build(file: string, options: { config?: string; set?: string[]; output?: string; S?: boolean }): number {
  const name = basename(file).replace(/\.c$/, '');
  if (!/^[\w.-]+$/.test(name) || !file.endsWith('.c')) throw new Refusal(`${file}: a C file is wanted, named NAME.c with letters, digits, dashes and dots`);
  let text: string;
  try {
    text = sourceText(readFileSync(file));
  } catch {
    throw new Refusal(`cannot read ${file}`);
  }
  const config = options.config ?? 'linux', path = `apps/${name}.c`, sources = guestSources().set(path, text);
  const request = { sources, app: name, switches: switchesOf(config, settings(options.set)) };
  // In the words of whoever called.
  const tell = (diagnostics: readonly Diagnostic[]): void =>
    complain(diagnostics.map((one) => (one.file === path ? { ...one, file } : one)), new Map(sources).set(file, text));
  const write = (out: string, content: string | Uint8Array): void => {
    try {
      writeFileSync(out, content);
    } catch {
      throw new Refusal(`cannot write ${out}`);
    }
  };
  if (options.S) {
    const assembly = guestAssembly(request, createUnitCompiler());
    tell(assembly.diagnostics);
    if (assembly.diagnostics.some(({ severity }) => severity === 'error')) return 2;
    if (options.output === undefined) process.stdout.write(assembly.text);
    else write(options.output, assembly.text);
    return 0;
  }
  const result = buildTold(request, stocked(config, request.switches));
  tell(result.diagnostics);
  if (!result.ok) return 2;
  const out = options.output ?? name;
  write(out, result.program ?? result.kernel);
  console.error(`${out}: ${result.program ? 'static ELF program' : 'kernel image with the application inside'}, ` +
    `${(result.program ?? result.kernel).length} bytes`);
  return 0;
}

/** Mistakes that commander finds, in one line with what would be right. */
function usageOf(program: Command, error: CommanderError, words: readonly string[]): string {
  const command = program.commands.find((one) => words.includes(one.name())) ?? program;
  const [, word] = /'([^']*)'/.exec(error.message) ?? [];
  if (error.code === 'commander.unknownOption') return unknown('option', word,
    [...command.options.flatMap((one) => (one.hidden ? [] : [one.long ?? one.flags])), '--help']);
  if (error.code === 'commander.unknownCommand') return unknown('command', word, program.commands.map((one) => one.name()));
  return `${error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')}; ringside ${command === program ? '' : `${command.name()} `}--help says more`;
}

/** @returns the exit status. */
export async function ringside(words: readonly string[]): Promise<number> {
  const program = new Command('ringside')
    .description('An operating-systems lab: a whole x86-64 machine, a small Linux-like kernel, and the boundary between them.')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => undefined });

  let status = 0;
  const collect = (word: string, words: string[]): string[] => [...words, word];
  const setup = (command: Command): Command => command
    .option('--set <key=value>', 'a switch; may be given again', collect, [])
    .option('--cpus <n>', 'how many CPUs: short for --set NR_CPUS=<n>')
    .option('--input <text>', 'console input, line by line; \\n, \\t, \\xNN and so on are understood')
    .option('--max-instructions <n>', 'stop after so many')
    .option('--cost <profile>', `cycle costs: ${Object.keys(COST_PROFILES).join(', ')}`);
  const common = (command: Command): Command => setup(command.option('--config <name>', 'configuration; `list` names them'));

  program.command('list').description('scenarios, applications and configurations').option('--json', 'as JSON').action((options: { json?: boolean }) => {
    status = list(options);
  });
  common(program.command('run').argument('<name>', 'a scenario, a file with one (NAME.md), or an application')
    .description('run a scenario to its end and evaluate its checks'))
    .option('--until <event>', 'stop at the first event of this kind and check nothing').option('--json', 'one JSON object')
    .addHelpText('after', `\nEvents:\n${EVENT_KINDS.map((kind) => `  ${kind.padEnd(16)} ${EVENTS[kind].about}`).join('\n')}\n\nExit status: 0 all checks ` +
    `hold, 1 one fails (without checks: the guest failed), 2 wrong usage, 130 after Ctrl-C.`)
    .action(async (id: string, options: RunOptions) => {
      status = await run(id, options);
    });
  common(program.command('trace').argument('<name>', 'a scenario, or an application').description('what happened, as text')).option('--format <format>',
    'strace (system calls), ftrace (all events), function_graph (what each call ran through) or json', 'strace')
    .action(async (id: string, options: RunOptions & { format: string }) => {
      status = await trace(id, options);
    });
  setup(program.command('compare').argument('<name>', 'a scenario, or an application')
    .description('the same program and input in two configurations, system call by system call')
    .requiredOption('--configs <a,b>', 'the two configurations; `list` names them')).option('--json', 'one JSON object')
    .addHelpText('after', '\nExit status: 0 both ran, 1 one does not build, 2 wrong usage, 130 after Ctrl-C.')
    .action(async (id: string, options: RunOptions & { configs: string }) => {
      status = await compare(id, options);
    });
  program.command('check').argument('[path]', 'a scenario file, or a directory of them')
    .description('what is wrong with scenario files, by line and column; or with a link')
    .option('--watch', 'check again whenever a file changes, until Ctrl-C').option('--schema', 'print the JSON Schema of the format')
    .option('--language', 'print the documentation of places and expressions, as Markdown')
    .option('--new <file.md>', 'write a lesson to begin with: three stops, two predictions')
    .option('--link <url>', 'what a link to a moment holds, and where it leads')
    .addHelpText('after', '\nExit status: 0 nothing is wrong, 2 something is, or wrong usage.')
    .action(async (path: string | undefined, options: CheckOptions) => {
      status = await check(path, options);
    });
  program.command('build').argument('<file.c>').description('compile a C file with libc (and, for a unikernel, with the kernel)').option('--config <name>',
    'configuration', 'linux')
    .option('--set <key=value>', 'a switch; may be given again', collect, []).option('-o, --output <file>', 'where to write it').option('-S',
    'print the assembly of the file, or write it to the output, and go no further')
    .addHelpText('after', '\nExit status: 0 built, 2 wrong usage or a file that does not build.')
    .action((file: string, options: { config?: string; set?: string[]; output?: string; S?: boolean }) => {
      status = build(file, options);
    });
  program.command('exec').argument('<program>').argument('[args...]').description('run a static x86-64 Linux program on the model kernel').passThroughOptions()
    .option('--strace', 'its system calls on standard error').option('--file <host:guest>',
    'a file or directory of the host, and its path in the guest; may be given again', collect, [])
    .option('--env <name=value>', 'a variable of its environment; may be given again', collect, []).option('--max-instructions <n>',
    'stop after so many, with status 124').option('--memory <mib>', 'memory of the machine').option('--cpus <n>', 'how many CPUs, at most 8')
    .option('--net', 'a network card: the program is 10.0.2.15, and a client host at the other end of the cable 10.0.2.2').option('--client <port>',
    'as --net, and the client connects to this port when the program listens: standard input goes there, what comes back is standard output, and the end ' +
    'of that connection is the end')
    .addHelpText('after', '\nThe program starts in / as /bin/NAME. Standard input, output and error are the host\'s; its exit status is the command\'s, 128 ' +
    '+ N after signal N.')
    .action(async (path: string, args: string[], options: ExecOptions) => {
      status = await exec(path, args, options);
    });
  program.command('load').argument('<workload>', 'echo (echo-server) or kv (kv-store)')
    .description('a server under load from the client at the other end of the wire: latencies of its requests')
    .option('--configs <a,b,...>', 'configurations; `list` names them', 'linux,ukl,ukl-byp,ukl-shortcut')
    .option('--connections <n>', 'how many', '1')
    .option('--rate <n>', 'requests a second, at times of a Poisson process; without it, each answer is followed by the next request')
    .option('--rates <a..b[xf]>', 'ten rates from a to b, or each f times the one before').option('--requests <n>', 'how many are counted',
    '10000').option('--warm-up <n>', 'how many go before them; a tenth of them if not said').option('--cpus <n>', 'how many CPUs the server has', '1')
    .option('--size <bytes>', 'of an echo (1), or of a value (100); kv: etc for sizes as published for Facebook\'s pool ETC')
    .option('--depth <n>', 'requests that one connection may have on the way', '1').option('--gets <n>', 'kv: of a thousand requests, the rest are sets (968)')
    .option('--keys <n>', 'kv: how many', '1000').option('--seed <n>', 'of arrivals, keys and losses', '1')
    .option('--loss <n>', 'of a million frames').option('--set <key=value>', 'a switch; may be given again', collect, [])
    .option('--cost <profile>', `cycle costs: ${Object.keys(COST_PROFILES).join(', ')}`).option('--csv <file>', 'write the table')
    .option('--pcap <file>', 'write the frames on the wire, for Wireshark').option('--hgrm <file>', 'write the percentiles, for HdrHistogram\'s plotter')
    .option('--explain <which>',
    'open one request (p50, p99, max, or its number) and say what it waited for')
    .option('--threads <n>', 'runs at a time: as many as the host has CPUs').option('--json', 'one JSON object')
    .addHelpText('after', '\nLatency counts from the moment a request was meant to go out. Exit status: 0 all measured, 1 not all, 2 wrong usage, 130 after ' +
    'Ctrl-C (what was measured by then is printed).')
    .action(async (workload: string, options: LoadCommand & { cost?: string }) => {
      status = await load(workload, options, costOf(options.cost), settings(options.set as string[] | undefined));
    });
  program.command('bench').description('speed of all engines, build time, time travel, memory').option('--json', 'as JSON')
    .addOption(new Option('--case <engine:program>').hideHelp()).action(async (options: { json?: boolean; case?: string }) => {
    status = await bench(options.json === true, options.case);
  });

  if (words.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof CommanderError)) throw error;
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    console.error(`ringside: ${error instanceof CommanderError ? usageOf(program, error, words) : error.message}`);
    return 2;
  }
}
