/** What is shown of an address space: its areas, the walk of one address, and what the CPU has at hand of it. */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Domain } from '../formats/debug-info.ts';
import type { Ring } from './reports.ts';

/**
 * Whence an area is known: `told` is in the kernel's list of areas, `image` a section that the linker placed, `stack` told by a tracepoint, `range` named by
 * the
 * kernel as a part of its half, `mapped` nothing but entries of page tables.
 */
export type AreaKind = 'told' | 'image' | 'stack' | 'range' | 'mapped';

export interface Area {
  low: VirtAddr;
  /** Its last byte: one area ends where addresses do. */
  last: VirtAddr;
  name: string;
  kind: AreaKind;
  domain: Domain | 'unknown';
  /** `rw-`; of an area in the kernel's list as that has it, else as the page tables have it. */
  may: string;
  /** Other properties that the kernel's list has of it. */
  also: string[];
  /** Pages that the page tables lead to, of how many. */
  present: number;
  pages: number;
  /** Ring 3 is let in. */
  user: boolean;
  /** A stack below which nothing is mapped. */
  guarded?: true;
}

export interface EntryBit {
  name: string;
  bit: number;
  set: boolean;
  /** What it says, as it is. */
  means: string;
  /** The CPU does not look at it here. */
  ignored?: true;
}

export interface WalkLevel {
  name: 'PML4E' | 'PDPTE' | 'PDE' | 'PTE';
  index: number;
  /** Physical address of the entry. */
  at: number;
  entry: bigint;
  bits: EntryBit[];
  /** Physical address of the table or page that it leads to; undefined: it leads nowhere. */
  leads?: number;
  /** The walk ends here with a page of 2 MiB. */
  large?: true;
}

export interface AccessVerdict {
  ring: Ring;
  access: 'read' | 'write' | 'execute';
  /** Why it faults; '' where it is let through. */
  refused: string;
  /** Which level refuses it, counted from 0. */
  level?: number;
}

export interface AddressWalk {
  at: VirtAddr;
  /** The register that holds it; '' for an address that was asked for by itself. */
  register: string;
  /** What stands there, as far as anyone knows: `main+29`. */
  name: string;
  canonical: boolean;
  levels: WalkLevel[];
  physical?: number;
  verdicts: AccessVerdict[];
  /** The area that it lies in, by its place in the list; -1: none. */
  area: number;
  /** Pages of that area one by one: `.` absent, `r` read only, `w` writable and clean, `d` written. */
  pages?: { from: VirtAddr; states: string };
}

export interface PageFault {
  tick: Tick;
  cr2: VirtAddr;
  /** Undefined: it came while something else was delivered, and no error code was pushed. */
  error?: number;
  bits: { name: string; set: boolean; means: string }[];
  /** What was to be done, where that is told: `a write by ring 3`. */
  said: string;
}

/** A page of which the CPU has a translation at hand: for what in which ring. */
export interface CachedPage {
  page: VirtAddr;
  physical: number;
  ring0: string;
  ring3: string;
}

export interface AddressSpaceView {
  cpu: number;
  task: { pid: number; comm: string };
  /** Physical address of the top table. */
  root: number;
  /** The kernel's structure of this address space; undefined: the tables belong to none that was told of. */
  mm?: VirtAddr;
  /** From low to high addresses. */
  areas: Area[];
  /** Why the kernel's list was not followed to its end, or the tables not to theirs. */
  broken?: string;
  /** What was asked for cannot be found. */
  unknown?: string;
  walk: AddressWalk;
  /** The last page fault of this CPU. */
  fault?: PageFault;
  /** Undefined: what is shown is on no CPU. `here` is that of the page walked. */
  tlb?: { pages: number; rows: CachedPage[]; here?: CachedPage };
  /** One sentence about the walk. */
  says: string;
}
