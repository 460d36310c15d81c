/** How long things of the kernel last: what has been freed is nobody's any more, and a number that is given again is another's. */
import { describe, expect, it } from 'vitest';
import { guestSources } from '../lab/sources.ts';
import { runGuest } from '../lab/testing.ts';

const SLAB = 'linux/mm/slab.c', FORK = 'linux/kernel/fork.c', SYS = 'linux/kernel/sys.c';

function edited(file: string, ...changes: readonly (readonly [was: string, is: string])[]): Record<string, string> {
  let text = guestSources().get(file)!;
  for (const [was, is] of changes) {
    expect(text.split(was)).toHaveLength(2);
    text = text.replace(was, is);
  }
  return { [file]: text };
}

/** A free object is full of a pattern, and whoever gets it next finds it so. Linux: slab_debug=P. */
const POISON = edited(SLAB,
  ['struct kmem_cache *kmem_cache_create(', `static void poison(struct kmem_cache *s, void *p)
{
	memset((void **)p + 1, 0x6b, s->size - sizeof(void *));
}

static void check_poison(struct kmem_cache *s, const char *p)
{
	unsigned int i;

	for (i = sizeof(void *); i < s->size; i += sizeof(u64))
		if (*(const u64 *)(p + i) != 0x6b6b6b6b6b6b6b6b)
			panic("%s: written after it was freed, in the word at %u", s->name, i);
}

struct kmem_cache *kmem_cache_create(`],
  ['		*(void **)p = s->freelist;\n		s->freelist = p;\n	}', '		*(void **)p = s->freelist;\n		s->freelist = p;\n		poison(s, p);\n	}'],
  ['		s->freelist = *(void **)object;\n', '		s->freelist = *(void **)object;\n		check_poison(s, object);\n'],
  ['	*(void **)p = s->freelist;\n	s->freelist = p;\n	s->nr_objects--;', '	poison(s, p);\n	*(void **)p = s->freelist;\n	s->freelist = p;\n	s->nr_objects--;']);

const troubleIn = (console: string): string | undefined => /(?:BUG: |Kernel panic - ).*/.exec(console)?.[0];

const HEAD = `#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"
`;

/** A tick comes so often that it finds whoever runs at each place of his way. */
const TICKS = edited('linux/include/linux/time.h', ['#define HZ		1000\n', '#define HZ		500000\n']);
const WATCHED = { ...POISON, ...TICKS };

/** Children that end at many distances from the last tick. */
const CHILDREN = `
static void children(int n)
{
	while (n--) {
		pid_t pid = fork();

		if (!pid) {
			for (volatile int i = 0; i < n * 7 % 200; i++)
				;
			_exit(0);
		}
		waitpid(pid, 0, 0);
	}
}
`;

describe('what has been freed is written by nobody', () => {
  it.each([['that nobody waits for', 'signal(SIGCHLD, SIG_IGN);', '1'], ['that are waited for', '', '1'], ['on several CPUs', '', '4'],
    ['that nobody waits for, on several CPUs', 'signal(SIGCHLD, SIG_IGN);', '4']])('children %s', async (_, first, cpus) => {
    const { console, exit } = await runGuest({ set: { NR_CPUS: cpus }, edits: WATCHED, source: `${HEAD}${CHILDREN}
int main(void)
{
	${first}
	children(200);
	return 0;
}` });
    expect({ exit, trouble: troubleIn(console) }).toEqual({ exit: 0 });
  });

  it('threads that end beside the one that ends the process', async () => {
    const { console, exit } = await runGuest({ set: { NR_CPUS: '2' }, edits: WATCHED, source: `${HEAD}
static void *spin(void *n)
{
	for (volatile long i = 0; i < (long)n; i++)
		;
	return 0;
}

int main(void)
{
	signal(SIGCHLD, SIG_IGN);
	for (long n = 0; n < 60; n++) {
		pthread_t threads[3];

		if (fork())
			continue;
		for (int i = 0; i < 3; i++)
			pthread_create(&threads[i], 0, spin, (void *)(n * 61 % 3000 + i * 500));
		if (n % 2)
			pthread_exit(0);
		_exit(0);
	}
	waitpid(-1, 0, 0);
	return 0;
}` });
    expect({ exit, trouble: troubleIn(console) }).toEqual({ exit: 0 });
  });

  it('and the test would see it', async () => {
    const edits = { ...POISON, ...edited(SYS, ['SYSCALL_DEFINE0(getpid)\n{\n', `#include <linux/slab.h>

SYSCALL_DEFINE0(getpid)
{
	char *p = kmalloc(100, GFP_KERNEL);

	kfree(p);
	p[50] = 1;
	kfree(kmalloc(100, GFP_KERNEL));
`]) };
    const { console } = await runGuest({ edits, source: `${HEAD}int main(void) { return getpid(); }\n` });
    expect(console).toContain('kmalloc-128: written after it was freed, in the word at 48');
  });
});

describe('a number that is given again', () => {
  /** Few numbers, so that they soon are. */
  const FEW = edited(FORK, ['#define PID_MAX		32768', '#define PID_MAX		40'], ['#define RESERVED_PIDS	300', '#define RESERVED_PIDS	2']);
  /** Until there is one with that number. */
  const AGAIN = `
static int ends[2];

/* One that lives until the pipe is closed. */
static pid_t child(void)
{
	pid_t pid = fork();
	char c;

	if (!pid) {
		close(ends[1]);
		read(ends[0], &c, 1);
		_exit(0);
	}
	return pid;
}

static int again(pid_t pid)
{
	for (int n = 0; n < 100; n++) {
		pid_t other = fork();
		char c;

		if (!other) {
			if (getpid() != pid)
				_exit(0);
			close(ends[1]);
			read(ends[0], &c, 1);
			_exit(0);
		}
		if (other == pid)
			return 1;
		waitpid(other, 0, 0);
	}
	return 0;
}

static int in(const char *format, pid_t pid, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), format, pid);
	return open(path, flags);
}

static char text[4096];

static long again_from(int fd)
{
	return lseek(fd, 0, SEEK_SET) ? -1 : read(fd, text, sizeof(text));
}

static long names(int dir)
{
	long n = syscall3(__NR_getdents64, dir, (long)text, sizeof(text));

	errno = n < 0 ? -n : 0;
	return n;
}

static void show(const char *what, long result)
{
	printf("%s: %s\\n", what, result < 0 ? strerror(errno) : result ? "something" : "nothing");
}
`;

  it('is another\'s: what was opened of the first one in /proc stays its own', async () => {
    const { output, exit } = await runGuest({ edits: FEW, source: `${HEAD}${AGAIN}
int main(void)
{
	int stat, read_once, dir, fds;
	pid_t pid;

	pipe(ends);
	pid = child();
	stat = in("/proc/%d/stat", pid, O_RDONLY);
	read_once = in("/proc/%d/status", pid, O_RDONLY);
	dir = in("/proc/%d", pid, O_RDONLY | O_DIRECTORY);
	fds = in("/proc/%d/fd", pid, O_RDONLY | O_DIRECTORY);
	read(read_once, text, 10);
	show("its stat", again_from(stat));
	kill(pid, SIGKILL);
	waitpid(pid, 0, 0);
	show("stat of nobody", again_from(stat));
	printf("its number again: %d\\n", again(pid));
	show("the old stat", again_from(stat));
	show("what had been read", read(read_once, text, sizeof(text)));
	show("read anew", again_from(read_once));
	show("in the old directory", result(syscall3(__NR_openat, dir, (long)"stat", O_RDONLY)));
	show("names in it", names(dir));
	show("a descriptor", result(syscall3(__NR_openat, fds, (long)"0", O_RDONLY)));
	show("the new one's stat", again_from(in("/proc/%d/stat", pid, O_RDONLY)));
	close(ends[1]);
	waitpid(pid, 0, 0);
	return 0;
}` });
    expect(output).toBe(`its stat: something
stat of nobody: No such process
its number again: 1
the old stat: No such process
what had been read: something
read anew: No such process
in the old directory: No such file or directory
names in it: No such file or directory
a descriptor: No such file or directory
the new one's stat: something
`);
    expect(exit).toBe(0);
  });

  it('is a thread\'s too, and a process has kept its own when another of its threads execs', async () => {
    const { output, exit } = await runGuest({ edits: FEW, programs: { other: `${HEAD}
int main(int argc, char **argv)
{
	char c;

	/* In place of the thread that was there first. */
	printf("exec: %d\\n", getpid() == gettid());
	fflush(stdout);
	write(4, "x", 1);
	read(5, &c, 1);
	return 0;
}` }, source: `${HEAD}${AGAIN}
static void *execs(void *none)
{
	execl("/other", "other", (char *)0);
	return none;
}

static volatile pid_t tid;
static volatile int enough;

static void *waits(void *none)
{
	tid = gettid();
	while (!enough)
		sched_yield();
	return none;
}

int main(void)
{
	char c;
	int up[2], down[2], stat, thread_stat, thread_fds;
	pthread_t thread;
	pid_t pid;

	pipe(up);
	pipe(down);
	pid = fork();
	if (!pid) {
		dup2(up[1], 4);
		dup2(down[0], 5);
		pthread_create(&thread, 0, execs, 0);
		for (;;)
			pause();
	}
	stat = in("/proc/%d/stat", pid, O_RDONLY);
	read(up[0], &c, 1);
	show("its stat after exec", again_from(stat));
	write(down[1], "x", 1);
	waitpid(pid, 0, 0);
	show("at the end", again_from(stat));

	pipe(ends);
	pthread_create(&thread, 0, waits, 0);
	while (!tid)
		sched_yield();
	thread_stat = in("/proc/self/task/%d/stat", tid, O_RDONLY);
	thread_fds = in("/proc/self/task/%d/fd", tid, O_RDONLY | O_DIRECTORY);
	show("a thread's", again_from(thread_stat));
	enough = 1;
	pthread_join(thread, 0);
	printf("its number again: %d\\n", again(tid));
	show("the old stat", again_from(thread_stat));
	names(thread_fds);
	show("the old descriptors", names(thread_fds));
	show("as a thread of ours", in("/proc/self/task/%d/stat", tid, O_RDONLY));
	close(ends[1]);
	waitpid(tid, 0, 0);
	return 0;
}` });
    expect(output).toBe(`exec: 1
its stat after exec: something
at the end: No such process
a thread's: something
its number again: 1
the old stat: No such process
the old descriptors: No such file or directory
as a thread of ours: No such file or directory
`);
    expect(exit).toBe(0);
  });

  it('is not given as long as a terminal has it in the foreground', async () => {
    const { output, exit } = await runGuest({ edits: FEW, source: `${HEAD}${AGAIN}
int main(void)
{
	pid_t pid;

	pipe(ends);
	signal(SIGTTOU, SIG_IGN);
	pid = child();
	setpgid(pid, pid);
	show("foreground", tcsetpgrp(0, pid));
	kill(pid, SIGKILL);
	waitpid(pid, 0, 0);
	printf("its number again: %d\\n", again(pid));
	show("foreground", tcsetpgrp(0, getpgrp()));
	printf("its number again: %d\\n", again(pid));
	close(ends[1]);
	waitpid(pid, 0, 0);
	return 0;
}` });
    expect(output).toBe('foreground: nothing\nits number again: 0\nforeground: nothing\nits number again: 1\n');
    expect(exit).toBe(0);
  });
});
