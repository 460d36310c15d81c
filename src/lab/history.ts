/**
 * The past of one machine: snapshots to go back to, and the inputs to replay from there. Any tick that was ever run can be
 * reached again; old snapshots are thinned, the past is never forgotten.
 *
 * Invariant: a tick is one state. What came in at a tick belongs to it, and so does the time that a halted CPU waits.
 */
import { assert } from '../base/assert.ts';
import type { Input } from '../base/input.ts';
import type { Tick } from '../base/units.ts';
import { BANK_WORDS, HALTED } from '../machine/cpu/state.ts';
import type { Machine, MachineStop } from '../machine/machine.ts';
import type { Snapshot } from '../machine/snapshot.ts';

/** Ticks between snapshots near the present; further back they may be this part of the distance apart. */
const SPACING = 250_000;
const SPREAD = 32;
/** Ticks that a step back from a place replays, once one has been there. */
const NEAR = 50_000;
const PAGE_BYTES = 4096;
export const MEMORY_LIMIT = 160 * 1024 * 1024;

interface Mark {
  snapshot: Snapshot;
  /** How many of the branch's inputs it has had. */
  given: number;
}

/** One course of events: what came in when, and how far it was run. */
export interface Branch {
  /** In order of their ticks. */
  inputs: Input[];
  marks: Mark[];
  live: Tick;
}

export class History {
  readonly machine: Machine;
  readonly memoryLimit: number;
  branches: Branch[];
  current = 0;
  /** Told after each stretch that was run. */
  onRun: () => void = () => undefined;
  /** Told when the machine was put back to a snapshot. */
  onRestore: (tick: Tick) => void = () => undefined;
  /** Told before something comes in, which may change what was to come next. May move the machine, to where it is. */
  onInput: () => void = () => undefined;
  /** Keeps who takes in events where it is; what it gives goes back there. Of events at one tick some may be behind and others not. */
  keepPlace: () => () => void = () => () => undefined;
  /** Inputs of the branch that the machine in its present state has had. */
  #given = 0;
  #thinAt = 64;

  constructor(machine: Machine, memoryLimit = MEMORY_LIMIT) {
    this.machine = machine;
    this.memoryLimit = memoryLimit;
    this.branches = [{ inputs: [], marks: [{ snapshot: machine.snapshot(), given: 0 }], live: 0 }];
  }

  get branch(): Branch {
    return this.branches[this.current];
  }

  get live(): Tick {
    return Math.max(this.branch.live, this.machine.tick);
  }

  /** What the snapshots hold in memory; pages that several share count once. */
  get bytes(): number {
    const pages = new Set<Uint8Array>();
    let words = 0, last: Snapshot['pages'] = [];
    for (const snapshot of new Set(this.branches.flatMap(({ marks }) => marks.map((mark) => mark.snapshot)))) {
      words += snapshot.pages.length * 8 + snapshot.cpus.length * BANK_WORDS * 4;
      // Nearly all are the last one's: those are there.
      for (let n = 0; n < snapshot.pages.length; n++) if (snapshot.pages[n] !== last[n]) pages.add(snapshot.pages[n]);
      last = snapshot.pages;
    }
    return words + pages.size * PAGE_BYTES;
  }

  /** Runs forward to `until`, with the inputs of this branch at their ticks. Stops early as the machine does. */
  forward(until: Tick): MachineStop {
    const { machine, branch } = this;
    this.machine.socket.stopRequested = false;
    this.#catchUp();
    for (;;) {
      const next = branch.inputs[this.#given]?.tick ?? Infinity;
      const stop: MachineStop = machine.tick >= until ? { kind: 'limit' } : machine.run(Math.min(until, next, machine.tick + SPACING));
      branch.live = Math.max(branch.live, machine.tick);
      this.onRun();
      const gave = this.#catchUp();
      this.#keep();
      if (stop.kind === 'exit' || stop.kind === 'triple-fault') return stop;
      // A hook may have asked at the very tick where this stretch ended.
      if (machine.socket.stopRequested) return { kind: 'stopped' };
      if ((stop.kind === 'limit' && machine.tick < until) || (stop.kind === 'idle' && gave)) continue;
      return stop;
    }
  }

  /** Gives the inputs whose tick has come. */
  #catchUp(): boolean {
    const { machine } = this;
    const { inputs } = this.branch;
    const before = this.#given;
    for (; inputs[this.#given]?.tick === machine.tick; this.#given++) this.#give(inputs[this.#given]);
    return this.#given > before;
  }

  /** A halted CPU waits for the first of it here and now: that belongs to this tick. */
  #give({ port, bytes }: Input): void {
    this.machine.input(port, bytes);
    this.machine.run(this.machine.tick);
  }

  #keep(): void {
    const { machine, branch } = this;
    const last = branch.marks.at(-1);
    if (!last || machine.tick >= last.snapshot.tick + SPACING) this.mark();
  }

  /** A snapshot here and now, beside the regular ones. Not while halted: a wait is noted as a whole, from the step before. */
  mark(): void {
    const { machine, branch } = this;
    if (machine.current.s[HALTED] !== 0 || branch.marks.some(({ snapshot }) => snapshot.tick === machine.tick)) return;
    branch.marks.push({ snapshot: machine.snapshot(), given: this.#given });
    branch.marks.sort((a, b) => a.snapshot.tick - b.snapshot.tick);
    if (branch.marks.length > this.#thinAt) {
      this.#thin(SPREAD);
      for (let spread = SPREAD / 2; spread >= 1 && this.bytes > this.memoryLimit; spread /= 2) this.#thin(spread);
      this.#thinAt = Math.max(64, branch.marks.length + 32);
    }
  }

  /** The further back, the wider apart: going there costs more replay, nothing is lost. */
  #thin(spread: number): void {
    const { branch } = this;
    const now = this.machine.tick;
    const kept: Mark[] = [];
    branch.marks.forEach((mark, n) => {
      const next = branch.marks[n + 1];
      const last = kept.at(-1);
      const apart = Math.max(SPACING, Math.abs(now - mark.snapshot.tick) / spread);
      // Without this one, would the gap be wider than it may be here?
      if (!last || !next || next.snapshot.tick - last.snapshot.tick > apart) kept.push(mark);
    });
    branch.marks = kept;
  }

  /** Newest snapshot at or before a tick. */
  before(tick: Tick): Snapshot {
    return this.#markBefore(tick).snapshot;
  }

  #markBefore(tick: Tick): Mark {
    const { marks } = this.branch;
    let low = 0, high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (marks[middle].snapshot.tick <= tick) low = middle + 1;
      else high = middle;
    }
    return marks[Math.max(0, low - 1)];
  }

  restore(snapshot: Snapshot): void {
    const mark = this.branch.marks.find((one) => one.snapshot === snapshot);
    this.machine.restore(snapshot);
    this.#given = mark?.given ?? this.branch.inputs.filter(({ tick }) => tick < snapshot.tick).length;
    this.onRestore(snapshot.tick);
  }

  /** Does something elsewhere in time and comes back to this very state. */
  excursion(work: () => void): void {
    const snapshot = this.machine.snapshot(), given = this.#given, back = this.keepPlace();
    try {
      work();
    } finally {
      this.machine.restore(snapshot);
      this.#given = given;
      this.onRestore(snapshot.tick);
      back();
    }
  }

  /** @returns what ends the run where it ends now: what was run beyond that is still to come. */
  keepEnd(): () => void {
    const { branch, live } = this;
    return () => {
      branch.live = live;
      branch.marks = branch.marks.filter(({ snapshot }) => snapshot.tick <= live);
    };
  }

  /** Goes to any tick that was run. Leaves a snapshot shortly before it: whoever goes somewhere looks around there. */
  seek(tick: Tick): MachineStop {
    const { machine } = this;
    const from = this.before(tick);
    if (tick < machine.tick || from.tick > machine.tick) this.restore(from);
    if (tick - machine.tick > 2 * NEAR) {
      const stop = this.forward(tick - NEAR);
      if (stop.kind !== 'limit') return stop;
      this.mark();
    }
    return this.forward(tick);
  }

  /**
   * Runs what was run before once more, calling `look` at every tick after the present one and before `until`.
   * `look` may return true to stop there.
   */
  watch(look: () => boolean | void, until: Tick): MachineStop {
    const { machine } = this;
    const start = machine.tick;
    const old = machine.socket.hooks.instruction;
    machine.socket.hooks.instruction = () => {
      if (machine.tick !== start && look() === true) machine.requestStop();
    };
    try {
      return this.forward(until);
    } finally {
      if (old) machine.socket.hooks.instruction = old;
      else delete machine.socket.hooks.instruction;
    }
  }

  /**
   * In the past: a new branch from here, and the old future stays. What was typed at this very tick belongs to that future:
   * the new branch comes here without it. @returns whether it was in the past.
   */
  fork(): boolean {
    const now = this.machine.tick;
    const { inputs, marks, live } = this.branch;
    if (now >= live) return false;
    const kept = inputs.filter(({ tick }) => tick < now);
    this.branches.push({ inputs: kept, marks: marks.filter(({ snapshot, given }) => snapshot.tick <= now && given <= kept.length), live: now });
    this.current = this.branches.length - 1;
    return true;
  }

  /** Input at the end of the present branch, which the machine does not refuse. */
  input(port: string, bytes: Uint8Array): void {
    assert(this.machine.tick >= this.branch.live, 'input in the past without a fork');
    this.onInput();
    this.branch.inputs.push({ tick: this.machine.tick, port, bytes: bytes.slice() });
    this.#catchUp();
  }

  /** Continues another branch at its end. */
  switchTo(branch: number): void {
    this.current = branch;
    this.restore(this.branch.marks[0].snapshot);
    this.seek(this.branch.live);
  }
}
