/*
 * Sorts numbers that are sorted already, with the first one as the pivot: every call takes one number off, so the recursion is
 * as deep as there are numbers. Slow, but right, if there is a stack for it.
 */
#include <stdio.h>

#define COUNT	1000

static int numbers[COUNT];

static __attribute__((noinline)) void quicksort(int *low, int *high)
{
	int *last = low;

	if (high - low < 2)
		return;
	for (int *p = low + 1; p < high; p++) {
		if (*p < *low) {
			int smaller = *p;

			*p = *++last;
			*last = smaller;
		}
	}
	quicksort(low, last);
	quicksort(last + 1, high);
}

int main(void)
{
	for (int i = 0; i < COUNT; i++)
		numbers[i] = i;
	quicksort(numbers, numbers + COUNT);
	for (int i = 0; i < COUNT; i++) {
		if (numbers[i] != i) {
			puts("not sorted");
			return 1;
		}
	}
	puts("sorted");
	return 0;
}
