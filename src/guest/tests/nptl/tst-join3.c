/* Threads that make threads and wait for them: a tree of them. */
#include "test.h"

static void *tf(void *arg)
{
	long depth = (long)arg;
	pthread_t threads[2];
	long sum = 1, i;
	void *below;

	if (depth == 0)
		return (void *)1;
	for (i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, (void *)(depth - 1)) == 0);
	for (i = 0; i < 2; i++) {
		CHECK(pthread_join(threads[i], &below) == 0);
		sum += (long)below;
	}
	return (void *)sum;
}

static int do_test(void)
{
	return tf((void *)3) != (void *)15;
}
