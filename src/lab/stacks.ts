/**
 * Stacks with a label on every slot. A label comes only from the frames that can be unwound, and from the record of frames that
 * the CPU pushed; what none of them explains is unknown.
 */
import type { VirtAddr } from '../base/units.ts';
import type { Slot, SlotRun, StackReport, StacksView } from '../link/reports.ts';
import type { Registers } from '../machine/machine.ts';
import type { Memory } from './memory.ts';
import { partOf } from './operands.ts';
import type { Symbols } from './symbols.ts';
import type { StackRegion } from './record.ts';
import { stringAt } from './strings.ts';
import { isTasks, STACK_KINDS } from './stack-kinds.ts';
import { stateOf } from './tasks.ts';
import { taskNotes } from './threads.ts';
import { align8, unwind, type Label, type Place, type Unwound } from './unwind.ts';

const HARDWARE = ['RIP', 'CS', 'RFLAGS', 'RSP', 'SS'];
const RED_ZONE = 128n;
/** Rows shown above the frame that RSP is in, and below it. */
const ABOVE = 64, BELOW = 4;
/** Slots below RSP that are about to be written are shown this far down. */
const AHEAD = 512n;

export interface Moment extends Place {
  /** Whose stacks; of another one than the running, with the registers with which it was left. */
  task: { pid: number; comm: string };
  /** Where it runs, or was left: whose stacks of interrupts are shown. */
  cpu: number;
  before: Registers | undefined;
  /** Slots that are about to be written, in a run that is known already. */
  ahead: ReadonlyMap<bigint, { steps: number; label: string }>;
  /** What stood in a word at a tick that has been. */
  lost: (tick: number, at: VirtAddr) => bigint | undefined;
  /** Memory changed by the last step: address to old value. */
  changed: ReadonlyMap<bigint, bigint>;
}

export function stacksView(moment: Moment): StacksView {
  const { machine, symbols, tracer, registers, before, task, cpu } = moment;
  const { tick } = machine;
  const rsp = registers.gpr[4];
  const unwound = unwind(moment);
  const regions = tracer.record.regions.filter(({ from, to, kind, pid, space }) => from <= tick && tick <= to && pid === (isTasks(kind) ? task.pid : cpu) &&
    // A program's stack is seen in its own address space.
    (space === 0 || space === symbols.space?.id));
  const inUse = tracer.regionOf(rsp, tick, symbols.space?.id);
  if (inUse && !regions.includes(inUse)) regions.push(inUse);
  const seen = new Set<string>();
  const stacks: StackReport[] = [];
  for (const region of regions.toSorted((a, b) => STACK_KINDS.indexOf(a.kind) - STACK_KINDS.indexOf(b.kind))) {
    const key = `${region.kind} ${region.low}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const left = isTasks(region.kind) ? [] : leftOn(moment, region), isInUse = region === inUse || (inUse !== undefined && region.low === inUse.low);
    const report = stackReport(moment, region, isInUse, unwound, left);
    stacks.push({ ...report, ...(left.length > 0 ? { left } : {}), ...(machine.peekNumber(region.high - 8n, 8) === undefined ? { unreadable: true } : {}) });
  }
  const from = before && tracer.regionOf(before.gpr[4], tick, symbols.space?.id);
  const jump = from && inUse && from.low !== inUse.low ? { from: from.name, to: inUse.name } : undefined;
  return { task, stacks, savedStruct: symbols.facts.saved?.struct ?? '', ...(jump ? { jump } : {}) };
}

/** Other tasks that have left the CPU from a stack of its own: what they go on with stands there. */
function leftOn({ machine, tracer, task }: Moment, { low, high }: StackRegion): NonNullable<StackReport['left']> {
  return [...taskNotes({ tracer }, machine.tick).values()].flatMap(({ isRunning, pid, comm, saved, state }) =>
    (saved && !isRunning && pid !== task.pid && saved.rsp >= low && saved.rsp < high && stateOf({ isRunning, state }).state !== 'gone'
      ? [{ pid, comm, rsp: saved.rsp }] : []));
}

/** Slots in a range that still hold what the CPU pushed there for an interrupt or exception, newest frame first. */
function pushed({ machine, tracer }: Moment, low: bigint, high: bigint): Map<bigint, Label> {
  const labels = new Map<bigint, Label>();
  const frames = tracer.record.framesBefore(machine.tick);
  for (let n = frames.length - 1; n >= 0; n--) {
    const { at, bytes, name, words } = frames[n];
    if (at >= high || at + BigInt(bytes) <= low) continue;
    words.forEach((value, index) => {
      const slot = at + BigInt(8 * index);
      if (labels.has(slot) || machine.peekNumber(slot, 8) !== value) return;
      const field = bytes === 48 ? index - 1 : index;
      labels.set(slot, { kind: 'hw', label: field < 0 ? `error code, ${name}` : `${HARDWARE[field]}, ${name}` });
    });
  }
  return labels;
}

/** Has a word any bytes of what somebody else wrote there, all as they were written? */
function isStillThere(machine: Memory, { low, bytes }: { low: VirtAddr; bytes: Uint8Array }, word: VirtAddr): boolean {
  const high = low + BigInt(bytes.length), from = low > word ? low : word, to = high < word + 8n ? high : word + 8n;
  if (from >= to) return false;
  const now = machine.peek(from, Number(to - from)), start = Number(from - low);
  return now !== null && now.every((byte, n) => byte === bytes[start + n]);
}

/** What stood in a word before somebody else wrote there, and which variable's it was. */
function lostOf({ lost }: Moment, variables: Unwound['variables'], { tick }: { tick: number }, at: VirtAddr): { lost?: bigint; what?: string } {
  const value = lost(tick, at), owner = variables.find(({ addr, size }) => at + 8n > addr && at < addr + BigInt(Math.max(1, size)));
  const what = owner && `${owner.name}${at > owner.addr ? partOf(owner.code.image, owner.type, Number(at - owner.addr)) : ''}`;
  return { ...(value === undefined ? {} : { lost: value }), ...(what === undefined ? {} : { what }) };
}

/** How many registers the entry code has saved, while more of them are coming: the last word of the struct is the first one there. */
function savingOf(rows: readonly (Slot | SlotRun)[], { facts: { saved } }: Symbols): StackReport['saving'] {
  const done = rows.filter(({ kind }) => kind === 'ptregs').length;
  const isComing = rows.some((row) => !('count' in row) && row.kind === 'free' && row.next !== undefined &&
    (done > 0 || row.next.label === saved?.words.at(-1)));
  return saved && isComing && done < saved.words.length ? { struct: saved.struct, done, of: saved.words.length } : undefined;
}

/** Frames, and the address of a call that an asm statement has hidden from the compiler. */
const isPushed = (label: Label | undefined): boolean => label?.kind === 'hw' || label?.kind === 'ptregs' || label?.kind === 'ret';

function stackReport(moment: Moment, region: StackRegion, isInUse: boolean, { labels: live, frames, variables }: Unwound,
  left: NonNullable<StackReport['left']>): StackReport {
  const { machine, symbols, tracer, registers, changed, ahead } = moment;
  const { tick } = machine;
  const rsp = registers.gpr[4], rbp = registers.gpr[5];
  const { low, high } = region;
  // Of the functions that have not returned, the one that left this stack last: RSP is there, or will be again.
  const here = frames.filter((frame) => frame.rsp >= low && frame.rsp <= high), innermost = here[0];
  const hasRedZone = here.some((frame) => frame.keepsRedZone && frame.rsp === innermost.rsp), edge = isInUse ? rsp : (innermost?.rsp ?? high);
  // Where the stack is used down to: RSP, or the lowest slot that leads back from there. What nothing leads to is left over.
  const top = align8(high);
  let used = isInUse ? align8(rsp) : innermost ? align8(innermost.rsp) : top;
  if (!isInUse) for (const [at, { kind }] of live) if (at >= low && at < used && kind !== 'local' && kind !== 'unknown') used = at;
  // What a task that has left it goes on with is on it, whoever it is.
  for (const one of left) if (!isInUse && align8(one.rsp) < used) used = align8(one.rsp);
  const rows: (Slot | SlotRun)[] = [];
  const strangers = tracer.record.overwrittenBefore(tick);
  const highest = used + BigInt(8 * ABOVE) < top ? used + BigInt(8 * ABOVE) : top;
  if (highest < top) rows.push({ addr: highest, count: Number((top - highest) / 8n), kind: 'unknown', label: 'above' });
  const zone = hasRedZone ? used - RED_ZONE : used;
  // What is about to be written is shown too.
  let deepest = zone;
  for (const at of ahead.keys()) if (at >= low && at < deepest && deepest - at < AHEAD) deepest = at;
  const lowest = deepest - BigInt(8 * BELOW) < low ? low : deepest - BigInt(8 * BELOW);
  const labels = new Map([...pushed(moment, lowest, highest), ...live]);
  for (let at = highest - 8n; at >= lowest; at -= 8n) {
    const label = labels.get(at);
    const below = at < used;
    const inZone = below && hasRedZone && at >= used - RED_ZONE;
    const value = machine.peekNumber(at, 8);
    // Below RSP the owner's data is gone for good; above it lies what pushed it away, for as long as that is there.
    const overwritten = below || isPushed(label) ? strangers.findLast((one) => isStillThere(machine, one, at)) : undefined;
    const was = changed.get(at), next = ahead.get(at);
    const text = below && !inZone ? undefined : label?.text ??
      (value === undefined || label?.code !== undefined || value < 4096n || symbols.functionAt(value) ? undefined : stringAt(machine, value));
    rows.push({
      addr: at, ...(value === undefined ? {} : { value }),
      kind: label && (!below || inZone) ? (inZone && label.kind !== 'hw' ? 'redzone' : label.kind) : below ? (inZone ? 'redzone' : 'free') : 'unknown',
      label: label && (!below || inZone) ? label.label : below ? (value ? 'stale' : '') : 'unknown',
      ...(label?.code === undefined ? {} : { code: label.code }), ...(was === undefined ? {} : { was }), ...(next ? { next } : {}),
      ...(overwritten ? { overwritten: { by: overwritten.by, tick: overwritten.tick, ...lostOf(moment, variables, overwritten, at) } } : {}),
      ...(text === undefined ? {} : { text }),
    });
  }
  if (lowest > low) rows.push({ addr: low, count: Number((lowest - low) / 8n), kind: 'free', label: 'free' });
  if (machine.peek(low - 8n, 8) === null && region.kind !== 'user')
    rows.push({ addr: low - 0x1000n, count: 512, kind: 'guard', label: 'guard page, not mapped' });
  const { kind, name } = region, saving = kind === 'kernel' ? savingOf(rows, symbols) : undefined;
  return {
    kind, name, low, high, inUse: isInUse, usedBytes: Number(top - used), rows,
    ...(saving ? { saving } : {}),
    frames: here.map(({ rsp: addr, code }) => ({ addr, label: code.name })),
    ...(isInUse ? { rsp } : {}), ...(rbp >= low && rbp < high ? { rbp } : {}),
    ...(hasRedZone || (isInUse && symbols.domainOf(registers.rip) !== 'kernel') ? { redZone: { low: edge - RED_ZONE, high: edge, inUse: hasRedZone } } : {}),
  };
}
