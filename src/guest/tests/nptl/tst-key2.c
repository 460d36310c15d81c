/* What a thread leaves behind at its keys is destroyed when it ends, also what a destructor leaves. */
#include "test.h"

static pthread_key_t a, b;
static int destroyed_a, destroyed_b;

static void destroy_a(void *value)
{
	CHECK(value == &destroyed_a);
	CHECK(pthread_getspecific(a) == NULL);
	destroyed_a++;
	CHECK(pthread_setspecific(b, &destroyed_b) == 0);
}

static void destroy_b(void *value)
{
	CHECK(value == &destroyed_b);
	destroyed_b++;
}

static void *tf(void *arg)
{
	CHECK(pthread_getspecific(a) == NULL);
	CHECK(pthread_setspecific(a, &destroyed_a) == 0);
	if (arg)
		pthread_exit(NULL);
	return NULL;
}

static int do_test(void)
{
	pthread_t thread;
	long i;

	CHECK(pthread_key_create(&a, destroy_a) == 0 && pthread_key_create(&b, destroy_b) == 0);
	for (i = 0; i < 2; i++) {
		CHECK(pthread_create(&thread, NULL, tf, (void *)i) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	CHECK(pthread_key_delete(a) == 0 && pthread_key_delete(b) == 0);
	return destroyed_a != 2 || destroyed_b != 2;
}
