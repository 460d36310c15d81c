/* Two threads take turns by two semaphores. */
#include "test.h"

static sem_t ping, pong;
static volatile int count;

static void *tf(void *arg)
{
	int i;

	for (i = 0; i < 50; i++) {
		CHECK(sem_wait(&ping) == 0);
		CHECK(count++ == 2 * i);
		CHECK(sem_post(&pong) == 0);
	}
	return arg;
}

static int do_test(void)
{
	pthread_t thread;
	int i;

	sem_init(&ping, 0, 0);
	sem_init(&pong, 0, 0);
	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	for (i = 0; i < 50; i++) {
		CHECK(sem_post(&ping) == 0);
		CHECK(sem_wait(&pong) == 0);
		CHECK(count++ == 2 * i + 1);
	}
	return pthread_join(thread, NULL);
}
