/** What the stages of many requests took, summed by bars of the histogram of their latencies: it takes as much room as there are bars. */
import { STAGES, type Bar, type Example, type StageMeans } from '../link/experiment.ts';
import { barOf, rangeOf } from '../net/histogram.ts';
import type { Stamp, Way } from './request-trace.ts';

const EXAMPLES = 8, NS = 0, BUSY_NS = 1, INSTRUCTIONS = 2, KINDS = 3;

interface Bin {
  count: number;
  examples: Example[];
  /** Of each stage its time, the time that its CPU was awake, and instructions. */
  readonly sums: Float64Array;
}

export class StageBins {
  readonly #bins = new Map<number, Bin>();
  #total = 0;

  add({ request, ends, stamps, arrived }: Way): void {
    const index = barOf(request.done - request.meant);
    let bin = this.#bins.get(index);
    if (!bin) this.#bins.set(index, (bin = { count: 0, examples: [], sums: new Float64Array(KINDS * STAGES.length) }));
    bin.count++;
    this.#total++;
    if (bin.examples.length < EXAMPLES && arrived) bin.examples.push({ number: request.number, tick: arrived.tick });
    let from: Stamp | undefined;
    for (let n = 0; n < STAGES.length; n++) {
      bin.sums[KINDS * n + NS] += ends[n] - (n === 0 ? request.meant : ends[n - 1]);
      const to = stamps[n];
      // What was before the packet came is nobody's of this request.
      if (!to || to.ns !== ends[n]) continue;
      const since = from?.cpu === to.cpu ? from : from?.there?.cpu === to.cpu ? from.there : undefined;
      if (since) {
        bin.sums[KINDS * n + BUSY_NS] += Math.max(0, to.ns - since.ns - (to.slept - since.slept));
        bin.sums[KINDS * n + INSTRUCTIONS] += to.instructions - since.instructions;
      }
      from = to;
    }
  }

  get #sorted(): [number, Bin][] {
    return [...this.#bins].sort(([a], [b]) => a - b);
  }

  bars(): Bar[] {
    return this.#sorted.map(([index, { count, examples }]) => {
      const { from, size } = rangeOf(index);
      return { from, to: from + size - 1, count, examples };
    });
  }

  /** Means over the requests between two parts of a million, in the order of their latencies: all that share a bar with one of them. */
  means(hertz: number, least = 0, most = 1_000_000): StageMeans[] {
    const sums = new Float64Array(KINDS * STAGES.length);
    let met = 0, count = 0;
    for (const [, bin] of this.#sorted) {
      const from = met;
      met += bin.count;
      if (met * 1_000_000 < least * this.#total || from * 1_000_000 >= Math.max(most * this.#total, 1)) continue;
      count += bin.count;
      for (let n = 0; n < sums.length; n++) sums[n] += bin.sums[n];
    }
    return STAGES.map(({ name }, n) => {
      const mean = (kind: number): number => sums[KINDS * n + kind] / Math.max(1, count);
      return { name, ns: mean(NS), cycles: (mean(BUSY_NS) * hertz) / 1e9, instructions: mean(INSTRUCTIONS) };
    });
  }

  /** A request that took as long as so many of a million did at most. */
  exampleAt(perMillion: number): Example | undefined {
    let met = 0;
    for (const [, { count, examples }] of this.#sorted) {
      met += count;
      if (met * 1_000_000 >= perMillion * this.#total && examples.length) return examples[0];
    }
    return undefined;
  }
}
