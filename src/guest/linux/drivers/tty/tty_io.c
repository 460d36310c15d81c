/* The terminal as a file: /dev/console and /dev/tty. Linux: drivers/tty/tty_io.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

/* write() copies through a kernel buffer, in pieces of this size, as Linux does. */
#define WRITE_CHUNK	2048

static ssize_t tty_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	(void)ppos;
	return n_tty_read(file->private_data, buf, count);
}

static ssize_t tty_write(struct file *file, const char __user *buf, size_t count, loff_t *ppos)
{
	static char write_buf[WRITE_CHUNK];
	struct tty_struct *tty = file->private_data;
	size_t written = 0;
	ssize_t ret = 0;

	(void)ppos;
	mutex_lock(&tty->atomic_write_lock);
	while (written < count) {
		size_t size = min(count - written, (size_t)WRITE_CHUNK);

		if (copy_from_user(write_buf, buf + written, size)) {
			ret = -EFAULT;
			break;
		}
		ret = n_tty_write(tty, write_buf, size);
		if (ret <= 0)
			break;
		written += ret;
		cond_resched();
	}
	mutex_unlock(&tty->atomic_write_lock);
	return written ? (ssize_t)written : ret;
}

static int tty_open(struct file *file)
{
	file->private_data = &console_tty;
	return 0;
}

const struct file_operations tty_fops = {
	.open = tty_open,
	.read = tty_read,
	.write = tty_write,
};
