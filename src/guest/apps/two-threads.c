/* One thread counts and makes no system call; the other only wants to be seen. There is one CPU for both. */
#include <pthread.h>
#include <stdio.h>

#define PATIENCE	6000000

static volatile int seen;

static void *other(void *arg)
{
	seen = 1;
	return arg;
}

int main(void)
{
	pthread_t thread;
	int turns = 0, ran;

	if (pthread_create(&thread, NULL, other, NULL) != 0) {
		puts("no thread");
		return 2;
	}
	while (!seen && turns < PATIENCE)
		turns++;
	/* To print is to call the kernel, and then the other has its turn. */
	ran = seen;
	puts(ran ? "the other thread has run" : "the other thread has never run");
	return !ran;
}
