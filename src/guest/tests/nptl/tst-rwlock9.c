/* A writer that waits comes before readers that come later. */
#include "test.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static volatile int order, written, seen;

static void *write_it(void *arg)
{
	pthread_rwlock_wrlock(&lock);
	written = ++order;
	pthread_rwlock_unlock(&lock);
	return arg;
}

static void *read_it(void *arg)
{
	pthread_rwlock_rdlock(&lock);
	seen = ++order;
	pthread_rwlock_unlock(&lock);
	return arg;
}

static int do_test(void)
{
	pthread_t writer, reader;

	pthread_rwlock_rdlock(&lock);
	CHECK(pthread_create(&writer, NULL, write_it, NULL) == 0);
	sleep_ms(2);
	CHECK(pthread_create(&reader, NULL, read_it, NULL) == 0);
	sleep_ms(2);
	CHECK(order == 0);
	pthread_rwlock_unlock(&lock);
	CHECK(pthread_join(writer, NULL) == 0 && pthread_join(reader, NULL) == 0);
	return written != 1 || seen != 2;
}
