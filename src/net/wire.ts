/**
 * Cable and client host as one device of the machine: what the network card calls its peer. Its id names the input port of what somebody
 * types into a connection. Inside it times are whole nanoseconds; the board's are quarter cycles.
 */
import { CLIENT_PORT } from '../base/input.ts';
import { Host, newHost, type Application, type HostOptions, type HostState } from './host.ts';
import { newLink, send, type LinkOptions, type LinkState } from './link.ts';
import { ip } from './packet.ts';

/** The board's clock: quarter cycles. */
export interface Clock {
  now(): number;
  schedule(device: string, name: string, at: number): void;
  cancel(device: string, name: string): void;
  readonly hertz: number;
}

/** Who is who on the cable, as in QEMU's user network. */
export const GUEST_IP = ip(10, 0, 2, 15), CLIENT_IP = ip(10, 0, 2, 2), CLIENT_MAC = 0x52550a000202;
/** What the guest is told of it. */
export const NETWORK_WORDS = 'virtio_mmio.device=4K@0xd0000000:5 ip=10.0.2.15::10.0.2.2:255.255.255.0';

/** What runs on the client host: its state is part of the machine's too. */
export interface Program<State extends object = object> extends Application {
  state: State;
  /** When it wants to do something next, or Infinity. */
  nextTimer?(): number;
  /** That time has come. */
  pass?(): void;
  /** Somebody types. */
  typed?(bytes: Uint8Array): void;
  refuses?(bytes: Uint8Array): string | undefined;
}

export interface WireOptions {
  readonly link?: LinkOptions;
  readonly host?: Partial<HostOptions>;
  readonly program: (host: Host) => Program;
}

interface WireState {
  host: HostState;
  link: LinkState;
  program: object;
  /** The time that it has come to, and the time to which it wants to be woken, or -1. */
  now: number;
  wakeAt: number;
}

const TO_GUEST = 0, TO_CLIENT = 1;

export class Wire {
  readonly id = CLIENT_PORT;
  /** Set by the network card. */
  deliver: (frame: Uint8Array, at: number) => void = () => undefined;
  /** Every frame on the cable, when it was given to it, and when it will come to the other end: never, once or twice. */
  onFrame: (direction: 'out' | 'in', frame: Uint8Array, at: number, arrivals: readonly number[]) => void = () => undefined;
  /** There it is. */
  onArrival: (direction: 'out' | 'in', at: number) => void = () => undefined;
  readonly host: Host;
  readonly program: Program;
  readonly #clock: Clock;
  readonly #link: LinkOptions;
  #state: WireState;

  constructor(clock: Clock, { link = {}, host = {}, program }: WireOptions) {
    const options = { mac: CLIENT_MAC, ip: CLIENT_IP, ...host };
    this.#clock = clock;
    this.#link = link;
    this.host = new Host(options, () => this.state.host, (frame) => this.#put(frame));
    this.program = this.host.application = program(this.host);
    this.#state = { host: newHost(options), link: newLink(link), program: this.program.state, now: 0, wakeAt: -1 };
    this.#rearm();
  }

  get state(): WireState {
    return this.#state;
  }
  /** Back to another moment. */
  set state(state: WireState) {
    this.#state = state;
    this.program.state = state.program;
    this.host.now = state.now;
  }

  #ns(quarterCycles: number): number {
    return Math.floor(quarterCycles / (this.#clock.hertz / 250_000_000));
  }

  #quarterCycles(ns: number): number {
    return -Math.floor(-ns * (this.#clock.hertz / 250_000_000));
  }

  /** CPUs take turns, so what one of them does may come a little before what another one did: here time only goes forward. */
  #goTo(now: number): void {
    this.#state.now = this.host.now = Math.max(this.#state.now, now);
  }

  #put(frame: Uint8Array): void {
    const { arrivals } = send(this.#state.link, this.#link, TO_GUEST, frame, this.host.now);
    this.onFrame('in', frame, this.host.now, arrivals);
  }

  /** The network card sends. */
  transmit(frame: Uint8Array, at: number): number {
    const now = this.#ns(at);
    const { left, arrivals } = send(this.#state.link, this.#link, TO_CLIENT, frame.slice(), now);
    this.onFrame('out', frame, now, arrivals);
    this.#rearm();
    return this.#quarterCycles(left);
  }

  #next(isVain = false): number {
    return Math.min(this.#state.link.onTheWay[0]?.at ?? Infinity, this.host.nextTimer(isVain), this.program.nextTimer?.() ?? Infinity);
  }

  #rearm(): void {
    const at = this.#next(), { wakeAt } = this.#state;
    if (at === wakeAt) return;
    this.#state.wakeAt = at === Infinity ? -1 : at;
    if (at < Infinity) this.#clock.schedule(this.id, 'due', this.#quarterCycles(at));
    else if (wakeAt >= 0) this.#clock.cancel(this.id, 'due');
  }

  /** Nobody is reached by what only forgets an old connection. */
  isVain(): boolean {
    return this.#next(true) === Infinity;
  }

  onEvent(): void {
    const { wakeAt } = this.#state, { onTheWay } = this.#state.link;
    this.#goTo(wakeAt);
    this.#state.wakeAt = -1;
    while (onTheWay.length && onTheWay[0].at <= wakeAt) {
      const [{ to, frame, at }] = onTheWay.splice(0, 1);
      this.onArrival(to === TO_CLIENT ? 'out' : 'in', at);
      if (to === TO_CLIENT) this.host.receive(frame);
      else this.deliver(frame, this.#quarterCycles(at));
    }
    if (this.host.nextTimer() <= wakeAt) this.host.pass();
    if ((this.program.nextTimer?.() ?? Infinity) <= wakeAt) this.program.pass?.();
    this.#rearm();
  }

  /** Somebody types into a connection. */
  receive(bytes: Uint8Array): void {
    this.#goTo(this.#ns(this.#clock.now()));
    this.program.typed?.(bytes);
    this.#rearm();
  }

  refuses(bytes: Uint8Array): string | undefined {
    return this.program.typed ? this.program.refuses?.(bytes) : 'Nobody sits at the client: it makes its requests by itself.';
  }
}
