/** For tests: two hosts on one cable, and time that passes from one event to the next. */
import type { Captured } from '../formats/pcap.ts';
import { Host, newHost, type Application, type HostOptions, type HostState } from './host.ts';
import { newLink, send, type LinkOptions } from './link.ts';
import { ip } from './packet.ts';
import { GUEST_IP, Wire, type WireOptions } from './wire.ts';

export const A = ip(10, 0, 2, 2), B = ip(10, 0, 2, 15);

export interface Pair {
  readonly a: Host;
  readonly b: Host;
  /** Every frame that was given to the cable, with its time. */
  readonly frames: { at: number; frame: Uint8Array }[];
  now(): number;
  /** Until a time, or until nothing is left to happen. */
  run(until?: number): void;
  lost(): number;
}

export function pair(link: LinkOptions = {}, a: Partial<HostOptions> = {}, b: Partial<HostOptions> = {}): Pair {
  const cable = newLink(link), frames: Pair['frames'] = [];
  let now = 0;
  const host = (to: 0 | 1, options: HostOptions): Host => {
    const state = newHost(options);
    return new Host(options, () => state, (frame) => {
      frames.push({ at: now, frame });
      send(cable, link, to, frame, now);
    });
  };
  const hosts = [host(1, { mac: 0x52550a000202, ip: A, ...a }), host(0, { mac: 0x525400123456, ip: B, seed: 2, ...b })];
  return {
    a: hosts[0], b: hosts[1], frames, now: () => now, lost: () => cable.lost,
    run(until = Infinity) {
      for (;;) {
        const first = cable.onTheWay[0]?.at ?? Infinity, at = Math.min(first, ...hosts.map((one) => one.nextTimer()));
        if (at > until || at === Infinity) break;
        now = Math.max(now, at);
        for (const one of hosts) one.now = now;
        if (first <= at) {
          const [{ to, frame }] = cable.onTheWay.splice(0, 1);
          hosts[to].receive(frame);
        } else for (const one of hosts) one.pass();
      }
      if (until < Infinity) now = Math.max(now, until);
      for (const one of hosts) one.now = now;
    },
  };
}

/** An application that keeps what it is told. */
export class Keeper implements Application {
  readonly bytes: number[] = [];
  readonly said: string[] = [];
  opened(): void {
    this.said.push('opened');
  }
  received(_connection: unknown, bytes: Uint8Array): void {
    for (const byte of bytes) this.bytes.push(byte);
  }
  ended(): void {
    this.said.push('ended');
  }
  closed(_connection: unknown, why: string): void {
    this.said.push(why);
  }
}

/** A wire with another host in the guest's place, on a board of its own at 1 GHz. */
export class Bench {
  readonly hertz = 1_000_000_000;
  readonly guest: Host;
  readonly wire: Wire;
  readonly #guestState: HostState;
  #time = 0;
  readonly #events = new Map<string, number>();
  readonly frames: Captured[] = [];
  /** How long the guest thinks about each frame, in nanoseconds. */
  thinks = 0;

  constructor(options: WireOptions, guest: Partial<HostOptions> & { application: (host: Host) => Application }) {
    const { application, ...rest } = guest, own: HostOptions = { mac: 0x525400123456, ip: GUEST_IP, seed: 2, ...rest };
    this.wire = new Wire(this, options);
    this.#guestState = newHost(own);
    this.guest = new Host(own, () => this.#guestState, (frame) => void this.wire.transmit(frame, this.#time + 4 * this.thinks));
    this.guest.application = application(this.guest);
    this.wire.deliver = (frame, at) => {
      this.guest.now = Math.floor(at / 4);
      this.guest.receive(frame);
    };
    this.wire.onFrame = (_direction, frame, at) => this.frames.push({ at, frame });
  }

  now(): number {
    return this.#time;
  }
  schedule(_device: string, name: string, at: number): void {
    this.#events.set(name, at);
  }
  cancel(_device: string, name: string): void {
    this.#events.delete(name);
  }

  /** Until nothing is left to happen but to forget old connections, or until a time in nanoseconds. */
  run(until = Infinity): void {
    for (;;) {
      const event = this.#events.get('due') ?? Infinity, timer = this.guest.nextTimer(true) * 4, next = Math.min(event, timer);
      if (next === Infinity || next > until * 4 || (timer === Infinity && this.wire.isVain())) break;
      this.#time = Math.max(this.#time, next);
      this.guest.now = Math.floor(this.#time / 4);
      if (event <= timer) {
        this.#events.delete('due');
        this.wire.onEvent();
      } else this.guest.pass();
    }
    if (until < Infinity) this.#time = Math.max(this.#time, until * 4);
  }
}
