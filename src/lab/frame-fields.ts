/** What the record keeps of a frame: the fields of its events (link/events.ts), read from headers as they stand, whatever they hold. */
import type { EventColumns } from './columns.ts';

export interface FrameFields {
  length: number;
  type: number;
  protocol: number;
  from: number;
  to: number;
  flags: number;
  seq: number;
  ack: number;
  payload: number;
}

const ETH_P_IP = 0x800, TCP = 6, UDP = 17, ETH_HLEN = 14;

export function frameFields(frame: Uint8Array): FrameFields {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  // Zeros where it ends before.
  const byte = (at: number): number => frame[at] ?? 0;
  const short = (at: number): number => (at + 2 <= frame.length ? view.getUint16(at) : 0);
  const word = (at: number): number => (at + 4 <= frame.length ? view.getUint32(at) : 0);
  const type = short(12), isIp = type === ETH_P_IP, protocol = isIp ? byte(23) : 0, hasPorts = protocol === TCP || protocol === UDP;
  const at = ETH_HLEN + (byte(14) & 15) * 4, isTcp = protocol === TCP, header = isTcp ? (byte(at + 12) >> 4) * 4 : 8;
  return {
    length: frame.length, type, protocol, from: hasPorts ? short(at) : 0, to: hasPorts ? short(at + 2) : 0, flags: isTcp ? byte(at + 13) : 0,
    seq: isTcp ? word(at + 4) : 0, ack: isTcp ? word(at + 8) : 0, payload: hasPorts ? Math.max(0, ETH_HLEN + short(16) - at - header) : 0,
  };
}

export function putFrame(columns: EventColumns, { length, type, protocol, from, to, flags, seq, ack, payload }: FrameFields): void {
  for (const value of [length, type, protocol, from, to, flags]) columns.int(value);
  columns.word(BigInt(seq));
  columns.word(BigInt(ack));
  columns.int(payload);
}
