/*
 * Two processes: one computes, the other makes threads and waits for them. When a thread is gone the kernel gives its stack back, and
 * has all CPUs forget where that was mapped.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS	8
#define TURNS	3000000
#define PAGE	4096
#define ROOM	(16 * PAGE)

static void *nothing(void *arg)
{
	return arg;
}

/* From here on these pages of the stack are there. They are younger than the other process, which has none of them. */
static __attribute__((noinline)) void touch_stack(void)
{
	volatile char room[2 * ROOM];

	for (int i = sizeof(room) - PAGE; i >= 0; i -= PAGE)
		room[i] = 0;
}

/* Below a large frame, so that the kernel's frames lie in those pages if it works on this stack. */
static __attribute__((noinline)) int make_threads(void)
{
	volatile char room[ROOM];
	pthread_t thread;
	int joined = 0;

	room[0] = 0;
	while (joined < THREADS && pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0)
		joined++;
	return joined;
}

static int compute(void)
{
	int turns = 0;

	while (turns < TURNS)
		turns++;
	return turns != TURNS;
}

int main(void)
{
	pid_t other = fork();
	int joined;

	if (other < 0) {
		puts("no other process");
		return 2;
	}
	if (other == 0)
		_exit(compute());
	touch_stack();
	joined = make_threads();
	waitpid(other, NULL, 0);
	printf("%d threads joined\n", joined);
	return joined != THREADS;
}
