/**
 * Workloads without a kernel, src/guest/tests/bench: new code, changes of ring, faults, strings, floating point. Each counts its rounds
 * in R15, for ever. One on one engine, in a process of its own.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Machine } from '../machine/machine.ts';
import type { EngineName } from './bench-case.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { buildTest } from './qemu/bare.ts';
import { threadTime } from './thread-time.ts';

/** What R15 counts, where instructions say less. */
export const ROUNDS: Readonly<Record<string, string>> = { blocks: 'M blocks of 64 bytes/s', int80: 'M round trips/s', 'page-faults': 'M page faults/s',
  syscalls: 'M round trips/s' };

export interface BareResult {
  /** Million instructions a second: the first half second, or all of the first round of `cold`; and the best tenth of a second after. */
  first: number;
  warm: number;
  /** Rounds a second in the best tenth. */
  rounds: number;
}

const FIRST_MS = 500, ALL_MS = 2500, PASS_MS = 100, R15 = 15, RAM_BYTES = 32 << 20;
/** The bundle lies in dist-cli, the sources lie here. */
const PLACES = ['../src/guest/tests', '../guest/tests'].map((path) => join(import.meta.dirname, path)),
  TESTS = PLACES.find((path) => existsSync(path)) ?? PLACES[0];

/** Run with more than one CPU, too: `name/CPUs`. */
const CPUS: Readonly<Record<string, readonly number[]>> = { processors: [1, 4] };

export const bareNames = (): string[] => readdirSync(join(TESTS, 'bench')).map((name) => name.replace(/\.S$/, '')).sort()
  .flatMap((name) => CPUS[name]?.map((cpus) => `${name}/${cpus}`) ?? [name]);

export function openBare(name: string, engine: EngineName): Machine {
  const [file, cpus = '1'] = name.split('/'), image = buildTest(TESTS, `bench/${file}`);
  if (Array.isArray(image)) throw new Error(image.join('\n'));
  const machine = new Machine({ ...image, ramBytes: RAM_BYTES, cost: 'skx-off', cpus: Number(cpus) });
  if (engine === 'translated') machine.translator = compiler;
  machine.socket.engine = engine;
  return machine;
}

export const roundsOf = (machine: Machine): number => Number(machine.registers().gpr[R15]);

export function runBare(name: string, engine: EngineName): BareResult {
  const machine = openBare(name, engine);
  const result = { first: 0, warm: 0, rounds: 0 };
  const start = threadTime();
  let slice = 20_000, isFirst = true;
  for (let now = start; now - start < ALL_MS; ) {
    const before = { at: now, instructions: machine.instructions, rounds: roundsOf(machine) };
    while (now - before.at < PASS_MS) {
      const from = now, stop = machine.run(machine.tick + slice);
      if (stop.kind !== 'limit') throw new Error(`${name} ended: ${stop.kind}`);
      now = threadTime();
      if (isFirst && (name === 'cold' ? roundsOf(machine) > 1 : now - start >= FIRST_MS)) {
        result.first = machine.instructions / (now - start) / 1000;
        isFirst = false;
      }
      // About ten milliseconds each, as the page runs it; the end of the first round is not to be missed.
      if (!isFirst && now - from < 5) slice *= 2;
    }
    const seconds = (now - before.at) / 1000, warm = (machine.instructions - before.instructions) / seconds / 1e6;
    if (!isFirst && warm > result.warm) Object.assign(result, { warm, rounds: (roundsOf(machine) - before.rounds) / seconds });
  }
  return result;
}
