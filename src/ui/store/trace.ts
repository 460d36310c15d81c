/** What the Trace panel is asked to show. */
import type { StateCreator } from 'zustand';
import type { Looks } from '../../link/protocol.ts';
import type { MachineState } from './machine-store.ts';

/** On each side of the present. */
const ROWS = 100;

export interface TraceSlice {
  traceAsk: Looks['trace'][0];
  setTraceAsk: (ask: Looks['trace'][0]) => Promise<void>;
}

export const createTraceSlice: StateCreator<MachineState, [], [], TraceSlice> = (set, get) => ({
  traceAsk: { format: 'strace', match: '', rows: ROWS },

  async setTraceAsk(ask) {
    set({ traceAsk: ask });
    const { link, status } = get();
    if (!link || !status) return;
    const { trace } = await link.call('views', { show: { trace: ask } });
    if (trace && get().traceAsk === ask) set({ views: { ...get().views, trace } });
  },
});
