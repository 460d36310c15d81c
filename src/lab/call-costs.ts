/** What each system call of a run costs, counted from the record and by running the call again with a look at every instruction. */
import type { Tick } from '../base/units.ts';
import { grouped, type CallCosts, type Costs, type RunCosts } from '../link/comparison.ts';
import type { EventKind, SyscallReport } from '../link/reports.ts';
import { CR3 } from '../machine/cpu/state.ts';
import type { Lab } from './lab.ts';
import { isShared } from './spaces.ts';
import { sideOf, spotOf } from './stepping.ts';
import type { StackRegion } from './record.ts';

/** Ticks that are run again for all calls together. What is beyond them is not measured so closely, and says so. */
const MAX_WALKED = 4_000_000;
const RDI_SLOT = 14;
const COUNTED = { 'ring-change': 'rings', 'stack-switch': 'stacks', interrupt: 'interrupts', exception: 'faults' } as const satisfies
  Partial<Record<EventKind, keyof Costs>>;
const COUNTED_KINDS = Object.keys(COUNTED) as (keyof typeof COUNTED)[];
/** REX, operand size, REP: what stands before the opcode of MOVS. SDM Vol. 2A, "Instruction Prefixes". */
const isPrefix = (byte: number): boolean => (byte & 0xf0) === 0x40 || byte === 0x66 || byte === 0xf2 || byte === 0xf3;

/** MOVSB, or MOVSW, MOVSD, MOVSQ. */
function isMove(bytes: Uint8Array | null): boolean {
  if (!bytes) return false;
  let at = 0;
  while (at < bytes.length - 1 && isPrefix(bytes[at])) at++;
  return bytes[at] === 0xa4 || bytes[at] === 0xa5;
}

/** Runs a call again. Leaves the machine at its end. */
function walk(lab: Lab, { task: { pid }, tick }: SyscallReport, end: Tick): Pick<Costs, 'copied' | 'depth'> {
  const { history, machine, tracer, symbols } = lab, moves = new Map<bigint, boolean>();
  // Whose turn it is is asked at each instruction, where no page can be made.
  tracer.record.loadAll(tick, end);
  history.seek(tick);
  /** By stack, the lowest RSP; that on which it began counts from there. */
  const lows = new Map<StackRegion, bigint>(), start = spotOf(machine).rsp;
  let region: StackRegion | undefined, first: StackRegion | undefined, copied = 0, copyFrom: bigint | undefined;
  const look = (): void => {
    if (tracer.task(machine.tick).pid !== pid) {
      copyFrom = undefined;
      return;
    }
    const { rip, rsp } = spotOf(machine), { current: cpu } = machine;
    if (copyFrom !== undefined) {
      const by = cpu.pair(RDI_SLOT) - copyFrom;
      copied += Number(by < 0n ? -by : by);
    }
    if (!region || rsp <= region.low || rsp > region.high) {
      const space = isShared(rsp) ? 0 : tracer.record.spaces.at(cpu.s[CR3] & -4096)?.id;
      region = tracer.regionOf(rsp, machine.tick, space);
      first ??= region;
    }
    const low = region && lows.get(region);
    if (region && (low === undefined || rsp < low)) lows.set(region, rsp);
    let move = moves.get(rip);
    if (move === undefined) {
      move = sideOf(symbols, rip) === 'kernel' && isMove(machine.peek(rip, 4));
      moves.set(rip, move);
    }
    copyFrom = move ? cpu.pair(RDI_SLOT) : undefined;
  };
  look();
  history.watch(look, end);
  let depth = 0n;
  for (const [stack, low] of lows) {
    const from = stack === first ? start : stack.high;
    if (from > low) depth += from - low;
  }
  return { copied, depth: Number(depth) };
}

/** All calls of the run so far. The machine comes back to where it is. */
export function runCosts(lab: Lab): RunCosts {
  const { history, tracer: { record } } = lab, reports = lab.syscalls(), names = new Map<string, number>();
  const counts = new Map(reports.map((report) => [report, { rings: 0, stacks: 0, interrupts: 0, faults: 0 }]));
  /** Of each task, its calls in order, and which of them was the last to begin. */
  const of = grouped(reports, ({ task: { pid } }) => pid), reached = new Map<number, number>();
  for (const { kind, tick, pid } of reports.length === 0 ? [] : record.eventsFrom(reports[0].tick, COUNTED_KINDS)) {
    const calls = of.get(pid) ?? [];
    let at = reached.get(pid) ?? 0;
    while (at + 1 < calls.length && reports[calls[at + 1]].tick <= tick) at++;
    reached.set(pid, at);
    const call = reports[calls[at]] as SyscallReport | undefined;
    const count = call && call.tick <= tick && tick < (call.endTick ?? Infinity) ? counts.get(call) : undefined;
    if (count) count[COUNTED[kind as keyof typeof COUNTED]]++;
  }
  let walked = 0, budget = MAX_WALKED;
  const calls: CallCosts[] = [];
  history.mark();
  let output = '', exit: number | undefined;
  history.excursion(() => lab.tracer.observe({}, () => {
    history.seek(history.live);
    exit = lab.machine.exitCode;
    output = lab.consoleText(Infinity).slice(lab.views(['console']).console?.boot ?? 0);
    for (const report of reports) {
      const { name, text, task: { pid }, tick, endTick, instructions, cycles, net = cycles } = report;
      const nth = names.get(name) ?? 0, end = endTick ?? history.live;
      names.set(name, nth + 1);
      if (report.starts) continue;
      const isWalked = end - tick <= budget;
      if (isWalked) {
        walked++;
        budget -= end - tick;
      }
      calls.push({ name, nth, text, pid, tick, ...(endTick === undefined ? {} : { endTick }), costs: { ...(instructions === undefined ? {} : { instructions }),
        ...(net === undefined ? {} : { cycles: net }), ...counts.get(report), ...(isWalked ? walk(lab, report, end) : {}) } });
    }
  }));
  return { config: lab.options.config, output, calls, walked, ...(exit === undefined ? {} : { exit }) };
}
