/*
 * Files that the host offers. QEMU: docs/specs/fw_cfg.rst; Linux: drivers/firmware/qemu_fw_cfg.c.
 * One of them, opt/stdin, is the standard input of a program run from the host's command line: /dev/fw_cfg/stdin reads as a
 * pipe into which the host has written everything. The host is asked only when the program first reads.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/io.h>

#define FW_CFG_SELECTOR		0x510
#define FW_CFG_DATA		0x511
#define FW_CFG_FILE_DIR		0x19
#define NAME_SIZE		56
#define CHUNK			256

static const char stdin_name[] = "opt/stdin";
static bool found;
static u32 rest;

static u32 read_be(int bytes)
{
	u32 value = 0;

	while (bytes--)
		value = value << 8 | inb(FW_CFG_DATA);
	return value;
}

/* Leaves the data register at the file's first byte. False: the host offers none. */
static bool select_file(const char *wanted, u32 *size)
{
	u32 count, key = 0, i;
	int n;

	outw(FW_CFG_FILE_DIR, FW_CFG_SELECTOR);
	count = read_be(4);
	/* Nobody answers: the bus reads as ones. */
	if (count > 4096)
		return false;
	for (i = 0; i < count && !key; i++) {
		char name[NAME_SIZE];
		u32 bytes = read_be(4), select = read_be(2);

		read_be(2);
		for (n = 0; n < NAME_SIZE; n++)
			name[n] = inb(FW_CFG_DATA);
		if (strncmp(name, wanted, NAME_SIZE) == 0) {
			*size = bytes;
			key = select;
		}
	}
	if (key)
		outw(key, FW_CFG_SELECTOR);
	return key != 0;
}

static ssize_t fw_cfg_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	size_t done = 0;

	(void)file;
	(void)pos;
	if (!found) {
		found = true;
		if (!select_file(stdin_name, &rest))
			rest = 0;
	}
	while (done < count && rest) {
		size_t n = min(min(count - done, (size_t)CHUNK), (size_t)rest), i;
		char bytes[CHUNK];

		for (i = 0; i < n; i++)
			bytes[i] = inb(FW_CFG_DATA);
		rest -= n;
		if (copy_to_user(buf + done, bytes, n))
			return done ? (ssize_t)done : -EFAULT;
		done += n;
	}
	return done;
}

static const struct file_operations fw_cfg_fops = { .read = fw_cfg_read };

static int __init fw_cfg_init(void)
{
	device_create("/dev/fw_cfg/stdin", S_IFIFO | 0400, 0, &fw_cfg_fops);
	return 0;
}
device_initcall(fw_cfg_init);
