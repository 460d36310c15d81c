/* read() and write(), down to whoever owns the file. Linux: fs/read_write.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

/* Linux never moves more at once. */
#define MAX_RW_COUNT	0x7ffff000UL

ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n;

	if ((file->f_flags & O_ACCMODE) == O_WRONLY || (file->f_flags & O_PATH))
		return -EBADF;
	if (!access_ok(buf, count))
		return -EFAULT;
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

	if ((file->f_flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (!access_ok(buf, count))
		return -EFAULT;
	if (count > MAX_RW_COUNT)
		count = MAX_RW_COUNT;
	if (file->f_op)
		return file->f_op->write ? file->f_op->write(file, buf, count, pos) : -EINVAL;
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
	return !file->f_op;
}

#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2

SYSCALL_DEFINE3(lseek, unsigned int, fd, loff_t, offset, unsigned int, whence)
{
	struct file *file = fget(fd);
	loff_t pos = -1;

	if (!file)
		return -EBADF;
	if (!seekable(file)) {
		fput(file);
		return -ESPIPE;
	}
	if (whence == SEEK_SET)
		pos = offset;
	else if (whence == SEEK_CUR)
		pos = file->f_pos + offset;
	else if (whence == SEEK_END)
		pos = file->f_inode->i_size + offset;
	if (pos >= 0)
		file->f_pos = pos;
	fput(file);
	return pos < 0 ? -EINVAL : pos;
}

SYSCALL_DEFINE4(pread64, unsigned int, fd, char __user *, buf, size_t, count, loff_t, pos)
{
	struct file *file = fget(fd);
	ssize_t ret;

	if (!file)
		return -EBADF;
	ret = seekable(file) ? vfs_read(file, buf, count, &pos) : -ESPIPE;
	fput(file);
	return ret;
}

SYSCALL_DEFINE4(pwrite64, unsigned int, fd, const char __user *, buf, size_t, count, loff_t, pos)
{
	struct file *file = fget(fd);
	ssize_t ret;

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

static ssize_t do_iter(unsigned int fd, const struct iovec __user *vec, unsigned long vlen, bool write)
{
	ssize_t done = 0;
	unsigned long i;

	if (vlen > UIO_MAXIOV)
		return -EINVAL;
	for (i = 0; i < vlen; i++) {
		struct iovec iov;
		ssize_t n;

		if (copy_from_user(&iov, &vec[i], sizeof(iov)))
			return done ? done : -EFAULT;
		if (!iov.iov_len)
			continue;
		n = write ? ksys_write(fd, iov.iov_base, iov.iov_len) : ksys_read(fd, iov.iov_base, iov.iov_len);
		if (n < 0)
			return done ? done : n;
		done += n;
		if ((size_t)n < iov.iov_len)
			break;
	}
	return done;
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
