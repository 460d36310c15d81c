/* Many threads with a mutex and sleeps: each has its turn. */
#include "test.h"

#define THREADS	6
#define ROUNDS	8

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int inside, turns[THREADS];

static void *tf(void *arg)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		CHECK(pthread_mutex_lock(&mutex) == 0);
		CHECK(inside++ == 0);
		if (i % 4 == 0)
			sleep_ms(1);
		turns[(long)arg]++;
		CHECK(--inside == 0);
		CHECK(pthread_mutex_unlock(&mutex) == 0);
	}
	return NULL;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	long i;

	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, (void *)i) == 0);
	for (i = 0; i < THREADS; i++) {
		CHECK(pthread_join(threads[i], NULL) == 0);
		CHECK(turns[i] == ROUNDS);
	}
	return 0;
}
