import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { CLIENT_PORT } from '../../../base/input.ts';
import type { ChosenPacket, ClientConnection, NetworkView, PacketRow, QueueReport, SocketReport } from '../../../link/network.ts';
import { focusPanel } from '../../shell/focus.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { useApp } from '../../store/app.ts';
import { bytesText, count, plural } from '../../widgets/format.ts';
import { isSame, sentence } from './sentence.ts';
import './network.css';

const wayOf = ({ direction }: Pick<PacketRow, 'direction'>): string => (direction === 'in' ? 'client to guest' : 'guest to client');

/** Down the time that a packet takes, from one end's line to the other's. */
const ARROWS = { in: 'M0 3L100 13', out: 'M100 3L0 13' } as const;

interface RungProps {
  row: PacketRow;
  now: number;
  isChosen: boolean;
  isFirst: boolean;
}

function Rung({ row, now, isChosen, isFirst }: RungProps) {
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
      <span className="num">{row.isFuture ? `+${count(row.tick - now)}` : count(row.tick)}</span>
      <span className="nw-lane">
        <svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true"><path d={ARROWS[row.direction]} /></svg>
        <i className="nw-tip" aria-hidden="true" /><b className="mono">{row.label}</b>
      </span>
    </div>
  );
}

const More = ({ text, isFirst = false }: { text: string; isFirst?: boolean }) => (
  <div role="option" aria-selected="false" tabIndex={isFirst ? 0 : -1} {...(isFirst ? { 'data-panel-focus': true } : {})} className="nw-more">{text}</div>
);

/** Client left, guest right, time down. */
function Ladder({ packets, before, after, chosen }: NetworkView) {
  const choosePacket = useApp((s) => s.choosePacket), now = useApp((s) => s.status?.tick ?? 0);
  const list = useRef<HTMLDivElement>(null);
  const at = packets.findIndex((row) => isSame(row, chosen)), first = Math.max(0, at);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, packets.length]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const options = [...(list.current?.querySelectorAll<HTMLElement>('.nw-row') ?? [])], focused = options.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: focused + 1, ArrowUp: focused - 1, Home: 0, End: options.length - 1 }[event.key];
    if (to === undefined || focused < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const n = Math.min(Math.max(to, 0), options.length - 1);
    options[n].focus();
    void choosePacket({ tick: packets[n].tick, nth: packets[n].nth });
  };
  return (
    <div className="nw-ladder">
      <div className="nw-ends" aria-hidden="true"><span>tick</span><b>Client</b><b>Guest</b></div>
      <div role="listbox" aria-label="Packets" className="nw-list" ref={list} tabIndex={-1} onKeyDown={onKeyDown}>
        {before > 0 ? <More text={`${plural(before, 'packet')} before`} /> : null}
        {packets.length === 0 ? <More text="No packet has passed yet: send a line from the client." isFirst /> : null}
        {packets.map((row, n) => <Rung key={`${row.tick} ${row.nth}`} row={row} now={now} isChosen={n === at} isFirst={n === first} />)}
        {after > 0 ? <More text={`${plural(after, 'packet')} after`} /> : null}
      </div>
    </div>
  );
}

interface Stretch {
  from: number;
  to: number;
}

interface LayerProps extends Stretch {
  name: string;
  band: number;
  bytes: Uint8Array;
  fields: ChosenPacket['layers'][number]['fields'];
  over: Stretch | null;
  onOver: (over: Stretch | null) => void;
}

/** Bytes above, fields below: what is pointed at in one is marked in the other. */
function Layer({ name, from, to, band, bytes, fields, over, onOver }: LayerProps) {
  const fieldAt = (n: number): Stretch | null => fields.find((one) => n >= one.from && n < one.to) ?? null;
  return (
    <section aria-label={name} className={`nw-layer band-${band}`}>
      <h3>{name} <small>{plural(to - from, 'byte')}</small></h3>
      <div className="nw-dump mono" role="img" aria-label={`${plural(to - from, 'byte')} of ${name}`}>
        {[...bytes.subarray(from, to)].map((byte, index) => {
          const n = from + index;
          return <span key={n} className={over && n >= over.from && n < over.to ? 'lit' : undefined}
            onPointerEnter={() => onOver(fieldAt(n))} onPointerLeave={() => onOver(null)}>{byte.toString(16).padStart(2, '0')}</span>;
        })}
      </div>
      <dl>{fields.map((field) => (
        <div key={`${field.name} ${field.from}`} className={over && field.from === over.from ? 'lit' : ''}
          onPointerEnter={() => onOver(field)} onPointerLeave={() => onOver(null)}>
          <dt>{field.name}</dt><dd className="mono">{field.text}</dd>
        </div>
      ))}</dl>
    </section>
  );
}

function Packet({ bytes, layers, wrong, direction }: ChosenPacket & Pick<PacketRow, 'direction'>) {
  const [over, setOver] = useState<Stretch | null>(null), end = layers.at(-1)?.to ?? 0;
  return (
    <div className="nw-packet">
      <h3>{plural(bytes.length, 'byte')}, {wayOf({ direction })}</h3>
      {wrong === undefined ? null : <p className="nw-wrong" role="status">{wrong}: its receiver throws it away.</p>}
      {layers.map((layer, n) => <Layer key={`${layer.name} ${layer.from}`} {...layer} band={n % 4} bytes={bytes} over={over} onOver={setOver} />)}
      {end < bytes.length ? <Layer name="Rest" from={end} to={bytes.length} band={layers.length % 4} bytes={bytes} fields={[]} over={over} onOver={setOver} />
        : null}
    </div>
  );
}

function ringText({ ready, size, waiting, taken, given }: QueueReport): string {
  if (!ready) return 'not set up';
  return `${waiting ?? 'a senseless number'} of ${size} offered, ${(taken - given) & 0xffff} in hand, ${count(given)} given back`;
}

/** The ring that the driver fills, slot by slot: what the card has in hand, and what it may take after that. */
function Ring({ size, waiting, taken, given }: QueueReport) {
  const inHand = Math.min(size, (taken - given) & 0xffff), offered = Math.min(size - inHand, waiting ?? 0);
  const whole = [{ kind: 'hand', from: given % size, slots: inHand }, { kind: 'offered', from: taken % size, slots: offered }];
  // What goes beyond the last slot goes on at the first.
  const parts = whole.flatMap(({ kind, from, slots }) => [{ kind, from, slots: Math.min(slots, size - from) },
    { kind, from: 0, slots: Math.max(0, slots - (size - from)) }]).filter(({ slots }) => slots > 0);
  return (
    <div className="nw-ring" aria-hidden="true">{parts.map(({ kind, from, slots }) => <i key={`${kind} ${from}`} className={kind}
      style={{ left: `${(100 * from) / size}%`, width: `${(100 * slots) / size}%` }} />)}</div>
  );
}

function Rings({ queues, frames: { sent, received, refused, dropped }, onTheWay, lost, broken }: NetworkView) {
  const wire = onTheWay.map(({ to, length, inNs }) => `${plural(length, 'byte')} to the ${to} in ${count(inNs)} ns`).join('; ') || 'empty';
  return (
    <ul className="nw-rings" aria-label="Network card and wire">
      <li><b>wire</b> {wire}{lost ? `; ${count(lost)} lost` : ''}</li>
      {queues.map((queue) => <li key={queue.name}><b>{queue.name}</b> {ringText(queue)}
        {queue.ready && queue.size > 0 ? <Ring {...queue} /> : null}</li>)}
      <li className={broken ? 'nw-wrong' : undefined}><b>card</b> {broken ? `stopped: ${broken}`
        : `${count(sent)} sent, ${count(received)} received, ${count(dropped + refused)} dropped`}</li>
    </ul>
  );
}

/** How full something is: what of it, in words, and as a bar. */
function Fill({ name, part, whole, children }: { name: string; part: number; whole: number; children: ReactNode }) {
  return (
    <div className="nw-fill"><span>{name}</span> <span>{children}</span>
      <i aria-hidden="true"><i style={{ width: `${whole > 0 ? Math.min(100, (100 * part) / whole) : 0}%` }} /></i></div>
  );
}

const ofMemory = ({ memory, limit }: { memory: number; limit: number }): string => `${bytesText(memory)} of ${bytesText(limit)} taken`;
const receiveText = ({ receive }: SocketReport): string => `${plural(receive.unread, 'byte')} unread; ${ofMemory(receive)}`;
const sendText = ({ send }: SocketReport): string =>
  `${plural(send.unacknowledged, 'byte')} not acknowledged, ${count(send.unsent)} not sent; ${ofMemory(send)}`;

function Socket({ socket }: { socket: SocketReport }) {
  const openObject = useApp((s) => s.openObject);
  const { at, type, state, local, remote, unaccepted, backlog, receive, send, words } = socket;
  const open = (): void => {
    focusPanel('objects');
    void openObject({ at, type }, null);
  };
  return (
    <li>
      <div className="nw-socket"><b className="mono">{state}</b> <span className="mono">{local}{remote ? ` ‹› ${remote}` : ''}</span>
        <button type="button" className="mono" data-tip={`at ${at.toString(16)}: all its fields, in Objects`} onClick={open}>{type} ▸</button></div>
      {remote ? (
        <>
          <Fill name="receive" part={receive.memory} whole={receive.limit}>{receiveText(socket)}</Fill>
          <Fill name="send" part={send.memory} whole={send.limit}>{sendText(socket)}</Fill>
          <div className="nw-words mono">{words.map(({ name, value }) => <span key={name}><i>{name}</i> {value}</span>)}</div>
        </>
      ) : <Fill name="accept queue" part={unaccepted} whole={backlog}>{unaccepted} of {backlog}</Fill>}
    </li>
  );
}

function Sockets({ sockets, moreSockets }: NetworkView) {
  return (
    <section className="nw-sockets" aria-label="Sockets of the guest">
      <h3>Sockets of the guest</h3>
      {sockets.length === 0 ? <p>None is listening or connected.</p> : null}
      <ul>{sockets.map((socket) => <Socket key={String(socket.at)} socket={socket} />)}</ul>
      {moreSockets > 0 ? <p>and {plural(moreSockets, 'more socket')}</p> : null}
    </section>
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
      {port === 0 ? <p className="muted">Nobody sits here: the client makes its requests by itself.</p> : <form onSubmit={send}>
        <input type="text" data-panel-types spellCheck={false} value={text} placeholder={`to port ${port}; Enter sends`} aria-label="Type at the client"
          onChange={(event) => setText(event.target.value)} onKeyDown={(event) => event.stopPropagation()} />
        <button type="submit" className="btn boxed">Send</button>
        <button type="button" className="btn" disabled={connections.length === 0} onClick={() => void type('', CLIENT_PORT)}>Close</button>
      </form>}
      <ul className="nw-connections" aria-label="Connections of the client">{connections.slice(0, 8).map((one) => (
        <li key={one.id} className="clip" data-tip={connectionText(one)}><span className="mono">{one.localPort} ‹› {one.remotePort} <b>{one.phase}</b>
          </span> {connectionText(one)}</li>
      ))}</ul>
    </section>
  );
}

/** Where the machine was opened from a sheet, as a measured request is from the experiment. */
function Back() {
  const from = useApp((s) => s.openedFrom), setup = useApp((s) => s.setup), openSheet = useApp((s) => s.openSheet);
  return !from || from.setup !== setup ? null
    : <button type="button" className="btn boxed" onClick={() => openSheet(from.sheet)}>Back to the {from.sheet}</button>;
}

export function NetworkPanel() {
  const view = useApp((s) => s.views.network);
  if (view === undefined) return <NotYet />;
  if (view === null) return <p className="empty">This build has no network card: it comes with the switch NET.</p>;
  const { chosen, packets } = view, row = packets.find((one) => isSame(one, chosen));
  return (
    <div className="nw-body">
      <div className="nw-top"><p className={view.broken || chosen?.wrong !== undefined ? 'nw-says bad' : 'nw-says'}>{sentence(view)}</p><Back /></div>
      <div className="nw-mid">
        <div className="nw-left"><Ladder {...view} /><Client {...view} /></div>
        <div className="nw-right" role="group" tabIndex={0} aria-label="The packet, the card, the wire and the sockets">
          {chosen && row ? <Packet {...chosen} direction={row.direction} /> : null}<Rings {...view} /><Sockets {...view} />
        </div>
      </div>
    </div>
  );
}

export function NetworkTable() {
  const view = useApp((s) => s.views.network), seek = useApp((s) => s.seek);
  if (!view) return <p className="empty">{view === null ? 'This build has no network card.' : 'Nothing has been read yet.'}</p>;
  return (
    <>
      <table className="data">
        <caption>{plural(view.packets.length, 'packet')} around this moment, {count(view.before)} before and {count(view.after)} after them</caption>
        <thead><tr><th className="num">Tick</th><th>Direction</th><th className="num">Bytes</th><th>Packet</th><th>State</th></tr></thead>
        <tbody>{view.packets.map((row) => (
          <tr key={`${row.tick} ${row.nth}`} aria-current={isSame(row, view.chosen)}>
            <td className="num"><button type="button" onClick={() => void seek(row.tick)}>{count(row.tick)}</button></td>
            <td>{wayOf(row)}</td><td className="num">{row.length}</td><td className="mono">{row.text}</td><td>{row.isFuture ? 'later' : 'has passed'}</td>
          </tr>
        ))}</tbody>
      </table>
      <table className="data">
        <caption>Sockets of the guest{view.moreSockets > 0 ? `, and ${count(view.moreSockets)} more` : ''}</caption>
        <thead><tr><th>State</th><th>Here</th><th>There</th><th>To receive</th><th>To send</th><th>To accept</th></tr></thead>
        <tbody>{view.sockets.map((socket) => (
          <tr key={String(socket.at)}><td className="mono">{socket.state}</td><td className="mono">{socket.local}</td><td className="mono">{socket.remote}</td>
            <td>{socket.remote ? receiveText(socket) : ''}</td><td>{socket.remote ? sendText(socket) : ''}</td>
            <td>{socket.remote ? '' : `${socket.unaccepted} of ${socket.backlog}`}</td></tr>
        ))}</tbody>
      </table>
      <table className="data">
        <caption>Queues of the card</caption>
        <thead><tr><th>Queue</th><th>State</th></tr></thead>
        <tbody>{view.queues.map((queue) => <tr key={queue.name}><td>{queue.name}</td><td>{ringText(queue)}</td></tr>)}</tbody>
      </table>
    </>
  );
}
