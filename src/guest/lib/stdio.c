/*
 * Buffered streams. A terminal's output leaves at the end of each line.
 * Simplified: standard output is written by lines whatever it is; a program that fills a pipe says setvbuf().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lib/nptl/lock.h"
#include "lib/stdio/streams.h"

static FILE files[3] = {
	{ .fd = STDIN_FILENO, .is_input = 1, .next = &files[1] },
	{ .fd = STDOUT_FILENO, .line_buffered = 1, .next = &files[2] },
	{ .fd = STDERR_FILENO, .line_buffered = 1 },
};

FILE *const stdin = &files[0], *const stdout = &files[1], *const stderr = &files[2];
FILE *__streams = files;
int __streams_lock;

static int flush_unlocked(FILE *f)
{
	size_t done = 0;

	while (done < f->used) {
		ssize_t n = write(f->fd, f->buf + done, f->used - done);

		if (n <= 0) {
			if (n < 0 && errno == EINTR)
				continue;
			f->error = 1;
			break;
		}
		done += n;
	}
	f->used = 0;
	return f->error ? EOF : 0;
}

/* NULL: whatever is open. */
int fflush(FILE *f)
{
	int ret = 0;

	if (!f) {
		libc_lock(&__streams_lock);
		for (f = __streams; f; f = f->next)
			ret |= fflush(f);
		libc_unlock(&__streams_lock);
		return ret;
	}
	if (f->is_input)
		return 0;
	libc_lock(&f->lock);
	ret = flush_unlocked(f);
	libc_unlock(&f->lock);
	return ret;
}

int putc_unlocked(int c, FILE *f)
{
	f->buf[f->used++] = c;
	if (f->used == BUFSIZ || (c == '\n' && f->line_buffered))
		flush_unlocked(f);
	return f->error ? EOF : (unsigned char)c;
}

int fputc(int c, FILE *f)
{
	int ret;

	libc_lock(&f->lock);
	ret = putc_unlocked(c, f);
	libc_unlock(&f->lock);
	return ret;
}

int fputs(const char *s, FILE *f)
{
	libc_lock(&f->lock);
	while (*s)
		putc_unlocked(*s++, f);
	libc_unlock(&f->lock);
	return f->error ? EOF : 0;
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int puts(const char *s)
{
	libc_lock(&stdout->lock);
	while (*s)
		putc_unlocked(*s++, stdout);
	putc_unlocked('\n', stdout);
	libc_unlock(&stdout->lock);
	return stdout->error ? EOF : '\n';
}

int __getc_unlocked(FILE *f)
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

int fgetc(FILE *f)
{
	int c;

	libc_lock(&f->lock);
	c = __getc_unlocked(f);
	libc_unlock(&f->lock);
	return c;
}

int getchar(void)
{
	return fgetc(stdin);
}

char *fgets(char *s, int size, FILE *f)
{
	int n = 0;

	libc_lock(&f->lock);
	while (n < size - 1) {
		int c = __getc_unlocked(f);

		if (c == EOF)
			break;
		s[n++] = c;
		if (c == '\n')
			break;
	}
	libc_unlock(&f->lock);
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
