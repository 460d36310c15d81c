import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import type { AddressSpaceView, AddressWalk, Area, EntryBit, WalkLevel } from '../../../link/address-space.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { useApp } from '../../store/app.ts';
import { bytesText, count, hex, plural } from '../../widgets/format.ts';
import { askedFor } from './asked.ts';
import { wholeRowsIn } from '../../widgets/whole-rows.ts';
import './address-space.css';

const wholeWalk = wholeRowsIn('.as-level, .as-pieces span, .as-leads, .as-verdicts > div, .as-pages, .as-line');

/** Bits 47 to 0: how much of a half one address is into it. */
const HALF = 1n << 47n;
const PAGE_STATES: Readonly<Record<string, string>> = { '.': 'not mapped', r: 'read only', w: 'writable, not written yet', d: 'writable, and written' };
const REGISTERS = ['RSP', 'RIP', 'CR2'] as const;

export const sizeText = ({ low, last }: Area): string => bytesText(Number(last - low + 1n));
export const whoseText = ({ kind, domain, name }: Area): string =>
  (name === '' ? 'mapped, without a name' : kind === 'image' ? `${domain} ${name}` : kind === 'range' ? `${name}` : name);

/** Where an area stands in its half, the upper one first, in percent of the bar from above. */
function onBar(at: bigint): number {
  const into = Number(BigInt.asUintN(47, at) * 10_000n / HALF) / 10_000;
  return at >= HALF ? (1 - into) * 48 : 52 + (1 - into) * 48;
}

function Areas({ areas, walk }: AddressSpaceView) {
  const walkTo = useApp((s) => s.walk);
  const list = useRef<HTMLDivElement>(null), { area: chosen } = walk;
  const rows = areas.map((area, n) => ({ area, n })).reverse(), firstOf = (half: boolean): number => rows.findIndex(({ area }) => area.low >= HALF === half);
  useLayoutEffect(() => {
    const box = list.current, row = box?.querySelector<HTMLElement>('[aria-selected=true]');
    if (!box || !row) return;
    // Of this list alone: whatever it stands in stays where it is.
    const top = row.offsetTop, height = row.offsetHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
  }, [walk.at, chosen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const options = [...(list.current?.querySelectorAll<HTMLElement>('[role=option]') ?? [])], at = options.indexOf(document.activeElement as HTMLElement);
    const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? options.length - 1
      : null;
    if (at < 0 || to === null) return;
    options[Math.min(Math.max(to, 0), options.length - 1)]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  const stop = chosen < 0 ? rows[0]?.n : chosen, lower = firstOf(false);
  return (
    <div className="as-areas">
      <div className="as-bar" aria-hidden="true">{rows.map(({ area, n }) =>
        <i key={String(area.low)} className={n === chosen ? 'here' : area.low >= HALF ? 'k' : ''} style={{ top: `${onBar(area.last)}%` }} />)}<b /></div>
      <div className="as-view"><div role="listbox" aria-label="Areas, from high to low addresses" className="as-list" ref={list}
        tabIndex={-1} onKeyDown={onKeyDown}>
        {rows.map(({ area, n }, place) => (
          <div key={String(area.low)} role="presentation">
            {place === lower && lower > 0 ? <div className="as-hole" role="presentation">no address lies between the halves</div> : null}
            <div role="option" aria-selected={n === chosen} tabIndex={n === stop ? 0 : -1} {...(n === stop ? { 'data-panel-focus': true } : {})}
              className={`as-area ${area.low >= HALF ? 'k' : ''} ${area.domain === 'app' || area.domain === 'libc' ? 'app' : ''}`}
              onClick={() => void walkTo(area.low)} onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.stopPropagation();
                void walkTo(area.low);
              }}
              aria-label={`${hex(area.low)} to ${hex(area.last)}, ${whoseText(area)}, ${area.may}, ${area.user ? 'ring 3 too' : 'ring 0 only'}, ${
                sizeText(area)}, ${count(area.present)} of ${plural(area.pages, 'page')} mapped`}
              data-tip={`${hex(area.low)} to ${hex(area.last)}\n${whoseText(area)}${area.also.length > 0 ? `, ${area.also.join(', ')}` : ''}\n${
                count(area.present)} of ${plural(area.pages, 'page')} mapped${area.guarded ? '\nnothing is mapped below it: a guard page' : ''}`}>
              <i className="as-half" /><span className="num">{hex(area.low)}</span><span className="clip">{whoseText(area)}{area.guarded
                ? <em> guarded</em> : null}</span>
              <i className="as-use"><i style={{ width: `${Math.max(area.present > 0 ? 8 : 0, area.present / area.pages * 100)}%` }} /></i>
              <span className="mono">{area.may}</span><span className="num size">{sizeText(area)}</span>
            </div>
          </div>
        ))}
      </div></div>
    </div>
  );
}

const Bit = ({ name, bit, set, means, ignored }: EntryBit) => (
  <span className={`as-bit ${ignored ? 'off ignored' : set ? 'on' : 'off'} ${name === 'P' && !set ? 'bad' : ''}`}
    data-tip={`${name}, bit ${bit}, is ${set ? 1 : 0}: ${ignored ? 'not looked at, since the entry is not present' : means}`}>{name}</span>
);

const SHOWN: ReadonlySet<string> = new Set(['P', 'W', 'U', 'A', 'D', 'PS', 'NX']);

function Level({ level, depth, refused }: { level: WalkLevel; depth: number; refused: boolean }) {
  const { name, index, at, entry, bits, leads } = level;
  return (
    <div className={`as-level ${refused ? 'bad' : ''}`} style={{ paddingLeft: `calc(${4 + depth * 8} * var(--u))` }}
      data-tip={[`${name} ${index} at physical ${hex(at)}: \`${hex(entry)}\``, ...bits.filter(({ ignored }) => !ignored).map(({ name: bit, set, means }) =>
        `${bit} ${set ? 1 : 0}: ${means}`), leads === undefined ? 'It leads nowhere.' : `It leads to physical ${hex(leads)}.`].join('\n')}>
      <b className="mono">{name}</b><span className="num idx">[{index}]</span><span className="num at">at {hex(at)}</span><span
        className="num">{hex(entry)}</span>
      <span className="as-bits">{bits.filter((bit) => SHOWN.has(bit.name)).map((bit) => <Bit key={bit.name} {...bit} />)}</span>
    </div>
  );
}

/** The address in the pieces by which the levels count. */
function Pieces({ walk: { at, levels }, table }: { walk: AddressWalk; table: number }) {
  const bits = BigInt.asUintN(48, at).toString(2).padStart(48, '0'), names = ['PML4', 'PDPT', 'PD', 'PT'], large = levels.some((one) => one.large);
  return (
    <div className="as-pieces" data-tip={`${hex(at)}: bits 63 to 48 repeat bit 47, nine bits for each level, and the offset in the page`}>
      <span><i>CR3</i><b>{hex(table)}</b></span><span><i>sign</i><b>{bits[0]?.repeat(2)}</b></span>
      {names.slice(0, large ? 3 : 4).map((name, n) => <span key={name}><i>{name}</i><b>{bits.slice(9 * n, 9 * n + 9)}</b></span>)}
      <span><i>offset</i><b>{hex(BigInt.asUintN(large ? 21 : 12, at))}</b></span>
    </div>
  );
}

function Verdicts({ verdicts }: AddressWalk) {
  return (
    <div className="as-verdicts">
      {([3, 0] as const).map((ring) => {
        const mine = verdicts.filter((one) => one.ring === ring), reasons = [...new Set(mine.map(({ refused }) => refused).filter((why) => why !== ''))];
        return (
          <div key={ring}>
            <span>ring {ring}</span>
            {mine.map(({ access, refused }) => <span key={access} className={refused ? 'no' : 'yes'} data-tip={refused ? `#PF: ${refused}` : 'allowed'}>
              {refused ? '✕' : '✓'} {access}</span>)}
            <em className="clip">{reasons.join('; ')}</em>
          </div>
        );
      })}
    </div>
  );
}

function Pages({ walk }: { walk: AddressWalk }) {
  const walkTo = useApp((s) => s.walk), { pages, at } = walk;
  if (!pages || pages.states.length < 2) return null;
  return (
    <div className="as-pages"><span>{plural(pages.states.length, 'page')}</span><div>{Array.from(pages.states, (state, n) => {
      const page = pages.from + BigInt(n) * 0x1000n;
      return <button type="button" key={n} tabIndex={-1} className={`${state === '.' ? 'none' : state} ${page === at - at % 0x1000n ? 'here' : ''}`}
        aria-label={`page ${hex(page)}, ${PAGE_STATES[state] ?? state}`} data-tip={`${hex(page)}: ${PAGE_STATES[state] ?? state}`}
        onClick={() => void walkTo(page)} />;
    })}</div></div>
  );
}

function Fault({ fault }: AddressSpaceView) {
  const walkTo = useApp((s) => s.walk), seek = useApp((s) => s.seek);
  if (!fault) return null;
  return (
    <div className="as-line"><span>last #PF</span><button type="button" className="num" data-tip="go there" onClick={() => void seek(fault.tick + 1)}>tick {
      count(fault.tick)}</button><button type="button" className="num" data-tip="walk it" onClick={() => void walkTo(fault.cr2)}>{hex(fault.cr2)}</button>
    {fault.error === undefined ? <em className="clip">{fault.said}</em> : <span className="as-bits" data-tip={fault.bits.map(({ name, set, means }) =>
      `${name} ${set ? 1 : 0}: ${means}`).join('\n')}>error {hex(fault.error)} {fault.bits.map(({ name, set }) =>
      <span key={name} className={`as-bit ${set ? 'on' : 'off'}`}>{name}</span>)}</span>}</div>
  );
}

function Cached({ tlb, walk }: AddressSpaceView) {
  const here = tlb?.here;
  return (
    <div className="as-line"><span>TLB</span><em className="clip">{!tlb ? 'it is on no CPU' : here ? <>this page is at hand: ring 3 <b
      className="mono">{here.ring3}</b>, ring 0 <b
      className="mono">{here.ring0}</b>; {plural(tlb.pages - 1, 'other page')}</> : `${walk.physical === undefined
        ? 'no entry: what is not present is never kept'
        : 'no entry for this page yet'}; ${plural(tlb.pages, 'page')} at hand`}</em></div>
  );
}

function Chooser() {
  const walk = useApp((s) => s.walk), walked = useApp((s) => s.walked), unknown = useApp((s) => s.views.space?.unknown);
  const register = useApp((s) => s.views.space?.walk.register ?? '');
  const [text, setText] = useState('');
  return (
    <form className="as-ask" onSubmit={(event) => {
      event.preventDefault();
      if (text.trim() !== '') void walk(askedFor(text.trim()));
    }}>
      {REGISTERS.map((name) => <button type="button" key={name} className="btn" aria-pressed={register === name} onClick={() =>
        void walk(name)}>{name}</button>)}
      <input type="text" spellCheck={false} value={text} placeholder="address, register or symbol" aria-label="Walk an address, a register or a symbol"
        onChange={(event) => setText(event.target.value)} />
      {unknown === undefined ? null : <span className="as-unknown clip" role="status">no address, register or symbol {unknown}</span>}
      {walked === null ? null : <button type="button" className="btn" onClick={() => void walk(null)}
        data-tip="whichever the machine makes interesting: that of a page fault, else the stack">follow</button>}
    </form>
  );
}

export function AddressSpacePanel() {
  const view = useApp((s) => s.views.space);
  if (!view) return <NotYet />;
  const { walk, says, broken, root: table } = view, { levels, verdicts } = walk;
  const fails = verdicts.every(({ refused }) => refused !== ''), culprit = fails ? verdicts[0]?.level : undefined;
  return (
    <div className="as-body">
      <Chooser />
      <p className={fails ? 'as-says bad' : 'as-says'}>{says}</p>
      {broken ? <p className="as-broken">Not all could be read: {broken}.</p> : null}
      <div className="as-mid">
        <Areas {...view} />
        <div className="as-walk" ref={wholeWalk} role="group" aria-label="Walk">
          <Pieces walk={walk} table={table} />
          {walk.canonical ? levels.map((level, n) => <Level key={level.name} level={level} depth={n} refused={n === culprit} />)
            : <div className="as-level bad">not canonical: bits 63 to 47 differ, no level is read</div>}
          <div className="as-leads num">{walk.physical === undefined ? <b>✕ leads nowhere</b> : <>→ physical <b>{hex(walk.physical)}</b></>}{walk.name
            ? <span className="mono"> {walk.name}</span> : null}</div>
          <Verdicts {...walk} />
          <Pages walk={walk} />
          <Fault {...view} />
          <Cached {...view} />
        </div>
      </div>
    </div>
  );
}
