/* System calls by their names. */
#ifndef _UNISTD_H
#define _UNISTD_H

#include <sys/types.h>

#define STDIN_FILENO	0
#define STDOUT_FILENO	1
#define STDERR_FILENO	2

#define F_OK	0
#define X_OK	1
#define W_OK	2
#define R_OK	4

#ifndef SEEK_SET
#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2
#endif

extern char **environ;

ssize_t read(int fd, void *buf, size_t count);
ssize_t write(int fd, const void *buf, size_t count);
int open(const char *path, int flags, ...);
int close(int fd);
int brk(void *addr);
void *sbrk(long increment);
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
int sched_yield(void);
void _exit(int status) __attribute__((noreturn));

/* Processes. */
pid_t fork(void);
int execve(const char *path, char *const argv[], char *const envp[]);
int execv(const char *path, char *const argv[]);
int execvp(const char *file, char *const argv[]);
int execl(const char *path, const char *arg, ...);
int execlp(const char *file, const char *arg, ...);
int setpgid(pid_t pid, pid_t group);
pid_t getpgid(pid_t pid);
pid_t getpgrp(void);
pid_t setsid(void);
pid_t getsid(pid_t pid);
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t group);
int pause(void);
unsigned int sleep(unsigned int seconds);
int usleep(unsigned int microseconds);
uid_t getuid(void);

/* Files. */
int pipe(int fds[2]);
int dup(int fd);
int dup2(int old, int new);
off_t lseek(int fd, off_t offset, int whence);
int access(const char *path, int mode);
int unlink(const char *path);
int rmdir(const char *path);
int ftruncate(int fd, off_t size);
char *getcwd(char *buf, size_t size);
int chdir(const char *path);
int isatty(int fd);

/* Words of the command line. */
extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *options);

#endif
