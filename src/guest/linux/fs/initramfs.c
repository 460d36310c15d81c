/*
 * The root file system: what the loader brought as a cpio archive, and a few devices.
 * Linux: init/initramfs.c, fs/ramfs, drivers/char/mem.c.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

/* cpio newc: "070701" and thirteen fields of eight hex digits. */
#define HEADER_SIZE	110
#define FIELD_MODE	1
#define FIELD_FILESIZE	6
#define FIELD_NAMESIZE	11

static struct inode *inodes;

static ssize_t read_null(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	(void)buf;
	(void)count;
	(void)pos;
	return 0;
}

static ssize_t write_null(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	(void)buf;
	(void)pos;
	return count;
}

const struct file_operations null_fops = { .read = read_null, .write = write_null };

static struct inode devices[] = {
	{ .path = "/dev/console", .i_mode = 0020600, .i_fop = &tty_fops },
	{ .path = "/dev/tty", .i_mode = 0020666, .i_fop = &tty_fops },
	{ .path = "/dev/null", .i_mode = 0020666, .i_fop = &null_fops },
};

struct inode *lookup_inode(const char *path)
{
	struct inode *inode;

	for (inode = inodes; inode; inode = inode->next) {
		if (strcmp(inode->path, path) == 0)
			return inode;
	}
	return NULL;
}

static void add_inode(struct inode *inode)
{
	inode->next = inodes;
	inodes = inode;
}

void __init vfs_caches_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		add_inode(&devices[i]);
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
		struct inode *inode;
		char *path;

		if (strcmp(name, "TRAILER!!!") == 0)
			return;
		inode = kzalloc(sizeof(*inode), GFP_KERNEL);
		path = kmalloc(name_size + 1, GFP_KERNEL);
		if (!inode || !path)
			panic("no memory for the initramfs");
		path[0] = '/';
		strcpy(path + 1, name);
		inode->path = path;
		inode->i_mode = field(p, FIELD_MODE);
		inode->data = data;
		inode->i_size = size;
		add_inode(inode);
		p = data + ALIGN(size, 4UL);
	}
}
