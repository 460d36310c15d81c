/**
 * A host on a cable: ARP (RFC 826), IPv4, ICMP echo, UDP and TCP, in plain state and virtual time. It takes no time for anything, so
 * what is measured at it is the guest's and the wire's.
 * Simplified: one network, to which everybody belongs; no fragments, no IP options.
 */
import { ACK, ARP_REPLY, ARP_REQUEST, arpFrame, BROADCAST, ETH_HLEN, FIN, ICMP_ECHO, ICMP_ECHO_REPLY, ICMP_UNREACHABLE, icmpFrame, IP_HLEN, parse, RST,
  setDestination, SYN, tcpFrame, udpFrame, type Arp, type Ipv4, type Route, type Tcp, type Udp } from './packet.ts';
import { next, seeded, type Random } from './random.ts';
import { abort, accept, arrive, close, isOver, newConnection, nextTimer, open, setReading, timers, write, type Connection,
  type Surroundings } from './tcp.ts';

export interface HostOptions {
  readonly mac: number;
  readonly ip: number;
  readonly seed?: number;
  readonly receiveBuffer?: number;
  /** TCP_NODELAY on all its connections. */
  readonly nodelay?: boolean;
  /** TCP ports where it takes connections. */
  readonly listens?: readonly number[];
}

export interface HostState {
  random: Random;
  /** Next identification of an IPv4 packet, connection, and port for one. */
  nextId: number;
  nextConnection: number;
  nextPort: number;
  neighbours: { ip: number; mac: number }[];
  /** Who is asked for, since when, and what waits for the answer: frames but for their destination. */
  asking: { ip: number; at: number; tries: number; frames: Uint8Array[] }[];
  connections: Connection[];
  counts: { received: number; sent: number; wrong: number; resets: number };
}

/** What runs on the host. */
export interface Application {
  opened?(connection: Connection): void;
  received?(connection: Connection, bytes: Uint8Array): void;
  /** The other end has sent all. */
  ended?(connection: Connection): void;
  closed?(connection: Connection, why: string): void;
  datagram?(from: number, datagram: Udp): void;
  pong?(from: number, rest: Uint8Array): void;
}

const RECEIVE_BUFFER = 256 * 1024, FIRST_PORT = 32_768, LAST_PORT = 60_999;
/** Connections that others have begun to open; more are not heard. */
const BACKLOG = 128;
const ARP_RETRY = 1_000_000_000, ARP_TRIES = 3, ARP_WAITING = 64;

export const newHost = ({ seed = 1 }: HostOptions): HostState => ({
  random: seeded(seed), nextId: 1, nextConnection: 1, nextPort: FIRST_PORT, neighbours: [], asking: [], connections: [],
  counts: { received: 0, sent: 0, wrong: 0, resets: 0 },
});

export class Host {
  readonly options: HostOptions;
  /** The host does not keep it: whoever owns the machine's state does. */
  readonly #state: () => HostState;
  /** A frame for the wire. */
  readonly #transmit: (frame: Uint8Array) => void;
  application: Application = {};
  /** Nanoseconds: set by whoever lets time pass. */
  now = 0;
  readonly #tcp: Surroundings;

  constructor(options: HostOptions, state: () => HostState, transmit: (frame: Uint8Array) => void) {
    this.options = options;
    this.#state = state;
    this.#transmit = transmit;
    this.#tcp = {
      now: () => this.now,
      transmit: ({ remoteIp }, segment) => this.#toIp(remoteIp, (route) => tcpFrame(route, segment)),
      opened: (connection) => this.application.opened?.(connection),
      received: (connection, bytes) => this.application.received?.(connection, bytes),
      ended: (connection) => this.application.ended?.(connection),
      closed: (connection, why) => {
        const { connections } = this.#state(), at = connections.indexOf(connection);
        if (at >= 0) connections.splice(at, 1);
        this.application.closed?.(connection, why);
      },
    };
  }

  // ------------------------------------------------------------------------------------------- what an application does

  connect(ip: number, port: number): Connection {
    const state = this.#state(), localPort = state.nextPort;
    state.nextPort = localPort === LAST_PORT ? FIRST_PORT : localPort + 1;
    const connection = this.#newConnection(localPort, ip, port);
    open(connection, this.#tcp);
    return connection;
  }

  connection(id: number): Connection | undefined {
    return this.#state().connections.find((one) => one.id === id);
  }

  write(connection: Connection, bytes: Uint8Array): void {
    if (connection.phase !== 'CLOSE' && !connection.closing) write(connection, this.#tcp, bytes);
  }

  close(connection: Connection): void {
    if (connection.phase !== 'CLOSE' && !connection.closing) close(connection, this.#tcp);
  }

  abort(connection: Connection): void {
    if (connection.phase !== 'CLOSE') abort(connection, this.#tcp);
  }

  setReading(connection: Connection, reading: boolean): void {
    setReading(connection, this.#tcp, reading);
  }

  datagram(ip: number, datagram: Udp): void {
    this.#toIp(ip, (route) => udpFrame(route, datagram));
  }

  ping(ip: number, rest: Uint8Array): void {
    this.#toIp(ip, (route) => icmpFrame(route, { type: ICMP_ECHO, code: 0, rest }));
  }

  #newConnection(localPort: number, remoteIp: number, remotePort: number): Connection {
    const state = this.#state(), { nodelay = true, receiveBuffer = RECEIVE_BUFFER } = this.options;
    const iss = next(state.random), id = state.nextConnection++;
    const connection = newConnection({ id, localPort, remoteIp, remotePort, iss, nodelay, rcvBuffer: receiveBuffer });
    state.connections.push(connection);
    return connection;
  }

  // ------------------------------------------------------------------------------------------- sending

  #put(frame: Uint8Array): void {
    this.#state().counts.sent++;
    this.#transmit(frame);
  }

  /** A packet to a neighbour, whose address is asked for first if it is not known. */
  #toIp(ip: number, make: (route: Route) => Uint8Array): void {
    const state = this.#state(), known = state.neighbours.find((one) => one.ip === ip);
    const id = state.nextId;
    state.nextId = (id + 1) & 0xffff;
    const frame = make({ srcMac: this.options.mac, dstMac: known?.mac ?? 0, src: this.options.ip, dst: ip, id });
    if (known) {
      this.#put(frame);
      return;
    }
    const asked = state.asking.find((one) => one.ip === ip);
    if (asked) {
      if (asked.frames.length < ARP_WAITING) asked.frames.push(frame);
      return;
    }
    state.asking.push({ ip, at: this.now + ARP_RETRY, tries: 1, frames: [frame] });
    this.#ask(ip);
  }

  #ask(targetIp: number): void {
    const { mac: senderMac, ip: senderIp } = this.options;
    this.#put(arpFrame(BROADCAST, { op: ARP_REQUEST, senderMac, senderIp, targetMac: 0, targetIp }));
  }

  // ------------------------------------------------------------------------------------------- receiving

  receive(frame: Uint8Array): void {
    const { counts } = this.#state(), packet = parse(frame);
    if (packet.dst !== this.options.mac && packet.dst !== BROADCAST) return;
    counts.received++;
    if (packet.wrong !== undefined) counts.wrong++;
    else if (packet.arp) this.#arp(packet.arp);
    else if (packet.ip?.dst === this.options.ip) this.#ip(packet.ip, frame);
  }

  #arp({ op, senderMac, senderIp, targetIp }: Arp): void {
    const state = this.#state(), { mac, ip } = this.options, isForUs = targetIp === ip, known = state.neighbours.find((one) => one.ip === senderIp);
    if (known) known.mac = senderMac;
    else if (isForUs && senderIp !== 0) state.neighbours.push({ ip: senderIp, mac: senderMac });
    const waiting = state.asking.findIndex((one) => one.ip === senderIp);
    if (waiting >= 0 && isForUs) {
      const [{ frames }] = state.asking.splice(waiting, 1);
      for (const frame of frames) {
        setDestination(frame, senderMac);
        this.#put(frame);
      }
    }
    if (op !== ARP_REQUEST || !isForUs) return;
    this.#put(arpFrame(senderMac, { op: ARP_REPLY, senderMac: mac, senderIp: ip, targetMac: senderMac, targetIp: senderIp }));
  }

  #ip({ src, icmp, udp, tcp }: Ipv4, frame: Uint8Array): void {
    if (icmp?.type === ICMP_ECHO) this.#toIp(src, (route) => icmpFrame(route, { type: ICMP_ECHO_REPLY, code: 0, rest: icmp.rest }));
    else if (icmp?.type === ICMP_ECHO_REPLY) this.application.pong?.(src, icmp.rest);
    else if (udp) this.#udp(src, udp, frame);
    else if (tcp) this.#segment(src, tcp);
  }

  #udp(src: number, datagram: Udp, frame: Uint8Array): void {
    if (this.application.datagram) {
      this.application.datagram(src, datagram);
      return;
    }
    // Port unreachable: behind 4 unused bytes the datagram's IPv4 header and 8 bytes more.
    const rest = new Uint8Array(4 + IP_HLEN + 8);
    rest.set(frame.subarray(ETH_HLEN, ETH_HLEN + IP_HLEN + 8), 4);
    this.#toIp(src, (route) => icmpFrame(route, { type: ICMP_UNREACHABLE, code: 3, rest }));
  }

  #segment(src: number, segment: Tcp): void {
    const state = this.#state(), { srcPort, dstPort, flags, seq, ack, payload } = segment;
    const found = state.connections.find((one) => one.localPort === dstPort && one.remotePort === srcPort && one.remoteIp === src);
    if (found) arrive(found, this.#tcp, segment);
    else if ((flags & (SYN | ACK | RST)) === SYN && this.options.listens?.includes(dstPort)) {
      const half = state.connections.filter(({ phase }) => phase === 'SYN_RECV').length;
      if (half < BACKLOG) accept(this.#newConnection(dstPort, src, srcPort), this.#tcp, segment);
    } else if (!(flags & RST)) {
      // Nobody is there. RFC 9293, 3.10.7.1.
      state.counts.resets++;
      const length = payload.length + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0), answer = flags & ACK ? { seq: ack, ack: 0, flags: RST }
        : { seq: 0, ack: (seq + length) >>> 0, flags: RST | ACK };
      this.#toIp(src, (route) => tcpFrame(route, { srcPort: dstPort, dstPort: srcPort, window: 0, payload: new Uint8Array(0), ...answer }));
    }
  }

  // ------------------------------------------------------------------------------------------- time

  /** When something is to be done next, or Infinity. `isVain`: without what only forgets an old connection. */
  nextTimer(isVain = false): number {
    let first = Infinity;
    const { asking, connections } = this.#state();
    for (const { at } of asking) first = Math.min(first, at);
    for (const connection of connections) if (!isVain || !isOver(connection)) first = Math.min(first, nextTimer(connection));
    return first;
  }

  /** Does what is due at `now`. */
  pass(): void {
    const state = this.#state();
    for (const asked of state.asking.slice()) {
      if (asked.at > this.now) continue;
      if (asked.tries < ARP_TRIES) {
        asked.tries++;
        asked.at = this.now + ARP_RETRY;
        this.#ask(asked.ip);
      } else state.asking.splice(state.asking.indexOf(asked), 1);
    }
    for (const connection of state.connections.slice()) if (nextTimer(connection) <= this.now) timers(connection, this.#tcp);
  }
}
