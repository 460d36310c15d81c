/* Counts words of standard input, prints the commonest; numbers by scanf. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
	char text[24];
	int count;
};

static struct word words[512];
static int n;

static int by_count(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->count != y->count ? y->count - x->count : strcmp(x->text, y->text);
}

int main(void)
{
	char line[512];
	long sum = 0;
	int lines = 0;

	while (fgets(line, sizeof(line), stdin)) {
		lines++;
		for (char *p = line; *p;) {
			char word[24];
			int length = 0;

			while (*p && !isalnum((unsigned char)*p))
				p++;
			while (isalnum((unsigned char)*p) && length < 23)
				word[length++] = (char)tolower((unsigned char)*p++);
			word[length] = 0;
			if (!length)
				continue;
			int value;
			if (sscanf(word, "%d", &value) == 1)
				sum += value;
			int i = 0;
			while (i < n && strcmp(words[i].text, word))
				i++;
			if (i == n && n < 512)
				strcpy(words[n++].text, word);
			words[i].count++;
		}
	}
	qsort(words, (size_t)n, sizeof(*words), by_count);
	printf("%d lines, %d words, sum %ld\n", lines, n, sum);
	for (int i = 0; i < n && i < 10; i++)
		printf("%-12s %5d\n", words[i].text, words[i].count);
	return ferror(stdin);
}
