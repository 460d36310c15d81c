/* trap: what is run between two commands after a signal, and at the end. POSIX, Shell Command Language, "trap". */
#ifndef _SH_TRAPS_H
#define _SH_TRAPS_H

#include <signal.h>
#include "apps/bin/sh/parse.h"

#define MAX_TRAPS	32

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "EXIT", 0 }, { "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "PIPE", SIGPIPE },
	{ "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "CONT", SIGCONT }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU },
};

/* NULL: as it was. Empty: ignored. */
static char *traps[MAX_TRAPS];
static volatile sig_atomic_t caught[MAX_TRAPS], is_caught;

static void on_trap(int sig)
{
	caught[sig] = 1;
	is_caught = 1;
}

/* By name or number; -1: there is none, or none that can be caught. */
static int signal_named(const char *name)
{
	size_t i;

	if (!strncmp(name, "SIG", 3))
		name += 3;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!strcmp(signals[i].name, name) || (isdigit(*name) && signals[i].number == atoi(name)))
			return signals[i].number;
	return -1;
}

static void set_trap(int sig, const char *text)
{
	struct sigaction action = { .sa_handler = !text ? SIG_DFL : *text ? on_trap : SIG_IGN };

	free(traps[sig]);
	traps[sig] = text ? strdup(text) : NULL;
	if (sig)
		sigaction(sig, &action, NULL);
}

static int do_trap(int argc, char **argv)
{
	const char *text = argc > 2 && strcmp(argv[1], "-") ? argv[1] : NULL;
	size_t i;
	int n, ret = 0;

	for (i = 0; argc == 1 && i < sizeof(signals) / sizeof(signals[0]); i++)
		if (traps[signals[i].number])
			printf("trap -- '%s' %s\n", traps[signals[i].number], signals[i].name);
	for (n = argc > 2 ? 2 : 1; n < argc; n++) {
		int sig = signal_named(argv[n]);

		if (sig < 0) {
			fprintf(stderr, "sh: trap: %s: no such signal\n", argv[n]);
			ret = 1;
		} else {
			set_trap(sig, text);
		}
	}
	return ret;
}

/* A child has none of them, but what was ignored stays so. */
static void forget_traps(void)
{
	int sig;

	for (sig = 0; sig < MAX_TRAPS; sig++)
		if (traps[sig] && *traps[sig])
			set_trap(sig, NULL);
}

#endif
