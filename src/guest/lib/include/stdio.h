/* Streams: as much as small programs use. */
#ifndef _STDIO_H
#define _STDIO_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#define BUFSIZ	1024
#define EOF	(-1)
#define _IOFBF	0
#define _IOLBF	1
#define _IONBF	2
#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2

typedef struct _IO_FILE {
	int fd;
	int line_buffered;
	int error, eof;
	/* Output: bytes waiting. Input: bytes read, and how many were taken. */
	size_t used, taken;
	int is_input;
	int lock;
	pid_t pid;	/* popen(): the command */
	struct _IO_FILE *next;
	char buf[BUFSIZ];
} FILE;

extern FILE *const stdin, *const stdout, *const stderr;

int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
int dprintf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
int vfprintf(FILE *f, const char *format, va_list args);
int sprintf(char *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int snprintf(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *to, size_t size, const char *format, va_list args);
int puts(const char *s);
int fputs(const char *s, FILE *f);
int putchar(int c);
int fputc(int c, FILE *f);
#define putc fputc
int putc_unlocked(int c, FILE *f);
int getchar(void);
int fgetc(FILE *f);
#define getc fgetc
int ungetc(int c, FILE *f);
char *fgets(char *s, int size, FILE *f);
ssize_t getline(char **line, size_t *size, FILE *f);
size_t fread(void *to, size_t size, size_t n, FILE *f);
size_t fwrite(const void *from, size_t size, size_t n, FILE *f);
int fflush(FILE *f);
int feof(FILE *f);
int ferror(FILE *f);
void clearerr(FILE *f);
int fileno(FILE *f);
/* The mode only: buffers are the library's. */
int setvbuf(FILE *f, char *buf, int mode, size_t size);
FILE *fopen(const char *path, const char *mode);
FILE *fdopen(int fd, const char *mode);
int fclose(FILE *f);
FILE *popen(const char *command, const char *mode);
int pclose(FILE *f);
void perror(const char *what);

#endif
