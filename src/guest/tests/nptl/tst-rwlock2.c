/* What has to wait, and what a deadlock would be. */
#include "test.h"

static int do_test(void)
{
	pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

	CHECK(pthread_rwlock_rdlock(&lock) == 0);
	CHECK(pthread_rwlock_tryrdlock(&lock) == 0);
	CHECK(pthread_rwlock_trywrlock(&lock) == EBUSY);
	CHECK(pthread_rwlock_destroy(&lock) == EBUSY);
	CHECK(pthread_rwlock_unlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
	CHECK(pthread_rwlock_trywrlock(&lock) == 0);
	CHECK(pthread_rwlock_tryrdlock(&lock) == EBUSY && pthread_rwlock_trywrlock(&lock) == EBUSY);
	CHECK(pthread_rwlock_rdlock(&lock) == EDEADLK && pthread_rwlock_wrlock(&lock) == EDEADLK);
	return pthread_rwlock_unlock(&lock);
}
