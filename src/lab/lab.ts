/**
 * One run of one machine: its build, its history, and everything a person can do with it. The page, the command line and
 * the tests drive this class and nothing below it; what it does stands in its parts: `run-control.ts` moves the machine,
 * `views.ts` reads it, `moments.ts` shares where it is.
 */
import { CONSOLE_PORT, MEMORY_PORT, typed, type Input } from '../base/input.ts';
import { assert } from '../base/assert.ts';
import { Refusal } from '../base/refusal.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Moment, RunSpec, StepUnit, Direction, PlainView, Views, Wants } from '../link/protocol.ts';
import type { Breakpoint, CodePlace, EventKind, EventReport, Focus, Listing, PathView, Status, StopReport, SyscallReport, TimelineView,
  WriteReport } from '../link/reports.ts';
import { Machine, type Compiler, type Registers } from '../machine/machine.ts';
import { CR3 } from '../machine/cpu/state.ts';
import type { CostProfileName } from '../machine/cost.ts';
import type { BuildResult } from '../toolchain/build.ts';
import type { Switches } from '../toolchain/kconfig.ts';
import { syscallRows } from '../toolchain/syscall-table.ts';
import { Arrival } from './arrival.ts';
import { Breakpoints } from './breakpoints.ts';
import { Focused } from './focus.ts';
import { History } from './history.ts';
import { callSites } from './image.ts';
import { Image } from './images.ts';
import { LAB_RAM } from './lab-ram.ts';
import { loadLater } from './later.ts';
import type { Network } from './network.ts';
import { momentOf, reach, type MomentParts } from './moments.ts';
import type { Record, RecordLimits } from './record.ts';
import { Pauses } from './pauses.ts';
import { RunControl, type Pump } from './run-control.ts';
import { Symbols } from './symbols.ts';
import { Tracer } from './tracer.ts';
import { troubleAt } from './trouble.ts';
import { Viewer, type SourceText } from './views.ts';

export interface LabOptions {
  sources: ReadonlyMap<string, string>;
  /** Sources as they came, for showing what was edited. */
  originals?: ReadonlyMap<string, string>;
  config: string;
  switches: Switches;
  /** Console lines: the first goes out at the first idle moment, each further one at the next. A list has them cut already, as they were typed. */
  input?: string | readonly Uint8Array[];
  /** Where they come in: the console, if nothing else is said. */
  port?: string | undefined;
  cost?: CostProfileName;
  ramBytes?: number;
  /** How much of the record stays in memory. */
  limits?: RecordLimits;
  /** Makes functions of generated code, where the host allows it. */
  compiler?: Compiler;
  /** What a kernel with NET=on is connected to. */
  network?: Network | undefined;
  /** Of whoever asks for several things at a time. */
  pauses?: Pauses;
}


export type { Compiler, Pump };

export class Lab {
  readonly options: LabOptions;
  readonly build: BuildResult;
  readonly buildMilliseconds: number;
  readonly machine: Machine;
  readonly symbols: Symbols;
  readonly tracer: Tracer;
  readonly history: History;
  readonly breakpoints: Breakpoints;
  readonly #arrival: Arrival;
  readonly #focused: Focused;
  readonly #control: RunControl;
  readonly #viewer: Viewer;
  readonly #records: Record[];
  readonly #pauses: Pauses;

  /** Boots an image that is there: `openLab` builds one first, a page has it from its build worker. */
  constructor(options: LabOptions, build: BuildResult, milliseconds: number) {
    this.options = options;
    this.build = build;
    this.buildMilliseconds = milliseconds;
    this.#pauses = options.pauses ?? new Pauses();
    const { network } = options;
    const machine = this.machine = new Machine({ kernel: build.kernel, initramfs: build.initramfs, cpus: build.cpus,
      commandLine: network?.commandLine(build.commandLine) ?? build.commandLine, ramBytes: options.ramBytes ?? LAB_RAM, cost: options.cost ?? 'skx-off',
      ...(network ? { wire: network.make } : {}) });
    machine.translator = options.compiler;
    const history = this.history = new History(machine);
    const symbols: Symbols = this.symbols = new Symbols(build.images.map((image) => new Image(image)),
      () => this.tracer.record.spaces.at(machine.current.s[CR3] & -4096));
    const tracer = this.tracer = new Tracer(machine, symbols, syscallRows(options.sources), build.application, options.limits);
    const hooks = tracer.hooks();
    machine.hooks = network ? { ...hooks, packet: (direction, frame) => {
      hooks.packet?.(direction, frame);
      network.onPacket(direction, frame);
    } } : hooks;
    if (network) {
      network.onRequest = ({ number, connection, meant, sent }) => tracer.client('request', number, connection, sent - meant);
      network.wire.onFrame = (way, frame, _at, arrivals) => tracer.onCable(way, frame, arrivals);
      network.wire.onArrival = (way, at) => tracer.offCable(way, at);
      network.onAnswer = ({ number, connection, meant, done }) => tracer.client('answer', number, connection, done - meant);
    }
    history.onRun = () => tracer.settle();
    history.onRestore = () => tracer.restored();
    history.keepPlace = () => tracer.keepPlace();
    history.onInput = () => {
      if (tracer.hasLooked) this.#noteAnew();
    };
    tracer.rerun = (from, to) => {
      const now = machine.tick;
      history.seek(Math.max(0, from - 1));
      history.forward(to);
      return () => {
        // What came at the last tick while a CPU waited has passed where nothing followed it: it passes once more.
        if (machine.tick <= now) history.restore(history.before(machine.tick));
        history.seek(now);
      };
    };
    machine.kernelTables = (root) => tracer.record.spaces.at(root)?.root ?? root;
    this.#records = [tracer.record];
    for (const image of symbols.images) tracer.watchCalls(image, callSites(image, symbols.kernel));
    const breakpoints = this.breakpoints = new Breakpoints(symbols);
    const arrival = this.#arrival = new Arrival(history, tracer);
    const focused = this.#focused = new Focused({ history, tracer, symbols, arrival });
    this.#control = new RunControl({ history, tracer, symbols, arrival, breakpoints, focused, status: () => this.status(), pauses: this.#pauses },
      options.port ?? CONSOLE_PORT, typeof options.input === 'string' ? splitLines(options.input).map(typed) : (options.input ?? []));
    this.#viewer = new Viewer({ machine, symbols, tracer, history, arrival, focused, network, sources: options.sources,
      originals: options.originals ?? options.sources });
  }

  /** From now on code that runs much is translated. */
  set compiler(compiler: Compiler) {
    this.machine.translator = compiler;
  }

  // ------------------------------------------------------------------------------------------- what is known of its images

  /** The lines and variables of its kernel are not here yet. */
  set isBare(bare: boolean) {
    this.symbols.kernel.bare = bare;
  }

  get isBare(): boolean {
    return this.symbols.kernel.bare;
  }

  /** Since the machine was opened somebody has looked for what is not here yet. */
  get wantsDetail(): boolean {
    return this.symbols.kernel.wanted;
  }

  /** What was shown with less is gone: nobody misses it. */
  forgetWants(): void {
    this.symbols.kernel.wanted = false;
  }

  /** Takes in the same images with all that is known of them. */
  complete(build: BuildResult): void {
    assert(build.imageHash === this.build.imageHash, 'the debug information of another image');
    const [kernel] = build.images;
    this.symbols.kernel.complete(kernel.debug);
  }

  // ------------------------------------------------------------------------------------------- where we are

  get tick(): Tick {
    return this.machine.tick;
  }

  /** Registers before the step that led here. */
  get before(): Registers | undefined {
    return this.#arrival.before;
  }

  /** Reads the machine as it stands; nothing is run for it, so it may be asked at any time between two slices. */
  status(): Status {
    const { machine, history } = this, { focus } = this.#focused;
    const { cpu, task, registers, symbols, away, ended, made: { before } } = this.#focused.seen();
    const { over } = machine, was = before && before.cpl !== registers.cpl ? { ringWas: before.cpl } : {}, trouble = troubleAt(this.tracer, machine.tick);
    const leavesFor = away === undefined ? this.tracer.record.comingAt(machine.tick, cpu) : undefined;
    return {
      tick: machine.tick, live: history.live, instructions: machine.instructions, cycles: machine.quarterCycles / 4, ns: machine.ns, ring: registers.cpl,
      ...was, place: symbols.place(registers.rip), cpu, cpus: machine.cpus.length, ...(focus ? { focus } : {}), ...(away === undefined ? {} : { away }),
      ...(ended === undefined ? {} : { ended }), ...(trouble ? { trouble } : {}), ...(over === undefined ? {} : { over }), task,
      ...(leavesFor ? { leavesFor } : {}),
      interruptsEnabled: (registers.rflags & 0x200n) !== 0n, halted: registers.halted, branch: history.current, branches: history.branches.length,
    };
  }

  // ------------------------------------------------------------------------------------------- moving

  pause(): Status {
    return this.#control.pause();
  }

  seek(tick: Tick): StopReport {
    return this.#control.seek(tick);
  }

  run(spec: RunSpec, pump?: Pump): Promise<StopReport> {
    return this.#control.run(spec, pump);
  }

  /** Runs on to where the machine stops by itself: a panic is noted, and the kernel goes on to its end. */
  finish(limits: { maxInstructions?: number; unbroken?: boolean } = {}, pump?: Pump): Promise<StopReport> {
    return this.#control.finish(limits, pump);
  }

  /** @param stay Only what is in focus counts: its CPU's steps, or its task's wherever that runs. */
  step(unit: StepUnit, direction: Direction, pump?: Pump, stay = false): Promise<StopReport> {
    return this.#control.step(unit, direction, pump, stay);
  }

  /** From now on this CPU or task is shown; without one, the CPU whose turn it is. */
  focus(on: Focus | undefined): StopReport {
    const refusal = on && this.#focused.refuses(on);
    if (refusal !== undefined) throw new Refusal(refusal);
    this.#focused.focus = on;
    return this.#control.report({ kind: 'seek', message: !on ? 'The CPU whose turn it is.' : 'cpu' in on ? `CPU ${on.cpu}.` : `Task ${on.pid}.` });
  }

  /** Runs until the application's first instruction of main; `unbroken` past breakpoints. */
  start(pump?: Pump, unbroken = false): Promise<StopReport> {
    const main = this.symbols.find('app:main');
    return main ? this.run({ direction: 'forward', until: { kind: 'function', name: 'app:main' }, unbroken }, pump)
      : Promise.resolve(this.#control.report({ kind: 'start', message: 'Power-on.' }));
  }

  /** Moves about to find something out, and comes back: what that runs beyond the live end is still to come, and nothing is typed there. */
  async trial<T>(work: () => Promise<T>): Promise<T> {
    const { tick } = this.machine, endAsNow = this.history.keepEnd(), { lines } = this.#control;
    this.#control.lines = [];
    try {
      return await work();
    } finally {
      this.#control.lines = lines;
      this.seek(tick);
      endAsNow();
    }
  }

  /** A line typed by the user, now. */
  type(text: string): StopReport {
    return this.input(CONSOLE_PORT, typed(text));
  }

  /** Something comes in from outside, now. In the past it starts a branch; the old future stays. */
  input(port: string, bytes: Uint8Array): StopReport {
    const refusal = this.machine.refuses(port, bytes);
    if (refusal !== undefined) throw new Refusal(refusal);
    this.#branchOff();
    this.history.input(port, bytes);
    return this.#control.report({ kind: 'pause', message: port === CONSOLE_PORT ? 'Typed.' : `${bytes.length} bytes came in at ${port}.` });
  }

  /** An edit of memory by the user, now: an input like any other. */
  poke(addr: VirtAddr, bytes: Uint8Array): StopReport {
    const edits = this.machine.edits(addr, bytes, this.machine.running);
    if (!edits) throw new Refusal(`Not all of the ${bytes.length} bytes at ${addr.toString(16)} are there: a page is not mapped.`);
    this.#branchOff();
    for (const edit of edits) this.history.input(MEMORY_PORT, edit);
    return this.#control.report({ kind: 'pause', message: 'Memory was edited.' });
  }

  #branchOff(): void {
    if (this.history.fork()) this.#noteAnew();
  }

  /** What happened since the beginning of the last page is noted anew, for this course of events, and nothing that was known of the present tick's step. */
  #noteAnew(): void {
    const { tick } = this.machine, fork = this.tracer.record.fork(tick);
    this.tracer.record = this.#records[this.history.current] = fork;
    this.#viewer.forget();
    this.history.seek(Math.max(0, fork.last.from - 1));
    this.history.forward(tick);
  }

  switchBranch(branch: number): StopReport {
    if (branch < 0 || branch >= this.history.branches.length) return this.#control.report({ kind: 'pause', message: `There is no branch ${branch}.` });
    this.tracer.record = this.#records[branch];
    this.history.switchTo(branch);
    this.#viewer.forget();
    this.#arrival.goTo(this.machine.tick);
    return this.#control.report({ kind: 'seek', message: `Branch ${branch}.` });
  }

  get #moments(): MomentParts {
    return { history: this.history, tracer: this.tracer, arrival: this.#arrival, control: this.#control, imageHash: this.build.imageHash,
      application: this.build.application };
  }

  /** This moment twice: exact for this image, and from the last event of a kind for any other. */
  moment(): Moment & { inputs: Input[] } {
    return momentOf(this.#moments);
  }

  /** Runs to a shared moment. @returns a sentence when the image is another one and the anchor was used. */
  reach(moment: Moment, inputs: readonly Input[], pump?: Pump): Promise<string | undefined> {
    return reach(this.#moments, moment, inputs, () => this.start(pump), pump);
  }

  setBreakpoint(spec: Breakpoint['spec']): Breakpoint | { error: string } {
    return this.breakpoints.set(spec);
  }

  // ------------------------------------------------------------------------------------------- reading

  /** Views by name alone. */
  views(names: readonly PlainView[]): Partial<Views> {
    return this.show(Object.fromEntries(names.map((name) => [name, true])));
  }

  /** What is shown by views that are loaded when they are wanted is there. */
  ready(wants: Wants): Promise<void> {
    return loadLater(wants);
  }

  /** All that is asked to be seen of this moment. */
  show(wants: Wants): Partial<Views> {
    return this.#viewer.views(wants);
  }

  /** The path of the nth system call of a name. */
  pathOf(name: string, nth: number): PathView {
    return this.#viewer.pathOf(name, nth);
  }

  timeline(from: Tick, to: Tick, columns: number): TimelineView {
    return this.#viewer.timeline(from, to, columns);
  }

  eventsBetween(from: Tick, to: Tick, kinds: readonly EventKind[] | undefined, limit: number): EventReport[] {
    return this.#viewer.eventsBetween(from, to, kinds, limit);
  }

  /** The newest system calls, oldest first. */
  syscalls(limit?: number): SyscallReport[] {
    return this.#viewer.syscalls(limit);
  }

  /** Output up to a tick; at the live end that is all there is, the byte that has just left included. */
  consoleText(until?: Tick): string {
    return this.#viewer.consoleText(until);
  }

  /** What is known to be printed later, line by line. */
  consoleFuture(): { tick: Tick; text: string }[] {
    return this.#viewer.consoleFuture();
  }

  /** Here and below, without a space the one that is loaded is meant. */
  listing(addr: VirtAddr, space?: number): Listing | null {
    return this.#viewer.listing(addr, space);
  }

  source(file: string): SourceText | null {
    return this.#viewer.source(file);
  }

  describe(addr: VirtAddr, space?: number): CodePlace {
    return this.#viewer.describe(addr, space);
  }

  memory(addr: VirtAddr, length: number, space?: number): { bytes: Uint8Array; mapped: boolean[] } {
    return this.#viewer.memory(addr, length, space);
  }

  /** What the instruction at an address does with the values of this moment, a line for each operand. */
  explain(addr: VirtAddr, space?: number): string[] {
    return this.#viewer.explain(addr, space);
  }

  /** Who wrote these bytes last, before now. */
  whoWrote(addr: VirtAddr, length: number, space?: number): WriteReport {
    const search = this.#viewer.whoWrote(addr, length, space);
    for (;;) {
      const { done, value } = search.next();
      if (done) return value;
    }
  }

  /**
   * The same, with others let in between. Whoever pauses it or moves the machine meanwhile ends it.
   * @param goesOn Told how far back it has looked; lets messages in, and says whether anybody still wants to know.
   */
  async searchWriter(addr: VirtAddr, length: number, space: number | undefined, goesOn: (searched: Tick) => Promise<boolean>): Promise<WriteReport> {
    const now = this.tick, branch = this.history.current, search = this.#viewer.whoWrote(addr, length, space);
    this.#pauses.begin();
    for (;;) {
      const { done, value } = search.next();
      if (done) return value;
      this.#arrival.goTo(now);
      if (!(await goesOn(value)) || this.tick !== now || this.history.current !== branch || this.#pauses.wanted)
        return { found: false, cancelled: true, tick: value, writer: '' };
    }
  }
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
