/* Waiting for a semaphore until a point in time. */
#include "test.h"

static int do_test(void)
{
	struct timespec until = after_ms(CLOCK_REALTIME, 2), wrong = { .tv_nsec = 1000000000 };
	sem_t sem;

	sem_init(&sem, 0, 1);
	CHECK(sem_timedwait(&sem, &wrong) == 0);
	CHECK(sem_timedwait(&sem, &wrong) == -1 && errno == EINVAL);
	CHECK(sem_timedwait(&sem, &until) == -1 && errno == ETIMEDOUT);
	return 0;
}
