/** The stretch of history that the Timeline shows. It follows the current tick until the visitor zooms or drags it. */
import type { StateCreator } from 'zustand';
import type { Tick } from '../../base/units.ts';
import type { Status, TimelineView } from '../../link/reports.ts';
import type { AppState } from './app.ts';
import type { Link } from './link.ts';

const USUAL_SPAN = 2_000;
const COLUMNS = 1_000;
const OVERVIEW_COLUMNS = 240;

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

/** The window for a new tick: unchanged while the tick is well inside, else moved so that it stands at two fifths, or near the right end if nothing came after it yet. */
export function follow(window: TimelineWindow, status: Status): TimelineWindow {
  const span = Math.max(window.to - window.from, 1) || USUAL_SPAN;
  const { tick, live } = status;
  if (span >= live && window.from === 0) return { from: 0, to: Math.max(live, window.to) };
  const place = (tick - window.from) / span;
  if (place >= 0.1 && place <= 0.9) return window;
  const from = Math.max(0, Math.round(tick - span * (tick === live ? 0.85 : 0.4)));
  return { from, to: from + span };
}

/** Fetches only what the new moment or window changed. */
export async function fetchTimeline(link: Link, window: TimelineWindow, status: Status, old: Pick<TimelineSlice, 'overview'>): Promise<Pick<TimelineSlice, 'window' | 'timeline' | 'overview'>> {
  const whole = { from: 0, to: Math.max(1, status.live) };
  const fresh = old.overview?.to === whole.to;
  const [timeline, overview] = await Promise.all([
    link.call('timeline', { from: window.from, to: window.to, columns: COLUMNS }),
    fresh ? Promise.resolve(old.overview) : link.call('timeline', { ...whole, columns: OVERVIEW_COLUMNS }),
  ]);
  return { window, timeline, overview };
}

export const createTimelineSlice: StateCreator<AppState, [], [], TimelineSlice> = (set, get) => ({
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
    const fetched = await fetchTimeline(link, window, status, get());
    if (get().window === window) set(fetched);
  },
});
