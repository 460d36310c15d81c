/**
 * One TCP connection as plain state, and what happens to it. RFC 9293; retransmission timer RFC 6298, congestion control RFC 5681 and 6582
 * (NewReno, initial window RFC 6928), window scale RFC 7323, resets RFC 5961. Names of states and limits are Linux's.
 * Simplified: no timestamps, SACK, ECN, urgent data; one segment at a time is timed; no quick acknowledgements at the start.
 */
import { ACK, FIN, PSH, RST, SYN, type Tcp } from './packet.ts';
import { fillFrom, noBytes, pieceAt, took, type Bytes } from './stream.ts';

export type Phase = 'SYN_SENT' | 'SYN_RECV' | 'ESTABLISHED' | 'FIN_WAIT1' | 'FIN_WAIT2' | 'CLOSE_WAIT' | 'CLOSING' | 'LAST_ACK' | 'TIME_WAIT' | 'CLOSE';

export interface Connection {
  id: number;
  phase: Phase;
  localPort: number;
  remoteIp: number;
  remotePort: number;
  iss: number;
  /** Oldest that is not acknowledged; next to send; one after the newest ever sent. */
  sndUna: number;
  sndNxt: number;
  sndMax: number;
  sndWnd: number;
  /** Segment that last changed the window. */
  sndWl1: number;
  sndWl2: number;
  /** The largest window it ever offered. */
  maxWnd: number;
  sndShift: number;
  rcvShift: number;
  /** Both ends know of window scales; until the other has spoken: we offer. */
  isScaled: boolean;
  mss: number;
  /** Written and not acknowledged: the first byte is sndUna's. */
  out: Bytes;
  /** Nothing more will be written. */
  closing: boolean;
  nodelay: boolean;
  cwnd: number;
  ssthresh: number;
  dupAcks: number;
  /** In fast recovery until this is acknowledged; -1 outside. */
  recover: number;
  /** Nanoseconds; srtt is -1 before the first measurement. */
  srtt: number;
  rttvar: number;
  rto: number;
  /** The acknowledgement that ends the measurement, or -1; when it began. */
  timed: number;
  timedAt: number;
  retries: number;
  rcvNxt: number;
  /** Right edge of the window that was offered. */
  rcvEdge: number;
  rcvBuffer: number;
  /** Full segments since the last acknowledgement. */
  unacknowledged: number;
  /** Came too early, in order. */
  early: { seq: number; bytes: Uint8Array }[];
  /** Where the other's FIN stands, or -1. */
  finAt: number;
  /** Received and not read yet. */
  inbox: Bytes;
  /** The application takes everything as it comes. */
  reading: boolean;
  /** Timers: when, or 0. */
  retransmitAt: number;
  ackAt: number;
  probeAt: number;
  waitAt: number;
  /** Retransmitted segments; of these, by three duplicate acknowledgements. */
  retransmitted: number;
  fast: number;
}

/** What a connection needs of its host. */
export interface Surroundings {
  now(): number;
  transmit(connection: Connection, segment: Tcp): void;
  opened(connection: Connection): void;
  received(connection: Connection, bytes: Uint8Array): void;
  /** The other end has sent all. */
  ended(connection: Connection): void;
  closed(connection: Connection, why: 'done' | 'reset' | 'refused' | 'timed out'): void;
}

const MS = 1_000_000, SECOND = 1000 * MS;
const RTO_FIRST = SECOND, RTO_MIN = 200 * MS, RTO_MAX = 120 * SECOND, DELAYED_ACK = 40 * MS, TIME_WAIT = 60 * SECOND;
const SYN_RETRIES = 6, RETRIES = 15, INITIAL_WINDOW = 10;
export const MSS = 1460;

/** Sequence numbers go round: how far b is ahead of a, negative if it is behind. */
const ahead = (a: number, b: number): number => (b - a) | 0;
const plus = (a: number, n: number): number => (a + n) >>> 0;

export interface Opening {
  id: number;
  localPort: number;
  remoteIp: number;
  remotePort: number;
  iss: number;
  nodelay: boolean;
  rcvBuffer: number;
}

export function newConnection({ id, localPort, remoteIp, remotePort, iss, nodelay, rcvBuffer }: Opening): Connection {
  let rcvShift = 0;
  while (rcvBuffer >> rcvShift > 0xffff) rcvShift++;
  return {
    id, phase: 'CLOSE', localPort, remoteIp, remotePort, iss, sndUna: iss, sndNxt: iss, sndMax: iss, sndWnd: 0, sndWl1: 0, sndWl2: 0, maxWnd: 0, sndShift: 0,
    rcvShift, isScaled: true, mss: 536, out: noBytes(), closing: false, nodelay, cwnd: 0, ssthresh: 0x3fff_ffff, dupAcks: 0, recover: -1, srtt: -1,
    rttvar: 0, rto: RTO_FIRST, timed: -1, timedAt: 0, retries: 0, rcvNxt: 0, rcvEdge: 0, rcvBuffer, unacknowledged: 0, early: [], finAt: -1,
    inbox: noBytes(), reading: true, retransmitAt: 0, ackAt: 0, probeAt: 0, waitAt: 0, retransmitted: 0, fast: 0,
  };
}

// ------------------------------------------------------------------------------------------- sending

/** The window field; what was offered once is never taken back. */
function offer(c: Connection, shift: number): number {
  const room = Math.max(0, c.rcvBuffer - c.inbox.length);
  if (ahead(c.rcvEdge, plus(c.rcvNxt, room)) > 0) c.rcvEdge = plus(c.rcvNxt, room);
  return Math.min(0xffff, ahead(c.rcvNxt, c.rcvEdge) >> shift);
}

const NOTHING = new Uint8Array(0);

function segment(c: Connection, at: Surroundings, flags: number, seq: number, payload: Uint8Array = NOTHING): void {
  const isSyn = (flags & SYN) !== 0;
  if (flags & ACK) [c.ackAt, c.unacknowledged] = [0, 0];
  at.transmit(c, {
    srcPort: c.localPort, dstPort: c.remotePort, seq, ack: flags & ACK ? c.rcvNxt : 0, flags, window: offer(c, isSyn ? 0 : c.rcvShift), payload,
    ...(isSyn ? { mss: MSS, windowShift: c.isScaled ? c.rcvShift : undefined } : {}),
  });
}

const acknowledge = (c: Connection, at: Surroundings): void => segment(c, at, ACK, c.sndNxt);

function armRetransmission(c: Connection, at: Surroundings): void {
  c.retransmitAt = c.sndUna === c.sndMax ? 0 : at.now() + c.rto;
}

/** Something that takes room in the sequence goes out. */
function sendAt(c: Connection, at: Surroundings, flags: number, seq: number, length: number): void {
  const isNew = seq === c.sndMax, end = plus(seq, length + (flags & (SYN | FIN) ? 1 : 0));
  if (!isNew) {
    c.retransmitted++;
    // Karn: of what was sent twice nobody knows which one is acknowledged.
    c.timed = -1;
  } else if (c.timed < 0) [c.timed, c.timedAt] = [end, at.now()];
  c.sndNxt = ahead(c.sndNxt, end) > 0 ? end : c.sndNxt;
  if (ahead(c.sndMax, end) > 0) c.sndMax = end;
  segment(c, at, flags, seq, length ? pieceAt(c.out, ahead(c.sndUna, seq), length) : NOTHING);
  if (c.retransmitAt === 0) armRetransmission(c, at);
}

/** Nothing is sent before the connection is open, and nothing after all that was sent is acknowledged. */
const QUIET: ReadonlySet<Phase> = new Set(['CLOSE', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT2', 'TIME_WAIT'] as const);

/** Sends what window, congestion window and Nagle's rule (RFC 9293, 3.7.4) allow. */
function output(c: Connection, at: Surroundings, isForced = false): void {
  if (QUIET.has(c.phase)) return;
  for (;;) {
    const flying = ahead(c.sndUna, c.sndNxt), left = c.out.length - flying, usable = Math.min(c.sndWnd, c.cwnd) - flying;
    if (left < 0) break;
    const length = Math.min(left, c.mss, Math.max(0, usable)), isLast = length === left, ends = c.closing && isLast;
    const isWorthIt = length === c.mss || (isLast && (c.nodelay || flying === 0 || c.closing)) || (length > 0 && length * 2 >= c.maxWnd) || isForced;
    if (!(length > 0 && isWorthIt) && !(ends && left === 0)) break;
    if (ends) c.phase = c.phase === 'ESTABLISHED' ? 'FIN_WAIT1' : c.phase === 'CLOSE_WAIT' ? 'LAST_ACK' : c.phase;
    sendAt(c, at, ACK | (isLast && length ? PSH : 0) | (ends ? FIN : 0), c.sndNxt, length);
    if (ends) break;
  }
  const isStuck = c.sndUna === c.sndNxt && c.out.length > 0;
  c.probeAt = !isStuck ? 0 : c.probeAt || at.now() + c.rto;
}

export function open(c: Connection, at: Surroundings): void {
  c.phase = 'SYN_SENT';
  sendAt(c, at, SYN, c.iss, 0);
}

export function write(c: Connection, at: Surroundings, bytes: Uint8Array): void {
  if (bytes.length) fillFrom(c.out, bytes);
  output(c, at);
}

/** All is written: a FIN goes after it. */
export function close(c: Connection, at: Surroundings): void {
  if (c.phase === 'SYN_SENT') end(c, at, 'done');
  else {
    c.closing = true;
    output(c, at);
  }
}

export function abort(c: Connection, at: Surroundings): void {
  if (c.phase !== 'SYN_SENT' && c.phase !== 'CLOSE') segment(c, at, RST | ACK, c.sndNxt);
  end(c, at, 'reset');
}

function end(c: Connection, at: Surroundings, why: 'done' | 'reset' | 'refused' | 'timed out'): void {
  c.phase = 'CLOSE';
  c.retransmitAt = c.ackAt = c.probeAt = c.waitAt = 0;
  at.closed(c, why);
}

/** The application reads again, or stops to. */
export function setReading(c: Connection, at: Surroundings, reading: boolean): void {
  c.reading = reading;
  if (!reading) return;
  const closed = ahead(c.rcvNxt, c.rcvEdge) < Math.min(c.rcvBuffer / 2, 2 * c.mss);
  handOver(c, at);
  if (closed && c.phase !== 'CLOSE') acknowledge(c, at);
}

// ------------------------------------------------------------------------------------------- receiving

function takeOptions(c: Connection, { mss, windowShift, window }: Tcp): void {
  c.mss = Math.min(MSS, Math.max(64, mss ?? 536));
  c.isScaled = windowShift !== undefined;
  if (windowShift === undefined) {
    c.rcvShift = 0;
    c.rcvBuffer = Math.min(0xffff, c.rcvBuffer);
  } else c.sndShift = windowShift;
  c.sndWnd = c.maxWnd = window;
  c.cwnd = INITIAL_WINDOW * c.mss;
}

function established(c: Connection, at: Surroundings, { seq, ack }: Tcp): void {
  c.phase = 'ESTABLISHED';
  [c.sndWl1, c.sndWl2, c.retries] = [seq, ack, 0];
  at.opened(c);
}

/** The first segment of a connection that the other end opens. */
export function accept(c: Connection, at: Surroundings, syn: Tcp): void {
  takeOptions(c, syn);
  c.phase = 'SYN_RECV';
  c.rcvNxt = c.rcvEdge = plus(syn.seq, 1);
  sendAt(c, at, SYN | ACK, c.iss, 0);
}

function arriveInSynSent(c: Connection, at: Surroundings, tcp: Tcp): void {
  const isAck = (tcp.flags & ACK) !== 0;
  if (isAck && tcp.ack !== plus(c.iss, 1)) {
    if (!(tcp.flags & RST)) segment(c, at, RST, tcp.ack);
    return;
  }
  if (tcp.flags & RST) {
    if (isAck) end(c, at, 'refused');
    return;
  }
  if (!(tcp.flags & SYN)) return;
  takeOptions(c, tcp);
  c.rcvNxt = c.rcvEdge = plus(tcp.seq, 1);
  if (!isAck) {
    // Both ends open at once.
    c.phase = 'SYN_RECV';
    sendAt(c, at, SYN | ACK, c.iss, 0);
    return;
  }
  acknowledged(c, at, tcp.ack);
  acknowledge(c, at);
  established(c, at, tcp);
  output(c, at);
}

/** Does any of it lie in the window? RFC 9293, 3.10.7.4. */
function isAcceptable(c: Connection, { seq, payload, flags }: Tcp): boolean {
  const length = payload.length + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0), window = ahead(c.rcvNxt, c.rcvEdge), from = ahead(c.rcvNxt, seq);
  if (length === 0) return window === 0 ? from === 0 : from >= 0 && from < window;
  return from < window && from + length > 0;
}

export function arrive(c: Connection, at: Surroundings, tcp: Tcp): void {
  if (c.phase === 'CLOSE') return;
  if (c.phase === 'SYN_SENT') {
    arriveInSynSent(c, at, tcp);
    return;
  }
  const { flags } = tcp;
  if (!isAcceptable(c, tcp)) {
    // A window update that came to a closed window still counts.
    if (flags & ACK && !(flags & (SYN | RST)) && tcp.seq === c.rcvNxt) takeAck(c, at, tcp);
    if (!(flags & RST) && (c.phase as Phase) !== 'CLOSE') acknowledge(c, at);
    return;
  }
  if (flags & RST) {
    // A blind guess gets a question back.
    if (tcp.seq === c.rcvNxt) end(c, at, c.phase === 'SYN_RECV' ? 'refused' : 'reset');
    else acknowledge(c, at);
    return;
  }
  if (flags & SYN) {
    acknowledge(c, at);
    return;
  }
  if (!(flags & ACK)) return;
  if (c.phase === 'SYN_RECV') {
    if (ahead(c.sndUna, tcp.ack) <= 0 || ahead(tcp.ack, c.sndMax) < 0) {
      segment(c, at, RST, tcp.ack);
      return;
    }
    c.sndWnd = tcp.window << c.sndShift;
    acknowledged(c, at, tcp.ack);
    established(c, at, tcp);
  }
  if (!takeAck(c, at, tcp)) return;
  takeData(c, at, tcp);
  output(c, at);
}

/** @returns whether the connection goes on. */
function takeAck(c: Connection, at: Surroundings, { seq, ack, window, payload, flags }: Tcp): boolean {
  if (ahead(ack, c.sndMax) < 0) {
    acknowledge(c, at);
    return false;
  }
  const size = window << c.sndShift, isSame = size === c.sndWnd;
  if (ahead(c.sndWl1, seq) > 0 || (c.sndWl1 === seq && ahead(c.sndWl2, ack) >= 0)) {
    [c.sndWnd, c.sndWl1, c.sndWl2] = [size, seq, ack];
    c.maxWnd = Math.max(c.maxWnd, size);
    if (size > 0 && !isSame) c.probeAt = 0;
  }
  if (ahead(c.sndUna, ack) > 0) {
    acknowledged(c, at, ack);
    if (c.sndUna === c.sndMax && c.closing && c.out.length === 0 && !finAcknowledged(c, at)) return false;
  } else if (ack === c.sndUna && payload.length === 0 && !(flags & FIN) && isSame && c.sndUna !== c.sndMax) duplicate(c, at);
  return true;
}

/** Ours was acknowledged. */
function finAcknowledged(c: Connection, at: Surroundings): boolean {
  if (c.phase === 'FIN_WAIT1') c.phase = 'FIN_WAIT2';
  else if (c.phase === 'CLOSING') waitLong(c, at);
  else if (c.phase === 'LAST_ACK') {
    end(c, at, 'done');
    return false;
  }
  return true;
}

function waitLong(c: Connection, at: Surroundings): void {
  c.phase = 'TIME_WAIT';
  c.waitAt = at.now() + TIME_WAIT;
}

function acknowledged(c: Connection, at: Surroundings, ack: number): void {
  const isSyn = c.sndUna === c.iss, count = ahead(c.sndUna, ack), data = Math.min(count - (isSyn ? 1 : 0), c.out.length);
  c.sndUna = ack;
  if (ahead(c.sndNxt, ack) > 0) c.sndNxt = ack;
  took(c.out, data);
  c.retries = 0;
  if (c.timed >= 0 && ahead(c.timed, ack) >= 0) {
    measured(c, at.now() - c.timedAt);
    c.timed = -1;
  }
  c.retransmitAt = 0;
  armRetransmission(c, at);
  if (c.recover >= 0) {
    if (ahead(c.recover, ack) >= 0) {
      c.cwnd = c.ssthresh;
      c.recover = -1;
      c.dupAcks = 0;
    } else {
      // Only part of it: the next hole.
      c.cwnd = Math.max(c.mss, c.cwnd - data + c.mss);
      resend(c, at);
    }
    return;
  }
  c.dupAcks = 0;
  if (data > 0) c.cwnd += c.cwnd < c.ssthresh ? Math.min(data, c.mss) : Math.max(1, Math.floor((c.mss * c.mss) / c.cwnd));
}

function measured(c: Connection, rtt: number): void {
  if (c.srtt < 0) [c.srtt, c.rttvar] = [rtt, Math.floor(rtt / 2)];
  else {
    c.rttvar = Math.floor((3 * c.rttvar + Math.abs(c.srtt - rtt)) / 4);
    c.srtt = Math.floor((7 * c.srtt + rtt) / 8);
  }
  // Linux lets the variation, not the sum, be at least the minimum.
  c.rto = Math.min(RTO_MAX, c.srtt + Math.max(RTO_MIN, 4 * c.rttvar));
}

function resend(c: Connection, at: Surroundings): void {
  const length = Math.min(c.mss, c.out.length), ends = c.closing && length === c.out.length && ahead(plus(c.sndUna, length), c.sndMax) > 0;
  if (c.sndUna === c.iss) sendAt(c, at, c.phase === 'SYN_SENT' ? SYN : SYN | ACK, c.iss, 0);
  else sendAt(c, at, ACK | (ends ? FIN : 0) | (length ? PSH : 0), c.sndUna, length);
}

function duplicate(c: Connection, at: Surroundings): void {
  c.dupAcks++;
  if (c.recover >= 0) {
    // Something has left the network.
    c.cwnd += c.mss;
    return;
  }
  if (c.dupAcks !== 3) return;
  c.ssthresh = Math.max(2 * c.mss, Math.floor(ahead(c.sndUna, c.sndMax) / 2));
  c.cwnd = c.ssthresh + 3 * c.mss;
  c.recover = c.sndMax;
  c.fast++;
  resend(c, at);
}

function takeData(c: Connection, at: Surroundings, { seq, payload, flags }: Tcp): void {
  if (payload.length === 0 && !(flags & FIN)) return;
  // After both FINs only what was lost comes again.
  if (c.phase === 'CLOSING' || c.phase === 'LAST_ACK' || c.phase === 'CLOSE_WAIT' || c.phase === 'TIME_WAIT') {
    if (c.phase === 'TIME_WAIT') waitLong(c, at);
    acknowledge(c, at);
    return;
  }
  if (flags & FIN) c.finAt = plus(seq, payload.length);
  const skip = Math.max(0, ahead(seq, c.rcvNxt)), most = ahead(seq, c.rcvEdge);
  const bytes = payload.subarray(Math.min(skip, payload.length), Math.max(0, Math.min(most, payload.length)));
  if (bytes.length) keepEarly(c, plus(seq, skip), bytes);
  const isInOrder = ahead(seq, c.rcvNxt) >= 0, hadHole = c.early.length > 1 || !isInOrder;
  for (let first = c.early[0]; first && ahead(first.seq, c.rcvNxt) >= 0; first = c.early[0]) {
    c.early.shift();
    const fresh = first.bytes.subarray(Math.min(first.bytes.length, ahead(first.seq, c.rcvNxt)));
    if (fresh.length) fillFrom(c.inbox, fresh.slice());
    c.rcvNxt = plus(c.rcvNxt, fresh.length);
  }
  if (c.finAt >= 0 && c.rcvNxt === c.finAt) {
    c.rcvNxt = plus(c.rcvNxt, 1);
    finCame(c, at);
    acknowledge(c, at);
  } else {
    // Every second full segment, at once where something is missing, and otherwise soon.
    if (payload.length >= c.mss) c.unacknowledged++;
    if (hadHole || c.early.length || c.unacknowledged >= 2) acknowledge(c, at);
    else if (c.ackAt === 0) c.ackAt = at.now() + DELAYED_ACK;
  }
  if (c.reading) handOver(c, at);
}

/** In order, and none that another one covers. */
function keepEarly(c: Connection, seq: number, bytes: Uint8Array): void {
  const isCovered = c.early.some((one) => ahead(one.seq, seq) >= 0 && ahead(plus(seq, bytes.length), plus(one.seq, one.bytes.length)) >= 0);
  if (isCovered) return;
  let n = c.early.length;
  while (n > 0 && ahead(seq, c.early[n - 1].seq) > 0) n--;
  c.early.splice(n, 0, { seq, bytes: bytes.slice() });
}

function finCame(c: Connection, at: Surroundings): void {
  if (c.phase === 'ESTABLISHED') c.phase = 'CLOSE_WAIT';
  else if (c.phase === 'FIN_WAIT1') c.phase = 'CLOSING';
  else waitLong(c, at);
}

function handOver(c: Connection, at: Surroundings): void {
  if (c.inbox.length) {
    const bytes = pieceAt(c.inbox, 0, c.inbox.length);
    took(c.inbox, bytes.length);
    at.received(c, bytes);
  }
  if (c.phase !== 'CLOSE' && c.finAt >= 0 && ahead(c.finAt, c.rcvNxt) > 0) {
    c.finAt = -1;
    at.ended(c);
  }
}

// ------------------------------------------------------------------------------------------- timers

/** When something is due, or Infinity. */
export function nextTimer(c: Connection): number {
  const { retransmitAt, ackAt, probeAt, waitAt } = c;
  return Math.min(retransmitAt || Infinity, ackAt || Infinity, probeAt || Infinity, waitAt || Infinity);
}

/** Does nothing but forget the connection wait? Nobody else will notice. */
export const isOver = (c: Connection): boolean => c.phase === 'TIME_WAIT' && c.retransmitAt === 0 && c.ackAt === 0;

export function timers(c: Connection, at: Surroundings): void {
  const isDue = (time: number): boolean => time !== 0 && time <= at.now() && c.phase !== 'CLOSE';
  if (isDue(c.ackAt)) acknowledge(c, at);
  if (isDue(c.retransmitAt)) expired(c, at);
  if (isDue(c.probeAt)) probe(c, at);
  if (isDue(c.waitAt)) end(c, at, 'done');
}

function expired(c: Connection, at: Surroundings): void {
  const isOpening = c.phase === 'SYN_SENT' || c.phase === 'SYN_RECV';
  c.retransmitAt = 0;
  if (c.retries++ >= (isOpening ? SYN_RETRIES : RETRIES)) {
    end(c, at, 'timed out');
    return;
  }
  if (!isOpening && c.retries === 1) c.ssthresh = Math.max(2 * c.mss, Math.floor(ahead(c.sndUna, c.sndMax) / 2));
  if (!isOpening) c.cwnd = c.mss;
  c.recover = -1;
  c.dupAcks = 0;
  c.rto = Math.min(RTO_MAX, 2 * c.rto);
  c.sndNxt = plus(c.sndUna, isOpening ? 1 : 0);
  if (isOpening || c.sndWnd === 0) resend(c, at);
  else output(c, at, true);
  c.retransmitAt = at.now() + c.rto;
}

/** The other's window is closed, or too small: asks again and again. */
function probe(c: Connection, at: Surroundings): void {
  c.probeAt = 0;
  c.rto = Math.min(RTO_MAX, 2 * c.rto);
  if (c.sndWnd > 0) output(c, at, true);
  else {
    segment(c, at, ACK, plus(c.sndUna, -1));
    c.probeAt = at.now() + c.rto;
  }
}
