/* Descriptors as numbers, and calls that go to a device. Linux: fs/fcntl.c, fs/file.c, fs/ioctl.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

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

static long dup_from(struct file *file, unsigned long from, bool cloexec)
{
	int fd;

	if (from >= rlimit(RLIMIT_NOFILE))
		return -EINVAL;
	fd = fd_install_from(from, get_file(file), cloexec);
	if (fd < 0)
		fput(file);
	return fd;
}

SYSCALL_DEFINE1(dup, unsigned int, oldfd)
{
	struct file *file = fget_raw(oldfd);
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
	long ret;

	if (oldfd == newfd || (flags & ~O_CLOEXEC))
		return -EINVAL;
	if (newfd >= rlimit(RLIMIT_NOFILE))
		return -EBADF;
	file = fget_raw(oldfd);
	if (!file)
		return -EBADF;
	ret = replace_fd(newfd, file, flags & O_CLOEXEC);
	if (ret < 0)
		fput(file);
	return ret;
}

SYSCALL_DEFINE2(dup2, unsigned int, oldfd, unsigned int, newfd)
{
	struct file *file;

	if (oldfd != newfd)
		return __do_sys_dup3(oldfd, newfd, 0);
	file = fget_raw(oldfd);
	if (!file)
		return -EBADF;
	fput(file);
	return newfd;
}

/* What may be asked of a descriptor that only stands for a name. Linux: check_fcntl_cmd(). */
static bool path_command(unsigned int cmd)
{
	return cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC || cmd == F_GETFD || cmd == F_SETFD || cmd == F_GETFL;
}

/* Linux: struct flock. */
struct flock {
	short l_type;
	short l_whence;
	long l_start;
	long l_len;
	int l_pid;
};

#define F_RDLCK	0
#define F_WRLCK	1
#define F_UNLCK	2

/* One process: nobody else holds a lock, so each is had. Linux: fcntl_getlk(), fcntl_setlk(). */
static long do_lock(struct file *file, unsigned int cmd, struct flock __user *user)
{
	struct flock lock;

	if (copy_from_user(&lock, user, sizeof(lock)))
		return -EFAULT;
	if ((unsigned short)lock.l_type > F_UNLCK || (unsigned short)lock.l_whence > 2 || (cmd == F_GETLK && lock.l_type == F_UNLCK))
		return -EINVAL;
	if (cmd == F_GETLK) {
		lock.l_type = F_UNLCK;
		return copy_to_user(user, &lock, sizeof(lock)) ? -EFAULT : 0;
	}
	if ((lock.l_type == F_RDLCK && !file_readable(file)) || (lock.l_type == F_WRLCK && !file_writable(file)))
		return -EBADF;
	return 0;
}

SYSCALL_DEFINE3(fcntl, unsigned int, fd, unsigned int, cmd, unsigned long, arg)
{
	struct file *file = fget_raw(fd);
	long ret = 0;

	if (!file)
		return -EBADF;
	if ((file->f_flags & O_PATH) && !path_command(cmd)) {
		fput(file);
		return -EBADF;
	}
	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		ret = dup_from(file, arg, cmd == F_DUPFD_CLOEXEC);
		break;
	case F_GETFD:
		ret = get_close_on_exec(fd);
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
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		ret = do_lock(file, cmd, (struct flock __user *)arg);
		break;
	default:
		ret = -EINVAL;
	}
	fput(file);
	return ret;
}

#define FIOCLEX		0x5451
#define FIONCLEX	0x5450
#define FIONBIO		0x5421

SYSCALL_DEFINE3(ioctl, unsigned int, fd, unsigned int, cmd, unsigned long, arg)
{
	struct file *file = fget(fd);
	long ret = 0;
	int on;

	if (!file)
		return -EBADF;
	if (cmd == FIOCLEX || cmd == FIONCLEX)
		set_close_on_exec(fd, cmd == FIOCLEX);
	else if (cmd == FIONBIO && get_user(on, (int __user *)arg))
		ret = -EFAULT;
	else if (cmd == FIONBIO)
		file->f_flags = on ? file->f_flags | O_NONBLOCK : file->f_flags & ~O_NONBLOCK;
	else
		ret = file->f_op && file->f_op->ioctl ? file->f_op->ioctl(file, cmd, arg) : -ENOTTY;
	fput(file);
	return ret;
}
