/**
 * What a step of each size is, said once for both directions: a test on the state at a tick and the one before it. Forward
 * goes to the next tick that passes, backwards to the last one before.
 */
import type { StepUnit } from '../link/protocol.ts';
import type { Machine } from '../machine/machine.ts';
import { CPL, RBP_SLOT, RIP, RSP_SLOT } from '../machine/cpu/state.ts';
import { frameAt } from './images.ts';
import type { Symbols } from './symbols.ts';
import type { Tracer } from './tracer.ts';

/** The little that a step looks at, cheap to take at every tick. */
export interface Spot {
  rip: bigint;
  rsp: bigint;
  rbp: bigint;
  ring: number;
}

export function spotOf(machine: Machine): Spot {
  const cpu = machine.current;
  return { rip: cpu.pair(RIP), rsp: cpu.pair(RSP_SLOT), rbp: cpu.pair(RBP_SLOT), ring: cpu.s[CPL] };
}

export type Test = (now: Spot, before: Spot) => boolean;

/** Whose code: the kernel's, or the application's with its library. */
export function sideOf(symbols: Symbols, rip: bigint): 'kernel' | 'user' {
  const domain = symbols.domainOf(rip);
  return domain === 'app' || domain === 'libc' ? 'user' : 'kernel';
}

/** Canonical frame address: RSP before the call that made this frame. Undefined where no call made it, or nobody says. */
function frameOf(symbols: Symbols, { rip, rsp, rbp }: Spot): bigint | undefined {
  const f = symbols.functionAt(rip), hint = f && frameAt(f, rip);
  return hint?.kind === 'call' ? (hint.reg === 'rsp' ? rsp : rbp) + BigInt(hint.offset) : undefined;
}

/** Addresses of the kernel's stacks are negative. */
const isSameHalf = (a: bigint, b: bigint): boolean => a >> 63n === b >> 63n;

export function testFor(unit: Exclude<StepUnit, 'instruction' | 'event' | 'call'>, machine: Machine, symbols: Symbols, tracer: Tracer): Test {
  const start = spotOf(machine);
  const task = (): number => tracer.task(machine.tick).pid, own = task();
  const lineKey = (rip: bigint): string => {
    const line = symbols.lineAt(rip);
    return line && line.line > 0 ? `${line.file}:${line.line}:${symbols.functionAt(rip)?.low ?? ''}` : '';
  };
  const isLine: Test = (now, before) => {
    const key = lineKey(now.rip);
    return key !== '' && key !== lineKey(before.rip);
  };
  switch (unit) {
    case 'line': return isLine;
    // In the same call of the function, or after it in one of its callers: their frames lie higher.
    case 'over': {
      const side = sideOf(symbols, start.rip), f = symbols.functionAt(start.rip), frame = frameOf(symbols, start);
      const isIn = ({ rip }: Spot): boolean => f !== undefined && rip >= f.low && rip < f.high;
      const isOwn = (now: Spot, before: Spot): boolean => {
        const here = frameOf(symbols, now);
        // What was called comes back into the middle of a line, which is no new one.
        return (here === undefined || frame === undefined || here >= frame) &&
          ((isIn(before) && frameOf(symbols, before) === here) || symbols.lineAt(now.rip)?.addr === now.rip);
      };
      const isCaller = ({ rsp }: Spot): boolean => rsp >= (frame ?? start.rsp) && isSameHalf(rsp, start.rsp);
      return (now, before) => (isIn(now) ? isOwn(now, before) : isCaller(now)) && sideOf(symbols, now.rip) === side && isLine(now, before) && task() === own;
    }
    case 'out': {
      const frame = frameOf(symbols, start) ?? start.rsp + 8n;
      const back = machine.peekNumber(frame - 8n, 8) ?? -1n;
      // Another task may stand at the same addresses of its own space.
      return (now) => now.rsp === frame && task() === own && (now.rip === back || symbols.functionAt(now.rip)?.low === symbols.functionAt(back)?.low);
    }
    case 'boundary':
      return (now, before) => now.ring !== before.ring || sideOf(symbols, now.rip) !== sideOf(symbols, before.rip);
    default: return () => true;
  }
}
