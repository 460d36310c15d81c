/**
 * The names and functions that an expression of a scenario may use, once: what each means and how it is read. The checker of
 * files, the documentation and the player read this table.
 */
import { Refusal } from '../base/refusal.ts';
import { unknown } from '../base/unknown.ts';
import { SWITCHES } from '../guest/configs/switches.ts';
import { EVENT_KINDS, type EventKind } from '../link/events.ts';
import type { EventReport } from '../link/reports.ts';
import { stopTick } from './events.ts';
import type { Scope, Value } from './expr.ts';
import type { Lab } from './lab.ts';
import { stateOf } from './tasks.ts';
import { framesOf, taskNotes } from './threads.ts';
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
  of: (now: Now) => Value | undefined;
}

interface Fn {
  /** What it is given, as it is written. */
  args: string;
  /** How many of them there are at least, and at most. */
  count: readonly [number, number];
  about: string;
  of: (now: Now, args: readonly Value[]) => Value | undefined;
  /** What can be said against its arguments without a machine. */
  refuses?: (args: readonly Value[]) => string | undefined;
}

const GPR = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];

export const REGISTERS: Readonly<Record<string, Register>> = {
  ...Object.fromEntries(GPR.map((name, n): [string, Register] => [name, { about: `the register ${name.toUpperCase()}`, of: ({ gpr }) => gpr[n] }])),
  rip: { about: 'where the next instruction stands', of: ({ rip }) => rip },
  rflags: { about: 'the flags', of: ({ rflags }) => rflags },
  cs: { about: 'the selector of the code segment', of: ({ cs }) => BigInt(cs) },
  ss: { about: 'the selector of the stack segment', of: ({ ss }) => BigInt(ss) },
  cr2: { about: 'the address of the last page fault', of: ({ cr2 }) => cr2 },
  cr3: { about: 'the page tables that are loaded', of: ({ cr3 }) => cr3 },
  ring: { about: 'the privilege level, 0 or 3', of: ({ cpl }) => BigInt(cpl) },
};

const stackAt = ({ tracer }: Lab, at: bigint): string => tracer.regionOf(at)?.name ?? 'none';
const frameNow = ({ tracer, tick }: Lab) => tracer.record.framesBefore(tick).findLast((frame) => frame.tick === tick - 1);

/** A field of the interrupt or exception that the step before delivered. */
function delivered({ tracer, tick }: Lab, field: string): Value | undefined {
  const event = tracer.record.findBack(tick, ['interrupt', 'exception'], ({ kind }) => kind === 'interrupt' || kind === 'exception');
  const value = event?.tick === tick - 1 ? event.fields[field] : undefined;
  return typeof value === 'number' ? BigInt(value) : value;
}

/** A field of the last event that the machine stands at and that has it. */
function fieldNow({ tracer: { record }, tick }: Lab, field: string): Value | undefined {
  const event = record.findBack(tick + 1, undefined, (one) => stopTick(one) <= tick && Object.hasOwn(one.fields, field));
  const value = event && stopTick(event) === tick ? event.fields[field] : undefined;
  return typeof value === 'number' ? BigInt(value) : value;
}

const taskOf = (lab: Lab, pid: Value) => [...taskNotes(lab, lab.tick).values()].find((one) => one.id >= 0 && BigInt(one.pid) === pid);

export const NAMES: Readonly<Record<string, Name>> = {
  console: { about: 'all that was printed so far, as one text', of: ({ lab }) => lab.consoleText(lab.tick >= lab.history.live ? Infinity : lab.tick) },
  exit: { about: 'the exit status that the machine powered off with; -1 before that', of: ({ exitCode }) => BigInt(exitCode ?? -1) },
  config: { about: 'the name of the configuration', of: ({ lab }) => lab.options.config },
  task: { about: 'the pid of the task that runs; 0 is the idle task', of: ({ lab }) => BigInt(lab.tracer.task(lab.tick).pid) },
  function: { about: 'the function that the next instruction belongs to', of: ({ lab }) => lab.symbols.functionAt(lab.machine.registers().rip)?.name ?? '' },
  callers: { about: 'the functions that the CPU is in, the innermost first, across its stacks, with commas between them',
    of: ({ lab: { machine, symbols, tracer } }) =>
      unwind({ machine, symbols, tracer, registers: machine.registers() }).frames.map(({ code }) => code.name).join(', ') },
  client: { about: 'all that somebody at the client has received so far, as one text', of: ({ lab }) => lab.options.network?.received ?? '' },
  vector: { about: 'the vector of the interrupt or exception that was just delivered; -1 where none was', of: ({ lab }) => delivered(lab, 'vector') ?? -1n },
  'frame.base': { about: 'the lowest address of the frame that the CPU has just pushed', of: ({ lab }) => frameNow(lab)?.at },
  'frame.stack': {
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

/** A field of the nth system call of a name, from 0; of one that is not over there is nothing to say. */
const ofCall = (read: (call: NonNullable<ReturnType<Lab['tracer']['record']['call']>>) => Value | undefined) =>
  ({ lab }: Now, [name, nth]: readonly Value[]): Value | undefined => {
    const call = lab.tracer.record.call(String(name), Number(nth ?? 0n));
    return (call?.endTick !== undefined && call.endTick <= lab.tick ? read(call) : undefined) ?? -1n;
  };
const whole = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(Math.floor(value)));
const CALL = { args: "'name', n", count: [1, 2] } as const;

export const FUNCTIONS: Readonly<Record<string, Fn>> = {
  events: { args: "'kind'", count: [1, 1], about: `how many events of a kind there were: ${EVENT_KINDS.join(', ')}`,
    of: ({ lab }, [kind]) => soFar(lab, String(kind), kind as EventKind),
    refuses: ([kind]) => (EVENT_KINDS.some((one) => one === kind) ? undefined : unknown('event', String(kind), EVENT_KINDS)) },
  exceptions: { args: 'vector', count: [1, 1], about: 'how many exceptions of that vector were delivered',
    of: ({ lab }, [vector]) => soFar(lab, `exception ${String(vector)}`, 'exception', ({ fields }) => String(fields['vector']) === String(vector)) },
  syscalls: { args: "'name'", count: [1, 1], about: 'how many system calls of that name the kernel has begun to serve',
    of: ({ lab }, [name]) => soFar(lab, `call ${String(name)}`, 'syscall-entry', ({ fields }) => fields['name'] === name) },
  result: { ...CALL, about: 'what the nth system call of that name returned, counted from 0; -1 where there is none', of: ofCall(({ ret }) => ret) },
  instructions: { ...CALL, about: 'how many instructions that call took, from libc and back', of: ofCall(({ instructions }) => whole(instructions)) },
  cycles: { ...CALL, about: 'how many modelled cycles that call took', of: ofCall(({ cycles }) => whole(cycles)) },
  net: { ...CALL, about: 'its cycles without interrupt handlers, idle time and other tasks', of: ofCall(({ net }) => whole(net)) },
  latency: { args: "'p99'", count: [1, 1],
    about: "how many nanoseconds the client's requests took that are answered: mean, max, or a percentile such as p50; -1 where none is",
    of: ({ lab }, [which]) => latencyOf(lab, String(which)),
    refuses: ([which]) => (/^(mean|max|p[1-9]\d?)$/.test(String(which)) ? undefined : `'${which}' is neither mean nor max nor a percentile such as p99`) },
  region: { args: 'address', count: [1, 1], about: "the stack that an address lies on, or 'none'",
    of: ({ lab }, [at]) => (typeof at === 'bigint' ? stackAt(lab, at) : undefined) },
  field: { args: "'name'", count: [1, 1],
    about: 'a field of the event that the run has just stopped at, such as the lock of a lock-acquire; -1 where none has it',
    of: ({ lab }, [name]) => fieldNow(lab, String(name)) ?? -1n },
  word: { args: 'address', count: [1, 1], about: 'the eight bytes at an address as a number, as the CPU sees memory; -1 where nothing is mapped',
    of: ({ lab }, [at]) => (typeof at === 'bigint' ? lab.machine.peekNumber(at, 8) ?? -1n : undefined) },
  state: { args: 'pid', count: [1, 1],
    about: 'what a task does, as ps tells it: R runs or could, S sleeps, D sleeps and no signal wakes it; empty: no such task',
    of: ({ lab }, [pid]) => {
      const task = taskOf(lab, pid);
      return task ? stateOf(task).letter : '';
    } },
  frames: { args: 'pid', count: [1, 1], about: 'the functions on the stack of a task that does not run, the innermost first, with commas between them',
    of: ({ lab }, [pid]) => {
      const task = taskOf(lab, pid);
      return task ? framesOf(lab, task).map(({ code }) => code.name).join(', ') : '';
    } },
  align_down: { args: 'n, by', count: [2, 2], about: 'the greatest multiple of `by` that is not above n',
    of: (_now, [n, by]) => (typeof n === 'bigint' && typeof by === 'bigint' && by > 0n ? n - (n % by) : undefined) },
  hex: { args: 'n', count: [1, 1], about: 'a number in the base of 16, as text',
    of: (_now, [n]) => (typeof n === 'bigint' ? BigInt.asUintN(64, n).toString(16) : undefined) },
};

const BEFORE = 'before.';
const SWITCH_KEYS = SWITCHES.map(({ key }) => key);
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

/** Knows the words of the language and no moment: for looking whether an expression is written well. */
export const VOCABULARY: Scope = {
  name: (name) => {
    const known = name.startsWith(BEFORE) ? Object.keys(REGISTERS).map((one) => `${BEFORE}${one}`)
      : [...Object.keys(NAMES), ...Object.keys(REGISTERS), ...SWITCH_KEYS];
    if (!known.includes(name)) throw new Refusal(unknown('name', name, known));
    return 0n;
  },
  call: (name, args) => {
    const fn = own(FUNCTIONS, name);
    if (!fn) throw new Refusal(unknown('function', name, Object.keys(FUNCTIONS)));
    const [least, most] = fn.count;
    if (args.length < least || args.length > most) throw new Refusal(`it is written ${name}(${fn.args})`);
    const refused = fn.refuses?.(args);
    if (refused !== undefined) throw new Refusal(refused);
    return 0n;
  },
};
