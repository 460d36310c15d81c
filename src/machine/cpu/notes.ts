/**
 * Notes of what happens too often to call somebody each time: rows of words that a reader takes in one by one later, at the latest when
 * there is no more room. A note holds all that its reader needs of its moment: memory and registers have changed since.
 */
import type { Cpu } from './cpu.ts';
import { CR3, CS_SELECTOR } from './state.ts';

/** Words of a note: what it is, with the CPU and a number; low words of the tick and of the quarter cycles; CR3's low word; two pairs;
 * CS. */
export const NOTE_WORDS = 9;
export const NOTE_RSP = 0, NOTE_RING = 1, NOTE_PROBE = 2;
const CPU_SHIFT = 2, NUMBER_SHIFT = 10;
export const headOf = (kind: number, cpu: number, number = 0): number => kind | (cpu << CPU_SHIFT) | (number << NUMBER_SHIFT);
export const kindOf = (head: number): number => head & ((1 << CPU_SHIFT) - 1);
export const cpuOf = (head: number): number => (head >> CPU_SHIFT) & ((1 << (NUMBER_SHIFT - CPU_SHIFT)) - 1);
export const numberOf = (head: number): number => head >>> NUMBER_SHIFT;

/** How a ring was changed, by the number in a note. */
export const RING_CHANGES = ['syscall', 'sysret', 'iretq', 'deliver'] as const;
export type RingChange = (typeof RING_CHANGES)[number];

/** Where in the words: how far they are used; from where on the reader is called behind each note; numbers that are familiar; the notes. */
export const NOTES_USED = 0, NOTES_LIMIT = 1, NOTES_FAMILIAR = 8;
export const FAMILIAR_MASK = 1023;
export const NOTES_FIRST = NOTES_FAMILIAR + FAMILIAR_MASK + 1;
/** Few enough to stay in a CPU's nearest cache. */
const NOTES = 512;
/** Behind a note that begins here the reader is called. */
const FULL = NOTES_FIRST + (NOTES - 1) * NOTE_WORDS;

/** What is noted of a probe instead of telling it: a register, by its slot, and perhaps another or the word so far from where that points. */
export interface Noted {
  readonly first: number;
  readonly second?: { readonly register: number; readonly offset?: number };
  /** Only where this one is a familiar number; otherwise the probe is told. */
  readonly familiar?: 'first' | 'second';
}

/** Familiar numbers fill one word, perhaps sign-extended. */
export const familiarAt = (lo: number): number => NOTES_FAMILIAR + ((lo ^ (lo >>> 10)) & FAMILIAR_MASK);

export class Notes {
  readonly words = new Int32Array(NOTES_FIRST + NOTES * NOTE_WORDS);

  constructor() {
    this.words[NOTES_USED] = NOTES_FIRST;
    this.words[NOTES_LIMIT] = FULL;
    this.words.fill(-1, NOTES_FAMILIAR, NOTES_FIRST);
  }

  /** The reader wants each note at once: it may ask to stop there. */
  set atOnce(atOnce: boolean) {
    this.words[NOTES_LIMIT] = atOnce ? 0 : FULL;
  }
  get atOnce(): boolean {
    return this.words[NOTES_LIMIT] === 0;
  }

  /** Numbers that a probe need not be told for. Of two that fall together the later one is. */
  set familiar(numbers: Iterable<number>) {
    this.words.fill(-1, NOTES_FAMILIAR, NOTES_FIRST);
    for (const lo of numbers) this.words[familiarAt(lo)] = lo;
  }

  add(cpu: Cpu, head: number, a: number, b: number, c: number, d: number): void {
    const { words } = this, at = words[NOTES_USED];
    words[at] = head;
    words[at + 1] = cpu.tick;
    words[at + 2] = cpu.quarterCycles;
    words[at + 3] = cpu.s[CR3];
    words[at + 4] = a;
    words[at + 5] = b;
    words[at + 6] = c;
    words[at + 7] = d;
    words[at + 8] = cpu.s[CS_SELECTOR];
    words[NOTES_USED] = at + NOTE_WORDS;
    if (at >= words[NOTES_LIMIT]) cpu.hooks.notes?.();
  }
}

/** RSP was set other than by a push, pop, call, ret, add, sub or leave. */
export function rspLoaded(cpu: Cpu, fromLo: number, fromHi: number, toLo: number, toHi: number): void {
  const { hooks } = cpu;
  if (hooks.notes) cpu.socket.notes.add(cpu, headOf(NOTE_RSP, cpu.number), fromLo, fromHi, toLo, toHi);
  else hooks.rspLoad?.(cpu.number, fromLo, fromHi, toLo, toHi);
}

/** The ring has changed. */
export function ringChanged(cpu: Cpu, from: number, to: number, by: number): void {
  const { hooks } = cpu;
  if (hooks.notes) cpu.socket.notes.add(cpu, headOf(NOTE_RING, cpu.number, by), from, to, 0, 0);
  else hooks.ring?.(cpu.number, from, to, RING_CHANGES[by]);
}
export const BY_SYSCALL = 0, BY_SYSRET = 1, BY_IRETQ = 2, BY_DELIVERY = 3;
