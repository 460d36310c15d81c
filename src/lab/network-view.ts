/** The Network panel's view: packets as the record has them, one of them run for again to see its bytes, and the state of card, cable and client. */
import type { Tick } from '../base/units.ts';
import { EVENTS, frameLabel, type EventKind } from '../link/events.ts';
import type { ChosenPacket, NetworkView, PacketRow, QueueReport } from '../link/network.ts';
import type { EventReport } from '../link/reports.ts';
import { available } from '../machine/devices/virtqueue.ts';
import type { Machine } from '../machine/machine.ts';
import { layersOf } from '../net/layers.ts';
import { Client } from '../net/client.ts';
import { stopTick } from './events.ts';
import type { History } from './history.ts';
import type { Image } from './images.ts';
import type { Network } from './network.ts';
import type { Record } from './record.ts';
import { socketsNow } from './sockets.ts';

export interface NetworkParts {
  machine: Machine;
  history: History;
  record: Record;
  network: Network;
  kernel: Image;
}

const KINDS: readonly EventKind[] = ['packet-in', 'packet-out'];
/** Packets shown before this moment and after it; more than so many are not looked through. */
const BEFORE = 200, AFTER = 100, MOST = 20_000;
const NO_NAMES = { call: String, result: String, vector: String, signal: String, softirq: String };

function rows({ machine, record }: NetworkParts): Pick<NetworkView, 'packets' | 'before' | 'after'> {
  const now = machine.tick, all: PacketRow[] = [];
  let nth = 0, last = -1, behind = 0;
  for (const event of record.eventsFrom(0, KINDS) as Iterable<EventReport>) {
    if (!KINDS.includes(event.kind)) continue;
    nth = event.tick === last ? nth + 1 : 0;
    last = event.tick;
    // Where a run stops at a packet, that has just happened.
    const tick = stopTick(event), isFuture = tick > now;
    if (!isFuture) behind++;
    all.push({ tick, nth, direction: event.kind === 'packet-out' ? 'out' : 'in', length: Number(event.fields['length']),
      text: EVENTS[event.kind].text(event.fields, NO_NAMES), label: frameLabel(event.fields), isFuture });
    if (all.length >= MOST) break;
  }
  const from = Math.max(0, behind - BEFORE), to = Math.min(all.length, behind + AFTER);
  return { packets: all.slice(from, to), before: from, after: all.length - to };
}

/** What was run for once, of each machine. */
const known = new WeakMap<Network, Map<string, ChosenPacket | null>>();

function chosenOf(parts: NetworkParts, row: PacketRow): ChosenPacket | null {
  const { network, history } = parts, own = known.get(network) ?? new Map<string, ChosenPacket | null>(), key = `${history.current} ${row.tick} ${row.nth}`;
  known.set(network, own);
  const found = own.get(key) ?? bytesOf(parts, row);
  own.set(key, found);
  return found;
}

/** The bytes of a packet: the machine goes to its tick once more. */
function bytesOf({ machine, history, network }: NetworkParts, { tick, nth, direction }: PacketRow): ChosenPacket | null {
  const found: { direction: string; frame: Uint8Array }[] = [];
  history.excursion(() => {
    // A halted CPU waits for it at the step's own tick.
    history.seek(Math.max(0, tick - 2));
    network.onPacket = (way, frame) => {
      if (machine.tick === tick - 1) found.push({ direction: way, frame });
    };
    try {
      history.forward(Math.min(tick, history.live));
    } finally {
      network.onPacket = () => undefined;
    }
  });
  const frame = found[nth];
  return frame?.direction === direction ? { tick, nth, bytes: frame.frame.slice(), ...layersOf(frame.frame) } : null;
}

export function networkView(parts: NetworkParts, packet: { tick: Tick; nth: number } | null): NetworkView {
  const { machine, kernel, network: { wire } } = parts, { nic } = machine.board, shown = rows(parts);
  const wanted = packet ? shown.packets.find(({ tick, nth }) => tick === packet.tick && nth === packet.nth)
    : shown.packets.findLast(({ isFuture }) => !isFuture);
  const state = nic?.state, { host, link, now } = wire.state, dma = machine.board.dma;
  const queues = (state?.queues ?? []).map((queue, n): QueueReport => {
    const waiting = queue.ready ? available(dma, queue) : 0;
    return { name: n === 0 ? 'receive' : 'transmit', ready: queue.ready, size: queue.size, waiting: typeof waiting === 'number' ? waiting : null,
      taken: queue.nextAvail, given: queue.nextUsed };
  });
  const { sockets, more: moreSockets } = socketsNow(machine, kernel);
  const terminal = wire.program instanceof Client && !wire.program.load ? wire.program.terminal : undefined;
  return {
    ...shown, chosen: wanted ? chosenOf(parts, wanted) : null, broken: state?.broken ?? '', queues,
    frames: { ...(state?.frames ?? { sent: 0, received: 0, refused: 0, dropped: 0 }) },
    onTheWay: link.onTheWay.map(({ to, frame, at }) => ({ to: to === 0 ? 'guest' : 'client', length: frame.length, inNs: Math.max(0, at - now) })),
    lost: link.lost, sockets, moreSockets,
    connections: host.connections.map(({ id, localPort, remotePort, phase, out, sndWnd, cwnd, retransmitted }) =>
      ({ id, localPort, remotePort, phase, unacknowledged: out.length, window: sndWnd, congestionWindow: cwnd, retransmitted })),
    lines: (terminal?.state.lines ?? []).map(({ from, bytes }) => ({ from, text: new TextDecoder().decode(bytes) })), port: terminal?.port ?? 0,
  };
}
