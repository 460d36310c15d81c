/* The names in a directory. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "lib/sysdep.h"

struct _DIR {
	int fd;
	size_t taken, used;
	char buf[2048] __attribute__((aligned(8)));
};

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = malloc(sizeof(*dir));
	if (!dir) {
		close(fd);
		return NULL;
	}
	dir->fd = fd;
	dir->taken = dir->used = 0;
	return dir;
}

struct dirent *readdir(DIR *dir)
{
	struct dirent *entry;

	if (dir->taken == dir->used) {
		long n = result(syscall3(__NR_getdents64, dir->fd, (long)dir->buf, sizeof(dir->buf)));

		if (n <= 0)
			return NULL;
		dir->used = n;
		dir->taken = 0;
	}
	entry = (struct dirent *)(dir->buf + dir->taken);
	dir->taken += entry->d_reclen;
	return entry;
}

int closedir(DIR *dir)
{
	int ret = close(dir->fd);

	free(dir);
	return ret;
}
