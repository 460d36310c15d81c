/* From a path to an open file. Linux: fs/open.c, fs/namei.c. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init_syscalls.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

#define PATH_MAX	256

struct file *filp_open(const char *path, int flags)
{
	struct inode *inode = lookup_inode(path);
	struct file *file;
	int ret;

	if (!inode)
		return ERR_PTR(flags & O_CREAT ? -EROFS : -ENOENT);
	if (!inode->i_fop && (flags & O_ACCMODE) != O_RDONLY)
		return ERR_PTR(-EROFS);
	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return ERR_PTR(-ENOMEM);
	atomic_set(&file->f_count, 1);
	file->f_flags = flags;
	file->f_inode = inode;
	file->f_op = inode->i_fop;
	if (file->f_op && file->f_op->open) {
		ret = file->f_op->open(file);
		if (ret) {
			fput(file);
			return ERR_PTR(ret);
		}
	}
	return file;
}

SYSCALL_DEFINE3(open, const char __user *, filename, int, flags, umode_t, mode)
{
	char path[PATH_MAX];
	long length = strncpy_from_user(path, filename, PATH_MAX);
	struct file *file;
	int fd;

	(void)mode;
	if (length < 0)
		return length;
	if (length == PATH_MAX)
		return -ENAMETOOLONG;
	file = filp_open(path, flags);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = fd_install_new(file);
	if (fd < 0)
		fput(file);
	return fd;
}

void console_on_rootfs(void)
{
	struct file *file = filp_open("/dev/console", O_RDWR);

	if (IS_ERR(file)) {
		pr_err("Warning: unable to open an initial console.\n");
		return;
	}
	fd_install_new(file);
	fd_install_new(get_file(file));
	fd_install_new(get_file(file));
}
