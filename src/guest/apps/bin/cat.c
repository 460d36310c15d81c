/* Files one after the other; without any, or for -, standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int copy(int fd)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		ssize_t done = 0;

		while (done < n) {
			ssize_t written = write(STDOUT_FILENO, buf + done, n - done);

			if (written < 0)
				return -1;
			done += written;
		}
	}
	return n;
}

int main(int argc, char **argv)
{
	int ret = 0, i;

	for (i = 1; i < argc || i == 1; i++) {
		const char *name = i < argc ? argv[i] : "-";
		int fd = strcmp(name, "-") ? open(name, O_RDONLY) : STDIN_FILENO;

		if (fd < 0 || copy(fd) < 0) {
			fprintf(stderr, "cat: %s: %s\n", name, strerror(errno));
			ret = 1;
		}
		if (fd > STDIN_FILENO)
			close(fd);
	}
	return ret;
}
