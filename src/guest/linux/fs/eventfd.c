/* A counter as a file. Linux: fs/eventfd.c, include/linux/eventfd.h. */
#include <linux/anon_inodes.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define EFD_SEMAPHORE		1
#define EFD_CLOEXEC		O_CLOEXEC
#define EFD_NONBLOCK		O_NONBLOCK
#define ULLONG_MAX		(~0ULL)

struct eventfd_ctx {
	wait_queue_head_t wqh;
	u64 count;
	bool semaphore;
};

static void eventfd_release(struct file *file)
{
	kfree(file->private_data);
}

/* POLLERR: the counter cannot be added to any more. Linux lets only the kernel itself get it there. */
static unsigned int eventfd_poll(struct file *file, struct poll_table *wait)
{
	struct eventfd_ctx *ctx = file->private_data;
	unsigned int events = 0;

	poll_wait(&ctx->wqh, wait);
	if (ctx->count > 0)
		events |= POLLIN;
	if (ctx->count == ULLONG_MAX)
		events |= POLLERR;
	if (ULLONG_MAX - 1 > ctx->count)
		events |= POLLOUT;
	return events;
}

static ssize_t eventfd_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 ucnt;
	int ret;

	(void)pos;
	if (count < sizeof(ucnt))
		return -EINVAL;
	if (!ctx->count) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(ctx->wqh, READ_ONCE(ctx->count) > 0);
		if (ret)
			return ret;
	}
	ucnt = ctx->semaphore ? 1 : ctx->count;
	ctx->count -= ucnt;
	wake_up_interruptible_poll(&ctx->wqh, POLLOUT);
	/* Taken is taken, whether it could be told or not. */
	return copy_to_user(buf, &ucnt, sizeof(ucnt)) ? -EFAULT : (ssize_t)sizeof(ucnt);
}

static ssize_t eventfd_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 ucnt;
	int ret;

	(void)pos;
	if (count < sizeof(ucnt))
		return -EINVAL;
	if (copy_from_user(&ucnt, buf, sizeof(ucnt)))
		return -EFAULT;
	if (ucnt == ULLONG_MAX)
		return -EINVAL;
	if (ULLONG_MAX - ctx->count <= ucnt) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(ctx->wqh, ULLONG_MAX - READ_ONCE(ctx->count) > ucnt);
		if (ret)
			return ret;
	}
	ctx->count += ucnt;
	wake_up_interruptible_poll(&ctx->wqh, POLLIN);
	return sizeof(ucnt);
}

static const struct file_operations eventfd_fops = {
	.release = eventfd_release, .read = eventfd_read, .write = eventfd_write, .poll = eventfd_poll, .seekable = true,
};

static int do_eventfd(unsigned int count, int flags)
{
	struct eventfd_ctx *ctx;
	struct file *file;
	int fd;

	if (flags & ~(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE))
		return -EINVAL;
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	init_waitqueue_head(&ctx->wqh);
	ctx->count = count;
	ctx->semaphore = flags & EFD_SEMAPHORE;
	file = anon_inode_getfile("anon_inode:[eventfd]", &eventfd_fops, ctx, O_RDWR | (flags & EFD_NONBLOCK));
	if (!file) {
		kfree(ctx);
		return -ENOMEM;
	}
	fd = fd_install_from(0, file, flags & EFD_CLOEXEC);
	if (fd < 0)
		fput(file);
	return fd;
}

SYSCALL_DEFINE2(eventfd2, unsigned int, count, int, flags)
{
	return do_eventfd(count, flags);
}

SYSCALL_DEFINE1(eventfd, unsigned int, count)
{
	return do_eventfd(count, 0);
}
