/* Formatted text to other places. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int sprintf(char *to, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to, INT_MAX, format, args);
	va_end(args);
	return n;
}

/* Simplified: no more than a buffer's length at a time. */
int dprintf(int fd, const char *format, ...)
{
	char text[BUFSIZ];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	return write(fd, text, n);
}

void perror(const char *what)
{
	fprintf(stderr, "%s%s%s\n", what ? what : "", what && *what ? ": " : "", strerror(errno));
}
