import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Lab } from './lab.ts';
import { openGuest } from './testing.ts';

/** So little is kept that almost all of the past has to be found anew. */
const LIMITS = { pageItems: 256, pageTicks: 200_000, items: 512 };
/** Nothing runs there. */
const NEVER = 0x1000n;
const opened = (): Lab => openGuest({ app: 'console-echo', input: 'hello\nagain\n', limits: LIMITS });

it('asking where the machine stands runs nothing, not even in the middle of a search of the past', async () => {
  const lab = opened();
  await lab.run({ direction: 'forward' });
  const run = vi.spyOn(lab.machine, 'run');
  let asked = 0;
  await lab.run({ direction: 'back', until: { kind: 'address', addr: NEVER } }, () => {
    const before = run.mock.calls.length, { tick } = lab;
    const status = lab.status();
    expect([run.mock.calls.length, status.tick]).toEqual([before, tick]);
    expect(status.task).toEqual(lab.tracer.task(tick));
    asked++;
    return Promise.resolve();
  });
  expect(asked).toBeGreaterThan(3);
});

const READERS: Record<string, (lab: Lab) => unknown> = {
  code: (lab) => lab.views(['code']), cpu: (lab) => lab.views(['cpu']), stacks: (lab) => lab.views(['stacks']), path: (lab) => lab.views(['path']),
  timeline: (lab) => lab.timeline(0, lab.history.live, 400), events: (lab) => lab.eventsBetween(0, lab.history.live, undefined, 1e6),
  syscalls: (lab) => lab.syscalls(),
  pathOf: (lab) => lab.pathOf('write', 1), console: (lab) => [lab.consoleText(), lab.consoleFuture()], moment: (lab) => lab.moment(),
  status: (lab) => lab.status(),
  whoWrote: (lab) => lab.whoWrote(lab.machine.registers().gpr[4], 8), listing: (lab) => lab.listing(lab.machine.registers().rip),
  source: (lab) => lab.source('apps/console-echo.c'),
  memory: (lab) => lab.memory(lab.machine.registers().gpr[4], 64),
};

describe('reading leaves the machine, the step before it and all other views as they are', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = opened();
    await lab.run({ direction: 'forward' });
  }, 60_000);

  it.each(Object.keys(READERS))('%s', (name) => {
    const { live } = lab.history;
    for (const tick of [live, live - 5_000]) {
      lab.seek(tick);
      const look = () => [lab.tick, lab.machine.hash(), lab.history.live, lab.before, lab.status(), lab.views(['code', 'cpu', 'stacks'])];
      const before = look();
      const first = READERS[name](lab);
      expect(look()).toEqual(before);
      expect(READERS[name](lab)).toEqual(first);
    }
  });
});

it('what is read where the machine waits is read anew, and what comes then goes on from there', async () => {
  const ends = [];
  for (const reads of [false, true]) {
    const lab = opened();
    await lab.run({ direction: 'forward' });
    if (reads) lab.eventsBetween(0, lab.history.live, undefined, 1e6);
    lab.type('more\n');
    await lab.run({ direction: 'forward' });
    ends.push([lab.tick, lab.machine.hash(), lab.consoleText(), lab.tracer.record.total('interrupt')]);
  }
  expect(ends[1]).toEqual(ends[0]);
});
