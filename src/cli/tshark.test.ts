/**
 * What goes over the cable is right by tshark's own checks: checksums, lengths, no acknowledgement of what was never sent, no hole in what was. A sample;
 * with RINGSIDE_SWEEP=1 both servers in several configurations, on good and bad cables, a megabyte each way.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writePcap, type Captured } from '../formats/pcap.ts';
import { SERVERS, type Workload } from '../guest/configs/servers.ts';
import { measure, type LoadOrder } from '../lab/experiment.ts';
import { imageFor } from '../lab/server-image.ts';
import { programNetwork } from '../lab/network.ts';
import { guestSources } from '../lab/sources.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { Machine } from '../machine/machine.ts';
import type { Host } from '../net/host.ts';
import type { LinkOptions } from '../net/link.ts';
import type { Connection } from '../net/tcp.ts';
import { GUEST_IP, type Program } from '../net/wire.ts';
import { resolveConfig, switchesOfApp } from '../toolchain/kconfig.ts';
import { examine, HAS_TSHARK, type Verdict } from './tshark.ts';

const MS = 1_000_000, SECOND = 1000 * MS, ECHO = SERVERS.echo.port;
const BAD: LinkOptions = { loss: 20_000, reordering: 20_000, duplication: 10_000, bitsPerSecond: 1_000_000_000 };
const folder = mkdtempSync(join(tmpdir(), 'ringside-tshark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function judged(frames: readonly Captured[]): Verdict {
  const file = join(folder, 'capture.pcap');
  writeFileSync(file, writePcap(frames));
  return examine(file);
}

function orderOf(workload: Workload, config: string, more: Partial<LoadOrder> = {}): LoadOrder {
  const switches = resolveConfig(guestSources(), config, switchesOfApp(SERVERS[workload].app));
  if (typeof switches === 'string') throw new Error(switches);
  // Where a page of a stack comes by #DF an interrupt can be lost for good, which is no fault of the network's: here it is raised again.
  const kept: Record<string, string> = switches['PRIVILEGE'] === 'ukl' && switches['UKL_PF'] === 'df' ? { UKL_DF_EOI: 'on' } : {};
  return { workload, config, switches: { ...switches, ...kept }, cost: 'skx-off', connections: 1, requests: 1, warmUp: 0, size: 1, depth: 1,
    gets: 900, keys: 20, seed: 1, link: {}, capture: true, ...more };
}

/** Bytes; of the first, more than the client keeps and the guest has in its hands. */
const SLOW = 600_000, HASTY = 50_000, HALF = 20_000;

/** Comes once in every way there is: to ports where nobody listens, slow to read, impatient, and finished before it has the answer. */
class Visitor implements Program {
  state = {};
  at = 200 * MS;
  back = 0;
  readonly said: string[] = [];
  onEnd: () => void = () => undefined;
  #slow: Connection | undefined;
  #hasty: Connection | undefined;
  #last: Connection | undefined;
  readonly host: Host;
  constructor(host: Host) {
    this.host = host;
  }
  nextTimer(): number {
    return this.at;
  }
  pass(): void {
    if (this.#slow) {
      this.at = Infinity;
      this.host.setReading(this.#slow, true);
      return;
    }
    this.at = this.host.now + 3 * SECOND;
    this.host.ping(GUEST_IP, new Uint8Array(60));
    this.host.datagram(GUEST_IP, { srcPort: 4000, dstPort: 53, payload: new Uint8Array(31) });
    this.host.connect(GUEST_IP, 9);
    this.#slow = this.host.connect(GUEST_IP, ECHO);
    this.host.setReading(this.#slow, false);
    this.host.write(this.#slow, new Uint8Array(SLOW).fill(7));
  }
  received(connection: Connection, bytes: Uint8Array): void {
    if (connection === this.#hasty) this.host.abort(connection);
    else this.back += bytes.length;
    if (connection === this.#slow && this.back === SLOW) this.host.close(connection);
  }
  ended(connection: Connection): void {
    if (connection === this.#slow) {
      this.#hasty = this.host.connect(GUEST_IP, ECHO);
      this.host.write(this.#hasty, new Uint8Array(HASTY));
    } else this.onEnd();
  }
  closed(connection: Connection, why: string): void {
    this.said.push(why);
    if (connection !== this.#hasty) return;
    this.#last = this.host.connect(GUEST_IP, ECHO);
    this.host.write(this.#last, new Uint8Array(HALF));
  }
  opened(connection: Connection): void {
    if (connection === this.#last) this.host.close(connection);
  }
}
describe.skipIf(!HAS_TSHARK)('tshark', () => {
  it('has nothing against handshakes, resets, closed windows, half-closed connections and what is not TCP, on a bad cable', () => {
    const order = orderOf('echo', 'linux'), frames: Captured[] = [];
    const network = programNetwork((host) => new Visitor(host), { link: BAD }), { commandLine, ...image } = imageFor(order);
    const machine = new Machine({ ...image, commandLine: network.commandLine(commandLine), ramBytes: 64 << 20, cost: 'skx-off', wire: network.make });
    machine.translator = compiler;
    network.wire.onFrame = (_direction, frame, at) => void frames.push({ at, frame: frame.slice() });
    const visitor = network.wire.program as Visitor;
    let isOver = false;
    visitor.onEnd = () => {
      isOver = true;
      machine.requestStop();
    };
    for (let stop = machine.run(100_000_000); !isOver && stop.kind !== 'idle' && machine.tick < 400_000_000;) stop = machine.run(machine.tick + 100_000_000);
    const { wrong, events } = judged(frames);
    expect({ wrong, isOver, back: visitor.back, said: visitor.said }).toEqual({ wrong: [], isOver: true, back: SLOW + HALF, said: ['refused', 'reset'] });
    expect([events.zero_window, events.retransmission].map((count) => (count ?? 0) > 0)).toEqual([true, true]);

    // And it would have seen it: a wrong byte, a frame that nobody sent, time that goes back.
    const spoilt = frames.map(({ at, frame }) => ({ at, frame: frame.slice() })), full = spoilt.flatMap(({ frame }, n) => (frame.length > 1000 ? n : []));
    spoilt[full[2]].frame[60] ^= 1;
    spoilt[full[20]].at = spoilt[full[20] - 1].at - 1;
    spoilt.splice(full[10], 1);
    const kinds = judged(spoilt.slice(0, full[30])).wrong.map((line) => /tcp checksum|lost_segment|earlier/.exec(line)?.[0]);
    expect(new Set(kinds)).toEqual(new Set(['earlier', 'lost_segment', 'tcp checksum']));
  }, 240_000);

  const links: Readonly<Record<string, LinkOptions>> = { 'a good cable': {}, 'a bad cable': BAD };
  const loads: [Workload, Partial<LoadOrder>][] = [['echo', { size: 60_000, requests: 20 }], ['echo', { size: 1, requests: 2000, connections: 50 }],
    ['kv', { size: 'etc', requests: 2000, connections: 10 }]];
  const cases = ['linux', 'ukl', 'ukl-byp', 'ukl-shortcut'].flatMap((config) => Object.keys(links).flatMap((link) =>
    loads.map(([workload, more]) => ({ config, link, workload, more }))));
  it.skipIf(!process.env['RINGSIDE_SWEEP']).each(cases)('$workload $more, $config, $link', ({ config, link, workload, more }) => {
    const order = orderOf(workload, config, { ...more, link: links[link] });
    expect(judged(measure(order, imageFor(order), compiler).frames ?? []).wrong).toEqual([]);
  }, 600_000);
});
