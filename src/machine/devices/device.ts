/** What the board needs of a device. All that must survive a snapshot is in `state`, which is cloned whole. */
export interface Device<State extends object = object> {
  readonly id: string;
  state: State;
  /** One of its scheduled events is due. */
  onEvent?(name: string): void;
}

/** A device in the physical address space. */
export interface MmioDevice {
  readonly base: number;
  readonly length: number;
  read(offset: number, size: 1 | 2 | 4 | 8): number;
  write(offset: number, size: 1 | 2 | 4 | 8, value: number): void;
}

/** A device behind I/O ports. */
export interface PortDevice {
  readonly firstPort: number;
  readonly ports: number;
  in(offset: number, size: 1 | 2 | 4): number;
  out(offset: number, size: 1 | 2 | 4, value: number): void;
}

/** Time, as devices see it: quarter cycles. */
export interface DeviceClock {
  now(): number;
  schedule(device: string, name: string, at: number): void;
  cancel(device: string, name: string): void;
  readonly hertz: number;
}
