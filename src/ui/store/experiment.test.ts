import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandOf, experiment, ordersOf, percentilePoints, problemOf, wholeOf, type Choice, type Plan } from './experiment.ts';

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

it('has a point for each line of the percentile file, one in so many, and the slowest at its end', () => {
  const hgrm = ['       Value     Percentile TotalCount 1/(1-Percentile)', '', '       1.000 0.500000000000          2           2.00',
    '       1.500 0.750000000000          3           4.00', '       2.500 1.000000000000          4',
    '#[Mean    =        1.500, StdDeviation   =        0.612]',    '#[Max     =        2.500, Total count    =            4]', ''].join('\n');
  expect(percentilePoints({ hgrm, requests: 4, max: 2501 })).toEqual([{ value: 1000, oneIn: 2 }, { value: 2501, oneIn: 4 }]);
  expect(percentilePoints({ hgrm, requests: 9, max: 2501 }).map(({ oneIn }) => oneIn)).toEqual([2, 4, 9]);
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

  it('run again for the frames, and give the file or say why there is none', async () => {
    void now().start();
    now().choose(request);
    const file = now().capture(), worker = Quiet.last('experiment'), pcap = Uint8Array.of(1, 2, 3);
    expect([now().capturing, worker.got.at(-1)]).toMatchObject([true, { order: { capture: true, config: 'linux' } }]);
    worker.says({ result: {}, pcap });
    expect([await file, now().capturing, worker.isEnded]).toEqual([pcap, false, true]);
    const none = now().capture();
    Quiet.last('experiment').says({ why: 'no room' });
    expect([await none, now().capturing, now().unexplained]).toEqual([undefined, false, 'no room']);
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
