/** What is shown in words. It follows "Network: ": it begins small and ends with a full stop. */
import type { NetworkView, PacketRow } from '../../../link/network.ts';
import { count, plural } from '../../widgets/format.ts';

export const isSame = (row: PacketRow, chosen: { tick: number; nth: number } | null): boolean => row.tick === chosen?.tick && row.nth === chosen.nth;

export function sentence(view: NetworkView | null | undefined): string {
  if (view === undefined) return 'nothing has been read yet.';
  if (view === null) return 'this build has no network card: it comes with the switch NET.';
  if (view.broken) return `the card has stopped: ${view.broken}.`;
  const { chosen, packets, onTheWay } = view, row = packets.find((one) => isSame(one, chosen));
  const flying = onTheWay.length > 0 ? `; ${plural(onTheWay.length, 'frame')} on the wire` : '';
  if (!row) return `no packet has passed the card yet${flying}.`;
  const wrong = chosen?.wrong === undefined ? '' : `, and its receiver throws it away: ${chosen.wrong}`;
  return `${row.isFuture ? 'later, ' : ''}${row.direction === 'in' ? 'in from the wire' : 'out to the wire'} at tick ${count(row.tick)}: ${row.text}${
    wrong}${flying}.`;
}
