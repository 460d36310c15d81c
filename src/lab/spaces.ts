/**
 * The address spaces of a run, as the kernel's tracepoints tell of them: which program each runs and what is mapped where, at
 * every tick. The page tables that a CPU has loaded say in which of them it is.
 */
import type { Tick, VirtAddr } from '../base/units.ts';

/** Canonical addresses of the upper half are negative. */
export const isShared = (at: VirtAddr): boolean => BigInt.asIntN(64, at) < 0n;

/** Pages of a file in a space, while they are there: from the tick after `from`, where the kernel says so, to `to`. */
interface Mapping {
  low: VirtAddr;
  high: VirtAddr;
  /** The guest's name for the file's content, as its tracepoints tell it. */
  inode: bigint;
  from: Tick;
  to: Tick;
}

export class Space {
  /** Counts from 1 in the order in which they were made: the same in every replay of a run. */
  readonly id: number;
  readonly mm: bigint;
  /** Physical address of its top page table. */
  readonly root: number;
  /** That of the one which ring 3 has in its place, if the kernel keeps two (page table isolation); else the same. */
  readonly userRoot: number;
  readonly from: Tick;
  to: Tick = Infinity;
  /** Which file's path each inode was run under. */
  readonly programs = new Map<bigint, string>();
  mappings: Mapping[] = [];
  readonly #now: () => Tick;

  /** @param now the tick that questions are about. */
  constructor(id: number, mm: bigint, root: number, userRoot: number, from: Tick, now: () => Tick) {
    this.id = id;
    this.mm = mm;
    this.root = root;
    this.userRoot = userRoot;
    this.from = from;
    this.#now = now;
  }

  /** Path of the program whose file is mapped at an address. */
  fileAt(at: VirtAddr): string | undefined {
    const now = this.#now();
    for (const { low, high, inode, from, to } of this.mappings) if (at >= low && at < high && from < now && now <= to) return this.programs.get(inode);
    return undefined;
  }

  /** Is the file of that program mapped in it? */
  runs(path: string): boolean {
    const now = this.#now();
    return this.mappings.some(({ inode, from, to }) => from < now && now <= to && this.programs.get(inode) === path);
  }

  map(low: VirtAddr, high: VirtAddr, inode: bigint, tick: Tick): void {
    if (inode !== 0n) this.mappings.push({ low, high, inode, from: tick, to: Infinity });
  }

  /** What is left of a mapping on either side goes on. */
  unmap(low: VirtAddr, high: VirtAddr, tick: Tick): void {
    for (const mapping of this.mappings.filter((one) => one.to === Infinity && one.low < high && low < one.high)) {
      mapping.to = tick;
      if (mapping.low < low) this.map(mapping.low, low, mapping.inode, tick);
      if (high < mapping.high) this.map(high, mapping.high, mapping.inode, tick);
    }
  }

  /** As it was known at a tick, to go on by itself. */
  fork(tick: Tick): Space {
    const fork = new Space(this.id, this.mm, this.root, this.userRoot, this.from, this.#now);
    fork.to = this.to < tick ? this.to : Infinity;
    for (const [inode, path] of this.programs) fork.programs.set(inode, path);
    fork.mappings = this.mappings.filter(({ from }) => from < tick).map((one) => ({ ...one, to: one.to < tick ? one.to : Infinity }));
    return fork;
  }
}

export class Spaces {
  readonly #all: Space[] = [];
  readonly #now: () => Tick;
  /** What the last question was answered with: one CPU asks about the same space again and again. */
  #last: Space | undefined;

  constructor(now: () => Tick) {
    this.#now = now;
  }

  /** By number. */
  get(id: number): Space | undefined {
    return this.#all[id - 1];
  }

  /** The one whose page tables start at a physical address, now. */
  at(root: number): Space | undefined {
    const now = this.#now(), isIt = (one: Space): boolean => (one.root === root || one.userRoot === root) && one.from < now && now <= one.to;
    if (this.#last && isIt(this.#last)) return this.#last;
    return (this.#last = this.#all.findLast(isIt));
  }

  /** The living one that the kernel keeps in this structure. */
  of(mm: bigint): Space | undefined {
    return this.#all.findLast((one) => one.mm === mm && one.to === Infinity);
  }

  /** @param maker the space that is loaded: what is known of its files holds for a copy of it. */
  create(mm: bigint, root: number, userRoot: number, maker: Space | undefined): void {
    const made = new Space(this.#all.length + 1, mm, root, userRoot, this.#now(), this.#now);
    for (const [inode, path] of maker?.programs ?? []) made.programs.set(inode, path);
    this.#all.push(made);
  }

  fork(tick: Tick): Spaces {
    const fork = new Spaces(this.#now);
    fork.#all.push(...this.#all.filter(({ from }) => from < tick).map((one) => one.fork(tick)));
    return fork;
  }
}
