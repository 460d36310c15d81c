/**
 * One run of one machine: its build, its history, and everything a person can do with it. The page, the command line and
 * the tests drive this class and nothing below it.
 */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Moment, RunSpec, StepUnit, Direction, Views, ViewName } from '../link/protocol.ts';
import type { Breakpoint, BuildReport, EventKind, EventReport, Listing, PathView, Status, Stop, StopReport, SyscallReport, WriteReport } from '../link/reports.ts';
import { Machine, type Compiler, type MachineStop, type Registers } from '../machine/machine.ts';
import type { CostProfileName } from '../machine/cost.ts';
import { buildGuest, syscallRows, type BuildCache, type BuildResult } from '../toolchain/build.ts';
import type { Switches } from '../toolchain/kconfig.ts';
import { writtenAhead } from './ahead.ts';
import { codeView, type StepMade } from './code-view.ts';
import { cpuView } from './cpu-view.ts';
import { EVENT_KINDS, isStop, matches, stopTick } from './events.ts';
import { History } from './history.ts';
import { callSites, imageBytes } from './image.ts';
import { instructionAt, listingOf } from './listing.ts';
import { pathNodes } from './path.ts';
import { stacksView } from './stacks.ts';
import { sideOf, spotOf, testFor, type Spot, type Test } from './stepping.ts';
import { Symbols } from './symbols.ts';
import { timelineView } from './timeline.ts';
import type { Record, RecordLimits } from './record.ts';
import { Tracer } from './tracer.ts';
import { lastWrite, valueAt } from './who-wrote.ts';
import { watchingWrites, wordsOf } from './writes.ts';

export interface LabOptions {
  sources: ReadonlyMap<string, string>;
  /** Sources as they came, for showing what was edited. */
  originals?: ReadonlyMap<string, string>;
  app: string;
  config: string;
  switches: Switches;
  args?: readonly string[];
  /** Console lines: the first goes out at the first idle moment, each further one at the next. A list has them cut already, as they were typed. */
  input?: string | readonly string[];
  cost?: CostProfileName;
  ramBytes?: number;
  cache?: BuildCache;
  /** How much of the record stays in memory. */
  limits?: RecordLimits;
  /** Host time in milliseconds, for the build's duration only. */
  clock?: () => number;
  /** Makes functions of generated code, where the host allows it. */
  compiler?: Compiler;
}

/** Ticks run between two looks at the outside world. */
const SLICE = 200_000;
/** The same where every instruction is looked at. */
const WATCH_SLICE = 25_000;
const RAM = 32 * 1024 * 1024;
const SYSCALL_TABLE = 'linux/arch/x86/entry/syscalls/syscall_64.tbl';
const TRAIL = 12;
/** How much later than in another build an event may come, as a factor and in ticks. */
const MAX_DETOUR = 2, MAX_LATER = 10_000_000;
const MAX_FUTURE_LINES = 200, MAX_CALLS = 10_000;

/** How far a search backwards came: to what it looked for, or to where it was paused. */
interface Found {
  tick: Tick;
  paused?: true;
}

export type Pump = () => Promise<void>;
export type { Compiler };

export class Lab {
  readonly options: LabOptions;
  readonly build: BuildResult;
  readonly buildMilliseconds: number;
  readonly machine: Machine;
  readonly symbols: Symbols;
  readonly tracer: Tracer;
  readonly history: History;
  breakpoints: Breakpoint[] = [];
  #lines: string[];
  #nextBreakpoint = 1;
  #before: Registers | undefined;
  #subSteps: StepMade['subSteps'] = null;
  #changed = new Map<bigint, bigint>();
  #ranAt: VirtAddr | undefined;
  #trail: VirtAddr[] = [];
  #pauseWanted = false;
  #stopEvent: EventReport | undefined;
  #records: Record[] = [];
  #pathCache = new Map<string, PathView>();

  /** Builds and boots. @throws nothing: a build that failed is reported by `buildFailure`. */
  private constructor(options: LabOptions, build: BuildResult, milliseconds: number) {
    this.options = options;
    this.build = build;
    this.buildMilliseconds = milliseconds;
    this.symbols = new Symbols(build.debug);
    this.machine = new Machine({ kernel: build.kernel, initramfs: build.initramfs, commandLine: build.commandLine, ramBytes: options.ramBytes ?? RAM, cost: options.cost ?? 'skx-off' });
    this.machine.translator = options.compiler;
    this.history = new History(this.machine);
    this.tracer = new Tracer(this.machine, this.symbols, syscallRows(options.sources.get(SYSCALL_TABLE) ?? ''), options.limits);
    this.machine.hooks = this.tracer.hooks();
    this.history.onRun = () => this.tracer.settle();
    this.history.onRestore = () => this.tracer.restored();
    this.tracer.rerun = (from, to) => {
      const now = this.machine.tick;
      this.history.seek(Math.max(0, from - 1));
      this.history.forward(to);
      return () => void this.history.seek(now);
    };
    this.#records = [this.tracer.record];
    this.#lines = typeof options.input === 'string' ? splitLines(options.input) : [...(options.input ?? [])];
    this.tracer.watchCalls(callSites(this.symbols, this.#images));
  }

  static open(options: LabOptions): Lab | { diagnostics: Diagnostic[]; milliseconds: number } {
    const start = options.clock?.() ?? 0;
    const build = buildGuest({ sources: options.sources, app: options.app, switches: options.switches, ...(options.args ? { args: options.args } : {}) }, options.cache);
    const milliseconds = (options.clock?.() ?? 0) - start;
    return build.ok ? new Lab(options, build, milliseconds) : { diagnostics: build.diagnostics, milliseconds };
  }

  buildReport(): BuildReport {
    const { options, build } = this;
    return { ok: true, config: options.config, switches: options.switches, app: options.app, diagnostics: build.diagnostics, milliseconds: this.buildMilliseconds, imageHash: build.imageHash, textBytes: build.textBytes, uklLines: build.uklLines };
  }

  get #images(): Uint8Array[] {
    return [this.build.kernel, this.build.initramfs];
  }

  // ------------------------------------------------------------------------------------------- where we are

  get tick(): Tick {
    return this.machine.tick;
  }

  /** Registers before the step that led here. */
  get before(): Registers | undefined {
    return this.#before;
  }

  status(): Status {
    const { machine, history } = this;
    const registers = machine.registers();
    const was = this.#before && this.#before.cpl !== registers.cpl ? { ringWas: this.#before.cpl } : {};
    return {
      tick: machine.tick, live: history.live, instructions: machine.instructions, cycles: machine.cycles / 4, ns: machine.ns, ring: registers.cpl, ...was, place: this.symbols.place(registers.rip),
      task: this.tracer.task(machine.tick), interruptsEnabled: (registers.rflags & 0x200n) !== 0n, halted: registers.halted, branch: history.current, branches: history.branches.length,
    };
  }

  #report(stop: Omit<Stop, 'tick'>): StopReport {
    return { stop: { ...stop, tick: this.machine.tick }, status: this.status() };
  }

  /** Arrives at a tick with the step before it in view: what it changed, and its sub-steps. */
  #arrive(tick: Tick): void {
    const { machine, history } = this;
    this.#before = undefined;
    this.#subSteps = null;
    this.#changed.clear();
    this.#ranAt = undefined;
    this.#trail = [];
    if (tick === 0) {
      history.seek(0);
      return;
    }
    const start = Math.max(0, tick - 1 - TRAIL);
    if (machine.tick !== tick - 1 || start < machine.tick) {
      history.seek(start);
      this.#trail.push(machine.registers().rip);
      history.watch(() => void this.#trail.unshift(spotOf(machine).rip), tick - 1);
    }
    this.#stepOnce();
  }

  /** One tick, with everything about it noted. */
  #stepOnce(): MachineStop {
    const { machine, history } = this;
    const before = machine.registers();
    machine.recordSubSteps = true;
    const extra = machine.socket.extraTicks;
    this.#changed.clear();
    const told = (at: VirtAddr, length: number): void => {
      for (const word of wordsOf(at, length)) if (!this.#changed.has(word)) this.#changed.set(word, machine.peekNumber(word, 8) ?? 0n);
    };
    const stop = watchingWrites(machine, 'all', told, () => history.forward(machine.tick + 1));
    for (const [word, was] of this.#changed) if (machine.peekNumber(word, 8) === was) this.#changed.delete(word);
    this.#subSteps = machine.subSteps.length ? { title: machine.subStepTitle, steps: machine.subSteps } : null;
    machine.recordSubSteps = false;
    this.#before = before;
    // An event delivery ran no instruction.
    this.#ranAt = machine.socket.extraTicks === extra ? before.rip : undefined;
    return stop;
  }

  // ------------------------------------------------------------------------------------------- run control

  pause(): Status {
    this.#pauseWanted = true;
    this.machine.requestStop();
    return this.status();
  }

  seek(tick: Tick): StopReport {
    const to = Math.max(0, Math.min(Math.floor(tick), this.history.live));
    this.#arrive(to);
    const { exitCode } = this.machine;
    if (exitCode !== undefined) return this.#report(poweredOff(exitCode));
    return this.#report(tick > to ? { kind: 'live-end', message: `The run has come to tick ${to} so far. Run goes on from here.` } : { kind: 'seek', message: `At tick ${to}.` });
  }

  /** Runs forward until something stops it; the pump lets messages in between slices. */
  async #forward(until: Tick, pump: Pump | undefined): Promise<StopReport> {
    this.#pauseWanted = false;
    this.#stopEvent = undefined;
    this.#hit = undefined;
    for (;;) {
      // Giving a line to a halted machine may itself be what was waited for.
      const stop: MachineStop = this.#stopEvent ? { kind: 'stopped' } : this.history.forward(Math.min(until, this.machine.tick + SLICE, this.#knowEvents()));
      const event = this.#stopEvent as EventReport | undefined;
      if (event) {
        // The step that the event is part of has to be whole.
        if (stopTick(event) > this.machine.tick) this.history.forward(stopTick(event));
        return this.#report({ kind: event.kind === 'panic' ? 'panic' : 'event', message: event.text, event });
      }
      const hit = this.#hit as Omit<Stop, 'tick'> | undefined;
      if (hit) return this.#report(hit);
      if (stop.kind === 'exit') return this.#report(poweredOff(stop.code ?? 0));
      if (stop.kind === 'triple-fault') return this.#report({ kind: 'triple-fault', message: 'Triple fault: a fault while delivering #DF. The CPU has shut down.' });
      if (stop.kind === 'idle' && !this.#feed()) {
        return this.#report({ kind: 'idle', message: 'Idle: nothing is runnable and no event is pending. It waits for input.' });
      }
      if (this.#pauseWanted) return this.#report({ kind: 'pause', message: 'Paused.' });
      if (this.machine.tick >= until) return this.#report({ kind: 'limit', message: `At tick ${this.machine.tick}.` });
      await pump?.();
    }
  }

  /** A replay tells its events only where the record has them. @returns how far it has them. */
  #knowEvents(): Tick {
    const { record } = this.tracer;
    const page = record.pageAt(this.machine.tick);
    record.load(page);
    return record.pages[page + 1]?.from ?? Infinity;
  }

  /** Why the probe stopped the machine. */
  #hit: Omit<Stop, 'tick'> | undefined;

  /** The next line of the scenario's input, at an idle moment at the live end. */
  #feed(): boolean {
    const line = this.#lines.shift();
    if (line === undefined) return false;
    this.history.input(line);
    return true;
  }

  /** Sets what probes and events stop on. @returns how to undo it. */
  #arm(spec: RunSpec['until'], includeBreakpoints: boolean): () => void {
    const start = this.machine.tick;
    const wanted = new Map<string, number>();
    const addresses = new Set<bigint>();
    const add = (at: bigint, id: number): void => {
      wanted.set(at.toString(), id);
      addresses.add(at);
    };
    if (includeBreakpoints) for (const { enabled, id, addresses: own } of this.breakpoints) if (enabled) for (const at of own) add(at, id);
    if (spec?.kind === 'address') add(spec.addr, 0);
    if (spec?.kind === 'line') for (const at of this.symbols.addressesOf(spec.file, spec.line)) add(at, 0);
    this.tracer.probe(addresses);
    this.tracer.onProbe = (at) => {
      const id = wanted.get(at.toString());
      if (id === undefined || this.machine.tick === start) return;
      const breakpoint = this.breakpoints.find((one) => one.id === id);
      if (breakpoint) breakpoint.hits++;
      const place = this.symbols.place(at);
      this.#hit = { kind: 'breakpoint', message: `${breakpoint ? 'Breakpoint' : 'Arrived'} at ${place.symbol || at.toString(16)}${place.line ? `, ${place.file}:${place.line}` : ''}.`, ...(breakpoint ? { breakpoint: id } : {}) };
      this.machine.requestStop();
    };
    this.tracer.onEvent = (event, atProbe) => {
      // Where it stands is no reason to stop, just as with a breakpoint.
      if (atProbe && event.tick === start) return;
      const byBreakpoint = includeBreakpoints && this.#isEventBreakpoint(event);
      const bySpec = spec?.kind === 'event' ? matches(event, spec.event, spec.match) : spec?.kind === 'syscall' ? this.#isSyscall(event, spec) : event.kind === 'panic';
      if (this.#stopEvent || (!byBreakpoint && !bySpec)) return;
      this.#stopEvent = event;
      this.machine.requestStop();
    };
    return () => {
      this.tracer.onProbe = () => undefined;
      this.tracer.onEvent = () => undefined;
    };
  }

  #isEventBreakpoint(event: EventReport): boolean {
    return this.breakpoints.some(({ enabled, spec }) => enabled && spec.kind === 'event' && matches(event, spec.event, spec.match));
  }

  #isSyscall(event: EventReport, { name, nth }: { name: string; nth: number }): boolean {
    return event.kind === 'syscall-entry' && event.fields['name'] === name && event.fields['nth'] === nth;
  }

  async run(spec: RunSpec, pump?: Pump): Promise<StopReport> {
    if (spec.direction === 'back') return this.#runBack(spec, pump);
    const disarm = this.#arm(spec.until, true);
    const limit = spec.maxInstructions === undefined ? Infinity : this.machine.tick + spec.maxInstructions;
    const report = await this.#forward(limit, pump);
    disarm();
    this.#arrive(this.machine.tick);
    return { ...report, status: this.status() };
  }

  /** Runs on to where the machine stops by itself: a panic is noted, and the kernel goes on to its end. */
  async finish({ maxInstructions = Infinity }: { maxInstructions?: number } = {}, pump?: Pump): Promise<StopReport> {
    const end = this.machine.instructions + maxInstructions;
    for (;;) {
      const report = await this.run({ direction: 'forward', ...(end === Infinity ? {} : { maxInstructions: end - this.machine.instructions }) }, pump);
      if (report.stop.kind !== 'panic') return report;
    }
  }

  /** The last tick before this one at which the run would have stopped. */
  async #runBack(spec: RunSpec, pump?: Pump): Promise<StopReport> {
    const now = this.machine.tick;
    const addresses = new Set<bigint>();
    if (spec.until?.kind === 'address') addresses.add(spec.until.addr);
    if (spec.until?.kind === 'line') for (const at of this.symbols.addressesOf(spec.until.file, spec.until.line)) addresses.add(at);
    if (!spec.until) for (const { enabled, addresses: own } of this.breakpoints) if (enabled) for (const at of own) addresses.add(at);
    const stopsAt = (event: EventReport): boolean => stopTick(event) < now && (spec.until?.kind === 'event' ? matches(event, spec.until.event, spec.until.match)
      : spec.until?.kind === 'syscall' ? this.#isSyscall(event, spec.until) : !spec.until && this.#isEventBreakpoint(event));
    const kinds = spec.until?.kind === 'event' ? [spec.until.event] : spec.until?.kind === 'syscall' ? [`syscall-entry ${spec.until.name}`]
      : spec.until ? [] : this.breakpoints.flatMap(({ enabled, spec: own }) => (enabled && own.kind === 'event' ? [own.event] : []));
    const last = this.tracer.record.findBack(now, kinds, stopsAt);
    const eventTick = last ? stopTick(last) : 0;
    const code: Found = addresses.size ? await this.#lastVisit(now, addresses, eventTick, pump) : { tick: 0 };
    if (code.paused) return this.#pausedOnTheWayBack(code.tick, now);
    const to = Math.max(eventTick, code.tick);
    this.#arrive(to);
    return this.#report(to === 0 ? { kind: 'history-start', message: 'The start of history.' } : last && to === eventTick ? { kind: 'event', message: last.text, event: last } : { kind: 'breakpoint', message: `At tick ${to}.` });
  }

  /** Everything after this tick was looked through. Not quite at the snapshot there: what led to a moment is run from one before it. */
  #pausedOnTheWayBack(tick: Tick, now: Tick): StopReport {
    this.#arrive(Math.min(tick + TRAIL + 1, now));
    return this.#report({ kind: 'pause', message: 'Paused on the way back.' });
  }

  /** Last tick before `now` (and after `floor`) that stands at one of these addresses: probes are cheap enough to run at full speed. */
  async #lastVisit(now: Tick, addresses: ReadonlySet<bigint>, floor: Tick, pump: Pump | undefined): Promise<Found> {
    const { machine, tracer } = this;
    let found = -1;
    tracer.probe(addresses);
    tracer.onProbe = (at) => {
      if (addresses.has(at)) found = machine.tick;
    };
    try {
      return await this.#backwards(now, floor, SLICE, pump, (until) => {
        found = -1;
        this.history.forward(until);
        // The probe of the last tick itself is seen only when something runs after it.
        if (machine.tick === until && addresses.has(spotOf(machine).rip)) found = until;
        return found;
      });
    } finally {
      tracer.onProbe = () => undefined;
    }
  }

  /** Last tick before `now` (and after `floor`) that passes the test, or `floor`. */
  async #lastTick(now: Tick, test: Test, pump: Pump | undefined, floor = 0): Promise<Found> {
    const { history, machine } = this;
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
    const { history, machine } = this;
    this.#pauseWanted = false;
    for (let end = now - 1; end > floor; ) {
      // Strictly before: from a snapshot at `end` itself there would be nothing to look at, for ever.
      const from = history.before(end - 1);
      history.restore(from);
      let found = -1;
      for (let start = true; start || machine.tick < end; start = false) {
        const begun = machine.tick;
        found = Math.max(found, scan(Math.min(end, begun + slice), start));
        if (machine.tick === begun && !start) break;
        await pump?.();
        if (this.#pauseWanted) return { tick: end, paused: true };
      }
      if (found > floor) return { tick: found };
      end = from.tick;
    }
    return { tick: floor };
  }

  async step(unit: StepUnit, direction: Direction, pump?: Pump): Promise<StopReport> {
    const { machine } = this;
    const now = machine.tick;
    if (direction === 'back') {
      if (now === 0) return this.#report({ kind: 'history-start', message: 'The start of history.' });
      if (unit === 'instruction') {
        this.#arrive(now - 1);
        return this.#report({ kind: 'step', message: 'One step back.' });
      }
      if (unit === 'event') {
        const event = this.tracer.record.findBack(now, EVENT_KINDS.filter(isStop), (one) => stopTick(one) < now && isStop(one.kind));
        this.#arrive(event ? stopTick(event) : 0);
        return this.#report(event ? { kind: 'event', message: event.text, event } : { kind: 'history-start', message: 'The start of history.' });
      }
      const test = testFor(unit, machine, this.symbols, this.tracer);
      const { tick: to, paused } = await this.#lastTick(now, test, pump);
      if (paused) return this.#pausedOnTheWayBack(to, now);
      this.#arrive(to);
      return this.#report(to === 0 ? { kind: 'history-start', message: 'The start of history.' } : { kind: 'step', message: `One ${unit} back.` });
    }
    if (unit === 'instruction') {
      const first = this.machine.registers().rip;
      let stop = this.#stepOnce();
      // Halted with nothing to come: the next line of input, if there is one, is what happens next.
      if (stop.kind === 'idle' && machine.tick === now && this.#feed()) stop = this.#stepOnce();
      this.#trail = [first, ...this.#trail].slice(0, TRAIL);
      return this.#afterStep(stop, now);
    }
    if (unit === 'event') {
      this.tracer.onEvent = (event) => {
        if (stopTick(event) <= now || !isStop(event.kind) || this.#stopEvent) return;
        this.#stopEvent = event;
        machine.requestStop();
      };
      const report = await this.#forward(Infinity, pump);
      this.tracer.onEvent = () => undefined;
      this.#arrive(machine.tick);
      return { ...report, status: this.status() };
    }
    const test = testFor(unit, machine, this.symbols, this.tracer);
    let before = spotOf(machine);
    let found = false;
    this.#pauseWanted = false;
    for (;;) {
      const stop = this.history.watch(() => {
        const spot = spotOf(machine);
        found = test(spot, before);
        before = spot;
        return found;
      }, machine.tick + WATCH_SLICE);
      if (stop.kind === 'idle' && this.#feed()) continue;
      if (found || stop.kind === 'idle' || stop.kind === 'exit' || stop.kind === 'triple-fault' || this.#pauseWanted) {
        this.#arrive(machine.tick);
        if (found) return this.#report({ kind: 'step', message: `One ${unit} forward.` });
        return this.#afterStep(stop, now);
      }
      await pump?.();
    }
  }

  #afterStep(stop: MachineStop, before: Tick): StopReport {
    if (stop.kind === 'exit') return this.#report(poweredOff(stop.code ?? 0));
    if (stop.kind === 'triple-fault') return this.#report({ kind: 'triple-fault', message: 'Triple fault: the CPU has shut down.' });
    if (stop.kind === 'idle') return this.#report({ kind: 'idle', message: 'Idle: it waits for input.' });
    return this.#report({ kind: 'step', message: this.machine.tick === before ? 'Nothing left to run.' : 'One step.' });
  }

  /** A line typed by the user, now. In the past it starts a branch; the old future stays. */
  type(text: string): StopReport {
    if (this.history.fork()) {
      const { tick } = this.machine;
      const fork = this.tracer.record.fork(tick);
      this.tracer.record = this.#records[this.history.current] = fork;
      this.#pathCache.clear();
      // What happened since the beginning of the last page is noted anew, for this course of events.
      this.history.seek(Math.max(0, fork.last.from - 1));
      this.history.forward(tick);
    }
    this.history.input(text);
    return this.#report({ kind: 'pause', message: 'Typed.' });
  }

  switchBranch(branch: number): StopReport {
    if (branch < 0 || branch >= this.history.branches.length) return this.#report({ kind: 'pause', message: `There is no branch ${branch}.` });
    this.tracer.record = this.#records[branch];
    this.history.switchTo(branch);
    this.#pathCache.clear();
    this.#arrive(this.machine.tick);
    return this.#report({ kind: 'seek', message: `Branch ${branch}.` });
  }

  // ------------------------------------------------------------------------------------------- breakpoints

  setBreakpoint(spec: Breakpoint['spec']): Breakpoint | { error: string } {
    const addresses = this.#resolve(spec);
    if (spec.kind === 'symbol' && !addresses.length) return { error: `there is no function '${spec.symbol}' in this build` };
    if (spec.kind === 'line' && !addresses.length) return { error: `line ${spec.line} of ${spec.file} made no code in this build` };
    const breakpoint = { id: this.#nextBreakpoint++, enabled: true, spec, addresses, hits: 0 };
    this.breakpoints.push(breakpoint);
    return breakpoint;
  }

  #resolve(spec: Breakpoint['spec']): VirtAddr[] {
    switch (spec.kind) {
      case 'address': return [spec.addr];
      case 'symbol': {
        const f = this.symbols.find(spec.symbol);
        return f ? [f.low] : [];
      }
      case 'line': return this.symbols.addressesOf(spec.file, spec.line);
      default: return [];
    }
  }

  /** Takes over what still makes sense of another build's breakpoints. */
  adopt(breakpoints: readonly Breakpoint[]): void {
    for (const { spec, enabled } of breakpoints) {
      if (spec.kind === 'address') continue;
      const made = { id: this.#nextBreakpoint++, enabled, spec, addresses: this.#resolve(spec), hits: 0 };
      if (made.addresses.length || spec.kind === 'event') this.breakpoints.push(made);
    }
  }

  // ------------------------------------------------------------------------------------------- views

  views(names: readonly ViewName[]): Partial<Views> {
    const out: Partial<Views> = {};
    const { machine, symbols, tracer } = this;
    const registers = machine.registers();
    if (names.includes('code')) out.code = codeView(machine, symbols, registers, { before: this.#before, ranAt: this.#ranAt, subSteps: this.#subSteps, trail: this.#trail });
    if (names.includes('cpu')) out.cpu = cpuView(machine, symbols, tracer, registers, this.#before, this.#subSteps);
    if (names.includes('stacks')) out.stacks = stacksView({ machine, symbols, tracer, registers, before: this.#before, changed: this.#changed, ahead: writtenAhead(this.history, symbols, tracer) });
    if (names.includes('path')) out.path = this.#path();
    return out;
  }

  #path(): PathView {
    const { machine, symbols } = this;
    const call = this.tracer.record.callAt(machine.tick, sideOf(symbols, spotOf(machine).rip) === 'kernel');
    return call ? this.#pathOf(call) : { call: null, nodes: [] };
  }

  /** Runs the call again with a look at every instruction, then comes back. */
  #pathOf(call: SyscallReport): PathView {
    const { machine, history } = this;
    const now = machine.tick;
    const end = Math.min(call.endTick ?? history.live, history.live);
    const key = `${history.current} ${call.tick} ${call.task.pid} ${end}`;
    let known = this.#pathCache.get(key);
    if (!known) {
      history.mark();
      const { onProbe, onEvent } = this.tracer;
      this.tracer.onProbe = () => undefined;
      this.tracer.onEvent = () => undefined;
      known = { call, nodes: pathNodes(history, this.symbols, this.tracer, call, end) };
      this.tracer.onProbe = onProbe;
      this.tracer.onEvent = onEvent;
      history.seek(now);
      this.#pathCache.set(key, known);
    }
    const nodes = known.nodes.map((node) => ({ ...node, reached: node.firstTick <= now, current: false }));
    const current = nodes.findLast(({ firstTick, lastTick }) => firstTick <= now && now <= lastTick);
    if (current) current.current = true;
    return { call: { ...call }, nodes };
  }

  pathOf(name: string, nth: number): PathView {
    const call = this.tracer.record.call(name, nth);
    return call ? this.#pathOf(call) : { call: null, nodes: [] };
  }

  timeline(from: Tick, to: Tick, columns: number): ReturnType<typeof timelineView> {
    return timelineView(this.tracer.record, this.history.live, from, to, columns);
  }

  listing(addr: VirtAddr): Listing | null {
    return listingOf(this.symbols, addr, (at, length) => this.machine.peek(at, length) ?? this.#imagePeek(at, length), (file) => this.options.sources.get(file)?.split('\n'));
  }

  #imagePeek(at: bigint, length: number): Uint8Array | null {
    const bytes = imageBytes(this.#images, at, length);
    return bytes.length === length ? bytes : null;
  }

  source(file: string): { text: string; original: string; lines: { line: number; addr: VirtAddr }[]; domain: string } | null {
    const text = this.options.sources.get(file);
    if (text === undefined) return null;
    const index = this.symbols.debug.files.indexOf(file);
    const first = new Map<number, VirtAddr>();
    for (const entry of this.symbols.debug.lines) if (entry.file === index && entry.line > 0 && !first.has(entry.line)) first.set(entry.line, entry.addr);
    return { text, original: this.options.originals?.get(file) ?? text, lines: [...first].map(([line, addr]) => ({ line, addr })).sort((a, b) => a.line - b.line), domain: file.startsWith('linux/') ? 'kernel' : file.startsWith('lib/') ? 'libc' : 'app' };
  }

  /** Who wrote these bytes last, before now. */
  whoWrote(addr: VirtAddr, length: number): WriteReport {
    const { machine } = this;
    const now = machine.tick;
    const after = valueAt(machine, addr, length);
    const written = lastWrite(this.history, addr, length, now);
    this.#arrive(now);
    if (!written) return { found: false, tick: 0, writer: 'nobody since power-on: it is part of the image, or has never been written' };
    const { tick, rip, before } = written;
    const frame = this.tracer.record.framesBefore(tick + 1).find((one) => one.tick === tick && addr + BigInt(length) > one.at && addr < one.at + BigInt(one.bytes));
    const place = this.symbols.place(rip);
    const insn = instructionAt(this.symbols, rip, (at, size) => machine.peek(at, size) ?? this.#imagePeek(at, size));
    return { found: true, tick, place, writer: frame ? `frame of ${frame.name}` : `${insn ? `${insn.mnemonic} ${insn.operands}` : 'an instruction'} in ${place.symbol || rip.toString(16)}`, before, after };
  }

  // ------------------------------------------------------------------------------------------- the rest

  /** Output up to a tick; at the live end that is all there is, the byte that has just left included. */
  /** What a halted CPU lets out while it waits belongs to the tick it waits at. */
  get #outputTick(): Tick {
    return this.machine.registers().halted ? this.machine.tick + 1 : this.machine.tick;
  }

  consoleText(until: Tick = this.#outputTick): string {
    return this.tracer.record.text(until);
  }

  /** What is known to be printed later, line by line. */
  consoleFuture(): { tick: Tick; text: string }[] {
    const lines: { tick: Tick; text: string }[] = [];
    let line: { tick: Tick; text: string } | undefined;
    for (const { kind, tick, fields } of this.tracer.record.eventsFrom(this.#outputTick, ['console-output'])) {
      if (kind !== 'console-output') continue;
      if (!line) {
        if (lines.length === MAX_FUTURE_LINES) break;
        lines.push(line = { tick, text: '' });
      }
      line.text += String.fromCharCode(Number(fields['byte']));
      if (fields['byte'] === 10) line = undefined;
    }
    return lines;
  }

  /** This moment twice: exact for this image, and from the last event of a kind for any other. */
  moment(): Moment & { inputs: { tick: Tick; text: string }[] } {
    const { tick } = this.machine;
    const { record } = this.tracer;
    const event = record.findBack(tick, ['syscall-entry', 'syscall-exit'], ({ kind }) => kind === 'syscall-entry' || kind === 'syscall-exit');
    const nth = event ? record.countBefore(event.tick, event.kind) : 0;
    return { tick, imageHash: this.build.imageHash, ...(event ? { anchor: { event: event.kind, nth, offset: tick - event.tick } } : {}), inputs: this.history.branch.inputs };
  }

  /** Runs to a shared moment. @returns a sentence when the image is another one and the anchor was used. */
  async reach(moment: Moment, inputs: readonly { tick: Tick; text: string }[], pump?: Pump): Promise<string | undefined> {
    // A link without an image was written by hand: its tick is taken as it stands.
    const same = moment.imageHash === '' || moment.imageHash === this.build.imageHash;
    if (same) {
      this.#lines = [];
      for (const { tick, text } of inputs) {
        await this.#forward(tick, pump);
        this.history.input(text);
      }
      await this.#forward(moment.tick, pump);
      this.#arrive(Math.min(moment.tick, this.machine.tick));
      return this.machine.tick < moment.tick ? `This run ends at tick ${this.machine.tick}, before tick ${moment.tick} of the link.` : undefined;
    }
    if (inputs.length) this.#lines = inputs.map(({ text }) => text);
    const { anchor } = moment;
    let found = false;
    if (anchor) {
      let count = 0;
      this.tracer.onEvent = (event) => {
        if (event.kind !== anchor.event || count++ !== anchor.nth) return;
        found = true;
        this.#stopEvent = event;
        this.machine.requestStop();
      };
      // Another program may never come to this event: not much farther than where it was.
      await this.#forward(moment.tick * MAX_DETOUR + MAX_LATER, pump);
      this.tracer.onEvent = () => undefined;
      if (found) await this.#forward(this.machine.tick + Math.max(0, anchor.offset - 1), pump);
    }
    if (!found) {
      this.seek(0);
      await this.start(pump);
      return 'The moment does not exist in this build: it belongs to another kernel, compiler or cost table. This is the start.';
    }
    this.#arrive(this.machine.tick);
    return 'The link was made with another kernel, compiler or cost table; this is the same event in the present one.';
  }

  /** Runs until the application's first instruction of main. */
  async start(pump?: Pump): Promise<StopReport> {
    const main = this.symbols.find('app:main');
    const report = main ? await this.run({ direction: 'forward', until: { kind: 'address', addr: main.low } }, pump) : this.#report({ kind: 'start', message: 'Power-on.' });
    return report;
  }

  eventsBetween(from: Tick, to: Tick, kinds: readonly EventKind[] | undefined, limit: number): EventReport[] {
    const found: EventReport[] = [];
    for (const event of this.tracer.record.eventsFrom(from, kinds)) {
      if (event.tick >= to || found.length >= limit) break;
      if (!kinds || kinds.includes(event.kind)) found.push(event);
    }
    return found;
  }

  /** The newest system calls, oldest first. */
  syscalls(limit = MAX_CALLS): SyscallReport[] {
    const { record } = this.tracer;
    const found: SyscallReport[] = [];
    for (let page = record.pages.length - 1; page >= 0 && found.length < limit; page--) found.unshift(...record.load(page).syscalls);
    return found.slice(-limit);
  }
}

const poweredOff = (code: number): Omit<Stop, 'tick'> => ({ kind: 'exit', message: `The machine powered off with exit status ${code}.`, code });

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
