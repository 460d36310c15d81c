/** The functions that one system call ran through, counted by running it again with a look at every instruction. */
import type { Tick } from '../base/units.ts';
import type { PathNode, SyscallReport } from '../link/reports.ts';
import type { FunctionInfo } from '../formats/debug-info.ts';
import type { DeliverEvent } from '../machine/cpu/hooks.ts';
import type { History } from './history.ts';
import { instructionAt } from './listing.ts';
import { sideOf, spotOf, type Spot } from './stepping.ts';
import type { Symbols } from './symbols.ts';
import { deliveryName } from './deliveries.ts';
import type { Tracer } from './tracer.ts';

/** A call that sleeps runs the idle loop and other tasks in between: more than this is not drawn. */
const MAX_NODES = 400;

/** How a step leaves a function, by the instruction that ran; a jump of any kind is the rest. */
function leaves(mnemonic: string): PathNode['via'] {
  if (mnemonic.startsWith('call')) return 'call';
  if (mnemonic.startsWith('sysret')) return 'sysret';
  if (mnemonic.startsWith('iret')) return 'iret';
  if (mnemonic.startsWith('ret')) return 'return';
  return mnemonic === 'syscall' ? 'syscall' : 'jump';
}

/** When a task is on a CPU meanwhile. What happens in between is not its own, and may be long: a wait for the end of another. */
function turnsOf({ record }: Tracer, pid: number, from: Tick, until: Tick): { from: Tick; to: Tick }[] {
  const turns: { from: Tick; to: Tick }[] = [];
  let began: Tick | undefined = from;
  for (const { tick, cpu, fields: { from: left, to: next } } of record.eventsFrom(from, ['context-switch'])) {
    if (tick >= until) break;
    const ends = began !== undefined && left === pid, turn = ends || next === pid ? record.turnAfter(tick, cpu) : undefined;
    if (began !== undefined && ends) {
      // One step more: who runs then is somebody else.
      turns.push({ from: began, to: Math.min(until, (turn?.tick ?? until) + 1) });
      began = undefined;
    } else if (turn && began === undefined) began = Math.max(from, turn.tick - 1);
  }
  if (began !== undefined) turns.push({ from: began, to: until });
  return turns;
}

/** Must be called with the machine anywhere; leaves it at the end of the call. */
export function pathNodes(history: History, symbols: Symbols, tracer: Tracer, call: SyscallReport, until: Tick): PathNode[] {
  const { machine } = history;
  const { hooks } = machine.socket;
  const nodes: PathNode[] = [];
  const stack: { node: PathNode; low: bigint }[] = [];
  const own = call.task.pid;
  let before: Spot | undefined, on = machine.running, cycles = machine.current.quarterCycles, f: FunctionInfo | undefined;
  /** What was delivered since the last look: then no instruction led here. */
  let delivered: DeliverEvent | undefined;
  const oldDeliver = hooks.deliver;
  hooks.deliver = (cpu, event) => {
    oldDeliver?.(cpu, event);
    if (cpu === on) delivered = event;
  };
  const enter = (spot: Spot, via: PathNode['via'], event?: string): void => {
    const parent = stack.at(-1)?.node ?? null;
    const node: PathNode = { id: nodes.length, name: f?.name ?? '?', domain: f?.domain ?? 'unknown', ring: spot.ring === 3 ? 3 : 0, cpu: on, instructions: 0,
      cycles: 0, firstTick: machine.tick, lastTick: machine.tick, depth: stack.length, parent: parent?.id ?? null, current: false, reached: true, via,
      ...(event === undefined ? {} : { event }) };
    if (nodes.length < MAX_NODES) nodes.push(node);
    stack.push({ node, low: f?.low ?? 0n });
  };
  const go = (spot: Spot, from: Spot | undefined, event: DeliverEvent | undefined): void => {
    if (event) return enter(spot, event.kind === 'interrupt' ? 'interrupt' : 'exception', deliveryName(event));
    const via = from ? leaves(instructionAt(symbols, from.rip, (at, length) => machine.peek(at, length))?.mnemonic ?? '') : 'call';
    if (via === 'call' || via === 'syscall') return enter(spot, via);
    const low = f?.low ?? 0n;
    const known = stack.findLastIndex((one) => one.low === low);
    if (known >= 0 && spot.rip !== low) {
      // What it called went with it, but one of them went first.
      stack.slice(known + 1).forEach(({ node }) => (node.left = { via, tick: machine.tick }));
      stack.length = known + 1;
      return undefined;
    }
    // A jump to another function replaces the one it left: a tail.
    if (via === 'jump' && from && sideOf(symbols, from.rip) === sideOf(symbols, spot.rip) && spot.rsp === from.rsp && stack.length > 1) stack.pop();
    return enter(spot, via);
  };
  const look = (): void => {
    const isOwn = tracer.task(machine.tick).pid === own, { running } = machine;
    if (running !== on) {
      // What other CPUs do is no part of it, until the task is there.
      if (!isOwn) return;
      on = running;
      cycles = machine.current.quarterCycles;
    }
    const now = machine.current.quarterCycles, spot = spotOf(machine), event = delivered;
    const top = stack.at(-1);
    delivered = undefined;
    if (top && isOwn) {
      top.node.instructions++;
      top.node.cycles += (now - cycles) / 4;
    }
    cycles = now;
    if (isOwn && (event || !f || spot.rip < f.low || spot.rip >= f.high)) {
      f = symbols.functionAt(spot.rip);
      go(spot, before, event);
    }
    const here = stack.at(-1);
    if (here && isOwn) here.node.lastTick = machine.tick;
    before = spot;
  };
  try {
    for (const { from, to } of turnsOf(tracer, own, call.tick, until)) {
      // Whose turn it is is asked at each instruction, where no page can be made.
      tracer.record.loadAll(from, to);
      history.seek(from);
      delivered = undefined;
      look();
      history.watch(look, to);
    }
    // Still under way: where it stands is part of it, although nothing has run there yet.
    if (call.endTick === undefined && machine.tick === until && until !== call.tick) look();
  } finally {
    if (oldDeliver) hooks.deliver = oldDeliver;
    else delete hooks.deliver;
  }
  return nodes;
}
