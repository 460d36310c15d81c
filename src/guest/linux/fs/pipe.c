/*
 * Pipes. Linux: fs/pipe.c.
 *
 * A ring of buffers, each a page. A write of up to PIPE_BUF bytes goes in as a whole, or waits until it can. Whoever writes where
 * nobody can read any more gets SIGPIPE.
 * A named pipe (FIFO) has its ring as long as somebody has it open. Simplified: no packets (O_DIRECT), no splicing, and a ring of one size.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define PIPE_DEF_BUFFERS	16
#define PIPE_BUF		4096UL

struct pipe_buffer {
	struct page *page;
	unsigned int offset, len;	/* what is left to be read */
};

struct pipe_inode_info {
	struct mutex mutex;
	wait_queue_head_t rd_wait, wr_wait;
	unsigned int head, tail;	/* next to be filled, next to be read; they count up for ever */
	unsigned int readers, writers;
	unsigned int files;		/* ends that are open */
	unsigned int r_counter, w_counter;	/* how often an end was opened: a FIFO's opener waits for another one's */
	struct pipe_buffer bufs[PIPE_DEF_BUFFERS];
};

static struct pipe_buffer *pipe_buf(struct pipe_inode_info *pipe, unsigned int at)
{
	return &pipe->bufs[at % PIPE_DEF_BUFFERS];
}

static bool pipe_empty(const struct pipe_inode_info *pipe)
{
	return READ_ONCE(pipe->head) == pipe->tail;
}

static bool pipe_full(const struct pipe_inode_info *pipe)
{
	return READ_ONCE(pipe->head) - pipe->tail >= PIPE_DEF_BUFFERS;
}

static bool pipe_readable(const struct pipe_inode_info *pipe)
{
	return !pipe_empty(pipe) || !READ_ONCE(pipe->writers);
}

static bool pipe_writable(const struct pipe_inode_info *pipe)
{
	return !pipe_full(pipe) || !READ_ONCE(pipe->readers);
}

/* Takes what is there, up to count. Bytes, or -EFAULT when not even one could be given. */
static ssize_t pipe_take(struct pipe_inode_info *pipe, char __user *to, size_t count)
{
	size_t done = 0;

	while (done < count && !pipe_empty(pipe)) {
		struct pipe_buffer *buf = pipe_buf(pipe, pipe->tail);
		size_t n = min((size_t)buf->len, count - done);
		size_t left = copy_to_user(to + done, (char *)page_address(buf->page) + buf->offset, n);

		/* A buffer is given as a whole or not at all, so that a fault loses nothing. */
		if (left)
			return done ? (ssize_t)done : -EFAULT;
		buf->offset += n;
		buf->len -= n;
		done += n;
		if (!buf->len) {
			put_page(buf->page);
			pipe->tail++;
		}
	}
	return done;
}

static ssize_t pipe_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct pipe_inode_info *pipe = file->private_data;
	bool was_full = false;
	ssize_t ret = 0;

	(void)pos;
	if (!count)
		return 0;
	mutex_lock(&pipe->mutex);
	for (;;) {
		was_full = pipe_full(pipe);
		ret = pipe_take(pipe, to, count);
		if (ret || !pipe->writers)
			break;
		if (file->f_flags & O_NONBLOCK) {
			ret = -EAGAIN;
			break;
		}
		mutex_unlock(&pipe->mutex);
		ret = wait_event_interruptible(pipe->rd_wait, pipe_readable(pipe));
		if (ret)
			return ret;
		mutex_lock(&pipe->mutex);
	}
	mutex_unlock(&pipe->mutex);
	if (was_full && ret > 0)
		wake_up_interruptible_all(&pipe->wr_wait);
	return ret;
}

/* What fits behind the last bytes, in their page. */
static size_t pipe_append(struct pipe_inode_info *pipe, const char __user *from, size_t count)
{
	struct pipe_buffer *buf = pipe_buf(pipe, pipe->head - 1);
	unsigned int end;

	if (pipe_empty(pipe))
		return 0;
	end = buf->offset + buf->len;
	if (count > PAGE_SIZE - end)
		return 0;
	if (copy_from_user_partial((char *)page_address(buf->page) + end, from, count))
		return 0;
	buf->len += count;
	return count;
}

/* The next page. Bytes, or an errno. */
static ssize_t pipe_fill(struct pipe_inode_info *pipe, const char __user *from, size_t count)
{
	struct pipe_buffer *buf = pipe_buf(pipe, pipe->head);
	struct page *page = alloc_page(GFP_HIGHUSER);
	size_t n = min(count, PAGE_SIZE), left;

	if (!page)
		return -ENOMEM;
	left = copy_from_user_partial(page_address(page), from, n);
	if (left == n) {
		put_page(page);
		return -EFAULT;
	}
	*buf = (struct pipe_buffer) { page, 0, n - left };
	pipe->head++;
	return n - left;
}

static ssize_t pipe_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct pipe_inode_info *pipe = file->private_data;
	size_t done = 0;
	ssize_t ret = 0;

	(void)pos;
	if (!count)
		return 0;
	mutex_lock(&pipe->mutex);
	/* The part of a page comes first: then whole ones follow. */
	if (pipe->readers && (count & ~PAGE_MASK))
		done = pipe_append(pipe, from, count & ~PAGE_MASK);
	while (done < count) {
		if (!pipe->readers) {
			send_sig(SIGPIPE, current, 0);
			ret = -EPIPE;
			break;
		}
		if (!pipe_full(pipe)) {
			bool was_empty = pipe_empty(pipe);

			ret = pipe_fill(pipe, from + done, count - done);
			if (ret < 0)
				break;
			done += ret;
			if (was_empty)
				wake_up_interruptible_all(&pipe->rd_wait);
			continue;
		}
		ret = -EAGAIN;
		if (file->f_flags & O_NONBLOCK)
			break;
		ret = -ERESTARTSYS;
		if (signal_pending(current))
			break;
		mutex_unlock(&pipe->mutex);
		wake_up_interruptible_all(&pipe->rd_wait);
		(void)wait_event_interruptible(pipe->wr_wait, pipe_writable(pipe));
		mutex_lock(&pipe->mutex);
	}
	mutex_unlock(&pipe->mutex);
	if (done)
		wake_up_interruptible_all(&pipe->rd_wait);
	return done ? (ssize_t)done : ret;
}

static unsigned int pipe_poll(struct file *file, struct poll_table *wait)
{
	struct pipe_inode_info *pipe = file->private_data;
	unsigned int mask = 0;

	if (file_readable(file)) {
		poll_wait(&pipe->rd_wait, wait);
		if (!pipe_empty(pipe))
			mask |= POLLIN | POLLRDNORM;
		if (!pipe->writers)
			mask |= POLLHUP;
	}
	if (file_writable(file)) {
		poll_wait(&pipe->wr_wait, wait);
		if (!pipe_full(pipe))
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}

#define FIONREAD	0x541b

static long pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pipe_inode_info *pipe = file->private_data;
	unsigned int at;
	int count = 0;

	if (cmd != FIONREAD)
		return -ENOTTY;
	for (at = pipe->tail; at != pipe->head; at++)
		count += pipe_buf(pipe, at)->len;
	return put_user(count, (int __user *)arg);
}

static void put_pipe_info(struct inode *inode, struct pipe_inode_info *pipe)
{
	if (--pipe->files)
		return;
	inode->i_pipe = NULL;
	for (; !pipe_empty(pipe); pipe->tail++)
		put_page(pipe_buf(pipe, pipe->tail)->page);
	kfree(pipe);
}

static void pipe_release(struct file *file)
{
	struct pipe_inode_info *pipe = file->private_data;

	/* It never was open. */
	if (!pipe)
		return;
	if (file_readable(file))
		pipe->readers--;
	if (file_writable(file))
		pipe->writers--;
	/* Whoever waits at the other end learns that nothing more will come, or go. */
	wake_up_interruptible_all(&pipe->rd_wait);
	wake_up_interruptible_all(&pipe->wr_wait);
	put_pipe_info(file->f_inode, pipe);
}

static int fifo_open(struct file *file);

const struct file_operations pipefifo_fops = {
	.open = fifo_open, .release = pipe_release, .read = pipe_read, .write = pipe_write, .ioctl = pipe_ioctl, .poll = pipe_poll,
};

static struct pipe_inode_info *alloc_pipe_info(void)
{
	struct pipe_inode_info *pipe = kzalloc(sizeof(*pipe), GFP_KERNEL);

	if (!pipe)
		return NULL;
	__mutex_init(&pipe->mutex, "pipe->mutex");
	init_waitqueue_head(&pipe->rd_wait);
	init_waitqueue_head(&pipe->wr_wait);
	return pipe;
}

static void open_pipe_end(struct pipe_inode_info *pipe, struct file *file)
{
	file->private_data = pipe;
	pipe->files++;
	if (file_readable(file)) {
		pipe->readers++;
		pipe->r_counter++;
	}
	if (file_writable(file)) {
		pipe->writers++;
		pipe->w_counter++;
	}
}

/* A reader waits for a writer and the other way round, unless it is both, or does not want to wait. Linux: fifo_open(). */
static int fifo_open(struct file *file)
{
	struct inode *inode = file->f_inode;
	bool reader = file_readable(file), writer = file_writable(file);
	struct pipe_inode_info *pipe = inode->i_pipe;
	unsigned int *counter, had;
	int ret;

	if (!reader && !writer)
		return -EINVAL;
	if (!reader && (file->f_flags & O_NONBLOCK) && (!pipe || !pipe->readers))
		return -ENXIO;
	if (!pipe) {
		pipe = alloc_pipe_info();
		if (!pipe)
			return -ENOMEM;
		inode->i_pipe = pipe;
	}
	open_pipe_end(pipe, file);
	wake_up_interruptible_all(&pipe->rd_wait);
	wake_up_interruptible_all(&pipe->wr_wait);
	if ((reader && writer) || (file->f_flags & O_NONBLOCK) || (reader ? pipe->writers : pipe->readers))
		return 0;
	counter = reader ? &pipe->w_counter : &pipe->r_counter;
	had = *counter;
	ret = wait_event_interruptible(*(reader ? &pipe->rd_wait : &pipe->wr_wait), READ_ONCE(*counter) != had);
	if (ret) {
		pipe_release(file);
		file->private_data = NULL;
	}
	return ret;
}

static struct file *open_end(struct inode *inode, struct pipe_inode_info *pipe, int flags)
{
	char name[32];
	struct file *file;

	snprintf(name, sizeof(name), "pipe:[%lu]", inode->i_ino);
	file = alloc_file_pseudo(inode, name, flags, &pipefifo_fops);
	if (!file)
		return NULL;
	open_pipe_end(pipe, file);
	return file;
}

/* Both ends of a new pipe. 0 or an errno. */
static int create_pipe_files(struct file **ends, int flags)
{
	struct pipe_inode_info *pipe = alloc_pipe_info();
	struct inode *inode = new_inode(S_IFIFO | 0600);

	if (!pipe || !inode) {
		kfree(pipe);
		kfree(inode);
		return -ENFILE;
	}
	inode->i_nlink = 1;
	/* Who opens it again by /proc/PID/fd finds it there. */
	inode->i_fop = &pipefifo_fops;
	inode->i_pipe = pipe;
	ends[0] = open_end(inode, pipe, O_RDONLY | (flags & O_NONBLOCK));
	if (!ends[0]) {
		kfree(pipe);
		free_inode(inode);
		return -ENFILE;
	}
	ends[1] = open_end(inode, pipe, O_WRONLY | (flags & O_NONBLOCK));
	if (!ends[1]) {
		fput(ends[0]);
		return -ENFILE;
	}
	return 0;
}

/* Both descriptors, or none: also when the program has no place for their numbers. */
static long do_pipe2(int __user *fildes, int flags)
{
	struct file *ends[2];
	int fd[2] = { -1, -1 };
	long ret;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	ret = create_pipe_files(ends, flags);
	if (ret)
		return ret;
	fd[0] = fd_install_from(0, ends[0], flags & O_CLOEXEC);
	if (fd[0] >= 0)
		fd[1] = fd_install_from(0, ends[1], flags & O_CLOEXEC);
	if (fd[0] >= 0 && fd[1] >= 0 && !copy_to_user(fildes, fd, sizeof(fd)))
		return 0;
	ret = fd[0] < 0 ? fd[0] : fd[1] < 0 ? fd[1] : -EFAULT;
	if (fd[0] >= 0)
		close_fd(fd[0]);
	else
		fput(ends[0]);
	if (fd[1] >= 0)
		close_fd(fd[1]);
	else
		fput(ends[1]);
	return ret;
}

SYSCALL_DEFINE2(pipe2, int __user *, fildes, int, flags)
{
	return do_pipe2(fildes, flags);
}

SYSCALL_DEFINE1(pipe, int __user *, fildes)
{
	return do_pipe2(fildes, 0);
}
