/* Streams of files, and the rest of what one does with streams. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lib/nptl/lock.h"
#include "lib/stdio/streams.h"

FILE *fdopen(int fd, const char *mode)
{
	FILE *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->fd = fd;
	f->is_input = mode[0] == 'r';
	libc_lock(&__streams_lock);
	f->next = __streams;
	__streams = f;
	libc_unlock(&__streams_lock);
	return f;
}

/* Simplified: a stream is for reading or for writing, never both. */
FILE *fopen(const char *path, const char *mode)
{
	int flags, fd;
	FILE *f;

	if (strchr(mode, '+') || !strchr("rwa", mode[0]) || !mode[0]) {
		errno = EINVAL;
		return NULL;
	}
	flags = mode[0] == 'r' ? O_RDONLY : O_WRONLY | O_CREAT | (mode[0] == 'w' ? O_TRUNC : O_APPEND);
	fd = open(path, flags | (strchr(mode, 'e') ? O_CLOEXEC : 0), 0666);
	if (fd < 0)
		return NULL;
	f = fdopen(fd, mode);
	if (!f)
		close(fd);
	return f;
}

int fclose(FILE *f)
{
	int ret = fflush(f);
	FILE **at;

	libc_lock(&__streams_lock);
	for (at = &__streams; *at && *at != f; at = &(*at)->next)
		;
	if (*at)
		*at = f->next;
	libc_unlock(&__streams_lock);
	if (close(f->fd) < 0)
		ret = EOF;
	/* The three of the start are nobody's to free. */
	if (f != stdin && f != stdout && f != stderr)
		free(f);
	return ret;
}

int setvbuf(FILE *f, char *buf, int mode, size_t size)
{
	(void)size;
	if (buf || mode < _IOFBF || mode > _IOLBF) {
		errno = EINVAL;
		return -1;
	}
	f->line_buffered = mode == _IOLBF;
	return 0;
}

int ungetc(int c, FILE *f)
{
	if (c == EOF || !f->taken)
		return EOF;
	f->buf[--f->taken] = c;
	return c;
}

size_t fwrite(const void *from, size_t size, size_t n, FILE *f)
{
	const char *s = from;
	size_t i;

	libc_lock(&f->lock);
	for (i = 0; i < size * n && !f->error; i++)
		putc_unlocked(s[i], f);
	libc_unlock(&f->lock);
	return size ? i / size : 0;
}

size_t fread(void *to, size_t size, size_t n, FILE *f)
{
	char *s = to;
	size_t i;
	int c;

	libc_lock(&f->lock);
	for (i = 0; i < size * n && (c = __getc_unlocked(f)) != EOF; i++)
		s[i] = c;
	libc_unlock(&f->lock);
	return size ? i / size : 0;
}

/* A whole line, however long. */
ssize_t getline(char **line, size_t *size, FILE *f)
{
	size_t n = 0;
	int c = 0;

	libc_lock(&f->lock);
	while (c != '\n' && (c = __getc_unlocked(f)) != EOF) {
		if (!*line || n + 2 > *size) {
			size_t more = *line && *size ? 2 * *size : 128;
			char *larger = realloc(*line, more);

			if (!larger) {
				n = 0;
				break;
			}
			*line = larger;
			*size = more;
		}
		(*line)[n++] = c;
	}
	libc_unlock(&f->lock);
	if (!n)
		return -1;
	(*line)[n] = '\0';
	return n;
}

int feof(FILE *f)
{
	return f->eof;
}

int ferror(FILE *f)
{
	return f->error;
}

void clearerr(FILE *f)
{
	f->eof = f->error = 0;
}

int fileno(FILE *f)
{
	return f->fd;
}
