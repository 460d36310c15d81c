/** The kinds of events that the lab records, stops on and searches: the one table of them. */
import type { Tick } from '../base/units.ts';
import type { EventKind, EventReport } from '../link/reports.ts';

interface Row {
  about: string;
  /** Seen at its tick (a tracepoint: before the instruction), or after the step that it is part of. */
  stop: 'at' | 'after';
  /** Comes by the dozen: stepping by event passes over it. */
  quiet?: boolean;
}

export const EVENTS: Readonly<Record<EventKind, Row>> = {
  'syscall-entry': { about: 'the kernel begins to serve a system call', stop: 'at' },
  'syscall-exit': { about: 'its result is known', stop: 'at' },
  'ring-change': { about: 'the privilege level changed', stop: 'after', quiet: true },
  'stack-switch': { about: 'RSP went to another stack', stop: 'after', quiet: true },
  interrupt: { about: 'an interrupt was delivered', stop: 'after' },
  exception: { about: 'an exception was delivered', stop: 'after' },
  'red-zone-write': { about: 'someone wrote into live data below RSP', stop: 'after' },
  'console-output': { about: 'a byte left the serial port', stop: 'at', quiet: true },
  'console-input': { about: 'a byte arrived in the serial port', stop: 'at' },
  'context-switch': { about: 'the scheduler takes another task', stop: 'at' },
  'wake-up': { about: 'a sleeping task becomes runnable', stop: 'at', quiet: true },
  'lock-acquire': { about: 'a lock is wanted', stop: 'at', quiet: true },
  'lock-acquired': { about: 'a lock was taken', stop: 'at', quiet: true },
  'contention-begin': { about: 'a lock is not free: its task begins to wait', stop: 'at' },
  'contention-end': { about: 'the wait for a lock is over', stop: 'at' },
  'lock-release': { about: 'a lock was given back', stop: 'at', quiet: true },
  panic: { about: 'the kernel gives up', stop: 'at' },
};

export const EVENT_KINDS = Object.keys(EVENTS) as EventKind[];

/** Where a run that waits for this event stands when it has come. */
export const stopTick = ({ tick, kind }: EventReport): Tick => (EVENTS[kind].stop === 'after' ? tick + 1 : tick);

export const isStop = (kind: EventKind): boolean => EVENTS[kind].quiet !== true;

export function matches(event: EventReport, kind: EventKind, match: { [name: string]: string } | undefined): boolean {
  return event.kind === kind && Object.entries(match ?? {}).every(([name, value]) => String(event.fields[name]) === value);
}
