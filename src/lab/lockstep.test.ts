/**
 * Whole guests on all engines, with everything the lab listens to: the same console, events at the same ticks, the same
 * machine at every place looked at and at the end. LOCKSTEP=n runs longer.
 */
import { expect, it } from 'vitest';
import { freshCache } from '../toolchain/compiler.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import type { Machine } from '../machine/machine.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { Lab } from './lab.ts';
import { ENGINES } from './lockstep.ts';
import { openLab } from './open.ts';
import { guestSources } from './sources.ts';

const TIMES = Number(process.env['LOCKSTEP'] ?? 1);
const RAM = 32 << 20;
const sources = guestSources(), cache = freshCache();

function open(app: string, config: string, args: readonly string[], input: string, engine: Machine['cpu']['engine'], cpus = '1'): Lab {
  const switches = resolveConfig(sources, config, { NR_CPUS: cpus });
  if (typeof switches === 'string') throw new Error(switches);
  const lab = openLab({ sources, app, config, switches, args, input, cache, ramBytes: RAM, ...(engine === 'translated' ? { compiler } : {}) });
  if (!(lab instanceof Lab)) throw new Error(`${app} does not build`);
  lab.machine.socket.engine = engine;
  // Soon hot, so that short runs are translated too.
  if (lab.machine.cpu.translator) Object.assign(lab.machine.cpu.translator, { hot: 20, patience: 0 });
  return lab;
}

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString(16) : value);

/** Runs in pieces that have no pattern, looks at some places, and tells all. */
async function story(lab: Lab, places: readonly number[], uneven: boolean): Promise<string[]> {
  const seen: string[] = [];
  let piece = 1;
  for (const place of places) {
    while (lab.tick < place) {
      piece = uneven ? (piece * 7919 + 13) % 900_001 : 1_000_000;
      const before = lab.tick, { stop } = await lab.run({ direction: 'forward', maxInstructions: Math.min(piece + 1, place - lab.tick) });
      if (stop.kind !== 'limit' || lab.tick === before) break;
    }
    seen.push(`${lab.tick} ${lab.machine.quarterCycles} ${lab.machine.hash()}`);
  }
  const { record } = lab.tracer;
  seen.push(`${record.events.length} events`, JSON.stringify(record.events.slice(-400), plain), lab.consoleText(Infinity),
    JSON.stringify(record.framesBefore(Infinity), plain));
  return seen;
}

type Program = [app: string, config: string, args: string[], input: string, ticks: number, cpus?: string];
const PROGRAMS: Program[] = [
  ['getppid-loop', 'linux', [], '', 3_200_000], ['console-echo', 'linux', [], 'one\ntwo\n', 3_300_000], ['checksum', 'ukl', [], '', 3_300_000],
  // Address spaces that come and go.
  ['spawn', 'linux', ['9'], '', 3_400_000],
  ['bytecode', 'linux', ['1'], '', 3_600_000], ['sort', 'linux', ['1'], '', 3_600_000],
  // It clears the page tables of the code that clears them.
  ['overrun', 'ukl-byp', [], '', 3_900_000],
];
const MORE: Program[] = [['getppid-loop', 'ukl-byp', [], '', 3_400_000], ['yield', 'linux', ['999'], '', 3_900_000],
  ['spawn', 'linux', ['99'], '', 4_900_000, '4'],
  ...['copy', 'hash', 'random', 'recursion', 'sieve', 'xorshift'].map((app): Program => [app, 'linux', ['3'], '', 9_000_000])];

it.each(TIMES > 1 ? [...PROGRAMS, ...MORE] : PROGRAMS)('%s, %s, is one story on all engines', async (app, config, args, input, ticks, cpus) => {
  const places = [2_500_001, ticks, ticks * TIMES];
  const wanted = await story(open(app, config, args, input, 'reference', cpus), places, false);
  for (const engine of ENGINES) {
    const lab = open(app, config, args, input, engine, cpus);
    expect(await story(lab, places, true), engine).toEqual(wanted);
    if (engine === 'translated') expect(lab.machine.cpu.translator?.regions).toBeGreaterThan(20);
  }
}, 300_000);
