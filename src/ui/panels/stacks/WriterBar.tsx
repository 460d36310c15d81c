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
  if (!writer) return null;
  const slot = view?.stacks.flatMap((stack) => stack.rows).find((row): row is Slot => row.addr === writer.addr && !('count' in row));
  const { report } = writer;
  return (
    <output className="writer">
      <span className="clip">
        <span className="mono">{hex(writer.addr)}</span>{' '}
        {report === null ? 'looking through the run for the last write' : report.found ? (
          <>written by <b>{report.writer}</b>{report.place ? <> at <span className="mono">{placeText(report.place)}</span></> : null}, tick {count(report.tick)}
            {report.after !== undefined ? <span className="mono">{' '}
              {report.before !== undefined ? <><span className="old">{hex(report.before)}</span> → </> : null}{hex(report.after)}</span> : null}</>
        ) : 'was not written in this run'}
      </span>
      <span className="grow" />
      {report?.found ? <button type="button" className="btn boxed" onClick={() => void seek(report.tick)}>Go there</button> : null}
      {slot?.code !== undefined ? <button type="button" className="btn boxed"
        onClick={() => slot.code !== undefined && void run('forward', { kind: 'address', addr: slot.code })}>Run to {slot.label || 'it'}</button> : null}
      <button type="button" className="btn icon" aria-label="Close" onClick={close}><Icon name="close" small /></button>
    </output>
  );
}
