/* Handlers, masks, alternate stacks; with an argument, an end by a signal. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t seen;
static sigjmp_buf back;
static char alternate[32768];

static void count(int sig)
{
	seen = seen * 100 + sig;
}

static void detail(int sig, siginfo_t *info, void *context)
{
	char here;

	(void)context;
	seen = sig;
	if (info->si_addr == (void *)16)
		seen += 1000;
	if (&here > alternate && &here < alternate + sizeof(alternate))
		seen += 10000;
	siglongjmp(back, 1);
}

static volatile int zero;

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = count };
	sigset_t set, old;
	double d = 1.5;

	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 1) {
		const char *how = argv[1];

		if (!strcmp(how, "abort"))
			abort();
		if (!strcmp(how, "segv"))
			*(volatile int *)8 = 1;
		if (!strcmp(how, "fpe"))
			return 100 / zero;
		if (!strcmp(how, "ill"))
			__builtin_trap();
		if (!strcmp(how, "kill"))
			kill(getpid(), SIGKILL);
		if (!strcmp(how, "term"))
			raise(SIGTERM);
		return atoi(how);
	}
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	printf("handler %d\n", seen);
	seen = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	printf("blocked %d\n", seen);
	sigpending(&set);
	printf("pending %d\n", sigismember(&set, SIGUSR1));
	d *= 2;
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("unblocked %d, %d\n", seen, (int)d);
	signal(SIGUSR1, SIG_IGN);
	seen = 0;
	raise(SIGUSR1);
	printf("ignored %d\n", seen);
	raise(SIGCHLD);
	printf("default ignored\n");

	stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	sigaltstack(&stack, NULL);
	sa.sa_sigaction = detail;
	sa.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGFPE, &sa, NULL);
	if (!sigsetjmp(back, 1))
		*(volatile int *)16 = 1;
	printf("segv %d\n", seen);
	if (!sigsetjmp(back, 1))
		seen = 100 / zero;
	printf("fpe %d\n", seen);
	printf("kill 0: %d\n", kill(getpid(), 0));
	int gone = kill(999999, 0);
	printf("no such: %d %s\n", gone, strerror(errno));
	return 5;
}
