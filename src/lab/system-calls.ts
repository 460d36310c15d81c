/** System calls as they happen: from the first instruction of the libc function, over the kernel's entry and result, to the return. */
import type { Tick } from '../base/units.ts';
import type { TracepointSite } from '../formats/debug-info.ts';
import { KIND } from '../link/events.ts';
import type { SyscallReport } from '../link/reports.ts';
import type { Machine } from '../machine/machine.ts';
import { BriefCall } from './brief-call.ts';
import type { CallTexts } from './call-texts.ts';
import type { EventColumns } from './columns.ts';
import type { Carried, Items, OpenCall } from './record.ts';
import { callText, fillsIn, resultText } from './trace-text.ts';

/** Where what happens is written: the end of the record, or a page that is being made again. */
export interface Pen {
  state(): Carried;
  items(): Items;
  /** @returns where the fields of an event go, if it is to be noted now; then `told` follows. */
  begin(kind: number, cpu: number): EventColumns | undefined;
  told(columns: EventColumns): void;
  argument(site: TracepointSite, name: string): bigint;
  /** A call returns to this address, as a signed number: it is to be probed. */
  returnsTo(key: number): void;
}

/** When and where what is told or noted happens: memory and registers may be later ones. */
export interface Now {
  tick: Tick;
  cpu: number;
  /** Quarter cycles of that CPU. */
  cycles: number;
  instructions: number;
  /** CR3's low word, and CS. */
  root: number;
  selector: number;
}

const ARGUMENTS = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'];
const NO_ARGS: readonly bigint[] = [];

export class SystemCalls {
  readonly #machine: Machine;
  readonly #now: Now;
  readonly #texts: CallTexts;
  readonly #pen: Pen;
  #caller: SyscallReport['task'] = { pid: 0, comm: '' };
  /** The newest call, as long as it is all noted. */
  readonly brief: BriefCall;

  constructor(machine: Machine, now: Now, texts: CallTexts, pen: Pen) {
    this.#machine = machine;
    this.#now = now;
    this.#texts = texts;
    this.#pen = pen;
    this.brief = new BriefCall(now, texts, pen, (task) => this.#who(task));
  }

  /** The first instruction of a libc function that is named like a system call; its stack pointer, and where it returns to. */
  called(name: string, rspLo: number, rspHi: number, toLo: number, toHi: number): void {
    const low = (rspLo >>> 0) + 8;
    this.begin(name, toHi * 4294967296 + (toLo >>> 0), low | 0, (rspHi + (low > 0xffff_ffff ? 1 : 0)) | 0);
  }

  /** It will be a system call if the kernel is entered before it returns, with RSP as it is given. */
  begin(name: string, returnTo: number, rspLo: number, rspHi: number): void {
    const { on, open } = this.#pen.state(), { tick, cpu, selector: cs, instructions, cycles } = this.#now;
    const { task } = on[cpu];
    const report: SyscallReport = { index: -1, name, nr: -1, text: this.#texts.begun(name), task: this.#who(task), cpu, cs, tick };
    open.push({ report, returnTo, rspLo, rspHi, entered: false, calls: undefined, row: -1, retLo: 0, retHi: 0, args: undefined, cycles, instructions, away: 0,
      awaySince: -1 });
    this.#pen.returnsTo(returnTo);
  }

  /** A task as reports name it: the same one makes many calls in a row. */
  #who({ pid, comm }: SyscallReport['task']): SyscallReport['task'] {
    return this.#caller.pid === pid && this.#caller.comm === comm ? this.#caller : (this.#caller = { pid, comm });
  }

  /** The task's own call that returns here, with RSP as it was. */
  returned(key: number, lo: number, hi: number): void {
    const state = this.#pen.state(), { open: all } = state, now = this.#now, { pid } = state.on[now.cpu].task;
    let at = all.length - 1;
    for (; at >= 0; at--) {
      const one = all[at];
      if (one.returnTo === key && one.report.task.pid === pid && one.rspLo === lo && one.rspHi === hi) break;
    }
    if (at < 0) return;
    const done = all[at];
    if (at === all.length - 1) all.pop();
    else all.splice(at, 1);
    const { report } = done;
    // A libc function that never asked the kernel is no system call.
    if (!done.entered) return;
    report.endTick = now.tick;
    report.instructions = now.instructions - done.instructions;
    report.cycles = (now.cycles - done.cycles) / 4;
    report.net = report.cycles - done.away / 4;
    this.#over(done);
  }

  /** A call whose page is still the present one becomes numbers. */
  #over({ calls, row, retLo, retHi }: OpenCall): void {
    if (calls !== undefined && calls === this.#pen.items().syscalls) calls.close(row, retLo, retHi);
  }

  /** The task that makes these calls is on the CPU, or comes there, and not in an interrupt handler: its cycles count. */
  attribute(): void {
    const { open: all, nested, on } = this.#pen.state();
    const now = this.#machine.current.quarterCycles;
    for (const open of all) {
      const { pid: of } = open.report.task, own = on.some(({ task, coming }) => (coming ?? task).pid === of) && !nested.some(({ pid }) => pid === of);
      if (own && open.awaySince >= 0) {
        open.away += now - open.awaySince;
        open.awaySince = -1;
      } else if (!own && open.awaySince < 0) open.awaySince = now;
    }
  }

  /** A task that is gone never returns from the call it is in. */
  exit(pid: number): void {
    const state = this.#pen.state();
    for (const open of state.open) {
      const { report } = open;
      if (report.task.pid !== pid || !open.entered) continue;
      report.returns = false;
      report.endTick = this.#machine.tick;
      report.text = `${report.text} = ?`;
      this.#over(open);
    }
    state.open = state.open.filter(({ report }) => report.task.pid !== pid);
  }

  /** The kernel begins to serve a call. */
  entered(cpu: number, nr: number, site: TracepointSite): void {
    const state = this.#pen.state(), { open: all, counts } = state, { task } = state.on[cpu];
    const about = this.#texts.of(nr), { row, name } = about;
    // So many as the table has: of the others nothing is told.
    const args = row && row.args.length > 0 ? ARGUMENTS.slice(0, row.args.length).map((name) => this.#pen.argument(site, name)) : NO_ARGS;
    const text = args.length > 0 ? callText(this.#machine, row, nr, args) : about.plain;
    let open: OpenCall | undefined;
    for (let n = all.length - 1; n >= 0 && !open; n--) if (all[n].report.task.pid === task.pid && !all[n].entered) open = all[n];
    if (!open) {
      // Nothing known called it: the call begins here.
      const { instructions, cycles, tick } = this.#now;
      open = { report: { index: -1, name, nr, text, task: this.#who(task), cpu, tick }, rspLo: 0, rspHi: 0, entered: true, row: -1, retLo: 0,
        retHi: 0, cycles, instructions, away: 0, awaySince: -1 };
      all.push(open);
    }
    open.entered = true;
    open.args = args;
    open.asked = text;
    const { report } = open;
    report.index = counts.calls++;
    report.name = name;
    report.nr = nr;
    report.text = text;
    open.calls = this.#pen.items().syscalls;
    open.row = open.calls.open(report);
    state.lastCall = report;
    counts.add(about.key);
    const columns = this.#pen.begin(KIND['syscall-entry'], cpu);
    if (!columns) return;
    columns.int(nr);
    columns.int(counts.named[about.key] - 1);
    columns.name(text);
    this.#pen.told(columns);
  }

  /** The result of a call is known. */
  ended(cpu: number, nr: number, lo: number, hi: number): void {
    const state = this.#pen.state(), { open: all } = state, { task } = state.on[cpu];
    let open: OpenCall | undefined;
    for (let n = all.length - 1; n >= 0 && !open; n--) {
      const { report, entered } = all[n];
      if (entered && report.nr === nr && report.task.pid === task.pid && report.ret === undefined) open = all[n];
    }
    if (open) {
      const { report } = open, about = this.#texts.of(nr), { row } = about, ret = this.#texts.result(about, lo, hi);
      report.ret = ret;
      open.retLo = lo;
      open.retHi = hi;
      report.text = row && open.args?.length
        ? `${fillsIn(row) ? callText(this.#machine, row, nr, open.args, ret) : open.asked ?? about.plain} = ${resultText(row, ret, this.#texts.sets)}`
        : this.#texts.ended(about, lo, hi);
      // A new program does not return to where the old one called.
      if (open.returnTo === undefined || (about.name === 'execve' && ret === 0n)) {
        report.endTick = this.#now.tick;
        state.open = all.filter((one) => one !== open);
        this.#over(open);
      }
    }
    const columns = this.#pen.begin(KIND['syscall-exit'], cpu);
    if (!columns) return;
    columns.int(nr);
    columns.pair(lo, hi);
    this.#pen.told(columns);
  }
}
