import { beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { openGuest, randomNumbers, type GuestRunOptions } from './testing.ts';

/** Pages so small that nearly all of them are forgotten, and made again when someone looks. */
const SMALL = { pageItems: 60, pageTicks: 400_000, items: 200 };

describe.each<[string, GuestRunOptions]>([
  ['linux', { app: 'console-echo', input: 'one\ntwo\n' }],
  ['faults on the way down a stack', { app: 'deep-stack', config: 'ukl' }],
])('a record of which most was forgotten: %s', (_name, opening) => {
  let whole: Lab, small: Lab;
  beforeAll(async () => {
    whole = openGuest(opening);
    small = openGuest({ ...opening, limits: SMALL });
    await whole.finish();
    await small.finish();
  }, 60_000);

  it('has forgotten something, and kept little', () => {
    const { pages } = small.tracer.record;
    expect(pages.length).toBeGreaterThan(8);
    const known = pages.reduce((sum, { items }) => sum + (items?.events.length ?? 0), 0);
    expect(known).toBeLessThan(small.tracer.record.total('events') / 2);
    expect(whole.tracer.record.pages.every(({ items }) => items)).toBe(true);
    expect(small.machine.hash()).toBe(whole.machine.hash());
  });

  it('comes out the same', () => {
    const hash = small.machine.hash();
    const all = ({ tracer: { record } }: Lab): unknown => record.pages.map((_, page) =>
      Object.entries(record.load(page)).map(([name, items]: [string, Iterable<unknown>]) => [name, [...items]] as const))
      .reduce((sum, page) => page.map(([name, items], n) => [name, [...(sum[n]?.[1] ?? []), ...items]] as const), []);
    expect(all(small)).toEqual(all(whole));
    expect(small.tracer.record.state.counts).toEqual(whole.tracer.record.state.counts);
    expect(small.consoleText(Infinity)).toBe(whole.consoleText(Infinity));
    // Looking back put the machine where it was.
    expect(small.machine.hash()).toBe(hash);
  });

  it('shows the same at any moment', () => {
    const next = randomNumbers(11);
    const { live } = whole.status();
    for (let n = 0; n < 6; n++) {
      const tick = n === 0 ? live : live - next(Math.min(live, 60_000));
      for (const lab of [whole, small]) lab.seek(tick);
      expect(small.views(['code', 'cpu', 'stacks', 'path'])).toEqual(whole.views(['code', 'cpu', 'stacks', 'path']));
      expect(small.status()).toEqual(whole.status());
      expect(small.consoleText()).toBe(whole.consoleText());
      expect(small.consoleFuture()).toEqual(whole.consoleFuture());
      expect(small.moment()).toEqual(whole.moment());
      expect(small.eventsBetween(tick - 3000, tick + 3000, undefined, 50)).toEqual(whole.eventsBetween(tick - 3000, tick + 3000, undefined, 50));
      expect(small.timeline(tick - 4000, tick + 1000, 500)).toEqual(whole.timeline(tick - 4000, tick + 1000, 500));
      expect(small.tick).toBe(tick);
    }
  });

  it('stops at the same events in both directions', async () => {
    for (const lab of [whole, small]) lab.seek(lab.status().live - 40_000);
    for (const direction of ['back', 'back', 'back', 'forward', 'forward', 'back'] as const) {
      const until = { kind: 'event', event: 'context-switch' } as const;
      expect((await small.run({ direction, until })).stop).toEqual((await whole.run({ direction, until })).stop);
      expect((await small.step('event', direction)).stop).toEqual((await whole.step('event', direction)).stop);
    }
  });
});

describe('typing in the past', () => {
  it.each([['with all of it known', undefined], ['with most of it forgotten', SMALL]])('is a course of events of its own, %s', async (_name, limits) => {
    const lab = openGuest({ app: 'console-echo', input: 'first\n', ...(limits ? { limits } : {}) });
    await lab.run({ direction: 'forward' });
    const end = lab.machine.hash(), { live } = lab.status(), calls = lab.syscalls();
    const text = lab.consoleText(Infinity);
    // In the middle of the first read(), while the line is on its way.
    const read = calls.find(({ name }) => name === 'read')!;
    lab.seek(read.tick + 300);
    lab.type('other\n');
    expect(lab.status()).toMatchObject({ branch: 1, branches: 2 });
    await lab.run({ direction: 'forward' });
    expect(lab.consoleText(Infinity)).toContain('other\r\nother');
    const other = lab.machine.hash();
    // The same as if nothing else had ever been typed.
    const alone = openGuest({ app: 'console-echo' });
    await alone.run({ direction: 'forward' });
    alone.seek(read.tick + 300);
    alone.type('other\n');
    await alone.run({ direction: 'forward' });
    expect(other).toBe(alone.machine.hash());
    expect(lab.syscalls()).toEqual(alone.syscalls());
    expect(lab.consoleText(Infinity)).toBe(alone.consoleText(Infinity));
    // And back to the old future, which has not changed.
    lab.switchBranch(0);
    expect(lab.tick).toBe(live);
    expect(lab.machine.hash()).toBe(end);
    expect(lab.syscalls()).toEqual(calls);
    expect(lab.consoleText(Infinity)).toBe(text);
    lab.switchBranch(1);
    expect(lab.machine.hash()).toBe(other);
  });
});
