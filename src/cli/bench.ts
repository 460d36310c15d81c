/** `ringside bench`: instructions a second by workload, build, boot, time travel and memory, on this host. */
import { Lab } from '../lab/lab.ts';
import { guestSources } from '../lab/sources.ts';
import { BuildCache } from '../toolchain/build.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';

const ROUNDS: Readonly<Record<string, number>> = { bytecode: 20, copy: 100, hash: 15, random: 30, recursion: 12, sieve: 4, sort: 3, xorshift: 15 };
const STEPS = 40;

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

export async function bench(json: boolean): Promise<number> {
  const sources = guestSources();
  const switches = resolveConfig(sources, 'linux');
  if (typeof switches === 'string') throw new Error(switches);
  const cache = new BuildCache();
  const open = (app: string, args: string[], fresh = cache): Lab => {
    const lab = Lab.open({ sources, app, config: 'linux', switches, args, cache: fresh, clock: () => performance.now() });
    if (!(lab instanceof Lab)) throw new Error(`${app} does not build`);
    return lab;
  };

  const cold = open('hello', [], new BuildCache()).buildMilliseconds;
  const warm = median(Array.from({ length: 5 }, () => open('hello', [], new BuildCache()).buildMilliseconds));
  const workloads: { name: string; instructions: number; mips: number }[] = [];
  for (const [name, rounds] of Object.entries(ROUNDS)) {
    const lab = open(name, [String(rounds)]);
    await lab.start();
    const before = lab.machine.instructions, from = performance.now();
    // The machine alone, without the lab's recording of the past.
    while (lab.machine.run(lab.machine.tick + 50_000_000).kind === 'limit');
    const seconds = (performance.now() - from) / 1000, instructions = lab.machine.instructions - before;
    workloads.push({ name, instructions, mips: instructions / seconds / 1e6 });
    if (!json) console.log(`${name.padEnd(12)} ${(instructions / seconds / 1e6).toFixed(1).padStart(7)} MIPS  ${(instructions / 1e6).toFixed(1)} M instructions`);
  }
  const mean = workloads.reduce((product, { mips }) => product * mips, 1) ** (1 / workloads.length);

  const bootStart = performance.now();
  const lab = open('sieve', ['400']);
  await lab.start();
  const boot = { instructions: lab.machine.instructions, milliseconds: performance.now() - bootStart };
  const latency: Record<string, number> = {};
  for (const [label, ticks] of [['1M', 1_000_000], ['100M', 100_000_000]] as const) {
    await lab.run({ direction: 'forward', maxInstructions: Math.max(1, boot.instructions + ticks - lab.tick) });
    const times: number[] = [];
    for (let n = 0; n < STEPS; n++) {
      const from = performance.now();
      await lab.step('instruction', 'back');
      times.push(performance.now() - from);
    }
    latency[label] = median(times);
  }
  const memory = { historyMiB: lab.history.bytes / 1048576, processMiB: process.memoryUsage().rss / 1048576 };
  if (json) console.log(JSON.stringify({ workloads, geometricMeanMips: mean, build: { coldMs: cold, warmMs: warm }, boot, stepBackMs: latency, memory }, null, 1));
  else {
    console.log(`geometric mean ${mean.toFixed(1)} MIPS`);
    console.log(`build          ${cold.toFixed(0)} ms cold, ${warm.toFixed(0)} ms warm (kernel, libc, one application)`);
    console.log(`boot           ${(boot.instructions / 1e6).toFixed(2)} M instructions to main, ${boot.milliseconds.toFixed(0)} ms with the build`);
    for (const [label, ms] of Object.entries(latency)) console.log(`step back      ${ms.toFixed(1)} ms at ${label} ticks of history`);
    console.log(`memory         ${memory.historyMiB.toFixed(0)} MiB of history, ${memory.processMiB.toFixed(0)} MiB in all`);
  }
  return 0;
}
