/* Streams: as much as small programs use. */
#ifndef _STDIO_H
#define _STDIO_H

#include <stdarg.h>
#include <stddef.h>

#define BUFSIZ	1024
#define EOF	(-1)

typedef struct {
	int fd;
	int line_buffered;
	int error, eof;
	/* Output: bytes waiting. Input: bytes read, and how many were taken. */
	size_t used, taken;
	char buf[BUFSIZ];
} FILE;

extern FILE *const stdin, *const stdout, *const stderr;

int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
int vfprintf(FILE *f, const char *format, va_list args);
int snprintf(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *to, size_t size, const char *format, va_list args);
int puts(const char *s);
int fputs(const char *s, FILE *f);
int putchar(int c);
int fputc(int c, FILE *f);
int getchar(void);
int fgetc(FILE *f);
char *fgets(char *s, int size, FILE *f);
int fflush(FILE *f);

#endif
