/* A mutex that is not let go of in time. */
#include "test.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *tf(void *arg)
{
	struct timespec until = after_ms(CLOCK_REALTIME, 3), wrong = { .tv_nsec = 1000000000 };

	CHECK(pthread_mutex_timedlock(&mutex, &wrong) == EINVAL);
	CHECK(pthread_mutex_timedlock(&mutex, &until) == ETIMEDOUT);
	until = after_ms(CLOCK_REALTIME, 900);
	CHECK(pthread_mutex_timedlock(&mutex, &until) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	return arg;
}

static int do_test(void)
{
	pthread_t thread;

	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	sleep_ms(8);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	return pthread_join(thread, NULL);
}
