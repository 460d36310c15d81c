/* Nobody goes on before all have come, and one of them in each round is told so. */
#include "test.h"

#define THREADS	4
#define ROUNDS	10

static pthread_barrier_t barrier;
static volatile int arrived[ROUNDS], serial[ROUNDS];

static void *tf(void *arg)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		int ret;

		__sync_fetch_and_add(&arrived[i], 1);
		ret = pthread_barrier_wait(&barrier);
		CHECK(ret == 0 || ret == PTHREAD_BARRIER_SERIAL_THREAD);
		CHECK(arrived[i] == THREADS);
		if (ret)
			__sync_fetch_and_add(&serial[i], 1);
	}
	return arg;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	int i;

	CHECK(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	for (i = 0; i < ROUNDS; i++)
		CHECK(serial[i] == 1);
	return pthread_barrier_destroy(&barrier);
}
