import { lazy, Suspense } from 'react';
import { CLIENT_PORT } from '../../../base/input.ts';
import { definePanel } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { plural } from '../../widgets/format.ts';
import { sentence } from './sentence.ts';

const Picture = lazy(() => import('./NetworkPanel.tsx').then((module) => ({ default: module.NetworkPanel })));
const Rows = lazy(() => import('./NetworkPanel.tsx').then((module) => ({ default: module.NetworkTable })));

function Head() {
  const view = useApp((s) => s.views.network);
  return view && view.onTheWay.length > 0 ? <span className="chip packet">{plural(view.onTheWay.length, 'frame')} on the wire</span> : null;
}

export default definePanel({
  id: 'network',
  number: 14,
  title: 'Network',
  slot: 2,
  needs: ({ packet }) => ({ network: { packet } }),
  about: 'Packets between the guest and the client at the other end of the wire, each byte of one of them, the rings of the network card, the guest\'s ' +
    'sockets, and the client. ' +
    'Arrows choose a packet, Enter goes to its moment.',
  notes: [
    'A packet out is shown when the card has fetched it and gives it to the wire, one that comes in when it lies in the guest\'s memory.',
    'The client host, the cable and what is on it are part of the machine: a step back takes a packet off the wire again.',
    'A socket\'s bar is the kernel\'s memory that its packets take, of what they may; of one that listens, connections that nobody has accepted yet.',
    'What is typed at the client goes into a connection to the application\'s port; the first line opens it.',
  ],
  sources: ['net/', 'machine/devices/virtio', 'guest/linux/net/', 'guest/linux/drivers/net/', 'guest/linux/drivers/virtio/'],
  types: CLIENT_PORT,
  summary: ({ views: { network } }) => sentence(network),
  Component: () => <Suspense fallback={null}><Picture /></Suspense>,
  Table: () => <Suspense fallback={null}><Rows /></Suspense>,
  Head,
});
