/**
 * 4-level paging and the translation look-aside buffers. SDM Vol. 3A, "4-Level Paging and 5-Level Paging" and
 * "Caching Translation Information".
 *
 * The TLB is never visible to the guest: a write to a page table that was walked drops what came from it, and A and D
 * behave as if every access walked. Six tables (read, write, execute; supervisor, user) hold 4096 entries of four words: page address (lo,
 * hi), physical minus virtual, lists it is in (space.ts). The hit test compares the page of the last byte, so an access that crosses a page misses
 * by construction. A page that needs attention (device, watched, page table, code on write) never enters.
 *
 * Since writes to tables are seen, a load of CR3 need drop nothing: the upper half stays if the new space's is made of the same tables, and of
 * the lower half what was known is kept until the space comes back.
 */
import { CR0_WP, CR4_SMAP, CR4_SMEP, EFER_NXE, PF_I, PF_P, PF_RSVD, PF_U, PF_W, PTE_A, PTE_D, PTE_P, PTE_PS, PTE_U, PTE_W,
  RFLAGS_AC } from '../../isa/registers.ts';
import { CR0, CR3, CR4, EFER, FLAGS_REST } from '../cpu/state.ts';
import { PAGE_SHIFT, PAGE_SIZE, type Ram } from './ram.ts';
import { NOBODY, Places, SHARED, Space, SPACES } from './space.ts';

export const READ = 0, WRITE = 1, EXEC = 2;
export type Access = typeof READ | typeof WRITE | typeof EXEC;

/** Uses of a page with tables. */
const UNKNOWN = 0, LAST_LEVEL = 1, OTHER = 2;

const ENTRIES = 4096;
const WORDS = ENTRIES * 4;
/** A tag that no page address equals, so that an empty entry never hits. */
const EMPTY = 1;
const WAYS = 16, WAY_WORDS = 8;
/** Of a page to which several places of write TLBs may lead. */
const MANY = -1;
/** With more pages of tables in common than these, all is dropped at the next load of CR3: some of them may be tables no more. */
const MOST_SHARED = 1024;
/** A TLB in which nothing is: every access takes the slow path. */
export const NO_TRANSLATIONS: Int32Array = new Int32Array(WORDS).fill(EMPTY);

/** One level of a walk, for display. */
export interface WalkStep {
  level: 'PML4E' | 'PDPTE' | 'PDE' | 'PTE';
  index: number;
  /** Physical address of the entry. */
  at: number;
  entry: bigint;
}

/** A page of which translations are at hand: a bit for each of [read, write, execute] for supervisor, then for user. */
export interface Translation {
  lo: number;
  hi: number;
  physical: number;
  uses: number;
}

export interface WatchedRange {
  addr: bigint;
  length: number;
}

const empty = (tlb: Int32Array, k: number): void => {
  tlb[k] = EMPTY;
};
/** Of an entry's page address and distance. */
const physicalPage = (lo: number, distance: number): number => (lo + distance) >>> PAGE_SHIFT;
/** Is that place in a TLB for writes? */
const writes = (place: number): boolean => (place & 7) % 3 === WRITE;
const largePageNumber = (lo: number, hi: number): number => hi * 0x800 + (lo >>> 21);
const pageNumber = (lo: number, hi: number): number => hi * 0x10_0000 + (lo >>> 12);

/** By how many tables lie below. */
const LEVELS = ['PTE', 'PDE', 'PDPTE', 'PML4E'] as const;

export class Mmu {
  readonly ram: Ram;
  readonly s: Int32Array;
  /** [read, write, execute] for supervisor, then for user. */
  readonly tlbs: readonly Int32Array[];
  /** Where translations of the halves of the address space are: dropping them is cheaper than filling six tables. */
  readonly #lower = new Places(1, 6 * ENTRIES);
  readonly #upper = new Places(2, 6 * ENTRIES);
  /** Address spaces of which something is known, and the one that is loaded. */
  readonly #spaces: readonly Space[] = Array.from({ length: SPACES }, (_, n) => new Space(SHARED + 1 + n));
  #space: Space = this.#spaces[0];
  #loads = 0;
  /** Entries of the uppermost tables by which the upper half was walked. */
  readonly #upperEntries: number[] = [];
  /** Called when translations are dropped, so that the interpreter leaves its current page. `lower`: only those of the lower half. */
  onFlush: (lower: boolean) => void = () => undefined;
  /** Virtual pages whose writes must take the slow path, by number (sign-extended address / 4096), and where in each the first and the last watched byte is. */
  readonly watched = new Map<number, { first: number; last: number }>();
  #watchesAll = false;
  #ranges: readonly WatchedRange[] = [];
  /** The place in a write TLB that leads to this physical page, plus 1; 0: none does; MANY: several may, or one that is kept. */
  readonly #writers: Int32Array;
  /** 2 MiB pages of which something is in a TLB; and whether some of them are in the lower half. */
  readonly #largePages = new Set<number>();
  #hasLowerLarge = false;
  /** Pages marked in ram.table since the last flush for the upper half or for several spaces, and the bit of this CPU there. */
  readonly #tables: number[] = [];
  readonly #mark: number;
  /** Who relies on a page of tables. */
  readonly #owners: Uint8Array;
  /** What each page of those is: a last level of the walk for one stretch of 2 MiB, which begins there, or something else. */
  readonly #uses: Uint8Array;
  readonly #stretchLo: Int32Array;
  readonly #stretchHi: Int32Array;
  readonly #guardAll: (page: number) => void;
  /**
   * Ways that walks took down to a last level, by stretch of 2 MiB: a write to a table on the way flushes them with all else. Stretch (lo, hi), CR3, the
   * last level's table, and what the levels above allow.
   */
  readonly #ways = new Int32Array(WAYS * WAY_WORDS).fill(EMPTY);
  #waysTaken = false;

  /** Result of the last walk that failed: the page-fault error code without P and W/U/I of the access. */
  faultError = 0;

  /** @param cpu the number of the CPU whose bank `s` is. @param guardAll from now on writes to this physical page must be seen, whichever CPU writes. */
  constructor(ram: Ram, s: Int32Array, cpu: number, guardAll: (page: number) => void) {
    this.ram = ram;
    this.s = s;
    this.#mark = 1 << cpu;
    this.#guardAll = guardAll;
    this.#writers = new Int32Array(ram.pages);
    this.#owners = new Uint8Array(ram.pages);
    this.#uses = new Uint8Array(ram.pages);
    this.#stretchLo = new Int32Array(ram.pages);
    this.#stretchHi = new Int32Array(ram.pages);
    this.tlbs = Array.from({ length: 6 }, () => new Int32Array(WORDS).map((_, n) => (n & 3 ? 0 : EMPTY)));
  }

  /** Drops all that is known, of all spaces. */
  flush(): void {
    this.#lower.clear(this.tlbs, empty);
    this.#upper.clear(this.tlbs, empty);
    // With no translation left, no page holds tables that anything of this CPU's came from.
    for (const space of this.#spaces) this.#forget(space);
    for (const page of this.#tables) this.#unmark(page);
    this.#tables.length = this.#upperEntries.length = 0;
    this.#forgetWays();
    this.#writers.fill(0);
    this.#largePages.clear();
    this.#hasLowerLarge = false;
    this.#enter();
    this.onFlush(false);
  }

  /** Drops the lower half. */
  #flushLower(): void {
    if (this.#hasLowerLarge) {
      this.flush();
      return;
    }
    this.#lower.clear(this.tlbs, (tlb, k) => {
      if (tlb[k + 1] >= 0) tlb[k] = EMPTY;
    });
    this.#forget(this.#space);
    this.#enter();
    this.onFlush(true);
  }

  /** CR3 was loaded: goes on with what is known of that space. */
  load(): void {
    const { view } = this.ram, { root } = this.#space, next = this.#root(), from = root << PAGE_SHIFT, to = next << PAGE_SHIFT;
    if (next === root) return;
    const isSame = next < this.ram.pages && root >= 0 && this.#upperEntries.every((entry) =>
      view.getInt32(from + entry, true) === view.getInt32(to + entry, true) && view.getInt32(from + entry + 4, true) === view.getInt32(to + entry + 4, true));
    if (!isSame || this.#hasLowerLarge || this.#tables.length > MOST_SHARED) {
      this.flush();
      return;
    }
    const { tlbs } = this, writers = this.#writers, left = this.#space;
    this.#lower.clear(tlbs, (tlb, k, number) => {
      if (tlb[k] === EMPTY || tlb[k + 1] < 0) return;
      left.keep((k << 3) | number, tlb[k], tlb[k + 1], tlb[k + 2]);
      if (writes(number)) writers[physicalPage(tlb[k], tlb[k + 2])] = MANY;
      tlb[k] = EMPTY;
    });
    this.#forgetWays();
    this.#space = this.#known(next);
    this.#enter();
    this.#space.take((place, lo, hi, distance) => {
      const k = place >>> 3, tlb = tlbs[place & 7];
      tlb[k] = lo;
      tlb[k + 1] = hi;
      tlb[k + 2] = distance;
      this.#lower.add(tlb, k, place & 7);
    });
    this.onFlush(true);
  }

  /** The page with the uppermost tables. */
  #root(): number {
    return this.s[CR3] >>> PAGE_SHIFT;
  }

  /** What is known of the space with that root, or the one longest not loaded, which is forgotten. */
  #known(root: number): Space {
    let oldest: Space | undefined;
    for (const space of this.#spaces) {
      if (space.root === root) return space;
      if (space !== this.#space && (oldest === undefined || space.since < oldest.since)) oldest = space;
    }
    this.#forget(oldest!);
    return oldest!;
  }

  /** The loaded space is known from here on. */
  #enter(): void {
    const space = this.#space;
    space.root = this.#root();
    space.since = ++this.#loads;
    if (space.root >= this.ram.pages) return;
    this.#own(space.root, space.number);
    this.#uses[space.root] = OTHER;
  }

  #forget(space: Space): void {
    for (const page of space.tables) if (this.#owners[page] === space.number) this.#unmark(page);
    space.forget();
    space.since = 0;
    this.#forgetWays();
  }

  #forgetOthers(): void {
    for (const space of this.#spaces) if (space !== this.#space && space.root >= 0) this.#forget(space);
  }

  #forgetWays(): void {
    if (this.#waysTaken) this.#ways.fill(EMPTY);
    this.#waysTaken = false;
  }

  #unmark(page: number): void {
    this.ram.table[page] &= ~this.#mark;
    this.#uses[page] = UNKNOWN;
    this.#owners[page] = NOBODY;
  }

  /** From now on this one relies on what stands in the page: the loaded space, or SHARED. */
  #own(page: number, owner: number): void {
    const had = this.#owners[page];
    if (had === owner || had === SHARED) return;
    const other = had !== NOBODY || owner === SHARED;
    this.#owners[page] = other ? SHARED : owner;
    (other ? this.#tables : this.#space.tables).push(page);
    if (had !== NOBODY) return;
    this.ram.table[page] |= this.#mark;
    this.#guardAll(page);
  }

  /** After a snapshot every page is clean again, so the next write to each must be seen. */
  flushWrites(): void {
    this.#dropWriters(-1);
    this.#writers.fill(0);
  }

  /** From now on writes to this physical page must be seen. */
  guard(page: number): void {
    const writer = this.#writers[page];
    if (writer === 0) return;
    if (writer === MANY) this.#dropWriters(page);
    else this.#dropWriter(writer - 1, page);
    this.#writers[page] = 0;
  }

  #dropWriter(place: number, page: number): void {
    const tlb = this.tlbs[place & 7], k = place >>> 3;
    if (tlb[k] !== EMPTY && (page < 0 || physicalPage(tlb[k], tlb[k + 2]) === page)) tlb[k] = EMPTY;
  }

  /** Nothing leads a write to this physical page any more; to none, if it is -1. */
  #dropWriters(page: number): void {
    for (const { list, count } of [this.#lower, this.#upper]) for (let n = 0; n < count; n++) if (writes(list[n])) this.#dropWriter(list[n], page);
    for (const space of this.#spaces) space.filter((place, lo, distance) => !writes(place) || (page >= 0 && physicalPage(lo, distance) !== page));
  }

  watch(ranges: readonly WatchedRange[] | 'all'): void {
    this.#watchesAll = ranges === 'all';
    this.#ranges = ranges === 'all' ? [] : ranges;
    this.watched.clear();
    for (const { addr, length } of this.#ranges) {
      for (let at = addr & ~0xfffn; at < addr + BigInt(length); at += 0x1000n) {
        const page = Number(BigInt.asIntN(64, at) >> 12n), known = this.watched.get(page);
        const first = Math.max(0, Number(addr - at)), last = Math.min(PAGE_SIZE, Number(addr - at) + length) - 1;
        this.watched.set(page, { first: Math.min(first, known?.first ?? first), last: Math.max(last, known?.last ?? last) });
      }
    }
    this.flush();
  }

  /** May a store of so many bytes at lo:hi touch what is watched? Quickly said: of one that leaves its page, and between two ranges in a page, it may. */
  mayTouch(lo: number, hi: number, length: number): boolean {
    if (this.#watchesAll) return true;
    if (this.watched.size === 0) return false;
    const from = lo & (PAGE_SIZE - 1), bounds = this.watched.get(pageNumber(lo, hi));
    return from + length > PAGE_SIZE || (bounds !== undefined && from <= bounds.last && from + length > bounds.first);
  }

  isWatched(at: bigint, length: number): boolean {
    return this.#watchesAll || this.#ranges.some((range) => at < range.addr + BigInt(range.length) && range.addr < at + BigInt(length));
  }

  /** Drops what is known of the page at lo:hi: INVLPG. It was right, since writes to tables drop it first: nobody need look at code again. */
  invalidate(lo: number, hi: number): void {
    // Entries of a 2 MiB page stand under many tags; dropping all is allowed and simple.
    if (this.#largePages.has(largePageNumber(lo, hi))) {
      this.flush();
      return;
    }
    this.#drop(lo, hi);
  }

  /** @returns whether code could be fetched by what was dropped. */
  #drop(lo: number, hi: number): boolean {
    const { tlbs } = this, k = (lo >>> 10) & 0x3ffc, page = lo & -4096;
    let fetched = false;
    for (let n = 0; n < tlbs.length; n++) {
      const tlb = tlbs[n];
      if (tlb[k] !== page || tlb[k + 1] !== hi) continue;
      tlb[k] = EMPTY;
      if (n === EXEC || n === 3 + EXEC) fetched = true;
    }
    return fetched;
  }

  /**
   * An entry that was present changes, at this physical address, or several do (-1): drops what came of it. Of the last level that is one page; and
   * where no code stood on it, nobody need look at code again.
   */
  tableChanges(entry: number): void {
    const page = entry >>> PAGE_SHIFT, { view, code } = this.ram, owner = this.#owners[page], space = this.#space, hi = this.#stretchHi[page];
    if (entry < 0 || page === space.root) {
      this.flush();
      return;
    }
    if (owner !== SHARED && owner !== space.number) {
      this.#forget(this.#spaces[owner - SHARED - 1]);
      return;
    }
    if (this.#uses[page] !== LAST_LEVEL) {
      if (owner === SHARED) this.flush();
      else this.#flushLower();
      return;
    }
    if (owner === SHARED && hi >= 0) this.#forgetOthers();
    const fetched = this.#drop(this.#stretchLo[page] | ((entry & 0xff8) << 9), hi);
    const mapped = (view.getInt32(entry + 4, true) & 0xff) * 0x10_0000 + (view.getInt32(entry, true) >>> PAGE_SHIFT);
    if (fetched || code[mapped]) this.onFlush(hi >= 0);
  }

  /** The walk for lo:hi reads a page at this level. */
  #use(page: number, level: number, lo: number, hi: number): void {
    const uses = this.#uses, stretch = lo & 0xffe00000;
    if (level > 0 || (uses[page] === LAST_LEVEL && (this.#stretchLo[page] !== stretch || this.#stretchHi[page] !== hi))) uses[page] = OTHER;
    else if (uses[page] === UNKNOWN) {
      uses[page] = LAST_LEVEL;
      this.#stretchLo[page] = stretch;
      this.#stretchHi[page] = hi;
    }
  }

  /** Enters a translation of the page that holds lo:hi. */
  fill(access: Access, user: boolean, lo: number, hi: number, physical: number): void {
    const tlb = (user ? 3 : 0) + access;
    const k = (lo >>> 10) & 0x3ffc;
    const table = this.tlbs[tlb];
    table[k] = lo & -4096;
    table[k + 1] = hi;
    table[k + 2] = (physical - lo) | 0;
    (hi < 0 ? this.#upper : this.#lower).add(table, k, tlb);
    if (access === WRITE) {
      const page = physical >>> PAGE_SHIFT, writer = ((k << 3) | tlb) + 1;
      this.#writers[page] = this.#writers[page] === 0 || this.#writers[page] === writer ? writer : MANY;
      this.ram.dirty[page] = 1;
    }
    if (this.largeNow) {
      this.#largePages.add(largePageNumber(lo, hi));
      if (hi >= 0) this.#hasLowerLarge = true;
    }
  }

  /**
   * Walks the tables for one access and sets A and D as the walk does.
   * @returns the physical address (may be beyond RAM), or -1: a page fault with error code `faultError`, or -2: not canonical.
   */
  walk(lo: number, hi: number, access: Access, user: boolean): number {
    if (hi >> 15 !== 0 && hi >> 15 !== -1) return -2;
    const { s, ram } = this;
    const { view } = ram;
    const nx = (s[EFER] & EFER_NXE) !== 0;
    const wanted = (access === WRITE ? PF_W : 0) | (user ? PF_U : 0) | (access === EXEC && (nx || (s[CR4] & CR4_SMEP) !== 0) ? PF_I : 0);
    let writable = PTE_W, forUser = PTE_U, noExecute = 0;
    let table = s[CR3] & -4096, level = 3;
    const ways = this.#ways, way = ((lo >>> 21) & (WAYS - 1)) * WAY_WORDS;
    if (ways[way] === (lo & 0xffe00000) && ways[way + 1] === hi && ways[way + 2] === s[CR3]) {
      table = ways[way + 3];
      writable = ways[way + 4];
      forUser = ways[way + 5];
      noExecute = ways[way + 6];
      level = 0;
    }
    for (; ; level--) {
      const index = level === 3 ? (hi >>> 7) & 511 : level === 2 ? ((hi << 2) | (lo >>> 30)) & 511 : level === 1 ? (lo >>> 21) & 511 : (lo >>> 12) & 511;
      const at = table + index * 8;
      if (at >>> PAGE_SHIFT >= ram.pages) return this.#fail(wanted | PF_P | PF_RSVD);
      this.#rely(at >>> PAGE_SHIFT, level, lo, hi);
      const entry = view.getInt32(at, true), entryHi = view.getInt32(at + 4, true);
      if (!(entry & PTE_P)) return this.#fail(wanted);
      // Physical addresses have 40 bits here; bit 63 is reserved while NX is off.
      const large = level === 1 && (entry & PTE_PS) !== 0;
      if ((entryHi & 0x000fff00) !== 0 || (entryHi < 0 && !nx) || (level >= 2 && (entry & PTE_PS) !== 0) || (large && (entry & 0x001fe000) !== 0))
        return this.#fail(wanted | PF_P | PF_RSVD);
      writable &= entry;
      forUser &= entry;
      noExecute |= entryHi;
      if (level > 0 && !large) {
        if (!(entry & PTE_A)) ram.note(at, entry | PTE_A);
        if ((entryHi & 0xff) !== 0) return this.#fail(wanted | PF_P | PF_RSVD);
        table = entry & -4096;
        if (level === 1) this.#takeWay(way, lo, hi, table, writable, forUser, noExecute);
        continue;
      }
      if (!this.#allowed(access, user, writable !== 0, forUser !== 0, noExecute < 0 && nx)) return this.#fail(wanted | PF_P);
      const bits = entry | PTE_A | (access === WRITE ? PTE_D : 0);
      if (bits !== entry) ram.note(at, bits);
      this.userPage = forUser !== 0;
      this.largeNow = large;
      const low = large ? (entry & 0xffe00000) | (lo & 0x1fffff) : (entry & -4096) | (lo & 4095);
      return (entryHi & 0xff) * 0x1_0000_0000 + (low >>> 0);
    }
  }

  /** What this page of tables says for an address is relied upon until it is written. */
  #rely(page: number, level: number, lo: number, hi: number): void {
    if (level === 3) {
      // Somebody has loaded other tables without a word.
      if (page !== this.#space.root) this.flush();
      const entry = ((hi >>> 7) & 511) * 8;
      if (hi < 0 && !this.#upperEntries.includes(entry)) this.#upperEntries.push(entry);
    } else this.#own(page, hi < 0 ? SHARED : this.#space.number);
    this.#use(page, level, lo, hi);
  }

  #takeWay(way: number, lo: number, hi: number, table: number, writable: number, forUser: number, noExecute: number): void {
    const ways = this.#ways;
    ways[way] = lo & 0xffe00000;
    ways[way + 1] = hi;
    ways[way + 2] = this.s[CR3];
    ways[way + 3] = table;
    ways[way + 4] = writable;
    ways[way + 5] = forUser;
    ways[way + 6] = noExecute;
    this.#waysTaken = true;
  }

  /** What the last successful walk found. */
  userPage = false;
  largeNow = false;

  #fail(error: number): number {
    this.faultError = error;
    return -1;
  }

  /** SDM Vol. 3A, "Determination of Access Rights". */
  #allowed(access: Access, user: boolean, writable: boolean, forUser: boolean, noExecute: boolean): boolean {
    const { s } = this;
    if (user) {
      if (!forUser) return false;
      return access === WRITE ? writable : access === EXEC ? !noExecute : true;
    }
    if (access === EXEC) return !noExecute && !(forUser && s[CR4] & CR4_SMEP);
    if (forUser && s[CR4] & CR4_SMAP && !(s[FLAGS_REST] & RFLAGS_AC)) return false;
    return access !== WRITE || writable || !(s[CR0] & CR0_WP);
  }

  /** Physical address of a page that a fetch would reach without setting any bit, else -1. A write that makes it untrue flushes, as after a walk. */
  executable(lo: number, hi: number, user: boolean): number {
    if (hi >> 15 !== 0 && hi >> 15 !== -1) return -1;
    const { s, ram: { view, bytes } } = this, nx = (s[EFER] & EFER_NXE) !== 0;
    let table = s[CR3] & -4096, forUser = PTE_U;
    for (let level = 3; ; level--) {
      const index = level === 3 ? (hi >>> 7) & 511 : level === 2 ? ((hi << 2) | (lo >>> 30)) & 511 : level === 1 ? (lo >>> 21) & 511 : (lo >>> 12) & 511;
      const at = (table >>> 0) + index * 8;
      if (at + 8 > bytes.length) return -1;
      this.#rely(at >>> PAGE_SHIFT, level, lo, hi);
      const entry = view.getInt32(at, true), entryHi = view.getInt32(at + 4, true);
      // Anything out of the ordinary is left to the walk that may fault.
      if (!(entry & PTE_P) || !(entry & PTE_A) || entryHi !== 0 || (level >= 2 && entry & PTE_PS)) return -1;
      forUser &= entry;
      const large = level === 1 && (entry & PTE_PS) !== 0;
      if (level > 0 && !large) {
        table = entry & -4096;
        continue;
      }
      if (large && entry & 0x001fe000) return -1;
      if (!this.#allowed(EXEC, user, false, forUser !== 0, entryHi < 0 && nx)) return -1;
      return large ? (entry & 0xffe00000) | (lo & 0x1ff000) : entry & -4096;
    }
  }

  /** May this page enter a TLB? With SMAP, user pages depend on RFLAGS.AC at each access. */
  cacheable(access: Access, user: boolean, physical: number, lo: number, hi: number): boolean {
    const page = physical / 4096 >>> 0;
    if (physical >= this.ram.bytes.length) return false;
    if (!user && this.userPage && access !== EXEC && this.s[CR4] & CR4_SMAP) return false;
    if (access !== WRITE) return true;
    if (this.ram.table[page] || this.ram.code[page]) return false;
    return !this.#watchesAll && (this.watched.size === 0 || !this.watched.has(pageNumber(lo, hi)));
  }

  /** The walk as a person would do it, without side effects and without access checks. */
  explain(lo: number, hi: number): { steps: WalkStep[]; physical: number } {
    const steps: WalkStep[] = [];
    const physical = this.look(lo, hi, (level, index, at) => steps.push({ level: LEVELS[level], index, at, entry: this.ram.view.getBigUint64(at, true) }));
    return { steps, physical };
  }

  /**
   * What is at hand, for display. Simplified: it never holds what the tables no longer say, and which pages are in it depends on how this moment was reached:
   * gone to, it has only what was used since the snapshot before.
   */
  translations(): Translation[] {
    const found = new Map<string, Translation>();
    this.tlbs.forEach((tlb, n) => {
      for (let k = 0; k < WORDS; k += 4) {
        if (tlb[k] === EMPTY) continue;
        const lo = tlb[k], hi = tlb[k + 1], key = `${lo} ${hi}`, known = found.get(key);
        if (known) known.uses |= 1 << n;
        else found.set(key, { lo, hi, physical: (tlb[k + 2] + lo) >>> 0, uses: 1 << n });
      }
    });
    return [...found.values()];
  }

  /** Physical address, or -1, by the page tables that start at `table`. Touches no A or D bit and no TLB; `visit` is told of each entry. */
  look(lo: number, hi: number, visit?: (level: number, index: number, at: number) => void, table = this.s[CR3] & -4096): number {
    if (hi >> 15 !== 0 && hi >> 15 !== -1) return -1;
    const { view } = this.ram;
    for (let level = 3; level >= 0; level--) {
      const index = level === 3 ? (hi >>> 7) & 511 : level === 2 ? ((hi << 2) | (lo >>> 30)) & 511 : level === 1 ? (lo >>> 21) & 511 : (lo >>> 12) & 511;
      const at = (table >>> 0) + index * 8;
      if (at + 8 > view.byteLength) break;
      visit?.(level, index, at);
      const low = view.getInt32(at, true);
      if (!(low & PTE_P)) return -1;
      const base = (view.getInt32(at + 4, true) & 0xff) * 0x1_0000_0000;
      if (level === 0) return base + (((low & -4096) | (lo & 4095)) >>> 0);
      if (level === 1 && low & PTE_PS) return base + (((low & 0xffe00000) | (lo & 0x1fffff)) >>> 0);
      table = low & -4096;
    }
    return -1;
  }
}
