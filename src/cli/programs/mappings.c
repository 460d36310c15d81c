/* Mappings that move, and those that must not be where something is. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

static char *area;

/* Where it is, in pages from area on, or why not. */
static void at(const char *what, void *p)
{
	if (p == MAP_FAILED)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: page %ld\n", what, ((char *)p - area) / (long)PAGE);
}

static void result(const char *what, long ret)
{
	printf("%s: %ld %s\n", what, ret, ret ? strerror(errno) : "");
}

/* What each page of the area begins with, . for none. */
static void show(int pages)
{
	int i, ends[2];

	pipe(ends);
	for (i = 0; i < pages; i++) {
		char c = write(ends[1], area + i * PAGE, 1) == 1 ? area[i * PAGE] : '.';

		putchar(c ? c : '0');
	}
	putchar('\n');
	close(ends[0]);
	close(ends[1]);
}

static void *anonymous(int page, int pages, int flags)
{
	return mmap(area + page * PAGE, pages * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static void moves(void)
{
	int i;

	at("free", anonymous(0, 4, MAP_FIXED_NOREPLACE));
	at("taken", anonymous(3, 4, MAP_FIXED_NOREPLACE));
	at("behind", anonymous(4, 2, MAP_FIXED_NOREPLACE));
	for (i = 0; i < 6; i++)
		area[i * PAGE] = 'a' + i;
	show(16);
	at("to 8", mremap(area, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 8 * PAGE));
	show(16);
	at("over others", mremap(area + 8 * PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 4 * PAGE));
	show(16);
	at("shorter", mremap(area + 2 * PAGE, 4 * PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 12 * PAGE));
	show(16);
	anonymous(0, 3, MAP_FIXED);
	for (i = 0; i < 3; i++)
		area[i * PAGE] = 'x' + i;
	at("overlap", mremap(area, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + PAGE));
	at("not aligned", mremap(area, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 1));
	at("fixed needs maymove", mremap(area, PAGE, PAGE, MREMAP_FIXED, area + 8 * PAGE));
	at("unknown", mremap(area, PAGE, PAGE, 8, area));
	at("nothing there", mremap(area + 15 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	at("too much", mremap(area, 5 * PAGE, 6 * PAGE, MREMAP_MAYMOVE));
	at("no length", mremap(area, PAGE, 0, MREMAP_MAYMOVE));
	at("no old length", mremap(area, 0, PAGE, MREMAP_MAYMOVE));
	at("beyond", mremap(area, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)0x7ffffffff000));
	at("left behind", mremap(area, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, area + 13 * PAGE));
	show(16);
	munmap(area, 16 * PAGE);
}

static void files(void)
{
	int fd = open("tmp/mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *a, *b, text[4] = "";

	ftruncate(fd, 4 * PAGE);
	pwrite(fd, "one", 3, 0);
	pwrite(fd, "two", 3, PAGE);
	a = mmap(area, 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	at("shared", a);
	b = mremap(a + PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 8 * PAGE);
	at("its second page", b);
	printf("%s\n", b);
	memcpy(b, "TWO", 3);
	pread(fd, text, 3, PAGE);
	printf("%s\n", text);
	b = mremap(a, 0, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 4 * PAGE);
	at("twice", b);
	strcpy(b, "both");
	printf("%s\n", a);
	result("msync", msync(a, PAGE, MS_SYNC));
	result("async", msync(a, PAGE, MS_ASYNC));
	result("nothing", msync(a, 0, MS_ASYNC));
	result("a hole", msync(a, 2 * PAGE, MS_SYNC));
	result("both ways", msync(a, PAGE, MS_SYNC | MS_ASYNC));
	result("unknown", msync(a, PAGE, 8));
	result("not aligned", msync(a + 1, PAGE, MS_SYNC));
	munmap(area, 16 * PAGE);
	close(fd);
	unlink("tmp/mapped");
}

static void advice(void)
{
	static const int kinds[] = { MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, 8, MADV_DONTDUMP, MADV_DODUMP, 5, 99, -1 };
	unsigned i;

	anonymous(0, 4, MAP_FIXED);
	area[0] = 'k';
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		printf("%d: ", kinds[i]);
		result("advice", madvise(area, PAGE, kinds[i]));
	}
	result("a hole", madvise(area, 8 * PAGE, MADV_SEQUENTIAL));
	result("gone", madvise(area, PAGE, MADV_DONTNEED));
	show(4);
	result("not aligned", madvise(area + 1, PAGE, MADV_NORMAL));
	munmap(area, 16 * PAGE);
}

int main(void)
{
	area = mmap(NULL, 64 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(area, 64 * PAGE);
	moves();
	files();
	advice();
	return 0;
}
