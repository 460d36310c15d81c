/* So many seconds; with a fraction, if there is one. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct timespec t = { 0 };
	char *end;
	long part = 100000000;

	if (argc != 2 || !isdigit(argv[1][0])) {
		fprintf(stderr, "usage: sleep SECONDS\n");
		return 2;
	}
	t.tv_sec = strtol(argv[1], &end, 10);
	if (*end == '.')
		for (end++; isdigit(*end); end++, part /= 10)
			t.tv_nsec += (*end - '0') * part;
	while (nanosleep(&t, &t) < 0)
		;
	return 0;
}
