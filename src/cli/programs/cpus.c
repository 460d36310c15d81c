/* CPUs as a program sees them: how many, on which it runs, where it wants to run, and what share of one a nice level gives. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_barrier_t barrier;
static volatile int where[8];

static int online(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 0 : CPU_COUNT(&set);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("sched_setaffinity");
}

/* All are here at once, and none sleeps: each must have a CPU of its own. */
static void *meet(void *arg)
{
	static volatile int here;
	int n = (long)arg, all = online();

	__sync_fetch_and_add(&here, 1);
	while (here < all)
		;
	where[n] = sched_getcpu();
	pthread_barrier_wait(&barrier);
	return NULL;
}

static long ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000L + ts.tv_nsec;
}

int main(void)
{
	int n = online(), i, seen = 0;
	volatile long *turns = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_t threads[8];
	long last = 0;

	printf("online: %d\n", n);
	pthread_barrier_init(&barrier, NULL, n);
	for (i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, meet, (void *)(long)i);
	for (i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		seen |= 1 << where[i];
	}
	printf("met on: %x\n", seen);
	for (i = 0; i < n; i++) {
		long now;

		pin(i);
		now = ns();
		printf("pinned to %d: on %d, time goes %s\n", i, sched_getcpu(), now >= last ? "on" : "back");
		last = now;
	}
	pin(8);
	printf("errno %d, scheduler %d, nice %d\n", errno, sched_getscheduler(0), getpriority(PRIO_PROCESS, 0));

	/* Two on one CPU; each counts what it gets. */
	pin(n - 1);
	last = ns() + 200000000;
	for (i = 0; i < 2; i++) {
		if (fork() == 0) {
			if (i)
				setpriority(PRIO_PROCESS, 0, 5);
			while (ns() < last) {
				int k;

				for (k = 0; k < 2000; k++)
					__builtin_ia32_pause();
				turns[i]++;
			}
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	printf("share: %ld\n", turns[0] * 100 / turns[1]);
	return 0;
}
