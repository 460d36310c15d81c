/* What words stand for. POSIX, Shell Command Language, 2.6. Simplified: every variable is exported; patterns of names: in the last part. */
#ifndef _SH_EXPAND_H
#define _SH_EXPAND_H

#include <dirent.h>
#include <unistd.h>
#include "apps/bin/sh/parse.h"

static int status;		/* $? */
static int last_background;	/* $! */
static int shell_pid;
static char **parameters;	/* $0, $1, ... */
static int parameter_count;	/* without $0 */

/* sh.c: what a command prints, without the newlines at its end. */
static char *output_of(const char *command);

/* A word as it grows. A quoted character is no pattern and no blank: it has a 1 in `quoted`. */
struct text {
	char *at, *quoted;
	size_t length, room;
};

static void add_char(struct text *text, char c, int quoted)
{
	if (text->length + 1 >= text->room) {
		size_t room = text->room ? 2 * text->room : 64;
		char *at = take(room), *marks = take(room);

		if (text->length) {
			memcpy(at, text->at, text->length);
			memcpy(marks, text->quoted, text->length);
		}
		text->at = at;
		text->quoted = marks;
		text->room = room;
	}
	text->quoted[text->length] = quoted;
	text->at[text->length++] = c;
	text->at[text->length] = '\0';
}

static void add_text(struct text *text, const char *s, int quoted)
{
	while (*s)
		add_char(text, *s++, quoted);
}

/* $((...)): whole numbers with the operators of C that scripts use. */
static const char *sum_at;

static long value_of(int least);

static char blank_free(void)
{
	while (*sum_at == ' ')
		sum_at++;
	return *sum_at;
}

static long operand(void)
{
	char c = blank_free();
	long value;

	if (c == '(') {
		sum_at++;
		value = value_of(0);
		if (blank_free() == ')')
			sum_at++;
		return value;
	}
	if (c == '-' || c == '!') {
		sum_at++;
		return c == '-' ? -operand() : !operand();
	}
	if (c == '$')
		sum_at++;
	if (isalpha(*sum_at) || *sum_at == '_') {
		const char *begin = sum_at, *text;

		while (isalnum(*sum_at) || *sum_at == '_')
			sum_at++;
		text = getenv(take_text(begin, sum_at - begin));
		return text ? strtol(text, NULL, 0) : 0;
	}
	return strtol(sum_at, (char **)&sum_at, 0);
}

static long value_of(int least)
{
	static const char operators[] = "||&&==!=<=>=< > + - * / % ";
	static const int strength[] = { 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 6 };
	long a = operand(), b;

	for (;;) {
		size_t n;

		blank_free();
		for (n = 0; n < sizeof(strength) / sizeof(strength[0]); n++)
			if (!strncmp(sum_at, operators + 2 * n, operators[2 * n + 1] == ' ' ? 1 : 2))
				break;
		if (n == sizeof(strength) / sizeof(strength[0]) || strength[n] <= least)
			return a;
		sum_at += operators[2 * n + 1] == ' ' ? 1 : 2;
		b = value_of(strength[n]);
		switch (n) {
		case 0: a = a || b; break;
		case 1: a = a && b; break;
		case 2: a = a == b; break;
		case 3: a = a != b; break;
		case 4: a = a <= b; break;
		case 5: a = a >= b; break;
		case 6: a = a < b; break;
		case 7: a = a > b; break;
		case 8: a = (unsigned long)a + b; break;
		case 9: a = (unsigned long)a - b; break;
		case 10: a = (unsigned long)a * b; break;
		default:
			if (!b || b == -1) {
				if (!b)
					fprintf(stderr, "sh: division by zero\n");
				a = !b || n == 12 ? 0 : (long)-(unsigned long)a;
			} else {
				a = n == 11 ? a / b : a % b;
			}
		}
	}
}

static char *number_text(long value)
{
	char digits[24];

	return take_text(digits, snprintf(digits, sizeof(digits), "%ld", value));
}

static char *expand_text(const char *s);

/* The value of what follows a dollar sign; *s goes past it. NULL: the dollar sign is one. $@ is not for here. */
static const char *substitution(const char **s)
{
	const char *begin = *s, *end, *value;

	if (*begin == '(') {
		end = past_word(begin - 1);
		*s = end;
		if (begin[1] == '(' && end[-2] == ')') {
			sum_at = expand_text(take_text(begin + 2, end - begin - 4));
			return number_text(value_of(0));
		}
		return output_of(take_text(begin + 1, end - begin - 2));
	}
	if (*begin == '{') {
		char *name = take_text(begin + 1, strchr(begin, '}') - begin - 1), *other = strstr(name, ":-");

		*s = strchr(begin, '}') + 1;
		if (other)
			*other = '\0';
		value = isdigit(*name) ? (atoi(name) <= parameter_count ? parameters[atoi(name)] : "") : getenv(name);
		return other && (!value || !*value) ? expand_text(other + 2) : value ? value : "";
	}
	*s = begin + 1;
	switch (*begin) {
	case '?': return number_text(status);
	case '$': return number_text(shell_pid);
	case '!': return number_text(last_background);
	case '#': return number_text(parameter_count);
	}
	if (isdigit(*begin))
		return *begin - '0' <= parameter_count ? parameters[*begin - '0'] : "";
	for (end = begin; isalnum(*end) || *end == '_'; end++)
		;
	*s = end;
	if (end == begin)
		return NULL;
	value = getenv(take_text(begin, end - begin));
	return value ? value : "";
}

static int has_pattern(const struct text *text)
{
	size_t i;

	for (i = 0; i < text->length; i++)
		if (!text->quoted[i] && strchr("*?[", text->at[i]))
			return 1;
	return 0;
}

/* Past the ] of a set of characters, and whether it has this one. NULL: it is no set. */
static const char *past_set(const char *set, unsigned char c, int *has)
{
	int is_not = set[1] == '!';
	const char *s = set + 1 + is_not, *first = s;

	for (*has = 0; *s && (*s != ']' || s == first); s++) {
		if (s[1] == '-' && s[2] && s[2] != ']') {
			*has |= c >= (unsigned char)s[0] && c <= (unsigned char)s[2];
			s += 2;
		} else {
			*has |= c == (unsigned char)*s;
		}
	}
	*has = *has != is_not;
	return *s ? s + 1 : NULL;
}

static int matches(const char *pattern, const char *quoted, const char *name)
{
	const char *past;
	int has;

	for (; *pattern; pattern++, quoted++, name++) {
		if (*pattern == '*' && !*quoted) {
			do {
				if (matches(pattern + 1, quoted + 1, name))
					return 1;
			} while (*name++);
			return 0;
		}
		if (*name && *pattern == '[' && !*quoted && (past = past_set(pattern, *name, &has))) {
			if (!has)
				return 0;
			quoted += past - 1 - pattern;
			pattern = past - 1;
			continue;
		}
		if (!*name || ((*pattern != '?' || *quoted) && *pattern != *name))
			return 0;
	}
	return !*name;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names that a pattern fits, or the pattern itself. */
static void add_names(struct words *to, const struct text *text)
{
	char *slash = strrchr(text->at, '/');
	size_t folder = slash ? slash + 1 - text->at : 0, before = to->count;
	DIR *dir = opendir(folder ? take_text(text->at, folder) : ".");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if ((entry->d_name[0] != '.' || text->at[folder] == '.') && matches(text->at + folder, text->quoted + folder, entry->d_name)) {
			char *name = take(folder + strlen(entry->d_name) + 1);

			memcpy(name, text->at, folder);
			strcpy(name + folder, entry->d_name);
			add_word(to, name);
		}
	}
	if (dir)
		closedir(dir);
	if (to->count == before)
		add_word(to, text->at);
	qsort(to->at + before, to->count - before, sizeof(char *), by_name);
}

/* A word that is complete goes to the list; without text only if it was quoted. */
static void finish(struct words *to, struct text *text, int *is_word)
{
	if (text->length && to && has_pattern(text))
		add_names(to, text);
	else if (to && (text->length || *is_word))
		add_word(to, text->length ? text->at : "");
	*text = (struct text) { 0 };
	*is_word = 0;
}

/* Into one text (to is NULL), or into as many words as it comes to. is_here: of a here-document, in which quotes are characters. */
static struct text expand_all(const char *s, struct words *to, int is_here)
{
	struct text text = { 0 };
	int quoted = is_here, is_word = 0, i;

	while (*s) {
		const char *value = NULL;

		if (*s == '\'' && !quoted) {
			for (s++; *s != '\''; s++)
				add_char(&text, *s, 1);
			is_word = 1;
			s++;
		} else if (*s == '"' && !is_here) {
			quoted = !quoted;
			is_word = 1;
			s++;
		} else if (*s == '\\' && (!quoted || strchr(is_here ? "$`\\\n" : "$`\"\\\n", s[1]))) {
			if (s[1] != '\n')
				add_char(&text, s[1], 1);
			s += 2;
		} else if (s[0] == '$' && (s[1] == '@' || s[1] == '*')) {
			for (i = 1; i <= parameter_count; i++) {
				add_text(&text, parameters[i], quoted);
				is_word |= quoted;
				if (i < parameter_count && to && s[1] == '@')
					finish(to, &text, &is_word);
				else if (i < parameter_count)
					add_char(&text, ' ', quoted);
			}
			if (!parameter_count && quoted)
				is_word = 0;
			s += 2;
		} else if (*s == '`') {
			const char *end = strchr(s + 1, '`');

			value = output_of(take_text(s + 1, end - s - 1));
			s = end + 1;
		} else if (*s == '$') {
			s++;
			value = substitution(&s);
			if (!value)
				add_char(&text, '$', 1);
		} else {
			add_char(&text, *s++, quoted);
		}
		for (; value && *value; value++) {
			if (!quoted && to && strchr(" \t\n", *value))
				finish(to, &text, &is_word);
			else
				add_char(&text, *value, quoted);
		}
	}
	if (to)
		finish(to, &text, &is_word);
	return text;
}

static void expand(const char *s, struct words *to)
{
	expand_all(s, to, 0);
}

static char *expand_text(const char *s)
{
	struct text text = expand_all(s, NULL, 0);

	return text.length ? text.at : "";
}

static char *expand_here(const char *s)
{
	struct text text = expand_all(s, NULL, 1);

	return text.length ? text.at : "";
}

/* Whether a word fits a pattern of `case`. */
static int fits(const char *word, const char *pattern)
{
	struct text text = expand_all(pattern, NULL, 0);

	return text.length ? matches(text.at, text.quoted, word) : !*word;
}

#endif
