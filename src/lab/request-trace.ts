/**
 * Follows each request of a load through the guest: frames at the card by their sequence numbers, and from there by what the kernel's own
 * tracepoints tell. Nothing of the guest is known but their names, which are Linux's. Looking takes the guest no tick and no cycle.
 */
import type { DebugInfo } from '../formats/debug-info.ts';
import { STAGES } from '../link/experiment.ts';
import type { Machine } from '../machine/machine.ts';
import type { Done, Request } from '../net/load.ts';
import { parse, SYN, type Tcp } from '../net/packet.ts';
import type { Connection } from '../net/tcp.ts';
import { NOTHING, readerOf, Values, type Reader } from './site-reader.ts';

/** The tracepoints that are listened to, and the two arguments of each that say whose it is. */
const LISTENED = {
  irq_handler_entry: ['irq', ''],
  irq_handler_exit: ['irq', ''],
  local_timer_entry: ['vector', ''],
  local_timer_exit: ['vector', ''],
  reschedule_entry: ['vector', ''],
  reschedule_exit: ['vector', ''],
  call_function_entry: ['vector', ''],
  call_function_exit: ['vector', ''],
  softirq_entry: ['vec', ''],
  softirq_exit: ['vec', ''],
  netif_receive_skb: ['skbaddr', ''],
  tcp_probe: ['dport', 'end_seq'],
  tcp_rcv_space_adjust: ['dport', 'copied_seq'],
  tcp_retransmit_skb: ['skbaddr', ''],
  sched_wakeup: ['pid', 'target_cpu'],
  sched_switch: ['next_pid', 'prev_state'],
  contention_begin: ['lock', ''],
  contention_end: ['lock', ''],
  sys_enter: ['nr', ''],
  sys_exit: ['nr', ''],
  net_dev_start_xmit: ['len', ''],
} as const;
export type Listened = keyof typeof LISTENED;
const isListened = (name: string): name is Listened => Object.hasOwn(LISTENED, name);

/** One of the kernel's tracepoints, as plain data. */
export interface ListenedSite {
  addr: bigint;
  name: Listened;
  a: Reader;
  b: Reader;
  /** Of tcp_probe: the packet. Of sched_switch: the name of who comes. */
  c: Reader;
}

export function listenedSites({ types, tracepoints }: Pick<DebugInfo, 'types' | 'tracepoints'>): ListenedSite[] {
  return tracepoints.flatMap(({ name, addr, args }) => {
    if (!isListened(name)) return [];
    const reader = (wanted: string): Reader => {
      const found = args.find((argument) => argument.name === wanted);
      return found ? readerOf(types, found) : NOTHING;
    };
    const [a, b] = LISTENED[name];
    return [{ addr, name, a: reader(a), b: reader(b), c: reader(name === 'tcp_probe' ? 'skbaddr' : 'next_comm') }];
  });
}

/** A moment on one CPU. Instructions and sleep are that CPU's own. */
export interface Stamp {
  readonly tick: number;
  readonly ns: number;
  readonly cpu: number;
  readonly instructions: number;
  /** Nanoseconds that it has slept so far. */
  readonly slept: number;
  /** The same moment on the CPU that is to go on. */
  readonly there?: Stamp;
}

/** One row of what happened while a request was under way. */
export interface Row extends Stamp {
  readonly what: Listened | 'packet-in' | 'packet-out' | 'sent' | 'done';
  readonly a: number;
  readonly b: number;
  /** Who had the CPU from then on, and what went on there besides it, the innermost last. */
  readonly pid: number;
  readonly within: readonly string[];
}

interface Bytes {
  /** Of the first. */
  readonly seq: number;
  readonly length: number;
}

/** A request's way: a time for each end of a stage, and the moments in the guest. */
export interface Way {
  readonly request: Done;
  readonly port: number;
  /** Ends of the stages, in nanoseconds; none before the one before it. */
  readonly ends: readonly number[];
  /** The moment at which each ends, where that was seen in the guest. */
  readonly stamps: readonly (Stamp | undefined)[];
  /** When the card had it in memory. */
  readonly arrived: Stamp | undefined;
  /** How often its last byte, and that of its answer, was seen at the card. */
  readonly copies: { readonly in: number; readonly out: number };
  /** Its bytes and its answer's, as TCP numbers them. */
  readonly bytes: { readonly in: Bytes; readonly out: Bytes };
  readonly pid: number;
}

interface Answer {
  end: number;
  start: number;
  enter: Stamp | undefined;
  xmit: Stamp | undefined;
  out: Stamp;
}

interface Journey {
  request: Request;
  length: number;
  /** Of its bytes, counted over all of its connection. */
  end: number;
  copies: number;
  nic?: Stamp;
  irq?: Stamp;
  softirq?: Stamp;
  taken?: Stamp;
  tcp?: Stamp;
  woken?: Stamp;
  switched?: Stamp;
  resumed?: Stamp;
  entered?: Stamp;
  copied?: Stamp;
  read?: Stamp;
  pid: number;
}

/** One connection: first sequence numbers of both sides, bytes asked and answered. */
interface Line {
  theirs: number;
  ours: number;
  asked: number;
  answered: number;
  journeys: Journey[];
  answers: Answer[];
}

interface TaskNow {
  woken?: Stamp;
  switched?: Stamp;
  /** The first return from a system call since it was switched to. */
  resumed?: Stamp;
  entered?: Stamp;
  /** What it has read and whose system call has not returned yet. */
  reading: Journey[];
}

interface CpuNow {
  pid: number;
  /** What goes on there besides the task, the innermost last. */
  within: string[];
  irq?: Stamp;
  softirq?: Stamp;
}

/** A packet that the driver was given: the card fetches it later. */
interface Given {
  length: number;
  xmit: Stamp;
  enter: Stamp | undefined;
}

const between = (name: (number: number) => string): [(number: number) => string] => [name];
const LEFT: [undefined, true] = [undefined, true];
/** What begins and ends with a tracepoint. */
const CONTEXTS: Readonly<Partial<Record<Listened, [((number: number) => string)?, true?]>>> = {
  irq_handler_entry: between((irq) => `interrupt ${irq}`), irq_handler_exit: LEFT,
  local_timer_entry: between(() => 'timer interrupt'), local_timer_exit: LEFT,
  reschedule_entry: between(() => 'reschedule interrupt'), reschedule_exit: LEFT,
  call_function_entry: between(() => 'call-function interrupt'), call_function_exit: LEFT,
  softirq_entry: between((vec) => `softirq ${vec}`), softirq_exit: LEFT,
};

const swapped = (port: number): number => ((port & 0xff) << 8) | ((port >> 8) & 0xff);
/** How many packets on their way between card and TCP are remembered. */
const PACKETS = 4096;

export class RequestTrace {
  readonly #machine: Machine;
  readonly #values: Values;
  readonly #plans: readonly (readonly ListenedSite[])[];
  readonly addresses: readonly bigint[];
  readonly #lines = new Map<number, Line>();
  readonly #byLine: number[] = [];
  readonly #tasks = new Map<number, TaskNow>();
  readonly #cpus: CpuNow[];
  /** Packets that were taken off the card: by their addresses, since TCP may have them later. */
  #packets = new Map<number, { irq: Stamp | undefined; softirq: Stamp | undefined; taken: Stamp }>();
  /** In the order in which the card will have them; of other devices and of what was dropped some more. */
  #given: Given[] = [];
  readonly names = new Map<number, string>();
  /** Everything is told, while there is somebody. */
  onRow: ((row: Row) => void) | undefined;

  constructor(machine: Machine, sites: readonly ListenedSite[]) {
    this.#machine = machine;
    this.#values = new Values(machine);
    const at = new Map<bigint, ListenedSite[]>();
    for (const site of sites) at.set(site.addr, [...(at.get(site.addr) ?? []), site]);
    this.addresses = [...at.keys()];
    this.#plans = [...at.values()];
    this.#cpus = machine.cpus.map(() => ({ pid: 0, within: [] }));
  }

  stamp(cpu: number): Stamp {
    const { tick, costs: { hertz }, cpus } = this.#machine, { quarterCycles, retired, slept } = cpus[cpu], perNs = hertz / 250_000_000;
    return { tick, ns: Math.floor(quarterCycles / perNs), cpu, instructions: retired, slept: slept / perNs };
  }

  /** Of all CPUs. */
  get instructions(): number {
    return this.#machine.instructions;
  }

  get cpus(): number {
    return this.#cpus.length;
  }

  row(cpu: number, what: Row['what'], a: number, b: number): Row {
    const { pid, within } = this.#cpus[cpu];
    return { ...this.stamp(cpu), what, a, b, pid, within: [...within] };
  }

  #task(pid: number): TaskNow {
    let task = this.#tasks.get(pid);
    if (!task) this.#tasks.set(pid, (task = { reading: [] }));
    return task;
  }

  // ------------------------------------------------------------------------------------------- the client

  sent(request: Request, { localPort, iss }: Connection, length: number): void {
    let line = this.#lines.get(localPort);
    if (!line) this.#lines.set(localPort, (line = { theirs: iss, ours: 0, asked: 0, answered: 0, journeys: [], answers: [] }));
    this.#byLine[request.connection] = localPort;
    line.asked += length;
    line.journeys.push({ request, length, end: line.asked, copies: 0, pid: 0 });
  }

  /** An answer is whole. @returns the way of its request. */
  done(request: Done): Way | undefined {
    const port = this.#byLine[request.connection], line = this.#lines.get(port), journey = line?.journeys.shift();
    if (!line || !journey) return undefined;
    line.answered += request.length;
    const copies = line.answers.filter(({ start, end }) => start < line.answered && line.answered <= end), answer = copies.at(0);
    line.answers = line.answers.filter(({ end }) => end > line.answered);
    const { nic, irq, softirq, taken, tcp, woken, switched, resumed, entered, read, pid } = journey;
    const stamps = [undefined, nic, irq, softirq, taken, tcp, woken, switched, resumed, entered, read, answer?.enter, answer?.xmit, answer?.out, undefined];
    const ends: number[] = [];
    let last = request.meant;
    for (let n = 0; n < STAGES.length; n++) {
      const ns = n === 0 ? request.sent : n === STAGES.length - 1 ? request.done : stamps[n]?.ns ?? last;
      ends.push((last = Math.min(request.done, Math.max(last, ns))));
    }
    const bytes = (first: number, end: number, length: number): Bytes => ({ seq: (first + 1 + end - length) >>> 0, length });
    return { request, port, ends, stamps, arrived: nic, copies: { in: journey.copies, out: copies.length }, pid,
      bytes: { in: bytes(line.theirs, journey.end, journey.length), out: bytes(this.#isns.get(port) ?? 0, line.answered, request.length) } };
  }

  // ------------------------------------------------------------------------------------------- the card

  packet(direction: 'out' | 'in', frame: Uint8Array): void {
    const tcp = parse(frame).ip?.tcp;
    if (!tcp) return;
    const cpu = this.#machine.running, line = this.#lines.get(direction === 'in' ? tcp.srcPort : tcp.dstPort);
    this.onRow?.(this.row(cpu, direction === 'in' ? 'packet-in' : 'packet-out', direction === 'in' ? tcp.srcPort : tcp.dstPort, tcp.payload.length));
    if (direction === 'in') this.#cameIn(line, tcp, cpu);
    else this.#wentOut(line, tcp, cpu, this.#fetched(frame.length));
  }

  #cameIn(line: Line | undefined, { seq, payload }: Tcp, cpu: number): void {
    if (!line || payload.length === 0) return;
    const start = near(seq, line.theirs, line.asked), end = start + payload.length;
    for (const journey of line.journeys) {
      if (journey.end <= start || journey.end > end) continue;
      journey.copies++;
      journey.nic ??= this.stamp(cpu);
    }
  }

  #fetched(length: number): Given | undefined {
    const at = this.#given.findIndex((one) => one.length === length);
    return this.#given.splice(0, at + 1).at(-1);
  }

  #wentOut(line: Line | undefined, { seq, flags, payload, dstPort }: Tcp, cpu: number, given: Given | undefined): void {
    if (flags & SYN) this.#isns.set(dstPort, seq);
    if (!line || payload.length === 0) return;
    const start = near(seq, this.#isns.get(dstPort) ?? 0, line.answered);
    line.answers.push({ start, end: start + payload.length, out: this.stamp(cpu), enter: given?.enter, xmit: given?.xmit });
  }

  /** The server's first sequence numbers: they come before anything is asked. */
  readonly #isns = new Map<number, number>();

  // ------------------------------------------------------------------------------------------- tracepoints

  probe(cpu: number, n: number): void {
    for (const site of this.#plans[n]) this.#tell(cpu, site);
  }

  #tell(cpu: number, { name, a, b, c }: ListenedSite): void {
    const values = this.#values, first = values.read(a), second = values.read(b), on = this.#cpus[cpu];
    const [entered, left] = CONTEXTS[name] ?? [];
    if (entered) on.within.push(entered(first));
    else if (left) on.within.pop();
    this.#follow(cpu, name, first, second, c);
    if (this.onRow) this.onRow(this.row(cpu, name, first, second));
  }

  #follow(cpu: number, name: Listened, first: number, second: number, c: Reader): void {
    const values = this.#values, on = this.#cpus[cpu];
    switch (name) {
      case 'irq_handler_entry': on.irq = this.stamp(cpu); break;
      case 'softirq_entry': on.softirq = this.stamp(cpu); break;
      case 'netif_receive_skb': this.#packets.set(first, { irq: on.irq, softirq: on.softirq, taken: this.stamp(cpu) });
        if (this.#packets.size > PACKETS) this.#packets = new Map([...this.#packets].slice(PACKETS / 2));
        break;
      case 'tcp_probe': this.#atTcp(cpu, swapped(first), second, values.read(c)); break;
      case 'sched_wakeup': this.#task(first).woken = second === cpu ? this.stamp(cpu) : { ...this.stamp(cpu), there: this.stamp(second) }; break;
      case 'sched_switch':
        on.pid = first;
        Object.assign(this.#task(first), { switched: this.stamp(cpu), resumed: undefined });
        if (!this.names.has(first)) this.names.set(first, this.#text(c));
        break;
      case 'tcp_rcv_space_adjust': this.#copied(cpu, swapped(first), second); break;
      case 'sys_enter': this.#task(on.pid).entered = this.stamp(cpu); break;
      case 'sys_exit': this.#returns(cpu, this.#task(on.pid)); break;
      case 'net_dev_start_xmit':
        this.#given.push({ length: first, xmit: this.stamp(cpu), enter: this.#task(on.pid).entered });
        if (this.#given.length > PACKETS) this.#given = this.#given.slice(PACKETS / 2);
        break;
      default:
    }
  }

  #text(at: Reader): string {
    const values = this.#values;
    values.read(at);
    const bytes = this.#machine.peek(values.word(), 16), end = bytes?.indexOf(0) ?? 0;
    return bytes ? String.fromCharCode(...bytes.subarray(0, end < 0 ? 16 : end)) : '';
  }

  #atTcp(cpu: number, port: number, endSeq: number, packet: number): void {
    const line = this.#lines.get(port);
    if (!line) return;
    const end = near(endSeq, line.theirs, line.asked), from = this.#packets.get(packet);
    for (const journey of line.journeys) {
      if (journey.tcp || !journey.nic || journey.end > end) continue;
      journey.tcp = this.stamp(cpu);
      Object.assign(journey, from);
    }
  }

  #copied(cpu: number, port: number, copiedSeq: number): void {
    const line = this.#lines.get(port);
    if (!line) return;
    const end = near(copiedSeq, line.theirs, line.asked), { pid } = this.#cpus[cpu], task = this.#task(pid);
    for (const journey of line.journeys) {
      if (journey.copied || !journey.tcp || journey.end > end) continue;
      const { tick } = journey.tcp, after = (stamp: Stamp | undefined): Stamp | undefined => (stamp && stamp.tick >= tick ? stamp : undefined);
      const now = this.stamp(cpu), switched = after(task.switched);
      // Who slept in the read itself goes on in it; who slept elsewhere reads later.
      Object.assign(journey, { copied: now, pid, woken: switched && after(task.woken), switched,
        resumed: switched && (task.resumed ?? now), entered: after(task.entered) });
      task.reading.push(journey);
    }
  }

  #returns(cpu: number, task: TaskNow): void {
    if (task.resumed && task.reading.length === 0) return;
    const now = this.stamp(cpu);
    task.resumed ??= now;
    for (const journey of task.reading.splice(0)) journey.read = now;
  }
}

/** Bytes before a sequence number, counted from the connection's first; of those that fit, the nearest to what is expected. */
const near = (seq: number, first: number, expected: number): number => expected + ((seq - first - 1 - expected) | 0);
