/* Nobody can wait for a detached thread, and its memory comes back by itself: many of them fit one after the other. */
#include "test.h"

static sem_t done;

static void *tf(void *arg)
{
	sem_post(&done);
	return arg;
}

static int do_test(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	int i, state;

	sem_init(&done, 0, 0);
	pthread_attr_init(&attr);
	CHECK(pthread_attr_setdetachstate(&attr, 7) == EINVAL);
	CHECK(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0);
	CHECK(pthread_attr_getdetachstate(&attr, &state) == 0 && state == PTHREAD_CREATE_DETACHED);
	for (i = 0; i < 30; i++) {
		CHECK(pthread_create(&thread, i % 2 ? &attr : NULL, tf, NULL) == 0);
		if (i % 2 == 0)
			CHECK(pthread_detach(thread) == 0);
		CHECK(sem_wait(&done) == 0);
	}
	return 0;
}
