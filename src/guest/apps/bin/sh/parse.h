/* The shell's grammar: text to a tree. POSIX, Shell Command Language, 2.10. Simplified: no functions, case and here-documents. */
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

enum kind { SIMPLE, PIPE, AND, OR, NOT, SEQUENCE, BACKGROUND, IF, WHILE, UNTIL, FOR, GROUP, SUBSHELL };

struct redirect {
	struct redirect *next;
	int fd;
	char how;	/* '<', '>', 'a' for >>, '&' for >& and <& */
	char *to;
};

struct node {
	enum kind kind;
	struct words words;		/* SIMPLE; FOR: what it goes through */
	struct redirect *redirects;
	struct node *left, *right, *other;	/* IF: condition, then, else */
	const char *name;		/* FOR: the variable */
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

static void skip_lines(void)
{
	for (skip_blanks(); *at == '\n'; skip_blanks())
		at++;
}

/* Past a quotation or a substitution that begins at `s`. NULL: its end is still to come. */
static const char *past_word(const char *s);

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
	static const char *const ends[] = { "then", "else", "elif", "fi", "do", "done", "}", ")" };
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
		if (made->how == '>' && *at == '>') {
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
	else if (accept("{ ") || accept("{\n")) {
		made = node(GROUP, list(), NULL);
		expect("}");
	} else if (accept("(")) {
		made = node(SUBSHELL, list(), NULL);
		expect(")");
	} else {
		made = node(SIMPLE, NULL, NULL);
		for (redirections(made); (each = word()); redirections(made))
			add_word(&made->words, each);
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
		} else if (*at == ';' || *at == '\n') {
			at++;
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
	*made = list();
	skip_lines();
	if (*at)
		syntax_error();
	return trouble;
}

#endif
