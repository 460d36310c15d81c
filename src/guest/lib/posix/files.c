/* Files, directories, pipes. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "lib/sysdep.h"

int pipe(int fds[2])
{
	return result(syscall1(__NR_pipe, (long)fds));
}

int dup(int fd)
{
	return result(syscall1(__NR_dup, fd));
}

int dup2(int old, int new)
{
	return result(syscall2(__NR_dup2, old, new));
}

int fcntl(int fd, int command, ...)
{
	va_list args;
	long arg;

	va_start(args, command);
	arg = va_arg(args, long);
	va_end(args);
	return result(syscall3(__NR_fcntl, fd, command, arg));
}

off_t lseek(int fd, off_t offset, int whence)
{
	return result(syscall3(__NR_lseek, fd, offset, whence));
}

int access(const char *path, int mode)
{
	return result(syscall2(__NR_access, (long)path, mode));
}

int unlink(const char *path)
{
	return result(syscall1(__NR_unlink, (long)path));
}

int mkdir(const char *path, mode_t mode)
{
	return result(syscall2(__NR_mkdir, (long)path, mode));
}

int rmdir(const char *path)
{
	return result(syscall1(__NR_rmdir, (long)path));
}

int ftruncate(int fd, off_t size)
{
	return result(syscall2(__NR_ftruncate, fd, size));
}

int stat(const char *path, struct stat *st)
{
	return result(syscall2(__NR_stat, (long)path, (long)st));
}

int lstat(const char *path, struct stat *st)
{
	return result(syscall2(__NR_lstat, (long)path, (long)st));
}

int fstat(int fd, struct stat *st)
{
	return result(syscall2(__NR_fstat, fd, (long)st));
}

char *getcwd(char *buf, size_t size)
{
	return result(syscall2(__NR_getcwd, (long)buf, size)) < 0 ? NULL : buf;
}

int chdir(const char *path)
{
	return result(syscall1(__NR_chdir, (long)path));
}

int mprotect(void *addr, size_t length, int prot)
{
	return result(syscall3(__NR_mprotect, (long)addr, length, prot));
}
