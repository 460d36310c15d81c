/** The head menu of a panel: the picture in a sentence, the same as a table, and what the model behind it leaves out. */
import { useEffect, useState } from 'react';
import { useApp } from '../store/app.ts';
import { Icon } from '../widgets/Icon.tsx';
import { Popover } from '../widgets/Menu.tsx';
import type { PanelDefinition } from './panel.ts';
import { marksOf, type Simplification } from './simplified.ts';

/** What the sources say of themselves; loaded when somebody asks. */
export function useSimplified(): readonly Simplification[] | null {
  const [marks, setMarks] = useState<readonly Simplification[] | null>(null);
  useEffect(() => {
    let shown = true;
    void import('../simplified.gen.ts').then((module) => {
      if (shown) setMarks(module.SIMPLIFIED);
    });
    return () => {
      shown = false;
    };
  }, []);
  return marks;
}

/** One mark; a guest source is a link into the Code panel. */
export function Mark({ mark, onOpen }: { mark: Simplification; onOpen: () => void }) {
  const showFile = useApp((s) => s.showFile);
  const place = `${mark.file}:${mark.line}`;
  const guest = mark.file.startsWith('guest/') ? mark.file.slice('guest/'.length) : null;
  return (
    <li>
      {mark.text}{' '}
      {guest === null ? <span className="mono place">{place}</span> : (
        <button type="button" className="mono place" onClick={() => {
          onOpen();
          void showFile(guest, mark.line);
        }}>{place}</button>
      )}
    </li>
  );
}

function Content({ panel, onClose }: { panel: PanelDefinition; onClose: () => void }) {
  const summary = useApp(panel.summary);
  const asTable = useApp((s) => s.tables.includes(panel.id));
  const toggleTable = useApp((s) => s.toggleTable);
  const openSheet = useApp((s) => s.openSheet);
  const all = useSimplified(), marks = all && marksOf(panel, all);
  return (
    <>
      <h3>{panel.title}</h3>
      <p>{panel.about}</p>
      <p><b>Now:</b> {summary}</p>
      <div className="pop-row">
        <button type="button" className="btn boxed" aria-pressed={asTable} onClick={() => {
          toggleTable(panel.id);
          onClose();
        }}><Icon name="table" small />{asTable ? 'Show as a picture' : 'Show as a table'}</button>
        <button type="button" className="btn" onClick={() => {
          onClose();
          openSheet('simplified');
        }}>About this model</button>
      </div>
      <ul className="list">{panel.notes.map((text) => <li key={text}>{text}</li>)}</ul>
      {marks && marks.length > 0 ? <><h3>What the model leaves out here</h3>
        <ul className="list">{marks.map((mark) => <Mark key={`${mark.file}${mark.line}`} mark={mark} onOpen={onClose} />)}</ul></> : null}
    </>
  );
}

export function About({ panel }: { panel: PanelDefinition }) {
  return (
    <Popover
      align="end" look="pad" label={`About ${panel.title}`}
      trigger={<button type="button" className="btn icon" aria-label={`${panel.title}: what it shows, as a table, and what it leaves out`}>
        <Icon name="info" small /></button>}
    >
      {(close) => <Content panel={panel} onClose={close} />}
    </Popover>
  );
}
