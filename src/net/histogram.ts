/**
 * Counts of values by their size, exact to one part in a thousand, as in HdrHistogram (Tene): values below 2,048 are counted one by one, and each
 * doubling beyond is cut into 1,024 parts. Two histograms are added by adding their counts.
 */
const SUB_BUCKETS = 2048, HALF = SUB_BUCKETS / 2;

/** Where a value is counted. */
export function barOf(value: number): number {
  let shift = 0, rest = value;
  for (; rest >= SUB_BUCKETS; shift++) rest = Math.floor(rest / 2);
  return shift * HALF + rest;
}

/** The lowest value that is counted there, and how many are. */
export function rangeOf(index: number): { from: number; size: number } {
  const shift = Math.max(0, Math.floor(index / HALF) - 1);
  let size = 1;
  for (let n = 0; n < shift; n++) size *= 2;
  return { from: (index - shift * HALF) * size, size };
}

export class Histogram {
  readonly #counts: number[] = [];
  total = 0;
  #sum = 0;
  #squares = 0;
  min = Infinity;
  max = 0;

  add(value: number): void {
    const at = Math.max(0, Math.floor(value)), index = barOf(at);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.total++;
    this.#sum += at;
    this.#squares += at * at;
    this.min = Math.min(this.min, at);
    this.max = Math.max(this.max, at);
  }

  get mean(): number {
    return this.total ? this.#sum / this.total : 0;
  }

  get deviation(): number {
    return this.total ? Math.sqrt(Math.max(0, this.#squares / this.total - this.mean * this.mean)) : 0;
  }

  /** From the lowest to the highest value that occurs. */
  bars(): { from: number; to: number; count: number }[] {
    return this.#counts.flatMap((count, index) => {
      const { from, size } = rangeOf(index);
      return count ? [{ from, to: from + size - 1, count }] : [];
    });
  }

  /** The value that so many of a thousand thousands do not exceed. */
  percentile(perMillion: number): number {
    const wanted = Math.max(1, -Math.floor((-this.total * perMillion) / 1_000_000));
    let met = 0;
    for (const { to, count } of this.bars()) {
      met += count;
      if (met >= wanted) return Math.min(to, this.max);
    }
    return 0;
  }

  /** HdrHistogram's percentile file, for its plotter. @param unit values to a unit of the file: 1000 writes nanoseconds as microseconds. */
  hgrm(unit = 1000): string {
    const number = (value: number, digits: number, width: number): string => value.toFixed(digits).padStart(width);
    const lines = ['       Value     Percentile TotalCount 1/(1-Percentile)', ''];
    let met = 0;
    for (const { to, count } of this.bars()) {
      met += count;
      const part = met / this.total, inverse = met === this.total ? '' : number(1 / (1 - part), 2, 15);
      lines.push(`${number(Math.min(to, this.max) / unit, 3, 12)} ${number(part, 12, 14)} ${String(met).padStart(10)}${inverse}`);
    }
    lines.push(`#[Mean    = ${number(this.mean / unit, 3, 12)}, StdDeviation   = ${number(this.deviation / unit, 3, 12)}]`,
      `#[Max     = ${number(this.max / unit, 3, 12)}, Total count    = ${String(this.total).padStart(12)}]`,
      `#[Buckets = ${String(Math.max(1, Math.floor(barOf(this.max) / HALF))).padStart(12)}, SubBuckets     = ${String(SUB_BUCKETS).padStart(12)}]`);
    return `${lines.join('\n')}\n`;
  }
}
