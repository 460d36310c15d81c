/**
 * What each task does, from what the scheduler tells: who is taken off a CPU, in which state, and who wakes whom. A task is known from its first
 * wake-up or its first turn on. The notes go over from page to page of the record; what happens inside a page is folded into them when someone asks.
 */
import type { Tick, VirtAddr } from '../base/units.ts';
import { KIND } from '../link/events.ts';
import type { EventReport, TaskState } from '../link/reports.ts';
import type { Items } from './record.ts';

export interface TaskNote {
  /** Its pid; each CPU's own idle task has a number of its own below zero. */
  readonly id: number;
  readonly pid: number;
  readonly comm: string;
  /** Where it runs, or ran last, or is to run. */
  readonly cpu: number;
  readonly isRunning: boolean;
  /** As the kernel had it when the task gave up the CPU. */
  readonly state: number;
  /** It does what it does from here on. */
  readonly since: Tick;
  readonly woken?: { by: number; tick: Tick };
  /** Registers with which it was left, and where its page tables start: its frames begin there as long as it does not run. */
  readonly saved?: { rip: VirtAddr; rsp: VirtAddr; rbp: VirtAddr; root: number };
  /** It was asked to give way, and the scheduler has not been asked since. */
  readonly asked?: Tick;
}

export type TaskNotes = ReadonlyMap<number, TaskNote>;

/** Each CPU has an idle task, and all of them are pid 0. */
export const taskId = (pid: number, cpu: number): number => (pid === 0 ? -1 - cpu : pid);

/** Kinds of events that change what tasks do, besides the switch of tasks: that is done some steps after it is told. */
export const SCHEDULING: ReadonlySet<number> = new Set([KIND['wake-up'], KIND['migrate'], KIND['need-resched'], KIND['schedule']]);

/** Linux: include/linux/sched.h, "Used in tsk->state"; the letters are those of ps and of ftrace's sched_switch. */
const STATES: readonly (readonly [mask: number, letter: string, state: TaskState])[] = [
  [0x0001, 'S', 'asleep'], [0x0002, 'D', 'waiting'], [0x0004, 'T', 'stopped'], [0x0008, 't', 'stopped'], [0x00b0, 'X', 'gone'],
];

export const STATE_LETTERS: readonly string[] = ['R', ...STATES.map(([, letter]) => letter)];

export function stateOf({ isRunning, state }: Pick<TaskNote, 'isRunning' | 'state'>): { letter: string; state: TaskState } {
  if (isRunning) return { letter: 'R', state: 'running' };
  const known = STATES.find(([mask]) => (state & mask) !== 0);
  return known ? { letter: known[1], state: known[2] } : { letter: 'R', state: 'ready' };
}

/** What changes what tasks do: told at one tick, done at another. A tracepoint stands before what it tells. */
export interface Change extends Pick<EventReport, 'kind' | 'cpu' | 'pid' | 'fields'> {
  told: Tick;
  tick: Tick;
}

/** Puts a change into the notes. `changed` is told of a task as it was before, and as it is now. */
export function afterTask(notes: Map<number, TaskNote>, { kind, told, tick, cpu, pid: current, fields }: Change,
  changed: (now: TaskNote, was: TaskNote | undefined) => void = () => undefined): void {
  const put = (now: TaskNote): void => {
    const was = notes.get(now.id);
    notes.set(now.id, now);
    changed(now, was);
  };
  if (kind === 'context-switch') {
    const { from: left, to: taken } = fields, from = taskId(Number(left), cpu), to = taskId(Number(taken), cpu);
    const { asked: _asked, ...known } = notes.get(from) ?? { id: from, pid: Number(left), comm: '' };
    // The one that is woken before it has let go stays runnable.
    put({ ...known, comm: String(fields['fromComm']), cpu, isRunning: false, state: Number(fields['state']), since: tick,
      saved: { rip: BigInt(fields['rip']), rsp: BigInt(fields['rsp']), rbp: BigInt(fields['rbp']), root: Number(fields['root']) } });
    put({ ...(notes.get(to) ?? { id: to, pid: Number(taken) }), comm: String(fields['toComm']), cpu, isRunning: true, state: 0, since: tick });
  } else if (kind === 'wake-up') {
    const pid = Number(fields['pid']), there = Number(fields['target_cpu']), id = taskId(pid, there), was = notes.get(id);
    const woken = { by: taskId(current, cpu), tick: told };
    put(was ? { ...was, woken, ...(was.isRunning ? {} : { cpu: there, state: 0, since: tick }) }
      : { id, pid, comm: String(fields['comm']), cpu: there, isRunning: false, state: 0, since: tick, woken });
  } else if (kind === 'migrate') {
    const was = notes.get(Number(fields['pid']));
    if (was) put({ ...was, cpu: Number(fields['dest_cpu']) });
  } else if (kind === 'need-resched') {
    const was = notes.get(taskId(Number(fields['pid']), Number(fields['target_cpu'])));
    if (was) put({ ...was, asked: told });
  } else if (kind === 'schedule') {
    const was = notes.get(taskId(current, cpu));
    if (was?.asked === undefined) return;
    const { asked: _asked, ...now } = was;
    put(now);
  }
}

/** What of a page has changed what tasks do by a tick, in its order; and events of more kinds, each with the tick at which it was told. */
export function* changesOf({ events, tasks }: Pick<Items, 'events' | 'tasks'>, until: Tick, more: ReadonlySet<number> = SCHEDULING): Generator<Change> {
  let turn = 0;
  function* switchesTo(tick: Tick): Generator<Change> {
    for (; turn < tasks.length && tasks[turn].tick <= tick; turn++) {
      const { tick: done, cpu, switched } = tasks[turn];
      if (switched) yield { kind: 'context-switch', told: done, tick: done, cpu, pid: Number(switched.fields['from']), fields: switched.fields };
    }
  }
  for (let n = 0; n < events.length && events.tick(n) < until; n++) {
    if (!more.has(events.kind(n))) continue;
    const { kind, tick, cpu, pid, fields } = events.report(n);
    yield* switchesTo(tick);
    yield { kind, told: tick, tick: tick + 1, cpu, pid, fields };
  }
  yield* switchesTo(until);
}

/** The notes after all of a page. */
export function tasksAfter(notes: TaskNotes, items: Pick<Items, 'events' | 'tasks'>): TaskNotes {
  let made: Map<number, TaskNote> | undefined;
  for (const change of changesOf(items, Infinity)) afterTask((made ??= new Map(notes)), change);
  return made ?? notes;
}
