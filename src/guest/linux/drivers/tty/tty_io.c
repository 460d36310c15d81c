/* The terminal as a file: /dev/console and /dev/tty. Linux: drivers/tty/tty_io.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

/* write() copies through a kernel buffer, in pieces of this size, as Linux does. */
#define WRITE_CHUNK	2048

static ssize_t tty_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	(void)ppos;
	if ((file->f_flags & O_NONBLOCK) && !n_tty_chars_in_buffer(file->private_data))
		return -EAGAIN;
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

/* Linux: include/uapi/asm-generic/termbits.h, termios.h, ioctls.h. */
struct termios {
	unsigned int c_iflag, c_oflag, c_cflag, c_lflag;
	unsigned char c_line;
	unsigned char c_cc[19];
};

struct winsize {
	unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

#define TCGETS		0x5401
#define TCSETS		0x5402
#define TCSETSW		0x5403
#define TCSETSF		0x5404
#define TIOCGPGRP	0x540f
#define TIOCSPGRP	0x5410
#define TIOCGWINSZ	0x5413
#define FIONREAD	0x541b

/* 115,200 baud, 8 bits, receiver on, modem lines ignored. */
#define C_CFLAG		0x1cb2

/* Simplified: control characters can be asked for, not changed. */
static const unsigned char control_chars[19] = { INTR_CHAR, 0x1c, ERASE_CHAR, KILL_CHAR, EOF_CHAR, 0, 1, 0, 0x11, 0x13, 0x1a };

static long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tty_struct *tty = file->private_data;
	void __user *p = (void __user *)arg;
	struct termios termios = { .c_cflag = C_CFLAG };
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	int value = current->tgid;

	switch (cmd) {
	case TCGETS:
		termios.c_iflag = tty->c_iflag;
		termios.c_oflag = tty->c_oflag;
		termios.c_lflag = tty->c_lflag;
		memcpy(termios.c_cc, control_chars, sizeof(control_chars));
		return copy_to_user(p, &termios, sizeof(termios)) ? -EFAULT : 0;
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		if (copy_from_user(&termios, p, sizeof(termios)))
			return -EFAULT;
		n_tty_set_termios(tty, termios.c_iflag, termios.c_oflag, termios.c_lflag);
		return 0;
	case TIOCGWINSZ:
		return copy_to_user(p, &size, sizeof(size)) ? -EFAULT : 0;
	case TIOCGPGRP:
		return copy_to_user(p, &value, sizeof(value)) ? -EFAULT : 0;
	case TIOCSPGRP:
		return 0;
	case FIONREAD:
		value = n_tty_chars_in_buffer(tty);
		return copy_to_user(p, &value, sizeof(value)) ? -EFAULT : 0;
	}
	return -ENOTTY;
}

static unsigned int tty_poll(struct file *file, struct poll_table *wait)
{
	struct tty_struct *tty = file->private_data;

	poll_wait(&tty->read_wait, wait);
	poll_wait(&tty->write_wait, wait);
	return (n_tty_chars_in_buffer(tty) ? POLLIN : 0) | (uart_write_room() ? POLLOUT : 0);
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
	.ioctl = tty_ioctl,
	.poll = tty_poll,
};
