/*
 * Two ways out of the machine: every byte written to a port goes to the host. QEMU: hw/char/debugcon.c ("isa-debugcon",
 * port 0xE9 by custom). A program that is run from the host's command line has its standard output and error here, so that
 * they stay apart from each other and from the kernel's messages.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/io.h>

#define DEBUGCON_PORT	0xe9
#define CHUNK		256

static ssize_t debugcon_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	u16 port = DEBUGCON_PORT + (file->f_inode->i_rdev & 1);
	char bytes[CHUNK];
	size_t done = 0;

	(void)pos;
	while (done < count) {
		size_t n = min(count - done, (size_t)CHUNK), i;

		if (copy_from_user(bytes, buf + done, n))
			return done ? (ssize_t)done : -EFAULT;
		for (i = 0; i < n; i++)
			outb(bytes[i], port);
		done += n;
	}
	return done;
}

static const struct file_operations debugcon_fops = { .write = debugcon_write };

/* Seen as pipes: a program finds no terminal there, and no position. */
static int __init debugcon_init(void)
{
	device_create("/dev/debugcon0", S_IFIFO | 0600, MKDEV(240, 0), &debugcon_fops);
	device_create("/dev/debugcon1", S_IFIFO | 0600, MKDEV(240, 1), &debugcon_fops);
	return 0;
}
device_initcall(debugcon_init);
