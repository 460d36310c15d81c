/*
 * Makes room for a large array, as any function does that has one, and computes for a while before it touches it. Then it
 * wants to sleep for a moment.
 */
#include <stdio.h>
#include <unistd.h>

#define ROOM	16384
#define TURNS	5000000

/* All of this runs in registers; RSP points into a page that nobody has touched. */
static __attribute__((noinline)) unsigned long compute(unsigned long turns)
{
	unsigned long sum = 0;

	__asm__ volatile("subq %2, %%rsp\n"
			 "1:\taddq %1, %0\n\t"
			 "decq %1\n\t"
			 "jnz 1b\n\t"
			 "addq %2, %%rsp"
			 : "+r" (sum), "+r" (turns) : "i" (ROOM) : "cc");
	return sum;
}

int main(void)
{
	unsigned long sum = compute(TURNS);

	printf("%lu\n", sum);
	usleep(1000);
	puts("slept");
	return 0;
}
