/** Our own mistakes crash loudly. Guest faults and user errors never come this way. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Ringside bug: ${message}`);
}

/** For the `default` of a switch that must cover every case: the compiler rejects a missing one. */
export function unreachable(value: never): never {
  throw new Error(`Ringside bug: unexpected ${String(value)}`);
}
