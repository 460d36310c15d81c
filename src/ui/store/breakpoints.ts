/** Breakpoints live in the lab; the page keeps the last list it was told. */
import type { StateCreator } from 'zustand';
import type { Breakpoint } from '../../link/reports.ts';
import type { MachineState } from './machine-store.ts';

export interface BreakpointSlice {
  breakpoints: readonly Breakpoint[];
  /** @returns what is wrong with it, or null. */
  addBreakpoint: (spec: Breakpoint['spec']) => Promise<string | null>;
  /** Sets one where there is none, removes it where there is one. */
  toggleBreakpoint: (spec: Breakpoint['spec']) => Promise<void>;
  removeBreakpoint: (id: number) => Promise<void>;
  enableBreakpoint: (id: number, enabled: boolean) => Promise<void>;
}

export function sameSpec(a: Breakpoint['spec'], b: Breakpoint['spec']): boolean {
  if (a.kind === 'line' && b.kind === 'line') return a.file === b.file && a.line === b.line;
  if (a.kind === 'address' && b.kind === 'address') return a.addr === b.addr && a.space === b.space;
  if (a.kind === 'symbol' && b.kind === 'symbol') return a.symbol === b.symbol;
  if (a.kind === 'event' && b.kind === 'event') return a.event === b.event && JSON.stringify(a.match) === JSON.stringify(b.match);
  return false;
}

export const createBreakpointSlice: StateCreator<MachineState, [], [], BreakpointSlice> = (set, get) => ({
  breakpoints: [],

  async addBreakpoint(spec) {
    const result = await get().link?.call('setBreakpoint', { spec });
    if (!result) return 'There is no machine yet.';
    if ('error' in result) {
      const text = `${result.error.charAt(0).toUpperCase()}${result.error.slice(1)}.`;
      get().host.say({ severity: 'error', text });
      return text;
    }
    set({ breakpoints: [...get().breakpoints.filter((b) => b.id !== result.id), result] });
    get().host.say(null);
    return null;
  },

  async toggleBreakpoint(spec) {
    const known = get().breakpoints.find((b) => sameSpec(b.spec, spec)
      || (spec.kind === 'address' && b.spec.kind !== 'event' && b.addresses.includes(spec.addr) &&
      (b.spec.kind !== 'address' || b.spec.space === undefined || b.spec.space === spec.space)));
    if (known) await get().removeBreakpoint(known.id);
    else await get().addBreakpoint(spec);
  },

  async removeBreakpoint(id) {
    const breakpoints = await get().link?.call('removeBreakpoint', { id });
    if (breakpoints) set({ breakpoints });
  },

  async enableBreakpoint(id, enabled) {
    const breakpoints = await get().link?.call('updateBreakpoint', { id, enabled });
    if (breakpoints) set({ breakpoints });
  },
});
