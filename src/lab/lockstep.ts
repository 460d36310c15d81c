/**
 * A guest's run, told so that two tellings can be compared: the machine at places along the way, every event, the console.
 * For tests: the same trial on all engines, in Node and in browsers, must be one story.
 */
import type { Machine } from '../machine/machine.ts';
import { openGuest, type GuestRunOptions } from './testing.ts';

export type Engine = Machine['cpu']['engine'];
export const ENGINES: readonly Engine[] = ['reference', 'translated'];

export interface Telling {
  engine: Engine;
  /** How the run is cut into pieces, which must not matter. */
  seed: number;
}

/** Ticks between the places at which the whole machine is looked at. */
const APART = 800_000;
const DEFAULT_INSTRUCTIONS = 60_000_000;

/** FNV-1a of a text, for what is too long to keep. */
function digest(text: string): string {
  let h = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) h = Math.imul(h ^ text.charCodeAt(n), 0x01000193);
  return (h >>> 0).toString(16);
}

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString(16) : value);

/** @returns a line for each place looked at, then the end, the events and the console. */
export async function tell(trial: GuestRunOptions, { engine, seed }: Telling): Promise<string[]> {
  const lab = openGuest(trial), { machine, tracer: { record } } = lab;
  machine.socket.engine = engine;
  // Soon hot, so that short runs are translated too.
  if (machine.cpu.translator) Object.assign(machine.cpu.translator, { hot: 20, patience: 0 });
  const seen: string[] = [];
  const limit = trial.maxInstructions ?? DEFAULT_INSTRUCTIONS;
  let piece = seed, place = APART, end = '';
  while (end === '') {
    piece = seed === 0 ? APART : 1 + ((piece * 7919 + 13) % 700_001);
    const { stop } = await lab.run({ direction: 'forward', maxInstructions: Math.min(piece, place - lab.tick) });
    const arrived = lab.tick === place;
    if (arrived) {
      seen.push(`${lab.tick} ${machine.quarterCycles} ${machine.hash()}`);
      // Further apart the longer it runs.
      place += Math.max(APART, place >> 2);
    }
    // The limit counts at a place only: elsewhere the pieces would decide where an endless run ends.
    if ((stop.kind !== 'limit' && stop.kind !== 'panic') || (arrived && machine.instructions >= limit)) end = stop.kind;
  }
  const kinds: Record<string, number> = {};
  for (const { kind } of record.events) kinds[kind] = (kinds[kind] ?? 0) + 1;
  seen.push(`${end}: ${lab.tick} ${machine.instructions} ${machine.quarterCycles} ${machine.hash()}`, JSON.stringify(kinds),
    `events ${digest(JSON.stringify(record.events, plain))}, calls ${digest(JSON.stringify(record.syscalls, plain))}`,
    `frames ${digest(JSON.stringify(record.framesBefore(Infinity), plain))}`,
    lab.consoleText(Infinity));
  return seen;
}
