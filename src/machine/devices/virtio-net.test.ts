/** The network card, driven by hand: registers as a driver writes them, rings and descriptors drawn in memory. */
import { beforeEach, describe, expect, it } from 'vitest';
import { assert } from '../../base/assert.ts';
import type { Dma } from './device.ts';
import { cloneState } from './state.ts';
import { HandClock } from './testing.ts';
import { VirtioNet } from './virtio-net.ts';
import type { Peer } from './wire.ts';

const MEMORY = 0x2_0000, SIZE = 8;
/** Where each queue lies: descriptors, available ring, used ring; and buffers of 2 KiB. */
const DESC = [0x1000, 0x4000], AVAIL = [0x2000, 0x5000], USED = [0x3000, 0x6000], BUFFERS = 0x8000;
const NEXT = 1, WRITE = 2, INDIRECT = 4;
const MAGIC = 0x000, DEVICE_ID = 0x008, FEATURES = 0x010, FEATURES_SELECT = 0x014, DRIVER_FEATURES = 0x020, DRIVER_SELECT = 0x024, QUEUE_SELECT = 0x030;
const QUEUE_MAX = 0x034, QUEUE_SIZE = 0x038, READY = 0x044, NOTIFY = 0x050, INTERRUPT = 0x060, ACK = 0x064, STATUS = 0x070, CONFIG = 0x100;
const RX = 0, TX = 1, NEEDS_RESET = 64;
/** At 1 GHz a nanosecond is four quarter cycles. */
const US = 4000;

let memory: Uint8Array, view: DataView, clock: HandClock, nic: VirtioNet, line: boolean, edges: number, wire: number[][];

const dma: Dma = {
  size: MEMORY,
  read: (at, length) => {
    assert(at + length <= MEMORY, 'a read beyond memory');
    return memory.slice(at, at + length);
  },
  // Beyond memory this throws.
  write: (at, bytes) => memory.set(bytes, at),
};
const peer: Peer = {
  id: 'client', state: {}, deliver: () => undefined,
  transmit: (frame, at) => {
    wire.push([...frame]);
    return at + US;
  },
};
const set = (offset: number, value: number): void => nic.write(offset, 4, value);
const get = (offset: number): number => nic.read(offset, 4) >>> 0;

beforeEach(() => {
  memory = new Uint8Array(MEMORY);
  view = new DataView(memory.buffer);
  clock = new HandClock();
  line = false;
  edges = 0;
  wire = [];
  nic = new VirtioNet(clock, dma, (high) => {
    if (high && !line) edges++;
    line = high;
  }, peer);
});

function place(queue: number, { size = SIZE, desc = DESC[queue], avail = AVAIL[queue], used = USED[queue] } = {}): void {
  set(QUEUE_SELECT, queue);
  set(QUEUE_SIZE, size);
  for (const [at, value] of [[0x080, desc], [0x084, 0], [0x090, avail], [0x094, 0], [0x0a0, used], [0x0a4, 0]]) set(at, value);
  set(READY, 1);
}

/** As a driver does: acknowledge, agree on features, place the queues, go. */
function bringUp({ eventIndex = true } = {}): void {
  set(STATUS, 0);
  set(STATUS, 1);
  set(STATUS, 3);
  set(DRIVER_SELECT, 0);
  set(DRIVER_FEATURES, (1 << 5) | (1 << 16) | (eventIndex ? 1 << 29 : 0));
  set(DRIVER_SELECT, 1);
  set(DRIVER_FEATURES, 1);
  set(STATUS, 11);
  place(RX);
  place(TX);
  set(STATUS, 15);
}

type Drawn = [at: number, length: number, flags?: number, next?: number];
function draw(queue: number, descriptors: readonly Drawn[]): void {
  descriptors.forEach(([at, length, flags = 0, next = 0], n) => {
    const to = DESC[queue] + 16 * n;
    view.setBigUint64(to, BigInt(at), true);
    view.setUint32(to + 8, length, true);
    view.setUint16(to + 12, flags, true);
    view.setUint16(to + 14, next, true);
  });
}
function offer(queue: number, ...heads: number[]): void {
  let index = view.getUint16(AVAIL[queue] + 2, true);
  for (const head of heads) view.setUint16(AVAIL[queue] + 4 + 2 * (index++ % SIZE), head, true);
  view.setUint16(AVAIL[queue] + 2, index, true);
}
const used = (queue: number): number[][] => Array.from({ length: view.getUint16(USED[queue] + 2, true) }, (_, n) =>
  [view.getUint32(USED[queue] + 4 + 8 * (n % SIZE), true), view.getUint32(USED[queue] + 8 + 8 * (n % SIZE), true)]);
const pass = (microseconds: number): void => clock.pass(nic, microseconds * US);
const FRAME = Array.from({ length: 60 }, (_, n) => n + 1);
/** A header of 12 bytes and a frame, in memory. */
function put(at: number, frame: readonly number[] = FRAME, header: readonly number[] = []): number {
  memory.fill(0, at, at + 12);
  memory.set(header, at);
  memory.set(frame, at + 12);
  return 12 + frame.length;
}

describe('what a driver finds', () => {
  it('is a network card with these features, this address and a link', () => {
    expect([get(MAGIC), get(4), get(DEVICE_ID)]).toEqual([0x74726976, 2, 1]);
    set(FEATURES_SELECT, 0);
    expect(get(FEATURES)).toBe((1 << 5) | (1 << 16) | (1 << 29));
    set(FEATURES_SELECT, 1);
    expect(get(FEATURES)).toBe(1);
    set(FEATURES_SELECT, 2);
    expect(get(FEATURES)).toBe(0);
    expect(Array.from({ length: 6 }, (_, n) => nic.read(CONFIG + n, 1).toString(16))).toEqual(['52', '54', '0', '12', '34', '56']);
    expect(nic.read(CONFIG + 6, 2)).toBe(1);
    set(QUEUE_SELECT, 1);
    expect(get(QUEUE_MAX)).toBe(256);
    set(QUEUE_SELECT, 2);
    expect(get(QUEUE_MAX)).toBe(0);
  });

  it('refuses features that were not offered, and goes without VERSION_1 nowhere', () => {
    for (const [low, high] of [[1, 1], [1 << 5, 0]]) {
      set(STATUS, 0);
      set(STATUS, 3);
      set(DRIVER_SELECT, 0);
      set(DRIVER_FEATURES, low);
      set(DRIVER_SELECT, 1);
      set(DRIVER_FEATURES, high);
      set(STATUS, 11);
      expect(get(STATUS)).toBe(3);
      set(STATUS, 15);
      expect(get(STATUS)).toBe(3);
    }
  });
});

describe('sending', () => {
  it('takes a frame from several buffers, and gives them back when it has left', () => {
    bringUp();
    put(BUFFERS);
    draw(TX, [[BUFFERS, 12, NEXT, 3], [BUFFERS + 32, 40], [0, 0], [BUFFERS + 12, 20, NEXT, 1]]);
    offer(TX, 0);
    set(NOTIFY, TX);
    pass(0.5);
    expect(wire).toEqual([]);
    pass(0.1);
    expect(wire).toEqual([FRAME]);
    expect(used(TX)).toEqual([]);
    pass(1.5);
    expect(used(TX)).toEqual([[0, 0]]);
    expect(line).toBe(false);
    pass(0.3);
    expect([line, get(INTERRUPT)]).toEqual([true, 1]);
    set(ACK, 1);
    expect([line, get(INTERRUPT)]).toEqual([false, 0]);
  });

  it('goes on with what was added meanwhile, and asks for a notice when it is done', () => {
    bringUp();
    draw(TX, [[BUFFERS, put(BUFFERS)], [BUFFERS + 2048, put(BUFFERS + 2048, FRAME.toReversed())]]);
    offer(TX, 0);
    set(NOTIFY, TX);
    pass(0.6);
    offer(TX, 1);
    pass(5);
    expect(wire).toEqual([FRAME, FRAME.toReversed()]);
    // avail_event: notify with the third.
    expect(view.getUint16(USED[TX] + 4 + 8 * SIZE, true)).toBe(2);
  });

  it.each([true, false])('interrupts when it was asked to (event index: %s)', (eventIndex) => {
    bringUp({ eventIndex });
    draw(TX, [0, 1, 2].map((n) => [BUFFERS + 2048 * n, put(BUFFERS + 2048 * n)]));
    if (eventIndex) view.setUint16(AVAIL[TX] + 4 + 2 * SIZE, 2, true);
    else view.setUint16(AVAIL[TX], 1, true);
    offer(TX, 0, 1);
    set(NOTIFY, TX);
    pass(10);
    expect([used(TX).length, edges]).toEqual([2, 0]);
    if (!eventIndex) view.setUint16(AVAIL[TX], 0, true);
    offer(TX, 2);
    set(NOTIFY, TX);
    pass(10);
    expect([used(TX).length, edges]).toEqual([3, 1]);
  });

  it.each([
    ['shorter than an Ethernet header', FRAME.slice(0, 13), []],
    ['longer than one may be', Array.from({ length: 1515 }, () => 1), []],
    ['with a checksum to be filled in', FRAME, [1]],
    ['to be cut into segments', FRAME, [0, 1]],
  ])('drops a frame %s, and goes on', (_what, frame, header) => {
    bringUp();
    draw(TX, [[BUFFERS, put(BUFFERS, frame, header)], [BUFFERS + 2048, put(BUFFERS + 2048)]]);
    offer(TX, 0, 1);
    set(NOTIFY, TX);
    pass(10);
    expect([wire, used(TX), nic.state.frames.refused]).toEqual([[FRAME], [[0, 0], [1, 0]], 1]);
  });
});

describe('receiving', () => {
  it('puts a frame behind its header into the next buffers, and interrupts', () => {
    bringUp();
    draw(RX, [[BUFFERS, 12, WRITE | NEXT, 1], [BUFFERS + 100, 40, WRITE | NEXT, 2], [BUFFERS + 200, 2000, WRITE]]);
    offer(RX, 0);
    set(NOTIFY, RX);
    peer.deliver(Uint8Array.from(FRAME), clock.time);
    pass(0.4);
    expect(used(RX)).toEqual([]);
    pass(0.1);
    expect(used(RX)).toEqual([[0, 72]]);
    // num_buffers
    expect([...memory.subarray(BUFFERS, BUFFERS + 12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    expect([...memory.subarray(BUFFERS + 100, BUFFERS + 140), ...memory.subarray(BUFFERS + 200, BUFFERS + 220)]).toEqual(FRAME);
    pass(1);
    expect([line, get(INTERRUPT)]).toEqual([true, 1]);
  });

  it('keeps frames until there are buffers, in their order', () => {
    bringUp();
    for (let n = 1; n <= 3; n++) peer.deliver(new Uint8Array(60).fill(n), clock.time);
    pass(10);
    expect(used(RX)).toEqual([]);
    draw(RX, [0, 1, 2].map((n) => [BUFFERS + 2048 * n, 2048, WRITE]));
    offer(RX, 2, 0, 1);
    set(NOTIFY, RX);
    pass(1);
    expect(used(RX).map(([id]) => [id, memory[BUFFERS + 2048 * id + 12]])).toEqual([[2, 1], [0, 2], [1, 3]]);
  });

  it('loses what it has no room for, and what comes before there is a driver', () => {
    peer.deliver(new Uint8Array(60), clock.time);
    bringUp();
    for (let n = 0; n < 200; n++) peer.deliver(new Uint8Array(1514), clock.time);
    expect([nic.state.received.length, nic.state.frames.dropped]).toEqual([86, 115]);
  });

  it('loses a frame that does not fit into its buffers', () => {
    bringUp();
    draw(RX, [[BUFFERS, 71, WRITE], [BUFFERS + 2048, 72, WRITE]]);
    offer(RX, 0, 1);
    for (const n of [1, 2]) peer.deliver(new Uint8Array(60).fill(n), clock.time);
    pass(1);
    expect([used(RX), nic.state.frames.dropped, memory[BUFFERS + 2048 + 12]]).toEqual([[[0, 0], [1, 72]], 1, 2]);
  });
});

describe('a driver that does what it must not', () => {
  const LONG = 0xffff_ffff;
  it.each<[string, () => void, string]>([
    ['a loop of descriptors', () => draw(TX, [[BUFFERS, 20, NEXT, 1], [BUFFERS, 20, NEXT, 0]]), 'a chain of descriptors without an end'],
    ['a descriptor that leads to itself', () => draw(TX, [[BUFFERS, 20, NEXT, 0]]), 'a chain of descriptors without an end'],
    ['a next beyond the table', () => draw(TX, [[BUFFERS, 20, NEXT, 8]]), 'descriptor 8 of a queue of 8'],
    ['a head beyond the table', () => view.setUint16(AVAIL[TX] + 4, 0xffff, true), 'descriptor 65535 of a queue of 8'],
    ['an index beyond the ring', () => view.setUint16(AVAIL[TX] + 2, 0x8000, true), 'the available index is 32768 ahead in a queue of 8'],
    ['a buffer beyond memory', () => draw(TX, [[MEMORY - 10, 11]]), 'a buffer outside memory'],
    ['a buffer at the end of the address space', () => view.setBigUint64(DESC[TX], 0xffff_ffff_ffff_ffffn, true), 'a buffer outside memory'],
    ['a buffer without an end', () => draw(TX, [[0, LONG]]), 'a buffer outside memory'],
    ['an indirect table', () => draw(TX, [[BUFFERS, 32, INDIRECT]]), 'an indirect descriptor, which was not negotiated'],
    ['a buffer to read behind one to write', () => draw(TX, [[BUFFERS, 32, WRITE | NEXT, 1], [BUFFERS, 32]]), 'a buffer to read behind one to write'],
  ])('%s: the device needs a reset', (_what, spoil, why) => {
    bringUp();
    draw(TX, [[BUFFERS, put(BUFFERS)]]);
    offer(TX, 0);
    spoil();
    set(NOTIFY, TX);
    pass(10);
    expect([wire, used(TX), nic.state.broken, get(STATUS) & NEEDS_RESET, get(INTERRUPT), line]).toEqual([[], [], why, NEEDS_RESET, 2, true]);
    // Nothing goes until then, and everything afterwards.
    set(NOTIFY, TX);
    peer.deliver(new Uint8Array(60), clock.time);
    pass(10);
    expect([nic.state.frames.dropped, clock.events.size]).toEqual([1, 0]);
    memory.fill(0);
    bringUp();
    expect([get(STATUS), line]).toEqual([15, false]);
    draw(TX, [[BUFFERS, put(BUFFERS)]]);
    offer(TX, 0);
    set(NOTIFY, TX);
    pass(10);
    expect(wire).toEqual([FRAME]);
  });

  it.each([
    ['no descriptors', { size: 0 }], ['not a power of two', { size: 6 }], ['too many', { size: 512 }], ['more than there are', { size: LONG }],
    ['descriptors beyond memory', { desc: MEMORY - 16 }], ['a ring beyond memory', { used: MEMORY - 8 }], ['a crooked table', { desc: 0x1008 }],
    ['a crooked used ring', { used: 0x3002 }],
  ])('a queue with %s is not ready', (_what, queue) => {
    bringUp();
    set(QUEUE_SELECT, TX);
    set(READY, 0);
    place(TX, queue);
    expect([get(READY), get(STATUS) & NEEDS_RESET]).toEqual([0, NEEDS_RESET]);
    set(NOTIFY, TX);
    set(NOTIFY, 7);
    pass(10);
    expect(wire).toEqual([]);
  });

  it('survives whatever is written anywhere', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = Math.imul(seed, 1103515245) + 12345 | 0;
      return (seed >>> 8) % below;
    };
    const registers = [FEATURES_SELECT, DRIVER_FEATURES, DRIVER_SELECT, QUEUE_SELECT, QUEUE_SIZE, READY, NOTIFY, ACK, STATUS,
      0x080, 0x084, 0x090, 0x094, 0x0a0, 0x0a4];
    const values = [0, 1, 2, 3, 4, 8, 11, 15, 64, 256, LONG, 0x1000, 0x8000, MEMORY - 2];
    let sent = 0;
    for (let round = 0; round < 200; round++) {
      memory.fill(0);
      bringUp();
      const next = (): [number, number] => [random(4) === 0 ? NEXT : 0, random(9)];
      draw(TX, Array.from({ length: SIZE }, () => [BUFFERS + random(4096), random(2000), ...next()]));
      draw(RX, Array.from({ length: SIZE }, () => [BUFFERS + random(4096), random(2000), ...next()] as const).map(([at, length, flags, to]) =>
        [at, length, WRITE | flags, to]));
      for (let n = 0; n < 12; n++) {
        if (random(6) === 0) set(registers[random(registers.length)], values[random(values.length)]);
        if (random(4) === 0) nic.write(random(0x1000), [1, 2, 4, 8][random(4)], LONG);
        if (random(4) === 0) memory[0x1000 + random(0x6000)] = random(256);
        offer(random(2), random(8));
        set(NOTIFY, random(2));
        peer.deliver(new Uint8Array(60), clock.time);
        pass(random(3));
      }
      nic.state = cloneState(nic.id, nic.state);
      sent += wire.length;
      wire = [];
    }
    expect(sent).toBeGreaterThan(50);
  });
});
