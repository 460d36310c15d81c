/* needs: signals. A signal for one thread is handled there and nowhere else. */
#include "test.h"

static volatile sig_atomic_t count;
static volatile int tid_of_handler;
static sem_t ready, done;

static void handler(int sig)
{
	CHECK(sig == SIGUSR1);
	tid_of_handler = gettid();
	count++;
}

static void *tf(void *arg)
{
	sem_post(&ready);
	while (!count)
		sched_yield();
	CHECK(tid_of_handler == gettid());
	sem_post(&done);
	return arg;
}

static int do_test(void)
{
	struct sigaction act = { .sa_handler = handler };
	pthread_t thread;

	sem_init(&ready, 0, 0);
	sem_init(&done, 0, 0);
	CHECK(sigaction(SIGUSR1, &act, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	sem_wait(&ready);
	CHECK(pthread_kill(thread, SIGUSR1) == 0);
	sem_wait(&done);
	CHECK(pthread_join(thread, NULL) == 0);
	return count != 1;
}
