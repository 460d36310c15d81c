/* Numbers from text. C11, 7.22.1.4. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* The digits after sign and prefix. `most` is the largest value; beyond it overflow is said and the value stays at it. */
static unsigned long digits(const char *s, const char **end, int base, unsigned long most, int *overflow)
{
	unsigned long value = 0;

	*overflow = 0;
	for (;; s++) {
		int d = isdigit(*s) ? *s - '0' : isalpha(*s) ? tolower(*s) - 'a' + 10 : base;

		if (d >= base)
			break;
		if (value > (most - d) / base)
			*overflow = 1;
		else
			value = value * base + d;
	}
	*end = s;
	return *overflow ? most : value;
}

static int has_digit(const char *s, int base)
{
	const char *end;
	int overflow;

	digits(s, &end, base, ULONG_MAX, &overflow);
	return end != s;
}

/* Past blanks, sign and prefix; NULL where no number begins. */
static const char *begin(const char *s, int *base, int *negative)
{
	while (isspace(*s))
		s++;
	*negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if ((*base == 0 || *base == 16) && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && isxdigit(s[2])) {
		*base = 16;
		s += 2;
	}
	if (*base == 0)
		*base = *s == '0' ? 8 : 10;
	return has_digit(s, *base) ? s : NULL;
}

static int is_base(int base)
{
	if (base == 0 || (base >= 2 && base <= 36))
		return 1;
	errno = EINVAL;
	return 0;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	const char *at, *rest = s;
	unsigned long value = 0;
	int negative, overflow = 0;

	if (is_base(base) && (at = begin(s, &base, &negative))) {
		value = digits(at, &rest, base, ULONG_MAX, &overflow);
		if (overflow)
			errno = ERANGE;
		else if (negative)
			value = -value;
	}
	if (end)
		*end = (char *)rest;
	return value;
}

long strtol(const char *s, char **end, int base)
{
	const char *at, *rest = s;
	unsigned long value = 0;
	int negative = 0, overflow = 0;

	if (is_base(base) && (at = begin(s, &base, &negative))) {
		value = digits(at, &rest, base, (unsigned long)LONG_MAX + negative, &overflow);
		if (overflow)
			errno = ERANGE;
		if (negative)
			value = -value;
	}
	if (end)
		*end = (char *)rest;
	return value;
}

long long strtoll(const char *s, char **end, int base)
{
	return strtol(s, end, base);
}

unsigned long long strtoull(const char *s, char **end, int base)
{
	return strtoul(s, end, base);
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

int abs(int n)
{
	return n < 0 ? -n : n;
}
