/* Jobs: process groups, and which of them has the terminal. POSIX, Shell Command Language; glibc manual, "Implementing a Job Control Shell". */
#ifndef _SH_JOBS_H
#define _SH_JOBS_H

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "apps/bin/sh/expand.h"

#define MAX_JOBS	16
#define MAX_PROCESSES	16

struct process {
	pid_t pid;
	int has_ended, is_stopped, status;
};

struct job {
	int number;	/* 0: free */
	pid_t group;
	struct process processes[MAX_PROCESSES];
	int count;
	int is_background;
	int was_stopped;	/* and that was told */
	int has_modes;
	struct termios modes;	/* of the terminal, when it stopped in the foreground */
	char text[80];
};

static struct job jobs[MAX_JOBS];
static int has_job_control;
/* A job was ended or stopped from the keyboard: loops do not go on. */
static volatile sig_atomic_t interrupted;
static struct termios shell_modes;

static struct job *new_job(const char *text)
{
	int i, number = 1;

	for (i = 0; i < MAX_JOBS; i++)
		if (jobs[i].number >= number)
			number = jobs[i].number + 1;
	for (i = 0; i < MAX_JOBS; i++) {
		if (!jobs[i].number) {
			memset(&jobs[i], 0, sizeof(jobs[i]));
			jobs[i].number = number;
			snprintf(jobs[i].text, sizeof(jobs[i].text), "%s", text);
			return &jobs[i];
		}
	}
	fprintf(stderr, "sh: too many jobs\n");
	return NULL;
}

/* The one last begun or stopped. */
static struct job *current_job(void)
{
	struct job *found = NULL;
	int i;

	for (i = 0; i < MAX_JOBS; i++)
		if (jobs[i].number && (!found || (jobs[i].was_stopped * 1000 + jobs[i].number > found->was_stopped * 1000 + found->number)))
			found = &jobs[i];
	return found;
}

static struct job *job_named(const char *name)
{
	int i;

	if (!name || !strcmp(name, "%%") || !strcmp(name, "%+"))
		return current_job();
	for (i = 0; i < MAX_JOBS; i++)
		if (jobs[i].number && jobs[i].number == atoi(name + (*name == '%')))
			return &jobs[i];
	return NULL;
}

static int has_ended(const struct job *job)
{
	int i;

	for (i = 0; i < job->count; i++)
		if (!job->processes[i].has_ended)
			return 0;
	return 1;
}

static int is_stopped(const struct job *job)
{
	int i, stopped = 0;

	for (i = 0; i < job->count; i++) {
		if (!job->processes[i].has_ended && !job->processes[i].is_stopped)
			return 0;
		stopped |= job->processes[i].is_stopped;
	}
	return stopped;
}

static void note(pid_t pid, int wait_status)
{
	int i, n;

	for (i = 0; i < MAX_JOBS; i++) {
		for (n = 0; jobs[i].number && n < jobs[i].count; n++) {
			struct process *process = &jobs[i].processes[n];

			if (process->pid != pid || process->has_ended)
				continue;
			process->is_stopped = WIFSTOPPED(wait_status);
			process->has_ended = !WIFSTOPPED(wait_status) && !WIFCONTINUED(wait_status);
			if (!WIFCONTINUED(wait_status))
				process->status = wait_status;
			return;
		}
	}
}

/* $? of a process. */
static int exit_status(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + (WIFSTOPPED(wait_status) ? WSTOPSIG(wait_status) : WTERMSIG(wait_status));
}

static const char *state_of(const struct job *job)
{
	int last = job->processes[job->count - 1].status;

	if (is_stopped(job))
		return "Stopped";
	if (!has_ended(job))
		return "Running";
	return WIFSIGNALED(last) ? strsignal(WTERMSIG(last)) : WEXITSTATUS(last) ? "Exit" : "Done";
}

static void tell(const struct job *job)
{
	printf("[%d]%c  %-10s %s\n", job->number, job == current_job() ? '+' : ' ', state_of(job), job->text);
}

static void terminal_to(pid_t group)
{
	tcsetpgrp(STDIN_FILENO, group);
}

/* Until the job ends or stops: $? of its last process. */
static int wait_for_job(struct job *job)
{
	int wait_status, ret;
	pid_t pid;

	while (!has_ended(job) && !is_stopped(job)) {
		pid = waitpid(-1, &wait_status, WUNTRACED);
		if (pid > 0)
			note(pid, wait_status);
		else if (errno != EINTR)
			break;
		else if (interrupted && job->is_background)
			return 130;
	}
	ret = job->processes[job->count - 1].status;
	if (is_stopped(job)) {
		if (has_job_control) {
			job->has_modes = tcgetattr(STDIN_FILENO, &job->modes) == 0;
			job->was_stopped = 1;
			interrupted = 1;
			putchar('\n');
			tell(job);
		}
		return exit_status(ret);
	}
	if (WIFSIGNALED(ret)) {
		if (WTERMSIG(ret) == SIGINT)
			interrupted = 1;
		if (has_job_control && !job->is_background && WTERMSIG(ret) != SIGPIPE)
			printf("%s\n", WTERMSIG(ret) == SIGINT ? "" : strsignal(WTERMSIG(ret)));
	}
	job->number = 0;
	return exit_status(ret);
}

static int in_foreground(struct job *job)
{
	int ret;

	job->is_background = 0;
	if (has_job_control)
		terminal_to(job->group);
	ret = wait_for_job(job);
	if (has_job_control) {
		terminal_to(getpgrp());
		tcsetattr(STDIN_FILENO, TCSADRAIN, &shell_modes);
	}
	return ret;
}

static int go_on(struct job *job, int foreground)
{
	int i;

	for (i = 0; i < job->count; i++)
		job->processes[i].is_stopped = 0;
	if (job->has_modes && foreground)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &job->modes);
	job->was_stopped = 0;
	if (foreground) {
		printf("%s\n", job->text);
		fflush(stdout);
		terminal_to(job->group);
	} else {
		job->is_background = 1;
		printf("[%d]+ %s &\n", job->number, job->text);
	}
	killpg(job->group, SIGCONT);
	return foreground ? in_foreground(job) : 0;
}

static void ask_after_jobs(void)
{
	int wait_status;
	pid_t pid;

	while ((pid = waitpid(-1, &wait_status, WNOHANG | WUNTRACED | WCONTINUED)) > 0)
		note(pid, wait_status);
}

/* Those that ended are jobs no more, and one that stops is told once. */
static void settle_jobs(int loud)
{
	int i;

	for (i = 0; i < MAX_JOBS; i++) {
		if (!jobs[i].number || (!has_ended(&jobs[i]) && !(is_stopped(&jobs[i]) && !jobs[i].was_stopped)))
			continue;
		if (loud)
			tell(&jobs[i]);
		if (has_ended(&jobs[i]))
			jobs[i].number = 0;
		else
			jobs[i].was_stopped = 1;
	}
}

#endif
