/* Named pipes, select, and programs run by a descriptor. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define TRY(call) do { \
	errno = 0; \
	long ret = (call); \
	printf("%s = %ld %s\n", #call, ret, errno ? strerror(errno) : ""); \
	fflush(stdout); \
} while (0)

static void noted(int sig)
{
	(void)sig;
}

static void fifos(void)
{
	char buf[16] = "";
	struct stat st;
	int fd, fd2, status;

	TRY(mkfifo("tmp/fifo", 0640));
	TRY(mkfifo("tmp/fifo", 0640));
	stat("tmp/fifo", &st);
	printf("%o\n", st.st_mode);
	TRY(open("tmp/fifo", O_WRONLY | O_NONBLOCK));
	fd = open("tmp/fifo", O_RDONLY | O_NONBLOCK);
	printf("reader %d\n", fd >= 0);
	TRY(read(fd, buf, 10));
	fd2 = open("tmp/fifo", O_WRONLY | O_NONBLOCK);
	printf("writer %d\n", fd2 >= 0);
	TRY(read(fd, buf, 10));
	TRY(write(fd2, "hello", 5));
	TRY(read(fd, buf, 10));
	printf("%s\n", buf);
	close(fd2);
	TRY(read(fd, buf, 10));
	close(fd);
	/* Each waits for the other to open its end. */
	if (!fork()) {
		fd = open("tmp/fifo", O_WRONLY);
		write(fd, "from a child", 12);
		_exit(0);
	}
	fd = open("tmp/fifo", O_RDONLY);
	memset(buf, 0, sizeof(buf));
	TRY(read(fd, buf, 15));
	printf("%s\n", buf);
	wait(&status);
	TRY(read(fd, buf, 15));
	close(fd);
	fd = open("tmp/fifo", O_RDWR);
	TRY(write(fd, "both", 4));
	TRY(read(fd, buf, 15));
	TRY(lseek(fd, 0, SEEK_SET));
	close(fd);
	/* What was in it is gone with its last end. */
	fd = open("tmp/fifo", O_RDONLY | O_NONBLOCK);
	TRY(read(fd, buf, 15));
	close(fd);
	/* A signal ends the wait for the other one. */
	struct sigaction action = { .sa_handler = noted };
	sigaction(SIGALRM, &action, NULL);
	alarm(1);
	TRY(open("tmp/fifo", O_RDONLY));
	unlink("tmp/fifo");
	TRY(mknod("tmp/plain", S_IFREG | 0600, 0));
	TRY(mknod("tmp/plain2", 0600, 0));
	TRY(stat("tmp/plain2", &st) || !S_ISREG(st.st_mode));
	TRY(mknod("tmp/dir", S_IFDIR | 0700, 0));
	TRY(mknod("tmp/none", 0070000, 0));
	TRY(mknod("tmp/socket", S_IFSOCK | 0600, 0));
	TRY(open("tmp/socket", O_RDWR));
	TRY(mknod("tmp/none/a", S_IFIFO | 0600, 0));
	TRY(mknodat(99, "a", S_IFIFO | 0600, 0));
	unlink("tmp/plain");
	unlink("tmp/plain2");
	unlink("tmp/socket");
}

static void show_sets(const char *what, int n, const fd_set *in, const fd_set *out, int a, int b)
{
	printf("%s: %d", what, n);
	if (n >= 0)
		printf(" in %d%d out %d%d", FD_ISSET(a, in), FD_ISSET(b, in), FD_ISSET(a, out), FD_ISSET(b, out));
	printf(" %s\n", n < 0 ? strerror(errno) : "");
}

static void selects(void)
{
	struct timeval tv = { 0, 10000 };
	struct timespec ts = { 0, 5000000 };
	int ends[2], status, n;
	fd_set in, out;
	sigset_t mask;
	char c;

	pipe(ends);
#define SETS() do { FD_ZERO(&in); FD_ZERO(&out); FD_SET(ends[0], &in); FD_SET(ends[1], &out); FD_SET(ends[1], &in); } while (0)
	SETS();
	n = select(ends[1] + 1, &in, &out, NULL, NULL);
	show_sets("room", n, &in, &out, ends[0], ends[1]);
	SETS();
	FD_ZERO(&out);
	n = select(ends[1] + 1, &in, &out, NULL, &tv);
	show_sets("time", n, &in, &out, ends[0], ends[1]);
	printf("left %ld %ld\n", (long)tv.tv_sec, (long)tv.tv_usec);
	SETS();
	FD_ZERO(&out);
	if (!fork()) {
		usleep(5000);
		write(ends[1], "x", 1);
		_exit(0);
	}
	n = select(ends[1] + 1, &in, NULL, NULL, NULL);
	show_sets("bytes", n, &in, &out, ends[0], ends[1]);
	wait(&status);
	read(ends[0], &c, 1);
	SETS();
	n = pselect(ends[0] + 1, &in, NULL, NULL, &ts, NULL);
	printf("pselect %d\n", n);
	tv = (struct timeval) { 0, 0 };
	TRY(select(0, NULL, NULL, NULL, &tv));
	TRY(select(-1, NULL, NULL, NULL, &tv));
	tv.tv_usec = -1;
	TRY(select(0, NULL, NULL, NULL, &tv));
	FD_ZERO(&in);
	FD_SET(200, &in);
	tv.tv_usec = 0;
	TRY(select(100, &in, NULL, NULL, &tv));
	FD_ZERO(&in);
	FD_SET(ends[1] + 1, &in);
	TRY(select(ends[1] + 2, &in, NULL, NULL, &tv));
	TRY(syscall(SYS_select, 5, 8, 0, 0, 0));
	close(ends[1]);
	FD_ZERO(&in);
	FD_SET(ends[0], &in);
	n = select(ends[0] + 1, &in, NULL, NULL, NULL);
	printf("hung up %d\n", n);
	/* A signal that is let in only while it waits. */
	signal(SIGUSR1, noted);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	raise(SIGUSR1);
	sigemptyset(&mask);
	TRY(pselect(0, NULL, NULL, NULL, NULL, &mask));
	sigprocmask(SIG_SETMASK, NULL, &mask);
	printf("blocked again %d\n", sigismember(&mask, SIGUSR1));
}

static void run(const char *what, int dir, const char *path, int flags)
{
	char *args[] = { "name", "by descriptor", NULL };
	int status;

	fflush(stdout);
	if (!fork()) {
		syscall(SYS_execveat, dir, path, args, environ, flags);
		printf("%s: %s\n", what, strerror(errno));
		exit(0);
	}
	wait(&status);
}

static void programs(const char *self)
{
	int file = open(self, O_RDONLY), path = open(self, O_PATH), closing = open(self, O_RDONLY | O_CLOEXEC), tmp = open("tmp", O_RDONLY);

	symlink(self, "tmp/link");
	run("file", file, "", AT_EMPTY_PATH);
	run("path", path, "", AT_EMPTY_PATH);
	run("closing", closing, "", AT_EMPTY_PATH);
	run("link", tmp, "link", 0);
	run("no link", tmp, "link", AT_SYMLINK_NOFOLLOW);
	run("absolute", 99, self, 0);
	run("empty", file, "", 0);
	run("bad", 99, "", AT_EMPTY_PATH);
	run("bad", 99, "link", 0);
	run("directory", tmp, "", AT_EMPTY_PATH);
	run("not a directory", file, "x", 0);
	run("flags", file, "", 1);
	unlink("tmp/link");
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		printf("%s %s\n", argv[0], argv[1]);
		return 0;
	}
	fifos();
	selects();
	programs(argv[0]);
	return 0;
}
