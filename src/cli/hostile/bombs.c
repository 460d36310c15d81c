/*
 * As many as there can be, natively too dangerous: bombs KIND. Processes, threads and memory until no more can be had; then all is given
 * back, and as many can be had again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char *what, long value)
{
	printf("%s: %ld\n", what, value);
	fflush(stdout);
}

/* Children until fork() fails; none of them is left. How many there were. */
static int processes(void)
{
	static pid_t pids[4096];
	int n = 0, i;

	while (n < 4096) {
		pids[n] = fork();
		if (!pids[n])
			for (;;)
				pause();
		if (pids[n] < 0)
			break;
		n++;
	}
	if (n < 4096)
		printf("fork: %s\n", strerror(errno));
	for (i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	for (i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
	return n;
}

/* Everybody forks, and nobody waits: it burns out, and the rest still works. */
static void bomb(void)
{
	pid_t pid = fork();

	if (!pid) {
		int i;

		setpgid(0, 0);
		for (i = 0; i < 12; i++)
			fork();
		for (;;)
			pause();
	}
	setpgid(pid, pid);
	usleep(300000);
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
	usleep(100000);
}

static int ends[2];

static void *waits(void *arg)
{
	char c;

	read(ends[0], &c, 1);
	return arg;
}

static int threads(void)
{
	static pthread_t made[4096];
	pthread_attr_t attr;
	int n = 0, i, ret = 0;

	pipe(ends);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 16384);
	while (n < 4096 && !(ret = pthread_create(&made[n], &attr, waits, NULL)))
		n++;
	printf("pthread_create: %s\n", strerror(ret));
	close(ends[1]);
	for (i = 0; i < n; i++)
		pthread_join(made[i], NULL);
	close(ends[0]);
	return n;
}

/* A child that takes all memory is ended, and its memory is there again. */
static void memory(void)
{
	int status, i;
	char *p;

	for (i = 0; i < 3; i++) {
		if (!fork()) {
			for (;;) {
				p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
				if (p == MAP_FAILED)
					_exit(7);
				memset(p, i + 1, 1 << 20);
			}
		}
		wait(&status);
		printf("memory: %s\n", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "refused");
	}
	fflush(stdout);
	p = malloc(8 << 20);
	memset(p, 1, 8 << 20);
	show("there is memory again", p != NULL);
}

static volatile int caught;

static void count(int sig)
{
	(void)sig;
	caught++;
}

/* Signals faster than anybody can deal with them, and one who ignores all that can be ignored. */
static void storm(void)
{
	int status, i;
	pid_t pid;

	signal(SIGUSR1, count);
	pid = getpid();
	if (!fork()) {
		for (i = 0; i < 3000; i++)
			kill(pid, i % 2 ? SIGUSR1 : SIGRTMIN + 1);
		_exit(0);
	}
	while (wait(&status) < 0 && errno == EINTR)
		;
	show("survived", caught > 0);
	pid = fork();
	if (!pid) {
		for (i = 1; i < NSIG; i++)
			signal(i, SIG_IGN);
		for (;;)
			;
	}
	usleep(1000);
	for (i = 1; i < 32; i++)
		if (i != SIGKILL && i != SIGSTOP)
			kill(pid, i);
	show("ignores all", waitpid(pid, &status, WNOHANG));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	show("but not", WTERMSIG(status));
}

static void rubbish(void)
{
	static const char *const contents[] = { "", "#!", "#!\n", "#!/no/such/interpreter\n", "#!/proc/self/stat\n", "\x7f" "ELF", "text\n", "#!tmp/4\n" };
	char *args[] = { "x", NULL }, path[16];
	unsigned i;
	int fd;

	for (i = 0; i < sizeof(contents) / sizeof(*contents); i++) {
		sprintf(path, "tmp/%u", i);
		fd = open(path, O_WRONLY | O_CREAT, 0755);
		write(fd, contents[i], strlen(contents[i]));
		close(fd);
		execv(path, args);
		printf("%u: %s\n", i, strerror(errno));
	}
	execv("/proc/self/maps", args);
	printf("%s\n", strerror(errno));
	execv("/dev/null", args);
	printf("%s\n", strerror(errno));
	fflush(stdout);
}

static void *joins(void *other)
{
	pthread_join(*(pthread_t *)other, NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	static pthread_t a, b;
	int n;

	if (!strcmp(kind, "processes")) {
		n = processes();
		bomb();
		show("as many after a bomb", processes() == n);
		show("children", wait(NULL));
	} else if (!strcmp(kind, "threads")) {
		n = threads();
		show("several", n > 20);
		show("as many again", threads() == n);
	} else if (!strcmp(kind, "memory")) {
		memory();
	} else if (!strcmp(kind, "storm")) {
		signal(SIGRTMIN + 1, count);
		storm();
	} else if (!strcmp(kind, "rubbish")) {
		rubbish();
	} else if (!strcmp(kind, "deadlock")) {
		pthread_create(&a, NULL, joins, &b);
		pthread_create(&b, NULL, joins, &a);
		pthread_join(a, NULL);
	}
	return 0;
}
