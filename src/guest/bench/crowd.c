/* Four processes that compute at the same time: what several CPUs cost the host, which has one thread for all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4
#define LENGTH 4096

static unsigned numbers[LENGTH];

static unsigned sorted(unsigned state)
{
	for (int i = 0; i < LENGTH; i++)
		numbers[i] = state = state * 1664525 + 1013904223;
	for (int gap = LENGTH / 2; gap > 0; gap /= 2) {
		for (int i = gap; i < LENGTH; i++) {
			unsigned value = numbers[i];
			int at = i;

			for (; at >= gap && numbers[at - gap] > value; at -= gap)
				numbers[at] = numbers[at - gap];
			numbers[at] = value;
		}
	}
	return numbers[LENGTH / 2] ^ numbers[0];
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1, process = 0;
	unsigned sum = 0;

	while (process < PROCESSES - 1 && fork())
		process++;
	for (int i = 0; i < rounds; i++)
		sum += sorted(i + process);
	if (process < PROCESSES - 1)
		_exit(sum & 1);
	while (wait(0) > 0)
		;
	printf("%x\n", sum);
	return 0;
}
