/** The I/O APIC: 24 inputs to vectors. Intel 82093AA data sheet, "I/O APIC Registers". */
import type { Device, MmioDevice } from './device.ts';

const INPUTS = 24;
const MASKED = 0x10000, LEVEL = 0x8000, REMOTE_IRR = 0x4000, LOGICAL = 0x800;

/** A vector on its way to CPUs. */
export interface Delivery {
  readonly vector: number;
  readonly isLevel: boolean;
  readonly destination: number;
  readonly isLogical: boolean;
}

interface IoApicState {
  select: number;
  low: Int32Array;
  high: Int32Array;
  /** Input lines as the devices drive them. */
  lines: number;
}

export class IoApic implements Device<IoApicState>, MmioDevice {
  readonly id = 'ioapic';
  readonly base = 0xfec00000;
  readonly length = 0x1000;
  state: IoApicState = { select: 0, low: new Int32Array(INPUTS).fill(MASKED), high: new Int32Array(INPUTS), lines: 0 };
  readonly #deliver: (delivery: Delivery) => void;

  constructor(deliver: (delivery: Delivery) => void) {
    this.#deliver = deliver;
  }

  /** A device raises or lowers its line (GSI). */
  setLine(input: number, high: boolean): void {
    const { state } = this;
    const was = (state.lines >> input) & 1;
    state.lines = high ? state.lines | (1 << input) : state.lines & ~(1 << input);
    if (high && (!was || state.low[input] & LEVEL)) this.#raise(input);
  }

  #raise(input: number): void {
    const { state } = this;
    const entry = state.low[input];
    if (entry & MASKED) return;
    const delivery = { vector: entry & 0xff, isLevel: (entry & LEVEL) !== 0, destination: state.high[input] >>> 24, isLogical: (entry & LOGICAL) !== 0 };
    if (!delivery.isLevel) this.#deliver(delivery);
    else if (!(entry & REMOTE_IRR)) {
      state.low[input] |= REMOTE_IRR;
      this.#deliver(delivery);
    }
  }

  /** A level-triggered vector was acknowledged: if the line is still high it comes again. */
  endOfInterrupt(vector: number): void {
    const { state } = this;
    for (let input = 0; input < INPUTS; input++) {
      if ((state.low[input] & 0xff) !== vector || !(state.low[input] & REMOTE_IRR)) continue;
      state.low[input] &= ~REMOTE_IRR;
      if ((state.lines >> input) & 1) this.#raise(input);
    }
  }

  read(offset: number): number {
    const { state } = this;
    if (offset === 0) return state.select;
    if (offset !== 0x10) return 0;
    if (state.select === 0) return 0;
    if (state.select === 1) return 0x20 | ((INPUTS - 1) << 16);
    const input = (state.select - 0x10) >> 1;
    if (input < 0 || input >= INPUTS) return 0;
    return state.select & 1 ? state.high[input] : state.low[input];
  }

  write(offset: number, _size: number, value: number): void {
    const { state } = this;
    if (offset === 0) state.select = value & 0xff;
    if (offset !== 0x10) return;
    const input = (state.select - 0x10) >> 1;
    if (input < 0 || input >= INPUTS) return;
    if (state.select & 1) state.high[input] = value;
    else {
      const wasMasked = state.low[input] & MASKED;
      state.low[input] = (value & ~REMOTE_IRR) | (state.low[input] & REMOTE_IRR);
      if (wasMasked && !(value & MASKED) && value & LEVEL && (state.lines >> input) & 1) this.#raise(input);
    }
  }
}
