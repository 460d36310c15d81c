import { lazy, Suspense } from 'react';
import { definePanel } from '../../shell/panel.ts';
import { type AppState, useApp } from '../../store/app.ts';
import { count, plural } from '../../widgets/format.ts';

const Picture = lazy(() => import('./TracePanel.tsx').then((module) => ({ default: module.TracePanel })));
const Head = lazy(() => import('./TracePanel.tsx').then((module) => ({ default: module.TraceHead })));
const Actions = lazy(() => import('./TracePanel.tsx').then((module) => ({ default: module.TraceActions })));

function summary({ views: { trace }, status, traceAsk }: AppState): string {
  if (!trace || !status) return 'nothing has been traced yet.';
  if (trace.rows.length === 0) return traceAsk.match === '' && traceAsk.pid === undefined && traceAsk.cpu === undefined ? 'nothing has happened yet.'
    : 'nothing passes the filter.';
  const last = trace.rows.findLast(({ tick }) => tick <= status.tick);
  return `${plural(trace.rows.length, 'row')} around tick ${count(status.tick)}${last ? `; the last so far is ${last.text.trim()}` : ''}.`;
}

function Table() {
  const trace = useApp((s) => s.views.trace);
  const seek = useApp((s) => s.seek);
  if (!trace || trace.rows.length === 0) return <p className="empty">No row passes.</p>;
  return (
    <table className="data">
      <caption>{trace.title ?? 'Around this moment'}</caption>
      <thead><tr><th className="num">Tick</th><th className="num">Pid</th><th className="num">CPU</th><th>Text</th></tr></thead>
      <tbody>{trace.rows.map((row, n) => (
        <tr key={`${n}:${row.tick}`}>
          <td className="num"><button type="button" onClick={() => void seek(row.tick)}>{count(row.tick)}</button></td><td className="num">{row.pid}</td>
          <td className="num">{row.cpu}</td><td className="mono">{row.text.trim()}</td>
        </tr>
      ))}</tbody>
    </table>
  );
}

export default definePanel({
  id: 'trace',
  number: 8,
  title: 'Trace',
  slot: 4,
  card: true,
  needs: ({ traceAsk }) => ({ trace: traceAsk }),
  about: 'What happened as text, around this moment: system calls as strace prints them, events as ftrace does, or the function graph of this system call. ' +
    'Arrows and Enter, or a click, go to a row\'s moment.',
  notes: [
    '`ringside trace` prints the same rows of a whole run.',
    'The function graph is of the system call that the Syscall path shows: it is run again for that, with a look at every instruction. Of a whole run it ' +
      'would need a probe at each function.',
    'A filter looks at 20,000 rows on each side at most.',
    'Cycles are modelled.',
  ],
  sources: ['guest/linux/include/trace/'],
  summary,
  Component: () => <Suspense fallback={null}><Picture /></Suspense>,
  Table,
  Head: () => <Suspense fallback={null}><Head /></Suspense>,
  Actions: () => <Suspense fallback={null}><Actions /></Suspense>,
});
