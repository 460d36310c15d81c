/*
 * Maps a page in every call of a recursion, and keeps almost nothing in its own frames. So it is not this program that first
 * touches the next page of the stack, but whoever goes deepest below it.
 */
#include <stdio.h>
#include <sys/mman.h>

#define PAGE	4096
#define DEPTH	400

static __attribute__((noinline)) int descend(int left)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return 0;
	return left ? descend(left - 1) + 1 : 1;
}

int main(void)
{
	printf("%d pages mapped\n", descend(DEPTH - 1));
	return 0;
}
