import { describe, expect, it } from 'vitest';
import { Rounds } from './rounds.ts';

/** A column of ticks, as it is kept and with all that is left out of it. */
class Ticks {
  readonly rounds = new Rounds();
  readonly kept: number[] = [];
  readonly all: number[] = [];

  row(tick: number): void {
    this.kept.push(tick);
    this.all.push(tick);
  }
  again(rows: number, times: number, ticks: number): void {
    this.rounds.again(this.all.length, rows, times, ticks);
    for (let n = 0; n < rows * times; n++) this.all.push(this.all[this.all.length - rows] + ticks);
  }
  get read(): number[] {
    return this.all.map((_, n) => {
      const { at, ticks } = this.rounds.find(n);
      return this.kept[at] + ticks;
    });
  }
}

describe('rounds of a column', () => {
  it('are as many rows as if all were there', () => {
    const column = new Ticks();
    column.row(3);
    expect(column.read).toEqual([3]);
    for (const tick of [5, 7, 12]) column.row(tick);
    column.again(2, 3, 10);
    expect(column.read).toEqual([3, 5, 7, 12, 17, 22, 27, 32, 37, 42]);
    expect(column.rounds.leftOut).toBe(6);
    expect(() => column.again(2, 1, 6)).toThrow('the last round stands there');
  });

  it('stand among rows and each other', () => {
    const column = new Ticks();
    let tick = 0;
    for (let n = 0; n < 60; n++) {
      for (let k = 0; k <= n % 4; k++) column.row((tick += 1 + (n % 3)));
      if (n % 5 !== 4) column.again(1 + (n % 4), 1 + (n % 7), 20);
      tick = column.all[column.all.length - 1];
    }
    column.rounds.seal();
    expect(column.kept.length).toBeLessThan(column.all.length / 3);
    expect(column.read).toEqual(column.all);
  });
});
