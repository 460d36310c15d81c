/** A machine's run, told so that two tellings can be compared. For tests: the same image on all engines, in Node and in Chromium, is one story. */
import type { Engine } from './cpu/socket.ts';
import { compiler } from './cpu/translate/compiler.ts';
import { Machine, type MachineOptions } from './machine.ts';
import type { Snapshot } from './snapshot.ts';

export interface Way {
  engine: Engine;
  /** Decides how the run is cut into pieces and where the machine is looked at besides; 0: not cut, no other places. */
  seed: number;
}

/** Ticks between the places at which every telling looks. */
const APART = 40_000;
const LIMIT = 20_000_000;
/** The image lies at 16 MiB. A hash takes all of it. */
const RAM = 18 << 20;

/** Reproducible numbers below a bound (Numerical Recipes' generator). */
export function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor((state >>> 0) / 0x1_0000_0000 * below);
  };
}

export function machineFor(options: Omit<MachineOptions, 'ramBytes' | 'cost'>, { engine }: Pick<Way, 'engine'>): Machine {
  const machine = new Machine({ ...options, ramBytes: RAM, cost: 'skx-off' });
  machine.translator = compiler;
  machine.socket.engine = engine;
  // Soon hot, so that short runs are translated too.
  if (machine.socket.translator) Object.assign(machine.socket.translator, { hot: 20, patience: 0 });
  return machine;
}

const place =
  (machine: Machine): string => `${machine.tick} ${machine.running}: ${machine.cpus.map(({ quarterCycles }) => quarterCycles).join(' ')} ${machine.hash()}`;

/** @returns a line for each place looked at, then the end and the console. */
export function tellMachine(options: Omit<MachineOptions, 'ramBytes' | 'cost'>, way: Way): string[] {
  const machine = machineFor(options, way), next = numbers(way.seed), story: string[] = [];
  let text = '';
  machine.hooks = { consoleOut: (byte) => void (text += String.fromCharCode(byte)) };
  for (let until = APART; ; until += APART) {
    while (machine.tick < until) {
      const to = way.seed === 0 ? until : Math.min(until, machine.tick + 1 + next(next(2) ? APART : 50));
      const stop = machine.run(to);
      if (stop.kind !== 'limit') return [...story, `${stop.kind} ${stop.code ?? ''}: ${machine.instructions} ${place(machine)}`, text];
    }
    story.push(place(machine));
    if (machine.tick >= LIMIT) return [...story, 'no end', text];
  }
}

/** Goes to ticks back and forth: from a run's nearest snapshot before, and on from there. */
export class Traveller {
  readonly machine: Machine;
  readonly #marks: Snapshot[];

  constructor(machine: Machine) {
    this.machine = machine;
    this.#marks = [machine.snapshot()];
  }

  /** Runs on, with a snapshot at this distance. @returns where it ended. */
  record(apart: number): number {
    while (this.machine.run(this.machine.tick + apart).kind === 'limit') this.#marks.push(this.machine.snapshot());
    return this.machine.tick;
  }

  /** @returns the machine's hash there. */
  visit(tick: number): string {
    const from = this.#marks.findLast((mark) => mark.tick <= tick);
    if (from) this.machine.restore(from);
    this.machine.run(tick);
    return this.machine.hash();
  }
}
