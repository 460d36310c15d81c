/* The smallest program: one line through write(). */
#include <stdio.h>

int main(void)
{
	puts("hello");
	return 0;
}
