/** The functions that one system call ran through, counted by running it again with a look at every instruction. */
import type { Tick } from '../base/units.ts';
import type { PathNode, SyscallReport } from '../link/reports.ts';
import type { FunctionInfo } from '../formats/debug-info.ts';
import type { History } from './history.ts';
import { sideOf, spotOf, type Spot } from './stepping.ts';
import type { Symbols } from './symbols.ts';
import type { Tracer } from './tracer.ts';

/** A call that sleeps runs the idle loop and other tasks in between: more than this is not drawn. */
const MAX_NODES = 400;

/** Must be called with the machine anywhere; leaves it at the end of the call. */
export function pathNodes(history: History, symbols: Symbols, tracer: Tracer, call: SyscallReport, until: Tick): PathNode[] {
  const { machine } = history;
  const nodes: PathNode[] = [];
  const stack: { node: PathNode; rsp: bigint; low: bigint }[] = [];
  const own = call.task.pid;
  history.seek(call.tick);
  let before: Spot | undefined, cycles = machine.cycles, f: FunctionInfo | undefined;
  const enter = (spot: Spot, via: PathNode['via']): void => {
    const parent = stack.at(-1)?.node ?? null;
    const node: PathNode = { id: nodes.length, name: f?.name ?? '?', domain: f?.domain ?? 'unknown', ring: spot.ring === 3 ? 3 : 0, instructions: 0, cycles: 0, firstTick: machine.tick, lastTick: machine.tick, depth: stack.length, parent: parent?.id ?? null, current: false, reached: true, via };
    if (nodes.length < MAX_NODES) nodes.push(node);
    stack.push({ node, rsp: spot.rsp, low: f?.low ?? 0n });
  };
  const look = (): void => {
    const now = machine.cycles, spot = spotOf(machine);
    const top = stack.at(-1);
    if (top && tracer.task(machine.tick).pid === own) {
      top.node.instructions++;
      top.node.cycles += (now - cycles) / 4;
      top.node.lastTick = machine.tick;
    }
    cycles = now;
    if (tracer.task(machine.tick).pid !== own) {
      before = spot;
      return;
    }
    if (!f || spot.rip < f.low || spot.rip >= f.high) {
      f = symbols.functionAt(spot.rip);
      const low = f?.low ?? 0n;
      const known = stack.findLastIndex((one) => one.low === low);
      const returns = known >= 0 && before !== undefined && spot.rip !== low && spot.rsp !== before.rsp - 8n;
      if (returns) stack.length = known + 1;
      else {
        const switched = before !== undefined && (before.ring !== spot.ring || sideOf(symbols, before.rip) !== sideOf(symbols, spot.rip));
        const isCall = before !== undefined && spot.rsp === before.rsp - 8n;
        // A jump to another function replaces the one it left: a tail.
        if (before !== undefined && !isCall && !switched && spot.rsp === before.rsp && stack.length > 1) stack.pop();
        enter(spot, before === undefined ? 'call' : before.ring !== spot.ring ? (spot.ring === 0 ? 'syscall' : 'return') : isCall ? 'call' : spot.rsp < before.rsp ? 'interrupt' : 'jump');
      }
    }
    before = spot;
  };
  look();
  history.watch(look, until);
  // Still under way: where it stands is part of it, although nothing has run there yet.
  if (call.endTick === undefined && machine.tick !== call.tick) look();
  return nodes;
}
