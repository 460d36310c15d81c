/* The first ten lines, or as many as -n says; -3 is short for -n 3. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void head(FILE *f, long lines)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (lines-- > 0 && (n = getline(&line, &size, f)) > 0)
		fwrite(line, 1, n, stdout);
	free(line);
}

int main(int argc, char **argv)
{
	long lines = 10;
	int option, ret = 0;

	if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
		lines = atol(argv[1] + 1);
		optind = 2;
	}
	while ((option = getopt(argc, argv, "n:")) != -1) {
		if (option == '?')
			return 2;
		lines = atol(optarg);
	}
	if (optind == argc)
		head(stdin, lines);
	for (; optind < argc; optind++) {
		FILE *f = fopen(argv[optind], "r");

		if (!f) {
			fprintf(stderr, "head: %s: %s\n", argv[optind], strerror(errno));
			ret = 1;
			continue;
		}
		head(f, lines);
		fclose(f);
	}
	return ret;
}
