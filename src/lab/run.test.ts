import { describe, expect, it } from 'vitest';
import { openGuest } from './testing.ts';

describe('a panic', () => {
  it('stops the run once; the next one goes on to the end', async () => {
    const lab = openGuest({ app: 'deep-stack', config: 'ukl', set: { UKL_PF: 'current' } });
    const first = await lab.run({ direction: 'forward' });
    expect(first.stop.kind).toBe('panic');
    const at = lab.tick;
    const second = await lab.run({ direction: 'forward' });
    expect(second.stop).toMatchObject({ kind: 'exit', code: 255 });
    expect(lab.consoleText()).toContain('double fault');
    expect(lab.tracer.record.events.filter(({ kind }) => kind === 'panic')).toHaveLength(1);
    // The same on the way through the past.
    lab.seek(at - 1000);
    expect((await lab.run({ direction: 'forward' })).stop).toMatchObject({ kind: 'panic', tick: at });
    expect((await lab.run({ direction: 'forward' })).stop.kind).toBe('exit');
  });
});

describe('a run until an event', () => {
  it('goes on from the event it stands on', async () => {
    const lab = openGuest({ app: 'hello' });
    const ticks: number[] = [];
    for (;;) {
      const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry' } });
      if (stop.kind !== 'event') break;
      expect(stop.event?.kind).toBe('syscall-entry');
      ticks.push(lab.tick);
    }
    expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
    expect(ticks).toEqual(lab.tracer.record.events.filter(({ kind }) => kind === 'syscall-entry').map(({ tick }) => tick));
    // In the past the same stops, in both directions.
    const back: number[] = [];
    while ((await lab.run({ direction: 'back', until: { kind: 'event', event: 'syscall-entry' } })).stop.kind === 'event') back.unshift(lab.tick);
    expect(back).toEqual(ticks);
    const again: number[] = [];
    while ((await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry' } })).stop.kind === 'event') again.push(lab.tick);
    expect(again).toEqual(ticks);
  });

  it('goes on from an event breakpoint it stands on', async () => {
    const lab = openGuest({ app: 'hello' });
    lab.setBreakpoint({ kind: 'event', event: 'context-switch' });
    const ticks: number[] = [];
    while ((await lab.run({ direction: 'forward' })).stop.kind === 'event') ticks.push(lab.tick);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks).toEqual([...new Set(ticks)]);
  });

  it('stops at the first byte of a line that arrives while the machine sleeps', async () => {
    const lab = openGuest({ app: 'console-echo', input: 'hi\n' });
    const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'console-input' } });
    expect(stop.event?.fields['byte']).toBe(0x68);
    expect(lab.tick).toBe(stop.event?.tick);
    // Its interrupt is still to come.
    expect((await lab.run({ direction: 'forward', until: { kind: 'event', event: 'interrupt' } })).stop.kind).toBe('event');
  });
});
