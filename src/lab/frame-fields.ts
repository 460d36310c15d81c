/** What the record keeps of a frame: the fields of its events (link/events.ts), read from headers as they stand, whatever they hold. */
import type { EventColumns } from './columns.ts';

const ETH_P_IP = 0x800, TCP = 6, UDP = 17, ETH_HLEN = 14;

export function putFrame(columns: EventColumns, frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  // Zeros where it ends before.
  const byte = (at: number): number => frame[at] ?? 0;
  const short = (at: number): number => (at + 2 <= frame.length ? view.getUint16(at) : 0);
  const word = (at: number): number => (at + 4 <= frame.length ? view.getUint32(at) : 0);
  const type = short(12), isIp = type === ETH_P_IP, protocol = isIp ? byte(23) : 0, hasPorts = protocol === TCP || protocol === UDP;
  const at = ETH_HLEN + (byte(14) & 15) * 4, isTcp = protocol === TCP, header = isTcp ? (byte(at + 12) >> 4) * 4 : 8;
  columns.int(frame.length);
  columns.int(type);
  columns.int(protocol);
  columns.int(hasPorts ? short(at) : 0);
  columns.int(hasPorts ? short(at + 2) : 0);
  columns.int(isTcp ? byte(at + 13) : 0);
  columns.word(BigInt(isTcp ? word(at + 4) : 0));
  columns.word(BigInt(isTcp ? word(at + 8) : 0));
  columns.int(hasPorts ? Math.max(0, ETH_HLEN + short(16) - at - header) : 0);
}
