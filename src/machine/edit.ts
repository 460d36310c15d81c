/**
 * An edit of memory by hand, as bytes of an input port: where (8 bytes, physical), then what. Physical, because which address
 * space was meant is settled when the edit is made, and a replay must not depend on it.
 */
import { MEMORY_PORT } from '../base/input.ts';
import type { Device, Dma } from './devices/device.ts';

const ADDRESS_BYTES = 8;

export type InputPort = Pick<Device, 'id' | 'refuses'> & Required<Pick<Device, 'receive'>>;

export function packEdit(at: number, bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(ADDRESS_BYTES + bytes.length);
  new DataView(packed.buffer).setBigUint64(0, BigInt(at), true);
  packed.set(bytes, ADDRESS_BYTES);
  return packed;
}

/** The memory port, which has no state of its own and is not on the board. */
export const memoryPort = (dma: Dma): InputPort => ({
  id: MEMORY_PORT,
  refuses: (packed) => {
    if (packed.length <= ADDRESS_BYTES) return `An edit of memory is ${ADDRESS_BYTES} bytes of address and at least one more; this has ${packed.length} bytes.`;
    const { at, bytes } = unpacked(packed);
    if (at + BigInt(bytes.length) <= BigInt(dma.size)) return undefined;
    return `There is no memory at ${at.toString(16)} for ${bytes.length} bytes; it ends at ${dma.size.toString(16)}.`;
  },
  receive: (packed) => {
    const { at, bytes } = unpacked(packed);
    dma.write(Number(at), bytes);
  },
});

const unpacked = (packed: Uint8Array): { at: bigint; bytes: Uint8Array } =>
  ({ at: new DataView(packed.buffer, packed.byteOffset).getBigUint64(0, true), bytes: packed.subarray(ADDRESS_BYTES) });
