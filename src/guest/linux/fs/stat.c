/* What is known of a file. Linux: fs/stat.c, arch/x86/include/uapi/asm/stat.h, include/uapi/linux/stat.h. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

#define BLKSIZE		4096
#define ROOT_DEV	1

struct stat {
	unsigned long st_dev;
	unsigned long st_ino;
	unsigned long st_nlink;
	unsigned int st_mode;
	unsigned int st_uid;
	unsigned int st_gid;
	unsigned int pad0;
	unsigned long st_rdev;
	long st_size;
	long st_blksize;
	long st_blocks;
	unsigned long st_atime, st_atime_nsec;
	unsigned long st_mtime, st_mtime_nsec;
	unsigned long st_ctime, st_ctime_nsec;
	long unused[3];
};

/* 512-byte units, in whole pages. */
static long blocks_of(const struct inode *inode)
{
	return inode_pages(inode) * (BLKSIZE / 512);
}

static long cp_stat(const struct inode *inode, struct stat __user *to)
{
	struct stat st = {
		.st_dev = ROOT_DEV, .st_ino = inode->i_ino, .st_nlink = inode->i_nlink, .st_mode = inode->i_mode,
		.st_rdev = inode->i_rdev, .st_size = inode->i_size, .st_blksize = BLKSIZE, .st_blocks = blocks_of(inode),
		.st_atime = inode->i_mtime, .st_mtime = inode->i_mtime, .st_ctime = inode->i_mtime,
	};

	return copy_to_user(to, &st, sizeof(st)) ? -EFAULT : 0;
}

/* Linux: vfs_statx(). */
static struct dentry *stat_path(int dfd, const char __user *path, int flags)
{
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE))
		return ERR_PTR(-EINVAL);
	return user_path_at(dfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) | (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
}

SYSCALL_DEFINE4(newfstatat, int, dfd, const char __user *, path, struct stat __user *, statbuf, int, flags)
{
	struct dentry *dentry = stat_path(dfd, path, flags);

	return IS_ERR(dentry) ? PTR_ERR(dentry) : cp_stat(dentry->d_inode, statbuf);
}

SYSCALL_DEFINE2(stat, const char __user *, path, struct stat __user *, statbuf)
{
	return __do_sys_newfstatat(AT_FDCWD, path, statbuf, 0);
}

SYSCALL_DEFINE2(lstat, const char __user *, path, struct stat __user *, statbuf)
{
	return __do_sys_newfstatat(AT_FDCWD, path, statbuf, AT_SYMLINK_NOFOLLOW);
}

SYSCALL_DEFINE2(fstat, unsigned int, fd, struct stat __user *, statbuf)
{
	struct file *file = fget_raw(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = cp_stat(file->f_inode, statbuf);
	fput(file);
	return ret;
}

struct statx_timestamp {
	long tv_sec;
	unsigned int tv_nsec;
	int reserved;
};

struct statx {
	unsigned int stx_mask;
	unsigned int stx_blksize;
	unsigned long stx_attributes;
	unsigned int stx_nlink;
	unsigned int stx_uid;
	unsigned int stx_gid;
	unsigned short stx_mode;
	unsigned short pad1;
	unsigned long stx_ino;
	unsigned long stx_size;
	unsigned long stx_blocks;
	unsigned long stx_attributes_mask;
	struct statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
	unsigned int stx_rdev_major, stx_rdev_minor;
	unsigned int stx_dev_major, stx_dev_minor;
	unsigned long pad2[14];
};

#define STATX_BASIC_STATS	0x7ff
#define STATX__RESERVED		0x80000000u

SYSCALL_DEFINE5(statx, int, dfd, const char __user *, path, unsigned int, flags, unsigned int, mask, struct statx __user *, buffer)
{
	struct dentry *dentry;
	struct inode *inode;
	struct statx st;

	if ((mask & STATX__RESERVED) || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	dentry = stat_path(dfd, path, flags);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	inode = dentry->d_inode;
	memset(&st, 0, sizeof(st));
	st.stx_mask = STATX_BASIC_STATS;
	st.stx_blksize = BLKSIZE;
	st.stx_nlink = inode->i_nlink;
	st.stx_mode = inode->i_mode;
	st.stx_ino = inode->i_ino;
	st.stx_size = inode->i_size;
	st.stx_blocks = blocks_of(inode);
	st.stx_atime.tv_sec = st.stx_ctime.tv_sec = st.stx_mtime.tv_sec = inode->i_mtime;
	st.stx_rdev_major = inode->i_rdev >> 8;
	st.stx_rdev_minor = inode->i_rdev & 0xff;
	st.stx_dev_minor = ROOT_DEV;
	return copy_to_user(buffer, &st, sizeof(st)) ? -EFAULT : 0;
}

SYSCALL_DEFINE4(readlinkat, int, dfd, const char __user *, path, char __user *, buf, int, bufsiz)
{
	struct dentry *dentry;
	const char *text;
	char *own;
	size_t n;
	long ret;

	if (bufsiz <= 0)
		return -EINVAL;
	dentry = user_path_at(dfd, path, LOOKUP_EMPTY);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	/* With an empty path it is the descriptor that is wrong. */
	if (!S_ISLNK(dentry->d_inode->i_mode))
		return strnlen_user(path, 1) == 1 ? -ENOENT : -EINVAL;
	text = get_link(dentry->d_inode);
	if (IS_ERR(text))
		return PTR_ERR(text);
	/* The copy to the user may sleep, and the link be another one meanwhile. */
	own = kstrdup(text, GFP_KERNEL);
	if (!own)
		return -ENOMEM;
	n = min((size_t)bufsiz, strlen(own));
	ret = copy_to_user(buf, own, n) ? -EFAULT : (long)n;
	kfree(own);
	return ret;
}

SYSCALL_DEFINE3(readlink, const char __user *, path, char __user *, buf, int, bufsiz)
{
	return __do_sys_readlinkat(AT_FDCWD, path, buf, bufsiz);
}

/* Linux: fs/statfs.c. */
struct statfs {
	long f_type, f_bsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree;
	int f_fsid[2];
	long f_namelen, f_frsize, f_flags, f_spare[4];
};

#define RAMFS_MAGIC	0x858458f6

static long cp_statfs(struct statfs __user *to)
{
	struct statfs st = { .f_type = RAMFS_MAGIC, .f_bsize = BLKSIZE, .f_namelen = NAME_MAX, .f_frsize = BLKSIZE };

	return copy_to_user(to, &st, sizeof(st)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(statfs, const char __user *, path, struct statfs __user *, buf)
{
	struct dentry *dentry = user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW);

	return IS_ERR(dentry) ? PTR_ERR(dentry) : cp_statfs(buf);
}

SYSCALL_DEFINE2(fstatfs, unsigned int, fd, struct statfs __user *, buf)
{
	struct file *file = fget_raw(fd);

	if (!file)
		return -EBADF;
	fput(file);
	return cp_statfs(buf);
}
