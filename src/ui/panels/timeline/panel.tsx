import { definePanel } from '../../shell/panel.ts';
import { type AppState, useApp } from '../../store/app.ts';
import { TIMELINE_COLUMNS } from '../../store/timeline.ts';
import { count } from '../../widgets/format.ts';
import { areNamed, laneTitle, spanText, TimelineActions, TimelineHead, TimelinePanel } from './TimelinePanel.tsx';

/** As fine as the strip in the panel's head. */
const OVERVIEW_COLUMNS = 240;

function summary({ status, timeline }: AppState): string {
  if (!status) return 'nothing has run yet.';
  const now = (timeline?.lanes ?? []).flatMap((lane) => lane.spans.filter((span) => span.start <= status.tick && status.tick < span.end).map((span) =>
    `${lane.name === 'task' && lane.cpu !== undefined ? laneTitle(lane) : laneTitle(lane).toLowerCase()} ${spanText(span, areNamed(lane))}`));
  return `Tick ${count(status.tick)} of ${count(status.live)}${status.tick < status.live ? ', in the past' : ', the latest'}` +
    `${now.length > 0 ? `: ${now.join(', ')}` : ''}.`;
}

function Table() {
  const timeline = useApp((s) => s.timeline);
  const seek = useApp((s) => s.seek);
  if (!timeline) return <p className="empty">Nothing has run yet.</p>;
  return (
    <table className="data">
      <caption>From tick {count(timeline.from)} to {count(timeline.to)}</caption>
      <thead><tr><th>Lane</th><th>What</th><th className="num">From</th><th className="num">To</th></tr></thead>
      <tbody>
        {timeline.lanes.flatMap((lane) => lane.spans.map((span, index) => (
          <tr key={`${laneTitle(lane)}${index}`}>
            <td>{laneTitle(lane)}</td><td>{spanText(span, areNamed(lane))}{span.merged ? ` (${span.merged} together)` : ''}</td>
            <td className="num"><button type="button" onClick={() => void seek(span.start)}>{count(span.start)}</button></td>
            <td className="num">{count(span.end)}</td>
          </tr>
        )))}
      </tbody>
    </table>
  );
}

export default definePanel({
  id: 'timeline',
  number: 5,
  title: 'Timeline',
  slot: 5,
  streams: true,
  needs: ({ window, overview }) => ({ timeline: { ...window, columns: TIMELINE_COLUMNS, follow: true },
    overview: { columns: OVERVIEW_COLUMNS, ...(overview ? { have: overview.to } : {}) } }),
  about: 'What ran when: ring, task, stack, system calls, interrupts and faults, softirqs, locks, frames on the cable. ' +
    'Drag to travel, turn the wheel to step, hold Ctrl and turn it to zoom.',
  notes: [
    'With several CPUs each has a lane for who ran there, and a line leads to the lane on which a task goes on; ring and stack are of the CPU shown.',
    'The axis counts steps of the machine (ticks), not seconds: idle time takes no room.',
    'Things too narrow to draw are drawn together, hatched, with their number.',
    'In a unikernel the ring is always 0. The lane then tells the mode that the kernel itself notes for the task that runs; a bypassed call leaves it as it ' +
      'was.',
    'A frame is on the cable from when one end gives it away until the other end has it. Lost frames end at once; one whose bytes were given to the cable ' +
      'before is marked as sent again.',
    'A lane appears when it has something to show.',
  ],
  sources: ['machine/devices/', 'net/link.ts', 'machine/clock.ts', 'guest/linux/init/', 'guest/linux/kernel/'],
  summary,
  Component: TimelinePanel,
  Table,
  Head: TimelineHead,
  Actions: TimelineActions,
});
