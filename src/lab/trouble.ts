/** What has gone wrong, as the table of events has it: for good, and in the step that was just made. */
import type { Tick } from '../base/units.ts';
import { EVENT_KINDS, EVENTS } from '../link/events.ts';
import type { EventReport, Status } from '../link/reports.ts';
import { stopTick } from './events.ts';
import { locksAt } from './threads.ts';
import type { Tracer } from './tracer.ts';

const WAITS: readonly string[] = ['self-wait', 'wait-cycle'];
const GRAVE = EVENT_KINDS.filter((kind) => EVENTS[kind].grave !== undefined);
const LASTING = GRAVE.filter((kind) => EVENTS[kind].grave === 'run' && !WAITS.includes(kind));

/** The newest wait of tasks for each other, or of one for itself, if it still goes on. */
export function deadlockAt({ record }: Tracer, tick: Tick): EventReport | undefined {
  const told = record.findBack(tick + 1, WAITS, () => true);
  if (!told || told.tick === tick) return told;
  const index = record.pageAt(tick);
  return locksAt({ start: record.pages[index].start, items: record.load(index) }, tick).some(({ state, lock, pid }) =>
    state === 'waiting' && lock === told.fields['lock'] && pid === told.fields['pid']) ? told : undefined;
}

/** The last thing that went wrong and cannot be undone. */
export function troubleAt(tracer: Tracer, tick: Tick): Status['trouble'] {
  const lasting = tracer.record.findBack(tick + 1, LASTING, (event) => stopTick(event) <= tick), waits = deadlockAt(tracer, tick);
  const last = lasting && waits ? (waits.tick > lasting.tick ? waits : lasting) : lasting ?? waits;
  return last && { word: EVENTS[last.kind].word ?? last.kind, tick: stopTick(last), text: last.text };
}

/** What went wrong in the step of a CPU that led to a tick. One that ran no instruction is told by what could not be delivered in its place. */
export function graveStep({ record }: Tracer, tick: Tick, cpu: number, delivered: boolean): EventReport | undefined {
  for (const event of record.eventsBack(tick + 1, GRAVE)) {
    const seen = stopTick(event);
    if (seen < tick - 1) return undefined;
    if (event.cpu === cpu && (seen === tick || (delivered && seen === tick - 1 && event.kind === 'delivery-fault'))) return event;
  }
  return undefined;
}
