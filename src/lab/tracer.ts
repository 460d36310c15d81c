/**
 * Notes what happens, from the machine's hooks and the guest's tracepoints: when a stretch is run for the first time, and
 * again when its page of the record was forgotten. The lab knows no kernel function by name; it reads the names and arguments
 * that tracepoints carry.
 */
import { assert } from '../base/assert.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import type { TraceArgument, TracepointSite } from '../formats/debug-info.ts';
import type { EventKind, EventReport, SyscallReport } from '../link/reports.ts';
import { CS_SELECTOR, RSP_SLOT } from '../machine/cpu/state.ts';
import type { DeliverEvent } from '../machine/cpu/hooks.ts';
import type { Machine, MachineHooks } from '../machine/machine.ts';
import { VECTORS } from '../isa/registers.ts';
import type { SyscallRow } from '../toolchain/build.ts';
import { afterLock, lockText, type LockEvent, type LockNote } from './locks.ts';
import { carry, emptyItems, lastAt, Record, RECORD_LIMITS, type Carried, type Items, type Page, type StackRegion } from './record.ts';
import type { Image } from './images.ts';
import { physicalAt } from './memory.ts';
import { Spaces } from './spaces.ts';
import type { Symbols } from './symbols.ts';
import { callText, resultText, textAt, traceValue } from './trace-text.ts';

/** A call or SYSCALL instruction of the application or its library. */
export interface CallSite {
  function: string;
  next: VirtAddr;
  /** It leads into the kernel. */
  enters: boolean;
  /** Live data that its function keeps below RSP, and that it overwrites with a return address. */
  redZoneBytes: number;
}

/** Told of what happens while something runs. */
export interface Observer {
  /** Where it wants to be asked before an instruction, besides our own probes. */
  addresses?: ReadonlySet<VirtAddr>;
  probe?: (addr: VirtAddr) => void;
  /** Each event, new or replayed. `atProbe`: its instruction has not run yet, so a run that continues here meets it again. */
  event?: (event: EventReport, atProbe: boolean) => void;
}

/** Tracepoints that are events; the others only tell the lab where things are. */
const SITE_EVENTS: Readonly<{ [name: string]: EventKind }> = {
  sys_enter: 'syscall-entry', sys_exit: 'syscall-exit', sched_switch: 'context-switch', sched_wakeup: 'wake-up', lock_acquire: 'lock-acquire', lock_acquired: 'lock-acquired', lock_release: 'lock-release',
  contention_begin: 'contention-begin', contention_end: 'contention-end', panic: 'panic',
};

/** Something known of addresses of images: it holds wherever that image is mapped, and nowhere else. */
class ByImage<T> {
  readonly #images = new Map<Image, Map<VirtAddr, T>>();

  set(image: Image, addr: VirtAddr, value: T): void {
    const known = this.#images.get(image);
    if (known) known.set(addr, value);
    else this.#images.set(image, new Map([[addr, value]]));
  }

  get(image: Image | undefined, addr: VirtAddr): T | undefined {
    return image && this.#images.get(image)?.get(addr);
  }

  addresses(): VirtAddr[] {
    return [...this.#images.values()].flatMap((known) => [...known.keys()]);
  }

  values(): T[] {
    return [...this.#images.values()].flatMap((known) => [...known.values()]);
  }
}

export class Tracer {
  readonly #machine: Machine;
  readonly #symbols: Symbols;
  readonly #rows: ReadonlyMap<number, SyscallRow>;
  #record: Record;
  readonly #sites = new Map<bigint, TracepointSite[]>();
  /** First instructions of the libc functions that are named like system calls. */
  readonly #wrappers = new ByImage<string>();
  readonly #calls = new ByImage<CallSite>();
  /** Return addresses of calls seen so far: they stay probed, so a replay finds the same ends. */
  readonly #returnPlaces = new Set<bigint>();
  #extra: ReadonlySet<bigint> = new Set();
  #probed = '';
  #observer: Observer = {};
  /** Runs from one tick to another. @returns what brings the machine back to where it was. */
  rerun: (from: Tick, to: Tick) => () => void = () => () => undefined;
  /** A page that is being made again, in place of the record's end. */
  #remaking: { from: Tick; to: Tick; items: Items; state: Carried } | undefined;
  /** In a replay: the page, and which of its events comes next. Undefined: to be found by the next event's tick. */
  #cursor: { page: Page; at: number } | undefined;
  #probing = false;
  /** Last tick probed since the machine was put somewhere: an instruction that is looked up twice tells once. */
  #probedAt: Tick = -1;

  constructor(machine: Machine, symbols: Symbols, rows: readonly SyscallRow[], limits = RECORD_LIMITS) {
    this.#machine = machine;
    this.#symbols = symbols;
    this.#rows = new Map(rows.map((row) => [row.nr, row]));
    this.#record = new Record(limits, new Spaces(() => machine.tick));
    this.#record.remake = (page, next) => this.#remake(page, next);
    for (const site of symbols.kernel.debug.tracepoints) {
      this.#sites.set(site.addr, [...(this.#sites.get(site.addr) ?? []), site]);
    }
    for (const { name } of rows) {
      for (const { domain, image, low } of symbols.findAll(`libc:${name}`)) if (domain === 'libc') this.#wrappers.set(image, low, name);
    }
    this.#setProbes();
  }

  get record(): Record {
    return this.#record;
  }
  set record(record: Record) {
    this.#record = record;
    this.#cursor = undefined;
  }

  /** Does something while somebody else is told what happens. Addresses stay probed until another observer names others. */
  observe<T>(observer: Observer, work: () => T): T {
    const outer = this.#observer;
    this.#observer = observer;
    if (observer.addresses && observer.addresses !== this.#extra) {
      this.#extra = observer.addresses;
      this.#setProbes();
    }
    try {
      return work();
    } finally {
      this.#observer = outer;
    }
  }

  #setProbes(): void {
    const all = [...new Set<bigint>([...this.#sites.keys(), ...this.#wrappers.addresses(), ...this.#extra, ...this.#returnPlaces, ...this.#calls.addresses()])];
    const key = all.map(String).toSorted().join();
    // Decoded code is forgotten when the probes change.
    if (key === this.#probed) return;
    this.#probed = key;
    this.#machine.setProbes(all);
  }

  /** Calls that matter: out of functions with live data below RSP, and into the kernel. */
  watchCalls(image: Image, calls: ReadonlyMap<bigint, CallSite>): void {
    const named = new Set(this.#wrappers.values());
    for (const [at, call] of calls) {
      const enters = call.enters && !named.has(call.function);
      if (enters || call.redZoneBytes) this.#calls.set(image, at, { ...call, enters });
    }
    this.#setProbes();
  }

  hooks(): MachineHooks {
    const text = (byte: number): string => (byte >= 32 && byte < 127 ? `'${String.fromCharCode(byte)}'` : `byte ${byte}`);
    return {
      probe: (_cpu, addr) => this.#probe(addr),
      ring: (_cpu, from, to, by) => {
        if (this.#fresh) {
          this.#beginPage();
          this.#state.ring = to;
        }
        this.#event('ring-change', () => ({ text: `ring ${from} to ring ${to} by ${by === 'deliver' ? 'an event' : by}`, fields: { from, to, by } }));
      },
      deliver: (_cpu, event) => this.#deliver(event),
      iret: (_cpu, rip, rsp) => this.#iret(rip, rsp),
      rspLoad: (_cpu, from, to) => {
        const a = this.regionOf(from), b = this.regionOf(to);
        if (a === b || !b) return;
        const name = stackName(b.kind);
        if (this.#fresh) {
          this.#beginPage();
          this.#state.stack = name;
        }
        this.#event('stack-switch', () => ({ text: `${a ? stackName(a.kind) : 'no known'} stack to ${name} stack`, fields: { from: a ? stackName(a.kind) : '', to: name, rsp: to } }));
      },
      consoleOut: (byte) => {
        if (this.#event('console-output', () => ({ text: text(byte), fields: { byte } })) && !this.#remaking) this.record.putConsole(byte);
      },
      consoleIn: (byte) => void this.#event('console-input', () => ({ text: text(byte), fields: { byte } })),
    };
  }

  // ------------------------------------------------------------------------------------------- new or known

  /** Is this step to be noted? For probes, which come before it, see `#probe`. */
  get #fresh(): boolean {
    const { tick } = this.#machine;
    return this.#remaking ? tick >= this.#remaking.from && tick < this.#remaking.to : tick >= this.record.frontier;
  }

  get #state(): Carried {
    return this.#remaking?.state ?? this.record.state;
  }

  get #items(): Items {
    return this.#remaking?.items ?? this.record.writable(this.#machine.tick);
  }

  /** A page begins before anything of its first tick is noted. */
  #beginPage(): void {
    if (!this.#remaking) this.record.writable(this.#machine.tick);
  }

  /** Call after each run: what follows is new. */
  settle(): void {
    if (!this.#remaking) this.record.frontier = Math.max(this.record.frontier, this.#machine.tick);
  }

  /** Call when the machine was put to another tick, where it is not halted. */
  restored(): void {
    this.#cursor = undefined;
    this.#probedAt = -1;
  }

  #locate(tick: Tick): { page: Page; at: number } {
    const { pages } = this.record;
    const page = pages[this.record.pageAt(tick)];
    if (this.#cursor?.page !== page || this.#cursor.page.items === undefined) this.#cursor = { page, at: lastAt(page.items?.events ?? [], tick - 1, (event) => event.tick) + 1 };
    return this.#cursor;
  }

  /** @returns whether it was noted now. */
  #event(kind: EventKind, make: () => Pick<EventReport, 'text' | 'fields'>): boolean {
    const { record } = this;
    const { tick } = this.#machine;
    if (this.#remaking) {
      if (this.#fresh) this.#put({ index: this.#state.counts.get('events') ?? 0, tick, kind, ...make() });
      return this.#fresh;
    }
    const cursor = tick <= record.lastEvent ? this.#locate(tick) : undefined;
    if (cursor && (cursor.page !== record.last || cursor.at < (cursor.page.items?.events.length ?? 0))) {
      this.#again(kind, cursor);
      return false;
    }
    const event = { index: record.total('events'), tick, kind, ...make() };
    this.#put(event);
    record.lastEvent = tick;
    this.#cursor = { page: record.last, at: record.last.items?.events.length ?? 0 };
    this.#observer.event?.(event, this.#probing);
    return true;
  }

  #put(event: EventReport): void {
    this.#items.events.push(event);
    const { counts } = this.#state;
    const add = (key: string): Map<string, number> => counts.set(key, (counts.get(key) ?? 0) + 1);
    add('events');
    add(event.kind);
    const { name, vector } = event.fields;
    if (event.kind === 'syscall-entry') add(`syscall-entry ${name}`);
    if (vector !== undefined) add(`${event.kind} ${vector}`);
  }

  /** The event that is known to come next, in a replay. */
  #again(kind: EventKind, cursor = this.#locate(this.#machine.tick)): void {
    const event = cursor.page.items?.events[cursor.at++];
    // A forgotten page: whoever wants its events loads it before.
    if (!event) return;
    assert(event.kind === kind && event.tick === this.#machine.tick, `replay differs: ${kind} at tick ${this.#machine.tick}, not ${event.kind} at ${event.tick}`);
    this.#observer.event?.(event, this.#probing);
  }

  #remake(page: Page, next: Page): Items {
    assert(!this.#remaking, 'a page is made inside another');
    const items = emptyItems();
    const state = carry(page.start, (report) => ({ ...(page.pristine.get(report) ?? report) }), (span) => ({ ...span, end: Infinity }));
    this.#remaking = { from: page.from, to: next.from, items, state };
    this.observe({}, () => {
      const back = this.rerun(page.from, next.from);
      this.#remaking = undefined;
      // There before the way back, which passes events of this page and of others: where it ends, several at one tick may be behind.
      page.items = items;
      this.restored();
      back();
    });
    assert(state.counts.get('events') === next.start.counts.get('events'), `the page from tick ${page.from} came out differently`);
    // What went on beyond the page is known to its end already.
    for (const { report } of state.open) {
      const at = items.syscalls.indexOf(report), known = next.start.open.find((open) => open.report.index === report.index && open.report.tick === report.tick);
      if (at >= 0 && known) items.syscalls[at] = known.report;
    }
    for (const { span } of state.nested) {
      const at = items.interrupts.indexOf(span), known = next.start.nested.find((nested) => nested.span.start === span.start);
      if (at >= 0 && known) items.interrupts[at] = known.span;
    }
    return items;
  }

  // ------------------------------------------------------------------------------------------- where things are

  regionOf(at: VirtAddr, tick: Tick = this.#machine.tick): StackRegion | undefined {
    const space = this.#symbols.space?.id;
    return this.record.regions.findLast((one) => at > one.low - 1n && at <= one.high && one.from <= tick && tick <= one.to && (one.space === 0 || one.space === space));
  }

  /** Is there a system call of that name? */
  knows(name: string): boolean {
    return [...this.#rows.values()].some((row) => row.name === name);
  }

  task(tick: Tick): { pid: number; comm: string } {
    return this.record.task(tick);
  }

  // ------------------------------------------------------------------------------------------- probes

  #probe(addr: bigint): void {
    const { tick } = this.#machine;
    if (tick !== this.#probedAt) {
      this.#probedAt = tick;
      const fresh = this.#remaking ? this.#fresh : tick > this.record.probedTo;
      if (!this.#remaking) this.record.probedTo = Math.max(this.record.probedTo, tick);
      this.#probing = true;
      if (fresh) this.#beginPage();
      for (const site of this.#sites.get(addr) ?? []) this.#tracepoint(site, fresh);
      const image = this.#symbols.imageAt(addr), call = this.#calls.get(image, addr);
      if (call?.redZoneBytes) this.#callOverRedZone(call, fresh);
      if (fresh) {
        if (this.#returnPlaces.has(addr)) this.#return(addr);
        const wrapper = this.#wrappers.get(image, addr);
        if (wrapper !== undefined) this.#enterWrapper(wrapper);
        if (call?.enters) this.#openCall(call.function, call.next, this.#machine.cpu.pair(RSP_SLOT));
      }
      this.#probing = false;
    }
    this.#observer.probe?.(addr);
  }

  #enterWrapper(name: string): void {
    const rsp = this.#machine.cpu.pair(RSP_SLOT);
    const back = this.#machine.peekNumber(rsp, 8);
    if (back !== undefined) this.#openCall(name, back, rsp + 8n);
  }

  /** It will be a system call if the kernel is entered before it returns. */
  #openCall(name: string, returnTo: VirtAddr, rsp: VirtAddr): void {
    const { task, open } = this.#state;
    const { tick, cycles, instructions } = this.#machine;
    const report: SyscallReport = { index: -1, name, nr: -1, text: `${name}(...)`, task: { pid: task.pid, comm: task.comm }, cs: this.#machine.cpu.s[CS_SELECTOR], tick };
    open.push({ report, returnTo, rsp, entered: false, cycles, instructions, away: 0, awaySince: -1 });
    if (this.#returnPlaces.has(returnTo)) return;
    this.#returnPlaces.add(returnTo);
    this.#setProbes();
  }

  #return(addr: bigint): void {
    const state = this.#state;
    const rsp = this.#machine.cpu.pair(RSP_SLOT);
    const done = state.open.findLast((open) => open.returnTo === addr && open.rsp === rsp && open.report.task.pid === state.task.pid);
    if (!done) return;
    state.open = state.open.filter((open) => open !== done);
    const { report } = done;
    // A libc function that never asked the kernel is no system call.
    if (!done.entered) return;
    report.endTick = this.#machine.tick;
    report.instructions = this.#machine.instructions - done.instructions;
    report.cycles = (this.#machine.cycles - done.cycles) / 4;
    report.net = report.cycles - done.away / 4;
  }

  /** The task that makes these calls is on the CPU, and not in an interrupt handler: its cycles count. */
  #attribute(): void {
    const { open: all, nested, task } = this.#state;
    const now = this.#machine.cycles;
    for (const open of all) {
      const own = open.report.task.pid === task.pid && !nested.some(({ pid }) => pid === task.pid);
      if (own && open.awaySince >= 0) {
        open.away += now - open.awaySince;
        open.awaySince = -1;
      } else if (!own && open.awaySince < 0) open.awaySince = now;
    }
  }

  #value(argument: TraceArgument): bigint {
    return traceValue(this.#machine, this.#symbols.kernel.debug.types, argument);
  }

  text(at: bigint, limit = 64): string {
    return textAt(this.#machine, at, limit) ?? '';
  }

  #tracepoint(site: TracepointSite, fresh: boolean): void {
    if (!fresh) {
      const kind = SITE_EVENTS[site.name];
      if (kind && !this.#remaking) this.#again(kind);
      return;
    }
    const value = (name: string): bigint => {
      const argument = site.args.find((arg) => arg.name === name);
      return argument ? this.#value(argument) : 0n;
    };
    const number = (name: string): number => Number(BigInt.asIntN(32, value(name)));
    const { record } = this, state = this.#state;
    const { tick } = this.#machine;
    switch (site.name) {
      case 'sys_enter': this.#sysEnter(number('nr'), ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'].map(value)); break;
      case 'sys_exit': this.#sysExit(number('nr'), BigInt.asIntN(64, value('ret'))); break;
      case 'sched_switch': {
        const { task } = state;
        const pid = number('next_pid'), comm = this.text(value('next_comm'), 16);
        this.#event('context-switch', () => ({ text: `${task.comm} to ${comm}`, fields: { from: task.pid, to: pid } }));
        this.#setTask(pid, comm);
        this.#attribute();
        break;
      }
      case 'sched_wakeup': this.#event('wake-up', () => ({ text: this.text(value('comm'), 16), fields: { pid: number('pid') } })); break;
      case 'sched_process_exit': this.#exit(number('pid')); break;
      case 'task_rename':
        if (number('pid') === state.task.pid) this.#setTask(state.task.pid, this.text(value('comm'), 16));
        break;
      case 'ukl_mode': {
        // The entry code sets the mode of the task it runs for.
        state.mode = { tick, pid: state.task.pid, mode: number('mode') };
        this.#items.modes.push(state.mode);
        break;
      }
      case 'contention_begin': this.#lock('contention-begin', value('lock'), '', false, number('flags')); break;
      case 'contention_end': this.#lock('contention-end', value('lock'), ''); break;
      case 'lock_acquire': this.#lock('lock-acquire', value('lock'), this.text(value('name')), value('read') !== 0n); break;
      case 'lock_acquired': this.#lock('lock-acquired', value('lock'), this.text(value('name'))); break;
      case 'lock_release': this.#lock('lock-release', value('lock'), this.text(value('name'))); break;
      case 'panic': {
        const message = this.text(value('message'), 128);
        this.#event('panic', () => ({ text: `The kernel panics: ${message}`, fields: { message } }));
        break;
      }
      // These stay known when their page is forgotten.
      case 'stack_region':
        if (!this.#remaking) record.regions.push({ kind: number('kind'), low: BigInt.asUintN(64, value('low')), high: BigInt.asUintN(64, value('high')), pid: number('pid'), space: number('kind') === 0 ? (this.#symbols.space?.id ?? 0) : 0, from: tick, to: Infinity });
        break;
      case 'stack_release': {
        const region = record.regions.findLast(({ low, to }) => low === BigInt.asUintN(64, value('low')) && to === Infinity);
        if (region && !this.#remaking) region.to = tick;
        break;
      }
      case 'mm_alloc':
      case 'mm_release':
      case 'vma_map':
      case 'vma_unmap':
      case 'exit_mmap':
      case 'sched_process_exec':
        if (!this.#remaking) this.#space(site.name, value);
        break;
      case 'per_cpu_var': record.vars.set(this.text(value('name')), BigInt.asUintN(64, value('address'))); break;
      default: break;
    }
  }

  /** The map of an address space changes. */
  #space(what: string, value: (name: string) => bigint): void {
    const { spaces } = this.record, { tick } = this.#machine, mm = value('mm');
    if (what === 'mm_alloc') spaces.create(mm, physicalAt(this.#machine, BigInt.asUintN(64, value('pgd'))));
    const space = spaces.of(mm);
    if (!space) return;
    if (what === 'mm_release') space.to = tick;
    if (what === 'vma_map') space.map(value('start'), value('end'), value('inode'), tick);
    if (what === 'vma_unmap') space.unmap(value('start'), value('end'), tick);
    if (what === 'exit_mmap') space.unmap(0n, 1n << 63n, tick);
    if (what === 'sched_process_exec' && value('inode') !== 0n) space.programs.set(value('inode'), this.text(value('filename'), 256));
  }

  #setTask(pid: number, comm: string): void {
    const task = { tick: this.#machine.tick, pid, comm };
    this.#state.task = task;
    this.#items.tasks.push(task);
  }

  /** A task that is gone never returns from the call it is in. */
  #exit(pid: number): void {
    const state = this.#state;
    for (const { report, entered } of state.open) {
      if (report.task.pid !== pid || !entered) continue;
      report.returns = false;
      report.endTick = this.#machine.tick;
      report.text = `${report.text} = ?`;
    }
    state.open = state.open.filter(({ report }) => report.task.pid !== pid);
  }

  #lock(what: LockEvent, lock: bigint, told: string, read = false, flags = 0): void {
    const { lockNames } = this.record, state = this.#state;
    const name = told || (lockNames.get(lock) ?? '');
    lockNames.set(lock, name);
    const { pid, comm } = state.task;
    const note: LockNote = { tick: this.#machine.tick, what, lock, name, pid, comm, read, flags };
    const text = lockText(note, state.locks);
    this.#items.locks.push(note);
    state.locks = afterLock(state.locks, note);
    this.#event(what, () => ({ text, fields: { lock, name, pid } }));
  }

  #sysEnter(nr: number, args: bigint[]): void {
    const state = this.#state;
    const row = this.#rows.get(nr);
    const text = callText(this.#machine, row, nr, args), name = row?.name ?? `syscall ${nr}`;
    let open = state.open.findLast(({ report, entered }) => report.task.pid === state.task.pid && !entered);
    if (!open) {
      // Nothing known called it: the call begins here.
      const { tick, cycles, instructions } = this.#machine;
      const { pid, comm } = state.task;
      open = { report: { index: -1, name, nr, text, task: { pid, comm }, tick }, rsp: 0n, entered: true, cycles, instructions, away: 0, awaySince: -1 };
      state.open.push(open);
    }
    open.entered = true;
    open.args = args;
    const { counts } = state;
    const { report } = open;
    report.index = counts.get('calls') ?? 0;
    report.name = name;
    report.nr = nr;
    report.text = text;
    this.#items.syscalls.push(report);
    state.lastCall = report;
    counts.set('calls', report.index + 1);
    counts.set(`call ${name}`, (counts.get(`call ${name}`) ?? 0) + 1);
    this.#event('syscall-entry', () => ({ text, fields: { nr, name, nth: counts.get(`syscall-entry ${name}`) ?? 0 } }));
  }

  #sysExit(nr: number, ret: bigint): void {
    const state = this.#state;
    const open = state.open.findLast(({ report, entered }) => entered && report.nr === nr && report.task.pid === state.task.pid && report.ret === undefined);
    const row = this.#rows.get(nr), name = row?.name ?? `syscall ${nr}`;
    if (open) {
      const { report } = open;
      report.ret = ret;
      report.text = `${callText(this.#machine, row, nr, open.args ?? [], ret)} = ${resultText(row, ret)}`;
      if (open.returnTo === undefined) {
        report.endTick = this.#machine.tick;
        state.open = state.open.filter((one) => one !== open);
      }
    }
    this.#event('syscall-exit', () => ({ text: `${name} = ${resultText(row, ret)}`, fields: { nr, ret, name } }));
  }

  // ------------------------------------------------------------------------------------------- events of the machine

  #deliver(event: DeliverEvent): void {
    const { vector, kind } = event;
    const { tick } = this.#machine;
    const name = deliveryName(event);
    const fresh = this.#fresh;
    if (fresh) this.#beginPage();
    this.#event(kind === 'interrupt' ? 'interrupt' : 'exception', () => {
      const where = this.#symbols.name(event.fromRip) ?? event.fromRip.toString(16);
      const fields: EventReport['fields'] = { vector, ring: event.fromCpl, rip: event.fromRip, rsp: event.oldRsp, frame: event.frame, stack: event.stack };
      if (event.error !== undefined) fields['error'] = event.error;
      if (event.cr2 !== undefined) fields['cr2'] = event.cr2;
      return { text: event.cr2 === undefined ? `${name} in ${where}` : `${name} at ${event.cr2.toString(16)} in ${where}`, fields };
    });
    if (fresh) {
      const state = this.#state, items = this.#items;
      const pushed = this.#machine.peek(event.frame, event.frameBytes);
      items.frames.push({ tick, at: event.frame, bytes: event.frameBytes, name, words: pushed ? Array.from(new BigUint64Array(pushed.buffer)) : [] });
      const span = { start: tick, end: Infinity, name, kind: kind === 'interrupt' ? 'interrupt' as const : 'fault' as const };
      items.interrupts.push(span);
      // What a task's own fault costs is that task's.
      state.nested.push({ rip: event.fromRip, rsp: event.oldRsp, task: state.task.pid, pid: kind === 'interrupt' ? state.task.pid : -1, span });
      if (kind === 'interrupt') this.#attribute();
    }
    if (event.stack === 'same') this.#frameOverRedZone(event, name, fresh);
  }

  #iret(rip: bigint, rsp: bigint): void {
    if (!this.#fresh) return;
    this.#beginPage();
    const state = this.#state;
    const at = state.nested.findLastIndex((one) => one.rip === rip && one.rsp === rsp && one.task === state.task.pid);
    if (at < 0) return;
    for (const { span } of state.nested.splice(at)) span.end = this.#machine.tick;
    this.#attribute();
  }

  /** The frame stands where the interrupted function keeps live data below RSP. */
  #frameOverRedZone(event: { fromRip: bigint; oldRsp: bigint; frame: bigint; frameBytes: number }, name: string, fresh: boolean): void {
    const f = this.#symbols.functionAt(event.fromRip);
    if (!f?.redZoneBytes) return;
    const low = event.oldRsp - BigInt(f.redZoneBytes), end = event.frame + BigInt(event.frameBytes);
    if (event.frame < event.oldRsp && end > low) this.#redZoneWrite(event.frame > low ? event.frame : low, end < event.oldRsp ? end : event.oldRsp, name, f.name, fresh);
  }

  #callOverRedZone(call: CallSite, fresh: boolean): void {
    const rsp = this.#machine.cpu.pair(RSP_SLOT);
    this.#redZoneWrite(rsp - 8n, rsp, 'call', call.function, fresh);
  }

  #redZoneWrite(low: bigint, high: bigint, by: string, owner: string, fresh: boolean): void {
    this.#event('red-zone-write', () => ({ text: `${by} wrote into the red zone of ${owner}`, fields: { writer: by, function: owner, low, high } }));
    if (fresh) this.#items.overwritten.push({ tick: this.#machine.tick, low, high, by });
  }
}

/** `#PF`, `interrupt 236`. */
export const deliveryName = ({ kind, vector }: Pick<DeliverEvent, 'kind' | 'vector'>): string => (kind === 'interrupt' ? `interrupt ${vector}` : VECTORS[vector]?.mnemonic ?? `vector ${vector}`);

export function stackName(kind: number): string {
  return kind === 0 ? 'user' : kind === 1 ? 'kernel' : kind === 2 ? 'entry' : kind === 3 ? 'irq' : (['#DF', 'NMI', '#DB', '#MC', '#VC', '#PF'][kind - 10] ?? `IST ${kind - 9}`);
}
