/* What a mutex of the checking kind refuses. */
#include "test.h"

static pthread_mutex_t mutex = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static void *tf(void *arg)
{
	CHECK(pthread_mutex_unlock(&mutex) == EPERM);
	CHECK(pthread_mutex_trylock(&mutex) == EBUSY);
	return arg;
}

static int do_test(void)
{
	pthread_t thread;

	CHECK(pthread_mutex_unlock(&mutex) == EPERM);
	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(pthread_mutex_lock(&mutex) == EDEADLK);
	CHECK(pthread_mutex_trylock(&mutex) == EBUSY);
	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	return pthread_mutex_destroy(&mutex);
}
