/**
 * A system call of which all that happens is noted: from the libc function's first instruction to its return it is numbers, and those
 * become the record's. Only if somebody looks while it is under way does it become a report like the others.
 */
import type { Tick } from '../base/units.ts';
import type { SyscallReport } from '../link/reports.ts';
import type { AboutCall, CallTexts } from './call-texts.ts';
import type { CallColumns, EventColumns } from './columns.ts';
import type { TaskTurn } from './record.ts';
import { keyOfHalves } from './site-reader.ts';
import type { Now, Pen } from './system-calls.ts';

const NONE = 0, CALLED = 1, ENTERED = 2, ENDED = 3;
const NOBODY: TaskTurn = { tick: 0, cpu: 0, pid: 0, comm: '' };
const NO_ARGS: readonly bigint[] = [];

/** The newest of the calls under way, if it is of this kind. Each method says whether it did what is to be done; if not, call `settle` and do it. */
export class BriefCall {
  #phase = NONE;
  task = NOBODY;
  cpu = 0;
  cs = 0;
  tick: Tick = 0;
  cycles = 0;
  instructions = 0;
  nr = 0;
  retLo = 0;
  retHi = 0;
  #name = '';
  #toLo = 0;
  #toHi = 0;
  #rspLo = 0;
  #rspHi = 0;
  /** Once the kernel serves it: where it stands in the record. */
  #calls: CallColumns | undefined;
  #row = -1;
  #index = -1;
  /** Among those of its name. */
  nth = 0;
  #about: AboutCall | undefined;
  /** The number of a call's text in a page. */
  #text = 0;
  #textOf: AboutCall | undefined;
  #textIn: EventColumns | undefined;
  /** The last call of the record was one of these and is over. */
  #isLast = false;
  /** Where the last one returned to: that is probed. */
  #knownLo = 0;
  #knownHi = 0;
  readonly #now: Now;
  readonly #texts: CallTexts;
  readonly #pen: Pen;
  readonly #who: (task: TaskTurn) => SyscallReport['task'];

  constructor(now: Now, texts: CallTexts, pen: Pen, who: (task: TaskTurn) => SyscallReport['task']) {
    this.#now = now;
    this.#texts = texts;
    this.#pen = pen;
    this.#who = who;
  }

  /** A libc function begins that is named like a system call: the low half of where it returns to, which says all, and RSP. */
  called(name: string, toLo: number, rspLo: number, rspHi: number): void {
    if (this.#phase !== NONE) this.settle();
    const toHi = toLo >> 31, low = (rspLo >>> 0) + 8;
    const { cpu, selector, tick, cycles, instructions } = this.#now;
    this.#phase = CALLED;
    this.task = this.#pen.state().on[cpu].task;
    this.cpu = cpu;
    this.cs = selector;
    this.tick = tick;
    this.cycles = cycles;
    this.instructions = instructions;
    this.#name = name;
    this.#toLo = toLo;
    this.#toHi = toHi;
    this.#rspLo = low | 0;
    this.#rspHi = (rspHi + (low > 0xffff_ffff ? 1 : 0)) | 0;
    if (toLo === this.#knownLo && toHi === this.#knownHi) return;
    this.#knownLo = toLo;
    this.#knownHi = toHi;
    this.#pen.returnsTo(keyOfHalves(toLo, toHi));
  }

  /** The kernel begins to serve it. */
  entered(cpu: number, nr: number, syscalls: CallColumns): boolean {
    const state = this.#pen.state(), about = this.#texts.of(nr);
    if (this.#phase !== CALLED || state.on[cpu].task !== this.task || (about.row && about.row.args.length > 0)) return false;
    const { counts } = state;
    this.#phase = ENTERED;
    this.#isLast = false;
    this.nr = nr;
    this.#index = counts.calls++;
    this.#calls = syscalls;
    this.#row = syscalls.reserve();
    this.nth = counts.named[about.key] ?? 0;
    counts.add(about.key);
    this.#about = about;
    return true;
  }

  /** The number of its text when the kernel began to serve it. */
  textIn(events: EventColumns): number {
    if (this.#textIn !== events || this.#textOf !== this.#about) {
      this.#text = events.textNumber(this.#about!.plain);
      this.#textOf = this.#about;
      this.#textIn = events;
    }
    return this.#text;
  }

  /** Its result is known. */
  ended(cpu: number, nr: number, lo: number, hi: number): boolean {
    if (this.#phase !== ENTERED || nr !== this.nr || this.#pen.state().on[cpu].task !== this.task) return false;
    this.#phase = ENDED;
    this.retLo = lo;
    this.retHi = hi;
    return true;
  }

  /** Something returns, with RSP as it was before the call. */
  returned(toLo: number, toHi: number, lo: number, hi: number): boolean {
    const now = this.#now;
    if (toLo !== this.#toLo || toHi !== this.#toHi || lo !== this.#rspLo || hi !== this.#rspHi) return false;
    if (this.#pen.state().on[now.cpu].task !== this.task) return false;
    if (this.#phase === ENDED) {
      this.#calls!.put(this.#row, this, this.#texts.ended(this.#texts.of(this.nr), this.retLo, this.retHi), now);
      this.#isLast = true;
    } else if (this.#phase !== CALLED) return false;
    // A libc function that never asked the kernel is no system call.
    this.#phase = NONE;
    return true;
  }

  /** No call is under way, and the last of the record was one of these. */
  get isOver(): boolean {
    return this.#phase === NONE && this.#isLast;
  }

  /** The call that is over was made again, so many times, and nothing was different but when. */
  again(times: number): void {
    const { counts } = this.#pen.state();
    counts.calls += times;
    counts.add(this.#about!.key, times);
    this.#row += times;
  }

  /** Somebody may look: the call under way becomes an open one like others, and the record's last call is known. */
  settle(): void {
    const state = this.#pen.state(), phase = this.#phase, calls = this.#calls;
    if (this.#isLast) state.lastCall = calls!.report(this.#row);
    this.#isLast = false;
    if (phase === NONE) return;
    this.#phase = NONE;
    const { cpu, cs, tick, cycles, instructions, retLo, retHi } = this;
    const report: SyscallReport = { index: -1, name: this.#name, nr: -1, text: this.#texts.begun(this.#name), task: this.#who(this.task), cpu, cs, tick };
    state.open.push({ report, returnTo: keyOfHalves(this.#toLo, this.#toHi), rspLo: this.#rspLo, rspHi: this.#rspHi, entered: false, calls: undefined,
      row: -1, retLo: 0, retHi: 0, args: undefined, cycles, instructions, away: 0, awaySince: -1 });
    if (phase === CALLED) return;
    const about = this.#texts.of(this.nr), open = state.open[state.open.length - 1];
    Object.assign(report, { index: this.#index, name: about.name, nr: this.nr, text: about.plain });
    Object.assign(open, { entered: true, args: NO_ARGS, asked: about.plain, calls, row: this.#row });
    calls!.goesOn(this.#row, report);
    state.lastCall = report;
    if (phase === ENTERED) return;
    report.text = this.#texts.ended(about, retLo, retHi);
    report.ret = about.ret;
    Object.assign(open, { retLo, retHi });
  }
}
