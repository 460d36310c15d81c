/* Copying without string instructions: aligned words, unaligned words, single bytes. */
#include <stdio.h>
#include <stdlib.h>

#define SIZE 65536

static unsigned char from[SIZE + 16], to[SIZE + 16];

static void copy_words(unsigned char *d, const unsigned char *s, unsigned long n)
{
	for (; n >= 8; n -= 8, d += 8, s += 8)
		*(unsigned long *)d = *(const unsigned long *)s;
	while (n--)
		*d++ = *s++;
}

static void copy_bytes(unsigned char *d, const unsigned char *s, unsigned long n)
{
	while (n--)
		*d++ = *s++;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	unsigned long sum = 0;

	for (int i = 0; i < SIZE; i++)
		from[i] = i * 7 + (i >> 8);
	while (rounds--) {
		copy_words(to, from, SIZE);
		copy_words(to, from + 3, SIZE - 8);
		copy_bytes(to + 1, from, SIZE / 4);
		sum = sum * 31 + to[rounds & (SIZE - 1)];
	}
	printf("%lx\n", sum);
	return 0;
}
