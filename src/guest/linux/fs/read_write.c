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

/* A file of the initramfs: its bytes stand in memory. */
static size_t ramfs_rest(struct file *file, size_t count, loff_t pos)
{
	if (pos < 0 || (size_t)pos >= file->f_inode->i_size)
		return 0;
	return min(count, file->f_inode->i_size - (size_t)pos);
}

ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	size_t n;

	if ((file->f_flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	if (!access_ok(buf, count))
		return -EFAULT;
	if (count > MAX_RW_COUNT)
		count = MAX_RW_COUNT;
	if (file->f_op)
		return file->f_op->read ? file->f_op->read(file, buf, count, pos) : -EINVAL;
	n = ramfs_rest(file, count, *pos);
	if (copy_to_user(buf, file->f_inode->data + *pos, n))
		return -EFAULT;
	*pos += n;
	return n;
}

ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	if ((file->f_flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (!access_ok(buf, count))
		return -EFAULT;
	if (count > MAX_RW_COUNT)
		count = MAX_RW_COUNT;
	if (!file->f_op || !file->f_op->write)
		return -EINVAL;
	return file->f_op->write(file, buf, count, pos);
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

/* Into kernel memory: exec and page faults. */
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	size_t n = ramfs_rest(file, count, *pos);

	if (file->f_op)
		return -EINVAL;
	memcpy(buf, file->f_inode->data + *pos, n);
	*pos += n;
	return n;
}
