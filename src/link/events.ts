/**
 * The kinds of events there are: the one table of them. A row says what its event means, how a run stops at it, where it comes
 * from and what is kept of it; stops, scenarios, links, the breakpoints' list, the help and the trace's text read it here.
 */
import type { EventReport } from './reports.ts';

/**
 * How a field lies in the record: `int` 32 bits, `word` 64 bits without a sign, `long` 64 bits with one, `name` a text kept once, `term` one of the few
 * that all runs have.
 * A `said` field is for the event's text alone; `call` is the name of the system call whose number is in `nr`.
 */
export type FieldKind = 'int' | 'int?' | 'word' | 'word?' | 'long' | 'term' | 'name' | 'said' | 'call';

/** In an event the value of such a field is a text; of any other, a number. */
export const isText = (kind: FieldKind | undefined): boolean => kind === 'term' || kind === 'name' || kind === 'call';

/** What the machine's owner says of numbers. */
export interface Names {
  call: (nr: number) => string;
  /** A system call's result as text. */
  result: (nr: number, value: bigint) => string;
  /** A vector's name: `#PF`, `interrupt 236`. */
  vector: (kind: 'interrupt' | 'exception', vector: number) => string;
  signal: (sig: number) => string;
  /** A softirq's name: `NET_RX`. */
  softirq: (vec: number) => string;
}

type Fields = EventReport['fields'];

export interface EventRow {
  readonly about: string;
  /** Seen at its tick (a tracepoint: before the instruction), or after the step that it is part of. */
  readonly stop: 'at' | 'after';
  /** Comes by the dozen: stepping by event passes over it. */
  readonly quiet?: true;
  /** Something has gone wrong: told of its step, or of all the run after it. */
  readonly grave?: 'step' | 'run';
  /** What that is, in a word or two. */
  readonly word?: string;
  /** The guest's tracepoint that tells it; without one the machine does. */
  readonly site?: string;
  /** What ftrace calls it, where that is neither its tracepoint nor its own name. */
  readonly ftrace?: (fields: Fields) => string;
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** One line for people. */
  readonly text: (fields: Fields, names: Names) => string;
  /** The same where nothing beside it says which kind it is: what happens, made of that line. */
  readonly sentence?: (text: string, fields: Fields) => string;
}

const said = ({ said: text }: Fields): string => String(text);
const printable = ({ byte }: Fields): string => (Number(byte) >= 32 && Number(byte) < 127 ? `'${String.fromCharCode(Number(byte))}'` : `byte ${byte}`);
const delivery = (kind: 'interrupt' | 'exception') => ({ vector, cr2, said: where }: Fields, names: Names): string =>
  `${names.vector(kind, Number(vector))}${cr2 === undefined ? '' : ` at ${cr2.toString(16)}`} in ${where}`;
const DELIVERY = { vector: 'int', ring: 'int', rip: 'word', rsp: 'word', frame: 'word', stack: 'name', error: 'int?', cr2: 'word?', said: 'said' } as const;
/** How a process ended, from what its parent's wait() tells. */
const ended = (code: number, { signal }: Names): string =>
  ((code & 0x7f) === 0 ? `ends with status ${(code >> 8) & 0xff}` : `is ended by ${signal(code & 0x7f)}`);
/** A frame by its headers: EtherType; of IPv4 its protocol, ports, and TCP's flags and numbers; bytes that TCP or UDP carry. */
const FRAME = { length: 'int', type: 'int', protocol: 'int', from: 'int', to: 'int', flags: 'int', seq: 'word', ack: 'word', payload: 'int' } as const;
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];
const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' };
const frame = ({ length, type, protocol, from, to, flags, seq, ack, payload }: Fields): string => {
  if (Number(type) !== 0x800) return `${Number(type) === 0x806 ? 'ARP' : `frame of type ${Number(type).toString(16)}`}, ${length} bytes`;
  if (Number(protocol) !== 6 && Number(protocol) !== 17) return `${PROTOCOLS[Number(protocol)] ?? `IPv4 protocol ${protocol}`}, ${length} bytes`;
  const ports = `${PROTOCOLS[Number(protocol)]} ${from} to ${to}`, named = TCP_FLAGS.filter((_, n) => (Number(flags) >> n) & 1).join(' ');
  return Number(protocol) === 17 ? `${ports}, ${payload} bytes` : `${ports} ${named} seq ${seq} ack ${ack}, ${payload} bytes`;
};
/** The same in as few words as an arrow has room for: `SYN ACK`, `PSH ACK 6 B`. */
export function frameLabel({ type, protocol, flags, payload }: Fields): string {
  if (Number(type) !== 0x800) return Number(type) === 0x806 ? 'ARP' : `type ${Number(type).toString(16)}`;
  const carried = Number(payload) > 0 ? [`${payload} B`] : [];
  if (Number(protocol) !== 6) return [PROTOCOLS[Number(protocol)] ?? `protocol ${protocol}`, ...carried].join(' ');
  return [...TCP_FLAGS.filter((_, n) => (Number(flags) >> n) & 1), ...carried].join(' ');
}
/** The same on the cable: when it comes to the other end, in nanoseconds; how many of it do; whether the segment was given to the cable before. */
const CABLE = { ...FRAME, at: 'word', copies: 'int', again: 'int' } as const;
const onCable = (fields: Fields): string =>
  `${frame(fields)}${Number(fields['again']) ? ', sent again' : ''}${fields['copies'] === 0 ? ', lost' : Number(fields['copies']) > 1 ? ', doubled' : ''}`;
const LOCK = { lock: 'word', name: 'name', pid: 'int', said: 'said' } as const;

const TABLE = {
  'syscall-entry': {
    about: 'the kernel begins to serve a system call', stop: 'at', site: 'sys_enter', ftrace: ({ nr }) => `sys_enter: NR ${nr}`,
    fields: { nr: 'int', name: 'call', nth: 'int', said: 'said' }, text: said,
  },
  'syscall-exit': {
    about: 'its result is known', stop: 'at', site: 'sys_exit', ftrace: ({ nr }) => `sys_exit: NR ${nr}`,
    fields: { nr: 'int', ret: 'long', name: 'call' }, text: ({ nr, ret, name }, { result }) => `${name} = ${result(Number(nr), BigInt(ret))}`,
  },
  'ring-change': {
    about: 'the privilege level changed', stop: 'after', quiet: true,
    fields: { from: 'int', to: 'int', by: 'term' }, text: ({ from, to, by }) => `ring ${from} to ring ${to} by ${by === 'deliver' ? 'an event' : by}`,
  },
  'stack-switch': {
    about: 'RSP went to another stack', stop: 'after', quiet: true,
    fields: { from: 'term', to: 'term', rsp: 'word' }, text: ({ from, to }) => `${from === '' ? 'no known' : from} stack to ${to} stack`,
  },
  interrupt: { about: 'an interrupt was delivered', stop: 'after', fields: DELIVERY, text: delivery('interrupt') },
  exception: { about: 'an exception was delivered', stop: 'after', fields: DELIVERY, text: delivery('exception') },
  'delivery-fault': {
    about: 'an interrupt or exception could not be delivered: the CPU met a fault on the way', stop: 'after', grave: 'step',
    fields: { vector: 'int', fault: 'int', becomes: 'int', cr2: 'word?', said: 'said' }, text: said,
  },
  'interrupt-lost': {
    about: 'an interrupt was acknowledged and could not be delivered: its handler will not run', stop: 'after', grave: 'run', word: 'interrupt lost',
    fields: { vector: 'int' },
    text: ({ vector }, names) => `${names.vector('interrupt', Number(vector))} is lost`,
  },
  'triple-fault': {
    about: 'a fault while #DF was delivered: the CPU shuts down', stop: 'after', grave: 'run', word: 'triple fault', fields: { fault: 'int' },
    text: ({ fault }, names) => `${names.vector('exception', Number(fault))} while #DF was delivered: shutdown`,
  },
  'red-zone-write': {
    about: 'someone wrote into live data below RSP', stop: 'after', grave: 'run', word: 'data lost',
    fields: { writer: 'name', function: 'name', low: 'word', high: 'word' },
    text: ({ writer, function: owner }) => `${writer} wrote into the red zone of ${owner}`,
  },
  'console-output': { about: 'a byte left the serial port', stop: 'at', quiet: true, fields: { byte: 'int' }, text: printable,
    sentence: (byte) => `${byte} goes out of the serial port` },
  'console-input': { about: 'a byte arrived in the serial port', stop: 'at', fields: { byte: 'int' }, text: printable,
    sentence: (byte) => `${byte} comes in at the serial port` },
  'packet-out': { about: 'a frame leaves the network card for the wire', stop: 'after', fields: FRAME, text: frame,
    sentence: (what) => `${what}: leaves the network card for the wire` },
  'packet-in': { about: 'a frame from the wire has come into memory', stop: 'after', fields: FRAME, text: frame,
    sentence: (what) => `${what}: has come from the wire into memory` },
  'wire-to-guest': { about: 'the client gives a frame to the cable', stop: 'after', quiet: true, fields: CABLE, text: onCable,
    sentence: (what) => `${what}: from the client onto the cable` },
  'wire-to-client': { about: 'the network card gives a frame to the cable', stop: 'after', quiet: true, fields: CABLE, text: onCable,
    sentence: (what) => `${what}: from the network card onto the cable` },
  'wire-end': { about: 'a frame has come to the other end of the cable', stop: 'after', quiet: true, fields: { to: 'term', at: 'word' },
    text: ({ to }) => `at the ${to}`, sentence: (where) => `a frame comes to the end of the cable ${where}` },
  request: { about: 'the client sends a request', stop: 'after', fields: { number: 'int', connection: 'int', late: 'word' },
    text: ({ number, connection }) => `request ${number} on connection ${connection}` },
  answer: { about: 'the answer to a request has come to the client whole', stop: 'after', fields: { number: 'int', connection: 'int', latency: 'word' },
    text: ({ number, latency }) => `answer to request ${number} after ${latency} ns` },
  ipi: { about: 'a CPU sent an interrupt to another, or to itself', stop: 'after', fields: { to: 'int', vector: 'int', mode: 'name' },
    text: ({ to, vector, mode }) => `${mode === 'interrupt' ? `interrupt ${vector}` : mode} to CPU ${to}` },
  fork: { about: 'a process is made', stop: 'at', site: 'sched_process_fork', fields: { parent: 'int', pid: 'int', comm: 'name' },
    text: ({ parent, pid, comm }) => `${comm}: process ${parent} makes process ${pid}` },
  clone: { about: 'a thread is made', stop: 'at', site: 'task_newtask', fields: { pid: 'int', comm: 'name', clone_flags: 'word' },
    text: ({ pid, comm }) => `${comm}: thread ${pid} is made` },
  exec: { about: 'a process begins another program', stop: 'at', site: 'sched_process_exec', fields: { filename: 'name' },
    text: ({ filename }) => `runs ${filename}` },
  exit: { about: 'a task ends', stop: 'at', site: 'sched_process_exit', fields: { pid: 'int', comm: 'name', exit_code: 'int' },
    text: ({ pid, comm, exit_code: code }, names) => `${comm} ${pid} ${ended(Number(code), names)}` },
  'signal-generate': { about: 'a signal is sent', stop: 'at', site: 'signal_generate', fields: { sig: 'int', pid: 'int', comm: 'name', group: 'int' },
    text: ({ sig, pid, comm, group }, { signal }) => `${signal(Number(sig))} to ${group ? 'process' : 'thread'} ${pid}, ${comm}`,
    sentence: (what) => `signal ${what}` },
  'signal-deliver': { about: 'a task takes a signal', stop: 'at', site: 'signal_deliver', fields: { sig: 'int', handler: 'word' },
    text: ({ sig, handler }, { signal }) => `${signal(Number(sig))}: ${handler === 0n ? 'default action' : handler === 1n ? 'ignored' : `handler at ${
      handler.toString(16)}`}` },
  sigreturn: { about: 'a signal handler returned', stop: 'at', site: 'sigreturn', fields: { ip: 'word', sp: 'word' },
    text: ({ ip }) => `back to ${ip.toString(16)}`, sentence: (where) => `a signal handler has returned, ${where}` },
  'context-switch': {
    about: 'the scheduler takes another task', stop: 'at', site: 'sched_switch',
    // The registers and the page tables are those with which the first task is left.
    fields: { from: 'int', to: 'int', state: 'int', fromComm: 'name', toComm: 'name', rip: 'word', rsp: 'word', rbp: 'word', root: 'int' },
    text: ({ fromComm, toComm }) => `${fromComm} to ${toComm}`,
    sentence: (_, { from, to, fromComm, toComm }) => `the scheduler is about to switch from ${fromComm} ${from} to ${toComm} ${to}`,
  },
  'wake-up': { about: 'a sleeping task becomes runnable; the event\'s own task woke it', stop: 'at', quiet: true, site: 'sched_wakeup',
    fields: { pid: 'int', comm: 'name', target_cpu: 'int' }, text: ({ comm }) => String(comm),
    sentence: (_, { pid, comm }) => `${comm} ${pid} is woken` },
  migrate: { about: 'a task goes to another CPU', stop: 'at', site: 'sched_migrate_task',
    fields: { pid: 'int', comm: 'name', orig_cpu: 'int', dest_cpu: 'int' },
    text: ({ pid, comm, orig_cpu: from, dest_cpu: to }) => `${comm} ${pid} goes from CPU ${from} to CPU ${to}` },
  'need-resched': { about: 'a task is asked to give way', stop: 'at', quiet: true, site: 'need_resched',
    fields: { pid: 'int', comm: 'name', target_cpu: 'int' },
    text: ({ pid, comm }) => `${comm} ${pid} is to give way` },
  schedule: { about: 'the scheduler is asked who is next', stop: 'at', quiet: true, site: 'sched_entry', fields: { preempt: 'int' },
    text: ({ preempt }) => (preempt ? 'asked by preemption' : 'asked by the task'), sentence: (by) => `the scheduler is ${by} who is next` },
  'lock-acquire': { about: 'a lock is wanted', stop: 'at', quiet: true, site: 'lock_acquire', fields: LOCK, text: said },
  'lock-acquired': { about: 'a lock was taken', stop: 'at', quiet: true, site: 'lock_acquired', fields: LOCK, text: said },
  'softirq-entry': { about: 'a softirq begins: what an interrupt has left to be done, with interrupts on', stop: 'at', quiet: true, site: 'softirq_entry',
    fields: { vec: 'int' }, text: ({ vec }, { softirq }) => softirq(Number(vec)), sentence: (vec) => `softirq ${vec} begins` },
  'softirq-exit': { about: 'a softirq is done', stop: 'at', quiet: true, site: 'softirq_exit', fields: { vec: 'int' },
    text: ({ vec }, { softirq }) => softirq(Number(vec)), sentence: (vec) => `softirq ${vec} is done` },
  'contention-begin': { about: 'a lock is not free: its task begins to wait', stop: 'at', site: 'contention_begin', fields: LOCK, text: said },
  'contention-end': { about: 'the wait for a lock is over', stop: 'at', site: 'contention_end', fields: LOCK, text: said },
  'lock-release': { about: 'a lock was given back', stop: 'at', quiet: true, site: 'lock_release', fields: LOCK, text: said },
  'self-wait': {
    about: 'a task begins to wait for a lock that it holds itself', stop: 'at', grave: 'run', word: 'deadlock',
    fields: { lock: 'word', name: 'name', pid: 'int' },
    text: ({ name, pid }) => `task ${pid} waits for ${name}, which it holds itself`,
  },
  'wait-cycle': {
    about: 'tasks wait for each other in a circle: each holds the lock that the one before it waits for', stop: 'at', grave: 'run', word: 'deadlock',
    fields: { lock: 'word', name: 'name', pid: 'int', tasks: 'int' },
    text: ({ name, pid, tasks }) => `task ${pid} waits for ${name}, and with that ${tasks} tasks wait for each other`,
  },
  'resched-ignored': {
    about: 'an interrupt returned by IRET to a task that was asked to give way, and the scheduler was not called', stop: 'after', quiet: true, grave: 'step',
    fields: { pid: 'int' }, text: ({ pid }) => `task ${pid} goes on, though it is to give way`,
  },
  panic: { about: 'the kernel gives up', stop: 'at', grave: 'run', word: 'panic', site: 'panic', fields: { message: 'name', said: 'said' },
    text: ({ message, said: where }) => `The kernel panics: ${message}${String(where)}` },
} as const satisfies Readonly<Record<string, EventRow>>;

export type EventKind = keyof typeof TABLE;
export const EVENTS: Readonly<Record<EventKind, EventRow>> = TABLE;
export const EVENT_KINDS = Object.keys(TABLE) as EventKind[];

/** An event in words that need no kind beside them. */
export const toldOf = ({ kind, text, fields }: EventReport): string => EVENTS[kind].sentence?.(text, fields) ?? text;

/** The number of each kind in the record. */
export const KIND = Object.fromEntries(EVENT_KINDS.map((kind, n) => [kind, n])) as Readonly<Record<EventKind, number>>;

/** The kind that a tracepoint tells. */
export const KIND_OF_SITE: ReadonlyMap<string, EventKind> =
  new Map(EVENT_KINDS.flatMap((kind) => (EVENTS[kind].site === undefined ? [] : [[EVENTS[kind].site, kind] as const])));
