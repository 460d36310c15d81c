/* Waiting for several files at once, and counters that are files. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "lib/sysdep.h"

#define SIGSET_BYTES	8

int epoll_create1(int flags)
{
	return result(syscall1(__NR_epoll_create1, flags));
}

int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
	BYPASS(epoll_ctl, (int, int, int, struct epoll_event *), epfd, op, fd, event)
	return result(syscall6(__NR_epoll_ctl, epfd, op, fd, (long)event, 0, 0));
}

int epoll_wait(int epfd, struct epoll_event *events, int most, int timeout)
{
	BYPASS(epoll_wait, (int, struct epoll_event *, int, int), epfd, events, most, timeout)
	return result(syscall6(__NR_epoll_wait, epfd, (long)events, most, timeout, 0, 0));
}

int epoll_pwait(int epfd, struct epoll_event *events, int most, int timeout, const sigset_t *mask)
{
	return result(syscall6(__NR_epoll_pwait, epfd, (long)events, most, timeout, (long)mask, SIGSET_BYTES));
}

int eventfd(unsigned int count, int flags)
{
	return result(syscall2(__NR_eventfd2, count, flags));
}

int eventfd_read(int fd, eventfd_t *value)
{
	return read(fd, value, sizeof(*value)) == sizeof(*value) ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value)
{
	return write(fd, &value, sizeof(value)) == sizeof(value) ? 0 : -1;
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return result(syscall3(__NR_poll, (long)fds, count, timeout));
}
