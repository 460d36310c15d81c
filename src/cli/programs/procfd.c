/* What /proc says of a process's files, program and threads, and opens by them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Numbers differ from one machine to the next. */
static void show_link(const char *path)
{
	char text[256];
	ssize_t n = readlink(path, text, sizeof(text) - 8);

	text[n < 0 ? 0 : n] = '\0';
	if (strchr(text, '['))
		strcpy(strchr(text, '['), "[]");
	printf("%s -> %s\n", path, n < 0 ? strerror(errno) : text);
}

static void show_list(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort), i;

	printf("%s:", path);
	for (i = 0; i < n; i++)
		if (names[i]->d_name[0] != '.')
			printf(" %s/%d", names[i]->d_name, names[i]->d_type);
	printf("%s\n", n < 0 ? strerror(errno) : "");
}

static void show_mode(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		printf("%s: %s\n", path, strerror(errno));
	else
		printf("%s: %o %ld\n", path, st.st_mode, (long)st.st_size);
}

static void show_read(const char *path, int flags, int writer, const char *text)
{
	char buf[16];
	int fd = open(path, flags), n;

	if (text)
		write(writer < 0 ? fd : writer, text, strlen(text));
	n = read(fd, buf, sizeof(buf));
	printf("%s, %d: %.*s\n", path, fd, n < 0 ? 0 : n, buf);
	close(fd);
}

static pthread_barrier_t barrier;

static void *thread(void *unused)
{
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return unused;
}

static void show_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;
	int count = 0, known = 0;

	while ((entry = readdir(dir))) {
		char path[300];
		FILE *stat;
		int tid;

		if (entry->d_name[0] == '.')
			continue;
		count++;
		snprintf(path, sizeof(path), "/proc/self/task/%s/stat", entry->d_name);
		stat = fopen(path, "r");
		if (stat && fscanf(stat, "%d", &tid) == 1 && tid == atoi(entry->d_name))
			known++;
		if (stat)
			fclose(stat);
	}
	closedir(dir);
	printf("threads: %d, %d say so\n", count, known);
}

int main(void)
{
	pthread_t other;
	char buf[16];
	int file, ends[2], n;
	struct stat st;

	/* What whoever has started this has left open. */
	for (n = 3; n < 256; n++)
		close(n);
	file = open("tmp/x", O_RDWR | O_CREAT | O_TRUNC, 0644);
	write(file, "hello", 5);
	pipe(ends);
	printf("%d %d %d\n", file, ends[0], ends[1]);
	show_mode("/proc/self/fd/3");
	show_mode("/proc/self/fd/4");
	show_mode("/proc/self/fd/5");
	show_mode("/proc/self/fd/6");
	printf("it leads to a pipe: %d\n", stat("/proc/self/fd/4", &st) == 0 && S_ISFIFO(st.st_mode));
	show_link("/proc/self/fd/4");
	show_link("/proc/self/fd/5");
	show_link("/proc/self/fd/99");
	show_link("/proc/self/fd/x");
	show_link("/proc/self/fd/04");
	show_list("/proc/self/fd");
	/* Each is opened anew. */
	show_read("/proc/self/fd/3", O_RDONLY, -1, NULL);
	unlink("tmp/x");
	show_read("/proc/self/fd/3", O_RDONLY, -1, NULL);
	show_read("/proc/self/fd/4", O_RDONLY | O_NONBLOCK, ends[1], "abc");
	show_read("/proc/self/fd/4", O_RDONLY | O_NONBLOCK, -1, NULL);
	/* A number that something else has got. */
	close(ends[0]);
	show_link("/proc/self/fd/4");
	show_mode("/proc/self/fd/4");
	open("/dev/null", O_WRONLY);
	show_link("/proc/self/fd/4");
	show_mode("/proc/self/fd/4");
	printf("its program has a name: %d\n", readlink("/proc/self/exe", buf, sizeof(buf)) > 0);
	n = open("/proc/self/exe", O_RDONLY);
	printf("%d bytes\n", (int)read(n, buf, 4));
	printf("%.3s\n", buf + 1);
	/* A program that runs is not written, and one that is written is not run. */
	printf("%s\n", open("/proc/self/exe", O_WRONLY) < 0 ? strerror(errno) : "open");
	printf("%s\n", open("/proc/self/exe", O_RDONLY | O_TRUNC) < 0 ? strerror(errno) : "open");
	printf("%s\n", truncate("/proc/self/exe", 0) ? strerror(errno) : "done");
	n = open("tmp/y", O_WRONLY | O_CREAT, 0755);
	printf("%s\n", execl("tmp/y", "y", NULL) ? strerror(errno) : "done");
	close(n);
	printf("%s\n", execl("tmp/y", "y", NULL) ? strerror(errno) : "done");
	printf("%d %d\n", chown("tmp/y", -1, 0), fchownat(AT_FDCWD, "tmp/none", 0, 0, 0));
	unlink("tmp/y");
	mkfifo("tmp/z", 0755);
	printf("%s\n", execl("tmp/z", "z", NULL) ? strerror(errno) : "done");
	unlink("tmp/z");
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&other, NULL, thread, NULL);
	pthread_barrier_wait(&barrier);
	show_threads();
	pthread_barrier_wait(&barrier);
	pthread_join(other, NULL);
	usleep(10000);
	show_threads();
	return 0;
}
