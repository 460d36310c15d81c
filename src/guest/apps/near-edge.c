/*
 * Touches a page of memory while the stack pointer is 32 bytes above a page of the stack that is not there yet. What the
 * fault pushes has 48 bytes.
 */
#include <stdio.h>
#include <sys/mman.h>

#define PAGE	4096

/* A store with RSP at stack, and RSP as it was again. */
static __attribute__((noinline)) void store_from(char *stack, char *to)
{
	__asm__ volatile("xchgq %%rsp, %0\n\t"
			 "movb $1, (%1)\n\t"
			 "xchgq %%rsp, %0"
			 : "+r" (stack) : "r" (to) : "memory");
}

int main(void)
{
	char *fresh = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char here, *page = (char *)((unsigned long)&here & -PAGE) - 4 * PAGE;

	if (fresh == MAP_FAILED)
		return 2;
	*(volatile char *)page = 1;
	store_from(page + 32, fresh);
	puts(*fresh == 1 ? "stored" : "not stored");
	return *fresh != 1;
}
