/** For tests: a clock set by hand for one device, and two devices that are on no real board. */
import type { Device, DeviceClock, Dma, MakeDevice, PortDevice } from './device.ts';

/** Time that stands still until told otherwise; what a device has scheduled is run when it is due. */
export class HandClock implements DeviceClock {
  readonly hertz = 1_000_000_000;
  time = 0;
  readonly events = new Map<string, number>();

  now(): number {
    return this.time;
  }
  schedule(_device: string, name: string, at: number): void {
    this.events.set(name, at);
  }
  cancel(_device: string, name: string): void {
    this.events.delete(name);
  }

  /** Lets so many quarter cycles pass. */
  pass(device: Device, quarterCycles: number): void {
    const until = this.time + quarterCycles;
    for (;;) {
      const [next] = [...this.events].filter(([, at]) => at <= until).sort(([, a], [, b]) => a - b);
      if (!next) break;
      this.time = Math.max(this.time, next[1]);
      this.events.delete(next[0]);
      device.onEvent?.(next[0]);
    }
    this.time = until;
  }
}

interface CopierState {
  /** From, to, length: written in this order, 4 bytes each; the third starts it. */
  words: number[];
  done: number;
}

/** Copies memory by itself: port 0x600 takes from, to and length; some time later the bytes are there and port 0x604 counts one more. */
export class Copier implements Device<CopierState>, PortDevice {
  readonly id = 'copier';
  readonly firstPort = 0x600;
  readonly ports = 8;
  state: CopierState = { words: [], done: 0 };
  readonly #clock: DeviceClock;
  readonly #dma: Dma;

  constructor(clock: DeviceClock, dma: Dma) {
    this.#clock = clock;
    this.#dma = dma;
  }

  in(): number {
    return this.state.done;
  }

  out(_offset: number, _size: number, value: number): void {
    this.state.words.push(value >>> 0);
    if (this.state.words.length === 3) this.#clock.schedule(this.id, 'copied', this.#clock.now() + 40_000);
  }

  onEvent(): void {
    const [from, to, length] = this.state.words;
    this.#dma.write(to, this.#dma.read(from, length));
    this.state.words = [];
    this.state.done++;
  }
}

interface MailboxState {
  waiting: Uint8Array;
  total: number;
}

const LETTER_BYTES = 16;

/** A second way in: letters of at most 16 bytes. Each raises line 7; port 0x610 gives a byte, port 0x611 how many there are. */
export class Mailbox implements Device<MailboxState>, PortDevice {
  readonly id = 'mailbox';
  readonly firstPort = 0x610;
  readonly ports = 2;
  state: MailboxState = { waiting: new Uint8Array(0), total: 0 };
  readonly #line: (high: boolean) => void;

  constructor(line: (high: boolean) => void) {
    this.#line = line;
  }

  refuses(bytes: Uint8Array): string | undefined {
    return bytes.length > LETTER_BYTES ? `A letter has at most ${LETTER_BYTES} bytes, not ${bytes.length}.` : undefined;
  }

  receive(bytes: Uint8Array): void {
    this.state.waiting = Uint8Array.of(...this.state.waiting, ...bytes);
    this.state.total++;
    this.#line(true);
    this.#line(false);
  }

  in(offset: number): number {
    const { waiting } = this.state;
    if (offset === 1) return waiting.length;
    this.state.waiting = waiting.slice(1);
    return waiting[0] ?? 0;
  }

  out(): void { /* nothing to set */ }
}

export const makeCopier: MakeDevice = ({ clock, dma }) => new Copier(clock, dma);
export const makeMailbox: MakeDevice = ({ line }) => new Mailbox(line(7));
