/* Which files are ready. Linux: fs/select.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
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

#ifdef CONFIG_NET
	if (table->qproc) {
		table->qproc(table->file, head, table);
		return;
	}
#endif
	if (!table->entries)
		return;
	entry = &table->entries[table->n++];
	entry->head = head;
	entry->file = get_file(table->file);
	entry->wait = (struct wait_queue_entry) { .private = current, .func = default_wake_function };
	add_wait_queue(head, &entry->wait);
}

/* always: what is told in any case. */
static bool do_pollfd(struct pollfd *pollfd, unsigned int always, struct poll_table *table)
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
	mask = file->f_op && file->f_op->poll ? file->f_op->poll(file, table) : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	fput(file);
	pollfd->revents = mask & ((unsigned short)pollfd->events | always);
	return pollfd->revents != 0;
}

/* The first look puts current on all queues, so that nothing is missed between two looks. */
static long do_poll(struct pollfd *fds, unsigned int nfds, unsigned int always, ktime_t end)
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
			ready += do_pollfd(&fds[i], always, &table);
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
	ready = copy_from_user(fds, ufds, nfds * sizeof(*fds)) ? -EFAULT : do_poll(fds, nfds, POLLERR | POLLHUP, end);
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

#define LONG_BITS	(8 * sizeof(unsigned long))
#define SELECT_SETS	3

/* What of a file each of the three sets asks for. */
static const unsigned short set_masks[SELECT_SETS] = {
	POLLIN | POLLRDNORM | POLLHUP | POLLERR, POLLOUT | POLLWRNORM | POLLERR, POLLPRI,
};

/* The sets as a list of files; their number, or -EBADF. */
static long files_of_sets(struct pollfd *fds, unsigned int n, unsigned long *sets[SELECT_SETS])
{
	unsigned int fd, set, count = 0;

	for (fd = 0; fd < n; fd++) {
		unsigned short events = 0;
		struct file *file;

		for (set = 0; set < SELECT_SETS; set++) {
			if (sets[set][fd / LONG_BITS] >> fd % LONG_BITS & 1)
				events |= set_masks[set];
		}
		if (!events)
			continue;
		file = fget(fd);
		if (!file)
			return -EBADF;
		fput(file);
		fds[count++] = (struct pollfd) { fd, events, 0 };
	}
	return count;
}

/* Only what is ready stays in the sets. How many that are. */
static long sets_of_files(const struct pollfd *fds, unsigned int count, size_t bytes, unsigned long *sets[SELECT_SETS])
{
	unsigned int i, set;
	long ready = 0;

	for (set = 0; set < SELECT_SETS; set++) {
		unsigned long asked[NR_OPEN_MAX / LONG_BITS];

		memcpy(asked, sets[set], bytes);
		memset(sets[set], 0, bytes);
		for (i = 0; i < count; i++) {
			unsigned long bit = 1UL << fds[i].fd % LONG_BITS;

			if ((asked[fds[i].fd / LONG_BITS] & bit) && (fds[i].revents & set_masks[set])) {
				sets[set][fds[i].fd / LONG_BITS] |= bit;
				ready++;
			}
		}
	}
	return ready;
}

/* Linux: core_sys_select(). -EINTR when a signal came first. */
static long core_sys_select(int count, unsigned long __user *const user[SELECT_SETS], ktime_t end)
{
	unsigned int n = min((unsigned int)count, current->files->max_fds), set;
	size_t bytes = DIV_ROUND_UP(n, LONG_BITS) * sizeof(unsigned long);
	unsigned long *sets[SELECT_SETS];
	struct pollfd *fds;
	long ready = 0;

	if (count < 0)
		return -EINVAL;
	sets[0] = kzalloc(SELECT_SETS * bytes + n * sizeof(*fds) + 1, GFP_KERNEL);
	if (!sets[0])
		return -ENOMEM;
	fds = (struct pollfd *)((char *)sets[0] + SELECT_SETS * bytes);
	for (set = 0; set < SELECT_SETS; set++) {
		sets[set] = sets[0] + set * bytes / sizeof(unsigned long);
		if (user[set] && copy_from_user(sets[set], user[set], bytes))
			ready = -EFAULT;
	}
	if (!ready)
		ready = files_of_sets(fds, n, sets);
	if (ready >= 0) {
		long found = do_poll(fds, ready, 0, end);

		ready = found < 0 ? found : sets_of_files(fds, ready, bytes, sets);
	}
	for (set = 0; set < SELECT_SETS && ready >= 0; set++) {
		if (user[set] && copy_to_user(user[set], sets[set], bytes))
			ready = -EFAULT;
	}
	kfree(sets[0]);
	return ready;
}

SYSCALL_DEFINE5(select, int, n, unsigned long __user *, in, unsigned long __user *, out, unsigned long __user *, ex, long __user *, tvp)
{
	unsigned long __user *const sets[SELECT_SETS] = { in, out, ex };
	ktime_t end = KTIME_MAX, left;
	long tv[2], ret;

	if (tvp) {
		if (copy_from_user(tv, tvp, sizeof(tv)))
			return -EFAULT;
		if (tv[0] < 0 || tv[1] < 0)
			return -EINVAL;
		end = tv[0] >= KTIME_SEC_MAX / 2 || tv[1] / 1000000 >= KTIME_SEC_MAX / 2 ? KTIME_MAX :
		      ktime_add_safe(ktime_get(), tv[0] * NSEC_PER_SEC + tv[1] * NSEC_PER_USEC);
	}
	ret = core_sys_select(n, sets, end);
	if (tvp) {
		left = max(end - ktime_get(), (ktime_t)0);
		tv[0] = left / NSEC_PER_SEC;
		tv[1] = left % NSEC_PER_SEC / NSEC_PER_USEC;
		(void)copy_to_user(tvp, tv, sizeof(tv));
	}
	return ret == -EINTR ? -ERESTARTNOHAND : ret;
}

/* The mask comes with its size, in a structure, because six arguments are all there are. */
SYSCALL_DEFINE6(pselect6, int, n, unsigned long __user *, in, unsigned long __user *, out, unsigned long __user *, ex,
		struct timespec64 __user *, tsp, const unsigned long __user *, sig)
{
	unsigned long __user *const sets[SELECT_SETS] = { in, out, ex };
	unsigned long mask[2] = { 0, 0 };
	ktime_t end = KTIME_MAX;
	struct timespec64 ts;
	long ret;

	if (sig && copy_from_user(mask, sig, sizeof(mask)))
		return -EFAULT;
	if (tsp) {
		if (copy_from_user(&ts, tsp, sizeof(ts)))
			return -EFAULT;
		if (!timespec64_valid(&ts))
			return -EINVAL;
		end = ktime_add_safe(ktime_get(), timespec64_to_ktime(&ts));
	}
	ret = set_user_sigmask((const unsigned long __user *)mask[0], mask[1]);
	if (ret)
		return ret;
	ret = core_sys_select(n, sets, end);
	restore_saved_sigmask_unless(ret == -EINTR);
	if (tsp)
		tell_rest(tsp, end);
	return ret == -EINTR ? -ERESTARTNOHAND : ret;
}
