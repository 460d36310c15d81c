/*
 * make without files: a tree of about fifty goals, each a process that waits for what it needs, runs a "command" (this program again)
 * and says so by its status. As in GNU make a pipe of tokens limits how many commands run at the same time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS 4
#define DEPTH 3
#define FAN 3

extern char **environ;
static int tokens[2];
static struct shared { int running, most, commands, failed; char log[128]; } *shared;
static char *self;

/* One command: its words, its output through a pipe of its own. */
static int command(const char *goal)
{
	char *args[] = { self, "command", (char *)goal, NULL }, token, text[64] = "";
	posix_spawn_file_actions_t actions;
	int out[2], status, now;
	pid_t pid;
	long n;

	while (read(tokens[0], &token, 1) < 0 && errno == EINTR)
		;
	now = __sync_add_and_fetch(&shared->running, 1);
	if (now > shared->most)
		shared->most = now;
	pipe2(out, O_CLOEXEC);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	if (posix_spawn(&pid, self, &actions, NULL, args, environ))
		_exit(99);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	n = read(out[0], text, sizeof(text) - 1);
	close(out[0]);
	waitpid(pid, &status, 0);
	__sync_sub_and_fetch(&shared->running, 1);
	__sync_add_and_fetch(&shared->commands, n > 0 && strstr(text, goal) != NULL);
	write(tokens[1], &token, 1);
	return WEXITSTATUS(status);
}

/* Makes what the goal needs, all at once, then the goal. 0 when all went well. */
static int make(const char *goal, int depth)
{
	int i, status, bad = 0;
	char needed[32];
	pid_t pids[FAN];

	for (i = 0; depth && i < FAN; i++) {
		snprintf(needed, sizeof(needed), "%s.%d", goal, i);
		fflush(stdout);
		pids[i] = fork();
		if (!pids[i])
			_exit(make(needed, depth - 1));
	}
	for (i = 0; depth && i < FAN; i++) {
		waitpid(pids[i], &status, 0);
		bad |= WIFEXITED(status) ? WEXITSTATUS(status) : 98;
	}
	if (bad) {
		__sync_add_and_fetch(&shared->failed, 1);
		return bad;
	}
	return command(goal);
}

int main(int argc, char **argv)
{
	int status;

	if (argc == 3) {
		printf("made %s\n", argv[2]);
		/* One leaf cannot be made when it is asked so. */
		return getenv("FAIL") && !strcmp(argv[2], "all.1.2.0") ? 2 : 0;
	}
	self = argv[0];
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pipe(tokens);
	write(tokens[1], "++++", JOBS);
	status = make("all", DEPTH);
	printf("status %d, commands %d, failed %d, running %d, never more than %d: %d\n", status, shared->commands, shared->failed, shared->running, JOBS,
	       shared->most <= JOBS && shared->most > 0);
	setenv("FAIL", "1", 1);
	shared->commands = shared->most = 0;
	status = make("all", DEPTH);
	printf("status %d, commands %d, failed %d\n", status, shared->commands, shared->failed);
	printf("children left: %d\n", wait(NULL) > 0);
	return 0;
}
