/* needs: signals. pthread_kill() interrupts a wait, which goes on afterwards; 0 only asks whether the thread is there. */
#include "test.h"

static volatile sig_atomic_t handled;
static sem_t ready;

static void handler(int sig)
{
	(void)sig;
	handled = 1;
}

static void *tf(void *arg)
{
	sem_t never;

	sem_init(&never, 0, 0);
	sem_post(&ready);
	CHECK(sem_wait(&never) == -1 && errno == EINTR);
	CHECK(handled);
	return arg;
}

static int do_test(void)
{
	struct sigaction act = { .sa_handler = handler };
	pthread_t thread;

	sem_init(&ready, 0, 0);
	sigaction(SIGUSR1, &act, NULL);
	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	sem_wait(&ready);
	sleep_ms(2);
	CHECK(pthread_kill(thread, 0) == 0 && pthread_kill(thread, 1000) == EINVAL);
	CHECK(pthread_kill(thread, SIGUSR1) == 0);
	return pthread_join(thread, NULL);
}
