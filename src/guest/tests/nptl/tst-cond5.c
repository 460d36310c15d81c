/* Waiting until a point in time: the mutex is held again afterwards, and the time has passed. */
#include "test.h"

static int do_test(void)
{
	pthread_mutex_t mutex = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
	pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
	struct timespec until = after_ms(CLOCK_REALTIME, 3), now, wrong = { .tv_nsec = -1 };

	CHECK(pthread_cond_timedwait(&cond, &mutex, &until) == EPERM);
	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(pthread_cond_timedwait(&cond, &mutex, &wrong) == EINVAL);
	CHECK(pthread_cond_timedwait(&cond, &mutex, &until) == ETIMEDOUT);
	clock_gettime(CLOCK_REALTIME, &now);
	CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
	return pthread_mutex_unlock(&mutex);
}
