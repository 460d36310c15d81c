/* C11, 7.22.2: numbers that look random, the same for the same seed. The generator is Marsaglia's xorshift32. */
#include <stdlib.h>

static unsigned int state = 1;

void srand(unsigned int seed)
{
	state = seed ? seed : 1;
}

int rand(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state & RAND_MAX;
}
