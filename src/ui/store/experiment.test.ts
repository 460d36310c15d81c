import { describe, expect, it } from 'vitest';
import { commandOf, experiment, ordersOf, problemOf, wholeOf, type Plan } from './experiment.ts';

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
