/** The lab on the command line. Data goes to standard output, progress and complaints to standard error. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { formatDiagnostic, type Diagnostic } from '../base/diagnostic.ts';
import { runChecks } from '../lab/checks.ts';
import { EVENT_KINDS } from '../lab/events.ts';
import { Lab } from '../lab/lab.ts';
import { loadScenarios, type Scenario } from '../lab/scenario.ts';
import { guestSources, scenarioSources } from '../lab/sources.ts';
import type { EventKind } from '../link/reports.ts';
import { COST_PROFILES, type CostProfileName } from '../machine/cost.ts';
import { buildGuest } from '../toolchain/build.ts';
import { configAbout, configNames, resolveConfig, type Switches } from '../toolchain/kconfig.ts';
import { bench } from './bench.ts';
import { compiler } from './compiler.ts';
import { exec, type ExecOptions } from './exec.ts';
import { UsageError } from './usage.ts';

interface RunOptions {
  config?: string;
  set?: string[];
  input?: string;
  until?: string;
  maxInstructions?: string;
  cost?: string;
  json?: boolean;
}

function scenarioOf(id: string): Scenario {
  const { scenarios } = loadScenarios(scenarioSources());
  const found = scenarios.get(id);
  if (!found) throw new UsageError(`unknown scenario '${id}'; there are ${[...scenarios.keys()].join(', ')}`);
  return found;
}

function settings(words: readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries((words ?? []).map((word) => {
    const [, key, value] = /^(\w+)=(.*)$/.exec(word) ?? [];
    if (key === undefined) throw new UsageError(`--set ${word}: write KEY=VALUE`);
    return [key, value];
  }));
}

function switchesOf(config: string, set: Record<string, string>): Switches {
  const switches = resolveConfig(guestSources(), config, set);
  if (typeof switches === 'string') throw new UsageError(switches);
  return switches;
}

function costOf(name: string | undefined): CostProfileName {
  const wanted = name ?? 'skx-off';
  if (!(wanted in COST_PROFILES)) throw new UsageError(`unknown cost profile '${wanted}'; there are ${Object.keys(COST_PROFILES).join(', ')}`);
  return wanted as CostProfileName;
}

function complain(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>): void {
  for (const diagnostic of diagnostics) console.error(formatDiagnostic(diagnostic, sources.get(diagnostic.file)?.split('\n')[diagnostic.line - 1]));
}

function openLab(scenario: Scenario, options: RunOptions): Lab | undefined {
  const set = { ...(options.config === undefined || options.config === scenario.config ? scenario.set : uklFree(scenario.set, options.config)), ...settings(options.set) };
  const config = options.config ?? scenario.config;
  const sources = guestSources();
  const made = Lab.open({ sources, app: scenario.app, config, switches: switchesOf(config, set), args: scenario.args, input: options.input ?? scenario.input, cost: costOf(options.cost), clock: () => performance.now(), compiler });
  if (made instanceof Lab) return made;
  complain(made.diagnostics, sources);
  return undefined;
}

/** A scenario's own switches, as far as they go with another configuration. */
function uklFree(set: Record<string, string>, config: string): Record<string, string> {
  return Object.fromEntries(Object.entries(set).filter(([key, value]) => typeof resolveConfig(guestSources(), config, { [key]: value }) !== 'string'));
}

const JSON_BIGINT = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? (value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : `0x${BigInt.asUintN(64, value).toString(16)}`) : value);
const say = (value: unknown): void => console.log(JSON.stringify(value, JSON_BIGINT, 1));

async function run(id: string, options: RunOptions): Promise<number> {
  const scenario = scenarioOf(id);
  if (options.until !== undefined && !EVENT_KINDS.includes(options.until as EventKind)) throw new UsageError(`unknown event '${options.until}'; there are ${EVENT_KINDS.join(', ')}`);
  if (options.maxInstructions !== undefined && !/^\d+$/.test(options.maxInstructions)) throw new UsageError(`--max-instructions ${options.maxInstructions}: a number`);
  const lab = openLab(scenario, options);
  if (!lab) return 1;
  const report = await lab.run({ direction: 'forward', ...(options.until === undefined ? {} : { until: { kind: 'event' as const, event: options.until as EventKind } }), ...(options.maxInstructions === undefined ? {} : { maxInstructions: Number(options.maxInstructions) }) });
  let { stop } = report;
  // A panic is noted and the kernel goes on to its end.
  while (stop.kind === 'panic' && options.until !== 'panic') stop = (await lab.run({ direction: 'forward' })).stop;
  const { record } = lab.tracer;
  const events: Record<string, number> = {};
  for (const { kind } of record.events) events[kind] = (events[kind] ?? 0) + 1;
  const checks = runChecks(scenario, lab, stop.code);
  const failed = checks.some(({ ok }) => !ok) || stop.kind === 'triple-fault' || (scenario.checks.length === 0 && (stop.code ?? 0) !== 0);
  if (options.json) {
    say({
      scenario: id, config: lab.options.config, switches: lab.options.switches, stop: { kind: stop.kind, message: stop.message, ...(stop.code === undefined ? {} : { code: stop.code }) }, tick: lab.tick, instructions: lab.machine.instructions, cycles: lab.machine.cycles / 4, ns: lab.machine.ns,
      console: lab.consoleText(Infinity), events, syscalls: record.syscalls.map(({ name, task, tick, ret, instructions, cycles, net, text, cs }) => ({ name, task, tick, ret, instructions, cycles, net, text, cs })), checks, hash: lab.machine.hash(),
    });
  } else {
    process.stdout.write(lab.consoleText(Infinity).replaceAll('\r', ''));
    for (const { id: name, ok, applies, error } of checks) console.log(`check ${name}: ${!applies ? 'does not apply' : ok ? 'holds' : `FAILS${error ? ` (${error})` : ''}`}`);
    console.log(stop.message);
  }
  return failed ? 1 : 0;
}

async function trace(id: string, options: RunOptions & { format?: string }): Promise<number> {
  const format = options.format ?? 'strace';
  if (!['strace', 'ftrace', 'json'].includes(format)) throw new UsageError(`unknown format '${format}'; there are strace, ftrace, json`);
  const lab = openLab(scenarioOf(id), options);
  if (!lab) return 1;
  let { stop } = await lab.run({ direction: 'forward', ...(options.maxInstructions === undefined ? {} : { maxInstructions: Number(options.maxInstructions) }) });
  while (stop.kind === 'panic') stop = (await lab.run({ direction: 'forward' })).stop;
  const { record } = lab.tracer;
  if (format === 'json') say(record.events);
  else if (format === 'strace') for (const call of record.syscalls) console.log(call.text + (call.ret === undefined ? ' <unfinished ...>' : ''));
  else {
    for (const { tick, kind, text } of record.events) {
      const { comm, pid } = lab.tracer.task(tick);
      console.log(`${`${comm}-${pid}`.padStart(16)} [000] ${String(tick).padStart(10)}: ${kind}: ${text}`);
    }
  }
  return 0;
}

function list(options: { json?: boolean }): number {
  const { scenarios, diagnostics } = loadScenarios(scenarioSources());
  const sources = guestSources();
  if (options.json) say({ scenarios: [...scenarios.values()].map(({ id, title, question, app, config, set }) => ({ id, title, question, app, config, set })), configs: configNames(sources) });
  else {
    for (const { id, title, question } of scenarios.values()) console.log(`${id.padEnd(18)} ${title}\n${' '.repeat(19)}${question}`);
    console.log('\nConfigurations:');
    for (const name of configNames(sources)) console.log(`${name.padEnd(18)} ${configAbout(sources, name)}`);
  }
  complain(diagnostics, sources);
  return diagnostics.length ? 1 : 0;
}

function build(file: string, options: { config?: string; set?: string[]; output?: string }): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`cannot read ${file}`);
  }
  const name = basename(file).replace(/\.c$/, '');
  const sources = guestSources().set(`apps/${name}.c`, text);
  const result = buildGuest({ sources, app: name, switches: switchesOf(options.config ?? 'linux', settings(options.set)) });
  complain(result.diagnostics, sources);
  if (!result.ok) return 1;
  const out = options.output ?? name;
  try {
    writeFileSync(out, result.program ?? result.kernel);
  } catch {
    throw new UsageError(`cannot write ${out}`);
  }
  console.error(`${out}: ${result.program ? 'static ELF program' : 'kernel image with the application inside'}, ${(result.program ?? result.kernel).length} bytes`);
  return 0;
}

const program = new Command('ringside')
  .description('An operating-systems lab: a whole x86-64 machine, a small Linux-like kernel, and the boundary between them.')
  .exitOverride()
  .enablePositionalOptions()
  .showHelpAfterError(false)
  .configureOutput({ outputError: (text, write) => write(text) });

let status = 0;
const collect = (word: string, words: string[]): string[] => [...words, word];
const common = (command: Command): Command => command
  .option('--config <name>', 'configuration (see list)')
  .option('--set <key=value>', 'a switch; may be given again', collect, [])
  .option('--input <text>', 'console input, line by line')
  .option('--max-instructions <n>', 'stop after so many')
  .option('--cost <profile>', `cycle costs: ${Object.keys(COST_PROFILES).join(', ')}`);

program.command('list').description('scenarios and configurations').option('--json', 'as JSON').action((options: { json?: boolean }) => {
  status = list(options);
});
common(program.command('run').argument('<scenario>').description('run a scenario to its end and evaluate its checks'))
  .option('--until <event>', 'stop at the first event of this kind').option('--json', 'one JSON object')
  .action(async (id: string, options: RunOptions) => {
    status = await run(id, options);
  });
common(program.command('trace').argument('<scenario>').description('what happened, as text')).option('--format <format>', 'strace, ftrace or json', 'strace')
  .action(async (id: string, options: RunOptions & { format?: string }) => {
    status = await trace(id, options);
  });
program.command('build').argument('<file.c>').description('compile a C file with libc (and, for a unikernel, with the kernel)').option('--config <name>', 'configuration', 'linux')
  .option('--set <key=value>', 'a switch; may be given again', collect, []).option('-o, --output <file>', 'where to write it')
  .action((file: string, options: { config?: string; set?: string[]; output?: string }) => {
    status = build(file, options);
  });
program.command('exec').argument('<program>').argument('[args...]').description('run a static x86-64 Linux program on the model kernel').passThroughOptions()
  .option('--strace', 'its system calls on standard error').option('--file <host:guest>', 'a file or directory of the host, and its path in the guest; may be given again', collect, [])
  .option('--env <name=value>', 'a variable of its environment; may be given again', collect, []).option('--max-instructions <n>', 'stop after so many, with status 124').option('--memory <mib>', 'memory of the machine')
  .addHelpText('after', '\nThe program starts in / as /bin/NAME. Standard input, output and error are the host\'s; its exit status is the command\'s, 128 + N after signal N.')
  .action(async (path: string, args: string[], options: ExecOptions) => {
    status = await exec(path, args, options);
  });
program.command('bench').description('speed of all engines, build time, time travel, memory').option('--json', 'as JSON').addOption(new Option('--case <engine:program>').hideHelp()).action(async (options: { json?: boolean; case?: string }) => {
  status = await bench(options.json === true, options.case);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`ringside: ${error.message}`);
    status = 2;
  } else if (error instanceof CommanderError) status = error.exitCode === 0 ? 0 : 2;
  else throw error;
}
process.exitCode = status;
