/**
 * The names and functions that an expression of a scenario may use, once: what each means and how it is read. The checker of
 * files, the documentation and the player read this table.
 */
import { Refusal } from '../base/refusal.ts';
import { nearest, unknown } from '../base/unknown.ts';
import { SWITCHES } from '../guest/configs/switches.ts';
import { EVENT_KINDS, EVENTS, isText, KIND_OF_SITE, type EventKind } from '../link/events.ts';
import type { EventReport, SyscallReport } from '../link/reports.ts';
import { configNames } from '../toolchain/kconfig.ts';
import { syscallRows } from '../toolchain/syscall-table.ts';
import { stopTick } from './events.ts';
import type { Scope, Value } from './expr.ts';
import type { Kind, Type, Words } from './expr-kinds.ts';
import type { Lab } from './lab.ts';
import { guestSources } from './sources.ts';
import { STACK_NAMES } from './stack-kinds.ts';
import { STATE_LETTERS, stateOf, type TaskNote } from './tasks.ts';
import { framesOf, taskNotes } from './threads.ts';
import { traceValue } from './trace-text.ts';
import { unwind } from './unwind.ts';

/** The moment that an expression speaks of. */
interface Now {
  lab: Lab;
  /** Known once the machine has powered off. */
  exitCode: number | undefined;
}

type Registers = ReturnType<Lab['machine']['registers']>;

interface Register {
  about: string;
  of: (registers: Registers) => Value;
}

interface Name {
  about: string;
  is: Type;
  /** All that it can be. */
  words?: () => readonly string[];
  /** The same at every moment. */
  isOfBuild?: true;
  of: (now: Now) => Value | undefined;
}

interface Fn {
  /** What it is given, as it is written: a text in quotes, a number without. */
  args: string;
  /** How many of them there are at least, and at most. */
  count: readonly [number, number];
  about: string;
  is: Type;
  words?: () => readonly string[];
  of: (now: Now, args: readonly Value[]) => Value | undefined;
  /** What can be said against its first argument, where that stands in the file, without a machine. */
  refuses?: (first: string) => string | undefined;
}

const GPR = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];

export const REGISTERS: Readonly<Record<string, Register>> = {
  ring: { about: 'the privilege level, 0 or 3', of: ({ cpl }) => BigInt(cpl) },
  rip: { about: 'where the next instruction stands', of: ({ rip }) => rip },
  ...Object.fromEntries(GPR.map((name, n): [string, Register] => [name, { about: `the register ${name.toUpperCase()}`, of: ({ gpr }) => gpr[n] }])),
  rflags: { about: 'the flags', of: ({ rflags }) => rflags },
  cs: { about: 'the selector of the code segment', of: ({ cs }) => BigInt(cs) },
  ss: { about: 'the selector of the stack segment', of: ({ ss }) => BigInt(ss) },
  cr2: { about: 'the address of the last page fault', of: ({ cr2 }) => cr2 },
  cr3: { about: 'the page tables that are loaded', of: ({ cr3 }) => cr3 },
};

const stackAt = ({ tracer }: Lab, at: bigint): string => tracer.regionOf(at)?.name ?? 'none';
const frameNow = ({ tracer, tick }: Lab) => tracer.record.framesBefore(tick).findLast((frame) => frame.tick === tick - 1);

/** A field of the interrupt or exception that the step before delivered. */
function delivered({ tracer, tick }: Lab, field: string): Value | undefined {
  const event = tracer.record.findBack(tick, ['interrupt', 'exception'], ({ kind }) => kind === 'interrupt' || kind === 'exception');
  const value = event?.tick === tick - 1 ? event.fields[field] : undefined;
  return typeof value === 'number' ? BigInt(value) : value;
}

/** Where the last interrupt or exception of this CPU came: of a fault, the instruction that did not come to its end. */
function interruptedAt({ tracer: { record }, machine: { cpus, current }, tick }: Lab): bigint {
  const isHere = ({ kind, cpu }: EventReport): boolean => (kind === 'interrupt' || kind === 'exception') && cpus[cpu] === current;
  return BigInt(record.findBack(tick + 1, ['interrupt', 'exception'], (event) => stopTick(event) <= tick && isHere(event))?.fields['rip'] ?? -1);
}

/** A field of the last event that the machine stands at and that has it. */
function fieldNow({ tracer: { record }, tick }: Lab, field: string): Value | undefined {
  // Before the last step there is none at which the machine stands.
  const event = record.findBack(tick + 1, undefined, (one) => one.tick < tick - 1 || (stopTick(one) === tick && Object.hasOwn(one.fields, field)));
  const value = event && stopTick(event) === tick ? event.fields[field] : undefined;
  return typeof value === 'number' ? BigInt(value) : value;
}

/** What the kernel tells of the system call that it begins to serve at this very step, by the name of the tracepoint's argument. */
function servedNow({ machine, symbols: { kernel: { debug } } }: Lab): ((name: string) => bigint | undefined) | undefined {
  const { rip } = machine.registers(), site = debug.tracepoints.find(({ addr, name }) => addr === rip && KIND_OF_SITE.get(name) === 'syscall-entry');
  return site && ((name) => {
    const argument = site.args.find((one) => one.name === name);
    return argument && traceValue(machine, debug.types, argument);
  });
}

/** Of as many arguments as that call has. */
function argumentNow(lab: Lab, n: bigint): bigint | undefined {
  const told = servedNow(lab), nr = told?.('nr'), row = syscallRows(guestSources()).find((one) => BigInt(one.nr) === nr);
  return row && n < row.args.length ? told?.(`a${n}`) : undefined;
}

const taskOf = (lab: Lab, pid: Value) => [...taskNotes(lab, lab.tick).values()].find((one) => one.id >= 0 && BigInt(one.pid) === pid);

/** The kernel has another state for a task as soon as it has chosen the next one, though that is not on the CPU yet. */
function givingWay({ tracer: { record }, tick }: Lab, task: TaskNote): Pick<TaskNote, 'isRunning' | 'state'> {
  const told = task.isRunning ? record.findBack(tick + 1, ['context-switch'], ({ cpu }) => cpu === task.cpu) : undefined;
  const isDone = !told || (record.turnAfter(told.tick, task.cpu)?.tick ?? Infinity) <= tick;
  return isDone ? task : { isRunning: false, state: Number(told.fields['state']) };
}

export const NAMES: Readonly<Record<string, Name>> = {
  console: { is: 'text', about: 'all that was printed so far, as one text',
    of: ({ lab }) => lab.consoleText(lab.tick >= lab.history.live ? Infinity : lab.tick) },
  exit: { is: 'number', about: 'the exit status that the machine powered off with; -1 before that', of: ({ exitCode }) => BigInt(exitCode ?? -1) },
  config: { is: 'text', words: () => configNames(guestSources()), isOfBuild: true, about: 'the name of the configuration',
    of: ({ lab }) => lab.options.config },
  task: { is: 'number', about: 'the pid of the task that runs; 0 is the idle task', of: ({ lab }) => BigInt(lab.tracer.task(lab.tick).pid) },
  function: { is: 'text', about: 'the function that the next instruction belongs to',
    of: ({ lab }) => lab.symbols.functionAt(lab.machine.registers().rip)?.name ?? '' },
  callers: { is: 'text', about: 'the functions that the CPU is in, the innermost first, across its stacks, with commas between them',
    of: ({ lab: { machine, symbols, tracer } }) =>
      unwind({ machine, symbols, tracer, registers: machine.registers() }).frames.map(({ code }) => code.name).join(', ') },
  client: { is: 'text', about: 'all that somebody at the client has received so far, as one text', of: ({ lab }) => lab.options.network?.received ?? '' },
  vector: { is: 'number', about: 'the vector of the interrupt or exception that was just delivered; -1 where none was',
    of: ({ lab }) => delivered(lab, 'vector') ?? -1n },
  interrupted: { is: 'number',
    about: 'the instruction at which the last interrupt or exception came: after a fault, `rip == interrupted` where it runs again; -1 before any',
    of: ({ lab }) => interruptedAt(lab) },
  'frame.base': { is: 'number', about: 'the lowest address of the frame that the CPU has just pushed', of: ({ lab }) => frameNow(lab)?.at },
  'frame.stack': {
    is: 'text', words: () => STACK_NAMES,
    about: 'the stack that this frame lies on: user, entry, kernel, or an interrupt stack such as #DF',
    of: ({ lab }) => {
      const frame = frameNow(lab);
      return frame && stackAt(lab, frame.at);
    },
  },
};

/** How often by this moment, by a key of the record's counts: the record may know of more that is still to come. */
function soFar({ tracer: { record }, tick }: Lab, key: string, kind: EventKind, passes: (event: EventReport) => boolean = () => true): bigint {
  if (tick >= record.frontier) return BigInt(record.total(key));
  const page = record.pages[record.pageAt(tick)];
  let count = page.start.counts.get(key);
  for (const event of record.eventsFrom(page.from, [kind])) {
    if (event.tick > tick) break;
    if (stopTick(event) <= tick && passes(event)) count++;
  }
  return BigInt(count);
}

/** Of the answers that have come to the client by this moment. */
function latencyOf({ tracer: { record }, tick }: Lab, which: string): bigint {
  const all: bigint[] = [];
  for (const event of record.eventsFrom(0, ['answer'])) {
    if (event.tick > tick) break;
    all.push(BigInt(event.fields['latency'] ?? 0));
  }
  if (all.length === 0) return -1n;
  if (which === 'mean') return all.reduce((sum, one) => sum + one) / BigInt(all.length);
  all.sort((a, b) => (a < b ? -1 : 1));
  const percent = which === 'max' ? 100 : Number(which.slice(1));
  return all[Math.max(0, -Math.floor((-percent * all.length) / 100) - 1)];
}

const isOver = ({ tick }: Lab, { endTick }: SyscallReport): boolean => endTick !== undefined && endTick <= tick;

/** The kernel has told the result: libc may not have returned yet. */
function hasResult({ tracer: { record }, tick }: Lab, { tick: from, nr, task: { pid } }: SyscallReport): boolean {
  const event = record.findBack(tick + 1, ['syscall-exit'], (one) => one.tick < from || (one.pid === pid && one.fields['nr'] === nr && stopTick(one) <= tick));
  return event !== undefined && event.tick >= from;
}

/** A field of the nth system call of a name, from 0; as long as it is not known there is nothing to say. */
const ofCall = (read: (call: SyscallReport) => Value | undefined, isKnown = isOver) =>
  ({ lab }: Now, [name, nth]: readonly Value[]): Value | undefined => {
    const call = lab.tracer.record.call(String(name), Number(nth ?? 0n));
    return (call && isKnown(lab, call) ? read(call) : undefined) ?? -1n;
  };
const whole = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(Math.floor(value)));

/** Which system calls there are; the table is read once. */
let calls: readonly string[] | undefined;
function noCall(name: string): string | undefined {
  calls ??= syscallRows(guestSources()).map((row) => row.name);
  return calls.includes(name) ? undefined : unknown('system call', name, calls);
}
const CALL = { is: 'number', args: "'name', n", count: [1, 2], refuses: noCall } as const;

/** All fields that events have. */
const FIELDS = new Map(EVENT_KINDS.flatMap((kind) => Object.entries(EVENTS[kind].fields).filter(([, type]) => type !== 'said')));

export const FUNCTIONS: Readonly<Record<string, Fn>> = {
  events: { is: 'number', args: "'kind'", count: [1, 1], about: `how many events of a kind there were: ${EVENT_KINDS.join(', ')}`,
    of: ({ lab }, [kind]) => soFar(lab, String(kind), kind as EventKind),
    refuses: (kind) => (EVENT_KINDS.some((one) => one === kind) ? undefined : unknown('event', kind, EVENT_KINDS)) },
  exceptions: { is: 'number', args: 'vector', count: [1, 1], about: 'how many exceptions of that vector were delivered',
    of: ({ lab }, [vector]) => soFar(lab, `exception ${String(vector)}`, 'exception', ({ fields }) => String(fields['vector']) === String(vector)) },
  syscalls: { is: 'number', args: "'name'", count: [1, 1], refuses: noCall, about: 'how many system calls of that name the kernel has begun to serve',
    of: ({ lab }, [name]) => soFar(lab, `call ${String(name)}`, 'syscall-entry', ({ fields }) => fields['name'] === name) },
  result: { ...CALL,
    about: 'what the nth system call of that name returned, counted from 0, and without n the first; known from its syscall-exit on; -1 where there is none',
    of: ofCall(({ ret }) => ret, (lab, call) => isOver(lab, call) || hasResult(lab, call)) },
  instructions: { ...CALL,
    about: 'how many instructions that call took, from libc and back; known when it is back',
    of: ofCall(({ instructions }) => whole(instructions)) },
  cycles: { ...CALL, about: 'how many modelled cycles that call took', of: ofCall(({ cycles }) => whole(cycles)) },
  net: { ...CALL, about: 'its cycles without interrupt handlers, idle time and other tasks', of: ofCall(({ net }) => whole(net)) },
  latency: { is: 'number', args: "'p99'", count: [1, 1],
    about: "how many nanoseconds the client's requests took that are answered: mean, max, or a percentile such as p50; -1 where none is",
    of: ({ lab }, [which]) => latencyOf(lab, String(which)),
    refuses: (which) => (/^(mean|max|p[1-9]\d?)$/.test(which) ? undefined : `'${which}' is neither mean nor max nor a percentile such as p99`) },
  region: { is: 'text', words: () => STACK_NAMES, args: 'address', count: [1, 1], about: "the stack that an address lies on, or 'none'",
    of: ({ lab }, [at]) => (typeof at === 'bigint' ? stackAt(lab, at) : undefined) },
  field: { is: 'number', refuses: (name) => (FIELDS.has(name) ? undefined : unknown('field', name, [...FIELDS.keys()])), args: "'name'", count: [1, 1],
    about: 'a field of the event that the run has just stopped at, such as the lock of a lock-acquire; -1 where none has it',
    of: ({ lab }, [name]) => fieldNow(lab, String(name)) ?? -1n },
  arg: { is: 'number', args: 'n', count: [1, 1],
    about: 'the nth argument, counted from 0, of the system call that the kernel begins to serve at this very moment, as a stop at syscall(write); else -1',
    of: ({ lab }, [n]) => (typeof n === 'bigint' ? argumentNow(lab, n) ?? -1n : undefined) },
  word: { is: 'number', args: 'address', count: [1, 1], about: 'the eight bytes at an address as a number, as the CPU sees memory; -1 where nothing is mapped',
    of: ({ lab }, [at]) => (typeof at === 'bigint' ? lab.machine.peekNumber(at, 8) ?? -1n : undefined) },
  state: { is: 'text', words: () => ['', ...STATE_LETTERS], args: 'pid', count: [1, 1],
    about: 'what a task does, as ps tells it: R runs or could, S sleeps, D sleeps and no signal wakes it, T and t are stopped, X is gone; empty: no such task',
    of: ({ lab }, [pid]) => {
      const task = taskOf(lab, pid);
      return task ? stateOf(givingWay(lab, task)).letter : '';
    } },
  frames: { is: 'text', args: 'pid', count: [1, 1],
    about: 'the functions that a task is in, or was when it was taken off the CPU, the innermost first, with commas between them',
    of: ({ lab }, [pid]) => {
      const task = taskOf(lab, pid);
      return task ? framesOf(lab, task).map(({ code }) => code.name).join(', ') : '';
    } },
  align_down: { is: 'number', args: 'n, by', count: [2, 2], about: 'the greatest multiple of `by` that is not above n',
    of: (_now, [n, by]) => (typeof n === 'bigint' && typeof by === 'bigint' && by > 0n ? n - (n % by) : undefined) },
  hex: { is: 'text', args: 'n', count: [1, 1], about: 'a number in the base of 16, as text',
    of: (_now, [n]) => (typeof n === 'bigint' ? BigInt.asUintN(64, n).toString(16) : undefined) },
};

/** What a first lesson is written with: offered before all others. */
export const FIRST_WORDS: readonly string[] = ['ring', 'rip', 'hex', 'region', 'arg', 'exceptions'];

const BEFORE = 'before.';
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);

/** What an expression means at this moment. */
export function scopeOf(lab: Lab, exitCode: number | undefined): Scope {
  const now: Now = { lab, exitCode };
  return {
    name: (name): Value | undefined => {
      if (name.startsWith(BEFORE)) return lab.before && own(REGISTERS, name.slice(BEFORE.length))?.of(lab.before);
      const register = own(REGISTERS, name);
      return register ? register.of(lab.machine.registers()) : own(NAMES, name) ? NAMES[name].of(now) : own(lab.options.switches, name);
    },
    call: (name, args): Value | undefined => own(FUNCTIONS, name)?.of(now, args),
  };
}

/** What it means at every moment of a build: whatever only a moment can say is undefined. */
export function scopeOfBuild(lab: Lab): Scope {
  const now = scopeOf(lab, undefined);
  const isOfBuild = (name: string): boolean => own(NAMES, name)?.isOfBuild ?? own(lab.options.switches, name) !== undefined;
  return { name: (name) => (isOfBuild(name) ? now.name(name) : undefined), call: () => undefined };
}

/** A name that is none: long lists stand on the page of the language. */
function noName(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `unknown name '${name.slice(0, 60)}'; ${near === undefined ? `if it is a text, write '${name.slice(0, 60)}'; the page of the language lists the names`
    : `did you mean ${near}?`}`;
}

/** As many arguments as it takes, each of its kind. */
function fits({ args, count: [least, most] }: Fn, given: readonly Kind[]): boolean {
  const wanted = args.split(', ').map((arg): Type => (arg.startsWith("'") ? 'text' : 'number'));
  return given.length >= least && given.length <= most && given.every(({ types }, n) => types.includes(wanted[n]));
}

/** Knows the words of the language and no moment: for looking whether an expression is written well. */
export const VOCABULARY: Words = {
  name: (name): Kind => {
    const bare = name.startsWith(BEFORE) ? name.slice(BEFORE.length) : name;
    if (own(REGISTERS, bare)) return { name, types: ['number'] };
    if (name !== bare) throw new Refusal(unknown('register', name, Object.keys(REGISTERS).map((one) => `${BEFORE}${one}`)));
    const known = own(NAMES, name), key = SWITCHES.find((one) => one.key === name);
    if (!known && !key) throw new Refusal(noName(name, [...Object.keys(NAMES), ...Object.keys(REGISTERS), ...SWITCHES.map((one) => one.key)]));
    const words = known ? known.words?.() : key && key.values !== 'number' ? key.values : undefined;
    return { name, types: [known?.is ?? 'text'], ...(words ? { words } : {}) };
  },
  call: (name, args): Kind => {
    const fn = own(FUNCTIONS, name), first = args[0]?.written;
    if (!fn) throw new Refusal(unknown('function', name, Object.keys(FUNCTIONS)));
    const called = `${name}(${args.map((one) => one.name ?? '…').join(', ')})`;
    if (!fits(fn, args)) throw new Refusal(`it is written ${name}(${fn.args})${args.length > 0 ? `, not ${called}` : ''}`);
    const refused = typeof first === 'string' ? fn.refuses?.(first) : undefined;
    if (refused !== undefined) throw new Refusal(refused);
    // Of an event that has no such field it is -1.
    const isWord = name === 'field' && typeof first === 'string' && isText(FIELDS.get(first));
    return { name: called, types: isWord ? ['text', 'number'] : [fn.is], ...(fn.words ? { words: fn.words() } : {}) };
  },
};
