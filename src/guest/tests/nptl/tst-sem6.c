/* Several wait for one semaphore; each post lets one of them go on. */
#include "test.h"

#define THREADS	4

static sem_t sem, done;

static void *tf(void *arg)
{
	CHECK(sem_wait(&sem) == 0);
	CHECK(sem_post(&done) == 0);
	return arg;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	int i, value;

	sem_init(&sem, 0, 0);
	sem_init(&done, 0, 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	sleep_ms(2);
	for (i = 0; i < THREADS; i++) {
		CHECK(sem_trywait(&done) == -1);
		CHECK(sem_post(&sem) == 0);
		CHECK(sem_wait(&done) == 0);
	}
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return sem_getvalue(&sem, &value) || value;
}
