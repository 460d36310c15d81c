/* A nested function that is passed on: gcc makes a piece of code for it on the stack, which has to be executable. */
#include <stdio.h>

static __attribute__((noipa)) int apply(int (*f)(int), int x)
{
	return f(x);
}

int main(void)
{
	int sum = 40;
	int add(int x)
	{
		return sum += x;
	}

	printf("%d\n", apply(add, 2));
	return apply(add, 1);
}
