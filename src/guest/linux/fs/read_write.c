/* read() and write(), down to whoever owns the file. Linux: fs/read_write.c. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

/* Linux never moves more at once. */
#define MAX_RW_COUNT	0x7ffff000UL

/* What can be moved at all: a count that is one, and an end that is a position. Linux: rw_verify_area(). */
static int rw_verify_area(loff_t pos, size_t count)
{
	return (ssize_t)count < 0 || pos < 0 || (loff_t)(pos + count) < 0 ? -EINVAL : 0;
}

ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n;

	if (!file_readable(file))
		return -EBADF;
	if (!access_ok(buf, count))
		return -EFAULT;
	if (rw_verify_area(*pos, count))
		return -EINVAL;
	if (count > MAX_RW_COUNT)
		count = MAX_RW_COUNT;
	if (S_ISDIR(file->f_inode->i_mode))
		return -EISDIR;
	if (file->f_op)
		return file->f_op->read ? file->f_op->read(file, buf, count, pos) : -EINVAL;
	n = ramfs_read(file->f_inode, buf, count, *pos, true);
	if (n > 0)
		*pos += n;
	return n;
}

ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n;

	if (!file_writable(file))
		return -EBADF;
	if (!access_ok(buf, count))
		return -EFAULT;
	if (rw_verify_area(*pos, count))
		return -EINVAL;
	if (count > MAX_RW_COUNT)
		count = MAX_RW_COUNT;
	if (file->f_op)
		return file->f_op->write ? file->f_op->write(file, buf, count, pos) : -EINVAL;
	if (!count)
		return 0;
	if (file->f_flags & O_APPEND)
		*pos = file->f_inode->i_size;
	n = ramfs_write(file->f_inode, buf, count, *pos);
	if (n > 0)
		*pos += n;
	return n;
}

ssize_t ksys_read(unsigned int fd, char __user *buf, size_t count)
{
	struct file *file = fget(fd);
	ssize_t ret;

	if (!file)
		return -EBADF;
	ret = vfs_read(file, buf, count, &file->f_pos);
	fput(file);
	return ret;
}

SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count)
{
	return ksys_read(fd, buf, count);
}

ssize_t ksys_write(unsigned int fd, const char __user *buf, size_t count)
{
	struct file *file = fget(fd);
	ssize_t ret;

	if (!file)
		return -EBADF;
	ret = vfs_write(file, buf, count, &file->f_pos);
	fput(file);
	return ret;
}

SYSCALL_DEFINE3(write, unsigned int, fd, const char __user *, buf, size_t, count)
{
	return ksys_write(fd, buf, count);
}

/* Only bytes in memory have a position. Devices and pipes have none. */
static bool seekable(struct file *file)
{
	return !file->f_op || file->f_op->seekable;
}

#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2
#define SEEK_DATA	3
#define SEEK_HOLE	4

/* Simplified: a file is all data, as for a file system that does not know where its holes are. Linux: generic_file_llseek_size(). */
static loff_t llseek(struct file *file, loff_t offset, unsigned int whence)
{
	loff_t size = file->f_inode->i_size;

	switch (whence) {
	case SEEK_CUR:
		offset = (unsigned long)offset + file->f_pos;
		break;
	case SEEK_END:
		offset = (unsigned long)offset + size;
		break;
	case SEEK_DATA:
	case SEEK_HOLE:
		if ((unsigned long)offset >= (unsigned long)size)
			return -ENXIO;
		if (whence == SEEK_HOLE)
			offset = size;
		break;
	}
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

SYSCALL_DEFINE3(lseek, unsigned int, fd, loff_t, offset, unsigned int, whence)
{
	struct file *file = fget(fd);
	loff_t ret;

	if (!file)
		return -EBADF;
	ret = whence > SEEK_HOLE ? -EINVAL : !seekable(file) ? -ESPIPE : llseek(file, offset, whence);
	fput(file);
	return ret;
}

SYSCALL_DEFINE4(pread64, unsigned int, fd, char __user *, buf, size_t, count, loff_t, pos)
{
	struct file *file;
	ssize_t ret;

	if (pos < 0)
		return -EINVAL;
	file = fget(fd);
	if (!file)
		return -EBADF;
	ret = seekable(file) ? vfs_read(file, buf, count, &pos) : -ESPIPE;
	fput(file);
	return ret;
}

SYSCALL_DEFINE4(pwrite64, unsigned int, fd, const char __user *, buf, size_t, count, loff_t, pos)
{
	struct file *file;
	ssize_t ret;

	if (pos < 0)
		return -EINVAL;
	file = fget(fd);
	if (!file)
		return -EBADF;
	ret = seekable(file) ? vfs_write(file, buf, count, &pos) : -ESPIPE;
	fput(file);
	return ret;
}

struct iovec {
	void __user *iov_base;
	size_t iov_len;
};

#define UIO_MAXIOV	1024

/* The vector, copied and checked as a whole before a byte moves; or an ERR_PTR. NULL: an empty one. Linux: import_iovec(). */
static struct iovec *import_iovec(const struct iovec __user *vec, unsigned long vlen)
{
	size_t total = 0;
	struct iovec *iov;
	unsigned long i;
	int ret = 0;

	if (!vlen)
		return NULL;
	if (vlen > UIO_MAXIOV)
		return ERR_PTR(-EINVAL);
	iov = kmalloc(vlen * sizeof(*iov), GFP_KERNEL);
	if (!iov)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(iov, vec, vlen * sizeof(*iov)))
		ret = -EFAULT;
	for (i = 0; i < vlen && !ret; i++) {
		if ((ssize_t)iov[i].iov_len < 0)
			ret = -EINVAL;
		else if (!access_ok(iov[i].iov_base, iov[i].iov_len))
			ret = -EFAULT;
		/* Never more than what one call may move. */
		else if (iov[i].iov_len > MAX_RW_COUNT - total)
			iov[i].iov_len = MAX_RW_COUNT - total;
		total += iov[i].iov_len;
	}
	if (!ret)
		return iov;
	kfree(iov);
	return ERR_PTR(ret);
}

/* Linux: vfs_readv(), vfs_writev(). */
static ssize_t do_iter(unsigned int fd, const struct iovec __user *vec, unsigned long vlen, bool write)
{
	struct file *file = fget(fd);
	struct iovec *iov;
	ssize_t done = 0, n = 0;
	unsigned long i;

	if (!file)
		return -EBADF;
	iov = import_iovec(vec, vlen);
	if (IS_ERR(iov))
		n = PTR_ERR(iov);
	else if (!(write ? file_writable(file) : file_readable(file)))
		n = -EBADF;
#ifdef CONFIG_NET
	/* One message, not one for each piece. */
	else if (S_ISSOCK(file->f_inode->i_mode)) {
		n = sock_iovec(file, iov, vlen, write);
		done = max(n, (ssize_t)0);
		vlen = 0;
	}
#endif
	for (i = 0; i < vlen && n >= 0; i++) {
		if (!iov[i].iov_len)
			continue;
		n = write ? vfs_write(file, iov[i].iov_base, iov[i].iov_len, &file->f_pos)
			  : vfs_read(file, iov[i].iov_base, iov[i].iov_len, &file->f_pos);
		if (n < 0)
			break;
		done += n;
		if ((size_t)n < iov[i].iov_len)
			break;
	}
	if (!IS_ERR(iov))
		kfree(iov);
	fput(file);
	return done ? done : min(n, (ssize_t)0);
}

SYSCALL_DEFINE3(readv, unsigned int, fd, const struct iovec __user *, vec, unsigned long, vlen)
{
	return do_iter(fd, vec, vlen, false);
}

SYSCALL_DEFINE3(writev, unsigned int, fd, const struct iovec __user *, vec, unsigned long, vlen)
{
	return do_iter(fd, vec, vlen, true);
}

/* Into kernel memory: exec and page faults. */
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	ssize_t n;

	if (file->f_op)
		return -EINVAL;
	n = ramfs_read(file->f_inode, buf, count, *pos, false);
	if (n > 0)
		*pos += n;
	return n;
}

/* From kernel memory, to whatever the file is. Linux: set_fs(KERNEL_DS) and vfs_write(), as long as there was set_fs(). */
static ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)
{
	ssize_t n;

	current->uaccess_kernel = true;
	if (file->f_op) {
		n = file->f_op->write ? file->f_op->write(file, buf, count, pos) : -EINVAL;
	} else {
		n = ramfs_write(file->f_inode, buf, count, *pos);
		if (n > 0)
			*pos += n;
	}
	current->uaccess_kernel = false;
	return n;
}

/* A page at a time, through one of the kernel's. What could not be written is not read. Linux: do_splice_direct(). */
static ssize_t copy_between(struct file *in, loff_t *pos, struct file *out, size_t count)
{
	char *page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	ssize_t done = 0, n = 0;

	if (!page)
		return -ENOMEM;
	while ((size_t)done < count) {
		loff_t at = *pos;

		n = kernel_read(in, page, min(count - done, PAGE_SIZE), &at);
		if (n > 0)
			n = kernel_write(out, page, n, &out->f_pos);
		if (n <= 0)
			break;
		*pos += n;
		done += n;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	kfree(page);
	return done ? done : n;
}

/* Linux: do_sendfile(). Simplified: what may be read from is a regular file, as for most file systems and devices. */
static ssize_t do_sendfile(struct file *in, loff_t *pos, struct file *out, size_t count)
{
	if (!file_readable(in))
		return -EBADF;
	if (rw_verify_area(*pos, count))
		return -EINVAL;
	if (!out || !file_writable(out))
		return -EBADF;
	if (rw_verify_area(out->f_pos, count) || (out->f_flags & O_APPEND) || !S_ISREG(in->f_inode->i_mode))
		return -EINVAL;
	return copy_between(in, pos, out, min(count, MAX_RW_COUNT));
}

SYSCALL_DEFINE4(sendfile, int, out_fd, int, in_fd, loff_t __user *, offset, size_t, count)
{
	struct file *in, *out;
	ssize_t ret;
	loff_t pos;

	if (offset && copy_from_user(&pos, offset, sizeof(pos)))
		return -EFAULT;
	in = fget(in_fd);
	if (!in)
		return -EBADF;
	out = fget(out_fd);
	if (offset && file_readable(in) && !seekable(in))
		ret = -ESPIPE;
	else
		ret = do_sendfile(in, offset ? &pos : &in->f_pos, out, count);
	if (offset && put_user(pos, offset))
		ret = -EFAULT;
	fput(in);
	if (out)
		fput(out);
	return ret;
}
