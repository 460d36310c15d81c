/**
 * QEMU's firmware configuration device: named files that the host offers, read byte by byte through a port. QEMU,
 * docs/specs/fw_cfg.rst. Simplified: reading only, by port 0x511 and without DMA; a machine without files has no such device.
 */
import type { Device, PortDevice } from './device.ts';

const SIGNATURE = 0x0000, ID = 0x0001, FILE_DIR = 0x0019, FIRST_FILE = 0x0020;
const ENTRY_BYTES = 64, NAME_BYTES = 56;

interface FwCfgState {
  selected: number;
  offset: number;
}

/** A file's bytes, asked for when the guest first looks for files. */
export type HostFile = () => Uint8Array;

export class FwCfg implements Device<FwCfgState>, PortDevice {
  readonly id = 'fw-cfg';
  readonly firstPort = 0x510;
  readonly ports = 2;
  state: FwCfgState = { selected: 0, offset: 0 };
  readonly #files: readonly { name: string; read: HostFile }[];
  readonly #read: (Uint8Array | undefined)[] = [];

  constructor(files: ReadonlyMap<string, HostFile>) {
    this.#files = [...files].map(([name, read]) => ({ name, read }));
  }

  #file(n: number): Uint8Array | undefined {
    return this.#files[n] && (this.#read[n] ??= this.#files[n].read());
  }

  /** Big-endian: the count, then size, selector, two reserved bytes and the name of each file. */
  #directory(): Uint8Array {
    const bytes = new Uint8Array(4 + ENTRY_BYTES * this.#files.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, this.#files.length);
    this.#files.forEach(({ name }, n) => {
      const at = 4 + ENTRY_BYTES * n;
      view.setUint32(at, this.#file(n)?.length ?? 0);
      view.setUint16(at + 4, FIRST_FILE + n);
      bytes.set(new TextEncoder().encode(name).subarray(0, NAME_BYTES - 1), at + 8);
    });
    return bytes;
  }

  get #selected(): Uint8Array | undefined {
    const { selected } = this.state;
    if (selected === SIGNATURE) return Uint8Array.of(0x51, 0x45, 0x4d, 0x55);
    if (selected === ID) return Uint8Array.of(1, 0, 0, 0);
    return selected === FILE_DIR ? this.#directory() : this.#file(selected - FIRST_FILE);
  }

  in(offset: number): number {
    // Past the end, and where nothing is selected, zeros.
    return offset === 1 && this.#files.length ? (this.#selected?.[this.state.offset++] ?? 0) : -1;
  }

  out(offset: number, size: number, value: number): void {
    if (offset === 0 && size === 2) this.state = { selected: value & 0xffff, offset: 0 };
  }
}
