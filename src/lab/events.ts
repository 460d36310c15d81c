/** How a run stops at events; the table of their kinds is src/link/events.ts. */
import type { Tick } from '../base/units.ts';
import { EVENTS, type EventKind } from '../link/events.ts';
import type { EventReport } from '../link/reports.ts';

/** Where a run that waits for this event stands when it has come. */
export const stopTick = ({ tick, kind }: EventReport): Tick => (EVENTS[kind].stop === 'after' ? tick + 1 : tick);

export const isStop = (kind: EventKind): boolean => EVENTS[kind].quiet !== true;

export function matches(event: EventReport, kind: EventKind, match: { [name: string]: string } | undefined): boolean {
  return event.kind === kind && Object.entries(match ?? {}).every(([name, value]) => String(event.fields[name]) === value);
}
