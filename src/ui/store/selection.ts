/** What is selected in the panels, and the answer to "who wrote this?". */
import type { StateCreator } from 'zustand';
import type { VirtAddr } from '../../base/units.ts';
import type { Breakpoint, WriteReport } from '../../link/reports.ts';
import type { MachineState } from './machine-store.ts';

export interface SelectionSlice {
  selectedSlot: VirtAddr | null;
  /** A line or instruction of the Code panel, as a place for a breakpoint. */
  selectedCode: Breakpoint['spec'] | null;
  writer: { addr: VirtAddr; report: WriteReport | null } | null;
  /** A task, by the id of the Threads panel, whose stack stands beside that of whoever is shown. */
  beside: number | null;
  setBeside: (id: number | null) => Promise<void>;
  /** The lock whose steps are told; null: the one that most wait for. */
  lock: VirtAddr | null;
  chooseLock: (lock: VirtAddr) => Promise<void>;
  /** What is walked in the Address space panel: an address, a register or symbol by name; null: what the machine makes interesting. */
  walked: VirtAddr | string | null;
  walk: (at: VirtAddr | string | null) => Promise<void>;
  selectSlot: (addr: VirtAddr | null) => void;
  selectCode: (spec: Breakpoint['spec'] | null) => void;
  askWhoWrote: () => Promise<void>;
  closeWriter: () => void;
}

export const createSelectionSlice: StateCreator<MachineState, [], [], SelectionSlice> = (set, get) => ({
  selectedSlot: null,
  selectedCode: null,
  writer: null,
  beside: null,
  lock: null,
  walked: null,

  async setBeside(id) {
    const { link, views: { taskStacks: _old, ...views } } = get();
    set({ beside: id, views });
    if (id === null || !link) return;
    const { taskStacks } = await link.call('views', { show: { taskStacks: { id } } });
    if (get().beside === id) set({ views: { ...get().views, taskStacks: taskStacks ?? null } });
  },

  async chooseLock(lock) {
    const { link, status } = get();
    set({ lock });
    const shown = await link?.call('views', { show: { locks: { lock } } });
    if (shown?.locks && get().lock === lock && get().status === status) set({ views: { ...get().views, locks: shown.locks } });
  },

  async walk(at) {
    const { link, status } = get();
    set({ walked: at });
    const shown = await link?.call('views', { show: { space: { at } } });
    if (shown?.space && get().walked === at && get().status === status) set({ views: { ...get().views, space: shown.space } });
  },

  selectSlot: (addr) => set({ selectedSlot: addr }),
  selectCode: (spec) => set({ selectedCode: spec }),
  closeWriter: () => set({ writer: null }),

  async askWhoWrote() {
    const { selectedSlot: addr, link } = get();
    if (addr === null || !link) return;
    set({ writer: { addr, report: null } });
    const report = await link.call('whoWrote', { addr, length: 8 });
    if (get().writer?.addr === addr) set({ writer: { addr, report } });
  },
});
