/** A whole run as text: its system calls as strace prints them, its events as Linux's ftrace does. */
import { EVENTS } from '../link/events.ts';
import type { EventReport } from '../link/reports.ts';
import type { Lab } from './lab.ts';

/** One line for each system call, in the order in which they began. */
export function strace(lab: Lab): string[] {
  return lab.tracer.record.syscalls.map(({ text, task, ret, returns }) =>
    `[pid ${String(task.pid).padStart(3)}] ${text}${ret !== undefined || returns === false ? '' : ' <unfinished ...>'}`);
}

const name = ({ kind, text, fields }: EventReport): string =>
  `${EVENTS[kind].ftrace?.(fields) ?? `${EVENTS[kind].site ?? kind.replaceAll('-', '_')}:`} ${text}`;

/** Documentation/trace/ftrace.rst, "Output format"; the clock counts ticks, as trace_clock `counter` counts events. */
export function ftrace(lab: Lab): string[] {
  const { events } = lab.tracer.record;
  return [
    '# tracer: nop', '#', `# entries-in-buffer/entries-written: ${events.length}/${events.length}   #P:1`, '#',
    '#           TASK-PID     CPU#     TICK     FUNCTION', '#              | |         |         |         |',
    ...events.map((event) => {
      const { comm, pid } = lab.tracer.task(event.tick);
      return `${pid === 0 ? '          <idle>' : comm.slice(0, 16).padStart(16)}-${String(pid).padEnd(7)} [000] ` +
        `${String(event.tick).padStart(12)}: ${name(event)}`;
    }),
  ];
}
