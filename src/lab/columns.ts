/**
 * A page of the record as columns of numbers: events with their fields in one row of words, system calls that have returned.
 * Reports, with their texts, are made when someone asks.
 */
import type { Tick } from '../base/units.ts';
import { EVENT_KINDS, EVENTS, KIND, type FieldKind, type Names } from '../link/events.ts';
import type { EventReport, SyscallReport } from '../link/reports.ts';
import type { BriefCall } from './brief-call.ts';
import { Rounds } from './rounds.ts';
import { begun, endedInts, endedNumbers, grown } from './shelf.ts';
import type { Now } from './system-calls.ts';

/** Words of an event's row: its tick, and where the rest of it begins; before its fields there; and how kind and CPU share one. */
export const EVENT_ROW = 2, EVENT_HEAD = 2, EVENT_CPU_SHIFT = 8;
const KIND_MASK = 255;
/** No event has more. */
const MOST_WORDS = 32;
/** Stand for nothing in a field that may be left out: no error code, and no canonical address. */
const NO_INT = -0x8000_0000;
const NO_WORD = { lo: 1, hi: -0x8000_0000 };

const unsigned = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

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

/** Of a system call's entry, the field that says how many there were before: in each round one more. */
const ENTRY = KIND['syscall-entry'], NTH = EVENT_HEAD + 1;

/** Events in their order. `add` begins one; its fields follow, in the order of the table. */
export class EventColumns {
  /** Events whose rows are there; of the others the rounds say what they are like. */
  stored = 0;
  readonly #rounds = new Rounds();
  readonly from: Tick;
  readonly #first: number;
  readonly #names: Names;
  readonly #terms: Texts;
  readonly #texts = new Texts();
  rows = new Int32Array(begun());
  /** Kind and CPU in one, task, and then the fields. Of events that differ in nothing but their tick it may stand here once. */
  words = new Int32Array(begun());
  used = 0;

  /** @param from no tick is earlier. @param first the number of the first event. @param terms the run's, by the numbers in fields of that kind. */
  constructor(from: Tick, first: number, names: Names, terms = new Texts()) {
    this.from = from;
    this.#first = first;
    this.#names = names;
    this.#terms = terms;
  }

  add(tick: Tick, kind: number, cpu: number, pid: number): void {
    this.#room(1, MOST_WORDS);
    const { words, rows } = this, at = this.used, row = EVENT_ROW * this.stored++;
    rows[row] = tick - this.from;
    rows[row + 1] = at;
    words[at] = kind | (cpu << EVENT_CPU_SHIFT);
    words[at + 1] = pid;
    this.used = at + EVENT_HEAD;
  }

  get length(): number {
    return this.stored + this.#rounds.leftOut;
  }

  /** The last rows, of one system call, come again so many times, each so many ticks after the last. @param kinds counts them. */
  again(rows: number, times: number, ticks: Tick, kinds: Float64Array): void {
    for (let row = this.stored - rows; row < this.stored; row++) kinds[this.words[this.rows[EVENT_ROW * row + 1]] & KIND_MASK] += times;
    this.#rounds.again(this.length, rows, times, ticks);
  }

  /** Room for so many whole events of at most four words each, which whoever takes in notes puts into the columns himself. */
  extend(events: number): void {
    this.#room(events, events * (EVENT_HEAD + 4));
  }

  #room(events: number, words: number): void {
    const rows = EVENT_ROW * (this.stored + events), used = this.used + words;
    if (rows > this.rows.length) this.rows = new Int32Array(grown(this.rows, 4 * rows));
    if (used > this.words.length) this.words = new Int32Array(grown(this.words, 4 * used));
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

  /** Nothing more will come. */
  seal(): void {
    this.#rounds.seal();
    this.rows = endedInts(this.rows, EVENT_ROW * this.stored);
    this.words = endedInts(this.words, this.used);
  }

  get bytes(): number {
    return (this.rows.length + this.words.length) * 4 + this.#rounds.bytes;
  }

  tick(n: number): Tick {
    const { at, ticks } = this.#rounds.find(n);
    return this.from + this.rows[EVENT_ROW * at] + ticks;
  }
  #word(n: number, at: number): number {
    return this.words[this.rows[EVENT_ROW * this.#rounds.find(n).at + 1] + at];
  }
  kind(n: number): number {
    return this.#word(n, 0) & KIND_MASK;
  }
  cpu(n: number): number {
    return this.#word(n, 0) >> EVENT_CPU_SHIFT;
  }
  task(n: number): number {
    return this.#word(n, 1);
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
    const words = this.words, fields: EventReport['fields'] = {}, number = this.kind(n), kind = EVENT_KINDS[number], { at: row, round } = this.#rounds.find(n);
    const begin = this.rows[EVENT_ROW * row + 1], nth = number === ENTRY ? begin + NTH : -1;
    let at = begin + EVENT_HEAD;
    for (const [name, how] of FIELDS[number]) {
      switch (how) {
        case 'int':
          fields[name] = words[at] + (at === nth ? round : 0);
          at++;
          break;
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
  /** Calls whose rows are there; of the others the rounds say what they are like. */
  #stored = 0;
  readonly #rounds = new Rounds();
  readonly #first: number;
  readonly #names: Names;
  readonly #texts: Texts;
  /** Those under way, or that went on beyond the page. */
  readonly #live: SyscallReport[] = [];
  /** Their numbers. They are few. */
  readonly #liveNumbers: number[] = [];
  /** Where what is said of each begins. */
  #rows = new Int32Array(begun());
  /** Flags and CPU, number, task, its name, the text, CS, the result's halves; once, of calls that differ in nothing of it. */
  #words = new Int32Array(begun());
  #used = 0;
  /** Of each call: tick, end, instructions, cycles, cycles of its own. */
  #numbers = new Float64Array(begun());
  /** What was said last; nothing yet. */
  #newest = -1;

  constructor(first: number, names: Names, texts = new Texts()) {
    this.#first = first;
    this.#names = names;
    this.#texts = texts;
  }

  get length(): number {
    return this.#stored + this.#rounds.leftOut;
  }

  /** The last call, which is over, comes again so many times, each so many ticks after the last. */
  again(times: number, ticks: Tick): void {
    this.#rounds.again(this.length, 1, times, ticks);
  }

  /** @returns its number. */
  open(report: SyscallReport): number {
    const number = this.reserve();
    this.goesOn(number, report);
    return number;
  }

  /** The number of a call of which nobody needs a report before it is over; `goesOn` or `put` follows. */
  reserve(): number {
    const number = this.length, row = this.#stored++;
    if (row === this.#rows.length) this.#rows = new Int32Array(grown(this.#rows, 8 * row));
    if (CALL_NUMBERS * (row + 1) > this.#numbers.length) this.#numbers = new Float64Array(grown(this.#numbers, 8 * CALL_NUMBERS * (row + 1)));
    return number;
  }

  /** What is said of a call besides when it was and what it took. */
  #say(row: number, what: number, nr: number, pid: number, comm: number, text: number, cs: number, lo: number, hi: number): void {
    const at = this.#newest, known = this.#words;
    if (at >= 0 && known[at] === what && known[at + 1] === nr && known[at + 2] === pid && known[at + 3] === comm && known[at + 4] === text &&
      known[at + 5] === cs && known[at + 6] === lo && known[at + 7] === hi) {
      this.#rows[row] = at;
      return;
    }
    const to = this.#used;
    if (to + CALL_WORDS > known.length) this.#words = new Int32Array(grown(known, 8 * (to + CALL_WORDS)));
    const words = this.#words;
    words[to] = what;
    words[to + 1] = nr;
    words[to + 2] = pid;
    words[to + 3] = comm;
    words[to + 4] = text;
    words[to + 5] = cs;
    words[to + 6] = lo;
    words[to + 7] = hi;
    this.#used = to + CALL_WORDS;
    this.#rows[row] = this.#newest = to;
  }

  goesOn(number: number, report: SyscallReport): void {
    this.#live.push(report);
    this.#liveNumbers.push(number);
  }

  /** The call is over. Its result comes as halves. */
  close(number: number, lo: number, hi: number): void {
    const at = this.#liveNumbers.lastIndexOf(number);
    if (at < 0) return;
    const report = this.#live[at], last = this.#live.length - 1;
    this.#live[at] = this.#live[last];
    this.#liveNumbers[at] = this.#liveNumbers[last];
    this.#live.pop();
    this.#liveNumbers.pop();
    const { nr, task, cpu, tick, endTick, cs, ret, returns, instructions, cycles, net, text } = report;
    const { at: row } = this.#rounds.find(number), numbers = this.#numbers, d = CALL_NUMBERS * row;
    const flags = (cs === undefined ? 0 : HAS_CS) | (ret === undefined ? 0 : HAS_RET) | (returns === false ? NEVER : 0) |
      (endTick === undefined ? 0 : HAS_END) | (net === undefined ? 0 : HAS_COST);
    this.#say(row, flags | (cpu << EVENT_CPU_SHIFT), nr, task.pid, this.#texts.numberOf(task.comm), this.#texts.numberOf(text), cs ?? 0, lo, hi);
    numbers[d] = tick;
    numbers[d + 1] = endTick ?? 0;
    numbers[d + 2] = instructions ?? 0;
    numbers[d + 3] = cycles ?? 0;
    numbers[d + 4] = net ?? 0;
  }

  /** A call that has returned, from code whose CS is known. */
  put(number: number, call: BriefCall, text: string, { tick, instructions, cycles }: Now): void {
    const { at: row } = this.#rounds.find(number), numbers = this.#numbers, d = CALL_NUMBERS * row, spent = (cycles - call.cycles) / 4;
    this.#say(row, HAS_CS | HAS_RET | HAS_END | HAS_COST | (call.cpu << EVENT_CPU_SHIFT), call.nr, call.task.pid, this.#texts.numberOf(call.task.comm),
      this.#texts.numberOf(text), call.cs, call.retLo, call.retHi);
    numbers[d] = call.tick;
    numbers[d + 1] = tick;
    numbers[d + 2] = instructions - call.instructions;
    numbers[d + 3] = numbers[d + 4] = spent;
  }

  /** No other call will begin; one under way may still come to its end. */
  seal(): void {
    this.#rounds.seal();
    this.#rows = endedInts(this.#rows, this.#stored);
    this.#words = endedInts(this.#words, this.#used);
    this.#numbers = endedNumbers(this.#numbers, CALL_NUMBERS * this.#stored);
  }

  get bytes(): number {
    return (this.#rows.length + this.#words.length) * 4 + this.#numbers.length * 8 + this.#rounds.bytes;
  }

  report(number: number): SyscallReport {
    const live = this.#liveNumbers.indexOf(number);
    if (live >= 0) return this.#live[live];
    const { at: row, ticks } = this.#rounds.find(number);
    const words = this.#words, w = this.#rows[row], flags = words[w], nr = words[w + 1];
    const [tick, endTick, instructions, cycles, net] = this.#numbers.subarray(CALL_NUMBERS * row, CALL_NUMBERS * (row + 1));
    return {
      index: this.#first + number, name: this.#names.call(nr), nr, text: this.#texts.text(words[w + 4]),
      task: { pid: words[w + 2], comm: this.#texts.text(words[w + 3]) },
      cpu: flags >> EVENT_CPU_SHIFT, ...(flags & HAS_CS ? { cs: words[w + 5] } : {}), tick: tick + ticks,
      ...(flags & HAS_RET ? { ret: BigInt.asIntN(64, unsigned(words[w + 6], words[w + 7])) } : {}),
      ...(flags & NEVER ? { returns: false as const } : {}),
      ...(flags & HAS_END ? { endTick: endTick + ticks } : {}),
      ...(flags & HAS_COST ? { instructions, cycles, net } : {}),
    };
  }

  /** What went on beyond this page is known to its end already: `known` is that of the same call. */
  adopt(known: (report: SyscallReport) => SyscallReport | undefined): void {
    this.#live.forEach((report, n) => (this.#live[n] = known(report) ?? report));
  }

  *[Symbol.iterator](): Generator<SyscallReport> {
    for (let n = 0; n < this.length; n++) yield this.report(n);
  }
}
