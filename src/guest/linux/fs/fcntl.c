/* Descriptors as numbers, and calls that go to a device. Linux: fs/fcntl.c, fs/file.c, fs/ioctl.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/syscalls.h>

#define F_DUPFD		0
#define F_GETFD		1
#define F_SETFD		2
#define F_GETFL		3
#define F_SETFL		4
#define F_GETLK		5
#define F_SETLK		6
#define F_SETLKW	7
#define F_DUPFD_CLOEXEC	1030
#define FD_CLOEXEC	1

static void set_close_on_exec(unsigned int fd, bool on)
{
	if (on)
		current->files->close_on_exec |= 1UL << fd;
	else
		current->files->close_on_exec &= ~(1UL << fd);
}

static long dup_from(struct file *file, unsigned int from, bool cloexec)
{
	int fd;

	if (from >= NR_OPEN_DEFAULT)
		return -EINVAL;
	fd = fd_install_from(from, get_file(file));
	if (fd < 0)
		fput(file);
	else
		set_close_on_exec(fd, cloexec);
	return fd;
}

SYSCALL_DEFINE1(dup, unsigned int, oldfd)
{
	struct file *file = fget(oldfd);
	long ret;

	if (!file)
		return -EBADF;
	ret = dup_from(file, 0, false);
	fput(file);
	return ret;
}

SYSCALL_DEFINE3(dup3, unsigned int, oldfd, unsigned int, newfd, int, flags)
{
	struct file *file;

	if (oldfd == newfd || (flags & ~O_CLOEXEC))
		return -EINVAL;
	if (newfd >= NR_OPEN_DEFAULT)
		return -EBADF;
	file = fget(oldfd);
	if (!file)
		return -EBADF;
	close_fd(newfd);
	current->files->fd[newfd] = file;
	set_close_on_exec(newfd, flags & O_CLOEXEC);
	return newfd;
}

SYSCALL_DEFINE2(dup2, unsigned int, oldfd, unsigned int, newfd)
{
	struct file *file;

	if (oldfd != newfd)
		return __do_sys_dup3(oldfd, newfd, 0);
	file = fget(oldfd);
	if (!file)
		return -EBADF;
	fput(file);
	return newfd;
}

SYSCALL_DEFINE3(fcntl, unsigned int, fd, unsigned int, cmd, unsigned long, arg)
{
	struct file *file = fget(fd);
	long ret = 0;

	if (!file)
		return -EBADF;
	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		ret = dup_from(file, arg, cmd == F_DUPFD_CLOEXEC);
		break;
	case F_GETFD:
		ret = (current->files->close_on_exec >> fd) & 1;
		break;
	case F_SETFD:
		set_close_on_exec(fd, arg & FD_CLOEXEC);
		break;
	case F_GETFL:
		ret = file->f_flags;
		break;
	case F_SETFL:
		file->f_flags = (file->f_flags & ~(O_APPEND | O_NONBLOCK)) | (arg & (O_APPEND | O_NONBLOCK));
		break;
	/* One process: nobody else holds a lock. */
	case F_SETLK:
	case F_SETLKW:
		break;
	default:
		ret = -EINVAL;
	}
	fput(file);
	return ret;
}

SYSCALL_DEFINE3(ioctl, unsigned int, fd, unsigned int, cmd, unsigned long, arg)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = file->f_op && file->f_op->ioctl ? file->f_op->ioctl(file, cmd, arg) : -ENOTTY;
	fput(file);
	return ret;
}
