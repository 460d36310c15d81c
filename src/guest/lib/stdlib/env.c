/* The environment. glibc: stdlib/getenv.c, stdlib/setenv.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The list as far as it is ours to change; what it replaced is never freed, since somebody may still look at it. */
static char **own;

static char **find(const char *name, size_t length)
{
	char **at = environ;

	while (at && *at && (strncmp(*at, name, length) || (*at)[length] != '='))
		at++;
	return at && *at ? at : NULL;
}

char *getenv(const char *name)
{
	char **found = find(name, strlen(name));

	return found ? *found + strlen(name) + 1 : NULL;
}

static int is_name(const char *name)
{
	if (name && *name && !strchr(name, '='))
		return 1;
	errno = EINVAL;
	return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t length, n = 0;
	char **found, *text, **list;

	if (!is_name(name))
		return -1;
	length = strlen(name);
	found = find(name, length);
	if (found && !overwrite)
		return 0;
	text = malloc(length + strlen(value) + 2);
	if (!text)
		return -1;
	memcpy(text, name, length);
	text[length] = '=';
	strcpy(text + length + 1, value);
	if (found) {
		*found = text;
		return 0;
	}
	while (environ && environ[n])
		n++;
	list = realloc(environ == own ? own : NULL, (n + 2) * sizeof(*list));
	if (!list) {
		free(text);
		return -1;
	}
	if (environ != own)
		memcpy(list, environ, n * sizeof(*list));
	list[n] = text;
	list[n + 1] = NULL;
	environ = own = list;
	return 0;
}

int unsetenv(const char *name)
{
	char **at;

	if (!is_name(name))
		return -1;
	while ((at = find(name, strlen(name)))) {
		do {
			at[0] = at[1];
		} while (*++at);
	}
	return 0;
}
