import { beforeAll, describe, expect, it } from 'vitest';
import { guestSources } from './sources.ts';
import type { Lab } from './lab.ts';
import { waitCircles, waitCycle, type LockShare } from './locks.ts';
import type { LockReport, LocksView } from '../link/reports.ts';
import { openGuest } from './testing.ts';
import { ftrace } from './trace-report.ts';

const MAIN = 'linux/init/main.c';
/** Runs before init starts: a writer that sleeps while it holds `demo`, and two readers that want it meanwhile. */
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
		int status;

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
  const at = text.indexOf('/* PID 1: '), start = text.indexOf('	prepare_init_process();\n	ret = kernel_execve(');
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

describe('the locks of a moment', () => {
  let lab: Lab, blocked: number;
  const locks = (of: Lab, lock: bigint | null = null): LocksView => of.show({ locks: { lock } }).locks!;
  const demo = (view: LocksView) => view.locks.find(({ name }) => name === 'demo')!;
  const text = ({ words }: LockReport): string => words.map(({ field, value = 0n, parts }) =>
    `${field} ${field === 'owner' ? '' : value.toString(16)} ${parts.filter((part) => part.value > 0n).map((part) => `${part.name} ${part.value}`).join(', ')}`)
    .join('; ').replaceAll('  ', ' ').trim();
  beforeAll(async () => {
    lab = openGuest({ app: 'hello', edits: { [MAIN]: withDemo(guestSources().get(MAIN)!) } });
    await Promise.all([lab.finish(), lab.ready({ locks: { lock: null } })]);
    blocked = lab.tracer.record.events.filter(({ kind, fields }) => kind === 'contention-begin' && fields['name'] === 'demo')[1].tick;
  }, 60_000);

  it('words, holder and queue are those of memory, waits those that were told; looking moves nothing', () => {
    lab.seek(blocked + 300);
    const hash = lab.machine.hash(), view = locks(lab), one = demo(view);
    expect(text(one)).toBe('count 3 WAITERS 1, WRITER 1; owner');
    expect(one).toMatchObject({ type: 'struct rw_semaphore', words: [{}, { holder: { comm: 'writer' } }], holders: [{ comm: 'writer', read: false }] });
    expect(one.waiters.map(({ comm, place, told, read, chain }) => [comm, place, told, read, chain[0]])).toEqual([
      ['near', 0, true, true, 'rwsem_down_read_slowpath'], ['far', 1, true, true, 'rwsem_down_read_slowpath'],
    ]);
    expect(one.broken).toBeUndefined();
    expect(view.tasks.map(({ comm, letter }) => `${comm} ${letter}`)).toEqual(['writer D', 'near D', 'far D']);
    // The words as they were: in front of the instruction at each step.
    expect(one.steps.map(({ what, comm, word }) => `${comm} ${what} ${word?.toString(16)}`)).toEqual([
      'writer wanted 0', 'writer taken 1', 'near wanted 1', 'near not free 3', 'far wanted 3', 'far not free 3',
    ]);
    expect(view.circles).toEqual([]);
    expect([lab.tick, lab.machine.hash()]).toEqual([blocked + 300, hash]);
  });

  it('two readers: the count has both, the owner says that it is only a hint', () => {
    lab.seek(lab.tracer.record.events.filter(({ kind, fields }) => kind === 'lock-acquired' && fields['name'] === 'demo')[2].tick + 1);
    const one = demo(locks(lab));
    expect(text(one)).toBe('count 200 readers 2; owner READER_OWNED 1');
    expect(one.holders.map(({ comm, read }) => `${comm} ${read}`)).toEqual(['near true', 'far true']);
    expect(one.waiters).toEqual([]);
  });

  it('a list that leads into itself, to nowhere, or to what is no task, ends where it is left, and says so', () => {
    lab.seek(blocked + 300);
    const whole = demo(locks(lab)), head = whole.lock + 24n, first = lab.machine.peekNumber(head, 8)!;
    const poked = (at: bigint, word: bigint): LockReport => {
      lab.seek(blocked + 300);
      lab.poke(at, new Uint8Array(new BigUint64Array([word]).buffer));
      return demo(locks(lab));
    };
    const said = ({ broken, waiters }: LockReport): string => `${waiters.filter(({ place }) => place !== undefined).length}: ${broken}`;
    expect(said(poked(first, first))).toBe('1: after waiter 1 the list leads back into itself, and not to its head');
    expect(said(poked(first, 0x10n))).toMatch(/^1: waiter 1 leads to 10, where no task waits/);
    expect(said(poked(head, 0xdead_0000_0000_0000n))).toBe('0: its head leads to dead000000000000, where no task waits');
    expect(said(poked(first + 16n, 0x10n))).toMatch(/^0: its head leads to [0-9a-f]+, where no task waits/);
    // Those who were told to wait are told all the same.
    expect(demo(locks(lab)).waiters.map(({ comm, told }) => `${comm} ${told}`)).toEqual(['near true', 'far true']);
    expect(poked(whole.lock + 8n, 0xffff_ffff_ffff_fff0n).words[1].holder).toBeNull();
  });
});

describe('a task that waits for itself', () => {
  it('is named with its lock, the call that took it, and where it sleeps', async () => {
    const lab = openGuest({ app: 'map-deep', config: 'ukl-nss', set: { UKL_STACK_VMA: 'off' } });
    await lab.finish();
    await lab.ready({ locks: { lock: null } });
    const view = lab.show({ locks: { lock: null } }).locks!;
    const [{ pid, tick }] = lab.tracer.record.events.filter(({ kind }) => kind === 'self-wait');
    const one = view.locks[0];
    expect(view.circles).toEqual([{ pids: [Number(pid)], locks: [one.lock], closedBy: Number(pid), since: tick, victims: [] }]);
    expect(one.words[0]).toMatchObject({ field: 'count', value: 3n });
    expect(one.holders).toMatchObject([{ pid: Number(pid), read: false }]);
    expect(one.words[1].holder).toMatchObject({ pid: Number(pid) });
    expect(one.waiters).toMatchObject([{ pid: Number(pid), read: true, place: 0, stack: '#DF stack' }]);
    const { chain } = one.waiters[0];
    expect(chain[0]).toBe('rwsem_down_read_slowpath');
    // The same task, further out: what it was doing with the lock in its hand.
    expect(chain.indexOf('do_user_addr_fault')).toBeGreaterThan(0);
    expect(chain.indexOf('do_mmap')).toBeGreaterThan(chain.indexOf('do_user_addr_fault'));
    expect(view.tasks).toMatchObject([{ pid: Number(pid), letter: 'D' }]);
    expect(view.tasks[0].call).toMatch(/^mmap\(/);
  }, 60_000);
});

describe('a circle of tasks that wait for each other', () => {
  const share = (pid: number, lock: bigint, state: LockShare['state']): LockShare =>
    ({ pid, lock, state, comm: '', name: '', type: '', read: false, since: 0 });

  it('has its tasks and locks in the order of waiting, and is told once', () => {
    const shares = [share(1, 1n, 'held'), share(2, 2n, 'held'), share(2, 1n, 'waiting'), share(1, 2n, 'waiting'), share(9, 2n, 'waiting'),
      share(5, 5n, 'held'), share(5, 5n, 'waiting')];
    expect(waitCircles(shares)).toEqual([{ pids: [1, 2], locks: [2n, 1n] }, { pids: [5], locks: [5n] }]);
  });

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
