/** The tasks at one moment: what each does, what it waits for, where it sleeps; and a window of the run, with who ran when and who woke whom. */
import type { Tick } from '../base/units.ts';
import { KIND } from '../link/events.ts';
import type { Span, SyscallReport, TaskReport, TaskState, ThreadsView } from '../link/reports.ts';
import type { Machine } from '../machine/machine.ts';
import { afterLock, type LockShare } from './locks.ts';
import { onCpu, underTables } from './memory.ts';
import type { Page } from './record.ts';
import type { Symbols } from './symbols.ts';
import { afterTask, changesOf, SCHEDULING, stateOf, type TaskNote } from './tasks.ts';
import { fit, tasksOn } from './timeline.ts';
import type { Tracer } from './tracer.ts';
import { unwind, type Frame, type Place } from './unwind.ts';

interface Parts {
  machine: Machine;
  symbols: Symbols;
  tracer: Tracer;
}

const ORDER: readonly TaskState[] = ['running', 'ready', 'waiting', 'stopped', 'asleep', 'gone'];
/** A forgotten page is made again where it fills this part of the window; of the others only the number of switches is shown. */
const WORTH_REMAKING = 1 / 4;
const RSP = 4, RBP = 5;
/** What the lanes of tasks show: also in which ring one runs. */
const CHANGES: ReadonlySet<number> = new Set([...SCHEDULING, KIND['ring-change']]);

/**
 * What a task's frames can be found from: the registers of the CPU that runs it, or those with which it was left; memory and names are those of
 * its own address space, whichever is loaded where this is asked. Where a task is going to run for the first time, nothing is known.
 */
export function placeOf({ machine, symbols, tracer }: Parts, { isRunning, cpu, saved }: TaskNote): Place | undefined {
  const inSpace = (root: number): Symbols => symbols.in(tracer.record.spaces.at(root & -4096));
  if (isRunning) {
    const registers = machine.registers(cpu);
    return cpu === machine.running ? { machine, symbols, tracer, registers }
      : { machine: onCpu(machine, cpu), symbols: inSpace(Number(registers.cr3)), tracer, registers };
  }
  if (!saved) return undefined;
  const now = machine.registers(cpu), gpr = [...now.gpr];
  gpr[RSP] = saved.rsp;
  gpr[RBP] = saved.rbp;
  return { machine: underTables(machine, saved.root), symbols: inSpace(saved.root), tracer,
    registers: { ...now, gpr, rip: saved.rip, cpl: 0, cr3: BigInt(saved.root) } };
}

/** Every task as of a tick. */
export function taskNotes({ tracer }: Pick<Parts, 'tracer'>, tick: Tick): Map<number, TaskNote> {
  const { record } = tracer, index = record.pageAt(tick), notes = new Map(record.pages[index].start.tasks);
  for (const change of changesOf(record.load(index), tick)) afterTask(notes, change);
  // A new name is told apart from any switch.
  for (const one of notes.values()) if (one.isRunning) notes.set(one.id, { ...one, comm: record.task(tick, one.cpu).comm });
  return notes;
}

export function locksAt({ start, items }: Pick<Page, 'start' | 'items'>, tick: Tick): readonly LockShare[] {
  let shares = start.locks;
  for (const note of items?.locks ?? []) if (note.tick <= tick) shares = afterLock(shares, note);
  return shares;
}

/** The system call that each task is in, by pid, as it was when the kernel was asked: what it fills in is not known before its end. */
export function callsAt({ start, items }: Page, tick: Tick): Map<number, string> {
  const found = new Map<number, string>(), { open } = start;
  const isNow = (call: SyscallReport): boolean => call.tick <= tick && (call.endTick === undefined || tick < call.endTick);
  for (const { report, asked } of open) if (asked !== undefined && isNow(report)) found.set(report.task.pid, asked);
  const calls = new Map([...(items?.syscalls ?? [])].filter(isNow).map((call) => [call.task.pid, call]));
  for (const event of items?.events.of(KIND['syscall-entry']) ?? []) {
    const call = calls.get(event.pid);
    if (call && event.tick >= call.tick && event.tick <= tick) found.set(event.pid, event.text);
  }
  return found;
}

export function threadsView(parts: Parts, live: Tick, window_: { from: Tick; to: Tick }, columns: number): ThreadsView {
  const { machine, tracer } = parts, { record } = tracer, { tick } = machine;
  const notes = taskNotes(parts, tick), page = record.pages[record.pageAt(tick)];
  const locks = locksAt(page, tick), calls = callsAt(page, tick);
  const chains = new Map([...notes.values()].map((note) => [note.id, note.isRunning ? [] : framesOf(parts, note)]));
  /** What all that sleep have in common is the way into sleep, and says nothing of any. */
  const sleepers = [...notes.values()].filter((note) => note.id >= 0 && ['asleep', 'waiting'].includes(stateOf(note).state));
  const common = commonStart(sleepers.map(({ id }) => chains.get(id) ?? []));
  /** Of one that sleeps alone it is what stands in the file of the scheduler. */
  const scheduler = parts.symbols.kernel.debug.tracepoints.find(({ name }) => name === 'sched_switch'),
    file = scheduler && parts.symbols.kernel.functionAt(scheduler.addr)?.file;
  const tasks = [...notes.values()].map((note): TaskReport => {
    const { id, pid, comm, cpu, since, woken, asked } = note, { state, letter } = stateOf(note), frames = chains.get(id) ?? [];
    const chain = frames.map(({ code }) => code.name), text = state === 'gone' ? undefined : calls.get(pid);
    const wanted = locks.findLast((one) => one.pid === pid && one.state === 'waiting');
    const lock = wanted && { name: wanted.name || wanted.lock.toString(16),
      holders: locks.filter((one) => one.lock === wanted.lock && one.state === 'held').map((one) => one.pid) };
    const region = record.regions.findLast((one) => one.kind === 'kernel' && one.pid === pid && one.from <= tick && tick <= one.to);
    const place = note.isRunning || state === 'gone' ? undefined : placeOf(parts, note);
    const isUnreadable = place !== undefined && place.machine.peekNumber(place.registers.gpr[RSP], 8) === undefined;
    const rsp = note.isRunning ? machine.registers(note.cpu).gpr[RSP] : note.saved?.rsp;
    const waits = state === 'running' || state === 'gone' ? '' : state === 'ready' ? 'its turn'
      : lock ? lock.name : text ?? (isUnreadable ? 'its stack is not mapped now'
        : (frames.slice(common).find(({ code }) => code.file !== file) ?? frames.at(common))?.code.name ?? '');
    return {
      id, pid, comm, cpu, state, letter, since, waitsFor: waits, ...(text === undefined ? {} : { call: text }), ...(lock ? { lock } : {}), chain,
      ...(region && state !== 'gone' ? { stack: { low: region.low, high: region.high,
        usedBytes: rsp !== undefined && rsp >= region.low && rsp <= region.high ? Number(region.high - rsp) : 0 } } : {}),
      ...(asked === undefined ? {} : { asked }), ...(woken ? { woken } : {}),
    };
  });
  const place = ({ id, state }: TaskReport): number => (state === 'gone' ? 2 * ORDER.length : (id < 0 ? ORDER.length : 0)) + ORDER.indexOf(state);
  // Who was there before the application is of less interest.
  const first = record.application ?? 0;
  tasks.sort((a, b) => place(a) - place(b) || Number(a.pid < first) - Number(b.pid < first) || a.pid - b.pid || b.id - a.id);
  const lanes = lanesOf(parts, window_, live), shown = (spans: Span[] | undefined): Span[] => fit('task', spans ?? [], window_.from, window_.to, columns);
  return {
    ...window_,
    cpus: [...notes.values()].filter(({ isRunning }) => isRunning).sort((a, b) => a.cpu - b.cpu).map(({ cpu, id }) =>
      ({ cpu, id, spans: shown(lanes.cpus.get(cpu)) })),
    tasks: tasks.map((task) => ({ ...task, spans: shown(lanes.tasks.get(task.id)) })),
    wakes: lanes.wakes, switches: record.countBefore(tick, 'context-switch'),
  };
}

/** Where a task is, or was left. */
export function framesOf(parts: Parts, note: TaskNote): readonly Frame[] {
  const place = stateOf(note).state === 'gone' ? undefined : placeOf(parts, note);
  return place ? unwind(place).frames : [];
}

/** How many innermost functions are the same in all of them. */
function commonStart(chains: readonly (readonly Frame[])[]): number {
  const known = chains.filter(({ length }) => length > 0), [first] = known;
  if (known.length < 2) return 0;
  let n = 0;
  while (n < first.length - 1 && known.every((chain) => chain[n]?.code === first[n].code)) n++;
  return n;
}

interface Lanes {
  tasks: Map<number, Span[]>;
  cpus: Map<number, Span[]>;
  wakes: ThreadsView['wakes'];
}

/** What each task did from tick to tick; while it runs, in which ring. */
function lanesOf({ tracer }: Pick<Parts, 'tracer'>, { from, to }: { from: Tick; to: Tick }, live: Tick): Lanes {
  const { record } = tracer, lanes: Lanes = { tasks: new Map(), cpus: new Map(), wakes: [] };
  const until = Math.min(to, live);
  const add = (map: Map<number, Span[]>, id: number, start: Tick, end: Tick, span: Pick<Span, 'label' | 'kind' | 'merged'>): void => {
    if (end <= start || end <= from || start >= until) return;
    const spans = map.get(id) ?? [];
    spans.push({ ...span, start: Math.max(start, from), end: Math.min(end, until) });
    map.set(id, spans);
  };
  for (let index = record.pageAt(from); index < record.pages.length && record.pages[index].from < until; index++) {
    const page = record.pages[index], next = record.pages[index + 1], end = next?.from ?? live;
    if (next && !page.items && end - page.from < (to - from) * WORTH_REMAKING) {
      const switches = next.start.counts.get('context-switch') - page.start.counts.get('context-switch');
      for (const { cpu, isRunning } of page.start.tasks.values()) if (isRunning)
        add(lanes.cpus, cpu, page.from, end, { label: `${switches} switches`, kind: '', merged: switches + 1 });
      continue;
    }
    const items = record.load(index), notes = new Map(page.start.tasks);
    const rings = new Map<number, number>(), ringOf = (cpu: number): number => rings.get(cpu) ?? page.start.on[cpu].ring;
    const begun = new Map<number, Tick>();
    const finish = (note: TaskNote, at: Tick): void => {
      const start = Math.max(page.from, begun.get(note.id) ?? note.since), { state } = stateOf(note);
      begun.set(note.id, at);
      // An idle task that does not run waits for nothing.
      if (state === 'gone' || (note.id < 0 && state !== 'running')) return;
      if (state !== 'running') return add(lanes.tasks, note.id, start, at, { label: LABELS[state], kind: state });
      const ring = ringOf(note.cpu);
      add(lanes.tasks, note.id, start, at, { label: note.id < 0 ? 'idle' : `ring ${ring}`, kind: note.id < 0 ? 'idle' : `ring${ring}` });
    };
    for (const change of changesOf(items, Infinity, CHANGES)) {
      const { kind, cpu, told, tick: at, fields } = change;
      if (kind === 'ring-change') {
        const running = [...notes.values()].find((one) => one.isRunning && one.cpu === cpu);
        if (running) finish(running, at);
        rings.set(cpu, Number(fields['to']));
        continue;
      }
      afterTask(notes, change, (now, was) => {
        if (was) finish(was, at);
        begun.set(now.id, at);
        if (kind === 'wake-up' && now.woken && told >= from && told < until) lanes.wakes.push({ tick: told, by: now.woken.by, woken: now.id });
      });
    }
    for (const note of notes.values()) finish(note, end);
    // By name: one that becomes another program goes on under another.
    for (let cpu = 0; cpu < page.start.on.length; cpu++) {
      const lane = tasksOn(cpu, page.start, items);
      lane.close(end);
      for (const span of lane.spans) add(lanes.cpus, cpu, Math.max(span.start, page.from), span.end, span);
    }
  }
  return lanes;
}

const LABELS: Readonly<Record<Exclude<TaskState, 'running' | 'gone'>, string>> = { ready: 'could run', asleep: 'sleeps', waiting: 'waits', stopped: 'stopped' };
