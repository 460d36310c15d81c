/* Sixteen threads at once in one process: numbers of their own, one process number. */
#include "test.h"

#define THREADS	16

static pid_t tids[THREADS], process;

static void *tf(void *arg)
{
	tids[(long)arg] = gettid();
	CHECK(getpid() == process);
	CHECK(pthread_equal(pthread_self(), pthread_self()));
	return NULL;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	long i, j;

	process = getpid();
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, (void *)i) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	for (i = 0; i < THREADS; i++)
		for (j = 0; j <= i; j++)
			CHECK(tids[i] != process && (i == j || tids[i] != tids[j]));
	return 0;
}
