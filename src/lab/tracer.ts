/**
 * Notes what happens, from the machine's hooks and the guest's tracepoints: when a stretch is run for the first time, and
 * again when its page of the record was forgotten. The lab knows no kernel function by name; it reads the names and arguments
 * that tracepoints carry.
 */
import { assert } from '../base/assert.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import { KIND, type Names } from '../link/events.ts';
import {
  changedBy, changedFrom, changedTo, cpuOf, kindOf, NOTE_CYCLES, NOTE_PAIRS, NOTE_RING, NOTE_ROOT, NOTE_RSP, NOTE_TICK, NOTE_WORDS, NOTES_FIRST, NOTES_USED,
  numberOf, RING_CHANGES, type Noted,
} from '../machine/cpu/notes.ts';
import { CR3, CS_SELECTOR, RIP, RSP_SLOT } from '../machine/cpu/state.ts';
import type { Machine, MachineHooks } from '../machine/machine.ts';
import type { EventReport } from '../link/reports.ts';
import type { SyscallRow } from '../toolchain/syscall-table.ts';
import { afterCable, isSentAgain, type Way } from './cable.ts';
import { CallTexts } from './call-texts.ts';
import { Deliveries, deliveryName } from './deliveries.ts';
import { frameFields, putFrame } from './frame-fields.ts';
import type { Image } from './images.ts';
import { ByImage, type CallSite, type Plan, type Site } from './probe-plan.ts';
import { carry, emptyItems, Record, RECORD_LIMITS, type Items, type Page, type StackRegion } from './record.ts';
import { QuickNotes } from './quick-notes.ts';
import { RedZones } from './red-zones.ts';
import { halvesOf, keyOf, keyOfHalves, Values, wordOf } from './site-reader.ts';
import { Spaces } from './spaces.ts';
import { StackRegions } from './stack-regions.ts';
import type { Symbols } from './symbols.ts';
import { SystemCalls, type Now } from './system-calls.ts';
import { constantName, resultText } from './trace-text.ts';
import { Tracepoints } from './tracepoints.ts';
import { wantedOf, Writing, type Observer } from './writing.ts';

/** The events that notes become. */
const RING_CHANGE = KIND['ring-change'], STACK_SWITCH = KIND['stack-switch'], ENTRY = KIND['syscall-entry'], EXIT = KIND['syscall-exit'];
const NOTED_KINDS = [RING_CHANGE, STACK_SWITCH, ENTRY, EXIT];

export class Tracer {
  readonly #machine: Machine;
  readonly #symbols: Symbols;
  readonly #rows: ReadonlyMap<number, SyscallRow>;
  /** Names of values, by the names of the sets. */
  readonly #sets: SyscallRow['sets'];
  readonly #values: Values;
  readonly #names: Names;
  readonly #tracepoints: Tracepoints;
  readonly #deliveries: Deliveries;
  readonly #systemCalls: SystemCalls;
  readonly #quickNotes: QuickNotes;
  /** First instructions of the libc functions that are named like system calls. */
  readonly #wrappers = new ByImage<string>();
  readonly #calls = new ByImage<CallSite>();
  /** Where some image has one of those. */
  #callsAt: ReadonlySet<bigint> = new Set();
  /** System calls without arguments: of them nothing has to be looked up in memory. */
  readonly #silent: readonly number[];
  /** Return addresses of calls into the libc functions and the kernel: those that the images show, and what was seen besides. */
  readonly #returnPlaces = new Set<bigint>();
  /** The same as signed numbers. */
  readonly #returnKeys = new Set<number>();
  #extra: ReadonlySet<bigint> = new Set();
  #probed = '';
  #order: readonly bigint[] = [];
  #plans: Plan[] = [];
  readonly #writing: Writing;
  /** Numbers of terms in the record: how a ring was changed, and no stack. */
  readonly #changes: readonly number[];
  readonly #noStack: number;
  readonly #regions: StackRegions;
  readonly #redZones: RedZones;
  /** Runs from one tick to another. @returns what brings the machine back to where it was. */
  rerun: (from: Tick, to: Tick) => () => void = () => () => undefined;
  /** Of what is being taken in. */
  readonly #now: Now = { tick: 0, cpu: 0, cycles: 0, instructions: 0, root: 0, selector: 0 };
  #isReading = false;
  /** Last tick probed since the machine was put somewhere: an instruction that is looked up twice tells once. */
  #probedAt: Tick = -1;

  constructor(machine: Machine, symbols: Symbols, rows: readonly SyscallRow[], application: string, limits = RECORD_LIMITS) {
    this.#machine = machine;
    this.#symbols = symbols;
    this.#rows = new Map(rows.map((row) => [row.nr, row]));
    this.#sets = rows[0]?.sets ?? new Map();
    this.#silent = rows.filter(({ args }) => args.length === 0).map(({ nr }) => nr);
    this.#values = new Values(machine);
    const names: Names = this.#names = {
      call: (nr) => this.#rows.get(nr)?.name ?? `syscall ${nr}`,
      result: (nr, value) => resultText(this.#rows.get(nr), value, this.#sets),
      vector: (kind, vector) => deliveryName({ kind, vector }),
      signal: (sig) => constantName(this.#sets, 'signal', sig) ?? `signal ${sig}`,
      softirq: (vec) => symbols.facts.softirqs.get(vec) ?? `softirq ${vec}`,
    };
    const record = new Record(limits, new Spaces(() => machine.tick), names, { firstTask: symbols.facts.firstTask, cpus: machine.cpus.length, application });
    record.remake = (page, next) => this.#remake(page, next);
    const writing = this.#writing = new Writing(record, this.#now);
    this.#regions = new StackRegions(writing, this.#now);
    this.#redZones = new RedZones(machine, symbols, writing);
    this.#changes = RING_CHANGES.map((change) => record.terms.numberOf(change));
    this.#noStack = record.terms.numberOf('');
    this.#systemCalls = new SystemCalls(machine, this.#now, new CallTexts(names, this.#rows, this.#sets, record.state.counts.keys), {
      state: () => this.#writing.state, items: () => this.#writing.items, begin: (kind, cpu) => this.#writing.begin(kind, cpu),
      told: (columns) => this.#writing.told(columns), argument: (site, name) => this.#tracepoints.argument(site, name), returnsTo: (key) => this.#returns(key),
    });
    this.#deliveries = new Deliveries(machine, symbols, writing, this.#now, this.#systemCalls, this.#redZones, (at) => this.regionOf(at));
    this.#tracepoints = new Tracepoints(machine, symbols, names, writing, this.#now, this.#values, this.#regions, this.#systemCalls, this.#deliveries);
    this.#quickNotes = new QuickNotes(machine, writing, this.#now, this.#regions, this.#systemCalls, this.#changes, this.#noStack);
    for (const { name } of rows) {
      for (const { domain, image, low } of symbols.findAll(`libc:${name}`)) if (domain === 'libc') this.#wrappers.set(image, low, name);
    }
    this.#setProbes();
  }

  get record(): Record {
    this.#read();
    return this.#writing.record;
  }
  set record(record: Record) {
    this.#read();
    this.#writing.record = record;
    this.#writing.moved();
    this.#regions.forget();
  }

  /** Does something while somebody else is told what happens. Addresses stay probed until another observer names others. */
  observe<T>(observer: Observer, work: () => T): T {
    const outer = this.#writing.observer;
    if (observer.addresses && observer.addresses !== this.#extra) {
      this.#extra = observer.addresses;
      this.#setProbes();
    }
    this.#tell(observer);
    try {
      return work();
    } finally {
      this.#tell(outer);
    }
  }

  #tell(observer: Observer): void {
    this.#read();
    const wanted = wantedOf(observer);
    this.#writing.observer = observer;
    this.#writing.wanted = wanted;
    // Whoever wants to hear of an event may want to stop there.
    this.#machine.socket.notes.atOnce = NOTED_KINDS.some((kind) => wanted[kind]);
  }

  #setProbes(): void {
    const all = [...new Set([...this.#tracepoints.addresses(), ...this.#wrappers.addresses(), ...this.#extra, ...this.#returnPlaces,
      ...this.#calls.addresses()])];
    // One that somebody waits at is told at once, where it was noted before.
    const key = all.map((addr) => `${addr}${this.#extra.has(addr) ? ' at once' : ''}`).toSorted().join();
    // Decoded code is forgotten when the probes change.
    const isNew = key !== this.#probed;
    if (isNew) {
      this.#probed = key;
      this.#order = all;
    }
    this.#callsAt = new Set(this.#calls.addresses());
    const ofImages = new Set([...this.#wrappers.addresses(), ...this.#callsAt]);
    this.#plans = this.#order.map((addr): Plan => ({
      key: keyOf(addr), ...halvesOf(addr), addr, sites: this.#tracepoints.at(addr), isOfImage: ofImages.has(addr), returns: this.#returnPlaces.has(addr),
      isObserved: this.#extra.has(addr), call: undefined, wrapper: undefined, asOf: -1,
    }));
    // The numbers of system calls last: of each there is one, and of places to return to many.
    this.#machine.socket.notes.familiar = [...[...this.#returnKeys].map((to) => to | 0).filter((to) => !this.#rows.has(to)), ...this.#silent];
    if (isNew) this.#machine.setProbes(all, this.#plans.map((plan) => this.#notedOf(plan)));
  }

  /** Where a call returns to that was made by a pointer, or by a jump at the end of another function: the images do not show it. */
  #returns(key: number): void {
    if (this.#returnKeys.has(key)) return;
    this.#returnsTo(wordOf(key));
    this.#setProbes();
  }

  #returnsTo(addr: bigint): void {
    this.#returnPlaces.add(addr);
    this.#returnKeys.add(keyOf(addr));
  }

  /** Calls that matter: out of functions with live data below RSP, and into the kernel. Where they return to is probed from the start. */
  watchCalls(image: Image, calls: ReadonlyMap<bigint, CallSite>): void {
    const named = new Set(this.#wrappers.values());
    for (const [at, call] of calls) {
      const enters = call.enters && !named.has(call.function);
      if (enters || call.redZoneBytes) this.#calls.set(image, at, { ...call, enters });
      if (enters || (call.target !== undefined && this.#wrappers.get(image, call.target) !== undefined)) this.#returnsTo(call.next);
    }
    this.#setProbes();
  }

  hooks(): MachineHooks {
    return {
      probe: (cpu, n) => this.#probe(this.#comeTo(cpu), this.#plans[n]),
      notes: () => this.#readNotes(),
      deliver: (cpu, event) => this.#deliveries.delivered(this.#comeTo(cpu), event),
      undelivered: (cpu, vector, kind, fault, becomes) => this.#deliveries.undelivered(this.#comeTo(cpu), vector, kind, fault, becomes),
      iret: (cpu, rip, rsp) => this.#deliveries.returned(this.#comeTo(cpu), rip, rsp),
      consoleOut: (byte) => {
        if (this.#byte(KIND['console-output'], byte) && !this.#writing.remaking) this.#writing.record.putConsole(byte);
      },
      ipi: (from, to, vector, mode) => {
        this.#comeTo(from);
        this.#writing.note('ipi', from, (columns) => {
          columns.int(to);
          columns.int(vector);
          columns.name(mode);
        });
      },
      consoleIn: (byte) => void this.#byte(KIND['console-input'], byte),
      packet: (direction, bytes) => {
        this.#writing.note(direction === 'out' ? 'packet-out' : 'packet-in', this.#comeTo(this.#machine.running),
          (columns) => putFrame(columns, frameFields(bytes)));
      },
    };
  }

  /** The client sends a request, or has its answer, after so many nanoseconds. */
  client(kind: 'request' | 'answer', number: number, connection: number, nanoseconds: number): void {
    this.#writing.note(kind, this.#comeTo(this.#machine.running), (columns) => {
      columns.int(number);
      columns.int(connection);
      columns.word(BigInt(nanoseconds));
    });
  }

  /** A frame is given to the cable, and comes to its other end then. */
  onCable(way: Way, frame: Uint8Array, arrivals: readonly number[]): void {
    const kind = way === 'in' ? 'wire-to-guest' : 'wire-to-client';
    this.#writing.note(kind, this.#comeTo(this.#machine.running), (columns) => {
      const fields = frameFields(frame), { cable } = this.#writing.state;
      putFrame(columns, fields);
      columns.word(BigInt(arrivals[0] ?? 0));
      columns.int(arrivals.length);
      columns.int(isSentAgain(cable, way, fields) ? 1 : 0);
    }, (event) => this.#flies(event));
  }

  offCable(way: Way, at: number): void {
    this.#writing.note('wire-end', this.#comeTo(this.#machine.running), (columns) => {
      columns.int(this.#writing.record.terms.numberOf(way === 'in' ? 'guest' : 'client'));
      columns.word(BigInt(at));
    }, (event) => this.#flies(event));
  }

  #flies(event: EventReport): void {
    const { cable } = this.#writing.state;
    cable.flights = afterCable(cable.flights, event);
  }

  #byte(kind: number, byte: number): boolean {
    const columns = this.#writing.begin(kind, this.#comeTo(0));
    if (!columns) return false;
    columns.int(byte);
    this.#writing.told(columns);
    return true;
  }

  /** What is told happens now; what was noted happened before. */
  #comeTo(cpu: number): number {
    this.#read();
    const now = this.#now, machine = this.#machine, { s, quarterCycles } = machine.cpus[cpu];
    now.tick = machine.tick;
    now.cpu = cpu;
    now.cycles = quarterCycles;
    now.instructions = machine.instructions;
    now.root = s[CR3];
    now.selector = s[CS_SELECTOR];
    return cpu;
  }

  /** Takes in what was noted: somebody looks, or something is told. */
  #read(): void {
    if (this.#isReading) return;
    this.#readNotes();
    this.#systemCalls.brief.settle();
  }

  /** The same where there is no more room for notes. In between nothing that is told has happened. */
  #readNotes(): void {
    const { words } = this.#machine.socket.notes, end = words[NOTES_USED];
    if (end === NOTES_FIRST || this.#isReading) return;
    this.#isReading = true;
    try {
      this.#takeIn(words, end);
    } finally {
      words[NOTES_USED] = NOTES_FIRST;
      this.#isReading = false;
    }
  }

  #takeIn(words: Int32Array, end: number): void {
    const now = this.#now, { tick, cpus, socket: { extraTicks, notes } } = this.#machine, low = tick | 0;
    for (let at = NOTES_FIRST; at < end; at += NOTE_WORDS) {
      if (!notes.atOnce) {
        const to = this.#quickNotes.take(words, at, end, this.#plans);
        if (to > at) this.#probedAt = this.#writing.record.probedTo;
        at = to;
      }
      if (at >= end) return;
      this.#systemCalls.brief.settle();
      const head = words[at], cpu = cpuOf(head), kind = kindOf(head);
      now.tick = tick - ((low - words[at + NOTE_TICK]) >>> 0);
      now.cpu = cpu;
      if (kind === NOTE_RSP) {
        now.root = words[at + NOTE_ROOT];
        this.#rspLoaded(cpu, words[at + NOTE_PAIRS], words[at + NOTE_PAIRS + 1], words[at + NOTE_PAIRS + 2], words[at + NOTE_PAIRS + 3]);
      } else if (kind === NOTE_RING) {
        const number = numberOf(head);
        this.#ringChanged(cpu, changedFrom(number), changedTo(number), changedBy(number));
      } else {
        const plan = this.#plans[numberOf(head)], pairs = at + NOTE_PAIRS, { quarterCycles } = cpus[cpu];
        now.cycles = quarterCycles - (((quarterCycles | 0) - words[at + NOTE_CYCLES]) >>> 0);
        now.instructions = now.tick - extraTicks;
        // Only who makes a call is asked for these.
        if (plan.isOfImage) {
          now.root = words[at + NOTE_ROOT];
          now.selector = words[pairs + 3];
        }
        this.#probe(cpu, plan, words, pairs);
      }
    }
  }

  /** How a plan's probe is noted, if all that is wanted of it are registers, or a word that one of them points to. */
  #notedOf({ sites, isOfImage, returns, isObserved, addr }: Plan): Noted | undefined {
    if (isObserved || this.#callsAt.has(addr)) return undefined;
    if (sites.length === 0) {
      if (isOfImage) return returns ? undefined : { first: RSP_SLOT, second: { register: RSP_SLOT, offset: 0 }, familiar: 'second' };
      return returns ? { first: RSP_SLOT } : undefined;
    }
    const [{ kind, nr, ret }] = sites, [step] = ret.steps;
    if (sites.length > 1 || isOfImage || returns || !isRegister(nr) || nr.steps.length > 0) return undefined;
    if (kind === ENTRY) return { first: nr.slot, familiar: 'first' };
    if (kind !== EXIT || !isRegister(ret)) return undefined;
    if (ret.steps.length === 0) return { first: nr.slot, second: { register: ret.slot }, familiar: 'first' };
    return ret.steps.length === 1 && step.load === 8 ? { first: nr.slot, second: { register: ret.slot, offset: step.offset }, familiar: 'first' } : undefined;
  }

  #ringChanged(cpu: number, from: number, to: number, by: number): void {
    if (this.#writing.fresh) {
      this.#writing.beginPage();
      this.#writing.state.on[cpu].ring = to;
    }
    const columns = this.#writing.begin(RING_CHANGE, cpu);
    if (!columns) return;
    columns.int(from);
    columns.int(to);
    columns.int(this.#changes[by]);
    this.#writing.told(columns);
  }

  #rspLoaded(cpu: number, fromLo: number, fromHi: number, toLo: number, toHi: number): void {
    const { coming } = this.#writing.state.on[cpu];
    if (coming?.rsp === keyOfHalves(toLo, toHi) && this.#writing.fresh) {
      const { pid, comm } = coming;
      this.#writing.beginPage();
      this.#writing.state.on[cpu].coming = undefined;
      this.#writing.turn({ tick: this.#now.tick + 1, cpu, pid, comm, switched: coming });
    }
    const isNow = this.#regions.remembers();
    const a = this.#regions.at(fromLo, fromHi, isNow), b = this.#regions.at(toLo, toHi, isNow);
    if (a === b || !b) return;
    const { name, term } = b, from = a ? a.term : this.#noStack;
    if (this.#writing.fresh) {
      this.#writing.beginPage();
      this.#writing.state.on[cpu].stack = name;
    }
    const columns = this.#writing.begin(STACK_SWITCH, cpu);
    if (!columns) return;
    columns.int(from);
    columns.int(term);
    columns.pair(toLo, toHi);
    this.#writing.told(columns);
  }

  // ------------------------------------------------------------------------------------------- new or known

  /** Call after each run: what follows is new. */
  settle(): void {
    this.#read();
    const { remaking, record } = this.#writing;
    if (!remaking) record.frontier = Math.max(record.frontier, this.#machine.tick);
  }

  /** Call when the machine was put to another tick, where it is not halted. */
  restored(): void {
    this.#writing.moved();
    this.#probedAt = -1;
  }

  /**
   * At the end of what was run: what the tracepoint before the next instruction tells is part of this tick, though nothing goes on from here yet. It is
   * told once more when something does.
   */
  look(): void {
    const { record } = this, { tick, current } = this.#machine;
    if (this.#writing.remaking || tick < record.frontier || tick <= record.probedTo || !current.comesNext) return;
    const rip = current.pair(RIP), plan = this.#plans.find(({ addr }) => addr === rip);
    if (!plan) return;
    this.observe({}, () => this.#probe(this.#comeTo(current.number), plan));
    this.restored();
  }

  /** Something comes in from outside, now: the next instruction may be another one than that whose tracepoint was told. @returns whether one was. */
  get hasLooked(): boolean {
    return this.record.probedTo >= this.#machine.tick;
  }

  /** Does something of which nothing is noted. @returns the tasks that were woken, and that ended, meanwhile. */
  touchedIn(work: () => void): { woken: ReadonlySet<number>; ended: ReadonlySet<number> } {
    const { state } = this.record, { counts } = state, woken = new Set<number>(), ended = new Set<number>();
    const into = new Map([[KIND['wake-up'], woken], [KIND.exit, ended]]);
    const sites = this.#plans.flatMap(({ addr, sites: all }) => all.flatMap(({ site, kind }) => {
      const pids = into.get(kind);
      return pids ? [{ addr, site, pids }] : [];
    }));
    const probe = (at: VirtAddr): void => {
      for (const { addr, site, pids } of sites) if (addr === at) pids.add(Number(this.#tracepoints.argument(site, 'pid')));
    };
    this.#writing.remaking = { from: Infinity, to: -1, items: emptyItems(0, counts, this.#names, this.#writing.record.terms), state: carry(state) };
    try {
      this.observe({ addresses: new Set(sites.map(({ addr }) => addr)), probe }, work);
    } finally {
      this.#read();
      this.#writing.remaking = undefined;
    }
    return { woken, ended };
  }

  /** @returns what goes back to this place among the events. */
  keepPlace(): () => void {
    return this.#writing.keepPlace();
  }

  #remake(page: Page, next: Page): Items {
    assert(!this.#writing.remaking, 'a page is made inside another');
    const items = emptyItems(page.from, page.start.counts, this.#names, this.#writing.record.terms);
    const state = carry(page.start, (report) => ({ ...(page.pristine.get(report) ?? report) }), (span) => ({ ...span, end: Infinity }));
    this.#writing.remaking = { from: page.from, to: next.from, items, state };
    this.observe({}, () => {
      const back = this.rerun(page.from, next.from);
      this.#writing.remaking = undefined;
      // There before the way back, which passes events of this page and of others: where it ends, several at one tick may be behind.
      page.items = items;
      this.restored();
      back();
    });
    items.events.seal();
    items.syscalls.seal();
    assert(state.counts.events === next.start.counts.events, `the page from tick ${page.from} came out differently`);
    // What went on beyond the page is known to its end already.
    items.syscalls.adopt((report) => next.start.open.find((open) => open.report.index === report.index && open.report.tick === report.tick)?.report);
    for (const { span } of state.nested) {
      const at = items.interrupts.indexOf(span), known = next.start.nested.find((nested) => nested.span.start === span.start);
      if (at >= 0 && known) items.interrupts[at] = known.span;
    }
    return items;
  }

  // ------------------------------------------------------------------------------------------- where things are

  /** The stack that an address is part of. A program's own lies in its address space: the one that is loaded, where none is named. */
  regionOf(at: VirtAddr, tick: Tick = this.#machine.tick, space = this.#symbols.space?.id): StackRegion | undefined {
    return this.#writing.record.regions.findLast((one) => at > one.low - 1n && at <= one.high && one.from <= tick && tick <= one.to &&
      (one.space === 0 || one.space === space));
  }

  /** What begins there in the image that is mapped now. */
  #resolve(plan: Plan): void {
    const isNow = this.#regions.remembers();
    if (isNow && plan.asOf === this.#regions.version) return;
    const image = this.#symbols.imageAt(plan.addr, () => this.#regions.space);
    plan.call = image && this.#calls.get(image, plan.addr);
    plan.wrapper = image && this.#wrappers.get(image, plan.addr);
    plan.asOf = isNow ? this.#regions.version : -1;
  }

  /** Is there a system call of that name? */
  knows(name: string): boolean {
    return [...this.#rows.values()].some((row) => row.name === name);
  }

  /** Who is on a CPU at a tick; without one, on the CPU whose turn it is. */
  task(tick: Tick, cpu = this.#machine.running): { pid: number; comm: string } {
    return this.record.task(tick, cpu);
  }

  // ------------------------------------------------------------------------------------------- probes

  /** @param words what was noted, from `at` on: two pairs. Without it the machine is asked. */
  #probe(cpu: number, plan: Plan, words?: Int32Array, at = 0): void {
    const { tick } = this.#now;
    if (tick !== this.#probedAt) {
      this.#probedAt = tick;
      const record = this.#writing.record;
      const fresh = this.#writing.remaking ? this.#writing.fresh : tick > record.probedTo;
      if (!this.#writing.remaking && fresh) record.probedTo = tick;
      this.#writing.probing = true;
      if (fresh) this.#writing.beginPage();
      if (words && plan.sites.length > 0) this.#notedSite(cpu, plan.sites[0], fresh, words, at);
      else for (const site of plan.sites) this.#tracepoints.passed(cpu, site, fresh);
      if (plan.isOfImage) this.#resolve(plan);
      const { call, wrapper } = plan;
      if (call !== undefined && call.redZoneBytes !== 0) this.#redZones.call(cpu, call);
      if (fresh && (plan.returns || wrapper !== undefined || call?.enters)) this.#library(plan, words, at);
      this.#writing.probing = false;
    }
    if (plan.isObserved) this.#writing.observer.probe?.(plan.addr);
  }

  /** A libc function begins, calls the kernel or has returned. */
  #library({ returns, wrapper, call, key }: Plan, words: Int32Array | undefined, at: number): void {
    const calls = this.#systemCalls, values = this.#values;
    if (words) {
      if (returns) calls.returned(key, words[at], words[at + 1]);
      if (wrapper !== undefined) calls.called(wrapper, words[at], words[at + 1], words[at + 2], words[at + 2] >> 31);
      return;
    }
    const { s } = this.#machine.current, lo = s[RSP_SLOT], hi = s[RSP_SLOT + 1];
    if (returns) calls.returned(key, lo, hi);
    if (wrapper !== undefined) {
      values.register(RSP_SLOT);
      if (values.load(8, false)) calls.called(wrapper, lo, hi, values.lo, values.hi);
    }
    if (call?.enters) calls.begin(call.function, keyOf(call.next), lo, hi);
  }

  /** The number of a system call, and its result. */
  #notedSite(cpu: number, { site, kind }: Site, fresh: boolean, words: Int32Array, at: number): void {
    if (!fresh) {
      if (!this.#writing.remaking) this.#writing.again(kind);
    } else if (kind === EXIT) this.#systemCalls.ended(cpu, words[at], words[at + 2], words[at + 3]);
    else this.#systemCalls.entered(cpu, words[at], site);
  }

}

const isRegister = ({ slot, lo, hi, bits }: Site['nr']): boolean => slot >= 0 && (lo | hi) === 0 && bits === 64;
