/** What there is to do at this moment, from the scenario's own front matter, the state of the machine and the record of what happened. */
import type { Tick } from '../../base/units.ts';
import type { EventReport } from '../../link/reports.ts';
import type { Link } from './link.ts';
import type { MachineState } from './machine-store.ts';

/** Events that are looked at after something was typed: a line is read long before so many. */
const MOST = 2_000;

export interface Reading {
  tick: Tick;
  /** The event there, in its own words. */
  text: string;
}

/**
 * Where the machine read what came in at a tick: bytes arrive at the port, the kernel wakes a task for them, and that task's system
 * call has its result. Of bytes that woke nobody, the interrupt that took them in. Events are told in their order.
 */
export function whereRead(events: readonly EventReport[], at: Tick): Reading | null {
  const after = events.filter(({ tick }) => tick >= at);
  const arrived = after.findIndex(({ kind }) => kind === 'console-input');
  if (arrived < 0) return null;
  const later = after.slice(arrived), woken = later.findIndex(({ kind }) => kind === 'wake-up');
  const found = (woken < 0 ? undefined : later.slice(woken).find(({ kind }) => kind === 'syscall-exit')) ?? later.find(({ kind }) => kind === 'interrupt');
  return found ? { tick: found.tick, text: found.text } : null;
}

/** Of the last thing that was typed in this run. */
export async function lastReading(link: Link): Promise<Reading | null> {
  const { inputs, tick } = await link.call('moment', {}), last = inputs.at(-1);
  return last ? whereRead(await link.call('events', { from: last.tick, to: tick + 1, kinds: ['console-input', 'wake-up', 'syscall-exit', 'interrupt'],
    limit: MOST }), last.tick) : null;
}

export type Deed =
  /** To the machine, which runs on first to where it waits. */
  | { kind: 'type'; waits: boolean }
  | { kind: 'see'; reading: Reading }
  | { kind: 'command'; id: 'boundary' | 'boundary-back' | 'last-exception' };

/** The one thing to do now; null while there is nothing to say. */
export function deedAt({ status, stop, scenario, phase }: Pick<MachineState, 'status' | 'stop' | 'scenario' | 'phase'>, hasTyped: boolean,
  reading: Reading | null): Deed | null {
  if (!status || !stop || !scenario || phase === 'dead') return null;
  const live = status.tick === status.live;
  if (live && reading) return { kind: 'see', reading };
  switch (stop.kind) {
    // A client that asks by itself leaves nobody to type a line for, and one who minds only Ctrl-C does not wait for one.
    case 'idle': return stop.stuck || stop.interruptible || scenario.load ? { kind: 'command', id: 'boundary-back' } : { kind: 'type', waits: true };
    case 'panic': case 'triple-fault': return { kind: 'command', id: 'last-exception' };
    case 'exit': return { kind: 'command', id: 'boundary-back' };
    default: return live && !hasTyped && !scenario.load && scenario.sample !== '' ? { kind: 'type', waits: false } : { kind: 'command', id: 'boundary' };
  }
}
