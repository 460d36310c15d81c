/* Processes: made, replaced, waited for. */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lib/nptl/lock.h"
#include "lib/posix/fork.h"
#include "lib/sysdep.h"
#include "lib/stdio/streams.h"

void (*__before_fork)(void), (*__after_fork)(int is_child), (*__threads_after_fork)(void);

/*
 * Other threads are not there in the child, so nothing that the child needs may be in their hands.
 * In a unikernel .data is the kernel image's, and there is one: what libc keeps there parent and child both change.
 */
pid_t fork(void)
{
	long ret;

	if (__before_fork)
		__before_fork();
	libc_lock(&__streams_lock);
	libc_lock(&__malloc_lock);
	ret = syscall0(__NR_fork);
	libc_unlock(&__malloc_lock);
	libc_unlock(&__streams_lock);
	if (ret == 0 && __threads_after_fork)
		__threads_after_fork();
	if (__after_fork)
		__after_fork(ret == 0);
	return result(ret);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	return result(syscall3(__NR_execve, (long)path, (long)argv, (long)envp));
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	return result(syscall6(__NR_wait4, pid, (long)status, options, 0, 0, 0));
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}

int setpgid(pid_t pid, pid_t group)
{
	return result(syscall2(__NR_setpgid, pid, group));
}

pid_t getpgid(pid_t pid)
{
	return result(syscall1(__NR_getpgid, pid));
}

pid_t getpgrp(void)
{
	return syscall0(__NR_getpgrp);
}

pid_t setsid(void)
{
	return result(syscall0(__NR_setsid));
}

pid_t getsid(pid_t pid)
{
	return result(syscall1(__NR_getsid, pid));
}

uid_t getuid(void)
{
	return syscall0(__NR_getuid);
}
