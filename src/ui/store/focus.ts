/** Whose state is shown: that of whichever CPU's turn it is, or a chosen CPU's or task's; and whose steps count. */
import type { StateCreator } from 'zustand';
import type { Focus, Status } from '../../link/reports.ts';
import { count } from '../widgets/format.ts';
import type { MachineState } from './machine-store.ts';

export interface FocusSlice {
  /** With something in focus: a step is one of its own, whatever runs between. */
  stays: boolean;
  /** null: what runs is followed again. */
  focusOn: (focus: Focus | null) => Promise<void>;
  setStays: (stays: boolean) => void;
}

export const createFocusSlice: StateCreator<MachineState, [], [], FocusSlice> = (set, get) => ({
  stays: true,

  async focusOn(focus) {
    if (get().phase === 'running') await get().pause();
    await get().moved((link, show) => link.call('focus', { focus, ...show }));
  },

  setStays: (stays) => set({ stays }),
});

const wordOf = (focus: Focus | undefined): string => (!focus ? '' : 'pid' in focus ? `pid ${focus.pid}` : `cpu ${focus.cpu}`);

export const sameFocus = (a: Focus | undefined, b: Focus | undefined): boolean => wordOf(a) === wordOf(b);

/** `hello 5`; what runs before there are tasks, or when there is nothing to do, is pid 0. */
export const taskName = ({ pid, comm }: Status['task']): string => (pid === 0 ? comm || 'boot' : `${comm} ${pid}`);

/** `hello 5, CPU 1`, `hello 5, on no CPU since tick 12,345`, `hello 5, which exited at tick 12,345`: who is shown, and where that is. */
export function whose({ task, cpu, away, ended, focus, leavesFor }: Status): string {
  const name = taskName(task);
  if (ended !== undefined && away !== undefined) return `${name}, which exited at tick ${count(away)}`;
  if (away !== undefined) return `${name}, on no CPU since tick ${count(away)}`;
  const there = `${name}, CPU ${cpu}${leavesFor ? `, about to leave for ${taskName(leavesFor)}` : ''}`;
  return focus && 'pid' in focus && focus.pid !== task.pid ? `no task ${focus.pid} yet: ${there}` : there;
}

/** What a step is one of, in words. */
export const stepsOf = ({ focus, cpus }: Pick<Status, 'focus' | 'cpus'>, stays: boolean): string =>
  (!focus || !stays ? (cpus > 1 ? 'any CPU' : 'any task') : 'pid' in focus ? 'this task' : 'this CPU');
