/* A stack of the size that was asked for can be used as far as that. */
#include "test.h"

#define SIZE	(64 * 1024)

static void *tf(void *arg)
{
	volatile char deep[SIZE - 8 * 1024];
	size_t i;

	for (i = 0; i < sizeof(deep); i += 1024)
		deep[i] = 1;
	return (char *)arg + deep[1024];
}

static int do_test(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	size_t size;
	void *result;

	pthread_attr_init(&attr);
	CHECK(pthread_attr_setstacksize(&attr, 100) == EINVAL);
	CHECK(pthread_attr_setstacksize(&attr, SIZE) == 0);
	CHECK(pthread_attr_getstacksize(&attr, &size) == 0 && size == SIZE);
	CHECK(pthread_create(&thread, &attr, tf, NULL) == 0);
	CHECK(pthread_join(thread, &result) == 0);
	return result != (void *)1;
}
