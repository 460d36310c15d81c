/* Which files are ready. Linux: fs/select.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

struct pollfd {
	int fd;
	short events;
	short revents;
};

void poll_wait(struct wait_queue_head *head, struct poll_table *table)
{
	struct poll_entry *entry;

	if (!table->entries)
		return;
	entry = &table->entries[table->n++];
	entry->head = head;
	entry->file = get_file(table->file);
	entry->wait = (struct wait_queue_entry) { .private = current, .func = default_wake_function };
	add_wait_queue(head, &entry->wait);
}

static bool do_pollfd(struct pollfd *pollfd, struct poll_table *table)
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
	table->file = file;
	mask = file->f_op && file->f_op->poll ? file->f_op->poll(file, table) : POLLIN | POLLOUT;
	fput(file);
	pollfd->revents = mask & (pollfd->events | POLLERR | POLLHUP);
	return pollfd->revents != 0;
}

/* The first look puts current on all queues, so that nothing is missed between two looks. */
static long do_poll(struct pollfd *fds, unsigned int nfds, ktime_t end)
{
	struct poll_table table = { .n = 0 };
	struct poll_entry *entries = NULL;
	long ready = 0;
	unsigned int i;

	if (nfds) {
		entries = kmalloc(nfds * POLL_QUEUES * sizeof(*entries), GFP_KERNEL);
		if (!entries)
			return -ENOMEM;
	}
	table.entries = entries;
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		for (ready = 0, i = 0; i < nfds; i++)
			ready += do_pollfd(&fds[i], &table);
		table.entries = NULL;
		if (ready || (end != KTIME_MAX && ktime_get() >= end))
			break;
		if (signal_pending(current)) {
			ready = -EINTR;
			break;
		}
		schedule_hrtimeout(end);
	}
	__set_current_state(TASK_RUNNING);
	for (i = 0; i < table.n; i++) {
		remove_wait_queue(entries[i].head, &entries[i].wait);
		fput(entries[i].file);
	}
	kfree(entries);
	return ready;
}

/* Until end, by the monotonic clock. */
static long do_sys_poll(struct pollfd __user *ufds, unsigned int nfds, ktime_t end)
{
	struct pollfd *fds = NULL;
	unsigned int i;
	long ready;

	if (nfds > rlimit(RLIMIT_NOFILE))
		return -EINVAL;
	if (nfds) {
		fds = kmalloc(nfds * sizeof(*fds), GFP_KERNEL);
		if (!fds)
			return -ENOMEM;
	}
	ready = copy_from_user(fds, ufds, nfds * sizeof(*fds)) ? -EFAULT : do_poll(fds, nfds, end);
	/* Only the answers are written back. */
	for (i = 0; i < nfds && ready >= 0; i++) {
		if (put_user(fds[i].revents, &ufds[i].revents))
			ready = -EFAULT;
	}
	kfree(fds);
	return ready;
}

static long poll_restart(struct restart_block *restart);

static long poll_until(struct pollfd __user *ufds, unsigned int nfds, ktime_t end)
{
	long ret = do_sys_poll(ufds, nfds, end);

	if (ret != -EINTR)
		return ret;
	current->restart_block = (struct restart_block) { .fn = poll_restart, .until = end, .ptr = ufds, .val = nfds };
	return -ERESTART_RESTARTBLOCK;
}

static long poll_restart(struct restart_block *restart)
{
	return poll_until(restart->ptr, restart->val, restart->until);
}

SYSCALL_DEFINE3(poll, struct pollfd __user *, ufds, unsigned int, nfds, int, timeout)
{
	return poll_until(ufds, nfds, timeout < 0 ? KTIME_MAX : ktime_get() + (ktime_t)timeout * NSEC_PER_MSEC);
}

/* What is left until end. Linux: poll_select_finish(). */
static void tell_rest(struct timespec64 __user *tsp, ktime_t end)
{
	ktime_t left = max(end - ktime_get(), (ktime_t)0);
	struct timespec64 ts = { left / NSEC_PER_SEC, left % NSEC_PER_SEC };

	/* It may be read-only: then the answer stands all the same. */
	(void)copy_to_user(tsp, &ts, sizeof(ts));
}

/* What is left of the time is told, if there is somewhere to tell it. */
SYSCALL_DEFINE5(ppoll, struct pollfd __user *, ufds, unsigned int, nfds, struct timespec64 __user *, tsp,
		const unsigned long __user *, sigmask, size_t, sigsetsize)
{
	struct timespec64 ts;
	ktime_t end = KTIME_MAX;
	long ret;

	if (tsp) {
		if (copy_from_user(&ts, tsp, sizeof(ts)))
			return -EFAULT;
		if (!timespec64_valid(&ts))
			return -EINVAL;
		end = ktime_add_safe(ktime_get(), timespec64_to_ktime(&ts));
	}
	ret = set_user_sigmask(sigmask, sigsetsize);
	if (ret)
		return ret;
	ret = do_sys_poll(ufds, nfds, end);
	restore_saved_sigmask_unless(ret == -EINTR);
	if (tsp)
		tell_rest(tsp, end);
	return ret == -EINTR ? -ERESTARTNOHAND : ret;
}
