/** Whose registers, stack and memory are shown: those of a CPU, or of a task wherever it is. */
import type { Tick } from '../base/units.ts';
import type { EventReport, Focus } from '../link/reports.ts';
import type { Registers } from '../machine/machine.ts';
import type { Arrival } from './arrival.ts';
import type { StepMade } from './code-view.ts';
import type { History } from './history.ts';
import { onCpu, underTables, type Memory } from './memory.ts';
import type { Symbols } from './symbols.ts';
import { stateOf } from './tasks.ts';
import type { Tracer } from './tracer.ts';

/** One CPU's or task's state, as it is shown. */
export interface Seen {
  /** Of a task that is on no CPU, where it was last. */
  cpu: number;
  task: { pid: number; comm: string };
  registers: Registers;
  symbols: Symbols;
  machine: Memory;
  /** The task is on no CPU since then: its registers are those it left with. */
  away?: Tick;
  /** It has exited and runs no more. */
  ended?: string;
  /** The step that led here, if it was made there. */
  made: StepMade;
}

export interface FocusParts {
  history: History;
  tracer: Tracer;
  symbols: Symbols;
  arrival: Arrival;
}

/** How a task left its CPU. */
interface Leave {
  tick: Tick;
  cpu: number;
  comm: string;
  registers: Registers;
  ended?: string;
}

export class Focused {
  focus: Focus | undefined;
  readonly #parts: FocusParts;
  /** By branch, task and tick. */
  readonly #left = new Map<string, Leave>();

  constructor(parts: FocusParts) {
    this.#parts = parts;
  }

  /** Another course of events. */
  forget(): void {
    this.#left.clear();
  }

  /** Is it the turn of what is in focus? Of whatever is the running CPU's, without a focus. */
  get hasTurn(): boolean {
    const { focus } = this, { tracer, history: { machine } } = this.#parts;
    if (!focus) return true;
    return 'cpu' in focus ? machine.running === focus.cpu : tracer.task(machine.tick).pid === focus.pid;
  }

  /** How the task in focus ended; undefined while it may run again. */
  get ended(): string | undefined {
    const { focus } = this;
    return focus && 'pid' in focus && this.#cpuOf(focus.pid) === undefined ? this.#leave(focus.pid)?.ended : undefined;
  }

  /** Did it happen to what is in focus? */
  isOf({ cpu, pid }: EventReport): boolean {
    const { focus } = this;
    return !focus || ('cpu' in focus ? focus.cpu === cpu : focus.pid === pid);
  }

  /** Why there can be no such focus now; undefined if there can. */
  refuses(focus: Focus): string | undefined {
    const { machine } = this.#parts.history;
    if ('cpu' in focus) return machine.cpus[focus.cpu] ? undefined : `There is no CPU ${focus.cpu}; there are ${machine.cpus.length}.`;
    return this.#cpuOf(focus.pid) === undefined && !this.#leave(focus.pid) ? `No task ${focus.pid} has been on a CPU by tick ${machine.tick}.` : undefined;
  }

  /** What is shown. A task that has not been on a CPU yet is not there: then the running CPU is. */
  seen(): Seen {
    const { focus } = this, { machine } = this.#parts.history;
    if (!focus) return this.#on(machine.running);
    if ('cpu' in focus) return this.#on(focus.cpu);
    const cpu = this.#cpuOf(focus.pid), left = cpu === undefined ? this.#leave(focus.pid) : undefined;
    return left ? this.#away(focus.pid, left) : this.#on(cpu ?? machine.running);
  }

  #cpuOf(pid: number): number | undefined {
    const { tracer, history: { machine } } = this.#parts;
    return machine.cpus.find(({ number }) => tracer.task(machine.tick, number).pid === pid)?.number;
  }

  #on(cpu: number): Seen {
    const { history: { machine }, tracer, symbols, arrival } = this.#parts, registers = machine.registers(cpu);
    const made: StepMade = cpu === arrival.by ? arrival : elsewhere(`CPU ${arrival.by} made this step. CPU ${cpu} is where it was.`, registers);
    return { cpu, task: tracer.task(machine.tick, cpu), registers, made,
      ...(cpu === machine.running ? { symbols, machine } : { symbols: symbols.in(tracer.record.spaces.at(Number(registers.cr3) & -4096)),
        machine: onCpu(machine, cpu) }) };
  }

  #away(pid: number, { tick, cpu, comm, registers, ended }: Leave): Seen {
    const { history: { machine }, tracer, symbols } = this.#parts, root = Number(registers.cr3) & -4096;
    return { cpu, task: { pid, comm }, registers, away: tick, symbols: symbols.in(tracer.record.spaces.at(root)), machine: underTables(machine, root),
      ...(ended === undefined ? {} : { ended }), made: elsewhere(ended === undefined ? `${comm} ${pid} is on no CPU. This is how it left CPU ${cpu} at tick ` +
        `${tick}.` : `${ended}, and has left CPU ${cpu} for good at tick ${tick}. This is how it was then.`, registers) };
  }

  /**
   * Where a task left the CPU: the switch of tasks that it told, and the load of RSP that then was the next task's. The page tables are those
   * of before the switch, since the next task's may be loaded already when RSP is.
   */
  #leave(pid: number): Leave | undefined {
    const { history, tracer: { record } } = this.#parts, { machine } = history, now = machine.tick;
    const told = record.findBack(now, ['context-switch'], ({ fields }) => fields['from'] === pid);
    if (!told) return undefined;
    const key = `${history.current} ${pid} ${told.tick}`, known = this.#left.get(key);
    if (known) return known;
    const turn = record.turnAfter(told.tick, told.cpu), tick = Math.min(turn?.tick ?? now, now), { comm } = record.task(told.tick, told.cpu);
    const ended = stateOf({ isRunning: false, state: Number(told.fields['state']) }).state !== 'gone' ? undefined
      : record.findBack(told.tick, ['exit'], (event) => event.pid === pid)?.text ?? `${comm} ${pid} ends`;
    history.excursion(() => {
      history.seek(told.tick);
      const { cr3 } = machine.registers(told.cpu);
      history.seek(tick - 1);
      this.#left.set(key, { tick, cpu: told.cpu, comm, registers: { ...machine.registers(told.cpu), cr3 }, ...(ended ? { ended } : {}) });
    });
    return this.#left.get(key);
  }
}

/** Nothing was done here. */
const elsewhere = (text: string, before: Registers): StepMade =>
  ({ before, ranAt: undefined, subSteps: null, trail: [], changed: new Map(), elsewhere: text });
