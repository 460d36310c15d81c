/** Kinds of stacks by name. The numbers are those of the guest's tracepoint `stack_region`, and stand nowhere else. */
import type { StackReport } from '../link/reports.ts';

export type StackKind = StackReport['kind'];

/** In the order in which they are shown; the first two are a task's, the others a CPU's. */
export const STACK_KINDS: readonly StackKind[] = ['user', 'kernel', 'entry', 'irq', 'ist'];
/** From here on a number is an entry of the TSS's interrupt stack table. */
const FIRST_IST = 10;
const IST_NAMES = ['#DF', 'NMI', '#DB', '#MC', '#VC', '#PF'];

/** What a stack can be called, and an address that lies on none. */
export const STACK_NAMES: readonly string[] = [...STACK_KINDS.filter((kind) => kind !== 'ist'), ...IST_NAMES, 'none'];

export const isTasks = (kind: StackKind): boolean => kind === 'user' || kind === 'kernel';

/** @param number as the tracepoint tells it. */
export function stackKind(number: number): { kind: StackKind; name: string } {
  if (number >= FIRST_IST) return { kind: 'ist', name: IST_NAMES[number - FIRST_IST] ?? `IST ${number - FIRST_IST + 1}` };
  const kind = STACK_KINDS[number] ?? 'entry';
  return { kind, name: kind };
}

/** `#DF stack`, `kernel stack of 2` */
export function stackName({ kind, name, pid }: { kind: StackKind; name: string; pid: number }): string {
  return kind === 'ist' ? `${name} stack` : kind === 'kernel' ? `kernel stack of ${pid}` : isTasks(kind) ? `stack of ${pid}` : `${kind} stack`;
}
