/* Whoever is told that it was the last may take the barrier away at once, and make another in its place. */
#include "test.h"

#define THREADS	3

static pthread_barrier_t barrier, start;

static void *tf(void *arg)
{
	int i;

	for (i = 0; i < 5; i++) {
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
			CHECK(pthread_barrier_destroy(&barrier) == 0);
			memset(&barrier, 0xff, sizeof(barrier));
			CHECK(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
		}
		pthread_barrier_wait(&start);
	}
	return arg;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	int i;

	CHECK(pthread_barrier_init(&barrier, NULL, THREADS) == 0 && pthread_barrier_init(&start, NULL, THREADS) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return 0;
}
