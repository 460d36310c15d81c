/** The next multiple of `unit` at or above n; n is not negative. */
export function roundUp(n: number, unit: number): number {
  return Math.trunc((n + unit - 1) / unit) * unit;
}
