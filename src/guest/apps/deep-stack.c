/* Goes down the stack, a page at a time, and touches each one. */
#include <stdio.h>

#define PAGE	4096
#define DEPTH	64

static __attribute__((noinline)) int descend(int left)
{
	volatile char page[PAGE];

	page[0] = left;
	return left ? descend(left - 1) + page[0] - left + 1 : 1;
}

int main(void)
{
	printf("%d pages deep\n", descend(DEPTH - 1));
	return 0;
}
