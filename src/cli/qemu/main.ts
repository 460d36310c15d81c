/**
 * `npm run test:qemu`: the images that Ringside boots, booted by QEMU's microvm as well. Same console text, same exit
 * status, same exceptions with the same registers, same frames. Words select cases whose name contains one of them;
 * `--sweep` tries every value of every switch.
 */
import { join } from 'node:path';
import { loadScenarios, type Scenario } from '../../lab/scenario.ts';
import { guestSources, scenarioSources } from '../../lab/sources.ts';
import { buildGuest } from '../../toolchain/build.ts';
import { freshCache } from '../../toolchain/compiler.ts';
import { configNames, resolveConfig, switchesOfApp, type Switches } from '../../toolchain/kconfig.ts';
import { SWITCHES } from '../../guest/configs/switches.ts';
import { bareCases, buildTest } from './bare.ts';
import { attemptDifferences, frameDifferences, normalised, outcomeOf, textDifference } from './compare.ts';
import { entryDifferences } from './entry.ts';
import { framesUnderQemu } from './frames.ts';
import { compareNetwork, networkCases } from './network.ts';
import { runOurs } from './ours.ts';
import { missingTools, Qemu } from './qemu.ts';

interface Variant {
  set: Record<string, string>;
  /** Scenarios that it is for; all when absent. */
  of?: string;
}

/** Besides the scenarios as they are: switches that change what they show. */
const VARIANTS: readonly Variant[] = [
  { set: {} }, { set: { SMEP_SMAP: 'on' } }, { set: { UKL_PF: 'current' }, of: 'stack-page-fault' }, { set: { UKL_PF: 'df' }, of: 'stack-page-fault' },
  { set: { UKL_PF: 'ist' }, of: 'stack-page-fault' },
  { set: { APP_RED_ZONE: 'off' }, of: 'lost-red-zone' }, { set: { SYSCALL_RETURN: 'iret' }, of: 'console-echo' }, { set: { NR_CPUS: '4' }, of: 'hello' },
];

interface Case {
  name: string;
  scenario: Scenario;
  switches: Switches;
  byOutcome: boolean;
}

const sources = guestSources();
/** The bundle lies in dist-cli. */
const TESTS = join(import.meta.dirname, '../src/guest/tests');

/** One scenario runs in every configuration, the others in these and their own; `--sweep` runs all in all. */
const USUAL: readonly string[] = ['linux', 'ukl', 'ukl-nss'];
const EVERYWHERE = 'console-echo';

/**
 * Here only the outcome is the same: the text on the console but for dumps, and how it ends. Programs that break their kernel: in which function
 * depends on when a timer comes. `fork` on the user's own stack: which push meets the page that it has just made read-only depends on when the TLB
 * forgets it. Several CPUs: who comes first is each emulator's own.
 */
const BY_OUTCOME = new Map<string, 'everywhere' | readonly string[]>([
  ...['lost-timer', 'mmap-self-deadlock', 'shootdown-on-user-stack', 'small-kthread-stack', 'starved-thread', 'switching-threads', 'wild-pointer']
    .map((id) => [id, 'everywhere'] as const),
  ['shell', ['ukl-nss']],
]);
/**
 * On a number of CPUs that is not their own these end one way or the other: a child resets what it shares with its parent's threads in a unikernel,
 * a thread has its first turn or has not, a timer comes while the tables are being cleared. QEMU's CPUs take turns of a tenth of a second.
 */
const RACES: readonly string[] = ['shootdown-on-user-stack', 'starved-thread', 'switching-threads', 'wild-pointer'];
const isByOutcome = ({ id }: Scenario, config: string): boolean => {
  const where = BY_OUTCOME.get(id);
  return where === 'everywhere' || (where?.includes(config) ?? false);
};

/** The scenarios in their configurations, with variants; what makes the same machine is there once. */
function cases(variants: readonly Variant[], all: boolean): Case[] {
  const found = new Map<string, Case>();
  for (const scenario of loadScenarios(scenarioSources()).scenarios.values()) {
    for (const config of configNames(sources)) {
      if (!all && isByOutcome(scenario, config) && config !== scenario.config) continue;
      if (!all && scenario.id !== EVERYWHERE && config !== scenario.config && !USUAL.includes(config)) continue;
      for (const { set, of = scenario.id } of variants) {
        if (of !== scenario.id || (set['NR_CPUS'] && RACES.includes(scenario.id))) continue;
        // Its program's and its own switches, as far as they go with this configuration.
        const own = Object.fromEntries(Object.entries({ ...switchesOfApp(scenario.app), ...scenario.set }).filter(([key, value]) =>
          typeof resolveConfig(sources, config, { [key]: value }) !== 'string'));
        const switches = resolveConfig(sources, config, { ...own, ...set });
        if (typeof switches === 'string') continue;
        const key = `${scenario.app} ${scenario.args.join(' ')} ${scenario.input} ${JSON.stringify(switches)}`;
        const words = Object.entries({ ...own, ...set }).map(([name, value]) => `${name}=${value}`);
        if (!found.has(key)) found.set(key, { name: [scenario.id, config, ...words].join(' '), scenario, switches,
          byOutcome: isByOutcome(scenario, config) || switches['NR_CPUS'] !== '1' });
      }
    }
  }
  return [...found.values()];
}

function sweep(): Variant[] {
  return [{ set: {} }, ...SWITCHES.flatMap(({ key, values }) => (values === 'number' ? ['4'] : values).map((value) => ({ set: { [key]: value } })))];
}

/** What is typed: the scenario's own input or, where it has none, one line; then the end of input. */
function typing({ input }: Scenario): string[] {
  const lines = (input || 'hello\n').match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return [...lines, '\x04'];
}

/** Where servers are asked over a network: a process and a unikernel; all configurations with `--sweep`. */
const SERVED = { echo: ['linux'], kv: ['ukl-byp'] };

/** The bare-metal tests: they judge themselves; here both verdicts and all that is printed must be the same. */
async function compareBare(qemu: Qemu, name: string, cpus: number): Promise<string[]> {
  const built = buildTest(TESTS, name);
  if (Array.isArray(built)) return built;
  const image = { ...built, cpus };
  const ours = runOurs(image, []);
  if (ours.stop.kind !== 'exit') return [`our machine ended by ${ours.stop.kind}`];
  const theirs = await qemu.run(image, []);
  const found = textDifference(normalised(ours.console), normalised(theirs.console));
  if (theirs.status !== ours.stop.code) found.push(`the end by QEMU: ${theirs.end}`, `exit status: Ringside ${ours.stop.code}, QEMU ${theirs.status}`);
  if (ours.stop.code !== 0) found.push('the test failed');
  return found;
}

const cache = freshCache();
let exceptions = 0, frames = 0;
/** What never ends on our machine is to be found running on QEMU after that. */
const SPINS_SECONDS = 5;
/** Characters that a 16550A keeps. */
const FIFO = 16;

async function compare(qemu: Qemu, { scenario, switches, byOutcome }: Case): Promise<string[]> {
  const build = buildGuest({ sources, app: scenario.app, switches, ...(scenario.args.length ? { args: scenario.args } : {}) }, cache);
  if (!build.ok) return build.diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  const ours = runOurs(build, typing(scenario)), { stop } = ours;
  const theirs = await qemu.run(build, typing(scenario), { logs: !byOutcome, ...(stop.kind === 'limit' ? { seconds: SPINS_SECONDS } : {}) });
  const complaints = theirs.complaint.split('\n').filter((line) => line && !/: warning: |: terminating on signal 15 /.test(line));
  const found = complaints.map((line) => `QEMU: ${line}`);
  const [a, b] = [ours.console, theirs.console].map((whole) => (byOutcome ? outcomeOf(normalised(whole)) : normalised(whole)));
  // What a port has still to send when its machine dies is lost, and QEMU's has sent it at once.
  if (stop.kind !== 'triple-fault' || !b.startsWith(a) || b.length > a.length + FIFO) found.push(...textDifference(a, b));
  if (theirs.end !== stop.kind) found.push(`the end: Ringside ${stop.kind}, QEMU ${theirs.end}`);
  else if (stop.kind === 'exit' && theirs.status !== (stop.code ?? 0) % 128)
    found.push(`exit status: Ringside ${stop.code}, QEMU ${theirs.status} (modulo 128)`);
  if (byOutcome) return found;
  found.push(...attemptDifferences(ours.attempts, theirs.attempts));
  exceptions += ours.attempts.length;
  // The frames too, where exceptions are what the scenario is about; they are read in one address space only.
  const spaces = new Set(ours.attempts.map(({ registers }) => registers['CR3']));
  if (spaces.size === 1 && stop.kind === 'exit' && (ours.attempts.length > 40 || ours.attempts.some(({ vector }) => vector === 8))) {
    const pushed = await framesUnderQemu(qemu, build, ours.frames);
    frames += ours.frames.length;
    found.push(...frameDifferences(ours.frames, pushed));
  }
  return found;
}

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const wanted = (name: string): boolean => !words.length || words.some((word) => name.includes(word));

/** As automake's tests do: neither passed nor failed. */
const SKIPPED = 77;
const missing = missingTools();
if (missing !== undefined) {
  console.log(`test:qemu: skipped, ${missing}`);
  process.exitCode = SKIPPED;
} else {
  const started = performance.now();
  const qemu = new Qemu(join(import.meta.dirname, '../src/cli/qemu/pvh-stub.S'));
  let passed = 0, failed = 0;
  const report = (name: string, found: readonly string[]): void => {
    console.log(`${found.length ? 'differs' : 'ok     '} ${name}`);
    for (const line of found) console.log(`        ${line}`);
    if (found.length) failed++;
    else passed++;
  };
  try {
    console.log(qemu.version());
    const swept = process.argv.includes('--sweep');
    const all = cases(swept ? sweep() : VARIANTS, swept || words.length > 0);
    if (wanted('entry state')) report('entry state', await entryDifferences(qemu));
    for (const { title, name, cpus } of bareCases(TESTS)) if (wanted(`bare metal: ${title}`))
      report(`bare metal: ${title}`, await compareBare(qemu, name, cpus));
    const every = configNames(sources), network = networkCases(swept ? { echo: every, kv: every } : SERVED);
    if (network.missing.length) console.log(`network: without ${network.missing.join(', ')}`);
    for (const one of network.cases) if (wanted(one.title)) report(one.title, await compareNetwork(qemu, one, cache));
    for (const one of all) if (wanted(one.name)) report(one.name, await compare(qemu, one));
  } finally {
    qemu.close();
  }
  console.log(`test:qemu: ${passed} ok, ${failed} differ; ${exceptions} exceptions and ${frames} frames ` +
    `compared; ${((performance.now() - started) / 1000).toFixed(0)} s`);
  process.exitCode = failed ? 1 : 0;
}
