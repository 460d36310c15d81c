/** A moment that can be shared: taken here, found again in this build or in another. */
import type { Input } from '../base/input.ts';
import { EVENTS } from '../link/events.ts';
import type { Moment } from '../link/protocol.ts';
import type { EventReport } from '../link/reports.ts';
import type { Arrival } from './arrival.ts';
import { stopTick } from './events.ts';
import type { History } from './history.ts';
import type { Pump, RunControl } from './run-control.ts';
import { eventTest, NO_STOPS } from './stops.ts';
import type { Tracer } from './tracer.ts';

/** How much later than in another build an event may come, as a factor and in ticks. */
const MAX_DETOUR = 2, MAX_LATER = 10_000_000;
/** What a moment is told from in another build. */
const ANCHORS = ['syscall-entry', 'syscall-exit'] as const satisfies readonly EventReport['kind'][];
/** Sentences about the inputs of one link. */
const MAX_PROBLEMS = 3;

export interface MomentParts {
  history: History;
  tracer: Tracer;
  arrival: Arrival;
  control: RunControl;
  imageHash: string;
  /** The name by which it is run. */
  application: string;
}

type Inputs = readonly Input[];

/** This moment twice: exact for this image, and from the last event of a kind for any other. */
export function momentOf({ history, tracer: { record }, control, imageHash }: MomentParts): Moment & { inputs: Input[] } {
  const { tick } = history.machine;
  // Where it stands at an event, that one: what comes before it takes another number of steps in another build.
  const event = record.findBack(tick + 1, ANCHORS, (one) =>
    (one.kind === 'syscall-entry' || one.kind === 'syscall-exit') && stopTick(one) <= tick);
  // Counted from the application's first call: what starts it is not the same in all builds.
  const first = record.beginning?.call;
  const anchor = event && first !== undefined && event.tick >= first
    ? { event: event.kind, nth: record.countBefore(event.tick, event.kind) - record.countBefore(first, event.kind), offset: tick - event.tick } : undefined;
  return { tick, imageHash, ...(anchor ? { anchor } : {}), inputs: history.branch.inputs,
    pending: control.lines };
}

const pausedOn = (tick: number, to: number): string => `Paused at tick ${tick}, on the way to tick ${to} of the link.`;

/** Runs to the very tick of the same image, with what came in. @returns a sentence when the run ends before, or something cannot come in. */
async function reachTick({ history, arrival, control }: MomentParts, { tick, pending }: Moment, inputs: Inputs,
  pump: Pump | undefined): Promise<string | undefined> {
  const { machine } = history;
  // Of a link that does not say what is to come: the scenario's own lines, as long as nothing has come in.
  if (inputs.length > 0 || pending) control.lines = [];
  const problems = new Set<string>();
  let isPaused = false;
  const runTo = async (until: number): Promise<void> => {
    isPaused = (await control.forward(NO_STOPS, until, pump)).stop.kind === 'pause';
  };
  for (const { tick: at, port, bytes } of inputs) {
    await runTo(at);
    if (isPaused) break;
    const refusal = machine.tick < at ? `This run ends before tick ${at}, where something should come in.` : machine.refuses(port, bytes);
    if (refusal === undefined) history.input(port, bytes);
    else problems.add(refusal);
  }
  if (!isPaused) await runTo(tick);
  if (pending) control.lines = [...pending];
  arrival.goTo(Math.min(tick, machine.tick));
  if (isPaused) problems.add(pausedOn(machine.tick, tick));
  else if (machine.tick < tick) problems.add(`This run ends at tick ${machine.tick}, before tick ${tick} of the link.`);
  return problems.size ? [...problems].slice(0, MAX_PROBLEMS).join(' ') : undefined;
}

/**
 * Runs to a shared moment. @returns a sentence when the image is another one and the anchor was used.
 * @param start runs to where a machine starts that nobody sent anywhere.
 */
export async function reach(parts: MomentParts, moment: Moment, inputs: Inputs, start: () => Promise<unknown>, pump?: Pump): Promise<string | undefined> {
  const { history: { machine }, arrival, control, imageHash, application } = parts;
  // A link without an image was written by hand: its tick is taken as it stands.
  if (moment.imageHash === '' || moment.imageHash === imageHash) return reachTick(parts, moment, inputs, pump);
  if (inputs.length > 0 || moment.pending) control.lines = [...inputs.filter(({ port }) => port === control.port).map(({ bytes }) => bytes),
    ...(moment.pending ?? [])];
  const left = inputs.some(({ port }) => port !== control.port) ? ' Only what was typed comes in again: the rest belongs to the image that it was made for.'
    : '';
  const { anchor } = moment;
  let isThere = false;
  if (anchor) {
    let count = 0, begun: number | undefined, calls = false;
    const isAnchor = ({ kind, pid, fields }: EventReport): boolean => {
      if (kind === 'exec' && begun === undefined && fields['filename'] === application) begun = pid;
      calls ||= kind === 'syscall-entry' && pid === begun;
      return calls && kind === anchor.event && count++ === anchor.nth;
    };
    // Another program may never come to this event: not much farther than where it was.
    const { stop } = await control.forward(eventTest(['exec', ...ANCHORS], isAnchor), moment.tick * MAX_DETOUR + MAX_LATER, pump);
    if (stop.kind === 'pause') return pausedOn(machine.tick, moment.tick);
    isThere = stop.event !== undefined;
    const stoodAfter = EVENTS[anchor.event].stop === 'after' ? 1 : 0;
    if (stop.event) {
      const there = machine.tick + Math.max(0, anchor.offset - stoodAfter);
      // Where the link was made the next event was farther on than that; here it may come sooner, and is not the one that was shown.
      const { stop: next } = await control.forward(eventTest(ANCHORS, () => true), there + 1, pump);
      control.seek(Math.min(there, next.event ? stopTick(next.event) - 1 : machine.tick));
    }
  }
  if (!isThere) {
    control.seek(0);
    await start();
    return `The moment does not exist in this build: it belongs to another kernel, compiler or cost table. This is the start.${left}`;
  }
  arrival.goTo(machine.tick);
  return `The link was made with another kernel, compiler or cost table; this is the same event in the present one.${left}`;
}
