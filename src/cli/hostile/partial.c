/* Transfers that meet a page which is not there: what has been moved counts. And what no call may move at all. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define TRY(call) do { \
	errno = 0; \
	long ret = (call); \
	printf("%s = %ld %s\n", #call, ret, errno ? strerror(errno) : ""); \
} while (0)

static char buf[8192];

int main(void)
{
	char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *end = page + 4096;
	void *kernel = (void *)0xffffffff81000000;
	struct iovec two[2] = { { end - 2, 10 }, { "12345", 5 } }, bad[2] = { { "ab", 2 }, { kernel, 5 } }, minus[2] = { { "ab", 2 }, { buf, -1 } };
	struct iovec into[2] = { { end - 3, 3 }, { end, 5 } };
	int f, zero, null, full, dir;

	setvbuf(stdout, NULL, _IONBF, 0);
	munmap(end, 4096);
	f = open("tmp/f", O_RDWR | O_CREAT | O_TRUNC, 0644);
	memcpy(end - 6, "ABCDEF", 6);
	TRY(write(f, end - 6, 20));
	TRY(write(f, end, 20));
	TRY(lseek(f, 0, SEEK_CUR));
	TRY(writev(f, two, 2));
	TRY(writev(f, bad, 2));
	TRY(writev(f, minus, 2));
	TRY(writev(f, two, -1));
	TRY(writev(f, two, 0));
	TRY(writev(99, two, 2));
	TRY(writev(f, (void *)end, 1));
	TRY(pread(f, buf, 100, 0));
	buf[100] = 0;
	puts(buf);
	TRY(pread(f, end - 3, 8, 0));
	TRY(pread(f, end, 8, 0));
	TRY(pread(f, kernel, 8, 0));
	lseek(f, 0, SEEK_SET);
	TRY(readv(f, into, 2));
	TRY(readv(f, into + 1, 1));
	TRY(read(f, buf, 1UL << 63));
	TRY(write(f, buf, 1UL << 63));
	TRY(read(f, buf, 0));
	TRY(write(f, (void *)8, 0));
	/* Across a page of the file as well. */
	memset(buf, 'y', sizeof(buf));
	TRY(pwrite(f, buf, 4096, 4090));
	TRY(pread(f, page + 10, 4096, 4090));
	TRY(memcmp(page + 10, buf, 4086));

	TRY(syscall(SYS_getrandom, page, 1UL << 62, 0));
	TRY(syscall(SYS_getrandom, page, 8192, 0));
	TRY(syscall(SYS_getrandom, end, 8, 0));
	TRY(syscall(SYS_getrandom, page, 8, 99));
	TRY(syscall(SYS_getrandom, page, 8, 6));
	TRY(syscall(SYS_getrandom, page, 8, 3));
	zero = open("/dev/zero", O_RDWR);
	null = open("/dev/null", O_RDWR);
	full = open("/dev/full", O_RDWR);
	TRY(read(zero, page, 8192));
	TRY(read(zero, end, 1));
	TRY(write(null, kernel, 8));
	TRY(write(null, end, 8));
	TRY(write(full, buf, 8));

	mkdir("tmp/d", 0755);
	close(open("tmp/d/one", O_CREAT | O_WRONLY, 0644));
	close(open("tmp/d/two", O_CREAT | O_WRONLY, 0644));
	dir = open("tmp/d", O_RDONLY);
	TRY(syscall(SYS_getdents64, dir, end - 50, 4096));
	TRY(syscall(SYS_getdents64, dir, buf, 10));
	TRY(syscall(SYS_getdents64, f, buf, 100));
	TRY(read(dir, buf, 10));
	TRY(sendfile(1, 99, 0, 10));
	TRY(sendfile(99, f, 0, 10));
	unlink("tmp/f");
	unlink("tmp/d/one");
	unlink("tmp/d/two");
	rmdir("tmp/d");
	return 0;
}
