/* All or nobody goes on. glibc: nptl/pthread_barrier_wait.c. */
#include <errno.h>
#include <pthread.h>
#include "lib/nptl/futex.h"

int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned int count)
{
	(void)attr;
	if (!count)
		return EINVAL;
	*barrier = (pthread_barrier_t) { .count = count };
	return 0;
}

/* Those of the last round may still be on their way out: afterwards the memory may be anything. */
int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	unsigned int leaving;

	while ((leaving = __atomic_load_n(&barrier->leaving, 0)))
		futex_wait(&barrier->leaving, leaving);
	return 0;
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	unsigned int round;
	int serial = 0;

	lll_lock(&barrier->lock);
	round = barrier->round;
	__sync_fetch_and_add(&barrier->leaving, 1);
	if (++barrier->arrived == barrier->count) {
		barrier->arrived = 0;
		__atomic_store_n(&barrier->round, round + 1, 0);
		serial = PTHREAD_BARRIER_SERIAL_THREAD;
	}
	lll_unlock(&barrier->lock);
	if (serial)
		futex_wake(&barrier->round, INT_MAX);
	while (__atomic_load_n(&barrier->round, 0) == round)
		futex_wait(&barrier->round, round);
	if (__sync_fetch_and_add(&barrier->leaving, -1) == 1)
		futex_wake(&barrier->leaving, INT_MAX);
	return serial;
}
