/* A signal that is blocked in all threads waits until one takes it by sigwait(). */
#include "test.h"

static void *tf(void *arg)
{
	sigset_t *set = arg;
	int sig;

	CHECK(sigwait(set, &sig) == 0);
	return (void *)(long)sig;
}

static int do_test(void)
{
	pthread_t thread;
	sigset_t set, pending;
	void *sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
	CHECK(kill(getpid(), SIGUSR2) == 0);
	CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2));
	CHECK(pthread_create(&thread, NULL, tf, &set) == 0);
	CHECK(pthread_join(thread, &sig) == 0);
	return sig != (void *)SIGUSR2;
}
