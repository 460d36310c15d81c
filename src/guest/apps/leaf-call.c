/*
 * A leaf function that makes a system call by the C library's inline macro, with six sums alive across it. To the compiler an
 * asm statement is no call, so the sums may stand below the stack pointer.
 */
#include <stdio.h>
#include "lib/sysdep.h"

#define SUMS	6
#define ROUNDS	60

static __attribute__((noinline)) unsigned long sums(const unsigned char *p, int rounds)
{
	unsigned long sum[SUMS] = { 0 };

	for (int i = 0; i < rounds; i++) {
		sum[i % SUMS] += p[i];
		syscall0(__NR_getppid);
	}
	return sum[0] ^ sum[1] << 8 ^ sum[2] << 16 ^ sum[3] << 24 ^ sum[4] << 32 ^ sum[5] << 40;
}

static unsigned char data[ROUNDS];
static unsigned long expected[SUMS];

int main(void)
{
	unsigned long answer = 0;
	int ok;

	for (int i = 0; i < ROUNDS; i++) {
		data[i] = 3 * i + 1;
		expected[i % SUMS] += data[i];
	}
	for (int k = 0; k < SUMS; k++)
		answer ^= expected[k] << 8 * k;
	ok = sums(data, ROUNDS) == answer;
	puts(ok ? "right" : "wrong");
	return !ok;
}
