/**
 * Takes in what was noted where it is new and nobody wants to hear of it, which is nearly always: rows of words become rows of words, in one
 * loop that makes no object and calls as good as nobody. Whatever is not of the usual kind it leaves to the tracer.
 */
import { KIND } from '../link/events.ts';
import {
  changedBy, changedFrom, changedTo, cpuOf, kindOf, NOTE_CYCLES, NOTE_PAIRS, NOTE_RING, NOTE_ROOT, NOTE_RSP, NOTE_TICK, NOTE_WORDS, type Notes, NOTES_MASK,
  numberOf,
} from '../machine/cpu/notes.ts';
import type { Machine } from '../machine/machine.ts';
import { EVENT_CPU_SHIFT, EVENT_HEAD, EVENT_ROW } from './columns.ts';
import type { Plan } from './probe-plan.ts';
import type { OnCpu } from './record.ts';
import type { StackRegions } from './stack-regions.ts';
import type { Now, SystemCalls } from './system-calls.ts';
import type { Writing } from './writing.ts';

const RING_CHANGE = KIND['ring-change'], STACK_SWITCH = KIND['stack-switch'], ENTRY = KIND['syscall-entry'], EXIT = KIND['syscall-exit'];
/** Moves of RSP that are remembered; a power of two. */
const MOVES = 256, MOVES_SHIFT = 24;
/** Multipliers that spread all four halves. */
const SPREAD = 0x9e37_79b1, SPREAD_HIGH = 0x85eb_ca6b, SPREAD_TO = 0xc2b2_ae35;
/** Where what was written of an event lately begins: for each move of RSP, change of the ring (by the low bits of its number) and end of a system call. */
const WRITTEN_CHANGES = MOVES, WRITTEN_ENDS = MOVES + 64, WRITTEN = WRITTEN_ENDS + 1;
/** In place of the term of the stack that RSP comes to: it stays on its stack, or goes where none is known; and nothing is remembered. */
const STAYS = -1, UNKNOWN = -2;

/**
 * Finds how often the notes before one of them, so many words, come again in a row: each time as many ticks and quarter cycles after the last, all else the
 * same. Made for its words, which an engine then knows the length of.
 */
type RoundFinder = (at: number, end: number, size: number) => number;
function roundFinder({ words: notes }: Notes): RoundFinder {
  return (at, end, size) => {
    const last = at - NOTE_WORDS, next = last + size, first = notes[at + NOTE_TICK];
    // At one tick there is one probe.
    if (next >= end || first === notes[last + NOTE_TICK]) return 0;
    const ticks = (notes[next + NOTE_TICK] - notes[last + NOTE_TICK]) | 0, cycles = (notes[next + NOTE_CYCLES] - notes[last + NOTE_CYCLES]) | 0;
    let to = at;
    for (; to < end; to += NOTE_WORDS) {
      const now = to & NOTES_MASK, then = (to - size) & NOTES_MASK, head = notes[now], kind = kindOf(head);
      if (((head ^ notes[then]) | ((notes[now + NOTE_TICK] - notes[then + NOTE_TICK]) ^ ticks)) !== 0) break;
      if (kind === NOTE_RING) continue;
      // All differences in one: nearly always there is none.
      if (((notes[now + NOTE_ROOT] ^ notes[then + NOTE_ROOT]) | (notes[now + NOTE_PAIRS] ^ notes[then + NOTE_PAIRS]) |
        (notes[now + NOTE_PAIRS + 1] ^ notes[then + NOTE_PAIRS + 1]) | (notes[now + NOTE_PAIRS + 2] ^ notes[then + NOTE_PAIRS + 2]) |
        (notes[now + NOTE_PAIRS + 3] ^ notes[then + NOTE_PAIRS + 3])) !== 0) break;
      if (kind !== NOTE_RSP && ((notes[now + NOTE_CYCLES] - notes[then + NOTE_CYCLES]) | 0) !== cycles) break;
    }
    return Math.floor((to - at) / size);
  };
}

export class QuickNotes {
  readonly #machine: Machine;
  readonly #writing: Writing;
  readonly #now: Now;
  readonly #regions: StackRegions;
  readonly #calls: SystemCalls;
  /** Numbers of terms in the record: how a ring was changed, and no stack. */
  readonly #changes: readonly number[];
  readonly #noStack: number;
  /** Of each CPU, in quarters. */
  readonly #cycles: Float64Array;
  readonly #timesAgain: RoundFinder;
  /** From where to where RSP went, as halves; the terms of both stacks, and the second one's name. */
  readonly #moves = new Int32Array(4 * MOVES);
  readonly #terms = new Int32Array(2 * MOVES);
  readonly #names: string[] = Array.from({ length: MOVES }, () => '');
  readonly #written = new Int32Array(WRITTEN);
  /** What is remembered is of this version of the regions. */
  #version = -1;

  constructor(machine: Machine, writing: Writing, now: Now, regions: StackRegions, calls: SystemCalls, changes: readonly number[], noStack: number) {
    this.#machine = machine;
    this.#writing = writing;
    this.#now = now;
    this.#regions = regions;
    this.#calls = calls;
    this.#changes = changes;
    this.#noStack = noStack;
    this.#cycles = new Float64Array(machine.cpus.length);
    this.#timesAgain = roundFinder(machine.socket.notes);
  }

  /** @returns where the first note begins that is not taken in; at the end, all are. */
  take(notes: Int32Array, begin: number, end: number, plans: readonly Plan[]): number {
    const { tick, cpus, socket: { extraTicks } } = this.#machine, tickLow = tick | 0, { record } = this.#writing;
    const first = tick - ((tickLow - notes[begin + NOTE_TICK]) >>> 0), last = tick - ((tickLow - notes[end - NOTE_WORDS + NOTE_TICK]) >>> 0);
    if (!this.#writing.isNew(first) || first <= record.probedTo || last >= record.pageEnds) return begin;
    const timesAgain = this.#timesAgain, now = this.#now, cycles = this.#cycles;
    const regions = this.#regions, { brief } = this.#calls, { state, open: { events, syscalls } } = record;
    for (let n = 0; n < cpus.length; n++) cycles[n] = cpus[n].quarterCycles;
    if (this.#version !== regions.version) this.#terms.fill(UNKNOWN);
    this.#version = regions.version;
    events.extend(Math.min((end - begin) / NOTE_WORDS, record.room));
    const { words, rows } = events, before = events.length, from = events.from | 0, written = this.#written;
    const moves = this.#moves, terms = this.#terms, { root } = regions, { kinds } = state.counts;
    let { used, stored, room } = { used: events.used, stored: events.stored, room: record.room };
    // Where the last call was over: among the notes, the rows, the calls and those that are open.
    let round = -1, roundRow = 0, calls = 0, open = 0;
    let cpu = -1, pid = 0, on: OnCpu = state.on[0], item = NaN, event = NaN, probe = NaN, at = begin;
    for (; at < end; at += NOTE_WORDS) {
      const head = notes[at], low = notes[at + NOTE_TICK], kind = kindOf(head), pairs = at + NOTE_PAIRS;
      if (cpuOf(head) !== cpu) {
        cpu = cpuOf(head);
        on = state.on[cpu];
        ({ pid } = on.task);
      }
      let told = 0, a = 0, b = 0, c = 0, d = 0, slot = 0;
      if (kind === NOTE_RSP) {
        a = notes[pairs];
        b = notes[pairs + 1];
        c = notes[pairs + 2];
        d = notes[pairs + 3];
        const move = Math.imul(a ^ Math.imul(b, SPREAD_HIGH) ^ Math.imul(c, SPREAD_TO) ^ d, SPREAD) >>> MOVES_SHIFT, key = 4 * move;
        if (notes[at + NOTE_ROOT] !== root || on.coming !== undefined) break;
        if (terms[2 * move + 1] === UNKNOWN || moves[key] !== a || moves[key + 1] !== b || moves[key + 2] !== c || moves[key + 3] !== d) {
          now.tick = tick - ((tickLow - low) >>> 0);
          // What was told last may have been another CPU's.
          now.root = root;
          if (!this.#learn(move, a, b, c, d)) break;
        }
        if (terms[2 * move + 1] === STAYS) continue;
        if (room <= 0) break;
        told = STACK_SWITCH;
        on.stack = this.#names[move];
        a = terms[2 * move];
        b = terms[2 * move + 1];
        slot = move;
      } else if (room <= 0) break;
      else if (kind === NOTE_RING) {
        const number = numberOf(head);
        told = RING_CHANGE;
        a = changedFrom(number);
        b = changedTo(number);
        c = this.#changes[changedBy(number)];
        on.ring = b;
        slot = WRITTEN_CHANGES + (number & (WRITTEN_ENDS - WRITTEN_CHANGES - 1));
      } else {
        const plan = plans[numberOf(head)];
        if (low === probe) break;
        now.tick = tick - ((tickLow - low) >>> 0);
        now.cpu = cpu;
        now.cycles = cycles[cpu] - (((cycles[cpu] | 0) - notes[at + NOTE_CYCLES]) >>> 0);
        now.instructions = now.tick - extraTicks;
        a = notes[pairs];
        b = notes[pairs + 1];
        c = notes[pairs + 2];
        d = notes[pairs + 3];
        if (plan.isOfImage) {
          // What stands there is known as long as the map is what it was.
          if (plan.asOf !== this.#version || notes[at + NOTE_ROOT] !== root) break;
          now.selector = d;
          if (plan.wrapper !== undefined) brief.called(plan.wrapper, c, a, b);
        } else if (plan.returns) {
          if (!brief.returned(plan.lo, plan.hi, a, b)) break;
        } else if (plan.sites[0].kind === EXIT) {
          if (!brief.ended(cpu, a, c, d)) break;
          told = EXIT;
          b = c;
          c = d;
          slot = WRITTEN_ENDS;
        } else {
          if (!brief.entered(cpu, a, syscalls)) break;
          told = ENTRY;
          room--;
          b = brief.nth;
          c = brief.textIn(events);
        }
        probe = low;
        item = low;
        if (plan.returns && brief.isOver) {
          const many = stored - roundRow, size = at + NOTE_WORDS - round;
          // One call and nothing else that would have to be done again.
          const isRound = round >= 0 && syscalls.length === calls + 1 && state.open.length === open;
          const times = isRound ? Math.min(timesAgain(at + NOTE_WORDS, end, size), Math.floor((room - 1) / (many + 1))) : 0;
          if (times > 0) {
            const ticks = (notes[at + size + NOTE_TICK] - low) | 0, later = times * ticks;
            events.stored = stored;
            events.again(many, times, ticks, kinds);
            syscalls.again(times, ticks);
            brief.again(times);
            room -= times * (many + 1);
            at += times * size;
            item = probe = (low + later) | 0;
            event = (event + later) | 0;
          }
          round = at + NOTE_WORDS;
          roundRow = stored;
          calls = syscalls.length;
          open = state.open.length;
        }
        if (plan.sites.length === 0) continue;
      }
      item = event = low;
      room--;
      kinds[told]++;
      const what = told | (cpu << EVENT_CPU_SHIFT), size = EVENT_HEAD + (told === STACK_SWITCH ? 4 : 3), row = EVENT_ROW * stored++;
      let to = written[slot];
      // Whatever page it was of: if the same stands there in this one, it is as good.
      if (told === ENTRY || to + size > used || words[to] !== what || words[to + 1] !== pid || words[to + EVENT_HEAD] !== a ||
        words[to + EVENT_HEAD + 1] !== b || words[to + EVENT_HEAD + 2] !== c || (told === STACK_SWITCH && words[to + EVENT_HEAD + 3] !== d)) {
        to = used;
        words[to] = what;
        words[to + 1] = pid;
        words[to + EVENT_HEAD] = a;
        words[to + EVENT_HEAD + 1] = b;
        words[to + EVENT_HEAD + 2] = c;
        words[to + EVENT_HEAD + 3] = d;
        used += size;
        if (told !== ENTRY) written[slot] = to;
      }
      rows[row] = (low - from) | 0;
      rows[row + 1] = to;
    }
    events.stored = stored;
    events.used = used;
    state.counts.events += events.length - before;
    const tickOf = (low: number): number => tick - ((tickLow - low) >>> 0);
    if (item === item) record.lastItem = tickOf(item);
    if (event === event) record.lastEvent = tickOf(event);
    if (probe === probe) record.probedTo = tickOf(probe);
    this.#writing.atEnd();
    return at;
  }

  /** Remembers on which stacks a move of RSP begins and ends. @returns whether that may be. */
  #learn(move: number, fromLo: number, fromHi: number, toLo: number, toHi: number): boolean {
    const from = this.#regions.at(fromLo, fromHi, true), to = this.#regions.at(toLo, toHi, true);
    if ((from && from.to !== Infinity) || (to && to.to !== Infinity)) return false;
    this.#moves.set([fromLo, fromHi, toLo, toHi], 4 * move);
    this.#terms[2 * move] = from ? from.term : this.#noStack;
    this.#terms[2 * move + 1] = from === to || !to ? STAYS : to.term;
    this.#names[move] = to?.name ?? '';
    return true;
  }
}
