/* needs: fork. The process lives on when its first thread has ended, until the last one has; another thread can wait for the first. */
#include "test.h"

static pthread_t first;

static void *tf(void *arg)
{
	void *result;

	CHECK(pthread_join(first, &result) == 0);
	CHECK(result == &first);
	_exit(5);
	return arg;
}

static int do_test(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		pthread_t thread;

		first = pthread_self();
		CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
		pthread_exit(&first);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return !WIFEXITED(status) || WEXITSTATUS(status) != 5;
}
