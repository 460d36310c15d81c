/**
 * A cable between two ends, with what is on it: bandwidth, delay, and on request loss, reordering and duplication by a seed. Times are
 * nanoseconds; defaults are those of the cost model's "Devices and wire" table for 10 Gb Ethernet through one switch.
 */
import { below, chance, seeded, type Random } from './random.ts';

export interface LinkOptions {
  readonly bitsPerSecond?: number;
  /** One way: both transceivers, cables and the switch between them. */
  readonly delayNs?: number;
  /** Frames in a million. */
  readonly loss?: number;
  readonly reordering?: number;
  readonly duplication?: number;
  readonly seed?: number;
}

export interface LinkState {
  /** When each direction has taken the last bit of what was given to it. */
  free: [number, number];
  /** In order of their arrival. `to`: the end that it goes to. */
  onTheWay: { at: number; to: number; frame: Uint8Array }[];
  random: Random;
  lost: number;
}

const DELAY_NS = 950, BITS_PER_SECOND = 10_000_000_000;
/** Preamble, start of frame and gap between frames; checksum; least length of a frame. Bytes. */
const AROUND = 20, FCS = 4, SHORTEST = 64;
/** How much later a frame comes that others overtake: up to so many times what the longest takes. */
const LATE = 8, LONGEST = 1538;

export const newLink = ({ seed = 1 }: LinkOptions): LinkState => ({ free: [0, 0], onTheWay: [], random: seeded(seed), lost: 0 });

/** What a frame takes of the wire's time. */
export const serialisation = ({ bitsPerSecond = BITS_PER_SECOND }: LinkOptions, length: number): number =>
  -Math.floor((-(Math.max(SHORTEST, length + FCS) + AROUND) * 8e9) / bitsPerSecond);

/** What becomes of a frame: when the wire has taken its last bit, and when it comes to the other end: never, once or twice. */
export interface Sent {
  left: number;
  arrivals: readonly number[];
}

/** A frame goes to an end, at a time or when those before it have gone. */
export function send(link: LinkState, options: LinkOptions, to: 0 | 1, frame: Uint8Array, now: number): Sent {
  const { delayNs = DELAY_NS, loss = 0, reordering = 0, duplication = 0, bitsPerSecond = BITS_PER_SECOND } = options;
  const left = Math.max(now, link.free[to]) + serialisation(options, frame.length);
  link.free[to] = left;
  const put = (at: number, bytes: Uint8Array): void => {
    let index = link.onTheWay.length;
    while (index > 0 && link.onTheWay[index - 1].at > at) index--;
    link.onTheWay.splice(index, 0, { at, to, frame: bytes });
  };
  if (chance(link.random, loss)) {
    link.lost++;
    return { left, arrivals: [] };
  }
  const late = chance(link.random, reordering) ? below(link.random, Math.floor((LATE * LONGEST * 8e9) / bitsPerSecond)) : 0;
  const at = left + delayNs + late;
  put(at, frame);
  if (!chance(link.random, duplication)) return { left, arrivals: [at] };
  const second = at + serialisation(options, frame.length);
  put(second, frame.slice());
  return { left, arrivals: [at, second] };
}
