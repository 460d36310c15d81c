/* Linux: include/uapi/asm-generic/poll.h. */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <linux/wait.h>

struct file;

/* On how many queues one file's reader and writer wait at most. */
#define POLL_QUEUES	2

/* Whoever polls, on the queues of all its files. Linux: struct poll_wqueues. */
struct poll_entry {
	struct wait_queue_entry wait;
	struct wait_queue_head *head;
	struct file *file;		/* whose queue it is: it must stay */
};

struct poll_table {
	unsigned int n;
	struct file *file;		/* that is being asked */
	struct poll_entry *entries;	/* POLL_QUEUES for each file; NULL: on no queue this time */
#ifdef CONFIG_NET
	/* What else is to be done with a queue. Linux: _qproc. */
	void (*qproc)(struct file *file, struct wait_queue_head *head, struct poll_table *table);
#endif
};

void poll_wait(struct wait_queue_head *head, struct poll_table *table);

#define POLLIN		0x0001
#define POLLPRI		0x0002
#define POLLOUT		0x0004
#define POLLRDNORM	0x0040
#define POLLWRNORM	0x0100
#define POLLERR		0x0008
#define POLLHUP		0x0010
#define POLLNVAL	0x0020
#define POLLRDBAND	0x0080
#define POLLWRBAND	0x0200
#define POLLRDHUP	0x2000

#endif
