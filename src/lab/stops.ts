/** What a run stops at, said once for both directions: a test on the places it passes and on the events it brings. */
import type { VirtAddr } from '../base/units.ts';
import { EVENT_KINDS, toldOf } from '../link/events.ts';
import type { RunSpec } from '../link/protocol.ts';
import type { Breakpoint, EventReport, Stop, SyscallReport } from '../link/reports.ts';
import type { Breakpoints } from './breakpoints.ts';
import { isStop, matches } from './events.ts';
import { wordOf } from './site-reader.ts';
import type { CodeSpot, Symbols } from './symbols.ts';

/** Why a run stopped, wherever that was. */
export type StopReason = Omit<Stop, 'tick'>;

export interface StopTest {
  /** Where the run may stop before an instruction. */
  readonly addresses: ReadonlySet<VirtAddr>;
  /** What events it may stop at, by the keys under which the record counts them. */
  readonly kinds: readonly string[];
  /** Asked before the instruction at one of the addresses runs. */
  at(addr: VirtAddr): StopReason | undefined;
  event(event: EventReport): StopReason | undefined;
}

const NOWHERE: ReadonlySet<VirtAddr> = new Set();

const eventStop = (event: EventReport): StopReason => ({ kind: event.kind === 'panic' ? 'panic' : 'event', message: toldOf(event), event });

/** Stops at events alone: those that pass. */
export function eventTest(kinds: readonly string[], passes: (event: EventReport) => boolean): StopTest {
  return { addresses: NOWHERE, kinds, at: () => undefined, event: (event) => (passes(event) ? eventStop(event) : undefined) };
}

/** Goes through everything. */
export const NO_STOPS: StopTest = eventTest([], () => false);

/** The next or last event that is worth a step. */
export const anyEvent = (passes: (event: EventReport) => boolean): StopTest =>
  eventTest(EVENT_KINDS.filter(isStop), (event) => isStop(event.kind) && passes(event));

/** The end of a system call: where it returns to, if it was called from where that is known, else its result; or that of its task. */
export function untilOver({ name, task: { pid } }: SyscallReport, returnTo: number | undefined, isOver: () => boolean): StopTest {
  return {
    addresses: returnTo === undefined ? NOWHERE : new Set([wordOf(returnTo)]),
    kinds: ['syscall-exit', 'exit', 'panic'],
    at: () => (isOver() ? { kind: 'breakpoint', message: `${name} has returned.` } : undefined),
    event: (event) => (event.kind === 'panic' || (event.pid === pid && (event.kind === 'exit' || isOver())) ? eventStop(event) : undefined),
  };
}

function destinations(until: NonNullable<RunSpec['until']>, symbols: Symbols): readonly CodeSpot[] {
  switch (until.kind) {
    case 'address': return [symbols.spotAt(until.addr, until.space)];
    case 'line': return symbols.addressesOf(until.file, until.line);
    case 'function': return symbols.findAll(until.name).map(({ image, low }) => ({ image, addr: low }));
    default: return [];
  }
}

/**
 * What a run is asked to stop at. Forward it also stops at breakpoints that are passed on the way, and at a panic unless an event
 * was asked for; backwards a run to somewhere stops there.
 */
export function stopsOf({ direction, until, nth = 1, unbroken = false }: RunSpec, breakpoints: Breakpoints, symbols: Symbols): StopTest {
  const enabled = !unbroken && (direction === 'forward' || !until) ? breakpoints.list.filter((one) => one.enabled) : [];
  const wanted = new Map<VirtAddr, { spot: CodeSpot; breakpoint?: Breakpoint }[]>();
  const add = (spot: CodeSpot, breakpoint?: Breakpoint): void => {
    const known = wanted.get(spot.addr) ?? [];
    wanted.set(spot.addr, [...known, { spot, ...(breakpoint ? { breakpoint } : {}) }]);
  };
  for (const spot of until ? destinations(until, symbols) : []) add(spot);
  for (const breakpoint of enabled) for (const spot of breakpoints.spotsOf(breakpoint)) add(spot, breakpoint);
  const events = enabled.flatMap(({ spec }) => (spec.kind === 'event' ? [spec] : []));
  if (until?.kind === 'event') events.push(until);
  if (direction === 'forward' && until?.kind !== 'event' && until?.kind !== 'syscall') events.push({ kind: 'event', event: 'panic' });
  const call = until?.kind === 'syscall' ? until : undefined;
  let met = 0;
  /** It is met once more. Backwards nobody counts. */
  const isEnough = (): boolean => direction === 'back' || ++met >= nth;
  return {
    addresses: new Set(wanted.keys()),
    kinds: [...events.map(({ event }) => event), ...(call ? [`syscall-entry ${call.name}`] : [])],
    at: (addr) => {
      const found = wanted.get(addr)?.findLast(({ spot }) => symbols.isHere(spot));
      if (!found) return undefined;
      if (!found.breakpoint && !isEnough()) return undefined;
      const { breakpoint } = found, { symbol, file, line } = symbols.place(addr);
      return { kind: 'breakpoint', message: `${breakpoint ? 'Breakpoint' : 'Arrived'} at ${symbol || addr.toString(16)}${line ? `, ${file}:${line}` : ''}.`,
        ...(breakpoint ? { breakpoint: breakpoint.id } : {}) };
    },
    event: (event) => {
      const isCall = call && event.kind === 'syscall-entry' && event.fields['name'] === call.name && event.fields['nth'] === call.nth;
      const row = events.find(({ event: kind, match }) => matches(event, kind, match));
      return (isCall || row) && ((!isCall && row !== until) || isEnough()) ? eventStop(event) : undefined;
    },
  };
}
