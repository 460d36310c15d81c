/** The one default layout, in the proportions of the design. Splitters move it; panels never change places. */
import type { PanelDefinition, Slot } from './panel.ts';
import { PANELS } from './panels.ts';

export type LayoutKind = 'wide' | 'medium' | 'narrow' | 'phone';

/** Narrower windows show cards instead of the dock. */
export const PHONE_BELOW = 560;

export function layoutKind(width: number): LayoutKind {
  return width < PHONE_BELOW ? 'phone' : width < 900 ? 'narrow' : width < 1280 ? 'medium' : 'wide';
}

/** A place for panels, one of them in sight. */
export interface Home {
  id: string;
  panels: readonly PanelDefinition[];
}

/** Parts side by side or below one another, with splitters between them. */
export interface Strip {
  id: string;
  direction: 'row' | 'column';
  parts: readonly Part[];
}

export interface Part {
  /** Its share of the strip. */
  weight: number;
  holds: Home | Strip;
}

/** The panels of these slots share one place. */
const home = (weight: number, ...slots: Slot[]): Part =>
  ({ weight, holds: { id: slots.join('-'), panels: PANELS.filter(({ slot }) => slots.includes(slot)) } });

const row = (id: string, weight: number, ...parts: Part[]): Part => ({ weight, holds: { id, direction: 'row', parts } });

const column = (...parts: Part[]): Strip => ({ id: 'root', direction: 'column', parts });

interface Heights {
  top: number;
  middle: number;
  bottom: number;
}

interface Viewport {
  width: number;
  height: number;
  /** Each CPU of the machine has a lane in the timeline, for up to so many of which there is room. */
  cpus: number;
}
const MORE_LANES = 3, LANE = 11;

/** Heights of the three strips in CSS pixels, as the design fixes them; `unit` is one design pixel. */
export function heights(dockHeight: number, viewport: Viewport, unit: number, kind: LayoutKind, projector: boolean): Heights {
  const roomy = viewport.width >= 1680 && !projector;
  const short = viewport.height / unit < 700;
  const gaps = 12 * unit;
  const middle = (kind === 'medium' ? 220 : short ? 80 : roomy ? 128 : 110) * unit;
  const bottom = (short ? 138 : (roomy ? 186 : 150) + LANE * Math.min(MORE_LANES, viewport.cpus - 1)) * unit;
  return { top: Math.max(120 * unit, dockHeight - gaps - middle - bottom), middle, bottom };
}

/** A panel can be read from this width on, in design pixels. */
const COLUMN = 330;

/** @param only panels that a link has chosen, side by side where `width` has room for them, else one at a time */
export function dockModel(kind: LayoutKind, h: Heights, projector: boolean, only: readonly string[], width: number): Strip {
  const known = only.flatMap((id) => PANELS.find((panel) => panel.id === id) ?? []);
  if (known.length > Math.max(1, Math.floor(width / COLUMN))) return column({ weight: 100, holds: { id: 'chosen', panels: known } });
  if (known.length > 0) return column(row('top', 100, ...known.map((panel) => ({ weight: 100, holds: { id: panel.id, panels: [panel] } }))));
  const columns = projector ? [444, 484, 328] : [456, 556, 330];
  const [left, middle, right] = columns as [number, number, number];
  // A wide screen at 200 % is as narrow: every panel there is, one at a time.
  if (kind === 'narrow') return column(home(100, 1, 2, 3, 4, 5, 6));
  if (kind === 'medium') return column(row('top', h.top, home(50, 1), home(58, 2)), home(h.middle, 3, 4, 6), home(h.bottom, 5));
  return column(
    row('top', h.top, home(left, 1), home(middle, 2), home(right, 3)),
    home(h.middle, 4),
    row('bottom', h.bottom, home(left + middle + 6, 5), home(right, 6)),
  );
}
