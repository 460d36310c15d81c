/** A whole run as text, in the rows that the page shows parts of. */
import { commOf, ftraceHead, ftraceText, graphRows, straceText } from './trace-rows.ts';
import type { Lab } from './lab.ts';

/** One line for each system call, in the order in which they began. */
export const strace = (lab: Lab): string[] => lab.tracer.record.syscalls.map(straceText);

export function ftrace(lab: Lab): string[] {
  const { record } = lab.tracer, { events } = record, cpus = new Set(events.map(({ cpu }) => cpu)).size;
  return [...ftraceHead(events.length, Math.max(1, cpus)), ...events.map((event) => ftraceText(event, commOf(record, event)))];
}

/** Every system call with the functions that it ran through: each is run again for that. */
export function functionGraph(lab: Lab): string[] {
  const nth = new Map<string, number>();
  return ['# tracer: function_graph', '#', '#   DURATION      FUNCTION CALLS', ...lab.tracer.record.syscalls.flatMap((call) => {
    const n = nth.get(call.name) ?? 0;
    nth.set(call.name, n + 1);
    return ['', ` ${straceText(call)}`, ...graphRows(lab.pathOf(call.name, n)).map(({ text }) => text)];
  })];
}
