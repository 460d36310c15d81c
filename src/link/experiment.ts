/** What a measurement under load reports: plain data, for the command line and for the page. */

/** A stretch of a request's way. It ends with what `ends` says, and begins where the one before it ends. */
export interface Stage {
  readonly name: string;
  /** Where it ends: a tracepoint of the guest, or what the client or the card does. */
  readonly ends: string;
  readonly about: string;
}

/** From the moment when a request was meant to go out until its answer is whole, in this order. What did not happen takes no time. */
export const STAGES = [
  { name: 'client', ends: 'sent', about: 'the client waits for a connection that is free' },
  { name: 'wire in', ends: 'packet-in', about: 'on the cable, until the card has put the packet into memory' },
  { name: 'NIC in', ends: 'irq_handler_entry', about: 'until the interrupt of the card is handled' },
  { name: 'IRQ', ends: 'softirq_entry', about: 'from the interrupt to the softirq that polls the card' },
  { name: 'softirq', ends: 'netif_receive_skb', about: 'NAPI: until this packet is taken off the card' },
  { name: 'IP', ends: 'tcp_probe', about: 'until TCP has it; longer if somebody holds the socket' },
  { name: 'TCP', ends: 'sched_wakeup', about: 'TCP takes it in and wakes who waits' },
  { name: 'wake-up', ends: 'sched_switch', about: 'until the scheduler takes the woken task' },
  { name: 'switch', ends: 'tcp_rcv_space_adjust, sys_exit', about: 'until the task goes on where it waited' },
  { name: 'poll', ends: 'sys_enter', about: 'until the task reads this connection; others may come first' },
  { name: 'read', ends: 'sys_exit', about: 'the bytes are copied and the system call returns' },
  { name: 'application', ends: 'sys_enter', about: 'the application, until it writes its answer' },
  { name: 'write', ends: 'net_dev_start_xmit', about: 'TCP and IP make a packet' },
  { name: 'NIC out', ends: 'packet-out', about: 'the driver gives it to the card' },
  { name: 'wire out', ends: 'done', about: 'on the cable, until the client has the whole answer' },
] as const satisfies readonly Stage[];

/** One number of each stage. */
export interface StageMeans {
  name: string;
  /** Nanoseconds, asleep or not; cycles and instructions that the stage's CPU worked meanwhile, whatever for. */
  ns: number;
  cycles: number;
  instructions: number;
}

/** A request by its number, and the tick at which the card had it in memory. */
export interface Example {
  number: number;
  tick: number;
}

export interface Bar {
  from: number;
  to: number;
  count: number;
  /** Some of these requests, the first ones. */
  examples: Example[];
}

/** A stretch of one request's time. */
export interface Piece {
  stage: string;
  /** Who had the CPU, or what else went on. */
  who: string;
  /** Nanoseconds since the request was meant to go out. */
  from: number;
  to: number;
  /** The tick at which it begins, if that was seen in the guest. */
  tick?: number;
}

/** Where one request's time went. Its pieces follow each other without a gap, and those of one stage and one cause add up to what `causes` says. */
export interface Explained {
  /** What was asked for: p99, max, a number. */
  asked: string;
  number: number;
  latency: number;
  /** The tick at which the card had it in memory. */
  tick: number;
  pieces: Piece[];
  /** The one in the middle, with which it is compared. */
  median: { number: number; latency: number };
  /** The largest difference from the middle one first: nanoseconds. */
  causes: { stage: string; who: string; ns: number; median: number }[];
}

export interface LoadResult {
  config: string;
  rate: number | null;
  requests: number;
  /** Nanoseconds. */
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
  /** Answers a second. */
  throughput: number;
  /** Instructions of the guest for each request, on all CPUs. */
  instructions: number;
  /** Cycles from the first request to the last answer for each of them, on each CPU: busy or not. */
  cycles: number;
  stages: StageMeans[];
  /** The same, of the requests around a percentile only. */
  around: { p50: StageMeans[]; p99: StageMeans[] };
  bars: Bar[];
  /** As HdrHistogram's percentile file. */
  hgrm: string;
  /** The image whose ticks these are, and what its client was told at tick 0, where a machine of the lab can run the same. */
  image?: { hash: string; app: string; order: Uint8Array };
  explained?: Explained;
}

/** As many rates as the published experiment has. */
const RATES = 10;

/** Requests a second, from one to the other in equal steps; one rate where both are the same. */
export const ratesBetween = (from: number, to: number): number[] =>
  Array.from({ length: from === to ? 1 : RATES }, (_, n) => Math.round(from + ((to - from) * n) / (RATES - 1)));

/** What the page has measured. */
export interface PageOrder {
  workload: 'echo' | 'kv';
  config: string;
  cpus: number;
  connections: number;
  rate?: number;
  requests: number;
  warmUp: number;
  size: number;
  depth: number;
  gets: number;
  keys: number;
  seed: number;
  explain?: string;
  /** Keep every frame. */
  capture?: boolean;
}

/** `pcap`: all frames of the run, as a file. */
export type FromExperiment = { answered: number; of: number } | { result: LoadResult; pcap?: Uint8Array } | { why: string };
