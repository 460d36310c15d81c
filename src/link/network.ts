/** What is shown of a machine's network at a moment: packets, one of them byte by byte, the card's queues, and the client at the other end of the wire. */
import type { Tick } from '../base/units.ts';
import type { ObjectRef } from './objects.ts';

export interface PacketRow {
  tick: Tick;
  /** Of those at one tick, which one. */
  nth: number;
  /** From the guest to the wire, or from the wire into its memory. */
  direction: 'out' | 'in';
  length: number;
  /** One line, as the trace has it. */
  text: string;
  /** In a few words. */
  label: string;
  /** It lies behind the present tick. */
  isFuture: boolean;
}

export interface PacketLayer {
  name: string;
  from: number;
  to: number;
  fields: { name: string; text: string; from: number; to: number }[];
}

export interface ChosenPacket {
  tick: Tick;
  nth: number;
  bytes: Uint8Array;
  layers: PacketLayer[];
  /** Why the receiver throws it away. */
  wrong?: string;
}

export interface QueueReport {
  name: 'receive' | 'transmit';
  ready: boolean;
  size: number;
  /** Chains that the driver has made available and the card has not taken; null: what the driver wrote makes no sense. */
  waiting: number | null;
  taken: number;
  given: number;
}

export interface ClientConnection {
  id: number;
  localPort: number;
  remotePort: number;
  phase: string;
  /** Bytes written and not acknowledged, and of these on the way. */
  unacknowledged: number;
  window: number;
  congestionWindow: number;
  retransmitted: number;
}

/** A socket of the guest's. Numbers of 32 bits. */
export interface SocketReport extends ObjectRef {
  /** By the kernel's name, without its protocol's. */
  state: string;
  /** `*:7`, `10.0.2.2:32768`; '' where there is no other end. */
  local: string;
  remote: string;
  /** Connections that nobody has accepted yet, and how many there may be. */
  unaccepted: number;
  backlog: number;
  /** Bytes of the stream; `memory` is what its packets take of the kernel's, and `limit` how much of that it may have. */
  receive: { unread: number; memory: number; limit: number };
  send: { unsent: number; unacknowledged: number; memory: number; limit: number };
  /** Fields that the kernel has named and this does not know. */
  words: { name: string; value: number }[];
}

export interface NetworkView {
  /** Those around this moment; `before` and `after` are not shown. */
  packets: PacketRow[];
  before: number;
  after: number;
  chosen: ChosenPacket | null;
  /** Why the card stopped; empty while it goes. */
  broken: string;
  frames: { sent: number; received: number; refused: number; dropped: number };
  queues: QueueReport[];
  /** Frames on the cable: where they go, and in how many nanoseconds they are there. */
  onTheWay: { to: 'guest' | 'client'; length: number; inNs: number }[];
  lost: number;
  connections: ClientConnection[];
  /** The guest's own end; `moreSockets` are not shown. */
  sockets: SocketReport[];
  moreSockets: number;
  /** What was typed at the client and what came back; notices are of nobody. */
  lines: { from: 'client' | 'guest' | ''; text: string }[];
  port: number;
}
