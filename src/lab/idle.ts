/** Why nothing goes on: what the machine's sleep can end, and who waits for what. */
import { CONSOLE_PORT, typed } from '../base/input.ts';
import type { Stop, TaskReport } from '../link/reports.ts';
import { vectorsIn } from './cpu-view.ts';
import type { History } from './history.ts';
import type { Symbols } from './symbols.ts';
import { threadsView } from './threads.ts';
import type { Tracer } from './tracer.ts';
import { deadlockAt } from './trouble.ts';

interface Parts {
  history: History;
  tracer: Tracer;
  symbols: Symbols;
}

/** What n_tty makes SIGINT of, which ends a program that has no handler for it. */
const CTRL_C = '\x03';

/** So far what comes in is followed; and so many tasks are named. */
const MOST_TICKS = 2_000_000, MOST_NAMED = 3;

/** Whom it would wake and end if this came in now: tried, and taken back. */
function touchedBy({ history, tracer }: Parts, port: string, text: string): ReturnType<Tracer['touchedIn']> {
  const { machine } = history, bytes = typed(text);
  let touched: ReturnType<Tracer['touchedIn']> = { woken: new Set(), ended: new Set() };
  if (machine.refuses(port, bytes) === undefined) history.excursion(() => {
    touched = tracer.touchedIn(() => {
      machine.input(port, bytes);
      machine.run(machine.tick + MOST_TICKS);
    });
  });
  return touched;
}

/** What keeps interrupts from a CPU that sleeps; empty where nothing does. */
function heldBack({ history: { machine } }: Parts): string[] {
  return machine.cpus.flatMap(({ number }) => {
    const { halted, rflags } = machine.registers(number), served = vectorsIn(machine.board.lapics[number].state.isr);
    const vector = served.at(-1);
    return [...(vector === undefined ? [] : [`Interrupt ${vector} is still in service on CPU ${number}, so none that is not more urgent is taken there.`]),
      ...(halted && (rflags & 0x200n) === 0n ? [`CPU ${number} was halted with interrupts off.`] : [])];
  });
}

/** The message of a machine that has nothing to do, as it stands. @param port where its input comes in. @param line what is to come in there. */
export function idleStop(parts: Parts, port: string, line: Uint8Array | undefined): Pick<Stop, 'message' | 'stuck' | 'interruptible'> {
  const { history: { machine, live }, tracer, symbols } = parts, { tick } = machine, locked = deadlockAt(tracer, tick);
  if (locked) return { message: `Idle for good: ${locked.text}. No input can wake it.`, stuck: true };
  const ports = new Set([port, CONSOLE_PORT]), woken = new Set([...ports].flatMap((one) => [...touchedBy(parts, one, '\n').woken]));
  // Who started the application waits for its end, and who sleeps outside any system call is a thread of the kernel's: they come last.
  const starters = tracer.record.beginning?.starters;
  const late = ({ pid, call }: TaskReport): number => (call === undefined ? 2 : starters?.has(pid) === true ? 1 : 0);
  const sleepers = threadsView({ machine, symbols, tracer }, live, { from: tick, to: tick }, 1).tasks.filter(({ id, state }) => id >= 0 &&
    ['asleep', 'waiting', 'stopped'].includes(state)).toSorted((a, b) => late(a) - late(b));
  const name = ({ comm, pid, waitsFor, state }: TaskReport): string =>
    (waitsFor === '' ? `${comm} ${pid} ${state === 'stopped' ? 'is stopped' : 'sleeps'}` : `${comm} ${pid} waits in ${waitsFor}`);
  const list = (told: readonly TaskReport[]): string => {
    const more = told.length - MOST_NAMED;
    return told.length === 0 ? '' : ` ${told.slice(0, MOST_NAMED).map(name).join(', ')}${more > 0 ? `, and ${more} more` : ''}.`;
  };
  const of = (pids: ReadonlySet<number>): string => list(sleepers.filter(({ pid }) => pids.has(pid)));
  const refusal = line && machine.refuses(port, line), refused = refusal === undefined ? '' : ` ${refusal}`;
  if (woken.size > 0) return { message: `Idle: nothing runs, and nothing that is pending will wake it. It waits for input:${of(woken)}${refused}` };
  const { woken: startled, ended } = touchedBy(parts, CONSOLE_PORT, CTRL_C);
  const nothing = 'nothing runs, nothing that is pending will wake it,', wakesNobody = 'a line that is typed wakes nobody';
  if (startled.size > 0) return { interruptible: true, message: `Idle: ${nothing} and ${wakesNobody}. Ctrl-C on the console would ${
    ended.size > 0 ? `end this:${of(ended)}` : `wake this:${of(startled)}`}${refused}` };
  const forGood = [`Idle for good: ${nothing} ${wakesNobody}, and Ctrl-C does not either.`, ...heldBack(parts)].join(' ');
  return { message: forGood + list(sleepers) + refused, stuck: true };
}
