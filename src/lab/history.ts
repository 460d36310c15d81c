/**
 * The past of one machine: snapshots to go back to, and the inputs to replay from there. Any tick that was ever run can be
 * reached again; old snapshots are thinned, the past is never forgotten.
 */
import type { Tick } from '../base/units.ts';
import type { Machine, MachineStop } from '../machine/machine.ts';
import type { Snapshot } from '../machine/snapshot.ts';

export interface Input {
  tick: Tick;
  text: string;
}

/** Ticks between snapshots when memory is no concern. */
const SPACING = 250_000;
const MEMORY_LIMIT = 160 * 1024 * 1024;

/** One course of events: what was typed when, and how far it was run. */
export interface Branch {
  inputs: Input[];
  snapshots: Snapshot[];
  live: Tick;
}

export class History {
  readonly machine: Machine;
  branches: Branch[];
  current = 0;

  constructor(machine: Machine) {
    this.machine = machine;
    this.branches = [{ inputs: [], snapshots: [machine.snapshot()], live: 0 }];
  }

  get branch(): Branch {
    return this.branches[this.current];
  }

  get live(): Tick {
    return Math.max(this.branch.live, this.machine.tick);
  }

  get bytes(): number {
    return this.branches.reduce((sum, { snapshots }) => sum + snapshots.reduce((part, { bytes }) => part + bytes, 0), 0);
  }

  /** Runs forward to `until`, with the inputs of this branch at their ticks. Stops early as the machine does. */
  forward(until: Tick): MachineStop {
    const { machine, branch } = this;
    for (;;) {
      const now = machine.tick;
      for (const input of branch.inputs) if (input.tick === now && !this.#given.has(input)) this.#give(input);
      const next = branch.inputs.find((input) => input.tick > now)?.tick ?? Infinity;
      const limit = Math.min(until, next, now + SPACING);
      const stop = machine.run(limit);
      branch.live = Math.max(branch.live, machine.tick);
      this.#keep();
      if (stop.kind === 'limit' && machine.tick < until) continue;
      // Idle with an input at this very tick: it goes on.
      if (stop.kind === 'idle' && branch.inputs.some((input) => input.tick === machine.tick && !this.#given.has(input))) continue;
      return stop;
    }
  }

  /** Inputs that the machine in its present state has had. */
  #given = new Set<Input>();

  #give(input: Input): void {
    this.#given.add(input);
    this.machine.serialInput(new TextEncoder().encode(input.text));
  }

  #keep(): void {
    const { machine, branch } = this;
    const last = branch.snapshots.at(-1);
    if (last && machine.tick < last.tick + SPACING) return;
    branch.snapshots.push(machine.snapshot());
    if (this.bytes > MEMORY_LIMIT) this.#thin();
  }

  /** Drops every second snapshot of the older half: going there costs more replay, nothing is lost. */
  #thin(): void {
    const { branch } = this;
    const old = branch.snapshots.length >> 1;
    branch.snapshots = branch.snapshots.filter((_, n) => n === 0 || n >= old || n % 2 === 0);
  }

  /** Newest snapshot at or before a tick. */
  before(tick: Tick): Snapshot {
    const { snapshots } = this.branch;
    let found = snapshots[0];
    for (const snapshot of snapshots) if (snapshot.tick <= tick && snapshot.tick >= found.tick) found = snapshot;
    return found;
  }

  /** A snapshot here and now, beside the regular ones. */
  mark(): void {
    const { machine, branch } = this;
    if (branch.snapshots.some(({ tick }) => tick === machine.tick)) return;
    branch.snapshots.push(machine.snapshot());
    branch.snapshots.sort((a, b) => a.tick - b.tick);
  }

  restore(snapshot: Snapshot): void {
    this.machine.restore(snapshot);
    // An input given at the snapshot's own tick came after it.
    this.#given = new Set(this.branch.inputs.filter(({ tick }) => tick < snapshot.tick));
  }

  /** Goes to any tick that was run. */
  seek(tick: Tick): MachineStop {
    const from = this.before(tick);
    if (tick < this.machine.tick || from.tick > this.machine.tick) this.restore(from);
    return this.machine.tick === tick ? { kind: 'limit' } : this.forward(tick);
  }

  /**
   * Runs what was run before once more, calling `look` at every tick after the present one, up to and including `until`.
   * `look` may return true to stop there.
   */
  watch(look: () => boolean | void, until: Tick): MachineStop {
    const { machine } = this;
    const start = machine.tick;
    const old = machine.cpu.hooks.instruction;
    machine.cpu.hooks.instruction = () => {
      if (machine.tick !== start && look() === true) machine.requestStop();
    };
    try {
      return this.forward(until);
    } finally {
      if (old) machine.cpu.hooks.instruction = old;
      else delete machine.cpu.hooks.instruction;
    }
  }

  /** Input now. In the past it starts a branch: the old future stays. */
  input(text: string): void {
    const { machine } = this;
    const now = machine.tick;
    if (now < this.branch.live) {
      const { inputs, snapshots } = this.branch;
      this.branches.push({ inputs: inputs.filter(({ tick }) => tick <= now), snapshots: snapshots.filter(({ tick }) => tick <= now), live: now });
      this.current = this.branches.length - 1;
    }
    const input = { tick: now, text };
    this.branch.inputs.push(input);
    this.#give(input);
  }

  /** Continues another branch at its end. */
  switchTo(branch: number): void {
    this.current = branch;
    this.restore(this.branch.snapshots[0]);
    this.seek(this.branch.live);
  }
}
