/**
 * What all CPUs of a machine share: memory, decoded code, translations and whoever watches; and whose turn it is.
 *
 * One CPU runs at a time. The one with the least (cycles, number) goes on until it is QUANTUM ahead of the next, or sends a message to
 * others or goes to sleep. A CPU that sleeps counts with the time of the next event that might wake it. All this is decided between two
 * ticks, before the limit of a run is looked at, so that whose turn it is belongs to the tick and never depends on how a run is cut.
 * Simplified: instructions are never interleaved, and a store is seen by all CPUs at once: sequential consistency, where x86 lets a later load
 * pass a store that waits in its buffer, and makes only what has LOCK atomic.
 */
import { RFLAGS_IF } from '../../isa/registers.ts';
import type { CostProfile } from '../cost.ts';
import type { Derived, Ram } from '../mmu/ram.ts';
import type { Bus, CpuLines, InterruptPort } from './bus.ts';
import { CodeCache } from './code.ts';
import { Cpu, type CpuStop } from './cpu.ts';
import type { CpuHooks, SubStep } from './hooks.ts';
import { Notes, type Noted } from './notes.ts';
import { FLAGS_REST, SIGNAL_INIT, SIGNAL_START, SIGNALS, START_VECTOR, WAITING } from './state.ts';
import type { CpuTime } from './time.ts';
import type { Translator } from './translate/translator.ts';

export type Engine = 'reference' | 'translated';

/** 2,000 cycles, in quarters. */
const QUANTUM = 8000;

export class Socket implements CpuLines, Derived {
  readonly ram: Ram;
  readonly bus: Bus;
  readonly costs: CostProfile;
  readonly code: CodeCache;
  readonly cpus: readonly Cpu[];
  /** Whose turn it is: its tick is the machine's. Part of the state. */
  running: Cpu;
  hooks: CpuHooks = {};
  readonly notes = new Notes();
  /** Who runs what is not stepped. The guest cannot tell. */
  engine: Engine = 'reference';
  translator: Translator | undefined = undefined;
  /** Deliveries and partial REPs: ticks that retired no instruction. */
  extraTicks = 0;
  stopRequested = false;
  recordSubSteps = false;
  subSteps: SubStep[] = [];
  subStepTitle = '';
  #turnOver = false;

  /** @param ports one for each CPU. */
  constructor(ram: Ram, bus: Bus, costs: CostProfile, ports: readonly InterruptPort[]) {
    this.ram = ram;
    ram.derived = this;
    this.bus = bus;
    this.costs = costs;
    this.code = new CodeCache(this);
    this.cpus = ports.map((port, number) => new Cpu(this, number, port));
    this.running = this.cpus[0];
  }

  get tick(): number {
    return this.running.tick;
  }
  get instructions(): number {
    return this.tick - this.extraTicks;
  }

  /** Runs until `untilTick` is reached or something stops it. Deterministic: where it stops never changes what happens. */
  run(untilTick: number): CpuStop {
    let stop = this.running.run(untilTick);
    while (stop === 'turn') stop = this.running.run(untilTick, true);
    return stop;
  }

  // ------------------------------------------------------------------------------------------- turns

  /** When the turn of this CPU ends, unless something comes between. */
  turnEnds(cpu: CpuTime): number {
    const { cpus } = this;
    let next = Infinity;
    for (let n = 0; n < cpus.length; n++) if (cpus[n] !== cpu) next = Math.min(next, cpus[n].wakesAt);
    return next + QUANTUM;
  }

  /** Must the turn of the running CPU be looked at? */
  isOver(cpu: Cpu): boolean {
    return this.#turnOver || cpu.isAsleep || cpu.quarterCycles >= cpu.turnEnd;
  }

  /** Between two ticks: who goes on. While all sleep, time passes and nothing else does; with nothing left to wake anybody, the running one stays. */
  next(): Cpu {
    for (;;) {
      const { running } = this;
      let next = running, at = Infinity;
      for (const cpu of this.cpus) {
        if (cpu.wakesAt >= at) continue;
        next = cpu;
        at = cpu.wakesAt;
      }
      if (!this.#turnOver && !running.isAsleep && running.quarterCycles < this.turnEnds(running)) next = running;
      if (next !== running) {
        running.end();
        next.begin(running.tick);
        this.running = next;
      }
      if (at === Infinity || !next.isAsleep) break;
      next.skipTo(at);
    }
    this.#turnOver = false;
    this.running.rearm();
    return this.running;
  }

  // ------------------------------------------------------------------------------------------- what the board asks

  now(): number {
    return this.running.quarterCycles;
  }

  timeOf(cpu: number): number {
    return this.cpus[cpu].quarterCycles;
  }

  listens(cpu: number): boolean {
    const { s } = this.cpus[cpu];
    return s[WAITING] === 0 && (s[FLAGS_REST] & RFLAGS_IF) !== 0;
  }

  wake(cpu: number): void {
    if (this.cpus[cpu] !== this.running) this.cpus[cpu].notBefore(this.now());
  }

  signal(number: number, signal: number, vector: number): void {
    const cpu = this.cpus[number], { s } = cpu;
    // Only a CPU that waits listens to a start-up message.
    if (signal === SIGNAL_START && s[WAITING] === 0 && !(s[SIGNALS] & SIGNAL_INIT)) return;
    if (cpu.isAsleep) this.wake(number);
    s[SIGNALS] |= signal;
    if (signal === SIGNAL_START) s[START_VECTOR] = vector;
    cpu.attend();
  }

  endTurn(): void {
    this.#turnOver = true;
  }

  requestStop(): void {
    this.stopRequested = true;
    this.running.attend();
  }

  // ------------------------------------------------------------------------------------------- memory and code

  /** From now on writes to this physical page must be seen, whoever writes. */
  guard(page: number): void {
    for (const { mmu } of this.cpus) mmu.guard(page);
  }

  codeChanges(at: number, size: number): void {
    this.code.written(at, size);
  }

  tablesChange(cpus: number, entry: number): void {
    for (const cpu of this.cpus) if ((cpus >> cpu.number) & 1) cpu.mmu.tableChanges(entry);
  }

  /** Decoded code was dropped. */
  codeChanged(): void {
    for (const cpu of this.cpus) cpu.codeChanged();
  }

  /** After RAM changed behind the CPUs' backs: drops decoded code of these pages and all translations. */
  forget(pages: Iterable<number>): void {
    for (const page of pages) if (this.ram.code[page]) this.code.drop(page);
    this.code.skipProbe = false;
    for (const cpu of this.cpus) cpu.forget();
  }

  setProbes(addresses: Iterable<bigint>, noted: readonly (Noted | undefined)[] = []): void {
    this.code.setProbes(addresses, noted);
    for (const { mmu } of this.cpus) mmu.flush();
  }
}
