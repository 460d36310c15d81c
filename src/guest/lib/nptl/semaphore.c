/* Semaphores. glibc: nptl/sem_waitcommon.c, nptl/sem_post.c. */
#include <errno.h>
#include <semaphore.h>
#include "lib/nptl/futex.h"

int sem_init(sem_t *sem, int shared, unsigned int value)
{
	(void)shared;
	if (value > SEM_VALUE_MAX) {
		errno = EINVAL;
		return -1;
	}
	*sem = (sem_t) { .value = value };
	return 0;
}

int sem_destroy(sem_t *sem)
{
	(void)sem;
	return 0;
}

static int take(sem_t *sem)
{
	unsigned int value = __atomic_load_n(&sem->value, 0);

	while (value) {
		unsigned int seen = __sync_val_compare_and_swap(&sem->value, value, value - 1);

		if (seen == value)
			return 1;
		value = seen;
	}
	return 0;
}

int sem_trywait(sem_t *sem)
{
	if (take(sem))
		return 0;
	errno = EAGAIN;
	return -1;
}

/* A signal's handler ends it. */
static int wait_until(sem_t *sem, const struct timespec *until)
{
	long ret = 0;

	if (take(sem))
		return 0;
	if (until && !is_valid_time(until)) {
		errno = EINVAL;
		return -1;
	}
	__sync_fetch_and_add(&sem->waiters, 1);
	while (!take(sem)) {
		ret = futex_wait_until(&sem->value, 0, CLOCK_REALTIME, until);
		if (ret == -ETIMEDOUT || ret == -EINTR)
			break;
		ret = 0;
	}
	__sync_fetch_and_add(&sem->waiters, -1);
	return result(ret);
}

int sem_wait(sem_t *sem)
{
	return wait_until(sem, NULL);
}

int sem_timedwait(sem_t *sem, const struct timespec *until)
{
	return wait_until(sem, until);
}

int sem_post(sem_t *sem)
{
	unsigned int value = __atomic_load_n(&sem->value, 0), seen;

	for (;; value = seen) {
		if (value == SEM_VALUE_MAX) {
			errno = EOVERFLOW;
			return -1;
		}
		seen = __sync_val_compare_and_swap(&sem->value, value, value + 1);
		if (seen == value)
			break;
	}
	if (__atomic_load_n(&sem->waiters, 0))
		futex_wake(&sem->value, 1);
	return 0;
}

int sem_getvalue(sem_t *sem, int *value)
{
	*value = __atomic_load_n(&sem->value, 0);
	return 0;
}
