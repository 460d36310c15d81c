/**
 * What is known of one run, in pages: each holds what happened in a stretch of ticks. Pages looked at least are forgotten
 * when there are too many, but for how the stretch began and what it counted; replaying the stretch makes them again. So a
 * long run takes bounded memory and nothing is lost.
 */
import { assert } from '../base/assert.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import { EVENT_KINDS, KIND, type EventKind, type Names } from '../link/events.ts';
import type { EventReport, Span, SyscallReport } from '../link/reports.ts';
import { copyOfCable, emptyCable, type Cable } from './cable.ts';
import { CallColumns, EventColumns, Texts } from './columns.ts';
import type { Spaces } from './spaces.ts';
import type { StackKind } from './stack-kinds.ts';
import type { LockNote, LockShare } from './locks.ts';
import { SCHEDULING, taskId, tasksAfter, type TaskNotes } from './tasks.ts';

export interface StackRegion {
  kind: StackKind;
  /** `user`, or of an interrupt stack what it is for. */
  name: string;
  low: VirtAddr;
  high: VirtAddr;
  /** The same as signed numbers. */
  lowKey: number;
  highKey: number;
  /** The name's number among the terms of the record. */
  term: number;
  /** Of a task's stack; of the others the number of their CPU. */
  pid: number;
  /** A program's stack lies in its own address space; 0: in the half that all share. */
  space: number;
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
export interface OpenCall {
  report: SyscallReport;
  /** Where it returns to, as a signed number, with RSP as it is then; none when the kernel was entered from where no libc function is known. */
  returnTo?: number;
  rspLo: number;
  rspHi: number;
  /** Has the kernel been asked yet? Until then it is no system call. */
  entered: boolean;
  /** Its row, once it is a system call. */
  calls?: CallColumns;
  row: number;
  /** Its result in halves. */
  retLo: number;
  retHi: number;
  args?: readonly bigint[];
  /** Its text when the kernel was asked. */
  asked?: string;
  cycles: number;
  instructions: number;
  /** Quarter cycles that belong to others. */
  away: number;
  awaySince: number;
}

export interface InterruptSpan {
  start: Tick;
  end: Tick;
  name: string;
  kind: 'interrupt' | 'fault';
}

/** An interrupt or exception that has not returned. */
export interface Nested {
  rip: bigint;
  rsp: bigint;
  /** The task that it came to. */
  task: number;
  /** Whose cycles it takes; -1 when it is that task's own doing. */
  pid: number;
  span: InterruptSpan;
}

/** From here on a task is on a CPU, or has another name. */
export interface TaskTurn {
  tick: Tick;
  cpu: number;
  pid: number;
  comm: string;
  /** What the scheduler told of the switch that led here. */
  switched?: Switch;
}

/** A switch of tasks that was told. It is done when RSP is loaded with what the next task was left with: until then the first one is on the CPU. */
export interface Switch {
  readonly pid: number;
  readonly comm: string;
  /** That RSP, as a signed number. */
  readonly rsp: number;
  readonly fields: EventReport['fields'];
}

/** The mode that a kernel says its task is in. */
export interface ModeNote {
  tick: Tick;
  cpu: number;
  pid: number;
  mode: number;
}

/** What is true of one CPU. */
export interface OnCpu {
  task: TaskTurn;
  coming: Switch | undefined;
  mode: ModeNote | undefined;
  stack: string;
  ring: number;
  /** What an interrupt left to be done is being done. */
  softirq: Omit<Span, 'end'> | undefined;
  /** The task was asked to give way, and the scheduler has not been asked since. */
  isAsked: boolean;
}

export interface Items {
  events: EventColumns;
  syscalls: CallColumns;
  frames: FrameRecord[];
  tasks: TaskTurn[];
  modes: ModeNote[];
  interrupts: InterruptSpan[];
  locks: LockNote[];
  /** With what was put there: as long as that is there, it is overwritten. */
  overwritten: { tick: Tick; low: VirtAddr; bytes: Uint8Array; by: string }[];
}

/** How often, so far. */
export class Counts {
  events = 0;
  calls = 0;
  /** Of console output. */
  bytes = 0;
  /** By the kind's number. */
  readonly kinds = new Float64Array(EVENT_KINDS.length);
  /** By the number of the key: `call NAME`, `exception VECTOR`, `interrupt VECTOR`. */
  named = new Float64Array(64);
  readonly keys: Texts;

  constructor(keys: Texts) {
    this.keys = keys;
  }

  /** @param key a kind, perhaps with a name or vector; `call NAME`; `events`, `calls`, `bytes`. */
  get(key: string): number {
    switch (key) {
      case 'events': return this.events;
      case 'calls': return this.calls;
      case 'bytes': return this.bytes;
      default: {
        const kind = KIND[key as EventKind] as number | undefined;
        // Each system call is entered once.
        if (kind !== undefined) return this.kinds[kind];
        const number = this.keys.known(key.replace(/^syscall-entry /, 'call '));
        return number === undefined ? 0 : (this.named[number] ?? 0);
      }
    }
  }

  /** By its number among the keys, so many. */
  add(number: number, many = 1): void {
    if (number >= this.named.length) {
      const grown = new Float64Array(2 * number);
      grown.set(this.named);
      this.named = grown;
    }
    this.named[number] += many;
  }

  copy(): Counts {
    const made = new Counts(this.keys);
    made.events = this.events;
    made.calls = this.calls;
    made.bytes = this.bytes;
    made.kinds.set(this.kinds);
    made.named = this.named.slice();
    return made;
  }
}

/** The key of how many softirqs a CPU has begun. */
export const softirqsOn = (cpu: number): string => `softirqs ${cpu}`;

/** Where the application begins. */
export interface Beginning {
  /** Of its exec. */
  exec: Tick;
  /** Of its first system call, if it has made one. */
  call: Tick | undefined;
  /** Who made system calls before it: they start it and wait for its end. */
  starters: ReadonlySet<number>;
}

/** How the run begins: what each CPU runs at power-on. */
export interface Start {
  firstTask: string;
  cpus: number;
  /** The name by which the application is run. */
  application: string;
}

/** What is true at one moment and goes over from page to page. */
export interface Carried {
  /** By the CPU's number. */
  on: OnCpu[];
  open: OpenCall[];
  nested: Nested[];
  locks: readonly LockShare[];
  cable: Cable;
  /** The newest of the page before, which may still matter. */
  frames: FrameRecord[];
  overwritten: Items['overwritten'];
  lastCall: SyscallReport | undefined;
  /** As of the beginning of the last page. */
  tasks: TaskNotes;
  counts: Counts;
}

export interface Page {
  readonly from: Tick;
  readonly start: Carried;
  /** The open calls as they were when the page began: the objects themselves go on. */
  readonly pristine: ReadonlyMap<SyscallReport, SyscallReport>;
  items: Items | undefined;
  used: number;
}

export interface RecordLimits {
  /** A page ends after so many things or ticks. */
  pageItems: number;
  pageTicks: number;
  /** Things kept in memory: twenty to forty bytes each. */
  items: number;
}
export const RECORD_LIMITS: RecordLimits = { pageItems: 8192, pageTicks: 2_000_000, items: 4_000_000 };
/** Newest frames and overwritten stretches that go over to the next page. */
const RECENT = 32;
/** What is kept as an object takes the room of so many events. */
const OBJECT = 8;

export const emptyItems = (from: Tick, { events, calls }: Counts, names: Names, terms: Texts): Items =>
  ({ events: new EventColumns(from, events, names, terms), syscalls: new CallColumns(calls, names), frames: [], tasks: [], modes: [], interrupts: [], locks: [],
  overwritten: [] });
const sizeOf = (items: Items | undefined, object = OBJECT): number =>
  (items ? items.events.length + items.syscalls.length + object * (items.modes.length + items.locks.length + items.frames.length) : 0);

const atPowerOn = ({ firstTask, cpus }: Start): Carried => ({
  on: Array.from({ length: cpus }, (_, cpu) => ({ task: { tick: 0, cpu, pid: 0, comm: firstTask }, coming: undefined, mode: undefined, stack: '', ring: 0,
    softirq: undefined, isAsked: false })),
  open: [], nested: [], locks: [], cable: emptyCable(), frames: [], overwritten: [], lastCall: undefined, counts: new Counts(new Texts()),
  tasks: new Map([[taskId(0, 0), { id: taskId(0, 0), pid: 0, comm: firstTask, cpu: 0, isRunning: true, state: 0, since: 0 }]]),
});

/** A copy that can go on by itself; reports and spans stay the same objects unless `own` gives others. */
export function carry(state: Carried, report = (one: SyscallReport): SyscallReport => one, span = (one: InterruptSpan): InterruptSpan => one): Carried {
  return {
    ...state, on: state.on.map((one) => ({ ...one })), open: state.open.map((open) => ({ ...open, report: report(open.report) })),
    nested: state.nested.map((nested) => ({ ...nested, span: span(nested.span) })), frames: [...state.frames],
    cable: copyOfCable(state.cable), overwritten: [...state.overwritten], lastCall: state.lastCall && report(state.lastCall), counts: state.counts.copy(),
  };
}

/** The last page whose start, or the last item whose tick, is at or before; -1 for none. */
export function lastAt<T>(list: readonly T[], tick: Tick, tickOf: (item: T) => Tick): number {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tickOf(list[middle]) <= tick) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
/** By number: the kinds that keys of the counts are about; all without keys. */
function kindsOf(keys: readonly string[] | undefined): readonly boolean[] {
  const heads = keys?.map((key) => key.split(' ')[0]);
  return EVENT_KINDS.map((kind) => !heads || heads.includes(kind));
}

const tickOf = ({ tick }: { tick: Tick }): Tick => tick;

export class Record {
  pages: Page[] = [];
  /** As the last page ends. */
  state: Carried;
  /** Every step before this tick is noted. */
  frontier: Tick = 0;
  /** The last tick whose probe is noted. */
  probedTo: Tick = -1;
  lastEvent: Tick = -1;
  /** What happens at one tick stands in one page. */
  lastItem: Tick = -1;
  regions: StackRegion[] = [];
  readonly spaces: Spaces;
  lockNames = new Map<bigint, string>();
  /** All that tasks have been in. */
  knownModes = new Set<number>();
  console = new Uint8Array(1024);
  /** Makes a forgotten page again. Moves the machine and puts it back. */
  remake: ((page: Page, next: Page) => Items) | undefined;
  #uses = 0;
  #held = 0;

  readonly #limits: RecordLimits;
  readonly #names: Names;
  readonly #start: Start;
  /** In fields of that kind. */
  readonly terms: Texts;
  /** Of the last page. */
  #open: Items;
  /** What happens from here on begins another. */
  pageEnds: Tick = 0;

  constructor(limits: RecordLimits, spaces: Spaces, names: Names, start: Start, terms = new Texts()) {
    this.terms = terms;
    this.state = atPowerOn(start);
    this.#start = start;
    this.#limits = limits;
    this.spaces = spaces;
    this.#names = names;
    this.pages.push(this.#page(0));
    this.#open = this.last.items!;
  }

  #page(from: Tick): Page {
    this.pageEnds = from + this.#limits.pageTicks;
    return { from, start: carry(this.state), pristine: new Map(this.state.open.map(({ report }) => [report, { ...report }])),
      items: emptyItems(from, this.state.counts, this.#names, this.terms), used: ++this.#uses };
  }

  get last(): Page {
    return this.pages[this.pages.length - 1];
  }

  /** How many things the last page still takes. */
  get room(): number {
    return this.#limits.pageItems - sizeOf(this.#open, 1);
  }

  /** The items of the last page. */
  get open(): Items {
    return this.#open;
  }

  /** The items that take what happens at this tick; begins a page where one is due. */
  writable(tick: Tick): Items {
    const items = this.#open;
    if (tick <= this.lastItem) return items;
    this.lastItem = tick;
    if (tick < this.pageEnds && this.room > 0) return items;
    const { state } = this;
    state.frames = [...state.frames, ...items.frames].slice(-RECENT);
    state.overwritten = [...state.overwritten, ...items.overwritten].slice(-RECENT);
    const { kinds } = this.last.start.counts;
    if (items.tasks.length > 0 || [...SCHEDULING].some((kind) => state.counts.kinds[kind] !== kinds[kind])) state.tasks = tasksAfter(state.tasks, items);
    this.#held += sizeOf(items);
    items.events.seal();
    items.syscalls.seal();
    const page = this.#page(tick);
    this.pages.push(page);
    this.#forget(page);
    return (this.#open = page.items!);
  }

  /** Forgets pages that were looked at least, until the rest is small enough. */
  #forget(...needed: Page[]): void {
    if (this.#held <= this.#limits.items) return;
    const known = this.pages.filter((page) => page.items && page !== this.last && !needed.includes(page)).sort((a, b) => a.used - b.used);
    for (const page of known) {
      if (this.#held <= this.#limits.items * 0.75) return;
      this.#held -= sizeOf(page.items);
      page.items = undefined;
    }
  }

  pageAt(tick: Tick): number {
    return Math.max(0, lastAt(this.pages, tick, ({ from }) => from));
  }

  /** Makes sure that a page is there. Not from inside a hook. */
  load(index: number): Items {
    const page = this.pages[index];
    page.used = ++this.#uses;
    if (!page.items) {
      assert(this.remake, 'nobody makes a forgotten page');
      page.items = this.remake(page, this.pages[index + 1]);
      this.#held += sizeOf(page.items);
      this.#forget(page);
    }
    return page.items;
  }

  /** The same for all pages of so many ticks. */
  loadAll(from: Tick, to: Tick): void {
    for (let n = this.pageAt(from), last = this.pageAt(to); n <= last; n++) this.load(n);
  }

  /** From here on another course of events, known up to the beginning of the page of `tick`; the rest is to be run again. */
  fork(tick: Tick): Record {
    const index = this.pageAt(tick), page = this.pages[index];
    const fork = new Record(this.#limits, this.spaces.fork(page.from), this.#names, this.#start, this.terms);
    const reports = new Map([...page.pristine].map(([report, then]) => [report, { ...then }]));
    const spans = new Map(page.start.nested.map(({ span }) => [span, { ...span, end: Infinity }]));
    const own = (state: Carried): Carried => carry(state, (report) => reports.get(report) ?? report, (span) => spans.get(span) ?? span);
    fork.pages = this.pages.slice(0, index).map((one) => ({ ...one, start: own(one.start),
      pristine: new Map([...one.pristine].map(([report, then]) => [reports.get(report) ?? report, then])), items: undefined }));
    fork.state = own(page.start);
    fork.pages.push(fork.#page(page.from));
    fork.#open = fork.last.items!;
    fork.frontier = page.from;
    fork.probedTo = fork.lastEvent = fork.lastItem = page.from - 1;
    fork.regions = this.regions.filter(({ from }) => from < page.from).map((region) => (region.to >= page.from ? { ...region, to: Infinity } : region));
    fork.lockNames = new Map(this.lockNames);
    fork.application = this.application;
    fork.knownModes = new Set(this.knownModes);
    fork.console = this.console.slice();
    if (this.remake) fork.remake = this.remake;
    return fork;
  }

  // ------------------------------------------------------------------------------------------- writing

  putConsole(byte: number): void {
    const at = this.total('bytes');
    if (at === this.console.length) {
      const grown = new Uint8Array(2 * at);
      grown.set(this.console);
      this.console = grown;
    }
    this.console[at] = byte;
    this.state.counts.bytes++;
  }

  // ------------------------------------------------------------------------------------------- reading

  total(key: string): number {
    return this.state.counts.get(key);
  }

  /** How often by the end of a page. */
  #countAfter(index: number, key: string): number {
    return (this.pages[index + 1]?.start ?? this.state).counts.get(key);
  }

  #has(index: number, keys: readonly string[] | undefined): boolean {
    return !keys || keys.some((key) => this.#countAfter(index, key) > this.pages[index].start.counts.get(key));
  }

  /** Everything of one kind in order, page by page. */
  *each<N extends keyof Items>(name: N): Generator<Items[N] extends Iterable<infer T> ? T : never> {
    for (let index = 0; index < this.pages.length; index++) yield* this.load(index)[name] as Iterable<Items[N] extends Iterable<infer T> ? T : never>;
  }

  get events(): EventReport[] {
    return [...this.each('events')];
  }
  get syscalls(): SyscallReport[] {
    return [...this.each('syscalls')];
  }
  get modes(): Items['modes'] {
    return [...this.each('modes')];
  }

  /** Events from a tick on. `kinds` are keys of the counts: pages without any are not even made, and nothing else is told. */
  *eventsFrom(tick: Tick, kinds?: readonly string[]): Generator<EventReport> {
    const wanted = kindsOf(kinds);
    for (let index = this.pageAt(tick); index < this.pages.length; index++) {
      if (!this.#has(index, kinds)) continue;
      const { events } = this.load(index);
      for (let n = events.before(tick); n < events.length; n++) if (wanted[events.kind(n)]) yield events.report(n);
    }
  }

  /** Events before a tick, newest first. */
  *eventsBack(tick: Tick, kinds?: readonly string[]): Generator<EventReport> {
    const wanted = kindsOf(kinds);
    for (let index = this.pageAt(tick); index >= 0; index--) {
      if (!this.#has(index, kinds)) continue;
      const { events } = this.load(index);
      for (let n = events.before(tick) - 1; n >= 0; n--) if (wanted[events.kind(n)]) yield events.report(n);
    }
  }

  /** The newest event before a tick that passes. */
  findBack(tick: Tick, kinds: readonly string[] | undefined, test: (event: EventReport) => boolean): EventReport | undefined {
    for (const event of this.eventsBack(tick, kinds)) if (test(event)) return event;
    return undefined;
  }

  /** The application's task, once it has begun. */
  application: number | undefined;
  #beginning: Beginning | undefined;

  /** A task runs a program from now on. */
  exec(name: string, pid: number): void {
    if (name === this.#start.application) this.application ??= pid;
  }

  /** Where the application begins, and who was in the kernel before; undefined: it has not. */
  get beginning(): Beginning | undefined {
    if (this.#beginning) return this.#beginning;
    const starters = new Set<number>();
    let found: Beginning | undefined, by: number | undefined;
    for (const { kind, tick, pid, fields } of this.eventsFrom(0, ['exec', 'syscall-entry'])) {
      if (found) {
        if (kind === 'syscall-entry' && pid === by) return this.#beginning = { ...found, call: tick };
      } else if (kind === 'syscall-entry') {
        starters.add(pid);
      } else if (fields['filename'] === this.#start.application) {
        starters.delete(by = pid);
        found = { exec: tick, call: undefined, starters };
      }
    }
    return found;
  }

  /** How many events of a kind came before a tick. */
  countBefore(tick: Tick, kind: EventKind): number {
    const index = this.pageAt(tick);
    return this.pages[index].start.counts.get(kind) + this.#countIn(index, KIND[kind], tick);
  }

  #countIn(index: number, kind: number, before: Tick): number {
    const { events } = this.load(index);
    let count = 0;
    for (let n = events.before(before) - 1; n >= 0; n--) if (events.kind(n) === kind) count++;
    return count;
  }

  /** The nth system call of a name, from 0. */
  call(name: string, nth: number): SyscallReport | undefined {
    const key = `call ${name}`;
    const index = this.pages.findIndex((_, n) => this.#countAfter(n, key) > nth);
    if (index < 0) return undefined;
    return [...this.load(index).syscalls].filter((one) => one.name === name)[nth - this.pages[index].start.counts.get(key)];
  }

  /**
   * The system call under way at a tick, or the last one before it: of the task that runs, or, while none does, of any. A call becomes known
   * as one when the kernel begins to serve it; the way there is part of it, and `inKernel` says that the present moment is on that way.
   */
  callAt(tick: Tick, pid: number, inKernel = false): SyscallReport | undefined {
    const index = this.pageAt(tick);
    const { start } = this.pages[index], { syscalls } = this.load(index);
    const end = this.pages[index + 1]?.start ?? this.state;
    const coming = end.open.filter(({ entered, report }) => !entered && (report.index >= 0 || (inKernel && tick >= this.frontier)));
    const known = [...start.open.filter(({ entered }) => entered), ...coming].map(({ report }) => report);
    const calls = [...known, ...syscalls].filter((call) => call.tick <= tick).sort((a, b) => a.tick - b.tick);
    const isNow = ({ endTick, task }: SyscallReport): boolean => (endTick === undefined || tick <= endTick) && (pid === 0 || task.pid === pid);
    const newest = calls.at(-1);
    return calls.findLast(isNow) ?? (newest && newest.tick > (start.lastCall?.tick ?? -1) ? newest : start.lastCall);
  }

  /** Who is on a CPU at a tick. */
  task(tick: Tick, cpu: number): { pid: number; comm: string } {
    const index = this.pageAt(tick), { tasks } = this.load(index);
    let at = lastAt(tasks, tick, tickOf);
    while (at >= 0 && tasks[at].cpu !== cpu) at--;
    const { pid, comm } = tasks[at] ?? this.pages[index].start.on[cpu].task;
    return { pid, comm };
  }

  /** The first task that comes on a CPU after a tick. */
  turnAfter(tick: Tick, cpu: number): TaskTurn | undefined {
    for (let index = this.pageAt(tick); index < this.pages.length; index++) {
      const found = this.load(index).tasks.find((one) => one.cpu === cpu && one.tick > tick);
      if (found) return found;
    }
    return undefined;
  }

  /** Who is to come on a CPU: the switch was told, and the task before it is still there. */
  comingAt(tick: Tick, cpu: number): { pid: number; comm: string } | undefined {
    const index = this.pageAt(tick), { from, start } = this.pages[index], { events, tasks } = this.load(index);
    let at = this.#has(index, ['context-switch']) ? events.before(tick + 1) - 1 : -1;
    while (at >= 0 && (events.kind(at) !== KIND['context-switch'] || events.cpu(at) !== cpu)) at--;
    const told = at < 0 ? undefined : events.report(at), since = told?.tick ?? from - 1;
    if (tasks.some((turn) => turn.cpu === cpu && turn.tick > since && turn.tick <= tick)) return undefined;
    if (told) return { pid: Number(told.fields['to']), comm: String(told.fields['toComm']) };
    const { coming } = start.on[cpu];
    return coming && { pid: coming.pid, comm: coming.comm };
  }

  /** Frames and overwritten stretches that may still be seen at a tick, oldest first. */
  framesBefore(tick: Tick): FrameRecord[] {
    const index = this.pageAt(tick);
    return [...this.pages[index].start.frames, ...this.load(index).frames].filter((frame) => frame.tick < tick);
  }

  overwrittenBefore(tick: Tick): Items['overwritten'] {
    const index = this.pageAt(tick);
    return [...this.pages[index].start.overwritten, ...this.load(index).overwritten].filter((one) => one.tick < tick);
  }

  /** Output up to a tick. */
  text(until: Tick): string {
    const index = this.pageAt(until);
    const known = until >= this.frontier ? this.total('bytes')
      : this.pages[index].start.counts.get('bytes') + this.#countIn(index, KIND['console-output'], until);
    return new TextDecoder().decode(this.console.subarray(0, known));
  }
}
