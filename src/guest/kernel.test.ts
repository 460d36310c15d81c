/** System calls, memory, faults and the end of tasks: small programs, run as a process and as a unikernel. */
import { describe, expect, it } from 'vitest';
import { Machine } from '../machine/machine.ts';
import { buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import { runGuest, type GuestRun } from '../lab/testing.ts';
import { guestSources } from '../lab/sources.ts';

const HEAD = `#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"
`;

const run = (body: string, options: Parameters<typeof runGuest>[0] = {}): Promise<GuestRun> =>
  runGuest({ source: `${HEAD}${body.includes('int main') ? body : `int main(void)\n{\n${body}\n}\n`}`, ...options });
const CONFIGS = ['linux', 'ukl', 'ukl-nss', 'ukl-byp'] as const;
const faults = ({ events }: GuestRun, vector = 14): number => events('exception').filter(({ fields }) => fields['vector'] === vector).length;

describe.each(CONFIGS)('%s', (config) => {
  it('who, where, when', async () => {
    const { output, exit } = await run(`
      struct utsname u;
      struct timespec a, b, nap = { 0, 3000000 };

      uname(&u);
      printf("%s %s %s\\n", u.sysname, u.nodename, u.machine);
      printf("%d %d %d\\n", getpid() == gettid(), getpid() > 1, getppid());
      clock_gettime(1, &a);
      printf("nap %d\\n", nanosleep(&nap, 0));
      clock_gettime(1, &b);
      printf("%d\\n", (b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec >= 3000000);
      printf("clock 99: %d %d\\n", clock_gettime(99, &a), errno);
      nap.tv_nsec = 1000000000;
      printf("bad nap: %d %d\\n", nanosleep(&nap, 0), errno);
      printf("yield %d\\n", sched_yield());
      return 7;`, { config });
    expect(output).toBe('Linux ringside x86_64\n1 1 1\nnap 0\n1\nclock 99: -1 22\nbad nap: -1 22\nyield 0\n');
    expect(exit).toBe(7);
  });

  it('unknown numbers give ENOSYS', async () => {
    const { output } = await run(`
      printf("%ld %ld %ld %ld\\n", syscall0(300), syscall0(499), syscall0(100000), syscall0(-2));
      return 0;`, { config });
    expect(output).toBe('-38 -38 -38 -38\n');
  });

  it('files: open, read, close, and what is wrong with them', async () => {
    const { output } = await run(`
      char buf[8] = { 0 };
      int fd = open("/dev/null", O_RDWR);

      printf("%d %ld %ld\\n", fd, read(fd, buf, 8), write(fd, "abc", 3));
      printf("%d\\n", close(fd));
      printf("%d %d\\n", close(fd), errno);
      printf("%ld %d\\n", read(99, buf, 1), errno);
      printf("%d %d\\n", open("/no/such/file", O_RDONLY), errno);
      printf("%ld %d\\n", write(-1, buf, 1), errno);
      return 0;`, { config });
    expect(output).toBe('3 0 3\n0\n-1 9\n-1 9\n-1 2\n-1 9\n');
  });

  it('brk moves the heap, and its pages come at their first touch', async () => {
    const result = await run(`
      char *old = sbrk(0), *p = sbrk(64 * 1024);
      int i;

      printf("%d %d\\n", p == old, (char *)sbrk(0) - p);
      for (i = 0; i < 16; i++)
        p[i * 4096] = i;
      for (i = 0; i < 16; i++)
        if (p[i * 4096] != i || p[i * 4096 + 1])
          return 1;
      printf("%d %d\\n", brk(p), (char *)sbrk(0) == p);
      printf("again %d\\n", sbrk(4096) == p && !p[0]);
      return 0;`, { config });
    expect(result).toMatchObject({ exit: 0, output: '1 65536\n0 1\nagain 1\n' });
    expect(faults(result)).toBeGreaterThanOrEqual(16);
  });

  it('mmap and munmap', async () => {
    const { output, exit } = await run(`
      char *p = mmap(0, 5 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *q;
      int i;

      for (i = 0; i < 5; i++)
        p[i * 4096] = i + 1;
      printf("%d\\n", munmap(p + 4096, 4096));
      printf("%d %d\\n", p[0], p[2 * 4096]);
      q = mmap(p + 4096, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      printf("%d %d\\n", q == p + 4096, q[0]);
      printf("%d %d\\n", mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, errno);
      printf("%d %d\\n", munmap(p + 1, 4096), errno);
      return 0;`, { config });
    expect(output).toBe('0\n1 3\n1 0\n1 22\n-1 22\n');
    expect(exit).toBe(0);
  });

  it('a bad pointer given to the kernel is EFAULT, by the exception table', async () => {
    // A bypassed call has no mode change: the fault counts as the application's own, which nobody can mend.
    const fault = config === 'ukl-byp' ? 'syscall3(__NR_write, 1, 0x1000, 5)' : 'write(1, (char *)0x1000, 5)';
    const { output, console } = await run(`
      printf("%d %d\\n", (int)${fault}, ${config === 'ukl-byp' ? '14' : 'errno'});
      printf("still here\\n");
      return 0;`, { config });
    expect(output).toBe(`${config === 'ukl-byp' ? -14 : -1} 14\nstill here\n`);
    expect(console).not.toContain('BUG');
  });

  it('a NULL pointer in the application', async () => {
    const { console, exit } = await run('      return *(volatile int *)8;', { config });
    if (config === 'linux') {
      expect(console).toMatch(/program\[\d+\]: segfault at 8 ip [0-9a-f]{16} sp [0-9a-f]{16} error 4/);
      expect(exit).toBe(139);
    } else {
      // Ring 0: the fault has no USER bit, so it is the kernel's oops; its saved CS tells whose code it was.
      expect(console).toContain('BUG: unable to handle page fault for address: 0000000000000008');
      expect(console).toMatch(/RIP: 00c3:ffffffff8/);
      expect(exit).toBe(137);
    }
  });

  it.each([['ud2', 6, 132], ['xorl %%eax, %%eax; xorl %%edx, %%edx; xorl %%ecx, %%ecx; divl %%ecx', 0, 136]])('%s ends it', async (code, vector, status) => {
    const result = await run(`      __asm__ volatile("${code}" : : : "rax", "rcx", "rdx");\n      return 0;`, { config, maxInstructions: 4_000_000 });
    if (config === 'ukl-byp') {
      // irqentry_exit() leaves a thread with the bypass flag alone, signals included: the instruction runs again and again.
      expect(faults(result, vector)).toBeGreaterThan(1);
      return;
    }
    expect(faults(result, vector)).toBe(1);
    expect(result.exit).toBe(status);
  });
});

describe('linux only', () => {
  it('privileged instructions fault in ring 3, and run in a unikernel', async () => {
    const source = '      __asm__ volatile("cli; sti");\n      printf("done\\n");\n      return 0;';
    const linux = await run(source);
    expect(linux).toMatchObject({ exit: 139, output: expect.stringContaining('trap general protection fault') as string });
    expect(await run(source, { config: 'ukl' })).toMatchObject({ exit: 0, output: 'done\n' });
  });

  it('kernel memory cannot be read from ring 3; a unikernel reads it', async () => {
    const source = '      printf("%d\\n", *(volatile unsigned char *)0xffffffff81000000 == 0xfa);\n      return 0;';
    expect((await run(source)).exit).toBe(139);
    expect(await run(source, { config: 'ukl' })).toMatchObject({ exit: 0, output: '1\n' });
  });

  it('text is not writable, and data does not run', async () => {
    expect((await run('int main(void) { *(volatile char *)main = 0; return 0; }')).exit).toBe(139);
    expect((await run('char code[16] = "\\xc3";\nint main(void) { ((void (*)(void))code)(); return 0; }')).exit).toBe(139);
  });

  it('the stack grows to its limit of 8 MiB, and no further', async () => {
    const source = (megabytes: number): string => `
static __attribute__((noinline)) int down(int left)
{
	volatile char page[4096];

	page[0] = 1;
	return left ? down(left - 1) + page[0] : 1;
}

int main(void)
{
	printf("%d\\n", down(${megabytes} * 248));
	return 0;
}
`;
    expect(await run(source(7))).toMatchObject({ exit: 0, output: '1737\n' });
    expect((await run(source(9))).exit).toBe(139);
  });

  it('out of memory: the program is killed, and the kernel says so', async () => {
    const result = await run(`
      for (;;) {
        char *p = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        int i;

        for (i = 0; i < 256; i++)
          p[i * 4096] = 1;
      }`);
    expect(result.exit).toBe(137);
    expect(result.console).toMatch(/Out of memory: Killed process \d+ \(program\)/);
  });
});

const CANNOT = 'init: the program cannot be run\n';

it('children are the process\'s: they stay its own when the thread ends that began it', async () => {
  const { output, exit } = await run(`#include <pthread.h>
#include <sys/wait.h>
static void *goes_on(void *none)
{
	struct timespec nap = { 0, 2000000 };
	int status = 0;

	nanosleep(&nap, 0);
	printf("%d ", wait(&status) > 0);
	printf("%d\\n", WEXITSTATUS(status));
	exit(0);
}
int main(void)
{
	struct timespec nap = { 0, 6000000 };
	pthread_t other;

	if (fork() == 0) {
		nanosleep(&nap, 0);
		_exit(5);
	}
	pthread_create(&other, 0, goes_on, 0);
	pthread_exit(0);
}`);
  expect(output).toBe('1 5\n');
  expect(exit).toBe(0);
});

it('children are the process\'s: they stay its own when another thread than the first execs', async () => {
  const { output, exit } = await run(`#include <pthread.h>
static void *execs(void *none)
{
	char *argv[] = { "waits", 0 };

	execv("/waits", argv);
	return none;
}
int main(void)
{
	struct timespec nap = { 0, 6000000 };
	pthread_t other;

	if (fork() == 0) {
		nanosleep(&nap, 0);
		_exit(5);
	}
	pthread_create(&other, 0, execs, 0);
	pthread_join(other, 0);
	return 1;
}`, { programs: { waits: `#include <stdio.h>
#include <sys/wait.h>
int main(void)
{
	int status = 0, found = wait(&status) > 0;

	printf("%d %d\\n", found, WEXITSTATUS(status));
	return 0;
}
` } });
  expect(output).toBe('1 5\n');
  expect(exit).toBe(0);
});

it('a kernel thread that returns is gone: nobody has to wait for it', async () => {
  const SOFTIRQ = 'linux/kernel/softirq.c';
  const brief = `
static int brief(void *unused) { (void)unused; return 0; }
static int __init spawn_brief(void) { wake_up_process(kthread_create(brief, NULL, "brief")); return 0; }
core_initcall(spawn_brief);
`;
  const { output } = await run(`#include <signal.h>
int main(void)
{
	for (int pid = 2; pid < 5; pid++)
		printf("%d ", kill(pid, 0) ? errno : 0);
	return 0;
}`, { edits: { [SOFTIRQ]: `${guestSources().get(SOFTIRQ)}${brief}` }, set: { NET: 'on' } });
  // kthreadd, ksoftirqd/0, and what has been.
  expect(output).toBe('0 0 3 ');
});

describe('the first process', () => {
  const INIT = 'apps/sbin/init.c', init = guestSources().get(INIT)!;

  it('is init, whose child the program is: a session of its own, with the console as its terminal', async () => {
    const { output, exit } = await run(`
      printf("%d %d %d %d\\n", getppid(), getsid(0) == getpid(), getpgrp() == getpid(), tcgetpgrp(0) == getpid());
      return 300;`);
    expect(output).toBe('1 1 1 1\n');
    expect(exit).toBe(300 & 0xff);
  });

  it('takes in orphans and reaps them, and goes on until the program ends', async () => {
    const { output, exit, events } = await run(`#include <signal.h>
#include <sys/wait.h>
int main(void)
{
	struct timespec nap = { 0, 2000000 };

	if (fork() == 0) {
		if (fork() == 0) {
			nanosleep(&nap, 0);
			printf("%d\\n", getppid());
			_exit(3);
		}
		_exit(0);
	}
	wait(0);
	nap.tv_nsec *= 4;
	nanosleep(&nap, 0);
	printf("%d\\n", kill(getpid() + 2, 0));
	return 5;
}`);
    expect(output).toBe('1\n-1\n');
    expect(exit).toBe(5);
    expect(events('exit').map(({ fields }) => Number(fields['exit_code']) >> 8)).toEqual([0, 3, 5]);
  });

  it('minds no signal that it has no handler for', async () => {
    const { output, exit } = await run(`#include <signal.h>
      int main(void)
      {
        printf("%d %d %d %d\\n", kill(1, SIGKILL), kill(1, SIGSTOP), kill(1, SIGTERM), kill(1, SIGSEGV));
        return 9;
      }`);
    expect(output).toBe('0 0 0 0\n');
    expect(exit).toBe(9);
  });

  it.each([['returns', 'syscall1(__NR_exit_group, 7);', '00000700'], ['faults', '*(volatile int *)16 = 1;', '0000000b']])(
    'must not end: one that %s is a panic', async (_how, what, code) => {
      const { exit, console } = await run('return 0;', { edits: { [INIT]: init.replace('	pid = syscall0(__NR_fork);\n', `	${what}\n	pid = 0;\n`) } });
      expect(console).toContain(`Kernel panic - not syncing: Attempted to kill init! exitcode=0x${code}`);
      expect(exit).toBe(255);
    });

  /** The program is it. */
  const alone = { edits: { [INIT]: init.replace('	pid = syscall0(__NR_fork);\n', '	pid = 0;\n') } };

  it('ends with its last thread, whichever that is: until then orphans come to it', async () => {
    const { output, exit } = await run(`#include <pthread.h>
#include <sys/wait.h>
static void *goes_on(void *none)
{
	struct timespec nap = { 0, 2000000 };
	int status;

	nanosleep(&nap, 0);
	if (fork() == 0) {
		if (fork() == 0) {
			nanosleep(&nap, 0);
			_exit(4);
		}
		_exit(3);
	}
	while (wait(&status) > 0)
		printf("%d\\n", WEXITSTATUS(status));
	exit(6);
}
int main(void)
{
	pthread_t other;

	pthread_create(&other, 0, goes_on, 0);
	pthread_exit(0);
}`, alone);
    expect(output).toMatch(/^3\n4\n[^]*Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000600/);
    expect(exit).toBe(255);
  });

  it('has no siblings', async () => {
    const { output } = await run(`
      printf("%ld\\n", syscall6(__NR_clone, 0x8000 | 17, 0, 0, 0, 0, 0));
      return 0;`, alone);
    expect(output).toMatch(/^-22\n[^-]*Kernel panic/);
  });

  it.each([
    ['-a mine /program', 'mine\n', 1], ['-all mine /program', CANNOT, 127], ['-a /program', CANNOT, 127], ['-a', CANNOT, 127],
  ])('%s', (words, says, code) => {
    const sources = new Map([...guestSources(), ['apps/program.c', '#include <stdio.h>\nint main(int argc, char **argv) { puts(argv[0]); return argc; }\n']]);
    const switches = resolveConfig(sources, 'linux');
    if (typeof switches === 'string') throw new Error(switches);
    const image = buildGuest({ sources, app: 'program', switches }, freshCache());
    if (!image.ok) throw new Error(image.diagnostics.map(({ message }) => message).join('\n'));
    const { kernel, initramfs, commandLine } = image;
    const machine = new Machine({ kernel, initramfs, commandLine: commandLine.replace('/program', words), cpus: 1, ramBytes: 32 << 20, cost: 'skx-off' });
    let console = '';
    machine.hooks = { consoleOut: (byte) => void (console += String.fromCharCode(byte)) };
    expect(machine.run(50_000_000)).toMatchObject({ kind: 'exit', code });
    expect(console.replaceAll('\r\n', '\n')).toContain(`as init process\n${says}`);
  });

  it('says so when there is no such program, and the status is a shell\'s', async () => {
    const { exit, output } = await run('return 0;', { edits: { [INIT]: init.replace('(long)program, (long)argv', '(long)"/none", (long)argv') } });
    expect(output).toBe('init: the program cannot be run\n');
    expect(exit).toBe(127);
  });

  it('kthreadd makes the kernel\'s own threads', async () => {
    const { output } = await run(`
      char text[256] = { 0 };
      int fd = open("/proc/3/stat", O_RDONLY);

      read(fd, text, 255);
      *strchr(text, 'S') = 0;
      printf("%s%d\\n", text, strchr(text, 0)[2] - '0');
      return 0;`, { set: { NET: 'on' } });
    expect(output).toBe('3 (ksoftirqd/0) 2\n');
  });
});

describe('what goes wrong in the kernel', () => {
  const broken = (body: string): Record<string, string> => ({ 'linux/kernel/sys.c':
    guestSources().get('linux/kernel/sys.c')!.replace('return current->tgid;', body) });

  it('a NULL pointer is an oops with registers and a trace; the task ends, the machine goes on', async () => {
    const { console, exit } = await run('      printf("%d\\n", getpid());\n      return 0;', { edits: broken('return *(volatile int *)0x10;') });
    expect(console).toContain('BUG: kernel NULL pointer dereference, address: 0000000000000010');
    expect(console).toContain('#PF: supervisor read access in kernel mode');
    expect(console).toContain('Oops: 0000 [#1]');
    expect(console).toMatch(/CPU: 0 PID: \d+ Comm: program/);
    expect(console).toMatch(/RIP: 0010:ffffffff81[0-9a-f]{6}/);
    expect(console).toMatch(/Call Trace:\n(?:.*\[<ffffffff81[0-9a-f]{6}>\]\n){3,}/);
    expect(console).toContain('---[ end trace ]---');
    expect(exit).toBe(137);
  });

  it('BUG() is an invalid opcode', async () => {
    const { console, exit } = await run('      return getpid();', { edits: broken('BUG();') });
    expect(console).toMatch(/kernel BUG at linux\/kernel\/sys\.c:\d+!/);
    expect(console).toContain('invalid opcode: 0000 [#1]');
    expect(exit).toBe(139);
  });

  it('an oops with a spinlock held ends the machine: nobody could take the lock again', async () => {
    const { console, exit } = await run('      return getpid();',
      { edits: broken('static DEFINE_SPINLOCK(held);\n\tspin_lock(&held);\n\treturn *(volatile int *)0x10;') });
    expect(console).toContain('BUG: kernel NULL pointer dereference, address: 0000000000000010');
    expect(console).toContain('Kernel panic - not syncing: Fatal exception with a spinlock held');
    expect(exit).toBe(255);
  });

  it('panic says why, and powers off with 255', async () => {
    const { console, exit } = await run('      return getpid();', { edits: broken('panic("told so %d", 42);') });
    expect(console).toContain('Kernel panic - not syncing: told so 42');
    expect(exit).toBe(255);
  });
});

describe('scheduling', () => {
  it('two kernel threads that never sleep share the CPU', async () => {
    const text = guestSources().get('linux/kernel/sys.c')!.replace('SYSCALL_DEFINE0(getpid)\n{\n\treturn current->tgid;', `static volatile long turns;

static int spin(void *unused)
{
	for (;;) {
		turns++;
		cond_resched();
	}
}

SYSCALL_DEFINE0(getpid)
{
	static bool started;

	if (!started)
		kernel_thread(spin, NULL, 0);
	started = true;
	return turns != 0;`);
    const result = await run(`
      long n = 0;

      while (!getpid()) {
        n++;
        for (volatile int i = 0; i < 200000; i++)
          ;
      }
      printf("%d\\n", n > 0);
      return 0;`, { edits: { 'linux/kernel/sys.c': text } });
    expect(result.output).toBe('1\n');
    expect(result.events('context-switch').length).toBeGreaterThan(2);
  });
});

describe('waiting', () => {
  it('up_write lets all readers in, also those behind a writer, and the lock is theirs before they run', async () => {
    const text = guestSources().get('linux/kernel/sys.c')!.replace('SYSCALL_DEFINE0(getpid)\n{\n\treturn current->tgid;', `#include <linux/rwsem.h>

static DECLARE_RWSEM(demo);
static volatile int inside, most, done;

static int read_it(void *unused)
{
	int turns = 100000;

	down_read(&demo);
	if (++inside > most)
		most = inside;
	/* The scheduler owes the other one nothing at once. */
	while (most < 2 && --turns)
		yield();
	inside--;
	up_read(&demo);
	done++;
	do_exit(0);
}

static int write_it(void *unused)
{
	down_write(&demo);
	up_write(&demo);
	done++;
	do_exit(0);
}

SYSCALL_DEFINE0(getpid)
{
	long count, owner;

	down_write(&demo);
	kernel_thread(read_it, NULL, 0);
	kernel_thread(write_it, NULL, 0);
	kernel_thread(read_it, NULL, 0);
	/* Until there are three. */
	while (list_empty(&demo.wait_list) || demo.wait_list.next == demo.wait_list.prev || demo.wait_list.next->next == demo.wait_list.prev)
		yield();
	up_write(&demo);
	count = atomic_long_read(&demo.count);
	owner = atomic_long_read(&demo.owner);
	while (done < 3)
		yield();
	return most * 100000 + (owner & RWSEM_READER_OWNED) * 10000 + count;`);
    const { output } = await run('      printf("%d\\n", getpid());', { edits: { 'linux/kernel/sys.c': text } });
    // Two readers at once; reader-owned, and the count says two readers and one waiter, before either has run.
    expect(output).toBe(`${2 * 100_000 + 10_000 + 2 * 0x100 + 2}\n`);
  });

  it('a call of schedule() that finds nobody else counts as no switch', async () => {
    const { output } = await run(`
      long before[18], after[18];
      int i;

      syscall2(__NR_getrusage, 0, before);
      for (i = 0; i < 10; i++)
        sched_yield();
      syscall2(__NR_getrusage, 0, after);
      printf("%ld %ld\\n", after[14] - before[14], after[15] - before[15]);`);
    expect(output).toBe('0 0\n');
  });
});

describe('programs and their start', () => {
  it('arguments and environment arrive', async () => {
    const { output } = await run(`
int main(int argc, char **argv, char **envp)
{
	int i;

	for (i = 0; i < argc; i++)
		printf("%s\\n", argv[i]);
	for (i = 0; envp[i]; i++)
		printf("%s\\n", envp[i]);
	printf("%d %d\\n", argv[argc] == 0, (unsigned long)argv % 16 == 8);
	return 0;
}`, { args: ['one', 'two'] });
    expect(output).toBe('/program\none\ntwo\nHOME=/\nTERM=linux\n1 1\n');
  });

  it('thread-local variables start with their values', async () => {
    const { output } = await run(`
static __thread int a = 5, b;
int main(void)
{
	b += a++;
	printf("%d %d\\n", a, b);
	return 0;
}`, { config: 'ukl' });
    expect(output).toBe('6 5\n');
  });
});
