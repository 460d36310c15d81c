/* Formatted text. Simplified: d i u x X o c s p %, flags 0 - and width, precision for s, h l z. No floating point. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct out {
	char *buf;
	size_t size;
	size_t len;
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
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
	int precision;
	bool left;
	bool zero;
	bool upper;
};

static void number(struct out *o, unsigned long value, unsigned int base, bool negative, const struct spec *spec)
{
	const char *digits = spec->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[24];
	int n = 0;
	int length;

	do {
		text[n++] = digits[value % base];
		value /= base;
	} while (value);
	length = n + negative;
	if (!spec->left && !spec->zero)
		pad(o, spec->width - length, ' ');
	if (negative)
		put(o, '-');
	if (!spec->left && spec->zero)
		pad(o, spec->width - length, '0');
	while (n)
		put(o, text[--n]);
	if (spec->left)
		pad(o, spec->width - length, ' ');
}

static void string(struct out *o, const char *s, const struct spec *spec)
{
	int length = 0;
	int i;

	if (!s)
		s = "(null)";
	while (s[length] && (spec->precision < 0 || length < spec->precision))
		length++;
	if (!spec->left)
		pad(o, spec->width - length, ' ');
	for (i = 0; i < length; i++)
		put(o, s[i]);
	if (spec->left)
		pad(o, spec->width - length, ' ');
}

int vsnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list args)
{
	struct out o = { buf, size, 0 };

	for (; *fmt; fmt++) {
		struct spec spec = { 0, -1, false, false, false };
		int longs = 0;
		unsigned long value;

		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt++;
		for (;; fmt++) {
			if (*fmt == '-')
				spec.left = true;
			else if (*fmt == '0')
				spec.zero = true;
			else if (*fmt != '#' && *fmt != '+' && *fmt != ' ')
				break;
		}
		if (*fmt == '*') {
			spec.width = __builtin_va_arg(args, int);
			fmt++;
		}
		while (*fmt >= '0' && *fmt <= '9')
			spec.width = spec.width * 10 + *fmt++ - '0';
		if (*fmt == '.') {
			fmt++;
			spec.precision = 0;
			if (*fmt == '*') {
				spec.precision = __builtin_va_arg(args, int);
				fmt++;
			}
			while (*fmt >= '0' && *fmt <= '9')
				spec.precision = spec.precision * 10 + *fmt++ - '0';
		}
		while (*fmt == 'l' || *fmt == 'z' || *fmt == 'h') {
			if (*fmt != 'h')
				longs++;
			fmt++;
		}
		switch (*fmt) {
		case 'd':
		case 'i': {
			long v = longs ? __builtin_va_arg(args, long) : __builtin_va_arg(args, int);

			number(&o, v < 0 ? -(unsigned long)v : (unsigned long)v, 10, v < 0, &spec);
			break;
		}
		case 'p':
			value = __builtin_va_arg(args, unsigned long);
			spec.zero = true;
			spec.width = 16;
			number(&o, value, 16, false, &spec);
			break;
		case 'X':
			spec.upper = true;
			value = longs ? __builtin_va_arg(args, unsigned long) : __builtin_va_arg(args, unsigned int);
			number(&o, value, 16, false, &spec);
			break;
		case 'x':
			value = longs ? __builtin_va_arg(args, unsigned long) : __builtin_va_arg(args, unsigned int);
			number(&o, value, 16, false, &spec);
			break;
		case 'o':
			value = longs ? __builtin_va_arg(args, unsigned long) : __builtin_va_arg(args, unsigned int);
			number(&o, value, 8, false, &spec);
			break;
		case 'u':
			value = longs ? __builtin_va_arg(args, unsigned long) : __builtin_va_arg(args, unsigned int);
			number(&o, value, 10, false, &spec);
			break;
		case 'c':
			put(&o, (char)__builtin_va_arg(args, int));
			break;
		case 's':
			string(&o, __builtin_va_arg(args, const char *), &spec);
			break;
		case '%':
			put(&o, '%');
			break;
		case '\0':
			fmt--;
			break;
		default:
			put(&o, '%');
			put(&o, *fmt);
		}
	}
	if (size)
		buf[o.len < size ? o.len : size - 1] = '\0';
	return (int)o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	__builtin_va_list args;
	int n;

	__builtin_va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	__builtin_va_end(args);
	return n;
}

int vfprintf(FILE *f, const char *format, va_list args)
{
	char text[512];
	int n = vsnprintf(text, sizeof(text), format, args);

	fputs(text, f);
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
