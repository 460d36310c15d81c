import type { StackReport } from '../../../link/reports.ts';

/** Of all that is known to be a stack no byte can be read: the page tables lead nowhere. */
export function nothingMapped(stacks: readonly StackReport[]): boolean {
  const slots = stacks.flatMap(({ rows }) => rows).flatMap((row) => ('count' in row ? [] : [row]));
  return slots.length > 0 && slots.every((row) => row.value === undefined);
}
