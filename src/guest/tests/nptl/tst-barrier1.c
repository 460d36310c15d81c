/* A barrier for one lets it through; one for nobody cannot be. */
#include "test.h"

static int do_test(void)
{
	pthread_barrier_t barrier;
	int i;

	CHECK(pthread_barrier_init(&barrier, NULL, 0) == EINVAL);
	CHECK(pthread_barrier_init(&barrier, NULL, 1) == 0);
	for (i = 0; i < 5; i++)
		CHECK(pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD);
	return pthread_barrier_destroy(&barrier);
}
