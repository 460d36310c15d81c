/* System calls by their names. */
#ifndef _UNISTD_H
#define _UNISTD_H

#include <stddef.h>

#define STDIN_FILENO	0
#define STDOUT_FILENO	1
#define STDERR_FILENO	2

typedef int pid_t;

ssize_t read(int fd, void *buf, size_t count);
ssize_t write(int fd, const void *buf, size_t count);
int close(int fd);
int brk(void *addr);
void *sbrk(long increment);
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
int sched_yield(void);
void _exit(int status) __attribute__((noreturn));
int open(const char *path, int flags, ...);

#endif
