/** The table of events and the guest's tracepoints know each other. */
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, EVENTS } from '../link/events.ts';
import { openGuest } from './testing.ts';

describe('the table of events', () => {
  it('names tracepoints that the kernel has', () => {
    const lab = openGuest({ app: 'hello' }), there = new Set(lab.symbols.kernel.debug.tracepoints.map(({ name }) => name));
    const sites = EVENT_KINDS.flatMap((kind) => EVENTS[kind].site ?? []);
    expect(sites.filter((name) => !there.has(name))).toEqual([]);
    expect(sites.length).toBeGreaterThan(5);
  });
});
