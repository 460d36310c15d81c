/** What the coming steps of a run that is known already will write on the stacks: found by running them again. */
import type { VirtAddr } from '../base/units.ts';
import type { History } from './history.ts';
import { isTasks } from './stack-kinds.ts';
import type { Symbols } from './symbols.ts';
import type { Tracer } from './tracer.ts';
import { unwind } from './unwind.ts';
import { watchingWrites, wordsOf } from './writes.ts';

export interface Ahead {
  /** So many steps from now it is written. */
  steps: number;
  /** What it will be then, where that is known. */
  label: string;
}

/** Steps looked into the future. Every look at the stacks runs so many twice; no kernel's code is behind the number. */
const STEPS = 32;
const AROUND = 4096n;

/** In the past only: the first write to each slot near the top of a stack. The machine is where it was afterwards. */
export function writtenAhead(history: History, symbols: Symbols, tracer: Tracer): ReadonlyMap<VirtAddr, Ahead> {
  const found = new Map<VirtAddr, Ahead>();
  const { machine } = history;
  const now = machine.tick, until = Math.min(now + STEPS, history.live), { gpr, halted } = machine.registers();
  if (until <= now || halted) return found;
  const stacks = tracer.record.regions.filter(({ from, to, kind, pid }) =>
    from <= now && now <= to && kind !== 'user' && (!isTasks(kind) || pid === tracer.task(now).pid));
  const ranges = [{ addr: gpr[4] - AROUND, length: Number(2n * AROUND) },
    ...stacks.map(({ high, low }) => ({ addr: high - low > AROUND ? high - AROUND : low, length: Number(high - low > AROUND ? AROUND : high - low) }))];
  let fresh: VirtAddr[] = [];
  const told = (at: VirtAddr, length: number): void => {
    for (const slot of wordsOf(at, length)) if (!found.has(slot)) fresh.push(slot);
  };
  const look = (): void => {
    if (fresh.length === 0) return;
    const { labels } = unwind({ machine, symbols, tracer, registers: machine.registers() });
    for (const slot of fresh) if (!found.has(slot)) found.set(slot, { steps: machine.tick - now, label: labels.get(slot)?.label ?? '' });
    fresh = [];
  };
  history.excursion(() => watchingWrites(machine, ranges, told, () => {
    history.watch(look, until);
    look();
  }));
  return found;
}
