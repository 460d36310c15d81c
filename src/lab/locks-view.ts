/**
 * The locks that somebody has, wants or waits for at a moment. Who does comes from what the guest told; what a lock's words and its list
 * say is read from memory, as the kernel says they are read. Both are shown: where they differ, something is wrong with the one or the other.
 */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { LockCircle, LockReport, LockShareReport, LocksView, LockStep, LockTask, LockWaiter, LockWord } from '../link/reports.ts';
import type { Machine } from '../machine/machine.ts';
import type { LockLayout, WordLayout } from './lock-layouts.ts';
import { waitCircles, type LockShare } from './locks.ts';
import { stackName } from './stack-kinds.ts';
import type { Symbols } from './symbols.ts';
import { stateOf, taskId, type TaskNote } from './tasks.ts';
import { callsAt, locksAt, placeOf, taskNotes } from './threads.ts';
import type { Tracer } from './tracer.ts';
import { unwind } from './unwind.ts';

interface Parts {
  machine: Machine;
  symbols: Symbols;
  tracer: Tracer;
}

/** More waiters than that are not looked at, nor more steps back. */
const MAX_WAITERS = 64, MAX_STEPS = 6, MAX_LOOKED_AT = 4096;
const MAX_COMM = 16;
const RSP = 4;

const STEPS = {
  'lock-acquire': 'wanted', 'lock-acquired': 'taken', 'contention-begin': 'not free', 'contention-end': 'waited for no more', 'lock-release': 'given back',
} as const satisfies Record<string, LockStep['what']>;
const STEP_KINDS = Object.keys(STEPS) as (keyof typeof STEPS)[];

/** Lowest and highest bit of a mask; what lies between belongs to it. */
function bitsOf(mask: bigint): { low: number; high: number } {
  let low = 0, high = 0;
  while (low < 63 && ((mask >> BigInt(low)) & 1n) === 0n) low++;
  for (let bit = low; bit < 64; bit++) if ((mask >> BigInt(bit)) & 1n) high = bit;
  return { low, high };
}

function wordAt(machine: Machine, lock: VirtAddr, { field, at, bytes, parts }: WordLayout): LockWord {
  const place = BigInt.asUintN(64, lock + at), value = machine.peekNumber(place, bytes);
  return {
    field, at: place, bits: 8 * bytes, ...(value === undefined ? {} : { value }),
    parts: parts.map(({ name, mask }) => ({ name, ...bitsOf(mask), value: ((value ?? 0n) & mask) >> BigInt(bitsOf(mask).low) })),
  };
}

/** A task's number and name where its structure lies; undefined where nothing does. */
function taskAt(machine: Machine, task: VirtAddr, { pid, comm }: { pid: bigint; comm: bigint }): { pid: number; comm: string } | undefined {
  const number = machine.peekNumber(BigInt.asUintN(64, task + pid), 4), bytes = machine.peek(BigInt.asUintN(64, task + comm), MAX_COMM);
  if (number === undefined || !bytes) return undefined;
  const end = bytes.indexOf(0);
  return { pid: Number(BigInt.asIntN(32, number)), comm: String.fromCharCode(...bytes.subarray(0, end < 0 ? MAX_COMM : end)) };
}

/** A word that is a task's address, but for some bits. */
function ownerAt(machine: Machine, lock: VirtAddr, layout: NonNullable<LockLayout['owner']>): LockWord {
  const word = wordAt(machine, lock, layout), task = layout.parts.reduce((rest, { mask }) => rest & ~mask, word.value ?? 0n);
  return { ...word, holder: task === 0n ? null : taskAt(machine, task, layout) ?? null };
}

interface Queue {
  waiters: { pid: number; comm: string; read: boolean }[];
  broken?: string;
}

/** Those in the lock's list. The list is the guest's: it may lead anywhere, and round in a circle. */
function queueAt(machine: Machine, lock: VirtAddr, layout: NonNullable<LockLayout['queue']>): Queue {
  const head = BigInt.asUintN(64, lock + layout.head), waiters: Queue['waiters'] = [], seen = new Set<bigint>();
  for (let link = machine.peekNumber(head, 8); link !== head; link = machine.peekNumber(link, 8)) {
    const where = waiters.length === 0 ? 'its head' : `waiter ${waiters.length}`;
    if (link === undefined) return { waiters, broken: `nothing is mapped where ${where} of the list is` };
    if (seen.has(link)) return { waiters, broken: `after ${where} the list leads back into itself, and not to its head` };
    if (waiters.length === MAX_WAITERS) return { waiters, broken: `only the first ${MAX_WAITERS} of the list were looked at` };
    seen.add(link);
    const waiter = BigInt.asUintN(64, link - layout.node), task = machine.peekNumber(BigInt.asUintN(64, waiter + layout.task), 8);
    const kind = layout.kind && machine.peekNumber(BigInt.asUintN(64, waiter + layout.kind.at), 4);
    const found = task === undefined ? undefined : taskAt(machine, task, layout);
    if (!found) return { waiters, broken: `${where} leads to ${link.toString(16)}, where no task waits` };
    waiters.push({ ...found, read: layout.kind !== undefined && kind === layout.kind.read });
  }
  return { waiters };
}

/** Those who wait, over others, for somebody in a circle. */
function victimsOf(pids: readonly number[], shares: readonly LockShare[]): number[] {
  const caught = new Set(pids);
  for (let before = -1; before !== caught.size;) {
    before = caught.size;
    for (const { pid, lock, state } of shares) {
      if (state === 'waiting' && shares.some((one) => one.lock === lock && one.state === 'held' && caught.has(one.pid))) caught.add(pid);
    }
  }
  return [...caught].filter((pid) => !pids.includes(pid)).sort((a, b) => a - b);
}

function circlesOf(shares: readonly LockShare[]): LockCircle[] {
  return waitCircles(shares).map(({ pids, locks }) => {
    const waits = shares.filter(({ pid, state, lock }) => state === 'waiting' && pids.includes(pid) && locks.includes(lock));
    const last = waits.reduce((a, b) => (b.since > a.since ? b : a));
    return { pids: [...pids], locks: [...locks], closedBy: last.pid, since: last.since, victims: victimsOf(pids, shares) };
  });
}

/** The last steps of a lock, oldest first. */
function stepsOf({ record }: Tracer, tick: Tick, lock: VirtAddr, word: WordLayout | undefined,
  valueAt: (tick: Tick, at: VirtAddr) => bigint | undefined): LockStep[] {
  const steps: LockStep[] = [];
  let looked = 0;
  for (const { tick: then, kind, fields } of record.eventsBack(tick + 1, STEP_KINDS)) {
    if (steps.length === MAX_STEPS || ++looked > MAX_LOOKED_AT) break;
    if (fields['lock'] !== lock) continue;
    const pid = Number(fields['pid']);
    steps.unshift({ tick: then, what: STEPS[kind as keyof typeof STEPS], pid, comm: '' });
  }
  return steps.map((step) => {
    const value = word && valueAt(step.tick, BigInt.asUintN(64, lock + word.at));
    return { ...step, ...(value === undefined || !word ? {} : { word: BigInt.asUintN(8 * word.bytes, value) }) };
  });
}

/**
 * @param ask the lock whose steps are wanted.
 * @param valueAt eight bytes as they were at a tick.
 */
export function locksView(parts: Parts, ask: VirtAddr | null, valueAt: (tick: Tick, at: VirtAddr) => bigint | undefined): LocksView {
  const { machine, symbols, tracer } = parts, { record } = tracer, { tick } = machine, { kernel, facts } = symbols;
  const page = record.pages[record.pageAt(tick)];
  record.load(record.pageAt(tick));
  const shares = locksAt(page, tick), notes = taskNotes(parts, tick), calls = callsAt(page, tick);
  const noteOf = (pid: number): TaskNote | undefined => [...notes.values()].find((one) => one.pid === pid && (pid !== 0 || one.isRunning));
  const share = ({ pid, comm, read, since }: LockShare): LockShareReport => ({ id: noteOf(pid)?.id ?? taskId(pid, 0), pid, comm, read, since });
  /** Functions in which somebody begins to wait. */
  const waits = new Set(kernel.debug.tracepoints.filter(({ name }) => name === 'contention_begin').map(({ addr }) => kernel.functionAt(addr)));

  const whereOf = (pid: number): Pick<LockWaiter, 'chain' | 'stack'> => {
    const note = noteOf(pid), place = note && stateOf(note).state !== 'gone' ? placeOf(parts, note) : undefined;
    if (!place) return { chain: [], stack: '' };
    const { frames } = unwind(place), first = frames.findIndex(({ code }) => waits.has(code));
    const rsp = (frames[Math.max(0, first)]?.rsp ?? place.registers.gpr[RSP]);
    const region = tracer.regionOf(rsp, tick, place.symbols.space?.id);
    return { chain: frames.slice(Math.max(0, first)).map(({ code }) => code.name), stack: region ? stackName(region) : '' };
  };

  const reportOf = (lock: VirtAddr, mine: readonly LockShare[]): LockReport => {
    const { name, type } = mine[0], layout = facts.locks.get(type);
    const words = (layout?.words ?? []).map((word) => wordAt(machine, lock, word));
    if (layout?.owner) words.push(ownerAt(machine, lock, layout.owner));
    const queue: Queue = layout?.queue ? queueAt(machine, lock, layout.queue) : { waiters: [] };
    const told = mine.filter(({ state }) => state === 'waiting');
    const waiters = told.map((one): LockWaiter => {
      const place = queue.waiters.findIndex(({ pid }) => pid === one.pid);
      return { ...share(one), told: true, ...(place < 0 ? {} : { place }), ...whereOf(one.pid) };
    });
    queue.waiters.forEach(({ pid, comm, read }, place) => {
      if (told.some((one) => one.pid === pid)) return;
      waiters.push({ id: noteOf(pid)?.id ?? taskId(pid, 0), pid, comm, read, since: noteOf(pid)?.since ?? tick, told: false, place, ...whereOf(pid) });
    });
    waiters.sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || a.since - b.since || a.pid - b.pid);
    return {
      lock, name, type, words, waiters, holders: mine.filter(({ state }) => state === 'held').map(share),
      wanting: mine.filter(({ state }) => state === 'wanted').map(share), steps: [],
      ...(queue.broken === undefined ? {} : { broken: queue.broken }),
    };
  };

  const reports = [...new Set(shares.map(({ lock }) => lock))].map((lock) => reportOf(lock, shares.filter((one) => one.lock === lock)));
  // Who is in a lock's list waits, a moment before that is told.
  const circles = circlesOf([...shares, ...reports.flatMap(({ waiters, ...lock }) => waiters.filter(({ told }) => !told).map((one): LockShare =>
    ({ ...one, lock: lock.lock, name: lock.name, type: lock.type, state: 'waiting' })))]);
  const inCircle = (lock: VirtAddr): boolean => circles.some(({ locks }) => locks.includes(lock));
  const locks = reports.sort((a, b) =>
    Number(inCircle(b.lock)) - Number(inCircle(a.lock)) || b.waiters.length - a.waiters.length || (a.lock < b.lock ? -1 : 1));
  const chosen = locks.find(({ lock }) => lock === ask) ?? locks.at(0);
  if (chosen) {
    const layout = facts.locks.get(chosen.type);
    chosen.steps = stepsOf(tracer, tick, chosen.lock, layout?.words[0] ?? layout?.owner, valueAt)
      .map((step) => ({ ...step, comm: noteOf(step.pid)?.comm ?? '' }));
  }
  const pids = [...new Set(locks.flatMap(({ holders, wanting, waiters }) => [...holders, ...wanting, ...waiters].map(({ pid }) => pid)))].sort((a, b) => a - b);
  const tasks = pids.map((pid): LockTask => {
    const note = noteOf(pid), call = calls.get(pid), { state, letter } = note ? stateOf(note) : { state: 'gone' as const, letter: 'X' };
    return { id: note?.id ?? taskId(pid, 0), pid, comm: note?.comm ?? '', state, letter, ...(call === undefined ? {} : { call }) };
  });
  const lastWait = record.findBack(tick, ['contention-begin'], () => true)?.tick;
  return {
    locks, tasks, circles, others: Math.max(0, record.lockNames.size - locks.length), ...(chosen ? { chosen: chosen.lock } : {}),
    ...(lastWait === undefined ? {} : { lastWait }),
  };
}
