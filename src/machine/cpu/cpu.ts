/**
 * One CPU: its bank of words, its way to memory, its time, and the reference interpreter's loop. What instructions do stands in ops/,
 * event delivery in deliver.ts, how bytes become `Insn` objects in bind.ts, and where they are kept in code.ts.
 *
 * Before each block the loop looks at one word: negative when the tick limit is reached, a device deadline has passed, or
 * something asked for attention. Only then `boundary` asks which. Counters move once a block; while one runs, `done`
 * says how many of its instructions are behind, so that time and tick are exact inside it too.
 */
import { assert } from '../../base/assert.ts';
import type { QuarterCycles } from '../../base/units.ts';
import { AC_FAULT, CR0_AM, DB, GP, NMI, PF, RFLAGS_AC, RFLAGS_IF, RFLAGS_RF, RFLAGS_TF, SS_FAULT } from '../../isa/registers.ts';
import { EXEC, Mmu, NO_TRANSLATIONS, READ, WRITE, type Access } from '../mmu/mmu.ts';
import { type Ram } from '../mmu/ram.ts';
import type { CostProfile } from '../cost.ts';
import type { Bus, InterruptPort } from './bus.ts';
import { NO_BLOCK, NO_PAGE, type CodeCache, type CodePage } from './code.ts';
import { deliverPending, deliverInterrupt } from './deliver.ts';
import type { CpuHooks } from './hooks.ts';
import type { Block, Insn } from './insn.ts';
import type { Engine, Socket } from './socket.ts';
import { initialize, start } from './start.ts';
import { beWary } from './wary.ts';
import type { Translator } from './translate/translator.ts';
import * as S from './state.ts';
import {
  CPL, FLAGS_REST, HALTED, IMM, LOAD_HI, NMI_MASKED, PENDING_ERROR, PENDING_SOFTWARE, PENDING_VECTOR, RBP_SLOT, RIP, RSP_SLOT, SHADOW, SHUTDOWN, SIGNALS, TRAP, WAITING,
} from './state.ts';

/** `turn`: another CPU goes on. */
export type CpuStop = 'limit' | 'idle' | 'shutdown' | 'stopped' | 'turn';

/** Thrown for every guest fault; vector and error code stand in the CPU. One object: faults are frequent. */
export const FAULT = { fault: true };
/** Thrown by a probe that wants to stop before its instruction. */
export const STOP = { stop: true };
/** Thrown when the instruction must be looked up again. */
export const RESTART = { restart: true };
/** Thrown by a REP that lets someone else have a turn. */
const PARTIAL = { partial: true };

/** Blocks run in one call of the inner loop, so that the JavaScript engine optimizes it as a function and not in mid-flight. */
const BURST = 10_000;
const DR6_SLOT = S.DR_BASE + 12, DR6_BS = 0x4000;

export class Cpu {
  /** Also its local APIC's ID. */
  readonly number: number;
  readonly socket: Socket;
  readonly port: InterruptPort;
  readonly s = new Int32Array(S.BANK_WORDS);
  /** The same words as floats, for XMM registers. A float at word n is f32[n], a double at an even word n is f64[n >> 1]. */
  readonly f32 = new Float32Array(this.s.buffer);
  readonly f64 = new Float64Array(this.s.buffer);
  readonly ram: Ram;
  readonly mmu: Mmu;
  readonly bus: Bus;
  readonly costs: CostProfile;
  readonly code: CodeCache;
  /** Counts changes of this CPU's mappings and of decoded code. */
  codeEpoch = 0;

  /** The tables of the current privilege level. */
  readTable: Int32Array;
  writeTable: Int32Array;
  execTable: Int32Array;
  /** CR0.AM, RFLAGS.AC and CPL 3: misaligned data accesses fault. Then all of them take the slow path, which looks. */
  checksAlignment = false;
  block: Block = NO_BLOCK;

  faultVector = -1;
  faultError = 0;
  faultHasError = false;
  /** The instruction that runs has page-faulted and did nothing: it does not count. */
  hasFaulted = false;

  /** Ticks left until the limit of this run; quarter cycles left until the next deadline; negative: something wants attention. */
  ticksLeft = 0;
  cyclesLeft = 0;
  attention = -1;
  /** Where the running block stands: 1 while in one; instructions of it completed; leave it when as many are. */
  inBlock = 0;
  done = 0;
  leaveAt = 0;
  tickLimit = 0;
  #cycleBase = 0;
  #stop: CpuStop | undefined = undefined;
  #skipInstructionHook = false;
  /** What the last look between two instructions took away for the one behind it, and at which tick. */
  #enteredAt = -1;
  #resumeFlag = 0;
  #shadow = 0;

  /** All but the first wait for a start-up message. */
  constructor(socket: Socket, number: number, port: InterruptPort) {
    const { ram, bus, costs, code } = socket;
    this.socket = socket;
    this.number = number;
    this.port = port;
    this.ram = ram;
    this.bus = bus;
    this.costs = costs;
    this.code = code;
    this.mmu = new Mmu(ram, this.s, number, (page) => socket.guard(page));
    this.mmu.onFlush = () => this.codeChanged();
    initialize(this.s);
    this.s[WAITING] = number === 0 ? 0 : 1;
    this.readTable = this.mmu.tlbs[READ];
    this.writeTable = this.mmu.tlbs[WRITE];
    this.execTable = this.mmu.tlbs[EXEC];
  }

  // ------------------------------------------------------------------------------------------- of all CPUs

  get hooks(): CpuHooks {
    return this.socket.hooks;
  }
  get engine(): Engine {
    return this.socket.engine;
  }
  get translator(): Translator | undefined {
    return this.socket.translator;
  }
  get recordSubSteps(): boolean {
    return this.socket.recordSubSteps;
  }

  // ------------------------------------------------------------------------------------------- time

  /** The machine's, while it is this CPU's turn. */
  get tick(): number {
    return this.tickLimit - this.ticksLeft - 1 + this.done;
  }

  /** Quarter cycles. */
  get quarterCycles(): QuarterCycles {
    return this.#cycleBase - this.cyclesLeft + this.block.before[this.done];
  }

  get instructions(): number {
    return this.tick - this.socket.extraTicks;
  }

  /** Sets the counters: power-on and restore. */
  setTime(tick: number, cycles: number): void {
    this.#cycleBase = cycles;
    this.cyclesLeft = 0;
    this.done = this.inBlock = 0;
    this.begin(tick);
  }

  /** Its turn begins at this tick. */
  begin(tick: number): void {
    this.tickLimit = tick + 1;
    this.ticksLeft = 0;
    this.attend();
  }

  /** Moves time up: while it slept, others went on. */
  notBefore(cycles: number): void {
    this.#cycleBase = Math.max(this.quarterCycles, cycles);
    this.cyclesLeft = 0;
  }

  /** Nothing happens here until an interrupt or a message comes. */
  get isAsleep(): boolean {
    const { s } = this;
    if (s[WAITING] !== 0) return s[SIGNALS] === 0;
    return s[HALTED] !== 0 && s[SIGNALS] === 0 && s[TRAP] === 0 && s[PENDING_VECTOR] < 0 && !(s[FLAGS_REST] & RFLAGS_IF && this.port.pending());
  }

  /** When it may have something to do: now, or at the next event that might wake it. */
  get wakesAt(): number {
    const { s, quarterCycles } = this;
    if (!this.isAsleep) return quarterCycles;
    return s[WAITING] !== 0 ? Infinity : Math.max(quarterCycles, this.bus.nextWake(this.number));
  }

  /** A device has a new deadline, another CPU wakes, or cycles moved: count down to what comes first. */
  rearm(): void {
    const now = this.quarterCycles;
    const ahead = Math.min(this.bus.nextDeadline(this.number) - now, this.socket.turnEnds(this) - now, 0x3fff_ffff);
    // Negative from the first boundary on at which cycles >= deadline.
    const left = Math.max(-1, ahead - 1);
    this.#cycleBase = now + left;
    this.cyclesLeft = left + this.block.before[this.done];
    this.leaveAt = 0;
  }

  /** Charges quarter cycles that no instruction's fixed cost holds. */
  charge(quarterCycles: number): void {
    this.cyclesLeft -= quarterCycles;
    this.leaveAt = 0;
  }

  /** Has a device's time come, in the middle of an instruction? */
  get isOverdue(): boolean {
    return this.cyclesLeft - this.block.before[this.done] < 0 && this.bus.nextDeadline(this.number) <= this.quarterCycles;
  }

  /** Leave the block after this instruction, and look at everything. */
  attend(): void {
    this.attention = -1;
    this.leaveAt = 0;
  }

  /** Decoded code was dropped or pages mapped otherwise. */
  codeChanged(): void {
    this.codeEpoch++;
    this.attend();
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
    const { s } = this, offset = s[CPL] === 3 ? 3 : 0;
    const checks = offset === 3 && (s[FLAGS_REST] & RFLAGS_AC) !== 0 && (s[S.CR0] & CR0_AM) !== 0;
    if (checks !== this.checksAlignment) {
      this.checksAlignment = checks;
      this.attend();
    }
    this.readTable = checks ? NO_TRANSLATIONS : this.mmu.tlbs[offset + READ];
    this.writeTable = checks ? NO_TRANSLATIONS : this.mmu.tlbs[offset + WRITE];
    this.execTable = this.mmu.tlbs[offset + EXEC];
  }

  /** RFLAGS were loaded: is there something to do before the next instruction? */
  flagsLoaded(): void {
    const flags = this.s[FLAGS_REST];
    this.useTables();
    if (flags & (RFLAGS_TF | RFLAGS_RF) || (flags & RFLAGS_IF && this.port.pending())) this.attend();
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

  /** The same for an instruction that has only looked (wary.ts): it returns, and whoever ran it counts it as not done. */
  pageFaults(lo: number, hi: number): void {
    const { s } = this;
    s[S.CR2] = lo;
    s[S.CR2 + 1] = hi;
    this.hasFaulted = true;
    this.#faulted(PF, this.mmu.faultError);
  }

  /** The fault waits to be delivered at the next boundary. */
  #faulted(vector: number, error: number): void {
    this.setPending(vector, error, 0);
    this.s[TRAP] = 0;
    this.attend();
  }

  /** A non-canonical address is #SS through RSP or RBP and #GP otherwise. SDM Vol. 1, "Canonical Addressing". */
  #notCanonical(lo: number): never {
    const i = this.current, { s } = this;
    const hasMemory = i !== undefined && i.decoded.operands.some(({ kind }) => kind === 'mem');
    const stack = i !== undefined && (hasMemory && (!STACK_INSTRUCTIONS.has(i.decoded.row.mnemonic) || Math.abs(lo - s[RSP_SLOT]) > 8)
      ? i.form < 2 && (i.base === RSP_SLOT || i.base === RBP_SLOT)
      : STACK_INSTRUCTIONS.has(i.decoded.row.mnemonic));
    return this.raise(stack ? SS_FAULT : GP, 0);
  }

  // ------------------------------------------------------------------------------------------- memory

  /** What is wrong with an access before anything is translated: its first byte, its alignment, its last byte. Explicit accesses of CPL 3 are `user`. */
  #check(lo: number, hi: number, size: number, user: boolean): void {
    if (!isCanonical(hi)) this.#notCanonical(lo);
    // Larger operands have rules of their own. SDM Vol. 3A, "Interrupt 17 - Alignment Check Exception (#AC)".
    if (user && this.checksAlignment && size <= 8 && lo & (size - 1)) this.raise(AC_FAULT, 0);
    if ((lo & 4095) + size > 4096 && !isCanonical(this.#nextHi(lo, hi, size - 1))) this.#notCanonical(lo);
  }

  /** For an operand that is accessed in pieces: none of it may lie outside of the canonical halves. */
  checkSpan(lo: number, hi: number, size: number): void {
    if ((lo & 4095) + size > 4096) this.#check(lo, hi, size, false);
  }

  /** Does something whose accesses may lie anywhere. */
  unaligned<T>(work: () => T): T {
    const { checksAlignment } = this;
    this.checksAlignment = false;
    try {
      return work();
    } finally {
      this.checksAlignment = checksAlignment;
    }
  }

  /** An operand that is accessed in pieces must lie at a multiple of this. */
  mustAlign(lo: number, hi: number, bytes: number): void {
    if (!this.checksAlignment || !(lo & (bytes - 1))) return;
    if (!isCanonical(hi)) this.#notCanonical(lo);
    this.raise(AC_FAULT, 0);
  }

  /** Physical address for an access, by walking; fills the TLB where it may. */
  #translate(lo: number, hi: number, access: Access, user: boolean): number {
    const { mmu } = this;
    const physical = mmu.walk(lo, hi, access, user);
    if (physical === -2) this.#notCanonical(lo);
    if (physical === -1) this.#pageFault(lo, hi);
    if (mmu.cacheable(access, user, physical, lo, hi)) {
      mmu.fill(access, user, lo, hi, physical);
    } else if (this.inBlock) this.block.insns[this.done].outside++;
    return physical;
  }

  get #user(): boolean {
    return this.s[CPL] === 3;
  }

  load8(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === (lo & -4096) && t[k + 1] === hi) return this.ram.bytes[(t[k + 2] + lo) | 0];
    return this.#slowLoad(lo, hi, 1, this.#user);
  }
  load16(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 1) & -4096) && t[k + 1] === hi) return this.ram.view.getUint16((t[k + 2] + lo) | 0, true);
    return this.#slowLoad(lo, hi, 2, this.#user);
  }
  load32(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 3) & -4096) && t[k + 1] === hi) return this.ram.view.getInt32((t[k + 2] + lo) | 0, true);
    return this.#slowLoad(lo, hi, 4, this.#user);
  }
  /** Low word; the high word goes to s[LOAD_HI]. */
  load64(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.s[LOAD_HI] = this.ram.view.getInt32(p + 4, true);
      return this.ram.view.getInt32(p, true);
    }
    return this.#slowLoad(lo, hi, 8, this.#user);
  }

  store8(lo: number, hi: number, value: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === (lo & -4096) && t[k + 1] === hi) this.ram.bytes[(t[k + 2] + lo) | 0] = value;
    else this.#slowStore(lo, hi, 1, value, 0, this.#user);
  }
  store16(lo: number, hi: number, value: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 1) & -4096) && t[k + 1] === hi) this.ram.view.setInt16((t[k + 2] + lo) | 0, value, true);
    else this.#slowStore(lo, hi, 2, value, 0, this.#user);
  }
  store32(lo: number, hi: number, value: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 3) & -4096) && t[k + 1] === hi) this.ram.view.setInt32((t[k + 2] + lo) | 0, value, true);
    else this.#slowStore(lo, hi, 4, value, 0, this.#user);
  }
  store64(lo: number, hi: number, valueLo: number, valueHi: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.ram.view.setInt32(p, valueLo, true);
      this.ram.view.setInt32(p + 4, valueHi, true);
    } else this.#slowStore(lo, hi, 8, valueLo, valueHi, this.#user);
  }

  /** Physical address of `size` bytes that may be written without further ado, or -1. Faults as a write does when they may not be written. */
  writable(lo: number, hi: number, size: number): number {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi) return (t[k + 2] + lo) | 0;
    this.#check(lo, hi, size, this.#user);
    this.#translate(lo, hi, WRITE, this.#user);
    if (((lo & 4095) + size) > 4096) this.#translate((lo + size - 1) & -4096, this.#nextHi(lo, hi, size - 1), WRITE, this.#user);
    return -1;
  }

  /** The same for reading, without a fault: -1 when the fast way does not lead there. */
  readable(lo: number, hi: number, size: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    return t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi ? (t[k + 2] + lo) | 0 : -1;
  }

  #nextHi(lo: number, hi: number, add: number): number {
    return (hi + (((lo + add) >>> 0) < (lo >>> 0) ? 1 : 0)) | 0;
  }

  #slowLoad(lo: number, hi: number, size: 1 | 2 | 4 | 8, user: boolean): number {
    this.#check(lo, hi, size, user);
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
    this.#check(lo, hi, size, user);
    const first = this.#translate(lo, hi, WRITE, user);
    if ((lo & 4095) + size > 4096) {
      const split = 4096 - (lo & 4095);
      const second = this.#translate((lo + split) | 0, this.#nextHi(lo, hi, split), WRITE, user);
      if (this.mmu.watches && this.hooks.write) this.#tellWrite(address(lo, hi), size);
      for (let n = 0; n < size; n++) this.physicalWrite(n < split ? first + n : second + n - split, 1, n < 4 ? valueLo >>> (8 * n) : valueHi >>> (8 * (n - 4)), 0);
    } else {
      if (this.mmu.watches && this.hooks.write) this.#tellWrite(address(lo, hi), size);
      this.physicalWrite(first, size, valueLo, valueHi);
    }
  }

  #tellWrite(at: bigint, size: number): void {
    if (!this.mmu.isWatched(at, size)) return;
    const { s } = this, { current } = this, lo = s[RIP], hi = s[RIP + 1];
    if (current) {
      s[RIP] = current.lo;
      s[RIP + 1] = current.hi;
    }
    this.hooks.write?.(this.number, at, size);
    s[RIP] = lo;
    s[RIP + 1] = hi;
  }

  /** Accesses of the CPU itself (descriptor tables, frames): supervisor, whatever the CPL. */
  systemLoad64(lo: number, hi: number): number {
    const t = this.mmu.tlbs[READ], k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.s[LOAD_HI] = this.ram.view.getInt32(p + 4, true);
      return this.ram.view.getInt32(p, true);
    }
    return this.#slowLoad(lo, hi, 8, false);
  }
  systemLoad16(lo: number, hi: number): number {
    return this.#slowLoad(lo, hi, 2, false);
  }
  systemStore64(lo: number, hi: number, valueLo: number, valueHi: number): void {
    const t = this.mmu.tlbs[WRITE], k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.ram.view.setInt32(p, valueLo, true);
      this.ram.view.setInt32(p + 4, valueHi, true);
    } else this.#slowStore(lo, hi, 8, valueLo, valueHi, false);
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
    const { port } = this, offset = at - port.base;
    const value = offset >= 0 && offset < port.length ? port.read(offset, size) : this.bus.read(at, size);
    if (size === 8) this.s[LOAD_HI] = 0;
    return size === 1 ? value & 0xff : size === 2 ? value & 0xffff : value | 0;
  }

  physicalWrite(at: number, size: 1 | 2 | 4 | 8, valueLo: number, valueHi: number): void {
    const { ram } = this;
    if (at + size > ram.bytes.length) {
      this.charge(this.costs.mmioWrite);
      const { port } = this, offset = at - port.base;
      if (offset >= 0 && offset < port.length) port.write(offset, size, valueLo);
      else this.bus.write(at, size, valueLo, valueHi);
      this.rearm();
      this.attend();
      return;
    }
    ram.store(at, size, valueLo, valueHi);
  }

  /** After RAM changed behind the CPU's back: drops all translations. */
  forget(): void {
    this.mmu.flush();
    this.#skipInstructionHook = false;
    this.useTables();
    this.attend();
  }

  // ------------------------------------------------------------------------------------------- code

  /** Physical address of a page of code; faults as a fetch from it does. */
  fetchPage(lo: number, hi: number): number {
    const t = this.execTable, k = (lo >>> 10) & 0x3ffc;
    const page = lo & -4096;
    const physical = t[k] === page && t[k + 1] === hi ? (t[k + 2] + page) | 0 : this.#translate(lo, hi, EXEC, this.#user) & -4096;
    if (physical < 0 || physical >= this.ram.bytes.length) this.raise(GP, 0);
    return physical;
  }

  codePage(): CodePage {
    const { s } = this;
    const lo = s[RIP], hi = s[RIP + 1];
    return this.code.page(lo & -4096, hi, this.fetchPage(lo, hi));
  }

  /** The instruction being executed, if one is. */
  get current(): Insn | undefined {
    return this.inBlock ? this.block.insns[this.done] : undefined;
  }

  // ------------------------------------------------------------------------------------------- the loop

  /**
   * Runs until `untilTick` is reached or something stops it. Deterministic: where it stops between boundaries never
   * changes what happens.
   */
  run(untilTick: number): CpuStop {
    const now = this.tick;
    assert(untilTick >= now, `run to tick ${untilTick} from ${now}`);
    this.socket.stopRequested = false;
    for (let from = now; ; ) {
      // Ticks are counted down in 32 bits, a billion at a time.
      const until = Math.min(untilTick, from + 0x3fff_ffff);
      this.tickLimit = until;
      this.ticksLeft = until - from - 1;
      this.rearm();
      this.attend();
      const stop = this.#runSlice();
      if (stop !== 'limit' || until === untilTick) return stop;
      from = until;
    }
  }

  #runSlice(): CpuStop {
    const { s } = this;
    for (;;) {
      try {
        for (;;) {
          if (this.#burst()) return this.#stop!;
        }
      } catch (thrown) {
        if (thrown === FAULT && this.faultVector === PF && this.inBlock && !this.block.isLent) beWary(this, this.block.insns[this.done]);
        this.#leaveBlock();
        if (thrown === STOP) {
          this.#notEntered();
          return 'stopped';
        }
        if (thrown === PARTIAL) {
          // An interrupt that comes now has RF in its frame.
          s[FLAGS_REST] |= RFLAGS_RF;
          this.#spend(0);
          this.attend();
        } else if (thrown === FAULT) {
          this.#faulted(this.faultVector, this.faultHasError ? this.faultError : -1);
        } else if (thrown !== RESTART) throw thrown;
      }
    }
  }

  /** Runs blocks, and translations of them where there are. @returns whether the run ends here. */
  #burst(): boolean {
    const { s, code } = this;
    const translator = this.engine === 'translated' && !this.recordSubSteps ? this.translator : undefined, hot = translator?.hot ?? 0;
    let page = NO_PAGE, table = this.execTable, from: Block | undefined = undefined;
    for (let left = BURST; left > 0; left--) {
      if ((this.ticksLeft | this.cyclesLeft | this.attention) < 0) {
        if (this.between()) return true;
        page = NO_PAGE;
        from = undefined;
      }
      const lo = s[RIP];
      if ((lo & -4096) !== page.lo || s[RIP + 1] !== page.hi || this.execTable !== table) {
        page = this.codePage();
        table = this.execTable;
      }
      const known = page.blocks[lo & 4095];
      if (known === undefined) {
        from = undefined;
        if (this.runNew(page)) continue;
      }
      const block = known ?? code.build(this, page, lo & 4095);
      if (translator !== undefined && this.attention >= 0) {
        if (from !== undefined) {
          translator.note(from, lo);
          from = undefined;
        }
        const { entry } = block;
        if (entry !== undefined) {
          if (translator.enter(block, entry)) continue;
        } else if (++block.heat >= hot && !block.asked) translator.request(block);
        if (block.isDynamic) from = block;
      }
      const { insns, length } = block;
      this.leaveAt = ((this.cyclesLeft - block.cost) | (this.ticksLeft - length + 1) | this.attention) < 0 ? this.part(block) : length;
      this.beginBlock(block);
      let done = 0;
      do {
        const i = insns[done], { exec } = i;
        s[IMM] = i.immLo;
        s[IMM + 1] = i.immHi;
        exec(this, i);
        this.done = ++done;
        // Unrolled once.
        if (done >= this.leaveAt) break;
        const j = insns[done], { exec: next } = j;
        s[IMM] = j.immLo;
        s[IMM + 1] = j.immHi;
        next(this, j);
        this.done = ++done;
      } while (done < this.leaveAt);
      if (this.hasFaulted) {
        this.hasFaulted = false;
        done--;
      }
      this.endBlock(block, done);
    }
    return false;
  }

  /** Runs instructions that run for the first time, up to one that does not. @returns whether there was one. */
  runNew(page: CodePage): boolean {
    const { s, code, execTable } = this;
    for (let count = 0; ; count++) {
      const lo = s[RIP];
      if ((lo & -4096) !== page.lo || s[RIP + 1] !== page.hi || this.execTable !== execTable) return count > 0;
      const block = code.once(page, lo & 4095);
      if (block === undefined) return count > 0;
      this.leaveAt = 1;
      this.beginBlock(block);
      this.execute(block.insns[0]);
      this.endBlock(block, 1);
      if ((this.ticksLeft | this.cyclesLeft | this.attention) < 0) return true;
    }
  }

  /** Does one instruction of the block that runs. */
  execute(insn: Insn): void {
    const { s } = this;
    s[IMM] = insn.immLo;
    s[IMM + 1] = insn.immHi;
    insn.exec(this, insn);
  }

  /** While a block runs, RIP is where it ends. */
  beginBlock(block: Block): void {
    const { s } = this;
    this.block = block;
    s[RIP] = block.endLo;
    s[RIP + 1] = block.endHi;
    this.inBlock = 1;
  }

  /** So many instructions of the block are done: counters and RIP say so. */
  endBlock(block: Block, done: number): void {
    this.inBlock = 0;
    this.done = 0;
    this.ticksLeft -= done;
    this.cyclesLeft -= block.before[done];
    if (done >= block.length) return;
    const { s } = this, { lo, hi } = block.insns[done];
    s[RIP] = lo;
    s[RIP + 1] = hi;
  }

  /** How much of a block may run: to the limit, to the first boundary past a deadline, or one instruction when all are watched. */
  part(block: Block): number {
    if (this.attention < 0) return 1;
    let count = Math.min(block.length, this.ticksLeft + 1);
    for (let n = 1; n < count; n++) if (block.before[n] > this.cyclesLeft) count = n;
    return count;
  }

  /** Something was thrown: the instructions before are done, and RIP is the instruction's own. */
  #leaveBlock(): void {
    if (this.inBlock) this.endBlock(this.block, this.done);
  }

  /** What happens between two instructions. @returns whether the run ends here. */
  between(): boolean {
    this.#stop = this.#boundary();
    return this.#stop !== undefined;
  }

  /** Everything that can happen between two instructions, in the order of SDM Vol. 3A, "Priority Among Concurrent Events". */
  #boundary(): CpuStop | undefined {
    const { s, port, socket } = this;
    for (;;) {
      if (s[SHUTDOWN]) return 'shutdown';
      // What a halted CPU waits for belongs to the tick after HLT.
      if (s[HALTED] && s[TRAP] === 0 && s[PENDING_VECTOR] < 0 && this.cyclesLeft < 0) this.runDue();
      if (socket.isOver(this) && socket.next() !== this) return 'turn';
      if (this.ticksLeft < 0) return 'limit';
      if (socket.stopRequested) return 'stopped';
      this.attention = 0;
      if (s[SIGNALS] & (S.SIGNAL_INIT | S.SIGNAL_START)) {
        if (this.#look()) return 'stopped';
        start(this);
        this.#spend(this.costs.eventRing0);
        continue;
      }
      // After loading SS the trap waits too, for the next instruction has its own.
      if (s[TRAP] && s[SHADOW] === S.SHADOW_STACK) s[TRAP] = 0;
      // INT enters its handler without TF, and nothing traps in between.
      if (s[PENDING_VECTOR] >= 0) s[TRAP] = 0;
      if (s[TRAP]) {
        s[TRAP] = 0;
        s[DR6_SLOT] |= DR6_BS;
        this.setPending(DB, -1, 0);
      }
      if (s[PENDING_VECTOR] >= 0) {
        if (this.#look()) return 'stopped';
        this.#spend(deliverPending(this));
        continue;
      }
      if (this.cyclesLeft < 0) this.runDue();
      if (s[SHADOW] && !s[HALTED]) {
        // One more instruction, then look again.
        const shadow = s[SHADOW];
        s[SHADOW] = 0;
        return this.#enter(shadow);
      }
      if (s[SIGNALS] & S.SIGNAL_NMI && !s[NMI_MASKED]) {
        if (this.#look()) return 'stopped';
        s[SIGNALS] &= ~S.SIGNAL_NMI;
        s[NMI_MASKED] = 1;
        s[HALTED] = 0;
        this.#spend(deliverInterrupt(this, NMI));
        continue;
      }
      if (s[FLAGS_REST] & RFLAGS_IF && port.pending()) {
        if (this.#look()) return 'stopped';
        s[HALTED] = 0;
        this.#spend(deliverInterrupt(this, port.acknowledge()));
        continue;
      }
      if (!this.isAsleep) return this.#enter(0);
      this.attention = -1;
      return 'idle';
    }
  }

  /** An event to be delivered at the next boundary. @param error its code, or -1. @param length of the instruction that asked for it, 0 for exceptions. */
  setPending(vector: number, error: number, length: number): void {
    const { s } = this;
    s[PENDING_VECTOR] = vector;
    s[PENDING_ERROR] = error;
    s[PENDING_SOFTWARE] = length;
  }

  /** An instruction comes next. @param shadow if it runs in one: after it, look at everything again. */
  #enter(shadow: number): CpuStop | undefined {
    const { s, hooks } = this;
    if (this.#look()) {
      s[SHADOW] = shadow;
      return 'stopped';
    }
    this.#enteredAt = this.tick;
    this.#resumeFlag = s[FLAGS_REST] & RFLAGS_RF;
    this.#shadow = shadow;
    // RF holds for one instruction. If this one faults, the frame has it again. SDM Vol. 3B, "Resume Flag".
    s[FLAGS_REST] &= ~RFLAGS_RF;
    if (s[FLAGS_REST] & RFLAGS_TF) s[TRAP] = 1;
    this.attention = shadow || hooks.instruction || s[TRAP] ? -1 : 0;
    return undefined;
  }

  /** The instruction that comes next was stopped at: the state is again that of this tick, before it. */
  #notEntered(): void {
    if (this.tick !== this.#enteredAt) return;
    const { s } = this;
    s[FLAGS_REST] |= this.#resumeFlag;
    s[SHADOW] = this.#shadow;
    s[TRAP] = 0;
    this.attend();
  }

  /** Tells the hook of this tick, once. @returns whether it wants to stop here. */
  #look(): boolean {
    const { hooks } = this;
    const isNew = hooks.instruction && !this.#skipInstructionHook;
    this.#skipInstructionHook = false;
    if (isNew) hooks.instruction?.(this.number);
    return isNew === true && (this.#skipInstructionHook = this.socket.stopRequested);
  }

  #spend(quarterCycles: number): void {
    this.ticksLeft--;
    this.socket.extraTicks++;
    this.charge(quarterCycles);
  }

  /** Sleeps until then, and lets happen what is due. */
  skipTo(cycles: number): void {
    this.notBefore(cycles);
    this.runDue();
  }

  runDue(): void {
    this.bus.runUntil(this.quarterCycles, this.number);
    this.rearm();
  }

  /** Ends this REP after a part of it: a tick, and RIP stays. */
  endPartialRep(): never {
    throw PARTIAL;
  }

  /** Sub-steps of another event follow. */
  beginSubSteps(title: string): void {
    this.socket.subSteps = [];
    this.socket.subStepTitle = title;
  }

  /** Records a sub-step of the event being carried out; free unless someone looks. */
  subStep(text: string, target?: string, before?: bigint, after?: bigint): void {
    if (this.recordSubSteps) this.socket.subSteps.push(target === undefined ? { text } : { text, target, before: before ?? 0n, after: after ?? 0n });
  }

  pair(slot: number): bigint {
    return address(this.s[slot], this.s[slot + 1]);
  }

  setPair(slot: number, value: bigint): void {
    this.s[slot] = Number(BigInt.asIntN(32, value));
    this.s[slot + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }

}

const isCanonical = (hi: number): boolean => hi >> 15 === 0 || hi >> 15 === -1;

const STACK_INSTRUCTIONS = new Set(['push', 'pop', 'call', 'ret', 'lret', 'iretq', 'leave', 'enter', 'pushf', 'popf']);

export function address(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
