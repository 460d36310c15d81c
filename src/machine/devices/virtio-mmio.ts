/**
 * The registers that every virtio device behind memory-mapped I/O has. VIRTIO 1.2, "Virtio Over MMIO", version 2 of the interface: feature
 * negotiation, device status, the places of queues, interrupt status. What the device does with its queues is its own.
 */
import type { Dma } from './device.ts';
import { newQueue, whyNotReady, type Virtqueue } from './virtqueue.ts';

const MAGIC = 0x74726976, VERSION = 2, VENDOR = 0x554d4551;
const ACKNOWLEDGE_BITS = 0x0f, FEATURES_OK = 8, DRIVER_OK = 4, NEEDS_RESET = 64, FAILED = 128;
const CONFIG = 0x100;
export const INTERRUPT_USED = 1, INTERRUPT_CONFIG = 2;
const VERSION_1_BIT = 32;

export interface TransportState {
  status: number;
  featuresSelect: number;
  driverSelect: number;
  /** As the driver accepted them: bits 0 to 31, 32 to 63. */
  accepted: number[];
  queueSelect: number;
  queues: Virtqueue[];
  interrupt: number;
  /** Why it stopped until it is reset; empty while it goes. */
  broken: string;
}

export interface Kind {
  readonly deviceId: number;
  /** Numbers of the feature bits. */
  readonly features: readonly number[];
  readonly queues: number;
  readonly mostDescriptors: number;
}

/** What the registers ask the device to do. */
export interface TransportUse {
  notified(queue: number): void;
  /** The interrupt status changed, or the device was reset. */
  update(): void;
  /** Back to the state of power-on. */
  reset(): void;
  /** This queue was taken away. */
  stopped(queue: number): void;
  config(): Uint8Array;
}

export class Transport {
  readonly #kind: Kind;
  readonly #dma: Dma;
  readonly #use: TransportUse;
  readonly #state: () => TransportState;

  constructor(kind: Kind, dma: Dma, state: () => TransportState, use: TransportUse) {
    this.#kind = kind;
    this.#dma = dma;
    this.#state = state;
    this.#use = use;
  }

  static powerOn({ queues, mostDescriptors }: Kind): TransportState {
    return {
      status: 0, featuresSelect: 0, driverSelect: 0, accepted: [0, 0], queueSelect: 0,
      queues: Array.from({ length: queues }, () => newQueue(mostDescriptors)), interrupt: 0, broken: '',
    };
  }

  /** The driver is up and the device has not stopped. */
  get isLive(): boolean {
    return (this.#state().status & (DRIVER_OK | NEEDS_RESET | FAILED)) === DRIVER_OK;
  }

  has(feature: number): boolean {
    return ((this.#state().accepted[feature >> 5] >>> (feature & 31)) & 1) !== 0;
  }

  /** The driver did what it must not: nothing goes until it resets the device. VIRTIO 1.2, "Device Status Field". */
  break(why: string): void {
    const state = this.#state();
    if (state.broken) return;
    state.broken = why;
    state.status |= NEEDS_RESET;
    state.interrupt |= INTERRUPT_CONFIG;
    this.#use.update();
  }

  #offered(select: number): number {
    return select > 1 ? 0 : this.#kind.features.reduce((bits, bit) => (bit >> 5 === select ? bits | (1 << (bit & 31)) : bits), 0);
  }

  read(offset: number, size: number): number {
    const state = this.#state(), queue = state.queues[state.queueSelect];
    if (offset >= CONFIG) {
      const config = this.#use.config();
      let value = 0;
      for (let n = Math.min(size, 4) - 1; n >= 0; n--) value = (value << 8) | (config[offset - CONFIG + n] ?? 0);
      return value;
    }
    // "The driver MUST only use 32 bit wide and aligned reads and writes."
    if (size !== 4) return 0;
    switch (offset) {
      case 0x000: return MAGIC;
      case 0x004: return VERSION;
      case 0x008: return this.#kind.deviceId;
      case 0x00c: return VENDOR;
      case 0x010: return this.#offered(state.featuresSelect);
      case 0x034: return queue ? this.#kind.mostDescriptors : 0;
      case 0x044: return queue?.ready ? 1 : 0;
      case 0x060: return state.interrupt;
      case 0x070: return state.status;
      // No shared memory: all ones.
      case 0x0b0: case 0x0b4: case 0x0b8: case 0x0bc: return -1;
      default: return 0;
    }
  }

  write(offset: number, size: number, value: number): void {
    const state = this.#state(), queue = state.queues[state.queueSelect], word = value >>> 0;
    if (size !== 4) return;
    switch (offset) {
      case 0x014: state.featuresSelect = word; break;
      case 0x020:
        // What was agreed upon stays.
        if (state.driverSelect < 2 && !(state.status & FEATURES_OK)) state.accepted[state.driverSelect] = word;
        break;
      case 0x024: state.driverSelect = word; break;
      case 0x030: state.queueSelect = word; break;
      case 0x044: this.#setReady(queue, word); break;
      case 0x050:
        if (this.isLive && state.queues[word]?.ready) this.#use.notified(word);
        break;
      case 0x064:
        state.interrupt &= ~word;
        this.#use.update();
        break;
      case 0x070: this.#setStatus(word); break;
      default:
        if (queue && !queue.ready) place(queue, offset, word);
    }
  }

  #setReady(queue: Virtqueue | undefined, value: number): void {
    const state = this.#state();
    if (!queue || queue.ready === (value === 1)) return;
    queue.nextAvail = queue.nextUsed = 0;
    if (value !== 1) {
      queue.ready = false;
      this.#use.stopped(state.queueSelect);
      return;
    }
    const why = whyNotReady(this.#dma, queue, this.#kind.mostDescriptors);
    if (why === undefined) queue.ready = true;
    else this.break(why);
  }

  #setStatus(value: number): void {
    const state = this.#state();
    if (value === 0) {
      Object.assign(state, Transport.powerOn(this.#kind));
      this.#use.reset();
      this.#use.update();
      return;
    }
    // Bits are set one after the other, and taken back by a reset alone.
    let status = state.status | (value & (ACKNOWLEDGE_BITS | FAILED));
    const isUnknown = state.accepted.some((bits, select) => (bits & ~this.#offered(select)) !== 0);
    if (status & FEATURES_OK && !(state.status & FEATURES_OK) && (isUnknown || !this.has(VERSION_1_BIT))) status &= ~FEATURES_OK;
    // Without agreement on features there is no driver.
    if (!(status & FEATURES_OK)) status &= ~DRIVER_OK;
    state.status = status;
  }
}

/** One of the registers that say where a queue lies. */
function place(queue: Virtqueue, offset: number, word: number): void {
  const low = (was: number): number => Math.floor(was / 0x1_0000_0000) * 0x1_0000_0000 + word;
  const high = (was: number): number => word * 0x1_0000_0000 + (was % 0x1_0000_0000);
  switch (offset) {
    case 0x038: queue.size = word; break;
    case 0x080: queue.desc = low(queue.desc); break;
    case 0x084: queue.desc = high(queue.desc); break;
    case 0x090: queue.driver = low(queue.driver); break;
    case 0x094: queue.driver = high(queue.driver); break;
    case 0x0a0: queue.device = low(queue.device); break;
    case 0x0a4: queue.device = high(queue.device); break;
    default:
  }
}
