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
	return n_tty_read(file->private_data, buf, count, file->f_flags & O_NONBLOCK);
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

/* Linux: include/uapi/asm-generic/ioctls.h. */
#define TCGETS		0x5401
#define TCSETS		0x5402
#define TCSETSW		0x5403
#define TCSETSF		0x5404
#define TCSBRK		0x5409
#define TCXONC		0x540a
#define TCFLSH		0x540b
#define TIOCOUTQ	0x5411
#define TIOCGWINSZ	0x5413
#define TIOCSWINSZ	0x5414
#define FIONREAD	0x541b
#define TCSBRKP		0x5425

#define TCIFLUSH	0
#define TCOFLUSH	1

/* Linux: tty_wait_until_sent(). */
static long wait_until_sent(struct tty_struct *tty)
{
	return wait_event_interruptible(tty->write_wait, !uart_chars_in_buffer());
}

static void flush_input(struct tty_struct *tty)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	n_tty_flush_buffer(tty);
	spin_unlock_irqrestore(&tty->lock, flags);
}

/* Only for the foreground, or for who does not care. Linux: set_termios(), n_tty_ioctl_helper(). */
static long change_terminal(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	struct ktermios termios;
	long ret = tty_check_change(tty, SIGTTOU);

	if (ret)
		return ret;
	switch (cmd) {
	case TCFLSH:
		/* Simplified: what has been written is not taken back. */
		if (arg > 2)
			return -EINVAL;
		if (arg != TCOFLUSH)
			flush_input(tty);
		return 0;
	case TCSBRK:
	case TCSBRKP:
		return wait_until_sent(tty);
	}
	if (copy_from_user(&termios, (void __user *)arg, sizeof(termios)))
		return -EFAULT;
	if (cmd == TCSETSF)
		flush_input(tty);
	ret = cmd == TCSETS ? 0 : wait_until_sent(tty);
	if (!ret)
		n_tty_set_termios(tty, &termios);
	return ret;
}

static long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tty_struct *tty = file->private_data;
	void __user *p = (void __user *)arg;
	struct winsize size;

	switch (cmd) {
	case TCGETS:
		return copy_to_user(p, &tty->termios, sizeof(tty->termios)) ? -EFAULT : 0;
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
	case TCFLSH:
	case TCSBRK:
	case TCSBRKP:
		return change_terminal(tty, cmd, arg);
	case TCXONC:
		/* Simplified: output is neither stopped nor started. */
		return arg > 3 ? -EINVAL : 0;
	case TIOCGWINSZ:
		return copy_to_user(p, &tty->winsize, sizeof(tty->winsize)) ? -EFAULT : 0;
	case TIOCSWINSZ:
		if (copy_from_user(&size, p, sizeof(size)))
			return -EFAULT;
		if (memcmp(&size, &tty->winsize, sizeof(size)) && tty->pgrp)
			kill_pgrp(tty->pgrp, SIGWINCH, 1);
		tty->winsize = size;
		return 0;
	case TIOCOUTQ:
		return put_user(uart_chars_in_buffer(), (int __user *)p);
	case FIONREAD:
		return put_user(n_tty_chars_in_buffer(tty), (int __user *)p);
	}
	return tty_jobctrl_ioctl(tty, cmd, arg);
}

static unsigned int tty_poll(struct file *file, struct poll_table *wait)
{
	struct tty_struct *tty = file->private_data;

	poll_wait(&tty->read_wait, wait);
	poll_wait(&tty->write_wait, wait);
	return (n_tty_chars_in_buffer(tty) ? POLLIN : 0) | (uart_write_room() ? POLLOUT : 0);
}

/* /dev/tty is the terminal of whoever opens it. A leader without one gets the port, but not by the name of the console. */
static int tty_open(struct file *file)
{
	struct signal_struct *sig = current->signal;
	dev_t device = file->f_inode->i_rdev;

	if (device == MKDEV(5, 0) && !sig->tty)
		return -ENXIO;
	file->private_data = &console_tty;
	if (device == MKDEV(4, 64) && !(file->f_flags & O_NOCTTY) && file_readable(file) && sig->session == current->tgid && !sig->tty &&
	    !console_tty.session)
		proc_set_tty(&console_tty);
	return 0;
}

const struct file_operations tty_fops = {
	.open = tty_open,
	.read = tty_read,
	.write = tty_write,
	.ioctl = tty_ioctl,
	.poll = tty_poll,
};
