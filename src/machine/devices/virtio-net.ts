/**
 * A network card. VIRTIO 1.2, "Network Device", over MMIO: one receive and one transmit queue, no offloads. Several pairs of queues (VIRTIO_NET_F_MQ)
 * would be more rows of `queues`, a control queue behind them, and a choice of the receive queue by a hash of the flow in `#receive`. Over MMIO all queues
 * share one interrupt, so that they would still be polled on the CPU that takes it: what spreads load is an interrupt for each, or steering in software.
 *
 * Times are those of the cost model's "Devices and wire" table: what a doorbell, a fetch by DMA, a completion and an interrupt message
 * take. They run beside the CPU; only the doorbell's MMIO write is the CPU's own.
 * Simplified: no interrupt moderation; buffers are read and written at one moment, when the transfer ends.
 */
import type { Device, DeviceClock, Dma, MmioDevice } from './device.ts';
import { INTERRUPT_USED, Transport, type Kind, type TransportState } from './virtio-mmio.ts';
import { askForNotice, gather, putUsed, room, scatter, takeChain } from './virtqueue.ts';
import type { Peer } from './wire.ts';

/** Announced to Linux as virtio_mmio.device=4K@0xd0000000:5. */
export const NIC_BASE = 0xd000_0000, NIC_GSI = 5;
export const GUEST_MAC = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56] as const;

const RECEIVE = 0, TRANSMIT = 1;
const F_MAC = 5, F_STATUS = 16, F_EVENT_IDX = 29, F_VERSION_1 = 32;
const KIND: Kind = { deviceId: 1, features: [F_MAC, F_STATUS, F_EVENT_IDX, F_VERSION_1], queues: 2, mostDescriptors: 256 };
const STATUS_LINK_UP = 1;
/** struct virtio_net_hdr with num_buffers. */
const HEADER = 12;
const ETH_HLEN = 14, ETH_FRAME_LEN = 1514;
/** Bytes of frames that wait in the card for buffers; more are lost. */
const FIFO_BYTES = 128 * 1024;

/** Nanoseconds. */
const DOORBELL_NS = 150, FETCH_NS = 400, COMPLETION_NS = 450, MESSAGE_NS = 300;

interface VirtioNetState extends TransportState {
  /** Frames on their way to memory, with the time when the transfer ends. */
  received: { at: number; frame: Uint8Array }[];
  /** Buffers of frames on the wire, with the time when the driver gets them back. */
  sent: { at: number; head: number }[];
  /** The transmit queue is being worked on: the driver need not say that there is more. When the next fetch ends. */
  transmitting: boolean;
  fetchedAt: number;
  frames: { sent: number; received: number; refused: number; dropped: number };
}

export class VirtioNet implements Device<VirtioNetState>, MmioDevice {
  readonly id = 'virtio-net';
  readonly base = NIC_BASE;
  readonly length = 0x1000;
  state: VirtioNetState = {
    ...Transport.powerOn(KIND), received: [], sent: [], transmitting: false, fetchedAt: 0, frames: { sent: 0, received: 0, refused: 0, dropped: 0 },
  };
  readonly #clock: DeviceClock;
  readonly #dma: Dma;
  readonly #line: (high: boolean) => void;
  readonly #peer: Peer;
  readonly #transport: Transport;
  /** A frame leaves for the wire, or is in the guest's memory. */
  onFrame: (direction: 'out' | 'in', frame: Uint8Array) => void = () => undefined;

  constructor(clock: DeviceClock, dma: Dma, line: (high: boolean) => void, peer: Peer) {
    this.#clock = clock;
    this.#dma = dma;
    this.#line = line;
    this.#peer = peer;
    peer.deliver = (frame, at) => this.#arrive(frame, at);
    this.#transport = new Transport(KIND, dma, () => this.state, {
      notified: (queue) => this.#notified(queue),
      update: () => this.#update(),
      reset: () => this.#stop([RECEIVE, TRANSMIT]),
      stopped: (queue) => this.#stop([queue]),
      config: () => Uint8Array.of(...GUEST_MAC, STATUS_LINK_UP, 0),
    });
  }

  read(offset: number, size: number): number {
    return this.#transport.read(offset, size);
  }

  write(offset: number, size: number, value: number): void {
    this.#transport.write(offset, size, value);
  }

  #after(ns: number, from = this.#clock.now()): number {
    return from + Math.floor((ns * this.#clock.hertz * 4) / 1e9);
  }

  /** Low at once; high when the interrupt's message has come through. */
  #update(): void {
    if (this.state.interrupt === 0) {
      this.#clock.cancel(this.id, 'interrupt');
      this.#line(false);
    } else this.#clock.schedule(this.id, 'interrupt', this.#after(MESSAGE_NS));
  }

  #interrupt(): void {
    // A message that is on its way says this too.
    if (this.state.interrupt & INTERRUPT_USED) return;
    this.state.interrupt |= INTERRUPT_USED;
    this.#update();
  }

  #stop(queues: readonly number[]): void {
    const { state } = this;
    if (queues.includes(RECEIVE)) {
      state.received = [];
      this.#clock.cancel(this.id, 'receive');
    }
    if (queues.includes(TRANSMIT)) {
      state.sent = [];
      state.transmitting = false;
      this.#clock.cancel(this.id, 'transmit');
      this.#clock.cancel(this.id, 'sent');
    }
  }

  onEvent(name: string): void {
    if (name === 'interrupt') this.#line(this.state.interrupt !== 0);
    else if (this.#transport.isLive) {
      if (name === 'transmit') this.#transmit();
      else if (name === 'sent') this.#giveBack();
      else this.#receive();
    }
  }

  #notified(queue: number): void {
    const { state } = this;
    if (queue === RECEIVE) {
      if (state.received.length) this.#clock.schedule(this.id, 'receive', Math.max(this.#after(DOORBELL_NS), state.received[0].at));
    } else if (!state.transmitting) {
      state.transmitting = true;
      this.#fetchAt(this.#after(DOORBELL_NS + FETCH_NS));
    }
  }

  #fetchAt(at: number): void {
    this.state.fetchedAt = at;
    this.#clock.schedule(this.id, 'transmit', at);
  }

  /** The next frame has been fetched. While it goes out the one behind it is fetched. */
  #transmit(): void {
    const { state } = this, queue = state.queues[TRANSMIT], chain = takeChain(this.#dma, queue);
    if (typeof chain === 'string') {
      this.#transport.break(chain);
      return;
    }
    if (!chain) {
      state.transmitting = false;
      if (this.#transport.has(F_EVENT_IDX)) askForNotice(this.#dma, queue);
      return;
    }
    const bytes = gather(this.#dma, chain, HEADER + ETH_FRAME_LEN + 1), frame = bytes.subarray(HEADER), at = state.fetchedAt;
    let free = at;
    // No offload was offered, so the header must ask for none.
    if (frame.length < ETH_HLEN || frame.length > ETH_FRAME_LEN || bytes[0] !== 0 || bytes[1] !== 0) state.frames.refused++;
    else {
      state.frames.sent++;
      const copy = frame.slice();
      this.onFrame('out', copy);
      free = this.#peer.transmit(copy, at);
    }
    state.sent.push({ at: this.#after(COMPLETION_NS, free), head: chain.head });
    if (state.sent.length === 1) this.#clock.schedule(this.id, 'sent', state.sent[0].at);
    this.#fetchAt(Math.max(free, this.#after(FETCH_NS, at)));
  }

  #giveBack(): void {
    const { state } = this, now = this.#clock.now();
    let asks = false;
    while (state.sent.length && state.sent[0].at <= now) {
      const [{ head }] = state.sent.splice(0, 1);
      asks = putUsed(this.#dma, state.queues[TRANSMIT], head, 0, this.#transport.has(F_EVENT_IDX)) || asks;
    }
    if (state.sent.length) this.#clock.schedule(this.id, 'sent', state.sent[0].at);
    if (asks) this.#interrupt();
  }

  /** A frame has arrived from the wire. */
  #arrive(frame: Uint8Array, at: number): void {
    const { state } = this;
    const waiting = state.received.reduce((sum, one) => sum + one.frame.length, 0);
    if (!this.#transport.isLive || !state.queues[RECEIVE].ready || waiting + frame.length > FIFO_BYTES) {
      state.frames.dropped++;
      return;
    }
    state.received.push({ at: this.#after(COMPLETION_NS, at), frame });
    if (state.received.length === 1) this.#clock.schedule(this.id, 'receive', state.received[0].at);
  }

  #receive(): void {
    const { state } = this, queue = state.queues[RECEIVE], now = this.#clock.now();
    let asks = false;
    while (state.received.length && state.received[0].at <= now) {
      const chain = takeChain(this.#dma, queue);
      if (typeof chain === 'string') this.#transport.break(chain);
      // It waits for buffers, and the driver says when there are some.
      else if (!chain && this.#transport.has(F_EVENT_IDX)) askForNotice(this.#dma, queue);
      if (chain === undefined || typeof chain === 'string') break;
      const [{ frame }] = state.received.splice(0, 1), bytes = new Uint8Array(HEADER + frame.length);
      // num_buffers
      bytes[10] = 1;
      bytes.set(frame, HEADER);
      const fits = room(chain) >= bytes.length;
      if (fits) {
        scatter(this.#dma, chain, bytes);
        state.frames.received++;
        this.onFrame('in', frame);
      } else state.frames.dropped++;
      asks = putUsed(this.#dma, queue, chain.head, fits ? bytes.length : 0, this.#transport.has(F_EVENT_IDX)) || asks;
    }
    if (state.received.length && state.received[0].at > now) this.#clock.schedule(this.id, 'receive', state.received[0].at);
    if (asks) this.#interrupt();
  }
}
