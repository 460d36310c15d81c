/** What the CPU needs of the board: ports, devices in the address space, interrupts, time. */
export interface Bus {
  /** Physical reads and writes outside RAM. */
  read(address: number, size: 1 | 2 | 4 | 8): number;
  write(address: number, size: 1 | 2 | 4 | 8, value: number, high: number): void;
  in(port: number, size: 1 | 2 | 4): number;
  out(port: number, size: 1 | 2 | 4, value: number): void;
  /** An interrupt that the local APIC would deliver now. */
  pending(): boolean;
  /** Takes it: the vector, now in service. */
  acknowledge(): number;
  /** Runs everything that is due at `cycles` (quarter cycles). */
  runUntil(cycles: number): void;
  /** Time of the next event, Infinity when there is none. */
  nextDeadline(): number;
  taskPriority(): number;
  setTaskPriority(value: number): void;
  rdmsr(index: number): bigint | undefined;
  wrmsr(index: number, value: bigint): boolean;
}
