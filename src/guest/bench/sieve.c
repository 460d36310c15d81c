/* The sieve of Eratosthenes: byte stores with a growing stride, then a counting loop. */
#include <stdio.h>
#include <stdlib.h>

#define LIMIT 262144

static unsigned char composite[LIMIT];

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	int count = 0;

	while (rounds--) {
		for (int i = 0; i < LIMIT; i++)
			composite[i] = 0;
		for (int i = 2; i * i < LIMIT; i++)
			if (!composite[i])
				for (int j = i * i; j < LIMIT; j += i)
					composite[j] = 1;
		count = 0;
		for (int i = 2; i < LIMIT; i++)
			count += !composite[i];
	}
	printf("%d\n", count);
	return 0;
}
