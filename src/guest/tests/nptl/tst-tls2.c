/* A thread that comes after another finds its variables as new, though the memory may be the same. */
#include "test.h"

static __thread int value = 3, zero;

static void *tf(void *arg)
{
	CHECK(value == 3 && zero == 0);
	value = zero = 9;
	return arg;
}

static int do_test(void)
{
	pthread_t thread;
	int i;

	for (i = 0; i < 8; i++) {
		CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	return value != 3 || zero;
}
