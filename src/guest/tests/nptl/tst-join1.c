/* A thread's result comes to who joins it, whoever of them is first. */
#include "test.h"

static void *tf(void *arg)
{
	if ((long)arg & 1)
		sleep_ms(2);
	return (char *)arg + 100;
}

static int do_test(void)
{
	pthread_t thread;
	void *result;
	long i;

	for (i = 0; i < 6; i++) {
		CHECK(pthread_create(&thread, NULL, tf, (void *)i) == 0);
		if (i & 2)
			sleep_ms(1);
		CHECK(pthread_join(thread, &result) == 0);
		CHECK(result == (void *)(i + 100));
	}
	return pthread_join(pthread_self(), NULL) != EDEADLK;
}
