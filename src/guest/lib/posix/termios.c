/* Terminals: by ioctl(). */
#include <errno.h>
#include <termios.h>
#include <unistd.h>
#include "lib/sysdep.h"

#define TCGETS		0x5401
#define TCSETS		0x5402
#define TIOCGPGRP	0x540f
#define TIOCSPGRP	0x5410

static long ioctl(int fd, long request, void *arg)
{
	return result(syscall3(__NR_ioctl, fd, request, (long)arg));
}

int tcgetattr(int fd, struct termios *termios)
{
	return ioctl(fd, TCGETS, termios);
}

int tcsetattr(int fd, int when, const struct termios *termios)
{
	if (when < TCSANOW || when > TCSAFLUSH) {
		errno = EINVAL;
		return -1;
	}
	return ioctl(fd, TCSETS + when, (void *)termios);
}

pid_t tcgetpgrp(int fd)
{
	pid_t group;

	return ioctl(fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}

int tcsetpgrp(int fd, pid_t group)
{
	return ioctl(fd, TIOCSPGRP, &group);
}

int isatty(int fd)
{
	struct termios termios;

	return tcgetattr(fd, &termios) == 0;
}
