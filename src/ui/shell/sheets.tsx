/** The small sheets: go to, share, about this model. */
import { lazy, useEffect, useState } from 'react';
import type { LinkState } from '../../link/share.ts';
import { useApp, useNow } from '../store/app.ts';
import { unbuilt } from '../store/code.ts';
import { currentUrl, lessonUrl } from '../store/url.ts';
import { count, plural } from '../widgets/format.ts';
import { parseCodePlace } from '../widgets/place.ts';
import { copyText } from '../commands/registry.ts';
import type { Sheet as SheetName } from '../store/shell.ts';
import { Mark, useSimplified } from './About.tsx';
import { BreakpointsSheet } from './BreakpointsSheet.tsx';
import { FlavoursSheet } from './FlavoursSheet.tsx';
import { PANELS } from './panels.ts';
import { byPanel } from './simplified.ts';
import { Sheet } from './Sheet.tsx';
import { SwitchesSheet } from './SwitchesSheet.tsx';

/** "6214", "50%", "last": a tick or a share of the run. */
function parsePlace(text: string, live: number): number | null {
  const plain = text.trim().replaceAll(',', '');
  if (/^\d+$/.test(plain)) return Number(plain) <= live ? Number(plain) : null;
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(plain);
  return share ? Math.round((Math.min(100, Number(share[1])) / 100) * live) : null;
}

function GotoSheet() {
  const status = useApp((s) => s.status);
  const seek = useApp((s) => s.seek);
  const run = useApp((s) => s.run);
  const openSheet = useApp((s) => s.openSheet);
  const [text, setText] = useState('');
  const live = status?.live ?? 0;
  const place = parsePlace(text, live);
  const beyond = place === null && /^\d+$/.test(text.trim().replaceAll(',', ''));
  const spot = place === null && !beyond ? parseCodePlace(text) : null;
  const wrong = text !== '' && place === null && spot === null && !beyond;
  const go = (direction: 'forward' | 'back') => {
    if (place === null && !spot) return;
    openSheet(null);
    if (spot) void run(direction, spot);
    else if (place !== null) void seek(place);
  };
  return (
    <Sheet title="Go to" about={`A tick from 0 to ${count(live)}, a share of the run such as 50%, or a place in the code: apps/hello.c:6, or an address.`}
      className="narrow">
      <form className="goto" onSubmit={(event) => {
        event.preventDefault();
        go('forward');
      }}>
        <input className="text mono" data-first value={text} onChange={(event) => setText(event.target.value)}
          aria-label="Tick or percentage, file:line or address" aria-invalid={wrong || beyond} placeholder={String(status?.tick ?? 0)} />
        {spot ? <button type="button" className="btn boxed" onClick={() => go('back')}>Run back</button> : null}
        <button type="submit" className="btn primary" aria-disabled={place === null && !spot}>{spot ? 'Run' : 'Go'}</button>
      </form>
      {beyond ? <p role="alert">Nobody has been there yet: this run is known up to tick {count(live)}. Run on, or go to 100%.</p> : null}
      {wrong ? <p role="alert">That is no tick, percentage, line or address.</p> : null}
    </Sheet>
  );
}

/** What a link holds, in words. */
function partsOf(state: LinkState): string[] {
  const { set = {}, edits = {}, inputs = [], pending = [], breakpoints = [], panels = [], selection, lesson, own, focus } = state;
  const some = (number: number, one: string, many?: string): string[] => (number === 0 ? [] : [plural(number, one, many)]);
  return [
    ...some(Object.keys(set).length, 'switch', 'switches'), ...some(Object.keys(edits).length, 'edited file'), ...some(inputs.length + pending.length, 'input'),
    ...some(breakpoints.length, 'breakpoint'), ...(selection ? ['what is selected'] : []), ...(focus ? ['whose state is shown'] : []),
    ...(lesson === undefined ? [] : ['the place in the lesson']), ...(own ? [`the text of ${own.file}`] : []), ...some(panels.length, 'chosen panel'),
  ];
}

const NO_PANELS: readonly string[] = [], FIRST_PANEL: readonly string[] = PANELS.slice(0, 1).map(({ id }) => id);

const ABOUT = {
  lesson: 'The link leads to its beginning. What this machine has done, and what was answered here, is not in it.',
  moment: 'The link holds scenario, configuration, switches, edits, input, breakpoints, what is selected, the place in the lesson, its text where it is your ' +
    'own, and the exact tick.',
} as const;

function ShareSheet() {
  const now = useNow();
  const link = useApp((s) => s.link);
  const status = useApp((s) => s.status);
  const say = useApp((s) => s.say);
  const unbuiltFiles = useApp((s) => unbuilt(s).length);
  const shownPanels = useApp((s) => s.onlyPanels);
  // Some to begin with: those that the scenario shows first.
  const first = useApp((s) => (s.scenario && s.scenario.panels.length > 0 ? s.scenario.panels : FIRST_PANEL));
  const [panels, setPanels] = useState(shownPanels.length > 0 ? shownPanels : NO_PANELS);
  const isWritten = useApp((s) => s.writing && s.ownText !== null);
  const hasLesson = useApp((s) => isWritten || s.lesson !== null || (s.scenario !== null && s.scenario.id in s.ownLessons));
  // Whoever writes one shares it from its beginning.
  const [to, setTo] = useState<keyof typeof ABOUT>(isWritten ? 'lesson' : 'moment');
  const [made, setMade] = useState<Awaited<ReturnType<typeof lessonUrl>>>(null);
  const [hash, setHash] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    void (to === 'lesson' ? lessonUrl : currentUrl)({ panels }).then((answer) => { if (shown) setMade(answer); });
    return () => {
      shown = false;
    };
  }, [panels, to]);
  useEffect(() => {
    let shown = true;
    void link?.call('hash', {}).then((answer) => { if (shown) setHash(answer.hash); });
    return () => {
      shown = false;
    };
  }, [link]);
  const url = made?.url, state = made?.state, parts = state ? partsOf(state) : [];
  const copy = (text: string, what: string) => void copyText({ ...now(), openSheet: () =>
    say({ severity: 'error', text: 'This browser does not let the page copy: select the text and copy it.' }) }, text, what);
  const frame = (of: string): string => {
    const address = new URL(of);
    address.searchParams.set('embed', '1');
    return `<iframe title="Ringside" width="900" height="560" src="${address.href.replaceAll('&', '&amp;')}"></iframe>`;
  };
  return (
    <Sheet title={`Share this ${to}`}
      about={`${ABOUT[to]} Nothing is sent anywhere: all of it stands in the link itself.`}>
      {made?.refused !== undefined ? <p className="problems" role="alert">{made.refused}</p> : null}
      {hasLesson ? (
        <fieldset className="share-panels">
          <legend>To</legend>
          <label><input type="radio" name="share-to" checked={to === 'lesson'} onChange={() => setTo('lesson')} /> The lesson, from its beginning</label>
          <label><input type="radio" name="share-to" checked={to === 'moment'} onChange={() => setTo('moment')} /> This moment</label>
        </fieldset>) : null}
      {unbuiltFiles > 0 && to === 'moment' ? (
        <p className="problems" role="alert">{plural(unbuiltFiles, 'file')} edited and not built: the link holds what runs.</p>) : null}
      <textarea className="text mono" data-first readOnly rows={4} value={url ?? ''} aria-label={`Link to this ${to}`} data-testid="link"
        onFocus={(event) => event.target.select()} />
      <p className="muted" data-testid="link-parts">{state ? `With ${state.config ?? ''}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}.` : '…'}</p>
      <fieldset className="share-panels">
        <legend>Panels</legend>
        <label><input type="radio" name="share-panels" checked={panels.length === 0} onChange={() => setPanels(NO_PANELS)} /> All of them</label>
        <label><input type="radio" name="share-panels" checked={panels.length > 0} onChange={() => setPanels(first)} /> Only some</label>
        {panels.length === 0 ? null : PANELS.map(({ id, title }) => (
          <label key={id}><input type="checkbox" checked={panels.includes(id)} disabled={panels.length === 1 && panels[0] === id}
            onChange={({ target }) => setPanels(target.checked ? [...panels, id] : panels.filter((one) => one !== id))} /> {title}</label>
        ))}
      </fieldset>
      <div className="share-foot">
        <span className="muted">{to === 'lesson' ? 'its beginning' : <>tick {count(status?.tick ?? 0)}, state{' '}
          <span className="mono" data-testid="hash">{hash ?? '…'}</span></>}{url ? `, ${count(url.length)} characters` : ''}</span>
        <span className="grow" />
        <button type="button" className="btn boxed" aria-disabled={url === undefined}
          onClick={() => { if (url !== undefined) copy(frame(url), 'Frame'); }}>Copy as a frame</button>
        <button type="button" className="btn primary" aria-disabled={url === undefined}
          onClick={() => { if (url !== undefined) copy(url, 'Link'); }}>Copy link</button>
      </div>
    </Sheet>
  );
}

function SimplifiedSheet() {
  const openSheet = useApp((s) => s.openSheet);
  const marks = useSimplified();
  return (
    <Sheet title="About this model" about={marks ? `${count(marks.length)} places where Ringside knowingly does less than hardware or Linux, as ` +
      `their sources say it, by the panels that show something of them. Cycles and times are modelled.` : 'Reading the sources.'} className="wide-sheet">
      {(marks ? byPanel(PANELS, marks) : []).map((group) => (
        <section key={group.title}><h3>{group.title}</h3>
          <ul className="list">{group.marks.map((mark) => <Mark key={`${mark.file}${mark.line}`} mark={mark} onOpen={() => openSheet(null)} />)}</ul></section>
      ))}
    </Sheet>
  );
}

/** Large ones come when one asks for them. */
const CompareSheet = lazy(() => import('./CompareSheet.tsx').then((module) => ({ default: module.CompareSheet })));
const ExperimentSheet = lazy(() => import('./ExperimentSheet.tsx').then((module) => ({ default: module.ExperimentSheet })));

export function SmallSheet({ which }: { which: Exclude<SheetName, 'palette' | 'help' | 'gallery'> }) {
  switch (which) {
    case 'goto': return <GotoSheet />;
    case 'share': return <ShareSheet />;
    case 'switches': return <SwitchesSheet />;
    case 'flavours': return <FlavoursSheet />;
    case 'simplified': return <SimplifiedSheet />;
    case 'compare': return <CompareSheet />;
    case 'experiment': return <ExperimentSheet />;
    case 'breakpoints': return <BreakpointsSheet />;
  }
}
