/** The wire as a device, with another host where the guest would be: somebody types, load is made, time goes back. */
import { describe, expect, it } from 'vitest';
import { readPcap, writePcap } from '../formats/pcap.ts';
import { cloneState } from '../machine/devices/state.ts';
import { echoDialogue, kvDialogue } from './dialogues.ts';
import type { Application, Host } from './host.ts';
import { Histogram } from './histogram.ts';
import { Load, type Dialogue, type Done, type LoadOptions } from './load.ts';
import { parse } from './packet.ts';
import { seeded } from './random.ts';
import type { Connection } from './tcp.ts';
import { Client, LOAD_LIMITS, orderOf, type LoadSpec } from './client.ts';
import { Terminal } from './terminal.ts';
import { Bench } from './testing.ts';
import { GUEST_IP, type WireOptions } from './wire.ts';

const US = 1000, MS = 1_000_000;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

const echo = (host: Host): Application => ({
  received: (connection, data) => host.write(connection, data.slice()),
  ended: (connection) => host.close(connection),
});

/** Enough of memcached for what the load generator says. */
const store = (host: Host): Application => {
  const values = new Map<string, string>(), inboxes = new Map<number, string>();
  return {
    received(connection, data) {
      let inbox = (inboxes.get(connection.id) ?? '') + text(data);
      for (;;) {
        const [line, verb, key, length] = /^(get|set) (\S+)(?: 0 0 (\d+))?\r\n/.exec(inbox) ?? [];
        const need = line === undefined ? Infinity : line.length + (verb === 'set' ? Number(length) + 2 : 0);
        if (line === undefined || inbox.length < need) break;
        if (verb === 'set') values.set(key, inbox.slice(line.length, need - 2));
        const value = values.get(key);
        const found = value === undefined ? '' : `VALUE ${key} 0 ${value.length}\r\n${value}\r\n`;
        host.write(connection, bytes(verb === 'set' ? 'STORED\r\n' : `${found}END\r\n`));
        inbox = inbox.slice(need);
      }
      inboxes.set(connection.id, inbox);
    },
    ended: (connection) => host.close(connection),
  };
};

interface Made {
  bench: Bench;
  load: Load;
  done: Done[];
  /** Of the counted requests. */
  latencies: number[];
}
function loaded(dialogue: Dialogue, options: Partial<LoadOptions> = {}, wire: Partial<WireOptions> = {}, application = echo, thinks = 0): Made {
  const done: Done[] = [];
  let load: Load | undefined;
  const bench = new Bench({
    ...wire,
    program: (host) => (load = new Load(host, { ip: GUEST_IP, port: 7, connections: 4, requests: 100, warmUp: 10, depth: 1, seed: 1, ...options }, dialogue)),
  }, { listens: [7], application });
  if (!load) throw new Error('no load');
  load.onDone = (request) => void done.push(request);
  bench.thinks = thinks;
  bench.run();
  return { bench, load, done, latencies: done.filter(({ isCounted }) => isCounted).map(({ meant, done: at }) => at - meant) };
}

describe('somebody who types', () => {
  it('opens a connection, gets the echo, and closes it', () => {
    let terminal: Terminal | undefined;
    const bench = new Bench({ program: (host) => (terminal = new Terminal(host, GUEST_IP, 7)) }, { listens: [7], application: echo });
    bench.run(5 * MS);
    bench.wire.receive(bytes('hello\n'));
    bench.run(10 * MS);
    bench.wire.receive(bytes('again\n'));
    bench.run();
    bench.wire.receive(new Uint8Array(0));
    bench.run();
    expect(terminal?.state.lines.map(({ from, bytes: line }) => `${from}: ${text(line)}`)).toEqual(
      ['client: hello\n', ': connected', 'guest: hello\n', 'client: again\n', 'guest: again\n', ': closed by the guest']);
    expect(bench.wire.host.connection(1)?.phase).toBe('TIME_WAIT');
    expect(bench.wire.isVain()).toBe(true);
  });

  it('is told where nobody listens', () => {
    const bench = new Bench({ program: (host) => new Terminal(host, GUEST_IP, 8) }, { listens: [7], application: echo });
    bench.wire.receive(bytes('x'));
    bench.run();
    expect((bench.wire.program as Terminal).state.lines.map(({ bytes: line }) => text(line))).toEqual(['x', 'refused']);
  });
});

describe('a load generator', () => {
  it('asks again when it is answered, and counts what it was told to count', () => {
    const { load, done, latencies, bench } = loaded(echoDialogue(1));
    expect([load.state.phase, done.length, latencies.length]).toEqual(['done', 110, 100]);
    // Four frames meet at the cable: 84 bytes each at 0.8 ns, and 950 ns of way, twice.
    expect(Math.min(...latencies)).toBe(2 * (68 + 950));
    expect(Math.max(...latencies)).toBeLessThan(3 * US);
    const capture = readPcap(writePcap(bench.frames));
    if (typeof capture === 'string') throw new Error(capture);
    expect(capture.frames.map(({ frame }) => parse(frame).wrong).filter((wrong) => wrong)).toEqual([]);
  });

  it('does not wait for answers when arrivals have times of their own, and hides no waiting', () => {
    const fast = loaded(echoDialogue(1), { rate: 100_000, requests: 1000, seed: 5 });
    const first = fast.done[0].meant, last = fast.done.at(-1)?.meant ?? 0;
    expect(((1000 + 10) / (last - first)) * 1e9 / 100_000).toBeCloseTo(1, 1);
    // A server that takes longer than requests are apart: those behind have waited, though each was answered as fast as ever.
    const slow = loaded(echoDialogue(1), { rate: 100_000, requests: 500, connections: 1 }, {}, echo, 20 * US);
    const answered = slow.done.map(({ sent, done }) => done - sent);
    expect(Math.max(...answered)).toBeLessThan(30 * US);
    expect(slow.latencies.at(-1)).toBeGreaterThan(500 * (20 * US - 10 * US) / 2);
  });

  it('sends several on one connection where that is allowed', () => {
    const one = loaded(echoDialogue(200), { connections: 1, requests: 400 }), eight = loaded(echoDialogue(200), { connections: 1, requests: 400, depth: 8 });
    const took = ({ done }: Made): number => (done.at(-1)?.done ?? 0) - done[0].sent;
    expect(took(eight)).toBeLessThan(took(one) / 4);
  });

  it.each([100, 'etc'] as const)('speaks memcached\'s protocol and reads back what it wrote, sizes %s', (size) => {
    const { load, done } = loaded(kvDialogue({ keys: 50, gets: 900, size, seed: 3 }), { requests: 300, connections: 3 }, {}, store);
    expect([load.state.why, load.state.phase, done.length]).toEqual(['', 'done', 360]);
  });

  it.each([undefined, 100_000])('asks for nothing before the answer to the last request that prepares the server, at rate %s', (rate) => {
    // Whoever asks first is served last: a get of what it sets would come to another connection before that.
    const late = (host: Host): Application => {
      const usual = store(host), held: [Connection, Uint8Array][] = [];
      let came = 0;
      return { received: (connection, data) => {
        if (came++ === 0) held.push([connection, data.slice()]);
        else usual.received?.(connection, data);
        if (came === 5) for (const [one, bytesOfIt] of held) usual.received?.(one, bytesOfIt);
      } };
    };
    const { load, done } = loaded(kvDialogue({ keys: 5, gets: 1000, size: 10, seed: 3 }), { requests: 40, warmUp: 0, connections: 4, rate }, {}, late);
    expect([load.state.why, load.state.phase]).toEqual(['', 'done']);
    const prepared = Math.max(...done.filter(({ number }) => number < 5).map((one) => one.done));
    expect(Math.min(...done.filter(({ number }) => number >= 5).map(({ sent }) => sent))).toBeGreaterThanOrEqual(prepared);
  });

  it('has the sizes of the published workload', () => {
    const dialogue = kvDialogue({ keys: 4000, gets: 0, size: 'etc', seed: 1 }), random = seeded(1);
    const lines = Array.from({ length: 4000 }, (_, n) => text(dialogue.request(n, random).bytes).split(' '));
    const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[2000];
    expect(middle(lines.map(([, key]) => key.length))).toBeCloseTo(34, -1);
    // Median of the generalised Pareto distribution: scale * (2^shape - 1) / shape.
    expect(Math.abs(middle(lines.map((line) => Number.parseInt(line[4], 10))) - 168)).toBeLessThan(17);
  });

  it('survives a cable that loses, and says when an answer is wrong or the guest hangs up', () => {
    expect(loaded(echoDialogue(3000), { requests: 200 }, { link: { loss: 20_000, reordering: 5000, seed: 4 } }).load.state.phase).toBe('done');
    const liar = loaded(echoDialogue(5), {}, {}, (host) => ({ received: (connection, data) => host.write(connection, data.map((byte) => byte ^ 1)) }));
    expect(liar.load.state).toMatchObject({ phase: 'failed', why: 'request 0: what came back is not what was sent' });
    const shy = loaded(echoDialogue(5), {}, {}, (host) => ({ received: (connection) => host.abort(connection) }));
    expect(shy.load.state).toMatchObject({ phase: 'failed', why: 'a connection was closed (reset) after 0 answers' });
    const deaf = loaded(echoDialogue(5), { port: 9 });
    expect(deaf.load.state).toMatchObject({ phase: 'failed', why: 'no connection: refused' });
  });

  it('goes on from any moment to the same end', () => {
    const run = (back: boolean): string => {
      const done: Done[] = [], options = { ip: GUEST_IP, port: 7, connections: 3, requests: 60, warmUp: 0, depth: 2, rate: 50_000, seed: 2 };
      const bench = new Bench({ link: { loss: 50_000, seed: 3 }, program: (host) => Object.assign(new Load(host, options, echoDialogue(40)),
        { onDone: (request: Done) => void done.push(request) }) }, { listens: [7], application: echo });
      bench.run(20 * MS + 400 * US);
      expect(done.length).toBeGreaterThan(5);
      if (back) bench.wire.state = cloneState('client', bench.wire.state);
      bench.run();
      return JSON.stringify(done);
    };
    expect(run(true)).toBe(run(false));
  });
});

describe('a histogram', () => {
  it('knows percentiles to one in a thousand', () => {
    const histogram = new Histogram();
    for (let n = 1; n <= 100_000; n++) histogram.add(n * 37);
    for (const [perMillion, wanted] of [[500_000, 1_850_000], [900_000, 3_330_000], [990_000, 3_663_000], [999_000, 3_696_300]]) {
      expect(Math.abs(histogram.percentile(perMillion) / wanted - 1)).toBeLessThan(0.001);
    }
    expect([histogram.total, histogram.max, histogram.percentile(1_000_000), Math.round(histogram.mean)]).toEqual([100_000, 3_700_000, 3_700_000, 1_850_019]);
  });

  it('is written as HdrHistogram\'s plotter reads it', () => {
    const histogram = new Histogram();
    for (const value of [1000, 1000, 1500, 2500]) histogram.add(value);
    expect(histogram.hgrm().split('\n').map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([
      'Value Percentile TotalCount 1/(1-Percentile)', '', '1.000 0.500000000000 2 2.00', '1.500 0.750000000000 3 4.00', '2.500 1.000000000000 4',
      '#[Mean = 1.500, StdDeviation = 0.612]', '#[Max = 2.500, Total count = 4]', '#[Buckets = 2, SubBuckets = 2048]', '']);
  });
});

describe('an order to the client', () => {
  const SPEC: LoadSpec = { dialogue: 'echo', connections: 1, requests: 1, warmUp: 0, depth: 1, seed: 1, size: 1, gets: 0, keys: 1 };
  const client = (): Client => {
    let made: Client | undefined;
    new Bench({ program: (host) => (made = new Client(host, GUEST_IP, 7)) }, { listens: [7], application: echo });
    return made!;
  };

  it('is refused where a number is out of its bounds, and taken once', () => {
    for (const [name, [least, most]] of Object.entries(LOAD_LIMITS)) {
      for (const wrong of [least - 1, most + 1, least + 0.5, NaN, '1', null, -0.1, 2 ** 60]) {
        expect(client().refuses(orderOf({ ...SPEC, [name]: wrong })), `${name} ${wrong}`).toMatch(name);
      }
      for (const right of [least, most]) expect(client().refuses(orderOf({ ...SPEC, [name]: right })), name).toBeUndefined();
    }
    for (const strange of [[0], [0, 123], [0, 91, 93], [0, ...Array.from({ length: 2000 }, () => 32)]]) {
      expect(client().refuses(Uint8Array.from(strange))).toContain('no such order');
    }
    const one = client();
    one.typed(orderOf(SPEC));
    expect(one.load?.state.phase).toBe('connecting');
    for (const more of [orderOf(SPEC), Uint8Array.of(65)]) expect(one.refuses(more)).toMatch(/^Nobody/);
  });

  it('is not taken after something was typed, and the load goes where the state goes', () => {
    const typing = client(), one = client(), other = client();
    typing.typed(Uint8Array.of(65));
    expect(typing.refuses(orderOf(SPEC))).toMatch(/typed/);
    one.typed(orderOf({ ...SPEC, connections: 3 }));
    other.state = structuredClone(one.state);
    expect([other.load?.state.lines.length, other.nextTimer()]).toEqual([3, one.nextTimer()]);
    other.state = structuredClone(typing.state);
    expect(other.load).toBeUndefined();
  });
});
