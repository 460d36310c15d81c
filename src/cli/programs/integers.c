/* Arithmetic of all widths, bit tricks, 128-bit products, sorting and searching. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static int compare(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static unsigned collatz(uint64_t n)
{
	unsigned steps = 0;

	for (; n != 1; steps++)
		n = n & 1 ? 3 * n + 1 : n / 2;
	return steps;
}

int main(void)
{
	static int32_t values[5000];
	uint64_t sum = 0, product = 1;
	uint8_t bytes[256];
	unsigned longest = 0, at = 0;

	for (int i = 0; i < 5000; i++)
		values[i] = (int32_t)next();
	qsort(values, 5000, sizeof(*values), compare);
	for (int i = 1; i < 5000; i++)
		sum += (uint64_t)(values[i] >= values[i - 1]);
	printf("sorted %llu, least %d, greatest %d\n", (unsigned long long)sum, values[0], values[4999]);
	int32_t key = values[1234];
	int32_t *found = bsearch(&key, values, 5000, sizeof(*values), compare);
	printf("found %d\n", *found == key);

	for (int i = 0; i < 1000; i++) {
		uint64_t a = next(), b = next() | 1;
		unsigned __int128 wide = (unsigned __int128)a * b;

		product = (product ^ (uint64_t)(wide >> 64)) + a / b + a % b;
		product += (uint64_t)((int64_t)a / (int64_t)(b | 3)) ^ (uint64_t)((int64_t)a % 1000003);
		product ^= (uint64_t)__builtin_popcountll(a) << (b & 31);
		product += (uint64_t)__builtin_clzll(b) * (unsigned)__builtin_ctzll(a | 1 << 20);
		product = product << (a & 63) | product >> (-a & 63);
		product ^= __builtin_bswap64(b) + __builtin_bswap32((uint32_t)a) + (uint16_t)a * (int8_t)b;
	}
	printf("product %016llx\n", (unsigned long long)product);

	for (unsigned i = 1; i < 20000; i++) {
		unsigned steps = collatz(i);

		if (steps > longest) {
			longest = steps;
			at = i;
		}
	}
	printf("collatz %u at %u\n", longest, at);

	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)(i * 7);
	unsigned crc = 0xffffffff;
	for (int i = 0; i < 256; i++) {
		crc ^= bytes[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
	}
	printf("crc %08x\n", ~crc);
	printf("%d %d %u %ld\n", -7 / 2, -7 % 2, -7u / 2, (long)-7 >> 1);
	return (int)(product % 97);
}
