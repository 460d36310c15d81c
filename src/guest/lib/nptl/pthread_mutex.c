/* Mutexes: normal, recursive, checking. glibc: nptl/pthread_mutex_lock.c, pthread_mutex_unlock.c. */
#include <errno.h>
#include <pthread.h>
#include "lib/nptl/descr.h"
#include "lib/nptl/futex.h"

int pthread_mutexattr_init(pthread_mutexattr_t *attr)
{
	attr->kind = PTHREAD_MUTEX_DEFAULT;
	return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t *attr)
{
	(void)attr;
	return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int kind)
{
	if (kind < PTHREAD_MUTEX_NORMAL || kind > PTHREAD_MUTEX_ERRORCHECK)
		return EINVAL;
	attr->kind = kind;
	return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *attr, int *kind)
{
	*kind = attr->kind;
	return 0;
}

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
	*mutex = (pthread_mutex_t) { .kind = attr ? attr->kind : PTHREAD_MUTEX_DEFAULT };
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	return mutex->lock ? EBUSY : 0;
}

static int own_tid(void)
{
	return pthread_self()->tid;
}

/* What a lock by its owner comes to: 0 for the normal kind, which goes on and waits for itself. -1: it has it now. */
static int relock(pthread_mutex_t *mutex, int deadlock)
{
	if (mutex->kind == PTHREAD_MUTEX_NORMAL || mutex->owner != own_tid())
		return 0;
	if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK)
		return deadlock;
	if (mutex->count == UINT_MAX)
		return EAGAIN;
	mutex->count++;
	return -1;
}

static int taken(pthread_mutex_t *mutex)
{
	if (mutex->kind != PTHREAD_MUTEX_NORMAL) {
		mutex->owner = own_tid();
		mutex->count = 1;
	}
	return 0;
}

static int lock_until(pthread_mutex_t *mutex, const struct timespec *until)
{
	int ret = relock(mutex, EDEADLK);

	if (ret)
		return ret < 0 ? 0 : ret;
	if (lll_trylock(&mutex->lock))
		return taken(mutex);
	if (until && !is_valid_time(until))
		return EINVAL;
	while (__sync_lock_test_and_set(&mutex->lock, 2)) {
		if (futex_wait_until(&mutex->lock, 2, CLOCK_REALTIME, until) == -ETIMEDOUT)
			return ETIMEDOUT;
	}
	return taken(mutex);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	return lock_until(mutex, NULL);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
	return lock_until(mutex, until);
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	int ret = relock(mutex, EBUSY);

	if (ret)
		return ret < 0 ? 0 : ret;
	return lll_trylock(&mutex->lock) ? taken(mutex) : EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	if (mutex->kind != PTHREAD_MUTEX_NORMAL) {
		if (!mutex->lock || mutex->owner != own_tid())
			return EPERM;
		if (--mutex->count)
			return 0;
		mutex->owner = 0;
	}
	lll_unlock(&mutex->lock);
	return 0;
}
