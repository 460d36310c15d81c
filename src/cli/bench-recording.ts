/** What the lab's recording costs: the same stretch of one program, from main on, with everything noted and with nothing. */
import { openBench } from './bench-case.ts';
import { threadTime } from './thread-time.ts';

/** Recorded, or the machine and its snapshots alone. */
export const RECORDING = ['recorded', 'alone'] as const;
export type Recording = (typeof RECORDING)[number];
export const isRecording = (name: string): name is Recording => (RECORDING as readonly string[]).includes(name);

export interface RecordingResult {
  milliseconds: number;
  events: number;
}

/** A system call every 140 instructions, and two switches of tasks a sleep. */
export const RECORDED = ['getppid-loop', 'switches'];
const TICKS = 30_000_000, ROUNDS = '2000000000';

export async function runRecording(how: Recording, app: string): Promise<RecordingResult> {
  const lab = openBench(app, [ROUNDS], 'translated');
  await lab.start();
  const { history, machine, tracer } = lab, before = tracer.record.total('events');
  if (how === 'alone') {
    machine.setProbes([]);
    machine.hooks = {};
  }
  const started = threadTime(), until = machine.tick + TICKS;
  while (machine.tick < until) history.forward(until);
  return { milliseconds: threadTime() - started, events: tracer.record.total('events') - before };
}
