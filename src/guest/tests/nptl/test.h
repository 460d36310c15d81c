/*
 * A test of the thread library, named after the one of glibc's nptl folder whose ground it covers: do_test() says 0, or what
 * went wrong. Several are linked into one program, so what is static in one has its file's name before it (nptl.test.ts).
 */
#ifndef _NPTL_TEST_H
#define _NPTL_TEST_H

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What must hold in every thread. */
#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

/* A point in time so many milliseconds from now. */
static inline struct timespec after_ms(int clock, long ms)
{
	struct timespec t;

	clock_gettime(clock, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static inline void sleep_ms(long ms)
{
	struct timespec t = { .tv_nsec = ms * 1000000 };

	nanosleep(&t, NULL);
}

#endif
