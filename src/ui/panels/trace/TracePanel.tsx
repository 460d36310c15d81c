import { type KeyboardEvent, useCallback, useLayoutEffect, useRef } from 'react';
import { useApp } from '../../store/app.ts';
import { count } from '../../widgets/format.ts';
import { Segmented } from '../../widgets/Segmented.tsx';
import { wholeRowsIn } from '../../widgets/whole-rows.ts';
import './trace.css';

const wholeRows = wholeRowsIn('.trow-t, .more');

const FORMATS = [{ value: 'strace', label: 'strace' }, { value: 'ftrace', label: 'ftrace' }, { value: 'function_graph', label: 'graph' }] as const;

export function TracePanel() {
  const trace = useApp((s) => s.views.trace);
  const tick = useApp((s) => s.status?.tick ?? 0);
  const ask = useApp((s) => s.traceAsk);
  const seek = useApp((s) => s.seek);
  const list = useRef<HTMLDivElement>(null);
  const box = useCallback((element: HTMLDivElement | null) => {
    list.current = element;
    return wholeRows(element);
  }, []);
  const rows = trace?.rows ?? [], here = rows.findLastIndex((row) => row.tick <= tick);

  useLayoutEffect(() => {
    const row = list.current?.querySelector<HTMLElement>('[aria-selected=true]');
    if (row && list.current) list.current.scrollTop = row.offsetTop - list.current.clientHeight / 2;
  }, [here, trace]);

  if (!trace) return <p className="empty">Nothing has been traced yet.</p>;
  if (rows.length === 0) {
    const filtered = ask.match !== '' || ask.pid !== undefined || ask.cpu !== undefined;
    return <p className="empty">{filtered ? 'Nothing that happened near this moment passes the filter.'
      : ask.format === 'ftrace' ? 'Nothing has happened yet.' : 'No system call has been made yet.'}</p>;
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const options = [...(list.current?.querySelectorAll<HTMLElement>('[role=option]') ?? [])], at = options.indexOf(document.activeElement as HTMLElement);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (by !== undefined && at >= 0) options[Math.min(Math.max(at + by, 0), options.length - 1)]?.focus();
    else if (event.key === 'Enter' && at >= 0) void seek(rows[at].tick);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="trace" role="listbox" aria-label={`${ask.format} text`} ref={box}>
      {trace.earlier ? <div className="more" role="presentation">earlier rows: go back</div> : null}
      {rows.map((row, n) => (
        <div key={`${n}:${row.tick}`} role="option" aria-selected={n === here} tabIndex={n === Math.max(0, here) ? 0 : -1}
          {...(n === Math.max(0, here) ? { 'data-panel-focus': true } : {})}
          className={row.tick > tick ? 'trow-t later' : 'trow-t'} onClick={() => void seek(row.tick)}
          onKeyDown={onKeyDown}>
          {ask.format === 'ftrace' ? null : <span className="at">{count(row.tick)}</span>}{row.text}</div>
      ))}
      {trace.later ? <div className="more" role="presentation">later rows: go on</div> : null}
    </div>
  );
}

export function TraceHead() {
  const title = useApp((s) => s.views.trace?.title);
  return title === undefined ? null : <span className="chip mono clip">{title}</span>;
}

export function TraceActions() {
  const ask = useApp((s) => s.traceAsk);
  const setAsk = useApp((s) => s.setTraceAsk);
  /** No number: any. */
  const only = (what: 'pid' | 'cpu', text: string): void => {
    const { [what]: _old, ...rest } = ask;
    void setAsk({ ...rest, ...(/^\d+$/.test(text.trim()) ? { [what]: Number(text) } : {}) });
  };
  return (
    <span className="trace-ask">
      <Segmented label="Format" small items={FORMATS} value={ask.format} onChange={(format) => void setAsk({ ...ask, format })} />
      <input className="field" type="search" aria-label="Rows that contain" placeholder="call or text" value={ask.match}
        onChange={(event) => void setAsk({ ...ask, match: event.target.value })} />
      <input className="field short" type="search" inputMode="numeric" aria-label="Task, by its pid" placeholder="pid" value={ask.pid ?? ''}
        onChange={(event) => only('pid', event.target.value)} />
      <input className="field short" type="search" inputMode="numeric" aria-label="CPU, by its number" placeholder="cpu" value={ask.cpu ?? ''}
        onChange={(event) => only('cpu', event.target.value)} />
    </span>
  );
}
