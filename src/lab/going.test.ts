/** Going somewhere: it is reached, or one stays; and what was still to be typed is still to be typed in a shared moment. */
import { describe, expect, it } from 'vitest';
import { openGuest } from './testing.ts';

const ONCE = 'static int once(void) { return 0; }\nint main(void) { return once(); }\n';

describe('a run to a place that does not come again', () => {
  it('stays where it was, and says so', async () => {
    const lab = openGuest({ source: ONCE });
    await lab.run({ direction: 'forward', until: { kind: 'function', name: 'once' } });
    const at = lab.tick, hash = lab.machine.hash();
    // The line that runs next, even.
    const { addr } = lab.status().place;
    const { stop } = await lab.run({ direction: 'forward', until: { kind: 'address', addr }, orStay: true });
    expect(stop).toMatchObject({ kind: 'unmet', tick: at });
    expect(stop.message).toMatch(/^That does not come again before the run ends at tick \d+\. This is where you were\.$/);
    expect([lab.tick, lab.machine.hash()]).toEqual([at, hash]);
    lab.seek(at - 1);
    expect((await lab.run({ direction: 'back', until: { kind: 'address', addr }, orStay: true })).stop).toMatchObject({ kind: 'unmet', tick: at - 1 });
    // Without it a run until something is a run to the end of what there is.
    expect((await lab.run({ direction: 'forward', until: { kind: 'event', event: 'panic' } })).stop.kind).toBe('exit');
  });

  it('goes to where it comes', async () => {
    const lab = openGuest({ source: ONCE });
    const { stop } = await lab.run({ direction: 'forward', until: { kind: 'function', name: 'once' }, orStay: true });
    expect(stop.kind).toBe('breakpoint');
    expect(lab.status().place.symbol).toContain('once');
  });
});

describe('lines that are still to be typed', () => {
  const echo = () => openGuest({ app: 'console-echo', input: 'first\nsecond\n' });
  const output = /first[^]*second/;

  it('are part of a moment before them, and of one between them', async () => {
    const lab = echo();
    for (const name of ['write', 'read']) {
      await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-exit', match: { name } } });
      const { inputs, ...moment } = lab.moment();
      const there = openGuest({ app: 'console-echo', input: inputs.length > 0 ? '' : 'first\nsecond\n' });
      expect(await there.reach(moment, inputs)).toBeUndefined();
      expect([there.tick, there.machine.hash()]).toEqual([lab.tick, lab.machine.hash()]);
      await there.finish();
      expect(there.consoleText(Infinity)).toMatch(output);
    }
  });

  it('come in another build as well', async () => {
    const lab = echo();
    await lab.start();
    const { inputs, ...moment } = lab.moment();
    const there = openGuest({ app: 'console-echo', config: 'ukl', input: '' });
    await there.reach(moment, inputs);
    await there.finish();
    expect(there.consoleText(Infinity)).toMatch(output);
  });
});
