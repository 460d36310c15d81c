/** What a unikernel's application may do beyond one thread, and what happens where it may not. */
import { describe, expect, it } from 'vitest';
import { guestSources } from '../lab/sources.ts';
import { runGuest, type GuestRun } from '../lab/testing.ts';
import { configNames } from '../toolchain/kconfig.ts';

const HEAD = `#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "lib/sysdep.h"

#define STACK_SIZE 65536
/* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, PARENT_SETTID, CHILD_CLEARTID */
#define THREAD_FLAGS 0x350f00
#define CLONE_UKL 0x100000000UL
#ifdef CONFIG_UKL_STUBS
/* A function's fourth argument. */
#define CALL_CLONE "movq %%r10, %%rcx\\n\\tcall sys_clone\\n\\t"
#else
#define CALL_CLONE ENTER_KERNEL "\\n\\t"
#endif

static void run_thread(int (*fn)(void *), void *arg)
{
	int status = fn(arg);

	for (;;)
		syscall1(__NR_exit, status);
}

/* As glibc's clone(): the child finds what to do on its own stack. */
static long start_thread(int (*fn)(void *), void *arg, int *tid)
{
	char *stack = mmap(0, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	unsigned long *sp = (unsigned long *)(stack + STACK_SIZE - 32);
	long ret;
	register int *ctid __asm__("r10") = tid;

	sp[0] = (unsigned long)fn;
	sp[1] = (unsigned long)arg;
	__asm__ volatile(CALL_CLONE
			 "testq %%rax, %%rax\\n\\t"
			 "jnz 1f\\n\\t"
			 "xorl %%ebp, %%ebp\\n\\t"
			 "popq %%rdi\\n\\t"
			 "popq %%rsi\\n\\t"
			 "call *%%rbx\\n"
			 "1:"
			 : "=a" (ret)
			 : "a" (__NR_clone), "D" (THREAD_FLAGS | CLONE_UKL), "S" (sp), "d" (tid), "r" (ctid), "b" (run_thread)
			 : "rcx", "rdx", "r8", "r9", "r11", "memory", "cc");
	return ret;
}

static void join(volatile int *tid)
{
	int seen;

	while ((seen = *tid) != 0)
		syscall6(__NR_futex, (long)tid, 0, seen, 0, 0, 0);
}
`;

const run = (body: string, options: Parameters<typeof runGuest>[0]): Promise<GuestRun> => runGuest({ source: `${HEAD}${body}`, ...options });

const THREADS = `
static volatile int counter, lock;

static int count(void *arg)
{
	volatile char deep[8192];
	int i;

	deep[0] = 1;
	for (i = 0; i < 2000; i++) {
		__asm__ volatile("lock incl %0" : "+m" (counter));
		if (i % 500 == 0)
			sched_yield();
	}
	printf("thread %ld of %d: %d\\n", (long)arg, getpid(), gettid() != getpid());
	return deep[0] - 1;
}

int main(void)
{
	int tid[3], i;

	for (i = 0; i < 3; i++)
		if (start_thread(count, (void *)(long)i, &tid[i]) < 0)
			return 1;
	for (i = 0; i < 3; i++)
		join(&tid[i]);
	printf("%d\\n", counter);
	return 7;
}
`;

/**
 * Two threads that spin without a system call: until the process ends, or, with their calls bypassing the entry code where there
 * is such a thing, until they are told.
 */
const spinning = (told: boolean): string => `
#if defined(CONFIG_UKL_BYPASS) && ${Number(told)}
#include <ukl.h>
#else
#define set_bypass_syscall(on) ((void)0)
#endif
static volatile long turns[2];
static volatile int enough;

static int spin(void *arg)
{
	set_bypass_syscall(1);
	while (!enough)
		turns[(long)arg]++;
	return 0;
}

int main(void)
{
	static int tid[2];

	start_thread(spin, (void *)0, &tid[0]);
	start_thread(spin, (void *)1, &tid[1]);
	while (!turns[0] || !turns[1])
		sched_yield();
	if (${Number(told)}) {
		enough = 1;
		join(&tid[0]);
		join(&tid[1]);
	}
	return 9;
}
`;
const SPIN = spinning(false), SPIN_A_WHILE = spinning(true);

describe.each(configNames(guestSources()))('threads in %s', (config) => {
  it('share memory, have stacks of their own, and are waited for', async () => {
    const { output, exit } = await run(THREADS, { config });
    expect(output.split('\n').sort()).toEqual(['', '6000', 'thread 0 of 3: 1', 'thread 1 of 3: 1', 'thread 2 of 3: 1']);
    expect(exit).toBe(7);
  });

  // In the first version nothing ever takes the CPU away from the application.
  it.skipIf(config === 'ukl-v1')('that spin without a system call share the CPU, and end with the process', async () => {
    const { exit, events } = await run(SPIN, { config });
    expect(exit).toBe(9);
    expect(events('context-switch').length).toBeGreaterThan(3);
  });
});

describe('who returns to the application asks nobody', () => {
  it.each([['ukl-v2', { UKL_RESCHED: 'off' }], ['ukl-v1', {}], ['ukl', { UKL_RESCHED: 'off' }]])('%s %o: a thread that spins keeps the CPU for ever',
    async (config, set) => {
    const { stop, events } = await run(SPIN, { config, set, maxInstructions: 60_000_000 });
    expect(stop).toBe('limit');
    const last = events('context-switch').at(-1)!.tick;
    // It has been asked to give way since.
    expect(events('need-resched').at(-1)!.tick).toBeGreaterThan(last);
    expect(events('interrupt').filter(({ tick }) => tick > last).length).toBeGreaterThan(5);
  });
});

describe('exit_group() beside a thread that spins on another CPU', () => {
  const start = (config: string, set: Record<string, string>): Promise<GuestRun> =>
    run(SPIN, { config, set: { ...set, NR_CPUS: '4' }, maxInstructions: 30_000_000 });

  it.each([['linux', {}], ['ukl', {}], ['ukl-v2', {}]])('%s: ends it, by the interrupt that the signal comes with', async (config, set) => {
    expect((await start(config, set)).exit).toBe(9);
  });

  it.each([['ukl', { UKL_RESCHED: 'off' }], ['ukl', { UKL_RESCHED: 'off', PREEMPT: 'full' }], ['ukl-v2', { UKL_RESCHED: 'off' }]])(
    '%s %o: who returns to ring 0 looks for no signal, so the process never ends', async (config, set) => {
      const { stop, events } = await start(config, set);
      expect(stop).toBe('limit');
      const [first, ...others] = events('exit');
      expect(others).toEqual([]);
      // The others have been interrupted since, and have gone on.
      expect(new Set(events('interrupt').filter(({ tick }) => tick > first.tick).map(({ cpu }) => cpu)).size).toBeGreaterThanOrEqual(2);
    });
});

describe('with PREEMPT=full', () => {
  it.each([['ukl-v1', {}], ['ukl', { UKL_RESCHED: 'off' }], ['ukl-byp', {}]])(
    '%s %o: an interrupt takes the CPU from a thread that spins in ring 0', async (config, set) => {
      const { exit, events } = await run(SPIN_A_WHILE, { config, set: { ...set, PREEMPT: 'full' }, maxInstructions: 60_000_000 });
      expect(exit).toBe(9);
      expect(events('schedule').filter(({ fields }) => fields['preempt'] === 1).length).toBeGreaterThan(0);
    });

  it.each(['linux', 'ukl-nss'])('%s: threads share memory, have stacks of their own, and are waited for', async (config) => {
    const { output, exit } = await run(THREADS, { config, set: { PREEMPT: 'full' } });
    expect(output).toContain('6000\n');
    expect(exit).toBe(7);
  });
});

const FORK = `
static volatile int in_data = 1;

int main(void)
{
	volatile int on_stack = 1;
	int status = -1;
	long child = syscall0(__NR_fork);

	if (child == 0) {
		in_data = 2;
		on_stack = 2;
		_exit(on_stack + 3);
	}
	if (child < 0)
		return -child;
	if (syscall6(__NR_wait4, -1, (long)&status, 0, 0, 0, 0) != child)
		return 1;
	printf("status %d, on the stack %d, in .data %d\\n", status >> 8, on_stack, in_data);
	return 0;
}
`;

describe('fork', () => {
  it('of a process copies its data', async () => {
    expect(await run(FORK, { config: 'linux' })).toMatchObject({ exit: 0, output: 'status 5, on the stack 1, in .data 1\n' });
  });

  it('in a unikernel copies the stack; .data is the kernel image\'s, and there is one', async () => {
    expect(await run(FORK, { config: 'ukl' })).toMatchObject({ exit: 0, output: 'status 5, on the stack 1, in .data 2\n' });
  });

  it('on the same stack ends in a panic: the parent sleeps on a stack that the child\'s page tables have otherwise', async () => {
    const { exit, console } = await run(FORK, { config: 'ukl-nss' });
    expect(exit).toBe(255);
    expect(console).toMatch(/Kernel panic|Oops/);
  });

  it('a child that would share its parent\'s stack is refused', async () => {
    expect((await run('int main(void) { printf("%ld\\n", syscall0(__NR_vfork)); return 0; }', { config: 'ukl' })).output).toBe('-22\n');
    expect((await run('int main(void) { printf("%ld\\n", syscall0(__NR_fork)); return 0; }', { config: 'ukl', set: { UKL_STACK: 'pinned' } })).output)
      .toBe('-38\n');
  });

  it('has no stub that bypasses the entry code: that is where the child\'s registers are saved', async () => {
    await expect(run('int main(void) { long bp_fork(void); return bp_fork(); }', { config: 'ukl-byp' })).rejects.toThrow('\'bp_fork\' is used here and ' +
      'defined nowhere');
  });
});

describe('a signal', () => {
  it.each(['ukl', 'ukl-byp'])('can be ignored, and then a write to where nobody reads is EPIPE and not the end; there are no handlers: %s', async (config) => {
    const { output, exit } = await run(`
#include <signal.h>
static void handle(int sig) { printf("%d\\n", sig); }
int main(void)
{
	int fds[2];
	long ret;

	printf("%d\\n", signal(SIGPIPE, handle) == SIG_ERR && errno == ENOSYS);
	printf("%d\\n", signal(SIGPIPE, SIG_IGN) == SIG_DFL);
	pipe(fds);
	close(fds[0]);
	ret = write(fds[1], "x", 1);
	printf("%ld %d\\n", ret, errno);
	printf("%d\\n", signal(SIGPIPE, SIG_DFL) == SIG_IGN);
	return 0;
}`, { config });
    expect({ output, exit }).toEqual({ output: '1\n1\n-1 32\n1\n', exit: 0 });
  });
});

describe('the flag that bypasses the entry code', () => {
  it('is a thread\'s own, and so is its limit', async () => {
    const { output } = await run(`
#include <ukl.h>
static int count(void *arg)
{
	int direct = 0, i;

	if (arg) {
		set_bypass_syscall(1);
		set_bypass_limit((long)arg);
	}
	for (i = 0; i < 100; i++)
		direct += get_bypass_syscall();
	printf("limit %ld: %d\\n", (long)arg, direct);
	if (arg) {
		set_bypass_syscall(0);
		printf("off: %d\\n", get_bypass_syscall());
	}
	return 0;
}

int main(void)
{
	int tid, again;

	start_thread(count, (void *)0, &tid);
	join(&tid);
	start_thread(count, (void *)5, &again);
	join(&again);
	printf("first: %d\\n", get_bypass_syscall());
	return 0;
}
`, { config: 'ukl-byp' });
    expect(output).toBe('limit 0: 0\nlimit 5: 80\noff: 0\nfirst: 1\n');
  });
});

const beside = (naps: number, nanoseconds: number): string => `
#include <time.h>
int main(void)
{
	struct timespec nap = { 0, ${nanoseconds} };
	int i;

	for (i = 0; i < ${naps}; i++)
		nanosleep(&nap, 0);
	printf("application done\\n");
	return 4;
}
`;

describe('an ordinary process beside the application', () => {
  const start = (source: string, turns: number, config: string, set: Record<string, string> = {}): Promise<GuestRun> => run(source, { config, set,
    programs: { init: `#include <stdio.h>
#include <unistd.h>
int main(void)
{
	printf("process %d\\n", getpid());
	for (volatile int i = 0; i < ${turns}; i++)
		;
	return 0;
}
` } });

  it.each([['ukl', {}], ['ukl-ret', {}], ['ukl-nss', { UKL_STACK: 'pinned' }]])('%s %o: runs in ring 3, and enters by SYSCALL', async (config, set) => {
    const result = await start(beside(3, 30_000_000), 300_000, config, set);
    expect(result).toMatchObject({ exit: 4, output: 'process 4\napplication done\n' });
    const cs = result.calls('write').map((call) => [call.text.includes('process'), call.cs]);
    expect(cs).toEqual([[true, 0x33], [false, 0x10]]);
  });

  it('cannot be switched to from a stack that only the application\'s address space has', async () => {
    // It sleeps again while the process wants to run. From the idle task, which borrows the application's tables, the switch would succeed.
    const { exit, console } = await start(beside(20, 300_000), 4_000_000, 'ukl-nss');
    expect(exit).toBe(255);
    expect(console).toMatch(/Kernel panic|Oops/);
    expect(console).not.toContain('application done');
  });
});

describe('a line typed on four CPUs, of which one sleeps in read() for it and another is interrupted', () => {
  const type = (config: string, set: Record<string, string>): Promise<GuestRun> =>
    runGuest({ config, set: { NR_CPUS: '4', ...set }, app: 'console-echo', input: 'a line\n' });

  it.each([['ukl', {}], ['ukl-nss', { UKL_STACK: 'pinned' }], ['ukl-v2', { UKL_ALWAYS_SWITCH: 'on' }], ['ukl-nss', { NR_CPUS: '1' }]] as const)(
    '%s %o: comes back', async (config, set) => {
      const { output, stop } = await type(config, set);
      expect({ output, stop }).toEqual({ output: 'a line\na line\n', stop: 'idle' });
    });

  it.each(['ukl-nss', 'ukl-v2', 'ukl-byp'])('%s: is the end, where the waiter\'s place in the queue lies on the application\'s stack', async (config) => {
    const { console, lab } = await type(config, {});
    expect(console).toContain('Kernel panic - not syncing: Fatal exception in interrupt');
    const address = BigInt(`0x${/BUG: unable to handle page fault for address: (\w+)/.exec(console)![1]}`);
    expect(lab.tracer.record.regions.find(({ low, high }) => address >= low && address < high)).toMatchObject({ kind: 'user' });
  });
});

describe('stacks', () => {
  it('pinned: the application\'s lies in the kernel\'s half, whole, so that no page of it is ever missing', async () => {
    const { lab, events, output } = await runGuest({ config: 'ukl-nss', set: { UKL_STACK: 'pinned' }, app: 'deep-stack' });
    expect(output).toBe('64 pages deep\n');
    expect(events('exception').filter(({ fields }) => fields['vector'] === 8)).toEqual([]);
    lab.seek(0);
    await lab.run({ direction: 'forward', until: { kind: 'address', addr: lab.symbols.find('app:main')!.low } });
    const { gpr } = lab.machine.registers();
    expect(gpr[4] >> 63n).toBe(1n);
    expect(lab.tracer.regionOf(gpr[4])).toMatchObject({ kind: 'user' });
  });

  it('pinned: threads have such stacks too', async () => {
    const { output, exit } = await run(THREADS, { config: 'ukl-nss', set: { UKL_STACK: 'pinned' } });
    expect(output).toContain('6000\n');
    expect(exit).toBe(7);
  });

  it.each(['ukl-byp', 'ukl-v2'])('always switched: %s works on the kernel stack', async (config) => {
    for (const [value, kind] of [['off', 'user'], ['on', 'kernel']] as const) {
      const { lab } = await runGuest({ config, set: { UKL_ALWAYS_SWITCH: value }, app: 'hello' });
      lab.seek(0);
      await lab.run({ direction: 'forward', until: { kind: 'address', addr: lab.symbols.find('app:main')!.low } });
      await lab.run({ direction: 'forward', until: { kind: 'address', addr: lab.symbols.find('kernel:vfs_write')!.low } });
      expect(lab.tracer.regionOf(lab.machine.registers().gpr[4])?.kind, value).toBe(kind);
    }
  });
});

describe('the first version', () => {
  it('runs on a kernel thread\'s 16 KiB of stack, unless it makes a thread at once', async () => {
    const deep = await runGuest({ config: 'ukl-v1', set: { UKL_EARLY_PTHREAD: 'off' }, app: 'deep-stack' });
    expect(deep).toMatchObject({ exit: 255, console: expect.stringContaining('kernel stack overflow (double-fault)') as string });
    expect(await runGuest({ config: 'ukl-v1', set: { UKL_EARLY_PTHREAD: 'off' }, app: 'hello' })).toMatchObject({ exit: 0, output: 'hello\n' });
    expect(await runGuest({ config: 'ukl-v1', app: 'deep-stack' })).toMatchObject({ exit: 0, output: '64 pages deep\n' });
  });

  it('ends with the status that it says', async () => {
    const { events, exit } = await run('int main(void) { return 5; }', { config: 'ukl-v1' });
    expect(exit).toBe(5);
    expect(events('exit').map(({ fields }) => fields['exit_code'])).toEqual([5 << 8]);
  });

  it('never leaves mode 1, and has no entry code for the application', async () => {
    const { lab } = await runGuest({ config: 'ukl-v1', app: 'hello' });
    expect(lab.tracer.record.modes.every(({ mode }) => mode === 1)).toBe(true);
    expect(lab.symbols.find('kernel:ukl_entry_SYSCALL_64')).toBeUndefined();
  });
});
