/*
 * epoll: files that are watched, and a list of those of them that may be ready. Linux: fs/eventpoll.c.
 *
 * Each watched file has an epitem, and the epitem an entry on the file's wait queue. A wake-up calls ep_poll_callback(), which puts the
 * item on rdllist and wakes whoever waits in epoll_wait(). epoll_wait() takes items off the list and asks each file anew, since what the
 * wake-up told may be past. Level-triggered items that were ready go back on the list, so that they are asked again next time.
 * Locks: epmutex, then ep->mtx, for the items; of epolls that watch each other the outer one's mtx first. Then ep->lock for rdllist, which
 * interrupts and softirqs touch: taken after the lock of a file's queue, before that of ep->wq.
 * Simplified: all items stand in one hash table by file; Linux has a tree for each epoll and a list for each file.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/eventpoll.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define EPOLL_CLOEXEC	O_CLOEXEC
#define EPOLL_CTL_ADD	1
#define EPOLL_CTL_DEL	2
#define EPOLL_CTL_MOD	3

#define EPOLLEXCLUSIVE	(1U << 28)
#define EPOLLWAKEUP	(1U << 29)
#define EPOLLONESHOT	(1U << 30)
#define EPOLLET		(1U << 31)
#define EP_PRIVATE_BITS	(EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE)
#define EPOLLEXCLUSIVE_OK_BITS	(POLLIN | POLLOUT | POLLERR | POLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)
/* How deep epolls may watch each other. */
#define EP_MAX_NESTS	4
#define EP_MAX_EVENTS	(INT_MAX / (int)sizeof(struct epoll_event))

struct epoll_event {
	u32 events;
	u64 data;
} __packed;

struct eventpoll {
	struct mutex mtx;
	wait_queue_head_t wq;		/* who waits in epoll_wait() */
	wait_queue_head_t poll_wait;	/* who watches this epoll */
	struct list_head rdllist;
	bool scanning;			/* whoever holds mtx has taken items off rdllist, to ask them */
	spinlock_t lock;
	struct file *file;
	struct list_head items;
};

struct eppoll_entry {
	wait_queue_entry_t wait;
	wait_queue_head_t *whead;
};

struct epitem {
	struct list_head hash;
	struct list_head link;		/* in ep->items */
	struct list_head rdllink;	/* in ep->rdllist; empty: it is not there */
	struct file *file;		/* not counted: it leaves before it goes */
	int fd;
	struct eventpoll *ep;
	struct epoll_event event;
	unsigned int nwait;
	struct eppoll_entry pwq[POLL_QUEUES];
};

#define EP_HASH		64

static struct list_head ep_hash[EP_HASH];
/* Items that there are: a file that is closed asks first. */
static unsigned int nr_items;
/* Which items there are, of all epolls: taken before mtx. */
static DEFINE_MUTEX(epmutex);

static const struct file_operations eventpoll_fops;

static bool is_file_epoll(const struct file *file)
{
	return file->f_op == &eventpoll_fops;
}

static struct list_head *bucket_of(const struct file *file)
{
	return &ep_hash[(unsigned long)file / sizeof(*file) % EP_HASH];
}

static struct epitem *ep_find(struct eventpoll *ep, const struct file *file, int fd)
{
	struct epitem *epi;

	list_for_each_entry(epi, bucket_of(file), hash) {
		if (epi->file == file && epi->fd == fd && epi->ep == ep)
			return epi;
	}
	return NULL;
}

static void list_add_ready(struct epitem *epi)
{
	if (list_empty(&epi->rdllink))
		list_add_tail(&epi->rdllink, &epi->ep->rdllist);
}

/* ep->lock is held. Something may be ready; what a scan has taken off the list, mtx is to be waited for. */
static bool __ep_events_available(const struct eventpoll *ep)
{
	return !list_empty(&ep->rdllist) || ep->scanning;
}

static bool ep_events_available(struct eventpoll *ep)
{
	unsigned long flags;
	bool available;

	spin_lock_irqsave(&ep->lock, flags);
	available = __ep_events_available(ep);
	spin_unlock_irqrestore(&ep->lock, flags);
	return available;
}

/* ep->lock is held. Whoever waits is woken; whoever watches the epoll later, without the lock. */
static bool ep_wake(struct eventpoll *ep)
{
	if (waitqueue_active(&ep->wq))
		wake_up(&ep->wq);
	return waitqueue_active(&ep->poll_wait);
}

/* Something happened at a file's queue. With a key it says what; without, it may be anything. */
static int ep_poll_callback(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct epitem *epi = wait->private;
	struct eventpoll *ep = epi->ep;
	unsigned int pollflags = (unsigned long)key;
	unsigned long flags;
	bool pwake = false;
	int ewake = 0;

	(void)mode;
	(void)sync;
	spin_lock_irqsave(&ep->lock, flags);
	/* One that was for one event, and had it. */
	if ((epi->event.events & ~EP_PRIVATE_BITS) && (!pollflags || (pollflags & epi->event.events))) {
		list_add_ready(epi);
		/* One of several that share the file wakes up for an event only if somebody is there to take it. */
		if (!(epi->event.events & EPOLLEXCLUSIVE) || waitqueue_active(&ep->wq))
			ewake = 1;
		pwake = ep_wake(ep);
	}
	spin_unlock_irqrestore(&ep->lock, flags);
	if (pwake)
		wake_up_interruptible_all_poll(&ep->poll_wait, POLLIN);
	return epi->event.events & EPOLLEXCLUSIVE ? ewake : 1;
}

struct ep_pqueue {
	struct poll_table pt;
	struct epitem *epi;
};

/* The item gets on a queue of its file. */
static void ep_ptable_queue_proc(struct file *file, struct wait_queue_head *whead, struct poll_table *pt)
{
	struct epitem *epi = container_of(pt, struct ep_pqueue, pt)->epi;
	struct eppoll_entry *pwq = &epi->pwq[epi->nwait++];
	unsigned long flags;

	(void)file;
	*pwq = (struct eppoll_entry) { .wait = { .private = epi, .func = ep_poll_callback }, .whead = whead };
	spin_lock_irqsave(&whead->lock, flags);
	if (epi->event.events & EPOLLEXCLUSIVE) {
		pwq->wait.flags = WQ_FLAG_EXCLUSIVE;
		list_add_tail(&pwq->wait.entry, &whead->head);
	} else {
		list_add(&pwq->wait.entry, &whead->head);
	}
	spin_unlock_irqrestore(&whead->lock, flags);
}

static unsigned int file_poll(struct file *file, struct poll_table *pt)
{
	pt->file = file;
	return file->f_op->poll(file, pt);
}

/* What of the item is ready now. */
static unsigned int ep_item_poll(const struct epitem *epi, struct poll_table *pt)
{
	return file_poll(epi->file, pt) & epi->event.events;
}

static void ep_remove(struct epitem *epi)
{
	struct eventpoll *ep = epi->ep;
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < epi->nwait; i++)
		remove_wait_queue(epi->pwq[i].whead, &epi->pwq[i].wait);
	spin_lock_irqsave(&ep->lock, flags);
	if (!list_empty(&epi->rdllink))
		list_del_init(&epi->rdllink);
	spin_unlock_irqrestore(&ep->lock, flags);
	list_del(&epi->hash);
	list_del(&epi->link);
	nr_items--;
	kfree(epi);
}

void eventpoll_release(struct file *file)
{
	struct epitem *epi, *next;

	if (!nr_items)
		return;
	mutex_lock(&epmutex);
	list_for_each_entry_safe(epi, next, bucket_of(file), hash) {
		struct mutex *mtx = &epi->ep->mtx;

		if (epi->file != file)
			continue;
		/* Somebody may be telling user space of it. */
		mutex_lock(mtx);
		ep_remove(epi);
		mutex_unlock(mtx);
	}
	mutex_unlock(&epmutex);
}

static void ep_release(struct file *file)
{
	struct eventpoll *ep = file->private_data;
	struct epitem *epi, *next;

	mutex_lock(&epmutex);
	list_for_each_entry_safe(epi, next, &ep->items, link)
		ep_remove(epi);
	mutex_unlock(&epmutex);
	kfree(ep);
}

/* An epoll is readable when one of its files is ready. Those that are not any more leave the list. */
static unsigned int ep_eventpoll_poll(struct file *file, struct poll_table *wait)
{
	struct eventpoll *ep = file->private_data;
	struct poll_table pt = { .n = 0 };
	struct epitem *epi;
	unsigned int res = 0;
	unsigned long flags;

	poll_wait(&ep->poll_wait, wait);
	mutex_lock(&ep->mtx);
	spin_lock_irqsave(&ep->lock, flags);
	ep->scanning = true;
	while (!res && !list_empty(&ep->rdllist)) {
		epi = list_first_entry(&ep->rdllist, struct epitem, rdllink);
		/* Off the list before it is asked: what happens to the file meanwhile puts it there again. */
		list_del_init(&epi->rdllink);
		spin_unlock_irqrestore(&ep->lock, flags);
		if (ep_item_poll(epi, &pt))
			res = POLLIN | POLLRDNORM;
		spin_lock_irqsave(&ep->lock, flags);
		if (res && list_empty(&epi->rdllink))
			list_add(&epi->rdllink, &ep->rdllist);
	}
	ep->scanning = false;
	spin_unlock_irqrestore(&ep->lock, flags);
	mutex_unlock(&ep->mtx);
	return res;
}

static const struct file_operations eventpoll_fops = { .release = ep_release, .poll = ep_eventpoll_poll, .seekable = true };

static int do_epoll_create(int flags)
{
	struct eventpoll *ep;
	int fd;

	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	ep = kzalloc(sizeof(*ep), GFP_KERNEL);
	if (!ep)
		return -ENOMEM;
	mutex_init(&ep->mtx);
	init_waitqueue_head(&ep->wq);
	init_waitqueue_head(&ep->poll_wait);
	INIT_LIST_HEAD(&ep->rdllist);
	spin_lock_init(&ep->lock);
	INIT_LIST_HEAD(&ep->items);
	ep->file = anon_inode_getfile("anon_inode:[eventpoll]", &eventpoll_fops, ep, O_RDWR);
	if (!ep->file) {
		kfree(ep);
		return -ENOMEM;
	}
	fd = fd_install_from(0, ep->file, flags & O_CLOEXEC);
	if (fd < 0)
		fput(ep->file);
	return fd;
}

SYSCALL_DEFINE1(epoll_create1, int, flags)
{
	return do_epoll_create(flags);
}

SYSCALL_DEFINE1(epoll_create, int, size)
{
	return size <= 0 ? -EINVAL : do_epoll_create(0);
}

/*
 * How many epolls stand below `from`, one watching the next; more than EP_MAX_NESTS when one of them is `ep`. What is there has no loop
 * and is no deeper than EP_MAX_NESTS, so this ends. Linux: ep_loop_check_proc().
 */
static int ep_depth_below(const struct eventpoll *from, const struct eventpoll *ep)
{
	const struct epitem *epi;
	int most = 0;

	if (from == ep)
		return EP_MAX_NESTS + 1;
	list_for_each_entry(epi, &from->items, link) {
		if (is_file_epoll(epi->file)) {
			int depth = 1 + ep_depth_below(epi->file->private_data, ep);

			most = max(most, depth);
		}
	}
	return most;
}

/* How many stand above, each watching the one below. Linux: ep_get_upwards_depth_proc(). */
static int ep_depth_above(const struct eventpoll *ep)
{
	const struct epitem *epi;
	int most = 0;

	list_for_each_entry(epi, bucket_of(ep->file), hash) {
		if (epi->file == ep->file) {
			int depth = 1 + ep_depth_above(epi->ep);

			most = max(most, depth);
		}
	}
	return most;
}

/* Would `ep`, watching `to`, come back to itself, or make a chain that is too long? A wake-up climbs the whole of it on one stack. */
static bool ep_loop_check(const struct eventpoll *ep, const struct eventpoll *to)
{
	return ep_depth_above(ep) + 1 + ep_depth_below(to, ep) > EP_MAX_NESTS;
}

/* The item is ready, or was made so: who waits learns of it. */
static void ep_ready_now(struct epitem *epi)
{
	struct eventpoll *ep = epi->ep;
	unsigned long flags;
	bool pwake = false;

	spin_lock_irqsave(&ep->lock, flags);
	if (list_empty(&epi->rdllink)) {
		list_add_ready(epi);
		pwake = ep_wake(ep);
	}
	spin_unlock_irqrestore(&ep->lock, flags);
	if (pwake)
		wake_up_interruptible_all_poll(&ep->poll_wait, POLLIN);
}

static int ep_insert(struct eventpoll *ep, const struct epoll_event *event, struct file *tfile, int fd)
{
	struct epitem *epi = kzalloc(sizeof(*epi), GFP_KERNEL);
	struct ep_pqueue epq = { .pt = { .qproc = ep_ptable_queue_proc }, .epi = epi };

	if (!epi)
		return -ENOMEM;
	epi->file = tfile;
	epi->fd = fd;
	epi->ep = ep;
	epi->event = *event;
	INIT_LIST_HEAD(&epi->rdllink);
	list_add_tail(&epi->link, &ep->items);
	list_add(&epi->hash, bucket_of(tfile));
	nr_items++;
	/* On its queues first, so that nothing between this look and the next wake-up is missed. */
	if (ep_item_poll(epi, &epq.pt))
		ep_ready_now(epi);
	return 0;
}

static int ep_modify(struct epitem *epi, const struct epoll_event *event)
{
	struct poll_table pt = { .n = 0 };
	unsigned long flags;

	spin_lock_irqsave(&epi->ep->lock, flags);
	epi->event = *event;
	spin_unlock_irqrestore(&epi->ep->lock, flags);
	if (ep_item_poll(epi, &pt))
		ep_ready_now(epi);
	return 0;
}

/* Simplified: how many ways lead from a file to an epoll is not limited (path_count), only how deep they go. */
static int do_epoll_ctl(struct file *file, int op, int fd, struct file *tfile, struct epoll_event *epds)
{
	struct eventpoll *ep = file->private_data;
	struct epitem *epi;

	if (op == EPOLL_CTL_ADD && is_file_epoll(tfile) && ep_loop_check(ep, tfile->private_data))
		return -ELOOP;
	epi = ep_find(ep, tfile, fd);
	switch (op) {
	case EPOLL_CTL_ADD:
		if (epi)
			return -EEXIST;
		epds->events |= POLLERR | POLLHUP;
		return ep_insert(ep, epds, tfile, fd);
	case EPOLL_CTL_DEL:
		if (!epi)
			return -ENOENT;
		ep_remove(epi);
		return 0;
	case EPOLL_CTL_MOD:
		if (!epi)
			return -ENOENT;
		if (epi->event.events & EPOLLEXCLUSIVE)
			return 0;
		epds->events |= POLLERR | POLLHUP;
		return ep_modify(epi, epds);
	default:
		return -EINVAL;
	}
}

/* What cannot be, in the order in which Linux looks. */
static int check_epoll_ctl(struct file *file, int op, struct file *tfile, struct epoll_event *epds)
{
	if (!tfile->f_op || !tfile->f_op->poll)
		return -EPERM;
	/* There is no sleep that EPOLLWAKEUP could keep off. */
	epds->events &= ~EPOLLWAKEUP;
	if (file == tfile || !is_file_epoll(file))
		return -EINVAL;
	if (op != EPOLL_CTL_DEL && (epds->events & EPOLLEXCLUSIVE) &&
	    (op == EPOLL_CTL_MOD || is_file_epoll(tfile) || (epds->events & ~EPOLLEXCLUSIVE_OK_BITS)))
		return -EINVAL;
	return 0;
}

SYSCALL_DEFINE4(epoll_ctl, int, epfd, int, op, int, fd, struct epoll_event __user *, event)
{
	struct epoll_event epds = { 0 };
	struct file *file, *tfile;
	int error = -EBADF;

	if (op != EPOLL_CTL_DEL && copy_from_user(&epds, event, sizeof(epds)))
		return -EFAULT;
	file = fget(epfd);
	if (!file)
		return -EBADF;
	tfile = fget(fd);
	if (tfile) {
		error = check_epoll_ctl(file, op, tfile, &epds);
		if (!error) {
			struct eventpoll *ep = file->private_data;

			mutex_lock(&epmutex);
			mutex_lock(&ep->mtx);
			error = do_epoll_ctl(file, op, fd, tfile, &epds);
			mutex_unlock(&ep->mtx);
			mutex_unlock(&epmutex);
		}
		fput(tfile);
	}
	fput(file);
	return error;
}

/*
 * Up to maxevents of the list to user space. Items are taken off it one by one and asked anew; those that stay ready go to
 * its end, behind whatever came meanwhile. Events, or -EFAULT.
 */
static int ep_send_events(struct eventpoll *ep, struct epoll_event __user *events, int maxevents)
{
	struct poll_table pt = { .n = 0 };
	LIST_HEAD(txlist);
	struct epitem *epi;
	unsigned long flags;
	int res = 0;

	mutex_lock(&ep->mtx);
	spin_lock_irqsave(&ep->lock, flags);
	ep->scanning = true;
	while (!list_empty(&ep->rdllist))
		list_move_tail(ep->rdllist.next, &txlist);
	spin_unlock_irqrestore(&ep->lock, flags);
	while (res < maxevents && !list_empty(&txlist)) {
		struct epoll_event out;

		epi = list_first_entry(&txlist, struct epitem, rdllink);
		spin_lock_irqsave(&ep->lock, flags);
		list_del_init(&epi->rdllink);
		spin_unlock_irqrestore(&ep->lock, flags);
		out.events = ep_item_poll(epi, &pt);
		if (!out.events)
			continue;
		out.data = epi->event.data;
		if (copy_to_user(&events[res], &out, sizeof(out))) {
			spin_lock_irqsave(&ep->lock, flags);
			if (list_empty(&epi->rdllink))
				list_add(&epi->rdllink, &txlist);
			spin_unlock_irqrestore(&ep->lock, flags);
			if (!res)
				res = -EFAULT;
			break;
		}
		res++;
		spin_lock_irqsave(&ep->lock, flags);
		if (epi->event.events & EPOLLONESHOT)
			epi->event.events &= EP_PRIVATE_BITS;
		else if (!(epi->event.events & EPOLLET))
			list_add_ready(epi);
		spin_unlock_irqrestore(&ep->lock, flags);
	}
	/* What was not asked comes first the next time. */
	spin_lock_irqsave(&ep->lock, flags);
	while (!list_empty(&txlist)) {
		epi = list_entry(txlist.prev, struct epitem, rdllink);
		list_del(&epi->rdllink);
		list_add(&epi->rdllink, &ep->rdllist);
	}
	ep->scanning = false;
	if (!list_empty(&ep->rdllist) && waitqueue_active(&ep->wq))
		wake_up(&ep->wq);
	spin_unlock_irqrestore(&ep->lock, flags);
	mutex_unlock(&ep->mtx);
	return res;
}

/* Until end, by the monotonic clock; 0: what is there now. */
static int ep_poll(struct eventpoll *ep, struct epoll_event __user *events, int maxevents, ktime_t end)
{
	for (;;) {
		DEFINE_WAIT(wait);
		bool available, timed_out;
		unsigned long flags;
		int res;

		if (ep_events_available(ep)) {
			res = ep_send_events(ep, events, maxevents);
			if (res)
				return res;
		}
		if (end != KTIME_MAX && ktime_get() >= end)
			return 0;
		if (signal_pending(current))
			return -EINTR;
		/* Several that wait share what comes: one is woken for each event, the one that waits longest. */
		spin_lock_irqsave(&ep->lock, flags);
		/* Under the lock: whoever puts an item on the list sees us on the queue, or we see the item. */
		prepare_to_wait_exclusive(&ep->wq, &wait, TASK_INTERRUPTIBLE);
		available = __ep_events_available(ep);
		spin_unlock_irqrestore(&ep->lock, flags);
		timed_out = !available && !signal_pending(current) && !schedule_hrtimeout(end) && end != KTIME_MAX;
		finish_wait(&ep->wq, &wait);
		if (timed_out && !ep_events_available(ep))
			return 0;
	}
}

static int do_epoll_wait(int epfd, struct epoll_event __user *events, int maxevents, ktime_t end)
{
	struct file *file;
	int error = -EINVAL;

	if (maxevents <= 0 || maxevents > EP_MAX_EVENTS)
		return -EINVAL;
	if (!access_ok(events, maxevents * sizeof(struct epoll_event)))
		return -EFAULT;
	file = fget(epfd);
	if (!file)
		return -EBADF;
	if (is_file_epoll(file))
		error = ep_poll(file->private_data, events, maxevents, end);
	fput(file);
	return error;
}

/* Milliseconds from now; less than 0: for ever. */
static ktime_t end_of(int timeout)
{
	return timeout < 0 ? KTIME_MAX : timeout == 0 ? 0 : ktime_get() + timeout * NSEC_PER_MSEC;
}

SYSCALL_DEFINE4(epoll_wait, int, epfd, struct epoll_event __user *, events, int, maxevents, int, timeout)
{
	return do_epoll_wait(epfd, events, maxevents, end_of(timeout));
}

SYSCALL_DEFINE6(epoll_pwait, int, epfd, struct epoll_event __user *, events, int, maxevents, int, timeout, const unsigned long __user *, sigmask,
		size_t, sigsetsize)
{
	int error = set_user_sigmask(sigmask, sigsetsize);

	if (error)
		return error;
	error = do_epoll_wait(epfd, events, maxevents, end_of(timeout));
	restore_saved_sigmask_unless(error == -EINTR);
	return error;
}

static int __init eventpoll_init(void)
{
	unsigned int i;

	for (i = 0; i < EP_HASH; i++)
		INIT_LIST_HEAD(&ep_hash[i]);
	return 0;
}
fs_initcall(eventpoll_init);
