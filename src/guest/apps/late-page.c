/*
 * One thread maps pages in a recursion, as map-deep does, so that the kernel meets each new page of the stack. The other has a
 * page that nobody has touched yet; it sleeps for a moment, and then writes there.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define DEPTH	400

static volatile int ready;

static char *map_page(void)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static __attribute__((noinline)) void write_late(volatile char *page)
{
	*page = 1;
}

static void *other(void *arg)
{
	char *page = map_page();

	usleep(100);
	ready = 1;
	usleep(2000);
	write_late(page);
	return arg;
}

static __attribute__((noinline)) int descend(int left)
{
	if (map_page() == MAP_FAILED)
		return 0;
	return left ? descend(left - 1) + 1 : 1;
}

int main(void)
{
	pthread_t thread;
	int mapped;

	if (pthread_create(&thread, NULL, other, NULL) != 0) {
		puts("no thread");
		return 2;
	}
	while (!ready)
		usleep(100);
	mapped = descend(DEPTH - 1);
	pthread_join(thread, NULL);
	printf("%d pages mapped\n", mapped);
	return mapped != DEPTH;
}
