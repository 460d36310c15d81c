/** Two hosts of the same kind on one cable. Every frame that they send is looked at by the parser, which checks lengths and checksums. */
import { describe, expect, it } from 'vitest';
import { cloneState } from '../machine/devices/state.ts';
import { ACK, FIN, icmpFrame, parse, PSH, RST, SYN, tcpFrame, udpFrame, type Tcp } from './packet.ts';
import { below, exp, exponential, ln, next, seeded, unit } from './random.ts';
import { A, B, Keeper, pair, type Pair } from './testing.ts';
import type { Connection } from './tcp.ts';
import type { Host } from './host.ts';

const MS = 1_000_000;
const pattern = (length: number, seed: number): Uint8Array => {
  const random = seeded(seed);
  return Uint8Array.from({ length }, () => below(random, 256));
};
const FLAGS = [[SYN, 'S'], [FIN, 'F'], [RST, 'R'], [PSH, 'P'], [ACK, '.']] as const;
const flagText = (flags: number): string => FLAGS.map(([bit, text]) => (flags & bit ? text : '')).join('');
/** As tcpdump has it: who, flags, bytes. */
const told = ({ frames }: Pair): string[] => frames.map(({ frame }) => {
  const packet = parse(frame), tcp = packet.ip?.tcp;
  expect(packet.wrong).toBe(undefined);
  if (packet.arp) return `arp ${packet.arp.op}`;
  return tcp ? `${packet.ip?.src === A ? '>' : '<'} ${flagText(tcp.flags)} ${tcp.payload.length}` : `ip ${packet.ip?.protocol}`;
});
function joined(net: Pair, port = 7): { client: Keeper; server: Keeper; connection: Connection; other: () => Connection } {
  const client = new Keeper(), server = new Keeper();
  net.a.application = client;
  net.b.application = server;
  let other: Connection | undefined;
  server.opened = function opened(this: Keeper, ...[connection]: unknown[]) {
    other = connection as Connection;
  };
  const connection = net.a.connect(B, port);
  return { client, server, connection, other: () => other as Connection };
}
const listening = { listens: [7] };

describe('a connection', () => {
  it('is asked for by ARP, opens, carries bytes both ways, and closes', () => {
    const net = pair({}, {}, listening), { client, server, connection, other } = joined(net);
    net.run(MS);
    net.a.write(connection, Uint8Array.of(1, 2, 3));
    net.run(2 * MS);
    net.b.write(other(), Uint8Array.of(4));
    net.run(3 * MS);
    net.a.close(connection);
    net.run(4 * MS);
    net.b.close(other());
    net.run();
    expect([client.bytes, server.bytes, client.said, server.said]).toEqual([[4], [1, 2, 3], ['opened', 'ended', 'done'], ['ended', 'done']]);
    expect(told(net)).toEqual(['arp 1', 'arp 2', '> S 0', '< S. 0', '> . 0', '> P. 3', '< P. 1', '> F. 0', '< . 0', '< F. 0', '> . 0']);
    // Two times the longest life of a segment.
    expect(net.now()).toBeGreaterThan(60_000 * MS);
  });

  it('takes as long as wire and cables do', () => {
    const net = pair({}, {}, listening), { connection } = joined(net);
    net.run(MS);
    const from = net.frames.length;
    net.a.write(connection, pattern(1, 1));
    net.run(2 * MS);
    net.run();
    // 64 bytes and 20 around them at 10 Gb/s, then 950 ns; the acknowledgement is delayed.
    expect(net.frames.slice(from).map(({ at }) => at)).toEqual([MS, MS + 68 + 950 + 40 * MS]);
  });

  it('is refused where nobody listens, and given up where nobody is', () => {
    const net = pair(), { client } = joined(net, 9);
    net.run();
    expect([client.said, told(net).slice(2)]).toEqual([['refused'], ['> S 0', '< R. 0']]);
    const alone = new Keeper();
    net.a.application = alone;
    net.a.connect(A + 1, 7);
    net.run();
    expect(alone.said).toEqual(['timed out']);
  });

  it('is reset by whoever aborts it', () => {
    const net = pair({}, {}, listening), { client, server, connection } = joined(net);
    net.run(MS);
    net.a.abort(connection);
    net.run();
    expect([client.said, server.said]).toEqual([['opened', 'reset'], ['reset']]);
  });

  it('answers what belongs to no connection with a reset', () => {
    const net = pair();
    net.b.receive(tcpFrame({ srcMac: 1, dstMac: 0x525400123456, src: A, dst: B, id: 1 },
      { srcPort: 1, dstPort: 2, seq: 5, ack: 77, flags: ACK, window: 1, payload: new Uint8Array(3) }));
    net.run();
    expect(parse(net.frames.at(-1)?.frame ?? new Uint8Array(0)).ip?.tcp).toMatchObject({ seq: 77, flags: RST });
  });
});

function transfer(net: Pair, size: number): { connection: Connection; took: number; server: Keeper; client: Keeper } {
  const { client, server, connection, other } = joined(net), there = pattern(size, 3), back = pattern(size, 4);
  net.run(50 * MS);
  for (let n = 0; !other() && n < 100; n++) net.run(net.now() + 1000 * MS);
  const start = net.now();
  net.a.write(connection, there.slice());
  net.b.write(other(), back.slice());
  net.a.close(connection);
  net.b.close(other());
  net.run();
  expect([server.bytes.length, client.bytes.length]).toEqual([size, size]);
  expect([server.bytes.every((byte, n) => byte === there[n]), client.bytes.every((byte, n) => byte === back[n])]).toEqual([true, true]);
  expect([client.said.at(-1), server.said.at(-1)]).toEqual(['done', 'done']);
  expect(net.frames.map(({ frame }) => parse(frame).wrong).filter((wrong) => wrong !== undefined)).toEqual([]);
  return { connection, took: net.now() - start - 60_000 * MS, server, client };
}

describe('a megabyte both ways', () => {
  it('goes through at the speed of the wire', () => {
    const { took, connection } = transfer(pair({}, {}, listening), 1 << 20);
    expect(connection.retransmitted).toBe(0);
    // 1 MiB at 10 Gb/s is 0.9 ms without headers and acknowledgements.
    expect(took).toBeLessThan(3 * MS);
  });

  it.each([1, 2, 3])('goes through when one frame in fifty is lost, others overtaken or doubled (seed %d)', (seed) => {
    const net = pair({ loss: 20_000, reordering: 10_000, duplication: 5000, seed }, {}, listening);
    const { connection } = transfer(net, 1 << 20);
    expect([net.lost() > 10, connection.retransmitted > 10, connection.fast > 3]).toEqual([true, true, true]);
  });

  it('goes through a window of a few bytes, and without window scales', () => {
    const net = pair({}, { receiveBuffer: 700 }, { ...listening, receiveBuffer: 60_000 });
    transfer(net, 100_000);
  });

});

describe('flow control', () => {
  it('waits at a closed window, asks, and goes on when it opens', () => {
    const net = pair({}, {}, { ...listening, receiveBuffer: 4000 }), { server, connection, other } = joined(net), bytes = pattern(20_000, 5);
    net.run(MS);
    net.b.setReading(other(), false);
    net.a.write(connection, bytes.slice());
    net.run(5000 * MS);
    expect([server.bytes.length, connection.sndWnd]).toEqual([0, 0]);
    const probes = net.frames.filter(({ at, frame }) => at > 500 * MS && parse(frame).ip?.src === A);
    expect(probes.length).toBeGreaterThan(2);
    net.b.setReading(other(), true);
    net.run();
    expect(server.bytes).toEqual([...bytes]);
  });

  it('Nagle\'s rule holds back what is small while something is on the way', () => {
    const sizes = (nodelay: boolean): number[] => {
      const net = pair({ delayNs: MS }, { nodelay }, listening), { connection } = joined(net);
      net.run(20 * MS);
      const from = net.frames.length;
      for (let n = 0; n < 5; n++) net.a.write(connection, Uint8Array.of(n));
      net.run();
      return net.frames.slice(from).flatMap(({ frame }) => parse(frame).ip?.tcp?.payload.length || []);
    };
    expect(sizes(true)).toEqual([1, 1, 1, 1, 1]);
    expect(sizes(false)).toEqual([1, 4]);
  });
});

describe('a stranger on the cable', () => {
  const forged = (c: Connection, host: Host, segment: Partial<Tcp>): void => host.receive(tcpFrame(
    { srcMac: 0x525400123456, dstMac: 0x52550a000202, src: B, dst: A, id: 9 },
    { srcPort: c.remotePort, dstPort: c.localPort, seq: c.rcvNxt, ack: c.sndNxt, flags: ACK, window: 1000, payload: new Uint8Array(0), ...segment }));

  it('does not end a connection by a guess', () => {
    const net = pair({}, {}, listening), { client, server, connection } = joined(net);
    net.run(MS);
    forged(connection, net.a, { flags: RST, seq: connection.rcvNxt + 100 });
    forged(connection, net.a, { flags: RST, seq: connection.rcvNxt - 1 });
    forged(connection, net.a, { flags: SYN });
    forged(connection, net.a, { ack: connection.sndNxt + 5000 });
    forged(connection, net.a, { seq: connection.rcvNxt + 10_000_000, payload: new Uint8Array(10) });
    net.a.write(connection, Uint8Array.of(1));
    net.run();
    expect([server.bytes, client.said]).toEqual([[1], ['opened']]);
    forged(connection, net.a, { flags: RST });
    expect(client.said).toEqual(['opened', 'reset']);
  });

  it('is not heard where a frame is damaged, and overlaps are taken once', () => {
    const net = pair({}, {}, listening), { client, connection } = joined(net);
    net.run(MS);
    const at = connection.rcvNxt;
    forged(connection, net.a, { seq: at + 2, payload: Uint8Array.of(2, 3, 4) });
    forged(connection, net.a, { seq: at + 1, payload: Uint8Array.of(1, 2, 3, 4, 5) });
    forged(connection, net.a, { seq: at, payload: Uint8Array.of(0, 1, 2) });
    expect(client.bytes).toEqual([0, 1, 2, 3, 4, 5]);
    const frame = tcpFrame({ srcMac: 0x525400123456, dstMac: 0x52550a000202, src: B, dst: A, id: 9 },
      { srcPort: 7, dstPort: connection.localPort, seq: connection.rcvNxt, ack: connection.sndNxt, flags: ACK, window: 9, payload: Uint8Array.of(9, 9) });
    for (let n = 14; n < frame.length; n++) {
      const spoilt = frame.slice();
      spoilt[n] ^= 0x20;
      net.a.receive(spoilt);
      net.a.receive(frame.subarray(0, n));
    }
    expect(client.bytes).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('sends twenty thousand frames at random, whole and damaged, and nothing breaks', () => {
    const net = pair({}, { listens: [7, 80] }), random = seeded(4), keeper = new Keeper();
    net.a.application = keeper;
    for (let n = 0; n < 20_000; n++) {
      const route = { srcMac: 0x525400123456, dstMac: 0x52550a000202, src: B, dst: A, id: n & 0xffff }, payload = pattern(below(random, 40), n);
      // Few ports and numbers near zero, so that segments meet the connections of those before them.
      const numbers = { seq: below(random, 99), ack: next(random), flags: below(random, 64), window: below(random, 9) };
      const segment = { srcPort: below(random, 4), dstPort: 7, ...numbers, payload };
      const frame = [() => tcpFrame(route, segment), () => udpFrame(route, { srcPort: 1, dstPort: 2, payload }),
        () => icmpFrame(route, { type: below(random, 20), code: 0, rest: payload })][below(random, 3)]();
      if (below(random, 2)) frame[below(random, frame.length)] = below(random, 256);
      net.a.receive(below(random, 3) ? frame : frame.subarray(0, below(random, frame.length + 1)));
    }
    net.run(1000 * MS);
    const other = new Keeper();
    net.a.application = other;
    net.b.connect(A, 80);
    net.run(2000 * MS);
    expect(other.said).toContain('opened');
  });
});

it('answers an echo request, and says that a port is closed', () => {
  const net = pair(), heard: number[][] = [];
  net.a.application = { pong: (_from, rest) => void heard.push([...rest]) };
  net.a.ping(B, Uint8Array.of(0, 1, 0, 2, 7, 8));
  net.a.datagram(B, { srcPort: 5, dstPort: 6, payload: Uint8Array.of(1) });
  net.run();
  expect(heard).toEqual([[0, 1, 0, 2, 7, 8]]);
  expect(parse(net.frames.at(-1)?.frame ?? new Uint8Array(0)).ip?.icmp).toMatchObject({ type: 3, code: 3 });
});

describe('random numbers', () => {
  it('have the logarithm and the exponential that the host has', () => {
    for (let x = 0.0001; x < 1e6; x *= 1.37) {
      expect(ln(x)).toBeCloseTo(Math.log(x), 12);
      expect(exp(ln(x)) / x).toBeCloseTo(1, 12);
    }
    expect(exp(-30)).toBeCloseTo(Math.exp(-30), 20);
  });

  it('are spread evenly, and arrivals around their mean', () => {
    const random = seeded(7), counts = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 20_000; n++) counts[below(random, 10)]++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
    let sum = 0, squares = 0;
    for (let n = 0; n < 20_000; n++) {
      const time = exponential(random, 10_000);
      sum += time;
      squares += time * time;
    }
    // Mean and deviation of an exponential distribution are the same.
    expect(sum / 20_000 / 10_000).toBeCloseTo(1, 1);
    expect(Math.sqrt(squares / 20_000 - (sum / 20_000) ** 2) / 10_000).toBeCloseTo(1, 1);
    expect(unit(random)).toBeGreaterThan(0);
  });

  it('are plain state', () => {
    const random = seeded(3), copy = cloneState('random', { random });
    expect(next(random)).toBe(next(copy.random));
  });
});
