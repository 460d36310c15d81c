/* Each thread has variables of its own, with what the program says at first. */
#include "test.h"

static __thread int set = 17;
static __thread char zero[40];
static __thread long last = -1;

static void *tf(void *arg)
{
	size_t i;

	CHECK(set == 17 && last == -1 && errno == 0);
	for (i = 0; i < sizeof(zero); i++)
		CHECK(zero[i] == 0);
	set = 1;
	memset(zero, 1, sizeof(zero));
	last = (long)arg;
	errno = 5;
	sched_yield();
	CHECK(last == (long)arg);
	return &set;
}

static int do_test(void)
{
	pthread_t threads[3];
	void *theirs;
	long i;

	set = 99;
	for (i = 0; i < 3; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, (void *)i) == 0);
	for (i = 0; i < 3; i++) {
		CHECK(pthread_join(threads[i], &theirs) == 0);
		CHECK(theirs != &set);
	}
	return set != 99 || last != -1 || zero[0];
}
