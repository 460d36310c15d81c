/** QEMU's isa-debugcon: every byte written to its port goes to the host at once. Reading gives the port number, as Bochs and QEMU do. */
import type { Device, PortDevice } from './device.ts';

const READBACK = 0xe9;

export class Debugcon implements Device, PortDevice {
  readonly id: string;
  readonly firstPort: number;
  readonly ports = 1;
  /** Nothing is kept: a byte is gone when it is written. */
  state = {};
  onByte: (byte: number) => void = () => undefined;

  constructor(port: number) {
    this.id = `debugcon-${port.toString(16)}`;
    this.firstPort = port;
  }

  in(): number {
    return READBACK;
  }

  out(_offset: number, _size: number, value: number): void {
    this.onByte(value & 0xff);
  }
}
