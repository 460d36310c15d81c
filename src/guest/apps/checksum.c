/*
 * Six sums over a buffer, all alive at once in a leaf function: with a red zone they stand below the stack pointer. Every
 * block is summed a second time, one sum after the other in static memory, and both answers must agree.
 */
#include <stdio.h>

#define SUMS	6
#define SIZE	(SUMS * 512)
#define ROUNDS	400

static unsigned char data[SIZE];
static unsigned long expected[SUMS];

static __attribute__((noinline)) unsigned long checksum(const unsigned char *p, const unsigned char *end)
{
	unsigned long sum[SUMS] = { 0 };

	for (unsigned long i = 0; p < end; i++, p++)
		sum[i % 6] += *p;
	return sum[0] ^ sum[1] << 8 ^ sum[2] << 16 ^ sum[3] << 24 ^ sum[4] << 32 ^ sum[5] << 40;
}

static unsigned long recompute(void)
{
	unsigned long answer = 0;

	for (int k = 0; k < SUMS; k++) {
		expected[k] = 0;
		for (int i = k; i < SIZE; i += SUMS)
			expected[k] += data[i];
		answer ^= expected[k] << 8 * k;
	}
	return answer;
}

int main(void)
{
	unsigned long answer;
	int ok = 1;

	for (int i = 0; i < SIZE; i++)
		data[i] = i * 31 + (i >> 5);
	answer = recompute();
	for (int round = 0; round < ROUNDS; round++) {
		if (checksum(data, data + SIZE) != answer)
			ok = 0;
	}
	puts(ok ? "right" : "wrong");
	return !ok;
}
