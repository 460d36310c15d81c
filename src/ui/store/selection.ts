/** What is selected in the panels, and the answer to "who wrote this?". */
import type { StateCreator } from 'zustand';
import type { Tick, VirtAddr } from '../../base/units.ts';
import type { ObjectRef } from '../../link/objects.ts';
import type { Breakpoint, WriteReport } from '../../link/reports.ts';
import type { MachineState } from './machine-store.ts';

export interface SelectionSlice {
  selectedSlot: VirtAddr | null;
  /** A line or instruction of the Code panel, as a place for a breakpoint. */
  selectedCode: Breakpoint['spec'] | null;
  writer: { addr: VirtAddr; report: WriteReport | null; /** How far back it has looked. */ searched?: Tick } | null;
  tellSearched: (tick: Tick) => void;
  endSearch: () => Promise<void>;
  /** A task, by the id of the Threads panel, whose stack stands beside that of whoever is shown. */
  beside: number | null;
  setBeside: (id: number | null) => Promise<void>;
  /** The lock whose steps are told; null: the one that most wait for. */
  lock: VirtAddr | null;
  chooseLock: (lock: VirtAddr) => Promise<void>;
  /** What is walked in the Address space panel: an address, a register or symbol by name; null: what the machine makes interesting. */
  walked: VirtAddr | string | null;
  walk: (at: VirtAddr | string | null) => Promise<void>;
  /** How one came to the object that is shown, which is the last; without any it is the one that the CPU leads to. */
  objectTrail: readonly ObjectRef[];
  /** `from`: the object that leads to it. */
  openObject: (object: ObjectRef, from: ObjectRef | null) => Promise<void>;
  /** Back to the first so many of the trail. */
  cutTrail: (length: number) => Promise<void>;
  /** The packet that is shown byte by byte; null: the newest. */
  packet: { tick: Tick; nth: number } | null;
  choosePacket: (packet: { tick: Tick; nth: number } | null) => Promise<void>;
  selectSlot: (addr: VirtAddr | null) => void;
  selectCode: (spec: Breakpoint['spec'] | null) => void;
  askWhoWrote: () => Promise<void>;
  closeWriter: () => void;
}

/** More steps back than that are forgotten. */
const MOST_TRAIL = 32;

export const createSelectionSlice: StateCreator<MachineState, [], [], SelectionSlice> = (set, get) => {
  const followTrail = async (objectTrail: readonly ObjectRef[]): Promise<void> => {
    const { link, status } = get();
    set({ objectTrail });
    const shown = await link?.call('views', { show: { objects: { object: objectTrail.at(-1) ?? null } } });
    if (shown?.objects && get().objectTrail === objectTrail && get().status === status) set({ views: { ...get().views, objects: shown.objects } });
  };
  return {
    selectedSlot: null,
    selectedCode: null,
    writer: null,
    beside: null,
    lock: null,
    walked: null,
    objectTrail: [],
    packet: null,

    async choosePacket(packet) {
      const { link, status } = get();
      set({ packet });
      const shown = await link?.call('views', { show: { network: { packet } } });
      if (shown?.network !== undefined && get().packet === packet && get().status === status) set({ views: { ...get().views, network: shown.network } });
    },

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

    openObject(object, from) {
      const trail = get().objectTrail;
      return followTrail([...(trail.length === 0 && from ? [from] : from ? trail : []), object].slice(-MOST_TRAIL));
    },

    cutTrail: (length) => followTrail(get().objectTrail.slice(0, length)),

    selectSlot: (addr) => set({ selectedSlot: addr }),
    selectCode: (spec) => set({ selectedCode: spec }),
    closeWriter: () => {
      if (get().writer?.report === null) void get().endSearch();
      set({ writer: null });
    },

    tellSearched: (tick) => {
      const { writer } = get();
      if (writer?.report === null) set({ writer: { ...writer, searched: tick } });
    },

    async endSearch() {
      await get().link?.call('pause', {});
    },

    async askWhoWrote() {
      const { selectedSlot: addr, link } = get();
      if (addr === null || !link) return;
      set({ writer: { addr, report: null } });
      const report = await link.call('whoWrote', { addr, length: 8 });
      if (get().writer?.addr === addr) set({ writer: { addr, report } });
    },
  };
};
