/**
 * What happened, noted the first time a stretch is run: from the machine's hooks and the guest's tracepoints. The lab knows
 * no kernel function by name; it reads the names and arguments that tracepoints carry.
 */
import { assert } from '../base/assert.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import type { TraceArgument, TracepointSite } from '../formats/debug-info.ts';
import type { EventKind, EventReport, SyscallReport } from '../link/reports.ts';
import type { Machine, MachineHooks } from '../machine/machine.ts';
import { VECTORS } from '../isa/registers.ts';
import type { SyscallRow } from '../toolchain/build.ts';
import type { Symbols } from './symbols.ts';

export interface StackRegion {
  kind: number;
  low: VirtAddr;
  high: VirtAddr;
  pid: number;
  from: Tick;
  to: Tick;
}

export interface FrameRecord {
  tick: Tick;
  at: VirtAddr;
  bytes: number;
  name: string;
  /** What the CPU pushed, lowest address first. A slot that no longer holds its word is not part of the frame any more. */
  words: readonly bigint[];
}

/** A system call under way: from the libc function's first instruction to its return. */
interface Open {
  report: SyscallReport;
  returnTo: VirtAddr;
  rsp: VirtAddr;
  cycles: number;
  instructions: number;
  /** Quarter cycles that belong to others. */
  away: number;
  awaySince: number;
}

/** Everything that is known about a run so far. */
export class Record {
  /** Every step before this tick is noted. */
  frontier: Tick = 0;
  /** The last tick whose probe is noted. */
  probedTo: Tick = -1;
  /** System calls entered so far, by name. */
  entered = new Map<string, number>();
  events: EventReport[] = [];
  syscalls: SyscallReport[] = [];
  regions: StackRegion[] = [];
  frames: FrameRecord[] = [];
  console: { tick: Tick; byte: number }[] = [];
  tasks: { tick: Tick; pid: number; comm: string }[] = [];
  modes: { tick: Tick; pid: number; mode: number }[] = [];
  interrupts: { start: Tick; end: Tick; name: string; kind: 'interrupt' | 'fault' }[] = [];
  locks: { tick: Tick; lock: bigint; name: string; what: 'acquire' | 'contend' | 'release'; write: boolean; pid: number }[] = [];
  vars = new Map<string, VirtAddr>();
  overwritten: { tick: Tick; low: VirtAddr; high: VirtAddr; by: string }[] = [];
}

/** Tracepoints that are events; the others only tell the lab where things are. */
const SITE_EVENTS: Readonly<{ [name: string]: EventKind }> = {
  sys_enter: 'syscall-entry', sys_exit: 'syscall-exit', sched_switch: 'context-switch', sched_wakeup: 'wake-up', contention_begin: 'lock-contend', lock_acquire: 'lock-acquire', lock_release: 'lock-release', panic: 'panic',
};

export class Tracer {
  readonly #machine: Machine;
  readonly #symbols: Symbols;
  readonly #rows: ReadonlyMap<number, SyscallRow>;
  record = new Record();
  readonly #sites = new Map<string, TracepointSite[]>();
  readonly #wrappers = new Map<string, string>();
  /** Calls inside functions that keep live data in the red zone. */
  readonly #redZoneCalls = new Map<string, { name: string; bytes: number }>();
  #open: Open[] = [];
  #returns = new Map<string, Open[]>();
  #pid = 0;
  #interruptDepth: { rip: bigint; rsp: bigint; pid: number; index: number }[] = [];
  /** Addresses where the user wants to stop; decides inside the probe. */
  onProbe: (addr: bigint) => void = () => undefined;
  /** Each event, new or replayed. `atProbe`: its instruction has not run yet, so a run that continues here meets it again. */
  onEvent: (event: EventReport, atProbe: boolean) => void = () => undefined;
  /** The event that comes next: events before it happened before the machine's present state. */
  #next = 0;
  #probing = false;
  /** Last tick probed since the machine was put somewhere: an instruction that is looked up twice tells once. */
  #probedAt: Tick = -1;
  #extra: ReadonlySet<string> = new Set();

  constructor(machine: Machine, symbols: Symbols, rows: readonly SyscallRow[]) {
    this.#machine = machine;
    this.#symbols = symbols;
    this.#rows = new Map(rows.map((row) => [row.nr, row]));
    for (const site of symbols.debug.tracepoints) {
      const key = site.addr.toString();
      this.#sites.set(key, [...(this.#sites.get(key) ?? []), site]);
    }
    for (const { name } of rows) {
      const f = symbols.find(`libc:${name}`);
      if (f) this.#wrappers.set(f.low.toString(), name);
    }
    this.probe([]);
  }

  /** Adds the user's breakpoints to our own probes. */
  probe(extra: Iterable<bigint>): void {
    this.#extra = new Set([...extra].map(String));
    this.#setProbes();
  }

  #setProbes(): void {
    const all = new Set<string>([...this.#sites.keys(), ...this.#wrappers.keys(), ...this.#extra, ...this.#returnPlaces, ...this.#redZoneCalls.keys()]);
    this.#machine.setProbes([...all].map(BigInt));
  }

  /** Return addresses of wrappers seen so far: they stay probed, so a replay finds the same ends. */
  readonly #returnPlaces = new Set<string>();

  watchRedZoneCalls(calls: ReadonlyMap<bigint, { name: string; bytes: number }>): void {
    for (const [at, call] of calls) this.#redZoneCalls.set(at.toString(), call);
    this.#setProbes();
  }

  hooks(): MachineHooks {
    return {
      probe: (addr) => this.#probe(addr),
      ring: (from, to, by) => this.#event('ring-change', `ring ${from} to ring ${to} by ${by === 'deliver' ? 'an event' : by}`, { from, to, by }),
      deliver: (event) => this.#deliver(event),
      iret: (rip, rsp) => this.#iret(rip, rsp),
      rspLoad: (from, to) => {
        const a = this.regionOf(from), b = this.regionOf(to);
        if (a !== b && b) this.#event('stack-switch', `${a ? stackName(a.kind) : 'no known'} stack to ${stackName(b.kind)} stack`, { from: a ? stackName(a.kind) : '', to: stackName(b.kind), rsp: to });
      },
      consoleOut: (byte) => {
        if (this.#isNew) this.record.console.push({ tick: this.#machine.tick, byte });
        this.#event('console-output', byte >= 32 && byte < 127 ? `'${String.fromCharCode(byte)}'` : `byte ${byte}`, { byte });
      },
      consoleIn: (byte) => this.#event('console-input', byte >= 32 && byte < 127 ? `'${String.fromCharCode(byte)}'` : `byte ${byte}`, { byte }),
    };
  }

  /** Is this the first time this step is run? For probes, which come before it, see `#probe`. */
  get #fresh(): boolean {
    return this.#machine.tick >= this.record.frontier;
  }

  /** Call after each run: what follows is new. */
  settle(): void {
    this.record.frontier = Math.max(this.record.frontier, this.#machine.tick);
  }

  /** Call when the machine was put to another tick, where it is not halted, or the record replaced. */
  restored(tick: Tick): void {
    const { events } = this.record;
    let low = 0, high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (events[middle].tick < tick) low = middle + 1;
      else high = middle;
    }
    this.#next = low;
    this.#probedAt = -1;
  }

  /** From here on another future: keeps what has happened so far. */
  fork(): void {
    const { record } = this;
    const { tick } = this.#machine;
    const events = record.events.slice(0, this.#next);
    const fork = new Record();
    fork.frontier = tick;
    fork.probedTo = this.#probedAt === tick ? tick : tick - 1;
    fork.events = events;
    for (const { kind, fields } of events) if (kind === 'syscall-entry') fork.entered.set(String(fields['name']), Number(fields['nth']) + 1);
    fork.console = record.console.slice(0, events.filter(({ kind }) => kind === 'console-output').length);
    fork.syscalls = record.syscalls.filter((call) => call.tick < tick).map((call) => ({ ...call }));
    fork.tasks = record.tasks.filter((one) => one.tick < tick);
    fork.modes = record.modes.filter((one) => one.tick < tick);
    fork.locks = record.locks.filter((one) => one.tick < tick);
    fork.frames = record.frames.filter((one) => one.tick < tick);
    fork.overwritten = record.overwritten.filter((one) => one.tick < tick);
    fork.interrupts = record.interrupts.filter(({ start }) => start < tick).map((one) => ({ ...one }));
    fork.regions = record.regions.filter(({ from }) => from < tick).map((region) => (region.to >= tick ? { ...region, to: Infinity } : region));
    fork.vars = record.vars;
    this.record = fork;
  }

  regionOf(at: VirtAddr, tick: Tick = this.#machine.tick): StackRegion | undefined {
    return this.record.regions.findLast(({ low, high, from, to }) => at > low - 1n && at <= high && from <= tick && tick <= to);
  }

  get #isNew(): boolean {
    return this.#next === this.record.events.length;
  }

  #event(kind: EventKind, text: string, fields: EventReport['fields']): void {
    if (!this.#isNew) {
      this.#again(kind);
      return;
    }
    const event = { index: this.#next++, tick: this.#machine.tick, kind, text, fields };
    this.record.events.push(event);
    this.onEvent(event, this.#probing);
  }

  /** The event that is known to come next, in a replay. */
  #again(kind: EventKind): void {
    const event = this.record.events[this.#next++];
    assert(event.kind === kind && event.tick === this.#machine.tick, `replay differs: ${kind} at tick ${this.#machine.tick}, not ${event.kind} at ${event.tick}`);
    this.onEvent(event, this.#probing);
  }

  // ------------------------------------------------------------------------------------------- probes

  #probe(addr: bigint): void {
    const { tick } = this.#machine;
    if (tick !== this.#probedAt) {
      this.#probedAt = tick;
      const fresh = tick > this.record.probedTo;
      this.record.probedTo = Math.max(this.record.probedTo, tick);
      this.#probing = true;
      const key = addr.toString();
      for (const site of this.#sites.get(key) ?? []) this.#tracepoint(site, fresh);
      const red = this.#redZoneCalls.get(key);
      if (red) this.#callOverRedZone(red, fresh);
      if (fresh) {
        this.#return(addr);
        const wrapper = this.#wrappers.get(key);
        if (wrapper !== undefined) this.#enterWrapper(wrapper);
      }
      this.#probing = false;
    }
    this.onProbe(addr);
  }

  #enterWrapper(name: string): void {
    const { gpr, cs } = this.#machine.registers();
    const bytes = this.#machine.peek(gpr[4], 8);
    if (!bytes) return;
    const returnTo = new DataView(bytes.buffer).getBigUint64(0, true);
    const row = [...this.#rows.values()].find((one) => one.name === name);
    const report: SyscallReport = { index: this.record.syscalls.length, name, nr: row?.nr ?? -1, text: `${name}(...)`, task: this.task(this.#machine.tick), cs, tick: this.#machine.tick };
    const open = { report, returnTo, rsp: gpr[4] + 8n, cycles: this.#machine.cycles, instructions: this.#machine.instructions, away: 0, awaySince: -1 };
    this.#open.push(open);
    const key = returnTo.toString();
    this.#returns.set(key, [...(this.#returns.get(key) ?? []), open]);
    if (!this.#returnPlaces.has(key)) {
      this.#returnPlaces.add(key);
      this.#setProbes();
    }
  }

  #return(addr: bigint): void {
    const waiting = this.#returns.get(addr.toString());
    if (!waiting?.length) return;
    const { gpr } = this.#machine.registers();
    const done = waiting.findLast((open) => open.rsp === gpr[4]);
    if (!done) return;
    this.#returns.set(addr.toString(), waiting.filter((open) => open !== done));
    this.#open = this.#open.filter((open) => open !== done);
    const { report } = done;
    // A libc function that never asked the kernel is no system call.
    if (!this.record.syscalls.includes(report)) return;
    report.endTick = this.#machine.tick;
    report.instructions = this.#machine.instructions - done.instructions;
    report.cycles = (this.#machine.cycles - done.cycles) / 4;
    report.net = report.cycles - done.away / 4;
  }

  /** The task that makes these calls is on the CPU, and not in an interrupt handler: its cycles count. */
  #attribute(): void {
    for (const open of this.#open) {
      const own = open.report.task.pid === this.#pid && !this.#interruptDepth.some(({ pid }) => pid === this.#pid);
      const now = this.#machine.cycles;
      if (own && open.awaySince >= 0) {
        open.away += now - open.awaySince;
        open.awaySince = -1;
      } else if (!own && open.awaySince < 0) open.awaySince = now;
    }
  }

  #value(argument: TraceArgument): bigint {
    const { base, steps } = argument;
    let value: bigint;
    const registers = this.#machine.registers();
    const gpr = (name: string): bigint => registers.gpr[['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'].indexOf(name)] ?? 0n;
    switch (base.kind) {
      case 'reg': value = gpr(base.reg); break;
      case 'rbp': value = registers.gpr[5] + BigInt(base.offset); break;
      case 'rsp': value = registers.gpr[4] + BigInt(base.offset); break;
      case 'const': value = base.value; break;
      case 'address': value = base.address; break;
      default: value = 0n;
    }
    for (const { offset, load, signed } of steps) {
      value = BigInt.asUintN(64, value + BigInt(offset));
      if (!load) continue;
      const bytes = this.#machine.peek(value, load);
      if (!bytes) return 0n;
      let loaded = 0n;
      for (let n = load - 1; n >= 0; n--) loaded = (loaded << 8n) | BigInt(bytes[n]);
      value = signed ? BigInt.asIntN(load * 8, loaded) : loaded;
    }
    if (base.kind !== 'reg' || steps.length) return value;
    // Above a narrow value the rest of its register means nothing.
    const { types } = this.#symbols.debug;
    let type = types[argument.type];
    while (type?.kind === 'typedef') type = types[type.to];
    if (type?.kind === 'int' || type?.kind === 'enum') value = type.kind === 'int' && type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value);
    return value;
  }

  text(at: bigint, limit = 64): string {
    const bytes: number[] = [];
    for (let n = 0; n < limit; n++) {
      const byte = this.#machine.peek(at + BigInt(n), 1);
      if (!byte || byte[0] === 0) break;
      bytes.push(byte[0]);
    }
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  #tracepoint(site: TracepointSite, fresh: boolean): void {
    if (!fresh) {
      const kind = SITE_EVENTS[site.name];
      if (kind) this.#again(kind);
      return;
    }
    const value = (name: string): bigint => {
      const argument = site.args.find((arg) => arg.name === name);
      return argument ? this.#value(argument) : 0n;
    };
    const number = (name: string): number => Number(BigInt.asIntN(32, value(name)));
    const { record } = this;
    const { tick } = this.#machine;
    switch (site.name) {
      case 'sys_enter': this.#sysEnter(number('nr'), ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'].map(value)); break;
      case 'sys_exit': this.#sysExit(number('nr'), BigInt.asIntN(64, value('ret'))); break;
      case 'sched_switch': {
        const pid = number('next_pid'), comm = this.text(value('next_comm'), 16);
        this.#event('context-switch', `${this.task(tick).comm} to ${comm}`, { from: this.#pid, to: pid });
        this.#pid = pid;
        record.tasks.push({ tick, pid, comm });
        this.#attribute();
        break;
      }
      case 'sched_wakeup': this.#event('wake-up', this.text(value('comm'), 16), { pid: number('pid') }); break;
      case 'task_rename':
        if (number('pid') === this.#pid) record.tasks.push({ tick, pid: this.#pid, comm: this.text(value('comm'), 16) });
        break;
      case 'stack_region': {
        const [low, high] = [BigInt.asUintN(64, value('low')), BigInt.asUintN(64, value('high'))];
        record.regions.push({ kind: number('kind'), low, high, pid: number('pid'), from: tick, to: Infinity });
        break;
      }
      case 'stack_release': {
        const region = record.regions.findLast(({ low, to }) => low === BigInt.asUintN(64, value('low')) && to === Infinity);
        if (region) region.to = tick;
        break;
      }
      case 'per_cpu_var': record.vars.set(this.text(value('name')), BigInt.asUintN(64, value('address'))); break;
      case 'ukl_mode': record.modes.push({ tick, pid: number('pid'), mode: number('mode') }); break;
      case 'contention_begin': this.#lock('contend', value('lock'), '', number('flags') === 2); break;
      case 'lock_acquire': this.#lock('acquire', value('lock'), this.text(value('name')), value('write') !== 0n); break;
      case 'lock_release': this.#lock('release', value('lock'), this.text(value('name')), false); break;
      case 'panic': this.#event('panic', this.text(value('message'), 128), {}); break;
      default: break;
    }
  }

  #lock(what: 'acquire' | 'contend' | 'release', lock: bigint, name: string, write: boolean): void {
    const known = name || (this.record.locks.findLast((one) => one.lock === lock)?.name ?? '');
    this.record.locks.push({ tick: this.#machine.tick, lock, name: known, what, write, pid: this.#pid });
    this.#event(`lock-${what}`, `${known || lock.toString(16)}${what === 'acquire' ? (write ? ' for writing' : ' for reading') : ''}`, { lock, name: known });
  }

  #sysEnter(nr: number, args: bigint[]): void {
    const row = this.#rows.get(nr);
    const open = this.#open.findLast(({ report }) => report.task.pid === this.#pid);
    const text = this.#callText(row, nr, args);
    if (open && !this.record.syscalls.includes(open.report)) {
      open.report.text = text;
      open.report.nr = nr;
      open.report.index = this.record.syscalls.length;
      this.record.syscalls.push(open.report);
    } else if (!open) {
      // No libc function in between (start-up code): the call begins here.
      const report = { index: this.record.syscalls.length, name: row?.name ?? `syscall ${nr}`, nr, text, task: this.task(this.#machine.tick), tick: this.#machine.tick };
      this.record.syscalls.push(report);
    }
    const name = row?.name ?? '', nth = this.record.entered.get(name) ?? 0;
    this.record.entered.set(name, nth + 1);
    this.#event('syscall-entry', text, { nr, name, nth });
  }

  #sysExit(nr: number, ret: bigint): void {
    const report = this.record.syscalls.findLast((one) => one.nr === nr && one.task.pid === this.#pid && one.ret === undefined);
    const row = this.#rows.get(nr);
    if (report) {
      report.ret = ret;
      report.text = `${report.text.replace(/ = .*$/, '')} = ${ret}`;
      if (!this.#open.some((open) => open.report === report)) report.endTick = this.#machine.tick;
    }
    this.#event('syscall-exit', `${row?.name ?? nr} = ${ret}`, { nr, ret, name: row?.name ?? '' });
  }

  /** `write(1, "hello\n", 6)`, as the table's tracing columns say. */
  #callText(row: SyscallRow | undefined, nr: number, args: readonly bigint[]): string {
    if (!row) return `syscall ${nr}`;
    const shown = row.args.map((column, n) => {
      const [, kind = 'dec', length] = column.split(':');
      const value = args[n] ?? 0n;
      if (kind === 'str') return JSON.stringify(this.text(value));
      if (kind === 'in') {
        const index = row.args.findIndex((other) => other.split(':')[0] === length);
        const count = Number(BigInt.asUintN(32, args[index] ?? 0n));
        const bytes = this.#machine.peek(value, Math.min(count, 32));
        return bytes ? JSON.stringify(new TextDecoder().decode(bytes)) + (count > 32 ? '...' : '') : value.toString(16);
      }
      if (kind === 'hex' || kind === 'out' || kind === 'timespec') return value === 0n ? 'NULL' : `0x${BigInt.asUintN(64, value).toString(16)}`;
      if (kind === 'oct') return `0${value.toString(8)}`;
      return BigInt.asIntN(64, value).toString();
    });
    return `${row.name}(${shown.join(', ')})`;
  }

  // ------------------------------------------------------------------------------------------- events of the machine

  #deliver(event: Parameters<NonNullable<MachineHooks['deliver']>>[0]): void {
    const { vector, kind } = event;
    const name = kind === 'interrupt' ? `interrupt ${vector}` : VECTORS[vector]?.mnemonic ?? `vector ${vector}`;
    const fields: EventReport['fields'] = { vector, ring: event.fromCpl, rip: event.fromRip, rsp: event.oldRsp, frame: event.frame, stack: event.stack };
    if (event.error !== undefined) fields['error'] = event.error;
    if (event.cr2 !== undefined) fields['cr2'] = event.cr2;
    const where = this.#symbols.name(event.fromRip) ?? event.fromRip.toString(16);
    this.#event(kind === 'interrupt' ? 'interrupt' : 'exception', event.cr2 === undefined ? `${name} in ${where}` : `${name} at ${event.cr2.toString(16)} in ${where}`, fields);
    if (this.#fresh) {
      const { record } = this;
      const pushed = this.#machine.peek(event.frame, event.frameBytes);
      record.frames.push({ tick: this.#machine.tick, at: event.frame, bytes: event.frameBytes, name, words: pushed ? Array.from(new BigUint64Array(pushed.buffer)) : [] });
      record.interrupts.push({ start: this.#machine.tick, end: Infinity, name, kind: kind === 'interrupt' ? 'interrupt' : 'fault' });
      this.#interruptDepth.push({ rip: event.fromRip, rsp: event.oldRsp, pid: this.#pid, index: record.interrupts.length - 1 });
      if (kind === 'interrupt') this.#attribute();
      else this.#interruptDepth.at(-1)!.pid = -1;
    }
    if (event.stack === 'same') this.#frameOverRedZone(event, name);
  }

  #iret(rip: bigint, rsp: bigint): void {
    if (!this.#fresh) return;
    const at = this.#interruptDepth.findLastIndex((one) => one.rip === rip && one.rsp === rsp);
    if (at < 0) return;
    for (const { index } of this.#interruptDepth.splice(at)) this.record.interrupts[index].end = this.#machine.tick;
    this.#attribute();
  }

  /** The frame stands where the interrupted function keeps live data below RSP. */
  #frameOverRedZone(event: { fromRip: bigint; oldRsp: bigint; frame: bigint }, name: string): void {
    const f = this.#symbols.functionAt(event.fromRip);
    if (!f?.redZoneBytes || event.frame >= event.oldRsp || event.frame + 48n <= event.oldRsp - BigInt(f.redZoneBytes)) return;
    this.#redZoneWrite(event.oldRsp - BigInt(f.redZoneBytes), event.oldRsp, event.frame, name, f.name, this.#fresh);
  }

  #callOverRedZone({ name, bytes }: { name: string; bytes: number }, fresh: boolean): void {
    const { gpr } = this.#machine.registers();
    this.#redZoneWrite(gpr[4] - BigInt(bytes), gpr[4], gpr[4] - 8n, 'call', name, fresh);
  }

  #redZoneWrite(low: bigint, high: bigint, frame: bigint, by: string, owner: string, fresh: boolean): void {
    this.#event('red-zone-write', `${by} wrote into the red zone of ${owner}`, { writer: by, function: owner, low, high, frame });
    if (fresh) this.record.overwritten.push({ tick: this.#machine.tick, low: frame > low ? frame : low, high, by });
  }

  task(tick: Tick): { pid: number; comm: string } {
    const found = this.record.tasks.findLast((one) => one.tick <= tick);
    return found ? { pid: found.pid, comm: found.comm } : { pid: 0, comm: 'swapper' };
  }

  mode(tick: Tick): number | undefined {
    return this.record.modes.findLast((one) => one.tick <= tick)?.mode;
  }
}

export function stackName(kind: number): string {
  return kind === 0 ? 'user' : kind === 1 ? 'kernel' : kind === 2 ? 'entry' : kind === 3 ? 'irq' : (['#DF', 'NMI', '#DB', '#MC', '#VC', '#PF'][kind - 10] ?? `IST ${kind - 9}`);
}
