/* Sizes, offsets and addresses near the ends of what there is: no product, shift or sum of them may come out small. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { \
	errno = 0; \
	long ret = (call); \
	printf("%s = %ld %s\n", #call, ret, errno ? strerror(errno) : ""); \
} while (0)
/* An address says nothing, except that it is one. */
#define MAP(call) do { \
	errno = 0; \
	void *ret = (void *)(call); \
	printf("%s: %s\n", #call, ret == MAP_FAILED ? strerror(errno) : "mapped"); \
} while (0)

#define MAX	INT64_MAX
#define ANON	MAP_PRIVATE | MAP_ANONYMOUS, -1, 0

static char buf[16];

static void files(void)
{
	int f = open("tmp/f", O_RDWR | O_CREAT | O_TRUNC, 0644), n;
	struct stat st;

	for (n = 12; n < 43; n += 5) {
		long at = 1L << n;

		printf("at 2^%d: ", n);
		TRY(pwrite(f, "x", 1, at));
		TRY(pread(f, buf, 2, at - 1));
		printf("%d %d\n", buf[0], buf[1]);
		TRY(fstat(f, &st) || st.st_size != at + 1);
		TRY(ftruncate(f, at));
		TRY(ftruncate(f, 1));
	}
	TRY(ftruncate(f, -1));
	TRY(ftruncate(f, INT64_MIN));
	TRY(truncate("tmp/f", -1));
	TRY(pwrite(f, "x", 1, -1));
	TRY(pwrite(f, "x", 1, INT64_MIN));
	TRY(pread(f, buf, 1, -1));
	TRY(pread(f, buf, 1, MAX));
	TRY(pread(f, buf, 1, MAX - 1));
	TRY(ftruncate(f, 100));
	TRY(lseek(f, -1, SEEK_SET));
	TRY(lseek(f, -101, SEEK_END));
	TRY(lseek(f, MAX, SEEK_END));
	TRY(lseek(f, 5, SEEK_SET));
	TRY(lseek(f, MAX, SEEK_CUR));
	TRY(lseek(f, 0, 5));
	TRY(lseek(f, 0, -1));
	TRY(lseek(f, 100, SEEK_DATA));
	TRY(lseek(f, -1, SEEK_DATA));
	TRY(lseek(f, 100, SEEK_HOLE));
	pwrite(f, buf, 16, 0);
	ftruncate(f, 16);
	TRY(lseek(f, 3, SEEK_DATA));
	TRY(lseek(f, 3, SEEK_HOLE));
	close(f);
	unlink("tmp/f");
}

/* The names of a directory from a place on that it does not have, if it lets itself be put there. */
static void directories(void)
{
	static const char *const list[] = { "/proc/self", "/proc/self/task/%d", "/proc/self/task", "/proc/self/fd", "/proc" };
	static const long positions[] = { 1L << 30, INT32_MAX, 1L << 40, (1L << 40) + 8, MAX };
	static char entries[4096];
	char path[64];
	unsigned i, k;

	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		int dir;

		snprintf(path, sizeof(path), list[i], getpid());
		dir = open(path, O_RDONLY | O_DIRECTORY);
		for (k = 0; k < sizeof(positions) / sizeof(*positions); k++) {
			int is_there = lseek(dir, positions[k], SEEK_SET) == positions[k];

			printf("%s ", list[i]);
			TRY(is_there ? syscall(SYS_getdents64, dir, entries, sizeof(entries)) : 0);
		}
		close(dir);
	}
}

static void memory(void)
{
	char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, ANON), *huge;
	long brk = syscall(SYS_brk, 0);

	TRY(syscall(SYS_brk, brk + (1L << 46)) == brk);
	TRY(syscall(SYS_brk, -1L) == brk);
	TRY(syscall(SYS_brk, 1L << 47) == brk);
	TRY(syscall(SYS_brk, (1L << 47) - 4096) == brk);
	TRY(syscall(SYS_brk, brk + 8192) == brk + 8192);
	TRY(syscall(SYS_brk, brk) == brk);
	MAP(mmap(0, 0, PROT_READ, ANON));
	MAP(mmap(0, -1UL, PROT_READ, ANON));
	MAP(mmap(0, -4096UL, PROT_READ, ANON));
	MAP(mmap(0, 1UL << 47, PROT_READ, ANON));
	MAP(mmap(0, 1UL << 63, PROT_READ, ANON));
	MAP(mmap(0, 1UL << 46, PROT_READ | PROT_WRITE, ANON));
	MAP(mmap((void *)(1UL << 47), 4096, PROT_READ, MAP_FIXED | ANON));
	MAP(mmap((void *)-4096UL, 4096, PROT_READ, MAP_FIXED | ANON));
	MAP(mmap((void *)0x7ffffffff000UL, 4096, PROT_READ, MAP_FIXED | ANON));
	MAP(mmap(page + 1, 4096, PROT_READ, MAP_FIXED | ANON));
	MAP(mmap(0, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0));
	MAP(mmap(0, 4096, PROT_READ, MAP_PRIVATE, -1, 0));
	MAP(mmap(0, 4096, PROT_READ, MAP_PRIVATE, 99, 0));
	MAP(syscall(SYS_mmap, 0, 4096, PROT_READ, ANON + 1));
	huge = mmap(0, 1UL << 45, PROT_NONE, MAP_NORESERVE | ANON);
	TRY(huge == MAP_FAILED);
	TRY(mprotect(huge, 1UL << 45, PROT_READ));
	TRY(munmap(huge, 1UL << 45));
	TRY(munmap(page + 1, 4096));
	TRY(munmap(page, 0));
	TRY(munmap(page, -1UL));
	TRY(munmap((void *)-4096UL, 4096));
	TRY(mprotect(page + 1, 4096, PROT_READ));
	TRY(mprotect(page, 0, PROT_READ));
	TRY(mprotect(page, -1UL, PROT_READ));
	TRY(mprotect(page, 1UL << 62, PROT_READ));
	TRY(mprotect(page, 4096, 0x100));
	TRY(mprotect((void *)-4096UL, 8192, PROT_READ));
	TRY(mprotect((void *)0x10000, 4096, PROT_READ));
	TRY(mprotect(page, 4096, PROT_READ | PROT_WRITE));
	MAP(mremap(page, 4096, -1UL, MREMAP_MAYMOVE));
	MAP(mremap(page, 4096, 1UL << 46, MREMAP_MAYMOVE));
	MAP(mremap(page, 4096, 0, MREMAP_MAYMOVE));
	MAP(mremap(page + 1, 4096, 8192, MREMAP_MAYMOVE));
	MAP(mremap(page, 1UL << 40, 1UL << 41, MREMAP_MAYMOVE));
	MAP(mremap((void *)0x10000, 4096, 8192, MREMAP_MAYMOVE));
	MAP(mremap(page, 4096, 8192, 99));
	TRY(madvise(page + 1, 4096, MADV_DONTNEED));
	TRY(madvise(page, -1UL, MADV_DONTNEED));
	TRY(madvise(page, 4096, 9999));
	TRY(madvise((void *)0x10000, 4096, MADV_DONTNEED));
	TRY(madvise((void *)0x10000, 0, MADV_DONTNEED));
	*page = 5;
	TRY(madvise(page, 4096, MADV_DONTNEED));
	TRY(*page);
}

static void times(void)
{
	struct timespec ts[] = { { -1, 0 }, { 0, -1 }, { 0, 1000000000 }, { 0, 1 } }, now;
	struct pollfd p = { .fd = -1 };
	unsigned word = 1;
	int i;

	for (i = 0; i < 4; i++) {
		TRY(syscall(SYS_nanosleep, &ts[i], 0));
		TRY(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &ts[i], 0));
		TRY(syscall(SYS_ppoll, &p, 1, &ts[i], 0, 8));
		TRY(syscall(SYS_futex, &word, 0, 1, &ts[i], 0, 0));
	}
	TRY(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 1, &ts[3], 0));
	TRY(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &ts[3], 0));
	TRY(syscall(SYS_clock_nanosleep, 99, 0, &ts[3], 0));
	TRY(syscall(SYS_clock_gettime, 99, &now));
	TRY(syscall(SYS_clock_gettime, CLOCK_TAI, &now));
	TRY(syscall(SYS_clock_gettime, 0, 8));
	TRY(syscall(SYS_nanosleep, 8, 0));
	TRY(syscall(SYS_poll, &p, -1, 0));
	TRY(syscall(SYS_poll, 8, 1, 0));
	TRY(syscall(SYS_ppoll, &p, 1, &ts[3], &word, 4));
	TRY(syscall(SYS_ppoll, &p, 1, &ts[3], 8, 8));
	TRY(syscall(SYS_futex, &word, 0, 2, 0, 0, 0));
	TRY(syscall(SYS_futex, (char *)&word + 1, 0, 1, 0, 0, 0));
	TRY(syscall(SYS_futex, 0x10000, 0, 1, 0, 0, 0));
	TRY(syscall(SYS_futex, 1UL << 63, 1, 1, 0, 0, 0));
	TRY(syscall(SYS_futex, &word, 1, 1, 0, 0, 0));
	TRY(syscall(SYS_futex, &word, 9, 1, 0, 0, 0));
	TRY(syscall(SYS_futex, &word, 10, 1, 0, 0, 0));
	TRY(syscall(SYS_futex, &word, 256, 1, &ts[3], 0, 0));
	TRY(syscall(SYS_futex, &word, 77, 1, 0, 0, 0));
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	files();
	directories();
	memory();
	times();
	return 0;
}
