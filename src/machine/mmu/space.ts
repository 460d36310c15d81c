/**
 * What a CPU knows of one address space while another is loaded. Tables that are written are dropped wherever they are known, so what
 * is kept stays right, and is there again when the space is.
 */

/** Translations kept of a space, and how many spaces. */
const MOST = 512;
export const SPACES = 8;
/** Who relies on a page of tables: nobody, the upper half (which all spaces may have in common) or several, or the space of that number. */
export const NOBODY = 0, SHARED = 1;

/** Places of the TLBs in which something of one half of the address space may be. Each is in the list once: a bit in the place itself says so. */
export class Places {
  /** Place and TLB: (index << 3) | number. */
  readonly list: Int32Array;
  readonly bit: number;
  count = 0;

  constructor(bit: number, most: number) {
    this.bit = bit;
    this.list = new Int32Array(most);
  }

  add(tlb: Int32Array, k: number, number: number): void {
    if (tlb[k + 3] & this.bit) return;
    tlb[k + 3] |= this.bit;
    this.list[this.count++] = (k << 3) | number;
  }

  /** Empties the list; `each` is told what was in it. */
  clear(tlbs: readonly Int32Array[], each: (tlb: Int32Array, k: number, number: number) => void): void {
    const { list, bit, count } = this;
    for (let n = 0; n < count; n++) {
      const place = list[n], k = place >>> 3, tlb = tlbs[place & 7];
      tlb[k + 3] &= ~bit;
      each(tlb, k, place & 7);
    }
    this.count = 0;
  }
}

export class Space {
  /** Its number as one of those who rely on a page. */
  readonly number: number;
  /** The page with its uppermost tables; -1: none is known. */
  root = -1;
  /** Pages of tables that walks of its lower half have read. */
  readonly tables: number[] = [];
  /** When it was last loaded. */
  since = 0;
  /** While it is not: place, tag (lo, hi) and distance of each translation. */
  readonly #kept = new Int32Array(4 * MOST);
  #count = 0;

  constructor(number: number) {
    this.number = number;
  }

  keep(place: number, lo: number, hi: number, distance: number): void {
    if (this.#count === MOST) return;
    const at = 4 * this.#count++, kept = this.#kept;
    kept[at] = place;
    kept[at + 1] = lo;
    kept[at + 2] = hi;
    kept[at + 3] = distance;
  }

  /** Gives back what was kept. */
  take(each: (place: number, lo: number, hi: number, distance: number) => void): void {
    const kept = this.#kept;
    for (let at = 0; at < 4 * this.#count; at += 4) each(kept[at], kept[at + 1], kept[at + 2], kept[at + 3]);
    this.#count = 0;
  }

  /** Keeps on only what passes. */
  filter(passes: (place: number, lo: number, distance: number) => boolean): void {
    const kept = this.#kept, end = 4 * this.#count;
    this.#count = 0;
    for (let at = 0; at < end; at += 4) if (passes(kept[at], kept[at + 1], kept[at + 3])) this.keep(kept[at], kept[at + 1], kept[at + 2], kept[at + 3]);
  }

  forget(): void {
    this.root = -1;
    this.tables.length = 0;
    this.#count = 0;
  }
}
