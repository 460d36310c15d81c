/* Locks for reading and writing, one after the other. */
#include "test.h"

static int do_test(void)
{
	pthread_rwlock_t lock;
	int i;

	CHECK(pthread_rwlock_init(&lock, NULL) == 0);
	for (i = 0; i < 3; i++) {
		CHECK(pthread_rwlock_rdlock(&lock) == 0);
		CHECK(pthread_rwlock_rdlock(&lock) == 0);
		CHECK(pthread_rwlock_unlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
		CHECK(pthread_rwlock_wrlock(&lock) == 0);
		CHECK(pthread_rwlock_unlock(&lock) == 0);
	}
	return pthread_rwlock_destroy(&lock);
}
