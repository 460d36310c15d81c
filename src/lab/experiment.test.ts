/** The guest's own servers under load, the same figures whenever they are measured, and frames that other programs can read. */
import { describe, expect, it } from 'vitest';
import { CLIENT_PORT } from '../base/input.ts';
import { SERVERS, type Workload } from '../guest/configs/servers.ts';
import type { LoadResult } from '../link/experiment.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { parse } from '../net/packet.ts';
import { buildGuest } from '../toolchain/build.ts';
import { resolveConfig, switchesOfApp } from '../toolchain/kconfig.ts';
import { measure, NoResult, type LoadOrder, type ServerImage } from './experiment.ts';
import { Lab } from './lab.ts';
import { networkOf } from './network.ts';
import { imageFor } from './server-image.ts';
import { guestSources } from './sources.ts';
import { stocked } from './stock.ts';

function orderOf(workload: Workload, config: string, more: Partial<LoadOrder> = {}): LoadOrder {
  const switches = resolveConfig(guestSources(), config, switchesOfApp(SERVERS[workload].app));
  if (typeof switches === 'string') throw new Error(switches);
  return { workload, config, switches, cost: 'skx-off', connections: 2, requests: 40, warmUp: 6, size: workload === 'echo' ? 8 : 'etc', depth: 1, gets: 900,
    keys: 20, seed: 1, link: {}, ...more };
}

const images = new Map<string, ServerImage>();
function imageOf(workload: Workload, config: string): ServerImage {
  const key = `${workload} ${config}`, image = images.get(key) ?? imageFor(orderOf(workload, config));
  images.set(key, image);
  return image;
}

const results = new Map<string, LoadResult>();
/** The ordinary echo, measured once. */
function echoed(config: string): LoadResult {
  const result = results.get(config) ?? measure(orderOf('echo', config), imageOf('echo', config), compiler);
  results.set(config, result);
  return result;
}

describe('a server of the guest under load', () => {
  it('echo: answers all, the same each time, and says where the time goes', () => {
    const linux = orderOf('echo', 'linux', { capture: true, explain: 'max' }), image = imageOf('echo', 'linux'), first = measure(linux, image, compiler);
    expect(first).toMatchObject({ requests: 40, rate: null });
    results.set('linux', first);
    // More than the wire takes, less than twenty microseconds.
    expect([first.p50 > 3000, first.p50 < 20_000, first.p99 >= first.p50]).toEqual([true, true, true]);
    // Each stage's time, and each piece of one request's, is part of the whole; who listens to no tracepoint measures the same.
    expect(first.stages.reduce((sum, { ns }) => sum + ns, 0)).toBeCloseTo(first.mean, 6);
    expect(first.stages.filter(({ ns, instructions }) => ns > 0 && instructions > 0).map(({ name }) => name)).toEqual(
      ['NIC in', 'IRQ', 'softirq', 'IP', 'TCP', 'wake-up', 'switch', 'read', 'application', 'write', 'NIC out']);
    const { pieces = [], latency = 0, causes = [] } = first.explained ?? {};
    expect(pieces.map(({ from }) => from)).toEqual([0, ...pieces.slice(0, -1).map(({ to }) => to)]);
    expect([pieces.at(-1)?.to, causes.reduce((sum, { ns }) => sum + ns, 0), latency]).toEqual([latency, latency, first.max]);
    const unseen = measure({ ...linux, explain: undefined }, { ...image, sites: [] }, compiler);
    expect([unseen.hgrm, unseen.frames, unseen.instructions]).toEqual([first.hgrm, first.frames, first.instructions]);
    const frames = first.frames ?? [];
    expect(frames.map(({ frame }) => parse(frame).wrong).filter((wrong) => wrong !== undefined)).toEqual([]);
    expect(frames.every(({ at }, n) => n === 0 || at >= frames[n - 1].at)).toBe(true);
  }, 180_000);

  it('echo: the lab comes to the same moment', async () => {
    const linux = orderOf('echo', 'linux'), first = echoed('linux');
    // What the client is to do is an input like any other.
    const [{ examples: [example] }] = first.bars, { hash = '', order = new Uint8Array() } = first.image ?? {};
    const build = buildGuest({ sources: guestSources(), app: 'echo-server', switches: linux.switches }, stocked('linux', linux.switches));
    if (!build.ok) throw new Error('the guest builds');
    const lab = new Lab({ sources: guestSources(), config: 'linux', switches: linux.switches, compiler, network: networkOf('echo-server') }, build, 0);
    const notice = await lab.reach({ tick: example.tick + 1, imageHash: hash }, [{ tick: 0, port: CLIENT_PORT, bytes: order }]);
    expect([build.imageHash, notice]).toEqual([hash, undefined]);
    // A packet that comes to a CPU that waits comes at the tick it waits at, so one tick later it has been.
    const [arrival] = lab.tracer.record.eventsFrom(example.tick, ['packet-in']);
    expect(arrival).toMatchObject({ tick: example.tick, fields: { to: 7, payload: 8 } });
  }, 180_000);

  it('echo: the less lies between the application and TCP, the less a request takes', () => {
    // One at a time, so that none shares an interrupt with another; and the one in the middle, which no tick of the clock falls into.
    const alone = ['linux', 'ukl', 'ukl-byp', 'ukl-shortcut']
      .map((config) => measure(orderOf('echo', config, { connections: 1 }), imageOf('echo', config), compiler));
    const instructions = (stages: readonly string[]): number[] => alone.map(({ around: { p50 } }) =>
      p50.filter(({ name }) => stages.includes(name)).reduce((sum, one) => sum + one.instructions, 0));
    const falls = (figures: readonly number[]): boolean => figures.every((one, n) => n === 0 || one < figures[n - 1]);
    const times = alone.map(({ p50 }) => p50), between = instructions(['read', 'application', 'write']), before = instructions(['IRQ', 'softirq', 'IP']);
    expect([times, between].map(falls), JSON.stringify({ times, between })).toEqual([true, true]);
    // What is below them is the same kernel.
    expect(before).toEqual(before.map(() => before[0]));
  }, 180_000);

  it('echo: waits and losses', () => {
    const linux = orderOf('echo', 'linux'), image = imageOf('echo', 'linux');
    // At a rate that it cannot serve, requests wait; and where frames are lost, they come all the same.
    const over = measure({ ...linux, rate: 2_000_000 }, image, compiler);
    expect(over.mean).toBeGreaterThan(echoed('linux').mean * 2);
    // Of some 160 frames with bytes so many are lost that one is, whichever it is; and who waits for a timer of TCP waits longest.
    const lossy = measure({ ...linux, size: 2000, link: { loss: 50_000, seed: 3 }, explain: 'max' }, image, compiler);
    expect(lossy.requests).toBe(40);
    const [{ who, ns }] = lossy.explained?.causes ?? [{}];
    expect([who, (ns ?? 0) > lossy.max / 2]).toEqual(['lost, until it was sent again', true]);
  }, 180_000);

  it.each(['linux', 'ukl-shortcut'])('kv, %s: every value that is read is the one that was written', (config) => {
    const order = orderOf('kv', config);
    expect(measure(order, imageOf('kv', config), compiler)).toMatchObject({ requests: 40 });
  }, 180_000);

  it('says why there is no result', () => {
    const order = orderOf('echo', 'linux', { workload: 'kv' }), image = imageOf('echo', 'linux');
    expect(() => measure(order, image, compiler)).toThrow(NoResult);
  }, 180_000);
});
