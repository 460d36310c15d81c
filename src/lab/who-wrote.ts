/**
 * Who wrote these bytes last: found by replaying what lies before now with a watch on them. What runs at full speed says in which stretch of
 * the run something was written; only that one is looked at step by step. Where two snapshots share the page nothing was.
 */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Machine } from '../machine/machine.ts';
import type { Snapshot } from '../machine/snapshot.ts';
import type { History } from './history.ts';
import { peekIn, physicalAt } from './memory.ts';
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

/** Ticks of a stretch, and between two words on how far the search is. */
const STRETCH = 8192, TOLD = 500_000;
const PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT;

/** Looks for the last write before `now`, and yields now and then how far back it has looked. Leaves the machine anywhere. */
export function* lastWrite(history: History, symbols: Symbols, space: Space | undefined, addr: VirtAddr, length: number,
  now: Tick): Generator<Tick, Written | undefined, undefined> {
  const { machine } = history;
  let touched = false, stored = false;
  /** The same address in another space is other memory. */
  const told = (): void => {
    stored = true;
    touched ||= isShared(addr) || symbols.space === space;
  };
  const valueNow = (): bigint => valueAt(machine, space, addr, length);
  /** Where the stretches begin in which something was told, in a run from here: also what another address space wrote at this address. */
  const stretches = (end: Tick): Tick[] => {
    const begun: Tick[] = [];
    for (let value = valueNow(); machine.tick < end;) {
      const start = machine.tick;
      stored = false;
      history.forward(Math.min(end, start + STRETCH));
      const after = valueNow();
      if (stored || after !== value) begun.push(start);
      value = after;
      if (machine.tick === start) break;
    }
    return begun;
  };
  /** The last write in a stretch that begins here. */
  const lastIn = (end: Tick): Written | undefined => {
    let found: Written | undefined;
    let last = { rip: machine.registers().rip, value: valueNow(), tick: machine.tick };
    touched = false;
    const look = (): void => {
      const value = valueNow();
      if (touched || value !== last.value) found = { tick: last.tick, rip: last.rip, before: last.value };
      touched = false;
      last = { rip: spotOf(machine).rip, value, tick: machine.tick };
    };
    history.watch(look, end);
    look();
    return found;
  };
  const inOnePage = Number(addr & BigInt(PAGE_SIZE - 1)) + length <= PAGE_SIZE;
  /** The page that the bytes lie in, as a snapshot keeps it; one of zeros is kept once for all. */
  const pageIn = ({ pages }: Snapshot): Uint8Array | undefined => {
    const at = inOnePage ? physicalAt(machine, addr, space && !isShared(addr) ? space.root : undefined) : -1;
    const page = at < 0 ? undefined : pages[at >> PAGE_SHIFT];
    return page?.some((byte) => byte !== 0) ? page : undefined;
  };
  const between = (from: Snapshot, end: Tick): Written | undefined => watchingWrites(machine, [{ addr, length }], told, () => {
    for (const start of stretches(end).toReversed()) {
      history.restore(from);
      history.forward(start);
      const found = lastIn(Math.min(end, start + STRETCH));
      if (found) return found;
    }
    return undefined;
  });
  let later: Uint8Array | undefined, ran = 0;
  for (let end = now; end > 0;) {
    const from = history.before(end - 1);
    history.restore(from);
    const page = pageIn(from);
    if (page === undefined || page !== later) {
      const found = between(from, end);
      if (found) return found;
      ran += end - from.tick;
    }
    later = page;
    end = from.tick;
    if (ran < TOLD) continue;
    ran = 0;
    yield end;
  }
  return undefined;
}
