/* The same line until nobody reads it. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, NULL, _IOFBF, 0);
	while (puts(argc > 1 ? argv[1] : "y") != EOF)
		;
	return 1;
}
