/**
 * Frames as bytes, and what they say: Ethernet II, ARP (RFC 826), IPv4 (RFC 791), ICMP (RFC 792), UDP (RFC 768), TCP (RFC 9293). A parser
 * takes nothing for granted: what is too short, contradicts itself or has a wrong checksum is named. Addresses are numbers.
 */
export const ETH_P_IP = 0x0800, ETH_P_ARP = 0x0806;
export const IPPROTO_ICMP = 1, IPPROTO_TCP = 6, IPPROTO_UDP = 17;
export const BROADCAST = 0xffff_ffff_ffff;
export const FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16;
export const ARP_REQUEST = 1, ARP_REPLY = 2;
export const ICMP_ECHO_REPLY = 0, ICMP_UNREACHABLE = 3, ICMP_ECHO = 8;
export const ETH_HLEN = 14, IP_HLEN = 20, TCP_HLEN = 20;
const OPTION_END = 0, OPTION_NOP = 1, OPTION_MSS = 2, OPTION_WINDOW_SCALE = 3;

export const ip = (a: number, b: number, c: number, d: number): number => ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
export const ipText = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
export const macText = (address: number): string => address.toString(16).padStart(12, '0').replace(/..(?!$)/g, '$&:');

export interface Arp {
  op: number;
  senderMac: number;
  senderIp: number;
  targetMac: number;
  targetIp: number;
}

export interface Icmp {
  type: number;
  code: number;
  /** What follows the checksum. */
  rest: Uint8Array;
}

export interface Udp {
  srcPort: number;
  dstPort: number;
  payload: Uint8Array;
}

export interface Tcp {
  srcPort: number;
  dstPort: number;
  seq: number;
  ack: number;
  flags: number;
  window: number;
  /** Options that were there. */
  mss?: number | undefined;
  windowShift?: number | undefined;
  payload: Uint8Array;
}

export interface Ipv4 {
  src: number;
  dst: number;
  ttl: number;
  id: number;
  protocol: number;
  icmp?: Icmp;
  udp?: Udp;
  tcp?: Tcp;
}

export interface Packet {
  dst: number;
  src: number;
  type: number;
  arp?: Arp;
  ip?: Ipv4;
  /** What is wrong with it: then the layer it names, and those above, are missing or not to be trusted. */
  wrong?: string;
}

/** Ones' complement sum of 16-bit words. RFC 1071. */
export function sum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let total = start;
  for (let n = from; n + 1 < to; n += 2) total += (bytes[n] << 8) | bytes[n + 1];
  if ((to - from) & 1) total += bytes[to - 1] << 8;
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x1_0000);
  return total;
}

export const checksum = (bytes: Uint8Array, from: number, to: number, start = 0): number => ~sum(bytes, from, to, start) & 0xffff;

const pseudo = (src: number, dst: number, protocol: number, length: number): number =>
  (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + protocol + length;

const mac = (view: DataView, at: number): number => view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
function putMac(view: DataView, at: number, address: number): void {
  view.setUint16(at, Math.floor(address / 0x1_0000_0000));
  view.setUint32(at + 2, address % 0x1_0000_0000);
}
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function parse(frame: Uint8Array): Packet {
  if (frame.length < ETH_HLEN) return { dst: 0, src: 0, type: 0, wrong: 'the frame is shorter than its header' };
  const view = viewOf(frame), packet: Packet = { dst: mac(view, 0), src: mac(view, 6), type: view.getUint16(12) };
  const wrong = packet.type === ETH_P_ARP ? parseArp(view, packet) : packet.type === ETH_P_IP ? parseIp(frame, view, packet) : undefined;
  return wrong === undefined ? packet : { ...packet, wrong };
}

function parseArp(view: DataView, packet: Packet): string | undefined {
  if (view.byteLength < ETH_HLEN + 28) return 'the ARP packet is cut short';
  if (view.getUint16(14) !== 1 || view.getUint16(16) !== ETH_P_IP || view.getUint8(18) !== 6 || view.getUint8(19) !== 4) return 'an ARP packet of another kind';
  packet.arp = { op: view.getUint16(20), senderMac: mac(view, 22), senderIp: view.getUint32(28), targetMac: mac(view, 32), targetIp: view.getUint32(38) };
  return undefined;
}

function parseIp(frame: Uint8Array, view: DataView, packet: Packet): string | undefined {
  if (frame.length < ETH_HLEN + IP_HLEN) return 'the IPv4 header is cut short';
  const header = (view.getUint8(14) & 15) * 4, total = view.getUint16(16);
  if (view.getUint8(14) >> 4 !== 4 || header < IP_HLEN) return 'no IPv4 header';
  if (total < header || ETH_HLEN + total > frame.length) return 'the length of the IPv4 packet is wrong';
  if (checksum(frame, ETH_HLEN, ETH_HLEN + header) !== 0) return 'the IPv4 checksum is wrong';
  if (view.getUint16(20) & 0x3fff) return 'a fragment';
  const ipv4: Ipv4 = { src: view.getUint32(26), dst: view.getUint32(30), ttl: view.getUint8(22), id: view.getUint16(18), protocol: view.getUint8(23) };
  packet.ip = ipv4;
  // What lies behind it is padding.
  const at = ETH_HLEN + header, end = ETH_HLEN + total;
  switch (ipv4.protocol) {
    case IPPROTO_ICMP: return parseIcmp(frame, at, end, ipv4);
    case IPPROTO_UDP: return parseUdp(frame, view, at, end, ipv4);
    case IPPROTO_TCP: return parseTcp(frame, view, at, end, ipv4);
    default: return undefined;
  }
}

function parseIcmp(frame: Uint8Array, at: number, end: number, ipv4: Ipv4): string | undefined {
  if (end - at < 8) return 'the ICMP message is cut short';
  if (checksum(frame, at, end) !== 0) return 'the ICMP checksum is wrong';
  ipv4.icmp = { type: frame[at], code: frame[at + 1], rest: frame.slice(at + 4, end) };
  return undefined;
}

function parseUdp(frame: Uint8Array, view: DataView, at: number, end: number, ipv4: Ipv4): string | undefined {
  if (end - at < 8) return 'the UDP header is cut short';
  const length = view.getUint16(at + 4);
  if (length < 8 || at + length > end) return 'the length of the UDP datagram is wrong';
  const hasSum = view.getUint16(at + 6) !== 0;
  if (hasSum && checksum(frame, at, at + length, pseudo(ipv4.src, ipv4.dst, IPPROTO_UDP, length)) !== 0) return 'the UDP checksum is wrong';
  ipv4.udp = { srcPort: view.getUint16(at), dstPort: view.getUint16(at + 2), payload: frame.slice(at + 8, at + length) };
  return undefined;
}

function parseTcp(frame: Uint8Array, view: DataView, at: number, end: number, ipv4: Ipv4): string | undefined {
  if (end - at < TCP_HLEN) return 'the TCP header is cut short';
  const header = (view.getUint8(at + 12) >> 4) * 4;
  if (header < TCP_HLEN || at + header > end) return 'the length of the TCP header is wrong';
  if (checksum(frame, at, end, pseudo(ipv4.src, ipv4.dst, IPPROTO_TCP, end - at)) !== 0) return 'the TCP checksum is wrong';
  const tcp: Tcp = {
    srcPort: view.getUint16(at), dstPort: view.getUint16(at + 2), seq: view.getUint32(at + 4), ack: view.getUint32(at + 8), flags: view.getUint8(at + 13),
    window: view.getUint16(at + 14), payload: frame.slice(at + header, end),
  };
  for (let n = at + TCP_HLEN; n < at + header && frame[n] !== OPTION_END; ) {
    const length = frame[n] === OPTION_NOP ? 1 : frame[n + 1];
    if (length < 1 || (length < 2 && frame[n] !== OPTION_NOP) || n + length > at + header) return 'a TCP option without its end';
    if (frame[n] === OPTION_MSS && length === 4) tcp.mss = view.getUint16(n + 2);
    if (frame[n] === OPTION_WINDOW_SCALE && length === 3) tcp.windowShift = Math.min(14, frame[n + 2]);
    n += length;
  }
  ipv4.tcp = tcp;
  return undefined;
}

// ------------------------------------------------------------------------------------------- making

function ethernet(dst: number, src: number, type: number, length: number): { frame: Uint8Array; view: DataView } {
  const frame = new Uint8Array(ETH_HLEN + length), view = viewOf(frame);
  putMac(view, 0, dst);
  putMac(view, 6, src);
  view.setUint16(12, type);
  return { frame, view };
}

/** Where a frame goes, if that was found out after it was made. */
export const setDestination = (frame: Uint8Array, dst: number): void => putMac(viewOf(frame), 0, dst);

export function arpFrame(dst: number, { op, senderMac, senderIp, targetMac, targetIp }: Arp): Uint8Array {
  const { frame, view } = ethernet(dst, senderMac, ETH_P_ARP, 28);
  view.setUint16(14, 1);
  view.setUint16(16, ETH_P_IP);
  view.setUint16(18, 0x0604);
  view.setUint16(20, op);
  putMac(view, 22, senderMac);
  view.setUint32(28, senderIp);
  putMac(view, 32, targetMac);
  view.setUint32(38, targetIp);
  return frame;
}

/** Who sends to whom, below IP and in it. */
export interface Route {
  srcMac: number;
  dstMac: number;
  src: number;
  dst: number;
  id: number;
}

function ipv4({ srcMac, dstMac, src, dst, id }: Route, protocol: number, length: number): { frame: Uint8Array; view: DataView } {
  const made = ethernet(dstMac, srcMac, ETH_P_IP, IP_HLEN + length), { frame, view } = made;
  view.setUint16(14, 0x4500);
  view.setUint16(16, IP_HLEN + length);
  view.setUint16(18, id);
  // Don't fragment.
  view.setUint16(20, 0x4000);
  view.setUint8(22, 64);
  view.setUint8(23, protocol);
  view.setUint32(26, src);
  view.setUint32(30, dst);
  view.setUint16(24, checksum(frame, ETH_HLEN, ETH_HLEN + IP_HLEN));
  return made;
}

const BODY = ETH_HLEN + IP_HLEN;

export function icmpFrame(route: Route, { type, code, rest }: Icmp): Uint8Array {
  const { frame, view } = ipv4(route, IPPROTO_ICMP, 4 + rest.length);
  view.setUint8(BODY, type);
  view.setUint8(BODY + 1, code);
  frame.set(rest, BODY + 4);
  view.setUint16(BODY + 2, checksum(frame, BODY, frame.length));
  return frame;
}

export function udpFrame(route: Route, { srcPort, dstPort, payload }: Udp): Uint8Array {
  const length = 8 + payload.length, { frame, view } = ipv4(route, IPPROTO_UDP, length);
  view.setUint16(BODY, srcPort);
  view.setUint16(BODY + 2, dstPort);
  view.setUint16(BODY + 4, length);
  frame.set(payload, BODY + 8);
  // Zero would say that there is none.
  view.setUint16(BODY + 6, checksum(frame, BODY, frame.length, pseudo(route.src, route.dst, IPPROTO_UDP, length)) || 0xffff);
  return frame;
}

export function tcpFrame(route: Route, { srcPort, dstPort, seq, ack, flags, window, mss, windowShift, payload }: Tcp): Uint8Array {
  const options = (mss === undefined ? 0 : 4) + (windowShift === undefined ? 0 : 4), length = TCP_HLEN + options + payload.length;
  const { frame, view } = ipv4(route, IPPROTO_TCP, length);
  view.setUint16(BODY, srcPort);
  view.setUint16(BODY + 2, dstPort);
  view.setUint32(BODY + 4, seq);
  view.setUint32(BODY + 8, ack);
  view.setUint8(BODY + 12, ((TCP_HLEN + options) / 4) << 4);
  view.setUint8(BODY + 13, flags);
  view.setUint16(BODY + 14, window);
  let at = BODY + TCP_HLEN;
  if (mss !== undefined) {
    view.setUint16(at, (OPTION_MSS << 8) | 4);
    view.setUint16(at + 2, mss);
    at += 4;
  }
  if (windowShift !== undefined) {
    view.setUint32(at, (OPTION_NOP << 24) | (OPTION_WINDOW_SCALE << 16) | (3 << 8) | windowShift);
    at += 4;
  }
  frame.set(payload, at);
  view.setUint16(BODY + 16, checksum(frame, BODY, frame.length, pseudo(route.src, route.dst, IPPROTO_TCP, length)));
  return frame;
}
