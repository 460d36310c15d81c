/* Reads and writes all over 8 MiB: what a translation look-aside buffer is for. */
#include <stdio.h>
#include <stdlib.h>

#define WORDS (1UL << 20)

static unsigned long memory[WORDS];

int main(int argc, char **argv)
{
	unsigned long n = (argc > 1 ? atoi(argv[1]) : 1) * 20000UL;
	unsigned long x = 88172645463325252UL, sum = 0;

	while (n--) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		sum += memory[x & (WORDS - 1)];
		memory[(x >> 20) & (WORDS - 1)] = sum + x;
	}
	printf("%lx\n", sum);
	return 0;
}
