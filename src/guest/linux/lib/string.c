/* Linux: lib/string.c, arch/x86/lib/memcpy_64.S, memset_64.S. */
#include <linux/errno.h>
#include <linux/string.h>

/* Microcode moves whole lines at a time: the fastest way on processors with fast string operations. */
void *memset(void *s, int c, size_t n)
{
	void *to = s;

	asm volatile("rep stosb" : "+D" (to), "+c" (n) : "a" (c) : "memory");
	return s;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *d = to;

	asm volatile("rep movsb" : "+D" (d), "+S" (from), "+c" (n) : : "memory");
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	char *d = to;
	const char *s = from;

	if (d <= s || d >= s + n)
		return memcpy(to, from, n);
	while (n--)
		d[n] = s[n];
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n; n--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b)
			return (unsigned char)*a - (unsigned char)*b;
		if (!*a)
			break;
	}
	return 0;
}

char *strcpy(char *to, const char *from)
{
	char *d = to;

	while ((*d++ = *from++))
		;
	return to;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++) {
		if (!*s)
			return NULL;
	}
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}

ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t n = 0;

	if (!size)
		return -E2BIG;
	while (n < size - 1 && from[n]) {
		to[n] = from[n];
		n++;
	}
	to[n] = '\0';
	return from[n] ? -E2BIG : (ssize_t)n;
}
