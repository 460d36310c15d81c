/* exec() by its other names. glibc: posix/execvpe.c. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_PATH	"/bin:/usr/bin"
#define MAX_WORDS	64

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

/* A name with a slash is a path; any other is looked for in $PATH. */
int execvp(const char *file, char *const argv[])
{
	const char *path = getenv("PATH"), *end;
	int denied = 0;

	if (!*file) {
		errno = ENOENT;
		return -1;
	}
	if (strchr(file, '/'))
		return execv(file, argv);
	for (path = path ? path : DEFAULT_PATH; ; path = end + 1) {
		char full[PATH_MAX];
		size_t length;

		end = strchr(path, ':');
		length = end ? (size_t)(end - path) : strlen(path);
		if (length + strlen(file) + 2 <= sizeof(full)) {
			memcpy(full, path, length);
			if (length)
				full[length++] = '/';
			strcpy(full + length, file);
			execv(full, argv);
			if (errno == EACCES)
				denied = 1;
			else if (errno != ENOENT && errno != ENOTDIR)
				return -1;
		}
		if (!end)
			break;
	}
	if (denied)
		errno = EACCES;
	return -1;
}

/* The arguments as an array, and exec() with it. */
static int exec_words(int (*exec)(const char *name, char *const argv[]), const char *name, const char *arg, va_list args)
{
	char *argv[MAX_WORDS];
	int n = 0;

	argv[n++] = (char *)arg;
	while (n < MAX_WORDS && argv[n - 1])
		argv[n++] = va_arg(args, char *);
	if (!argv[n - 1])
		return exec(name, argv);
	errno = E2BIG;
	return -1;
}

int execl(const char *path, const char *arg, ...)
{
	va_list args;
	int ret;

	va_start(args, arg);
	ret = exec_words(execv, path, arg, args);
	va_end(args);
	return ret;
}

int execlp(const char *file, const char *arg, ...)
{
	va_list args;
	int ret;

	va_start(args, arg);
	ret = exec_words(execvp, file, arg, args);
	va_end(args);
	return ret;
}
