import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandOf, experiment, ordersOf, problemOf, wholeOf, type Choice, type Plan } from './experiment.ts';

const plan: Plan = { ...experiment.getState().plan, configs: ['linux'], loop: 'open' };

describe('a plan', () => {
  it('measures ten rates or one, as the same command does', () => {
    expect(ordersOf({ ...plan, from: 1000, to: 10_000 }).map(({ rate }) => rate)).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000]);
    expect(commandOf({ ...plan, from: 1000, to: 10_000 })).toContain(' --rates 1000..10000 ');
    expect(ordersOf({ ...plan, from: 1000, to: 1000 }).map(({ rate }) => rate)).toEqual([1000]);
    expect(commandOf({ ...plan, from: 1000, to: 1000 })).toContain(' --rate 1000 ');
  });

  it('has rates that go up', () => {
    expect(problemOf({ ...plan, from: 2, to: 1 })).toMatch(/2 is above 1/);
    expect(problemOf({ ...plan, from: 2, to: 2 })).toBeUndefined();
    expect(problemOf({ ...plan, loop: 'closed', from: 2, to: 1 })).toBeUndefined();
  });

  it('has whole numbers within their bounds', () => {
    expect(['', '0', '1', '64', '65', '1.5', '1e1', '-1'].map((text) => wholeOf(text, 1, 64))).toEqual([undefined, undefined, 1, 64, ...Array<undefined>(4)]);
  });
});

/** A worker that is there and says nothing by itself. */
class Quiet extends EventTarget {
  static all: Quiet[] = [];
  readonly name: string;
  readonly got: object[] = [];
  isEnded = false;

  constructor(_url: URL, { name }: { name: string }) {
    super();
    this.name = name;
    Quiet.all.push(this);
  }

  postMessage(message: object): void {
    this.got.push(message);
  }

  terminate(): void {
    this.isEnded = true;
  }

  says(data: object): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }

  static readonly last = (name: string): Quiet => Quiet.all.findLast((one) => one.name === name)!;
}

describe('workers that measure', () => {
  const now = experiment.getState, request: Choice = { run: 0, example: { number: 3, tick: 9 }, examples: [] };

  beforeEach(() => {
    vi.stubGlobal('Worker', Quiet);
    vi.stubGlobal('navigator', { hardwareConcurrency: 1 });
    now().set({ ...plan, configs: ['linux', 'ukl-base'], loop: 'closed' });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('whose builder dies say so for what they were asked and what they are asked then', async () => {
    const all = now().start();
    Quiet.last('build').dispatchEvent(Object.assign(new Event('error'), { message: 'gone' }));
    await all;
    expect(now().runs.map(({ why }) => why)).toEqual(['gone', 'gone']);
    expect([now().phase, now().wasCancelled, Quiet.last('experiment').isEnded]).toEqual(['idle', false, true]);
  });

  it('are not heard of again once they are cancelled', async () => {
    void now().start();
    const worker = Quiet.last('experiment');
    now().cancel();
    worker.says({ why: 'late' });
    Quiet.last('build').dispatchEvent(Object.assign(new Event('error'), { message: 'gone' }));
    await Promise.resolve();
    expect([now().phase, now().wasCancelled, worker.isEnded, now().runs.map(({ why }) => why)]).toEqual(['idle', true, true, [undefined, undefined]]);
  });

  it.each([
    ['another choice', () => now().choose({ ...request })], ['a cancel', () => now().cancel()], ['a start', () => void now().start()],
  ])('stop explaining at %s', (_, act) => {
    void now().start();
    now().choose(request);
    void now().explain();
    const worker = Quiet.last('experiment');
    expect(now().explaining).toBe(true);
    act();
    expect([now().explaining, worker.isEnded]).toEqual([false, true]);
    now().cancel();
  });

  it('say why they cannot explain', async () => {
    void now().start();
    now().choose(request);
    const told = now().explain();
    Quiet.last('experiment').says({ why: 'no such request' });
    await told;
    expect([now().explaining, now().unexplained, now().explained, now().phase]).toEqual([false, 'no such request', null, 'running']);
    now().cancel();
  });
});
