/* An open-addressing hash table: 64-bit multiply, a data-dependent walk, compare. */
#include <stdio.h>
#include <stdlib.h>

#define SLOTS 65536

static unsigned long keys[SLOTS], values[SLOTS];

static unsigned long slot_of(unsigned long key)
{
	unsigned long i = (key * 0x9e3779b97f4a7c15UL) >> 48;

	while (keys[i] && keys[i] != key)
		i = (i + 1) & (SLOTS - 1);
	return i;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	unsigned long sum = 0;

	while (rounds--) {
		unsigned long key = 1;

		for (int n = 0; n < 40000; n++) {
			unsigned long i = slot_of(key);

			keys[i] = key;
			values[i] += n;
			key = (key * 5 + 1) & 0x7fff;
			key += !key;
		}
		for (unsigned long k = 1; k < 32768; k++)
			sum += values[slot_of(k)];
	}
	printf("%lx\n", sum);
	return 0;
}
