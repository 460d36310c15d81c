/* A recursive mutex is its owner's as often as it locks it, and nobody else's meanwhile. */
#include "test.h"

static pthread_mutex_t mutex;

static void *tf(void *arg)
{
	CHECK(pthread_mutex_trylock(&mutex) == EBUSY);
	CHECK(pthread_mutex_unlock(&mutex) == EPERM);
	return arg;
}

static void other(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
}

static int do_test(void)
{
	pthread_mutexattr_t attr;
	int kind, i;

	CHECK(pthread_mutexattr_init(&attr) == 0);
	CHECK(pthread_mutexattr_settype(&attr, 77) == EINVAL);
	CHECK(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE) == 0);
	CHECK(pthread_mutexattr_gettype(&attr, &kind) == 0 && kind == PTHREAD_MUTEX_RECURSIVE);
	CHECK(pthread_mutex_init(&mutex, &attr) == 0);
	for (i = 0; i < 3; i++)
		CHECK((i == 1 ? pthread_mutex_trylock(&mutex) : pthread_mutex_lock(&mutex)) == 0);
	for (i = 0; i < 3; i++) {
		other();
		CHECK(pthread_mutex_unlock(&mutex) == 0);
	}
	return pthread_mutex_unlock(&mutex) != EPERM;
}
