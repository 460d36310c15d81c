/* Many readers or one writer; a writer that waits goes before readers that come after it. glibc: nptl/pthread_rwlock_common.c. */
#include <errno.h>
#include <pthread.h>
#include "lib/nptl/descr.h"
#include "lib/nptl/futex.h"

int pthread_rwlock_init(pthread_rwlock_t *rwlock, const pthread_rwlockattr_t *attr)
{
	(void)attr;
	*rwlock = (pthread_rwlock_t) { 0 };
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *rwlock)
{
	return rwlock->readers ? EBUSY : 0;
}

/* Until somebody lets go. The lock of the state is given up meanwhile. */
static void sleep_on(pthread_rwlock_t *rwlock)
{
	unsigned int sequence = rwlock->sequence;

	lll_unlock(&rwlock->lock);
	futex_wait(&rwlock->sequence, sequence);
	lll_lock(&rwlock->lock);
}

static int rdlock(pthread_rwlock_t *rwlock, int try)
{
	int ret = 0;

	lll_lock(&rwlock->lock);
	while (rwlock->readers < 0 || rwlock->waiting_writers) {
		if (try)
			ret = EBUSY;
		else if (rwlock->readers < 0 && rwlock->writer == pthread_self()->tid)
			ret = EDEADLK;
		if (ret)
			break;
		sleep_on(rwlock);
	}
	if (!ret)
		rwlock->readers++;
	lll_unlock(&rwlock->lock);
	return ret;
}

static int wrlock(pthread_rwlock_t *rwlock, int try)
{
	int ret = 0, tid = pthread_self()->tid;

	lll_lock(&rwlock->lock);
	rwlock->waiting_writers++;
	while (rwlock->readers) {
		if (try)
			ret = EBUSY;
		else if (rwlock->readers < 0 && rwlock->writer == tid)
			ret = EDEADLK;
		if (ret)
			break;
		sleep_on(rwlock);
	}
	rwlock->waiting_writers--;
	if (!ret) {
		rwlock->readers = -1;
		rwlock->writer = tid;
	}
	lll_unlock(&rwlock->lock);
	return ret;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *rwlock)
{
	return rdlock(rwlock, 0);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *rwlock)
{
	return rdlock(rwlock, 1);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *rwlock)
{
	return wrlock(rwlock, 0);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *rwlock)
{
	return wrlock(rwlock, 1);
}

int pthread_rwlock_unlock(pthread_rwlock_t *rwlock)
{
	int free;

	lll_lock(&rwlock->lock);
	if (rwlock->readers < 0) {
		rwlock->readers = 0;
		rwlock->writer = 0;
	} else {
		rwlock->readers--;
	}
	free = !rwlock->readers;
	if (free)
		rwlock->sequence++;
	lll_unlock(&rwlock->lock);
	if (free)
		futex_wake(&rwlock->sequence, INT_MAX);
	return 0;
}
