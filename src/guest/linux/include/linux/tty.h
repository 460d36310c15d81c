/* Terminals. Linux: include/linux/tty.h, tty_driver.h, include/uapi/asm-generic/termbits.h. */
#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/types.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#define N_TTY_BUF_SIZE	4096

/* Linux: include/uapi/asm-generic/termbits.h, termios.h, ioctls.h. */
#define NCCS	19

struct ktermios {
	unsigned int c_iflag, c_oflag, c_cflag, c_lflag;
	unsigned char c_line;
	unsigned char c_cc[NCCS];
};

struct winsize {
	unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

/* Bits of the terminal's modes, as POSIX names them. */
#define INLCR	0x0040	/* NL on input is CR */
#define IGNCR	0x0080
#define ICRNL	0x0100	/* CR on input is NL */
#define OPOST	0x0001
#define ONLCR	0x0004	/* NL on output is CR NL */
#define ISIG	0x0001
#define ICANON	0x0002	/* input comes by lines */
#define ECHO	0x0008
#define ECHOE	0x0010	/* erase wipes the character from the screen */
#define ECHOK	0x0020
#define NOFLSH	0x0080	/* INTR, QUIT and SUSP leave the input that waits */
#define TOSTOP	0x0100	/* a group in the background stops also when it writes */
#define ECHOCTL	0x0200	/* control characters show as ^X */

/* Places in c_cc. A control character that is 0 is none. */
#define VINTR	0
#define VQUIT	1
#define VERASE	2
#define VKILL	3
#define VEOF	4
#define VTIME	5
#define VMIN	6
#define VSUSP	10
#define VEOL	11
#define VEOL2	16

#define BACKSPACE	0x08

struct tty_struct {
	struct ktermios termios;
	struct winsize winsize;
	/* Whose controlling terminal it is, and which group of theirs is in the foreground; 0: nobody's. */
	pid_t session;
	pid_t pgrp;
	/* The line discipline's input: positions count up for ever, the buffer is their remainder. */
	char read_buf[N_TTY_BUF_SIZE];
	unsigned long read_flags[N_TTY_BUF_SIZE / 64];	/* a set bit: the character there ends a line */
	size_t read_head;	/* next free place */
	size_t canon_head;	/* end of the last complete line */
	size_t read_tail;	/* next to be read */
	unsigned int column;	/* of the cursor, for tabs and erase */
	spinlock_t lock;
	struct mutex atomic_read_lock;
	struct mutex atomic_write_lock;
	wait_queue_head_t read_wait;
	wait_queue_head_t write_wait;
};

extern struct tty_struct console_tty;

/* n_tty.c */
void n_tty_receive_buf(struct tty_struct *tty, const unsigned char *cp, size_t count);
ssize_t n_tty_read(struct tty_struct *tty, char __user *buf, size_t nr, bool nonblock);
/* Bytes that read() would give now. */
size_t n_tty_chars_in_buffer(struct tty_struct *tty);
void n_tty_set_termios(struct tty_struct *tty, const struct ktermios *termios);
/* Forgets what waits to be read. Caller holds tty->lock. */
void n_tty_flush_buffer(struct tty_struct *tty);
ssize_t n_tty_write(struct tty_struct *tty, const char *buf, size_t nr);

/* tty_jobctrl.c. sig: SIGTTIN or SIGTTOU. 0: current may; else it was sent that signal, or nobody could let it go on (-EIO). */
int tty_check_change(struct tty_struct *tty, int sig);
/* tty becomes the controlling terminal of current's session, whose leader current is. */
void proc_set_tty(struct tty_struct *tty);
/* The leader of a session goes, or lets go of its terminal: the foreground group hangs up, and nobody in the session has one any more. */
void disassociate_ctty(void);
/* The ioctls of sessions and groups. */
long tty_jobctrl_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg);

/* serial core: what the terminal needs of the port */
size_t uart_write(const char *buf, size_t count);
size_t uart_write_room(void);
size_t uart_chars_in_buffer(void);
/* Takes interrupts away so that echo and output do not mix. */
void uart_put_char(unsigned char c);
void uart_flush_chars(void);
void tty_wakeup(struct tty_struct *tty);

#endif
