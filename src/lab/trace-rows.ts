/** What happened as text, a row for each: system calls as strace prints them, events as Linux's ftrace does, one call as its function graph. */
import type { Tick } from '../base/units.ts';
import { EVENTS } from '../link/events.ts';
import type { EventReport, PathNode, PathView, SyscallReport, TraceRow, TraceView } from '../link/reports.ts';
import type { Looks } from '../link/protocol.ts';
import type { Record } from './record.ts';

type Ask = Looks['trace'][0];

/** So many things are looked at for the rows on one side of the present; a filter that nothing passes ends there. */
const MOST_LOOKED_AT = 20_000;

/** `[pid  43] write(1, "hello\n", 6) = 6` */
export const straceText = ({ text, task, ret, returns }: SyscallReport): string =>
  `[pid ${String(task.pid).padStart(3)}] ${text}${ret !== undefined || returns === false ? '' : ' <unfinished ...>'}`;

const nameOf = ({ kind, text, fields }: EventReport): string =>
  `${EVENTS[kind].ftrace?.(fields) ?? `${EVENTS[kind].site ?? kind.replaceAll('-', '_')}:`} ${text}`;

/** Documentation/trace/ftrace.rst, "Output format"; the clock counts ticks, as trace_clock `counter` counts events. */
export function ftraceText(event: EventReport, comm: string): string {
  const { pid, cpu, tick } = event;
  return `${pid === 0 ? '          <idle>' : comm.slice(0, 16).padStart(16)}-${String(pid).padEnd(7)} [${String(cpu).padStart(3, '0')}] ` +
    `${String(tick).padStart(12)}: ${nameOf(event)}`;
}

export const ftraceHead = (count: number, cpus: number): string[] => ['# tracer: nop', '#',
  `# entries-in-buffer/entries-written: ${count}/${count}   #P:${cpus}`, '#',
  '#           TASK-PID     CPU#     TICK     FUNCTION', '#              | |         |         |         |'];

/** The name that the task of an event had. The load of RSP that puts a task on the CPU is its own. */
export function commOf(record: Record, { tick, cpu, pid }: EventReport): string {
  const now = record.task(tick, cpu), next = record.task((tick + 1) as Tick, cpu);
  if (now.pid === pid) return now.comm;
  if (next.pid === pid) return next.comm;
  const page = record.pages[record.pageAt(tick)];
  return [...page.start.tasks.values()].find((note) => note.pid === pid)?.comm ?? '';
}

/** Documentation/trace/ftrace.rst, "function graph": what a call ran through, with the cycles of each function and all that it called. */
export function graphRows({ call, nodes }: PathView): TraceRow[] {
  if (!call) return [];
  const { pid } = call.task, rows: TraceRow[] = [], below = new Map<number | null, PathNode[]>();
  for (const node of nodes) {
    const siblings = below.get(node.parent);
    if (siblings) siblings.push(node);
    else below.set(node.parent, [node]);
  }
  // With all that it called: who was called stands behind its caller.
  const totals = new Map(nodes.map(({ id, cycles }) => [id, cycles])), total = ({ id }: PathNode): number => totals.get(id) ?? 0;
  for (const node of nodes.toReversed()) if (node.parent !== null) totals.set(node.parent, (totals.get(node.parent) ?? 0) + total(node));
  const row = (tick: Tick, { cpu }: PathNode, cycles: string, text: string): void =>
    void rows.push({ tick, pid, cpu, text: `${cycles.padStart(12)} |  ${text}` });
  const put = (node: PathNode, depth: number): void => {
    const inside = below.get(node.id) ?? [], indent = '  '.repeat(depth), name = node.name.replace(/^\w+:/, '');
    if (inside.length === 0) return row(node.firstTick, node, `${total(node)} cyc`, `${indent}${name}();`);
    row(node.firstTick, node, '', `${indent}${name}() {`);
    for (const one of inside) put(one, depth + 1);
    row(node.lastTick, node, `${total(node)} cyc`, `${indent}} /* ${name} */`);
  };
  for (const node of below.get(null) ?? []) put(node, 0);
  return rows;
}

/** Rows on both sides of the present that pass the filter; each row is a moment. */
export function traceView(record: Record, path: () => PathView, now: Tick, { format, pid, cpu, match, rows: most }: Ask): TraceView {
  if (format === 'function_graph') {
    const view = path(), all = graphRows(view).filter(({ text }) => match === '' || text.includes(match));
    // A long one is shown where it stands.
    const at = Math.max(0, all.findIndex(({ tick }) => tick > now)), from = Math.max(0, Math.min(at - most, all.length - 2 * most));
    return { rows: all.slice(from, from + 2 * most), earlier: from > 0, later: from + 2 * most < all.length, ...(view.call ? { title: view.call.text } : {}) };
  }
  const passes = (row: TraceRow): boolean => (pid === undefined || row.pid === pid) && (cpu === undefined || row.cpu === cpu) &&
    (match === '' || row.text.includes(match));
  const take = (all: Iterable<TraceRow>): { rows: TraceRow[]; more: boolean } => {
    const rows: TraceRow[] = [];
    let looked = 0;
    for (const row of all) {
      if (rows.length === most || ++looked > MOST_LOOKED_AT) return { rows, more: true };
      if (passes(row)) rows.push(row);
    }
    return { rows, more: false };
  };
  const before = take(format === 'strace' ? callsBack(record, now) : eventRows(record, record.eventsBack(now + 1)));
  const after = take(format === 'strace' ? callsFrom(record, now) : eventRows(record, record.eventsFrom(now + 1)));
  return { rows: [...before.rows.toReversed(), ...after.rows], earlier: before.more, later: after.more };
}

function* eventRows(record: Record, events: Iterable<EventReport>): Generator<TraceRow> {
  for (const event of events) yield { tick: event.tick, pid: event.pid, cpu: event.cpu, text: ftraceText(event, commOf(record, event)) };
}

const callRow = (call: SyscallReport): TraceRow => ({ tick: call.tick, pid: call.task.pid, cpu: call.cpu, text: straceText(call) });

function* callsBack(record: Record, now: Tick): Generator<TraceRow> {
  for (let index = record.pageAt(now); index >= 0; index--)
    for (const call of [...record.load(index).syscalls].reverse()) if (call.tick <= now) yield callRow(call);
}

function* callsFrom(record: Record, now: Tick): Generator<TraceRow> {
  for (let index = record.pageAt(now); index < record.pages.length; index++)
    for (const call of record.load(index).syscalls) if (call.tick > now) yield callRow(call);
}
