/** Being told of stores for a while. */
import type { VirtAddr } from '../base/units.ts';
import type { Machine } from '../machine/machine.ts';

/**
 * Does something while every store that touches one of these ranges is told, just before it reaches memory. Not one inside
 * another: the outer one ends with the inner one.
 */
export function watchingWrites<T>(machine: Machine, ranges: readonly { addr: VirtAddr; length: number }[] | 'all', told: (at: VirtAddr, length: number) => void,
  work: () => T): T {
  const { hooks } = machine.socket;
  hooks.write = (_cpu, at, length) => told(at, length);
  machine.setWriteWatch(ranges);
  try {
    return work();
  } finally {
    machine.setWriteWatch([]);
    delete hooks.write;
  }
}

/** The aligned 64-bit words that a store touches, lowest first. */
export function* wordsOf(at: VirtAddr, length: number): Generator<VirtAddr> {
  for (let word = at & ~7n; word < at + BigInt(length); word += 8n) yield word;
}
