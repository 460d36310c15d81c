import { lazy, Suspense, useMemo, useState } from 'react';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { PanelProps } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { unbuilt } from '../../store/code.ts';
import { baseName, plural } from '../../widgets/format.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { Popover } from '../../widgets/Menu.tsx';
import { RingGlyph } from '../../widgets/RingGlyph.tsx';
import { useSaid, Words } from '../../widgets/Said.tsx';
import { Segmented } from '../../widgets/Segmented.tsx';
import { ListingView } from './ListingView.tsx';
import { SourceView } from './SourceView.tsx';
import './code.css';

const FileList = lazy(() => import('./FileList.tsx').then((module) => ({ default: module.FileList })));
const Editor = lazy(() => import('./Editor.tsx').then((module) => ({ default: module.Editor })));
const NONE: readonly Diagnostic[] = [];

function Narration() {
  const code = useApp((s) => s.views.code);
  const [level, setLevel] = useState<'what' | 'why'>('what');
  const { text, kind, isGrave } = useSaid(level);
  return (
    <div className="narr" data-stop={kind} data-grave={isGrave || undefined}>
      <span className="ico"><Icon name={isGrave ? 'close' : code?.border ? (code.border.fromRing === code.border.toRing ? 'call' : 'cross') : 'right'} /></span>
      <p aria-live="polite" data-testid="narration"><Words text={text} /></p>
      <Segmented<'what' | 'why'> small label="Narration" items={[{ value: 'what', label: 'What' }, { value: 'why', label: 'Why' }]} value={level}
        onChange={setLevel} />
    </div>
  );
}

/** Edit state of a file: what was changed, what the build says, and the three things one can do. */
function EditBar({ file }: { file: string }) {
  const editing = useApp((s) => s.editing);
  const setEditing = useApp((s) => s.setEditing);
  const draft = useApp((s) => s.drafts[file]);
  const stale = useApp((s) => unbuilt(s).length > 0);
  const failed = useApp((s) => s.failed);
  const building = useApp((s) => s.building !== null);
  const rebuild = useApp((s) => s.rebuild);
  const revert = useApp((s) => s.revert);
  const showFile = useApp((s) => s.showFile);
  const errors = failed?.diagnostics.filter((d) => d.severity === 'error') ?? [];
  const first = errors[0];
  return (
    <div className="edit-bar">
      <span className="mono clip">{file}</span>
      {draft === undefined ? null : <span className="chip changed">edited{stale ? ', not built' : ''}</span>}
      {first ? (
        <button type="button" className="chip fault" data-tip={first.message} onClick={() => void showFile(first.file, first.line)}>
          {plural(errors.length, 'error')}: {baseName(first.file)}:{first.line}</button>
      ) : null}
      <span className="grow" />
      {draft === undefined ? null : <button type="button" className="btn" onClick={() => void revert(file)}><Icon name="undo" small />Revert</button>}
      {stale ? <button type="button" className="btn primary" aria-disabled={building} onClick={() => void rebuild()}>{building ? 'Rebuilding' : 'Rebuild'}
        <kbd>Ctrl Enter</kbd></button> : null}
      <button type="button" className="btn" aria-pressed={editing} onClick={() => setEditing(!editing)}><Icon name="edit" small />Edit</button>
    </div>
  );
}

function FileBody({ file }: { file: string }) {
  const editing = useApp((s) => s.editing);
  const source = useApp((s) => s.sources[file]);
  const draft = useApp((s) => s.drafts[file]);
  const failed = useApp((s) => s.failed);
  const warned = useApp((s) => s.build);
  const reveal = useApp((s) => s.revealLine);
  const diagnostics = useMemo(() => (failed ?? warned)?.diagnostics.filter((d) => d.file === file) ?? NONE, [failed, warned, file]);
  if (!source) return <p className="empty">Reading {file}.</p>;
  return (
    <>
      <EditBar file={file} />
      {editing ? (
        <Suspense fallback={<p className="empty">Loading the editor.</p>}>
          <Editor file={file} text={draft ?? source.text} diagnostics={diagnostics} line={reveal?.file === file ? reveal.line : 0} />
        </Suspense>
      ) : <SourceView key={file} file={file} />}
      {diagnostics.length > 0 && editing ? (
        <div role="alert"><div className="diagnostics" role="group" tabIndex={0} aria-label="Errors and warnings">
          <ul>{diagnostics.slice(0, 4).map((d) => <li key={`${d.line}:${d.column}:${d.message}`} className={d.severity}>
          <span className="mono">{d.line}:{d.column}</span> {d.message}</li>)}</ul></div></div>
      ) : null}
    </>
  );
}

export function CodePanel({ height }: PanelProps) {
  const tab = useApp((s) => s.codeTab);
  const narrationHeight = 52;
  return (
    <>
      {tab.kind === 'file' ? <FileBody file={tab.file} /> : <ListingView height={height - narrationHeight} />}
      <Narration />
    </>
  );
}

function OpenFile() {
  return (
    <Popover align="end" look="files" label="Source files" trigger={<button type="button" className="btn icon" aria-label="Open a source file">
      <Icon name="plus" small /></button>}>
      {(close) => <Suspense fallback={<p className="empty">Reading the names of the files.</p>}><FileList onOpen={close} /></Suspense>}
    </Popover>
  );
}

/** The listing's tab is named by the file that runs; then the files that were opened. */
export function CodeHead() {
  const place = useApp((s) => s.views.code?.next);
  const ring = useApp((s) => s.status?.ring ?? 0);
  const openFiles = useApp((s) => s.openFiles);
  const tab = useApp((s) => s.codeTab);
  const drafts = useApp((s) => s.drafts);
  const showFile = useApp((s) => s.showFile);
  const showListing = useApp((s) => s.showListing);
  const listing = place?.file ? baseName(place.file) : 'listing';
  return (
    <div className="tabs" role="tablist" aria-label="Code">
      <button type="button" role="tab" className="tab" aria-selected={tab.kind === 'listing'} tabIndex={0} onClick={showListing}
        data-tip="The code around the instruction that runs next">
        {place ? <RingGlyph ring={ring} domain={place.domain} /> : null}<span className="w" data-text={listing}>{listing}</span>
      </button>
      {openFiles.map((file) => (
        <button key={file} type="button" role="tab" className="tab" aria-selected={tab.kind === 'file' && tab.file === file} data-tip={file}
          onClick={() => void showFile(file)}>
          <span className="w" data-text={baseName(file)}>{baseName(file)}</span>{file in drafts ? <i className="dot" data-tip="edited" /> : null}
        </button>
      ))}
    </div>
  );
}

export function CodeActions() {
  const tab = useApp((s) => s.codeTab);
  const place = useApp((s) => s.views.code?.next);
  const showFile = useApp((s) => s.showFile);
  const setEditing = useApp((s) => s.setEditing);
  const closeFile = useApp((s) => s.closeFile);
  return (
    <>
      {tab.kind === 'listing' && place?.file ? (
        <button type="button" className="btn icon" aria-label={`Edit ${baseName(place.file)}`} data-tip={`Edit ${place.file}`}
          onClick={() => void showFile(place.file, place.line).then(() => setEditing(true))}><Icon name="edit" small /></button>
      ) : null}
      {tab.kind === 'file' ? <button type="button" className="btn icon" aria-label={`Close ${baseName(tab.file)}`} onClick={() => closeFile(tab.file)}>
        <Icon name="close" small /></button> : null}
      <OpenFile />
    </>
  );
}
