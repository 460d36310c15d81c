/*
 * The root file system: what the loader brought as a cpio archive. Linux: init/initramfs.c; cpio(5), "New ASCII Format".
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

/* cpio newc: "070701" and thirteen fields of eight hex digits. */
#define HEADER_SIZE	110
#define FIELD_MODE	1
#define FIELD_MTIME	5
#define FIELD_FILESIZE	6
#define FIELD_NAMESIZE	11

void __init device_create(const char *path, umode_t mode, dev_t rdev, const struct file_operations *fops)
{
	struct dentry *dentry = create_path(path, mode);

	if (IS_ERR(dentry))
		panic("no memory for %s", path);
	dentry->d_inode->i_rdev = rdev;
	dentry->d_inode->i_fop = fops;
}

void __init vfs_caches_init(void)
{
	struct inode *inode = new_inode(S_IFDIR | 0755);

	root_dentry = inode ? d_instantiate(NULL, "/", inode) : ERR_PTR(-ENOMEM);
	if (IS_ERR(root_dentry))
		panic("no memory for the root directory");
	init_fs.pwd = dget(root_dentry);
	device_create("/dev/console", S_IFCHR | 0600, MKDEV(5, 1), &tty_fops);
	device_create("/dev/ttyS0", S_IFCHR | 0600, MKDEV(4, 64), &tty_fops);
	device_create("/dev/tty", S_IFCHR | 0666, MKDEV(5, 0), &tty_fops);
}

static unsigned long __init field(const char *header, int n)
{
	unsigned long value = 0;
	int i;

	for (i = 0; i < 8; i++) {
		char c = header[6 + 8 * n + i];

		value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/* The bytes stay where the loader put them; only names are made. */
void __init populate_rootfs(void)
{
	const char *p = (const char *)initrd_start;
	const char *end = (const char *)initrd_end;

	while (p + HEADER_SIZE < end && strncmp(p, "070701", 6) == 0) {
		const char *name = p + HEADER_SIZE;
		size_t name_size = field(p, FIELD_NAMESIZE);
		size_t size = field(p, FIELD_FILESIZE);
		const char *data = p + ALIGN(HEADER_SIZE + name_size, 4UL);
		struct dentry *dentry;
		struct inode *inode;

		if (strcmp(name, "TRAILER!!!") == 0)
			return;
		dentry = create_path(name, field(p, FIELD_MODE));
		if (IS_ERR(dentry))
			panic("no memory for the initramfs");
		inode = dentry->d_inode;
		inode->i_mode = field(p, FIELD_MODE);
		inode->i_mtime = field(p, FIELD_MTIME);
		if (S_ISLNK(inode->i_mode)) {
			inode->i_link = kzalloc(size + 1, GFP_KERNEL);
			if (!inode->i_link)
				panic("no memory for the initramfs");
			memcpy(inode->i_link, data, size);
			inode->i_size = size;
		} else if (S_ISREG(inode->i_mode)) {
			inode->i_initial = data;
			inode->i_initial_size = inode->i_size = size;
		}
		p = data + ALIGN(size, 4UL);
	}
}
