import { describe, expect, it } from 'vitest';
import { linearScale, widestBare } from './scale.ts';

describe('linearScale', () => {
  it('goes there and back', () => {
    const x = linearScale(2_000, 4_000, 500);
    expect([x(2_000), x(3_000), x(4_000)]).toEqual([0, 250, 500]);
    expect([x.invert(0), x.invert(250), x.invert(500)]).toEqual([2_000, 3_000, 4_000]);
  });

  it.each([
    [0, 2_000, 10, [0, 200, 400, 600, 800, 1_000, 1_200, 1_400, 1_600, 1_800, 2_000]],
    [5_432, 7_432, 4, [5_500, 6_000, 6_500, 7_000]],
    [3, 8, 10, [3, 4, 5, 6, 7, 8]],
    [999_999, 1_000_001, 5, [999_999, 1_000_000, 1_000_001]],
  ])('rounds from %i to %i', (from, to, count, ticks) => expect(linearScale(from, to, 100).ticks(count)).toEqual(ticks));

  it('has at most as many ticks as asked for, and one', () => {
    for (let span = 1; span < 5_000; span += 7) expect(linearScale(13, 13 + span, 100).ticks(6).length).toBeLessThanOrEqual(7);
  });
});

describe('where words stand on what is partly covered', () => {
  const stretch = (left: number, right: number) => ({ left, width: right - left });
  it.each([
    [[], [0, 100]],
    [[[60, 140]], [0, 60]],
    [[[0, 30]], [30, 100]],
    [[[40, 50], [10, 20]], [50, 100]],
    [[[0, 100]], [0, 0]],
    [[[0, 80], [10, 20]], [80, 100]],
  ])('covered by %j it is %j', (over, bare) => {
    expect(widestBare(stretch(0, 100), over.map(([left, right]) => stretch(left!, right!)))).toEqual(stretch(bare[0]!, bare[1]!));
  });
});
