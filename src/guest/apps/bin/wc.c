/* Lines, words and bytes; -l, -w, -c: only these. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct counts {
	long lines, words, bytes;
};

static int show_lines, show_words, show_bytes;

static void show(const struct counts *counts, const char *name)
{
	if (show_lines)
		printf(" %6ld", counts->lines);
	if (show_words)
		printf(" %6ld", counts->words);
	if (show_bytes)
		printf(" %6ld", counts->bytes);
	printf("%s%s\n", *name ? " " : "", name);
}

static void count(FILE *f, struct counts *counts)
{
	int c, in_word = 0;

	while ((c = fgetc(f)) != EOF) {
		counts->bytes++;
		counts->lines += c == '\n';
		counts->words += !isspace(c) && !in_word;
		in_word = !isspace(c);
	}
}

int main(int argc, char **argv)
{
	struct counts total = { 0 };
	int option, ret = 0, files;

	while ((option = getopt(argc, argv, "lwc")) != -1) {
		if (option == '?')
			return 2;
		*(option == 'l' ? &show_lines : option == 'w' ? &show_words : &show_bytes) = 1;
	}
	if (!show_lines && !show_words && !show_bytes)
		show_lines = show_words = show_bytes = 1;
	files = argc - optind;
	if (!files) {
		count(stdin, &total);
		show(&total, "");
		return 0;
	}
	for (; optind < argc; optind++) {
		struct counts counts = { 0 };
		FILE *f = fopen(argv[optind], "r");

		if (!f) {
			fprintf(stderr, "wc: %s: %s\n", argv[optind], strerror(errno));
			ret = 1;
			continue;
		}
		count(f, &counts);
		fclose(f);
		show(&counts, argv[optind]);
		total.lines += counts.lines;
		total.words += counts.words;
		total.bytes += counts.bytes;
	}
	if (files > 1)
		show(&total, "total");
	return ret;
}
