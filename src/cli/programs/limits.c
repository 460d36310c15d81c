/* What a process may use, and bytes that go from file to file without passing through it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call) do { \
	errno = 0; \
	long ret = (call); \
	printf("%s = %ld %s\n", #call, ret, errno ? strerror(errno) : ""); \
	fflush(stdout); \
} while (0)

static void limit(int resource, rlim_t cur)
{
	struct rlimit now;

	getrlimit(resource, &now);
	now.rlim_cur = cur;
	if (setrlimit(resource, &now))
		perror("setrlimit");
}

static void too_big(int sig)
{
	(void)sig;
	write(1, "SIGXFSZ\n", 8);
}

static void files(void)
{
	struct rlimit inherited, wrong = { 5, 4 };
	int first = dup(0);

	close(first);
	limit(RLIMIT_NOFILE, first + 2);
	TRY(dup(0) - first);
	TRY(dup(0) - first);
	TRY(dup(0));
	TRY(dup2(0, first + 2));
	TRY(fcntl(0, F_DUPFD, first + 2));
	TRY(open("tmp", O_RDONLY));
	if (!fork()) {
		getrlimit(RLIMIT_NOFILE, &inherited);
		_exit(inherited.rlim_cur == (rlim_t)first + 2 ? 3 : 4);
	}
	int status;
	wait(&status);
	printf("inherited %d\n", WEXITSTATUS(status));
	close(first);
	close(first + 1);
	limit(RLIMIT_NOFILE, 256);
	TRY(setrlimit(RLIMIT_NOFILE, &wrong));
	TRY(setrlimit(99, &inherited));
	TRY(prlimit(999999, RLIMIT_NOFILE, NULL, &inherited));
	TRY(prlimit(getpid(), RLIMIT_NOFILE, NULL, &inherited));
}

static void bytes(void)
{
	char buf[100] = { 0 };
	int fd = open("tmp/limited", O_RDWR | O_CREAT | O_TRUNC, 0600);

	signal(SIGXFSZ, too_big);
	limit(RLIMIT_FSIZE, 60);
	TRY(write(fd, buf, 50));
	TRY(write(fd, buf, 50));
	TRY(write(fd, buf, 50));
	TRY(ftruncate(fd, 61));
	TRY(ftruncate(fd, 60));
	TRY(pwrite(fd, buf, 10, 55));
	limit(RLIMIT_FSIZE, RLIM_INFINITY);
	TRY(write(fd, buf, 50));
	close(fd);
	unlink("tmp/limited");
}

static void memory(void)
{
	void *p;

	limit(RLIMIT_AS, 64 << 20);
	p = mmap(NULL, 80 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("80 MiB: %d %s\n", p == MAP_FAILED, strerror(errno));
	p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("1 MiB: %d\n", p != MAP_FAILED);
	p = mremap(p, 1 << 20, 80 << 20, MREMAP_MAYMOVE);
	printf("grown: %d %s\n", p == MAP_FAILED, strerror(errno));
	limit(RLIMIT_AS, RLIM_INFINITY);
	limit(RLIMIT_DATA, 0);
	printf("heap: %d %s\n", sbrk(1 << 20) == (void *)-1, strerror(errno));
	limit(RLIMIT_DATA, RLIM_INFINITY);
	fflush(stdout);
}

static int deep(int n)
{
	volatile char frame[4096];

	frame[0] = n;
	return n ? deep(n - 1) + frame[0] : 0;
}

static void stack(void)
{
	int status;

	if (!fork()) {
		limit(RLIMIT_STACK, 1 << 20);
		signal(SIGSEGV, SIG_DFL);
		deep(200);
		_exit(deep(1000) == 12345);
	}
	wait(&status);
	printf("stack: %d\n", WTERMSIG(status));
	fflush(stdout);
}

static void copies(void)
{
	char text[32] = "";
	int in = open("tmp/in", O_RDWR | O_CREAT | O_TRUNC, 0600), out = open("tmp/out", O_RDWR | O_CREAT | O_TRUNC, 0600), ends[2];
	int append = open("tmp/out", O_WRONLY | O_APPEND), i;
	off_t at = 4;

	for (i = 0; i < 3000; i++)
		write(in, "0123456789", 10);
	lseek(in, 0, SEEK_SET);
	TRY(sendfile(out, in, NULL, 100000));
	TRY(sendfile(out, in, NULL, 10));
	TRY(lseek(in, 0, SEEK_CUR));
	TRY(lseek(out, 0, SEEK_CUR));
	TRY(sendfile(out, in, &at, 4));
	printf("at %ld\n", (long)at);
	pread(out, text, 6, 29998);
	printf("%s\n", text);
	pipe(ends);
	TRY(sendfile(ends[1], in, &at, 20));
	TRY(read(ends[0], text, 30));
	printf("%.20s\n", text);
	TRY(sendfile(1, in, &at, 3));
	TRY(sendfile(append, in, &at, 3));
	TRY(sendfile(out, ends[0], NULL, 3));
	TRY(sendfile(out, ends[0], &at, 3));
	TRY(sendfile(in, append, NULL, 3));
	TRY(sendfile(out, in, (off_t *)8, 3));
	TRY(sendfile(out, in, &at, -1));
	at = -1;
	TRY(sendfile(out, in, &at, 1));
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	at = 0;
	TRY(sendfile(ends[1], in, &at, 3));
	unlink("tmp/in");
	unlink("tmp/out");
}

int main(void)
{
	files();
	bytes();
	memory();
	stack();
	copies();
	return 0;
}
