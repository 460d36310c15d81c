/** Who wrote these bytes last: found by replaying the stretch before now with a watch on them. */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Machine } from '../machine/machine.ts';
import type { History } from './history.ts';
import { spotOf } from './stepping.ts';
import { watchingWrites } from './writes.ts';

export interface Written {
  /** The step that wrote: the machine stood here before it. */
  tick: Tick;
  rip: VirtAddr;
  before: bigint;
}

export function valueAt(machine: Machine, addr: VirtAddr, length: number): bigint {
  return machine.peek(addr, Math.min(8, length))?.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) ?? 0n;
}

/** The last write before `now`. Leaves the machine anywhere. */
export function lastWrite(history: History, addr: VirtAddr, length: number, now: Tick): Written | undefined {
  const { machine } = history;
  let touched = false;
  const told = (): void => {
    touched = true;
  };
  return watchingWrites(machine, [{ addr, length }], told, () => {
    for (let end = now; end > 0; ) {
      const from = history.before(end - 1);
      history.restore(from);
      let found: Written | undefined;
      let last = { rip: machine.registers().rip, value: valueAt(machine, addr, length), tick: machine.tick };
      touched = false;
      const look = (): void => {
        const value = valueAt(machine, addr, length);
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
