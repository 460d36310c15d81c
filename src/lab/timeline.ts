/** Lanes of the timeline between two ticks, from the record; what is too narrow to draw is merged and says so. */
import type { Tick } from '../base/units.ts';
import type { Lane, Span, TimelineView } from '../link/reports.ts';
import { stackName, type Record } from './tracer.ts';

/** Changes of one value over time become spans. */
function spansOf(changes: readonly { tick: Tick; label: string; kind: string }[], start: { label: string; kind: string }, end: Tick): Span[] {
  const spans: Span[] = [];
  let open = { tick: 0, ...start };
  for (const change of changes) {
    if (change.label === open.label && change.kind === open.kind) continue;
    if (change.tick > open.tick) spans.push({ start: open.tick, end: change.tick, label: open.label, kind: open.kind });
    open = change;
  }
  spans.push({ start: open.tick, end, label: open.label, kind: open.kind });
  return spans;
}

/** Joins neighbours that share a column. */
function fit(spans: readonly Span[], from: Tick, to: Tick, columns: number): Span[] {
  const width = Math.max(1, (to - from) / Math.max(1, columns));
  const out: Span[] = [];
  for (const span of spans) {
    if (span.end <= from || span.start >= to) continue;
    const last = out.at(-1);
    if (last && span.end - span.start < width && span.start - last.end < width && last.end - last.start < width) {
      last.end = span.end;
      last.merged = (last.merged ?? 1) + (span.merged ?? 1);
    } else out.push({ ...span });
  }
  return out;
}

export function timelineView(record: Record, live: Tick, from: Tick, to: Tick, columns: number): TimelineView {
  const rings = record.events.filter(({ kind }) => kind === 'ring-change').map(({ tick, fields }) => ({ tick: tick + 1, label: `ring ${fields['to']}`, kind: String(fields['to']) }));
  const modes = record.modes.map(({ tick, mode }) => ({ tick, label: mode === 2 ? 'app' : 'kernel', kind: mode === 2 ? '0-app' : '0' }));
  const isUkl = record.modes.some(({ mode }) => mode > 0);
  const stacks = record.events.filter(({ kind }) => kind === 'stack-switch').map(({ tick, fields }) => ({ tick: tick + 1, label: String(fields['to']), kind: String(fields['to']) }));
  const lanes: Lane[] = [
    { name: 'ring', spans: isUkl ? spansOf(modes, { label: 'kernel', kind: '0' }, live) : spansOf(rings, { label: 'ring 0', kind: '0' }, live) },
    { name: 'task', spans: spansOf(record.tasks.map(({ tick, pid, comm }) => ({ tick, label: `${comm} ${pid}`, kind: pid === 0 ? 'idle' : 'task' })), { label: 'swapper 0', kind: 'idle' }, live) },
    { name: 'stack', spans: spansOf(stacks, { label: stackName(1), kind: stackName(1) }, live) },
    { name: 'syscall', spans: record.syscalls.map(({ tick, endTick, text, name }) => ({ start: tick, end: endTick ?? live, label: text, kind: name })) },
    { name: 'irq', spans: record.interrupts.map(({ start, end, name, kind }) => ({ start, end: Math.min(end, live), label: name, kind })) },
    { name: 'locks', spans: lockSpans(record, live) },
  ];
  return { from, to, lanes: lanes.map(({ name, spans }) => ({ name, spans: fit(spans, from, to, columns) })).filter(({ spans, name }) => spans.length > 0 || name !== 'packets') };
}

function lockSpans(record: Record, live: Tick): Span[] {
  const open = new Map<bigint, Span>(), spans: Span[] = [];
  for (const { tick, lock, name, what, write } of record.locks) {
    if (what === 'acquire') open.set(lock, { start: tick, end: live, label: `${name} ${write ? 'W' : 'R'}`, kind: write ? 'write' : 'read' });
    const span = open.get(lock);
    if (what === 'release' && span) {
      span.end = tick;
      spans.push(span);
      open.delete(lock);
    }
  }
  return [...spans, ...open.values()].sort((a, b) => a.start - b.start);
}
