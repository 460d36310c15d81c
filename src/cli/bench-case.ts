/** One program on one engine, in a process of its own: what another case taught the JavaScript engine must not help this one. */
import { Lab } from '../lab/lab.ts';
import { openLab } from '../lab/open.ts';
import { guestSources } from '../lab/sources.ts';
import { stocked } from '../lab/stock.ts';
import type { Machine } from '../machine/machine.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { threadTime } from './thread-time.ts';

export type EngineName = Machine['cpu']['engine'];
export const ENGINES: readonly EngineName[] = ['reference', 'translated'];

export interface CaseResult {
  /** Million instructions a second: the first half second, and the best tenth of a second after. */
  cold: number;
  warm: number;
  /** Changes of ring and page faults a second: so many for each instruction, counted afterwards. */
  rings: number;
  faults: number;
  /** Times that its tracepoint was passed, a second, likewise. */
  passed: number;
  regions: number;
}

/** What a program does again and again, where a tracepoint of the kernel tells that. */
const TOLD_BY: Readonly<Record<string, string>> = { yield: 'sched_switch', spawn: 'sched_process_fork' };

/** It is warm when no tenth of a second was better for so long; after MOST_MS it is called so. A round through the kernel is a hundred functions to warm. */
const COLD_MS = 500, WARM_MS = 2500, MOST_MS = 12_000, PASS_MS = 100;
/** Ticks in which all that is counted. */
const COUNTED = 3_000_000;
/** As good as for ever. */
const ROUNDS = '2000000000';

export function openBench(app: string, args: string[], engine: EngineName, cache = stocked('linux', {}), edits: Readonly<Record<string, string>> = {},
  cpus = '1'): Lab {
  const sources = new Map([...guestSources(), ...Object.entries(edits)]), switches = resolveConfig(sources, 'linux', { NR_CPUS: cpus });
  if (typeof switches === 'string') throw new Error(switches);
  const lab = openLab({ sources, app, config: 'linux', switches, args, cache, clock: () => performance.now(),
    ...(engine === 'translated' ? { compiler } : {}) });
  if (!(lab instanceof Lab)) throw new Error(`${app} does not build`);
  lab.machine.socket.engine = engine;
  return lab;
}

/** @param program Its name, and after an @ the number of CPUs where it is not one. */
export async function runCase(engine: EngineName, program: string): Promise<CaseResult> {
  const [app, cpus] = program.split('@');
  const lab = openBench(app, [ROUNDS], 'reference', undefined, {}, cpus), { machine, symbols } = lab;
  await lab.start();
  // From here on the machine alone, without the lab's recording of the past.
  machine.setProbes([]);
  machine.hooks = {};
  if (engine === 'translated') machine.translator = compiler;
  machine.socket.engine = engine;
  const result = { cold: 0, warm: 0, rings: 0, faults: 0, passed: 0, regions: 0 };
  const start = threadTime(), from = machine.instructions;
  let slice = 50_000, best = start;
  for (let now = start; now - best < WARM_MS && now - start < MOST_MS; ) {
    const before = { at: now, instructions: machine.instructions };
    while (now - before.at < PASS_MS) {
      const sliceStart = now;
      const stop = machine.run(machine.tick + slice);
      if (stop.kind !== 'limit') throw new Error(`${app} ended: ${stop.kind}`);
      now = threadTime();
      // About ten milliseconds each, as the page runs it.
      if (now - sliceStart < 5) slice *= 2;
    }
    const seconds = (now - before.at) / 1000, mips = (machine.instructions - before.instructions) / seconds / 1e6;
    if (now - start < COLD_MS + PASS_MS) result.cold = (machine.instructions - from) / (now - start) / 1000;
    if (mips <= result.warm) continue;
    // Noise is no progress.
    if (mips > result.warm * 1.05) best = now;
    result.warm = mips;
  }
  const counted = machine.instructions;
  machine.setProbes(symbols.kernel.debug.tracepoints.filter(({ name }) => name === TOLD_BY[app]).map(({ addr }) => addr));
  machine.hooks = { ring: () => void result.rings++, attempt: (_cpu, vector) => void (result.faults += vector === 14 ? 1 : 0),
    probe: () => void result.passed++ };
  machine.run(machine.tick + COUNTED);
  const often = (result.warm * 1e6) / (machine.instructions - counted);
  result.rings *= often;
  result.faults *= often;
  result.passed *= often;
  result.regions = machine.cpu.translator?.regions ?? 0;
  return result;
}
