/*
 * Condition variables: a sequence number that every signal changes. Who waits reads it while holding the mutex, so no signal
 * after that is lost. glibc keeps two groups of waiters, so that one that comes later cannot take an earlier one's signal: here
 * a waiter may also wake for nothing, which POSIX allows. glibc: nptl/pthread_cond_wait.c.
 */
#include <errno.h>
#include <pthread.h>
#include "lib/nptl/futex.h"

int pthread_condattr_init(pthread_condattr_t *attr)
{
	attr->clock = CLOCK_REALTIME;
	return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *attr)
{
	(void)attr;
	return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *attr, int clock)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	attr->clock = clock;
	return 0;
}

int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr)
{
	*cond = (pthread_cond_t) { .clock = attr ? attr->clock : CLOCK_REALTIME };
	return 0;
}

int pthread_cond_destroy(pthread_cond_t *cond)
{
	return __atomic_load_n(&cond->waiters, 0) ? EBUSY : 0;
}

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
	unsigned int sequence = __atomic_load_n(&cond->sequence, 0);
	long ret;
	int err;

	__sync_fetch_and_add(&cond->waiters, 1);
	err = pthread_mutex_unlock(mutex);
	if (err) {
		__sync_fetch_and_add(&cond->waiters, -1);
		return err;
	}
	do {
		ret = futex_wait_until(&cond->sequence, sequence, cond->clock, until);
	} while (ret == -EINTR && __atomic_load_n(&cond->sequence, 0) == sequence);
	__sync_fetch_and_add(&cond->waiters, -1);
	err = pthread_mutex_lock(mutex);
	if (err)
		return err;
	return ret == -ETIMEDOUT ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	return wait_until(cond, mutex, NULL);
}

int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
	return is_valid_time(until) ? wait_until(cond, mutex, until) : EINVAL;
}

static int wake(pthread_cond_t *cond, int count)
{
	if (__atomic_load_n(&cond->waiters, 0)) {
		__sync_fetch_and_add(&cond->sequence, 1);
		futex_wake(&cond->sequence, count);
	}
	return 0;
}

int pthread_cond_signal(pthread_cond_t *cond)
{
	return wake(cond, 1);
}

int pthread_cond_broadcast(pthread_cond_t *cond)
{
	return wake(cond, INT_MAX);
}
