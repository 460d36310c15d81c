/* Formatted text. Simplified: no floating point, no %n and no wide characters. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "lib/nptl/lock.h"

/* Where text goes: a stream, or a buffer of which the last byte is kept for the NUL. */
struct out {
	FILE *file;
	char *buf;
	size_t size;
	size_t len;
};

static void put(struct out *o, char c)
{
	if (o->file)
		putc_unlocked(c, o->file);
	else if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void pad(struct out *o, int count, char c)
{
	while (count-- > 0)
		put(o, c);
}

struct spec {
	int width;
	/* Negative: none was given. */
	int precision;
	bool left, zero, alternate, upper;
	/* What a number that is not negative begins with: plus, space or nothing. */
	char sign;
};

/* Text of a known length, with the width. */
static void text(struct out *o, const char *s, int length, const struct spec *spec)
{
	int i;

	if (!spec->left)
		pad(o, spec->width - length, ' ');
	for (i = 0; i < length; i++)
		put(o, s[i]);
	if (spec->left)
		pad(o, spec->width - length, ' ');
}

/* C11, 7.21.6.1: the prefix, zeroes up to the precision, the digits. */
static void number(struct out *o, uintmax_t value, unsigned int base, const char *prefix, const struct spec *spec)
{
	const char *digits = spec->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char reversed[24];
	int n = 0, zeroes, length;

	while (value) {
		reversed[n++] = digits[value % base];
		value /= base;
	}
	zeroes = (spec->precision < 0 ? 1 : spec->precision) - n;
	if (base == 8 && spec->alternate && zeroes <= 0)
		zeroes = 1;
	if (zeroes < 0)
		zeroes = 0;
	length = (int)strlen(prefix) + zeroes + n;
	if (spec->zero && !spec->left && spec->precision < 0 && spec->width > length) {
		zeroes += spec->width - length;
		length = spec->width;
	}
	if (!spec->left)
		pad(o, spec->width - length, ' ');
	while (*prefix)
		put(o, *prefix++);
	pad(o, zeroes, '0');
	while (n)
		put(o, reversed[--n]);
	if (spec->left)
		pad(o, spec->width - length, ' ');
}

/* Flags, width and precision. Returns the first character behind them. */
static const char *read_spec(const char *fmt, struct spec *spec, va_list *args)
{
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else if (*fmt == '0')
			spec->zero = true;
		else if (*fmt == '#')
			spec->alternate = true;
		else if (*fmt == '+')
			spec->sign = '+';
		else if (*fmt == ' ') {
			if (!spec->sign)
				spec->sign = ' ';
		} else
			break;
	}
	if (*fmt == '*') {
		spec->width = va_arg(*args, int);
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
		fmt++;
	}
	while (*fmt >= '0' && *fmt <= '9')
		spec->width = spec->width * 10 + *fmt++ - '0';
	if (*fmt != '.')
		return fmt;
	fmt++;
	spec->precision = 0;
	if (*fmt == '*') {
		spec->precision = va_arg(*args, int);
		fmt++;
	}
	while (*fmt >= '0' && *fmt <= '9')
		spec->precision = spec->precision * 10 + *fmt++ - '0';
	return fmt;
}

static void format(struct out *o, const char *fmt, va_list *args)
{
	for (; *fmt; fmt++) {
		struct spec spec = { .precision = -1 };
		char prefix[4] = "";
		int bytes = sizeof(int);
		uintmax_t value;
		const char *s;
		char c;

		if (*fmt != '%') {
			put(o, *fmt);
			continue;
		}
		fmt = read_spec(fmt + 1, &spec, args);
		for (; *fmt == 'l' || *fmt == 'h' || *fmt == 'z' || *fmt == 'j' || *fmt == 't'; fmt++)
			bytes = *fmt == 'h' ? bytes / 2 : 8;
		switch (*fmt) {
		case 'd':
		case 'i': {
			intmax_t number_value = bytes == 8 ? va_arg(*args, long) : va_arg(*args, int);

			if (bytes == 2)
				number_value = (short)number_value;
			if (bytes == 1)
				number_value = (signed char)number_value;
			prefix[0] = number_value < 0 ? '-' : spec.sign;
			value = number_value < 0 ? -(uintmax_t)number_value : (uintmax_t)number_value;
			number(o, value, 10, prefix, &spec);
			break;
		}
		case 'u':
		case 'o':
		case 'X':
		case 'x':
			value = bytes == 8 ? va_arg(*args, unsigned long) : va_arg(*args, unsigned int);
			if (bytes < 4)
				value &= bytes == 2 ? 0xffff : 0xff;
			spec.upper = *fmt == 'X';
			if ((*fmt == 'x' || *fmt == 'X') && spec.alternate && value) {
				prefix[0] = '0';
				prefix[1] = *fmt;
			}
			number(o, value, *fmt == 'u' ? 10 : *fmt == 'o' ? 8 : 16, prefix, &spec);
			break;
		case 'p':
			value = va_arg(*args, unsigned long);
			prefix[0] = '0';
			prefix[1] = 'x';
			if (value)
				number(o, value, 16, prefix, &spec);
			else
				text(o, "(nil)", 5, &spec);
			break;
		case 'c':
			c = (char)va_arg(*args, int);
			text(o, &c, 1, &spec);
			break;
		case 's':
			s = va_arg(*args, const char *);
			if (!s)
				s = "(null)";
			text(o, s, (int)(spec.precision < 0 ? strlen(s) : strnlen(s, spec.precision)), &spec);
			break;
		case '%':
			put(o, '%');
			break;
		case '\0':
			return;
		default:
			put(o, '%');
			put(o, *fmt);
		}
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { .buf = buf, .size = size };
	va_list copy;

	va_copy(copy, args);
	format(&o, fmt, &copy);
	va_end(copy);
	if (size)
		buf[o.len < size ? o.len : size - 1] = '\0';
	return (int)o.len;
}

int vfprintf(FILE *f, const char *fmt, va_list args)
{
	struct out o = { .file = f };
	va_list copy;

	va_copy(copy, args);
	libc_lock(&f->lock);
	format(&o, fmt, &copy);
	libc_unlock(&f->lock);
	va_end(copy);
	return f->error ? -1 : (int)o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

int fprintf(FILE *f, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vfprintf(f, format, args);
	va_end(args);
	return n;
}

int printf(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vfprintf(stdout, format, args);
	va_end(args);
	return n;
}
