/** The gallery: every scenario a card, with the moment at which it opens, found by a machine of its own while one looks. */
import { useEffect, useMemo, useState } from 'react';
import { asCourse, type OwnLesson } from '../../link/lesson.ts';
import type { Catalogue } from '../../link/protocol.ts';
import type { ScenarioInfo, StacksView, TimelineView } from '../../link/reports.ts';
import { useApp, useNow } from '../store/app.ts';
import { setupOf, stepsOf, tellOwn } from '../store/lesson.ts';
import { startWorker } from '../store/link.ts';
import { count, plural } from '../widgets/format.ts';
import { pickFile } from './drop.ts';
import { Sheet } from './Sheet.tsx';
import { configGlyph } from './TopBar.tsx';
import './lesson.css';

/** What a card says and shows of the scenario's first moment. */
interface Opening {
  minutes: number;
  shown: Picture;
  ids: readonly string[];
  tick: number;
  text: string;
  where: string;
}

const NONE: readonly ScenarioInfo[] = [];

/** So many ticks before the moment are drawn, in so many columns. */
const PAST = 3000, COLUMNS = 120;

/** Where the machine had been just before: which ring, which stack; and how deep each stack is that is in use. */
interface Picture {
  lanes: { name: string; spans: { from: number; to: number; look: string; label: string }[] }[];
  sentence: string;
}

function pictureOf(timeline: TimelineView | undefined, stacks: StacksView | null | undefined, tick: number): Picture {
  const at = (n: number): number => Math.max(0, Math.min(COLUMNS, COLUMNS - ((tick - n) / PAST) * COLUMNS));
  const lanes = (timeline?.lanes ?? []).flatMap(({ name, spans }) => (name !== 'ring' && name !== 'stack' ? [] : [{ name,
    spans: spans.map(({ start, end, kind, label }) => ({ from: at(start), to: at(end), label,
      look: name === 'ring' ? (kind === '3' ? 'r3' : kind === '0a' ? 'r0a' : 'r0') : kind === 'user' ? 'usr' : 'krn' })) }]));
  const words = lanes.map(({ name, spans }) => `${name} ${[...new Set(spans.map(({ label }) => label))].join(', ')}`);
  const used = stacks?.stacks.find(({ inUse }) => inUse);
  const depth = used ? ` On the ${used.name} stack, ${plural(used.usedBytes, 'byte')} deep.` : '';
  return { lanes, sentence: `The ${PAST} ticks before: ${words.join('; ')}.${depth}` };
}

/** Its own machine has drawn it: nothing here knows what a scenario shows. */
function Drawing({ shown }: { shown: Picture | undefined }) {
  return (
    <figure className="card-picture">
      <div role="img" aria-label={shown?.sentence ?? 'not there yet'} title={shown?.sentence}>
        {shown?.lanes.map(({ name, spans }) => (
          <div key={name} className="lane"><span className="lab">{name}</span><span className="strip">{spans.map((span) => (
            <i key={`${span.from} ${span.label}`} className={span.look} style={{ left: `${(span.from / COLUMNS) * 100}%`,
              width: `${((span.to - span.from) / COLUMNS) * 100}%` }}>{span.to - span.from > COLUMNS / 8 ? span.label : ''}</i>))}</span></div>
        ))}
      </div>
    </figure>
  );
}

/** Plays every scenario to its first moment, one after the other, as long as somebody looks. */
function useOpenings(scenarios: readonly ScenarioInfo[], own: Readonly<Record<string, OwnLesson>>): ReadonlyMap<string, Opening | string> {
  const [found, setFound] = useState<ReadonlyMap<string, Opening | string>>(new Map());
  useEffect(() => {
    const link = startWorker();
    let looking = true;
    const openingOf = async (scenario: ScenarioInfo): Promise<Opening | string> => {
      const { stop, build } = await link.call('open', { scenario: scenario.id });
      if (!stop) return build.diagnostics[0]?.message ?? 'It does not build.';
      const view = await link.call('lesson', {}), first = stepsOf(view)[0], step = view.steps.find(({ id }) => id === first);
      const { status, moment } = step ? await link.call('lessonStep', { step: step.id }) : { ...stop, moment: '' };
      const { tick } = status;
      const { timeline, stacks } = await link.call('views', { show: { stacks: true,
        timeline: { from: Math.max(0, tick - PAST), to: tick, columns: COLUMNS, follow: false } } });
      return { minutes: view.minutes, shown: pictureOf(timeline, stacks, tick), tick, text: moment, where: status.place.symbol,
        ids: view.steps.filter(({ kind, applies }) => kind === 'predict' && applies).map(({ id }) => id) };
    };
    void (async () => {
      // Without them the others have their pictures all the same.
      await tellOwn(link, own).catch(() => undefined);
      for (const scenario of scenarios) {
        if (!looking) return;
        const opening = await openingOf(scenario).catch(() => '');
        if (looking) setFound((before) => new Map(before).set(scenario.id, opening));
      }
    })();
    return () => {
      looking = false;
      link.close();
    };
  }, [scenarios, own]);
  return found;
}

function Card({ scenario, opening, catalogue }: { scenario: ScenarioInfo; opening: Opening | string | undefined; catalogue: Catalogue }) {
  const now = useNow();
  const current = useApp((s) => s.setup?.scenario === scenario.id);
  const progress = useApp((s) => s.progress[scenario.id]);
  const answered = typeof opening === 'object' ? opening.ids.filter((id) => progress && id in progress.answered).length : 0;
  const start = () => {
    now().openSheet(null);
    now().showLesson(true);
    const { setup, lesson } = now();
    if (setup?.scenario === scenario.id && lesson) return;
    void now().open(setupOf(scenario), { edits: {} });
  };
  return (
    <li className="card" aria-current={current || undefined}>
      <h3>{scenario.title}</h3>
      <p>{scenario.question}</p>
      <Drawing shown={typeof opening === 'object' ? opening.shown : undefined} />
      <p className="opens">{opening === undefined ? 'looking for where it opens …' : typeof opening === 'string' ? opening
        : <>→ opens at tick {count(opening.tick)}{opening.where === '' ? '' : <>, in <span className="mono">{opening.where}</span></>}
          {opening.text === '' ? '' : <>: <span className="mono">{opening.text}</span></>}</>}</p>
      {scenario.learn === '' ? null : <p className="learn"><b>You learn</b> {scenario.learn}</p>}
      <div className="card-foot">
        <span className="chip">{configGlyph(catalogue, scenario.config)}<span className="mono">{scenario.config}</span></span>
        {typeof opening === 'object' ? <span className="muted">about {opening.minutes} min{opening.ids.length > 0
          ? `, ${answered > 0 ? `${answered} of ` : ''}${plural(opening.ids.length, 'prediction')}${answered > 0 ? ' answered' : ''}` : ''}</span> : null}
        <span className="grow" />
        {progress ? <span className="chip">{progress.done ? '✓ done' : 'begun'}</span> : null}
        <button type="button" className="btn primary" onClick={start}>
          {progress && !progress.done ? 'Continue' : 'Open'}<span className="sr">: {scenario.title}</span></button>
      </div>
    </li>
  );
}

export function Gallery() {
  const catalogue = useApp((s) => s.catalogue);
  const known = useApp((s) => s.catalogue?.scenarios ?? NONE);
  const scenarios = useMemo(() => asCourse(known), [known]);
  const notice = useApp((s) => s.notice);
  const clear = useApp((s) => s.clearProgress);
  const begun = useApp((s) => Object.keys(s.progress).length > 0);
  const own = useApp((s) => s.ownLessons);
  const openings = useOpenings(scenarios, own);
  const [tag, setTag] = useState<string | null>(null);
  const writeOwn = useApp((s) => s.writeOwn);
  const openSheet = useApp((s) => s.openSheet);
  const tags = [...new Set(scenarios.flatMap((scenario) => scenario.tags))];
  return (
    <Sheet title="Scenarios" about="Each chooses a build, an input and a question. What happens then is up to the machine." className="gallery gallery-page">
      {notice?.severity === 'error' ? <p className="problems" role="alert">{notice.text}</p> : null}
      <div className="gallery-tools" role="group" aria-label="Which">
        {[null, ...tags].map((one) => <button key={one} type="button" className="btn" aria-pressed={tag === one}
          onClick={() => setTag(one)}>{one ?? 'All'}</button>)}
        <span className="grow" />
        <button type="button" className="btn boxed" onClick={() => writeOwn()}>Write your own</button>
        <button type="button" className="btn boxed" onClick={() => {
          openSheet(null);
          void pickFile();
        }}>Open a file …</button>
        {begun ? <button type="button" className="btn" onClick={() => clear()}>Forget my progress</button> : null}
      </div>
      <ul className="cards-grid">
        {catalogue ? scenarios.filter((scenario) => tag === null || scenario.tags.includes(tag)).map((scenario) =>
          <Card key={scenario.id} scenario={scenario} opening={openings.get(scenario.id)} catalogue={catalogue} />) : null}
      </ul>
    </Sheet>
  );
}
