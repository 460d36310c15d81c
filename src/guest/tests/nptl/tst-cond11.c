/* The clock of a condition variable. */
#include "test.h"

static int do_test(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_condattr_t attr;
	pthread_cond_t cond;
	struct timespec until, now;

	CHECK(pthread_condattr_init(&attr) == 0);
	CHECK(pthread_condattr_setclock(&attr, 99) == EINVAL);
	CHECK(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	CHECK(pthread_cond_init(&cond, &attr) == 0);
	pthread_mutex_lock(&mutex);
	until = after_ms(CLOCK_MONOTONIC, 3);
	CHECK(pthread_cond_timedwait(&cond, &mutex, &until) == ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &now);
	CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
	pthread_mutex_unlock(&mutex);
	return pthread_cond_destroy(&cond);
}
