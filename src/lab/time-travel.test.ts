import { describe, expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { openGuest, randomNumbers, type GuestRunOptions } from './testing.ts';

const RUNS: [string, number, GuestRunOptions][] = [
  ['console-echo, linux', 40, { app: 'console-echo', input: 'hello\nagain\n' }],
  ['console-echo, ukl', 30, { app: 'console-echo', config: 'ukl', input: 'hello\nagain\n' }],
  ['checksum over its red zone, ukl', 30, { app: 'checksum', config: 'ukl', set: { APP_RED_ZONE: 'on' } }],
];

async function ran(opening: GuestRunOptions): Promise<Lab> {
  const lab = openGuest(opening);
  const { stop } = await lab.run({ direction: 'forward' });
  expect(['idle', 'exit']).toContain(stop.kind);
  return lab;
}

describe.each(RUNS)('%s', (_name, moments, opening) => {
  it(`comes back to the same state from ${moments} moments, N back and N forward`, async () => {
    const lab = await ran(opening);
    const next = randomNumbers(7);
    const { live } = lab.status();
    const end = lab.machine.hash();
    for (let n = 0; n < moments; n++) {
      // Half of them in the last part, where the application runs.
      const tick = n % 2 ? next(live) : live - next(20_000);
      lab.seek(tick);
      expect(lab.tick).toBe(tick);
      const hash = lab.machine.hash();
      const steps = 1 + next(5);
      for (let k = 0; k < steps; k++) await lab.step('instruction', 'back');
      expect(lab.tick).toBe(Math.max(0, tick - steps));
      for (let k = 0; k < steps; k++) await lab.step('instruction', 'forward');
      expect(lab.tick).toBe(tick);
      expect(lab.machine.hash()).toBe(hash);
    }
    lab.seek(live);
    expect(lab.machine.hash()).toBe(end);
  });

  it('is the same machine when it was never looked at', async () => {
    const lab = await ran(opening);
    const other = openGuest(opening);
    // Straight on, in slices of another size, and without any arrival in between.
    for (let stop = await other.run({ direction: 'forward', maxInstructions: 1_234_567 }); stop.stop.kind === 'limit'; stop =
      await other.run({ direction: 'forward', maxInstructions: 1_234_567 }));
    expect(other.tick).toBe(lab.tick);
    expect(other.machine.quarterCycles).toBe(lab.machine.quarterCycles);
    expect(other.machine.hash()).toBe(lab.machine.hash());
    expect(other.consoleText()).toBe(lab.consoleText());
  });

  it('gives the same hash from every snapshot', async () => {
    const lab = await ran(opening);
    const { live } = lab.status();
    const end = lab.machine.hash();
    expect(lab.history.branch.marks.length).toBeGreaterThan(5);
    const { marks } = lab.history.branch;
    for (const { snapshot } of marks.filter((_, n) => n % Math.ceil(marks.length / 12) === 0)) {
      lab.history.restore(snapshot);
      lab.history.forward(live);
      expect(lab.machine.hash()).toBe(end);
    }
  });
});

it('a step back from far in the past has a snapshot close by', async () => {
  const lab = openGuest({ app: 'sieve', args: ['1000'] });
  await lab.run({ direction: 'forward', maxInstructions: 40_000_000 });
  const { live } = lab.status();
  for (const part of [0.1, 0.4, 0.7]) {
    const there = Math.floor(live * part);
    lab.seek(there);
    expect(there - lab.history.before(there - 1).tick).toBeLessThan(120_000);
  }
});

it('the size of the past counts each page once, in whatever branch and however it came back', async () => {
  const lab = openGuest({ app: 'sieve', args: ['1000'] }), { history } = lab;
  await lab.run({ direction: 'forward', maxInstructions: 4_000_000 });
  lab.seek(2_000_000);
  expect(history.fork()).toBe(true);
  history.forward(2_600_000);
  const snapshots = [...new Set(history.branches.flatMap(({ marks }) => marks.map(({ snapshot }) => snapshot)))];
  const pages = new Set(snapshots.flatMap((snapshot) => [...snapshot.pages]));
  expect(snapshots.length).toBeGreaterThan(10);
  expect(history.bytes - pages.size * 4096).toBe(snapshots.reduce((sum, { pages: { length }, cpus }) =>
    sum + 8 * length + cpus.reduce((words, bank) => words + 4 * bank.words.length, 0), 0));
});
