/**
 * Notes of what happens too often to call somebody each time: rows of words that a reader takes in one by one later, at the latest when
 * there is no more room. A note holds all that its reader needs of its moment: memory and registers have changed since.
 */
import type { Cpu } from './cpu.ts';
import { CR3, CS_SELECTOR } from './state.ts';

/**
 * Words of a note: what it is, with the CPU and a number; the tick's low word; and, as far as its reader needs them, low words of the quarter
 * cycles and of CR3, and two pairs. A load of RSP has CR3 and both pairs, a change of the ring nothing more. A probe has cycles and pairs; in
 * place of a familiar number's high word, which is its sign, it has CS, and if it is the second, CR3 as well.
 */
export const NOTE_WORDS = 8;
export const NOTE_TICK = 1, NOTE_CYCLES = 2, NOTE_ROOT = 3, NOTE_PAIRS = 4;
export const NOTE_RSP = 0, NOTE_RING = 1, NOTE_PROBE = 2;
const CPU_SHIFT = 2, NUMBER_SHIFT = 10;
export const headOf = (kind: number, cpu: number, number = 0): number => kind | (cpu << CPU_SHIFT) | (number << NUMBER_SHIFT);
export const kindOf = (head: number): number => head & ((1 << CPU_SHIFT) - 1);
export const cpuOf = (head: number): number => (head >> CPU_SHIFT) & ((1 << (NUMBER_SHIFT - CPU_SHIFT)) - 1);
export const numberOf = (head: number): number => head >>> NUMBER_SHIFT;

/** How a ring was changed, by the number in a note. */
export const RING_CHANGES = ['syscall', 'sysret', 'iretq', 'deliver'] as const;
export type RingChange = (typeof RING_CHANGES)[number];

/** Where in the words: how far they are used; from where on they are to be read; numbers that are familiar; the notes. */
export const NOTES_USED = 0, NOTES_LIMIT = 1, NOTES_FAMILIAR = 8;
export const FAMILIAR_MASK = 1023;
export const NOTES_FIRST = NOTES_FAMILIAR + FAMILIAR_MASK + 1;
/** Where a note begins is no more than this: said to a JavaScript engine by a mask, it need not be checked at each word. */
export const NOTES_MASK = 32_767;
/** Few enough to stay in a CPU's caches, and so many that rounds of them are mostly found whole. Translated code may write some more before it looks: see MOST_NOTED. */
const NOTES = 1536;
const FULL = NOTES_FIRST + NOTES * NOTE_WORDS;
/** So many notes translated code may write before it looks whether they are to be read. */
export const MOST_NOTED = Math.floor((NOTES_MASK + 1 - FULL) / NOTE_WORDS);

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
  readonly words = new Int32Array(NOTES_MASK + 1 + NOTE_WORDS);

  constructor() {
    this.words[NOTES_USED] = NOTES_FIRST;
    this.words[NOTES_LIMIT] = FULL;
    this.words.fill(-1, NOTES_FAMILIAR, NOTES_FIRST);
  }

  /** The reader wants each note at once: it may ask to stop there. */
  set atOnce(atOnce: boolean) {
    this.words[NOTES_LIMIT] = atOnce ? NOTES_FIRST : FULL;
  }
  get atOnce(): boolean {
    return this.words[NOTES_LIMIT] === NOTES_FIRST;
  }

  /** They are to be read before there are more. */
  get areFull(): boolean {
    return this.words[NOTES_USED] > this.words[NOTES_LIMIT];
  }

  /** Numbers that a probe need not be told for. Of two that fall together the later one is. */
  set familiar(numbers: Iterable<number>) {
    this.words.fill(-1, NOTES_FAMILIAR, NOTES_FIRST);
    for (const lo of numbers) this.words[familiarAt(lo)] = lo;
  }

  /** Room for a note of this moment. @returns where it begins; when it is whole, `added` follows. */
  begin(cpu: Cpu, head: number): number {
    const { words } = this, at = words[NOTES_USED];
    words[at] = head;
    words[at + NOTE_TICK] = cpu.tick;
    words[NOTES_USED] = at + NOTE_WORDS;
    return at;
  }

  added(cpu: Cpu): void {
    if (this.areFull) cpu.hooks.notes?.();
  }
}

/** RSP was set other than by a push, pop, call, ret, add, sub or leave. */
export function rspLoaded(cpu: Cpu, fromLo: number, fromHi: number, toLo: number, toHi: number): void {
  const { hooks } = cpu;
  if (!hooks.notes) {
    hooks.rspLoad?.(cpu.number, fromLo, fromHi, toLo, toHi);
    return;
  }
  const { notes } = cpu.socket, { words } = notes, at = notes.begin(cpu, headOf(NOTE_RSP, cpu.number)), pairs = at + NOTE_PAIRS;
  words[at + NOTE_ROOT] = cpu.s[CR3];
  words[pairs] = fromLo;
  words[pairs + 1] = fromHi;
  words[pairs + 2] = toLo;
  words[pairs + 3] = toHi;
  notes.added(cpu);
}

/** Where eight bytes lie in RAM, if the present table of translations says so; otherwise -1. */
function placeOf({ readTable: t }: Cpu, lo: number, hi: number): number {
  const k = (lo >>> 10) & 0x3ffc;
  return t[k] === ((lo + 7) & -4096) && t[k + 1] === hi ? (t[k + 2] + lo) | 0 : -1;
}

/** A probe is passed. @returns whether that is noted; if not, it is to be told. */
export function probePassed(cpu: Cpu, number: number, { first, second, familiar }: Noted): boolean {
  const { hooks, s, socket: { notes } } = cpu, { words } = notes, a = s[first], from = second ? second.register : -1;
  if (!hooks.notes || notes.atOnce) return false;
  let c = from < 0 ? 0 : s[from], d = from < 0 ? 0 : s[from + 1];
  if (second?.offset !== undefined) {
    const lo = (c + second.offset) | 0, { view } = cpu.ram;
    // One that carries is told.
    const place = (c >>> 0) + second.offset === lo >>> 0 ? placeOf(cpu, lo, d) : -1;
    if (place < 0) return false;
    c = view.getInt32(place, true);
    d = view.getInt32(place + 4, true);
  }
  let b = s[first + 1];
  if (familiar) {
    const isFirst = familiar === 'first', lo = isFirst ? a : c;
    if ((isFirst ? b : d) !== lo >> 31 || words[familiarAt(lo)] !== lo) return false;
    if (isFirst) b = s[CS_SELECTOR];
    else d = s[CS_SELECTOR];
  }
  const at = notes.begin(cpu, headOf(NOTE_PROBE, cpu.number, number)), pairs = at + NOTE_PAIRS;
  words[at + NOTE_CYCLES] = cpu.quarterCycles;
  words[at + NOTE_ROOT] = familiar === 'second' ? s[CR3] : 0;
  words[pairs] = a;
  words[pairs + 1] = b;
  words[pairs + 2] = c;
  words[pairs + 3] = d;
  notes.added(cpu);
  return true;
}

/** Of a change of the ring the number says all. */
const RING_BITS = 2;
export const changeOf = (from: number, to: number, by: number): number => by | (from << RING_BITS) | (to << (2 * RING_BITS));
/** Where the ring that was left stands in the head. */
export const RING_FROM = NUMBER_SHIFT + RING_BITS;
export const changedFrom = (number: number): number => (number >> RING_BITS) & 3;
export const changedTo = (number: number): number => (number >> (2 * RING_BITS)) & 3;
export const changedBy = (number: number): number => number & 3;

/** The ring has changed. */
export function ringChanged(cpu: Cpu, from: number, to: number, by: number): void {
  const { hooks } = cpu;
  if (hooks.notes) {
    cpu.socket.notes.begin(cpu, headOf(NOTE_RING, cpu.number, changeOf(from, to, by)));
    cpu.socket.notes.added(cpu);
  } else hooks.ring?.(cpu.number, from, to, RING_CHANGES[by]);
}
export const BY_SYSCALL = 0, BY_SYSRET = 1, BY_IRETQ = 2, BY_DELIVERY = 3;
