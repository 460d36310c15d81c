/** One line under the bars: the question that the scenario asks, and one thing to do about it at this moment. */
import { useEffect, useState } from 'react';
import { asCourse } from '../../link/lesson.ts';
import type { ScenarioInfo } from '../../link/reports.ts';
import { command, keyCaps, keyOf, perform, waitsForInput } from '../commands/registry.ts';
import { useApp, useNow } from '../store/app.ts';
import { type Deed, deedAt, lastReading, type Reading } from '../store/guide.ts';
import { setupOf } from '../store/lesson.ts';
import { embedded } from '../store/embedded.ts';
import { Icon } from '../widgets/Icon.tsx';
import { focusPanel } from './focus.ts';
import { typingAt } from './panels.ts';

/** Where what was typed last was read, once the machine has come to a stand after it. */
function useReading(): Reading | null {
  const link = useApp((s) => s.link);
  const settled = useApp((s) => s.settled);
  const asked = useApp((s) => s.phase === 'stopped' && s.status !== null && s.status.tick === s.status.live &&
    (s.stop?.kind === 'idle' || s.stop?.kind === 'exit'));
  const [found, setFound] = useState<{ settled: number; reading: Reading | null } | null>(null);
  useEffect(() => {
    let wanted = true;
    if (link && asked) void lastReading(link).then((reading) => { if (wanted) setFound({ settled, reading }); }, () => undefined);
    return () => {
      wanted = false;
    };
  }, [link, asked, settled]);
  return asked && found?.settled === settled ? found.reading : null;
}

const WORDS: Record<Extract<Deed, { kind: 'command' }>['id'], string> = {
  boundary: 'Next boundary', 'boundary-back': 'Back to the last boundary', 'last-exception': 'Back to the last exception',
};

/** Who has not begun a lesson yet is offered those that are meant for it. */
function Offers({ scenario }: { scenario: ScenarioInfo }) {
  const now = useNow();
  const all = useApp((s) => s.catalogue?.scenarios);
  const isNew = useApp((s) => Object.keys(s.progress).length === 0);
  const offered = embedded || !isNew ? [] : asCourse(all ?? []).filter(({ id, tags }) => tags.includes(START) && id !== scenario.id);
  if (offered.length === 0) return null;
  return (
    <span className="offers"><span className="muted">or a lesson:</span>{offered.map((one) => (
      <button key={one.id} type="button" className="btn boxed" title={one.question} onClick={() => {
        now().showLesson(true);
        void now().open(setupOf(one), { edits: {} });
      }}>{one.title}</button>))}</span>
  );
}

/** The tag of what is offered to somebody new. */
const START = 'start';

export function Guide() {
  const now = useNow();
  const scenario = useApp((s) => s.scenario);
  const closed = useApp((s) => s.scenario !== null && s.guideClosed === s.scenario.id);
  const own = useApp((s) => s.keys);
  const close = useApp((s) => s.closeGuide);
  const status = useApp((s) => s.status);
  const stop = useApp((s) => s.stop);
  const phase = useApp((s) => s.phase);
  const hasTyped = useApp((s) => s.inputs.length > 0);
  const reading = useReading(), typing = scenario ? typingAt(scenario.port) : undefined;
  const deed = deedAt({ status, stop, scenario, phase }, hasTyped, reading);
  if (!scenario || closed) return null;

  const type = async () => {
    if (!waitsForInput(now())) await now().run('forward');
    if (typing) focusPanel(typing.id, '[data-panel-types]');
  };
  const button = (label: string, keys: string, about: string, onClick: () => void) => (
    <button type="button" className="btn boxed" data-testid="deed" title={about} onClick={onClick}>{label}{keys ? <kbd>{keys}</kbd> : null}</button>
  );
  const offer = () => {
    switch (deed?.kind) {
      case 'type': return button('Type a line', typing && deed.waits ? keyCaps(keyOf(`panel-${typing.id}`, own)) : '',
        deed.waits ? 'The machine waits for one' : 'The machine runs on to where it waits for one', () => void type());
      case 'see': return button('See where it was read', '', deed.reading.text, () => void now().seek(deed.reading.tick));
      case 'command': return button(WORDS[deed.id], keyCaps(keyOf(deed.id, own)), command(deed.id).about ?? command(deed.id).title,
        () => perform(deed.id, now()));
      case undefined: return null;
    }
  };
  return (
    <section className="message guide" aria-label="What to find out">
      <Icon name="bulb" />
      <p className="clip" title={scenario.question}>{scenario.question}</p>
      {offer()}
      <Offers scenario={scenario} />
      <span className="grow" />
      <button type="button" className="btn icon" aria-label="Close the question" onClick={() => close(scenario.id)}><Icon name="close" small /></button>
    </section>
  );
}
