/** The present tick, and the step that led to it: what it changed, its sub-steps, and how the run came there. */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { MachineStop, Registers } from '../machine/machine.ts';
import type { StepMade } from './code-view.ts';
import type { History } from './history.ts';
import { spotOf } from './stepping.ts';
import type { Tracer } from './tracer.ts';
import { watchingWrites, wordsOf } from './writes.ts';

/** Instructions before the present one whose addresses are kept. */
export const TRAIL = 12;

export class Arrival implements StepMade {
  /** The CPU that made the step. */
  by = 0;
  before: Registers | undefined;
  subSteps: StepMade['subSteps'] = null;
  /** Words that the step changed, with what they were. */
  readonly changed = new Map<VirtAddr, bigint>();
  ranAt: VirtAddr | undefined;
  trail: VirtAddr[] = [];
  /** Who runs here. Known from the move, so that asking for it moves nothing. */
  task: { pid: number; comm: string };

  readonly #history: History;
  readonly #tracer: Tracer;

  constructor(history: History, tracer: Tracer) {
    this.#history = history;
    this.#tracer = tracer;
    this.task = tracer.task(history.machine.tick);
  }

  /** To be called after each move of the machine that was not made here. */
  look(): void {
    this.#tracer.look();
    this.task = this.#tracer.task(this.#history.machine.tick);
  }

  /** Goes to a tick with the step before it in view. */
  goTo(tick: Tick): void {
    const { machine } = this.#history;
    this.before = undefined;
    this.subSteps = null;
    this.changed.clear();
    this.ranAt = undefined;
    this.trail = [];
    if (tick === 0) this.#history.seek(0);
    else {
      const start = Math.max(0, tick - 1 - TRAIL);
      if (machine.tick !== tick - 1 || start < machine.tick) {
        this.#history.seek(start);
        this.trail.push(machine.registers().rip);
        this.#history.watch(() => void this.trail.unshift(spotOf(machine).rip), tick - 1);
      }
      this.#stepOnce();
    }
    this.look();
  }

  /** One tick forward from the present one. */
  step(): MachineStop {
    const first = this.#history.machine.registers().rip;
    const stop = this.#stepOnce();
    this.trail = [first, ...this.trail].slice(0, TRAIL);
    this.look();
    return stop;
  }

  /** One tick, with everything about it noted. */
  #stepOnce(): MachineStop {
    const { machine } = this.#history;
    this.by = machine.running;
    const before = machine.registers();
    const extra = machine.socket.extraTicks;
    this.changed.clear();
    const told = (at: VirtAddr, length: number): void => {
      for (const word of wordsOf(at, length)) if (!this.changed.has(word)) this.changed.set(word, machine.peekNumber(word, 8) ?? 0n);
    };
    machine.recordSubSteps = true;
    const stop = watchingWrites(machine, 'all', told, () => this.#history.forward(machine.tick + 1));
    this.subSteps = machine.subSteps.length ? { title: machine.subStepTitle, steps: machine.subSteps } : null;
    machine.recordSubSteps = false;
    for (const [word, was] of this.changed) if (machine.peekNumber(word, 8) === was) this.changed.delete(word);
    this.before = before;
    // An event delivery ran no instruction.
    this.ranAt = machine.socket.extraTicks === extra ? before.rip : undefined;
    return stop;
  }
}
