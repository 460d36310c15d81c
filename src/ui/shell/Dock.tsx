import { Actions, Layout, Model, type TabNode } from 'flexlayout-react';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import 'flexlayout-react/style/light.css';
import { useApp } from '../store/app.ts';
import { page } from '../store/page.ts';
import { dockModel, heights, layoutKind } from './dock-model.ts';
import { bringToFront, holdPanels } from './focus.ts';
import { PanelFrame } from './PanelFrame.tsx';
import type { Slot } from './panel.ts';
import { panelById, PANELS } from './panels.ts';

const NONE: readonly string[] = [];

const unitPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

interface Place {
  width: number;
  height: number;
  dockHeight: number;
  unit: number;
}

/** The dock by flexlayout: its splitters, tabs and keyboard; the layout itself is ours and fixed. */
export const Dock = memo(function Dock() {
  const theme = useApp((s) => s.theme);
  const only = useApp((s) => s.onlyPanels);
  const maximised = useApp((s) => s.maximised);
  const shown = useApp((s) => s.scenario?.panels ?? NONE);
  const root = useRef<HTMLDivElement>(null);
  /** Set when the visitor has moved a splitter: from then on a resize keeps the proportions. */
  const moved = useRef(false);
  const [place, setPlace] = useState<Place | null>(null);

  useLayoutEffect(() => {
    const measure = () => {
      const element = root.current;
      if (element) setPlace({ width: window.innerWidth, height: window.innerHeight, dockHeight: element.clientHeight, unit: unitPixels() });
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (root.current) observer.observe(root.current);
    return () => observer.disconnect();
  }, [theme]);

  const projector = theme === 'projector';
  const kind = layoutKind(place?.width ?? 1366);
  const ready = place !== null;
  const model = useMemo(() => {
    const now = place ?? { width: 1366, height: 768, dockHeight: 676, unit: 1 };
    return Model.fromJson(dockModel(kind, heights(now.dockHeight, now, now.unit, kind, projector), projector, only));
    // The model is made anew only for another kind of layout; sizes are adjusted below.
  }, [kind, projector, only, ready]); // eslint-disable-line react-hooks/exhaustive-deps

  useEffect(() => {
    moved.current = false;
  }, [model]);

  useEffect(() => {
    if (!place || moved.current || only.length > 0 || kind === 'narrow') return;
    const h = heights(place.dockHeight, place, place.unit, kind, projector);
    model.doAction(Actions.adjustWeights('root', [h.top, h.middle, h.bottom]));
  }, [model, place, kind, projector, only]);

  useEffect(() => {
    const bring = (id: string) => {
      const { maximised: filling, toggleMaximised } = page.getState();
      if (filling !== null && filling !== id) toggleMaximised(filling);
      if (model.getNodeById(id)) model.doAction(Actions.selectTab(id));
    };
    return holdPanels(bring);
  }, [model]);

  // Panels that a scenario names are in sight when it is opened, the first of them where they share a place.
  useEffect(() => {
    for (const id of shown.toReversed()) bringToFront(id);
  }, [model, shown]);

  const full = maximised === null ? undefined : panelById(maximised);

  return (
    <main className="dock" ref={root}>
      {place && !full ? (
        <Layout
          model={model}
          realtimeResize
          factory={(node: TabNode) => {
            const panel = panelById(node.getComponent() ?? '');
            return panel ? <PanelFrame panel={panel} titled={(node.getParent()?.getChildren().length ?? 1) < 2} /> : null;
          }}
          onAction={(action) => {
            if (action.type === Actions.ADJUST_WEIGHTS) moved.current = true;
            return action;
          }}
        />
      ) : null}
      {full ? <div className="maximised"><PanelFrame panel={full} /></div> : null}
    </main>
  );
});

/** The homes whose panels a narrow screen has room for. */
const CARDS: readonly Slot[] = [1, 2, 3, 6];

/** Narrow screens: read only, one card beside the other, swiped or scrolled. */
export function Cards() {
  useEffect(() => holdPanels((id) => document.querySelector(`[data-panel="${CSS.escape(id)}"]`)?.scrollIntoView({ inline: 'center' })), []);
  return <main className="cards">{PANELS.filter(({ slot }) => CARDS.includes(slot)).map((panel) => <PanelFrame key={panel.id} panel={panel} />)}</main>;
}
