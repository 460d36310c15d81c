/* What is done at the end, the last first. */
#include <stdlib.h>
#include "lib/nptl/lock.h"

#define MAX_FUNCTIONS	32

extern void (*__run_exit_functions)(void);

static void (*functions[MAX_FUNCTIONS])(void);
static int count, lock;

static void run(void)
{
	while (count)
		functions[--count]();
}

int atexit(void (*function)(void))
{
	int ret = -1;

	libc_lock(&lock);
	if (count < MAX_FUNCTIONS) {
		functions[count++] = function;
		__run_exit_functions = run;
		ret = 0;
	}
	libc_unlock(&lock);
	return ret;
}
