/* Text in text. C11, 7.24.5. */
#include <stdlib.h>
#include <string.h>

char *strstr(const char *s, const char *part)
{
	size_t length = strlen(part);

	for (;; s++) {
		if (!strncmp(s, part, length))
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *at = s;

	for (; n--; at++)
		if (*at == (unsigned char)c)
			return (void *)at;
	return NULL;
}

size_t strspn(const char *s, const char *any)
{
	size_t n = 0;

	while (s[n] && strchr(any, s[n]))
		n++;
	return n;
}

size_t strcspn(const char *s, const char *any)
{
	size_t n = 0;

	while (s[n] && !strchr(any, s[n]))
		n++;
	return n;
}

char *strpbrk(const char *s, const char *any)
{
	s += strcspn(s, any);
	return *s ? (char *)s : NULL;
}

char *strtok_r(char *s, const char *any, char **rest)
{
	if (!s)
		s = *rest;
	s += strspn(s, any);
	*rest = s + strcspn(s, any);
	if (*rest == s)
		return NULL;
	if (**rest)
		*(*rest)++ = '\0';
	return s;
}

char *strndup(const char *s, size_t most)
{
	size_t length = strnlen(s, most);
	char *copy = malloc(length + 1);

	if (copy) {
		memcpy(copy, s, length);
		copy[length] = '\0';
	}
	return copy;
}

char *strdup(const char *s)
{
	return strndup(s, strlen(s));
}
