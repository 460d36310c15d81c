/* Once, in one thread. */
#include "test.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int times;

static void init(void)
{
	times++;
}

static int do_test(void)
{
	int i;

	for (i = 0; i < 3; i++)
		CHECK(pthread_once(&once, init) == 0);
	return times != 1;
}
