import { definePanel } from '../../shell/panel.ts';
import { type AppState, useApp } from '../../store/app.ts';
import { bareName, count, plural } from '../../widgets/format.ts';
import { PathActions, PathHead, PathPanel } from './PathPanel.tsx';

/** Whose call it is, if not of the task that is shown. */
const whose = ({ status, views: { path } }: Pick<AppState, 'status' | 'views'>): string =>
  (!path?.call || path.call.task.pid === status?.task.pid ? '' : `${path.call.task.comm} ${path.call.task.pid}: `);

function summary(state: AppState): string {
  const { path } = state.views;
  if (!path?.call) return 'no system call has been made yet.';
  const here = path.nodes.find((node) => node.current);
  const rings = path.nodes.filter((node, index) => index > 0 && node.ring !== path.nodes[index - 1]?.ring).length;
  const functions = new Set(path.nodes.map((node) => node.name)).size;
  return `${whose(state)}${path.call.text} ran through ${plural(functions, 'function')} with ${plural(rings, 'change')} of ring` +
    `${here ? `; ${bareName(here.name)} runs now` : ''}.`;
}

function Table() {
  const path = useApp((s) => s.views.path), who = useApp(whose);
  const overlay = useApp((s) => s.overlay);
  const seek = useApp((s) => s.seek);
  if (!path?.call) return <p className="empty">No system call yet.</p>;
  const theirs = overlay ? new Set(overlay.path.nodes.map((node) => node.name)) : null;
  return (
    <table className="data">
      <caption>{who}{path.call.text}: every visit of a function, in order</caption>
      <thead><tr><th>Function</th><th>Whose</th><th>Ring</th><th>Entered by</th><th className="num">Own instructions</th>
        <th className="num">Own cycles, modelled</th><th className="num">First tick</th>{theirs ? <th>In {overlay?.config}</th> : null}</tr></thead>
      <tbody>
        {path.nodes.map((node) => (
          <tr key={node.id} aria-current={node.current}>
            <td className="mono" style={{ paddingLeft: `${10 + node.depth * 12}px` }}>{bareName(node.name)}</td><td>{node.domain}</td><td>{node.ring}</td>
            <td>{node.via}{node.event === undefined ? '' : ` ${node.event.replace(/^interrupt /, '')}`}</td><td className="num">{count(node.instructions)}</td>
            <td className="num">{count(node.cycles)}</td>
            <td className="num"><button type="button" onClick={() => void seek(node.firstTick)}>{count(node.firstTick)}</button></td>
            {theirs ? <td>{theirs.has(node.name) ? 'yes' : 'skipped'}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export default definePanel({
  id: 'path',
  number: 4,
  title: 'Syscall path',
  slot: 4,
  needs: () => ({ path: true }),
  about: 'The functions this system call runs through, from the application to the device and back, with what each cost and the ring it ran in.',
  notes: [
    'Cycles are modelled from a table of costs per instruction and event.',
    'Greyed boxes come from a real run of the other configuration on the same input, matched by function name.',
    'Interrupts that arrive during the call are shown where they interrupt it.',
  ],
  sources: ['machine/cost.ts', 'guest/linux/kernel/entry/', 'guest/linux/arch/x86/lib/', 'guest/linux/fs/', 'guest/linux/include/'],
  summary,
  Component: PathPanel,
  Table,
  Head: PathHead,
  Actions: PathActions,
});
