import { type KeyboardEvent, memo, useMemo, useRef } from 'react';
import type { Focus, Span, Status, TaskReport, ThreadsView } from '../../../link/reports.ts';
import type { PanelProps } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { sameFocus } from '../../store/focus.ts';
import { count, hex, plural, textWidth } from '../../widgets/format.ts';
import { linearScale, type Scale } from '../../widgets/scale.ts';
import { nameOf, STATE_WORDS, type Tasks, waitText } from './words.ts';
import './threads.css';

/** Idle tasks are all pid 0: theirs is the CPU. */
const focusOf = ({ id, pid, cpu }: TaskReport): Focus => (id < 0 ? { cpu } : { pid });

/** Is it the one that the other panels show? */
const isShown = (task: TaskReport, { task: { pid }, cpu }: Status): boolean => (task.id < 0 ? pid === 0 && cpu === task.cpu : pid === task.pid);

function tipOf({ chain, stack, woken }: TaskReport, { tasks }: Tasks): string {
  const waker = woken && tasks.find(({ id }) => id === woken.by);
  return [chain.length ? `in ${chain.join(' < ')}` : '', stack ? `kernel stack ${hex(stack.low)}, ${plural(stack.usedBytes, 'byte')} used` : '',
    woken ? `woken${waker ? ` by ${nameOf(waker)}` : ''} at tick ${count(woken.tick)}` : ''].filter(Boolean).join('; ');
}

/** `cat 4: sleeps, waits for mmap_lock, held by init 1` */
function sayingOf(task: TaskReport, view: Tasks): string {
  const waits = waitText(task, view);
  return `${nameOf(task)}: ${STATE_WORDS[task.state]}${task.state === 'running' ? ` on CPU ${task.cpu}` : ''}${waits ? `, waits for ${waits}` : ''}`;
}

/** Of the columns before the lanes, in design pixels; where there is little room they have most of it, since what a task waits for matters more. */
const LABELS = 316, LABELS_NARROW = 0.62;

const Spans = memo(function Spans({ spans, x, inner, unit }: { spans: readonly Span[]; x: Scale; inner: number; unit: number }) {
  return spans.map((span, index) => {
    const left = Math.max(0, x(span.start)), width = Math.max(1, Math.min(inner, x(span.end)) - left);
    const words = span.merged ? plural(span.merged, 'change') : span.label;
    return (
      <i key={`${index}:${span.start}`} className={`tsp ${span.kind}${span.merged ? ' merged' : ''}`} style={{ left, width }}
        data-tip={`${words}, tick ${count(span.start)} to ${count(span.end)}`}>
        {span.kind !== 'asleep' && width > (textWidth(words) + 6) * unit ? <u>{words}</u> : null}</i>
    );
  });
});

/** From the lane of whoever woke to the lane of the woken. */
function Wakes({ view, rows, x, top, row }: { view: ThreadsView; rows: readonly number[]; x: Scale; top: number; row: number }) {
  return (
    <svg className="wakes" aria-hidden="true">
      {view.wakes.map(({ tick, by, woken }) => {
        const a = rows.indexOf(by), b = rows.indexOf(woken);
        if (a < 0 || b < 0 || a === b) return null;
        const at = x(tick), y1 = top + (a + 0.5) * row, down = b > a, y2 = top + (b + (down ? 0.2 : 0.8)) * row, tip = down ? -4 : 4;
        return <path key={`${tick} ${woken}`} d={`M${at} ${y1}V${y2 + tip / 2}M${at - 3} ${y2 + tip}L${at} ${y2}L${at + 3} ${y2 + tip}Z`} />;
      })}
    </svg>
  );
}

export function ThreadsPanel({ width, height }: PanelProps) {
  const view = useApp((s) => s.views.threads);
  const status = useApp((s) => s.status);
  const focusOn = useApp((s) => s.focusOn);
  const beside = useApp((s) => s.beside);
  const setBeside = useApp((s) => s.setBeside);
  const seek = useApp((s) => s.seek);
  const list = useRef<HTMLDivElement>(null);
  const unit = typeof document === 'undefined' ? 1 : Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const labels = Math.min(LABELS * unit, width * LABELS_NARROW), narrow = labels < LABELS * unit, inner = Math.max(10, width - labels - 20 * unit);
  const from = view?.from ?? 0, to = view?.to ?? 1;
  const x = useMemo(() => linearScale(from, to, inner), [from, to, inner]);
  if (!view || !status) return <p className="empty">No task is known yet: the kernel makes the first ones while it boots.</p>;

  const row = 16 * unit, all = view.tasks.filter(({ state, spans }) => state !== 'gone' || spans.length > 0);
  const gone = view.tasks.length - all.length;
  // Where not all have room tasks are first: who runs on which CPU the timeline shows too, and an idle task is no more than its CPU's lane.
  const isTight = (view.cpus.length + all.length + 1) * row > height;
  const alive = isTight ? all.filter(({ id }) => id >= 0) : all;
  const rows = isTight ? alive.map(({ id }) => id) : [...view.cpus.map(({ cpu }) => -1000 - cpu), ...alive.map(({ id }) => id)];
  const cpuLabels = view.cpus.map(({ cpu, id }) => {
    const task = alive.find((one) => one.id === id);
    return <div key={cpu} className="trow tcpu"><b>CPU {cpu}</b><span className="clip">{task?.asked === undefined ? ''
      : `${nameOf(task)} is to give way since ${count(task.asked)}`}</span></div>;
  });
  const now = x(status.tick);
  /** Once more lets go of it; with Shift only its stack is shown, beside that of whoever is. */
  const choose = (task: TaskReport | undefined, shift: boolean): void => {
    if (!task) return;
    if (shift) void setBeside(task.id === beside ? null : task.id);
    else void focusOn(sameFocus(status.focus, focusOf(task)) ? null : focusOf(task));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const options = [...(list.current?.querySelectorAll<HTMLElement>('[role=option]') ?? [])], at = options.indexOf(document.activeElement as HTMLElement);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && at >= 0) options[Math.min(Math.max(at + by, 0), options.length - 1)]?.focus();
    else if ((event.key === 'Enter' || event.key === ' ') && at >= 0) choose(alive[at], event.shiftKey);
    else if (event.key === 'Escape' && beside !== null) void setBeside(null);
    else if (event.key === 'Escape' && status.focus) void focusOn(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const cpuLanes = view.cpus.map(({ cpu, spans }) => <div key={cpu} className="tlane tcpu"><Spans spans={spans} x={x} inner={inner} unit={unit} /></div>);
  const focusAt = Math.max(0, alive.findIndex((task) => isShown(task, status)));
  const travel = (event: { clientX: number; currentTarget: HTMLElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    void seek(Math.max(0, Math.min(status.live, Math.round(x.invert(event.clientX - box.left)))));
  };

  return (
    <div className={narrow ? 'threads narrow' : 'threads'} style={{ gridTemplateColumns: `${labels}px minmax(0, 1fr)` }}>
      <div className="tcols thead" aria-hidden="true"><span className="num">pid</span><span>task</span><span>{narrow ? '' : 'state'}</span>
        <span>waits for</span></div>
      <div className="ruler">{x.ticks(Math.max(2, Math.floor(inner / (90 * unit)))).map((value) => {
        const place = x(value), half = count(value).length * 3.5 * unit;
        return place < half || place > inner - half ? null : <span key={value} style={{ left: place }}>{count(value)}</span>;
      })}</div>
      <div className="tlabels">
        {isTight ? null : cpuLabels}
        <div role="listbox" aria-label="Tasks" ref={list}>
          {alive.map((task, index) => (
            <div key={task.id} role="option" aria-selected={isShown(task, status)}
              tabIndex={index === focusAt ? 0 : -1}
              {...(index === focusAt ? { 'data-panel-focus': true } : {})}
              className={`trow tcols ${task.state}`} onClick={(event) => choose(task, event.shiftKey)} onKeyDown={onKeyDown}
              aria-label={sayingOf(task, view)}
              data-tip={tipOf(task, view)}>
              <span className="num">{task.pid}</span><span className="clip mono">{task.id < 0 ? 'idle' : task.comm}</span>
              <span><b className="letter">{task.letter}</b>{task.asked === undefined ? null : <i className="ask" title="asked to give way" />}</span>
              <span className="clip">{waitText(task, view)}</span>
            </div>
          ))}
        </div>
        {isTight ? cpuLabels : null}
        {gone > 0 ? <div className="trow meta">{plural(gone, 'task')} ended before</div> : null}
      </div>
      {/* The timeline beside it is the slider for the keyboard; here one points. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <div className="tlanes" onClick={travel}>
        {isTight ? null : cpuLanes}
        {alive.map((task) => (
          <div key={task.id} className="tlane"><Spans spans={task.spans} x={x} inner={inner} unit={unit} />
            {task.asked !== undefined && task.asked >= from ? <i className="flag" style={{ left: x(task.asked) }} data-tip="asked to give way" /> : null}</div>
        ))}
        {isTight ? cpuLanes : null}
        <Wakes view={view} rows={rows} x={x} top={0} row={row} />
        {now >= 0 && now <= inner + 1 ? <i className="tnow" style={{ left: now }} /> : null}
      </div>
    </div>
  );
}

export function ThreadsHead() {
  const view = useApp((s) => s.views.threads);
  if (!view) return null;
  const real = view.tasks.filter(({ id, state }) => id >= 0 && state !== 'gone'), ready = real.filter(({ state }) => state === 'ready' || state === 'running');
  return <span className="chip">{plural(real.length, 'task')}, {ready.length} runnable</span>;
}

export function ThreadsActions() {
  return (
    <span className="key not-proj" aria-hidden="true">
      <span><i className="tkey ring0" />ring 0</span><span><i className="tkey ring3" />ring 3</span><span><i className="tkey ready" />could run</span>
      <span><i className="tkey asleep" />S</span><span><i className="tkey waiting" />D</span><span>↓ woke</span>
    </span>
  );
}
