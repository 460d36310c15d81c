/* needs: fork. exit() by any thread ends the process with what was registered. */
#include "test.h"

static int pipes[2];

static void at_exit(void)
{
	CHECK(write(pipes[1], "x", 1) == 1);
}

static void *tf(void *arg)
{
	exit(9);
	return arg;
}

static int do_test(void)
{
	int status;
	char c;
	pid_t pid;

	CHECK(pipe(pipes) == 0);
	pid = fork();
	if (!pid) {
		pthread_t thread;

		CHECK(atexit(at_exit) == 0);
		CHECK(pthread_create(&thread, NULL, tf, NULL) == 0);
		pthread_join(thread, NULL);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	return read(pipes[0], &c, 1) != 1 || c != 'x';
}
