/** Where what happens is written: at the record's end when it is new, into a page that is made again, and nowhere when it is known already. */
import { assert } from '../base/assert.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import { EVENT_KINDS, KIND, type EventKind } from '../link/events.ts';
import type { EventReport } from '../link/reports.ts';
import type { EventColumns } from './columns.ts';
import type { Carried, Items, Page, Record, TaskTurn } from './record.ts';
import type { Now } from './system-calls.ts';

/** Told of what happens while something runs. */
export interface Observer {
  /** Where it wants to be asked before an instruction, besides our own probes. */
  addresses?: ReadonlySet<VirtAddr>;
  probe?: (addr: VirtAddr) => void;
  /** The events it wants to hear of; all without this. */
  kinds?: readonly EventKind[];
  /** Each event, new or replayed. `atProbe`: its instruction has not run yet, so a run that continues here meets it again. */
  event?: (event: EventReport, atProbe: boolean) => void;
}

const ALL = EVENT_KINDS.map(() => true), NONE = EVENT_KINDS.map(() => false);

/** By number: the kinds of events that an observer wants to hear of. */
export const wantedOf = ({ event, kinds }: Observer): readonly boolean[] =>
  (!event ? NONE : kinds ? EVENT_KINDS.map((kind) => kinds.includes(kind)) : ALL);

export class Writing {
  record: Record;
  /** A page that is being made again, in place of the record's end. */
  remaking: { from: Tick; to: Tick; items: Items; state: Carried } | undefined;
  observer: Observer = {};
  wanted: readonly boolean[] = NONE;
  /** What happens is the tracepoint before an instruction. */
  probing = false;
  readonly #now: Now;
  /** In a replay: the page, and which of its events comes next. Undefined: to be found by the next event's tick. */
  #cursorPage: Page | undefined;
  #cursorAt = 0;

  constructor(record: Record, now: Now) {
    this.record = record;
    this.#now = now;
  }

  /** The machine was put to another tick, or there is another record. */
  moved(): void {
    this.#cursorPage = undefined;
  }

  /** Is this step to be noted? For probes, which come before it, see the tracer's. */
  get fresh(): boolean {
    const tick = this.#now.tick, remaking = this.remaking;
    return remaking ? tick >= remaking.from && tick < remaking.to : tick >= this.record.frontier;
  }

  get state(): Carried {
    return this.remaking?.state ?? this.record.state;
  }

  get items(): Items {
    return this.remaking?.items ?? this.record.writable(this.#now.tick);
  }

  /** A page begins before anything of its first tick is noted. */
  beginPage(): void {
    if (!this.remaking) this.record.writable(this.#now.tick);
  }

  /** @returns what goes back to this place among the events. */
  keepPlace(): () => void {
    const page = this.#cursorPage, at = this.#cursorAt;
    return () => {
      this.#cursorPage = page;
      this.#cursorAt = at;
    };
  }

  /** Where the events of a tick are, in a replay. */
  #locate(tick: Tick): Page {
    const { pages } = this.record;
    const page = pages[this.record.pageAt(tick)];
    if (this.#cursorPage !== page || page.items === undefined) {
      this.#cursorPage = page;
      this.#cursorAt = page.items?.events.before(tick) ?? 0;
    }
    return page;
  }

  /** What is typed at the client goes to the cable at once. A replay that begins behind that does not meet it again. */
  #passInput({ items }: Page, kind: number, tick: Tick): void {
    const byInput = KIND['wire-to-guest'];
    if (!items) return;
    const { events } = items, last = kind === byInput ? tick - 1 : tick;
    while (this.#cursorAt < events.length && events.kind(this.#cursorAt) === byInput && events.tick(this.#cursorAt) <= last) this.#cursorAt++;
  }

  /** An event happens. @returns where its fields go, if it is to be noted now; then `told` follows. */
  begin(kind: number, cpu: number): EventColumns | undefined {
    const record = this.record, tick = this.#now.tick, remaking = this.remaking;
    if (remaking) {
      if (!this.fresh) return undefined;
      return this.#put(remaking.items.events, remaking.state, tick, kind, cpu);
    }
    if (tick <= record.lastEvent) {
      const page = this.#locate(tick);
      this.#passInput(page, kind, tick);
      if (page !== record.last || this.#cursorAt < (page.items?.events.length ?? 0)) {
        this.again(kind, page);
        return undefined;
      }
    }
    const { events } = record.writable(tick);
    record.lastEvent = tick;
    this.#put(events, record.state, tick, kind, cpu);
    this.#cursorPage = record.last;
    this.#cursorAt = events.length;
    return events;
  }

  /** Does nothing of the record stand at this tick or behind it? Then what happens is new. */
  isNew(tick: Tick): boolean {
    const { record } = this;
    return !this.remaking && tick >= record.frontier && (tick > record.lastEvent || (this.#cursorPage === record.last && this.#cursorAt ===
      record.open.events.length));
  }

  /** What stands last in the record is the newest. */
  atEnd(): void {
    const { last } = this.record;
    this.#cursorPage = last;
    this.#cursorAt = this.record.open.events.length;
  }

  #put(columns: EventColumns, { counts, on }: Carried, tick: Tick, kind: number, cpu: number): EventColumns {
    columns.add(tick, kind, cpu, on[cpu].task.pid);
    counts.events++;
    counts.kinds[kind]++;
    return columns;
  }

  /** The newest event has all its fields. */
  told(columns: EventColumns): void {
    const n = columns.length - 1;
    if (this.wanted[columns.kind(n)] && !this.remaking) this.observer.event?.(columns.report(n), this.probing);
  }

  /** The event that is known to come next, in a replay. */
  again(kind: number, page = this.#locate(this.#now.tick)): void {
    const tick = this.#now.tick;
    this.#passInput(page, kind, tick);
    const events = page.items?.events, n = this.#cursorAt++;
    // A forgotten page: whoever wants its events loads it before.
    if (!events || n >= events.length) return;
    if (events.kind(n) !== kind || events.tick(n) !== tick)
      assert(false, `replay differs: ${EVENT_KINDS[kind]} at tick ${tick}, not ${EVENT_KINDS[events.kind(n)]} at ${events.tick(n)}`);
    if (this.wanted[kind]) this.observer.event?.(events.report(n), this.probing);
  }

  /** An event that comes of what is carried along, which a replay does not have: the record says whether it comes here. */
  againIfNext(kind: number): void {
    const { tick } = this.#now, page = this.#locate(tick), { items } = page, n = this.#cursorAt;
    if (items && n < items.events.length && items.events.kind(n) === kind && items.events.tick(n) === tick) this.again(kind, page);
  }

  /** An event that is not among the many: its fields are put in by a function, if it is to be noted now; then it is `noted`. */
  note(kind: EventKind, cpu: number, put: (columns: EventColumns) => void, noted?: (event: EventReport) => void): void {
    const columns = this.begin(KIND[kind], cpu);
    if (!columns) return;
    put(columns);
    noted?.(columns.report(columns.length - 1));
    this.told(columns);
  }

  /** Another task is on a CPU. */
  turn(task: TaskTurn): void {
    const on = this.state.on[task.cpu];
    on.task = task;
    on.isAsked = false;
    this.items.tasks.push(task);
  }
}
