/**
 * What a step of each size is, said once for both directions: a test on the state at a tick and the one before it. Forward
 * goes to the next tick that passes, backwards to the last one before.
 */
import type { StepUnit } from '../link/protocol.ts';
import type { Machine } from '../machine/machine.ts';
import { CPL, RIP, RSP_SLOT } from '../machine/cpu/state.ts';
import type { Symbols } from './symbols.ts';

/** The little that a step looks at, cheap to take at every tick. */
export interface Spot {
  rip: bigint;
  rsp: bigint;
  ring: number;
}

export function spotOf(machine: Machine): Spot {
  const { cpu } = machine;
  return { rip: cpu.pair(RIP), rsp: cpu.pair(RSP_SLOT), ring: cpu.s[CPL] };
}

export type Test = (now: Spot, before: Spot) => boolean;

/** Whose code: the kernel's, or the application's with its library. */
export function sideOf(symbols: Symbols, rip: bigint): 'kernel' | 'user' {
  const domain = symbols.domainOf(rip);
  return domain === 'app' || domain === 'libc' ? 'user' : 'kernel';
}

/** Canonical frame address: RSP before the call that made this frame. */
export function frameAddress(machine: Machine, symbols: Symbols): bigint {
  const { gpr, rip } = machine.registers();
  const f = symbols.functionAt(rip), hint = f && symbols.frameAt(f, rip);
  if (hint?.kind === 'call') return gpr[hint.reg === 'rsp' ? 4 : 5] + BigInt(hint.offset);
  return gpr[4] + 8n;
}

export function testFor(unit: Exclude<StepUnit, 'instruction' | 'event'>, machine: Machine, symbols: Symbols): Test {
  const start = spotOf(machine);
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
    // Deeper frames lie lower; other stacks are another business altogether.
    case 'over': {
      const side = sideOf(symbols, start.rip);
      return (now, before) => now.rsp >= start.rsp && sideOf(symbols, now.rip) === side && isLine(now, before);
    }
    case 'out': {
      const frame = frameAddress(machine, symbols);
      const bytes = machine.peek(frame - 8n, 8);
      const back = bytes ? new DataView(bytes.buffer).getBigUint64(0, true) : -1n;
      return (now) => now.rsp === frame && (now.rip === back || symbols.functionAt(now.rip)?.low === symbols.functionAt(back)?.low);
    }
    case 'boundary':
      return (now, before) => now.ring !== before.ring || sideOf(symbols, now.rip) !== sideOf(symbols, before.rip);
    default: return () => true;
  }
}
