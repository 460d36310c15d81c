/* One waits on a condition variable, another signals. */
#include "test.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int said;

static void *tf(void *arg)
{
	CHECK(pthread_mutex_lock(&mutex) == 0);
	said = 1;
	CHECK(pthread_cond_signal(&cond) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	return arg;
}

static int do_test(void)
{
	pthread_t thread;

	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	while (!said)
		CHECK(pthread_cond_wait(&cond, &mutex) == 0);
	CHECK(pthread_mutex_trylock(&mutex) == EBUSY);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	return pthread_cond_destroy(&cond);
}
