/* A semaphore counts. */
#include "test.h"

static int do_test(void)
{
	sem_t sem;
	int value, i;

	CHECK(sem_init(&sem, 0, SEM_VALUE_MAX + 1u) == -1 && errno == EINVAL);
	CHECK(sem_init(&sem, 0, 2) == 0);
	CHECK(sem_wait(&sem) == 0 && sem_trywait(&sem) == 0);
	CHECK(sem_trywait(&sem) == -1 && errno == EAGAIN);
	for (i = 0; i < 3; i++)
		CHECK(sem_post(&sem) == 0);
	CHECK(sem_getvalue(&sem, &value) == 0 && value == 3);
	return sem_destroy(&sem);
}
