/* Readers are there together, a writer alone. */
#include "test.h"

#define READERS	4
#define WRITERS	2
#define ROUNDS	20

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t inside;
static volatile int readers, writers;

static void *read_it(void *arg)
{
	int i;

	/* However slowly they begin: none leaves before all are there. */
	CHECK(pthread_rwlock_rdlock(&lock) == 0);
	pthread_barrier_wait(&inside);
	CHECK(pthread_rwlock_unlock(&lock) == 0);
	for (i = 0; i < ROUNDS; i++) {
		CHECK(pthread_rwlock_rdlock(&lock) == 0);
		__sync_fetch_and_add(&readers, 1);
		CHECK(writers == 0);
		sched_yield();
		__sync_fetch_and_add(&readers, -1);
		CHECK(pthread_rwlock_unlock(&lock) == 0);
	}
	return arg;
}

static void *write_it(void *arg)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		CHECK(pthread_rwlock_wrlock(&lock) == 0);
		CHECK(++writers == 1 && readers == 0);
		if (i % 5 == 0)
			sched_yield();
		CHECK(--writers == 0);
		CHECK(pthread_rwlock_unlock(&lock) == 0);
	}
	return arg;
}

static int do_test(void)
{
	pthread_t threads[READERS + WRITERS];
	int i;

	CHECK(pthread_barrier_init(&inside, NULL, READERS + 1) == 0);
	for (i = 0; i < READERS; i++)
		CHECK(pthread_create(&threads[i], NULL, read_it, NULL) == 0);
	/* A writer that waits would keep the last of them out. */
	pthread_barrier_wait(&inside);
	for (; i < READERS + WRITERS; i++)
		CHECK(pthread_create(&threads[i], NULL, write_it, NULL) == 0);
	for (i = 0; i < READERS + WRITERS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return 0;
}
