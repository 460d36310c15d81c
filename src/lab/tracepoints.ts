/**
 * What the guest's tracepoints tell. Here alone they are known by their names; most become the event of their row in the table, with the arguments that the
 * row names, and some say where things are: tasks, stacks, maps, locks.
 */
import { assert } from '../base/assert.ts';
import type { VirtAddr } from '../base/units.ts';
import type { TracepointSite } from '../formats/debug-info.ts';
import { EVENTS, EVENT_KINDS, KIND, KIND_OF_SITE, type Names } from '../link/events.ts';
import { CR3, RBP_SLOT, RSP_SLOT } from '../machine/cpu/state.ts';
import type { Machine } from '../machine/machine.ts';
import type { Deliveries } from './deliveries.ts';
import { lockTypeAt } from './lock-layouts.ts';
import { afterLock, lockText, waitCycle, type LockEvent, type LockNote } from './locks.ts';
import { physicalAt } from './memory.ts';
import type { Site } from './probe-plan.ts';
import { softirqsOn } from './record.ts';
import { keyOf, NOTHING, readerOf, type Values } from './site-reader.ts';
import { stackKind } from './stack-kinds.ts';
import type { StackRegions } from './stack-regions.ts';
import type { Symbols } from './symbols.ts';
import type { Now, SystemCalls } from './system-calls.ts';
import { textAt, traceValue } from './trace-text.ts';
import type { Writing } from './writing.ts';

const ENTRY = KIND['syscall-entry'], EXIT = KIND['syscall-exit'];
/** What a task's wait can mean; told after it, at the same tick. */
const WAITING = [KIND['self-wait'], KIND['wait-cycle']];
const NO_SITES: readonly Site[] = [];

export class Tracepoints {
  readonly #machine: Machine;
  readonly #symbols: Symbols;
  readonly #names: Names;
  readonly #writing: Writing;
  readonly #now: Now;
  readonly #values: Values;
  readonly #regions: StackRegions;
  readonly #systemCalls: SystemCalls;
  readonly #deliveries: Deliveries;
  readonly #sites = new Map<VirtAddr, Site[]>();
  /** What kind of lock each site tells of. */
  readonly #lockTypes = new Map<TracepointSite, string>();

  constructor(machine: Machine, symbols: Symbols, names: Names, writing: Writing, now: Now, values: Values, regions: StackRegions, systemCalls: SystemCalls,
    deliveries: Deliveries) {
    this.#machine = machine;
    this.#symbols = symbols;
    this.#names = names;
    this.#writing = writing;
    this.#now = now;
    this.#values = values;
    this.#regions = regions;
    this.#systemCalls = systemCalls;
    this.#deliveries = deliveries;
    const { types, tracepoints } = symbols.kernel.debug;
    for (const site of tracepoints) {
      const kind = KIND_OF_SITE.get(site.name);
      const readers = new Map(site.args.map((argument) => [argument.name, readerOf(types, argument)]));
      const made = { site, kind: kind === undefined ? -1 : KIND[kind], readers, nr: readers.get('nr') ?? NOTHING, ret: readers.get('ret') ?? NOTHING };
      this.#sites.set(site.addr, [...(this.#sites.get(site.addr) ?? []), made]);
      const type = lockTypeAt(symbols.kernel, site);
      if (type !== undefined) this.#lockTypes.set(site, type);
    }
  }

  addresses(): VirtAddr[] {
    return [...this.#sites.keys()];
  }

  at(addr: VirtAddr): readonly Site[] {
    return this.#sites.get(addr) ?? NO_SITES;
  }

  argument(site: TracepointSite, name: string): bigint {
    const argument = site.args.find((arg) => arg.name === name);
    return argument ? traceValue(this.#machine, this.#symbols.kernel.debug.types, argument) : 0n;
  }

  #text(at: bigint, limit = 64): string {
    return textAt(this.#machine, at, limit) ?? '';
  }

  /** One is passed. @param fresh nothing is known of this moment. */
  passed(cpu: number, found: Site, fresh: boolean): void {
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
    const value = (name: string): bigint => this.argument(site, name);
    const number = (name: string): number => {
      const reader = readers.get(name);
      return reader ? values.read(reader) : 0;
    };
    const record = this.#writing.record, state = this.#writing.state, tick = this.#now.tick;
    switch (site.name) {
      case 'sched_switch': {
        const on = state.on[cpu], { task } = on, pid = number('next_pid'), comm = this.#text(value('next_comm'), 16), { current: now } = this.#machine;
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
        if (number('pid') === state.on[cpu].task.pid) this.#writing.turn({ tick, cpu, pid: state.on[cpu].task.pid, comm: this.#text(value('comm'), 16) });
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
      case 'lock_acquire': this.#lock(cpu, site, 'lock-acquire', value('lock'), this.#text(value('name')), value('read') !== 0n); break;
      case 'lock_acquired': this.#lock(cpu, site, 'lock-acquired', value('lock'), this.#text(value('name'))); break;
      case 'lock_release': this.#lock(cpu, site, 'lock-release', value('lock'), this.#text(value('name'))); break;
      case 'panic':
        this.#writing.note('panic', cpu, (columns) => {
          columns.name(this.#text(value('message'), 128));
          columns.name(this.#deliveries.within(cpu));
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
          if (site.name === 'sched_process_exec') this.#writing.record.exec(this.#text(value('filename'), 256), this.#writing.state.on[cpu].task.pid);
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
        else if (how === 'word' || how === 'long') columns.word(this.argument(site, name));
        else if (how === 'name') columns.name(this.#text(this.argument(site, name)));
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
    if (what === 'sched_process_exec' && value('inode') !== 0n) space.programs.set(value('inode'), this.#text(value('filename'), 256));
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
}
