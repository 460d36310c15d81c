/**
 * The local APIC of a CPU in xAPIC mode. SDM Vol. 3A, "Advanced Programmable Interrupt Controller (APIC)". Timer with one-shot,
 * periodic and TSC-deadline modes; messages to other CPUs through the ICR. The board carries them.
 */
import { IA32_APIC_BASE, IA32_TSC_DEADLINE } from '../../isa/registers.ts';
import type { InterruptPort } from '../cpu/bus.ts';
import type { Device, DeviceClock } from './device.ts';

const ID = 0x20, VERSION = 0x30, TPR = 0x80, PPR = 0xa0, EOI = 0xb0, LDR = 0xd0, DFR = 0xe0, SVR = 0xf0, ISR = 0x100, TMR = 0x180, IRR = 0x200, ESR = 0x280,
  ICR_LOW = 0x300, ICR_HIGH = 0x310, LVT_TIMER = 0x320, LVT_THERMAL = 0x330, LVT_PERF = 0x340, LVT_LINT0 = 0x350, LVT_LINT1 = 0x360, LVT_ERROR = 0x370,
  TIMER_INITIAL = 0x380,
  TIMER_CURRENT = 0x390, TIMER_DIVIDE = 0x3e0;
const LVT_MASKED = 0x10000;
const MODE_PERIODIC = 1, MODE_DEADLINE = 2;
const SVR_ENABLED = 0x100;
/** The APIC timer's input clock before the divider, as QEMU's: 1 GHz. */
const BUS_HERTZ = 1_000_000_000;
/** APIC base address, enabled; and the bit of the boot CPU. */
const APIC_BASE_VALUE = 0xfee00800n, BOOT_CPU = 0x100n;
/** DFR: the destination is a set of up to eight CPUs, not a cluster and a set of four. */
const FLAT = 0xf;

interface LapicState {
  isr: Int32Array;
  irr: Int32Array;
  tmr: Int32Array;
  tpr: number;
  svr: number;
  ldr: number;
  dfr: number;
  icrHigh: number;
  icrLow: number;
  esr: number;
  lvt: Record<number, number>;
  initial: number;
  divide: number;
  /** When the count was started, in quarter cycles. */
  started: number;
  /** TSC value of the deadline, 0 when unarmed. */
  deadline: number;
}

function highest(bits: Int32Array): number {
  for (let word = 7; word >= 0; word--) if (bits[word] !== 0) return word * 32 + 31 - Math.clz32(bits[word]);
  return -1;
}
const has = (bits: Int32Array, vector: number): boolean => (bits[vector >> 5] & (1 << (vector & 31))) !== 0;
const set = (bits: Int32Array, vector: number): void => {
  bits[vector >> 5] |= 1 << (vector & 31);
};
const clear = (bits: Int32Array, vector: number): void => {
  bits[vector >> 5] &= ~(1 << (vector & 31));
};

/** A state as after power-on. */
const atReset = (): LapicState => ({
  isr: new Int32Array(8), irr: new Int32Array(8), tmr: new Int32Array(8), tpr: 0, svr: 0xff, ldr: 0, dfr: -1, icrHigh: 0, icrLow: 0, esr: 0,
  lvt: { [LVT_TIMER]: LVT_MASKED, [LVT_THERMAL]: LVT_MASKED, [LVT_PERF]: LVT_MASKED, [LVT_LINT0]: LVT_MASKED, [LVT_LINT1]: LVT_MASKED,
    [LVT_ERROR]: LVT_MASKED },
  initial: 0, divide: 0, started: 0, deadline: 0,
});

/** What a write to the ICR sends. */
export interface Message {
  readonly vector: number;
  /** SDM, "Interrupt Command Register (ICR)": 0 fixed, 1 lowest priority, 4 NMI, 5 INIT, 6 start-up. */
  readonly mode: number;
  readonly isLogical: boolean;
  /** Level de-assert: of an INIT, means nothing any more. */
  readonly isDeassert: boolean;
  /** 0 none, 1 self, 2 all, 3 all but self. */
  readonly shorthand: number;
  readonly destination: number;
}

/** What a local APIC asks of the board. */
export interface Wires {
  /** Would the CPU take an interrupt? */
  listens(cpu: number): boolean;
  /** An interrupt has become pending. */
  pending(cpu: number): void;
  send(from: number, message: Message): void;
  /** A level-triggered vector was acknowledged. */
  endOfInterrupt(vector: number): void;
}

export class Lapic implements Device<LapicState>, InterruptPort {
  /** Also its ID. */
  readonly cpu: number;
  readonly id: string;
  readonly base = 0xfee00000;
  readonly length = 0x1000;
  state = atReset();
  readonly #clock: DeviceClock;
  readonly #wires: Wires;

  /** @param clock with the time of this CPU. */
  constructor(cpu: number, clock: DeviceClock, wires: Wires) {
    this.cpu = cpu;
    this.id = lapicId(cpu);
    this.#clock = clock;
    this.#wires = wires;
  }

  reset(): void {
    this.state = atReset();
    this.#clock.cancel(this.id, 'timer');
  }

  /** Is a message for this CPU? SDM, "Determining IPI Destination". */
  matches(destination: number, isLogical: boolean): boolean {
    if (!isLogical) return destination === this.cpu || destination === 0xff;
    const { ldr, dfr } = this.state, own = ldr >>> 24;
    if (dfr >>> 28 === FLAT) return (own & destination) !== 0;
    return (own >> 4 === destination >> 4 || destination >> 4 === 0xf) && (own & destination & 0xf) !== 0;
  }

  /** A vector arrives: from the I/O APIC, an IPI or the timer. */
  accept(vector: number, level: boolean): void {
    const { state } = this;
    if (!(state.svr & SVR_ENABLED)) return;
    const was = this.pending();
    set(state.irr, vector);
    if (level) set(state.tmr, vector);
    else clear(state.tmr, vector);
    if (!was && this.pending()) this.#wires.pending(this.cpu);
  }

  /** Processor priority: the higher of TPR and the class in service. */
  get #priority(): number {
    const inService = highest(this.state.isr);
    const service = inService < 0 ? 0 : inService & 0xf0;
    return (this.state.tpr & 0xf0) >= service ? this.state.tpr : service;
  }

  pending(): boolean {
    const vector = highest(this.state.irr);
    return vector >= 0 && (vector & 0xf0) > (this.#priority & 0xf0);
  }

  acknowledge(): number {
    const { state } = this;
    const vector = highest(state.irr);
    clear(state.irr, vector);
    set(state.isr, vector);
    return vector;
  }

  #endOfInterrupt(): void {
    const { state } = this;
    const vector = highest(state.isr);
    if (vector < 0) return;
    clear(state.isr, vector);
    if (has(state.tmr, vector)) this.#wires.endOfInterrupt(vector);
  }

  /** Quarter cycles that one count of the timer takes. */
  get #countLength(): number {
    const code = (this.state.divide & 3) | ((this.state.divide >> 1) & 4);
    const divider = code === 7 ? 1 : 2 << code;
    return (divider * this.#clock.hertz * 4) / BUS_HERTZ;
  }

  get #mode(): number {
    return (this.state.lvt[LVT_TIMER] >> 17) & 3;
  }

  #startCount(): void {
    const { state } = this;
    state.started = this.#clock.now();
    if (state.initial === 0 || this.#mode === MODE_DEADLINE) this.#clock.cancel(this.id, 'timer');
    else this.#clock.schedule(this.id, 'timer', state.started + Math.floor(state.initial * this.#countLength));
  }

  #currentCount(): number {
    const { state } = this;
    if (state.initial === 0 || this.#mode === MODE_DEADLINE) return 0;
    const gone = Math.floor((this.#clock.now() - state.started) / this.#countLength);
    return Math.max(0, state.initial - gone);
  }

  onEvent(): void {
    const { state } = this;
    const lvt = state.lvt[LVT_TIMER];
    if (this.#mode === MODE_PERIODIC) {
      // From when it was due, not from when it was seen: ticks do not drift.
      const length = Math.max(1, Math.floor(state.initial * this.#countLength));
      state.started += length;
      const next = Math.max(state.started + length, this.#clock.now() + 1);
      this.#clock.schedule(this.id, 'timer', next);
    } else {
      state.initial = this.#mode === MODE_DEADLINE ? state.initial : 0;
      state.deadline = 0;
    }
    if (!(lvt & LVT_MASKED)) this.accept(lvt & 0xff, false);
  }

  /** The periodic timer reaches no one: masked, turned off, of too low a priority, or the CPU takes no interrupts. */
  isVain(): boolean {
    const { svr, lvt: { [LVT_TIMER]: timer } } = this.state;
    if (this.#mode !== MODE_PERIODIC) return false;
    return (timer & LVT_MASKED) !== 0 || !(svr & SVR_ENABLED) || (timer & 0xf0) <= (this.#priority & 0xf0) || !this.#wires.listens(this.cpu);
  }

  taskPriority(): number {
    return this.state.tpr;
  }

  setTaskPriority(value: number): void {
    this.state.tpr = value;
  }

  get #baseValue(): bigint {
    return APIC_BASE_VALUE | (this.cpu === 0 ? BOOT_CPU : 0n);
  }

  rdmsr(index: number): bigint | undefined {
    return index === IA32_APIC_BASE ? this.#baseValue : index === IA32_TSC_DEADLINE ? BigInt(this.state.deadline) : undefined;
  }

  /** Simplified: the local APIC can be neither moved nor turned off; writing its present value is allowed. */
  wrmsr(index: number, value: bigint): boolean {
    if (index === IA32_TSC_DEADLINE) this.#setTscDeadline(value);
    return index === IA32_TSC_DEADLINE || (index === IA32_APIC_BASE && value === this.#baseValue);
  }

  /** IA32_TSC_DEADLINE: writes count only in TSC-deadline mode; 0 disarms. */
  #setTscDeadline(value: bigint): void {
    if (this.#mode !== MODE_DEADLINE) return;
    const far = 1n << 50n;
    this.state.deadline = Number(value < far ? value : far);
    if (this.state.deadline === 0) this.#clock.cancel(this.id, 'timer');
    else this.#clock.schedule(this.id, 'timer', Math.max(this.state.deadline * 4, this.#clock.now()));
  }

  read(offset: number): number {
    const { state } = this;
    const register = offset & 0xff0;
    if (register >= ISR && register < ESR) {
      const bits = register < TMR ? state.isr : register < IRR ? state.tmr : state.irr;
      return bits[(register >> 4) & 7];
    }
    switch (register) {
      case ID: return this.cpu << 24;
      case VERSION: return 0x50014;
      case TPR: return state.tpr;
      case PPR: return this.#priority;
      case LDR: return state.ldr;
      case DFR: return state.dfr;
      case SVR: return state.svr;
      case ESR: return state.esr;
      case ICR_LOW: return state.icrLow;
      case ICR_HIGH: return state.icrHigh;
      case TIMER_INITIAL: return state.initial;
      case TIMER_CURRENT: return this.#currentCount();
      case TIMER_DIVIDE: return state.divide;
      default: return state.lvt[register] ?? 0;
    }
  }

  write(offset: number, _size: number, value: number): void {
    const { state } = this;
    const register = offset & 0xff0;
    switch (register) {
      case TPR: state.tpr = value & 0xff; break;
      case EOI: this.#endOfInterrupt(); break;
      case LDR: state.ldr = value; break;
      case DFR: state.dfr = value; break;
      case SVR: state.svr = value & 0x1ff; break;
      case ESR: state.esr = 0; break;
      case ICR_HIGH: state.icrHigh = value; break;
      case ICR_LOW: {
        state.icrLow = value & ~0x1000;
        this.#wires.send(this.cpu, {
          vector: value & 0xff, mode: (value >> 8) & 7, isLogical: (value & 0x800) !== 0, isDeassert: (value & 0xc000) === 0x8000, shorthand: (value >> 18) & 3,
          destination: state.icrHigh >>> 24,
        });
        break;
      }
      case TIMER_INITIAL:
        state.initial = value >>> 0;
        this.#startCount();
        break;
      case TIMER_DIVIDE: state.divide = value & 0xb; break;
      case LVT_TIMER:
        state.lvt[LVT_TIMER] = value;
        if (this.#mode === MODE_DEADLINE) this.#clock.cancel(this.id, 'timer');
        break;
      default:
        if (register in state.lvt) state.lvt[register] = value;
    }
  }
}

/** CPU 0's needs no number. */
const lapicId = (cpu: number): string => (cpu === 0 ? 'lapic' : `lapic${cpu}`);
