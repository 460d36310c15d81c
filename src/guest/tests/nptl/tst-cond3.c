/* A signal that nobody waits for is gone. */
#include "test.h"

static int do_test(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
	struct timespec until = after_ms(CLOCK_REALTIME, 2);

	CHECK(pthread_cond_signal(&cond) == 0 && pthread_cond_broadcast(&cond) == 0);
	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(pthread_cond_timedwait(&cond, &mutex, &until) == ETIMEDOUT);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	return pthread_cond_destroy(&cond);
}
