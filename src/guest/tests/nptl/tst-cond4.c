/* A signal for each of several that wait, one after the other: none is woken twice, none forgotten. */
#include "test.h"

#define THREADS	4

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int tokens, taken;

static void *tf(void *arg)
{
	pthread_mutex_lock(&mutex);
	while (!tokens)
		pthread_cond_wait(&cond, &mutex);
	tokens--;
	taken++;
	pthread_mutex_unlock(&mutex);
	return arg;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	for (i = 0; i < THREADS; i++) {
		pthread_mutex_lock(&mutex);
		tokens++;
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&mutex);
		sched_yield();
	}
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return taken != THREADS || tokens;
}
