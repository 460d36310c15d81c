import { describe, expect, it } from 'vitest';
import { stopTick } from './events.ts';
import type { Lab } from './lab.ts';
import { guestSources } from './sources.ts';
import { openGuest, runGuest } from './testing.ts';
import { NAMES } from './vocabulary.ts';

const FILE = 'linux/arch/x86/entry/entry_64.S', LINE = 'SYM_CODE_START(entry_SYSCALL_64)\n';

it('a moment at an event is that event in a kernel that takes more steps to come to it', async () => {
  const lab = openGuest({ app: 'hello' }), until = { kind: 'syscall', name: 'write', nth: 0 } as const;
  await lab.run({ direction: 'forward', until });
  const moment = lab.moment(), entry = guestSources().get(FILE) ?? '';
  expect(moment.anchor?.event).toBe('syscall-entry');
  const slower = openGuest({ app: 'hello', edits: { [FILE]: entry.replace(LINE, `${LINE}\tnop\n\tnop\n\tnop\n`) } });
  const { imageHash, tick, anchor } = moment;
  expect(await slower.reach({ imageHash, tick, ...(anchor ? { anchor } : {}) }, [])).toContain('the same event');
  const here = slower.tick;
  slower.seek(0);
  await slower.run({ direction: 'forward', until });
  expect(slower.tick).toBe(here);
  expect(here).not.toBe(tick);
});

it('some steps behind an event are as many in another kernel', async () => {
  const lab = openGuest({ app: 'hello' });
  await lab.run({ direction: 'forward', until: { kind: 'syscall', name: 'write', nth: 0 } });
  for (let steps = 0; steps < 10; steps += 9) {
    for (let n = 0; n < steps; n++) await lab.step('instruction', 'forward');
    const { tick, anchor } = lab.moment(), other = openGuest({ app: 'hello' });
    // The same kernel, called another one: the event alone must lead there.
    await other.reach({ imageHash: 'f00d', tick, ...(anchor ? { anchor } : {}) }, []);
    expect(other.tick - tick).toBe(0);
  }
});

describe('a moment is the same, however one comes to it', async () => {
  const options = { app: 'map-deep', config: 'ukl-nss', set: { UKL_STACK_VMA: 'off' } } as const, names = ['task', 'function', 'vector'] as const;
  const { lab: ran, events } = await runGuest(options), [wait] = events('self-wait'), begins = wait.tick - 150;
  const seen = (lab: Lab) => {
    const { live: _live, ...status } = lab.status(), { code, threads } = lab.show({ code: true, threads: { from: 0, to: 1, columns: 1, follow: false } });
    return { status, said: code?.narration, tasks: threads?.tasks.map(({ pid, state, waitsFor, lock }) => ({ pid, state, waitsFor, lock })),
      told: lab.eventsBetween(lab.tick, lab.tick + 1, undefined, 9).filter((event) => stopTick(event) <= lab.tick),
      moment: lab.moment().anchor, holds: names.map((name) => NAMES[name].of({ lab, exitCode: undefined })) };
  };
  const known = (tick: number) => {
    ran.seek(tick);
    return seen(ran);
  };

  it('by a link, where nothing was run behind it', async () => {
    const lab = openGuest(options);
    for (let tick = begins; tick <= wait.tick + 4; tick++) {
      expect(await lab.reach({ imageHash: lab.build.imageHash, tick }, [])).toBeUndefined();
      expect(seen(lab), String(tick)).toEqual(known(tick));
    }
    expect(lab.history.live).toBe(wait.tick + 4);
    // Nothing was told twice for it, and nothing is missing.
    await lab.finish();
    expect(lab.tracer.record.events).toEqual(ran.tracer.record.events);
  });

  it('by a step forward, by a stop and by a step back', async () => {
    const lab = openGuest(options), { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'self-wait' } });
    expect(stop.tick).toBe(wait.tick);
    const there = known(wait.tick);
    expect([there.status.trouble?.word, there.said?.isGrave]).toEqual(['deadlock', true]);
    expect(seen(lab)).toEqual(there);
    await lab.step('instruction', 'forward');
    await lab.step('instruction', 'back');
    expect(seen(lab)).toEqual(there);
    const slow = openGuest(options);
    await slow.reach({ imageHash: lab.build.imageHash, tick: begins }, []);
    while (slow.tick < wait.tick) {
      await slow.step('instruction', 'forward');
      expect(seen(slow), String(slow.tick)).toEqual(known(slow.tick));
    }
  });

  it('and so is what comes in there, in the place of what would have come next', async () => {
    const echo = () => openGuest({ app: 'console-echo', input: '' }), first = echo();
    await first.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry', match: { name: 'read' } } });
    const { tick } = first, heard: unknown[] = [];
    for (const early of [0, 0, 1]) {
      const lab = heard.length === 0 ? first : echo();
      if (lab !== first) await lab.reach({ imageHash: lab.build.imageHash, tick: tick - early }, []);
      if (early > 0) await lab.step('instruction', 'forward');
      expect(lab.tick).toBe(tick);
      lab.type('word\n');
      await lab.run({ direction: 'forward' });
      heard.push([lab.tick, lab.machine.hash(), lab.tracer.record.events]);
      // All of it comes again.
      lab.seek(tick - 10);
      lab.seek(lab.history.live);
    }
    expect(heard[1]).toEqual(heard[0]);
    expect(heard[2]).toEqual(heard[0]);
  });
});
