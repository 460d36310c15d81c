import { type KeyboardEvent, memo, type ReactNode, useLayoutEffect, useRef } from 'react';
import type { VirtAddr } from '../../../base/units.ts';
import type { Slot, SlotKind, SlotRun, StackReport } from '../../../link/reports.ts';
import { useApp } from '../../store/app.ts';
import { bareName, bytesText, hex, hexTail, plural, wholeRows } from '../../widgets/format.ts';
import { RingGlyph } from '../../widgets/RingGlyph.tsx';
import { Word } from '../../widgets/Word.tsx';

const KIND: Record<SlotKind, { look: string; glyph: string; name: string }> = {
  ret: { look: 'k-ret', glyph: '↩', name: 'return address' }, saved: { look: 'k-saved', glyph: '▪', name: 'saved register' },
  local: { look: 'k-local', glyph: 'x', name: 'local variable' },
  ptregs: { look: 'k-ptregs', glyph: 'P', name: 'saved register of the interrupted code' }, hw: { look: 'k-hw', glyph: 'H', name: 'hardware frame' },
  redzone: { look: 'k-red', glyph: '', name: 'red zone' },
  free: { look: 'k-free', glyph: '', name: 'free' }, guard: { look: 'k-guard', glyph: '', name: 'guard page' },
  unknown: { look: 'k-free', glyph: '', name: 'unknown' },
};

const isRun = (row: Slot | SlotRun): row is SlotRun => 'count' in row;
const covers = (row: Slot | SlotRun, addr: VirtAddr | undefined): boolean =>
  addr !== undefined && addr >= row.addr && addr < row.addr + BigInt(isRun(row) ? row.count * 8 : 8);

/** A name, which is never cut, and what is said besides, which is there whole or not at all: the tooltip has it. */
function Label({ name, more }: { name: string; more: string }) {
  return <><span className="nm">{name}</span>{more ? <span className="more"><i /><em>{more}</em></span> : null}</>;
}

function labelOf({ label, kind, value, overwritten, next, text }: Slot): { name: string; more: string } {
  if (overwritten) return { name: overwritten.lost === undefined ? 'lost' : hex(overwritten.lost), more: overwritten.what ?? '' };
  const bare = bareName(label || (kind === 'unknown' ? 'unknown' : kind === 'free' && value !== undefined && value !== 0n ? 'stale' : ''));
  const isComing = next?.label !== undefined && next.label !== '' && kind === 'free';
  const space = kind === 'ret' ? -1 : bare.indexOf(' '), name = space < 0 ? bare : bare.slice(0, space);
  // A place in a function: which function is more than how far in.
  const into = kind === 'ret' || isComing ? /^(.*?)(\+\d+)$/.exec(isComing ? bareName(next.label) : bare) : null;
  if (isComing && !into) return { name: bareName(next.label).replace(/ of the caller$/, ''), more: '' };
  if (into) return { name: into[1] ?? bare, more: into[2] ?? '' };
  return { name: kind === 'unknown' && text && label === 'unknown' ? text : name, more: text ?? (space < 0 ? '' : bare.slice(space + 1)) };
}

interface RowProps {
  row: Slot | SlotRun;
  id: string;
  rsp: boolean;
  /** Down to here the stack is used, though RSP is elsewhere. */
  isLowest: boolean;
  rbp: boolean;
  inRedZone: boolean;
  selected: boolean;
}

const SlotRow = memo(function SlotRow({ row, id, rsp, isLowest, rbp, inRedZone, selected }: RowProps) {
  const kind = KIND[row.kind];
  const marks = <>{rsp ? <span className="ptr">RSP</span> : null}{rbp ? <span className="ptr b">RBP</span> : null}</>;
  const common = { id, role: 'option', 'aria-selected': selected, 'data-slot': row.addr.toString(16) } as const;
  if (isRun(row)) {
    const size = row.count >= 64 ? bytesText(row.count * 8) : plural(row.count, 'slot');
    return (
      <div {...common} className={`slot fold ${kind.look} ${inRedZone ? 'rz' : ''} ${rsp ? 'here' : isLowest ? 'lowest' : ''} ${selected ? 'sel' : ''}`}
        data-tip={`${plural(row.count, 'slot')} from ${hex(row.addr)}: ${row.label || kind.name}`}>
        <span className="ad">{hexTail(row.addr)}</span><i className="kb">{kind.glyph}</i>
        <span className="va"><span>{row.kind === 'guard' ? '' : size}</span></span>
        <span className="lb"><span className="nm">{(row.label || kind.name).split(',')[0]}</span><i className="fill" />{marks}</span>
      </div>
    );
  }
  const { value, was, overwritten, next, text } = row, { name, more } = labelOf(row), comes = next?.label && row.kind === 'free';
  const at = rsp ? 'here' : isLowest ? 'lowest' : '', look = overwritten ? 'bad' : was !== undefined ? 'ch' : '';
  const tip = [
    `${hex(row.addr)}: ${value === undefined ? 'not mapped' : `\`${hex(value)}\``}`, `${row.label || kind.name}${text ? ` ${text}` : ''}`,
    ...(was === undefined ? [] : [`before: ${hex(was)}`]),
    ...(overwritten
    ? [`${overwritten.by} wrote here at ` +
    `tick ${overwritten.tick}${overwritten.lost === undefined ? '' : `; lost: ${overwritten.what ? `\`${overwritten.what}\`, ` : ''}${hex(overwritten.lost)}`}`]
    : []),
    ...(next ? [`written in ${plural(next.steps, 'step')}${next.label ? `: ${next.label}` : ''}`] : []),
  ].join('\n');
  return (
    <div {...common}
      className={`slot ${kind.look} ${row.kind === 'free' ? 'old-data' : ''} ${look} ${inRedZone ? 'rz' : ''} ${at} ${selected ? 'sel' : ''}`}
      data-tip={tip}>
      <span className="ad">{hexTail(row.addr)}</span><i className="kb">{overwritten ? '✕' : kind.glyph}</i>
      <span className="va">{value === undefined ? <span className="unmapped">not mapped</span>
        : <span className={value === 0n ? 'z' : undefined}><Word text={hex(value)} last={8} /></span>}
        </span>
      <span className={comes ? 'lb will' : 'lb'}>{overwritten ? <span className="flag">lost</span> : null}<Label name={name} more={more} />
        <i className="fill" />{marks}{next && !rsp ? <span className="in">+{next.steps}</span> : null}</span>
    </div>
  );
});

/** Column rows with the headings that stand between them: the red zone's bounds. */
function withZones(stack: StackReport, draw: (row: Slot | SlotRun, index: number) => ReactNode): ReactNode[] {
  const out: ReactNode[] = [];
  const zone = stack.redZone;
  let inside = false;
  const first = stack.rows[0];
  if (first && first.addr + BigInt(isRun(first) ? first.count * 8 : 8) === stack.high) {
    const here = stack.rsp === stack.high;
    out.push(<div key="top" role="presentation" className={`zone n ${here ? 'here' : ''}`}>top of stack …{hexTail(stack.high)}
      {here ? <span className="ptr">RSP</span> : null}</div>);
  }
  stack.rows.forEach((row, index) => {
    const inZone = zone !== undefined && row.addr >= zone.low && row.addr < zone.high;
    if (inZone && !inside) out.push(<div key="zone" role="presentation" className="zone"><span>red zone, {Number(zone.high - zone.low)} bytes</span>
      {zone.inUse ? null : <span>unused</span>}</div>);
    if (!inZone && inside && zone) out.push(<div key="below" role="presentation" className="zone n">free below {hexTail(zone.low)}</div>);
    inside = inZone;
    // Who wrote over live data stands above what was written, once.
    const by = isRun(row) ? undefined : row.overwritten?.by, above = stack.rows[index - 1];
    if (by !== undefined && !(above && !isRun(above) && above.overwritten?.by === by))
      out.push(<div key={`by${row.addr}`} role="presentation" className="zone bad"><span>✕ {by}</span> <span>wrote over live data</span></div>);
    out.push(draw(row, index));
  });
  return out;
}

/** Who else goes on from this stack; somebody on it now writes over that. */
function LeftHere({ stack: { left = [], inUse, low, high } }: { stack: StackReport }) {
  const who = left.map(({ pid, comm, rsp }) => `${comm} ${pid}, asleep from ${hexTail(rsp)}`).join('; ');
  const harm = inUse ? 'what is pushed now is written over the frames of ' : '';
  return <div className={inUse ? 'm left bad' : 'm left'} data-tip={`${hex(low)} to ${hex(high)}\n${harm}${who}`}>{inUse ? '✕ overwrites ' : 'of '}{who}</div>;
}

const fullness = ({ inUse, unreadable, usedBytes }: StackReport, asleep: boolean): string =>
  (inUse && !asleep ? 'in use' : unreadable ? 'not mapped' : usedBytes === 0 ? 'empty' : bytesText(usedBytes));

interface Props {
  stack: StackReport | undefined;
  side: 'user' | 'kernel';
  width: number;
  height: number;
  empty: string;
  /** Of another task than the one that runs: the name of that. */
  whose?: string;
  /** That task does not run: RSP is where it was left. */
  asleep?: boolean;
}

export function StackColumn({ stack, side, width, height, empty, whose, asleep = false }: Props) {
  const selected = useApp((s) => s.selectedSlot);
  const selectSlot = useApp((s) => s.selectSlot);
  const askWhoWrote = useApp((s) => s.askWhoWrote);
  const ukl = useApp((s) => s.build?.switches['PRIVILEGE'] === 'ukl');
  const box = useRef<HTMLDivElement>(null);
  const rsp = stack?.rsp;
  const name = stack?.name;

  useLayoutEffect(() => {
    const scroller = box.current;
    if (!scroller) return;
    const here = scroller.querySelector<HTMLElement>('.here') ?? scroller.querySelector<HTMLElement>('.lowest');
    if (!here) return;
    const place = (here.offsetTop - scroller.scrollTop) / scroller.clientHeight;
    // Rows may have another height than when it was scrolled last.
    const { height: row } = here.getBoundingClientRect(), usual = here.offsetTop - scroller.clientHeight * 0.42;
    // What is wrong is seen from its heading down to where RSP is, if there is room.
    const first = scroller.querySelector<HTMLElement>('.zone.bad + .slot'), bad = first && first.offsetTop - row;
    const top = bad !== null && bad < here.offsetTop ? Math.max(Math.min(bad, usual), here.offsetTop + row - scroller.clientHeight)
      : place < 0.15 || place > 0.75 ? usual : scroller.scrollTop;
    scroller.scrollTop = wholeRows(top, row);
  }, [rsp, name, height]);

  useLayoutEffect(() => {
    const all = [...box.current?.querySelectorAll<HTMLElement>('.slot') ?? []];
    for (const row of all) delete row.dataset['tight'];
    // First all that is read, then all that is written: one layout.
    const isCut = (row: HTMLElement): boolean => row.scrollWidth > row.clientWidth ||
      (row.lastElementChild?.scrollWidth ?? 0) > (row.lastElementChild?.clientWidth ?? 0);
    const tight = all.filter(isCut);
    for (const row of tight) row.dataset['tight'] = '';
    for (const row of tight.filter(isCut)) row.dataset['tight'] = 'marks';
  }, [stack, height, width]);

  const kind = (stack?.kind ?? side) === 'user' ? 'User stack' : stack?.kind === 'kernel' || !stack ? 'Kernel stack' : `${stack.name} stack`;
  const title = whose ? `${whose}: ${kind.toLowerCase()}` : kind;
  const glyph = (stack?.kind ?? side) === 'user' ? <RingGlyph ring={ukl ? 0 : 3} domain="app" /> : <RingGlyph ring={0} domain="kernel" />;
  if (!stack) {
    return <div className="stk"><header><div className="t">{glyph}{title}</div></header><p className="empty">{empty}</p></div>;
  }
  const size = Number(stack.high - stack.low);
  const { saving, left = [] } = stack, lowest = stack.high - BigInt(stack.usedBytes);
  const id = (addr: VirtAddr) => `slot-${side}-${addr.toString(16)}`;
  const slots = stack.rows;
  const choose = (addr: VirtAddr) => {
    selectSlot(addr);
    document.getElementById(id(addr))?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const at = slots.findIndex((row) => row.addr === selected);
      const start = slots.findIndex((row) => covers(row, rsp));
      const next = slots[at < 0 ? Math.max(0, start) : Math.min(slots.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))];
      if (next) choose(next.addr);
    } else if (event.key === 'Enter') {
      void askWhoWrote();
    }
  };
  return (
    <div className="stk" data-stack={stack.kind} data-in-use={stack.inUse || undefined}>
      <header>
        <div className="t">{glyph}<span className="clip">{title}</span><span className="grow" />
          <span className="chip">{fullness(stack, asleep)}</span></div>
        {left.length > 0 ? <LeftHere stack={stack} /> : !saving
          ? <div className="m mono" data-tip={`${hex(stack.low)} to ${hex(stack.high)}, ${size} bytes`}>{hex(stack.low)} … {hexTail(stack.high, 6)}</div>
          : <div className="m saving">{saving.struct} {saving.done} of {saving.of}<i><i style={{ width: `${(saving.done / saving.of) * 100}%` }} /></i></div>}
      </header>
      <div className="area"><div
        className="rows" ref={box} role="listbox" tabIndex={0} aria-label={`${title}, ${plural(slots.length, 'row')}`}
          {...(stack.inUse ? { 'data-panel-focus': true } : {})}
        aria-activedescendant={slots.some((row) => row.addr === selected) ? id(selected ?? 0n) : undefined}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const addr = (event.target as Element).closest('[data-slot]')?.getAttribute('data-slot');
          if (!addr) return;
          choose(BigInt(`0x${addr}`));
          void askWhoWrote();
        }}
      >
        {withZones(stack, (row) => (
          <SlotRow
            key={`${isRun(row) ? 'r' : 's'}${row.addr}`} row={row} id={id(row.addr)} rsp={covers(row, stack.rsp)}
              isLowest={stack.rsp === undefined && covers(row, lowest)} rbp={covers(row, stack.rbp)}
              selected={selected === row.addr}
            inRedZone={stack.redZone !== undefined && row.addr >= stack.redZone.low && row.addr < stack.redZone.high && row.kind !== 'redzone'}
          />
        ))}
      </div></div>
    </div>
  );
}
