/* The shell's grammar: text to a tree. POSIX, Shell Command Language, 2.10. */
#ifndef _SH_PARSE_H
#define _SH_PARSE_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory that is given back as it was taken: what a command needs goes when it is done. */
struct chunk {
	struct chunk *before;
	char bytes[];
};

static struct chunk *chunks;

static void *take(size_t size)
{
	struct chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (!chunk) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	chunk->before = chunks;
	chunks = chunk;
	return chunk->bytes;
}

static void give_back(struct chunk *to)
{
	while (chunks != to) {
		struct chunk *chunk = chunks;

		chunks = chunk->before;
		free(chunk);
	}
}

static char *take_text(const char *s, size_t length)
{
	char *copy = take(length + 1);

	memcpy(copy, s, length);
	return copy;
}

/* A list of words that grows. */
struct words {
	char **at;
	size_t count, room;
};

static void add_word(struct words *words, char *word)
{
	if (words->count + 1 >= words->room) {
		size_t room = words->room ? 2 * words->room : 8;
		char **larger = take(room * sizeof(*larger));

		if (words->count)
			memcpy(larger, words->at, words->count * sizeof(*larger));
		words->at = larger;
		words->room = room;
	}
	words->at[words->count++] = word;
	words->at[words->count] = NULL;
}

enum kind { SIMPLE, PIPE, AND, OR, NOT, SEQUENCE, BACKGROUND, IF, WHILE, UNTIL, FOR, CASE, ITEM, FUNCTION, GROUP, SUBSHELL };

struct redirect {
	struct redirect *next;
	int fd;
	char how;	/* '<', '>', 'a' for >>, '&' for >& and <&, 'h' for <<, 'H' where its end is quoted */
	char *to;	/* 'h': what stands between here and there; until that is read, the line that ends it */
	int is_indented;	/* 'h': tabs before each line go */
	struct redirect *next_text;	/* 'h': begins on the same line, and its text after that of this one */
};

struct node {
	enum kind kind;
	struct words words;		/* SIMPLE; FOR: what it goes through; ITEM: patterns; FUNCTION: its name and what it does */
	struct redirect *redirects;
	struct node *left, *right, *other;	/* IF: condition, then, else; CASE: its first item in right; ITEM: what to do, the next one */
	const char *name;		/* FOR: the variable; CASE: the word */
	const char *text;		/* as it was typed */
};

enum { PARSED, INCOMPLETE, WRONG };

/* Where the parser is. Once it cannot go on there is no more text, so that all ends by itself. */
static const char *at, *wrong;
static int trouble;

static void give_up(int how)
{
	if (trouble == PARSED) {
		trouble = how;
		wrong = at;
	}
	at = "";
}

static void incomplete(void)
{
	give_up(INCOMPLETE);
}

static void syntax_error(void)
{
	give_up(WRONG);
}

static void skip_blanks(void)
{
	for (;;) {
		if (*at == ' ' || *at == '\t')
			at++;
		else if (at[0] == '\\' && at[1] == '\n')
			at += 2;
		else
			break;
	}
	if (*at == '#')
		at += strcspn(at, "\n");
}

/* Past a quotation or a substitution that begins at `s`. NULL: its end is still to come. */
static const char *past_word(const char *s);

/* Here-documents whose text begins after this line. */
static struct redirect *texts;

/* A word without its quotes. */
static char *unquoted(const char *s)
{
	char *made = take_text(s, strlen(s)), *to = made;

	for (; *s; s++)
		if (!strchr("'\"\\", *s))
			*to++ = *s;
	*to = '\0';
	return made;
}

/* From where we are to a line that is its end. */
static void read_text(struct redirect *one)
{
	const char *end = unquoted(one->to), *s;
	char *text = take(strlen(at) + 1), *to = text;

	one->how = strcmp(end, one->to) ? 'H' : 'h';
	for (;;) {
		size_t length;

		if (one->is_indented)
			at += strspn(at, "\t");
		length = strcspn(at, "\n");
		if (!at[length] && !(length == strlen(end) && !strncmp(at, end, length))) {
			incomplete();
			return;
		}
		if (length == strlen(end) && !strncmp(at, end, length)) {
			at += length + (at[length] == '\n');
			break;
		}
		memcpy(to, at, length + 1);
		to += length + 1;
		at += length + 1;
	}
	one->to = text;
	/* What is to be expanded must be whole. */
	for (s = text; one->how == 'h' && s && *s;) {
		s = strchr("$`\\", *s) ? past_word(s) : s + 1;
		if (!s)
			syntax_error();
	}
}

/* A line ends here: the texts of its here-documents follow. */
static void next_line(void)
{
	at++;
	for (; texts && trouble == PARSED; texts = texts->next_text)
		read_text(texts);
}

static void skip_lines(void)
{
	for (skip_blanks(); *at == '\n'; skip_blanks())
		next_line();
}

static const char *past_parentheses(const char *s)
{
	int depth = 0;

	for (; s && *s; s = strchr("'\"\\", *s) ? past_word(s) : s + 1) {
		depth += (*s == '(') - (*s == ')');
		if (!depth)
			return s + 1;
	}
	return NULL;
}

/* One character of a word, or what belongs together. */
static const char *past_word(const char *s)
{
	const char *end;

	switch (*s) {
	case '\\':
		return s[1] ? s + 2 : NULL;
	case '\'':
		end = strchr(s + 1, '\'');
		return end ? end + 1 : NULL;
	case '`':
		end = strchr(s + 1, '`');
		return end ? end + 1 : NULL;
	case '"':
		for (s++; s && *s != '"'; s = *s == '\'' ? s + 1 : past_word(s))
			if (!*s)
				return NULL;
		return s ? s + 1 : NULL;
	case '$':
		if (s[1] == '(')
			return past_parentheses(s + 1);
		if (s[1] == '{') {
			end = strchr(s, '}');
			return end ? end + 1 : NULL;
		}
	}
	return s + 1;
}

static char *word(void)
{
	const char *s = at;

	while (*s && !strchr(" \t\n;&|<>()", *s)) {
		s = past_word(s);
		if (!s) {
			incomplete();
			return NULL;
		}
	}
	if (s == at)
		return NULL;
	s = take_text(at, s - at);
	at += strlen(s);
	return (char *)s;
}

/* Whether this word of the grammar comes next; if so, past it. */
static int accept(const char *keyword)
{
	size_t length = strlen(keyword);

	skip_blanks();
	if (strncmp(at, keyword, length) || (isalpha(*keyword) && at[length] && !strchr(" \t\n;&|<>()", at[length])))
		return 0;
	at += length;
	return 1;
}

static void expect(const char *keyword)
{
	skip_lines();
	if (accept(keyword))
		return;
	if (!*at)
		incomplete();
	else
		syntax_error();
}

/* What was typed since then. */
static char *since(const char *begin)
{
	return trouble == PARSED ? take_text(begin, at - begin) : "";
}

static struct node *node(enum kind kind, struct node *left, struct node *right)
{
	struct node *made = take(sizeof(*made));

	made->kind = kind;
	made->left = left;
	made->right = right;
	made->text = "";
	return made;
}

static struct node *list(void);

static int is_end_of_list(void)
{
	static const char *const ends[] = { "then", "else", "elif", "fi", "do", "done", "}", ")", ";;", "esac" };
	const char *here = at;
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (accept(ends[i])) {
			at = here;
			return 1;
		}
	}
	return !*at;
}

static void redirections(struct node *command)
{
	struct redirect **last = &command->redirects, *made;

	while (*last)
		last = &(*last)->next;
	for (;;) {
		const char *here;
		int fd = -1;

		skip_blanks();
		here = at;
		if (isdigit(*at) && (at[1] == '<' || at[1] == '>'))
			fd = *at++ - '0';
		if (*at != '<' && *at != '>') {
			at = here;
			return;
		}
		made = take(sizeof(*made));
		made->how = *at++;
		made->fd = fd >= 0 ? fd : made->how == '>';
		if (made->how == '<' && *at == '<') {
			struct redirect **after = &texts;

			made->how = 'h';
			made->is_indented = *++at == '-';
			at += made->is_indented;
			while (*after)
				after = &(*after)->next_text;
			*after = made;
		} else if (made->how == '>' && *at == '>') {
			made->how = 'a';
			at++;
		} else if (*at == '&') {
			made->how = '&';
			at++;
		}
		skip_blanks();
		made->to = word();
		if (!made->to)
			syntax_error();
		*last = made;
		last = &made->next;
	}
}

static struct node *conditional(void)
{
	struct node *made = node(IF, list(), NULL);

	expect("then");
	made->right = list();
	skip_lines();
	if (accept("elif")) {
		made->other = conditional();
		return made;
	}
	if (accept("else"))
		made->other = list();
	expect("fi");
	return made;
}

static struct node *loop(enum kind kind)
{
	struct node *made = node(kind, list(), NULL);

	expect("do");
	made->right = list();
	expect("done");
	return made;
}

static struct node *for_loop(void)
{
	struct node *made = node(FOR, NULL, NULL);
	char *each;

	skip_blanks();
	made->name = word();
	if (!made->name)
		syntax_error();
	skip_lines();
	if (accept("in")) {
		for (skip_blanks(); (each = word()); skip_blanks())
			add_word(&made->words, each);
	} else {
		add_word(&made->words, take_text("\"$@\"", 4));
	}
	accept(";");
	expect("do");
	made->right = list();
	expect("done");
	return made;
}

static struct node *case_items(void)
{
	struct node *made = node(ITEM, NULL, NULL);
	char *pattern;

	skip_lines();
	if (accept("esac"))
		return NULL;
	accept("(");
	do {
		skip_blanks();
		pattern = word();
		if (pattern)
			add_word(&made->words, pattern);
		else if (*at)
			syntax_error();
		else
			incomplete();
	} while (accept("|"));
	expect(")");
	made->left = list();
	skip_lines();
	if (accept(";;")) {
		made->right = trouble == PARSED ? case_items() : NULL;
		return made;
	}
	expect("esac");
	return made;
}

static struct node *case_of(void)
{
	struct node *made = node(CASE, NULL, NULL);

	skip_blanks();
	made->name = word();
	if (!made->name)
		syntax_error();
	expect("in");
	made->right = case_items();
	return made;
}

static struct node *command(void);

/* name() and a command, which is kept as it was typed. */
static struct node *function(char *name)
{
	struct node *made = node(FUNCTION, NULL, NULL);
	const char *begin;

	expect(")");
	skip_lines();
	begin = at;
	if (!*at)
		incomplete();
	else
		made->left = command();
	add_word(&made->words, name);
	add_word(&made->words, since(begin));
	return made;
}

static struct node *command(void)
{
	struct node *made;
	char *each;

	if (accept("if"))
		made = conditional();
	else if (accept("while"))
		made = loop(WHILE);
	else if (accept("until"))
		made = loop(UNTIL);
	else if (accept("for"))
		made = for_loop();
	else if (accept("case"))
		made = case_of();
	else if (accept("{ ") || accept("{\n")) {
		made = node(GROUP, list(), NULL);
		expect("}");
	} else if (accept("(")) {
		made = node(SUBSHELL, list(), NULL);
		expect(")");
	} else {
		made = node(SIMPLE, NULL, NULL);
		for (redirections(made); (each = word()); redirections(made)) {
			if (!made->words.count && !made->redirects && accept("("))
				return function(each);
			add_word(&made->words, each);
		}
		if (!made->words.count && !made->redirects)
			syntax_error();
		return made;
	}
	redirections(made);
	return made;
}

static struct node *pipeline(void)
{
	const char *begin;
	struct node *made;
	int negated = accept("! ");

	skip_blanks();
	begin = at;
	made = command();
	skip_blanks();
	if (at[0] == '|' && at[1] != '|') {
		at++;
		skip_lines();
		if (!*at)
			incomplete();
		made = node(PIPE, made, pipeline());
	}
	made->text = since(begin);
	return negated ? node(NOT, made, NULL) : made;
}

static struct node *and_or(void)
{
	const char *begin = at;
	struct node *made = pipeline();

	for (;;) {
		enum kind kind = AND;

		if (!accept("&&")) {
			if (!accept("||"))
				break;
			kind = OR;
		}
		skip_lines();
		if (!*at)
			incomplete();
		made = node(kind, made, pipeline());
		made->text = since(begin);
	}
	return made;
}

static struct node *list(void)
{
	struct node *made = NULL;

	for (;;) {
		struct node *next;

		skip_lines();
		if (is_end_of_list())
			return made;
		next = and_or();
		skip_blanks();
		if (*at == '&') {
			at++;
			next = node(BACKGROUND, next, NULL);
		} else if (*at == ';' && at[1] != ';') {
			at++;
		} else if (*at == '\n') {
			next_line();
		} else if (!is_end_of_list()) {
			syntax_error();
		}
		made = made ? node(SEQUENCE, made, next) : next;
	}
}

/* *made is NULL for text without a command. */
static int parse(const char *text, struct node **made)
{
	at = text;
	trouble = PARSED;
	texts = NULL;
	*made = list();
	skip_lines();
	if (*at)
		syntax_error();
	else if (texts)
		incomplete();
	return trouble;
}

#endif
