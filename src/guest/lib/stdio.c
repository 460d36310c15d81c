/* Buffered streams. A terminal's output leaves at the end of each line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE files[3] = {
	{ .fd = STDIN_FILENO },
	{ .fd = STDOUT_FILENO, .line_buffered = 1 },
	{ .fd = STDERR_FILENO, .line_buffered = 1 },
};

FILE *const stdin = &files[0], *const stdout = &files[1], *const stderr = &files[2];

int fflush(FILE *f)
{
	size_t done = 0;

	while (done < f->used) {
		ssize_t n = write(f->fd, f->buf + done, f->used - done);

		if (n <= 0) {
			f->error = 1;
			break;
		}
		done += n;
	}
	f->used = 0;
	return f->error ? EOF : 0;
}

int fputc(int c, FILE *f)
{
	f->buf[f->used++] = c;
	if (f->used == BUFSIZ || (c == '\n' && f->line_buffered))
		fflush(f);
	return f->error ? EOF : (unsigned char)c;
}

int fputs(const char *s, FILE *f)
{
	while (*s)
		fputc(*s++, f);
	return f->error ? EOF : 0;
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int puts(const char *s)
{
	fputs(s, stdout);
	return putchar('\n');
}

int fgetc(FILE *f)
{
	if (f->taken == f->used) {
		ssize_t n = f->eof ? 0 : read(f->fd, f->buf, BUFSIZ);

		f->taken = f->used = 0;
		if (n <= 0) {
			f->eof = n == 0;
			f->error = n < 0;
			return EOF;
		}
		f->used = n;
	}
	return (unsigned char)f->buf[f->taken++];
}

int getchar(void)
{
	return fgetc(stdin);
}

char *fgets(char *s, int size, FILE *f)
{
	int n = 0;

	while (n < size - 1) {
		int c = fgetc(f);

		if (c == EOF)
			break;
		s[n++] = c;
		if (c == '\n')
			break;
	}
	s[n] = '\0';
	return n ? s : NULL;
}

int atoi(const char *s)
{
	int value = 0, negative;

	while (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		s++;
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	while (*s >= '0' && *s <= '9')
		value = value * 10 + *s++ - '0';
	return negative ? -value : value;
}
