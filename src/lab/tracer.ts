/**
 * Notes what happens, from the machine's hooks and the guest's tracepoints: when a stretch is run for the first time, and
 * again when its page of the record was forgotten. The lab knows no kernel function by name; it reads the names and arguments
 * that tracepoints carry.
 */
import { assert } from '../base/assert.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import type { TracepointSite } from '../formats/debug-info.ts';
import { EVENTS, KIND, EVENT_KINDS, KIND_OF_SITE, type Names } from '../link/events.ts';
import {
  changedBy, changedFrom, changedTo, cpuOf, kindOf, NOTE_CYCLES, NOTE_PAIRS, NOTE_RING, NOTE_ROOT, NOTE_RSP, NOTE_TICK, NOTE_WORDS, NOTES_FIRST, NOTES_USED,
  numberOf, RING_CHANGES, type Noted,
} from '../machine/cpu/notes.ts';
import { CR2, CR3, CS_SELECTOR, RBP_SLOT, RIP, RSP_SLOT } from '../machine/cpu/state.ts';
import type { DeliverEvent } from '../machine/cpu/hooks.ts';
import type { Machine, MachineHooks } from '../machine/machine.ts';
import { PF, VECTORS } from '../isa/registers.ts';
import type { EventReport } from '../link/reports.ts';
import type { SyscallRow } from '../toolchain/syscall-table.ts';
import { lockTypeAt } from './lock-layouts.ts';
import { afterLock, lockText, waitCycle, type LockEvent, type LockNote } from './locks.ts';
import { afterCable, isSentAgain, type Way } from './cable.ts';
import { CallTexts } from './call-texts.ts';
import { frameFields, putFrame } from './frame-fields.ts';
import type { Image } from './images.ts';
import { physicalAt } from './memory.ts';
import { ByImage, type CallSite, type Plan, type Site } from './probe-plan.ts';
import { carry, emptyItems, Record, softirqsOn, RECORD_LIMITS, type Items, type Page, type StackRegion, type TaskTurn } from './record.ts';
import { QuickNotes } from './quick-notes.ts';
import { RedZones } from './red-zones.ts';
import { halvesOf, keyOf, keyOfHalves, NOTHING, readerOf, Values, wordOf } from './site-reader.ts';
import { Spaces } from './spaces.ts';
import { StackRegions } from './stack-regions.ts';
import { stackKind, stackName } from './stack-kinds.ts';
import type { Symbols } from './symbols.ts';
import { SystemCalls, type Now } from './system-calls.ts';
import { constantName, resultText, textAt, traceValue } from './trace-text.ts';
import { wantedOf, Writing, type Observer } from './writing.ts';

/** The events that notes become. */
const RING_CHANGE = KIND['ring-change'], STACK_SWITCH = KIND['stack-switch'], ENTRY = KIND['syscall-entry'], EXIT = KIND['syscall-exit'];
const NOTED_KINDS = [RING_CHANGE, STACK_SWITCH, ENTRY, EXIT];
const NO_SITES: readonly Site[] = [];
/** So far below a stack an address is told to belong to it: a page that is left out there. */
const GUARD_BYTES = 4096n;
/** What a task's wait can mean; told after it, at the same tick. */
const WAITING = [KIND['self-wait'], KIND['wait-cycle']];

export class Tracer {
  readonly #machine: Machine;
  readonly #symbols: Symbols;
  readonly #rows: ReadonlyMap<number, SyscallRow>;
  /** Names of values, by the names of the sets. */
  readonly #sets: SyscallRow['sets'];
  readonly #values: Values;
  readonly #names: Names;
  readonly #sites = new Map<bigint, Site[]>();
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
  /** What kind of lock each site tells of. */
  readonly #lockTypes = new Map<TracepointSite, string>();
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
      told: (columns) => this.#writing.told(columns), argument: (site, name) => this.#argument(site, name), returnsTo: (key) => this.#returns(key),
    });
    this.#quickNotes = new QuickNotes(machine, writing, this.#now, this.#regions, this.#systemCalls, this.#changes, this.#noStack);
    const { types, tracepoints } = symbols.kernel.debug;
    for (const site of tracepoints) {
      const kind = KIND_OF_SITE.get(site.name);
      const readers = new Map(site.args.map((argument) => [argument.name, readerOf(types, argument)]));
      const made = { site, kind: kind === undefined ? -1 : KIND[kind], readers, nr: readers.get('nr') ?? NOTHING, ret: readers.get('ret') ?? NOTHING };
      this.#sites.set(site.addr, [...(this.#sites.get(site.addr) ?? []), made]);
      const type = lockTypeAt(symbols.kernel, site);
      if (type !== undefined) this.#lockTypes.set(site, type);
    }
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
    const all = [...new Set<bigint>([...this.#sites.keys(), ...this.#wrappers.addresses(), ...this.#extra, ...this.#returnPlaces, ...this.#calls.addresses()])];
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
      key: keyOf(addr), ...halvesOf(addr), addr, sites: this.#sites.get(addr) ?? NO_SITES, isOfImage: ofImages.has(addr), returns: this.#returnPlaces.has(addr),
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
      deliver: (cpu, event) => this.#deliver(this.#comeTo(cpu), event),
      undelivered: (cpu, vector, kind, fault, becomes) => this.#undelivered(this.#comeTo(cpu), vector, kind, fault, becomes),
      iret: (cpu, rip, rsp) => this.#iret(this.#comeTo(cpu), rip, rsp),
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
      this.#setTask({ tick: this.#now.tick + 1, cpu, pid, comm, switched: coming });
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
      for (const { addr, site, pids } of sites) if (addr === at) pids.add(Number(this.#argument(site, 'pid')));
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
      else for (const site of plan.sites) this.#tracepoint(cpu, site, fresh);
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

  text(at: bigint, limit = 64): string {
    return textAt(this.#machine, at, limit) ?? '';
  }

  #argument(site: TracepointSite, name: string): bigint {
    const argument = site.args.find((arg) => arg.name === name);
    return argument ? traceValue(this.#machine, this.#symbols.kernel.debug.types, argument) : 0n;
  }

  #tracepoint(cpu: number, found: Site, fresh: boolean): void {
    const { site, kind, readers, nr: nrOf, ret } = found;
    if (!fresh) {
      if (kind < 0 || this.#writing.remaking) return;
      this.#writing.again(kind);
      if (kind === KIND['contention-begin']) for (const more of WAITING) this.#writing.againIfNext(more);
      return;
    }
    const values = this.#values;
    if (kind === EXIT) {
      const nr = values.read(nrOf);
      values.read(ret);
      this.#systemCalls.ended(cpu, nr, values.lo, values.hi);
      return;
    }
    if (kind === ENTRY) {
      this.#systemCalls.entered(cpu, values.read(nrOf), site);
      return;
    }
    const value = (name: string): bigint => this.#argument(site, name);
    const number = (name: string): number => {
      const reader = readers.get(name);
      return reader ? values.read(reader) : 0;
    };
    const record = this.#writing.record, state = this.#writing.state, tick = this.#now.tick;
    switch (site.name) {
      case 'sched_switch': {
        const on = state.on[cpu], { task } = on, pid = number('next_pid'), comm = this.text(value('next_comm'), 16), { current: now } = this.#machine;
        const fields = { from: task.pid, to: pid, state: number('prev_state'), fromComm: task.comm, toComm: comm, rip: site.addr, rsp: now.pair(RSP_SLOT),
          rbp: now.pair(RBP_SLOT), root: now.s[CR3] & -4096 };
        this.#writing.note('context-switch', cpu, (columns) => {
          columns.int(fields.from);
          columns.int(fields.to);
          columns.int(fields.state);
          columns.name(fields.fromComm);
          columns.name(fields.toComm);
          columns.word(fields.rip);
          columns.word(fields.rsp);
          columns.word(fields.rbp);
          columns.int(fields.root);
        });
        on.coming = { pid, comm, rsp: keyOf(value('next_sp')), fields };
        this.#systemCalls.attribute();
        break;
      }
      case 'need_resched': {
        const asked = state.on.find(({ task }) => task.pid === number('pid'));
        if (asked) asked.isAsked = asked.task.pid !== 0;
        this.#plain(cpu, found);
        break;
      }
      case 'softirq_entry':
        state.counts.add(state.counts.keys.numberOf(softirqsOn(cpu)));
        state.on[cpu].softirq = { start: tick, label: this.#names.softirq(number('vec')), kind: 'softirq' };
        this.#plain(cpu, found);
        break;
      case 'softirq_exit':
        state.on[cpu].softirq = undefined;
        this.#plain(cpu, found);
        break;
      case 'sched_entry':
        state.on[cpu].isAsked = false;
        this.#plain(cpu, found);
        break;
      case 'sched_process_exit':
        this.#systemCalls.exit(number('pid'));
        this.#plain(cpu, found);
        break;
      case 'task_rename':
        if (number('pid') === state.on[cpu].task.pid) this.#setTask({ tick, cpu, pid: state.on[cpu].task.pid, comm: this.text(value('comm'), 16) });
        break;
      case 'run_mode': {
        // The entry code sets the mode of the task it runs for.
        const mode = state.on[cpu].mode = { tick, cpu, pid: state.on[cpu].task.pid, mode: number('mode') };
        this.#writing.items.modes.push(mode);
        record.knownModes.add(mode.mode);
        break;
      }
      case 'contention_begin':
        this.#lock(cpu, site, 'contention-begin', value('lock'), '', false, number('flags'));
        this.#waits(cpu, value('lock'));
        break;
      case 'contention_end': this.#lock(cpu, site, 'contention-end', value('lock'), ''); break;
      case 'lock_acquire': this.#lock(cpu, site, 'lock-acquire', value('lock'), this.text(value('name')), value('read') !== 0n); break;
      case 'lock_acquired': this.#lock(cpu, site, 'lock-acquired', value('lock'), this.text(value('name'))); break;
      case 'lock_release': this.#lock(cpu, site, 'lock-release', value('lock'), this.text(value('name'))); break;
      case 'panic':
        this.#writing.note('panic', cpu, (columns) => {
          columns.name(this.text(value('message'), 128));
          columns.name(this.#within(cpu));
        });
        break;
      // These stay known when their page is forgotten.
      case 'stack_region':
        if (!this.#writing.remaking) {
          const low = BigInt.asUintN(64, value('low')), high = BigInt.asUintN(64, value('high'));
          const kind = stackKind(number('kind'));
          record.regions.push({ ...kind, low, high, lowKey: keyOf(low), highKey: keyOf(high), term: record.terms.numberOf(kind.name), pid: number('pid'),
            // One in the kernel's half is in all spaces.
            space: kind.kind === 'user' && keyOf(low) >= 0 ? (record.spaces.of(value('mm'))?.id ?? 0) : 0, from: tick, to: Infinity });
          this.#regions.forget();
        }
        break;
      case 'stack_release': {
        const region = record.regions.findLast(({ low, to }) => low === BigInt.asUintN(64, value('low')) && to === Infinity);
        if (region && !this.#writing.remaking) region.to = tick;
        this.#regions.forget();
        break;
      }
      case 'mm_alloc':
      case 'mm_release':
      case 'vma_map':
      case 'vma_unmap':
      case 'exit_mmap':
      case 'sched_process_exec':
        if (!this.#writing.remaking) {
          this.#mapping(site.name, value);
          if (site.name === 'sched_process_exec') this.record.exec(this.text(value('filename'), 256), this.#writing.state.on[cpu].task.pid);
        }
        if (kind >= 0) this.#plain(cpu, found);
        break;
      default:
        if (kind >= 0) this.#plain(cpu, found);
        break;
    }
  }

  /** An event of which nothing else has to be known: the row's fields are the tracepoint's arguments of the same names. */
  #plain(cpu: number, { kind, site, readers }: Site): void {
    const what = EVENT_KINDS[kind];
    this.#writing.note(what, cpu, (columns) => {
      for (const [name, how] of Object.entries(EVENTS[what].fields)) {
        const reader = readers.get(name);
        assert(reader, `${what}: tracepoint ${site.name} has no argument ${name}`);
        if (how === 'int') columns.int(this.#values.read(reader));
        else if (how === 'word' || how === 'long') columns.word(this.#argument(site, name));
        else if (how === 'name') columns.name(this.text(this.#argument(site, name)));
        else assert(false, `${what}: the tracer must say what ${name} is`);
      }
    });
  }

  /** The map of an address space changes. */
  #mapping(what: string, value: (name: string) => bigint): void {
    const { spaces } = this.#writing.record, { tick } = this.#machine, mm = value('mm');
    if (what === 'mm_alloc') {
      const root = physicalAt(this.#machine, BigInt.asUintN(64, value('pgd'))), user = value('user_pgd');
      spaces.create(mm, root, user ? physicalAt(this.#machine, BigInt.asUintN(64, user)) : root, this.#symbols.space);
    }
    const space = spaces.of(mm);
    this.#regions.forget();
    if (!space) return;
    if (what === 'mm_release') space.to = tick;
    if (what === 'vma_map') space.map(value('start'), value('end'), value('inode'), tick);
    if (what === 'vma_unmap') space.unmap(value('start'), value('end'), tick);
    if (what === 'exit_mmap') space.unmap(0n, 1n << 63n, tick);
    if (what === 'sched_process_exec' && value('inode') !== 0n) space.programs.set(value('inode'), this.text(value('filename'), 256));
  }

  #setTask(task: TaskTurn): void {
    const on = this.#writing.state.on[task.cpu];
    on.task = task;
    on.isAsked = false;
    this.#writing.items.tasks.push(task);
  }

  #lock(cpu: number, site: TracepointSite, what: LockEvent, lock: bigint, told: string, read = false, flags = 0): void {
    const { lockNames } = this.#writing.record, state = this.#writing.state;
    const name = told || (lockNames.get(lock) ?? '');
    lockNames.set(lock, name);
    const { pid, comm } = state.on[cpu].task;
    const note: LockNote = { tick: this.#machine.tick, what, lock, name, type: this.#lockTypes.get(site) ?? '', pid, comm, read, flags };
    const text = lockText(note, state.locks);
    this.#writing.items.locks.push(note);
    state.locks = afterLock(state.locks, note);
    this.#writing.note(what, cpu, (columns) => {
      columns.word(lock);
      columns.name(name);
      columns.int(pid);
      columns.name(text);
    });
  }

  // ------------------------------------------------------------------------------------------- events of the machine

  #deliver(cpu: number, event: DeliverEvent): void {
    const { vector, kind } = event;
    const { tick } = this.#now, name = deliveryName(event);
    const fresh = this.#writing.fresh;
    if (fresh) this.#writing.beginPage();
    const told = kind === 'interrupt' ? 'interrupt' : 'exception';
    this.#writing.note(told, cpu, (columns) => {
      const { counts } = this.#writing.state;
      counts.add(counts.keys.numberOf(`${told} ${vector}`));
      columns.int(vector);
      columns.int(event.fromCpl);
      columns.word(event.fromRip);
      columns.word(event.oldRsp);
      columns.word(event.frame);
      columns.name(event.stack);
      columns.maybeInt(event.error);
      columns.maybeWord(event.cr2);
      columns.name(this.#symbols.name(event.fromRip) ?? event.fromRip.toString(16));
    });
    if (fresh) {
      const state = this.#writing.state, items = this.#writing.items;
      const pushed = this.#machine.peek(event.frame, event.frameBytes);
      items.frames.push({ tick, at: event.frame, bytes: event.frameBytes, name, words: pushed ? Array.from(new BigUint64Array(pushed.buffer)) : [] });
      const span = { start: tick, end: Infinity, name, kind: kind === 'interrupt' ? 'interrupt' as const : 'fault' as const };
      items.interrupts.push(span);
      // What a task's own fault costs is that task's.
      const { pid } = state.on[cpu].task;
      state.nested.push({ rip: event.fromRip, rsp: event.oldRsp, task: pid, pid: kind === 'interrupt' ? pid : -1, span });
      if (kind === 'interrupt') this.#systemCalls.attribute();
    }
    if (event.stack === 'same') this.#redZones.frame(cpu, event, name);
  }

  /** Whom does the task wait for, over all that its holders wait for? */
  #waits(cpu: number, lock: bigint): void {
    const { state, record } = this.#writing, { pid } = state.on[cpu].task, tasks = waitCycle(state.locks, pid);
    if (tasks === 0) return;
    this.#writing.note(tasks === 1 ? 'self-wait' : 'wait-cycle', cpu, (columns) => {
      columns.word(lock);
      columns.name(record.lockNames.get(lock) ?? '');
      columns.int(pid);
      if (tasks > 1) columns.int(tasks);
    });
  }

  /** Whose stack an address is in, or just below. */
  #stackAt(at: VirtAddr): string {
    const within = this.regionOf(at), above = within ?? this.regionOf(at + GUARD_BYTES);
    return within ? `, in the ${stackName(within)}` : above ? `, below the ${stackName(above)}` : '';
  }

  /** What a CPU is in the middle of, the newest first: `, in #PF at 7ffe1000, in the stack of 3, not mapped here, in interrupt 253`. */
  #within(cpu: number): string {
    const { nested, on } = this.#writing.state, cr2 = this.#machine.cpus[cpu].pair(CR2);
    const fault = deliveryName({ kind: 'exception', vector: PF }), names = nested.filter(({ task }) => task === on[cpu].task.pid).map(({ span }) => span.name);
    // CR2 is the last one's.
    const last = names.lastIndexOf(fault), mapped = this.#machine.peek(cr2, 1, cpu) === null ? ', not mapped here' : '';
    return names.map((name, n) => `, in ${name}${n === last ? ` at ${cr2.toString(16)}${this.#stackAt(cr2)}${mapped}` : ''}`).toReversed().join('');
  }

  #undelivered(cpu: number, vector: number, kind: DeliverEvent['kind'], fault: number, becomes: number): void {
    if (this.#writing.fresh) this.#writing.beginPage();
    const name = (one: number): string => deliveryName({ kind: 'exception', vector: one });
    this.#writing.note('delivery-fault', cpu, (columns) => {
      columns.int(vector);
      columns.int(fault);
      columns.int(becomes);
      const cr2 = fault === PF ? this.#machine.cpus[cpu].pair(CR2) : undefined;
      columns.maybeWord(cr2);
      const where = cr2 === undefined ? '' : ` at ${cr2.toString(16)}${this.#stackAt(cr2)}`;
      columns.name(`${deliveryName({ kind, vector })} cannot be delivered: ${name(fault)}${where}, so ${becomes < 0 ? 'shutdown' : name(becomes)}`);
    });
    if (kind === 'interrupt') this.#writing.note('interrupt-lost', cpu, (columns) => columns.int(vector));
    if (becomes < 0) this.#writing.note('triple-fault', cpu, (columns) => columns.int(fault));
  }

  #iret(cpu: number, rip: bigint, rsp: bigint): void {
    if (!this.#writing.fresh) {
      if (!this.#writing.remaking) this.#writing.againIfNext(KIND['resched-ignored']);
      return;
    }
    this.#writing.beginPage();
    const state = this.#writing.state;
    const at = state.nested.findLastIndex((one) => one.rip === rip && one.rsp === rsp && one.task === state.on[cpu].task.pid);
    if (at < 0) return;
    const { task, isAsked } = state.on[cpu];
    if (isAsked && state.nested[at].span.kind === 'interrupt') this.#writing.note('resched-ignored', cpu, (columns) => columns.int(task.pid));
    for (const { span } of state.nested.splice(at)) span.end = this.#machine.tick;
    this.#systemCalls.attribute();
  }
}

const isRegister = ({ slot, lo, hi, bits }: Site['nr']): boolean => slot >= 0 && (lo | hi) === 0 && bits === 64;

/** `#PF`, `interrupt 236`. */
export const deliveryName = ({ kind, vector }: Pick<DeliverEvent, 'kind' | 'vector'>): string =>
  (kind === 'interrupt' ? `interrupt ${vector}` : VECTORS[vector]?.mnemonic ?? `vector ${vector}`);
