/** Moves the machine: forward until something stops it, backwards to the last time that it would have, and by steps. */
import type { Tick } from '../base/units.ts';
import type { EventKind } from '../link/events.ts';
import type { Direction, RunSpec, StepUnit } from '../link/protocol.ts';
import type { Status, Stop, StopReport, SyscallReport } from '../link/reports.ts';
import type { MachineStop } from '../machine/machine.ts';
import { TRAIL, type Arrival } from './arrival.ts';
import type { Breakpoints } from './breakpoints.ts';
import { stopTick } from './events.ts';
import type { Focused } from './focus.ts';
import type { History } from './history.ts';
import { idleStop } from './idle.ts';
import type { Pauses } from './pauses.ts';
import { sideOf, spotOf, testFor, type Spot, type Test } from './stepping.ts';
import { anyEvent, stopsOf, untilOver, type StopReason, type StopTest } from './stops.ts';
import type { Symbols } from './symbols.ts';
import type { Tracer } from './tracer.ts';

/** Ticks run between two looks at the outside world. */
const SLICE = 200_000;
/** The same where every instruction is looked at. */
const WATCH_SLICE = 25_000;

/** Lets messages in between two slices of a run. */
export type Pump = () => Promise<void>;

/** How far a search backwards came: to what it looked for, or to where it was paused. */
interface Found {
  tick: Tick;
  paused?: true;
}

export interface RunParts {
  history: History;
  tracer: Tracer;
  symbols: Symbols;
  arrival: Arrival;
  breakpoints: Breakpoints;
  focused: Focused;
  status: () => Status;
  pauses: Pauses;
}

export class RunControl {
  /** What is still to be typed: a line at each idle moment at the live end. */
  lines: Uint8Array[];
  /** Where. */
  readonly port: string;
  readonly #parts: RunParts;
  constructor(parts: RunParts, port: string, lines: readonly Uint8Array[]) {
    this.#parts = parts;
    this.port = port;
    this.lines = [...lines];
  }

  get #machine(): History['machine'] {
    return this.#parts.history.machine;
  }

  report(reason: StopReason): StopReport {
    this.#parts.arrival.look();
    return { stop: { ...reason, tick: this.#machine.tick }, status: this.#parts.status() };
  }

  pause(): Status {
    this.#parts.pauses.ask();
    this.#machine.requestStop();
    return this.#parts.status();
  }

  seek(tick: Tick): StopReport {
    const { history, arrival } = this.#parts;
    const to = Math.max(0, Math.min(Math.floor(tick), history.live));
    arrival.goTo(to);
    const { exitCode } = this.#machine;
    if (exitCode !== undefined) return this.report(poweredOff(exitCode));
    return this.report(tick > to ? { kind: 'live-end', message: `The run has come to tick ${to} so far. Run goes on from here.` }
      : { kind: 'seek', message: `At tick ${to}.` });
  }

  /** Between two slices: whoever asks now finds everything known about the present tick. */
  async #letIn(pump: Pump | undefined): Promise<void> {
    if (!pump) return;
    this.#parts.arrival.look();
    await pump();
  }

  // ------------------------------------------------------------------------------------------- forward

  /** Runs forward until the test, or something else, stops it. Where it stands is no reason. The step made is not looked at. */
  async forward(test: StopTest, until: Tick, pump?: Pump): Promise<StopReport> {
    const { history, tracer, breakpoints, pauses } = this.#parts, machine = this.#machine;
    const start = machine.tick;
    let found: StopReason | undefined;
    const stopFor = (reason: StopReason | undefined): void => {
      if (!reason || found) return;
      found = reason;
      machine.requestStop();
    };
    const observer = {
      addresses: test.addresses,
      kinds: test.kinds.map((key) => key.split(' ')[0] as EventKind),
      probe: (addr: bigint): void => {
        const reason = machine.tick === start ? undefined : test.at(addr);
        breakpoints.hit(reason?.breakpoint);
        stopFor(reason);
      },
      event: (event: NonNullable<Stop['event']>, atProbe: boolean): void => {
        if (!atProbe || event.tick !== start) stopFor(test.event(event));
      },
    };
    const paused = (): StopReport => this.report({ kind: 'pause', message: 'Paused.' });
    pauses.begin();
    if (pauses.wanted) return paused();
    for (;;) {
      const slice = Math.min(until, machine.tick + SLICE, this.#knowEvents());
      const stop = tracer.observe(observer, (): MachineStop => {
        const made = history.forward(slice);
        // Giving a line to a halted machine may itself be what was waited for.
        return !found && made.kind === 'idle' && this.#feed() ? { kind: 'stopped' } : made;
      });
      const reason = found as StopReason | undefined;
      if (reason) {
        // The step that the event is part of has to be whole.
        if (reason.event && stopTick(reason.event) > machine.tick) history.forward(stopTick(reason.event));
        return this.report(reason);
      }
      const end = this.#endOf(stop);
      if (end) return this.report(end);
      if (pauses.wanted) return paused();
      if (machine.tick >= until) return this.report({ kind: 'limit', message: `At tick ${machine.tick}.` });
      await this.#letIn(pump);
    }
  }

  /** A replay tells its events only where the record has them. @returns how far it has them. */
  #knowEvents(): Tick {
    const { record } = this.#parts.tracer;
    const page = record.pageAt(this.#machine.tick);
    record.load(page);
    return record.pages[page + 1]?.from ?? Infinity;
  }

  /** The next line of the scenario's input, at an idle moment at the live end. */
  #feed(): boolean {
    const line = this.lines.at(0);
    if (line === undefined || this.#machine.refuses(this.port, line) !== undefined) return false;
    this.lines.shift();
    this.#parts.history.input(this.port, line);
    return true;
  }

  async run(spec: RunSpec, pump?: Pump): Promise<StopReport> {
    const { breakpoints, symbols, arrival } = this.#parts;
    const test = stopsOf(spec, breakpoints, symbols);
    const start = this.#machine.tick;
    if (spec.direction === 'back') return this.#orStay(spec, start, await this.#runBack(test, pump));
    const report = await this.forward(test, spec.maxInstructions === undefined ? Infinity : this.#machine.tick + spec.maxInstructions, pump);
    arrival.goTo(this.#machine.tick);
    return this.#orStay(spec, start, { ...report, status: this.#parts.status() });
  }

  /** A run to somewhere that came to an end of the run instead has gone nowhere, if that was asked for. */
  #orStay({ until, orStay, direction }: RunSpec, start: Tick, report: StopReport): StopReport {
    const { kind, tick } = report.stop;
    const isEnd = kind === 'idle' || kind === 'exit' || kind === 'triple-fault' || kind === 'limit' || kind === 'history-start';
    if (!until || !orStay || !isEnd || tick === start) return report;
    this.#parts.arrival.goTo(start);
    const end = direction === 'back' ? 'between here and the start'
      : kind === 'idle' ? `before the machine is idle at tick ${tick}` : `before the run ends at tick ${tick}`;
    return this.report({ kind: 'unmet', message: `That does not come ${direction === 'back' ? '' : 'again '}${end}. This is where you were.` });
  }

  /** Runs on to where the machine stops by itself: a panic is noted, and the kernel goes on to its end. */
  async finish({ maxInstructions = Infinity, unbroken = false }: { maxInstructions?: number; unbroken?: boolean } = {}, pump?: Pump): Promise<StopReport> {
    const end = this.#machine.instructions + maxInstructions;
    for (;;) {
      const limit = end === Infinity ? {} : { maxInstructions: end - this.#machine.instructions };
      const report = await this.run({ direction: 'forward', unbroken, ...limit }, pump);
      if (report.stop.kind !== 'panic') return report;
    }
  }

  // ------------------------------------------------------------------------------------------- backwards

  /** The last tick before this one at which the run would have stopped. */
  async #runBack(test: StopTest, pump: Pump | undefined): Promise<StopReport> {
    const { tracer, arrival } = this.#parts;
    const now = this.#machine.tick;
    const last = tracer.record.findBack(now, test.kinds, (event) => stopTick(event) < now && test.event(event) !== undefined);
    const eventTick = last ? stopTick(last) : 0;
    const code: Found = test.addresses.size ? await this.#lastVisit(now, test, eventTick, pump) : { tick: 0 };
    if (code.paused) return this.#pausedOnTheWayBack(code.tick, now);
    const to = Math.max(eventTick, code.tick);
    arrival.goTo(to);
    const reason = to === 0 ? undefined : last && to === eventTick ? test.event(last) : test.at(spotOf(this.#machine).rip);
    return this.report(reason ?? { kind: 'history-start', message: 'The start of history.' });
  }

  /** Everything after this tick was looked through. Not quite at the snapshot there: what led to a moment is run from one before it. */
  #pausedOnTheWayBack(tick: Tick, now: Tick): StopReport {
    this.#parts.arrival.goTo(Math.min(tick + TRAIL + 1, now));
    return this.report({ kind: 'pause', message: 'Paused on the way back.' });
  }

  /** Last tick before `now` (and after `floor`) at which the test stops before an instruction: probes are cheap enough to run at full speed. */
  async #lastVisit(now: Tick, test: StopTest, floor: Tick, pump: Pump | undefined): Promise<Found> {
    const { history, tracer } = this.#parts, machine = this.#machine;
    return this.#backwards(now, floor, SLICE, pump, (until) => {
      let found = -1;
      const probe = (addr: bigint): void => {
        if (test.at(addr)) found = machine.tick;
      };
      tracer.observe({ addresses: test.addresses, probe }, () => history.forward(until));
      // The probe of the last tick itself is seen only when something runs after it.
      if (machine.tick === until) probe(spotOf(machine).rip);
      return found;
    });
  }

  /** Last tick before `now` (and after `floor`) that passes the test, or `floor`. */
  async #lastTick(now: Tick, test: Test, pump: Pump | undefined, floor = 0): Promise<Found> {
    const { history } = this.#parts, machine = this.#machine;
    let before: Spot;
    return this.#backwards(now, floor, WATCH_SLICE, pump, (until, start) => {
      let found = -1;
      if (start) before = spotOf(machine);
      const look = (): void => {
        const spot = spotOf(machine);
        if (test(spot, before)) found = machine.tick;
        before = spot;
      };
      history.watch(look, until);
      // The last instruction boundary is seen only when something runs after it.
      if (machine.tick === until) look();
      return found;
    });
  }

  /**
   * Stretch by stretch from snapshot to snapshot, the newest first, each run forward in slices. `scan` runs one slice and
   * says at which tick it found something last, or -1.
   */
  async #backwards(now: Tick, floor: Tick, slice: number, pump: Pump | undefined, scan: (until: Tick, start: boolean) => Tick): Promise<Found> {
    const { history, pauses } = this.#parts, machine = this.#machine;
    pauses.begin();
    for (let end = now - 1; end > floor; ) {
      // Strictly before: from a snapshot at `end` itself there would be nothing to look at, for ever.
      const from = history.before(end - 1);
      history.restore(from);
      let found = -1;
      for (let start = true; start || machine.tick < end; start = false) {
        const begun = machine.tick;
        found = Math.max(found, scan(Math.min(end, begun + slice), start));
        if (machine.tick === begun && !start) break;
        await this.#letIn(pump);
        if (pauses.wanted) return { tick: end, paused: true };
      }
      if (found > floor) return { tick: found };
      end = from.tick;
    }
    return { tick: floor };
  }

  /** What the machine itself ended a stretch with; undefined when it would go on. */
  #endOf(stop: MachineStop): StopReason | undefined {
    switch (stop.kind) {
      case 'exit': return poweredOff(stop.code ?? 0);
      case 'triple-fault': return { kind: 'triple-fault', message: 'Triple fault: a fault while delivering #DF. The CPU has shut down.' };
      case 'idle': return { kind: 'idle', ...idleStop(this.#parts, this.port, this.lines.at(0)) };
      default: return undefined;
    }
  }

  // ------------------------------------------------------------------------------------------- steps

  async step(unit: StepUnit, direction: Direction, pump?: Pump, stay = false): Promise<StopReport> {
    if (unit === 'call') return direction === 'back' ? this.#toCallStart() : this.#toCallEnd(pump);
    return direction === 'back' ? this.#stepBack(unit, pump, stay) : this.#stepForward(unit, pump, stay);
  }

  /** The system call that the task shown is in, or has just left; while no task runs, of all that are under way the one begun last. */
  #callHere(): SyscallReport | undefined {
    const { tracer: { record }, focused, symbols } = this.#parts, { tick } = this.#machine, { task: { pid }, registers } = focused.seen();
    const call = record.callAt(tick, pid, sideOf(symbols, registers.rip) === 'kernel');
    return call && (pid === 0 || call.task.pid === pid) && (call.endTick === undefined || tick <= call.endTick) ? call : undefined;
  }

  #noCall(): StopReport {
    const { pid, comm } = this.#parts.focused.seen().task;
    return this.report({ kind: 'unmet', message: pid === 0 ? 'No system call is under way here.' : `${comm} ${pid} is in no system call here.` });
  }

  #toCallStart(): StopReport {
    const call = this.#callHere();
    if (!call || call.tick === this.#machine.tick) return this.#noCall();
    this.#parts.arrival.goTo(call.tick);
    return this.report({ kind: 'step', message: `The beginning of ${call.name}.` });
  }

  /** To where it returns: known from the record, or run on to. */
  async #toCallEnd(pump: Pump | undefined): Promise<StopReport> {
    const { tracer, arrival } = this.#parts, call = this.#callHere();
    if (!call || call.endTick === this.#machine.tick) return this.#noCall();
    if (call.endTick === undefined) {
      const opened = tracer.record.state.open.find(({ report }) => isSame(report, call))?.returnTo;
      const test = untilOver(call, opened, () => !tracer.record.state.open.some(({ report }) => isSame(report, call)));
      const { stop } = await this.forward(test, Infinity, pump);
      arrival.goTo(this.#machine.tick);
      if (stop.kind !== 'breakpoint' && stop.event?.kind !== 'syscall-exit' && stop.event?.kind !== 'exit') return { stop, status: this.#parts.status() };
    } else arrival.goTo(call.endTick);
    const { name, task: { pid, comm } } = call, ended = tracer.record.callAt(this.#machine.tick, pid);
    return this.report({ kind: 'step', message: ended?.returns === false ? `${name} does not return: ${comm} ${pid} ends.`
      : `${name} of ${comm} ${pid} has returned.` });
  }

  /**
   * What a step of this size goes to; with `stay`, as if nothing ran but what is in focus. While that has no turn there is nothing to be over
   * or out of: the step goes to its next turn, or its last.
   */
  #testFor(unit: Exclude<StepUnit, 'event' | 'call'>, stay: boolean): Test {
    const { tracer, symbols, focused } = this.#parts, machine = this.#machine;
    const test: Test = unit === 'instruction' || (stay && !focused.hasTurn) ? () => true : testFor(unit, machine, symbols, tracer);
    if (!stay) return test;
    let last: Spot | undefined, lastTick = Infinity;
    return (now, before) => {
      if (!focused.hasTurn) return false;
      // A search backwards begins anew further back.
      const from = last && lastTick < machine.tick ? last : before;
      last = now;
      lastTick = machine.tick;
      return test(now, from);
    };
  }

  async #stepBack(unit: Exclude<StepUnit, 'call'>, pump: Pump | undefined, stay: boolean): Promise<StopReport> {
    const { arrival, focused } = this.#parts, machine = this.#machine;
    const now = machine.tick;
    if (now === 0) return this.report({ kind: 'history-start', message: 'The start of history.' });
    if (unit === 'instruction' && !stay) {
      arrival.goTo(now - 1);
      return this.report({ kind: 'step', message: 'One step back.' });
    }
    if (unit === 'event') return this.#runBack(anyEvent((event) => !stay || focused.isOf(event)), pump);
    const { tick: to, paused } = await this.#lastTick(now, this.#testFor(unit, stay), pump);
    if (paused) return this.#pausedOnTheWayBack(to, now);
    arrival.goTo(to);
    return this.report(to === 0 ? { kind: 'history-start', message: 'The start of history.' } : { kind: 'step', message: `One ${unit} back.` });
  }

  async #stepForward(unit: Exclude<StepUnit, 'call'>, pump: Pump | undefined, stay: boolean): Promise<StopReport> {
    const { history, arrival, focused, pauses } = this.#parts, machine = this.#machine;
    const now = machine.tick, { ended } = focused;
    if (stay && ended !== undefined) return this.report({ kind: 'unmet', message: `No step of it is left: ${ended}.` });
    if (unit === 'instruction' && !stay) {
      let stop = arrival.step();
      // Halted with nothing to come: the next line of input, if there is one, is what happens next.
      if (stop.kind === 'idle' && machine.tick === now && this.#feed()) stop = arrival.step();
      return this.#afterStep(stop, now);
    }
    if (unit === 'event') {
      const report = await this.forward(anyEvent((event) => stopTick(event) > now && (!stay || focused.isOf(event))), Infinity, pump);
      arrival.goTo(machine.tick);
      return { ...report, status: this.#parts.status() };
    }
    const test = this.#testFor(unit, stay);
    let before = spotOf(machine);
    let found = false;
    pauses.begin();
    for (;;) {
      const stop = history.watch(() => {
        const spot = spotOf(machine);
        found = test(spot, before);
        before = spot;
        return found;
      }, machine.tick + WATCH_SLICE);
      if (stop.kind === 'idle' && this.#feed()) continue;
      if (found || isEnd(stop) || pauses.wanted) {
        arrival.goTo(machine.tick);
        return found ? this.report({ kind: 'step', message: `One ${unit} forward.` }) : this.#afterStep(stop, now);
      }
      await this.#letIn(pump);
    }
  }

  #afterStep(stop: MachineStop, before: Tick): StopReport {
    return this.report(this.#endOf(stop) ?? { kind: 'step', message: this.#machine.tick === before ? 'Nothing left to run.' : 'One step.' });
  }
}

/** One call, whatever branch tells it: a task begins no two at one tick. */
const isSame = (a: SyscallReport, b: SyscallReport): boolean => a.tick === b.tick && a.task.pid === b.task.pid && a.cpu === b.cpu;

const poweredOff = (code: number): StopReason => ({ kind: 'exit', message: `The machine powered off with exit status ${code}.`, code });

/** Did the machine itself end a stretch? */
const isEnd = ({ kind }: MachineStop): boolean => kind === 'exit' || kind === 'triple-fault' || kind === 'idle';
