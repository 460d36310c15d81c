/* Which files are ready. Linux: fs/select.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/tty.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

struct pollfd {
	int fd;
	short events;
	short revents;
};

static bool do_pollfd(struct pollfd *pollfd)
{
	struct file *file;
	unsigned int mask;

	pollfd->revents = 0;
	if (pollfd->fd < 0)
		return false;
	file = fget(pollfd->fd);
	if (!file) {
		pollfd->revents = POLLNVAL;
		return true;
	}
	mask = file->f_op && file->f_op->poll ? file->f_op->poll(file) : POLLIN | POLLOUT;
	fput(file);
	pollfd->revents = mask & (pollfd->events | POLLERR | POLLHUP);
	return pollfd->revents != 0;
}

/*
 * timeout in nanoseconds; negative: for ever.
 * Simplified: everybody waits on the terminal's queue, for no other file is ever not ready.
 */
static long do_poll(struct pollfd __user *ufds, unsigned int nfds, ktime_t timeout)
{
	struct pollfd fds[NR_OPEN_DEFAULT];
	ktime_t end = ktime_get() + timeout;
	DEFINE_WAIT(wait);
	long ready;

	if (nfds > NR_OPEN_DEFAULT)
		return -EINVAL;
	if (copy_from_user(fds, ufds, nfds * sizeof(*fds)))
		return -EFAULT;
	for (;;) {
		unsigned int i;
		ktime_t left;

		prepare_to_wait(&console_tty.read_wait, &wait, TASK_INTERRUPTIBLE);
		for (ready = 0, i = 0; i < nfds; i++)
			ready += do_pollfd(&fds[i]);
		left = end - ktime_get();
		if (ready || (timeout >= 0 && left <= 0))
			break;
		if (signal_pending(current)) {
			ready = -EINTR;
			break;
		}
		schedule_timeout(timeout < 0 ? MAX_SCHEDULE_TIMEOUT : (left + TICK_NSEC - 1) / TICK_NSEC);
	}
	finish_wait(&console_tty.read_wait, &wait);
	if (ready >= 0 && copy_to_user(ufds, fds, nfds * sizeof(*fds)))
		return -EFAULT;
	return ready;
}

SYSCALL_DEFINE3(poll, struct pollfd __user *, ufds, unsigned int, nfds, int, timeout)
{
	return do_poll(ufds, nfds, timeout < 0 ? -1 : (ktime_t)timeout * NSEC_PER_MSEC);
}

SYSCALL_DEFINE5(ppoll, struct pollfd __user *, ufds, unsigned int, nfds, struct timespec64 __user *, tsp, const void __user *, sigmask, size_t, sigsetsize)
{
	struct timespec64 ts;

	(void)sigmask;
	(void)sigsetsize;
	if (!tsp)
		return do_poll(ufds, nfds, -1);
	if (copy_from_user(&ts, tsp, sizeof(ts)))
		return -EFAULT;
	return do_poll(ufds, nfds, ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec);
}
