import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { CLIENT_PORT } from '../../../base/input.ts';
import type { ChosenPacket, ClientConnection, NetworkView, PacketRow, QueueReport } from '../../../link/network.ts';
import { useApp } from '../../store/app.ts';
import { count, plural } from '../../widgets/format.ts';
import './network.css';

const isSame = (row: PacketRow, chosen: { tick: number; nth: number } | null): boolean => row.tick === chosen?.tick && row.nth === chosen.nth;
const wayOf = ({ direction }: PacketRow): string => (direction === 'in' ? 'client to guest' : 'guest to client');

const ARROWS = { in: 'M1 2 L38 10 M38 10 l-6 1 M38 10 l-4 -5', out: 'M39 2 L2 10 M2 10 l6 1 M2 10 l4 -5' } as const;

interface RungProps {
  row: PacketRow;
  isChosen: boolean;
  isFirst: boolean;
}

function Rung({ row, isChosen, isFirst }: RungProps) {
  const choosePacket = useApp((s) => s.choosePacket), seek = useApp((s) => s.seek);
  const go = (): void => void seek(row.tick);
  const said = `${wayOf(row)} at tick ${count(row.tick)}${row.isFuture ? ', later' : ''}`;
  return (
    <div role="option" aria-selected={isChosen} tabIndex={isFirst ? 0 : -1} {...(isFirst ? { 'data-panel-focus': true } : {})}
      className={`nw-row ${row.direction} ${row.isFuture ? 'later' : ''}`} aria-label={`${said}: ${row.text}`}
      data-tip={`${said}\n${row.text}\nEnter or a double click: go there`}
      onClick={() => void choosePacket({ tick: row.tick, nth: row.nth })} onDoubleClick={go}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        event.stopPropagation();
        go();
      }}>
      <svg viewBox="0 0 40 12" aria-hidden="true"><path d={ARROWS[row.direction]} /></svg>
      <span className="mono clip">{row.text}</span><span className="num">{count(row.tick)}</span>
    </div>
  );
}

const More = ({ text, isFirst = false }: { text: string; isFirst?: boolean }) => (
  <div role="option" aria-selected="false" tabIndex={isFirst ? 0 : -1} {...(isFirst ? { 'data-panel-focus': true } : {})} className="nw-more">{text}</div>
);

/** Client left, guest right, time down. */
function Ladder({ packets, before, after, chosen }: NetworkView) {
  const choosePacket = useApp((s) => s.choosePacket);
  const list = useRef<HTMLDivElement>(null);
  const at = packets.findIndex((row) => isSame(row, chosen)), first = Math.max(0, at);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, packets.length]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const options = [...(list.current?.querySelectorAll<HTMLElement>('.nw-row') ?? [])], now = options.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: options.length - 1 }[event.key];
    if (to === undefined || now < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const n = Math.min(Math.max(to, 0), options.length - 1);
    options[n].focus();
    void choosePacket({ tick: packets[n].tick, nth: packets[n].nth });
  };
  return (
    <div className="nw-ladder">
      <div className="nw-ends" aria-hidden="true"><b>Client</b><b>Guest</b></div>
      <div role="listbox" aria-label="Packets" className="nw-list" ref={list} tabIndex={-1} onKeyDown={onKeyDown}>
        {before > 0 ? <More text={`${plural(before, 'packet')} before`} /> : null}
        {packets.length === 0 ? <More text="No packet has passed yet: send a line from the client." isFirst /> : null}
        {packets.map((row, n) => <Rung key={`${row.tick} ${row.nth}`} row={row} isChosen={n === at} isFirst={n === first} />)}
        {after > 0 ? <More text={`${plural(after, 'packet')} after`} /> : null}
      </div>
    </div>
  );
}

const BYTES_A_ROW = 16;

/** Bytes above, fields below: what is pointed at in one is marked in the other. */
function Bytes({ bytes, layers, wrong }: ChosenPacket) {
  const [over, setOver] = useState<{ from: number; to: number } | null>(null);
  const layerOf = (n: number): number => layers.findIndex(({ from, to }) => n >= from && n < to);
  const fieldAt = (n: number): { from: number; to: number } | null =>
    layers.flatMap(({ fields }) => fields).find(({ from, to }) => n >= from && n < to) ?? null;
  return (
    <div className="nw-packet">
      <div className="nw-dump mono" role="img" aria-label={`${bytes.length} bytes: ${layers.map(({ name, from, to }) => `${name} ${to - from}`).join(', ')}`}>
        {Array.from({ length: Math.ceil(bytes.length / BYTES_A_ROW) }, (_, line) => (
          <div key={line}><i>{(line * BYTES_A_ROW).toString(16).padStart(4, '0')}</i>
            {[...bytes.subarray(line * BYTES_A_ROW, (line + 1) * BYTES_A_ROW)].map((byte, column) => {
              const n = line * BYTES_A_ROW + column;
              return <span key={n} className={`layer-${layerOf(n) % 4} ${over && n >= over.from && n < over.to ? 'lit' : ''}`}
                onPointerEnter={() => setOver(fieldAt(n))} onPointerLeave={() => setOver(null)}>{byte.toString(16).padStart(2, '0')}</span>;
            })}
          </div>
        ))}
      </div>
      {wrong === undefined ? null : <p className="nw-wrong" role="status">{wrong}: its receiver throws it away.</p>}
      {layers.map((layer, n) => (
        <section key={`${layer.name} ${layer.from}`} aria-label={layer.name} className={`nw-layer layer-${n % 4}`}>
          <h3>{layer.name} <small>{plural(layer.to - layer.from, 'byte')}</small></h3>
          <dl>{layer.fields.map((field) => (
            <div key={`${field.name} ${field.from}`} className={over && field.from === over.from ? 'lit' : ''}
              onPointerEnter={() => setOver(field)} onPointerLeave={() => setOver(null)}>
              <dt>{field.name}</dt><dd className="mono clip" title={field.text}>{field.text}</dd>
            </div>
          ))}</dl>
        </section>
      ))}
    </div>
  );
}

function ringText({ ready, size, waiting, taken, given }: QueueReport): string {
  if (!ready) return 'not set up';
  return `${waiting ?? 'a senseless number'} of ${size} offered, ${(taken - given) & 0xffff} in hand, ${count(given)} given back`;
}

function Rings({ queues, frames: { sent, received, refused, dropped }, onTheWay, lost, broken }: NetworkView) {
  const wire = onTheWay.map(({ to, length, inNs }) => `${plural(length, 'byte')} to the ${to} in ${count(inNs)} ns`).join('; ') || 'empty';
  return (
    <ul className="nw-rings" aria-label="Network card and wire">
      {queues.map((queue) => <li key={queue.name}><b>{queue.name}</b> {ringText(queue)}</li>)}
      <li><b>card</b> {broken ? `stopped: ${broken}` : `${count(sent)} sent, ${count(received)} received, ${count(dropped + refused)} dropped`}</li>
      <li><b>wire</b> {wire}{lost ? `; ${count(lost)} lost` : ''}</li>
    </ul>
  );
}

function connectionText({ unacknowledged, window, congestionWindow, retransmitted }: ClientConnection): string {
  const again = retransmitted ? `, ${retransmitted} sent again` : '';
  return `${plural(unacknowledged, 'byte')} not acknowledged, window ${count(window)}, congestion window ${count(congestionWindow)}${again}`;
}

/** Somebody sits at the other end of the wire. */
function Client({ lines, connections, port }: NetworkView) {
  const type = useApp((s) => s.type), [text, setText] = useState('');
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [lines.length]);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (text === '') return;
    void type(`${text}\r\n`, CLIENT_PORT);
    setText('');
  };
  return (
    <section className="nw-client" aria-label="Client">
      <div className="nw-lines mono" ref={log} role="log" aria-label="Client terminal" tabIndex={-1}>
        {lines.map(({ from, text: line }, n) => <div key={n} className={from || 'notice'}>{from === 'client' ? '> ' : ''}{line}</div>)}
      </div>
      <form onSubmit={send}>
        <input type="text" data-panel-types spellCheck={false} value={text} placeholder={`to port ${port}; Enter sends`} aria-label="Type at the client"
          onChange={(event) => setText(event.target.value)} onKeyDown={(event) => event.stopPropagation()} />
        <button type="submit" className="btn boxed">Send</button>
        <button type="button" className="btn" disabled={connections.length === 0} onClick={() => void type('', CLIENT_PORT)}>Close</button>
      </form>
      <ul className="nw-connections" aria-label="Connections of the client">{connections.slice(0, 8).map((one) => (
        <li key={one.id} className="mono clip">{one.localPort} to {one.remotePort} <b>{one.phase}</b> {connectionText(one)}</li>
      ))}</ul>
    </section>
  );
}

export function NetworkPanel() {
  const view = useApp((s) => s.views.network);
  if (view === undefined) return <p className="empty">Nothing has been read yet: the machine has not started.</p>;
  if (view === null) return <p className="empty">This build has no network card: it comes with the switch NET.</p>;
  return (
    <div className="nw-body">
      <div className="nw-left"><Ladder {...view} /><Client {...view} /></div>
      <div className="nw-right" role="group" tabIndex={0} aria-label="The packet, the card and the wire">
        {view.chosen ? <Bytes {...view.chosen} /> : null}<Rings {...view} />
      </div>
    </div>
  );
}

export function NetworkTable() {
  const view = useApp((s) => s.views.network), seek = useApp((s) => s.seek);
  if (!view) return <p className="empty">{view === null ? 'This build has no network card.' : 'Nothing has been read yet.'}</p>;
  return (
    <table>
      <thead><tr><th>Tick</th><th>Direction</th><th>Bytes</th><th>Packet</th><th>State</th></tr></thead>
      <tbody>{view.packets.map((row) => (
        <tr key={`${row.tick} ${row.nth}`}>
          <td><button type="button" className="btn" onClick={() => void seek(row.tick)}>{count(row.tick)}</button></td>
          <td>{wayOf(row)}</td><td>{row.length}</td><td>{row.text}</td><td>{row.isFuture ? 'later' : 'has passed'}</td>
        </tr>
      ))}</tbody>
    </table>
  );
}
