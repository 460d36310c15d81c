import { lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useState } from 'react';
import { listenForKeys } from '../commands/keys.ts';
import { useApp, useNow } from '../store/app.ts';
import { embedded } from '../store/embedded.ts';
import { inUse, willBuild } from '../store/link.ts';
import { dueNow, heldAt, isCovered } from '../store/lesson.ts';
import { page } from '../store/page.ts';
import { unbuilt } from '../store/code.ts';
import { Icon } from '../widgets/Icon.tsx';
import { useSaid, Words } from '../widgets/Said.tsx';
import { loadFloating } from '../widgets/Menu.tsx';
import { TipLayer } from '../widgets/Tip.tsx';
import { count, plural } from '../widgets/format.ts';
import { Cards, Dock } from './Dock.tsx';
import { type LayoutKind, layoutKind, PHONE_BELOW } from './dock-model.ts';
import { bringOwnFaces } from './fonts.ts';
import { Guide } from './Guide.tsx';
import { TopBar } from './TopBar.tsx';
import { CommandButton, RingBadge, Transport, Trouble } from './Transport.tsx';
import './shell.css';

/** What opens on demand loads on demand. */
const Palette = lazy(() => import('./Palette.tsx').then((module) => ({ default: module.Palette })));
const HelpSheet = lazy(() => import('./HelpSheet.tsx').then((module) => ({ default: module.HelpSheet })));
const LessonPane = lazy(() => import('./LessonPane.tsx').then((module) => ({ default: module.LessonPane })));
const Gallery = lazy(() => import('./Gallery.tsx').then((module) => ({ default: module.Gallery })));
const SmallSheet = lazy(() => import('./sheets.tsx').then((module) => ({ default: module.SmallSheet })));

/** So long a confirmation is there. */
const PASSING_MS = 5000;

/** What was done, for a moment, over the foot of the page: it moves nothing. Always there, so that a screen reader hears what comes into it. */
function Passing() {
  const now = useNow();
  const notice = useApp((s) => (s.notice?.passes ? s.notice : null));
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(() => { if (now().notice === notice) now().say(null); }, PASSING_MS);
    return () => clearTimeout(timer);
  }, [notice, now]);
  return <output className="passing">{notice?.text}</output>;
}

/** One line under the bars: what went wrong or is to be known, until closed. Never over the panels. */
function Messages() {
  const notice = useApp((s) => (s.notice?.passes ? null : s.notice));
  const say = useApp((s) => s.say);
  const phase = useApp((s) => s.phase);
  const death = useApp((s) => s.death);
  const restart = useApp((s) => s.restart);
  const edits = useApp((s) => Object.keys(s.drafts).length);
  const lesson = useApp((s) => s.lessonOpen);
  if (phase === 'dead') {
    return (
      <div className="message error" role="alert">
        <span className="clip">The worker that runs the machine is gone: {death}{edits > 0 ? ` Your edits (${plural(edits, 'file')}) are kept.` : ''}</span>
        <span className="grow" />
        <button type="button" className="btn primary" onClick={() => void restart()}>Restart at the last moment</button>
      </div>
    );
  }
  if (!notice) return lesson ? null : <Guide />;
  return (
    <div className={`message ${notice.severity}`} role={notice.severity === 'error' ? 'alert' : 'status'}>
      <span className="clip" title={notice.text}>{notice.text}</span>
      <span className="grow" />
      <button type="button" className="btn icon" aria-label="Close the message" onClick={() => say(null)}><Icon name="close" small /></button>
    </div>
  );
}

/** Another version of the page has come. This one goes on until somebody takes it. */
function NewVersion() {
  const take = useApp((s) => s.newVersion);
  return take === null ? null : (
    <div className="message info" role="status">
      <span className="clip">There is a new version of Ringside. This page goes on with the one that it began with; the new one opens at this moment.</span>
      <span className="grow" />
      <button type="button" className="btn primary" onClick={take}>Take the new version</button>
      <button type="button" className="btn icon" aria-label="Not now" onClick={() => page.setState({ newVersion: null })}><Icon name="close" small /></button>
    </div>
  );
}

function Sheets() {
  const sheet = useApp((s) => s.sheet);
  switch (sheet) {
    case 'palette': return <Palette />;
    case 'help': return <HelpSheet />;
    case 'gallery': return <Gallery />;
    case null: return null;
    default: return <SmallSheet which={sheet} />;
  }
}

/** Phone: where we are, what happened, and the two buttons that matter at the thumb. */
function PhoneBar() {
  const status = useApp((s) => s.status);
  const { text } = useSaid('what');
  const openSheet = useApp((s) => s.openSheet);
  return (
    <>
      <header className="phone-top">
        <button type="button" className="btn icon" aria-label="Search or run: scenarios, configurations, commands" onClick={() => openSheet('palette')}>
          <Icon name="search" /></button>
        <RingBadge status={status} />{status ? <Trouble status={status} /> : null}<span className="grow" />
        <span className="clock"><span className="k">tick</span><b>{count(status?.tick ?? 0)}</b></span></header>
      <p className="phone-say" aria-live="polite"><Words text={text} /></p>
    </>
  );
}

/** In a frame: what runs, and the way to the whole lab. What a lecture chooses among stays there. */
function FrameBar() {
  const scenario = useApp((s) => s.scenario);
  const config = useApp((s) => s.setup?.config);
  return (
    <header className="top frame-bar">
      <h1 className="clip">{scenario?.title ?? 'Ringside'}</h1>{config ? <span className="chip mono">{config}</span> : null}
      <span className="grow" />
      <button type="button" className="btn" onClick={() => void import('../store/embed.ts').then(({ openWhole }) => openWhole())}>Open in
        Ringside<Icon name="share" small /></button>
    </header>
  );
}

/** A frame has chosen its panels; it is never so narrow that there are none. */
const kindNow = (): LayoutKind => {
  const kind = layoutKind(window.innerWidth);
  return embedded && kind === 'phone' ? 'narrow' : kind;
};

/**
 * What the whole page shows of the moment, on the root element: styles and tests read it there. A component of its own, so
 * that a step draws the panels that changed and not the page around them.
 */
function RootState() {
  const theme = useApp((s) => s.theme);
  const phase = useApp((s) => (s.building ? 'building' : s.moving && s.phase === 'stopped' ? 'busy' : s.phase));
  const linked = useApp((s) => s.linkedTick);
  const past = useApp((s) => s.status !== null && s.status.tick < s.status.live);
  const tick = useApp((s) => s.status?.tick);
  const due = useApp((s) => heldAt(s) !== null && dueNow(s) !== undefined);
  const settled = useApp((s) => s.settled);
  const title = useApp(({ scenario, setup, status }) => (scenario && status ? `${scenario.title}, ${setup?.config} at tick ${count(status.tick)}` : null));
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset['theme'] = theme;
    root.dataset['time'] = past ? 'past' : 'live';
    root.dataset['phase'] = phase;
    root.toggleAttribute('data-due', due);
    root.dataset['tick'] = String(tick ?? '');
    root.dataset['url'] = String(linked ?? '');
  }, [theme, past, phase, tick, settled, linked, due]);
  useLayoutEffect(() => {
    if (title) document.title = `${title} · Ringside`;
  }, [title]);
  return null;
}

/** Where the lesson stands: beside the lab, or one of the two where there is room for one. */
function Stage({ kind, children }: { kind: LayoutKind; children: ReactNode }) {
  const open = useApp((s) => s.lessonOpen);
  const inFront = useApp((s) => s.lessonInFront);
  const bring = useApp((s) => s.bringLesson);
  const covered = useApp((s) => s.lessonOpen && isCovered(s));
  const only = kind === 'narrow' || kind === 'phone';
  const hidden = open && only && inFront;
  return (
    <>
      {open && only ? (
        <div className="lesson-tabs" role="group" aria-label="Lesson or lab">
          <button type="button" className="tab" aria-pressed={inFront} onClick={() => bring(true)}>Lesson</button>
          <button type="button" className="tab" aria-pressed={!inFront} onClick={() => bring(false)}>Lab</button>
        </div>
      ) : null}
      <div className="stage">
        {open && (!only || inFront) ? <Suspense fallback={null}><LessonPane /></Suspense> : null}
        {hidden ? null : (
          <div className="stage-lab">
            <div className="stage-lab" inert={covered}>{children}</div>
            {covered ? <p className="curtain"><Icon name="clock" />Hidden until you have answered: the answer stands here.</p> : null}
          </div>
        )}
      </div>
    </>
  );
}

/** Until then the first moment has the network and the processor for itself. */
const REST_AFTER_MS = 150;

export function App() {
  const keys = useApp((s) => s.keys);
  const singleKeys = useApp((s) => s.singleKeys);
  const ready = useApp((s) => s.settled > 0);
  const dirty = useApp((s) => unbuilt(s).length > 0);
  const failed = useApp((s) => s.failed !== null);
  const editing = useApp((s) => s.editing);
  const [kind, setKind] = useState(kindNow);

  useEffect(() => listenForKeys(keys, singleKeys), [keys, singleKeys]);

  useEffect(() => {
    if (editing) willBuild();
  }, [editing]);

  useEffect(() => {
    // The machine stands and is drawn: now what opens on demand can come, so that nobody waits for it when they ask.
    if (!ready) return undefined;
    const timer = setTimeout(() => {
      page.setState({ inUse: true });
      bringOwnFaces();
      inUse();
      const rest = [loadFloating, () => import('./Palette.tsx'), () => import('./HelpSheet.tsx'), () => import('./sheets.tsx'),
        () => import('./LessonPane.tsx'), () => import('./drop.ts').then(({ takeFiles }) => takeFiles()),
        () => import('../panels/code/FileList.tsx'), () => import('../panels/console/TerminalView.tsx')].map((load) => load());
      // The files of a frame are those of the page itself: whoever wants them without a network opens that.
      if (import.meta.env.PROD && !embedded) void Promise.allSettled(rest).then(() => import('../store/offline.ts')).then(({ keepOffline }) => keepOffline());
    }, REST_AFTER_MS);
    return () => clearTimeout(timer);
  }, [ready]);

  useEffect(() => {
    // The panel one last pressed or tabbed into is the one that panel commands mean.
    const onEnter = (event: Event) => {
      const panel = (event.target as Element | null)?.closest?.('[data-panel]')?.getAttribute('data-panel');
      if (panel) page.getState().setFocused(panel);
    };
    document.addEventListener('focusin', onEnter);
    document.addEventListener('pointerdown', onEnter);
    return () => {
      document.removeEventListener('focusin', onEnter);
      document.removeEventListener('pointerdown', onEnter);
    };
  }, []);

  useEffect(() => {
    const onResize = () => setKind(kindNow());
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);

  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);

  return (
    <>
      <RootState />
      <div className={`page on-${kind}`} data-stale={dirty || failed || undefined}>
        {kind === 'phone' ? <PhoneBar /> : <>{embedded ? <FrameBar /> : <TopBar compact={kind === 'narrow'} />}<Transport compact={kind === 'narrow'} /></>}
        <NewVersion />
        <Messages />
        <Passing />
        <Stage kind={kind}>{kind === 'phone' ? <Cards /> : <Dock />}</Stage>
        {kind === 'phone' ? <footer className="phone-foot"><CommandButton id="back" icon="back" label="Back" look="boxed" />
          <CommandButton id="step" icon="forward" label="Step" look="primary" iconLast />
          <p className="muted">Swipe for the other panels. The whole lab takes a window of {PHONE_BELOW} pixels.</p></footer> : null}
        <Suspense fallback={null}><Sheets /></Suspense>
      </div>
      <TipLayer />
    </>
  );
}
