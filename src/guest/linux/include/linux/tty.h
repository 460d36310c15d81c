/* Terminals. Linux: include/linux/tty.h, tty_driver.h, include/uapi/asm-generic/termbits.h. */
#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/types.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#define N_TTY_BUF_SIZE	4096

/* Bits of the terminal's modes, as POSIX names them. */
#define ICRNL	0x0100	/* CR on input is NL */
#define OPOST	0x0001
#define ONLCR	0x0004	/* NL on output is CR NL */
#define ISIG	0x0001
#define ICANON	0x0002	/* input comes by lines */
#define ECHO	0x0008
#define ECHOE	0x0010	/* erase wipes the character from the screen */
#define ECHOK	0x0020

/* Control characters. */
#define INTR_CHAR	0x03	/* ^C */
#define EOF_CHAR	0x04	/* ^D */
#define ERASE_CHAR	0x7f
#define KILL_CHAR	0x15	/* ^U */
#define BACKSPACE	0x08

struct tty_struct {
	unsigned int c_iflag;
	unsigned int c_oflag;
	unsigned int c_lflag;
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
ssize_t n_tty_read(struct tty_struct *tty, char __user *buf, size_t nr);
/* Bytes that read() would give now. */
size_t n_tty_chars_in_buffer(struct tty_struct *tty);
void n_tty_set_termios(struct tty_struct *tty, unsigned int iflag, unsigned int oflag, unsigned int lflag);
ssize_t n_tty_write(struct tty_struct *tty, const char *buf, size_t nr);

/* serial core: what the terminal needs of the port */
size_t uart_write(const char *buf, size_t count);
size_t uart_write_room(void);
/* Takes interrupts away so that echo and output do not mix. */
void uart_put_char(unsigned char c);
void uart_flush_chars(void);
void tty_wakeup(struct tty_struct *tty);

#endif
