/* Once, whoever comes first; those that come meanwhile wait until it is done. */
#include "test.h"

#define THREADS	5

static pthread_once_t once = PTHREAD_ONCE_INIT;
static volatile int times, done;

static void init(void)
{
	times++;
	sleep_ms(2);
	done = 1;
}

static void *tf(void *arg)
{
	CHECK(pthread_once(&once, init) == 0);
	CHECK(done);
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
	return times != 1;
}
