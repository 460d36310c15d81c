/**
 * A CPU's time, and where in the running block it stands. Counters move once a block; while one runs, `done` says how many of its
 * instructions are behind, so that time and tick are exact inside it too.
 */
import type { QuarterCycles } from '../../base/units.ts';
import { RFLAGS_IF } from '../../isa/registers.ts';
import type { CostProfile } from '../cost.ts';
import type { Bus, InterruptPort } from './bus.ts';
import type { CpuHooks } from './hooks.ts';
import { NO_BLOCK, type Block, type Insn } from './insn.ts';
import type { Engine, Socket } from './socket.ts';
import * as S from './state.ts';
import { address, FLAGS_REST, HALTED, PENDING_VECTOR, SIGNALS, TRAP, WAITING } from './state.ts';
import type { Translator } from './translate/translator.ts';

/**
 * The first value of what may grow beyond 31 bits. A JavaScript engine remembers what kind of number a field holds, and when that changes throws away all
 * code that it has made for the object: half of the emulator, in the midst of a run.
 */
export const WIDE = 0.5;

export abstract class CpuTime {
  /** Also its local APIC's ID. */
  readonly number: number;
  readonly socket: Socket;
  readonly port: InterruptPort;
  readonly s = new Int32Array(S.BANK_WORDS);
  /** The same words as floats, for XMM registers. A float at word n is f32[n], a double at an even word n is f64[n >> 1]. */
  readonly f32 = new Float32Array(this.s.buffer);
  readonly f64 = new Float64Array(this.s.buffer);
  readonly bus: Bus;
  readonly costs: CostProfile;

  /** Ticks left until the limit of this run; quarter cycles left until the next deadline; negative: something wants attention. */
  ticksLeft = 0;
  cyclesLeft = 0;
  attention = -1;
  block: Block = NO_BLOCK;
  /** Where the running block stands: 1 while in one; instructions of it completed; leave it when as many are. */
  inBlock = 0;
  done = 0;
  leaveAt = 0;
  tickLimit: number = WIDE;
  /** When its turn ends, as things stood when it was last asked. Whatever changes it is followed by `rearm`. */
  turnEnd = Infinity;
  #cycleBase: number = WIDE;
  /** While others run and it sleeps: when it wakes, as long as these are the events that are pending. */
  #sleepsTo: number = WIDE;
  #sleptWith: unknown = undefined;
  #retired: number = WIDE;
  #begunWith: number = WIDE;
  #slept: number = WIDE;

  constructor(socket: Socket, number: number, port: InterruptPort) {
    this.socket = socket;
    this.number = number;
    this.port = port;
    this.bus = socket.bus;
    this.costs = socket.costs;
    this.tickLimit = this.#cycleBase = this.#sleepsTo = this.#retired = this.#begunWith = this.#slept = 0;
  }

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

  /** Instructions that this CPU retired. No part of the state: only differences between two moments of one run mean something. */
  get retired(): number {
    return this.#retired + ((this.socket.running as CpuTime) === this ? this.instructions - this.#begunWith : 0);
  }

  /** Quarter cycles that passed while it slept; as `retired`. */
  get slept(): number {
    return this.#slept;
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
    this.#sleptWith = undefined;
    this.tickLimit = tick + 1;
    this.ticksLeft = 0;
    this.#begunWith = this.instructions;
    this.attend();
  }

  /** Its turn ends. */
  end(): void {
    this.#retired += this.instructions - this.#begunWith;
  }

  /** Moves time up: while it slept, others went on. */
  notBefore(cycles: number): void {
    this.#sleptWith = undefined;
    const now = this.quarterCycles;
    this.#slept += Math.max(0, cycles - now);
    this.#cycleBase = Math.max(now, cycles);
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
    const { s, bus, quarterCycles } = this;
    if (this.#sleptWith === bus.pendingEvents) return this.#sleepsTo;
    if (!this.isAsleep) return quarterCycles;
    const at = s[WAITING] !== 0 ? Infinity : Math.max(quarterCycles, bus.nextWake(this.number));
    if ((this.socket.running as CpuTime) !== this) {
      this.#sleptWith = bus.pendingEvents;
      this.#sleepsTo = at;
    }
    return at;
  }

  /** A device has a new deadline, another CPU wakes, or cycles moved: count down to what comes first. */
  rearm(): void {
    const now = this.quarterCycles;
    this.turnEnd = this.socket.turnEnds(this);
    const ahead = Math.min(this.bus.nextDeadline(this.number) - now, this.turnEnd - now, 0x3fff_0000);
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

  /** The instruction being executed, if one is. */
  get current(): Insn | undefined {
    return this.inBlock ? this.block.insns[this.done] : undefined;
  }

  pair(slot: number): bigint {
    return address(this.s[slot], this.s[slot + 1]);
  }

  setPair(slot: number, value: bigint): void {
    this.s[slot] = Number(BigInt.asIntN(32, value));
    this.s[slot + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }
}
