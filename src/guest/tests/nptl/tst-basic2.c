/* malloc() from several threads at once. */
#include "test.h"

#define THREADS	4

static void *tf(void *arg)
{
	char *kept[8] = { 0 };
	int i, j;

	for (i = 0; i < 80; i++) {
		int n = i % 8, size = 16 + (i * 37 + (int)(long)arg) % 300;

		for (j = 0; kept[n] && j < 16; j++)
			CHECK(kept[n][j] == (char)(long)arg);
		free(kept[n]);
		kept[n] = malloc(size);
		CHECK(kept[n]);
		memset(kept[n], (int)(long)arg, size);
		if (i % 16 == 0)
			sched_yield();
	}
	for (i = 0; i < 8; i++)
		free(kept[i]);
	return NULL;
}

static int do_test(void)
{
	pthread_t threads[THREADS];
	long i;

	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, (void *)(i + 1)) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return 0;
}
