/* Timers that send signals, and what a process has run. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t count, code;

static void noted(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	count++;
	code = info->si_code;
}

static void show(const char *what, long value)
{
	printf("%s: %ld\n", what, value);
	fflush(stdout);
}

static void on(int sig)
{
	struct sigaction action = { .sa_sigaction = noted, .sa_flags = SA_SIGINFO };

	sigaction(sig, &action, NULL);
	count = 0;
}

static long now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static struct itimerval every(long usec, long first)
{
	return (struct itimerval) { { usec / 1000000, usec % 1000000 }, { first / 1000000, first % 1000000 } };
}

static void real(void)
{
	struct itimerval it = every(5000, 10000), old;
	long begun = now(CLOCK_MONOTONIC);
	int status;

	on(SIGALRM);
	show("set", setitimer(ITIMER_REAL, &it, NULL));
	while (count < 3)
		pause();
	show("at least 20 ms", now(CLOCK_MONOTONIC) - begun >= 20000);
	show("code", code);
	getitimer(ITIMER_REAL, &old);
	show("interval", old.it_interval.tv_usec);
	show("value", old.it_value.tv_sec == 0 && old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 5000);
	if (!fork()) {
		getitimer(ITIMER_REAL, &old);
		_exit(old.it_value.tv_sec || old.it_value.tv_usec || old.it_interval.tv_usec);
	}
	while (wait(&status) < 0 && errno == EINTR)
		;
	show("a child has none", WEXITSTATUS(status));
	it = every(0, 0);
	setitimer(ITIMER_REAL, &it, &old);
	show("was", old.it_interval.tv_usec);
	count = 0;
	usleep(20000);
	show("none comes", count);

	show("alarm", alarm(100));
	show("again", alarm(50));
	show("off", alarm(0));
	show("none", alarm(0));
	it = every(0, 700000);
	setitimer(ITIMER_REAL, &it, NULL);
	show("rounded", alarm(0));
	it = every(0, 300000);
	setitimer(ITIMER_REAL, &it, NULL);
	show("not to none", alarm(0));
	it = every(0, 5000);
	setitimer(ITIMER_REAL, &it, NULL);
	errno = 0;
	show("a sleep ends", usleep(1000000));
	show("errno", errno);

	it.it_value.tv_usec = 1000000;
	show("bad", setitimer(ITIMER_REAL, &it, NULL));
	show("errno", errno);
	it.it_value.tv_usec = -1;
	show("bad", setitimer(ITIMER_REAL, &it, NULL));
	show("bad", setitimer(3, &old, NULL));
	show("bad", getitimer(-1, &old));
	show("bad", setitimer(ITIMER_REAL, (void *)8, NULL));
	show("errno", errno);
}

/* The default is the end. */
static void ends(void)
{
	static const int which[] = { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };
	int status, i;

	for (i = 0; i < 3; i++) {
		if (!fork()) {
			struct itimerval it = every(0, 1000);

			signal(SIGALRM, SIG_DFL);
			setitimer(which[i], &it, NULL);
			for (;;)
				;
		}
		while (wait(&status) < 0 && errno == EINTR)
			;
		printf("%s\n", strsignal(WTERMSIG(status)));
	}
	fflush(stdout);
}

static void virtual(void)
{
	struct itimerval it = every(1000, 1000), off = { 0 };
	long begun = now(CLOCK_PROCESS_CPUTIME_ID);

	on(SIGVTALRM);
	setitimer(ITIMER_VIRTUAL, &it, NULL);
	usleep(10000);
	show("not while it sleeps", count);
	while (count < 3)
		;
	setitimer(ITIMER_VIRTUAL, &off, NULL);
	show("it has run", now(CLOCK_PROCESS_CPUTIME_ID) - begun >= 2000);
}

static void used(void)
{
	struct rusage mine, theirs, child;
	struct tms before, after;
	int status;

	times(&before);
	if (!fork()) {
		long begun = now(CLOCK_PROCESS_CPUTIME_ID);

		while (now(CLOCK_PROCESS_CPUTIME_ID) - begun < 21000)
			;
		_exit(0);
	}
	wait4(-1, &status, 0, &child);
	times(&after);
	getrusage(RUSAGE_SELF, &mine);
	getrusage(RUSAGE_CHILDREN, &theirs);
	show("the child ran", child.ru_utime.tv_usec + child.ru_stime.tv_usec >= 10000);
	show("children did", theirs.ru_utime.tv_usec + theirs.ru_stime.tv_usec >= 10000);
	show("times says so too", after.tms_cutime + after.tms_cstime - before.tms_cutime - before.tms_cstime >= 1);
	show("memory", mine.ru_maxrss > 0);
	show("faults", mine.ru_minflt > 0);
	show("bad", getrusage(7, &mine));
}

int main(void)
{
	real();
	ends();
	virtual();
	used();
	return 0;
}
