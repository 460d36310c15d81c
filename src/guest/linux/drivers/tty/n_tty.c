/*
 * The line discipline: what happens between the port and read() and write(). Linux: drivers/tty/n_tty.c.
 *
 * In canonical mode input is edited in the buffer and becomes readable a line at a time. Characters are echoed
 * as they arrive, in interrupt context, so a terminal answers even while the program computes.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/time.h>
#include <linux/tty.h>
#include <linux/uaccess.h>
#include <trace/events.h>

/* 115,200 baud, 8 bits, receiver on, modem lines ignored. */
#define C_CFLAG		0x1cb2
/* ^C ^\ DEL ^U ^D, no time, one character, none, ^Q ^S ^Z. Simplified: ^Q and ^S are told, but stop nothing. */
#define INIT_C_CC	{ 0x03, 0x1c, 0x7f, 0x15, 0x04, 0, 1, 0, 0x11, 0x13, 0x1a }

struct tty_struct console_tty = {
	.termios = {
		.c_iflag = ICRNL,
		.c_oflag = OPOST | ONLCR,
		.c_cflag = C_CFLAG,
		.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL,
		.c_cc = INIT_C_CC,
	},
	.winsize = { .ws_row = 24, .ws_col = 80 },
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

static bool lflag(const struct tty_struct *tty, unsigned int bits)
{
	return (tty->termios.c_lflag & bits) == bits;
}

/* Is c the control character at that place of c_cc? */
static bool is_cc(const struct tty_struct *tty, unsigned char c, int place)
{
	return c && tty->termios.c_cc[place] == c;
}

/* One character of output, with what OPOST makes of it. */
static void do_output_char(struct tty_struct *tty, unsigned char c)
{
	if (c == '\n' && (tty->termios.c_oflag & (OPOST | ONLCR)) == (OPOST | ONLCR))
		uart_put_char('\r');
	uart_put_char(c);
}

static bool shows_as_two(const struct tty_struct *tty, unsigned char c)
{
	return c < ' ' && c != '\n' && c != '\t' && lflag(tty, ECHOCTL);
}

static void echo_char(struct tty_struct *tty, unsigned char c)
{
	if (!lflag(tty, ECHO))
		return;
	if (shows_as_two(tty, c)) {
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
		int columns = shows_as_two(tty, gone) ? 2 : 1;

		while (lflag(tty, ECHO) && columns--) {
			uart_put_char('\b');
			uart_put_char(' ');
			uart_put_char('\b');
		}
		if (!is_cc(tty, c, VKILL))
			break;
	}
}

static bool ends_line(const struct tty_struct *tty, unsigned char c)
{
	return c == '\n' || is_cc(tty, c, VEOF) || is_cc(tty, c, VEOL) || is_cc(tty, c, VEOL2);
}

/* Linux: n_tty_receive_char_special(). Caller holds tty->lock. True when something became readable. */
static bool receive_char(struct tty_struct *tty, unsigned char c)
{
	bool canon = lflag(tty, ICANON), is_end;

	if (canon && (is_cc(tty, c, VERASE) || c == BACKSPACE || is_cc(tty, c, VKILL))) {
		eraser(tty, c);
		return false;
	}
	is_end = canon && ends_line(tty, c);
	/* Always leave room for the end of the line. */
	if (tty->read_head - tty->read_tail >= N_TTY_BUF_SIZE - (is_end ? 0 : 1))
		return false;
	if (!canon || !is_cc(tty, c, VEOF))
		echo_char(tty, c);
	if (is_end)
		mark_line_end(tty, tty->read_head);
	*read_buf_addr(tty, tty->read_head++) = c;
	if (!canon || is_end) {
		tty->canon_head = tty->read_head;
		return true;
	}
	return false;
}

void n_tty_flush_buffer(struct tty_struct *tty)
{
	size_t tail = tty->read_tail;

	while (tail != tty->read_head)
		take_line_end(tty, tail++);
	/* In this order, for n_tty_chars_in_buffer(). */
	WRITE_ONCE(tty->canon_head, tty->read_head);
	WRITE_ONCE(tty->read_tail, tail);
}

/* A key that is a signal for the foreground group. Linux: n_tty_receive_signal_char(). */
static bool receive_signal_char(struct tty_struct *tty, unsigned char c)
{
	int sig = is_cc(tty, c, VINTR) ? SIGINT : is_cc(tty, c, VQUIT) ? SIGQUIT : is_cc(tty, c, VSUSP) ? SIGTSTP : 0;

	if (!sig || !lflag(tty, ISIG))
		return false;
	if (!lflag(tty, NOFLSH))
		n_tty_flush_buffer(tty);
	echo_char(tty, c);
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, sig, 1);
	return true;
}

/* The port received characters. Interrupt context. */
void n_tty_receive_buf(struct tty_struct *tty, const unsigned char *cp, size_t count)
{
	bool readable = false;

	spin_lock(&tty->lock);
	while (count--) {
		unsigned char c = *cp++;

		if (receive_signal_char(tty, c))
			continue;
		if (c == '\r' && (tty->termios.c_iflag & IGNCR))
			continue;
		if (c == '\r' && (tty->termios.c_iflag & ICRNL))
			c = '\n';
		else if (c == '\n' && (tty->termios.c_iflag & INLCR))
			c = '\r';
		readable |= receive_char(tty, c);
	}
	spin_unlock(&tty->lock);
	uart_flush_chars();
	if (readable)
		wake_up_interruptible(&tty->read_wait);
}

/* Without the lock: neither goes back, and the tail, which is read first, never overtakes the head. */
size_t n_tty_chars_in_buffer(struct tty_struct *tty)
{
	size_t tail = READ_ONCE(tty->read_tail);

	return READ_ONCE(tty->canon_head) - tail;
}

static bool input_available(struct tty_struct *tty)
{
	return n_tty_chars_in_buffer(tty) != 0;
}

void n_tty_set_termios(struct tty_struct *tty, const struct ktermios *termios)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	/* Without lines, what has been typed so far can be read as it is. */
	if (lflag(tty, ICANON) && !(termios->c_lflag & ICANON))
		tty->canon_head = tty->read_head;
	tty->termios = *termios;
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up_interruptible(&tty->read_wait);
}

/* Takes up to nr characters, and not beyond a line's end; EOF is such an end and not part of the line. Linux: canon_copy_from_read_buf(). */
static size_t take_line(struct tty_struct *tty, char *buf, size_t nr, bool *ended)
{
	unsigned long flags;
	size_t n = 0;

	/* A key may empty the buffer, in an interrupt. */
	spin_lock_irqsave(&tty->lock, flags);
	while (n < nr && !*ended && input_available(tty)) {
		char c = *read_buf_addr(tty, tty->read_tail);

		*ended = take_line_end(tty, tty->read_tail++);
		if (!*ended || !is_cc(tty, c, VEOF))
			buf[n++] = c;
	}
	spin_unlock_irqrestore(&tty->lock, flags);
	return n;
}

/* Linux: the buffer of iterate_tty_read(). */
#define READ_CHUNK	64

/*
 * Up to one line to the program, in pieces, for user memory may fault: not under the lock. What cannot be delivered is lost.
 * Linux: iterate_tty_read().
 */
static ssize_t copy_line(struct tty_struct *tty, char __user *buf, size_t nr, bool *ended)
{
	char piece[READ_CHUNK];
	size_t done = 0, n;

	do {
		n = take_line(tty, piece, min(nr - done, sizeof(piece)), ended);
		if (copy_to_user(buf + done, piece, n))
			return done ? (ssize_t)done : -EFAULT;
		done += n;
	} while (n && done < nr && !*ended);
	return done;
}

/* Are there as many characters as a read waits for? A line counts as one. */
static bool readable(struct tty_struct *tty, size_t wanted)
{
	return n_tty_chars_in_buffer(tty) >= (lflag(tty, ICANON) ? 1 : wanted);
}

/* Until that many characters are there, or time is over: from the first one on, where there must be one (VMIN). */
static int wait_for_input(struct tty_struct *tty, size_t wanted, ktime_t patience)
{
	DEFINE_WAIT(wait);
	size_t had = 0;
	int ret = 0;

	for (;;) {
		bool timed = patience && (!tty->termios.c_cc[VMIN] || had);
		ktime_t left;

		prepare_to_wait(&tty->read_wait, &wait, TASK_INTERRUPTIBLE);
		if (readable(tty, wanted))
			break;
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		left = schedule_hrtimeout(timed ? ktime_add_safe(ktime_get(), patience) : KTIME_MAX);
		if (timed && !left && n_tty_chars_in_buffer(tty) == had)
			break;
		had = n_tty_chars_in_buffer(tty);
	}
	finish_wait(&tty->read_wait, &wait);
	return ret;
}

#define VTIME_NSEC	(NSEC_PER_SEC / 10)

ssize_t n_tty_read(struct tty_struct *tty, char __user *buf, size_t nr, bool nonblock)
{
	size_t wanted = lflag(tty, ICANON) ? 1 : min((size_t)tty->termios.c_cc[VMIN], nr);
	ktime_t patience = lflag(tty, ICANON) ? 0 : tty->termios.c_cc[VTIME] * VTIME_NSEC;
	/* No least number, but a time: until the first one. */
	size_t awaited = max(wanted, patience ? 1UL : 0UL);
	ssize_t ret = tty_check_change(tty, SIGTTIN);
	bool ended = false;

	if (ret)
		return ret;
	mutex_lock(&tty->atomic_read_lock);
	/* Again, if a key has emptied the buffer meanwhile: that nothing is there would be the end of the file. */
	do {
		if (!readable(tty, awaited)) {
			if (nonblock)
				ret = input_available(tty) ? 0 : -EAGAIN;
			else
				ret = wait_for_input(tty, awaited, patience);
		}
		if (!ret)
			ret = copy_line(tty, buf, nr, &ended);
	} while (!ret && !ended && wanted && nr);
	mutex_unlock(&tty->atomic_read_lock);
	return ret;
}

/* Linux: process_output_block(), n_tty_write(). buf is kernel memory; sleeps while the port's ring is full. */
ssize_t n_tty_write(struct tty_struct *tty, const char *buf, size_t nr)
{
	size_t done = 0;
	int ret = lflag(tty, TOSTOP) ? tty_check_change(tty, SIGTTOU) : 0;

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
