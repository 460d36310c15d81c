/* Functions: by their text, since trees go with the command that made them. POSIX, Shell Command Language, 2.9.5. */
#ifndef _SH_FUNCTIONS_H
#define _SH_FUNCTIONS_H

#include "apps/bin/sh/parse.h"

struct function {
	struct function *next;
	char *name, *text;
};

static struct function *functions;

static struct function *function_named(const char *name)
{
	struct function *one = functions;

	while (one && strcmp(one->name, name))
		one = one->next;
	return one;
}

static void define(const char *name, const char *text)
{
	struct function *one = function_named(name);
	char *copy = strdup(text);

	if (!one) {
		one = calloc(1, sizeof(*one));
		if (one)
			one->name = strdup(name);
	}
	if (!one || !one->name || !copy) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	if (!one->text) {
		one->next = functions;
		functions = one;
	}
	/* It may be running: it was parsed as a whole before. */
	free(one->text);
	one->text = copy;
}

#endif
