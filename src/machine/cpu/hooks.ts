/** What the CPU tells whoever watches it. All calls are optional, and none may change guest state. */
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
  probe?: (addr: bigint) => void;
  /** A delivery begins; nothing has changed yet. When it fails, `deliver` does not come, and the next attempt is of what it became. */
  attempt?: (vector: number, kind: DeliverEvent['kind'], error: number | undefined) => void;
  deliver?: (event: DeliverEvent) => void;
  ring?: (from: number, to: number, by: 'syscall' | 'sysret' | 'iretq' | 'deliver') => void;
  iret?: (toRip: bigint, toRsp: bigint) => void;
  /** RSP was set other than by a push, pop, call, ret, add, sub or leave. */
  rspLoad?: (from: bigint, to: bigint) => void;
  write?: (addr: bigint, length: number) => void;
  /** At every tick: before an instruction, and before an event is delivered. Only set for short replays. */
  instruction?: () => void;
}

export interface SubStep {
  text: string;
  target?: string;
  before?: bigint;
  after?: bigint;
}
