/* One wrapper for each system call. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"

__thread int errno;

ssize_t read(int fd, void *buf, size_t count)
{
	BYPASS_BEHIND(SHORTCUT(count, shortcut_tcp_recvmsg(fd, buf, count)), read, (unsigned int, void *, size_t), fd, buf, count)
	return result(syscall3(__NR_read, fd, (long)buf, count));
}

ssize_t write(int fd, const void *buf, size_t count)
{
	BYPASS_BEHIND(SHORTCUT(1, shortcut_tcp_sendmsg(fd, buf, count)), write, (unsigned int, const void *, size_t), fd, buf, count)
	return result(syscall3(__NR_write, fd, (long)buf, count));
}

int open(const char *path, int flags, ...)
{
	unsigned short mode = 0;

	if (flags & O_CREAT) {
		va_list args;

		va_start(args, flags);
		mode = va_arg(args, int);
		va_end(args);
	}
	BYPASS(open, (const char *, int, unsigned short), path, flags, mode)
	return result(syscall3(__NR_open, (long)path, flags, mode));
}

int close(int fd)
{
	BYPASS(close, (unsigned int), fd)
	return result(syscall1(__NR_close, fd));
}

/* brk() and mmap() always go the full way: they take mmap_lock, and their faults must find a kernel stack. */
void *mmap(void *addr, size_t length, int prot, int flags, int fd, long offset)
{
	return (void *)result(syscall6(__NR_mmap, (long)addr, length, prot, flags, fd, offset));
}

int munmap(void *addr, size_t length)
{
	return result(syscall2(__NR_munmap, (long)addr, length));
}

static unsigned long current_break;

int brk(void *addr)
{
	current_break = syscall1(__NR_brk, (long)addr);
	if (current_break < (unsigned long)addr) {
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

void *sbrk(long increment)
{
	unsigned long old;

	if (!current_break)
		brk(0);
	old = current_break;
	if (increment && brk((void *)(old + increment)) < 0)
		return (void *)-1;
	return (void *)old;
}

pid_t getpid(void)
{
	BYPASS(getpid, (void))
	return syscall0(__NR_getpid);
}

pid_t getppid(void)
{
	BYPASS(getppid, (void))
	return syscall0(__NR_getppid);
}

pid_t gettid(void)
{
	BYPASS(gettid, (void))
	return syscall0(__NR_gettid);
}

int sched_yield(void)
{
	return result(syscall0(__NR_sched_yield));
}

int nanosleep(const struct timespec *request, struct timespec *remain)
{
	return result(syscall2(__NR_nanosleep, (long)request, (long)remain));
}

int clock_gettime(int clock, struct timespec *ts)
{
	BYPASS(clock_gettime, (int, struct timespec *), clock, ts)
	return result(syscall2(__NR_clock_gettime, clock, (long)ts));
}

int uname(struct utsname *name)
{
	BYPASS(uname, (struct utsname *), name)
	return result(syscall1(__NR_uname, (long)name));
}

void _exit(int status)
{
	for (;;)
		syscall1(__NR_exit_group, status);
}
