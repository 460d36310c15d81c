/** Why a panel has nothing to show yet: one sentence. */
import type { MachineState } from '../store/machine-store.ts';

export function notYet({ status, phase }: Pick<MachineState, 'status' | 'phase'>): string {
  if (status) return 'This is being read from the machine.';
  return phase === 'connecting' || phase === 'building' ? 'The machine is being built.' : 'The machine has not started.';
}
