/* needs: fork. What was registered is done around a fork: the last first before it, the first first after it. */
#include "test.h"

static int order;

static void prepare1(void) { order = order * 10 + 1; }
static void prepare2(void) { order = order * 10 + 2; }
static void parent1(void) { order = order * 10 + 3; }
static void parent2(void) { order = order * 10 + 4; }
static void child1(void) { order = order * 10 + 5; }
static void child2(void) { order = order * 10 + 6; }

static int do_test(void)
{
	int status;
	pid_t pid;

	CHECK(pthread_atfork(prepare1, parent1, child1) == 0 && pthread_atfork(prepare2, parent2, child2) == 0);
	pid = fork();
	if (!pid)
		_exit(order == 2156 ? 0 : 1);
	CHECK(waitpid(pid, &status, 0) == pid);
	return status || order != 2134;
}
