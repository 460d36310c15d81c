/*
 * A shell: pipes, redirection, jobs, variables, quoting, substitution, if, for, while, case, functions, traps. POSIX, Shell Command Language. Everything
 * but what must change the shell itself is a program of its own.
 */
#include <fcntl.h>
#include "apps/bin/sh/parse.h"
#include "apps/bin/sh/expand.h"
#include "apps/bin/sh/jobs.h"
#include "apps/bin/sh/builtins.h"
#include "apps/bin/sh/functions.h"

static int run(struct node *node);
static int is_builtin(const struct node *node);

/* A child that was made to run one thing: nobody's shell any more. */
static int is_child;

static void become_child(pid_t group, int foreground)
{
	static const int ours[] = { SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU };
	size_t i;

	is_child = 1;
	if (has_job_control) {
		setpgid(0, group);
		if (foreground)
			terminal_to(getpgrp());
	}
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	has_job_control = 0;
	memset(jobs, 0, sizeof(jobs));
	forget_traps();
}

static pid_t fork_child(void)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		fprintf(stderr, "sh: fork: %s\n", strerror(errno));
	return pid;
}

/* What a command's redirections cover up: put back afterwards, unless the command is all that this process does. */
struct covered {
	int fd, copy;
};
#define MAX_COVERED	8
#define FIRST_COPY	10

/*
 * A here-document: all of it into a pipe, whose other end is what is read. Simplified: so it is no longer than a pipe holds, since nobody reads
 * while we write.
 */
static int open_text(const char *text)
{
	size_t length = strlen(text);
	int fds[2];

	if (pipe(fds) < 0)
		return -1;
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	if (length && write(fds[1], text, length) != (ssize_t)length) {
		close(fds[0]);
		fds[0] = -1;
		errno = EFBIG;
	}
	close(fds[1]);
	return fds[0];
}

static int open_redirect(const struct redirect *one, const char *to)
{
	if (one->how == 'h' || one->how == 'H')
		return open_text(to);
	if (one->how == '&')
		return *to == '-' ? -2 : dup(atoi(to));
	if (one->how == '<')
		return open(to, O_RDONLY);
	return open(to, O_WRONLY | O_CREAT | (one->how == 'a' ? O_APPEND : O_TRUNC), 0666);
}

static int redirect(const struct redirect *one, struct covered *covered, int *count)
{
	for (; one; one = one->next) {
		int is_text = one->how == 'h' || one->how == 'H';
		char *to = one->how == 'H' ? one->to : is_text ? expand_here(one->to) : expand_text(one->to);
		int fd = open_redirect(one, to);

		if (fd == -1) {
			fprintf(stderr, "sh: %s: %s\n", is_text ? "<<" : to, strerror(errno));
			return -1;
		}
		if (covered && *count < MAX_COVERED)
			covered[(*count)++] = (struct covered) { one->fd, fcntl(one->fd, F_DUPFD_CLOEXEC, FIRST_COPY) };
		if (fd == -2) {
			close(one->fd);
		} else if (fd != one->fd) {
			dup2(fd, one->fd);
			close(fd);
		}
	}
	return 0;
}

static void put_back(const struct covered *covered, int count)
{
	fflush(NULL);
	while (count-- > 0) {
		if (covered[count].copy < 0) {
			close(covered[count].fd);
			continue;
		}
		dup2(covered[count].copy, covered[count].fd);
		close(covered[count].copy);
	}
}

/* NAME=value before a command, or alone. */
static size_t assignments(const struct node *node)
{
	size_t n;

	for (n = 0; n < node->words.count; n++) {
		const char *s = node->words.at[n];

		if (!isalpha(*s) && *s != '_')
			break;
		while (isalnum(*s) || *s == '_')
			s++;
		if (*s != '=')
			break;
	}
	return n;
}

static void assign(const struct node *node, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const char *equals = strchr(node->words.at[i], '=');

		setenv(take_text(node->words.at[i], equals - node->words.at[i]), expand_text(equals + 1), 1);
	}
}

static void __attribute__((noreturn)) execute(char **argv)
{
	execvp(argv[0], argv);
	fprintf(stderr, "sh: %s: %s\n", argv[0], errno == ENOENT && !strchr(argv[0], '/') ? "not found" : strerror(errno));
	exit(errno == ENOENT ? 127 : 126);
}

/* With parameters of its own, in this shell. */
static int run_function(const struct function *function, int argc, char **argv)
{
	char **outer = parameters;
	int outer_count = parameter_count, ret = 2;
	struct node *node;

	if (parse(take_text(function->text, strlen(function->text)), &node) != PARSED)
		return ret;
	argv[0] = outer[0];
	parameters = argv;
	parameter_count = argc - 1;
	ret = run(node);
	parameters = outer;
	parameter_count = outer_count;
	returning = 0;
	return ret;
}

/* A simple command: what is built in or a function runs here, anything else in a child, or in place of this child. */
static int run_simple(struct node *node)
{
	struct covered covered[MAX_COVERED];
	struct words argv = { 0 };
	const struct builtin *builtin;
	const struct function *function;
	size_t set = assignments(node), i;
	int count = 0, ret;

	for (i = set; i < node->words.count; i++)
		expand(node->words.at[i], &argv);
	function = argv.count ? function_named(argv.at[0]) : NULL;
	builtin = argv.count && !function ? builtin_named(argv.at[0]) : NULL;
	if (!argv.count || ((builtin || function) && is_builtin(node))) {
		is_child = 0;
		ret = redirect(node->redirects, covered, &count) < 0;
		if (!ret) {
			assign(node, set);
			ret = function ? run_function(function, (int)argv.count, argv.at) : builtin ? builtin->run((int)argv.count, argv.at) : 0;
		}
		put_back(covered, count);
		return ret;
	}
	if (redirect(node->redirects, NULL, NULL) < 0)
		exit(1);
	assign(node, set);
	execute(argv.at);
}

/* By the word as it was typed: what comes of an expansion is a program. */
static int is_builtin(const struct node *node)
{
	size_t set = assignments(node);

	return set == node->words.count || builtin_named(node->words.at[set]) || function_named(node->words.at[set]);
}

static void add_process(struct job *job, pid_t pid)
{
	if (!job->group)
		job->group = pid;
	if (has_job_control)
		setpgid(pid, job->group);
	if (job->count < MAX_PROCESSES)
		job->processes[job->count++].pid = pid;
}

/* Each part of a pipe in a process of its own, all in one group. */
static int run_job(struct node *node, int background)
{
	struct job *job = new_job(node->text);
	int input = -1, fds[2];

	if (!job)
		return 1;
	job->is_background = background;
	for (;;) {
		int is_last = node->kind != PIPE;
		struct node *part = is_last ? node : node->left;
		pid_t pid;

		if (!is_last && pipe(fds) < 0) {
			fprintf(stderr, "sh: pipe: %s\n", strerror(errno));
			is_last = 1;
		}
		pid = fork_child();
		if (pid == 0) {
			pid_t group = job->group;

			become_child(group, !background);
			if (input >= 0) {
				dup2(input, STDIN_FILENO);
				close(input);
			}
			if (!is_last) {
				dup2(fds[1], STDOUT_FILENO);
				close(fds[0]);
				close(fds[1]);
			}
			exit(run(part));
		}
		if (input >= 0)
			close(input);
		if (pid > 0)
			add_process(job, pid);
		if (is_last)
			break;
		close(fds[1]);
		input = fds[0];
		if (pid < 0) {
			close(input);
			break;
		}
		node = node->right;
	}
	if (!job->count) {
		job->number = 0;
		return 1;
	}
	if (!background)
		return in_foreground(job);
	last_background = job->processes[job->count - 1].pid;
	if (has_job_control)
		printf("[%d] %d\n", job->number, last_background);
	return 0;
}

/* After a round of a loop: whether it was the last. */
static int is_left(void)
{
	if (breaking) {
		breaking--;
		return 1;
	}
	return returning || (continuing && --continuing);
}

static int run_loop(struct node *node)
{
	int ret = 0;

	while (!interrupted && !leaving) {
		struct chunk *mark = chunks;

		if ((run(node->left) == 0) != (node->kind == WHILE)) {
			give_back(mark);
			break;
		}
		ret = run(node->right);
		give_back(mark);
		if (is_left())
			break;
	}
	return ret;
}

static int run_for(struct node *node)
{
	struct words each = { 0 };
	size_t i;
	int ret = 0;

	for (i = 0; i < node->words.count; i++)
		expand(node->words.at[i], &each);
	for (i = 0; i < each.count && !interrupted && !leaving; i++) {
		struct chunk *mark = chunks;

		setenv(node->name, each.at[i], 1);
		ret = run(node->right);
		give_back(mark);
		if (is_left())
			break;
	}
	return ret;
}

/* The first that fits, by the word as it is before any of them. */
static int run_case(const struct node *node)
{
	const char *word = expand_text(node->name);
	const struct node *item;
	size_t i;

	for (item = node->right; item; item = item->right)
		for (i = 0; i < item->words.count; i++)
			if (fits(word, item->words.at[i]))
				return run(item->left);
	return 0;
}

static int run_compound(struct node *node)
{
	switch (node->kind) {
	case CASE:
		return run_case(node);
	case FUNCTION:
		define(node->words.at[0], node->words.at[1]);
		return 0;
	case IF:
		return run(node->left) == 0 ? run(node->right) : run(node->other);
	case WHILE:
	case UNTIL:
		return run_loop(node);
	case FOR:
		return run_for(node);
	default:
		return run(node->left);
	}
}

static int run_here(struct node *node)
{
	struct covered covered[MAX_COVERED];
	int count = 0, ret;

	if (redirect(node->redirects, covered, &count) < 0)
		ret = 1;
	else
		ret = run_compound(node);
	put_back(covered, count);
	return ret;
}

/* $? is not theirs to change. */
static void run_trap(int sig)
{
	int before = status, is_last = leaving;
	struct node *node;

	caught[sig] = 0;
	if (!traps[sig])
		return;
	leaving = 0;
	if (parse(take_text(traps[sig], strlen(traps[sig])), &node) == PARSED)
		run(node);
	else
		fprintf(stderr, "sh: trap: syntax error\n");
	if (!leaving) {
		leaving = is_last;
		status = before;
	}
}

static void run_traps(void)
{
	int sig;

	is_caught = 0;
	for (sig = 1; sig < MAX_TRAPS; sig++)
		if (caught[sig])
			run_trap(sig);
}

/* $? afterwards. */
static int run(struct node *node)
{
	int ret;

	if (!node)
		return 0;
	if (interrupted || leaving || breaking || continuing || returning)
		return status;
	switch (node->kind) {
	case SIMPLE:
		ret = is_child || is_builtin(node) ? run_simple(node) : run_job(node, 0);
		break;
	case PIPE:
		is_child = 0;
		ret = run_job(node, 0);
		break;
	case SUBSHELL:
		if (!is_child) {
			ret = run_job(node, 0);
			break;
		}
		is_child = 0;
		ret = run_here(node);
		break;
	case AND:
		is_child = 0;
		ret = run(node->left);
		status = ret;
		if (ret == 0)
			ret = run(node->right);
		break;
	case OR:
		is_child = 0;
		ret = run(node->left);
		status = ret;
		if (ret != 0)
			ret = run(node->right);
		break;
	case NOT:
		is_child = 0;
		ret = !run(node->left);
		break;
	case SEQUENCE:
		is_child = 0;
		run(node->left);
		ret = run(node->right);
		break;
	case BACKGROUND:
		is_child = 0;
		ret = run_job(node->left, 1);
		break;
	default:
		is_child = 0;
		ret = run_here(node);
	}
	status = ret;
	if (is_caught)
		run_traps();
	return ret;
}

static char *output_of(const char *text)
{
	struct text output = { 0 };
	struct node *node;
	int fds[2], wait_status;
	pid_t pid;
	char c[256];
	ssize_t n, i;

	if (pipe(fds) < 0)
		return "";
	pid = fork_child();
	if (pid == 0) {
		is_child = 1;
		has_job_control = 0;
		memset(jobs, 0, sizeof(jobs));
		forget_traps();
		signal(SIGINT, SIG_DFL);
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		exit(parse(text, &node) == PARSED ? run(node) : 2);
	}
	close(fds[1]);
	while ((n = read(fds[0], c, sizeof(c))) > 0 || (n < 0 && errno == EINTR && !interrupted))
		for (i = 0; i < n; i++)
			add_char(&output, c[i], 0);
	close(fds[0]);
	while (pid > 0 && waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
		;
	status = pid > 0 ? exit_status(wait_status) : 1;
	while (output.length && output.at[output.length - 1] == '\n')
		output.at[--output.length] = '\0';
	return output.length ? output.at : "";
}

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void take_terminal(void)
{
	struct sigaction interrupt = { .sa_handler = on_interrupt };

	setpgid(0, 0);
	if (tcsetpgrp(STDIN_FILENO, getpgrp()) < 0 && tcgetpgrp(STDIN_FILENO) != getpgrp())
		return;
	sigaction(SIGINT, &interrupt, NULL);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	tcgetattr(STDIN_FILENO, &shell_modes);
	has_job_control = 1;
}

/* Text as far as it is there: a command may go on in the next line. */
static char *pending;
static size_t pending_length;

static void forget(void)
{
	free(pending);
	pending = NULL;
	pending_length = 0;
}

static void gather(const char *line, size_t length)
{
	pending = realloc(pending, pending_length + length + 1);
	if (!pending)
		exit(2);
	memcpy(pending + pending_length, line, length);
	pending_length += length;
	pending[pending_length] = '\0';
}

/* Runs what is pending if it is whole. */
static void run_pending(int at_end)
{
	struct chunk *mark = chunks;
	struct node *node;
	char *text = take_text(pending, pending_length);
	int how = parse(text, &node);

	if (how == INCOMPLETE && !at_end) {
		give_back(mark);
		return;
	}
	forget();
	if (how != PARSED) {
		fprintf(stderr, "sh: syntax error near '%.*s'\n", (int)strcspn(wrong, "\n"), wrong);
		status = 2;
	} else {
		run(node);
	}
	give_back(mark);
}

static void run_text(const char *text)
{
	while (*text && !leaving) {
		size_t length = strcspn(text, "\n");

		length += text[length] == '\n';
		gather(text, length);
		text += length;
		run_pending(!*text);
	}
}

/* A terminal gives a line at a time; anything else is read no further than to the end of the line, since commands read on from there. */
static ssize_t read_line(char *line, size_t size, int is_terminal)
{
	size_t n = 0;
	ssize_t got;

	if (is_terminal)
		return read(STDIN_FILENO, line, size);
	while (n < size && (got = read(STDIN_FILENO, line + n, 1)) > 0)
		if (line[n++] == '\n')
			break;
	return n;
}

static void interact(int is_terminal)
{
	char line[1024];
	ssize_t n;

	while (!leaving) {
		interrupted = 0;
		if (is_terminal) {
			ask_after_jobs();
			settle_jobs(1);
			printf(pending ? "> " : "$ ");
			fflush(stdout);
		}
		n = read_line(line, sizeof(line), is_terminal);
		if (n < 0 && errno == EINTR) {
			forget();
			putchar('\n');
			continue;
		}
		if (n <= 0)
			break;
		gather(line, n);
		run_pending(0);
	}
	if (pending && !leaving)
		run_pending(1);
	if (is_terminal && !leaving)
		printf("exit\n");
}

static char *whole_file(const char *path)
{
	FILE *f = fopen(path, "re");
	struct text text = { 0 };
	int c;

	if (!f) {
		fprintf(stderr, "sh: %s: %s\n", path, strerror(errno));
		exit(127);
	}
	while ((c = fgetc(f)) != EOF)
		add_char(&text, c, 0);
	fclose(f);
	return text.length ? text.at : "";
}

int main(int argc, char **argv)
{
	shell_pid = getpid();
	if (!getenv("PATH"))
		setenv("PATH", "/bin", 1);
	parameters = argv;
	if (argc > 2 && !strcmp(argv[1], "-c")) {
		parameters = argc > 3 ? argv + 3 : argv;
		parameter_count = argc > 3 ? argc - 4 : 0;
		run_text(argv[2]);
	} else if (argc > 1) {
		parameters = argv + 1;
		parameter_count = argc - 2;
		run_text(whole_file(argv[1]));
	} else {
		int is_terminal = isatty(STDIN_FILENO);

		if (is_terminal)
			take_terminal();
		interact(is_terminal);
	}
	if (!leaving)
		leave_status = status;
	run_trap(0);
	return leaving ? leave_status : status;
}
