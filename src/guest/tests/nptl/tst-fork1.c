/* needs: fork. A child of a process with threads has one of its own, and a memory of its own. */
#include "test.h"

static int value = 1;

static void *tf(void *arg)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		value = 2;
		_exit(value + (gettid() == getpid() ? 5 : 0));
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	CHECK(value == 1);
	return arg;
}

static int do_test(void)
{
	pthread_t threads[3];
	int i;

	for (i = 0; i < 3; i++)
		CHECK(pthread_create(&threads[i], NULL, tf, NULL) == 0);
	for (i = 0; i < 3; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return 0;
}
