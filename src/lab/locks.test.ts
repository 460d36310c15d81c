import { beforeAll, describe, expect, it } from 'vitest';
import { guestSources } from './sources.ts';
import type { Lab } from './lab.ts';
import { waitCycle, type LockShare } from './locks.ts';
import { openGuest } from './testing.ts';
import { ftrace } from './trace-report.ts';

const MAIN = 'linux/init/main.c';
/** Runs before PID 2 starts: a writer that sleeps while it holds `demo`, and two readers that want it meanwhile. */
const DEMO = `
#include <linux/rwsem.h>
static DECLARE_RWSEM(demo);

static void nap(long milliseconds)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_hrtimeout(ktime_get() + milliseconds * NSEC_PER_MSEC);
}

static int demo_writer(void *milliseconds)
{
	down_write(&demo);
	nap((long)milliseconds);
	up_write(&demo);
	return 0;
}

static int demo_reader(void *milliseconds)
{
	down_read(&demo);
	nap((long)milliseconds);
	up_read(&demo);
	return 0;
}
`;
const START = `	{
		pid_t writer, near, far;

		writer = kernel_thread(demo_writer, (void *)6, 0);
		set_task_comm(find_task_by_vpid(writer), "writer");
		nap(1);
		near = kernel_thread(demo_reader, (void *)2, 0);
		set_task_comm(find_task_by_vpid(near), "near");
		nap(1);
		far = kernel_thread(demo_reader, (void *)4, 0);
		set_task_comm(find_task_by_vpid(far), "far");
		kernel_wait(writer, &status);
		kernel_wait(near, &status);
		kernel_wait(far, &status);
	}
`;

function withDemo(text: string): string {
  const at = text.indexOf('/*\n * PID 1.'), start = text.indexOf('	pid = kernel_thread(run_init_process');
  expect(at).toBeGreaterThan(0);
  expect(start).toBeGreaterThan(at);
  return `${text.slice(0, at)}${DEMO.replaceAll('return 0;', 'do_exit(0);\n\treturn 0;')}${text.slice(at, start)}${START}${text.slice(start)}`;
}

describe('one lock, a writer that has it and two readers that want it', () => {
  let lab: Lab, small: Lab;
  const lockLane = (of: Lab, from: number, to: number): { label: string; kind: string; start: number; end: number }[] =>
    of.timeline(from, to, 1e6).lanes.find(({ name }) => name === 'locks')?.spans.filter(({ label }) => label.startsWith('demo ')) ?? [];
  beforeAll(async () => {
    const edits = { [MAIN]: withDemo(guestSources().get(MAIN)!) };
    lab = openGuest({ app: 'hello', edits });
    await lab.finish();
    small = openGuest({ app: 'hello', edits, limits: { pageItems: 20, pageTicks: 400_000, items: 100 } });
    await small.finish();
  }, 60_000);
  const bare = (kind: string) => lab.tracer.record.events.filter((event) => event.kind === kind && event.fields['name'] === 'demo');

  it('wanted, got and released are three events of each', () => {
    const pids = (kind: string) => bare(kind).map(({ fields }) => Number(fields['pid']));
    const [writer, near, far] = pids('lock-acquire');
    expect(new Set([writer, near, far]).size).toBe(3);
    expect(pids('lock-acquired')).toEqual([writer, near, far]);
    expect(pids('contention-begin')).toEqual([near, far]);
    expect(pids('contention-end')).toEqual([near, far]);
    expect(pids('lock-release')).toEqual([writer, near, far]);
    expect(bare('lock-acquire').map(({ text }) => text)).toEqual(['demo is wanted for writing', 'demo is wanted for reading', 'demo is wanted for reading']);
    expect(ftrace(lab).filter((line) => /lock_acquired: demo/.test(line)).map((line) => line.trim().split('-')[0])).toEqual(['writer', 'near', 'far']);
  });

  it('the lane shows the writer as holder and the blocked readers as waiting, at the same time', () => {
    const blocked = bare('contention-begin')[1].tick + 1;
    const now = (tick: number): string[] => lockLane(lab, tick - 200, tick + 200).filter(({ start, end }) => start <= tick && tick < end)
      .map(({ label, kind }) => `${kind}: ${label.replace(/ \d+$/, '')}`).sort();
    expect(now(blocked)).toEqual(['wait-read: demo R waits: far', 'wait-read: demo R waits: near', 'write: demo W: writer']);
    // Two readers have it together, and nobody waits.
    expect(now(bare('lock-acquired')[2].tick + 1)).toEqual(['read: demo R: far', 'read: demo R: near']);
    expect(now(bare('lock-release')[1].tick + 1)).toEqual(['read: demo R: far']);
    expect(now(bare('lock-release')[2].tick + 1)).toEqual([]);
  });

  it('no share is drawn twice, however the record was cut into pages', () => {
    expect(lockLane(lab, bare('lock-acquire')[0].tick - 100, bare('lock-release')[2].tick + 100)).toHaveLength(5);
    expect(small.tracer.record.pages.some(({ items }) => !items)).toBe(true);
    for (const { tick } of [...bare('lock-acquired'), ...bare('contention-begin'),
      ...bare('lock-release')]) expect(lockLane(small, tick - 100, tick + 100)).toEqual(lockLane(lab, tick - 100, tick + 100));
  });
});

describe('a circle of tasks that wait for each other', () => {
  const share = (pid: number, lock: bigint, state: LockShare['state']): LockShare => ({ pid, lock, state, comm: '', name: '', read: false, since: 0 });

  it.each<[string, LockShare[], number]>([
    ['a task that waits for a lock of its own', [share(1, 1n, 'held'), share(1, 1n, 'waiting')], 1],
    ['two that hold what the other wants', [share(1, 1n, 'held'), share(2, 2n, 'held'), share(2, 1n, 'waiting'), share(1, 2n, 'waiting')], 2],
    ['three, over one of two readers', [share(1, 1n, 'held'), share(2, 2n, 'held'), share(4, 2n, 'held'), share(4, 3n, 'waiting'), share(3, 3n, 'held'),
      share(3, 1n, 'waiting'), share(1, 2n, 'waiting')], 3],
    ['none: the holder runs', [share(2, 1n, 'held'), share(1, 1n, 'waiting')], 0],
    ['none that it is part of itself', [share(2, 1n, 'held'), share(1, 1n, 'waiting'), share(3, 3n, 'held'), share(2, 3n, 'waiting'),
      share(3, 1n, 'waiting')], 0],
  ])('%s', (_name, shares, tasks) => {
    expect(waitCycle(shares, 1)).toBe(tasks);
  });
});
