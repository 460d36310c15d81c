import type { Slot } from '../../../link/reports.ts';
import { useApp } from '../../store/app.ts';
import { count, hex, placeText } from '../../widgets/format.ts';
import { Icon } from '../../widgets/Icon.tsx';

/** The answer to "who wrote this?", in a place of its own below the columns. */
export function WriterBar() {
  const writer = useApp((s) => s.writer);
  const view = useApp((s) => s.views.stacks);
  const seek = useApp((s) => s.seek);
  const close = useApp((s) => s.closeWriter);
  const run = useApp((s) => s.run);
  const end = useApp((s) => s.endSearch);
  const tick = useApp((s) => s.status?.tick ?? 0);
  if (!writer) return null;
  const slot = view?.stacks.flatMap((stack) => stack.rows).find((row): row is Slot => row.addr === writer.addr && !('count' in row));
  const { report, searched } = writer, percent = searched === undefined ? 0 : Math.round(100 - (100 * searched) / Math.max(1, tick));
  return (
    <output className="writer">
      <span className="clip">
        <span className="mono">{hex(writer.addr)}</span>{' '}
        {report === null ? `looking back through the run for the last write${searched === undefined ? '' : `: ${percent} % is seen`}`
          : report.cancelled ? `: the search has ended at tick ${count(report.tick)}; it was not written since` : report.found ? (
          <>written by <b>{report.writer}</b>{report.place ? <> at <span className="mono">{placeText(report.place)}</span></> : null}, tick {count(report.tick)}
            {report.after !== undefined ? <span className="mono">{' '}
              {report.before !== undefined ? <><span className="old">{hex(report.before)}</span> → </> : null}{hex(report.after)}</span> : null}</>
        ) : 'was not written in this run'}
      </span>
      <span className="grow" />
      {report === null ? <button type="button" className="btn boxed" onClick={() => void end()}>Cancel</button> : null}
      {report?.found ? <button type="button" className="btn boxed" onClick={() => void seek(report.tick)}>Go there</button> : null}
      {slot?.code !== undefined ? <button type="button" className="btn boxed"
        onClick={() => slot.code !== undefined && void run('forward', { kind: 'address', addr: slot.code })}>Run to {slot.label || 'it'}</button> : null}
      <button type="button" className="btn icon" aria-label="Close" onClick={close}><Icon name="close" small /></button>
    </output>
  );
}
