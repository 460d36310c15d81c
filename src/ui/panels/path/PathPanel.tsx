import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { PathNode, SyscallReport } from '../../../link/reports.ts';
import type { PanelProps } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { bareName, count, plural } from '../../widgets/format.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { Menu, type MenuEntry } from '../../widgets/Menu.tsx';
import { RingGlyph } from '../../widgets/RingGlyph.tsx';
import { type Column, skipped, spine, tree } from './spine.ts';
import './path.css';

const Here = () => <svg viewBox="0 0 12 12" role="img" aria-label="you are here"><path className="m-next" d="M1.5 2.5h5L10.500 6 6.5 9.500h-5Z" /></svg>;

const Box = memo(function Box({ node, largest, skip }: { node: PathNode; largest: number; skip: boolean }) {
  const seek = useApp((s) => s.seek);
  const look = `${node.current ? 'now' : ''} ${skip ? 'skip' : ''} ${node.reached ? '' : 'todo'}`;
  return (
    <button type="button" className={`node r${node.ring} ${look}`}
      data-tip={`${node.name}, ring ${node.ring}, from ` +
      `tick ${count(node.firstTick)} to ${count(node.lastTick)}: ${count(node.instructions)} instructions, ${count(node.cycles)} cycles modelled of its own`}
      onClick={() => void seek(node.firstTick)}>
      <span className="nm"><RingGlyph ring={node.ring} domain={node.domain} /><span className="clip">{bareName(node.name)}</span>
        {node.current ? <><span className="grow" /><Here /></> : null}</span>
      <span className="ct"><b>{count(node.instructions)}</b> instr<span className="not-proj">, {count(node.cycles)} cyc</span></span>
      <i className="hb" style={{ width: `${largest > 0 ? Math.max(1, (node.instructions / largest) * 100) : 0}%` }} />
    </button>
  );
});

/** What a box of the spine called besides the next one, folded into one small box with a menu. */
const Side = memo(function Side({ column, skip }: { column: Column; skip: ReadonlySet<number> }) {
  const seek = useApp((s) => s.seek);
  const { side } = column;
  const first = side.reduce<Column['side'][number] | undefined>((best, one) => (!best || one.instructions > best.instructions ? one : best), undefined);
  if (!first) return null;
  const current = side.some((one) => one.current);
  const instructions = side.reduce((sum, one) => sum + one.instructions, 0);
  const allSkipped = side.every((one) => skip.has(one.node.id));
  return (
    <Menu
      trigger={(
        <button type="button"
          className={`node small r${first.node.ring} ${current ? 'now' : ''} ${allSkipped ? 'skip' : ''} ${side.some((one) => one.reached) ? '' : 'todo'}`}
          data-tip={side.map((one) => `${one.node.name}: ${one.instructions} instructions`).join('\n')}>
          <span className="nm"><span className="clip">{bareName(first.node.name)}</span>
            {side.length > 1 ? <span className="muted">+{side.length - 1}</span> : null}</span>
          <span className="ct"><b>{count(instructions)}</b></span>{current ? <Here /> : null}
        </button>
      )}
      entries={() => [
        { kind: 'label', text: `Also called by ${bareName(column.node.name)}` },
        ...side.map(({ node, instructions: own, visits }): MenuEntry => ({
          kind: 'item', key: String(node.id), onSelect: () => void seek(node.firstTick),
          content: <><RingGlyph ring={node.ring} domain={node.domain} /><span className="mono clip">{bareName(node.name)}</span><span className="grow" />
            <span className="about">{count(own)} instr{visits > 1 ? ` in ${visits} visits` : ''}</span></>,
        })),
      ]}
    />
  );
});

const BACK: Readonly<Partial<Record<PathNode['via'], string>>> = { sysret: 'sysret', iret: 'iret', return: 'ret' };

/** The line back: how the boundary was crossed again, and with what the call came back. */
function Back({ node, before, call }: { node: PathNode; before: PathNode | undefined; call: SyscallReport }) {
  const seek = useApp((s) => s.seek);
  const tick = useApp((s) => s.status?.tick ?? 0);
  const result = resultOf(call), { left } = node;
  if (!before && result !== undefined && call.endTick !== undefined) {
    const { endTick } = call;
    return <button type="button" className={`node small back r${node.ring} ${tick < endTick ? 'todo' : ''}`}
      data-tip={`${call.text}, back at tick ${count(endTick)}`} onClick={() => void seek(endTick)}><span className="nm">{result}</span>
      <span className="ct">in RAX</span></button>;
  }
  const how = left && before && isBoundary(before, node) ? BACK[left.via] : undefined;
  if (!left || how === undefined) return null;
  return <button type="button" className={`node small back r${node.ring} ${tick < left.tick ? 'todo' : ''}`}
    data-tip={`${how} led back to ${bareName(before?.name ?? '')} at tick ${count(left.tick)}`} onClick={() => void seek(left.tick)}>
    <span className="nm">{how}</span></button>;
}

const isKernel = ({ domain }: PathNode): boolean => domain === 'kernel';
/** Between the application with its library and the kernel, whatever the ring. */
const isBoundary = (a: PathNode, b: PathNode): boolean => isKernel(a) !== isKernel(b);
/** What stands behind the call in its text. */
const resultOf = ({ text, ret }: SyscallReport): string | undefined => (ret === undefined ? undefined : / = (.*)$/s.exec(text)?.[1] ?? String(ret));

/** Every visit in order, indented by depth: what the panel shows when it has the room. */
function Outline({ nodes, skip }: { nodes: readonly PathNode[]; skip: ReadonlySet<number> }) {
  const seek = useApp((s) => s.seek);
  const made = useMemo(() => tree(nodes), [nodes]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const largest = Math.max(1, ...made.total.values());
  const draw = (node: PathNode, depth: number): React.ReactNode => {
    const calls = made.children.get(node.id) ?? [];
    const closed = folded.has(node.id);
    const fold = () => {
      const next = new Set(folded);
      if (closed) next.delete(node.id);
      else next.add(node.id);
      setFolded(next);
    };
    return (
      <li key={node.id}>
        <div className={`visit r${node.ring} ${node.current ? 'now' : ''} ${skip.has(node.id) ? 'skip' : ''} ${node.reached ? '' : 'todo'}`}
          style={{ paddingLeft: `calc(${depth * 16 + 6} * var(--u))` }}>
          {calls.length > 0 ? <button type="button" className="twist" aria-expanded={!closed}
            aria-label={`${closed ? 'Unfold' : 'Fold'} ${bareName(node.name)}`} onClick={fold}>{closed ? '▸' : '▾'}</button> : <span className="twist" />}
          <button type="button" className="nm" onClick={() => void seek(node.firstTick)}><RingGlyph ring={node.ring} domain={node.domain} />
            {bareName(node.name)}{node.current ? <Here /> : null}</button>
          <span className="grow" />
          <span className="ct">{count(node.instructions)} instr, {count(node.cycles)} cyc</span>
          <i className="share"><i style={{ width: `${((made.total.get(node.id) ?? 0) / largest) * 100}%` }} /></i>
        </div>
        {closed || calls.length === 0 ? null : <ul>{calls.map((call) => draw(call, depth + 1))}</ul>}
      </li>
    );
  };
  return <div className="outline" tabIndex={0} role="group" aria-label="All visits of this call" data-panel-focus>
    <ul>{made.roots.map((root) => draw(root, 0))}</ul></div>;
}

const ROOMY = 220;

export function PathPanel({ width, height }: PanelProps) {
  const view = useApp((s) => s.views.path);
  const overlay = useApp((s) => s.overlay);
  const refreshOverlay = useApp((s) => s.refreshOverlay);
  const box = useRef<HTMLDivElement>(null);
  /** Which boxes of the spine are beyond the edges. */
  const [beyond, setBeyond] = useState<{ before: readonly number[]; after: readonly number[] }>({ before: [], after: [] });
  const nodes = view?.nodes ?? [];
  const columns = useMemo(() => spine(view?.nodes ?? []), [view]);
  const skip = useMemo(() => new Set(overlay && view?.call?.name === overlay.name ? skipped(view.nodes, overlay.path.nodes).map((node) => node.id) : []),
    [overlay, view]);
  const callIndex = view?.call?.index;
  /** Boxes beyond an edge fade out there, so that one sees that the path goes on. */
  const showMore = useCallback(() => {
    const element = box.current;
    if (!element) return;
    element.dataset['before'] = String(element.scrollLeft > 4);
    element.dataset['after'] = String(element.scrollLeft + element.clientWidth < element.scrollWidth - 4);
    const edge = element.getBoundingClientRect(), places = [...element.querySelectorAll('.pair > .node')].map((node) => node.getBoundingClientRect());
    const indices = (test: (place: DOMRect) => boolean): number[] => places.flatMap((place, index) => (test(place) ? [index] : []));
    const now = { before: indices(({ left }) => left < edge.left - 2), after: indices(({ right }) => right > edge.right + 2) };
    setBeyond((old) => (String(old.before) === String(now.before) && String(old.after) === String(now.after) ? old : now));
  }, []);

  useEffect(() => void refreshOverlay(), [callIndex, refreshOverlay]);
  useLayoutEffect(() => {
    box.current?.querySelector('.now')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    showMore();
  }, [view, width, height, showMore]);

  if (!view?.call || nodes.length === 0) return <p className="empty">No system call yet. Step or run: when the application calls the kernel, its path grows
    here.</p>;
  if (height > ROOMY) return <Outline nodes={nodes} skip={skip} />;
  const largest = Math.max(...nodes.map((node) => node.instructions));
  const { call } = view, sides = columns.some((column) => column.side.length > 0) || call.ret !== undefined;
  return (
    <>
    <div className={height < 64 || !sides ? 'pgrid one' : 'pgrid'} ref={box} tabIndex={0} role="group" aria-label="Path of the call" data-panel-focus
      onScroll={showMore}>
      {columns.map((column, index) => {
        const before = columns[index - 1]?.node;
        const crosses = before && before.ring !== column.node.ring;
        return (
          <div key={column.node.id} className={`col band${column.node.ring}`}>
            {index > 0 ? <i className={`edge ${crosses ? 'x' : ''}`} /> : <i className="edge none" />}
            <div className="pair">
              <Box node={column.node} largest={largest} skip={skip.has(column.node.id)} />
              {height < 64 || !sides ? null : <div className="line-back"><Back node={column.node} before={before} call={call} />
                <Side column={column} skip={skip} /></div>}
            </div>
          </div>
        );
      })}
      <i className={`col rest band${columns.at(-1)?.node.ring ?? 0}`} />
    </div>
    {(['before', 'after'] as const).map((side) => {
      const hidden = beyond[side].map((index) => columns[index]).filter((column) => column !== undefined);
      if (hidden.length === 0) return null;
      const last = side === 'after' ? hidden.at(-1) : hidden[0];
      return (
        <button
          key={side} type="button" className={`beyond ${side}`}
          aria-label={`${plural(hidden.length, 'more function')} ${side === 'after' ? 'to the right, up to' : 'to the left, from'} ${
            bareName(last?.node.name ?? '')}`}
          data-tip={hidden.map(({ node }) => `${bareName(node.name)}: ${plural(node.instructions, 'instruction')}`).join('\n')}
          onClick={() => box.current?.scrollBy({ left: (side === 'after' ? 0.8 : -0.8) * (box.current?.clientWidth ?? 0) })}
        ><b>+{hidden.length}</b><span className="mono">{bareName(last?.node.name ?? '')}</span></button>
      );
    })}
    </>
  );
}

export function PathHead() {
  const call = useApp((s) => s.views.path?.call ?? null);
  const tick = useApp((s) => s.status?.tick ?? 0);
  const shown = useApp((s) => s.status?.task.pid);
  const step = useApp((s) => s.step);
  if (!call) return null;
  return (
    <>
      {call.task.pid === shown ? null : <span className="muted">of {call.task.comm} {call.task.pid}:</span>}
      <span className="mono clip call-text" data-tip={call.text}>{call.text}</span>
      {call.ret === undefined ? <span className="muted not-proj ret">has not returned</span>
        : call.endTick !== undefined && call.endTick < tick ? <span className="muted not-proj ret">over since {plural(tick - call.endTick, 'tick')}</span>
        : null}
      {call.endTick === undefined || call.endTick > tick ? <button type="button" className="btn boxed ret" data-tip="To the end of this system call"
        onClick={() => void step('forward', 'call')}>To its end</button> : null}
      {call.instructions !== undefined ? <span className="chip">{count(call.instructions)} instr</span> : null}
      {call.net !== undefined ? <span className="chip not-proj"
        data-tip={call.cycles === undefined ? '' : `${count(call.cycles)} with interrupts, idle and other tasks`}>{count(call.net)} cycles modelled</span>
        : null}
    </>
  );
}

export function PathActions() {
  const catalogue = useApp((s) => s.catalogue);
  const config = useApp((s) => s.setup?.config);
  const overlayConfig = useApp((s) => s.overlayConfig);
  const overlay = useApp((s) => s.overlay);
  const busy = useApp((s) => s.overlayBusy);
  const problem = useApp((s) => s.overlayProblem);
  const nodes = useApp((s) => s.views.path?.nodes);
  const setOverlay = useApp((s) => s.setOverlay);
  const gone = overlay && nodes ? skipped(nodes, overlay.path.nodes) : [];
  const extra = overlay && nodes ? skipped(overlay.path.nodes, nodes) : [];
  const instructions = gone.reduce((sum, node) => sum + node.instructions, 0);
  return (
    <>
      {busy ? <span className="meta">running {overlayConfig} on the same input</span> : problem ? <span className="meta">{problem}</span> : overlay ? (
        <span className="meta overlay-words"><i className="skip-key" />
          <span className="mono">{overlay.config}</span> {gone.length > 0
          ? `skips ${plural(gone.length, 'box', 'boxes')}, ${plural(instructions, 'instruction')}` : 'skips nothing'}
          {extra.length > 0 ? `; has ${plural(extra.length, 'other')}` : ''}</span>
      ) : null}
      <Menu
        align="end"
        trigger={<button type="button" className="btn">Overlay <span className="mono">{overlayConfig ?? 'none'}</span><Icon name="chevron" small /></button>}
        entries={() => [
          { kind: 'label', text: 'Grey what another configuration skips' },
          { kind: 'item', key: 'none', content: 'none', onSelect: () => void setOverlay(null) },
          ...(catalogue?.configs ?? []).filter((one) => one.name !== config).map(({ name, about }): MenuEntry =>
          ({ kind: 'item', key: name, content: <><span className="mono">{name}</span><span className="about clip">{about}</span></>,
          onSelect: () => void setOverlay(name) })),
        ]}
      />
    </>
  );
}
