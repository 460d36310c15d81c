/* needs: fork. exec by one of several threads: the others are gone, and the process has its number still. */
#include "test.h"

static void *wait_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *tf(void *arg)
{
	execl("/other", "other", "word", NULL);
	return arg;
}

static int do_test(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		pthread_t thread;

		CHECK(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
		CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
		wait_for_ever(NULL);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return !WIFEXITED(status) || WEXITSTATUS(status) != 42;
}
