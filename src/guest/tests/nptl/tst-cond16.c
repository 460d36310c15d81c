/* A queue of few places between those that fill it and those that empty it. */
#include "test.h"

#define PLACES	3
#define ITEMS	60

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;
static int queue[PLACES], head, count;

static void *fill(void *arg)
{
	int i;

	for (i = 1; i <= ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (count == PLACES)
			pthread_cond_wait(&not_full, &mutex);
		queue[(head + count++) % PLACES] = i;
		pthread_cond_signal(&not_empty);
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static void *empty(void *arg)
{
	long sum = 0;
	int i;

	for (i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (!count)
			pthread_cond_wait(&not_empty, &mutex);
		sum += queue[head];
		head = (head + 1) % PLACES;
		count--;
		pthread_cond_signal(&not_full);
		pthread_mutex_unlock(&mutex);
	}
	return (char *)arg + sum;
}

static int do_test(void)
{
	pthread_t threads[4];
	void *result;
	long sum = 0;
	int i;

	for (i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, i < 2 ? fill : empty, NULL) == 0);
	for (i = 0; i < 4; i++) {
		CHECK(pthread_join(threads[i], &result) == 0);
		sum += (long)result;
	}
	return sum != ITEMS * (ITEMS + 1);
}
