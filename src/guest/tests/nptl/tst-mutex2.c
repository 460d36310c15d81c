/* Four threads count under one mutex; none of the increments is lost. */
#include "test.h"

#define THREADS	4
#define TIMES	500

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile long count;

static void *tf(void *arg)
{
	int i;

	for (i = 0; i < TIMES; i++) {
		long seen;

		CHECK(pthread_mutex_lock(&mutex) == 0);
		seen = count;
		if (i % 50 == 0)
			sched_yield();
		count = seen + 1;
		CHECK(pthread_mutex_unlock(&mutex) == 0);
	}
	return arg;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return count != THREADS * TIMES;
}
