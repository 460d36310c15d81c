import { type CSSProperties, type KeyboardEvent, type ReactNode, useCallback, useMemo, useRef } from 'react';
import type { LockReport, LockShareReport, LocksView, LockTask, LockWaiter, LockWord } from '../../../link/reports.ts';
import { focusPanel } from '../../shell/focus.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { useApp } from '../../store/app.ts';
import { count, hex, plural } from '../../widgets/format.ts';
import { apart, type Edge, layoutOf } from './layout.ts';
import { lockName, sentence, taskName } from './sentence.ts';
import { wholeRowsIn } from '../../widgets/whole-rows.ts';
import './locks.css';

const wholeLines = wholeRowsIn('.lk-steps li, .lk-qhead, .lk-queue li > :not(.lk-chain), .lk-chain, .lk-bits, .lk-value, .lk-more');

/** Design pixels. */
const PITCH = 50, BOX = 34, TASK_WIDTH = 80, LOCK_WIDTH = 80, GAP = 78, TOP = 20, SIDE = 5;
const LOCK_LEFT = SIDE + TASK_WIDTH + GAP, WIDTH = LOCK_LEFT + LOCK_WIDTH + SIDE;
/** Of the words on an edge. */
const LABEL = 14;

const modeOf = ({ read }: { read: boolean }): string => (read ? 'read' : 'write');
/** `D, mmap` */
const doingOf = ({ letter, call }: LockTask): string => (call ? `${letter}, ${call.slice(0, call.indexOf('('))}` : letter);
const middle = (row: number): number => TOP + row * PITCH + BOX / 2;

/** A function that calls itself is one, with how often: of a stack nobody wants to count. */
export function folded(chain: readonly string[]): string {
  const runs: { name: string; times: number }[] = [];
  for (const name of chain) {
    const last = runs.at(-1);
    if (last?.name === name) last.times += 1;
    else runs.push({ name, times: 1 });
  }
  return runs.map(({ name, times }) => (times > 1 ? `${name} × ${times}` : name)).join(' < ');
}

const at = (left: number, top: number, width: number, height?: number): CSSProperties => ({
  left: `calc(${left} * var(--u))`, top: `calc(${top} * var(--u))`, width: `calc(${width} * var(--u))`,
  ...(height === undefined ? {} : { height: `calc(${height} * var(--u))` }),
});

/** Ends of an edge at its task and at its lock, in design pixels. */
function ends({ from, to, lane }: Edge): { y1: number; y2: number } {
  return { y1: middle(from) + lane * 9, y2: middle(to) + lane * 9 };
}

function Lines({ edges, height }: { edges: readonly Edge[]; height: number }) {
  return (
    <svg viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true">
      {edges.map((edge) => {
        const { y1, y2 } = ends(edge), a = SIDE + TASK_WIDTH, b = LOCK_LEFT, bend = edge.lane * 14;
        const mid = (a + b) / 2, path = `M${a} ${y1}C${mid} ${y1 + bend} ${mid} ${y2 + bend} ${b} ${y2}`;
        // The tip is at whom it leads to: of what is held the task, of what is wanted the lock.
        const tip = edge.kind === 'held' ? `M${a + 7} ${y1 - 4}L${a} ${y1}L${a + 7} ${y1 + 4}Z` : `M${b - 7} ${y2 - 4}L${b} ${y2}L${b - 7} ${y2 + 4}Z`;
        return <g key={`${edge.kind} ${edge.pid} ${edge.lock}`} className={`${edge.kind}${edge.closed ? ' closed' : ''}`}><path d={path} /><path
          className="tip-of" d={tip} /></g>;
      })}
    </svg>
  );
}

function Graph({ view, chosen, onChoose }: { view: LocksView; chosen: LockReport; onChoose: (lock: bigint) => void }) {
  const seek = useApp((s) => s.seek), focusOn = useApp((s) => s.focusOn);
  const layout = useMemo(() => layoutOf(view), [view]);
  const { tasks, folds, locks, edges, circles, rows, hidden } = layout, height = TOP + Math.max(1, rows) * PITCH;
  const taskOf = (pid: number): LockTask | undefined => view.tasks.find((one) => one.pid === pid);
  const labels = apart(edges.map((edge) => {
    const { y1, y2 } = ends(edge);
    // Of two between the same the words stand between them.
    return (y1 + y2) / 2 - edge.lane * 2 - LABEL / 2;
  }), LABEL);
  const wordOf = ({ words: [word] }: LockReport): string => (word?.value === undefined ? '' : `${word.field} 0x${hex(word.value)}`);
  return (
    <div className="lk-graph">
      <div className="lk-plane" style={{ width: `calc(${WIDTH} * var(--u))`, height: `calc(${height} * var(--u))` }}>
        {circles.map(({ first, last, length }) => (
          <div key={`${first} ${last}`} className="lk-circle" style={at(1, TOP + first * PITCH - 9, WIDTH - 2, (last - first) * PITCH + BOX + 18)}>
            <span>circle of {length === 1 ? 'one' : length}</span></div>
        ))}
        <Lines edges={edges} height={height} />
        {edges.map((edge, n) => {
          const word = { held: 'held', waits: 'waits', wants: 'wants' }[edge.kind];
          return (
            <button type="button" key={`${edge.kind} ${edge.pid} ${edge.lock}`} className={`lk-edge ${edge.kind}${edge.closed ? ' closed' : ''}`}
              style={at(SIDE + TASK_WIDTH + 7, labels[n], GAP - 14)} onClick={() => void seek(edge.since)}
              data-tip={`${word} for ${edge.read ? 'reading' : 'writing'} since tick ${count(edge.since)}: go there`}>
              {word}, {modeOf(edge)}
            </button>
          );
        })}
        {tasks.map(({ pid, row }) => {
          const task = taskOf(pid), name = task ? taskName(task) : String(pid);
          return (
            <button type="button" key={pid} className={`lk-task ${task?.state ?? ''}`} style={at(SIDE, TOP + row * PITCH, TASK_WIDTH, BOX)}
              data-tip={`${name}${task?.call ? `, in ${task.call}` : ''}: show it in the other panels`} onClick={() => void focusOn({ pid })}>
              <b className="clip">{name}</b><span className="clip">{task ? doingOf(task) : ''}</span>
            </button>
          );
        })}
        {folds.map(({ lock, pids, row }) => (
          <div key={String(lock)} className="lk-task lk-fold" style={at(SIDE, TOP + row * PITCH, TASK_WIDTH, BOX)}
            data-tip={pids.map((pid) => taskName(taskOf(pid) ?? { id: pid, pid, comm: '' })).join(', ')}>
            <b>{pids.length} more</b><span>wait for it alone</span></div>
        ))}
        <div role="listbox" aria-label="Locks">
          {locks.map(({ lock: one, row }) => {
            const isChosen = one.lock === chosen.lock;
            return (
              <div key={String(one.lock)} role="option" aria-selected={isChosen} tabIndex={isChosen ? 0 : -1}
                {...(isChosen ? { 'data-panel-focus': true } : {})}
                className="lk-lock" style={at(LOCK_LEFT, TOP + row * PITCH, LOCK_WIDTH, BOX)} onClick={() => onChoose(one.lock)} onKeyDown={(event) => {
                  if (event.key !== ' ') return;
                  event.preventDefault();
                  onChoose(one.lock);
                }}
                aria-label={`${lockName(one)}, ${one.type || 'of no known kind'}, ${wordOf(one) || 'not decoded'}, ${
                  plural(one.waiters.length, 'waits', 'wait')}`}
                data-tip={`${lockName(one)} at ${hex(one.lock)}`}>
                <b className="clip">{lockName(one)}</b><span className="clip mono">{wordOf(one)}</span>
              </div>
            );
          })}
        </div>
      </div>
      {hidden > 0 ? <p className="lk-more">{plural(hidden, 'more lock')} held, with nobody waiting</p> : null}
    </div>
  );
}

const valueText = ({ value }: LockWord): string => (value === undefined ? 'not mapped' : `0x${hex(value)}`);

/** Cells of a word from its highest bit down; what nobody has named is a dot. */
function Word({ word }: { word: LockWord }) {
  const { parts, value, bits, field, at: place } = word, cells: { key: string; bits: string; value: string; name: string; isSet: boolean }[] = [];
  let next = bits - 1;
  const gap = (to: number): void => {
    if (next > to) cells.push({ key: `gap ${next}`, bits: next === to + 1 ? String(next) : `${next}..${to + 1}`, value: '·', name: '', isSet: false });
  };
  for (const { name, low, high, value: number } of parts) {
    gap(high);
    cells.push({ key: name, bits: high === low ? String(low) : `${high}..${low}`, value: count(Number(number)), name, isSet: number > 0n });
    next = low - 1;
  }
  gap(-1);
  return (
    <div className="lk-word">
      <div className="lk-value"><span>{field}</span> <b className="mono" data-tip={`at ${hex(place)}`}>{valueText(word)}</b></div>
      {value === undefined ? null : <div className="lk-bits" style={{ gridTemplateColumns: `repeat(${cells.length}, auto)` }}>
        {cells.map(({ key, bits: at_, value: number, name, isSet }) => (
          <div key={key} className={isSet ? 'set' : undefined}><i>{at_}</i><b>{number}</b><span>{name}</span></div>
        ))}
      </div>}
    </div>
  );
}

/** The word that names the holder: the task, and the bits beside its address. */
function Owner({ word }: { word: LockWord }) {
  const flags = word.parts.filter(({ value }) => value > 0n).map(({ name }) => name);
  return (
    <div className="lk-value"><span>{word.field}</span> <b className="mono" data-tip={`${valueText(word)} at ${hex(word.at)}`}>{word.holder
      ? `${word.holder.comm} ${word.holder.pid}` : word.value === 0n ? 'nobody' : `${valueText(word)}, no task`}</b>
    {flags.length > 0 ? <span className="mono"> {flags.join(' ')}</span> : null}</div>
  );
}

/** Its kind leads to all of its fields. */
function Kind({ lock: { lock, type } }: { lock: LockReport }) {
  const openObject = useApp((s) => s.openObject);
  const open = (): void => {
    focusPanel('objects');
    void openObject({ at: lock, type }, null);
  };
  return type === '' ? null : (
    <button type="button" className="mono" data-tip={`at ${hex(lock)}: all its fields, in Objects`} onClick={open}>{type} ▸</button>
  );
}

function Decoded({ lock }: { lock: LockReport }) {
  const seek = useApp((s) => s.seek);
  return (
    <div className="lk-decoded">
      <div className="lk-type"><b className="clip">{lockName(lock)}</b><Kind lock={lock} /></div>
      {lock.words.map((word) => (word.holder === undefined ? <Word key={word.field} word={word} /> : <Owner key={word.field} word={word} />))}
      {lock.words.length === 0 ? <p className="lk-more">Not decoded: the kernel does not say how such a lock is read.</p> : null}
      <ol className="lk-steps">
        {lock.steps.map(({ tick, what, pid, comm, word }) => (
          <li key={`${tick} ${what}`} className={what === 'not free' ? 'bad' : undefined}>
            <button type="button" className="num" data-tip="go there" onClick={() => void seek(tick)}>{count(tick)}</button>
            <span className="num">{word === undefined ? '' : `0x${hex(word)}`}</span><span className="clip">{what} · {comm ? `${comm} ${pid}` : pid}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Waiter({ waiter, tick }: { waiter: LockWaiter; tick: number }) {
  const { place, chain, stack, since, told } = waiter;
  return (
    <li>
      <span className="num">{place === undefined ? '·' : place + 1}</span><b className="clip">{taskName(waiter)}</b><span>{modeOf(waiter)}</span>
      <span className="num">{told ? count(since) : 'not told'}</span><span className="num">{told ? count(tick - since) : ''}</span>
      <span className="clip">{stack}</span>
      <span className="lk-chain mono" data-lines="">{folded(chain) || 'its frames are not known'}</span>
    </li>
  );
}

function Queue({ lock, tick }: { lock: LockReport; tick: number }) {
  return (
    <div className="lk-queue" role="group" aria-label={`Queue of ${lockName(lock)}`}>
      {lock.waiters.length === 0 ? <p className="lk-more">Nobody waits for {lockName(lock)}.</p> : (
        <>
          <div className="lk-qhead" aria-hidden="true"><span className="num">queue</span><span>task</span><span>wants</span><span className="num">since</span>
            <span className="num">ticks</span><span>on</span></div>
          <ol>{lock.waiters.map((waiter) => <Waiter key={waiter.pid} waiter={waiter} tick={tick} />)}</ol>
        </>
      )}
      {lock.broken ? <p className="lk-broken">The list in memory cannot be followed: {lock.broken}.</p> : null}
    </div>
  );
}

export function LocksPanel() {
  const view = useApp((s) => s.views.locks);
  const tick = useApp((s) => s.status?.tick ?? 0);
  const run = useApp((s) => s.run), seek = useApp((s) => s.seek), chooseLock = useApp((s) => s.chooseLock);
  const root = useRef<HTMLDivElement>(null);
  const body = useCallback((element: HTMLDivElement | null) => {
    root.current = element;
    return wholeLines(element);
  }, []);
  if (!view) return <NotYet />;
  const { locks, lastWait } = view, chosen = locks.find(({ lock }) => lock === view.chosen) ?? locks[0] as LockReport | undefined;
  const toWait = (direction: 'forward' | 'back'): void => {
    if (direction === 'forward') void run('forward', { kind: 'event', event: 'contention-begin' });
    else if (lastWait !== undefined) void seek(lastWait);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const order = layoutOf(view).locks.map(({ lock }) => lock), now = order.findIndex(({ lock }) => lock === chosen?.lock);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const inList = event.target instanceof Element && event.target.closest('[role=option]');
    if (by !== 0 && inList) {
      void chooseLock(order[Math.min(Math.max(now + by, 0), order.length - 1)].lock).then(() =>
        root.current?.querySelector<HTMLElement>('[role=option][aria-selected=true]')?.focus());
    } else if (event.key === 'Enter' && inList && chosen) void seek([...chosen.holders, ...chosen.waiters][0]?.since ?? tick);
    else if (event.key === ']') toWait('forward');
    else if (event.key === '[') toWait('back');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const ways: ReactNode = (
    <div className="lk-ways">
      <button type="button" className="btn boxed" onClick={() => toWait('forward')}>Run to the next wait<kbd>]</kbd></button>
      {lastWait === undefined ? null : <button type="button" className="btn boxed" onClick={() => toWait('back')}>Back to the last wait<kbd>[</kbd></button>}
    </div>
  );
  if (!chosen) {
    return (
      // The keys are those of its buttons.
      // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
      <div className="empty" ref={root} onKeyDown={onKeyDown}>
        <p>No lock is held or wanted now.{view.others > 0 ? ` This run has told of ${plural(view.others, 'lock')}.` : ''}</p>{ways}</div>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="lk-body" ref={body} onKeyDown={onKeyDown}>
      <p className={view.circles.length > 0 ? 'lk-says bad' : 'lk-says'}>{sentence(view)}</p>
      <div className="lk-mid"><Graph view={view} chosen={chosen} onChoose={(lock) => void chooseLock(lock)} /><Decoded lock={chosen} /></div>
      <Queue lock={chosen} tick={tick} />
    </div>
  );
}

const sharesText = (shares: readonly LockShareReport[]): string => shares.map((one) => `${taskName(one)} (${modeOf(one)})`).join(', ');

export function LocksTable() {
  const view = useApp((s) => s.views.locks);
  const seek = useApp((s) => s.seek);
  if (!view) return <NotYet />;
  const door = (tick: number | undefined): ReactNode =>
    (tick === undefined ? null : <button type="button" onClick={() => void seek(tick)}>{count(tick)}</button>);
  return (
    <>
      <table className="data">
        <caption>Locks that somebody holds, wants or waits for; {plural(view.others, 'other')} in this run</caption>
        <thead><tr><th>Lock</th><th>Kind</th><th>Words</th><th>Held by</th><th className="num">Since</th>
          <th>Wait</th><th className="num">Since</th></tr></thead>
        <tbody>{view.locks.map((lock) => (
          <tr key={String(lock.lock)} aria-current={lock.lock === view.chosen}><td className="mono">{lockName(lock)}</td><td className="mono">{lock.type}</td>
            <td className="mono">{lock.words.map((word) => `${word.field} ${valueText(word)}${
              word.parts.filter((part) => part.value > 0n).map((part) => ` ${part.name} ${part.value}`).join('')}`).join('; ')}</td>
            <td>{sharesText(lock.holders)}</td><td className="num">{door(lock.holders[0]?.since)}</td>
            <td>{sharesText(lock.waiters)}</td><td className="num">{door(lock.waiters[0]?.since)}</td></tr>
        ))}</tbody>
      </table>
      <table className="data">
        <caption>Tasks with a part in them{view.circles.map(({ pids }) => `; in a circle: ${pids.join(', ')}`).join('')}</caption>
        <thead><tr><th className="num">Pid</th><th>Task</th><th>State</th><th>Call</th><th>Waits in</th><th>On</th></tr></thead>
        <tbody>{view.tasks.map((task) => {
          const waiter = view.locks.flatMap(({ waiters }) => waiters).find(({ pid }) => pid === task.pid);
          return (
            <tr key={task.pid}><td className="num">{task.pid}</td><td className="mono">{task.comm}</td><td>{task.letter}</td>
              <td className="mono">{task.call ?? ''}</td>
              <td className="mono">{waiter ? folded(waiter.chain) : ''}</td><td>{waiter?.stack ?? ''}</td></tr>
          );
        })}</tbody>
      </table>
    </>
  );
}
