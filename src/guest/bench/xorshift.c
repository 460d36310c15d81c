/* Register arithmetic only: shifts, exclusive or, 64-bit add, one taken branch. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	unsigned long n = (argc > 1 ? atoi(argv[1]) : 10) * 100000UL;
	unsigned long x = 88172645463325252UL, sum = 0;

	while (n--) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		sum += x;
	}
	printf("%lx\n", sum);
	return 0;
}
