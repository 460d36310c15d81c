/* A mutex of the normal kind: locked, tried, unlocked, gone. */
#include "test.h"

static int do_test(void)
{
	pthread_mutex_t mutex;

	CHECK(pthread_mutex_init(&mutex, NULL) == 0);
	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(pthread_mutex_trylock(&mutex) == EBUSY);
	CHECK(pthread_mutex_destroy(&mutex) == EBUSY);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	CHECK(pthread_mutex_trylock(&mutex) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	return pthread_mutex_destroy(&mutex);
}
