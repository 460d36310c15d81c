import { Fragment, type KeyboardEvent, memo, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useApp } from '../store/app.ts';
import { page } from '../store/page.ts';
import { dockModel, heights, layoutKind, type Home, type Part, type Strip } from './dock-model.ts';
import { bringToFront, holdPanels } from './focus.ts';
import { PanelFrame } from './PanelFrame.tsx';
import { keyOfPanel } from './panel.ts';
import { panelById, PANELS } from './panels.ts';
import { Splitter } from './Splitter.tsx';

const NONE: readonly string[] = [];

/** So many tabs have room in the head of the panel that is in sight; more get a line of their own. */
const TABS_IN_HEAD = 3;

const unitPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

interface Place {
  width: number;
  height: number;
  dockHeight: number;
  unit: number;
}

const isHome = (part: Home | Strip): part is Home => 'panels' in part;
const homesOf = ({ parts }: Strip): Home[] => parts.flatMap(({ holds }) => (isHome(holds) ? [holds] : homesOf(holds)));
const nameOf = (part: Home | Strip): string =>
  (isHome(part) ? part.panels : homesOf(part).flatMap(({ panels }) => panels)).map(({ title }) => title).join(', ');

/** The panels of one place by name: arrows and a click bring one of them to the front. */
function Tabs({ panels, selected, onSelect }: { panels: Home['panels']; selected: string; onSelect: (id: string) => void }) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = panels.at((panels.findIndex(({ id }) => id === selected) + by) % panels.length);
    if (!next) return;
    onSelect(next.id);
    // The panel that comes to the front has the tabs in its own head.
    requestAnimationFrame(() => document.getElementById(`tab-${next.id}`)?.focus());
  };
  return (
    <div className="dock-tabs" role="tablist" aria-label={panels.map(({ title }) => title).join(', ')}>
      {panels.map((panel) => ({ id: panel.id, title: panel.title, key: keyOfPanel(panel) })).map(({ id, title, key }) => (
        <button key={id} id={`tab-${id}`} type="button" role="tab" className="tab dock-tab" aria-selected={id === selected}
          aria-controls={id === selected ? `home-${id}` : undefined} tabIndex={id === selected ? 0 : -1} onClick={() => onSelect(id)}
          onKeyDown={onKeyDown}>
          <span className="num" aria-hidden="true">{key}</span>{title}
        </button>
      ))}
    </div>
  );
}

/** The layout is ours and fixed: panels have homes; splitters move what is between these. */
export const Dock = memo(function Dock() {
  const theme = useApp((s) => s.theme);
  const only = useApp((s) => s.onlyPanels);
  const maximised = useApp((s) => s.maximised);
  const shown = useApp((s) => (s.lessonOpen && s.lessonShow.length > 0 ? s.lessonShow : (s.scenario?.panels ?? NONE)));
  const cpus = useApp((s) => s.status?.cpus ?? 1);
  const root = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place | null>(null);
  /** By place, the panel of it that is in sight. */
  const [front, setFront] = useState<Readonly<Record<string, string>>>({});

  useLayoutEffect(() => {
    const measure = () => {
      const element = root.current;
      if (!element) return;
      const width = element.parentElement?.clientWidth ?? window.innerWidth;
      setPlace({ width, height: window.innerHeight, dockHeight: element.clientHeight, unit: unitPixels() });
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (root.current) observer.observe(root.current);
    return () => observer.disconnect();
  }, [theme]);

  const projector = theme === 'projector';
  const kind = layoutKind(place?.width ?? 1366);
  const model = useMemo(() => {
    const now = place ?? { width: 1366, height: 768, dockHeight: 676, unit: 1 };
    return dockModel(kind, heights(now.dockHeight, { ...now, cpus }, now.unit, kind, projector), projector, only, now.width / now.unit);
  }, [kind, projector, only, place, cpus]);

  /** By strip, the shares that a splitter has given its parts; they hold for one kind of layout. */
  const layout = `${kind} ${projector} ${only.join()}`;
  const [moved, setMoved] = useState<{ layout: string; weights: Readonly<Record<string, readonly number[]>> }>({ layout, weights: {} });
  const weights = moved.layout === layout ? moved.weights : {};

  const homes = useRef<readonly Home[]>([]);
  useLayoutEffect(() => {
    homes.current = homesOf(model);
  }, [model]);
  useEffect(() => holdPanels((id) => {
    const { maximised: filling, toggleMaximised } = page.getState();
    if (filling !== null && filling !== id) toggleMaximised(filling);
    const home = homes.current.find(({ panels }) => panels.some((panel) => panel.id === id));
    if (home) setFront((before) => (before[home.id] === id ? before : { ...before, [home.id]: id }));
  }), []);

  // Panels that a scenario names are in sight when it is opened, those of a lesson's stop when it comes there; the first of them where they share a place.
  useEffect(() => {
    for (const id of shown.toReversed()) bringToFront(id);
  }, [kind, shown]);

  const homeView = ({ id, panels }: Home): ReactNode => {
    const panel = panels.find((one) => one.id === front[id]) ?? panels[0];
    if (panels.length < 2) return <PanelFrame panel={panel} />;
    const tabs = <Tabs panels={panels} selected={panel.id} onSelect={bringToFront} />;
    const inHead = panels.length <= TABS_IN_HEAD;
    return (
      <>
        {inHead ? null : tabs}
        <div className="dock-home" role="tabpanel" id={`home-${panel.id}`} aria-labelledby={`tab-${panel.id}`}>
          <PanelFrame key={panel.id} panel={panel} title={inHead ? tabs : null} />
        </div>
      </>
    );
  };

  const stripView = ({ id, direction, parts }: Strip): ReactNode => {
    const shares = weights[id] ?? parts.map(({ weight }) => weight);
    return (
      <div className={`dock-strip ${direction}`}>
        {parts.map(({ holds }: Part, index) => (
          <Fragment key={holds.id}>
            {index === 0 ? null : (
              <Splitter direction={direction} label={`Between ${nameOf(parts[index - 1].holds)} and ${nameOf(holds)}`}
                share={Math.round((100 * shares[index - 1]) / (shares[index - 1] + shares[index]))}
                onMove={(share) => {
                  const both = shares[index - 1] + shares[index];
                  setMoved({ layout, weights: { ...weights, [id]: shares.with(index - 1, share * both).with(index, (1 - share) * both) } });
                }} />
            )}
            <div className="dock-part" style={{ flexGrow: shares[index] }}>{isHome(holds) ? homeView(holds) : stripView(holds)}</div>
          </Fragment>
        ))}
      </div>
    );
  };

  const full = maximised === null ? undefined : panelById(maximised);

  return (
    <main className="dock" ref={root}>
      {place && !full ? stripView(model) : null}
      {full ? <div className="maximised"><PanelFrame panel={full} /></div> : null}
    </main>
  );
});

/** Narrow screens: read only, one card beside the other, swiped or scrolled. */
export function Cards() {
  useEffect(() => holdPanels((id) => document.querySelector(`[data-panel="${CSS.escape(id)}"]`)?.scrollIntoView({ inline: 'center' })), []);
  return <main className="cards">{PANELS.filter(({ card }) => card).map((panel) => <PanelFrame key={panel.id} panel={panel} />)}</main>;
}
