/**
 * Page tables as they stand in memory: each entry bit by bit, what is mapped from where to where, and why an access is refused. Nothing is touched.
 * SDM Vol. 3A, "4-Level Paging and 5-Level Paging" and "Access Rights".
 */
import type { VirtAddr } from '../base/units.ts';
import { CR0_WP, CR4_SMAP, CR4_SMEP, EFER_NXE, PTE_P, PTE_PS, PTE_U, PTE_W, RFLAGS_AC } from '../isa/registers.ts';
import type { AccessVerdict, EntryBit, WalkLevel } from '../link/address-space.ts';
import type { Ring } from '../link/reports.ts';

export const PAGE = 0x1000n;
const LEVELS = ['PTE', 'PDE', 'PDPTE', 'PML4E'] as const;
const ENTRIES = 512, ENTRY = 8, TOP = 3;
const NX = 1n << 63n;
/** Bits 47..12: tables and pages. Physical addresses have 40 bits here. */
const FRAME = 0xff_ffff_f000n, TOO_HIGH = 0xf_ff00_0000_0000n, LARGE_RESERVED = 0x1fe000n;
/** Tables may lead into themselves: no more of them are read, and no more stretches kept. */
const MOST_TABLES = 2048, MOST_RUNS = 2048;
/** Pages that an entry of each level stands for, the last level first. */
const PAGES_BELOW = [1, 512, 512 * 512, 512 * 512 * 512] as const;
/** What the upper half's sign adds to a page number of 36 bits. */
const SIGN_PAGES = 0xffff * 0x10_0000_0000;

type Physical = Pick<DataView, 'byteLength' | 'getBigUint64'>;

/** Registers that decide what is allowed. */
export interface Controls {
  cr0: bigint;
  cr4: bigint;
  efer: bigint;
  rflags: bigint;
}

/** The sign-extended address of 48 bits. */
export const isCanonical = (at: VirtAddr): boolean => BigInt.asUintN(64, BigInt.asIntN(48, at)) === BigInt.asUintN(64, at);

const BITS: readonly (readonly [name: string, bit: number, set: string, clear: string])[] = [
  ['P', 0, 'present', 'not present: the CPU looks at nothing else of it'], ['W', 1, 'writes are allowed', 'no writes'],
  ['U', 2, 'ring 3 is let in', 'ring 0 only'], ['PWT', 3, 'write-through', 'write-back'], ['PCD', 4, 'not cached', 'cached'],
  ['A', 5, 'it has been used', 'not used yet'], ['D', 6, 'the page has been written', 'the page has not been written'],
  ['PS', 7, 'a page of 2 MiB ends the walk here', 'it leads to another table'], ['G', 8, 'kept when CR3 is loaded', 'goes when CR3 is loaded'],
  ['NX', 63, 'no code is fetched from it', 'code may be fetched'],
];

/** What an entry says at a level, 0 the last. */
function bitsOf(entry: bigint, level: number): EntryBit[] {
  const present = (entry & 1n) !== 0n, isLast = level === 0 || (level === 1 && (entry & BigInt(PTE_PS)) !== 0n);
  return BITS.filter(([name]) => (isLast || (name !== 'D' && name !== 'G')) && (name !== 'PS' || level === 1 || level === 2)).map(([name, bit, yes, no]) => {
    const set = ((entry >> BigInt(bit)) & 1n) !== 0n;
    return { name, bit, set, means: set ? yes : no, ...(present || bit === 0 ? {} : { ignored: true as const }) };
  });
}

/** The walk that starts at a table, as far as it comes. */
export function walkOf(memory: Physical, root: number, at: VirtAddr): { levels: WalkLevel[]; physical?: number } {
  const levels: WalkLevel[] = [];
  let table = BigInt(root);
  for (let level = TOP; level >= 0; level--) {
    const shift = BigInt(12 + 9 * level), index = Number((at >> shift) & 0x1ffn), place = Number(table) + index * ENTRY;
    if (place + ENTRY > memory.byteLength) return { levels };
    const entry = memory.getBigUint64(place, true), present = (entry & 1n) !== 0n, large = level === 1 && (entry & BigInt(PTE_PS)) !== 0n;
    const isLast = level === 0 || large, offset = (1n << shift) - 1n, frame = entry & FRAME;
    const leads = isLast ? frame & ~offset : frame;
    levels.push({ name: LEVELS[level], index, at: place, entry, bits: bitsOf(entry, level), ...(present ? { leads: Number(leads) } : {}),
      ...(large && present ? { large: true as const } : {}) });
    if (!present || reservedIn(entry, level, true) !== '') return { levels };
    if (isLast) return { levels, physical: Number(leads | (at & offset)) };
    table = frame;
  }
  return { levels };
}

/** Which bits of a present entry must be 0 and are not; '' where none. */
function reservedIn(entry: bigint, level: number, nx: boolean): string {
  if ((entry & TOO_HIGH) !== 0n) return 'address bits beyond 40 are set';
  if (!nx && (entry & NX) !== 0n) return 'bit 63 is set while EFER.NXE is 0';
  if (level >= 2 && (entry & BigInt(PTE_PS)) !== 0n) return 'bit 7 is set';
  return level === 1 && (entry & BigInt(PTE_PS)) !== 0n && (entry & LARGE_RESERVED) !== 0n ? 'bits 20 to 13 of a 2 MiB page are set' : '';
}

const ACCESSES = ['read', 'write', 'execute'] as const;

/** Of each kind of access whether the walk lets it through, and which entry does not. */
export function verdictsOf(at: VirtAddr, levels: readonly WalkLevel[], controls: Controls): AccessVerdict[] {
  return ([3, 0] as const).flatMap((ring) => ACCESSES.map((access) => ({ ring, access, ...refusal(at, levels, controls, ring, access) })));
}

function refusal(at: VirtAddr, levels: readonly WalkLevel[], { cr0, cr4, efer, rflags }: Controls, ring: Ring, access: AccessVerdict['access']):
  Pick<AccessVerdict, 'refused' | 'level'> {
  if (!isCanonical(at)) return { refused: 'not canonical: bits 63 to 47 are not all the same, so there is no walk' };
  const nx = (efer & BigInt(EFER_NXE)) !== 0n;
  for (const [n, { name, entry, bits: [present] }] of levels.entries()) {
    if (!present.set) return { refused: `${name} not present`, level: n };
    const reserved = reservedIn(entry, TOP - n, nx);
    if (reserved) return { refused: `${name} reserved: ${reserved}`, level: n };
  }
  const last = levels.at(-1);
  if (!last || (last.name !== 'PTE' && !last.large)) return { refused: 'the next table lies beyond memory' };
  const without = (bit: number): number => levels.findIndex(({ entry }) => (entry & BigInt(bit)) === 0n), noExecute = levels.findIndex(({ entry }) =>
    nx && (entry & NX) !== 0n), notUser = without(PTE_U), notWritable = without(PTE_W);
  const by = (level: number, why: string): Pick<AccessVerdict, 'refused' | 'level'> => ({ refused: `${levels[level].name} ${why}`, level });
  if (ring === 3 && notUser >= 0) return by(notUser, 'U is 0: ring 0 only');
  if (access === 'execute') {
    if (noExecute >= 0) return by(noExecute, 'NX is 1');
    if (ring === 0 && notUser < 0 && (cr4 & BigInt(CR4_SMEP)) !== 0n) return { refused: 'CR4.SMEP: ring 0 runs no code of a page that ring 3 may use' };
    return { refused: '' };
  }
  if (ring === 0 && notUser < 0 && (cr4 & BigInt(CR4_SMAP)) !== 0n && (rflags & BigInt(RFLAGS_AC)) === 0n)
    return { refused: 'CR4.SMAP: ring 0 keeps off pages that ring 3 may use while AC is 0' };
  return access === 'write' && notWritable >= 0 && (ring === 3 || (cr0 & BigInt(CR0_WP)) !== 0n) ? by(notWritable, 'W is 0') : { refused: '' };
}

/** Pages one after the other that are mapped, with the same rights. */
export interface MappedRun {
  low: VirtAddr;
  /** First byte after; 2 to the 64th at the end. */
  high: bigint;
  writable: boolean;
  user: boolean;
  executable: boolean;
}

/** What is mapped by the tables that start at `root`, from low to high. `whole` is false where they were not read to their end. */
export function mappedRuns(memory: DataView, root: number): { runs: MappedRun[]; whole: boolean } {
  const found: { low: number; high: number; rights: number }[] = [];
  let tables = 0, whole = true;
  /** By page numbers, which are exact as numbers; rights are W, U and what is left of it when NX is taken away. */
  const read = (table: number, level: number, base: number, allowed: number): void => {
    if (tables++ >= MOST_TABLES || table + ENTRIES * ENTRY > memory.byteLength) {
      whole = false;
      return;
    }
    const size = PAGES_BELOW[level];
    for (let n = 0, at = table; n < ENTRIES; n++, at += ENTRY) {
      const entry = memory.getInt32(at, true);
      if ((entry & PTE_P) === 0) continue;
      const high = memory.getInt32(at + 4, true), low = base + n * size + (level === TOP && n >= ENTRIES / 2 ? SIGN_PAGES : 0);
      const rights = allowed & ((entry & (PTE_W | PTE_U)) | (high < 0 ? 0 : PTE_P));
      if (level > 0 && !(level === 1 && (entry & PTE_PS) !== 0)) {
        read((high & 0xff) * 0x1_0000_0000 + ((entry & -0x1000) >>> 0), level - 1, low, rights);
        continue;
      }
      const last = found.at(-1);
      if (last && last.high === low && last.rights === rights) last.high = low + size;
      else if (found.length < MOST_RUNS) found.push({ low, high: low + size, rights });
      else whole = false;
    }
  };
  read(root, TOP, 0, PTE_W | PTE_U | PTE_P);
  return { whole, runs: found.map(({ low, high, rights }) => ({ low: BigInt(low) * PAGE, high: BigInt(high) * PAGE, writable: (rights & PTE_W) !== 0,
    user: (rights & PTE_U) !== 0, executable: (rights & PTE_P) !== 0 })) };
}

/** SDM Vol. 3A, "Page-Fault Exception (#PF)". */
const ERRORS: readonly (readonly [name: string, mask: number, set: string, clear: string])[] = [
  ['P', 1, 'a right was missing', 'not present'], ['W', 2, 'a write', 'a read'], ['U', 4, 'by ring 3', 'by ring 0'],
  ['RSVD', 8, 'reserved bits were set', 'no reserved bit'], ['I', 16, 'a fetch of code', 'no fetch'],
];

export const errorBits = (error: number): { name: string; set: boolean; means: string }[] =>
  ERRORS.map(([name, mask, yes, no]) => ({ name, set: (error & mask) !== 0, means: (error & mask) !== 0 ? yes : no }));

/** `a write by ring 3` */
export const errorText = (error: number): string =>
  `${(error & 16) !== 0 ? 'a fetch of code' : (error & 2) !== 0 ? 'a write' : 'a read'} by ring ${(error & 4) !== 0 ? 3 : 0}`;
