/** What the CPUs and the board need of each other. */

/** What all CPUs share: ports, devices in the address space, time. */
export interface Bus {
  /** Physical reads and writes outside RAM. */
  read(address: number, size: 1 | 2 | 4 | 8): number;
  write(address: number, size: 1 | 2 | 4 | 8, value: number, high: number): void;
  in(port: number, size: 1 | 2 | 4): number;
  out(port: number, size: 1 | 2 | 4, value: number): void;
  /** Runs everything that is due at `cycles` (quarter cycles) for this CPU: its own timer's, and what belongs to nobody. */
  runUntil(cycles: number, cpu: number): void;
  /** Time of the next such event, Infinity when there is none. */
  nextDeadline(cpu: number): number;
  /** The same for a CPU that sleeps: Infinity when all that is pending would go on for ever and reach nobody. */
  nextWake(cpu: number): number;
  /** Another object whenever what is pending has changed. */
  readonly pendingEvents: object;
}

/** Where interrupts come from: a CPU's own local APIC, which answers at an address of its own that other CPUs do not see. */
export interface InterruptPort {
  readonly base: number;
  readonly length: number;
  read(offset: number, size: 1 | 2 | 4 | 8): number;
  write(offset: number, size: 1 | 2 | 4 | 8, value: number): void;
  /** An interrupt would be delivered now. */
  pending(): boolean;
  /** Takes it: the vector, now in service. */
  acknowledge(): number;
  taskPriority(): number;
  setTaskPriority(value: number): void;
  rdmsr(index: number): bigint | undefined;
  wrmsr(index: number, value: bigint): boolean;
  /** INIT came. */
  reset(): void;
}

/** What the board asks of the CPUs. Times are quarter cycles. */
export interface CpuLines {
  /** Time as the running CPU has it. */
  now(): number;
  /** Time as one CPU has it. */
  timeOf(cpu: number): number;
  /** Would this CPU take an interrupt, now or when it comes to its next instruction? */
  listens(cpu: number): boolean;
  /** An interrupt has become pending: if this CPU sleeps, it wakes now. */
  wake(cpu: number): void;
  /** One of the SIGNAL_ bits (state.ts). @param vector of a start-up message. */
  signal(cpu: number, signal: number, vector: number): void;
  /** The running CPU sent a message: others have their turn. */
  endTurn(): void;
  /** Stop after this instruction. */
  requestStop(): void;
}
