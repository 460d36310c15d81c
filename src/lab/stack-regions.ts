/** Which stack RSP is on, asked at every load of it. */
import type { StackRegion } from './record.ts';
import { keyOfHalves } from './site-reader.ts';
import type { Space } from './spaces.ts';
import type { Now } from './system-calls.ts';
import type { Writing } from './writing.ts';

/** Addresses whose region is remembered; a power of two. */
const MEMO = 256, MEMO_SHIFT = 24;
/** Multipliers that spread both halves: tops of stacks differ in their upper bits alone. */
const SPREAD = 0x9e37_79b1, SPREAD_HIGH = 0x85eb_ca6b;

export class StackRegions {
  readonly #writing: Writing;
  readonly #now: Now;
  /** Regions of addresses that RSP had lately, as of now. */
  readonly #keys = new Float64Array(MEMO).fill(NaN);
  readonly #regions: (StackRegion | undefined)[] = Array.from({ length: MEMO });
  /** The page tables that memos are of. */
  root = 0;
  /** Counts changes of what is mapped where, and of the page tables that are loaded. */
  version = 0;

  constructor(writing: Writing, now: Now) {
    this.#writing = writing;
    this.#now = now;
  }

  /** The region of an address, by its halves, as of now. What RSP was lately is remembered while the page tables stay the same. */
  at(lo: number, hi: number, isNow: boolean): StackRegion | undefined {
    const slot = Math.imul(lo ^ Math.imul(hi, SPREAD_HIGH), SPREAD) >>> MEMO_SHIFT;
    return isNow && this.#keys[slot] === keyOfHalves(lo, hi) ? this.#regions[slot] : this.#find(slot, keyOfHalves(lo, hi), isNow);
  }

  /** On its own, since a function with a closure costs memory each time it is called. */
  #find(slot: number, key: number, isNow: boolean): StackRegion | undefined {
    const { regions } = this.#writing.record, tick = this.#now.tick;
    // A program's own stack lies in its address space.
    const space = key >= 0 ? this.space?.id : undefined;
    const found = regions.findLast((one) => key >= one.lowKey && key <= one.highKey && one.from <= tick && tick <= one.to &&
      (one.space === 0 || one.space === space));
    if (isNow && (!found || found.to === Infinity)) {
      this.#keys[slot] = key;
      this.#regions[slot] = found;
    }
    return found;
  }

  /** Is this moment the newest, of which the memos are? */
  remembers(): boolean {
    const { root } = this.#now;
    if (root !== this.root) this.forget();
    this.root = root;
    return !this.#writing.remaking && this.#now.tick >= this.#writing.record.frontier;
  }

  /** The space of what is being taken in. */
  get space(): Space | undefined {
    return this.#writing.record.spaces.at(this.#now.root & -4096);
  }

  forget(): void {
    this.version++;
    this.#keys.fill(NaN);
  }
}
