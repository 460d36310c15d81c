/* Locks that spin. */
#include "test.h"

static pthread_spinlock_t lock;
static long count;

static void *tf(void *arg)
{
	int i;

	for (i = 0; i < 200; i++) {
		pthread_spin_lock(&lock);
		count++;
		pthread_spin_unlock(&lock);
	}
	return arg;
}

static int do_test(void)
{
	pthread_t threads[3];
	int i;

	CHECK(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
	CHECK(pthread_spin_trylock(&lock) == 0 && pthread_spin_trylock(&lock) == EBUSY);
	CHECK(pthread_spin_unlock(&lock) == 0);
	for (i = 0; i < 3; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	for (i = 0; i < 3; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return count != 600;
}
