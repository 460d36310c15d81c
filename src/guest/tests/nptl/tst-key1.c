/* As many keys as there may be, and no more. */
#include "test.h"

static int do_test(void)
{
	pthread_key_t keys[PTHREAD_KEYS_MAX], more;
	long i, n;

	for (n = 0; n < PTHREAD_KEYS_MAX && pthread_key_create(&keys[n], NULL) == 0; n++)
		CHECK(pthread_setspecific(keys[n], (void *)(n + 1)) == 0);
	CHECK(n > 10);
	CHECK(pthread_key_create(&more, NULL) == EAGAIN);
	for (i = 0; i < n; i++) {
		CHECK(pthread_getspecific(keys[i]) == (void *)(i + 1));
		CHECK(pthread_key_delete(keys[i]) == 0);
		CHECK(pthread_key_delete(keys[i]) == EINVAL);
		CHECK(pthread_setspecific(keys[i], NULL) == EINVAL);
	}
	return 0;
}
