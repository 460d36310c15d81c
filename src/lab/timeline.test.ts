import { expect, it } from 'vitest';
import type { Lane, LaneName } from '../link/reports.ts';
import { parse } from '../net/packet.ts';
import { FATES } from './cable.ts';
import type { Lab } from './lab.ts';
import { sideOf, spotOf } from './stepping.ts';
import { openGuest } from './testing.ts';

it.each(['ukl', 'ukl-nss', 'ukl-byp'])('%s: the ring lane tells ukl_mode as the task that runs has it in memory', async (config) => {
  const lab = openGuest({ app: 'console-echo', config, input: 'one\ntwo\n' });
  await lab.run({ direction: 'forward' });
  const { live } = lab.history;
  const spans = lab.timeline(0, live, 1e9).lanes.find(({ name }) => name === 'ring')?.spans ?? [];
  const seen = new Set<string>();
  // The middle of each stretch, away from the instruction that changes it.
  for (const { start, end, label } of spans.slice(-40)) {
    if (end - start < 4) continue;
    lab.seek(Math.floor((start + end) / 2));
    const mode = lab.views(['cpu']).cpu?.words.find(({ name }) => name === 'ukl_mode')?.value;
    seen.add(label);
    const isServed = mode === 2 && label === 'kernel, in a call' && sideOf(lab.symbols, lab.machine.registers().rip) === 'kernel';
    expect(label, `tick ${start} to ${end}`).toBe(isServed ? label : mode === 2 ? 'ukl_mode 2, app' : mode === 1 ? 'ukl_mode 1, kernel' : 'kernel');
  }
  expect([...seen].sort()).toEqual(['kernel', ...(config === 'ukl-byp' ? ['kernel, in a call'] : []), 'ukl_mode 1, kernel', 'ukl_mode 2, app']);
});

it.each(['linux', 'ukl', 'ukl-byp', 'ukl-v1', 'ukl-v2'])('%s: the ring lane takes no kernel for the application, but on the way', async (config) => {
  const lab = openGuest({ app: 'console-echo', config, input: 'one\ntwo\n' });
  await lab.run({ direction: 'forward' });
  const { live } = lab.history, [entry] = lab.eventsBetween(0, live, ['syscall-entry'], 1), from = entry.tick - 2000;
  const spans = lab.timeline(0, live, 1e9).lanes.find(({ name }) => name === 'ring')?.spans ?? [];
  const ticks = { app: 0, kernelAsApp: 0, appAsKernel: 0 }, { events } = lab.tracer.record;
  let at = 0;
  lab.seek(from);
  lab.history.watch(() => {
    const { tick } = lab.machine, isApp = sideOf(lab.symbols, spotOf(lab.machine).rip) === 'user';
    while (spans[at].end <= tick) at++;
    const { kind } = spans[at];
    if (isApp) ticks.app++;
    if (!isApp && (kind === '0a' || kind === '3')) ticks.kernelAsApp++;
    if (isApp && kind === '0') ticks.appAsKernel++;
  }, live);
  const ways = events.filter(({ tick, kind }) => tick > from && ['syscall-entry', 'interrupt', 'exception'].includes(kind)).length;
  expect(ticks.app).toBeGreaterThan(150);
  expect(ticks.kernelAsApp / ways).toBeLessThan(60);
  expect(ticks.appAsKernel / ways).toBeLessThan(10);
}, 60_000);

it.each([['interrupt-lost', 'big-frame', /is lost$/], ['triple-fault', 'overrun', /shutdown$/], ['red-zone-write', 'checksum', /red zone/]] as const)(
  'marks %s where it happened, however much of the run is shown', async (event, app, says) => {
    const lab = openGuest({ app, config: 'ukl', ...(app === 'checksum' ? { set: { APP_RED_ZONE: 'on' } } : {}) });
    await lab.finish({ maxInstructions: 40_000_000 });
    const { live } = lab.history, [told] = lab.eventsBetween(0, live, [event], 1);
    for (const columns of [1e9, 300]) {
      const { spans = [] } = lab.timeline(0, live, columns).lanes.find(({ name }) => name === 'irq') ?? {};
      expect(spans.find(({ start, end, kind }) => kind === 'grave' && start <= told.tick && told.tick < end)?.label).toMatch(says);
    }
  });

it('names the task of each call: two have calls under way at once', async () => {
  const lab = openGuest({ app: 'two-threads' });
  await lab.finish({ maxInstructions: 40_000_000 });
  const { spans = [] } = lab.timeline(0, lab.history.live, 1e9).lanes.find(({ name }) => name === 'syscall') ?? {};
  const told = new Map(lab.syscalls().map(({ tick, task: { comm, pid } }) => [tick, `${comm} ${pid}`]));
  expect(spans.map(({ who }) => who)).toEqual(spans.map(({ start }) => told.get(start)));
  expect(new Set(spans.map(({ who }) => who)).size).toBeGreaterThan(1);
});

it('has with several CPUs a lane for each, with who ran there; with one the lane of its tasks', async () => {
  const lab = openGuest({ app: 'hello', set: { NR_CPUS: '4' } });
  await lab.run({ direction: 'forward' });
  const lanes = lab.timeline(0, lab.history.live, 1e9).lanes.filter(({ name }) => name === 'task');
  expect(lanes.map(({ cpu }) => cpu)).toEqual([0, 1, 2, 3]);
  for (const { cpu = 0, spans } of lanes) for (const { start, end, label } of spans.slice(-3)) {
    lab.seek(Math.floor((start + end) / 2));
    const { pid, comm } = lab.focus({ cpu }).status.task;
    expect(`${comm} ${pid}`, `CPU ${cpu} from ${start} to ${end}`).toBe(label);
  }
  const alone = openGuest({ app: 'hello' });
  await alone.run({ direction: 'forward', maxInstructions: 1000 });
  expect(alone.timeline(0, 1000, 100).lanes.map(({ name, cpu }) => `${name} ${cpu}`)).toEqual(['ring', 'task', 'stack', 'syscall', 'irq',
    'softirq', 'locks', 'to-guest', 'to-client'].map((name) => `${name} undefined`));
});

const lanesOf = (lab: Lab, name: LaneName, columns = 1e9): Lane[] =>
  lab.timeline(0, lab.history.live, columns).lanes.filter((lane) => lane.name === name);

/** What is given at one tick to a cable whose other end has it at the same one, since no CPU runs, is drawn together: how many, and the worst of them. */
function byTick(all: readonly { tick: number; kind: string; count: number }[]): string[] {
  const ticks = new Map<number, { worst: number; count: number }>();
  for (const { tick, kind, count } of all) {
    const { worst, count: before } = ticks.get(tick) ?? { worst: 0, count: 0 };
    ticks.set(tick, { worst: Math.max(worst, FATES.indexOf(kind)), count: before + count });
  }
  return [...ticks].map(([tick, { worst, count }]) => `${count} at ${tick}, ${FATES[worst]}`);
}

it('has lanes for frames on the cable, each way, with what is lost and what is sent again, and for softirqs, by CPU', async () => {
  const load = { connections: 3, requests: 70, rate: 0, size: 4000, keys: 1, gets: 0 };
  const open = (limits?: { pageItems: number; pageTicks: number; items: number }): Lab => openGuest({ app: 'echo-server', set: { NR_CPUS: '2' }, load,
    link: { loss: 40_000, reordering: 10_000, duplication: 10_000, seed: 5 }, ...(limits ? { limits } : {}) });
  const lab = open(), { network } = lab.options, seen = new Map<string, { way: string; frame: Uint8Array; copies: number; tick: number }>();
  if (!network) throw new Error('no network');
  const { onFrame } = network.wire;
  network.wire.onFrame = (way, frame, at, arrivals) => {
    onFrame(way, frame, at, arrivals);
    // What is run once more comes in the place of what was.
    seen.set(`${at} ${way} ${frame.join()}`, { way, frame: frame.slice(), copies: arrivals.length, tick: lab.machine.tick });
  };
  await lab.finish();
  const behind = new Map<string, number>(), given = [...seen.values()].map(({ way, frame, copies, tick }) => {
    const tcp = parse(frame).ip?.tcp, length = tcp ? tcp.payload.length + (tcp.flags & 3 ? 1 : 0) : 0, key = `${way} ${tcp?.srcPort} ${tcp?.dstPort}`;
    const end = ((tcp?.seq ?? 0) + length) >>> 0, last = behind.get(key), again = length > 0 && last !== undefined && ((end - last) | 0) <= 0;
    if (length > 0 && !again) behind.set(key, end);
    return { way, again, copies, tick };
  });
  const { host, link } = network.wire.state;
  expect(link.lost).toBeGreaterThan(10);
  for (const [name, way] of [['to-guest', 'in'], ['to-client', 'out']] as const) {
    const [{ spans }] = lanesOf(lab, name), mine = given.filter((one) => one.way === way);
    expect(byTick(spans.map(({ start, kind, merged = 1 }) => ({ tick: start, kind, count: merged })))).toEqual(
      byTick(mine.map(({ tick, again, copies }) => ({ tick, kind: copies === 0 ? 'lost' : again ? 'again' : 'frame', count: 1 }))));
    expect(spans.every(({ start, end }) => end >= start && end <= lab.history.live)).toBe(true);
    expect(spans.filter(({ label }) => label.includes('lost')).length, name).toBeGreaterThan(1);
    expect(spans.filter(({ label }) => label.includes('sent again')).length, name).toBeGreaterThan(1);
    // Drawn together, the worst still shows.
    const [{ spans: few }] = lanesOf(lab, name, 100);
    expect(few.some(({ kind, merged }) => kind === 'lost' && merged)).toBe(true);
  }
  expect(given.filter(({ copies }) => copies === 0).length).toBe(link.lost);
  expect(host.connections.reduce((sum, { retransmitted }) => sum + retransmitted, 0)).toBe(given.filter(({ way, again }) => way === 'in' && again).length);
  const softirqs = lanesOf(lab, 'softirq');
  expect(softirqs.map(({ cpu }) => cpu)).toEqual([0, 1]);
  expect(new Set(softirqs.flatMap(({ spans }) => spans.map(({ label }) => label)))).toEqual(new Set(['TIMER', 'NET_RX']));
  const SOFTIRQ_MASK = 0xff00;
  for (const { cpu = 0, spans } of softirqs) for (const { start, end } of spans.slice(-4)) {
    lab.seek(Math.floor((start + end) / 2));
    const word = lab.focus({ cpu }) && lab.views(['cpu']).cpu?.words.find(({ name }) => name === 'preempt count')?.value;
    expect((word ?? 0) & SOFTIRQ_MASK, `CPU ${cpu} from ${start} to ${end}`).not.toBe(0);
  }
  // Where pages of the record end is not to be seen, and hardly where their things are counted without a look at them.
  const other = open({ pageItems: 300, pageTicks: 2_000_000, items: 4_000_000 });
  await other.finish();
  expect(other.tracer.record.pages.length).toBeGreaterThan(20);
  for (const name of ['to-guest', 'to-client', 'softirq'] as const) {
    expect(lanesOf(other, name)).toEqual(lanesOf(lab, name));
    const total = (one: Lab): number[] => lanesOf(one, name, 3).map(({ spans }) => spans.reduce((sum, { merged = 1 }) => sum + merged, 0));
    expect(Math.max(...total(lab).map((sum, n) => Math.abs(sum - total(other)[n]) / sum))).toBeLessThan(0.1);
  }
}, 120_000);
