/**
 * Rows of a column that stand for more than themselves. A program in a loop does the same again and again: of a round that is the one before but for when
 * it was, only that is kept. Nothing is lost, and every row has its number as if all were there.
 */
import { assert } from '../base/assert.ts';
import type { Tick } from '../base/units.ts';
import { begun, endedNumbers, grown } from './shelf.ts';

/** Numbers of an entry: the first row that is not there; rows of a round, which stand before it; rounds; ticks of each; rows left out up to its end. */
const FIRST = 0, ROWS = 1, TIMES = 2, TICKS = 3, LEFT_OUT = 4, ENTRY = 5;

export class Rounds {
  #entries = new Float64Array(begun());
  #used = 0;
  #isSealed = false;
  /** Rows that are not there. */
  leftOut = 0;
  /** From this row on all are there. */
  #tail = 0;
  /** What `find` found: where the row stands that it is like, how many rounds later it is, and how many ticks. */
  at = 0;
  round = 0;
  ticks: Tick = 0;

  /** The last rows, which stand there, come again so many times, each so many ticks after the last. @param length rows so far, those that are not there among them. */
  again(length: number, rows: number, times: number, ticks: Tick): void {
    assert(length - this.#tail >= rows, 'the last round stands there');
    if (this.#used + ENTRY > this.#entries.length) this.#entries = new Float64Array(grown(this.#entries, 8 * (this.#used + ENTRY)));
    const entries = this.#entries, at = this.#used;
    this.leftOut += rows * times;
    this.#tail = length + rows * times;
    entries[at + FIRST] = length;
    entries[at + ROWS] = rows;
    entries[at + TIMES] = times;
    entries[at + TICKS] = ticks;
    entries[at + LEFT_OUT] = this.leftOut;
    this.#used = at + ENTRY;
  }

  /** Finds a row by its number. */
  find(n: number): this {
    const entries = this.#entries;
    this.round = this.ticks = 0;
    if (n >= this.#tail) {
      this.at = n - this.leftOut;
      return this;
    }
    // The first entry that ends behind it.
    let low = 0, high = this.#used / ENTRY;
    while (low < high) {
      const middle = (low + high) >> 1, e = middle * ENTRY;
      if (entries[e + FIRST] + entries[e + ROWS] * entries[e + TIMES] <= n) low = middle + 1;
      else high = middle;
    }
    const e = low * ENTRY, before = low === 0 ? 0 : entries[e - ENTRY + LEFT_OUT], into = n - entries[e + FIRST], rows = entries[e + ROWS];
    if (into < 0) this.at = n - before;
    else {
      this.round = Math.floor(into / rows) + 1;
      this.ticks = this.round * entries[e + TICKS];
      this.at = n - before - this.round * rows;
    }
    return this;
  }

  /** Nothing more comes. It is the first of a page's columns that ends: a buffer that ended twice would begin two others at once. */
  seal(): void {
    assert(!this.#isSealed, 'a page ends once');
    this.#isSealed = true;
    this.#entries = endedNumbers(this.#entries, this.#used);
  }

  get bytes(): number {
    return this.#entries.byteLength;
  }
}
