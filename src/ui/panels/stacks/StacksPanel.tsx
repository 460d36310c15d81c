import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { StackReport } from '../../../link/reports.ts';
import type { PanelProps } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { taskName } from '../../store/focus.ts';
import { plural } from '../../widgets/format.ts';
import { nothingMapped } from './mapped.ts';
import { StackColumn } from './StackColumn.tsx';
import { WriterBar } from './WriterBar.tsx';
import './stacks.css';

/** From where RSP was to where it is now, drawn over the gutter between the columns. */
function JumpArrow({ from, to }: { from: bigint | undefined; to: bigint | undefined }) {
  const svg = useRef<SVGSVGElement>(null);
  const [path, setPath] = useState<{ y1: number; y2: number; width: number; right: boolean } | null>(null);
  useLayoutEffect(() => {
    const gutter = svg.current?.parentElement;
    const grid = gutter?.parentElement;
    if (!gutter || !grid || from === undefined || to === undefined) return setPath(null);
    const top = grid.getBoundingClientRect().top;
    const middle = (addr: bigint) => {
      const find = (at: bigint) => grid.querySelector<HTMLElement>(`[data-slot="${at.toString(16)}"]`);
      // An empty stack: RSP stands above its first slot.
      const slot = find(addr) ?? find(addr - 8n);
      if (!slot) return null;
      const box = slot.getBoundingClientRect();
      const scroller = slot.closest('.rows')?.getBoundingClientRect();
      const y = slot === find(addr) ? box.top + box.height / 2 : box.top - box.height / 2;
      return { y: Math.min(Math.max(y, (scroller?.top ?? 0) + 6), (scroller?.bottom ?? y) - 6) - top, x: box.left };
    };
    const a = middle(from & ~7n);
    const b = middle(to & ~7n);
    return setPath(a && b && Math.abs(a.x - b.x) > 1 ? { y1: a.y, y2: b.y, width: gutter.clientWidth, right: b.x > a.x } : null);
  }, [from, to]);
  const { y1, y2, width, right } = path ?? { y1: 0, y2: 0, width: 26, right: true };
  const middle = width / 2;
  const start = right ? 0 : width;
  const end = right ? width - 5 : 5;
  const radius = Math.min(6, Math.abs(y2 - y1) / 2) * Math.sign(y2 - y1 || 1);
  const bend = right ? 6 : -6;
  return (
    <svg ref={svg} className="jump" role={path ? 'img' : undefined} aria-label={path ? 'RSP moved from one stack to the other' : undefined}
      aria-hidden={path ? undefined : true}>
      {path ? (
        <>
          <path d={`M${start} ${y1}H${middle - bend}q${bend} 0 ${bend} ${radius}V${y2 - radius}q0 ${radius} ${bend} ${radius}H${end}`} fill="none"
            stroke="var(--text-1)" strokeWidth="1.75" />
          <path d={right ? `M${width - 7} ${y2 - 4} L${width} ${y2} L${width - 7} ${y2 + 4}Z` : `M7 ${y2 - 4} L0 ${y2} L7 ${y2 + 4}Z`} fill="var(--text-1)" />
        </>
      ) : null}
    </svg>
  );
}

function Legend({ ahead, savedStruct }: { ahead: boolean; savedStruct: string }) {
  return (
    <div className="legend" aria-hidden="true">
      <span><i className="k-ret" />↩ return</span><span><i className="k-saved" />▪ saved</span><span><i className="k-local" />x local</span>
      <span><i className="k-ptregs" />P {savedStruct || 'saved registers'}</span>
      <span><i className="k-hw" />H frame</span><span><i className="k-red" />red zone</span><span><i className="k-guard" />guard</span>
      {ahead ? <><span className="grow" /><span className="not-proj"><span className="in">+n</span>in n steps</span></> : null}
    </div>
  );
}

/** How full a stack is, if that can be read. */
export const usedText = ({ unreadable, inUse, usedBytes }: StackReport): string =>
  (unreadable && !inUse ? 'not mapped as the page tables are: what is on it cannot be read' : `${plural(usedBytes, 'byte')} used`);

/** One tube per further stack of the processor; the one in use is filled, and a click shows it on the right. */
function Strip({ stacks, shown, onShow }: { stacks: readonly StackReport[]; shown: StackReport | undefined; onShow: (name: string | null) => void }) {
  const more = stacks.filter((stack) => stack.kind !== 'user' && stack.kind !== 'kernel');
  const busy = stacks.filter((stack) => stack.kind !== 'user' && stack.kind !== 'kernel' && stack.usedBytes > 0);
  return (
    <div className="ist not-proj">
      <div className="t">More</div>
      <div className="m">{busy.length > 0 ? `${busy.length} used` : more.some(({ unreadable }) => unreadable) ? 'not mapped' : 'empty'}</div>
      <ul>
        {more.map((stack) => {
          const part = Math.min(1, stack.usedBytes / Number(stack.high - stack.low || 1n));
          return (
            <li key={`${stack.kind}${stack.name}${stack.low}`}>
              <button type="button" aria-pressed={stack === shown} data-used={stack.inUse || undefined}
                data-tip={`${stack.name} stack, ${usedText(stack)}`} onClick={() => onShow(stack === shown ? null : stack.name)}>
                <i className="tube"><i style={{ height: `${Math.max(part * 100, stack.usedBytes > 0 ? 6 : 0)}%` }} /></i>
                <span className="clip">{stack.name}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

export function StacksPanel({ width, height }: PanelProps) {
  const view = useApp((s) => s.views.stacks);
  const cpu = useApp((s) => s.views.cpu);
  const other = useApp((s) => s.views.taskStacks);
  const beside = useApp((s) => s.beside);
  const entry = useApp((s) => s.build?.switches['UKL_ENTRY']);
  const [chosen, setChosen] = useState<string | null>(null);
  const stacks = view?.stacks ?? [];
  const user = stacks.find((stack) => stack.kind === 'user');
  const current = stacks.find((stack) => stack.inUse);
  const others = useMemo(() => (view?.stacks ?? []).filter((stack) => stack.kind !== 'user'), [view]);
  // The stack in use is always in sight; else the one that was chosen, else the kernel's. Where there is no user's, that is beside it.
  const kernel = others.find((stack) => stack.kind === 'kernel');
  const right = (current && current !== user ? current : others.find((stack) => stack.name === chosen)) ?? kernel ?? others[0];

  if (!view || stacks.length === 0) return <p className="empty">No stack exists yet: the kernel sets up its first one in the first instructions.</p>;
  if (beside !== null) {
    const theirs = other?.stacks.find((stack) => stack.inUse) ?? other?.stacks[0];
    return (
      <>
        <div className="sgrid">
          <StackColumn stack={current ?? right} side="user" width={width} height={height} whose={`${view.task.comm} ${view.task.pid}`}
            empty="RSP points into no stack that is known." />
          <div className="jumpcol" />
          <StackColumn stack={theirs} side="kernel" asleep={other?.task.pid !== view.task.pid}
            width={width} height={height} whose={other ? `${other.task.comm} ${other.task.pid}` : ''}
            empty={other === undefined ? 'Looking for its stack.' : 'This task has no stack at this moment: it has ended, or it has not run yet.'} />
        </div>
        <WriterBar />
        <Legend savedStruct={view.savedStruct} ahead={false} />
      </>
    );
  }
  const who = view.task.comm || 'The kernel';
  const jumped = view.jump && cpu?.registers.find((register) => register.name === 'RSP');
  return (
    <>
      <div className="sgrid">
        <StackColumn stack={user ?? (right === kernel ? undefined : kernel)} side="user" width={width} height={height}
          empty={entry === 'none' ? `${who} has no stack of a user's: in this first version the application runs on the stack of its kernel thread.`
            : `${who} has no user stack: the application has one from execve to its end.`} />
        <div className="jumpcol"><JumpArrow key={`${width}x${height}`} from={jumped ? jumped.was : undefined} to={jumped ? jumped.value : undefined} /></div>
        <StackColumn stack={right} side="kernel" width={width} height={height} empty="No kernel stack yet." />
        <Strip stacks={stacks} shown={right} onShow={setChosen} />
      </div>
      <WriterBar />
      <Legend savedStruct={view.savedStruct} ahead={stacks.some((stack) => stack.rows.some((row) => 'next' in row))} />
    </>
  );
}

export function StacksHead() {
  const task = useApp((s) => s.views.stacks?.task);
  const other = useApp((s) => (s.beside === null ? null : s.views.taskStacks?.task ?? null));
  const setBeside = useApp((s) => s.setBeside);
  const where = useApp(({ status }) => (status?.ended !== undefined ? ', exited' : status?.away === undefined ? '' : ', on no CPU'));
  const lost = useApp((s) => s.views.stacks?.stacks.flatMap((stack) => stack.rows).filter((row) => 'overwritten' in row && row.overwritten).length ?? 0);
  const unmapped = useApp((s) => nothingMapped(s.views.stacks?.stacks ?? []));
  if (!task) return null;
  return (
    <>
      <span className="chip not-proj">{taskName(task)}{where}</span>
      {other ? <button type="button" className="btn boxed" aria-label={`Put away the stack of ${taskName(other)}`} onClick={() => void setBeside(null)}>
        {taskName(other)} ✕</button> : null}
      {unmapped ? <span className="chip fault">✕ no stack is mapped: see Address space</span> : null}
      {lost > 0 ? <span className="chip fault">✕ {plural(lost, 'value')} lost</span> : null}
    </>
  );
}
