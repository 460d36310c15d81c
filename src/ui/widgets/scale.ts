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
