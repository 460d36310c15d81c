/* needs: fork. What system() and popen() make of a command when there is no shell. */
#include "test.h"

static int do_test(void)
{
	FILE *f;

	CHECK(system(NULL) == 0);
	CHECK(WEXITSTATUS(system("true")) == 127);
	f = popen("true", "r");
	CHECK(f && fgetc(f) == EOF);
	return WEXITSTATUS(pclose(f)) != 127;
}
