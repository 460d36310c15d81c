/** Ticks of the machine to pixels and back, with round numbers for a ruler. */
export interface Scale {
  (value: number): number;
  invert: (pixel: number) => number;
  /** About that many round values within the domain, ascending. */
  ticks: (count: number) => number[];
}

/** The step among 1, 2, 5 and their tenfolds that gives at most `count` of them in the span. */
function roundStep(span: number, count: number): number {
  const least = span / Math.max(1, count);
  let decade = 1;
  while (decade * 10 <= least) decade *= 10;
  return ([1, 2, 5, 10].find((digit) => digit * decade >= least) ?? 10) * decade;
}

export function linearScale(from: number, to: number, width: number): Scale {
  const span = to - from || 1;
  return Object.assign((value: number) => ((value - from) / span) * width, {
    invert: (pixel: number) => from + (pixel / width) * span,
    ticks: (count: number) => {
      const step = roundStep(span, count);
      const first = Math.ceil(from / step);
      return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step);
    },
  });
}

/** Where something is drawn on a line. */
export interface Stretch {
  left: number;
  width: number;
}

/** Of something drawn the widest part that nothing drawn later lies on: there its words stand. */
export function widestBare({ left, width }: Stretch, over: readonly Stretch[]): Stretch {
  let at = left, best = { left, width: 0 };
  const free = (to: number): void => {
    if (to - at > best.width) best = { left: at, width: to - at };
  };
  for (const one of [...over].sort((a, b) => a.left - b.left)) {
    free(Math.min(one.left, left + width));
    at = Math.max(at, one.left + one.width);
  }
  free(left + width);
  return best;
}
