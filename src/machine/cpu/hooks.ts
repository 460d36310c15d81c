/** What the CPUs tell whoever watches them. All calls are optional, none may change guest state, and each begins with the number of the CPU. */
import type { RingChange } from './notes.ts';

export interface DeliverEvent {
  vector: number;
  kind: 'interrupt' | 'exception' | 'software';
  error?: number;
  cr2?: bigint;
  fromCpl: number;
  fromRip: bigint;
  oldRsp: bigint;
  /** Lowest address of the pushed frame. */
  frame: bigint;
  frameBytes: number;
  stack: 'same' | 'rsp0' | 'ist';
  ist: number;
}

export interface CpuHooks {
  /** Reads the notes (`notes.ts`): then loads of RSP, changes of the ring and probes that can be noted are told to nobody. */
  notes?: () => void;
  /** Before the instruction at a probed address, the number `n` of those that were set. */
  probe?: (cpu: number, n: number) => void;
  /** A delivery begins; nothing has changed yet. When it fails, `deliver` does not come, and the next attempt is of what it became. */
  attempt?: (cpu: number, vector: number, kind: DeliverEvent['kind'], error: number | undefined) => void;
  deliver?: (cpu: number, event: DeliverEvent) => void;
  /** The delivery that began has met a fault. `becomes`: the vector that is delivered next; -1: the CPU has shut down. */
  undelivered?: (cpu: number, vector: number, kind: DeliverEvent['kind'], fault: number, becomes: number) => void;
  ring?: (cpu: number, from: number, to: number, by: RingChange) => void;
  iret?: (cpu: number, toRip: bigint, toRsp: bigint) => void;
  /** RSP was set other than by a push, pop, call, ret, add, sub or leave. */
  rspLoad?: (cpu: number, fromLo: number, fromHi: number, toLo: number, toHi: number) => void;
  /** A store that nothing can hinder any more: the old bytes are still there. */
  write?: (cpu: number, addr: bigint, length: number) => void;
  /** At every tick: before an instruction, and before an event is delivered. Only set for short replays. */
  instruction?: (cpu: number) => void;
}

export interface SubStep {
  text: string;
  target?: string;
  before?: bigint;
  after?: bigint;
}
