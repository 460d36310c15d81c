/* Timers that a program makes for itself: by several clocks, told by signals, to threads, or not at all. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static volatile sig_atomic_t count, code, value, overrun, where;

static void noted(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	count++;
	code = info->si_code;
	value = info->si_value.sival_int;
	overrun = info->si_overrun;
	where = syscall(SYS_gettid);
}

static void show(const char *what, long number)
{
	printf("%s: %ld\n", what, number);
	fflush(stdout);
}

static void error(const char *what, int result)
{
	printf("%s: %s\n", what, result ? strerror(errno) : "done");
	fflush(stdout);
}

static void on(int sig, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	sigaction(sig, &action, NULL);
	count = 0;
}

static struct itimerspec every(long interval, long first)
{
	return (struct itimerspec) { { interval / 1000, interval % 1000 * 1000000 }, { first / 1000, first % 1000 * 1000000 } };
}

/* The kernel's own numbers: what the C library makes of them is its own affair. */
static int make(clockid_t clock, struct sigevent *event, int *id)
{
	return syscall(SYS_timer_create, clock, event, id);
}

static int set(int id, int flags, struct itimerspec spec, struct itimerspec *old)
{
	return syscall(SYS_timer_settime, id, flags, &spec, old);
}

static void wait_for(int n)
{
	sigset_t none;

	sigemptyset(&none);
	while (count < n)
		sigsuspend(&none);
}

static void block(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(how, &set, NULL);
}

static void ordinary(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42 };
	struct itimerspec now;
	int first = -1, second = -1;

	error("create", make(CLOCK_MONOTONIC, &event, &first));
	error("create one more", make(CLOCK_REALTIME, NULL, &second));
	printf("ids %d %d\n", first, second);
	on(SIGUSR1, noted);
	block(SIG_BLOCK, SIGUSR1);
	error("set", set(first, 0, every(0, 5), NULL));
	wait_for(1);
	printf("once: code %d, value %d, overrun %d\n", (int)code, (int)value, (int)overrun);
	syscall(SYS_timer_gettime, first, &now);
	printf("left %ld %ld, every %ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec, now.it_interval.tv_nsec);
	count = 0;
	error("again and again", set(first, 0, every(3, 2), NULL));
	wait_for(4);
	set(first, 0, every(0, 0), &now);
	printf("it was every %ld, and %s\n", now.it_interval.tv_nsec, now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 3000000 ? "about to come" : "not");
	/* Of those that nobody takes one waits; the others are counted. */
	count = 0;
	set(first, 0, every(2, 2), NULL);
	usleep(25000);
	wait_for(1);
	printf("late: %s, as the call says: %d\n", overrun >= 8 && overrun < 100 ? "many" : "few", syscall(SYS_timer_getoverrun, first) == overrun);
	set(first, 0, every(0, 0), NULL);
	on(SIGALRM, noted);
	block(SIG_BLOCK, SIGALRM);
	set(second, 0, every(0, 1), NULL);
	wait_for(1);
	printf("no event: value %d\n", (int)value);
	/* A time that is over already. */
	count = 0;
	error("absolute", set(second, TIMER_ABSTIME, every(0, 1), NULL));
	wait_for(1);
	/* Ignored, it still goes on. */
	signal(SIGUSR1, SIG_IGN);
	set(first, 0, every(1, 1), NULL);
	usleep(10000);
	on(SIGUSR1, noted);
	wait_for(1);
	set(first, 0, every(0, 0), NULL);
	error("delete", syscall(SYS_timer_delete, first));
	error("delete again", syscall(SYS_timer_delete, first));
	error("set what is gone", set(first, 0, every(0, 1), NULL));
	make(CLOCK_BOOTTIME, &event, &first);
	show("the next id", first);
}

static void silent(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	struct itimerspec now;
	int id;

	make(CLOCK_MONOTONIC, &event, &id);
	syscall(SYS_timer_gettime, id, &now);
	printf("not set: %ld\n", (long)now.it_value.tv_sec + now.it_value.tv_nsec);
	set(id, 0, every(0, 5000), NULL);
	syscall(SYS_timer_gettime, id, &now);
	printf("set: %s\n", now.it_value.tv_sec == 4 ? "less than five seconds left" : "no");
	set(id, 0, every(0, 1), NULL);
	usleep(3000);
	syscall(SYS_timer_gettime, id, &now);
	printf("over: %ld\n", (long)now.it_value.tv_sec + now.it_value.tv_nsec);
	set(id, 0, every(10000, 1), NULL);
	usleep(3000);
	syscall(SYS_timer_gettime, id, &now);
	printf("again: %ld\n", (long)now.it_value.tv_sec);
}

static void *target(void *arg)
{
	*(volatile int *)arg = syscall(SYS_gettid);
	block(SIG_UNBLOCK, SIGUSR2);
	while (!count)
		usleep(100);
	return NULL;
}

static void to_a_thread(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2 };
	volatile int tid = 0;
	pthread_t thread;
	int id;

	on(SIGUSR2, noted);
	block(SIG_BLOCK, SIGUSR2);
	pthread_create(&thread, NULL, target, (void *)&tid);
	while (!tid)
		usleep(100);
	event.sigev_notify_thread_id = tid;
	error("to a thread", make(CLOCK_MONOTONIC, &event, &id));
	set(id, 0, every(0, 1), NULL);
	pthread_join(thread, NULL);
	printf("there: %d\n", where == tid);
	/* It is gone. */
	error("to nobody", set(id, 0, every(1, 1), NULL));
	usleep(3000);
	event.sigev_notify_thread_id = getppid();
	error("to a stranger", make(CLOCK_MONOTONIC, &event, &id));
}

static volatile unsigned long work;

static void by_cpu(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	clockid_t clock;
	struct timespec ts;
	int id, own;

	on(SIGUSR1, noted);
	block(SIG_UNBLOCK, SIGUSR1);
	error("by what has run", make(CLOCK_PROCESS_CPUTIME_ID, &event, &id));
	set(id, 0, every(5, 10), NULL);
	usleep(30000);
	printf("asleep: %d\n", (int)count);
	while (count < 2)
		work++;
	set(id, 0, every(0, 0), NULL);
	count = 0;
	pthread_getcpuclockid(pthread_self(), &clock);
	error("by what a thread has run", make(clock, &event, &own));
	set(own, 0, every(0, 10), NULL);
	while (!count)
		work++;
	error("read", clock_gettime(clock, &ts));
	clock_getcpuclockid(0, &clock);
	error("read", clock_gettime(clock, &ts));
	error("read what is none", clock_gettime(-1000000, &ts));
}

static volatile int enough;

static void *works(void *tid)
{
	*(volatile int *)tid = syscall(SYS_gettid);
	while (!enough)
		work++;
	return NULL;
}

/* Whose time it is, by the kernel's numbers. Linux: MAKE_PROCESS_CPUCLOCK(), MAKE_THREAD_CPUCLOCK(). */
static clockid_t clock_of(int pid, int thread)
{
	return ~(unsigned int)pid << 3 | thread << 2 | 2;
}

static int nap(clockid_t clock, int flags, long milliseconds, struct timespec *left)
{
	struct timespec ts = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	return syscall(SYS_clock_nanosleep, clock, flags, &ts, left);
}

static long milliseconds(clockid_t clock)
{
	struct timespec ts;

	syscall(SYS_clock_gettime, clock, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Until a process or a thread has run so long. */
static void asleep_by_cpu(void)
{
	struct itimerspec soon = every(0, 10);
	struct timespec left = { 77, 0 };
	volatile int tid = 0;
	pthread_t thread;
	long before;
	pid_t child;
	int id;

	/* Nobody runs meanwhile: it lasts until a signal comes. */
	on(SIGALRM, noted);
	block(SIG_UNBLOCK, SIGALRM);
	make(CLOCK_MONOTONIC, NULL, &id);
	set(id, 0, soon, NULL);
	error("interrupted", nap(CLOCK_PROCESS_CPUTIME_ID, 0, 5000, &left));
	printf("left: %d\n", left.tv_sec == 4 || (left.tv_sec == 5 && !left.tv_nsec));
	left.tv_sec = 77;
	set(id, 0, soon, NULL);
	error("interrupted", nap(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, 500000, &left));
	show("left", left.tv_sec);
	set(id, 0, soon, NULL);
	error("left nowhere", nap(CLOCK_PROCESS_CPUTIME_ID, 0, 5000, (void *)8));
	error("in the past", nap(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, 0, NULL));
	error("not at all", nap(CLOCK_PROCESS_CPUTIME_ID, 0, 0, NULL));
	error("by its own thread", nap(CLOCK_THREAD_CPUTIME_ID, 0, 1, NULL));
	error("by its own thread's number", nap(clock_of(syscall(SYS_gettid), 1), 0, 1, NULL));
	error("by the same, as 0", nap(clock_of(0, 1), 0, 1, NULL));
	error("by nobody's", nap(clock_of(99999999, 0), 0, 1, NULL));
	error("by a stranger's thread", nap(clock_of(getppid(), 1), 0, 1, NULL));
	error("by none", nap(99, 0, 1, NULL));
	error("by one that counts roughly", nap(CLOCK_MONOTONIC_COARSE, 0, 1, NULL));
	error("from nowhere", syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, (void *)8, NULL));
	error("no such time", syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &(struct timespec) { 0, 1000000000 }, NULL));

	pthread_create(&thread, NULL, works, (void *)&tid);
	while (!tid)
		usleep(100);
	before = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
	error("by its process", nap(CLOCK_PROCESS_CPUTIME_ID, 0, 5, NULL));
	printf("so long: %d\n", milliseconds(CLOCK_PROCESS_CPUTIME_ID) - before >= 5);
	before = milliseconds(CLOCK_PROCESS_CPUTIME_ID) + 5;
	error("until then", nap(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, before, NULL));
	printf("so late: %d\n", milliseconds(CLOCK_PROCESS_CPUTIME_ID) >= before);
	before = milliseconds(clock_of(tid, 1));
	error("by another thread", nap(clock_of(tid, 1), 0, 5, NULL));
	printf("so long: %d\n", milliseconds(clock_of(tid, 1)) - before >= 5);
	/* Stopped and going on, it sleeps as long as it was to. */
	child = fork();
	if (!child) {
		usleep(2000);
		kill(getppid(), SIGSTOP);
		usleep(2000);
		kill(getppid(), SIGCONT);
		_exit(0);
	}
	before = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
	error("stopped", nap(CLOCK_PROCESS_CPUTIME_ID, 0, 10, NULL));
	printf("so long: %d\n", milliseconds(CLOCK_PROCESS_CPUTIME_ID) - before >= 10);
	enough = 1;
	pthread_join(thread, NULL);
	waitpid(child, NULL, 0);

	child = fork();
	if (!child)
		for (;;)
			work++;
	error("by a child", nap(clock_of(child, 0), 0, 5, NULL));
	printf("so long: %d\n", milliseconds(clock_of(child, 0)) >= 5);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	error("by a child that was", nap(clock_of(child, 0), 0, 5, NULL));
	/* One that ends before: nobody tells. */
	child = fork();
	if (!child)
		_exit(usleep(2000));
	set(id, 0, every(0, 5), NULL);
	error("by a child that ends", nap(clock_of(child, 0), 0, 1000, NULL));
	waitpid(child, NULL, 0);
}

static void wrong(void)
{
	struct sigevent event = { .sigev_notify = 77, .sigev_signo = SIGUSR1 };
	int id;

	error("no clock", make(99, NULL, &id));
	error("coarse", make(CLOCK_MONOTONIC_COARSE, NULL, &id));
	error("how", make(CLOCK_MONOTONIC, &event, &id));
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = 65;
	error("which signal", make(CLOCK_MONOTONIC, &event, &id));
	error("nowhere", make(CLOCK_MONOTONIC, NULL, (int *)8));
	error("event nowhere", make(CLOCK_MONOTONIC, (void *)8, &id));
	make(CLOCK_MONOTONIC, NULL, &id);
	error("bad time", set(id, 0, (struct itimerspec) { { 0, 0 }, { 0, 1000000000 } }, NULL));
	error("no time", syscall(SYS_timer_settime, id, 0, NULL, NULL));
	error("old nowhere", syscall(SYS_timer_settime, id, 0, &(struct itimerspec) { 0 }, (void *)8));
	error("whose", set(12345, 0, every(0, 1), NULL));
	error("get", syscall(SYS_timer_gettime, 12345, &(struct itimerspec) { 0 }));
	error("overrun", syscall(SYS_timer_getoverrun, 12345) < 0);
}

static void theirs(void)
{
	int id, status;

	make(CLOCK_MONOTONIC, NULL, &id);
	if (!fork()) {
		error("a child has none", set(id, 0, every(0, 1), NULL));
		make(CLOCK_MONOTONIC, NULL, &id);
		show("and counts anew", id);
		/* Without a handler it is the end. */
		signal(SIGALRM, SIG_DFL);
		block(SIG_UNBLOCK, SIGALRM);
		set(id, 0, every(1, 1), NULL);
		for (;;)
			pause();
	}
	wait(&status);
	printf("ended by signal %d\n", WTERMSIG(status));
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		error("exec has none", set(atoi(argv[1]), 0, every(0, 1), NULL));
		return 0;
	}
	ordinary();
	silent();
	to_a_thread();
	by_cpu();
	asleep_by_cpu();
	wrong();
	theirs();
	{
		char id[16];
		int n;

		make(CLOCK_MONOTONIC, NULL, &n);
		snprintf(id, sizeof(id), "%d", n);
		fflush(stdout);
		execl(argv[0], argv[0], id, NULL);
	}
	return 1;
}
