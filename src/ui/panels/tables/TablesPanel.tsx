import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { Descriptor, Gate, TablesView } from '../../../link/reports.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { useApp } from '../../store/app.ts';
import { count, hex, plural } from '../../widgets/format.ts';
import './tables.css';

const vectorsOf = ({ vector, last }: Gate): string => (vector === last ? String(vector) : `${vector}-${last}`);
const rangeOf = ({ base, limit }: { base: bigint; limit: number }): string => `${hex(base)}, limit ${hex(limit)}`;
const isUsed = (gate: Gate, { last }: TablesView): boolean => last?.used !== undefined && gate.vector <= last.vector && last.vector <= gate.last;
const handlerOf = (gate: Gate): string => (gate.present ? gate.symbol || hex(gate.handler) : 'not present');
const segmentOf = (row: Descriptor): string => `${row.name || row.what}${row.present ? '' : ', not present'}`;

interface RowProps {
  tip: string;
  isLit: boolean;
  isFirst: boolean;
  onOpen?: () => void;
  children: ReactNode;
}

function Row({ tip, isLit, isFirst, onOpen, children }: RowProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!onOpen || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    event.stopPropagation();
    onOpen();
  };
  return (
    <div role="option" aria-selected={isLit} tabIndex={isFirst ? 0 : -1} {...(isFirst ? { 'data-panel-focus': true } : {})} className="dt-row"
      data-door={onOpen ? true : undefined} aria-label={tip} data-tip={tip} onClick={onOpen} onKeyDown={onKeyDown}>
      <i className="dt-mark" aria-hidden="true">{isLit ? '▸' : ''}</i>{children}
    </div>
  );
}

/** One table: its name, where it is, its columns and its rows. */
interface PartProps {
  name: string;
  at: { base: bigint; limit: number };
  columns: readonly string[];
  rows: ReactNode;
  /** So many rows are left out. */
  more?: number;
}

function Part({ name, at, columns, rows, more = 0 }: PartProps) {
  return (
    <div role="group" aria-label={`${name} at ${rangeOf(at)}`} className={`dt-part ${name.toLowerCase()}`}>
      <div className="dt-head" aria-hidden="true" data-tip={`${name} at ${rangeOf(at)}`}><i /><b>{name}</b>
        {columns.map((column) => <span key={column}>{column}</span>)}</div>
      {rows ?? <div role="option" aria-selected="false" className="dt-none" tabIndex={-1}>Nothing is mapped at {hex(at.base)}.</div>}
      {more > 0 ? <div role="option" aria-selected="false" className="dt-none" tabIndex={-1}>{plural(more, 'more row')}: none of them in use.</div> : null}
    </div>
  );
}

/** On which stack the frame of a delivery was put. */
export const stackWords = ({ moved, stack }: NonNullable<TablesView['last']>): string =>
  (!moved ? 'on the stack it was on' : `on ${stack ? `the ${stack}` : 'another stack'}`);

/** What the hardware went through: gate, code segment, stack. It stays in sight while the tables scroll. */
function LastDelivery({ tss, last }: TablesView) {
  const seek = useApp((s) => s.seek);
  const tick = useApp((s) => s.status?.tick ?? 0);
  if (!last) return <div className="dt-last">This CPU has delivered nothing yet.</div>;
  const { used } = last, stack = tss.rows?.find(({ name }) => name === used?.pointer)?.stack, by = <button type="button" className="mono"
    onClick={() => void seek(last.tick)} data-tip={`delivered from ring ${last.ring} at tick ${count(last.tick)}: go there`}>{last.name}</button>;
  if (!used) return <div className="dt-last clip">Last delivery: {by}, {plural(tick - last.tick, 'tick')} ago, {stackWords(last)}</div>;
  return (
    <div className="dt-last clip">
      {by}
      <i aria-hidden="true">▸</i>gate <span className="mono">{last.vector}</span>
      <i aria-hidden="true">▸</i>CS <span className="mono">{hex(used.selector)}</span>
      <i aria-hidden="true">▸</i>{used.pointer ? <><span className="mono">{used.pointer}</span>{stack ? `, ${stack}` : ''}</> : 'same stack'}
    </div>
  );
}

export function TablesPanel() {
  const view = useApp((s) => s.views.tables);
  const showFile = useApp((s) => s.showFile);
  const list = useRef<HTMLDivElement>(null);
  if (!view) return <NotYet />;
  const { idt, gdt, tss, last } = view, lit = idt.rows?.findIndex((gate) => isUsed(gate, view)) ?? -1, first = Math.max(0, lit);
  const onKeyDown = (event: KeyboardEvent): void => {
    const options = [...(list.current?.querySelectorAll<HTMLElement>('.dt-row') ?? [])], at = options.indexOf(document.activeElement as HTMLElement);
    const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? options.length - 1 : -1;
    if (at < 0 || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
    options[Math.min(Math.max(to, 0), options.length - 1)]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="dt-body">
      <LastDelivery {...view} />
      <div className="dt-view"><div role="listbox" aria-label="Descriptor tables" className="dtables" ref={list} tabIndex={-1} onKeyDown={onKeyDown}>
        <Part name="IDT" at={idt} columns={['leads to', 'IST', 'DPL']} rows={idt.rows?.map((gate, n) => (
          <Row key={gate.vector} isLit={n === lit} isFirst={n === first} {...(gate.file ? { onOpen: () => void showFile(gate.file, gate.line) } : {})}
            tip={gate.present ? `Vector ${vectorsOf(gate)}${gate.name ? `, ${gate.name}` : ''}: ${gate.type} gate to ${handlerOf(gate)} at ${hex(gate.handler)
              }, selector ${hex(gate.selector)}, ${gate.ist ? `IST ${gate.ist}` : 'no IST'}, DPL ${gate.dpl}${n === lit ? '; used by the last delivery' : ''}`
              : `Vector ${vectorsOf(gate)}: not present`}>
            <span className="num">{vectorsOf(gate)}</span><span className="mono what"><b>{gate.name}</b>{gate.present
              ? <span className="clip">{handlerOf(gate)}</span> : <em>not present</em>}</span>
            <span className="num">{gate.ist || ''}</span><span className="num">{gate.present ? gate.dpl : ''}</span>
          </Row>
        ))} />
        <Part name="TSS" at={tss} columns={['stack', 'RSP']} rows={tss.rows?.map((row) => {
          const isLit = row.name === last?.used?.pointer;
          return (
            <Row key={row.name} isLit={isLit} isFirst={false} tip={`${row.name} is ${hex(row.value)}${row.stack ? `, ${row.stack}` : ', no known stack'}${isLit
              ? '; the last delivery took RSP from it' : ''}`}>
              <span className="mono">{row.name}</span><span className="clip">{row.stack}</span><span className="num">{hex(row.value)}</span>
            </Row>
          );
        })} />
        <Part name="GDT" at={gdt} columns={['segment', 'held by', 'DPL']} more={gdt.more} rows={gdt.rows?.map((row) => {
          const isLit = row.selector === last?.used?.selector;
          return (
            <Row key={row.selector} isLit={isLit} isFirst={false} tip={`Selector ${hex(row.selector)}: ${segmentOf(row)}, ${row.what}, base ${
              hex(row.base)}, limit ${hex(row.limit)}, DPL ${row.dpl}${row.loaded.length ? `, in ${row.loaded.join(', ')}` : ''}${
              isLit ? '; the last delivery loaded it' : ''}`}>
              <span className="num">{hex(row.selector)}</span><span className="clip">{segmentOf(row)}</span><span className="mono">{row.loaded.join(' ')}</span>
              <span className="num">{row.dpl}</span>
            </Row>
          );
        })} />
      </div></div>
    </div>
  );
}

export function TablesTable() {
  const view = useApp((s) => s.views.tables);
  const seek = useApp((s) => s.seek);
  if (!view) return <NotYet />;
  const { idt, gdt, tss, last } = view;
  return (
    <>
      <table className="data">
        <caption>IDT of CPU {view.cpu} at {rangeOf(idt)}{last ? <>; last used for {last.name} at tick <button type="button"
          onClick={() => void seek(last.tick)}>{count(last.tick)}</button></> : null}</caption>
        <thead><tr><th className="num">Vector</th><th>Event</th><th>Gate</th><th className="num">Selector</th><th className="num">IST</th>
          <th className="num">DPL</th><th className="num">Handler</th><th>Leads to</th></tr></thead>
        <tbody>{idt.rows?.map((gate) => (
          <tr key={gate.vector} aria-current={isUsed(gate, view)}><td className="num">{vectorsOf(gate)}</td><td>{gate.name}</td>
            <td>{gate.present ? gate.type : 'not present'}</td><td className="num">{gate.present ? hex(gate.selector) : ''}</td>
            <td className="num">{gate.present ? gate.ist : ''}</td><td className="num">{gate.present ? gate.dpl : ''}</td>
            <td className="num">{gate.present ? hex(gate.handler) : ''}</td><td className="mono">{gate.symbol}</td></tr>
        ))}</tbody>
      </table>
      <table className="data">
        <caption>TSS at {rangeOf(tss)}</caption>
        <thead><tr><th>Word</th><th className="num">RSP</th><th>Stack</th></tr></thead>
        <tbody>{tss.rows?.map((row) => (
          <tr key={row.name} aria-current={row.name === last?.used?.pointer}><td className="mono">{row.name}</td><td className="num">{hex(row.value)}</td>
            <td>{row.stack}</td></tr>
        ))}</tbody>
      </table>
      <table className="data">
        <caption>GDT at {rangeOf(gdt)}{gdt.more > 0 ? `; ${plural(gdt.more, 'more row')}, none of them in use` : ''}</caption>
        <thead><tr><th className="num">Selector</th><th>Name</th><th>Kind</th><th className="num">DPL</th><th className="num">Base</th>
          <th className="num">Limit</th><th>Held by</th></tr></thead>
        <tbody>{gdt.rows?.map((row) => (
          <tr key={row.selector} aria-current={row.selector === last?.used?.selector}><td className="num">{hex(row.selector)}</td>
            <td className="mono">{row.name}</td>
            <td>{row.what}{row.present ? '' : ', not present'}</td><td className="num">{row.dpl}</td><td className="num">{hex(row.base)}</td>
            <td className="num">{hex(row.limit)}</td><td className="mono">{row.loaded.join(' ')}</td></tr>
        ))}</tbody>
      </table>
    </>
  );
}
