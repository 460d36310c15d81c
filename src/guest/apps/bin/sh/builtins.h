/* What must change the shell itself, and `test`, which every condition asks. POSIX, Shell Command Language, 2.14. */
#ifndef _SH_BUILTINS_H
#define _SH_BUILTINS_H

#include <limits.h>
#include <sys/stat.h>
#include "apps/bin/sh/jobs.h"
#include "apps/bin/sh/traps.h"

struct builtin {
	const char *name;
	int (*run)(int argc, char **argv);
};

static int leaving, leave_status;
static int breaking;	/* how many loops are still to be left */
static int continuing;	/* how many loops up the next round is to begin */
static int returning;	/* from a function */

static int complain(const char *name, const char *what)
{
	fprintf(stderr, "sh: %s: %s\n", name, what);
	return 1;
}

static int do_cd(int argc, char **argv)
{
	return chdir(argc > 1 ? argv[1] : "/") < 0 ? complain(argv[1], strerror(errno)) : 0;
}

static int do_pwd(int argc, char **argv)
{
	char path[PATH_MAX];

	(void)argc;
	if (!getcwd(path, sizeof(path)))
		return complain(argv[0], strerror(errno));
	puts(path);
	return 0;
}

static int do_exit(int argc, char **argv)
{
	leaving = 1;
	leave_status = argc > 1 ? atoi(argv[1]) & 0xff : status;
	return leave_status;
}

static int do_break(int argc, char **argv)
{
	breaking = argc > 1 ? atoi(argv[1]) : 1;
	return 0;
}

static int do_continue(int argc, char **argv)
{
	continuing = argc > 1 ? atoi(argv[1]) : 1;
	return 0;
}

static int do_return(int argc, char **argv)
{
	returning = 1;
	return argc > 1 ? atoi(argv[1]) & 0xff : status;
}

static int do_nothing(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static int do_export(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals)
			setenv(take_text(argv[i], equals - argv[i]), equals + 1, 1);
	}
	for (i = 0; argc == 1 && environ[i]; i++)
		puts(environ[i]);
	return 0;
}

static int do_unset(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		unsetenv(argv[i]);
	return 0;
}

static int do_shift(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (!parameter_count)
		return 1;
	parameters[1] = parameters[0];
	parameters++;
	parameter_count--;
	return 0;
}

/* One line, a byte at a time: the next command reads on from there. */
static int do_read(int argc, char **argv)
{
	struct text line = { 0 };
	char c = 0, *rest;
	int i;

	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		add_char(&line, c, 0);
	rest = line.length ? line.at : "";
	for (i = 1; i < argc; i++) {
		size_t length;

		rest += strspn(rest, " \t");
		length = i == argc - 1 ? strlen(rest) : strcspn(rest, " \t");
		setenv(argv[i], take_text(rest, length), 1);
		rest += length;
	}
	return c != '\n';
}

static int do_jobs(int argc, char **argv)
{
	int i;

	(void)argc;
	(void)argv;
	ask_after_jobs();
	for (i = 0; i < MAX_JOBS; i++)
		if (jobs[i].number)
			tell(&jobs[i]);
	settle_jobs(0);
	return 0;
}

static int do_fg(int argc, char **argv)
{
	struct job *job;

	ask_after_jobs();
	job = job_named(argc > 1 ? argv[1] : NULL);
	if (!job || !has_job_control)
		return complain(argv[0], has_job_control ? "no such job" : "no job control");
	if (has_ended(job))
		return complain(argv[0], "job has terminated");
	return go_on(job, !strcmp(argv[0], "fg"));
}

static int do_wait(int argc, char **argv)
{
	int i, ret = 0;

	for (i = 0; i < MAX_JOBS; i++) {
		if (!jobs[i].number || (argc > 1 && job_named(argv[1]) != &jobs[i] && jobs[i].processes[jobs[i].count - 1].pid != atoi(argv[1])))
			continue;
		ret = wait_for_job(&jobs[i]);
	}
	return argc > 1 ? ret : 0;
}

/* Jobs by their numbers; the rest is the program's. */
static int do_kill(int argc, char **argv)
{
	struct words words = { 0 };
	char *command[2] = { "kill", NULL };
	int i, wait_status = 0;
	pid_t pid;

	add_word(&words, command[0]);
	for (i = 1; i < argc; i++) {
		struct job *job = argv[i][0] == '%' ? job_named(argv[i]) : NULL;
		char *group;

		if (argv[i][0] == '%' && !job)
			return complain(argv[i], "no such job");
		group = job ? number_text(-job->group) : argv[i];
		if (job && words.count == 1)
			add_word(&words, "-TERM");
		add_word(&words, group);
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execvp("kill", words.at);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
		;
	return pid < 0 ? 1 : exit_status(wait_status);
}

static int is_file(const char *path, char kind)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return 0;
	return kind == 'd' ? S_ISDIR(st.st_mode) : kind == 'f' ? S_ISREG(st.st_mode) : kind == 's' ? st.st_size > 0 : kind == 'x' ? st.st_mode & 0111 : 1;
}

static int compares(const char *a, const char *operator, const char *b)
{
	static const char *const names[] = { "-eq", "-ne", "-lt", "-le", "-gt", "-ge" };
	long x = strtol(a, NULL, 10), y = strtol(b, NULL, 10);
	size_t n;

	if (!strcmp(operator, "=") || !strcmp(operator, "=="))
		return !strcmp(a, b);
	if (!strcmp(operator, "!="))
		return strcmp(a, b) != 0;
	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++)
		if (!strcmp(operator, names[n]))
			return n == 0 ? x == y : n == 1 ? x != y : n == 2 ? x < y : n == 3 ? x <= y : n == 4 ? x > y : x >= y;
	return -1;
}

/* 0: it holds. 1: it does not. 2: it says nothing. */
static int do_test(int argc, char **argv)
{
	int holds = -1, negated = 0;

	if (!strcmp(argv[0], "[")) {
		if (strcmp(argv[argc - 1], "]"))
			return 1 + complain("[", "there is no ]");
		argc--;
	}
	argv++;
	argc--;
	if (argc > 1 && !strcmp(argv[0], "!")) {
		negated = 1;
		argv++;
		argc--;
	}
	if (argc == 0)
		holds = 0;
	else if (argc == 1)
		holds = *argv[0] != '\0';
	else if (argc == 2 && !strcmp(argv[0], "-n"))
		holds = *argv[1] != '\0';
	else if (argc == 2 && !strcmp(argv[0], "-z"))
		holds = *argv[1] == '\0';
	else if (argc == 2 && argv[0][0] == '-' && argv[0][1] && strchr("defsx", argv[0][1]))
		holds = is_file(argv[1], argv[0][1]) != 0;
	else if (argc == 3)
		holds = compares(argv[0], argv[1], argv[2]);
	if (holds < 0)
		return 1 + complain("test", "cannot read this");
	return holds == negated;
}

static int do_help(int argc, char **argv);

static const struct builtin builtins[] = {
	{ ":", do_nothing }, { "[", do_test }, { "bg", do_fg }, { "break", do_break }, { "cd", do_cd }, { "continue", do_continue },
	{ "exit", do_exit }, { "export", do_export }, { "fg", do_fg }, { "help", do_help }, { "jobs", do_jobs }, { "kill", do_kill }, { "pwd", do_pwd },
	{ "read", do_read }, { "return", do_return }, { "shift", do_shift }, { "test", do_test }, { "trap", do_trap }, { "unset", do_unset },
	{ "wait", do_wait },
};

/* What may be typed: words of the shell, its own commands, and where the programs are. */
static int do_help(int argc, char **argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	printf("The shell knows if, for, while, case, name(), ( ), |, &, &&, ||, ;, <, >, >>, <<, $name, $(command), $((sum)), and of itself:\n");
	for (i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
		printf("%s%c", builtins[i].name, i + 1 < sizeof(builtins) / sizeof(builtins[0]) ? ' ' : '\n');
	printf("Other commands are programs: ls /bin. Ctrl-C ends what runs, Ctrl-Z stops it, fg goes on with it.\n");
	return 0;
}

static const struct builtin *builtin_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
		if (!strcmp(builtins[i].name, name))
			return &builtins[i];
	return NULL;
}

#endif
