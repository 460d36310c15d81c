/** What is on the cable between guest and client, as the record has it: when each frame was given to it, when it came to the other end, and what was lost. */
import type { Tick } from '../base/units.ts';
import { frameLabel, KIND } from '../link/events.ts';
import type { EventReport, Span } from '../link/reports.ts';
import type { EventColumns } from './columns.ts';
import type { FrameFields } from './frame-fields.ts';

/** Where a frame goes: the card's `in` is the guest's. */
export type Way = 'in' | 'out';

/** What becomes of a frame, the worst last: it goes its way, is a second try, is lost. */
export const FATES: readonly string[] = ['frame', 'again', 'lost'];

/** Has not come to the other end yet. */
interface Flight {
  way: Way;
  /** When it will, in nanoseconds of the cable's own time. */
  arrives: number;
  span: Omit<Span, 'end'>;
}

/** What goes over from one page of the record to the next. */
export interface Cable {
  flights: readonly Flight[];
  /** Of each direction of a connection: the sequence number behind the last byte that was given to the cable. */
  sent: Map<string, number>;
}

export const emptyCable = (): Cable => ({ flights: [], sent: new Map() });
export const copyOfCable = ({ flights, sent }: Cable): Cable => ({ flights, sent: new Map(sent) });

const TCP = 6, FIN = 1, SYN = 2;
/** Connections whose numbers are remembered, those used last. */
const MOST_CONNECTIONS = 4000;

/** A segment whose bytes, SYN or FIN have been given to the cable before. Notes what it has in any case. */
export function isSentAgain({ sent }: Cable, way: Way, { protocol, from, to, flags, seq, payload }: FrameFields): boolean {
  const length = payload + (flags & (SYN | FIN) ? 1 : 0);
  if (protocol !== TCP || length === 0) return false;
  const key = `${way} ${from} ${to}`, end = (seq + length) | 0, last = sent.get(key);
  // Another connection between the same ports begins with numbers of its own.
  const isAgain = last !== undefined && (flags & SYN ? last === end : ((end - last) | 0) <= 0);
  sent.delete(key);
  sent.set(key, isAgain ? last : end);
  if (sent.size > MOST_CONNECTIONS) for (const oldest of sent.keys()) {
    sent.delete(oldest);
    break;
  }
  return isAgain;
}

const NO_FLIGHTS: readonly Flight[] = [];

/** @returns the frames on their way after an event of the cable; `ended` is told of each that is not, or not any more. */
export function afterCable(flights: readonly Flight[], { kind, tick, fields }: Pick<EventReport, 'kind' | 'tick' | 'fields'>,
  ended: (way: Way, span: Span) => void = () => undefined): readonly Flight[] {
  if (kind === 'wire-end') {
    const way: Way = fields['to'] === 'guest' ? 'in' : 'out', at = flights.findIndex((one) => one.way === way && one.arrives === Number(fields['at']));
    // Of two copies the first one counts.
    if (at < 0) return flights;
    ended(way, { ...flights[at].span, end: tick });
    return flights.length === 1 ? NO_FLIGHTS : flights.toSpliced(at, 1);
  }
  const way: Way = kind === 'wire-to-guest' ? 'in' : 'out', copies = Number(fields['copies']), again = Number(fields['again']) !== 0;
  const label = [frameLabel(fields), ...(again ? ['sent again'] : []), ...(copies === 0 ? ['lost'] : copies > 1 ? ['doubled'] : [])].join(', ');
  const span = { start: tick, label, kind: copies === 0 ? 'lost' : again ? 'again' : 'frame' };
  if (copies > 0) return [...flights, { way, arrives: Number(fields['at']), span }];
  ended(way, { ...span, end: tick + 1 });
  return flights;
}

const KINDS: readonly number[] = [KIND['wire-to-guest'], KIND['wire-to-client'], KIND['wire-end']];

/** When frames were on the cable, each way. Those that still are at the end of these events are there to a tick, or left out. */
export function cableSpans(start: Cable, events: EventColumns, openTo: Tick | undefined): { [W in Way]: Span[] } {
  const spans: { [W in Way]: Span[] } = { in: [], out: [] };
  let { flights } = start;
  for (let n = 0; n < events.length; n++) {
    if (KINDS.includes(events.kind(n))) flights = afterCable(flights, events.report(n), (way, span) => void spans[way].push(span));
  }
  if (openTo !== undefined) for (const { way, span } of flights) spans[way].push({ ...span, end: openTo });
  return spans;
}
