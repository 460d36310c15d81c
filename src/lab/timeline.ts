/** Lanes of the timeline between two ticks, from the record; what is too narrow to draw is merged and says so. */
import type { Tick } from '../base/units.ts';
import { EVENT_KINDS, EVENTS, KIND } from '../link/events.ts';
import type { Lane, LaneName, Span, SyscallReport, TimelineView } from '../link/reports.ts';
import { cableSpans, FATES } from './cable.ts';
import { lockSpans } from './locks.ts';
import type { GuestFacts } from './guest-facts.ts';
import { softirqsOn, type Carried, type Items, type OnCpu, type Page, type Record } from './record.ts';

/** A forgotten page is made again where it fills this part of the view. The others are drawn as one span each, as is a page hardly wider than a column. */
const WORTH_REMAKING = 1 / 4;

/** What has gone wrong is marked where it did; what is graver comes first. */
const GRAVE = EVENT_KINDS.filter((kind) => EVENTS[kind].grave !== undefined && !EVENTS[kind].quiet)
  .sort((a, b) => Number(EVENTS[b].grave === 'run') - Number(EVENTS[a].grave === 'run'));

/** One lane as it is filled: changes of one value over time become spans. */
class Value {
  readonly spans: Span[] = [];
  #open: Span;

  constructor(label: string, kind: string) {
    this.#open = { start: 0, end: 0, label, kind };
  }

  set(tick: Tick, label: string, kind: string): void {
    if (label === this.#open.label && kind === this.#open.kind) return;
    this.close(tick);
    this.#open = { start: tick, end: tick, label, kind };
  }

  close(end: Tick): void {
    if (end > this.#open.start) this.spans.push({ ...this.#open, end });
  }
}

/**
 * Where the kernel notes who runs, that is what tells application from kernel: in a unikernel the ring is always 0. Bypassed calls do not change the note:
 * while the kernel serves one, that says who runs.
 */
type Modes = GuestFacts['modes'];
/** Who tells application from kernel: the kernel's notes, the ring, or nobody: in a unikernel whose kernel never notes that the application runs. */
type Sides = Modes | 'ring' | 'nobody';
function modeOf(modes: Modes, mode: number | undefined, isServed: boolean): { label: string; kind: string } {
  const known = mode === undefined ? undefined : modes.get(mode);
  if (known?.isApplication && isServed) return { label: 'kernel, in a call', kind: '0' };
  return { label: known?.name ?? 'kernel', kind: known?.isApplication ? '0a' : '0' };
}
const ringOf = ({ mode, ring, task }: OnCpu, sides: Sides, served: ReadonlySet<number>): { label: string; kind: string } =>
  (typeof sides === 'object' ? modeOf(sides, mode?.pid === task.pid ? mode.mode : undefined, served.has(task.pid))
    : { label: `ring ${ring}`, kind: sides === 'nobody' ? '' : String(ring) });
/** Whose call the kernel serves as a page begins. */
const servedAt = ({ start: { open }, pristine }: Pick<Page, 'start' | 'pristine'>): ReadonlySet<number> =>
  new Set(open.filter(({ entered, report }) => entered && (pristine.get(report) ?? report).ret === undefined).map(({ report }) => report.task.pid));
const taskOf = ({ pid, comm }: { pid: number; comm: string }): { label: string; kind: string } =>
  ({ label: `${comm} ${pid}`, kind: pid === 0 ? 'idle' : 'task' });

/** A lane of the picture: its name, and its CPU where each has one. */
const keyOf = ({ name, cpu }: Pick<Lane, 'name' | 'cpu'>): string => (cpu === undefined ? name : `${name} ${cpu}`);

/** Who ran on a CPU. */
export function tasksOn(cpu: number, start: Carried, items: Items): Value {
  const first = taskOf(start.on[cpu].task), lane = new Value(first.label, first.kind);
  for (const one of items.tasks) if (one.cpu === cpu) lane.set(one.tick, taskOf(one).label, taskOf(one).kind);
  return lane;
}

/** What interrupts left to be done, and a CPU did with interrupts on. */
function softirqsIn(cpu: number, { on }: Carried, { events }: Items, openTo: Tick | undefined): Span[] {
  const spans: Span[] = [], kinds: readonly number[] = [KIND['softirq-entry'], KIND['softirq-exit']];
  let open = on[cpu].softirq;
  for (let n = 0; n < events.length; n++) {
    if (!kinds.includes(events.kind(n)) || events.cpu(n) !== cpu) continue;
    const { kind, tick, text } = events.report(n);
    if (open) spans.push({ ...open, end: tick });
    open = kind === 'softirq-entry' ? { start: tick, label: text, kind: 'softirq' } : undefined;
  }
  if (open && openTo !== undefined) spans.push({ ...open, end: openTo });
  return spans;
}

/** All lanes of one stretch of the record; ring and stack are those of one CPU. `isLast`: nobody tells when that ends which goes on beyond it. */
function lanesOf(page: Page, to: Tick, items: Items, live: Tick, sides: Sides, cpu: number, isLast: boolean,
  waits: (call: SyscallReport) => boolean): { [lane: string]: Span[] } {
  const { from, start } = page, on = start.on[cpu], served = servedAt(page), first = ringOf(on, sides, served);
  const tasks = start.on.map((_, one) => tasksOn(one, start, items)), stackNow = on.stack || 'kernel';
  const ring = new Value(first.label, first.kind), stack = new Value(stackNow, stackNow);
  if (typeof sides === 'object') for (const { tick, label, kind } of modeChanges(sides, on, items, cpu, served)) ring.set(tick, label, kind);
  else for (const { tick, fields } of items.events.of(KIND['ring-change'], cpu)) ring.set(tick + 1, `ring ${fields['to']}`, sides === 'nobody' ? ''
    : String(fields['to']));
  for (const { tick, fields } of items.events.of(KIND['stack-switch'], cpu)) stack.set(tick + 1, String(fields['to']), String(fields['to']));
  for (const lane of [ring, ...tasks, stack]) {
    lane.close(to);
    for (const span of lane.spans) span.start = Math.max(span.start, from);
  }
  const calls = [...start.open.filter(({ entered }) => entered).map(({ report }) => report), ...items.syscalls].filter((call) => !waits(call));
  const marks = GRAVE.flatMap((kind) => [...items.events.of(KIND[kind], cpu)].map(({ tick, text }) =>
    ({ start: tick, end: tick + 1, name: text, kind: EVENTS[kind].grave === 'run' ? 'grave' : 'fault' })));
  const openTo = isLast ? live : undefined, frames = cableSpans(start.cable, items.events, openTo);
  const interrupts = [...start.nested.map(({ span }) => span), ...marks, ...items.interrupts].sort((a, b) => a.start - b.start);
  return {
    ring: ring.spans, stack: stack.spans, ...Object.fromEntries(tasks.map(({ spans }, one) => [keyOf({ name: 'task', cpu: one }), spans])),
    syscall: calls.map(({ tick, endTick, text, name, task }) => ({ start: tick, end: endTick ?? live, label: text, kind: name, who: taskOf(task).label })),
    irq: interrupts.map((span) => ({ start: span.start, end: Math.min(span.end, live), label: span.name, kind: span.kind })),
    ...Object.fromEntries(start.on.map((_, one) => [keyOf({ name: 'softirq', cpu: one }), softirqsIn(one, start, items, openTo)])),
    locks: lockSpans(start.locks, items.locks, live), 'to-guest': frames.in, 'to-client': frames.out,
  };
}

/** The mode of whoever runs, at each change of the one or the other, and of whether the kernel serves a call of his. */
function modeChanges(names: Modes, { mode, task }: OnCpu, { modes, tasks, events }: Items, cpu: number, before: ReadonlySet<number>): { tick: Tick;
  label: string; kind: string }[] {
  const known = new Map(mode && [[mode.pid, mode.mode]]), served = new Set(before);
  let { pid } = task;
  const calls = [...events.of(KIND['syscall-entry'], cpu), ...events.of(KIND['syscall-exit'], cpu)];
  return [...modes, ...tasks, ...calls].filter((one) => one.cpu === cpu).sort((a, b) => a.tick - b.tick).map((one) => {
    if ('mode' in one) known.set(one.pid, one.mode);
    else if (!('kind' in one)) ({ pid } = one);
    else if (one.kind === 'syscall-entry') served.add(one.pid);
    else served.delete(one.pid);
    // The tracepoint stands before the store.
    return { tick: 'mode' in one ? one.tick + 1 : one.tick, ...modeOf(names, known.get(pid), served.has(pid)) };
  });
}

/** Of these a page shows its part; what else goes on beyond a page's end is known there from its beginning. */
const CUT: readonly LaneName[] = ['ring', 'task', 'stack'];

/** What goes on beyond a page's end is told by the page that has the end. */
const ENDED: readonly LaneName[] = ['softirq', 'to-guest', 'to-client'];

/** Is it the same thing, cut in two by a page's end? */
const goesOn = (name: LaneName, last: Span, span: Span): boolean =>
  CUT.includes(name) && span.start === last.end && span.label === last.label && span.kind === last.kind && !span.merged && !last.merged;

/** Goes on where the neighbour page left off, or joins what shares a column: of frames on the cable then the worst counts. */
export function fit(name: LaneName, spans: readonly Span[], from: Tick, to: Tick, columns: number): Span[] {
  const width = Math.max(1, (to - from) / Math.max(1, columns));
  const out: Span[] = [], known = new Map<string, Span>();
  for (const span of spans) {
    if (span.end <= from || span.start >= to) continue;
    const last = out.at(-1), same = known.get(`${span.start} ${span.label}`);
    const narrow = last && span.end - span.start < width && span.start - last.end < width && last.end - last.start < width;
    // A page further on knows better when it ended. Several frames may be given to the cable at once: each is told by the page in which it ends.
    if (same && !ENDED.includes(name)) same.end = span.end;
    else if (last && goesOn(name, last, span)) last.end = span.end;
    else if (narrow) {
      last.end = Math.max(last.end, span.end);
      last.merged = (last.merged ?? 1) + (span.merged ?? 1);
      // Among many this is what is to be seen, of two the one that came of the other.
      if (FATES.indexOf(span.kind) > FATES.indexOf(last.kind)) last.kind = span.kind;
      if (span.kind === 'grave') Object.assign(last, { label: span.label, kind: span.kind });
    } else {
      const own = { ...span };
      out.push(own);
      known.set(`${span.start} ${span.label}`, own);
    }
  }
  return out;
}

/** How many things of a lane a page holds, without a look at them. */
const COUNTED: { readonly [N in LaneName]: string } = { ring: 'ring-change', task: 'context-switch', stack: 'stack-switch', syscall: 'calls',
  irq: 'interrupt', softirq: 'softirq-entry', locks: 'lock-acquired', 'to-guest': 'wire-to-guest', 'to-client': 'wire-to-client' };

/** The window for a new tick: unchanged while the tick is well inside, else moved so that it stands at two fifths, or near the right end if nothing came
 * after it yet. */
export function follow(shown: { from: Tick; to: Tick }, tick: Tick, live: Tick): { from: Tick; to: Tick } {
  const span = Math.max(shown.to - shown.from, 1);
  if (span >= live && shown.from === 0) return { from: 0, to: Math.max(live, shown.to) };
  const place = (tick - shown.from) / span;
  if (place >= 0.1 && place <= 0.9) return shown;
  const from = Math.max(0, Math.floor(tick - span * (tick === live ? 0.85 : 0.4)));
  return { from, to: from + span };
}

export function timelineView(record: Record, live: Tick, from: Tick, to: Tick, columns: number, names: Modes, cpu: number): TimelineView {
  const cpus = record.state.on.map((_, one) => one);
  const table: Pick<Lane, 'name' | 'cpu'>[] = [{ name: 'ring' }, ...cpus.map((one) => ({ name: 'task' as const, cpu: one })), { name: 'stack' },
    { name: 'syscall' }, { name: 'irq' },
    ...cpus.map((one) => ({ name: 'softirq' as const, cpu: one })), { name: 'locks' }, { name: 'to-guest' }, { name: 'to-client' }];
  const spans = new Map<string, Span[]>();
  const sides: Sides = names.size === 0 ? 'ring' : [...record.knownModes].some((mode) => names.get(mode)?.isApplication) ? names : 'nobody';
  const add = (key: string, name: LaneName, more: readonly Span[]): void => {
    const all = spans.get(key), last = all?.at(-1);
    if (!all) spans.set(key, [...more]);
    // Joined before anything is too narrow to draw: where pages end is not to be seen.
    else for (const span of more) if (span === more[0] && last && goesOn(name, last, span)) last.end = span.end; else all.push(span);
  };
  // Who only waits for the application's end would lie over all of it.
  const { beginning } = record, waits = ({ task }: SyscallReport): boolean => beginning?.starters.has(task.pid) === true;
  const narrow = (2 * (to - from)) / Math.max(1, columns);
  const isSeen = (page: Page, next: Page | undefined): boolean =>
    !next || next.from - page.from > (page.items ? narrow : (to - from) * WORTH_REMAKING);
  for (let index = record.pageAt(from); index < record.pages.length && record.pages[index].from < to; index++) {
    const page = record.pages[index], next = record.pages[index + 1];
    const end = next?.from ?? live;
    if (isSeen(page, next)) {
      const goesOnSeen = next && next.from < to && isSeen(next, record.pages[index + 2]);
      const lanes = lanesOf(page, end, record.load(index), live, sides, cpu, !goesOnSeen, waits);
      for (const lane of table) add(keyOf(lane), lane.name, lanes[keyOf(lane)] ?? []);
    } else {
      for (const lane of table) {
        const { name } = lane, key = name === 'softirq' ? softirqsOn(lane.cpu ?? 0) : COUNTED[name];
        const merged = next.start.counts.get(key) - page.start.counts.get(key);
        const on = page.start.on[lane.cpu ?? cpu], stack = { label: on.stack, kind: on.stack };
        const before = { ring: ringOf(on, sides, servedAt(page)), task: taskOf(on.task), stack };
        const { label, kind } = name === 'ring' || name === 'task' || name === 'stack' ? before[name] : { label: `${merged} of them`, kind: '' };
        // Between so many changes are one more.
        const together = name in before ? merged + 1 : merged;
        if (merged || name in before) add(keyOf(lane), name, [{ start: page.from, end, label, kind, ...(merged ? { merged: together } : {}) }]);
      }
    }
  }
  // What a page further on tells may have begun before what this one does.
  const ordered = (lane: Pick<Lane, 'name' | 'cpu'>): readonly Span[] => {
    const all = spans.get(keyOf(lane)) ?? [];
    return ENDED.includes(lane.name) ? all.toSorted((a, b) => a.start - b.start) : all;
  };
  return { from, to, lanes: table.map((lane): Lane => ({ name: lane.name, ...(cpus.length > 1 && lane.cpu !== undefined ? { cpu: lane.cpu } : {}),
    spans: fit(lane.name, ordered(lane), from, to, columns).map((span) =>
      ({ ...span, start: Math.max(span.start, from), end: Math.min(span.end, to) })) })) };
}
