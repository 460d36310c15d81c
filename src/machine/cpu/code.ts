/**
 * Decoded code, cached by physical page and virtual page, for all CPUs: nothing in it belongs to one of them. A write to bytes that were decoded drops the page, so
 * self-modifying code is exact at the next instruction, as SDM Vol. 3A, "Handling Self- and Cross-Modifying Code" allows.
 */
import { GP, UD } from '../../isa/registers.ts';
import { decode } from '../../isa/decode.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../mmu/ram.ts';
import { bind } from './bind.ts';
import { address, RESTART, STOP, type Cpu } from './cpu.ts';
import type { Socket } from './socket.ts';
import { opsOf } from './fast/ops.ts';
import { Block, type Insn } from './insn.ts';
import { RIP } from './state.ts';

export interface CodePage {
  /** Virtual address; lo is 1 for the page that is none. */
  readonly lo: number;
  readonly hi: number;
  readonly physical: number;
  readonly blocks: (Block | undefined)[];
  readonly insns: Map<number, Insn>;
  /** False once it has been dropped. */
  alive: boolean;
}

export const NO_PAGE: CodePage = { lo: 1, hi: 0, physical: -1, blocks: [], insns: new Map(), alive: true };
export const NO_BLOCK = new Block([], []);

const MAX_INSTRUCTION = 15;
/** Long straight code is cut, so that a limit never makes us look far ahead. */
const MAX_BLOCK = 64;

/** After these the next instruction is somewhere else, or depends on more than the address. */
const ENDS = new Set(['jmp', 'call', 'ret', 'lret', 'syscall', 'sysretq', 'iretq', 'int', 'int3', 'int1', 'ud2', 'hlt', 'loop', 'loope', 'loopne', 'jrcxz']);
const endsBlock = (mnemonic: string): boolean => mnemonic[0] === 'j' || ENDS.has(mnemonic);

export class CodeCache {
  readonly #socket: Socket;
  #pages: (CodePage[] | undefined)[] = [];
  /** Pages with an instruction that runs over into the page given. */
  readonly #crossers = new Map<number, CodePage[]>();
  /** Number of each probe. */
  #probes: ReadonlyMap<string, number> = new Map();
  /** The run stopped before a probed instruction: the probe has been told, the instruction has not run. */
  skipProbe = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  setProbes(addresses: Iterable<bigint>): void {
    this.#probes = new Map(Array.from(addresses, (at, n) => [String(at), n]));
    this.dropAll();
  }

  /** The page at RIP, whose bytes are at `physical`. */
  page(lo: number, hi: number, physical: number): CodePage {
    const number = physical >>> PAGE_SHIFT;
    const known = this.#pages[number];
    for (const page of known ?? []) if (page.lo === lo && page.hi === hi) return page;
    // oxlint-disable-next-line unicorn/no-new-array -- holes cost nothing to make, 4,096 undefined values do
    const page: CodePage = { lo, hi, physical, blocks: new Array<Block | undefined>(PAGE_SIZE), insns: new Map(), alive: true };
    this.#pages[number] = [...(known ?? []), page];
    return page;
  }

  /** A page if it is here already. */
  known(lo: number, hi: number, number: number): CodePage | undefined {
    return this.#pages[number]?.find((page) => page.lo === lo && page.hi === hi);
  }

  /** Builds the block at an offset of a page for a CPU that is about to run it. A first instruction that cannot be decoded or fetched faults. */
  build(cpu: Cpu, page: CodePage, offset: number): Block {
    const insns: Insn[] = [];
    let at = offset;
    while (at < PAGE_SIZE && insns.length < MAX_BLOCK) {
      const insn: Insn | undefined = page.insns.get(at) ?? this.#decode(cpu, page, at, insns.length === 0);
      if (!insn) break;
      const probe = this.#probeOf(insn);
      if (probe !== undefined && insns.length > 0) break;
      insns.push(probe === undefined ? insn : this.#probed(insn, probe));
      at += insn.decoded.length;
      if (endsBlock(insn.decoded.row.mnemonic)) break;
    }
    const block = new Block(insns, opsOf(insns));
    page.blocks[offset] = block;
    return block;
  }

  /** Decodes one instruction. Only the first of a block may look at the next page, since that may fault. */
  #decode(cpu: Cpu, page: CodePage, offset: number, first: boolean): Insn | undefined {
    const { ram } = cpu;
    const end = page.physical + PAGE_SIZE;
    let bytes = ram.bytes.subarray(page.physical + offset, Math.min(end, page.physical + offset + MAX_INSTRUCTION));
    let decoded = decode(bytes, 0);
    let second = -1;
    if (decoded === 'truncated' && first) {
      second = cpu.fetchPage((page.lo + PAGE_SIZE) | 0, nextPageHi(page.lo, page.hi));
      const joined = new Uint8Array(MAX_INSTRUCTION);
      joined.set(bytes);
      joined.set(ram.bytes.subarray(second, second + MAX_INSTRUCTION - bytes.length), bytes.length);
      bytes = joined;
      decoded = decode(bytes, 0);
    }
    if (typeof decoded === 'string') {
      if (!first) return undefined;
      return decoded === 'invalid' ? cpu.raise(UD) : cpu.raise(GP, 0);
    }
    const insn = bind(cpu.costs, decoded, (page.lo + offset) | 0, page.hi);
    this.#mark(page.physical + offset, Math.min(end, page.physical + offset + decoded.length));
    if (second >= 0) {
      const number = second >>> PAGE_SHIFT;
      this.#crossers.set(number, [...(this.#crossers.get(number) ?? []), page]);
      this.#mark(second, second + 1);
      return this.#crossing(insn, page, second);
    }
    page.insns.set(offset, insn);
    return insn;
  }

  /** These bytes are decoded: writes to their page must be seen. Marks granules of 128 bytes. */
  #mark(from: number, to: number): void {
    const { ram } = this.#socket;
    const page = from >>> PAGE_SHIFT;
    if (!ram.code[page]) this.#socket.guard(page);
    for (let at = from; at < to; at++) ram.code[page] |= 1 << ((at >>> 7) & 31);
  }

  #probeOf(insn: Insn): number | undefined {
    return this.#probes.size === 0 ? undefined : this.#probes.get(address(insn.lo, insn.hi).toString());
  }

  /** Calls the probe hook before the instruction. The hook may ask to stop: then the instruction has not run. */
  #probed(inner: Insn, n: number): Insn {
    const at = address(inner.lo, inner.hi);
    const outer = inner.copy();
    outer.fast = outer.unwatched = undefined;
    outer.exec = (cpu, i) => {
      if (this.skipProbe) this.skipProbe = false;
      else {
        // A probed instruction begins its block; RIP already points behind it.
        const { s } = cpu, lo = s[RIP], hi = s[RIP + 1];
        s[RIP] = inner.lo;
        s[RIP + 1] = inner.hi;
        cpu.hooks.probe?.(cpu.number, at, n);
        if (cpu.socket.stopRequested) {
          this.skipProbe = true;
          throw STOP;
        }
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
    outer.fast = outer.unwatched = undefined;
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
    this.#pages = [];
    this.#crossers.clear();
    this.#socket.ram.code.fill(0);
    this.#socket.codeChanged();
  }
}

function nextPageHi(lo: number, hi: number): number {
  return (hi + (((lo + PAGE_SIZE) | 0) >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
}
