/*
 * fuzz SEED CALLS WORKERS: that many system calls with arguments that are mostly wrong, the same ones for the same seed, by as many
 * processes at once; some of them by children and by threads. They send each other signals, share pipes, files and memory and meet at
 * futexes. Only what would end the program itself or make it wait for ever is left out. At the end it takes back all that it has made. Its
 * status is 0: what is tested is the kernel, which must not have said or kept anything.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE	4096UL
/* Memory that calls read, write and unmap. Nothing lies above it for as far as it is long. */
#define ARENA	(64 * PAGE)

#define THREADS	6
#define THREAD_STACK	(64 * 1024)

/* Memory that all workers have, and the processes that they are. */
#define SHARED	(4 * PAGE)
#define MAX_WORKERS	16

static uint64_t state;
static char *arena, *shared;
static volatile int *workers;
static long first_brk;

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dULL;
}

static unsigned below(unsigned n)
{
	return (random64() >> 33) % n;
}

#define PICK(list)	((list)[below(sizeof(list) / sizeof(*(list)))])

static void noted(int sig)
{
	(void)sig;
}

static const char *const names[] = { "tmp/a", "tmp/b", "tmp/c", "tmp/d", "tmp/d/a", "tmp/d/b", "tmp/d/d", "tmp/d/d/a", "a", "b", "d", "d/a", "../a", "..", ".",
	"", "/", "tmp/a/", "tmp/d/", "tmp/d/.", "tmp/d/..", "tmp//b", "/tmp/c", "/no/such" };
static const char *const nodes[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/proc/self/fd", "/proc/self/task", "/proc/self/maps" };
static const long sizes[] = { 0, 1, 2, 7, 8, 16, 24, 100, 511, 4095, 4096, 4097, 8192, 65536, 1L << 31, 0xffffffff, 1L << 32, 1L << 46, 1L << 47, 1L << 62,
	INT64_MAX, INT64_MIN, -1, -4096 };
static const long offsets[] = { 0, 1, 100, 4095, 4096, 8191, 1L << 20, 1L << 31, 1L << 32, 1L << 40, 1L << 62, INT64_MAX, INT64_MAX - 4095, INT64_MIN, -1 };
static const long numbers[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 32, 64, 99, 128, 255, 256, 512, 1024, 4096, 0x1000, 0x80000, 0x100000, 1L << 31, -1, -100 };
static const struct timespec times[] = { { 0, 0 }, { 0, 1 }, { 0, 5000 }, { 0, 1000000 }, { 0, 1000000000 }, { 0, -1 }, { -1, 0 }, { 0, 0x3fffffff },
	{ 1, 0x3ffffffe } };
static const uint64_t masks[] = { 0, 0x300, ~0ULL, 1ULL << 40 };
static stack_t stacks[4];
static struct sigaction actions[4];

struct kernel_sigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	unsigned long mask;
};
static struct kernel_sigaction kernel_actions[4];

static long bad_pointer(void)
{
	static const long list[] = { 0, 8, 0x10000, 0x7ffffffff000 - 8, 0x800000000000 - 4, 0x800000000000, INT64_MIN, -4096, -8, (long)0xffffffff81000000 };

	return PICK(list);
}

/* Somewhere in the arena, often near the end of a page. */
static long pointer(void)
{
	long at = (long)arena + PAGE * below(ARENA / PAGE);

	switch (below(9)) {
	case 0: return bad_pointer();
	case 1: return (long)arena + ARENA - 1 - below(64);
	case 2: return at + PAGE - 1 - below(64);
	case 3: return at + below(PAGE);
	case 4: return (long)shared + below(SHARED);
	}
	return at;
}

static long known(const void *list, size_t size, size_t each)
{
	return below(8) ? (long)list + each * below(size / each) : bad_pointer();
}
#define KNOWN(list)	known(list, sizeof(list), sizeof(*(list)))

static long path(void)
{
	char *at;

	switch (below(12)) {
	case 0: return bad_pointer();
	case 1: return pointer();
	case 2:
		/* One that is too long, or ends with the arena. */
		at = arena + PAGE * below(ARENA / PAGE);
		return (long)at;
	}
	return (long)PICK(names);
}

static long fd(void)
{
	static const long list[] = { -1, -100, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 63, 64, 100, 200, 1023, 1024, 1L << 31, 0x7fffffff };

	return PICK(list);
}

/* A page, for calls that change mappings. */
static long page(void)
{
	return (long)arena + PAGE * below(ARENA / PAGE) + (below(8) ? 0 : 1);
}

/* As many pages as there are from there on, or a size that nothing has. */
static long extent(long at)
{
	static const long list[] = { 0, 1L << 47, 1L << 62, -1, -4096, INT64_MIN };
	long left = (long)arena + ARENA - at;

	return below(6) ? 1 + below(left > 1 ? left - 1 : 1) : PICK(list);
}

static struct iovec vectors[8];

static long vector(void)
{
	int i;

	for (i = 0; i < 8; i++)
		vectors[i] = (struct iovec) { (void *)pointer(), PICK(sizes) };
	return KNOWN(vectors);
}

static struct pollfd polls[8];

static long polled(void)
{
	int i;

	for (i = 0; i < 8; i++)
		polls[i] = (struct pollfd) { fd(), random64(), 0 };
	return below(8) ? (long)polls : bad_pointer();
}

/* Names that sockets have, and others. */
static union {
	struct sockaddr_un un;
	struct sockaddr_in in;
	struct sockaddr_storage any;
} addresses[8];

static void make_addresses(void)
{
	static const char *const paths[] = { "tmp/s", "tmp/t", "\0s", "\0t" };
	int i;

	for (i = 0; i < 4; i++) {
		addresses[i].un.sun_family = AF_UNIX;
		memcpy(addresses[i].un.sun_path, paths[i], i < 2 ? 6 : 2);
	}
	for (; i < 7; i++)
		addresses[i].in = (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons(i * 1000), .sin_addr = { htonl(i < 6 ? 0x7f000001 : 0) } };
	addresses[7].any.ss_family = 99;
}

static struct msghdr messages[4];

static long message(void)
{
	static const long counts[] = { 0, 1, 2, 3, 8, 1025, -1 };
	int i;

	for (i = 0; i < 4; i++)
		messages[i] = (struct msghdr) { (void *)(below(3) ? 0 : KNOWN(addresses)), PICK(sizes), (void *)vector(), PICK(counts), (void *)pointer(),
			below(4) ? 0 : PICK(sizes), 0 };
	return below(8) ? KNOWN(messages) : pointer();
}

static struct epoll_event watched[4];

static long watch(void)
{
	int i;

	for (i = 0; i < 4; i++)
		watched[i] = (struct epoll_event) { random64(), { .u64 = random64() } };
	return KNOWN(watched);
}

enum kind { END, ADDRESS, ADDRLEN, ADDRLENAT, FAMILY, TYPE, MESSAGE, SENDFLAGS, LEVEL, OPTION, WATCH, FD, PATH, NODE, BUF, SIZE, OFFSET, NUMBER, MODE,
	OPEN, PAGEAT, EXTENT, PROT, VECTOR, VLEN, POLLS, NPOLLS, SHORT, EIGHT, TIMES, MASK, STACK, SIGNAL, SENT, ACTION, BAD, ZERO, BRK, MYSELF, CHILD,
	FUTEX, IOCTL, CLOCK, TASK, WORD, EVENT, TIMER, SETTING, PROC, DIRECTORY, POSITION, SLEEPER };

/* Threads of the program: tid is their number, and 0 again when they have ended. */
static struct thread {
	volatile int tid;
	char stack[THREAD_STACK] __attribute__((aligned(64)));
} threads[THREADS];

/* What a timer is to do, and when. None that repeats so fast that nothing else happens. */
static struct sigevent events[4];
static const struct itimerspec settings[] = { { { 0, 0 }, { 0, 0 } }, { { 0, 0 }, { 0, 1 } }, { { 0, 0 }, { 0, 5000 } }, { { 0, 3000000 }, { 0, 1000 } },
	{ { 0, 5000000 }, { 0, 1000000 } }, { { INT64_MAX, 0 }, { 0, 1 } }, { { INT64_MAX, 0 }, { INT64_MAX, 999999999 } }, { { 0, 0 }, { -1, 0 } },
	{ { 0, 1000000000 }, { 0, 1 } }, { { 0, 4000000 }, { INT64_MAX / 2, 0 } } };

/* Clocks to sleep by. Not what this very process has run, nor one of its threads: nobody would wake it. */
static const long sleepers[] = { 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, -1, -2, -1000000 };

static long event(void)
{
	static const int how[] = { SIGEV_SIGNAL, SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD, SIGEV_THREAD_ID, SIGEV_THREAD_ID, 3, -1 };
	static const int signals[] = { SIGUSR1, SIGUSR2, SIGWINCH, 34, 40, 64, 0, 65, -1 };
	int i;

	for (i = 0; i < 4; i++) {
		events[i] = (struct sigevent) { .sigev_notify = PICK(how), .sigev_signo = PICK(signals), .sigev_value = { .sival_ptr = (void *)random64() } };
		events[i]._sigev_un._tid = below(2) ? threads[below(THREADS)].tid : below(4) ? getpid() : (int)random64();
	}
	return below(4) ? KNOWN(events) : below(2) ? 0 : pointer();
}

static long proc_name(void)
{
	static char text[64];
	static const char *const whose[] = { "self", "self", "self", "0", "99999" };
	static const char *const what[] = { "fd/%d", "fd/%d", "task/%d", "task/%d/stat", "task/%d/fd/4", "exe", "fd", "task/%d/task", "fd/x%d", "fd/%d/.." };
	int n = snprintf(text, sizeof(text), "/proc/%s/", PICK(whose));

	snprintf(text + n, sizeof(text) - n, PICK(what), below(3) ? (int)below(16) : below(2) ? threads[below(THREADS)].tid : (int)random64());
	return (long)text;
}

static long directory(void)
{
	static char text[64];
	static const char *const list[] = { "/proc/self", "/proc/self/task/%d", "/proc/self/task/%d", "/proc/self/task", "/proc/self/fd", "/proc/net", "/proc", "/",
		"/dev" };

	snprintf(text, sizeof(text), PICK(list), below(2) ? getpid() : threads[below(THREADS)].tid);
	return (long)text;
}

static long argument(enum kind kind, const long *before, int n)
{
	static const long opens[] = { 0, 1, 2, 3, O_CREAT, O_CREAT | O_RDWR, O_CREAT | O_EXCL | O_RDWR, O_TRUNC | O_RDWR, O_DIRECTORY, O_PATH, O_PATH | O_NOFOLLOW,
		O_APPEND | O_RDWR | O_CREAT, O_NOFOLLOW, O_CLOEXEC, O_TMPFILE | O_RDWR, -1 };
	static const long signals[] = { SIGUSR1, SIGUSR2, SIGCHLD, SIGWINCH, 34, 40, 64, 0, 65, -1, SIGKILL, SIGSTOP };
	static const long sent[] = { SIGUSR1, SIGUSR2, SIGCHLD, SIGWINCH, 34, 40, 64, 0, 65, -1 };
	static const long commands[] = { 0x5401, 0x5413, 0x541b, 0x5450, 0x5451, 0x5421, 0, -1 };

	static const long families[] = { AF_UNIX, AF_UNIX, AF_UNIX, AF_INET, AF_INET, 0, 10, 44, 45, -1 };
	static const long types[] = { SOCK_STREAM, SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, 0, 11, 15, 0x100, -1 };
	static const long flags[] = { 0, 0, MSG_PEEK, MSG_OOB, MSG_WAITALL, MSG_TRUNC, MSG_NOSIGNAL, MSG_MORE, MSG_ERRQUEUE, -1 };
	static const long levels[] = { SOL_SOCKET, SOL_SOCKET, SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_UDP, 99, -1 };

	switch (kind) {
	case ADDRESS: return below(8) ? KNOWN(addresses) : pointer();
	case ADDRLEN: return below(4) ? (below(2) ? (long)sizeof(struct sockaddr_in) : 8) : below(8) ? below(130) : PICK(numbers);
	case ADDRLENAT: return below(4) ? (long)arena + PAGE + 8 * below(64) : pointer();
	case FAMILY: return PICK(families);
	/* Nobody else would end a wait. */
	case TYPE: return PICK(types) | SOCK_NONBLOCK;
	case MESSAGE: return message();
	case SENDFLAGS: return PICK(flags);
	case LEVEL: return PICK(levels);
	/* Not SO_LINGER, for a close must not wait for years. */
	case OPTION: return below(2) ? 1 + below(SO_LINGER - 1) : SO_LINGER + 1 + below(50);
	case WATCH: return watch();
	case FD: return fd();
	case PATH: return path();
	/* Devices are opened and looked at, not removed: there is no way to make them again. */
	case NODE: return below(4) ? path() : (long)PICK(nodes);
	case BUF: return pointer();
	case SIZE: return PICK(sizes);
	case OFFSET: return PICK(offsets);
	case NUMBER: return PICK(numbers);
	case MODE: return below(4) ? 0755 : (long)random64();
	case OPEN: return PICK(opens);
	case PAGEAT: return page();
	case EXTENT: return extent(before[n - 1]);
	case PROT: return below(8) ? below(8) : PICK(numbers);
	case VECTOR: return vector();
	case VLEN: return below(8) ? below(9) : PICK(numbers);
	case POLLS: return polled();
	case NPOLLS: return below(8) ? below(9) : 5000;
	case SHORT: return below(3);
	case EIGHT: return below(8);
	case TIMES: return below(8) ? (long)&PICK(times) : 0x10000;
	case MASK: return KNOWN(masks);
	case STACK: return KNOWN(stacks);
	case SIGNAL: return PICK(signals);
	case SENT: return PICK(sent);
	case ACTION: return KNOWN(kernel_actions);
	case BAD: return bad_pointer();
	case ZERO: return 0;
	/* Below first_brk lies what the C library has put there. */
	case BRK: return below(3) ? first_brk + PAGE * below(8) : PICK(sizes);
	case MYSELF: return below(4) ? getpid() : below(2) ? workers[below(MAX_WORKERS)] : PICK(numbers) > 1 ? 999999 : 0;
	case CHILD: return below(2) ? -1 : PICK(numbers);
	case FUTEX: return below(2) ? below(13) | (below(2) ? 128 : 0) : PICK(numbers);
	case IOCTL: return PICK(commands);
	case CLOCK: return below(14) - 1;
	case SLEEPER: return PICK(sleepers);
	case TASK: return below(3) ? threads[below(THREADS)].tid : getpid();
	/* Few, so that those who wait there are found. */
	case WORD: return (below(2) ? (long)shared : (long)arena + PAGE) + 4 * below(4);
	/* Looked at, not opened but by O_PATH: what of a pipe is opened so would wait. */
	case PROC: return proc_name();
	case DIRECTORY: return directory();
	case POSITION: return below(3) ? (long)(random64() >> (1 + below(63))) : PICK(offsets);
	case EVENT: return event();
	case TIMER: return below(8) ? below(12) : PICK(numbers);
	case SETTING: return below(8) ? KNOWN(settings) : bad_pointer();
	case END: break;
	}
	return 0;
}

static const struct call {
	long nr;
	enum kind kinds[6];
} calls[] = {
	{ SYS_read, { FD, BUF, SIZE } }, { SYS_write, { FD, BUF, SIZE } }, { SYS_open, { NODE, OPEN, MODE } }, { SYS_openat, { FD, NODE, OPEN, MODE } },
	{ SYS_openat, { FD, NODE, OPEN, MODE } }, { SYS_creat, { PATH, MODE } }, { SYS_close, { FD } }, { SYS_stat, { NODE, BUF } }, { SYS_lstat, { NODE, BUF } },
	{ SYS_fstat, { FD, BUF } }, { SYS_lseek, { FD, OFFSET, NUMBER } }, { SYS_pread64, { FD, BUF, SIZE, OFFSET } }, { SYS_pwrite64, { FD, BUF, SIZE, OFFSET } },
	{ SYS_readv, { FD, VECTOR, VLEN } }, { SYS_writev, { FD, VECTOR, VLEN } }, { SYS_access, { NODE, NUMBER } }, { SYS_faccessat, { FD, PATH, NUMBER } },
	{ SYS_faccessat2, { FD, PATH, NUMBER, NUMBER } }, { SYS_dup, { FD } }, { SYS_dup2, { FD, FD } }, { SYS_dup3, { FD, FD, OPEN } },
		{ SYS_fcntl, { FD, NUMBER, NUMBER } },
	{ SYS_fcntl, { FD, NUMBER, BUF } }, { SYS_ioctl, { FD, IOCTL, BUF } }, { SYS_fsync, { FD } }, { SYS_fdatasync, { FD } }, { SYS_truncate, { NODE, OFFSET } },
	{ SYS_ftruncate, { FD, OFFSET } }, { SYS_getcwd, { BUF, SIZE } }, { SYS_chdir, { PATH } }, { SYS_fchdir, { FD } }, { SYS_rename, { PATH, PATH } },
	{ SYS_renameat, { FD, PATH, FD, PATH } }, { SYS_renameat2, { FD, PATH, FD, PATH, NUMBER } }, { SYS_mkdir, { PATH, MODE } }, { SYS_mkdir, { PATH, MODE } },
		{ SYS_mkdirat, { FD, PATH, MODE } },
	{ SYS_rmdir, { PATH } }, { SYS_link, { PATH, PATH } }, { SYS_unlink, { PATH } }, { SYS_unlinkat, { FD, PATH, NUMBER } }, { SYS_symlink, { PATH, PATH } },
	{ SYS_symlinkat, { PATH, FD, PATH } }, { SYS_readlink, { PATH, BUF, SIZE } }, { SYS_readlinkat, { FD, PATH, BUF, SIZE } }, { SYS_chmod, { PATH, MODE } },
	{ SYS_fchmod, { FD, MODE } }, { SYS_fchmodat, { FD, PATH, MODE } }, { SYS_umask, { MODE } }, { SYS_chown, { PATH, NUMBER, NUMBER } }, { SYS_fchown,
		{ FD, NUMBER, NUMBER } },
	{ SYS_lchown, { PATH, NUMBER, NUMBER } }, { SYS_fchownat, { FD, PATH, NUMBER, NUMBER, NUMBER } }, { SYS_sync }, { SYS_newfstatat, { FD, PATH, BUF, NUMBER } },
	{ SYS_readlink, { PROC, BUF, SIZE } }, { SYS_stat, { PROC, BUF } }, { SYS_lstat, { PROC, BUF } }, { SYS_access, { PROC, NUMBER } },
	{ SYS_open, { PROC, OPEN } },
	{ SYS_getdents64, { DIRECTORY, POSITION, BUF, SIZE } }, { SYS_getdents64, { DIRECTORY, POSITION, BUF, SIZE } },
	{ SYS_statx, { FD, PATH, NUMBER, NUMBER, BUF } }, { SYS_statfs, { PATH, BUF } }, { SYS_fstatfs, { FD, BUF } }, { SYS_getdents64, { FD, BUF, SIZE } },
	{ SYS_utimensat, { FD, PATH, TIMES, NUMBER } }, { SYS_fadvise64, { FD, OFFSET, SIZE, NUMBER } }, { SYS_sendfile, { FD, FD, BUF, SIZE } },
	{ SYS_mmap, { PAGEAT, EXTENT, PROT, NUMBER, FD, OFFSET } }, { SYS_mmap, { ZERO, SIZE, PROT, NUMBER, FD, OFFSET } }, { SYS_munmap, { PAGEAT, EXTENT } },
	{ SYS_mprotect, { PAGEAT, EXTENT, PROT } }, { SYS_madvise, { PAGEAT, EXTENT, NUMBER } },
	{ SYS_mremap, { PAGEAT, EXTENT, SIZE, EIGHT, PAGEAT } }, { SYS_msync, { PAGEAT, EXTENT, EIGHT } }, { SYS_brk, { BRK } },
	{ SYS_rt_sigaction, { SIGNAL, ACTION, BUF, NUMBER } }, { SYS_rt_sigaction, { SIGNAL, ACTION, ZERO, NUMBER } },
		{ SYS_rt_sigprocmask, { NUMBER, MASK, BUF, NUMBER } },
	{ SYS_rt_sigpending, { BUF, NUMBER } }, { SYS_sigaltstack, { STACK, BUF } }, { SYS_kill, { MYSELF, SENT } }, { SYS_tkill, { MYSELF, SENT } },
	{ SYS_tgkill, { MYSELF, MYSELF, SENT } }, { SYS_poll, { POLLS, NPOLLS, SHORT } }, { SYS_ppoll, { POLLS, NPOLLS, TIMES, MASK, NUMBER } },
	{ SYS_nanosleep, { TIMES, BUF } }, { SYS_clock_nanosleep, { SLEEPER, SHORT, TIMES, BUF } }, { SYS_clock_gettime, { CLOCK, BUF } },
		{ SYS_clock_getres, { CLOCK, BUF } },
	{ SYS_timer_create, { CLOCK, EVENT, BUF } }, { SYS_timer_create, { CLOCK, EVENT, BUF } }, { SYS_timer_settime, { TIMER, SHORT, SETTING, BUF } },
	{ SYS_timer_settime, { TIMER, SHORT, SETTING, ZERO } }, { SYS_timer_gettime, { TIMER, BUF } }, { SYS_timer_getoverrun, { TIMER } },
		{ SYS_timer_delete, { TIMER } },
	{ SYS_gettimeofday, { BUF, BUF } }, { SYS_time, { BUF } }, { SYS_times, { BUF } }, { SYS_futex, { BUF, FUTEX, NUMBER, TIMES, BUF, NUMBER } },
	{ SYS_getrandom, { BUF, SIZE, NUMBER } }, { SYS_getrlimit, { NUMBER, BUF } }, { SYS_prlimit64, { MYSELF, NUMBER, BUF, BUF } },
		{ SYS_getrusage, { NUMBER, BUF } },
	{ SYS_sysinfo, { BUF } }, { SYS_uname, { BUF } }, { SYS_getgroups, { NUMBER, BUF } }, { SYS_setgroups, { NUMBER, BUF } },
		{ SYS_setuid, { NUMBER } }, { SYS_setgid, { NUMBER } }, { SYS_getpgid, { NUMBER } }, { SYS_getsid, { NUMBER } },
	{ SYS_prctl, { NUMBER, BUF } }, { SYS_set_robust_list, { BUF, NUMBER } }, { SYS_get_robust_list, { MYSELF, BUF, BUF } }, { SYS_getcpu, { BUF, BUF } },
		{ SYS_sched_getaffinity, { MYSELF, SIZE, BUF } },
	{ SYS_pipe, { BUF } }, { SYS_pipe2, { BUF, OPEN } }, { SYS_pipe2, { BUF, OPEN } }, { SYS_fork, { END } }, { SYS_clone, { NUMBER, ZERO, BUF, BUF, BUF } },
		{ SYS_clone3, { BUF, SIZE } },
	{ SYS_execve, { PATH, VECTOR, VECTOR } }, { SYS_wait4, { CHILD, BUF, NUMBER, BUF } }, { SYS_waitid, { SHORT, CHILD, BUF, NUMBER, BUF } },
	{ SYS_setpgid, { MYSELF, CHILD } }, { SYS_setsid, { END } }, { SYS_set_tid_address, { BUF } }, { SYS_rt_sigtimedwait, { MASK, BUF, TIMES, NUMBER } },
	{ SYS_futex, { WORD, FUTEX, SHORT, TIMES, WORD, SHORT } }, { SYS_futex, { WORD, FUTEX, SHORT, TIMES, WORD, SHORT } }, { SYS_tkill, { TASK, SENT } },
	{ SYS_tgkill, { MYSELF, TASK, SENT } }, { SYS_clone, { ZERO, ZERO, ZERO } },
	{ SYS_setrlimit, { NUMBER, BUF } }, { SYS_setitimer, { SHORT, BUF, BUF } }, { SYS_getitimer, { SHORT, BUF } }, { SYS_alarm, { NUMBER } },
	{ SYS_select, { NUMBER, BUF, BUF, BUF, TIMES } }, { SYS_pselect6, { NUMBER, BUF, BUF, BUF, TIMES, BUF } }, { SYS_mknod, { PATH, MODE, NUMBER } },
	{ SYS_mknodat, { FD, PATH, MODE, NUMBER } }, { SYS_execveat, { FD, PATH, VECTOR, VECTOR, NUMBER } },
	{ SYS_rt_sigqueueinfo, { MYSELF, SENT, BUF } }, { SYS_rt_tgsigqueueinfo, { MYSELF, MYSELF, SENT, BUF } },
	{ SYS_sched_yield, { END } }, { SYS_getpid, { END } }, { SYS_getppid, { END } }, { SYS_rseq, { BUF, NUMBER, NUMBER, NUMBER } },
		{ SYS_bpf, { NUMBER, BUF, NUMBER } },
	{ SYS_socket, { FAMILY, TYPE, ZERO } }, { SYS_socket, { FAMILY, TYPE, NUMBER } }, { SYS_socketpair, { FAMILY, TYPE, ZERO, BUF } },
	{ SYS_bind, { FD, ADDRESS, ADDRLEN } }, { SYS_bind, { FD, ADDRESS, ADDRLEN } }, { SYS_listen, { FD, NUMBER } }, { SYS_listen, { FD, EIGHT } },
	{ SYS_connect, { FD, ADDRESS, ADDRLEN } }, { SYS_connect, { FD, ADDRESS, ADDRLEN } }, { SYS_accept4, { FD, ADDRESS, ADDRLENAT, TYPE } },
	{ SYS_accept4, { FD, ZERO, ZERO, ZERO } }, { SYS_sendto, { FD, BUF, SIZE, SENDFLAGS, ZERO, ZERO } },
	{ SYS_sendto, { FD, BUF, SIZE, SENDFLAGS, ADDRESS, ADDRLEN } }, { SYS_recvfrom, { FD, BUF, SIZE, SENDFLAGS, BUF, ADDRLENAT } },
	{ SYS_recvfrom, { FD, BUF, SIZE, SENDFLAGS, ZERO, ZERO } }, { SYS_sendmsg, { FD, MESSAGE, SENDFLAGS } }, { SYS_recvmsg, { FD, MESSAGE, SENDFLAGS } },
	{ SYS_shutdown, { FD, SHORT } }, { SYS_getsockname, { FD, BUF, ADDRLENAT } }, { SYS_getpeername, { FD, BUF, ADDRLENAT } },
	{ SYS_setsockopt, { FD, LEVEL, OPTION, BUF, ADDRLEN } }, { SYS_getsockopt, { FD, LEVEL, OPTION, BUF, ADDRLENAT } },
	{ SYS_eventfd2, { NUMBER, OPEN } }, { SYS_epoll_create1, { OPEN } }, { SYS_epoll_create1, { ZERO } }, { SYS_epoll_ctl, { FD, EIGHT, FD, WATCH } },
	{ SYS_epoll_ctl, { FD, SHORT, FD, WATCH } }, { SYS_epoll_wait, { FD, BUF, NUMBER, SHORT } },
	{ SYS_epoll_pwait, { FD, BUF, EIGHT, SHORT, MASK, NUMBER } },
};

static void one_call(void);

/* Its ends do not stay open: they would block. Where they are read again nobody may unmap meanwhile. */
static void blocking_pipe(void)
{
	int fds[2];

	if (syscall(SYS_pipe, fds) == 0) {
		close(fds[0]);
		close(fds[1]);
	}
}

/* Makes a few calls of its own; its parent goes on without waiting. Some never run before a signal ends them. */
static void child(long nr, const long *a)
{
	static int children;
	int calls = below(6), end = below(4), status;
	long pid;

	if (++children % 16 == 0)
		while (waitpid(-1, &status, 0) > 0)
			;
	pid = syscall(nr, nr == SYS_fork ? 0 : a[0], 0, a[2], a[3], a[4]);
	if (pid > 0 && !end)
		kill(pid, SIGKILL);
	if (pid)
		return;
	/* The threads have stayed with the parent. */
	for (end = 0; end < THREADS; end++)
		threads[end].tid = 0;
	end = below(4);
	while (calls--)
		one_call();
	if (end == 1)
		abort();
	_exit(calls);
}

static int thread_of_calls(void *unused)
{
	int calls = below(20);

	(void)unused;
	while (calls--)
		one_call();
	return 0;
}

/* If a place for it is free. Its number is there before it runs, and gone when it has ended. */
static void start_thread(void)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	struct thread *thread = &PICK(threads);

	/* Threads start threads too: one of them has the place. */
	if (__sync_bool_compare_and_swap(&thread->tid, 0, -1) &&
	    clone(thread_of_calls, thread->stack + THREAD_STACK, flags, NULL, &thread->tid, NULL, &thread->tid) < 0)
		thread->tid = 0;
}

/* The names in a directory from any place on. */
static void names_from(const char *path, long position, long buf, long size)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY);

	if (dir < 0)
		return;
	lseek(dir, position, SEEK_SET);
	syscall(SYS_getdents64, dir, buf, size);
	close(dir);
}

static void one_call(void)
{
	const struct call *call = &PICK(calls);
	long a[6] = { 0 };
	int i;

	for (i = 0; i < 6; i++)
		a[i] = argument(call->kinds[i], a, i);
	/* They have one alternate stack between them, and their numbers must go when they end. */
	if ((call->nr == SYS_sigaltstack || call->nr == SYS_set_tid_address) && syscall(SYS_gettid) != getpid())
		return;
	if (call->nr == SYS_clone && call->kinds[0] == ZERO) {
		start_thread();
		return;
	}
	/* A signal's set is eight bytes, else none of these calls does anything. */
	if ((call->nr == SYS_rt_sigaction || call->nr == SYS_rt_sigprocmask) && below(8))
		a[3] = 8;
	if (call->nr == SYS_ppoll && below(8))
		a[4] = 8;
	/* The program itself must stay. */
	if (call->nr == SYS_madvise && (unsigned long)a[1] > ARENA)
		a[2] = MADV_NORMAL;
	if (call->nr == SYS_mmap)
		a[3] &= a[0] ? 0x4033 : 0x4023;
	/* Its stack and its time too. */
	if (call->nr == SYS_prlimit64 && (a[1] == RLIMIT_STACK || a[1] == RLIMIT_AS || a[1] == RLIMIT_CPU))
		a[2] = 0;
	if (call->nr == SYS_setrlimit && (a[0] == RLIMIT_STACK || a[0] == RLIMIT_AS || a[0] == RLIMIT_CPU))
		a[0] = 99;
	/* Whoever opens a FIFO waits for another one. */
	if (call->nr == SYS_mknod || call->nr == SYS_mknodat)
		a[call->nr == SYS_mknodat ? 2 : 1] &= ~(long)S_IFIFO;
	/* Nobody else would ever fill or empty a pipe, or end a wait. */
	if (call->nr == SYS_pipe2)
		a[1] = below(8) ? O_NONBLOCK | (a[1] & O_CLOEXEC) : a[1] | O_NONBLOCK;
	if (call->nr == SYS_accept4)
		a[3] = below(8) ? SOCK_NONBLOCK : a[3] | SOCK_NONBLOCK;
	if (call->nr == SYS_eventfd2)
		a[1] = below(8) ? O_NONBLOCK | (a[1] & 1) : a[1] | O_NONBLOCK;
	if (call->nr == SYS_fcntl && a[1] == F_SETFL)
		a[2] |= O_NONBLOCK;
	if (call->nr == SYS_ioctl && (unsigned)a[1] == 0x5421)
		a[1] = 0;
	if (call->nr == SYS_wait4)
		a[2] |= WNOHANG;
	if (call->nr == SYS_waitid)
		a[3] |= WNOHANG;
	if (call->nr == SYS_rt_sigtimedwait && below(8))
		a[3] = 8;
	/* Without memory of its own a child would need a stack: only what is refused, or is a fork. */
	if (call->nr == SYS_clone)
		a[0] = below(2) ? CLONE_THREAD : below(2) ? CLONE_SIGHAND : SIGCHLD | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
	if (call->nr == SYS_open && call->kinds[0] == PROC)
		a[1] |= O_PATH;
	if (call->kinds[0] == DIRECTORY) {
		names_from((const char *)a[0], a[1], a[2], a[3]);
		return;
	}
	if (call->nr == SYS_pipe) {
		blocking_pipe();
		return;
	}
	if (call->nr == SYS_fork || (call->nr == SYS_clone && (a[0] & 0xff))) {
		child(call->nr, a);
		return;
	}
	syscall(call->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Removes everything in the directory dir, whose names are its own. */
static void empty(int dir)
{
	static char entries[2048];
	long n, at;

	for (;;) {
		lseek(dir, 0, SEEK_SET);
		n = syscall(SYS_getdents64, dir, entries, sizeof(entries));
		if (n <= 0)
			return;
		for (at = 0; at < n; at += *(unsigned short *)(entries + at + 16)) {
			const char *name = entries + at + 19;

			if (strcmp(name, ".") && strcmp(name, ".."))
				break;
		}
		if (at >= n)
			return;
		if (unlinkat(dir, entries + at + 19, 0)) {
			int inner = openat(dir, entries + at + 19, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
			char name[256];

			strcpy(name, entries + at + 19);
			if (inner < 0)
				return;
			empty(inner);
			close(inner);
			if (unlinkat(dir, name, AT_REMOVEDIR))
				return;
		}
	}
}

/* What the root and the folders of programs held at the beginning: the rest has been made since. A link's text may be a program's path. */
static char first_names[32][32];
static int nr_first;

static bool is_first(const char *name)
{
	int i;

	for (i = 0; i < nr_first; i++)
		if (!strcmp(first_names[i], name))
			return true;
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Notes the names of a folder, or removes those that have not been noted. */
static void names_of(const char *path, bool note)
{
	static char entries[4096];
	int root = open(path, O_RDONLY | O_DIRECTORY), dir;
	long n, at;

	while ((n = syscall(SYS_getdents64, root, entries, sizeof(entries))) > 0) {
		bool removed = false;

		for (at = 0; at < n; at += *(unsigned short *)(entries + at + 16)) {
			const char *name = entries + at + 19;

			if (is_first(name))
				continue;
			if (note) {
				strncpy(first_names[nr_first++], name, 31);
				continue;
			}
			if (unlinkat(root, name, 0) == 0) {
				removed = true;
				continue;
			}
			dir = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
			if (dir < 0)
				continue;
			empty(dir);
			close(dir);
			removed |= unlinkat(root, name, AT_REMOVEDIR) == 0;
		}
		if (removed)
			lseek(root, 0, SEEK_SET);
	}
	close(root);
}

static void root_names(bool note)
{
	names_of("/", note);
	names_of("/bin", note);
	names_of("/sbin", note);
}

static void make_calls(long n)
{
	/* Some of them sleep for a quarter of an hour; and a place that a thread did not get is given back without a word. */
	const struct timespec second = { 1, 0 };
	int tid;

	while (n-- > 0)
		one_call();
	for (n = 0; n < THREADS; n++)
		while ((tid = threads[n].tid))
			syscall(SYS_futex, &threads[n].tid, 0, tid, &second);
}

static void take_back(void)
{
	const struct timespec long_enough = { 3000, 0 };
	const struct itimerval off = { { 0, 0 }, { 0, 0 } };
	struct rlimit files = { 1024, 1024 };
	sigset_t all;
	int fd, dir;

	setrlimit(RLIMIT_NOFILE, &files);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	/* Children of children are init's; the longest sleep is shorter. */
	setitimer(ITIMER_REAL, &off, NULL);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	syscall(SYS_nanosleep, &long_enough, NULL);
	/* A CPU that idles keeps the last address space that it had: now that is this one. */
	for (fd = 0; fd < sysconf(_SC_NPROCESSORS_ONLN); fd++) {
		cpu_set_t cpu;

		CPU_ZERO(&cpu);
		CPU_SET(fd, &cpu);
		sched_setaffinity(0, sizeof(cpu), &cpu);
	}
	for (fd = 0; fd < 1024; fd++)
		close(fd);
	chdir("/");
	mkdir("/tmp", 01777);
	dir = open("/tmp", O_RDONLY | O_DIRECTORY);
	empty(dir);
	close(dir);
	root_names(false);
}

int main(int argc, char **argv)
{
	static char own[65536];
	long n = argc > 2 ? atol(argv[2]) : 1000;
	int nr_workers = argc > 3 ? atoi(argv[3]) : 1, i;
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	root_names(true);
	/* A name of the system's stays when it has been looked up. */
	access("/proc/net", F_OK);
	workers = mmap(0, PAGE + SHARED, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shared = (char *)workers + PAGE;
	first_brk = syscall(SYS_brk, 0);
	arena = mmap(0, 3 * ARENA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(arena, ARENA);
	arena += ARENA;
	munmap(arena + ARENA, ARENA);
	mprotect(arena, ARENA, PROT_READ | PROT_WRITE);
	memset(arena + PAGE, 'x', PAGE * 2);
	stacks[0] = (stack_t) { own, 0, sizeof(own) };
	stacks[1] = (stack_t) { own, SS_DISABLE, 0 };
	stacks[2] = (stack_t) { own, 77, sizeof(own) };
	stacks[3] = (stack_t) { own, 0, 1 };
	for (i = 1; i < NSIG; i++)
		if (i != SIGSEGV && i != SIGBUS)
			signal(i, noted);
	/* What the C library has made of a handler, with its way back. */
	for (i = 0; i < 4; i++) {
		syscall(SYS_rt_sigaction, SIGUSR1, 0, &kernel_actions[i], 8);
		kernel_actions[i].mask = masks[i];
	}
	kernel_actions[1].handler = SIG_IGN;
	kernel_actions[2].flags |= SA_ONSTACK | SA_SIGINFO | SA_NODEFER;
	make_addresses();
	/* Pipes that all have, and sockets. */
	for (i = 0; i < 3; i++)
		syscall(SYS_pipe2, arena, O_NONBLOCK);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, (int *)arena);
	socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	epoll_create1(0);
	for (i = 0; nr_workers > 1 && i < nr_workers && i < MAX_WORKERS; i++) {
		pid_t pid = fork();

		if (pid) {
			workers[i] = pid;
			continue;
		}
		state = (seed + 1000 * (i + 1)) * 0x9e3779b97f4a7c15ULL + 1;
		make_calls(n / nr_workers);
		_exit(0);
	}
	if (nr_workers == 1)
		make_calls(n);
	take_back();
	return 0;
}
