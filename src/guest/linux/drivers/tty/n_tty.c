/*
 * The line discipline: what happens between the port and read() and write(). Linux: drivers/tty/n_tty.c.
 *
 * In canonical mode input is edited in the buffer and becomes readable a line at a time. Characters are echoed
 * as they arrive, in interrupt context, so a terminal answers even while the program computes.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/tty.h>
#include <linux/uaccess.h>
#include <trace/events.h>

struct tty_struct console_tty = {
	.c_iflag = ICRNL,
	.c_oflag = OPOST | ONLCR,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK,
	.lock = __SPIN_LOCK_UNLOCKED(console_tty.lock),
	.atomic_read_lock = __MUTEX_INITIALIZER(console_tty.atomic_read_lock),
	.atomic_write_lock = __MUTEX_INITIALIZER(console_tty.atomic_write_lock),
	.read_wait = __WAIT_QUEUE_HEAD_INITIALIZER(console_tty.read_wait),
	.write_wait = __WAIT_QUEUE_HEAD_INITIALIZER(console_tty.write_wait),
};

#define MASK(x)	((x) & (N_TTY_BUF_SIZE - 1))

static char *read_buf_addr(struct tty_struct *tty, size_t i)
{
	return &tty->read_buf[MASK(i)];
}

static void mark_line_end(struct tty_struct *tty, size_t i)
{
	tty->read_flags[MASK(i) / 64] |= 1UL << (MASK(i) % 64);
}

/* Was there a mark? It is gone now. */
static bool take_line_end(struct tty_struct *tty, size_t i)
{
	unsigned long bit = 1UL << (MASK(i) % 64);
	bool was = (tty->read_flags[MASK(i) / 64] & bit) != 0;

	tty->read_flags[MASK(i) / 64] &= ~bit;
	return was;
}

/* One character of output, with what OPOST makes of it. */
static void do_output_char(struct tty_struct *tty, unsigned char c)
{
	if (c == '\n' && (tty->c_oflag & (OPOST | ONLCR)) == (OPOST | ONLCR))
		uart_put_char('\r');
	uart_put_char(c);
}

/* Control characters show as ^X. */
static void echo_char(struct tty_struct *tty, unsigned char c)
{
	if (!(tty->c_lflag & ECHO))
		return;
	if (c < ' ' && c != '\n' && c != '\t') {
		uart_put_char('^');
		uart_put_char(c ^ 0x40);
	} else {
		do_output_char(tty, c);
	}
}

static void eraser(struct tty_struct *tty, unsigned char c)
{
	while (tty->read_head != tty->canon_head) {
		unsigned char gone = *read_buf_addr(tty, --tty->read_head);
		int columns = gone < ' ' && gone != '\t' ? 2 : 1;

		while ((tty->c_lflag & ECHO) && columns--) {
			uart_put_char('\b');
			uart_put_char(' ');
			uart_put_char('\b');
		}
		if (c != KILL_CHAR)
			break;
	}
}

/* Linux: n_tty_receive_char_special(). Caller holds tty->lock. True when a line became readable. */
static bool receive_char(struct tty_struct *tty, unsigned char c)
{
	bool is_end;

	if (c == '\r' && (tty->c_iflag & ICRNL))
		c = '\n';
	if ((tty->c_lflag & ICANON) && (c == ERASE_CHAR || c == BACKSPACE || c == KILL_CHAR)) {
		eraser(tty, c);
		return false;
	}
	is_end = c == '\n' || c == EOF_CHAR;
	/* Always leave room for the end of the line. */
	if (tty->read_head - tty->read_tail >= N_TTY_BUF_SIZE - (is_end ? 0 : 1))
		return false;
	if (c != EOF_CHAR)
		echo_char(tty, c);
	if ((tty->c_lflag & ICANON) && is_end)
		mark_line_end(tty, tty->read_head);
	*read_buf_addr(tty, tty->read_head++) = c;
	if (!(tty->c_lflag & ICANON) || is_end) {
		tty->canon_head = tty->read_head;
		return true;
	}
	return false;
}

/* Simplified: the foreground process group is everybody. */
static void isig(int sig)
{
	struct task_struct *p;

	spin_lock(&tasklist_lock);
	for_each_process(p) {
		if (!(p->flags & PF_KTHREAD))
			send_group_sig(sig, p, 1);
	}
	spin_unlock(&tasklist_lock);
}

/* The port received characters. Interrupt context. */
void n_tty_receive_buf(struct tty_struct *tty, const unsigned char *cp, size_t count)
{
	bool readable = false;

	spin_lock(&tty->lock);
	while (count--) {
		unsigned char c = *cp++;

		if ((tty->c_lflag & ISIG) && c == INTR_CHAR) {
			echo_char(tty, c);
			isig(SIGINT);
			continue;
		}
		readable |= receive_char(tty, c);
	}
	spin_unlock(&tty->lock);
	uart_flush_chars();
	if (readable)
		wake_up_interruptible(&tty->read_wait);
}

static bool input_available(struct tty_struct *tty)
{
	return READ_ONCE(tty->canon_head) != tty->read_tail;
}

size_t n_tty_chars_in_buffer(struct tty_struct *tty)
{
	return READ_ONCE(tty->canon_head) - tty->read_tail;
}

void n_tty_set_termios(struct tty_struct *tty, unsigned int iflag, unsigned int oflag, unsigned int lflag)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	tty->c_iflag = iflag;
	tty->c_oflag = oflag;
	/* Without lines, what has been typed so far can be read as it is. */
	if ((tty->c_lflag & ICANON) && !(lflag & ICANON))
		tty->canon_head = tty->read_head;
	tty->c_lflag = lflag;
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up_interruptible(&tty->read_wait);
}

/* Copies up to one line. Linux: canon_copy_from_read_buf(). EOF ends a line and is not part of it. */
static ssize_t copy_line(struct tty_struct *tty, char __user *buf, size_t nr)
{
	size_t n = 0;

	while (n < nr && input_available(tty)) {
		bool ends = take_line_end(tty, tty->read_tail);
		char c = *read_buf_addr(tty, tty->read_tail);

		if (ends && c == EOF_CHAR) {
			tty->read_tail++;
			break;
		}
		if (copy_to_user(buf + n, &c, 1))
			return n ? (ssize_t)n : -EFAULT;
		tty->read_tail++;
		n++;
		if (ends)
			break;
	}
	return n;
}

ssize_t n_tty_read(struct tty_struct *tty, char __user *buf, size_t nr)
{
	ssize_t ret;

	mutex_lock(&tty->atomic_read_lock);
	ret = wait_event_interruptible(tty->read_wait, input_available(tty));
	if (!ret)
		ret = copy_line(tty, buf, nr);
	mutex_unlock(&tty->atomic_read_lock);
	return ret;
}

/* Linux: process_output_block(), n_tty_write(). buf is kernel memory; sleeps while the port's ring is full. */
ssize_t n_tty_write(struct tty_struct *tty, const char *buf, size_t nr)
{
	size_t done = 0;
	int ret = 0;

	while (done < nr && !ret) {
		while (done < nr && uart_write_room() >= 2) {
			size_t plain = 0;

			/* What needs no change goes in one piece. */
			while (done + plain < nr && buf[done + plain] != '\n')
				plain++;
			if (plain)
				done += uart_write(buf + done, plain);
			else
				do_output_char(tty, buf[done++]);
		}
		uart_flush_chars();
		if (done < nr)
			ret = wait_event_interruptible(tty->write_wait, uart_write_room() >= 2);
	}
	return done ? (ssize_t)done : ret;
}

void tty_wakeup(struct tty_struct *tty)
{
	wake_up_interruptible(&tty->write_wait);
}
