/* Linux: include/uapi/asm-generic/poll.h. */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#define POLLIN		0x0001
#define POLLOUT		0x0004
#define POLLERR		0x0008
#define POLLHUP		0x0010
#define POLLNVAL	0x0020

#endif
