/** What another CPU does, or an interrupt, while a system call is on its way. */
import { describe, expect, it } from 'vitest';
import { openGuest, runGuest } from '../lab/testing.ts';
import { guestSources } from '../lab/sources.ts';

const HEAD = `#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"
static void stay_on(int cpu)
{
	long mask = 1 << cpu;

	syscall3(__NR_sched_setaffinity, 0, sizeof(mask), &mask);
}
static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000 + ts.tv_nsec;
}
`;
const TWO_CPUS = { NR_CPUS: '2' };

/** A kernel file in which one place takes its time. */
function slowly(file: string, place: string, slow: string): Record<string, string> {
  const text = guestSources().get(file)!;
  if (text.split(place).length !== 2) throw new Error(`${file} has not one place that reads ${place}`);
  return { [file]: text.replace(place, slow) };
}
const pause = (turns: number): string => `for (volatile int turn = 0; turn < ${turns}; turn++) ;`;

describe('the kernel of two CPUs, while one is long in it', () => {
  const TABLES = 4;
  /** One file of 2 MiB, mapped so many times that its pages fill as many page tables. */
  const LONG_CALLS = `${HEAD}
#define TABLE	(2 << 20)
#define TABLES	${TABLES}
int main(void)
{
	int file = open("/pages", O_RDWR | O_CREAT, 0600), zero = open("/dev/zero", O_RDONLY), parent = getpid();
	char *all = mmap((void *)0x10000000, TABLES * TABLE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (!fork()) {
		stay_on(1);
		while (getppid() == parent)
			;
		return 0;
	}
	stay_on(0);
	ftruncate(file, TABLE);
	for (int n = 0; n < TABLES; n++)
		mmap(all + n * TABLE, TABLE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
	read(zero, all, TABLES * TABLE);
	if (!fork())
		_exit(0);
	mprotect(all, TABLES * TABLE, PROT_READ);
	munmap(all, TABLES * TABLE);
	return 0;
}
`;

  it('the other is let in again and again', async () => {
    const { calls, exit } = await runGuest({ source: LONG_CALLS, set: TWO_CPUS, maxInstructions: 200_000_000 });
    expect(exit).toBe(0);
    const short = calls('getppid');
    const letInBy = (name: string): number => {
      const long = calls(name).reduce((most, one) => ((one.endTick ?? 0) - one.tick > (most.endTick ?? 0) - most.tick ? one : most));
      return short.filter(({ tick, endTick }) => tick > long.tick && endTick !== undefined && endTick < long.endTick!).length;
    };
    // A page at a time; else a table, or a mapping, at a time.
    expect(letInBy('read')).toBeGreaterThan(TABLES * 500);
    for (const name of ['fork', 'mprotect', 'munmap']) expect(letInBy(name), name).toBeGreaterThanOrEqual(TABLES);
  });
});

it('Ctrl-C, which empties the line being read, empties no more than there is', async () => {
  // So that the key, which comes a character's time after the end of the line, comes before all of it is copied.
  const place = 'char c = *read_buf_addr(tty, tty->read_tail);\n', edits = slowly('linux/drivers/tty/n_tty.c', place, `${place}${pause(20)}\n`);
  const lab = openGuest({ edits, source: `${HEAD}
int main(void)
{
	static char line[4096];

	signal(SIGINT, SIG_IGN);
	for (;;)
		printf("got %ld\\n", (long)read(0, line, sizeof(line)));
}
` });
  const type = async (text: string): Promise<string> => {
    const before = lab.consoleText(Infinity).length;
    lab.input('uart', new TextEncoder().encode(text));
    await lab.run({ direction: 'forward', unbroken: true, maxInstructions: 20_000_000 });
    return lab.consoleText(Infinity).slice(before);
  };
  await type('');
  const taken = Number(/\^Cgot (\d+)\r\n$/.exec(await type(`${'a'.repeat(4000)}\r\u0003`))?.[1]);
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(4001);
  expect(await type('hello\r')).toBe('hello\r\ngot 6\r\n');
});

it('a signal that comes for a thread just as it ends is another one\'s', async () => {
  // The sender has chosen the thread, and takes its time to tell it.
  const edits = slowly('linux/kernel/signal.c', '\t\tsignal_wake_up(p, sig == SIGKILL);\n', `{ ${pause(50000)} signal_wake_up(p, sig == SIGKILL); }\n`);
  const { output } = await runGuest({ edits, set: TWO_CPUS, maxInstructions: 100_000_000, source: `${HEAD}
static volatile long alarm_at;
static volatile int taken;
static void take(int sig)
{
	taken = gettid();
}
static void accept_alarm(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &set, 0);
}
static void *ends(void *none)
{
	stay_on(0);
	accept_alarm();
	while (!alarm_at)
		sched_yield();
	while (now() < alarm_at + 10000)
		;
	return 0;
}
static void *stays(void *tid)
{
	stay_on(0);
	accept_alarm();
	*(int *)tid = gettid();
	for (;;)
		pause();
}
int main(void)
{
	long soon[] = { 0, 0, 0, 500 };
	volatile int tid = 0;
	pthread_t first, second;
	sigset_t set;

	signal(SIGALRM, take);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &set, 0);
	pthread_create(&first, 0, ends, 0);
	pthread_create(&second, 0, stays, (void *)&tid);
	stay_on(1);
	while (!tid)
		sched_yield();
	syscall3(__NR_setitimer, 0, soon, 0);
	alarm_at = now() + 500000;
	/* Out of the kernel, so that whoever ends need not wait for it. */
	for (volatile int turn = 0; turn < 4000000 && !taken; turn++)
		;
	printf("%s\\n", taken == tid ? "taken" : taken ? "taken by another" : "lost");
	return 0;
}
` });
  expect(output).toBe('taken\n');
});
