/* Names: of directories that are gone, with dots and slashes at their end, links to nothing and to themselves, and who frees what. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char top[4096], buf[5000];
/* What stands before /tmp in a full path. */
static size_t prefix;

#define TRY(call) do { \
	errno = 0; \
	long ret = (call); \
	printf("%s = %ld %s\n", #call, ret, errno ? strerror(errno) : ""); \
} while (0)
/* A descriptor's number says nothing. */
#define OPEN(...) do { \
	errno = 0; \
	int fd = open(__VA_ARGS__); \
	printf("open(%s) = %d %s\n", #__VA_ARGS__, fd < 0 ? -1 : 0, errno ? strerror(errno) : ""); \
	if (fd >= 0) \
		close(fd); \
} while (0)

static void again(void)
{
	chdir(top);
	rmdir("tmp/d");
	mkdir("tmp/d", 0755);
	chdir("tmp/d");
	TRY(rmdir("../d"));
}

static int links(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (int)st.st_nlink;
}

static void removed_directory(void)
{
	struct stat st;
	int i, fd;

	again();
	TRY(getcwd(buf, sizeof(buf)) ? 0 : -1);
	OPEN("f", O_CREAT | O_RDWR, 0644);
	OPEN(".", O_RDONLY);
	TRY(rename(".", "../e"));
	TRY(rename("../x", "y"));
	TRY(mkdir("s", 0755));
	TRY(link("../../tmp/x", "l"));
	TRY(symlink("x", "l"));
	TRY(rmdir("../d"));
	TRY(rmdir("."));
	TRY(rmdir(".."));
	TRY(rmdir(""));
	TRY(rmdir("/"));
	TRY(stat(".", &st));
	printf("links %d\n", (int)st.st_nlink);
	TRY(rename("../x", "y"));
	fd = open("../x", O_CREAT | O_RDWR, 0644);
	close(fd);
	TRY(rename("../x", "y"));
	TRY(link("../x", "y"));
	TRY(chdir(".."));
	TRY(strcmp(getcwd(buf, sizeof(buf)) + prefix, "/tmp"));
	unlink("x");

	/* Its parent goes as well, and stands as long as somebody is below it. */
	mkdir("a", 0755);
	mkdir("a/b", 0755);
	chdir("a/b");
	TRY(rmdir("../../a/b"));
	TRY(rmdir("../../a"));
	TRY(chdir(".."));
	TRY(getcwd(buf, sizeof(buf)) ? 0 : -1);
	for (i = 0; i < 40; i++) {
		sprintf(buf, "%s/tmp/z%d", top, i);
		close(open(buf, O_CREAT | O_RDWR, 0600));
	}
	TRY(chdir(".."));
	TRY(strcmp(getcwd(buf, sizeof(buf)) + prefix, "/tmp"));
	for (i = 0; i < 40; i++) {
		sprintf(buf, "z%d", i);
		unlink(buf);
	}
	TRY(chdir(top));
}

static void dots_and_slashes(void)
{
	mkdir("tmp/d", 0755);
	close(open("tmp/f", O_CREAT | O_WRONLY, 0644));
	TRY(mkdir("tmp/d/.", 0755));
	TRY(mkdir("tmp/n/", 0755));
	TRY(mkdir("tmp/d/..", 0755));
	TRY(mkdir("/", 0755));
	TRY(rmdir("tmp/d/."));
	TRY(rmdir("tmp/d/.."));
	TRY(rmdir("tmp/n/"));
	TRY(unlink("tmp/d"));
	TRY(unlink("tmp/d/."));
	TRY(unlink("tmp/d/"));
	TRY(unlink("tmp/f/"));
	TRY(unlink("tmp/f/."));
	TRY(unlink("tmp/none/"));
	TRY(rmdir("tmp/f"));
	TRY(rmdir("tmp/f/x"));
	OPEN("tmp/d/.", O_CREAT | O_WRONLY, 0644);
	OPEN("tmp/d/.", O_CREAT | O_EXCL | O_WRONLY, 0644);
	OPEN("tmp/g/", O_CREAT | O_WRONLY, 0644);
	OPEN("tmp/f/", O_RDONLY);
	OPEN("tmp/f/", O_CREAT | O_RDWR, 0644);
	OPEN("tmp/d/", O_RDONLY);
	OPEN("tmp/d", O_RDONLY | O_TRUNC);
	OPEN("tmp/d", O_WRONLY);
	OPEN("tmp/d", O_CREAT | O_RDONLY, 0644);
	OPEN("tmp/f", O_RDONLY | O_DIRECTORY);
	OPEN("tmp/f", O_CREAT | O_EXCL | O_WRONLY, 0644);
	OPEN("", O_RDONLY);
	OPEN("", O_CREAT | O_WRONLY, 0644);
	OPEN("tmp/f/x", O_CREAT | O_WRONLY, 0644);
	OPEN("tmp/none/x", O_CREAT | O_WRONLY, 0644);
	memset(buf, 'x', 4999);
	OPEN(buf, O_RDONLY);
	buf[256] = 0;
	OPEN(buf, O_CREAT | O_WRONLY, 0644);
	TRY(link("tmp/f", "tmp/h/"));
	TRY(link("tmp/d", "tmp/h"));
	TRY(link("tmp/f", "tmp/f"));
	TRY(symlink("", "tmp/h"));
	TRY(symlink("x", "tmp/h/"));
	TRY(rename("tmp/f", "tmp/g/"));
	TRY(rename("tmp/f/", "tmp/g"));
	TRY(rename("tmp/d", "tmp/d/e"));
	TRY(rename("tmp/d", "tmp/g/"));
	TRY(rename("tmp/g/", "tmp/d"));
	TRY(rename("tmp/f", "tmp/d"));
	TRY(rename("tmp/d", "tmp/f"));
	TRY(rename("tmp/d", "tmp"));
	TRY(rename("tmp/f", ".."));
	TRY(rename("tmp/none", "tmp/none2"));
	TRY(renameat2(AT_FDCWD, "tmp/f", AT_FDCWD, "tmp/d", 1));
	TRY(renameat2(AT_FDCWD, "tmp/f", AT_FDCWD, "tmp/f2", 1));
	TRY(renameat2(AT_FDCWD, "tmp/f2", AT_FDCWD, "tmp/f", 99));
	TRY(renameat2(AT_FDCWD, "tmp/f2", AT_FDCWD, "tmp/f", 3));
	printf("links %d\n", links("tmp/d"));
	TRY(unlink("tmp/f2"));
	TRY(rmdir("tmp/d"));
}

static void symbolic_links(void)
{
	char name[32];
	int i;

	TRY(symlink("target", "tmp/l"));
	OPEN("tmp/l", O_RDONLY);
	OPEN("tmp/l", O_CREAT | O_EXCL | O_WRONLY, 0644);
	OPEN("tmp/l", O_CREAT | O_NOFOLLOW | O_WRONLY, 0644);
	OPEN("tmp/l", O_PATH | O_NOFOLLOW);
	OPEN("tmp/l", O_CREAT | O_WRONLY, 0644);
	TRY(access("tmp/target", F_OK));
	TRY(readlink("tmp/l", buf, sizeof(buf)));
	TRY(readlink("tmp/target", buf, sizeof(buf)));
	TRY(readlink("tmp/l", buf, 0));
	TRY(symlink("missing/x", "tmp/m"));
	OPEN("tmp/m", O_CREAT | O_WRONLY, 0644);
	TRY(access("tmp/missing", F_OK));
	TRY(symlink("self", "tmp/self"));
	OPEN("tmp/self", O_RDONLY);
	OPEN("tmp/self/x", O_RDONLY);
	TRY(symlink("..", "tmp/up"));
	TRY(access("tmp/up/tmp/up/tmp/l", F_OK));
	TRY(rmdir("tmp/up"));
	TRY(rmdir("tmp/up/"));
	TRY(symlink("/", "tmp/root"));
	TRY(access("tmp/root/", F_OK));
	TRY(access("tmp/root/../.", F_OK));
	TRY(symlink("target/", "tmp/s"));
	OPEN("tmp/s", O_RDONLY);
	OPEN("tmp/l/", O_RDONLY);
	TRY(unlink("tmp/l/"));
	TRY(unlink("tmp/up/"));
	for (i = 0; i < 41; i++) {
		char to[32];

		sprintf(name, "tmp/c%d", i);
		sprintf(to, i ? "c%d" : "target", i - 1);
		symlink(to, name);
	}
	TRY(access("tmp/c39", F_OK));
	TRY(access("tmp/c40", F_OK));
	for (i = 0; i < 41; i++) {
		sprintf(name, "tmp/c%d", i);
		unlink(name);
	}
	TRY(link("tmp/l", "tmp/l2"));
	TRY(lseek(open("tmp/target", O_RDONLY), 0, SEEK_END));
	TRY(unlink("tmp/l") + unlink("tmp/l2") + unlink("tmp/m") + unlink("tmp/self") + unlink("tmp/up") +
	    unlink("tmp/root") + unlink("tmp/s") + unlink("tmp/target"));
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (!getcwd(top, sizeof(top)))
		return 1;
	prefix = strcmp(top, "/") ? strlen(top) : 0;
	removed_directory();
	dots_and_slashes();
	symbolic_links();
	return 0;
}
