/* Terminals. POSIX, <termios.h>; the layout is the kernel's. */
#ifndef _TERMIOS_H
#define _TERMIOS_H

#include <sys/types.h>

#define NCCS	19

typedef unsigned int tcflag_t;
typedef unsigned char cc_t;

struct termios {
	tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
	cc_t c_line;
	cc_t c_cc[NCCS];
};

#define ICRNL	0x0100
#define OPOST	0x0001
#define ONLCR	0x0004
#define ISIG	0x0001
#define ICANON	0x0002
#define ECHO	0x0008
#define ECHOE	0x0010
#define TOSTOP	0x0100
#define VINTR	0
#define VQUIT	1
#define VERASE	2
#define VKILL	3
#define VEOF	4
#define VTIME	5
#define VMIN	6
#define VSUSP	10

#define TCSANOW		0
#define TCSADRAIN	1
#define TCSAFLUSH	2

int tcgetattr(int fd, struct termios *termios);
int tcsetattr(int fd, int when, const struct termios *termios);

#endif
