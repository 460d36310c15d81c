/* Options of a command. POSIX, getopt(): the first word that is none ends them. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static int complain(const char *program, const char *what, int option)
{
	if (opterr)
		fprintf(stderr, "%s: %s -- '%c'\n", program, what, option);
	optopt = option;
	return '?';
}

int getopt(int argc, char *const argv[], const char *options)
{
	/* Where in a word of several options. */
	static const char *next;
	const char *known;
	int option;

	if (!next || !*next) {
		if (optind >= argc || argv[optind][0] != '-' || !argv[optind][1])
			return -1;
		next = argv[optind++] + 1;
		if (!strcmp(next, "-")) {
			next = NULL;
			return -1;
		}
	}
	option = *next++;
	known = option == ':' ? NULL : strchr(options, option);
	if (!known)
		return complain(argv[0], "invalid option", option);
	if (known[1] != ':')
		return option;
	if (*next)
		optarg = (char *)next;
	else if (optind < argc)
		optarg = argv[optind++];
	else
		return complain(argv[0], "option requires an argument", option);
	next = NULL;
	return option;
}
