/* Sleeps for a moment, again and again: to the idle task and back, two context switches a round. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	struct timespec moment = { 0, 1000 };

	for (int i = 0; i < rounds; i++)
		nanosleep(&moment, 0);
	printf("%d\n", rounds);
	return 0;
}
