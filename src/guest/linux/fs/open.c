/* From a path to an open file, and changes to what a path names. Linux: fs/open.c, fs/attr.c, fs/utimes.c. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init_syscalls.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>

struct file *dentry_open(struct dentry *dentry, int flags)
{
	struct inode *inode = dentry->d_inode;
	bool writes = !(flags & O_PATH) && S_ISREG(inode->i_mode) && (flags & O_ACCMODE) != O_RDONLY;
	struct file *file;
	int ret;

	/* A program that runs is read a page at a time. Linux: get_write_access(). */
	if (inode->i_writecount < 0 && (writes || (!(flags & O_PATH) && (flags & O_TRUNC))))
		return ERR_PTR(-ETXTBSY);
	if (!(flags & O_PATH)) {
		if (S_ISLNK(inode->i_mode))
			return ERR_PTR(-ELOOP);
		/* O_TRUNC is a way of writing, whatever else is asked for. */
		if (S_ISDIR(inode->i_mode) && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC)))
			return ERR_PTR(-EISDIR);
		/* What never had a name is looked at through /proc, but opened no second time, unless it is a pipe. */
		if (dentry->d_pseudo && !S_ISFIFO(inode->i_mode))
			return ERR_PTR(-ENXIO);
	}
	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return ERR_PTR(-ENOMEM);
	atomic_set(&file->f_count, 1);
	file->f_flags = flags & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);
	/* Every file of a 64-bit program is a large one. */
	if (!(flags & O_PATH))
		file->f_flags |= O_LARGEFILE;
	file->f_dentry = dget(dentry);
	file->f_inode = inode;
	inode->i_count++;
	file->f_writes = writes;
	inode->i_writecount += writes;
	file->f_op = flags & O_PATH ? NULL : inode->i_fop;
	if (file->f_op && file->f_op->open) {
		ret = file->f_op->open(file);
		if (ret) {
			fput(file);
			return ERR_PTR(ret);
		}
	}
	return file;
}

struct file *filp_open_at(int dfd, const char *path, int flags, umode_t mode)
{
	struct dentry *dentry;
	struct file *file;
	bool created;

	if (flags & O_PATH)
		flags &= O_DIRECTORY | O_NOFOLLOW | O_PATH | O_CLOEXEC;
	/* Simplified: no files without a name. */
	if (flags & __O_TMPFILE)
		return ERR_PTR((flags & O_ACCMODE) == O_RDONLY || !(flags & O_DIRECTORY) ? -EINVAL : -EOPNOTSUPP);
	dentry = path_open(dfd, path, flags, mode, &created);
	if (IS_ERR(dentry))
		return (struct file *)dentry;
	file = dentry_open(dentry, flags);
	if (!IS_ERR(file) && (flags & O_TRUNC) && S_ISREG(dentry->d_inode->i_mode) && !created)
		ramfs_truncate(dentry->d_inode, 0);
	return file;
}

#define VALID_OPEN_FLAGS	037777703

SYSCALL_DEFINE4(openat, int, dfd, const char __user *, filename, int, flags, umode_t, mode)
{
	char *path = kmalloc(PATH_MAX, GFP_KERNEL);
	long length;
	struct file *file;
	int fd;

	if (!path)
		return -ENOMEM;
	length = strncpy_from_user(path, filename, PATH_MAX);
	if (length < 0)
		file = ERR_PTR(length);
	else if (length == PATH_MAX)
		file = ERR_PTR(-ENAMETOOLONG);
	else
		file = filp_open_at(dfd, path, flags & VALID_OPEN_FLAGS, mode);
	kfree(path);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = fd_install_from(0, file, flags & O_CLOEXEC);
	if (fd < 0)
		fput(file);
	return fd;
}

SYSCALL_DEFINE3(open, const char __user *, filename, int, flags, umode_t, mode)
{
	return __do_sys_openat(AT_FDCWD, filename, flags, mode);
}

SYSCALL_DEFINE2(creat, const char __user *, filename, umode_t, mode)
{
	return __do_sys_openat(AT_FDCWD, filename, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* Everybody is root, who may do all but execute what has no x bit. */
static long do_faccessat(int dfd, const char __user *path, int mode, int flags)
{
	struct dentry *dentry;

	if ((mode & ~7) || (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)))
		return -EINVAL;
	dentry = user_path_at(dfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) | (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if ((mode & 1) && S_ISREG(dentry->d_inode->i_mode) && !(dentry->d_inode->i_mode & 0111))
		return -EACCES;
	return 0;
}

SYSCALL_DEFINE3(faccessat, int, dfd, const char __user *, path, int, mode)
{
	return do_faccessat(dfd, path, mode, 0);
}

SYSCALL_DEFINE2(access, const char __user *, path, int, mode)
{
	return do_faccessat(AT_FDCWD, path, mode, 0);
}

SYSCALL_DEFINE4(faccessat2, int, dfd, const char __user *, path, int, mode, int, flags)
{
	return do_faccessat(dfd, path, mode, flags);
}

static long do_truncate(struct inode *inode, loff_t length)
{
	if (S_ISDIR(inode->i_mode))
		return -EISDIR;
	return S_ISREG(inode->i_mode) ? ramfs_truncate(inode, length) : -EINVAL;
}

SYSCALL_DEFINE2(truncate, const char __user *, path, loff_t, length)
{
	struct dentry *dentry;

	if (length < 0)
		return -EINVAL;
	dentry = user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW);
	if (!IS_ERR(dentry) && dentry->d_inode->i_writecount < 0)
		return -ETXTBSY;
	return IS_ERR(dentry) ? PTR_ERR(dentry) : do_truncate(dentry->d_inode, length);
}

SYSCALL_DEFINE2(ftruncate, unsigned int, fd, loff_t, length)
{
	struct file *file;
	long ret;

	if (length < 0)
		return -EINVAL;
	file = fget(fd);
	if (!file)
		return -EBADF;
	ret = S_ISREG(file->f_inode->i_mode) && file_writable(file) ? do_truncate(file->f_inode, length) : -EINVAL;
	fput(file);
	return ret;
}

/* Everything is root's. Simplified: there are no other users, as in a user namespace that knows no other. */
static long chown_common(const struct dentry *dentry, int user, int group)
{
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	return (user && user != -1) || (group && group != -1) ? -EINVAL : 0;
}

SYSCALL_DEFINE5(fchownat, int, dfd, const char __user *, path, int, user, int, group, int, flags)
{
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return chown_common(user_path_at(dfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) | (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0)),
			    user, group);
}

SYSCALL_DEFINE3(chown, const char __user *, path, int, user, int, group)
{
	return chown_common(user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW), user, group);
}

SYSCALL_DEFINE3(lchown, const char __user *, path, int, user, int, group)
{
	return chown_common(user_path_at(AT_FDCWD, path, 0), user, group);
}

SYSCALL_DEFINE3(fchown, unsigned int, fd, int, user, int, group)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = chown_common(file->f_dentry, user, group);
	fput(file);
	return ret;
}

/* Nothing waits to be written anywhere. */
SYSCALL_DEFINE0(sync)
{
	return 0;
}

static void set_mode(struct inode *inode, umode_t mode)
{
	inode->i_mode = (inode->i_mode & S_IFMT) | (mode & 07777);
}

SYSCALL_DEFINE3(fchmodat, int, dfd, const char __user *, path, umode_t, mode)
{
	struct dentry *dentry = user_path_at(dfd, path, LOOKUP_FOLLOW);

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	set_mode(dentry->d_inode, mode);
	return 0;
}

SYSCALL_DEFINE2(chmod, const char __user *, path, umode_t, mode)
{
	return __do_sys_fchmodat(AT_FDCWD, path, mode);
}

SYSCALL_DEFINE2(fchmod, unsigned int, fd, umode_t, mode)
{
	struct file *file = fget(fd);

	if (!file)
		return -EBADF;
	set_mode(file->f_inode, mode);
	fput(file);
	return 0;
}

#define UTIME_NOW	0x3fffffff
#define UTIME_OMIT	0x3ffffffe

static bool nsec_valid(long nsec)
{
	return nsec == UTIME_NOW || nsec == UTIME_OMIT || (nsec >= 0 && nsec < NSEC_PER_SEC);
}

/* Simplified: a file has one time, that of its last change. Linux: do_utimes(). */
SYSCALL_DEFINE4(utimensat, int, dfd, const char __user *, path, const struct timespec64 __user *, times, int, flags)
{
	struct timespec64 ts[2];
	struct dentry *dentry;
	struct file *file = NULL;

	if (times) {
		if (copy_from_user(ts, times, sizeof(ts)))
			return -EFAULT;
		if (ts[0].tv_nsec == UTIME_OMIT && ts[1].tv_nsec == UTIME_OMIT)
			return 0;
		if (!nsec_valid(ts[0].tv_nsec) || !nsec_valid(ts[1].tv_nsec))
			return -EINVAL;
	}
	if (!path && dfd != AT_FDCWD) {
		if (flags)
			return -EINVAL;
		file = fget(dfd);
		if (!file)
			return -EBADF;
		dentry = file->f_dentry;
	} else {
		if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
			return -EINVAL;
		dentry = user_path_at(dfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
				      (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
		if (IS_ERR(dentry))
			return PTR_ERR(dentry);
	}
	if (!times || ts[1].tv_nsec == UTIME_NOW)
		dentry->d_inode->i_mtime = ktime_get_real() / NSEC_PER_SEC;
	else if (ts[1].tv_nsec != UTIME_OMIT)
		dentry->d_inode->i_mtime = ts[1].tv_sec;
	if (file)
		fput(file);
	return 0;
}

SYSCALL_DEFINE1(umask, int, mask)
{
	umode_t old = current->fs->umask;

	current->fs->umask = mask & 0777;
	return old;
}

/* What the command line says of the first program's descriptors; a shell's <, > and 2>. */
const char *init_stdio[3] = { "/dev/console", "/dev/console", "/dev/console" };

void console_on_rootfs(void)
{
	struct file *file;
	int fd;

	for (fd = 0; fd < 3; fd++) {
		/* The same file again shares one open file, as after dup(). */
		if (fd && strcmp(init_stdio[fd], init_stdio[fd - 1]) == 0)
			file = fget(fd - 1);
		else
			file = filp_open(init_stdio[fd], O_RDWR);
		if (!file || IS_ERR(file)) {
			pr_err("Warning: unable to open %s.\n", init_stdio[fd]);
			return;
		}
		fd_install_new(file);
	}
}
