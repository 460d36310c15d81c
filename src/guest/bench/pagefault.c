/* Touches pages that are not there yet: each costs a fault, a zeroed frame and a table entry. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGES 256

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	unsigned long sum = 0;

	while (rounds--) {
		char *p = mmap(0, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int i = 0; i < PAGES; i++)
			sum += ++p[i * 4096];
		munmap(p, PAGES * 4096);
	}
	printf("%lx\n", sum);
	return 0;
}
