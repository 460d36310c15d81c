/**
 * Decoded code, cached by physical page and virtual page, for all CPUs: nothing in it belongs to one of them. A write to bytes that were decoded drops the
 * page, so
 * self-modifying code is exact at the next instruction, as SDM Vol. 3A, "Handling Self- and Cross-Modifying Code" allows.
 */
import { GP, UD } from '../../isa/registers.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../mmu/ram.ts';
import type { Cpu } from './cpu.ts';
import { Moulds } from './mould.ts';
import { probePassed, type Noted } from './notes.ts';
import type { Socket } from './socket.ts';
import { Block, type Insn } from './insn.ts';
import { RIP } from './state.ts';
import { RESTART, STOP } from './thrown.ts';

export interface CodePage {
  /** Virtual address; lo is 1 for the page that is none. */
  readonly lo: number;
  readonly hi: number;
  readonly physical: number;
  blocks: (Block | undefined)[];
  /** A bit for each offset where an instruction has begun to run. */
  readonly seen: Uint8Array;
  readonly isProbed: boolean;
  /** False once it has been dropped. */
  alive: boolean;
  /** For each CPU, in its supervisor's mode and then in its user's, the epoch of its half (memory.ts) in which it was last found to be mapped here. */
  readonly found: number[];
}

export const NO_PAGE: CodePage = { lo: 1, hi: 0, physical: -1, blocks: [], seen: new Uint8Array(0), isProbed: false, alive: true, found: [] };

// oxlint-disable-next-line unicorn/no-new-array -- holes cost nothing to make, 4,096 undefined values do
const holes = <T>(): (T | undefined)[] => new Array<T | undefined>(PAGE_SIZE);
/** What pages have of which no block was built. */
const NOTHING = holes<never>();

const MAX_INSTRUCTION = 15;
/** Long straight code is cut, so that a limit never makes us look far ahead. */
const MAX_BLOCK = 64;

/** After these the next instruction is somewhere else, or depends on more than the address. */
const ENDS = new Set(['jmp', 'call', 'ret', 'lret', 'syscall', 'sysretq', 'iretq', 'int', 'int3', 'int1', 'ud2', 'hlt', 'loop', 'loope', 'loopne', 'jrcxz']);
const endsBlock = (mnemonic: string): boolean => mnemonic[0] === 'j' || ENDS.has(mnemonic);

export class CodeCache {
  readonly #socket: Socket;
  readonly #moulds: Moulds;
  /** By physical page. Room for all from the beginning: an array that grows in leaps becomes a hash table. */
  readonly #pages: (CodePage[] | undefined)[];
  /** Pages with an instruction that runs over into the page given. */
  readonly #crossers = new Map<number, CodePage[]>();
  /** Numbers of the probes by low and high word of the address, and the numbers of their pages. */
  readonly #probes = new Map<number, Map<number, number>>();
  readonly #probedPages = new Set<number>();
  /** How the probes are noted where that is possible, by their numbers. */
  noted: readonly (Noted | undefined)[] = [];
  /** The run stopped before a probed instruction: the probe has been told, the instruction has not run. */
  skipProbe = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#pages = Array.from({ length: socket.ram.pages }, () => undefined);
    this.#moulds = new Moulds(socket.costs);
  }

  setProbes(addresses: Iterable<bigint>, noted: readonly (Noted | undefined)[]): void {
    this.noted = noted;
    this.#probes.clear();
    this.#probedPages.clear();
    let number = 0;
    for (const at of addresses) {
      const lo = Number(BigInt.asIntN(32, at)), hi = Number(BigInt.asIntN(32, at >> 32n));
      this.#probes.set(lo, (this.#probes.get(lo) ?? new Map<number, number>()).set(hi, number++));
      this.#probedPages.add(hi * 0x10_0000 + (lo >>> 12));
    }
    this.dropAll();
  }

  /** The page at RIP, whose bytes are at `physical`. */
  page(lo: number, hi: number, physical: number): CodePage {
    const number = physical >>> PAGE_SHIFT;
    const known = this.#pages[number];
    if (known !== undefined) {
      // Mostly there is one, and this is asked whenever the ring changes.
      for (let n = 0; n < known.length; n++) if (known[n].lo === lo && known[n].hi === hi) return known[n];
    }
    const page: CodePage = { lo, hi, physical, blocks: NOTHING, seen: new Uint8Array(PAGE_SIZE / 8),
      isProbed: this.#probedPages.has(hi * 0x10_0000 + (lo >>> 12)), alive: true, found: [] };
    this.#pages[number] = [...(known ?? []), page];
    return page;
  }

  /** A page if it is here already. */
  known(lo: number, hi: number, number: number): CodePage | undefined {
    return this.#pages[number]?.find((page) => page.lo === lo && page.hi === hi);
  }

  /**
   * The instruction there as a block of its own, if it runs for the first time: nothing is kept of it, so no write need be watched. Most
   * code runs once. Undefined: build the block. @returns what holds until the next call.
   */
  once(page: CodePage, offset: number): Block | undefined {
    const bit = 1 << (offset & 7), lo = (page.lo + offset) | 0, from = page.physical + offset;
    if (page.seen[offset >> 3] & bit) return undefined;
    page.seen[offset >> 3] |= bit;
    if (page.isProbed && this.#probeOf(lo, page.hi) !== undefined) return undefined;
    return this.#moulds.lend(this.#socket.ram.bytes, from, Math.min(page.physical + PAGE_SIZE, from + MAX_INSTRUCTION), lo, page.hi);
  }

  /** Builds the block at an offset of a page for a CPU that is about to run it. A first instruction that cannot be decoded or fetched faults. */
  build(cpu: Cpu, page: CodePage, offset: number): Block {
    if (page.blocks === NOTHING) page.blocks = holes();
    const insns: Insn[] = [];
    let at = offset;
    while (at < PAGE_SIZE && insns.length < MAX_BLOCK) {
      const insn = this.#decode(cpu, page, at, insns.length === 0);
      if (!insn) break;
      const probe = page.isProbed ? this.#probeOf(insn.lo, insn.hi) : undefined;
      if (probe !== undefined && insns.length > 0) break;
      insns.push(probe === undefined ? insn : this.#probed(insn, probe));
      at += insn.decoded.length;
      if (endsBlock(insn.decoded.row.mnemonic)) break;
    }
    const block = new Block(insns);
    page.blocks[offset] = block;
    return block;
  }

  /** Decodes one instruction. Only the first of a block may look at the next page, since that may fault. */
  #decode(cpu: Cpu, page: CodePage, offset: number, first: boolean): Insn | undefined {
    const { ram } = cpu;
    const end = page.physical + PAGE_SIZE;
    const from = page.physical + offset, lo = (page.lo + offset) | 0, { hi } = page;
    let insn = this.#moulds.cast(ram.bytes, from, Math.min(end, from + MAX_INSTRUCTION), lo, hi);
    let second = -1;
    // What is not complete after fifteen bytes never will be: too long, whatever follows.
    if (insn === 'truncated' && first && end - from < MAX_INSTRUCTION) {
      second = cpu.fetchPage((page.lo + PAGE_SIZE) | 0, nextPageHi(page.lo, page.hi));
      const joined = new Uint8Array(MAX_INSTRUCTION);
      joined.set(ram.bytes.subarray(from, end));
      joined.set(ram.bytes.subarray(second, second + MAX_INSTRUCTION - (end - from)), end - from);
      insn = this.#moulds.cast(joined, 0, MAX_INSTRUCTION, lo, hi);
    }
    if (typeof insn === 'string') {
      if (!first) return undefined;
      return insn === 'invalid' ? cpu.raise(UD) : cpu.raise(GP, 0);
    }
    this.#mark(from, Math.min(end, from + insn.decoded.length));
    if (second >= 0) {
      const number = second >>> PAGE_SHIFT;
      this.#crossers.set(number, [...(this.#crossers.get(number) ?? []), page]);
      this.#mark(second, second + 1);
      return this.#crossing(insn, page, second);
    }
    return insn;
  }

  /** These bytes are decoded: writes to their page must be seen. Marks granules of 128 bytes. */
  #mark(from: number, to: number): void {
    const { ram } = this.#socket;
    const page = from >>> PAGE_SHIFT;
    if (!ram.code[page]) this.#socket.guard(page);
    // An instruction is shorter than a granule.
    ram.code[page] |= (1 << ((from >>> 7) & 31)) | (1 << (((to - 1) >>> 7) & 31));
  }

  #probeOf(lo: number, hi: number): number | undefined {
    return this.#probes.get(lo)?.get(hi);
  }

  /** Calls the probe hook before an instruction, which is where RIP is. The hook may ask to stop: then the instruction has not run. */
  tellProbe(cpu: Cpu, { probe }: Insn): void {
    cpu.hooks.probe?.(cpu.number, probe);
    if (!cpu.socket.stopRequested) return;
    this.skipProbe = true;
    throw STOP;
  }

  /** An instruction that notes its probe first, or tells it. */
  #probed(inner: Insn, n: number): Insn {
    const outer = inner.copy(), noted = this.noted[n];
    outer.probe = n;
    outer.unprobed = inner;
    outer.exec = (cpu, i) => {
      if (this.skipProbe) this.skipProbe = false;
      else if (!noted || !probePassed(cpu, n, noted)) {
        // A probed instruction begins its block; RIP already points behind it.
        const { s } = cpu, lo = s[RIP], hi = s[RIP + 1];
        s[RIP] = inner.lo;
        s[RIP + 1] = inner.hi;
        this.tellProbe(cpu, outer);
        s[RIP] = lo;
        s[RIP + 1] = hi;
      }
      inner.exec(cpu, i);
    };
    return outer;
  }

  /** An instruction over a page border: the second page may have been mapped elsewhere since. */
  #crossing(inner: Insn, page: CodePage, second: number): Insn {
    const outer = inner.copy();
    outer.plain = undefined;
    outer.called = true;
    const nextLo = (inner.lo + PAGE_SIZE) & -PAGE_SIZE, nextHi = nextPageHi(inner.lo & -PAGE_SIZE, inner.hi);
    outer.exec = (cpu, i) => {
      if (cpu.fetchPage(nextLo, nextHi) === second) {
        inner.exec(cpu, i);
        return;
      }
      // Decode again from the bytes that are there now.
      this.drop(page.physical >>> PAGE_SHIFT);
      throw RESTART;
    };
    return outer;
  }

  /** Bytes of a page with code are about to change. */
  written(at: number, size: number): void {
    const page = at >>> PAGE_SHIFT, first = (at >>> 7) & 31, last = ((at + size - 1) >>> 7) & 31;
    const touched = (-1 << first) & (-1 >>> (31 - last));
    if (this.#socket.ram.code[page] & touched) this.drop(page);
  }

  drop(page: number): void {
    for (const dropped of this.#pages[page] ?? []) dropped.alive = false;
    this.#pages[page] = undefined;
    this.#socket.ram.code[page] = 0;
    const crossers = this.#crossers.get(page) ?? [];
    this.#crossers.delete(page);
    for (const crosser of crossers) this.drop(crosser.physical >>> PAGE_SHIFT);
    this.#socket.codeChanged();
  }

  dropAll(): void {
    for (const pages of this.#pages) for (const page of pages ?? []) page.alive = false;
    this.#pages.fill(undefined);
    this.#crossers.clear();
    this.#socket.ram.code.fill(0);
    this.#socket.codeChanged();
  }
}

function nextPageHi(lo: number, hi: number): number {
  return (hi + (((lo + PAGE_SIZE) | 0) >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
}
