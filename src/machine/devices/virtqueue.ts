/**
 * The device's side of a split virtqueue. VIRTIO 1.2, "Split Virtqueues". Everything in it was written by a driver, so every
 * number is checked before use: what a driver must not do is a reason, in words, for the device to stop.
 */
import type { Dma } from './device.ts';

const DESC_BYTES = 16, USED_BYTES = 8, RING = 4;
const DESC_NEXT = 1, DESC_WRITE = 2, DESC_INDIRECT = 4;
const AVAIL_NO_INTERRUPT = 1;

/** Part of a device's state. Addresses are physical. */
export interface Virtqueue {
  /** Descriptors: a power of two. */
  size: number;
  ready: boolean;
  desc: number;
  driver: number;
  device: number;
  /** Counters of 16 bits that wrap: the next entry of the available ring to look at, and of the used ring to write. */
  nextAvail: number;
  nextUsed: number;
}

export interface Buffer {
  readonly at: number;
  readonly length: number;
}

/** What one entry of the available ring leads to. */
export interface Chain {
  /** Its first descriptor, by which the driver knows it. */
  readonly head: number;
  readonly readable: readonly Buffer[];
  readonly writable: readonly Buffer[];
}

export const newQueue = (size: number): Virtqueue => ({ size, ready: false, desc: 0, driver: 0, device: 0, nextAvail: 0, nextUsed: 0 });

const le = (bytes: Uint8Array, at: number, size: number): number => {
  let value = 0;
  for (let n = size - 1; n >= 0; n--) value = value * 256 + bytes[at + n];
  return value;
};
const u16 = (dma: Dma, at: number): number => le(dma.read(at, 2), 0, 2);
const put16 = (dma: Dma, at: number, value: number): void => dma.write(at, Uint8Array.of(value & 0xff, (value >> 8) & 0xff));

/** Why a queue laid out like this cannot be used, or undefined. */
export function whyNotReady(dma: Dma, { size, desc, driver, device }: Virtqueue, most: number): string | undefined {
  if (size < 1 || size > most || (size & (size - 1)) !== 0) return `a queue of ${size} descriptors`;
  const parts = [['descriptor table', desc, 16, DESC_BYTES * size], ['available ring', driver, 2, RING + 2 * size + 2],
    ['used ring', device, 4, RING + USED_BYTES * size + 2]] as const;
  for (const [name, at, alignment, length] of parts) {
    if (at % alignment !== 0) return `the ${name} is not aligned`;
    if (at + length > dma.size) return `the ${name} is outside memory`;
  }
  return undefined;
}

/** How many chains the driver has made available that were not taken yet, or what is wrong. */
export function available(dma: Dma, queue: Virtqueue): number | string {
  const count = (u16(dma, queue.driver + 2) - queue.nextAvail) & 0xffff;
  return count > queue.size ? `the available index is ${count} ahead in a queue of ${queue.size}` : count;
}

/** Takes the next chain; undefined when there is none, a text when there is something wrong. */
export function takeChain(dma: Dma, queue: Virtqueue): Chain | string | undefined {
  const count = available(dma, queue);
  if (typeof count === 'string') return count;
  if (count === 0) return undefined;
  const head = u16(dma, queue.driver + RING + 2 * (queue.nextAvail % queue.size));
  const readable: Buffer[] = [], writable: Buffer[] = [];
  for (let index = head, met = 0; ; met++) {
    if (index >= queue.size) return `descriptor ${index} of a queue of ${queue.size}`;
    if (met >= queue.size) return 'a chain of descriptors without an end';
    const words = dma.read(queue.desc + DESC_BYTES * index, DESC_BYTES);
    const at = le(words, 0, 4) + le(words, 4, 4) * 0x1_0000_0000, length = le(words, 8, 4), flags = le(words, 12, 2);
    if (flags & DESC_INDIRECT) return 'an indirect descriptor, which was not negotiated';
    if (at + length > dma.size) return 'a buffer outside memory';
    if (flags & DESC_WRITE) writable.push({ at, length });
    else if (writable.length) return 'a buffer to read behind one to write';
    else readable.push({ at, length });
    if (!(flags & DESC_NEXT)) break;
    index = le(words, 14, 2);
  }
  queue.nextAvail = (queue.nextAvail + 1) & 0xffff;
  return { head, readable, writable };
}

/** So many bytes of the readable buffers, from the beginning. */
export function gather(dma: Dma, { readable }: Chain, most: number): Uint8Array {
  const length = Math.min(most, readable.reduce((sum, one) => sum + one.length, 0));
  const bytes = new Uint8Array(length);
  for (let n = 0, done = 0; done < length; n++) {
    const part = dma.read(readable[n].at, Math.min(readable[n].length, length - done));
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}

export const room = ({ writable }: Chain): number => writable.reduce((sum, one) => sum + one.length, 0);

/** Fills the writable buffers, which have the room. */
export function scatter(dma: Dma, { writable }: Chain, bytes: Uint8Array): void {
  for (let n = 0, done = 0; done < bytes.length; done += writable[n++].length) dma.write(writable[n].at, bytes.subarray(done, done + writable[n].length));
}

/** Gives a chain back, with so many bytes written to it. @returns whether the driver asked for an interrupt now. */
export function putUsed(dma: Dma, queue: Virtqueue, head: number, written: number, eventIndex: boolean): boolean {
  const old = queue.nextUsed, used = Uint8Array.of(head & 0xff, head >> 8, 0, 0, written & 0xff, (written >> 8) & 0xff, (written >> 16) & 0xff, written >>> 24);
  dma.write(queue.device + RING + USED_BYTES * (old % queue.size), used);
  queue.nextUsed = (old + 1) & 0xffff;
  put16(dma, queue.device + 2, queue.nextUsed);
  // VIRTIO_RING_F_EVENT_IDX: when the used index passes the one that the driver wrote behind its ring.
  return eventIndex ? u16(dma, queue.driver + RING + 2 * queue.size) === old : (u16(dma, queue.driver) & AVAIL_NO_INTERRUPT) === 0;
}

/** With VIRTIO_RING_F_EVENT_IDX: the driver is to notify of the next chain that it makes available. */
export function askForNotice(dma: Dma, queue: Virtqueue): void {
  put16(dma, queue.device + RING + USED_BYTES * queue.size, queue.nextAvail);
}
