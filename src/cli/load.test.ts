import { describe, expect, it } from 'vitest';
import type { LoadResult } from '../link/experiment.ts';
import { highestRates, ratesOf } from './load.ts';

describe('rates', () => {
  it.each([
    ['1000..10000', [1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000]], ['1000..9000x2', [1000, 2000, 4000, 8000]],
    ['5..5', [5]], ['100..200x1.5', [100, 150]],
  ])('%s', (word, rates) => {
    expect(ratesOf(word)).toEqual(rates);
  });

  it.each(['5', '9..5', '0..5', '1..5x1', '1..5x', 'a..b', '1..5 '])('not %s', (word) => {
    expect(() => ratesOf(word)).toThrow(`--rates '${word}'`);
  });

  it('are good up to the first whose p99 is not', () => {
    const of = (config: string, rate: number, p99: number): LoadResult => ({ config, rate, p99 }) as LoadResult;
    expect(highestRates([of('a', 3000, 400_000), of('a', 1000, 100_000), of('a', 2000, 600_000), of('b', 1000, 500_000), of('c', 1000, 500_001)])).toEqual(
      [{ config: 'a', rate: 1000 }, { config: 'b', rate: 1000 }, { config: 'c', rate: null }]);
  });
});
