import { useEffect, useState } from 'react';
import { makePatch } from '../../../link/patch.ts';
import type { BuildParts, ImageMap, MapRow } from '../../../link/build-parts.ts';
import { bringToFront } from '../../shell/focus.ts';
import { useApp } from '../../store/app.ts';
import { unbuilt } from '../../store/code.ts';
import { bytesText, count, hex, plural } from '../../widgets/format.ts';
import { Segmented } from '../../widgets/Segmented.tsx';
import { SwitchEditor } from '../../widgets/SwitchEditor.tsx';
import { says } from './says.ts';
import { wholeRowsIn } from '../../widgets/whole-rows.ts';
import './build.css';

const wholeMap = wholeRowsIn('h3, .bp-head, .bp-row'), wholeSource = wholeRowsIn('h3, p, .bp-file > button, .bp-lines button');

/** Asked for once a build: it is static. */
function useParts(): BuildParts | string | null {
  const link = useApp((s) => s.link), image = useApp((s) => s.build?.imageHash), edits = useApp((s) => s.edits);
  const [answer, setAnswer] = useState<BuildParts | string | null>(null);
  useEffect(() => {
    let wanted = true;
    if (image !== undefined) void link?.call('buildParts', {}).then((parts) => { if (wanted) setAnswer(parts); },
      (error: Error) => { if (wanted) setAnswer(error.message); });
    return () => {
      wanted = false;
    };
  }, [link, image, edits]);
  return answer;
}

const VIEWS = [{ value: 'switches', label: 'Switches' }, { value: 'source', label: 'Source' }, { value: 'map', label: 'Link map' }] as const;
type View = (typeof VIEWS)[number]['value'];

const kindOf = ({ tls, zeros, may }: MapRow): string => (tls ? 'thread-local' : zeros ? 'zeros' : may.includes('x') ? 'code' : may.includes('w') ? 'data'
  : 'constants');
const OWNERS = { kernel: 'kernel', app: 'application', libc: 'library' } as const;

function Hunk({ file, line, removed, added }: { file: string; line: number; removed: readonly string[]; added: readonly string[] }) {
  const showFile = useApp((s) => s.showFile);
  return (
    <div className="bp-hunk">
      <button type="button" className="num" data-tip={`show ${file}:${line}`} onClick={() => void showFile(file, line)}>{line}</button>
      <pre>{removed.map((text, n) => <del key={n}>- {text}{'\n'}</del>)}{added.map((text, n) => <ins key={n}>+ {text}{'\n'}</ins>)}</pre>
    </div>
  );
}

/** What has been typed and is not built yet, as it is now. */
function Drafts() {
  const drafts = useApp((s) => s.drafts), edits = useApp((s) => s.edits), sources = useApp((s) => s.sources);
  const waiting = unbuilt({ drafts, edits }), rebuild = useApp((s) => s.rebuild);
  if (waiting.length === 0) return null;
  return (
    <section>
      <h3>Not built yet <button type="button" className="btn boxed" onClick={() => void rebuild()}>Rebuild</button></h3>
      {waiting.map((file) => {
        const before = edits[file] ?? sources[file]?.original ?? '', hunks = makePatch(before, drafts[file] ?? sources[file]?.original ?? '');
        return <div key={file}><b className="mono">{file}</b>{hunks.map(({ at, from, to }) => <Hunk key={at} file={file} line={at + 1}
          removed={from.filter((text) => !to.includes(text))} added={to.filter((text) => !from.includes(text))} />)}</div>;
      })}
    </section>
  );
}

function Source({ parts: { flavour, edits } }: { parts: BuildParts }) {
  const showFile = useApp((s) => s.showFile), openSheet = useApp((s) => s.openSheet), config = useApp((s) => s.build?.config ?? '');
  const [open, setOpen] = useState<string | null>(null);
  return (
    <div className="bp-source" ref={wholeSource} tabIndex={0} role="group" aria-label="Source">
      <Drafts />
      <section>
        <h3>Edited by hand</h3>
        {edits.length === 0 ? <p>Nothing: these are the sources as they came.</p> : edits.map(({ file, hunks, added, removed }) => (
          <div key={file}><b className="mono">{file}</b> <span>+{added} -{removed}</span>{hunks.map((hunk) =>
            <Hunk key={hunk.line} file={file} {...hunk} />)}</div>
        ))}
      </section>
      <section>
        <h3>{config} against the stock kernel: {plural(flavour.lines, 'line')}{flavour.files.length > 0 ? ` in ${plural(flavour.files.length, 'file')}`
          : ''}{' '}
          <button type="button" className="btn" onClick={() => openSheet('flavours')}>other flavours</button></h3>
        {flavour.files.length === 0 ? <p>It is the stock kernel: no line of UKL is in it.</p> : null}
        {flavour.files.map(({ file, count: lines, lines: shown }) => (
          <div key={file} className="bp-file">
            <button type="button" aria-expanded={open === file} onClick={() => setOpen(open === file ? null : file)}><b className="mono">{file}</b>
              <span className="num">{count(lines)}</span><i style={{ width: `${lines / (flavour.files[0]?.count ?? 1) * 100}%` }} /></button>
            {open === file ? <div className="bp-lines">{shown.map(({ line, text }) => (
              <button type="button" key={line} onClick={() => void showFile(file, line)}><span className="num">{line}</span><code>{text}</code></button>
            ))}{lines > shown.length ? <p>and {plural(lines - shown.length, 'more line')}</p> : null}</div> : null}
          </div>
        ))}
      </section>
    </div>
  );
}

function MapOf({ image: { name, rows, fileBytes, loadedBytes, tls } }: { image: ImageMap }) {
  const walk = useApp((s) => s.walk);
  const show = (at: bigint): void => {
    bringToFront('address-space');
    void walk(at);
  };
  const most = Math.max(1, ...rows.map(({ bytes }) => bytes));
  return (
    <section aria-label={`Map of ${name}`}>
      <h3><b className="mono">{name}</b> {bytesText(fileBytes)} in the file, {bytesText(loadedBytes)} loaded{tls
        ? `; ${plural(tls.bytes, 'byte')} for each thread, of which ${tls.fileBytes} are given` : ''}</h3>
      <div className="bp-head" aria-hidden="true"><span className="num">at</span><span>section</span><span>whose</span><span>kind</span><span>may</span><span
        className="num">size</span><span /></div>
      {rows.map((row) => (
        <button type="button" key={`${row.section} ${row.low}`} className="bp-row" data-tls={row.tls} onClick={() => show(row.low)} data-tip={[
          `${hex(row.low)}: ${plural(row.bytes, 'byte')}, ${plural(row.symbols, 'symbol')}`, ...row.largest.map((one) =>
            `${one.bytes}: \`${one.name}\``)].join('\n')}>
          <span className="num">{hex(row.low)}</span><span className="mono">{row.section}</span><span>{OWNERS[row.domain]}</span><span>{kindOf(row)}</span>
          <span className="mono">{row.may}</span><span className="num">{count(row.bytes)}</span><span className="bp-bar"><i className={row.domain}
            style={{ width: `${row.bytes / most * 100}%` }} /></span>
        </button>
      ))}
    </section>
  );
}

export function BuildPanel() {
  const sentence = useApp(says);
  const parts = useParts();
  const [view, setView] = useState<View>('map');
  return (
    <div className="bp-body">
      <div className="bp-bar-top"><Segmented label="Part of the build" items={VIEWS} value={view} onChange={setView} small /></div>
      <p className="bp-says">{sentence}</p>
      {view === 'switches' ? <div className="bp-switches" tabIndex={0} role="group" aria-label="Switches"><SwitchEditor /></div>
        : typeof parts === 'string' ? <p className="bp-broken" role="alert">It could not be read: {parts}</p>
          : !parts ? <p className="empty">Its parts are being read.</p>
            : view === 'source' ? <Source parts={parts} />
              : <div className="bp-map" ref={wholeMap} tabIndex={0} role="group" aria-label="Link map" data-panel-focus>{parts.images.map((image) =>
                <MapOf key={image.name} image={image} />)}</div>}
    </div>
  );
}

export function BuildTable() {
  const parts = useParts(), build = useApp((s) => s.build), catalogue = useApp((s) => s.catalogue);
  if (!build) return <p className="empty">Nothing has been built yet.</p>;
  return (
    <>
      <table className="data">
        <caption>Switches of this build</caption>
        <thead><tr><th>Switch</th><th>Value</th><th>What it does</th></tr></thead>
        <tbody>{catalogue?.switches.map(({ key, default: usual, help }) => (
          <tr key={key}><td className="mono">{key}</td><td className="mono">{build.switches[key] ?? usual}</td><td className="wraps">{help}</td></tr>
        ))}</tbody>
      </table>
      {parts && typeof parts !== 'string' ? <PartsTables parts={parts} /> : null}
    </>
  );
}

function PartsTables({ parts: { images, flavour, edits } }: { parts: BuildParts }) {
  return (
    <>
      {images.map(({ name, rows, fileBytes, loadedBytes }) => (
        <table className="data" key={name}>
          <caption>Map of {name}: {count(fileBytes)} bytes in the file, {count(loadedBytes)} loaded</caption>
          <thead><tr><th className="num">At</th><th>Section</th><th>Whose</th><th>Kind</th><th>May</th><th className="num">Bytes</th><th
            className="num">Symbols</th>
            <th>Largest</th></tr></thead>
          <tbody>{rows.map((row) => (
            <tr key={`${row.section} ${row.low}`}><td className="num">{hex(row.low)}</td><td className="mono">{row.section}</td><td>{OWNERS[row.domain]}</td>
              <td>{kindOf(row)}</td><td className="mono">{row.may}</td><td className="num">{count(row.bytes)}</td><td className="num">{count(row.symbols)}</td>
              <td className="mono">{row.largest.slice(0, 3).map((one) => `${one.name} ${one.bytes}`).join(', ')}</td></tr>
          ))}</tbody>
        </table>
      ))}
      <table className="data">
        <caption>Lines of the kernel that this flavour adds, changes or leaves out: {count(flavour.lines)}; files edited by hand: {edits.length}</caption>
        <thead><tr><th>File</th><th className="num">Lines</th></tr></thead>
        <tbody>{flavour.files.map(({ file, count: lines }) => <tr key={file}><td className="mono">{file}</td><td
          className="num">{count(lines)}</td></tr>)}</tbody>
      </table>
    </>
  );
}
