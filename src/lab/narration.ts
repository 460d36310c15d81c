/** One sentence about the step just made, from what it changed. */
import type { Machine, Registers } from '../machine/machine.ts';
import type { Instruction } from './listing.ts';

const NAMES = ['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15'];
/** Two lines of the panel that shows it. */
const MAX_LENGTH = 92;
const hex = (value: bigint): string => value.toString(16);

/** What a kind of event does with the stack, in the manual's words: the reason, not the values. */
const WHY: Readonly<Record<string, string>> = {
  SYSCALL: 'SYSCALL changes the ring without touching memory: no stack is read or written.',
  SYSRET: 'SYSRET takes the way back from RCX and R11, where SYSCALL had put it.',
  IRETQ: 'IRETQ pops five words, in 64-bit mode always RSP and SS too.',
  SWAPGS: 'The kernel finds its per-CPU data through GS; SWAPGS gets its base without needing a register.',
};

export function narrate(insn: Instruction | null, before: Registers | undefined, now: Registers, subSteps: { title: string; steps: { text: string }[] } | null, machine: Machine): { what: string; why: string } {
  if (!before) return { what: machine.tick === 0 ? 'Power-on: the loader has put kernel and command line into memory.' : 'Arrived here.', why: '' };
  if (subSteps && !insn) {
    const stays = before.cpl === now.cpl;
    return { what: `${subSteps.title} was delivered: ${stays ? `ring ${now.cpl} stays` : `ring ${before.cpl} to ring ${now.cpl}`}; RSP is ${hex(now.gpr[4])}.`, why: stays ? 'The privilege level did not change, so unless the gate names an IST stack the frame goes where RSP points.' : 'The privilege level changed, so the frame goes to the stack that the TSS names.' };
  }
  if (!insn) return { what: 'An event was delivered.', why: '' };
  const name = insn.mnemonic.toUpperCase();
  if (subSteps) {
    const end = `ring ${before.cpl}${before.cpl === now.cpl ? ' stays' : ` to ring ${now.cpl}`}, RSP ${before.gpr[4] === now.gpr[4] ? 'unchanged' : `is ${hex(now.gpr[4])}`}.`;
    let steps = '';
    for (const { text } of subSteps.steps) {
      if (`${name}: ${steps}, ${text}; ${end}`.length > MAX_LENGTH) break;
      steps += `${steps ? ', ' : ' '}${text}`;
    }
    return { what: `${name}:${steps}${steps ? '; ' : ' '}${end}`, why: WHY[subSteps.title] ?? '' };
  }
  const stackTop = machine.peek(now.gpr[4], 8);
  if (insn.mnemonic.startsWith('call') && stackTop) return { what: `CALL pushed the return address ${hex(new DataView(stackTop.buffer).getBigUint64(0, true))} and went to ${insn.symbol ?? hex(now.rip)}.`, why: 'RET will pop that address and go on there.' };
  if (insn.mnemonic.startsWith('push') && stackTop) return { what: `PUSH put ${insn.operands}, which is ${hex(new DataView(stackTop.buffer).getBigUint64(0, true))}, on the stack; RSP is ${hex(now.gpr[4])}.`, why: '' };
  if (insn.mnemonic.startsWith('ret')) return { what: `RET popped ${hex(now.rip)} and went on there; RSP is ${hex(now.gpr[4])}.`, why: '' };
  const changes = NAMES.flatMap((register, n) => (before.gpr[n] === now.gpr[n] ? [] : [`${register} ${hex(before.gpr[n])} to ${hex(now.gpr[n])}`]));
  const text = `${name} ${insn.operands}`.trim();
  return { what: changes.length ? `${text}: ${changes.slice(0, 3).join(', ')}.` : `${text}: no general register changed.`, why: '' };
}
