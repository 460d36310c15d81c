/** The table of events and the guest's tracepoints know each other. */
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, EVENTS, toldOf, type EventKind } from '../link/events.ts';
import { guestSources } from './sources.ts';
import { openGuest } from './testing.ts';
import { ftrace } from './trace-report.ts';

describe('the table of events', () => {
  it('names tracepoints that the kernel has, with all that it can have', () => {
    const lab = openGuest({ app: 'hello', set: { NET: 'on' } }), there = new Set(lab.symbols.kernel.debug.tracepoints.map(({ name }) => name));
    const sites = EVENT_KINDS.flatMap((kind) => EVENTS[kind].site ?? []);
    expect(sites.filter((name) => !there.has(name))).toEqual([]);
    expect(sites.length).toBeGreaterThan(5);
  });

  it('has a tracepoint that lacks what an event keeps told when the kernel is built, not in the midst of a run', () => {
    const file = 'linux/include/trace/events.h', text = guestSources().get(file) ?? '';
    const edits = { [file]: text.replace('pid = p->pid, comm = p->comm, target_cpu = cpu', 'pid = p->pid, target_cpu = cpu') };
    expect(() => openGuest({ app: 'hello', edits })).toThrow('tracepoint sched_wakeup has no argument comm, which the event wake-up keeps');
  });
});

it('a stop at an event says what happened where its text is only a value, and the trace keeps the text', async () => {
  const lab = openGuest({ app: 'console-echo', input: 'hi\n' });
  const at = async (event: EventKind): Promise<string> => (await lab.run({ direction: 'forward', until: { kind: 'event', event } })).stop.message;
  expect(await at('console-input')).toBe("'h' comes in at the serial port");
  expect(await at('console-output')).toMatch(/^('.'|byte \d+) goes out of the serial port$/);
  const bare = lab.tracer.record.events.filter((event) => /^['\w]+$/.test(toldOf(event)));
  expect([...new Set(bare.map(({ kind }) => kind))]).toEqual([]);
  expect(ftrace(lab).some((row) => row.endsWith("console_input: 'h'"))).toBe(true);
});

it('from where a switch of tasks is told until it is done the task is about to leave for the other', async () => {
  const lab = openGuest({ app: 'console-echo', input: 'hi\n' });
  const stop = (await lab.run({ direction: 'forward', until: { kind: 'event', event: 'context-switch', match: { fromComm: 'console-echo' } } })).stop;
  const { to, toComm, from } = stop.event!.fields, told = lab.tick, next = { pid: to, comm: toComm };
  expect(lab.status()).toMatchObject({ task: { pid: from }, leavesFor: next });
  expect(stop.message).toBe(`the scheduler is about to switch from console-echo ${String(from)} to ${String(toComm)} ${String(to)}`);
  while (lab.status().task.pid === from) {
    expect(lab.status().leavesFor).toEqual(next);
    await lab.step('instruction', 'forward');
  }
  expect(lab.status()).toMatchObject({ task: next });
  expect(lab.status().leavesFor).toBeUndefined();
  // By the record alone, in the past.
  lab.seek(told - 1);
  expect(lab.status().leavesFor).toBeUndefined();
  lab.seek(told);
  expect(lab.status().leavesFor).toEqual(next);
});

describe('what a failure tells comes again in a replay, at the same ticks', () => {
  it.each([
    ['an overrun that ends in a triple fault', { app: 'overrun', config: 'ukl' },
      ['delivery-fault', 'triple-fault'], { kind: 'triple-fault' }],
    ['a lock that its owner waits for', { app: 'map-deep', config: 'ukl-nss', set: { UKL_STACK_VMA: 'off' } },
      ['contention-begin', 'delivery-fault', 'self-wait'],
      { kind: 'idle', stuck: true, message: expect.stringMatching(/^Idle for good: task \d+ waits for mmap_lock, which it holds itself/) as string }],
  ] as const)('%s', async (_name, options, expected, last) => {
    const lab = openGuest(options), kinds = new Set<EventKind>(expected);
    expect((await lab.finish()).stop).toMatchObject(last);
    const end = lab.tick, told = lab.tracer.record.events.filter(({ kind }) => kinds.has(kind)).map(({ kind, tick }) => ({ kind, tick }));
    expect([...new Set(told.map(({ kind }) => kind))].sort()).toEqual(expected);
    lab.seek(0);
    for (const kind of kinds) {
      const { tick } = told.find((one) => one.kind === kind)!;
      lab.seek(0);
      const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: kind } });
      expect(stop).toMatchObject({ kind: 'event', tick: EVENTS[kind].stop === 'after' ? tick + 1 : tick });
    }
    await lab.finish();
    expect(lab.tick).toBe(end);
  });
});
