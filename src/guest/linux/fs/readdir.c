/* The names in a directory. Linux: fs/readdir.c, fs/libfs.c (dcache_readdir). */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

struct linux_dirent64 {
	u64 d_ino;
	s64 d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
} __packed;

/* One entry; 0 when there is no room for it, else its length or -EFAULT. */
static long filldir64(char __user *to, size_t room, const char *name, unsigned long ino, umode_t mode, long off)
{
	union {
		struct linux_dirent64 entry;
		char bytes[ALIGN(sizeof(struct linux_dirent64) + NAME_MAX + 1, 8)];
	} u;
	size_t length = ALIGN(sizeof(struct linux_dirent64) + strlen(name) + 1, 8UL);

	if (length > room)
		return 0;
	memset(&u, 0, length);
	u.entry.d_ino = ino;
	u.entry.d_off = off;
	u.entry.d_reclen = length;
	u.entry.d_type = (mode & S_IFMT) >> 12;
	strcpy(u.bytes + sizeof(struct linux_dirent64), name);
	return copy_to_user(to, &u, length) ? -EFAULT : (long)length;
}

/*
 * f_pos counts entries: ".", "..", then the names in the order of their making.
 * Simplified: a name removed between two calls moves those after it, so one may be missed.
 */
SYSCALL_DEFINE3(getdents64, unsigned int, fd, char __user *, dirent, unsigned int, count)
{
	struct file *file = fget(fd);
	struct dentry *dir, *child;
	unsigned int done = 0;
	long n = 0, index = 0;
	bool is_there;

	if (!file)
		return -EBADF;
	dir = file->f_dentry;
	if (!S_ISDIR(file->f_inode->i_mode)) {
		fput(file);
		return -ENOTDIR;
	}
	/* Linux: IS_DEADDIR(). */
	if (dir->d_gone) {
		fput(file);
		return -ENOENT;
	}
	if (file->f_pos == 0 && (n = filldir64(dirent, count, ".", dir->d_inode->i_ino, S_IFDIR, 1)) > 0) {
		done += n;
		file->f_pos = 1;
	}
	if (file->f_pos == 1 && (n = filldir64(dirent + done, count - done, "..", dir->d_parent->d_inode->i_ino, S_IFDIR, 2)) > 0) {
		done += n;
		file->f_pos = 2;
	}
	if (file->f_pos >= 2 && dir->d_inode->i_op) {
		char name[NAME_MAX + 1];
		umode_t mode;

		n = 1;
		/* Simplified: names that are made when they are asked for have one number. */
		while ((index = dir->d_inode->i_op->next(dir->d_inode, file->f_pos - 2, name, &mode))) {
			n = index < 0 ? index : filldir64(dirent + done, count - done, name, dir->d_inode->i_ino, mode, index + 2);
			if (n <= 0)
				break;
			done += n;
			file->f_pos = index + 2;
		}
	} else if (file->f_pos >= 2) {
		n = 1;
		list_for_each_entry(child, &dir->d_subdirs, d_child) {
			if (index++ < file->f_pos - 2)
				continue;
			/* The copy may sleep, and the name be taken away, or to another directory, meanwhile: then the next call finds its place. */
			dget(child);
			n = filldir64(dirent + done, count - done, child->d_name, child->d_inode->i_ino, child->d_inode->i_mode, file->f_pos + 1);
			is_there = !child->d_gone && child->d_parent == dir;
			dput(child);
			if (n <= 0)
				break;
			done += n;
			file->f_pos++;
			if (!is_there)
				break;
		}
	}
	fput(file);
	if (done)
		return done;
	return n < 0 ? n : n == 0 ? -EINVAL : 0;
}
