/* Commands of the shell. glibc: sysdeps/posix/system.c, libio/iopopen.c. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHELL	"/bin/sh"

static void __attribute__((noreturn)) run(const char *command)
{
	execl(SHELL, "sh", "-c", command, NULL);
	_exit(127);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return status;
}

int system(const char *command)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	sigset_t block = 0, mask;
	int status;
	pid_t pid;

	if (!command)
		return access(SHELL, X_OK) == 0;
	fflush(NULL);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, &mask);
	pid = fork();
	if (pid == 0) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
		sigprocmask(SIG_SETMASK, &mask, NULL);
		run(command);
	}
	status = pid < 0 ? -1 : wait_for(pid);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return status;
}

FILE *popen(const char *command, const char *mode)
{
	int is_input = mode[0] == 'r', fds[2], own, other;
	FILE *f;

	if ((mode[0] != 'r' && mode[0] != 'w') || mode[1]) {
		errno = EINVAL;
		return NULL;
	}
	if (pipe(fds) < 0)
		return NULL;
	own = fds[!is_input];
	other = fds[is_input];
	f = fdopen(own, mode);
	if (f) {
		fflush(NULL);
		f->pid = fork();
		if (f->pid == 0) {
			close(own);
			if (other != is_input) {
				dup2(other, is_input);
				close(other);
			}
			run(command);
		}
	}
	close(other);
	if (!f)
		close(own);
	else if (f->pid < 0) {
		fclose(f);
		f = NULL;
	}
	return f;
}

int pclose(FILE *f)
{
	pid_t pid = f->pid;

	fclose(f);
	return wait_for(pid);
}
