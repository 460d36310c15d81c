/**
 * One CPU: its state, its way to memory, and the reference interpreter's loop. What instructions do stands in ops/,
 * event delivery in deliver.ts, and how bytes become `Insn` objects in bind.ts.
 *
 * At each instruction boundary the loop looks at one word: negative when the tick limit is reached, a device deadline
 * has passed, or something asked for attention. Only then `boundary` asks which.
 */
import { assert } from '../../base/assert.ts';
import { CR0_ET, GP, PF, RFLAGS_IF, SS_FAULT, UD } from '../../isa/registers.ts';
import { EXEC, Mmu, READ, WRITE, type Access } from '../mmu/mmu.ts';
import { PAGE_SHIFT, type Ram } from '../mmu/ram.ts';
import type { CostProfile } from '../cost.ts';
import { bind } from './bind.ts';
import { deliverPending, deliverInterrupt } from './deliver.ts';
import { effectiveAddress } from './forms.ts';
import type { Insn } from './insn.ts';
import { decode } from '../../isa/decode.ts';
import * as S from './state.ts';
import { ATTENTION, CPL, CYCLES_LEFT, EA_HI, FLAGS_REST, HALTED, LOAD_HI, RBP_SLOT, RIP, RSP_SLOT, SHADOW, TICKS_LEFT } from './state.ts';

/** What the CPU needs of the board: ports, devices in the address space, interrupts, time. */
export interface Bus {
  /** Physical reads and writes outside RAM. */
  read(address: number, size: 1 | 2 | 4 | 8): number;
  write(address: number, size: 1 | 2 | 4 | 8, value: number, high: number): void;
  in(port: number, size: 1 | 2 | 4): number;
  out(port: number, size: 1 | 2 | 4, value: number): void;
  /** An interrupt that the local APIC would deliver now. */
  pending(): boolean;
  /** Takes it: the vector, now in service. */
  acknowledge(): number;
  /** Runs everything that is due at `cycles` (quarter cycles). */
  runUntil(cycles: number): void;
  /** Time of the next event, Infinity when there is none. */
  nextDeadline(): number;
  taskPriority(): number;
  setTaskPriority(value: number): void;
  rdmsr(index: number): bigint | undefined;
  wrmsr(index: number, value: bigint): boolean;
}

export interface DeliverEvent {
  vector: number;
  kind: 'interrupt' | 'exception' | 'software';
  error?: number;
  cr2?: bigint;
  fromCpl: number;
  fromRip: bigint;
  oldRsp: bigint;
  /** Lowest address of the pushed frame. */
  frame: bigint;
  frameBytes: number;
  stack: 'same' | 'rsp0' | 'ist';
  ist: number;
}

/** All optional; none may change guest state. */
export interface CpuHooks {
  probe?: (addr: bigint) => void;
  deliver?: (event: DeliverEvent) => void;
  ring?: (from: number, to: number, by: 'syscall' | 'sysret' | 'iretq' | 'deliver') => void;
  iret?: (toRip: bigint, toRsp: bigint) => void;
  /** RSP was set other than by a push, pop, call, ret, add, sub or leave. */
  rspLoad?: (from: bigint, to: bigint) => void;
  write?: (addr: bigint, length: number) => void;
  /** Before every instruction; only set for short replays. */
  instruction?: () => void;
}

export interface SubStep {
  text: string;
  target?: string;
  before?: bigint;
  after?: bigint;
}

export type CpuStop = 'limit' | 'idle' | 'shutdown' | 'stopped';

/** Thrown for every guest fault; vector and error code stand in the CPU. One object: faults are frequent. */
export const FAULT = { fault: true };
const STOP = { stop: true };

interface CodePage {
  lo: number;
  hi: number;
  physical: number;
  ins: (Insn | undefined)[];
}

const NO_PAGE: CodePage = { lo: 1, hi: 0, physical: -1, ins: [] };

export class Cpu {
  readonly s = new Int32Array(S.POOL_END);
  readonly ram: Ram;
  readonly mmu: Mmu;
  readonly bus: Bus;
  readonly costs: CostProfile;
  hooks: CpuHooks = {};

  /** The tables of the current privilege level. */
  #read: Int32Array;
  #write: Int32Array;
  #exec: Int32Array;
  #codePages: (CodePage[] | undefined)[] = [];
  /** Pages with an instruction that runs over into the page given. */
  #crossers = new Map<number, CodePage[]>();
  #poolNext = S.POOL;
  #pool = new Map<string, number>();
  #probes: ReadonlySet<string> = new Set();
  /** The instruction being executed. */
  current: Insn | null = null;

  faultVector = -1;
  faultError = 0;
  faultHasError = false;

  /** Waiting to be delivered at the next boundary: vector, -1 for none. Part of the state. */
  pendingVector = -1;
  pendingError = 0;
  pendingSoftware = false;

  tickLimit = 0;
  #cycleBase = 0;
  /** Deliveries and partial REPs: ticks that retired no instruction. */
  extraTicks = 0;
  stopRequested = false;
  #skipProbe = false;
  shutdown = false;
  recordSubSteps = false;
  subSteps: SubStep[] = [];
  subStepTitle = '';
  /** The part of a REP that ran is a tick of its own. */
  partialRep = false;

  constructor(ram: Ram, bus: Bus, costs: CostProfile) {
    this.ram = ram;
    this.bus = bus;
    this.costs = costs;
    this.mmu = new Mmu(ram, this.s);
    this.mmu.onFlush = () => this.attend();
    this.s[S.CR0] = CR0_ET;
    this.s[S.ZFW] = this.s[S.PFW] = 1;
    this.#read = this.mmu.tlbs[READ];
    this.#write = this.mmu.tlbs[WRITE];
    this.#exec = this.mmu.tlbs[EXEC];
  }

  // ------------------------------------------------------------------------------------------- time

  get tick(): number {
    return this.tickLimit - this.s[TICKS_LEFT] - 1;
  }

  /** Quarter cycles. */
  get cycles(): number {
    return this.#cycleBase - this.s[CYCLES_LEFT];
  }

  get instructions(): number {
    return this.tick - this.extraTicks;
  }

  /** Sets all three counters: power-on and restore. */
  setTime(tick: number, cycles: number, extraTicks: number): void {
    this.extraTicks = extraTicks;
    this.tickLimit = tick + 1;
    this.s[TICKS_LEFT] = 0;
    this.#cycleBase = cycles;
    this.s[CYCLES_LEFT] = 0;
    this.attend();
  }

  /** A device has a new deadline, or cycles moved: count down to it. */
  rearm(): void {
    const now = this.cycles;
    const ahead = Math.min(this.bus.nextDeadline() - now, 0x3fff_ffff);
    // Negative from the first boundary on at which cycles >= deadline.
    const left = Math.max(-1, ahead - 1);
    this.#cycleBase = now + left;
    this.s[CYCLES_LEFT] = left;
  }

  /** Charges quarter cycles that no instruction's fixed cost holds. */
  charge(quarterCycles: number): void {
    this.s[CYCLES_LEFT] -= quarterCycles;
  }

  attend(): void {
    this.s[ATTENTION] = -1;
  }

  // ------------------------------------------------------------------------------------------- privilege

  get cpl(): number {
    return this.s[CPL];
  }

  setCpl(cpl: number): void {
    this.s[CPL] = cpl;
    this.useTables();
  }

  useTables(): void {
    const offset = this.s[CPL] === 3 ? 3 : 0;
    this.#read = this.mmu.tlbs[offset + READ];
    this.#write = this.mmu.tlbs[offset + WRITE];
    this.#exec = this.mmu.tlbs[offset + EXEC];
    this.attend();
  }

  // ------------------------------------------------------------------------------------------- faults

  /** Raises an exception of the current instruction: nothing of it has happened yet. */
  raise(vector: number, error?: number): never {
    this.faultVector = vector;
    this.faultHasError = error !== undefined;
    this.faultError = error ?? 0;
    throw FAULT;
  }

  #pageFault(lo: number, hi: number): never {
    this.s[S.CR2] = lo;
    this.s[S.CR2 + 1] = hi;
    return this.raise(PF, this.mmu.faultError);
  }

  /** A non-canonical address is #SS through RSP or RBP and #GP otherwise. SDM Vol. 1, "Canonical Addressing". */
  #notCanonical(): never {
    const i = this.current;
    const stack = i !== null && (STACK_INSTRUCTIONS.has(i.decoded.row.mnemonic) || (i.segment === 0 && (i.base === RSP_SLOT || i.base === RBP_SLOT)));
    return this.raise(stack ? SS_FAULT : GP, 0);
  }

  // ------------------------------------------------------------------------------------------- memory

  /** Physical address for an access, by walking; fills the TLB where it may. */
  #translate(lo: number, hi: number, access: Access, user: boolean): number {
    const { mmu } = this;
    const physical = mmu.walk(lo, hi, access, user);
    if (physical === -2) this.#notCanonical();
    if (physical === -1) this.#pageFault(lo, hi);
    if (mmu.cacheable(access, user, physical, lo, hi)) {
      if (access === WRITE) this.ram.dirty[physical >>> PAGE_SHIFT] = 1;
      mmu.fill(access, user, lo, hi, physical);
    }
    return physical;
  }

  get #user(): boolean {
    return this.s[CPL] === 3;
  }

  load8(lo: number, hi: number): number {
    const t = this.#read, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === (lo & -4096) && t[k + 1] === hi) return this.ram.bytes[(t[k + 2] + lo) | 0];
    return this.#slowLoad(lo, hi, 1, this.#user);
  }
  load16(lo: number, hi: number): number {
    const t = this.#read, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 1) & -4096) && t[k + 1] === hi) return this.ram.view.getUint16((t[k + 2] + lo) | 0, true);
    return this.#slowLoad(lo, hi, 2, this.#user);
  }
  load32(lo: number, hi: number): number {
    const t = this.#read, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 3) & -4096) && t[k + 1] === hi) return this.ram.view.getInt32((t[k + 2] + lo) | 0, true);
    return this.#slowLoad(lo, hi, 4, this.#user);
  }
  /** Low word; the high word goes to s[LOAD_HI]. */
  load64(lo: number, hi: number): number {
    const t = this.#read, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.s[LOAD_HI] = this.ram.view.getInt32(p + 4, true);
      return this.ram.view.getInt32(p, true);
    }
    return this.#slowLoad(lo, hi, 8, this.#user);
  }

  store8(lo: number, hi: number, value: number): void {
    const t = this.#write, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === (lo & -4096) && t[k + 1] === hi) this.ram.bytes[(t[k + 2] + lo) | 0] = value;
    else this.#slowStore(lo, hi, 1, value, 0, this.#user);
  }
  store16(lo: number, hi: number, value: number): void {
    const t = this.#write, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 1) & -4096) && t[k + 1] === hi) this.ram.view.setInt16((t[k + 2] + lo) | 0, value, true);
    else this.#slowStore(lo, hi, 2, value, 0, this.#user);
  }
  store32(lo: number, hi: number, value: number): void {
    const t = this.#write, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 3) & -4096) && t[k + 1] === hi) this.ram.view.setInt32((t[k + 2] + lo) | 0, value, true);
    else this.#slowStore(lo, hi, 4, value, 0, this.#user);
  }
  store64(lo: number, hi: number, valueLo: number, valueHi: number): void {
    const t = this.#write, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.ram.view.setInt32(p, valueLo, true);
      this.ram.view.setInt32(p + 4, valueHi, true);
    } else this.#slowStore(lo, hi, 8, valueLo, valueHi, this.#user);
  }

  /** Physical address of `size` bytes that may be written without further ado, or -1. Faults as a write does when they may not be written. */
  writable(lo: number, hi: number, size: number): number {
    const t = this.#write, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi) return (t[k + 2] + lo) | 0;
    this.#translate(lo, hi, WRITE, this.#user);
    if (((lo & 4095) + size) > 4096) this.#translate((lo + size - 1) & -4096, this.#nextHi(lo, hi, size - 1), WRITE, this.#user);
    return -1;
  }

  /** The same for reading, without a fault: -1 when the fast way does not lead there. */
  readable(lo: number, hi: number, size: number): number {
    const t = this.#read, k = (lo >>> 10) & 0x3ffc;
    return t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi ? (t[k + 2] + lo) | 0 : -1;
  }

  #nextHi(lo: number, hi: number, add: number): number {
    return (hi + (((lo + add) >>> 0) < (lo >>> 0) ? 1 : 0)) | 0;
  }

  #slowLoad(lo: number, hi: number, size: 1 | 2 | 4 | 8, user: boolean): number {
    const first = this.#translate(lo, hi, READ, user);
    if ((lo & 4095) + size > 4096) {
      const split = 4096 - (lo & 4095);
      const second = this.#translate((lo + split) | 0, this.#nextHi(lo, hi, split), READ, user);
      let valueLo = 0, valueHi = 0;
      for (let n = 0; n < size; n++) {
        const byte = this.physicalRead(n < split ? first + n : second + n - split, 1);
        if (n < 4) valueLo |= byte << (8 * n);
        else valueHi |= byte << (8 * (n - 4));
      }
      this.s[LOAD_HI] = valueHi;
      return size === 2 ? valueLo & 0xffff : valueLo;
    }
    return this.physicalRead(first, size);
  }

  #slowStore(lo: number, hi: number, size: 1 | 2 | 4 | 8, valueLo: number, valueHi: number, user: boolean): void {
    const first = this.#translate(lo, hi, WRITE, user);
    if ((lo & 4095) + size > 4096) {
      const split = 4096 - (lo & 4095);
      const second = this.#translate((lo + split) | 0, this.#nextHi(lo, hi, split), WRITE, user);
      for (let n = 0; n < size; n++) this.physicalWrite(n < split ? first + n : second + n - split, 1, n < 4 ? valueLo >>> (8 * n) : valueHi >>> (8 * (n - 4)), 0);
    } else this.physicalWrite(first, size, valueLo, valueHi);
    if (this.mmu.watchedPages.size !== 0) this.hooks.write?.(address(lo, hi), size);
  }

  /** Accesses of the CPU itself (descriptor tables, frames): supervisor, whatever the CPL. */
  systemLoad64(lo: number, hi: number): number {
    return this.#slowLoad(lo, hi, 8, false);
  }
  systemLoad16(lo: number, hi: number): number {
    return this.#slowLoad(lo, hi, 2, false);
  }
  systemStore64(lo: number, hi: number, valueLo: number, valueHi: number): void {
    this.#slowStore(lo, hi, 8, valueLo, valueHi, false);
  }

  physicalRead(at: number, size: 1 | 2 | 4 | 8): number {
    const { ram } = this;
    if (at + size <= ram.bytes.length) {
      if (size === 8) {
        this.s[LOAD_HI] = ram.view.getInt32(at + 4, true);
        return ram.view.getInt32(at, true);
      }
      return size === 4 ? ram.view.getInt32(at, true) : size === 2 ? ram.view.getUint16(at, true) : ram.bytes[at];
    }
    this.charge(this.costs.mmioRead);
    const value = this.bus.read(at, size);
    if (size === 8) this.s[LOAD_HI] = 0;
    return size === 1 ? value & 0xff : size === 2 ? value & 0xffff : value | 0;
  }

  physicalWrite(at: number, size: 1 | 2 | 4 | 8, valueLo: number, valueHi: number): void {
    const { ram } = this;
    if (at + size > ram.bytes.length) {
      this.charge(this.costs.mmioWrite);
      this.bus.write(at, size, valueLo, valueHi);
      this.rearm();
      this.attend();
      return;
    }
    const page = at >>> PAGE_SHIFT;
    ram.dirty[page] = 1;
    if (ram.table[page]) this.#tableWritten(at, size, valueLo, valueHi);
    if (ram.code[page]) this.#codeWritten(at, size);
    if (size === 8) {
      ram.view.setInt32(at, valueLo, true);
      ram.view.setInt32(at + 4, valueHi, true);
    } else if (size === 4) ram.view.setInt32(at, valueLo, true);
    else if (size === 2) ram.view.setInt16(at, valueLo, true);
    else ram.bytes[at] = valueLo;
  }

  /** A page-table entry changes. What was not present was never cached; anything else is dropped. */
  #tableWritten(at: number, size: number, valueLo: number, valueHi: number): void {
    const { view } = this.ram;
    const entry = at & -8;
    if (!(view.getInt32(entry, true) & 1)) return;
    if (size === 8 && view.getInt32(at, true) === valueLo && view.getInt32(at + 4, true) === valueHi) return;
    this.mmu.flush();
  }

  #codeWritten(at: number, size: number): void {
    const { ram } = this;
    const page = at >>> PAGE_SHIFT;
    const touched = (1 << ((at >>> 7) & 31)) | (1 << (((at + size - 1) >>> 7) & 31));
    if (!(ram.code[page] & touched)) return;
    this.#dropCode(page);
  }

  #dropCode(page: number): void {
    this.#codePages[page] = undefined;
    this.ram.code[page] = 0;
    for (const crosser of this.#crossers.get(page) ?? []) this.#dropCode(crosser.physical >>> PAGE_SHIFT);
    this.#crossers.delete(page);
    this.attend();
  }

  /** Forgets all decoded instructions: after restore, and when probes change. */
  dropAllCode(): void {
    this.#codePages = [];
    this.#crossers.clear();
    this.ram.code.fill(0);
    this.#pool.clear();
    this.#poolNext = S.POOL;
    this.attend();
  }

  /** After RAM changed behind the CPU's back: drops decoded code of these pages and all translations. */
  forget(pages: Iterable<number>): void {
    for (const page of pages) {
      if (this.ram.code[page]) this.#dropCode(page);
    }
    this.mmu.flush();
    this.#skipProbe = false;
    this.useTables();
  }

  // ------------------------------------------------------------------------------------------- code

  setProbes(addresses: Iterable<bigint>): void {
    const probes = new Set<string>();
    for (const at of addresses) probes.add(at.toString());
    this.#probes = probes;
    this.dropAllCode();
    this.mmu.flush();
  }

  /** The slot of a constant, so that an immediate is an operand like a register. */
  constant(lo: number, hi: number): number {
    const key = `${lo},${hi}`;
    const known = this.#pool.get(key);
    if (known !== undefined) return known;
    // Full: forget everything decoded. The instruction now being decoded is the first of the new generation.
    if (this.#poolNext + 2 > S.POOL_END) this.dropAllCode();
    const slot = this.#poolNext;
    this.#poolNext += 2;
    this.s[slot] = lo;
    this.s[slot + 1] = hi;
    this.#pool.set(key, slot);
    return slot;
  }

  #codePage(): CodePage {
    const { s } = this;
    const lo = s[RIP] & -4096, hi = s[RIP + 1];
    const t = this.#exec, k = (lo >>> 10) & 0x3ffc;
    const physical = t[k] === lo && t[k + 1] === hi ? (t[k + 2] + lo) | 0 : this.#translate(s[RIP], hi, EXEC, this.#user) & -4096;
    if (physical < 0 || physical >= this.ram.bytes.length) this.raise(GP, 0);
    const number = physical >>> PAGE_SHIFT;
    const known = this.#codePages[number];
    for (const page of known ?? []) if (page.lo === lo && page.hi === hi) return page;
    const page: CodePage = { lo, hi, physical, ins: new Array<Insn | undefined>(4096) };
    this.#codePages[number] = [...(known ?? []), page];
    return page;
  }

  /** Decodes the instruction at RIP into its page. */
  #decode(page: CodePage): Insn {
    const { s, ram } = this;
    const offset = s[RIP] & 4095;
    let bytes = ram.bytes.subarray(page.physical + offset, Math.min(page.physical + 4096, page.physical + offset + 15));
    let decoded = decode(bytes, 0);
    let crosses = -1;
    if (decoded === 'truncated') {
      const nextLo = (page.lo + 4096) | 0;
      const second = this.#translate(nextLo, this.#nextHi(page.lo, page.hi, 4096), EXEC, this.#user);
      if (second >= ram.bytes.length) this.raise(GP, 0);
      const joined = new Uint8Array(15);
      joined.set(bytes);
      joined.set(ram.bytes.subarray(second, second + 15 - bytes.length), bytes.length);
      bytes = joined;
      decoded = decode(bytes, 0);
      crosses = second;
    }
    if (decoded === 'invalid') this.raise(UD);
    if (decoded === 'too-long' || decoded === 'truncated') this.raise(GP, 0);
    let insn = bind(this, decoded, s[RIP], s[RIP + 1]);
    if (this.#probes.size !== 0 && this.#probes.has(address(s[RIP], s[RIP + 1]).toString())) insn = this.#probed(insn);
    if (crosses >= 0) {
      insn = this.#crossing(insn, crosses);
      const second = crosses >>> PAGE_SHIFT;
      this.#crossers.set(second, [...(this.#crossers.get(second) ?? []), page]);
      ram.code[second] |= 1;
    }
    page.ins[offset] = insn;
    const first = page.physical >>> PAGE_SHIFT;
    if (!ram.code[first]) this.mmu.flushWrites();
    for (let at = offset; at < Math.min(4096, offset + decoded.length); at++) ram.code[first] |= 1 << (at >>> 7);
    return insn;
  }

  /** Calls the probe hook before the instruction. The hook may ask to stop: then the instruction has not run. */
  #probed(inner: Insn): Insn {
    const at = address(inner.lo, inner.hi);
    const outer = inner.copy();
    outer.exec = (cpu, i) => {
      if (cpu.#skipProbe) cpu.#skipProbe = false;
      else {
        cpu.hooks.probe?.(at);
        if (cpu.stopRequested) {
          cpu.#skipProbe = true;
          throw STOP;
        }
      }
      inner.exec(cpu, i);
    };
    return outer;
  }

  /** An instruction over a page border: the second page may have been mapped elsewhere since. */
  #crossing(inner: Insn, second: number): Insn {
    const outer = inner.copy();
    const nextLo = (inner.lo + 4096) & -4096, nextHi = this.#nextHi(inner.lo & -4096, inner.hi, 4096);
    outer.exec = (cpu, i) => {
      const t = cpu.#exec, k = (nextLo >>> 10) & 0x3ffc;
      const now = t[k] === nextLo && t[k + 1] === nextHi ? (t[k + 2] + nextLo) | 0 : cpu.#translate(nextLo, nextHi, EXEC, cpu.#user);
      if (now === second) {
        inner.exec(cpu, i);
        return;
      }
      // Decode again from the bytes that are there now, and run that instead.
      const { s } = cpu;
      s[RIP] = inner.lo;
      s[RIP + 1] = inner.hi;
      const fresh = cpu.#decode(cpu.#codePage());
      s[RIP] = fresh.nextLo;
      s[RIP + 1] = fresh.nextHi;
      fresh.exec(cpu, fresh);
    };
    return outer;
  }

  // ------------------------------------------------------------------------------------------- the loop

  /**
   * Runs until `untilTick` is reached or something stops it. Deterministic: where it stops between boundaries never
   * changes what happens.
   */
  run(untilTick: number): CpuStop {
    const { s } = this;
    const now = this.tick;
    assert(untilTick >= now, `run to tick ${untilTick} from ${now}`);
    this.stopRequested = false;
    for (let from = now; ; ) {
      // Ticks are counted down in 32 bits, a billion at a time.
      const until = Math.min(untilTick, from + 0x3fff_ffff);
      this.tickLimit = until + 0;
      s[TICKS_LEFT] = until - from - 1;
      this.rearm();
      this.attend();
      const stop = this.#runSlice();
      if (stop !== 'limit' || until === untilTick) {
        return stop;
      }
      from = until;
    }
  }

  #runSlice(): CpuStop {
    const { s } = this;
    for (;;) {
      try {
        let page = NO_PAGE;
        for (;;) {
          if ((s[TICKS_LEFT] | s[CYCLES_LEFT] | s[ATTENTION]) < 0) {
            const stop = this.#boundary();
            if (stop) return stop;
            page = NO_PAGE;
          }
          const lo = s[RIP];
          if ((lo & -4096) !== page.lo || s[RIP + 1] !== page.hi) {
            this.current = null;
            page = this.#codePage();
          }
          const i = page.ins[lo & 4095] ?? this.#decode(page);
          this.current = i;
          s[RIP] = i.nextLo;
          s[RIP + 1] = i.nextHi;
          i.exec(this, i);
          s[TICKS_LEFT]--;
          s[CYCLES_LEFT] -= i.cost;
        }
      } catch (thrown) {
        if (thrown === STOP) {
          this.#rewind();
          return 'stopped';
        }
        if (thrown !== FAULT) throw thrown;
        this.#rewind();
        this.pendingVector = this.faultVector;
        this.pendingError = this.faultHasError ? this.faultError : -1;
        this.pendingSoftware = false;
        this.attend();
      }
    }
  }

  #rewind(): void {
    const i = this.current;
    if (!i) return;
    this.s[RIP] = i.lo;
    this.s[RIP + 1] = i.hi;
  }

  /** Everything that can happen between two instructions, in the order of SDM Vol. 3A, "Priority Among Concurrent Events". */
  #boundary(): CpuStop | undefined {
    const { s, bus } = this;
    for (;;) {
      if (this.shutdown) return 'shutdown';
      if (s[TICKS_LEFT] < 0) return 'limit';
      if (this.stopRequested) return 'stopped';
      if (this.hooks.instruction) this.hooks.instruction();
      s[ATTENTION] = this.hooks.instruction ? -1 : 0;
      if (this.pendingVector >= 0) {
        this.current = null;
        this.#spend(deliverPending(this));
        continue;
      }
      if (s[CYCLES_LEFT] < 0) {
        bus.runUntil(this.cycles);
        this.rearm();
        s[ATTENTION] = this.hooks.instruction ? -1 : 0;
      }
      const open = (s[FLAGS_REST] & RFLAGS_IF) !== 0;
      if (s[SHADOW]) {
        // One more instruction, then look again.
        s[SHADOW] = 0;
        if (!s[HALTED]) {
          s[ATTENTION] = -1;
          return undefined;
        }
      }
      if (open && bus.pending()) {
        s[HALTED] = 0;
        this.current = null;
        this.#spend(deliverInterrupt(this, bus.acknowledge()));
        continue;
      }
      if (!s[HALTED]) return undefined;
      const next = bus.nextDeadline();
      if (next === Infinity) {
        s[ATTENTION] = -1;
        return 'idle';
      }
      // Halted: time passes, nothing else does.
      this.#skipTo(next);
    }
  }

  #spend(quarterCycles: number): void {
    this.s[TICKS_LEFT]--;
    this.extraTicks++;
    this.charge(quarterCycles);
  }

  #skipTo(cycles: number): void {
    this.#cycleBase = Math.max(this.cycles, cycles);
    this.s[CYCLES_LEFT] = 0;
    this.bus.runUntil(this.#cycleBase);
    this.rearm();
  }

  /** Ends this REP after a part of it: a tick, and RIP stays. */
  endPartialRep(i: Insn): void {
    this.s[RIP] = i.lo;
    this.s[RIP + 1] = i.hi;
    this.extraTicks++;
  }

  /** Records a sub-step of the event being carried out; free unless someone looks. */
  subStep(text: string, target?: string, before?: bigint, after?: bigint): void {
    if (this.recordSubSteps) this.subSteps.push(target === undefined ? { text } : { text, target, before: before ?? 0n, after: after ?? 0n });
  }

  pair(slot: number): bigint {
    return address(this.s[slot], this.s[slot + 1]);
  }

  setPair(slot: number, value: bigint): void {
    this.s[slot] = Number(BigInt.asIntN(32, value));
    this.s[slot + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }

  effectiveAddress(i: Insn): number {
    return effectiveAddress(this.s, i);
  }

  get eaHi(): number {
    return this.s[EA_HI];
  }

}

const STACK_INSTRUCTIONS = new Set(['push', 'pop', 'call', 'ret', 'leave', 'enter', 'pushf', 'popf']);

export function address(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
