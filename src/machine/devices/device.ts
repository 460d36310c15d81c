/** What the board needs of a device, and what a device may ask of the board. How to add one: src/machine/README.md. */
import type { HostFile } from './fw-cfg.ts';
import type { Peer } from './wire.ts';

/**
 * All that must survive a snapshot is in `state`, which is cloned whole (devices/state.ts says what it may hold). A device that
 * is also a `PortDevice` or an `MmioDevice` answers there.
 */
export interface Device<State extends object = object> {
  readonly id: string;
  state: State;
  /** One of its scheduled events is due. */
  onEvent?(name: string): void;
  /**
   * Would this event come again and again for ever and, as things stand, neither wake a CPU nor show outside? A machine in which all
   * sleep waits for every other event, and is idle when no other is left.
   */
  isVain?(name: string): boolean;
  /** Makes it an input port of the machine, named by its id: bytes come from outside. */
  receive?(bytes: Uint8Array): void;
  /** Why it could not take these bytes now, one sentence; without it, it takes all. */
  refuses?(bytes: Uint8Array): string | undefined;
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

/** Memory, as devices see it: physical addresses, and beyond RAM nobody answers. */
export interface Dma {
  readonly size: number;
  /** A copy; ones beyond RAM. */
  read(at: number, length: number): Uint8Array;
  /** What lies beyond RAM is lost. */
  write(at: number, bytes: Uint8Array): void;
}

/** What the board offers to a device that is made for it. */
export interface Sockets {
  readonly clock: DeviceClock;
  readonly dma: Dma;
  /** An input of the I/O APIC (GSI): raise or lower it. */
  readonly line: (input: number) => (high: boolean) => void;
  /** The machine is off: the run ends after this instruction. */
  readonly powerOff: () => void;
  /** What the host offers through the firmware configuration device. */
  readonly files: ReadonlyMap<string, HostFile>;
  /** Seconds since 1970 at power-on, if the machine is told. */
  readonly startSeconds: number | undefined;
  /** What stands at the other end of the network cable, if there is one. */
  readonly peer: Peer | undefined;
}

/** None where the machine is made without what it is for. */
export type MakeDevice = (board: Sockets) => Device | undefined;
