/**
 * Stacks with a label on every slot. A label comes only from debug information (variables, saved registers, return
 * addresses of frames that can be unwound), from the record of frames that the CPU pushed, and from the ABI's layout above the
 * outermost frame; what none of them explains is unknown.
 */
import type { VirtAddr } from '../base/units.ts';
import type { Slot, SlotKind, SlotRun, StackFrameMark, StackReport, StacksView } from '../link/reports.ts';
import type { Machine, Registers } from '../machine/machine.ts';
import { FRAME_WORDS, perCpu } from './guest-facts.ts';
import { frameAt } from './images.ts';
import type { Symbols } from './symbols.ts';
import type { StackRegion } from './record.ts';
import { isTasks, STACK_KINDS } from './stack-kinds.ts';
import type { Tracer } from './tracer.ts';

const HARDWARE = ['RIP', 'CS', 'RFLAGS', 'RSP', 'SS'];
const RED_ZONE = 128n;
const MAX_FRAMES = 64;
/** Rows shown above the frame that RSP is in, and below it. */
const ABOVE = 64, BELOW = 4;
/** Slots below RSP that are about to be written are shown this far down. */
const AHEAD = 512n;

interface Label {
  kind: SlotKind;
  label: string;
  code?: VirtAddr;
}

const align8 = (at: bigint): bigint => at & ~7n;

/**
 * The caller of a system call whose frame is not complete yet: RCX holds its RIP where SYSCALL put it, or a call's return
 * address lies where the kernel keeps the caller's RSP meanwhile. Labels what has been pushed of the saved registers so far.
 */
function callerOfEntry({ machine, symbols, tracer, registers }: Place, labels: Map<bigint, Label>): { rip: VirtAddr; rsp: VirtAddr } | undefined {
  const { gpr, lstar, rip } = registers, { callerRsp, saved } = symbols.facts;
  const isApplication = (at: bigint): boolean => symbols.domainOf(at) === 'app' || symbols.domainOf(at) === 'libc';
  const rsp = gpr[4], here = tracer.regionOf(rsp);
  const keeper = callerRsp === undefined ? undefined : perCpu(registers, callerRsp), kept = keeper === undefined ? undefined : machine.peekNumber(keeper, 8);
  const f = symbols.functionAt(rip);
  let found: { rip: VirtAddr; rsp: VirtAddr } | undefined;
  if (f?.low === symbols.functionAt(lstar)?.low && isApplication(gpr[1])) {
    const outside = here?.kind === 'user' ? rsp : kept;
    if (outside !== undefined) found = { rip: gpr[1], rsp: outside };
  } else if (kept !== undefined) {
    const back = machine.peekNumber(kept, 8);
    if (back !== undefined && isApplication(back)) {
      labels.set(kept, { kind: 'ret', label: symbols.name(back) ?? back.toString(16), code: back });
      found = { rip: back, rsp: kept + 8n };
    }
  }
  if (!found || !here || !saved) return found;
  const top = here.kind === 'kernel' ? here.high : here.kind === 'user' && rsp < found.rsp - 16n ? found.rsp - 16n : rsp;
  for (let slot = top - 8n, field = saved.words.length - 1; slot >= rsp && field >= 0; slot -= 8n, field--) labels.set(slot, { kind: 'ptregs', label: saved.words[field] });
  return found;
}

/** Names of the auxiliary vector's entries by type. Linux: include/uapi/linux/auxvec.h. */
const AUXV: Readonly<Record<number, string>> = {
  0: 'NULL', 3: 'PHDR', 4: 'PHENT', 5: 'PHNUM', 6: 'PAGESZ', 7: 'BASE', 8: 'FLAGS', 9: 'ENTRY', 11: 'UID', 12: 'EUID', 13: 'GID', 14: 'EGID', 15: 'PLATFORM', 16: 'HWCAP', 17: 'CLKTCK', 23: 'SECURE', 25: 'RANDOM', 26: 'HWCAP2', 31: 'EXECFN', 33: 'SYSINFO_EHDR', 51: 'MINSIGSTKSZ',
};
const MAX_WORDS = 256;

/**
 * What a program finds on its stack: argc, argv, envp, the auxiliary vector. Labelled only if all of it is what it has to be.
 * System V ABI AMD64, "Initial Stack and Register State".
 */
function initialStack({ machine, tracer }: Place, argc: VirtAddr, labels: Map<bigint, Label>): void {
  const region = tracer.regionOf(argc), found: [bigint, string][] = [[argc, 'argc']];
  const count = machine.peekNumber(argc, 8);
  if (!region || count === undefined || count > BigInt(MAX_WORDS)) return;
  let at = argc + 8n;
  /** Pointers into the stack and a null behind them. */
  const strings = (name: string, length?: number): boolean => {
    for (let n = 0; n <= MAX_WORDS; n++) {
      const value = machine.peekNumber(at, 8);
      found.push([at, `${name}[${n}]`]);
      at += 8n;
      if (value === 0n) return length === undefined || n === length;
      if (value === undefined || value < argc || value >= region.high) return false;
    }
    return false;
  };
  if (!strings('argv', Number(count)) || !strings('envp')) return;
  for (let n = 0; n < MAX_WORDS; n++, at += 16n) {
    const type = machine.peekNumber(at, 8), name = type === undefined ? undefined : AUXV[Number(type)];
    if (name === undefined) return;
    found.push([at, `AT_${name}`], [at + 8n, `value of AT_${name}`]);
    if (type === 0n) break;
  }
  for (const [slot, label] of found) labels.set(slot, { kind: 'unknown', label });
}

/** Walks the frames from where the CPU is, and labels every slot on the way, whatever stack it is on. */
function unwind(moment: Place, labels: Map<bigint, Label>, marks: StackFrameMark[]): void {
  const { machine, symbols, registers } = moment;
  let { rip } = registers;
  let rsp = registers.gpr[4], rbp = registers.gpr[5];
  // A return address stands after its call: the call is looked up. An interrupted instruction is itself.
  let isReturn = false;
  for (let n = 0; n < MAX_FRAMES; n++) {
    const f = symbols.functionAt(isReturn ? rip - 1n : rip);
    if (!f) return;
    const at = isReturn ? rip - 1n : rip;
    const hint = frameAt(f, at);
    marks.push({ addr: rsp, label: f.name });
    for (const variable of f.variables) {
      const range = variable.ranges.find(({ low, high }) => at >= low && at < high);
      if (range?.place.kind !== 'rbp' && range?.place.kind !== 'rsp') continue;
      const address = (range.place.kind === 'rbp' ? rbp : rsp) + BigInt(range.place.offset);
      const size = f.image.sizeOf(variable.type);
      for (let offset = 0; offset < Math.max(8, size); offset += 8) {
        // What a later frame put there is what is there: an interrupt's, over data in the red zone.
        if (labels.has(align8(address + BigInt(offset)))) continue;
        labels.set(align8(address + BigInt(offset)), { kind: 'local', label: size > 8 ? `${variable.name}+${offset} ${f.image.typeName(variable.type)}` : `${variable.name} ${f.image.typeName(variable.type)}` });
      }
    }
    if (!hint || hint.kind === 'empty') {
      const caller = n === 0 && f.domain === 'kernel' && registers.cpl === 0 ? callerOfEntry(moment, labels) : undefined;
      if (!caller) {
        if (hint?.kind === 'empty' && f.domain !== 'kernel') initialStack(moment, rsp, labels);
        return;
      }
      ({ rip, rsp } = caller);
      isReturn = true;
      continue;
    }
    const base = (hint.reg === 'rsp' ? rsp : rbp) + BigInt(hint.offset);
    if (hint.kind === 'regs' || hint.kind === 'iret') {
      const { saved } = symbols.facts;
      if (!saved) return;
      const frame = saved.words.length - FRAME_WORDS, first = hint.kind === 'regs' ? 0 : frame;
      for (let field = first; field < saved.words.length; field++) labels.set(base + BigInt((field - first) * 8), { kind: hint.kind === 'regs' ? 'ptregs' : 'hw', label: saved.words[field] });
      const interrupted = base + BigInt((frame - first) * 8);
      rip = machine.peekNumber(interrupted, 8) ?? 0n;
      rsp = machine.peekNumber(interrupted + 24n, 8) ?? 0n;
      if (hint.kind === 'regs') rbp = machine.peekNumber(base + BigInt(8 * saved.framePointer), 8) ?? 0n;
      isReturn = false;
      continue;
    }
    const back = machine.peekNumber(base - 8n, 8);
    // Hand-written code whose frame is not described leaves anything here.
    if (back === undefined || !symbols.functionAt(back - 1n)) return;
    labels.set(base - 8n, { kind: 'ret', label: symbols.name(back) ?? back.toString(16), code: back });
    for (const { reg, cfaOffset, from } of f.saved) if (at >= from) labels.set(base + BigInt(cfaOffset), { kind: 'saved', label: `${reg.toUpperCase()} of the caller` });
    if (hint.reg === 'rbp' || hint.offset >= 16) {
      labels.set(base - 16n, { kind: 'saved', label: 'RBP of the caller' });
      rbp = machine.peekNumber(base - 16n, 8) ?? 0n;
    }
    rip = back;
    isReturn = true;
    rsp = base;
  }
}

interface Place {
  machine: Machine;
  symbols: Symbols;
  tracer: Tracer;
  registers: Registers;
}

export interface Moment extends Place {
  before: Registers | undefined;
  /** Slots that are about to be written, in a run that is known already. */
  ahead: ReadonlyMap<bigint, { steps: number; label: string }>;
  /** Memory changed by the last step: address to old value. */
  changed: ReadonlyMap<bigint, bigint>;
}

/** What lies where on all stacks, as far as the frames can be unwound from here. */
export function slotLabels(place: Place): ReadonlyMap<bigint, { label: string }> {
  const labels = new Map<bigint, Label>();
  unwind(place, labels, []);
  return labels;
}

export function stacksView(moment: Moment): StacksView {
  const { machine, symbols, tracer, registers, before } = moment;
  const { tick } = machine;
  const rsp = registers.gpr[4];
  const task = tracer.task(tick);
  const labels = new Map<bigint, Label>();
  const marks: StackFrameMark[] = [];
  unwind(moment, labels, marks);

  const regions = tracer.record.regions.filter(({ from, to, kind, pid }) => from <= tick && tick <= to && (!isTasks(kind) || pid === task.pid));
  const inUse = tracer.regionOf(rsp, tick);
  if (inUse && !regions.includes(inUse)) regions.push(inUse);
  const seen = new Set<string>();
  const stacks: StackReport[] = [];
  for (const region of regions.toSorted((a, b) => STACK_KINDS.indexOf(a.kind) - STACK_KINDS.indexOf(b.kind))) {
    const key = `${region.kind} ${region.low}`;
    if (seen.has(key)) continue;
    seen.add(key);
    stacks.push(stackReport(moment, region, region === inUse || (inUse !== undefined && region.low === inUse.low), labels, marks));
  }
  const from = before && tracer.regionOf(before.gpr[4], tick);
  const jump = from && inUse && from.low !== inUse.low ? { from: from.name, to: inUse.name } : undefined;
  return { task, stacks, savedStruct: symbols.facts.saved?.struct ?? '', ...(jump ? { jump } : {}) };
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
function isStillThere(machine: Machine, { low, bytes }: { low: VirtAddr; bytes: Uint8Array }, word: VirtAddr): boolean {
  const high = low + BigInt(bytes.length), from = low > word ? low : word, to = high < word + 8n ? high : word + 8n;
  if (from >= to) return false;
  const now = machine.peek(from, Number(to - from)), start = Number(from - low);
  return now !== null && now.every((byte, n) => byte === bytes[start + n]);
}

/** How many registers the entry code has saved, while more of them are coming: the last word of the struct is the first one there. */
function savingOf(rows: readonly (Slot | SlotRun)[], { facts: { saved } }: Symbols): StackReport['saving'] {
  const done = rows.filter(({ kind }) => kind === 'ptregs').length;
  const isComing = rows.some((row) => !('count' in row) && row.kind === 'free' && row.next !== undefined && (done > 0 || row.next.label === saved?.words.at(-1)));
  return saved && isComing && done < saved.words.length ? { struct: saved.struct, done, of: saved.words.length } : undefined;
}

function stackReport(moment: Moment, region: StackRegion, isInUse: boolean, live: ReadonlyMap<bigint, Label>, marks: readonly StackFrameMark[]): StackReport {
  const { machine, symbols, tracer, registers, changed, ahead } = moment;
  const { tick } = machine;
  const rsp = registers.gpr[4], rbp = registers.gpr[5];
  const { low, high } = region;
  const f = symbols.functionAt(registers.rip);
  const hasRedZone = isInUse && f !== undefined && f.redZoneBytes > 0;
  // Where the stack is used down to: RSP, or the lowest slot that leads back from there. What nothing leads to is left over.
  const top = align8(high);
  let used = isInUse ? align8(rsp) : top;
  if (!isInUse) for (const at of live.keys()) if (at >= low && at < used) used = at;
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
    const overwritten = below || label?.kind === 'hw' || label?.kind === 'ptregs' ? strangers.findLast((one) => isStillThere(machine, one, at)) : undefined;
    const was = changed.get(at), next = ahead.get(at);
    rows.push({
      addr: at, ...(value === undefined ? {} : { value }),
      kind: label && (!below || inZone) ? (inZone && label.kind !== 'hw' ? 'redzone' : label.kind) : below ? (inZone ? 'redzone' : 'free') : 'unknown',
      label: label && (!below || inZone) ? label.label : below ? (value ? 'stale' : '') : 'unknown',
      ...(label?.code === undefined ? {} : { code: label.code }), ...(was === undefined ? {} : { was }), ...(next ? { next } : {}), ...(overwritten ? { overwritten: { by: overwritten.by, tick: overwritten.tick } } : {}),
    });
  }
  if (lowest > low) rows.push({ addr: low, count: Number((lowest - low) / 8n), kind: 'free', label: 'free' });
  if (machine.peek(low - 8n, 8) === null && region.kind !== 'user') rows.push({ addr: low - 0x1000n, count: 512, kind: 'guard', label: 'guard page, not mapped' });
  const { kind, name } = region, saving = kind === 'kernel' ? savingOf(rows, symbols) : undefined;
  return {
    kind, name, low, high, inUse: isInUse, usedBytes: Number(top - used), rows,
    ...(saving ? { saving } : {}),
    frames: marks.filter(({ addr }) => addr >= low && addr <= high),
    ...(isInUse ? { rsp } : {}), ...(rbp >= low && rbp < high ? { rbp } : {}),
    ...(isInUse && symbols.domainOf(registers.rip) !== 'kernel' ? { redZone: { low: rsp - RED_ZONE, high: rsp, inUse: hasRedZone } } : {}),
  };
}
