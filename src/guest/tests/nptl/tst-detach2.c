/* A thread that is detached already. */
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

	sem_init(&sem, 0, 0);
	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	CHECK(pthread_detach(thread) == 0);
	CHECK(pthread_detach(thread) == EINVAL && pthread_join(thread, NULL) == EINVAL);
	return sem_post(&sem);
}
