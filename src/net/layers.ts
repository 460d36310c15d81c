/** A frame layer by layer: which bytes say what. For people; what acts on frames is packet.ts. */
import { ACK, ETH_HLEN, ETH_P_ARP, ETH_P_IP, FIN, IP_HLEN, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, ipText, macText, parse, PSH, RST, SYN,
  TCP_HLEN } from './packet.ts';

export interface LayerField {
  name: string;
  text: string;
  /** Bytes of the frame, the last one not included. */
  from: number;
  to: number;
}

export interface Layer {
  name: string;
  from: number;
  to: number;
  fields: LayerField[];
}

const FLAGS = [[FIN, 'FIN'], [SYN, 'SYN'], [RST, 'RST'], [PSH, 'PSH'], [ACK, 'ACK']] as const;
const PROTOCOLS: Readonly<Record<number, string>> = { [IPPROTO_ICMP]: 'ICMP', [IPPROTO_TCP]: 'TCP', [IPPROTO_UDP]: 'UDP' };
const TYPES: Readonly<Record<number, string>> = { [ETH_P_IP]: 'IPv4', [ETH_P_ARP]: 'ARP' };
const hex = (value: number): string => `0x${value.toString(16)}`;

/** As many layers as there are bytes for, and what is wrong with the frame, if anything is. */
export function layersOf(frame: Uint8Array): { layers: Layer[]; wrong?: string } {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength), layers: Layer[] = [], { wrong } = parse(frame);
  let layer: Layer;
  const begin = (name: string, from: number, to: number): boolean => {
    if (to > frame.length || to <= from) return false;
    layers.push(layer = { name, from, to, fields: [] });
    return true;
  };
  const field = (name: string, from: number, length: number, text: (value: number) => string = String): void => {
    const value = length === 1 ? view.getUint8(from) : length === 2 ? view.getUint16(from) : length === 4 ? view.getUint32(from)
      : view.getUint16(from) * 0x1_0000_0000 + view.getUint32(from + 2);
    layer.fields.push({ name, text: text(value), from, to: from + length });
  };
  const rest = (from: number, to: number): void => {
    if (!begin('Data', from, Math.min(to, frame.length))) return;
    const shown = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte === 10 ? '\\n' : byte === 13 ? '\\r' : '.');
    const text = [...frame.subarray(from, to)].map(shown);
    layer.fields.push({ name: 'bytes', text: text.slice(0, 64).join('') + (text.length > 64 ? '\u2026' : ''), from, to: Math.min(to, frame.length) });
  };
  const tcp = (at: number, end: number): void => {
    if (!begin('TCP', at, at + TCP_HLEN)) return;
    const header = (frame[at + 12] >> 4) * 4;
    field('source port', at, 2);
    field('destination port', at + 2, 2);
    field('sequence number', at + 4, 4);
    field('acknowledgement', at + 8, 4);
    field('header length', at + 12, 1, (value) => `${(value >> 4) * 4} bytes`);
    field('flags', at + 13, 1, (value) => FLAGS.flatMap(([bit, name]) => (value & bit ? [name] : [])).join(' ') || 'none');
    field('window', at + 14, 2);
    field('checksum', at + 16, 2, hex);
    if (header > TCP_HLEN && at + header <= frame.length) {
      layer.to = at + header;
      layer.fields.push({ name: 'options', text: [...frame.subarray(at + TCP_HLEN, at + header)].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
        from: at + TCP_HLEN, to: at + header });
    }
    if (header >= TCP_HLEN) rest(at + header, end);
  };
  const udp = (at: number, end: number): void => {
    if (!begin('UDP', at, at + 8)) return;
    field('source port', at, 2);
    field('destination port', at + 2, 2);
    field('length', at + 4, 2);
    field('checksum', at + 6, 2, hex);
    rest(at + 8, end);
  };
  const icmp = (at: number, end: number): void => {
    if (!begin('ICMP', at, at + 4)) return;
    field('type', at, 1);
    field('code', at + 1, 1);
    field('checksum', at + 2, 2, hex);
    rest(at + 4, end);
  };
  const ipv4 = (): void => {
    if (!begin('IPv4', ETH_HLEN, ETH_HLEN + IP_HLEN)) return;
    const at = ETH_HLEN, header = (frame[at] & 15) * 4, total = view.getUint16(at + 2), protocol = frame[at + 9];
    field('version, header length', at, 1, (value) => `${value >> 4}, ${(value & 15) * 4} bytes`);
    field('total length', at + 2, 2);
    field('identification', at + 4, 2);
    field('fragment', at + 6, 2, (value) => (value & 0x4000 ? 'don\'t' : value & 0x3fff ? hex(value) : 'none'));
    field('time to live', at + 8, 1);
    field('protocol', at + 9, 1, (value) => PROTOCOLS[value] ?? String(value));
    field('checksum', at + 10, 2, hex);
    field('source', at + 12, 4, ipText);
    field('destination', at + 16, 4, ipText);
    if (header < IP_HLEN) return;
    layer.to = Math.min(frame.length, at + header);
    const next = { [IPPROTO_TCP]: tcp, [IPPROTO_UDP]: udp, [IPPROTO_ICMP]: icmp }[protocol] ?? rest;
    next(at + header, Math.min(frame.length, at + total));
  };
  const arp = (): void => {
    const at = ETH_HLEN;
    if (!begin('ARP', at, at + 28)) return;
    field('operation', at + 6, 2, (value) => (value === 1 ? 'request' : value === 2 ? 'reply' : String(value)));
    field('sender', at + 8, 6, macText);
    field('sender\'s address', at + 14, 4, ipText);
    field('target', at + 18, 6, macText);
    field('target\'s address', at + 24, 4, ipText);
  };
  if (begin('Ethernet', 0, ETH_HLEN)) {
    field('destination', 0, 6, macText);
    field('source', 6, 6, macText);
    field('type', 12, 2, (value) => TYPES[value] ?? hex(value));
    const type = view.getUint16(12);
    if (type === ETH_P_IP) ipv4();
    else if (type === ETH_P_ARP) arp();
    else rest(ETH_HLEN, frame.length);
  }
  return { layers, ...(wrong === undefined ? {} : { wrong }) };
}
