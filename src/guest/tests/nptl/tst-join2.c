/* A thread that has not ended cannot be joined yet by who does not want to wait. */
#include "test.h"

static sem_t sem;

static void *tf(void *arg)
{
	sem_wait(&sem);
	return arg;
}

static int do_test(void)
{
	pthread_t thread;
	void *result;
	int ret;

	sem_init(&sem, 0, 0);
	CHECK(pthread_create(&thread, NULL, tf, &sem) == 0);
	CHECK(pthread_tryjoin_np(thread, &result) == EBUSY);
	sem_post(&sem);
	while ((ret = pthread_tryjoin_np(thread, &result)) == EBUSY)
		sched_yield();
	return ret || result != &sem;
}
