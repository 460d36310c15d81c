/* Flags, modes and descriptors that are none; and as many files as there may be. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { \
	errno = 0; \
	long ret = (call); \
	printf("%s = %ld %s\n", #call, ret, errno ? strerror(errno) : ""); \
} while (0)

static struct stat st;
static struct statx sx;
static char buf[4096];

static void paths(void)
{
	struct timespec times[3][2] = { { { 1, 0 }, { 2, 1000000000 } }, { { 1, UTIME_OMIT }, { 2, UTIME_OMIT } }, { { 1, 0 }, { 1234, 0 } } };
	int f = open("tmp/f", O_RDWR | O_CREAT, 0644), d = open("tmp", O_RDONLY), p = open("tmp/f", O_PATH), w = open("tmp/f", O_WRONLY), r = open("tmp/f", O_RDONLY),
		n = open("tmp/f", O_ACCMODE);

	TRY(syscall(SYS_unlinkat, AT_FDCWD, "tmp/f", 1));
	TRY(syscall(SYS_unlinkat, 99, "f", 0));
	TRY(syscall(SYS_unlinkat, f, "f", 0));
	TRY(syscall(SYS_newfstatat, AT_FDCWD, "tmp/f", &st, 1));
	TRY(syscall(SYS_newfstatat, AT_FDCWD, "", &st, 0));
	TRY(syscall(SYS_newfstatat, f, "", &st, AT_EMPTY_PATH));
	TRY(syscall(SYS_newfstatat, 99, "", &st, AT_EMPTY_PATH));
	TRY(syscall(SYS_newfstatat, AT_FDCWD, "tmp/f", 8, 0));
	TRY(syscall(SYS_newfstatat, AT_FDCWD, 8, &st, 0));
	TRY(syscall(SYS_statx, AT_FDCWD, "tmp/f", 1, 0x7ff, &sx));
	TRY(syscall(SYS_statx, AT_FDCWD, "tmp/f", 0, 0x80000000, &sx));
	TRY(syscall(SYS_statx, AT_FDCWD, "tmp/f", 0x6000, 0, &sx));
	TRY(syscall(SYS_statx, AT_FDCWD, "tmp/f", 0x2000, 0, &sx));
	TRY(syscall(SYS_faccessat, AT_FDCWD, "tmp/f", 8));
	TRY(syscall(SYS_faccessat, AT_FDCWD, "tmp/f", X_OK));
	TRY(syscall(SYS_faccessat, AT_FDCWD, "tmp", X_OK));
	TRY(syscall(SYS_faccessat2, AT_FDCWD, "tmp/f", 0, 1));
	TRY(syscall(SYS_faccessat2, AT_FDCWD, "tmp/f", 0, AT_EACCESS | AT_SYMLINK_NOFOLLOW));
	TRY(utimensat(AT_FDCWD, "tmp/f", times[0], 0));
	TRY(utimensat(AT_FDCWD, "tmp/none", times[1], 0));
	TRY(utimensat(AT_FDCWD, "tmp/f", times[2], 0));
	TRY(utimensat(AT_FDCWD, "tmp/f", times[2], 7));
	TRY(syscall(SYS_utimensat, f, 0, times[2], 0));
	TRY(syscall(SYS_utimensat, f, 0, times[2], AT_SYMLINK_NOFOLLOW));
	TRY(syscall(SYS_utimensat, 99, 0, times[2], 0));
	TRY(syscall(SYS_utimensat, AT_FDCWD, 0, times[2], 0));
	TRY(stat("tmp/f", &st) || st.st_mtime != 1234);
	TRY(fchmodat(AT_FDCWD, "tmp/none", 0644, 0));
	TRY(readlink("tmp/f", buf, -1));
	TRY(fchdir(f));
	TRY(fchdir(99));
	TRY(fchdir(-100));
	TRY(chdir("tmp/f"));
	TRY(getcwd(buf, 1) ? 0 : -1);
	TRY(syscall(SYS_getcwd, 8, 4096));

	TRY(fsync(99));
	TRY(fdatasync(99));
	TRY(fsync(f));
	TRY(fsync(0));
	TRY(posix_fadvise(99, 0, 0, 0));
	TRY(posix_fadvise(f, 0, 0, 99));
	TRY(posix_fadvise(f, 0, -1, 0));
	TRY(read(w, buf, 1));
	TRY(write(r, buf, 1));
	TRY(read(n, buf, 1));
	TRY(write(n, buf, 1));
	TRY(ftruncate(r, 0));
	TRY(ftruncate(d, 0));
	TRY(truncate("tmp", 0));
	TRY(truncate("tmp/none", 0));
	TRY(write(d, buf, 1));
	TRY(read(p, buf, 1));
	TRY(write(p, buf, 1));
	TRY(lseek(p, 0, SEEK_SET));
	TRY(ftruncate(p, 0));
	TRY(fsync(p));
	TRY(fchmod(p, 0644));
	TRY(fstat(p, &st));
	TRY(fcntl(p, F_GETFL) & O_PATH);
	TRY(fcntl(p, F_SETFL, 0));
	TRY(fcntl(p, F_GETFD));
	TRY(ioctl(p, 0x5401, buf));
	TRY(ioctl(f, 0x5401, buf));
	TRY(close(p));
	TRY(fcntl(f, F_GETFL) & ~O_ACCMODE);
	TRY(fcntl(f, F_SETFL, O_APPEND | O_WRONLY | O_CREAT));
	TRY(fcntl(f, F_GETFL));
	TRY(fcntl(f, 9999, 0));
	TRY(fcntl(f, F_SETLK, 8));
	TRY(fcntl(f, F_GETLK, &(struct flock) { .l_type = 9 }));
	TRY(fcntl(r, F_SETLK, &(struct flock) { .l_type = F_WRLCK }));
	TRY(fcntl(f, F_SETLK, &(struct flock) { .l_type = F_WRLCK }));
	close(f), close(d), close(w), close(r), close(n);
	unlink("tmp/f");
}

static void processes(void)
{
	struct rlimit limit = { 5, 4 };
	struct rusage usage;

	TRY(syscall(SYS_prlimit64, 0, 99, 0, &limit));
	TRY(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, 0));
	TRY(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, 8, 0));
	TRY(syscall(SYS_prlimit64, 999999, RLIMIT_NOFILE, 0, &limit));
	TRY(getrlimit(RLIMIT_NOFILE, &limit));
	TRY(setrlimit(RLIMIT_NOFILE, &limit));
	TRY(getrusage(99, &usage));
	TRY(getrusage(RUSAGE_CHILDREN, &usage));
	TRY(syscall(SYS_getpgid, 999999));
	TRY(syscall(SYS_getsid, 999999));
	TRY(syscall(SYS_getsid, -1));
	TRY(getgroups(-1, 0));
	TRY(syscall(SYS_sched_getaffinity, 0, 7, buf));
	TRY(syscall(SYS_sched_getaffinity, 999999, 4096, buf));
	TRY(syscall(SYS_set_robust_list, 0, 1));
	TRY(syscall(SYS_arch_prctl, 0x1002, 1UL << 63));
	TRY(syscall(SYS_arch_prctl, 0x1002, 1UL << 47));
	TRY(syscall(SYS_arch_prctl, 0x1001, -4096L));
	TRY(syscall(SYS_arch_prctl, 0x1003, 8));
	TRY(syscall(SYS_arch_prctl, 0x9999, 0));
	TRY(syscall(SYS_uname, 8));
	TRY(syscall(SYS_rt_sigprocmask, 99, buf, 0, 8));
	TRY(syscall(SYS_rt_sigprocmask, 99, 0, 0, 8));
	TRY(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 8, 0, 8));
	TRY(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, 0, 7));
	TRY(syscall(SYS_rt_sigpending, buf, 9));
	TRY(syscall(SYS_rt_sigpending, buf, 4));
	TRY(syscall(SYS_sigaltstack, 8, 0));
	TRY(syscall(SYS_sigaltstack, 0, 8));
}

/* Ring 3 may set its bases without asking; they are its own all the same. */
static void bases(void)
{
	struct timespec ts = { 0, 1000000 };
	unsigned long fs, seen, gs = 0;

	if (!(getauxval(AT_HWCAP2) & 2)) {
		puts("no FSGSBASE");
		return;
	}
	__asm__ volatile("rdfsbase %0; wrfsbase %3; wrgsbase %4; syscall; rdfsbase %1; rdgsbase %2; wrfsbase %0"
			 : "=&b" (fs), "=&r" (seen), "=&r" (gs) : "r" (0x123456789aUL), "r" (0x2bcdef000UL), "a" (SYS_nanosleep), "D" (&ts), "S" (0)
			 : "rcx", "r11", "memory");
	printf("bases after a sleep: %lx %lx\n", seen, gs);
	syscall(SYS_arch_prctl, 0x1004, &gs);
	printf("told: %lx\n", gs);
}

static void descriptors(void)
{
	int f = open("tmp/f", O_RDWR | O_CREAT, 0644), i, n, pipes[2];
	int last = -1;

	/* Whatever the host left open above is not counted. */
	for (i = 3; i < 1024; i++)
		if (i != f)
			close(i);
	TRY(dup3(f, f, 0));
	TRY(dup3(f, 100, O_RDWR));
	TRY(dup3(99, 100, 0));
	TRY(dup2(f, -1));
	TRY(dup2(f, 1 << 20));
	TRY(dup2(99, 99));
	TRY(dup2(f, 500) - 500);
	TRY(dup3(f, 501, O_CLOEXEC) - 501);
	TRY(fcntl(500, F_GETFD));
	TRY(fcntl(501, F_GETFD));
	TRY(fcntl(f, F_DUPFD, 1 << 20));
	TRY(fcntl(f, F_DUPFD, -1));
	TRY(fcntl(f, F_DUPFD_CLOEXEC, 600) - 600);
	TRY(fcntl(600, F_GETFD));
	for (n = 0; n < 300; n++) {
		int fd = open("tmp/f", O_RDONLY);

		if (fd < 0 || (last >= 0 && fd <= last))
			break;
		last = fd;
	}
	printf("%d files\n", n);
	TRY(close(600));
	TRY(close(600));
	TRY(close(-1));
	unlink("tmp/f");
	(void)pipes;
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	/* Standard input is a pipe here and there. */
	paths();
	processes();
	bases();
	descriptors();
	return 0;
}
