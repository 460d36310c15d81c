#ifndef _SYS_EPOLL_H
#define _SYS_EPOLL_H

#include <signal.h>
#include <stdint.h>

#define EPOLLIN		0x001U
#define EPOLLPRI	0x002U
#define EPOLLOUT	0x004U
#define EPOLLERR	0x008U
#define EPOLLHUP	0x010U
#define EPOLLRDHUP	0x2000U
#define EPOLLEXCLUSIVE	(1U << 28)
#define EPOLLONESHOT	(1U << 30)
#define EPOLLET		(1U << 31)

#define EPOLL_CTL_ADD	1
#define EPOLL_CTL_DEL	2
#define EPOLL_CTL_MOD	3
#define EPOLL_CLOEXEC	02000000

typedef union {
	void *ptr;
	int fd;
	uint32_t u32;
	uint64_t u64;
} epoll_data_t;

struct epoll_event {
	uint32_t events;
	epoll_data_t data;
} __attribute__((packed));

int epoll_create1(int flags);
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
int epoll_wait(int epfd, struct epoll_event *events, int most, int timeout);
int epoll_pwait(int epfd, struct epoll_event *events, int most, int timeout, const sigset_t *mask);

#endif
