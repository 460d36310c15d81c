/* A key that is made again does not show what was kept at the one before. */
#include "test.h"

static int do_test(void)
{
	pthread_key_t key, again;

	CHECK(pthread_key_create(&key, NULL) == 0);
	CHECK(pthread_setspecific(key, &key) == 0 && pthread_getspecific(key) == &key);
	CHECK(pthread_key_delete(key) == 0);
	CHECK(pthread_key_create(&again, NULL) == 0);
	CHECK(pthread_getspecific(again) == NULL);
	return pthread_key_delete(again);
}
