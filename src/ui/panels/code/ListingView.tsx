import { type KeyboardEvent, memo, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Breakpoint, CodeView, Listing, ListingRow, Ring } from '../../../link/reports.ts';
import { type AppState, useApp, useNow } from '../../store/app.ts';
import { findListing } from '../../store/code.ts';
import { bareName, hexTail, wholeRows } from '../../widgets/format.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { MenuAt, type MenuEntry } from '../../widgets/Menu.tsx';
import { NotYet } from '../../widgets/NotYet.tsx';
import { RingGlyph } from '../../widgets/RingGlyph.tsx';
import { isAssembly, Operands, SourceText } from './highlight.tsx';
import { viewRows, type ViewRow } from './rows.ts';

const BANDS = ['bA', 'bB', 'bC', 'bD'];
const bytesText = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** What is said of the place where the machine stands: nothing comes after a shutdown. */
export const nextWords = ({ status }: Pick<AppState, 'status'>): string => (status?.over === undefined ? 'runs next' : `${status.over} here`);

export function Mark({ state }: { state: 'ran' | 'next' | undefined }) {
  const next = useApp(nextWords);
  if (!state) return null;
  return <svg viewBox="0 0 12 12" role="img" aria-label={state === 'ran' ? 'just ran' : next}>
    <path className={`m-${state}`} d="M1.5 2.5h5L10.500 6 6.5 9.500h-5Z" /></svg>;
}

export function BreakMark({ breakpoint }: { breakpoint: Breakpoint | undefined }) {
  return breakpoint ? <i className={breakpoint.enabled ? 'bp' : 'bp off'}
    data-tip={`breakpoint ${breakpoint.id}, ${breakpoint.hits} hits${breakpoint.enabled ? '' : ', disabled'}`} /> : null;
}

const titleOf = (row: Extract<ListingRow, { kind: 'insn' }>): string =>
  `\`${row.mnemonic} ${row.operands}\`${row.symbol ? ` (${row.symbol})` : ''}\n${row.addr.toString(16)}: ${bytesText(row.bytes)}`;

/** An address means something in the space that its listing was found in. */
const spaceOf = (code: CodeView, listings: readonly Listing[], view: ViewRow | undefined): number =>
  (code.ran && view?.kind === 'row' && findListing(listings, code.ran) === view.listing ? code.ran.space : code.next.space);

interface RowProps {
  id: string;
  row: ListingRow;
  state: 'ran' | 'next' | undefined;
  trail: boolean;
  selected: boolean;
  breakpoint: Breakpoint | undefined;
  note: string | undefined;
  index: number;
}

const CodeRow = memo(function CodeRow({ id, row, state, trail, selected, breakpoint, note, index }: RowProps) {
  const band = BANDS[row.band % 4], next = useApp(nextWords);
  const tag = state === undefined ? null : <span className="tag">{state === 'ran' ? 'just ran' : next}</span>;
  const common = { id, role: 'option', 'aria-selected': selected, 'data-index': index } as const;
  if (row.kind === 'line') {
    return (
      <div {...common} className={`ln c ${band} ${selected ? 'sel' : ''}`} data-tip={`${row.file}:${row.line}`}>
        <i className="body-bg" /><span className="gut" data-gutter><BreakMark breakpoint={breakpoint} /></span><span className="mk" /><span className="bar" />
        <span className="no">{row.line}</span><span className="tx"><SourceText text={row.text} assembly={isAssembly(row.file)} /></span>
        <span className="an">{note}</span>
      </div>
    );
  }
  return (
    <div {...common} className={`ln asm ${band} ${state ?? ''} ${trail ? 'trail' : ''} ${selected ? 'sel' : ''}`} data-addr={row.addr.toString(16)}
      data-tip={titleOf(row)}>
      <i className="body-bg" /><span className="gut" data-gutter><BreakMark breakpoint={breakpoint} /></span><span className="mk"><Mark state={state} /></span>
      <span className="bar" />
      <span className="no">{hexTail(row.addr, 6)}</span><span className="by">{bytesText(row.bytes)}</span>
      <span className="tx"><span className="mn">{row.mnemonic}</span> <Operands operands={row.operands} symbol={row.symbol} /></span>
      <span className="an">{note ? <span className={tag ? 'wide' : undefined}>{note}</span> : null}{tag}</span>
    </div>
  );
});

function FunctionHead({ listing, ring }: { listing: Listing; ring: Ring }) {
  const app = listing.domain === 'app' || listing.domain === 'libc';
  return (
    <div className="fn" role="presentation">
      <RingGlyph ring={ring} domain={listing.domain} />
      <b className="clip">{bareName(listing.name)}</b><span className="room"><i /><span className="clip">{listing.file}</span></span>
      <span>ring {ring}{ring === 0 && app ? ', application' : ''}{listing.redZoneBytes > 0 ? `, red zone ${listing.redZoneBytes}` : ''}</span>
    </div>
  );
}

function Border({ border }: { border: NonNullable<CodeView['border']> }) {
  const same = border.fromRing === border.toRing;
  return (
    <div className={`border from${border.fromRing} to${border.toRing}`} role="presentation" data-testid="border">
      <b className={border.fromRing === 0 ? 'lab z' : 'lab t'}>{same ? border.from : `ring ${border.fromRing}`}</b>
      <Icon name={same ? 'call' : 'cross'} small /><span className="lab">{border.kind}</span>
      <b className={border.toRing === 0 ? 'lab z' : 'lab t'}>{same ? border.to : `ring ${border.toRing}`}</b>
      <span className="grow" /><span className="lab clip">{border.text}</span>
    </div>
  );
}

const item = (words: string, keys: string, onSelect: () => void): MenuEntry =>
  ({ kind: 'item', key: words, content: <>{words}<span className="grow" />{keys ? <kbd>{keys}</kbd> : null}</>, onSelect });

export function ListingView({ height }: { height: number }) {
  const now = useNow();
  const code = useApp((s) => s.views.code);
  const listings = useApp((s) => s.listings);
  const breakpoints = useApp((s) => s.breakpoints);
  const ring = useApp((s) => s.status?.ring ?? 0);
  const selectCode = useApp((s) => s.selectCode);
  const toggleBreakpoint = useApp((s) => s.toggleBreakpoint);
  const run = useApp((s) => s.run);
  const showFile = useApp((s) => s.showFile);
  const scroller = useRef<HTMLDivElement>(null);
  const [choice, setChoice] = useState<{ code: CodeView | undefined; index: number }>({ code: undefined, index: -1 });
  const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);
  // A choice is of one moment: after a step nothing is selected.
  const selected = choice.code === code ? choice.index : -1;

  const rowHeight = Number.parseFloat(globalThis.getComputedStyle?.(document.documentElement).fontSize ?? '16') / 16 * 17;
  const tailLength = Math.max(4, Math.min(9, Math.floor(height / rowHeight / 2) - 2));
  const rows = useMemo(() => (code ? viewRows(code, listings, tailLength) : []), [code, listings, tailLength]);
  const trail = useMemo(() => new Set(code?.trail ?? []), [code]);
  const notes = useMemo(() => new Map((code?.annotations ?? []).map((note) => [note.addr, note.text])), [code]);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || !code) return;
    const crossing = box.querySelector<HTMLElement>('.border');
    const next = box.querySelector<HTMLElement>('.ln.next');
    if (!next) return;
    // A crossing shows both sides; within a function the next instruction keeps to the middle, moving only when it must.
    if (crossing) {
      const row = next.getBoundingClientRect().height;
      // Where there is little room, what runs next comes before what ran.
      box.scrollTop = wholeRows(Math.max(crossing.offsetTop - box.clientHeight * 0.52, next.offsetTop + 2 * row - box.clientHeight), row);
      return;
    }
    const top = next.offsetTop - box.scrollTop, isOff = top < box.clientHeight * 0.12 || top > box.clientHeight * 0.8;
    // Rows may have another height than when it was scrolled last.
    box.scrollTop = wholeRows(isOff ? next.offsetTop - box.clientHeight * 0.38 : box.scrollTop, next.getBoundingClientRect().height);
  }, [code, rows, height]);

  const explained = useRef<{ line: HTMLElement; plain: string; code: CodeView } | null>(null);
  /** Asked for when a line is pointed at: what its instruction does with the values of this moment. */
  const explain = (line: HTMLElement | null) => {
    const { link, views } = now(), view = line ? rows[Number(line.dataset['index'])] : undefined, row = view?.kind === 'row' ? view.row : undefined;
    if (!line || !link || !code || view?.kind !== 'row' || row?.kind !== 'insn' || explained.current?.line === line) return;
    explained.current = { line, plain: titleOf(row), code };
    void link.call('explain', { addr: row.addr, space: spaceOf(code, listings, view) }).catch(() => []).then((lines) => {
      if (now().views === views && line.isConnected) line.dataset['tip'] = [titleOf(row), ...lines].join('\n');
    });
  };
  // After a step the values are others; the line that is still pointed at is asked for again.
  useLayoutEffect(() => {
    const old = explained.current;
    if (!old || old.code === code) return;
    explained.current = null;
    old.line.dataset['tip'] = old.plain;
    if (old.line.isConnected && old.line.matches(':hover')) explain(old.line);
  });

  if (!code) return <NotYet />;

  const stateOf = (row: ListingRow): 'ran' | 'next' | undefined =>
    (row.kind !== 'insn' ? undefined : row.addr === code.next.addr ? 'next' : row.addr === code.ran?.addr ? 'ran' : undefined);
  const breakOf = (row: ListingRow) => breakpoints.find((b) => (row.kind === 'insn'
    ? b.spec.kind !== 'line' && b.addresses.includes(row.addr)
    : b.spec.kind === 'line' && b.spec.file === row.file && b.spec.line === row.line));
  const targetOf = (row: ListingRow) => (row.kind === 'insn'
    ? { kind: 'address' as const, addr: row.addr, space: spaceOf(code, listings, rows.find((view) => view.kind === 'row' && view.row === row)) }
    : { kind: 'line' as const, file: row.file, line: row.line });
  const runTo = (row: ListingRow, back?: boolean) => {
    void run(back ?? (row.kind === 'insn' && trail.has(row.addr)) ? 'back' : 'forward', targetOf(row));
  };
  const rowAt = (index: number): ListingRow | undefined => {
    const view: ViewRow | undefined = rows[index];
    return view?.kind === 'row' ? view.row : undefined;
  };
  const select = (index: number) => {
    const row = rowAt(index);
    if (!row) return;
    setChoice({ code, index });
    selectCode(targetOf(row));
    document.getElementById(`code-${index}`)?.scrollIntoView({ block: 'nearest' });
  };
  const move = (by: number) => {
    let index = selected < 0 ? rows.findIndex((view) => view.kind === 'row' && stateOf(view.row) === 'next') : selected + by;
    while (index >= 0 && index < rows.length && !rowAt(index)) index += by;
    select(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      const row = rowAt(selected);
      if (row) runTo(row, event.shiftKey || undefined);
    }
  };
  const indexOf = (target: EventTarget): number => Number((target as Element).closest('[data-index]')?.getAttribute('data-index') ?? -1);
  const chosen = rowAt(selected);
  const ringOf = (listing: Listing): Ring => {
    if (code.border && code.ran && findListing(listings, code.ran) === listing) return code.border.fromRing;
    return ring;
  };

  return (
    <>
      <div className="area"><div
        ref={scroller} className="lines" role="listbox" tabIndex={0} aria-label="Code around the instruction that runs next" data-panel-focus
        aria-activedescendant={selected >= 0 ? `code-${selected}` : undefined}
        onKeyDown={onKeyDown}
        onPointerOver={(event) => explain((event.target as Element).closest<HTMLElement>('[data-index]'))}
        onContextMenu={(event) => {
          const index = indexOf(event.target);
          if (index < 0 && !chosen) return;
          event.preventDefault();
          if (index >= 0) select(index);
          setMenu({ x: event.clientX, y: event.clientY });
        }}
        onClick={(event) => {
          const index = indexOf(event.target);
          const row = rowAt(index);
          if (!row) return;
          select(index);
          if ((event.target as Element).closest('[data-gutter]')) void toggleBreakpoint(targetOf(row));
          else runTo(row);
        }}
      >
        {rows.map((view, index) => {
          if (view.kind === 'function') return <FunctionHead key={view.key} listing={view.listing} ring={ringOf(view.listing)} />;
          if (view.kind === 'border') return <Border key={view.key} border={view.border} />;
          const { row } = view;
          return (
            <CodeRow
              key={view.key} id={`code-${index}`} index={index} row={row} state={stateOf(row)} selected={index === selected} breakpoint={breakOf(row)}
              trail={row.kind === 'insn' && trail.has(row.addr)} note={row.kind === 'insn' ? notes.get(row.addr) : undefined}
            />
          );
        })}
      </div></div>
      {menu ? (
        <MenuAt
          {...menu}
          onClose={() => {
            setMenu(null);
            scroller.current?.focus();
          }}
          entries={() => (chosen ? [
            item('Run to here', 'Enter', () => runTo(chosen, false)),
            item('Run back to here', 'Shift Enter', () => runTo(chosen, true)),
            item(breakOf(chosen) ? 'Remove the breakpoint' : 'Set a breakpoint', 'F9', () => void toggleBreakpoint(targetOf(chosen))),
            ...(chosen.kind === 'line' ? [item('Open the file here', '', () => void showFile(chosen.file, chosen.line))] : []),
          ] : [])}
        />
      ) : null}
    </>
  );
}
