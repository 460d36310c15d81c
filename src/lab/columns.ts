/**
 * A page of the record as columns of numbers: events with their fields in one row of words, system calls that have returned.
 * Reports, with their texts, are made when someone asks.
 */
import type { Tick } from '../base/units.ts';
import { EVENT_KINDS, EVENTS, type FieldKind, type Names } from '../link/events.ts';
import type { EventReport, SyscallReport } from '../link/reports.ts';
import type { BriefCall } from './brief-call.ts';
import type { Now } from './system-calls.ts';

/** Room to begin with, in events and in calls: as much as the page before took, so that a page seldom grows. */
const room = { events: 64, words: 256, calls: 64 };
/** Words before the fields of an event, and how kind and CPU share one. */
export const EVENT_HEAD = 3, EVENT_CPU_SHIFT = 8;
const KIND_MASK = 255;
/** No event has more. */
const MOST_WORDS = 32;
/** How much longer than what it holds a column may stay, and is made when the one before held so much. */
const SPARE = 1.0625, HEADROOM = 1.03;
/** Stand for nothing in a field that may be left out: no error code, and no canonical address. */
const NO_INT = -0x8000_0000;
const NO_WORD = { lo: 1, hi: -0x8000_0000 };

const unsigned = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

/** The same column with room for more, or for just so many: a few words that are left over are not worth a copy. */
function resized<T extends Int32Array | Uint32Array | Float64Array>(column: T, length: number): T {
  if (length <= column.length && column.length <= length * SPARE) return column;
  const made = new (column.constructor as new (length: number) => T)(length);
  made.set(length < column.length ? column.subarray(0, length) : column);
  return made;
}

/** Texts that are remembered as the newest; a power of two. */
const RECENT = 16;

/** Texts, each kept once. */
export class Texts {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** Those asked for lately: the same few come again and again. */
  readonly #recent: string[] = Array.from({ length: RECENT }, () => '');
  readonly #recentNumbers = new Int32Array(RECENT).fill(-1);

  numberOf(text: string): number {
    const slot = (text.length ^ text.charCodeAt(0)) & (RECENT - 1);
    if (this.#recent[slot] === text && this.#recentNumbers[slot] >= 0) return this.#recentNumbers[slot];
    this.#recent[slot] = text;
    return (this.#recentNumbers[slot] = this.#find(text));
  }

  /** Its number, if it has come already. */
  known(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  #find(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  text(number: number): string {
    return this.#texts[number];
  }
}

const FIELDS: readonly (readonly (readonly [string, FieldKind])[])[] = EVENT_KINDS.map((kind) => Object.entries(EVENTS[kind].fields));

/** Events in their order. `add` begins one; its fields follow, in the order of the table. */
export class EventColumns {
  length = 0;
  readonly from: Tick;
  readonly #first: number;
  readonly #names: Names;
  readonly #terms: Texts;
  readonly #texts = new Texts();
  /** Where each begins. */
  starts = new Uint32Array(room.events);
  /** Of each: tick, kind and CPU in one, task, and then the fields. */
  words = new Int32Array(room.words);
  used = 0;

  /** @param from no tick is earlier. @param first the number of the first event. @param terms the run's, by the numbers in fields of that kind. */
  constructor(from: Tick, first: number, names: Names, terms = new Texts()) {
    this.from = from;
    this.#first = first;
    this.#names = names;
    this.#terms = terms;
  }

  add(tick: Tick, kind: number, cpu: number, pid: number): void {
    const n = this.length, at = this.used;
    if (n === this.starts.length || at + MOST_WORDS > this.words.length) this.#grow();
    const words = this.words;
    this.length = n + 1;
    this.starts[n] = at;
    words[at] = tick - this.from;
    words[at + 1] = kind | (cpu << EVENT_CPU_SHIFT);
    words[at + 2] = pid;
    this.used = at + EVENT_HEAD;
  }

  /** Room for so many whole events of at most four words each, which whoever takes in notes puts into the columns himself. */
  extend(events: number): void {
    if (this.length + events > this.starts.length) this.starts = resized(this.starts, Math.max(this.length + events, 2 * this.length));
    const words = this.used + events * (EVENT_HEAD + 4) + MOST_WORDS;
    if (words > this.words.length) this.words = resized(this.words, Math.max(words, 2 * this.words.length));
  }

  #grow(): void {
    if (this.length === this.starts.length) this.starts = resized(this.starts, 2 * this.length);
    if (this.used + MOST_WORDS > this.words.length) this.words = resized(this.words, 2 * this.words.length);
  }

  int(value: number): void {
    this.words[this.used++] = value;
  }
  maybeInt(value: number | undefined): void {
    this.int(value ?? NO_INT);
  }
  pair(lo: number, hi: number): void {
    this.words[this.used++] = lo;
    this.words[this.used++] = hi;
  }
  word(value: bigint): void {
    this.pair(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }
  maybeWord(value: bigint | undefined): void {
    if (value === undefined) this.pair(NO_WORD.lo, NO_WORD.hi);
    else this.word(value);
  }
  name(text: string): void {
    this.int(this.textNumber(text));
  }
  textNumber(text: string): number {
    return this.#texts.numberOf(text);
  }

  /** Nothing more will come: gives back what was not needed. */
  seal(): void {
    room.events = Math.max(64, this.length);
    room.words = Math.max(256, Math.trunc(this.used * HEADROOM) + MOST_WORDS);
    this.starts = resized(this.starts, this.length);
    this.words = resized(this.words, this.used);
  }

  get bytes(): number {
    return (this.starts.length + this.words.length) * 4;
  }

  tick(n: number): Tick {
    return this.from + this.words[this.starts[n]];
  }
  kind(n: number): number {
    return this.words[this.starts[n] + 1] & KIND_MASK;
  }
  cpu(n: number): number {
    return this.words[this.starts[n] + 1] >> EVENT_CPU_SHIFT;
  }
  task(n: number): number {
    return this.words[this.starts[n] + 2];
  }

  /** How many events come before a tick. */
  before(tick: Tick): number {
    let low = 0, high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tick(middle) < tick) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  report(n: number): EventReport {
    const words = this.words, fields: EventReport['fields'] = {}, number = this.kind(n), kind = EVENT_KINDS[number];
    let at = this.starts[n] + EVENT_HEAD;
    for (const [name, how] of FIELDS[number]) {
      switch (how) {
        case 'int': fields[name] = words[at++]; break;
        case 'int?':
          if (words[at] !== NO_INT) fields[name] = words[at];
          at++;
          break;
        case 'word': fields[name] = unsigned(words[at], words[at + 1]); at += 2; break;
        case 'word?':
          if (words[at] !== NO_WORD.lo || words[at + 1] !== NO_WORD.hi) fields[name] = unsigned(words[at], words[at + 1]);
          at += 2;
          break;
        case 'long': fields[name] = BigInt.asIntN(64, unsigned(words[at], words[at + 1])); at += 2; break;
        case 'term': fields[name] = this.#terms.text(words[at++]); break;
        case 'name': case 'said': fields[name] = this.#texts.text(words[at++]); break;
        case 'call': fields[name] = this.#names.call(Number(fields['nr'])); break;
      }
    }
    const text = EVENTS[kind].text(fields, this.#names);
    if ('said' in fields) delete fields['said'];
    return { index: this.#first + n, tick: this.tick(n), kind, cpu: this.cpu(n), pid: this.task(n), text, fields };
  }

  *[Symbol.iterator](): Generator<EventReport> {
    for (let n = 0; n < this.length; n++) yield this.report(n);
  }

  /** Those of a kind, on one CPU or on any. */
  *of(kind: number, cpu?: number): Generator<EventReport> {
    for (let n = 0; n < this.length; n++) if (this.kind(n) === kind && (cpu === undefined || this.cpu(n) === cpu)) yield this.report(n);
  }
}

/** Of a call, in two columns. */
const CALL_WORDS = 8, CALL_NUMBERS = 5;
const HAS_CS = 1, HAS_RET = 2, NEVER = 4, HAS_END = 8, HAS_COST = 16;

/**
 * System calls in the order in which the kernel began to serve them. One under way is the report itself; when it returns within
 * its page it becomes numbers.
 */
export class CallColumns {
  length = 0;
  readonly #first: number;
  readonly #names: Names;
  readonly #texts: Texts;
  /** Those under way, or that went on beyond the page. */
  readonly #live: SyscallReport[] = [];
  /** Their rows. They are few. */
  readonly #liveRows: number[] = [];
  /** Of each call: flags and CPU, number, task, its name, the text, CS, the result's halves. */
  #words = new Int32Array(CALL_WORDS * room.calls);
  /** And these: tick, end, instructions, cycles, cycles of its own. */
  #numbers = new Float64Array(CALL_NUMBERS * room.calls);

  constructor(first: number, names: Names, texts = new Texts()) {
    this.#first = first;
    this.#names = names;
    this.#texts = texts;
  }

  /** @returns its row. */
  open(report: SyscallReport): number {
    const row = this.reserve();
    this.goesOn(row, report);
    return row;
  }

  /** The row of a call of which nobody needs a report before it is over; `goesOn` or `put` follows. */
  reserve(): number {
    const row = this.length++;
    if (CALL_WORDS * row === this.#words.length) this.#resize(2 * row);
    this.#words[CALL_WORDS * row] = 0;
    return row;
  }

  goesOn(row: number, report: SyscallReport): void {
    this.#live.push(report);
    this.#liveRows.push(row);
  }

  /** The call is over. Its result comes as halves. */
  close(row: number, lo: number, hi: number): void {
    const at = this.#liveRows.lastIndexOf(row);
    if (at < 0) return;
    const report = this.#live[at], last = this.#live.length - 1;
    this.#live[at] = this.#live[last];
    this.#liveRows[at] = this.#liveRows[last];
    this.#live.pop();
    this.#liveRows.pop();
    const { nr, task, cpu, tick, endTick, cs, ret, returns, instructions, cycles, net, text } = report;
    const words = this.#words, numbers = this.#numbers, w = CALL_WORDS * row, d = CALL_NUMBERS * row;
    let flags = 0;
    words[w + 1] = nr;
    words[w + 2] = task.pid;
    words[w + 3] = this.#texts.numberOf(task.comm);
    words[w + 4] = this.#texts.numberOf(text);
    numbers[d] = tick;
    if (cs !== undefined) {
      flags |= HAS_CS;
      words[w + 5] = cs;
    }
    if (ret !== undefined) {
      flags |= HAS_RET;
      words[w + 6] = lo;
      words[w + 7] = hi;
    }
    if (returns === false) flags |= NEVER;
    if (endTick !== undefined) {
      flags |= HAS_END;
      numbers[d + 1] = endTick;
    }
    if (net !== undefined) {
      flags |= HAS_COST;
      numbers[d + 2] = instructions ?? 0;
      numbers[d + 3] = cycles ?? 0;
      numbers[d + 4] = net;
    }
    words[w] = flags | (cpu << EVENT_CPU_SHIFT);
  }

  /** A call that has returned, from code whose CS is known. */
  put(row: number, call: BriefCall, text: string, { tick, instructions, cycles }: Now): void {
    const words = this.#words, numbers = this.#numbers, w = CALL_WORDS * row, d = CALL_NUMBERS * row, spent = (cycles - call.cycles) / 4;
    words[w] = HAS_CS | HAS_RET | HAS_END | HAS_COST | (call.cpu << EVENT_CPU_SHIFT);
    words[w + 1] = call.nr;
    words[w + 2] = call.task.pid;
    words[w + 3] = this.#texts.numberOf(call.task.comm);
    words[w + 4] = this.#texts.numberOf(text);
    words[w + 5] = call.cs;
    words[w + 6] = call.retLo;
    words[w + 7] = call.retHi;
    numbers[d] = call.tick;
    numbers[d + 1] = tick;
    numbers[d + 2] = instructions - call.instructions;
    numbers[d + 3] = numbers[d + 4] = spent;
  }

  #resize(length: number): void {
    this.#words = resized(this.#words, CALL_WORDS * length);
    this.#numbers = resized(this.#numbers, CALL_NUMBERS * length);
  }

  seal(): void {
    room.calls = Math.max(64, this.length);
    this.#resize(this.length);
  }

  get bytes(): number {
    return this.#words.length * 4 + this.#numbers.length * 8;
  }

  report(row: number): SyscallReport {
    const live = this.#liveRows.indexOf(row);
    if (live >= 0) return this.#live[live];
    const words = this.#words, w = CALL_WORDS * row, flags = words[w], nr = words[w + 1];
    const [tick, endTick, instructions, cycles, net] = this.#numbers.subarray(CALL_NUMBERS * row, CALL_NUMBERS * (row + 1));
    return {
      index: this.#first + row, name: this.#names.call(nr), nr, text: this.#texts.text(words[w + 4]),
      task: { pid: words[w + 2], comm: this.#texts.text(words[w + 3]) },
      cpu: flags >> EVENT_CPU_SHIFT, ...(flags & HAS_CS ? { cs: words[w + 5] } : {}), tick,
      ...(flags & HAS_RET ? { ret: BigInt.asIntN(64, unsigned(words[w + 6], words[w + 7])) } : {}),
      ...(flags & NEVER ? { returns: false as const } : {}),
      ...(flags & HAS_END ? { endTick } : {}),
      ...(flags & HAS_COST ? { instructions, cycles, net } : {}),
    };
  }

  /** What went on beyond this page is known to its end already: `known` is that of the same call. */
  adopt(known: (report: SyscallReport) => SyscallReport | undefined): void {
    this.#live.forEach((report, n) => (this.#live[n] = known(report) ?? report));
  }

  *[Symbol.iterator](): Generator<SyscallReport> {
    for (let row = 0; row < this.length; row++) yield this.report(row);
  }
}
