/* Everything that is done to files and directories, and the errors it gives. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void say(const char *what, long result)
{
	printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *path)
{
	char *names[32];
	int n = 0;
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir) {
		say("opendir", -1);
		return;
	}
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			names[n++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, (size_t)n, sizeof(*names), by_name);
	printf("%s:", path);
	for (int i = 0; i < n; i++) {
		char full[256];
		struct stat st;

		snprintf(full, sizeof(full), "%s/%s", path, names[i]);
		lstat(full, &st);
		printf(" %s(%o,%lld)", names[i], st.st_mode, S_ISDIR(st.st_mode) ? 0LL : (long long)st.st_size);
	}
	putchar('\n');
}

int main(int argc, char **argv)
{
	char base[128], buf[64], cwd[256];
	struct stat st;
	FILE *f;

	umask(022);
	snprintf(base, sizeof(base), "%s/work", argc > 1 ? argv[1] : "/tmp");
	say("mkdir", mkdir(base, 0755));
	say("mkdir again", mkdir(base, 0755));
	say("chdir", chdir(base));
	printf("cwd %s\n", strrchr(getcwd(cwd, sizeof(cwd)), '/'));

	f = fopen("a.txt", "w");
	for (int i = 0; i < 1000; i++)
		fprintf(f, "line %d\n", i);
	fclose(f);
	say("stat", stat("a.txt", &st));
	printf("mode %o size %lld links %d blocks %lld\n", st.st_mode, (long long)st.st_size, (int)st.st_nlink, (long long)st.st_blocks);
	f = fopen("a.txt", "r+");
	fseek(f, 5000, SEEK_SET);
	printf("%s", fgets(buf, sizeof(buf), f));
	fseek(f, 0, SEEK_END);
	fputs("the end\n", f);
	printf("tell %ld\n", ftell(f));
	fclose(f);
	f = fopen("a.txt", "a");
	fputs("appended\n", f);
	fclose(f);

	int fd = open("a.txt", O_RDWR);
	say("pread", pread(fd, buf, 6, 8));
	say("pwrite", pwrite(fd, "LINE", 4, 0));
	struct iovec v[2] = { { buf, 3 }, { buf + 10, 5 } };
	say("readv", readv(fd, v, 2));
	printf("%.3s|%.5s\n", buf, buf + 10);
	say("ftruncate", ftruncate(fd, 20000));
	say("lseek", lseek(fd, -5, SEEK_END));
	say("read", read(fd, buf, 60));
	printf("%d\n", buf[0]);
	say("bad lseek", lseek(fd, -1, SEEK_SET));
	char *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	printf("map %.11s\n", map);
	munmap(map, 4096);
	int second = dup(fd);
	say("dup shares the position", lseek(second, 0, SEEK_CUR) == lseek(fd, 0, SEEK_CUR));
	say("fcntl", fcntl(fd, F_GETFL) & O_ACCMODE);
	say("close", close(fd));
	say("close again", close(fd));
	say("dup2", dup2(second, 20) == 20);
	close(20);
	close(second);

	say("rename", rename("a.txt", "b.txt"));
	say("open", open("a.txt", O_RDONLY));
	say("excl", open("b.txt", O_CREAT | O_EXCL | O_WRONLY, 0600));
	say("directory", open(base, O_WRONLY));
	say("symlink", symlink("b.txt", "link"));
	say("readlink", readlink("link", buf, sizeof(buf)));
	say("lstat", lstat("link", &st));
	printf("%o %lld\n", st.st_mode & S_IFMT, (long long)st.st_size);
	say("link", link("b.txt", "hard"));
	say("chmod", chmod("hard", 0640));
	stat("link", &st);
	printf("links %d mode %o\n", (int)st.st_nlink, st.st_mode);
	say("mkdir sub", mkdir("sub", 0700));
	say("create in it", open("sub/x", O_CREAT | O_WRONLY, 0666) >= 0);
	say("move", rename("sub/x", "sub/y"));
	say("rmdir", rmdir("sub"));
	list(".");
	list("sub");
	say("unlink a directory", unlink("sub"));
	say("unlink", unlink("sub/y"));
	say("rmdir", rmdir("sub"));
	say("access", access("b.txt", R_OK | W_OK));
	say("access", access("nothing", F_OK));
	say("not a directory", open("b.txt/x", O_RDONLY));
	f = tmpfile();
	fputs("temporary", f);
	rewind(f);
	printf("%s\n", fgets(buf, sizeof(buf), f));
	fclose(f);
	fd = open("gone", O_CREAT | O_RDWR, 0600);
	unlink("gone");
	say("write to a file without a name", write(fd, "still", 5));
	say("read it", pread(fd, buf, 5, 0));
	close(fd);
	unlink("b.txt");
	unlink("hard");
	unlink("link");
	list(".");
	chdir("/");
	say("rmdir", rmdir(base));
	say("isatty", isatty(1));
	say("write nowhere", write(99, "x", 1));
	say("null", write(open("/dev/null", O_WRONLY), "x", 1));
	fd = open("/dev/zero", O_RDONLY);
	say("zero", read(fd, buf, 8));
	fputs("to standard error\n", stderr);
	return 0;
}
