/** Who wrote these bytes last: found by replaying the stretch before now with a watch on them. */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Machine } from '../machine/machine.ts';
import type { History } from './history.ts';
import { peekIn } from './memory.ts';
import { isShared, type Space } from './spaces.ts';
import { spotOf } from './stepping.ts';
import type { Symbols } from './symbols.ts';
import { watchingWrites } from './writes.ts';

export interface Written {
  /** The step that wrote: the machine stood here before it. */
  tick: Tick;
  rip: VirtAddr;
  before: bigint;
}

/** What stands at an address of a space; 0 where nothing is mapped, and where there is no such space yet or any more. */
export function valueAt(machine: Machine, space: Space | undefined, addr: VirtAddr, length: number): bigint {
  if (space && !isShared(addr) && (machine.tick <= space.from || machine.tick > space.to)) return 0n;
  return peekIn(machine, space, addr, Math.min(8, length))?.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) ?? 0n;
}

/** The last write before `now`. Leaves the machine anywhere. */
export function lastWrite(history: History, symbols: Symbols, space: Space | undefined, addr: VirtAddr, length: number, now: Tick): Written | undefined {
  const { machine } = history;
  let touched = false;
  /** The same address in another space is other memory. */
  const told = (): void => {
    touched ||= isShared(addr) || symbols.space === space;
  };
  return watchingWrites(machine, [{ addr, length }], told, () => {
    for (let end = now; end > 0; ) {
      const from = history.before(end - 1);
      history.restore(from);
      let found: Written | undefined;
      let last = { rip: machine.registers().rip, value: valueAt(machine, space, addr, length), tick: machine.tick };
      touched = false;
      const look = (): void => {
        const value = valueAt(machine, space, addr, length);
        if (touched || value !== last.value) found = { tick: last.tick, rip: last.rip, before: last.value };
        touched = false;
        last = { rip: spotOf(machine).rip, value, tick: machine.tick };
      };
      history.watch(look, end);
      look();
      if (found) return found;
      end = from.tick;
    }
    return undefined;
  });
}
