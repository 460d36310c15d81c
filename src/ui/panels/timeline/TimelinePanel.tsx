import { memo, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Lane, LaneName, Span } from '../../../link/reports.ts';
import type { PanelProps } from '../../shell/panel.ts';
import { useApp, useNow } from '../../store/app.ts';
import { count, textWidth } from '../../widgets/format.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { RingGlyph } from '../../widgets/RingGlyph.tsx';
import { linearScale, type Stretch, widestBare } from '../../widgets/scale.ts';
import { wholeRowsIn } from '../../widgets/whole-rows.ts';
import './timeline.css';

const wholeLanes = wholeRowsIn('.lane', true);

const LANES: Record<LaneName, string> = { ring: 'Ring', task: 'Task', stack: 'Stack', syscall: 'Syscall', irq: 'IRQ, fault',
  softirq: 'Softirq', locks: 'Locks', 'to-guest': 'To guest', 'to-client': 'To client' };
/** These keep their row even while they are empty; the others appear when they have something to show. */
const ALWAYS: readonly LaneName[] = ['ring', 'task', 'stack', 'syscall', 'irq'];
const MANY: Record<LaneName, string> = { ring: 'changes', task: 'switches', stack: 'switches', syscall: 'calls', irq: 'events',
  softirq: 'softirqs', locks: 'locks', 'to-guest': 'frames', 'to-client': 'frames' };
/** The least height of a lane, in design pixels. */
const LANE = 14;

/** With several CPUs each has a lane for who ran there, and for its softirqs. */
export const laneTitle = ({ name, cpu }: Pick<Lane, 'name' | 'cpu'>): string => (cpu === undefined ? LANES[name] : name === 'task' ? `CPU ${cpu}`
  : `${LANES[name]} ${cpu}`);

interface Move {
  tick: number;
  from: number;
  to: number;
  who: string;
}

/** Where a task that had run on one CPU goes on on another: between which lanes, counted from the first of the CPUs. */
export function migrations(lanes: readonly Lane[]): Move[] {
  const runs = lanes.filter(({ name, cpu }) => name === 'task' && cpu !== undefined).flatMap(({ spans }, lane) =>
    spans.filter(({ kind, merged }) => kind === 'task' && !merged).map((span) => ({ lane, span }))).sort((a, b) => a.span.start - b.span.start);
  const last = new Map<string, number>(), moves: Move[] = [];
  for (const { lane, span: { start, label } } of runs) {
    const from = last.get(label);
    if (from !== undefined && from !== lane) moves.push({ tick: start, from, to: lane, who: label });
    last.set(label, lane);
  }
  return moves;
}

/** Tasks that follow each other seldom have the same of so many patterns: new ones have the next number. */
const PATTERNS = 4;
const pidIn = (label: string): number => Number(/ (\d+)$/.exec(label)?.[1] ?? 0);

function look(lane: LaneName, span: Span): string {
  switch (lane) {
    case 'ring': return span.kind === '3' ? 'r3' : span.kind === '0a' ? 'r0a' : span.kind === '' ? '' : 'r0';
    case 'syscall': return 'sys';
    case 'irq': return /grave|fault|exception|#/.test(`${span.kind} ${span.label}`) ? 'flt' : 'irq';
    case 'locks': return /wait|contend/.test(span.kind) ? 'wait' : /read/.test(span.kind) ? 'lkr' : 'lk';
    case 'stack': return span.kind === 'user' ? 'usr' : '';
    case 'softirq': return 'irq';
    case 'to-guest': case 'to-client': return span.kind === 'lost' ? 'flt' : span.kind === 'again' ? 'again' : 'irq';
    case 'task': return span.kind === 'idle' ? 'idle' : `task task${pidIn(span.label) % PATTERNS}`;
  }
}

/** The words, and what they become where they have no room: of a call its name and result, of a lock its name, else what stands last. */
function shorter(lane: LaneName, words: string): string[] {
  if (lane === 'locks') {
    // `console_tty.read_lock W: hello 3`: who has it stands in the lane of tasks, most often.
    const [name, right = ''] = words.split(/(?= [RW](?: waits)?: )/), [lock] = name.split('.').slice(-1);
    return [words, `${name}${right.replace(/:.*/, '')}`, name, lock];
  }
  const [, who = '', call, result = ''] = (lane === 'syscall' && /^([^(]*: )?(\w+)\(.*?\)( = .*)?$/.exec(words)) || [];
  return call === undefined ? [words, words.split(', ').at(-1) ?? words] : [words, `${who}${call}()${result}`, `${who}${call}`, call];
}

interface SpanProps {
  lane: LaneName;
  span: Span;
  left: number;
  width: number;
  /** Where its words may stand. */
  from: number;
  room: number;
  unit: number;
  selected: boolean;
  /** Its task has to be named: others have spans in this lane too. */
  named: boolean;
}

/** What a span is; of a call that is not alone in its lane also whose. */
export const spanText = ({ label, who }: Span, named: boolean): string => (who === undefined || !named ? label : `${who}: ${label}`);
/** Calls of several tasks stand in one lane. */
export const areNamed = ({ spans }: Lane): boolean => new Set(spans.flatMap(({ who }) => who ?? [])).size > 1;

/** Marks for what is too narrow to be a bar. */
const MARKS: Readonly<Record<string, string>> = { flt: 'M4.500 0 9 9H0Z', again: 'M4.500 0 9 4.500 4.500 9 0 4.500Z', irq: 'M1 1h7v7H1Z' };

const SpanBox = memo(function SpanBox({ lane, span, left, width, from, room, unit, selected, named }: SpanProps) {
  const shape = look(lane, span);
  // Too many to draw one by one: one bar that says how many.
  const words = span.merged ? `${count(span.merged)} ${MANY[lane]}` : spanText(span, named);
  const shown = shorter(lane, words).find((text) => room > (textWidth(text) + 8) * unit);
  const point = width < 3;
  const text = `${LANES[lane]}: ${spanText(span, true)}${span.merged ? `, ${count(span.merged)} ${MANY[lane]} together` : ''}, ` +
    `tick ${count(span.start)} to ${count(span.end)}`;
  if (point && (lane === 'irq' || shape === 'flt' || shape === 'again')) {
    return <svg className={`ev ${shape}`} style={{ left }} viewBox="0 0 9 9" aria-hidden="true"><title>{text}</title><path d={MARKS[shape]} /></svg>;
  }
  return <i className={`sp ${shape} ${span.merged ? 'merged' : ''} ${selected ? 'sel' : ''}`} style={{ left, width: Math.max(1.5, width) }} data-tip={text}>
    {shown === undefined ? null : <u style={from > left ? { marginLeft: from - left } : undefined}>{shown}</u>}</i>;
});

function Spans({ lane, x, unit, tick, inner }: { lane: Lane; x: (tick: number) => number; unit: number; tick: number; inner: number }) {
  const named = areNamed(lane);
  const places = lane.spans.map(({ start, end }): Stretch => {
    const left = Math.max(0, x(start));
    return { left, width: Math.min(inner, x(end)) - left };
  });
  return lane.spans.map((span, index) => {
    const { left, width } = places[index], bare = widestBare(places[index], places.slice(index + 1).filter((one) =>
      one.left < left + width && one.left + one.width > left));
    return <SpanBox key={`${index}:${span.start}`} lane={lane.name} span={span} left={left} width={width} from={bare.left} room={bare.width}
      unit={unit} named={named} selected={lane.name === 'syscall' && span.start <= tick && tick < span.end} />;
  });
}

export function TimelinePanel({ width, height }: PanelProps) {
  const now = useNow();
  const status = useApp((s) => s.status);
  const view = useApp((s) => s.timeline);
  const window_ = useApp((s) => s.window);
  const phase = useApp((s) => s.phase);
  const seek = useApp((s) => s.seek);
  const area = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const [scrolled, setScrolled] = useState(false);

  const unit = typeof document === 'undefined' ? 1 : Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const inner = Math.max(10, width - 104 * unit);
  const from = view?.from ?? window_.from;
  const to = view?.to ?? window_.to;
  const x = useMemo(() => linearScale(from, to, inner), [from, to, inner]);

  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const state = now();
      if (event.ctrlKey || event.metaKey) void state.zoomTimeline(event.deltaY > 0 ? 1.5 : 1 / 1.5);
      else void state.step(event.deltaY > 0 || event.deltaX > 0 ? 'forward' : 'back');
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [view === null, now]); // eslint-disable-line react-hooks/exhaustive-deps

  if (!status || !view) return <p className="empty">Nothing has run yet.</p>;

  const { tick, live } = status;
  const lanes = view.lanes.filter((lane) => ALWAYS.includes(lane.name) || lane.spans.length > 0);
  /** Lanes below the edge. */
  const below = lanes.length - Math.max(1, Math.floor((height - 22 * unit) / (LANE * unit)));
  const at = (event: PointerEvent) => {
    const box = area.current?.getBoundingClientRect();
    return Math.max(0, Math.min(live, Math.round(x.invert(event.clientX - (box?.left ?? 0)))));
  };
  const travel = (target: number) => {
    setDrag(target);
    void seek(target);
  };
  const head = drag ?? tick;
  const headX = x(head);
  const { trouble } = status, wrong = trouble?.tick === head ? `✕ ${trouble.word} ` : '';
  /** The flag at the moment shown, with what went wrong in it: where it has room. */
  const flag = `${wrong}${count(head)}`, flagWidth = (flag.length * 6.7 + 14) * unit;
  const flagAt = wrong && headX > flagWidth ? -1 : headX < flagWidth / 2 ? 0 : headX > inner - flagWidth / 2 ? -1 : -0.5;
  const flagLeft = headX + flagAt * flagWidth, troubleX = trouble ? x(trouble.tick) : -1;
  const firstCpu = lanes.findIndex(({ cpu }) => cpu !== undefined);
  const ticks = x.ticks(Math.max(2, Math.floor(inner / (90 * unit))));
  const liveX = x(live);

  return (
    <div className="tl" ref={wholeLanes}
      style={{ gridTemplateRows: `calc(18 * var(--u)) repeat(${lanes.length}, minmax(calc(${LANE} * var(--u)), calc(22 * var(--u))))` }}
      onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollTop > 0)}>
      <div className="under">{tick < live && liveX > headX ? <i className="future"
        style={{ left: Math.max(0, headX), width: Math.max(0, Math.min(inner, liveX) - Math.max(0, headX)) }} /> : null}</div>
      <span className="corner">{below > 0 ? <button type="button" onClick={({ currentTarget }) => {
        const all = currentTarget.closest('.tl');
        all?.scrollTo({ top: scrolled ? 0 : all.scrollHeight });
      }}>{scrolled ? 'from the top' : `+${below} below`}</button> : null}</span>
      <div className="ruler">{ticks.map((value) => {
        const place = x(value), half = count(value).length * 3.5 * unit;
        const isUnderFlag = place + half > flagLeft - 6 * unit && place - half < flagLeft + flagWidth + 6 * unit;
        return isUnderFlag || Math.abs(place - liveX) < half + 8 * unit || place < half || place > inner - half ? null
          : <span key={value} style={{ left: place }}>{count(value)}</span>;
      })}</div>
      {lanes.map((lane) => (
        <div key={laneTitle(lane)} className="lane-row">
          <span className="lab">{laneTitle(lane)}</span>
          <div className="lane"><Spans lane={lane} x={x} unit={unit} tick={tick} inner={inner} /></div>
        </div>
      ))}
      {migrations(lanes).map(({ tick: start, from: a, to: b, who }) => {
        const top = Math.min(a, b), rows = Math.abs(b - a) + 1, edge = `${50 / rows}%`;
        // The first row is the ruler's.
        return <div key={`${start} ${who}`} className="moves" style={{ gridRow: `${firstCpu + top + 2} / span ${rows}` }}>
          <i className={b > a ? 'down' : 'up'} style={{ left: x(start), top: edge, bottom: edge }} /></div>;
      })}
      <div
        className="over" ref={area} role="slider" tabIndex={0} aria-label="Moment in the run" aria-valuemin={0} aria-valuemax={live} aria-valuenow={tick}
          aria-valuetext={`tick ${count(tick)} of ${count(live)}`} data-panel-focus data-busy={phase !== 'stopped' || undefined}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          travel(at(event));
        }}
        onPointerMove={(event) => {
          const target = at(event);
          if (drag !== null && event.buttons === 1) travel(target);
          else setHover(target);
        }}
        onPointerUp={() => setDrag(null)}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => setHover(null)}
        onKeyDown={(event) => {
          const page = event.key === 'PageUp' ? 1 : event.key === 'PageDown' ? -1 : 0;
          if (page === 0) return;
          event.preventDefault();
          void seek(Math.max(0, Math.min(live, tick + Math.round(((to - from) / 10) * page))));
        }}
      >
        {liveX >= 0 && liveX <= inner + 1 ? <i className="liveend" style={{ left: liveX }}>{Math.abs(liveX - headX) > 60 * unit ? <b>live</b> : null}</i>
          : null}
        {hover !== null && drag === null ? <i className="hover" style={{ left: x(hover) }}><b>{count(hover)}</b></i> : null}
        {trouble && trouble.tick !== head && troubleX >= 0 && troubleX <= inner ? <i className="wrong" style={{ left: troubleX }} data-tip={
          `${trouble.text}, at tick ${count(trouble.tick)}`} /> : null}
        {headX >= -1 && headX <= inner + 1 ? <i className={wrong ? 'head bad' : 'head'} style={{ left: headX }}>
          <b style={{ transform: `translateX(${flagAt * 100}%)` }}>{flag}</b></i> : null}
      </div>
    </div>
  );
}

/** The whole run at a glance; a click moves the window there. */
export function TimelineHead() {
  const overview = useApp((s) => s.overview);
  const window_ = useApp((s) => s.window);
  const status = useApp((s) => s.status);
  const moveWindow = useApp((s) => s.moveWindow);
  const showAll = useApp((s) => s.showAllTime);
  const ring = overview?.lanes.find((lane) => lane.name === 'ring');
  const whole = Math.max(1, overview?.to ?? 1);
  const share = (tick: number) => `${Math.max(0, Math.min(100, (tick / whole) * 100))}%`;
  return (
    <>
      <button
        type="button" className="mini not-proj" aria-label={`The whole run, ${count(status?.live ?? 0)} ticks; the panel ` +
          `shows ${count(window_.from)} to ${count(window_.to)}. Press to show all of it`}
        onClick={(event) => {
          // Pressed by keyboard there is no place to go to.
          if (event.detail === 0) return void showAll();
          const box = event.currentTarget.getBoundingClientRect();
          const middle = ((event.clientX - box.left) / box.width) * whole;
          const span = window_.to - window_.from;
          const from = Math.max(0, Math.round(middle - span / 2));
          void moveWindow({ from, to: from + span });
        }}
      >
        {ring?.spans.map((span) => <i key={span.start} className={look('ring', span)}
          style={{ left: share(span.start), width: `${Math.max(0.3, ((span.end - span.start) / whole) * 100)}%` }} />)}
        <b style={{ left: `min(${share(window_.from)}, calc(100% - 4 * var(--u)))`, right: `calc(100% - ${share(window_.to)})` }} />
      </button>
      <span className="meta mono">{count(window_.from)} to {count(window_.to)}</span>
    </>
  );
}

export function TimelineActions() {
  const zoom = useApp((s) => s.zoomTimeline);
  const all = useApp((s) => s.showAllTime);
  const ukl = useApp((s) => s.build?.switches['PRIVILEGE'] === 'ukl');
  const hasWire = useApp((s) => s.timeline?.lanes.some(({ name, spans }) => name.startsWith('to-') && spans.length > 0) ?? false);
  return (
    <>
      <span className="key not-proj">{ukl ? <><span><RingGlyph ring={0} domain="app" />application</span>
        <span><RingGlyph ring={0} domain="kernel" />kernel</span></>
        : <><span><RingGlyph ring={3} domain="app" />ring 3</span><span><RingGlyph ring={0} domain="kernel" />ring 0</span></>}
        <span className="flt"><svg viewBox="0 0 9 9" aria-hidden="true"><path d={MARKS['flt']} /></svg>{hasWire ? 'fault, lost frame' : 'fault'}</span>
        <span><svg viewBox="0 0 9 9" aria-hidden="true"><path d={MARKS['irq']} /></svg>interrupt</span>
        {hasWire ? <span className="again"><svg viewBox="0 0 9 9" aria-hidden="true"><path d={MARKS['again']} /></svg>sent again</span> : null}</span>
      <button type="button" className="btn icon" aria-label="Zoom in" onClick={() => void zoom(0.5)}><Icon name="plus" small /></button>
      <button type="button" className="btn icon" aria-label="Zoom out" onClick={() => void zoom(2)}><Icon name="minus" small /></button>
      <button type="button" className="btn" onClick={() => void all()}>All</button>
    </>
  );
}
