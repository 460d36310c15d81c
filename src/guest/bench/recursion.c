/* Calls and returns: Fibonacci numbers the slow way. */
#include <stdio.h>
#include <stdlib.h>

static int fib(int n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	int sum = 0;

	while (rounds--)
		sum += fib(24);
	printf("%d\n", sum);
	return 0;
}
