/** `ringside bench`: all engines on all programs, build, boot, time travel and memory, on this host. Progress goes to standard error. */
import { spawnSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Lab } from '../lab/lab.ts';
import { guestSources } from '../lab/sources.ts';
import { stocked } from '../lab/stock.ts';
import type { BuildCache } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { bareNames, ROUNDS, runBare, type BareResult } from './bench-bare.ts';
import { isRecording, RECORDED, runRecording, type Recording, type RecordingResult } from './bench-recording.ts';
import { ENGINES, openBench, runCase, type CaseResult, type EngineName } from './bench-case.ts';
import { hasThreadTime, threadTime } from './thread-time.ts';

/** Not counted in the mean: what they do is kernel work, and rates say more than instructions; or they are for several CPUs, as the name says. */
const KERNEL: Readonly<Record<string, (result: CaseResult, one?: CaseResult) => string>> = {
  'getppid-loop': ({ rings }) => `${(rings / 2e6).toFixed(2)} M ring round trips/s`,
  pagefault: ({ faults }) => `${(faults / 1e6).toFixed(2)} M page faults/s`,
  switches: ({ rings }) => `${(rings / 2e6).toFixed(2)} M sleeps/s`,
  yield: ({ passed }) => `${(passed / 1e6).toFixed(2)} M context switches/s`,
  spawn: ({ passed }) => `${passed.toFixed(0)} fork, exit, wait/s`,
  crowd: () => 'four processes on one CPU',
  'crowd@4': ({ warm }, one) => `on four CPUs${one ? `: ${(warm / one.warm).toFixed(2)} of that` : ''}`,
};
/** Before the name of a workload that runs without a kernel. */
const BARE = 'bare/';
const STEPS = 20;
/** The file whose edit is timed: of middling length. */
const EDITED = 'linux/kernel/sys.c';
const LENGTHS = [['1 M', 1_000_000], ['100 M', 100_000_000], ['1 G', 1_000_000_000]] as const;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
/** So many times as fast. */
const ratio = (a: number, b: number): string => (a / b).toFixed(1).padStart(9);
const geometric = (values: readonly number[]): number => values.reduce((product, value) => product * value, 1) ** (1 / values.length);

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** A case in a process of its own. */
function measure<Result>(engine: EngineName | Recording, program: string): Result {
  const made = spawnSync(process.execPath, [process.argv[1], 'bench', '--case', `${engine}:${program}`], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${engine}, ${program}: ${made.stderr}`);
  return JSON.parse(made.stdout) as Result;
}

/** The same workload on each engine. */
const onEach = <Result>(program: string): Record<EngineName, Result> => Object.fromEntries(ENGINES.map((engine) => {
  progress(`${program}, ${engine}`);
  return [engine, measure<Result>(engine, program)];
})) as Record<EngineName, Result>;

/** The workloads without a kernel, a line each. */
function bare(say: (text: string) => void): Record<string, Record<EngineName, BareResult>> {
  const found: Record<string, Record<EngineName, BareResult>> = {};
  for (const name of bareNames()) {
    const results = onEach<BareResult>(`${BARE}${name}`), { reference, translated } = results;
    found[name] = results;
    const speeds = ENGINES.map((engine) => `${results[engine].first.toFixed(1)} ${results[engine].warm.toFixed(0).padStart(6)}`.padStart(16)).join('');
    const unit = ROUNDS[name];
    say(`${name.padEnd(13)}${speeds}${ratio(translated.first, reference.first)}${ratio(translated.warm, reference.warm)}` +
      (unit ? `   ${(translated.rounds / 1e6).toFixed(2)} ${unit}` : ''));
  }
  return found;
}

/** Workloads are found: every program of src/guest/bench. */
function programs(): string[] {
  return [...[...guestSources().keys()].flatMap((path) => /^bench\/([\w-]+)\.c$/.exec(path)?.[1] ?? []).filter((name) => !(name in KERNEL)).sort(),
    ...Object.keys(KERNEL)];
}

interface Travel {
  ticks: number;
  recordMs: number;
  seekMs: { median: number; max: number };
  stepBackMs: { median: number; max: number };
  historyMiB: number;
}

/** How long it takes to be elsewhere in a history of so many ticks. */
async function travel(lab: Lab, ticks: number): Promise<Travel> {
  const recorded = performance.now();
  await lab.run({ direction: 'forward', maxInstructions: Math.max(1, ticks - lab.tick) });
  const recordMs = performance.now() - recorded, live = lab.tick;
  const timed = async (what: () => unknown): Promise<number> => {
    const from = performance.now();
    await what();
    return performance.now() - from;
  };
  const steps: number[] = [], seeks: number[] = [];
  for (let n = 0; n < STEPS; n++) steps.push(await timed(() => lab.step('instruction', 'back')));
  // Places all over the past, without a pattern.
  for (let n = 1; n <= STEPS; n++) seeks.push(await timed(() => lab.seek(Math.floor((live * ((n * 7919) % 1000)) / 1000))));
  lab.seek(live);
  return { ticks, recordMs, seekMs: { median: median(seeks), max: Math.max(...seeks) }, stepBackMs: { median: median(steps), max: Math.max(...steps) },
    historyMiB: lab.history.bytes / 1048576 };
}

/** Each with the lab's recording and without, several times in turn: what else runs on this host slows both. */
function recordings(say: (text: string) => void): Record<string, { alone: RecordingResult; recorded: RecordingResult; ratio: number }> {
  return Object.fromEntries(RECORDED.map((program) => {
    progress(`recording ${program}`);
    const pairs = Array.from({ length: 5 }, () => ({ alone: measure<RecordingResult>('alone', program),
      recorded: measure<RecordingResult>('recorded', program) }));
    const best = (how: 'alone' | 'recorded'): RecordingResult => pairs.map((pair) => pair[how]).reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a));
    const alone = best('alone'), recorded = best('recorded'), ratio = recorded.milliseconds / alone.milliseconds;
    say(`recording    ${program}: ${(recorded.milliseconds / 1000).toFixed(2)} s with ${(recorded.events / 1e6).toFixed(2)} M events ` +
      `noted, ${(alone.milliseconds / 1000).toFixed(2)} s without: x${ratio.toFixed(2)}`);
    return [program, { alone, recorded, ratio }];
  }));
}

interface Builds {
  firstMs: number;
  /** With a compiler that has done nothing yet. */
  editMs: number[];
  /** Everything compiled: for the first time, with a compiler that has done little before, and again. */
  coldMs: number;
  warmMs: number;
  /** After edits, once the compiler has worked. */
  editWarmMs: number;
}

/** A first build out of the stock objects, and after edits; then the same where everything is compiled, and edits after that. */
function builds(): Builds {
  const started = performance.now(), cache = stocked('linux', {}), adoptMs = performance.now() - started;
  const build = (own: BuildCache, edits: Record<string, string> = {}): number => openBench('hello', [], 'reference', own, edits).buildMilliseconds;
  const text = guestSources().get(EDITED) ?? '';
  const edit = (n: number): number => build(cache, { [EDITED]: `${text}\nint edit_${n}(int a)\n{\n\treturn a + ${n};\n}\n` });
  const firstMs = adoptMs + build(cache), editMs = [1, 2, 3].map(edit), coldMs = build(freshCache());
  const warmMs = median(Array.from({ length: 5 }, () => build(freshCache())));
  return { firstMs, editMs, coldMs, warmMs, editWarmMs: median(Array.from({ length: 9 }, (_, n) => edit(4 + n))) };
}

export async function bench(json: boolean, only?: string): Promise<number> {
  if (only !== undefined) {
    const [how, subject] = only.split(':');
    if (isRecording(how)) {
      console.log(JSON.stringify(await runRecording(how, subject)));
      return 0;
    }
    const [engine, program] = only.split(':') as [EngineName, string];
    console.log(JSON.stringify(program.startsWith(BARE) ? runBare(program.slice(BARE.length), engine) : await runCase(engine, program)));
    return 0;
  }
  const say = (text: string): void => {
    progress('');
    if (!json) console.log(text);
  };
  say(`million instructions a second: cold (the first half second), warm; x is the ratio to the reference interpreter`);
  if (hasThreadTime) say('by the time that the thread ran, so that other work on this host counts less; time travel by the clock on the wall');
  say(`${''.padEnd(13)}${ENGINES.map((engine) => engine.padStart(16)).join('')}${'x cold'.padStart(9)}${'x warm'.padStart(9)}`);
  const workloads: Record<string, Record<EngineName, CaseResult>> = {};
  const columns = (each: Record<EngineName, { cold: number; warm: number }>): string =>
    ENGINES.map((engine) => `${each[engine].cold.toFixed(0)} ${each[engine].warm.toFixed(0).padStart(6)}`.padStart(16)).join('');
  for (const program of programs()) {
    const results = onEach<CaseResult>(program);
    workloads[program] = results;
    const { reference, translated } = results;
    say(`${program.padEnd(13)}${columns(results)}${ratio(translated.cold, reference.cold)}${ratio(translated.warm, reference.warm)}` +
      (program in KERNEL ? `   ${KERNEL[program](translated, workloads[program.split('@')[0]]?.translated)}` : ''));
  }
  const counted = Object.entries(workloads).filter(([name]) => !(name in KERNEL)).map(([, results]) => results);
  const means = Object.fromEntries(ENGINES.map((engine) => [engine,
    { cold: geometric(counted.map((results) => results[engine].cold)),
    warm: geometric(counted.map((results) => results[engine].warm)) }])) as Record<EngineName, { cold: number; warm: number }>;
  const worst = Math.min(...counted.map(({ translated, reference }) => translated.warm / reference.warm));
  say(`${'mean'.padEnd(13)}${columns(means)}${ratio(means.translated.cold, means.reference.cold)}${ratio(means.translated.warm, means.reference.warm)}` +
    `   geometric, without the kernel programs; worst ${worst.toFixed(1)}`);
  say('without a kernel; cold is all of the first round, in which each instruction runs once');
  const withoutKernel = bare(say);

  const recording = recordings(say);

  progress('build');
  const build = builds();
  say(`build        ${build.firstMs.toFixed(0)} ms first, ${build.editMs.map((ms) => ms.toFixed(0)).join(', ')} ms after each of three edits of a kernel ` +
    `file, ${build.editWarmMs.toFixed(0)} ms once the compiler has worked; all compiled ${build.coldMs.toFixed(0)} ms, again ${build.warmMs.toFixed(0)} ms ` +
    '(kernel, libc, one application)');
  const cache = freshCache(), started = threadTime();
  openBench('sieve', ['1'], 'translated', cache);
  const built = threadTime() - started;
  const lab = openBench('sieve', ['1000'], 'translated', cache), booting = threadTime();
  await lab.start();
  const boot = { instructions: lab.machine.instructions, milliseconds: threadTime() - booting, buildMilliseconds: built };
  say(`boot         ${(boot.instructions / 1e6).toFixed(2)} M instructions to main in ${boot.milliseconds.toFixed(0)} ms`);
  const travels: Travel[] = [];
  for (const [label, ticks] of LENGTHS) {
    progress(`time travel, ${label}`);
    const one = await travel(ticks > lab.tick ? lab : openBench('sieve', ['1000'], 'translated', cache), ticks);
    travels.push(one);
    say(`time travel  ${label.padStart(5)} ticks: ${(one.recordMs / 1000).toFixed(1)} s to record, seek ${one.seekMs.median.toFixed(0)} ms ` +
      `(most ${one.seekMs.max.toFixed(0)}), step back ${one.stepBackMs.median.toFixed(1)} ms ` +
      `(most ${one.stepBackMs.max.toFixed(1)}), ${one.historyMiB.toFixed(0)} MiB of history`);
  }
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const memory = { heapMiB: heapUsed / 1048576, buffersMiB: arrayBuffers / 1048576, processMiB: rss / 1048576 };
  say(`memory       ${(memory.heapMiB + memory.buffersMiB).toFixed(0)} MiB in use after that (32 MiB machine, history, record, ` +
    `toolchain), ${memory.processMiB.toFixed(0)} MiB of the process`);
  if (json) console.log(JSON.stringify({ workloads, bare: withoutKernel, recording, means, worstRatio: worst, build, boot, travels, memory }, null, 1));
  return 0;
}
