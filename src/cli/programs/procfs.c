/* What /proc says, where it must be so on every machine. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[65536];

static const char *slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	long n = 0, got;

	if (fd < 0)
		return NULL;
	while ((got = read(fd, text + n, 700)) > 0)
		n += got;
	close(fd);
	text[got < 0 ? 0 : n] = 0;
	return got < 0 ? NULL : text;
}

static const char *of(pid_t pid, const char *name)
{
	char path[64];

	sprintf(path, "/proc/%d/%s", pid, name);
	return slurp(path);
}

static void show(const char *what, long value)
{
	printf("%s: %ld\n", what, value);
	fflush(stdout);
}

/* The fields that say who and how. */
static void stat_of(const char *what, pid_t pid)
{
	int number = 0, parent = 0, group = 0, session = 0;
	char comm[32] = "", state = '?';
	const char *line = of(pid, "stat");

	if (!line) {
		printf("%s: %s\n", what, strerror(errno));
		fflush(stdout);
		return;
	}
	sscanf(line, "%d (%31[^)]) %c %d %d %d", &number, comm, &state, &parent, &group, &session);
	printf("%s: mine %d, %s, %c, child %d, group %d, session %d\n", what, number == pid, comm[0] ? "named" : "nameless", state, parent == getpid(),
	       group == getpgrp(), session == getsid(0));
	fflush(stdout);
}

static int count(const char *where, int ch)
{
	int n = 0;

	for (; *where; where++)
		n += *where == ch;
	return n;
}

static void nap(void)
{
	usleep(3000);
}

/* Waits until it is in that state; after two seconds what it is in is printed all the same. */
static void until(pid_t pid, char wanted)
{
	char state = 0;
	int n;

	for (n = 0; n < 2000 && state != wanted; n++) {
		const char *line = of(pid, "stat");

		if (!line || sscanf(line, "%*d (%*[^)]) %c", &state) != 1)
			return;
		if (state != wanted)
			usleep(1000);
	}
}

static void children(void)
{
	int ends[2];
	pid_t pid;

	pipe(ends);
	pid = fork();
	if (!pid) {
		char c;

		close(ends[1]);
		read(ends[0], &c, 1);
		_exit(0);
	}
	until(pid, 'S');
	stat_of("sleeps", pid);
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	stat_of("stopped", pid);
	kill(pid, SIGCONT);
	kill(pid, SIGKILL);
	until(pid, 'Z');
	stat_of("ended", pid);
	show("its arguments", strlen(of(pid, "cmdline")));
	wait(NULL);
	stat_of("gone", pid);
	pid = fork();
	if (!pid)
		for (;;)
			;
	stat_of("runs", pid);
	kill(pid, SIGKILL);
	wait(NULL);
}

/* An open file outlives what it tells of. */
static void late(void)
{
	char path[64], byte;
	pid_t pid = fork();
	int fd;

	if (!pid) {
		pause();
		_exit(0);
	}
	sprintf(path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	kill(pid, SIGKILL);
	wait(NULL);
	show("read", read(fd, &byte, 1));
	show("errno", errno);
	show("open", open(path, O_RDONLY) < 0 ? errno : 0);
	sprintf(path, "/proc/%d", pid);
	show("chdir", chdir(path) ? errno : 0);
	close(fd);
}

static void folders(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int mine = 0, self = 0, numbers = 0, meminfo = 0;
	char path[32] = "", name[16];
	struct stat st;

	sprintf(name, "%d", getpid());
	while ((entry = readdir(dir))) {
		mine += !strcmp(entry->d_name, name);
		self += !strcmp(entry->d_name, "self");
		meminfo += !strcmp(entry->d_name, "meminfo");
		numbers += isdigit(entry->d_name[0]) != 0;
	}
	closedir(dir);
	printf("found: %d %d %d, several %d\n", mine, self, meminfo, numbers > 1);
	readlink("/proc/self", path, sizeof(path) - 1);
	show("self", atoi(path) == getpid());
	if (!fork()) {
		memset(path, 0, sizeof(path));
		readlink("/proc/self", path, sizeof(path) - 1);
		show("a child's self", atoi(path) == getpid());
		_exit(0);
	}
	wait(NULL);
	show("folder", !stat("/proc/self/", &st) && S_ISDIR(st.st_mode));
	show("file", !stat("/proc/self/stat", &st) && S_ISREG(st.st_mode) && st.st_size == 0);
	show("no such", open("/proc/self/nothing", O_RDONLY) < 0 ? errno : 0);
	show("no such", open("/proc/4194999", O_RDONLY) < 0 ? errno : 0);
	show("no such", open("/proc/01", O_RDONLY) < 0 ? errno : 0);
	show("unlink", unlink("/proc/self/stat") ? errno : 0);
	show("rmdir", rmdir("/proc/self/") ? errno : 0);
	show("write", open("/proc/version", O_RDWR | O_TRUNC) < 0 ? errno : 0);
}

static void mine(char **argv)
{
	char *heap = malloc(100000), line[512], *at;
	unsigned long from, to;
	int heaps = 0, stacks = 0, code = 0;
	FILE *file;
	int fd;

	stat_of("self", getpid());
	slurp("/proc/self/cmdline");
	printf("%s %s\n", text, text + strlen(text) + 1);
	show("comm", !strncmp(slurp("/proc/self/comm"), strrchr(argv[0], '/') + 1, 15));
	slurp("/proc/self/status");
	printf("%d %d %d %d\n", strstr(text, "\nState:\tR (running)\n") != NULL, atoi(strstr(text, "\nPid:") + 5) == getpid(),
	       atoi(strstr(text, "\nPPid:") + 6) == getppid(), atoi(strstr(text, "\nThreads:") + 9));
	show("size", atoi(strstr(text, "\nVmSize:") + 8) > 100);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGUSR1, nap);
	slurp("/proc/self/status");
	printf("%.16s %.16s\n", strstr(text, "\nSigIgn:\t") + 9, strstr(text, "\nSigCgt:\t") + 9);
	file = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof(line), file)) {
		sscanf(line, "%lx-%lx", &from, &to);
		at = strchr(line, ' ');
		heaps += strstr(line, "[heap]") && !strncmp(at, " rw-p ", 6);
		stacks += strstr(line, "[stack]") && (unsigned long)line >= from && (unsigned long)line < to;
		code += (unsigned long)mine >= from && (unsigned long)mine < to && !strncmp(at, " r-xp ", 6) && strchr(line, '/');
	}
	fclose(file);
	printf("heap %d stack %d code %d\n", heaps > 0, stacks, code);
	show("statm", count(slurp("/proc/self/statm"), ' '));
	show("fields", count(slurp("/proc/self/stat"), ' '));
	fd = open("/proc/self/stat", O_RDONLY);
	show("position", lseek(fd, 3, SEEK_SET));
	show("pread", pread(fd, text, 5, 0));
	free(heap);
}

static void whole(void)
{
	static const char *const keys[] = { "MemTotal:", "MemFree:", "MemAvailable:", "Buffers:", "Cached:", "SwapTotal:" };
	unsigned i;

	slurp("/proc/meminfo");
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		show(keys[i], strstr(text, keys[i]) != NULL);
	show("total", strtol(strstr(text, "MemTotal:") + 9, NULL, 10) >= strtol(strstr(text, "MemFree:") + 8, NULL, 10));
	show("stat", !strncmp(slurp("/proc/stat"), "cpu  ", 5) && strstr(text, "\ncpu0 "));
	show("counts", strstr(text, "\nctxt ") && strstr(text, "\nbtime ") && strstr(text, "\nprocesses "));
	show("uptime", count(slurp("/proc/uptime"), '.'));
	show("loadavg", count(slurp("/proc/loadavg"), '/'));
	show("version", !strncmp(slurp("/proc/version"), "Linux version ", 14));
	show("mounts", strstr(slurp("/proc/mounts"), " / ") != NULL);
}

int main(int argc, char **argv)
{
	char *args[] = { argv[0], "again", NULL };

	if (argc == 1)
		execv(argv[0], args);
	printf("%d\n", argc);
	mine(argv);
	children();
	late();
	folders();
	whole();
	return 0;
}
