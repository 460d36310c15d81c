/*
 * Lines that contain a pattern: ^ $ . * and letters. -v: that do not; -c: how many; -i: upper and lower case are the same; -n: with numbers.
 * The matcher is the one of Kernighan and Pike, "The Practice of Programming", 9.2: one function for each way to go on.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int inverted, only_count, no_case, numbered;

static int is_same(char pattern, char c)
{
	return c && (pattern == '.' || pattern == c || (no_case && tolower(pattern) == tolower(c)));
}

static int matches_here(const char *pattern, const char *text)
{
	if (!*pattern)
		return 1;
	if (*pattern == '$' && !pattern[1])
		return !*text;
	if (pattern[1] == '*') {
		do {
			if (matches_here(pattern + 2, text))
				return 1;
		} while (is_same(*pattern, *text++));
		return 0;
	}
	return is_same(*pattern, *text) && matches_here(pattern + 1, text + 1);
}

static int matches(const char *pattern, const char *text)
{
	if (*pattern == '^')
		return matches_here(pattern + 1, text);
	do {
		if (matches_here(pattern, text))
			return 1;
	} while (*text++);
	return 0;
}

/* How many lines were found. */
static long grep(const char *pattern, FILE *f, const char *name)
{
	long found = 0, number = 0;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		number++;
		if (matches(pattern, line) == inverted)
			continue;
		found++;
		if (only_count)
			continue;
		if (name)
			printf("%s:", name);
		if (numbered)
			printf("%ld:", number);
		puts(line);
	}
	free(line);
	if (only_count)
		printf("%s%s%ld\n", name ? name : "", name ? ":" : "", found);
	return found;
}

int main(int argc, char **argv)
{
	const char *pattern;
	int option, ret = 0, several;
	long found = 0;

	while ((option = getopt(argc, argv, "vcin")) != -1) {
		if (option == '?')
			return 2;
		*(option == 'v' ? &inverted : option == 'c' ? &only_count : option == 'i' ? &no_case : &numbered) = 1;
	}
	if (optind == argc) {
		fprintf(stderr, "usage: grep [-cinv] PATTERN [FILE]...\n");
		return 2;
	}
	pattern = argv[optind++];
	several = argc - optind > 1;
	if (optind == argc)
		found = grep(pattern, stdin, NULL);
	for (; optind < argc; optind++) {
		FILE *f = fopen(argv[optind], "r");

		if (!f) {
			fprintf(stderr, "grep: %s: %s\n", argv[optind], strerror(errno));
			ret = 2;
			continue;
		}
		found += grep(pattern, f, several ? argv[optind] : NULL);
		fclose(f);
	}
	return ret ? ret : !found;
}
