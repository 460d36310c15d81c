/** Packets as moments of a run: stopped at, gone back over, replayed. */
import { expect, it } from 'vitest';
import { CLIENT_PORT, typed } from '../base/input.ts';
import { EVENTS } from '../link/events.ts';
import { openGuest } from './testing.ts';

const SLEEPS = `#include <time.h>
int main(void) { struct timespec t = { 1, 0 }; return nanosleep(&t, 0); }`;

it('a packet that was typed at the client arrives, is answered, and leaves the wire again on the way back', async () => {
  const lab = openGuest({ source: SLEEPS, set: { NET: 'on' } });
  await lab.start();
  await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry' } });
  const before = { tick: lab.tick, hash: lab.machine.hash() };
  lab.input(CLIENT_PORT, typed('hello'));
  const text = (kind: 'packet-in' | 'packet-out'): string[] => lab.tracer.record.events.filter((event) => event.kind === kind).map(({ fields }) =>
    EVENTS[kind].text(fields, undefined as never));
  // At once it is on the cable, also for whoever goes away from this moment and comes back before anything else has happened.
  const given = (): number[] => [...lab.tracer.record.eventsFrom(0, ['wire-to-guest'])].map(({ tick }) => tick);
  expect(given()).toEqual([before.tick]);
  lab.seek(before.tick - 1000);
  lab.seek(before.tick);
  const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'packet-in' } });
  const calls = [...lab.tracer.record.eventsFrom(0, ['syscall-entry'])].filter(({ tick }) => tick === before.tick);
  expect([given()[0], calls.length]).toEqual([before.tick, 1]);
  expect([stop.event?.kind, text('packet-in')]).toEqual(['packet-in', ['ARP, 42 bytes']]);
  const arrived = { tick: lab.tick, hash: lab.machine.hash(), sent: lab.options.network?.wire.host.connection(1)?.phase };
  expect(arrived.sent).toBe('SYN_SENT');
  await lab.run({ direction: 'forward', until: { kind: 'event', event: 'packet-out' } });
  expect(text('packet-out')).toEqual(['ARP, 42 bytes']);
  await lab.run({ direction: 'forward', until: { kind: 'event', event: 'packet-in' } });
  expect(text('packet-in')[1]).toMatch(/^TCP 32768 to 7 SYN seq \d+ ack 0, 0 bytes$/);
  await lab.ready({ network: { packet: null } });
  const { network } = lab.show({ network: { packet: null } }), syn = network?.chosen;
  expect(network?.packets.map(({ direction, text: line }) => `${direction} ${line.slice(0, 9)}`)).toEqual(['in ARP, 42 b', 'out ARP, 42 b', 'in TCP 32768']);
  expect(syn?.layers.map(({ name, from, to }) => `${name} ${from} ${to}`)).toEqual(['Ethernet 0 14', 'IPv4 14 34', 'TCP 34 62']);
  expect(syn?.layers[2].fields.find(({ name }) => name === 'flags')?.text).toBe('SYN');
  expect(network?.connections).toMatchObject([{ phase: 'SYN_SENT', remotePort: 7 }]);
  expect(network?.queues.map(({ name, given }) => `${name} ${given}`)).toEqual(['receive 2', 'transmit 1']);
  lab.seek(arrived.tick);
  expect(lab.machine.hash()).toBe(arrived.hash);
  // What came in at a tick belongs to it: the moment before is the step before.
  lab.seek(before.tick - 1);
  expect(lab.options.network?.wire.state.host.connections).toEqual([]);
  await lab.run({ direction: 'forward', until: { kind: 'event', event: 'packet-in' } });
  expect({ tick: lab.tick, hash: lab.machine.hash() }).toEqual({ tick: arrived.tick, hash: arrived.hash });
}, 60_000);
