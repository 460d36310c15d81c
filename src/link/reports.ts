/**
 * What the lab tells the page: plain data only, made for one moment of the machine. 64-bit values are bigint.
 * Everything here is computed from machine state; no field may be invented.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Domain } from '../formats/debug-info.ts';
import type { EventKind } from './events.ts';

export type Ring = 0 | 3;

/** Why the machine stands still. */
export type StopKind =
  | 'start' | 'step' | 'seek' | 'pause' | 'limit' | 'breakpoint' | 'event' | 'watch'
  /** Nothing runs, and nothing that is pending will wake anybody: it waits for input, unless it is stuck. */
  | 'idle'
  /** Powered off; `code` is the exit status that the kernel passed on. */
  | 'exit'
  | 'panic' | 'triple-fault'
  /** What was looked for does not come: it stays where it was. */
  | 'unmet'
  /** Reached the end (or the start) of recorded history while going forward in replay / backwards. */
  | 'history-start' | 'live-end';

export interface Stop {
  kind: StopKind;
  tick: Tick;
  /** One sentence for people. */
  message: string;
  code?: number;
  /** Idle for good: what is typed would wake nobody either, nor would Ctrl-C. */
  stuck?: true;
  /** Idle, and of what is typed only Ctrl-C would wake somebody. */
  interruptible?: true;
  /** The event that stopped it (kinds event, breakpoint). */
  event?: EventReport;
  breakpoint?: number;
}

export type { EventKind };

export interface EventReport {
  /** Position in the recorded list. */
  index: number;
  tick: Tick;
  kind: EventKind;
  /** Where, and which task was on it. */
  cpu: number;
  pid: number;
  /** One line: `write(1, "hello\n", 6)`, `#PF at 7ffd...`, `timer (vector 236)`. */
  text: string;
  /** Named values of the event: vector, error, address, nr, ret, from, to, writer ... */
  fields: Record<string, number | bigint | string>;
}

/** An address, and the address space in which it means something: 0 is the kernel's half, which all of them share. */
export interface Place {
  space: number;
  addr: VirtAddr;
}

/** A code address with what debug info says of it. */
export interface CodePlace extends Place {
  /** Which linked image stands there: `vmlinux`, or the path of a program; '' where none is known. */
  image: string;
  /** Function name, `app:main` without the prefix; '' where nothing is known. */
  symbol: string;
  offset: number;
  domain: Domain | 'unknown';
  file: string;
  line: number;
}

/** Always visible: where we are. Sent with every stop. */
/** Whose registers and stacks are shown: those of a CPU, or of a task wherever it is. */
export type Focus = { cpu: number } | { pid: number };

export interface Status {
  tick: Tick;
  /** The newest tick that was ever run: past it is the unknown future. */
  live: Tick;
  instructions: number;
  cycles: number;
  ns: number;
  ring: Ring;
  /** Ring before the last step, if it differs. */
  ringWas?: Ring;
  place: CodePlace;
  /** The running task, from the scheduler's tracepoint; pid 0 is idle/boot. */
  task: { pid: number; comm: string };
  /** The scheduler has told that it leaves for this one; it is on its CPU until RSP is the other's. */
  leavesFor?: { pid: number; comm: string };
  /** The CPU that ring, place and task are of; of how many. */
  cpu: number;
  cpus: number;
  /** What was chosen to be shown. */
  focus?: Focus;
  /** The task in focus is on no CPU since this tick: ring and place are those it left with. */
  away?: Tick;
  /** How it ended, if it is away for good: `wc 5 ends with status 0`. */
  ended?: string;
  interruptsEnabled: boolean;
  halted: boolean;
  /** Nothing runs any more: what has become of the machine. */
  over?: 'powered off' | 'shut down';
  /** The last thing that went wrong for good, if anything has. */
  trouble?: { word: string; tick: Tick; text: string };
  /** Branch number: input in the past starts a new one. */
  branch: number;
  branches: number;
}

export interface StopReport {
  stop: Stop;
  status: Status;
}

// ---------------------------------------------------------------------------------------------- Code panel

/** One row of a listing. Static for a build: fetched once per function. */
export type ListingRow =
  | { kind: 'line'; file: string; line: number; text: string; /** 0..3, cycled; joins the line and its instructions. */ band: number }
  | { kind: 'insn'; addr: VirtAddr; bytes: Uint8Array; mnemonic: string; operands: string; /** Of the target or RIP-relative symbol. */ symbol?: string;
    band: number };

export interface Listing {
  /** Of which image: the same addresses hold other code in another program. */
  image: string;
  name: string;
  domain: Domain | 'unknown';
  file: string;
  line: number;
  low: VirtAddr;
  high: VirtAddr;
  /** Bytes below RSP the function keeps live data in. */
  redZoneBytes: number;
  rows: ListingRow[];
}

export interface Annotation {
  addr: VirtAddr;
  text: string;
}

export interface CodeView {
  /** The instruction that ran last (absent at tick 0 and after an event delivery). */
  ran?: CodePlace;
  next: CodePlace;
  /** What lay between ran and next when it was a boundary: ring, stack or kernel entry/exit. */
  border?: { kind: string; text: string; from: string; to: string; fromRing: Ring; toRing: Ring };
  /** Values the visible instructions have now, for annotations at the right edge ("nr 1 = write"). */
  annotations: Annotation[];
  /** What the last step did, 25 words at most, composed from its sub-steps; `why` is the manual's reason. Where something went wrong in it, that. */
  narration: { what: string; why: string; isGrave?: true };
  /** Addresses run in the current function before `ran`, newest first. */
  trail: VirtAddr[];
  /** Variables of the current function with their values now. */
  variables: { name: string; type: string; place: string; value: string; gone: boolean }[];
}

// ---------------------------------------------------------------------------------------------- CPU panel

export interface SubStep {
  /** "RCX <- RIP of the next instruction" */
  text: string;
  /** Register or memory cell changed, with old and new value. */
  target?: string;
  before?: bigint;
  after?: bigint;
}

export interface RegisterValue {
  /** RAX .. R15, RIP, RFLAGS, CS, SS, CR0 CR2 CR3 CR4, FS_BASE GS_BASE KERNEL_GS_BASE, LSTAR STAR SFMASK, CPL, IDTR GDTR TR. */
  name: string;
  value: bigint;
  /** Value one tick before, if it differs. */
  was?: bigint;
  /** What the value is, if it is something: symbol+offset, "string", task name. */
  note?: string;
}

export interface CpuView {
  registers: RegisterValue[];
  flags: { name: string; set: boolean; was: boolean }[];
  ring: Ring;
  ringWas: Ring;
  interruptsEnabled: boolean;
  /** Words that the kernel itself names: of this CPU and of the task that runs. Without a value where they are not there yet. */
  words: { name: string; value?: number }[];
  /** Vectors that the local APIC of this CPU has given it and that no EOI has ended, and those that wait; absent for a task that is on no CPU. */
  lapic?: { inService: number[]; requested: number[] };
  /** Sub-steps of the last step, when it was syscall, sysret, iretq, int, an interrupt or an exception. */
  subSteps: { title: string; steps: SubStep[] } | null;
}

// ---------------------------------------------------------------------------------------------- Descriptor tables panel

/** A gate of the IDT, or several one after the other that say the same. */
export interface Gate {
  vector: number;
  /** The last vector of the run; the same as `vector` for one. */
  last: number;
  /** `#PF`; '' above the exceptions, and of a run. */
  name: string;
  present: boolean;
  type: 'interrupt' | 'trap' | 'other';
  selector: number;
  /** Counted from 1; 0: no stack of its own. */
  ist: number;
  dpl: number;
  handler: VirtAddr;
  /** Where it leads; '' and 0 where nothing is known. */
  symbol: string;
  file: string;
  line: number;
}

export interface Descriptor {
  selector: number;
  present: boolean;
  dpl: number;
  what: string;
  base: bigint;
  limit: number;
  /** What the kernel calls its selector. */
  name: string;
  /** Registers that hold it now. */
  loaded: string[];
}

export interface StackPointer {
  /** `sp0`, `ist[0]` */
  name: string;
  value: VirtAddr;
  /** The stack that it names, '' where none is known. */
  stack: string;
}

/** Of each table where it is and how long; without rows it cannot be read, since nothing is mapped there. */
export interface TablesView {
  cpu: number;
  idt: { base: VirtAddr; limit: number; rows: Gate[] | null };
  gdt: { base: VirtAddr; limit: number; rows: Descriptor[] | null; /** So many are there beyond these rows. */ more: number };
  tss: { base: VirtAddr; limit: number; rows: StackPointer[] | null };
  /** What the CPU delivered last, and the stack on which it put the frame: empty where it stayed on its own, or where none is known. */
  last?: { tick: Tick; kind: 'interrupt' | 'exception'; vector: number; name: string; ring: number; stack: string; moved: boolean;
    /** In the step just made, so that the tables are those it used; with the word of the TSS that RSP came from, empty where the stack stayed. */
    used?: { selector: number; pointer: string } };
}

// ---------------------------------------------------------------------------------------------- Locks panel

/** Some bits of a word, lowest and highest, and the number that they make. */
export interface LockPart {
  name: string;
  low: number;
  high: number;
  value: bigint;
}

/** A word of a lock as it stands in memory; without a value where nothing is mapped. */
export interface LockWord {
  field: string;
  at: VirtAddr;
  bits: number;
  value?: bigint;
  /** Highest bits first. */
  parts: LockPart[];
  /** The rest of it is the address of a task: whose. null: of none. */
  holder?: { pid: number; comm: string } | null;
}

/** One who holds a lock, wants it or waits for it, as events told. */
export interface LockShareReport {
  /** As the Threads panel has it. */
  id: number;
  pid: number;
  comm: string;
  read: boolean;
  since: Tick;
}

export interface LockWaiter extends LockShareReport {
  /** It waits: events said so. false: only the list in memory has it. */
  told: boolean;
  /** Its place in the lock's list in memory, from 0; undefined: it is not in it. */
  place?: number;
  /** The functions that it is in, innermost first, from the one that waits on; and the stack of the innermost. */
  chain: string[];
  stack: string;
}

/** What an event said of a lock; `word` is the lock's first word as it was then. */
export interface LockStep {
  tick: Tick;
  what: 'wanted' | 'taken' | 'not free' | 'waited for no more' | 'given back';
  pid: number;
  comm: string;
  word?: bigint;
}

export interface LockReport {
  lock: VirtAddr;
  name: string;
  /** As the kernel declares it; '' where no event said. */
  type: string;
  /** Without any the kernel does not say how such a lock is read. */
  words: LockWord[];
  holders: LockShareReport[];
  /** On their way to it: they neither have it nor wait. */
  wanting: LockShareReport[];
  waiters: LockWaiter[];
  /** Why the list of waiters in memory was not followed to its end. */
  broken?: string;
  /** Of the lock that was asked for, oldest first. */
  steps: LockStep[];
}

/** Tasks that wait for each other in a circle. */
export interface LockCircle {
  pids: number[];
  locks: VirtAddr[];
  /** Who waited last, and so closed it, when. */
  closedBy: number;
  since: Tick;
  /** They are no part of it, and wait for one who is. */
  victims: number[];
}

export interface LockTask {
  id: number;
  pid: number;
  comm: string;
  state: TaskState;
  letter: string;
  /** The system call that it is in. */
  call?: string;
}

export interface LocksView {
  /** Those that somebody has, wants or waits for: in circles first, then by how many wait. */
  locks: LockReport[];
  /** The one whose steps are told. */
  chosen?: VirtAddr;
  /** Whoever has a part in a lock, by pid. */
  tasks: LockTask[];
  circles: LockCircle[];
  /** How many others this run has told of. */
  others: number;
  /** The newest beginning of a wait before this moment. */
  lastWait?: Tick;
}

// ---------------------------------------------------------------------------------------------- Stacks panel

export type SlotKind = 'ret' | 'saved' | 'local' | 'ptregs' | 'hw' | 'redzone' | 'free' | 'guard' | 'unknown';

export interface Slot {
  addr: VirtAddr;
  /** undefined: the page is not mapped. */
  value?: bigint;
  kind: SlotKind;
  /** `main+29`, `RBP of _start`, `n size_t`, `ss`; '' when nothing is known. */
  label: string;
  /** Set when the code for a click: return addresses. */
  code?: VirtAddr;
  /** Quoted: the string that the value points to, or that begins here. */
  text?: string;
  /** Value one tick before, if this step changed it. */
  was?: bigint;
  /** In the past: written in so many steps, and what it is then ('' when nothing is known). */
  next?: { steps: number; label: string };
  /** Someone else wrote live red-zone data here: what it was, and how it was called. */
  overwritten?: { by: string; tick: Tick; lost?: bigint; what?: string };
}

/** A run of uninteresting rows shown as one. */
export interface SlotRun {
  addr: VirtAddr;
  count: number;
  kind: SlotKind;
  label: string;
}

export interface StackFrameMark {
  addr: VirtAddr;
  label: string;
}

export interface StackReport {
  /** user, kernel, or IST name (#DF, NMI, #DB, #MC, #PF), irq, entry. */
  kind: 'user' | 'kernel' | 'ist' | 'entry' | 'irq';
  name: string;
  low: VirtAddr;
  high: VirtAddr;
  inUse: boolean;
  /** Bytes between the last used slot and high. */
  usedBytes: number;
  /** It is not mapped as the page tables are: what is on it cannot be told. */
  unreadable?: true;
  /** Down the page = down the addresses. */
  rows: (Slot | SlotRun)[];
  frames: StackFrameMark[];
  /** While the entry code saves the caller's registers here: how many of them it has, of the struct that they make. */
  saving?: { struct: string; done: number; of: number };
  rsp?: VirtAddr;
  rbp?: VirtAddr;
  redZone?: { low: VirtAddr; high: VirtAddr; inUse: boolean };
  /** Of a stack of the CPU's: other tasks that have left it from here, and with which RSP. */
  left?: { pid: number; comm: string; rsp: VirtAddr }[];
}

export interface StacksView {
  task: { pid: number; comm: string };
  stacks: StackReport[];
  /** The struct that saved registers lie in, as the kernel calls it. */
  savedStruct: string;
  /** RSP moved from one stack to another in the last step. */
  jump?: { from: string; to: string };
}

// ---------------------------------------------------------------------------------------------- Syscall path

export interface PathNode {
  id: number;
  name: string;
  domain: Domain | 'unknown';
  ring: Ring;
  /** Where it was entered. */
  cpu: number;
  /** Own work of this visit, callees left out. */
  instructions: number;
  cycles: number;
  /** RIP stands in it first and last, with what it called in between. */
  firstTick: Tick;
  lastTick: Tick;
  depth: number;
  parent: number | null;
  /** This visit is the one RIP is in now. */
  current: boolean;
  /** The visit has begun by the current tick. */
  reached: boolean;
  /** What led here: a delivery, or the instruction that ran before. */
  via: 'call' | 'jump' | 'return' | 'syscall' | 'sysret' | 'interrupt' | 'exception' | 'iret';
  /** Which interrupt or exception. */
  event?: string;
  /** How it went back to where it was called from, and the tick at which RIP stands there again. */
  left?: { via: PathNode['via']; tick: Tick };
}

export interface SyscallReport {
  /** n-th system call of the run, 0-based. */
  index: number;
  name: string;
  nr: number;
  text: string;
  task: { pid: number; comm: string };
  /** Where it began. */
  cpu: number;
  /** CS of the code that called. */
  cs?: number;
  /** First instruction of the libc function. */
  tick: Tick;
  endTick?: Tick;
  ret?: bigint;
  /** false: it never returns, because its task ended in it. */
  returns?: false;
  /** Made by whoever starts the application and waits for its end. */
  starts?: true;
  instructions?: number;
  cycles?: number;
  /** Cycles without interrupt handlers, idle and other tasks. */
  net?: number;
}

export interface PathView {
  call: SyscallReport | null;
  nodes: PathNode[];
}

// ---------------------------------------------------------------------------------------------- Console

export interface ConsoleView {
  /** All output up to the current tick. */
  text: string;
  /** How much of it was printed before the first system call: by a kernel that boots, for nobody's program. */
  boot: number;
  /** Output recorded after it, line by line. */
  future: { tick: Tick; text: string }[];
}

// ---------------------------------------------------------------------------------------------- Timeline

export interface Span {
  start: Tick;
  end: Tick;
  label: string;
  /** Of a system call: whose. */
  who?: string;
  /** Sub-kind for look: '0' '3' for ring, empty where nobody tells application from kernel; app/libc/kernel, stack kind, syscall name, interrupt/fault/grave. */
  kind: string;
  /** More than one thing merged because they are too narrow to draw. */
  merged?: number;
}

export type LaneName = 'ring' | 'task' | 'stack' | 'syscall' | 'irq' | 'softirq' | 'locks' | 'to-guest' | 'to-client';

export interface Lane {
  name: LaneName;
  /** With several CPUs, of which one: each has a lane for who ran there. */
  cpu?: number;
  spans: Span[];
}

export interface TimelineView {
  from: Tick;
  to: Tick;
  lanes: Lane[];
}

// ---------------------------------------------------------------------------------------------- Threads

/** On a CPU; could be; sleeps until an event or a signal comes; until an event comes, whatever is sent to it; until it is told to go on; never runs again. */
export type TaskState = 'running' | 'ready' | 'asleep' | 'waiting' | 'stopped' | 'gone';

export interface TaskReport {
  /** Its pid; each CPU's own idle task has a number of its own below zero. */
  id: number;
  pid: number;
  comm: string;
  /** Where it runs, or ran last. */
  cpu: number;
  state: TaskState;
  /** As ps has it: R, S, D, T, t, X. */
  letter: string;
  since: Tick;
  /** Lock, system call or function that keeps it from running; '' where nothing does. */
  waitsFor: string;
  /** The system call that it is in. */
  call?: string;
  /** A lock that it waits for, and who has it. */
  lock?: { name: string; holders: number[] };
  /** The functions that it is in, innermost first. */
  chain: string[];
  /** Its kernel stack. */
  stack?: { low: VirtAddr; high: VirtAddr; usedBytes: number };
  /** It was asked to give way at this tick, and has not yet. */
  asked?: Tick;
  woken?: { by: number; tick: Tick };
}

export interface ThreadsView {
  from: Tick;
  to: Tick;
  /** Who is on each CPU. */
  cpus: { cpu: number; id: number; spans: Span[] }[];
  /** Those that run first, then those that could, then those that wait; last the idle ones and those that are gone. */
  tasks: (TaskReport & { spans: Span[] })[];
  /** Within the window: who woke whom. */
  wakes: { tick: Tick; by: number; woken: number }[];
  /** Of the run so far. */
  switches: number;
}

// ---------------------------------------------------------------------------------------------- Trace

export interface TraceRow {
  tick: Tick;
  pid: number;
  cpu: number;
  text: string;
}

export interface TraceView {
  rows: TraceRow[];
  /** There are more, which are not shown. */
  earlier: boolean;
  later: boolean;
  /** What it is of, if not of the whole run. */
  title?: string;
}

// ---------------------------------------------------------------------------------------------- Build

export interface BuildReport {
  ok: boolean;
  config: string;
  switches: Record<string, string>;
  app: string;
  diagnostics: Diagnostic[];
  milliseconds: number;
  imageHash: string;
  /** The name under which the guest runs the application. */
  application: string;
  textBytes: number;
  /** Kernel lines that UKL adds or changes under these switches. */
  uklLines: number;
}

export interface ScenarioInfo {
  id: string;
  title: string;
  question: string;
  /** What the reader can say or do afterwards. */
  learn: string;
  /** Its place in the course. */
  order?: number | undefined;
  app: string;
  config: string;
  set: Record<string, string>;
  input: string;
  /** A line that a person might type. */
  sample: string;
  /** Where it is typed. */
  port: string;
  /** Requests that the client makes by itself, in place of somebody who types. */
  load?: Readonly<Record<string, number>> | undefined;
  /** What the program is called with, which is part of its image. */
  args: string[];
  panels: string[];
  tags: string[];
}

export interface Breakpoint {
  id: number;
  enabled: boolean;
  /** What the user asked for. */
  spec:
    | { kind: 'line'; file: string; line: number }
    | { kind: 'symbol'; symbol: string }
    | { kind: 'address'; addr: VirtAddr; /** In this address space; without it in any. */ space?: number }
    | { kind: 'event'; event: EventKind; match?: Record<string, string> };
  /** Resolved addresses in this build; empty: makes no sense in it. */
  addresses: VirtAddr[];
  hits: number;
}

export interface WriteReport {
  found: boolean;
  /** Somebody ended the search at this tick. */
  cancelled?: true;
  tick: Tick;
  place?: CodePlace;
  /** "push %rbp in main", "interrupt frame (timer)", "device" */
  writer: string;
  before?: bigint;
  after?: bigint;
}

export interface KernelLinesReport {
  flavours: { name: string; about: string; lines: number }[];
  /** Lines that belong to at least one of them, and the files they are in. */
  all: { lines: number; files: number };
  /** What the authors of UKL itself have told. */
  published: readonly { what: string; lines: string; source: string }[];
}
