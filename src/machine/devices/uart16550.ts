/** 16550A serial port with 16-byte FIFOs. National Semiconductor PC16550D data sheet, "Registers" and "FIFO Interrupt Mode Operation". */
import { CONSOLE_PORT } from '../../base/input.ts';
import type { Device, DeviceClock, PortDevice } from './device.ts';

const IER_RX = 1, IER_TX = 2, IER_LINE = 4;
const LSR_DR = 0x01, LSR_OE = 0x02, LSR_THRE = 0x20, LSR_TEMT = 0x40;
const LCR_DLAB = 0x80;
const FCR_ENABLE = 1, FCR_CLEAR_RX = 2, FCR_CLEAR_TX = 4;
const MCR_OUT2 = 8, MCR_LOOP = 0x10;
const IIR_NONE = 1, IIR_THRE = 2, IIR_RX = 4, IIR_LINE = 6, IIR_TIMEOUT = 0xc;
const FIFO = 16;
const TRIGGERS = [1, 4, 8, 14];
/** The crystal divided by 16: divisor 1 is 115,200 baud. */
const BASE_BAUD = 115_200;

interface UartState {
  ier: number;
  fcr: number;
  lcr: number;
  mcr: number;
  scratch: number;
  divisor: number;
  overrun: boolean;
  /** Received, not yet read by the guest. */
  rx: number[];
  /** Accepted from the guest, not yet on the wire. */
  tx: number[];
  /** Sent to us, not yet received: arrives at line rate. */
  line: number[];
  /** THRE interrupt is pending until IIR is read or the holding register is written. */
  threPending: boolean;
  timeout: boolean;
}

export class Uart16550 implements Device<UartState>, PortDevice {
  readonly id = CONSOLE_PORT;
  readonly firstPort = 0x3f8;
  readonly ports = 8;
  state: UartState = { ier: 0, fcr: 0, lcr: 3, mcr: 0, scratch: 0, divisor: 1, overrun: false, rx: [], tx: [], line: [], threPending: false, timeout: false };
  readonly #clock: DeviceClock;
  readonly #irq: (high: boolean) => void;
  /** A byte has left on the wire; a byte has arrived in the receive FIFO. */
  onTransmit: (byte: number) => void = () => undefined;
  onReceive: (byte: number) => void = () => undefined;

  constructor(clock: DeviceClock, irq: (high: boolean) => void) {
    this.#clock = clock;
    this.#irq = irq;
  }

  /** Quarter cycles for one character: start bit, data, parity, stop. */
  get #character(): number {
    const bits = 1 + 5 + (this.state.lcr & 3) + (this.state.lcr & 8 ? 1 : 0) + (this.state.lcr & 4 ? 2 : 1);
    return Math.floor((bits * Math.max(1, this.state.divisor) * this.#clock.hertz * 4) / BASE_BAUD);
  }

  get #fifo(): boolean {
    return (this.state.fcr & FCR_ENABLE) !== 0;
  }

  /** Characters from the other end of the line, which arrive at line rate. */
  receive(bytes: Uint8Array): void {
    const idle = this.state.line.length === 0;
    for (const byte of bytes) this.state.line.push(byte);
    if (idle && bytes.length) this.#clock.schedule(this.id, 'rx', this.#clock.now() + this.#character);
  }

  onEvent(name: string): void {
    const { state } = this;
    if (name === 'rx') {
      const byte = state.line.shift();
      if (byte !== undefined) {
        if (state.rx.length >= (this.#fifo ? FIFO : 1)) state.overrun = true;
        else {
          state.rx.push(byte);
          this.onReceive(byte);
        }
        // Four character times without a read: the FIFO says so even below its trigger.
        this.#clock.schedule(this.id, 'timeout', this.#clock.now() + 4 * this.#character);
      }
      if (state.line.length) this.#clock.schedule(this.id, 'rx', this.#clock.now() + this.#character);
    } else if (name === 'timeout') state.timeout = this.#fifo && state.rx.length > 0;
    else {
      const byte = state.tx.shift();
      if (byte !== undefined) this.onTransmit(byte);
      if (state.tx.length) this.#clock.schedule(this.id, 'tx', this.#clock.now() + this.#character);
      else state.threPending = true;
    }
    this.#update();
  }

  get #interrupt(): number {
    const { state } = this;
    if (state.ier & IER_LINE && state.overrun) return IIR_LINE;
    if (state.ier & IER_RX) {
      if (state.rx.length >= (this.#fifo ? TRIGGERS[(state.fcr >> 6) & 3] : 1)) return IIR_RX;
      if (state.timeout) return IIR_TIMEOUT;
    }
    if (state.ier & IER_TX && state.threPending) return IIR_THRE;
    return IIR_NONE;
  }

  /** The interrupt pin reaches the board only through OUT2. */
  #update(): void {
    this.#irq((this.state.mcr & MCR_OUT2) !== 0 && this.#interrupt !== IIR_NONE);
  }

  in(offset: number): number {
    const { state } = this;
    const dlab = (state.lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case 0: {
        if (dlab) return state.divisor & 0xff;
        const byte = state.rx.shift() ?? 0;
        state.timeout = false;
        if (state.rx.length) this.#clock.schedule(this.id, 'timeout', this.#clock.now() + 4 * this.#character);
        else this.#clock.cancel(this.id, 'timeout');
        this.#update();
        return byte;
      }
      case 1: return dlab ? state.divisor >> 8 : state.ier;
      case 2: {
        const reason = this.#interrupt;
        if (reason === IIR_THRE) {
          state.threPending = false;
          this.#update();
        }
        return reason | (this.#fifo ? 0xc0 : 0);
      }
      case 3: return state.lcr;
      case 4: return state.mcr;
      case 5: {
        const status = (state.rx.length ? LSR_DR : 0) | (state.overrun ? LSR_OE : 0) | (state.tx.length === 0 ? LSR_THRE | LSR_TEMT : 0);
        if (state.overrun) {
          state.overrun = false;
          this.#update();
        }
        return status;
      }
      // Carrier, ready and clear to send; in loop mode the outputs come back.
      case 6: return state.mcr & MCR_LOOP ? ((state.mcr & 1) << 5) | ((state.mcr & 2) << 3) | ((state.mcr & 4) << 4) | ((state.mcr & 8) << 4) : 0xb0;
      default: return state.scratch;
    }
  }

  out(offset: number, _size: number, value: number): void {
    const { state } = this;
    const byte = value & 0xff;
    const dlab = (state.lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case 0:
        if (dlab) {
          state.divisor = (state.divisor & 0xff00) | byte;
          break;
        }
        state.threPending = false;
        if (state.mcr & MCR_LOOP) {
          state.rx.push(byte);
          break;
        }
        // A full FIFO loses its newest character, as the chip does.
        if (state.tx.length < (this.#fifo ? FIFO : 1)) state.tx.push(byte);
        if (state.tx.length === 1) this.#clock.schedule(this.id, 'tx', this.#clock.now() + this.#character);
        break;
      case 1:
        if (dlab) state.divisor = (state.divisor & 0xff) | (byte << 8);
        else {
          // Enabling the transmit interrupt while the register is empty raises it at once.
          if (byte & IER_TX && !(state.ier & IER_TX) && state.tx.length === 0) state.threPending = true;
          state.ier = byte & 0xf;
        }
        break;
      case 2:
        if ((state.fcr ^ byte) & FCR_ENABLE) state.rx = [];
        state.fcr = byte & 0xc9;
        if (byte & FCR_CLEAR_RX) state.rx = [];
        if (byte & FCR_CLEAR_TX) {
          state.tx = [];
          this.#clock.cancel(this.id, 'tx');
        }
        break;
      case 3: state.lcr = byte; break;
      case 4: state.mcr = byte & 0x1f; break;
      case 7: state.scratch = byte; break;
      default: break;
    }
    this.#update();
  }
}
