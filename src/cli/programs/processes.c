/* Processes: fork, exec, wait, pipes, and what a child shares with its parent and what not. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int variable = 1;

static void show(const char *what, long value)
{
	printf("%s: %ld\n", what, value);
	fflush(stdout);
}

static void show_error(const char *what, long value)
{
	printf("%s: %ld %s\n", what, value, value < 0 ? strerror(errno) : "");
	fflush(stdout);
}

static void show_status(const char *what, int status)
{
	if (WIFEXITED(status))
		printf("%s: exit %d\n", what, WEXITSTATUS(status));
	else
		printf("%s: signal %d\n", what, WTERMSIG(status));
	fflush(stdout);
}

/* Memory is copied; open files are shared with their positions, descriptors are not. */
static void copies(void)
{
	static char page[3 * 4096];
	int status, fd = open("tmp/shared", O_CREAT | O_TRUNC | O_RDWR, 0600);
	char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *file, text[8] = "";

	memset(page, 'p', sizeof(page));
	write(fd, "0123456789", 10);
	lseek(fd, 2, SEEK_SET);
	if (!fork()) {
		variable = 7;
		page[4096] = 'c';
		strcpy(shared + 5000, "from the child");
		read(fd, text, 3);
		close(1);
		_exit(page[4096] == 'c' && page[0] == 'p' ? variable : 99);
	}
	wait(&status);
	show_status("child", status);
	show("variable of the parent", variable);
	show("page of the parent", page[4096]);
	printf("shared memory: %s\n", shared + 5000);
	show("position", lseek(fd, 0, SEEK_CUR));

	file = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!fork()) {
		file[1] = 'X';
		_exit(0);
	}
	wait(NULL);
	pread(fd, text, 4, 0);
	printf("file: %.4s\n", text);
	unlink("tmp/shared");
	close(fd);
	fflush(stdout);
}

/* Each process of the tree has two children, as deep as depth; the pipe counts them. */
static void tree(int depth, int out)
{
	int i;

	write(out, "x", 1);
	if (!depth)
		return;
	for (i = 0; i < 2; i++) {
		if (!fork()) {
			tree(depth - 1, out);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}

static void pipes(void)
{
	char buffer[70000], one;
	long total = 0, n;
	struct pollfd poll_fd;
	int ends[2], status;

	pipe(ends);
	tree(4, ends[1]);
	show("tree", read(ends[0], buffer, sizeof(buffer)));
	/* More than a pipe holds. */
	if (!fork()) {
		close(ends[0]);
		memset(buffer, 'b', sizeof(buffer));
		for (n = 0; n < 5; n++)
			write(ends[1], buffer, sizeof(buffer));
		_exit(0);
	}
	close(ends[1]);
	while ((n = read(ends[0], buffer, 1000)) > 0)
		total += n;
	show("through the pipe", total);
	wait(NULL);
	close(ends[0]);

	pipe2(ends, O_NONBLOCK | O_CLOEXEC);
	show_error("empty", read(ends[0], &one, 1));
	show("cloexec", fcntl(ends[0], F_GETFD));
	poll_fd = (struct pollfd) { ends[0], POLLIN, 0 };
	show("poll", poll(&poll_fd, 1, 0));
	write(ends[1], "abc", 3);
	show("poll", poll(&poll_fd, 1, -1));
	while ((n = write(ends[1], buffer, 4096)) == 4096)
		;
	show_error("full", n);
	close(ends[1]);
	poll(&poll_fd, 1, 0);
	show("events", poll_fd.revents);
	close(ends[0]);

	pipe(ends);
	close(ends[0]);
	if (!fork()) {
		write(ends[1], "x", 1);
		_exit(1);
	}
	wait(&status);
	show_status("nobody reads", status);
	signal(SIGPIPE, SIG_IGN);
	show_error("nobody reads", write(ends[1], "x", 1));
	signal(SIGPIPE, SIG_DFL);
	close(ends[1]);
	show_error("seek", lseek(ends[1], 0, SEEK_SET));
	show_error("flags", pipe2(ends, O_TRUNC));
	show_error("pointer", pipe((int *)8));
}

static void waits(void)
{
	siginfo_t info = { 0 };
	int status = 0, i;
	struct rusage usage;
	pid_t pid, other;

	show_error("nobody", wait(&status));
	pid = fork();
	if (!pid) {
		pause();
		_exit(0);
	}
	show("not yet", waitpid(pid, &status, WNOHANG));
	show_error("not mine", waitpid(getppid(), &status, 0));
	kill(pid, SIGTERM);
	show("looked at", waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	printf("%d %d %d %d\n", info.si_signo, info.si_code, info.si_status, info.si_pid == pid);
	show("which", wait4(pid, &status, 0, &usage) == pid);
	show_status("ended", status);
	show_error("again", waitpid(pid, &status, 0));
	show_error("options", waitpid(-1, &status, 0x1000));
	show_error("waitid", waitid(P_ALL, 0, &info, 0));

	/* Of a group, and of all. */
	for (i = 0; i < 3; i++) {
		pid = fork();
		if (!pid)
			_exit(10 + i);
		setpgid(pid, i ? 0 : pid);
		if (!i)
			other = pid;
	}
	show("group", waitpid(-other, &status, 0) == other);
	show_status("group", status);
	show_error("group", waitpid(-other, &status, 0));
	for (i = 0; i < 2; i++) {
		wait(&status);
		variable += WEXITSTATUS(status);
	}
	show("sum", variable);
	/* Nobody is told. */
	signal(SIGCHLD, SIG_IGN);
	if (!fork())
		_exit(0);
	show_error("ignored", wait(NULL));
	signal(SIGCHLD, SIG_DFL);
}

static void executes(char *self)
{
	char *args[] = { self, "echo", "one", "two words", "", NULL }, *env[] = { "A=1", "B=", NULL }, *none[] = { NULL };
	static char *many[40000];
	int status, i, fd = open("tmp/script", O_CREAT | O_TRUNC | O_WRONLY, 0755);
	posix_spawn_file_actions_t actions;
	pid_t pid;

	dprintf(fd, "#! %s  echo of a script \nnothing\n", self);
	close(fd);
	fflush(stdout);
	if (!fork()) {
		open("/dev/null", O_RDONLY);
		open("/dev/null", O_RDONLY | O_CLOEXEC);
		signal(SIGUSR1, SIG_IGN);
		execve(self, args, env);
		_exit(99);
	}
	wait(&status);
	show_status("exec", status);
	if (!vfork()) {
		execve("tmp/script", args + 1, none);
		_exit(99);
	}
	wait(&status);
	show_status("script", status);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	i = posix_spawn(&pid, self, &actions, NULL, args, env);
	waitpid(pid, &status, 0);
	show("spawn", i);
	show_status("spawned", status);
	show("spawn", posix_spawn(&pid, "/no/such", NULL, NULL, args, env));

	show_error("no file", execve("/no/such", args, env));
	show_error("empty", execve("", args, env));
	show_error("directory", execve("/", args, env));
	show_error("pointer", execve((char *)8, args, env));
	show_error("arguments", execve(self, (char **)8, env));
	for (i = 0; i < 39999; i++)
		many[i] = "0123456789012345678901234567890123456789012345678901234567890123456789";
	show_error("too many", execve(self, many, env));
	fd = open("tmp/text", O_CREAT | O_TRUNC | O_WRONLY, 0755);
	dprintf(fd, "no program\n");
	close(fd);
	show_error("no program", execve("tmp/text", args, env));
	chmod("tmp/text", 0644);
	show_error("not executable", execve("tmp/text", args, env));
	fd = open("tmp/loop", O_CREAT | O_TRUNC | O_WRONLY, 0755);
	dprintf(fd, "#!tmp/loop\n");
	close(fd);
	show_error("loop", execve("tmp/loop", args, env));
	unlink("tmp/script");
	unlink("tmp/text");
	unlink("tmp/loop");
}

static void groups(void)
{
	int status;

	show("own group", getpgrp() == getpgid(0));
	if (!fork()) {
		show("session", setsid() == getpid());
		show("group", getpgrp() == getpid() && getsid(0) == getpid());
		show_error("leader", setsid());
		show_error("leader", setpgid(0, 0));
		_exit(0);
	}
	wait(&status);
	show_error("negative", setpgid(0, -1));
	show_error("nobody", setpgid(999999, 0));
	show_error("nobody", getpgid(999999));
	if (!fork()) {
		setpgid(0, 0);
		if (!fork()) {
			pause();
			_exit(0);
		}
		signal(SIGTERM, SIG_IGN);
		kill(0, SIGTERM);
		wait(&status);
		show_status("group killed", status);
		_exit(0);
	}
	wait(&status);
	show_error("clone", syscall(SYS_clone, CLONE_THREAD | SIGCHLD, 0, 0, 0, 0));
	show_error("clone", syscall(SYS_clone, CLONE_SIGHAND | SIGCHLD, 0, 0, 0, 0));
	show_error("clone3", syscall(SYS_clone3, 8, 64));
	show_error("clone3", syscall(SYS_clone3, 8, 8));
}

int main(int argc, char **argv)
{
	int i;

	if (argc > 1 && strncmp(argv[1], "echo", 4) == 0) {
		for (i = 1; i < argc; i++)
			printf("[%s]", strncmp(argv[i], "tmp/", 4) ? argv[i] : "tmp/...");
		for (i = 0; environ[i]; i++)
			printf("{%s}", environ[i]);
		printf(" %d %d %d\n", fcntl(3, F_GETFD), fcntl(4, F_GETFD), signal(SIGUSR1, SIG_DFL) == SIG_IGN);
		return argc;
	}
	copies();
	pipes();
	waits();
	executes(argv[0]);
	groups();
	return 0;
}
