/** The one default layout, in the proportions of the design. Splitters move it; panels never change places. */
import type { IJsonModel, IJsonRowNode, IJsonTabSetNode } from 'flexlayout-react';
import type { PanelDefinition, Slot } from './panel.ts';
import { PANELS } from './panels.ts';

export type LayoutKind = 'wide' | 'medium' | 'narrow' | 'phone';

/** Narrower windows show cards instead of the dock. */
export const PHONE_BELOW = 560;

export function layoutKind(width: number): LayoutKind {
  return width < PHONE_BELOW ? 'phone' : width < 900 ? 'narrow' : width < 1280 ? 'medium' : 'wide';
}

const tabset = (id: string, weight: number, panels: readonly PanelDefinition[]): IJsonTabSetNode => ({
  type: 'tabset', id: `set-${id}`, weight, enableTabStrip: panels.length > 1,
  children: panels.map((panel) => ({ type: 'tab', id: panel.id, name: panel.title, component: panel.id })),
});

/** The panels of these slots as one strip of tabs. */
const home = (weight: number, ...slots: Slot[]): IJsonTabSetNode => tabset(slots.join('-'), weight, PANELS.filter(({ slot }) => slots.includes(slot)));

const row = (id: string, weight: number, ...children: (IJsonRowNode | IJsonTabSetNode)[]): IJsonRowNode => ({ type: 'row', id, weight, children });

interface Heights {
  top: number;
  middle: number;
  bottom: number;
}

/** Heights of the three strips in CSS pixels, as the design fixes them; `unit` is one design pixel. */
export function heights(dockHeight: number, viewport: { width: number; height: number }, unit: number, kind: LayoutKind, projector: boolean): Heights {
  const roomy = viewport.width >= 1680 && !projector;
  const short = viewport.height / unit < 700;
  const gaps = 12 * unit;
  const middle = (kind === 'medium' ? 220 : short ? 80 : roomy ? 128 : 110) * unit;
  const bottom = (short ? 104 : roomy ? 186 : 150) * unit;
  return { top: Math.max(120 * unit, dockHeight - gaps - middle - bottom), middle, bottom };
}

export function dockModel(kind: LayoutKind, h: Heights, projector: boolean, only: readonly string[]): IJsonModel {
  const global = {
    rootOrientationVertical: true, enableEdgeDock: false, tabEnableClose: false, tabEnableDrag: false, tabEnableRename: false, tabEnableScrollbars: false,
    tabSetEnableDrag: false,
    tabSetEnableDrop: false, tabSetEnableMaximize: false, tabSetEnableClose: false, tabSetMinWidth: 120, tabSetMinHeight: 60,
  };
  if (only.length > 0) {
    const known = only.flatMap((id) => PANELS.find((panel) => panel.id === id) ?? []);
    if (known.length > 0) return { global, layout: row('root', 100, row('top', 100, ...known.map((panel) => tabset(panel.id, 100, [panel])))) };
  }
  const columns = projector ? [444, 484, 328] : [456, 556, 330];
  const [left, middle, right] = columns as [number, number, number];
  // A wide screen at 200 % is as narrow: every panel there is, one at a time.
  if (kind === 'narrow') return { global, layout: row('root', 100, home(100, 1, 2, 3, 4, 5, 6)) };
  if (kind === 'medium') {
    return {
      global,
      layout: row('root', 100, row('top', h.top, home(50, 1), home(58, 2)), home(h.middle, 3, 4, 6), home(h.bottom, 5)),
    };
  }
  return {
    global,
    layout: row(
      'root', 100,
      row('top', h.top, home(left, 1), home(middle, 2), home(right, 3)),
      home(h.middle, 4),
      row('bottom', h.bottom, home(left + middle + 6, 5), home(right, 6)),
    ),
  };
}
