import { expect, it } from 'vitest';
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
  expect(alone.timeline(0, 1000, 100).lanes.map(({ name, cpu }) => `${name} ${cpu}`)).toEqual(['ring', 'task', 'stack', 'syscall', 'irq', 'locks']
    .map((name) => `${name} undefined`));
});
