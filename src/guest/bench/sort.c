/* Quicksort of pseudo-random integers, and a division per element. */
#include <stdio.h>
#include <stdlib.h>

#define COUNT 20000

static unsigned int data[COUNT];

static void quicksort(unsigned int *low, unsigned int *high)
{
	while (low < high) {
		unsigned int pivot = low[(high - low) / 2];
		unsigned int *i = low, *j = high;

		while (i <= j) {
			while (*i < pivot)
				i++;
			while (*j > pivot)
				j--;
			if (i <= j) {
				unsigned int t = *i;

				*i++ = *j;
				*j-- = t;
			}
		}
		if (j - low < high - i) {
			quicksort(low, j);
			low = i;
		} else {
			quicksort(i, high);
			high = j;
		}
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	unsigned int x = 12345, sum = 0;

	while (rounds--) {
		for (int i = 0; i < COUNT; i++) {
			x = x * 1664525 + 1013904223;
			data[i] = x;
		}
		quicksort(data, data + COUNT - 1);
		for (int i = 1; i < COUNT; i++)
			sum += data[i] / (unsigned int)i + (data[i - 1] > data[i]);
	}
	printf("%x\n", sum);
	return 0;
}
