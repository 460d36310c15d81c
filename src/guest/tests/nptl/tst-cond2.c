/* A broadcast wakes all that wait. */
#include "test.h"

#define THREADS	5

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t go = PTHREAD_COND_INITIALIZER, ready = PTHREAD_COND_INITIALIZER;
static int waiting, started;

static void *tf(void *arg)
{
	pthread_mutex_lock(&mutex);
	if (++waiting == THREADS)
		pthread_cond_signal(&ready);
	while (!started)
		CHECK(pthread_cond_wait(&go, &mutex) == 0);
	waiting--;
	pthread_mutex_unlock(&mutex);
	return arg;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	pthread_mutex_lock(&mutex);
	while (waiting < THREADS)
		pthread_cond_wait(&ready, &mutex);
	started = 1;
	CHECK(pthread_cond_broadcast(&go) == 0);
	pthread_mutex_unlock(&mutex);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return waiting;
}
