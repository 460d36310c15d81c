/** The stretch of history that the Timeline shows. It follows the current tick until the visitor zooms or drags it. */
import type { StateCreator } from 'zustand';
import type { Tick } from '../../base/units.ts';
import type { TimelineView } from '../../link/reports.ts';
import type { MachineState } from './machine-store.ts';

const USUAL_SPAN = 2_000;
/** As many as the widest window has pixels for. */
export const TIMELINE_COLUMNS = 1_000;

export interface TimelineWindow {
  from: Tick;
  to: Tick;
}

export interface TimelineSlice {
  window: TimelineWindow;
  timeline: TimelineView | null;
  /** The ring lane of the whole run, for the strip in the panel's head. */
  overview: TimelineView | null;
  /** Positive widens. Keeps the current tick where it is on the page. */
  zoomTimeline: (factor: number) => Promise<void>;
  showAllTime: () => Promise<void>;
  moveWindow: (window: TimelineWindow) => Promise<void>;
}

export const createTimelineSlice: StateCreator<MachineState, [], [], TimelineSlice> = (set, get) => ({
  window: { from: 0, to: USUAL_SPAN },
  timeline: null,
  overview: null,

  async zoomTimeline(factor) {
    const { window, status } = get();
    if (!status) return;
    const span = window.to - window.from;
    const next = Math.min(Math.max(40, Math.round(span * factor)), Math.max(USUAL_SPAN, Math.ceil(status.live * 1.05)));
    const place = Math.min(1, Math.max(0, (status.tick - window.from) / span));
    const from = Math.max(0, Math.round(status.tick - next * place));
    await get().moveWindow({ from, to: from + next });
  },

  async showAllTime() {
    const { status } = get();
    if (status) await get().moveWindow({ from: 0, to: Math.max(USUAL_SPAN, Math.ceil(status.live * 1.03)) });
  },

  async moveWindow(window) {
    const { link, status } = get();
    set({ window });
    if (!link || !status) return;
    const ask = { ...window, columns: TIMELINE_COLUMNS, follow: false };
    // Whatever else has the same axis goes along.
    const { timeline, threads } = await link.call('views', { show: { timeline: ask, ...(get().views.threads ? { threads: ask } : {}) } });
    if (timeline && get().window === window) set({ timeline, ...(threads ? { views: { ...get().views, threads } } : {}) });
  },
});
