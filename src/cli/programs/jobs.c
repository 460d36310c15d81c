/* Processes that stop and go on, what their parent learns of it, and groups that nobody looks after any more. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;
static int to_parent[2];
static volatile sig_atomic_t told, told_code, told_status;

static void say(const char *text)
{
	printf("%s\n", text);
	fflush(stdout);
}

static void show_wait(const char *what, pid_t pid, int status)
{
	printf("%s: %s", what, pid == child ? "child" : pid == 0 ? "none" : strerror(errno));
	if (pid > 0) {
		if (WIFSTOPPED(status))
			printf(" stopped by %s", strsignal(WSTOPSIG(status)));
		else if (WIFCONTINUED(status))
			printf(" continued");
		else if (WIFSIGNALED(status))
			printf(" ended by %s", strsignal(WTERMSIG(status)));
		else
			printf(" exit %d", WEXITSTATUS(status));
	}
	printf("\n");
	fflush(stdout);
}

static void on_child(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	told++;
	told_code = info->si_code;
	told_status = info->si_status;
}

static void show_told(const char *what)
{
	printf("%s: told %d, code %d, status %d\n", what, told, told_code, told_status);
	fflush(stdout);
	told = 0;
}

static void nap(long ns)
{
	struct timespec ts = { 0, ns };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

static void noted(int sig)
{
	(void)sig;
	write(to_parent[1], "c", 1);
}

/* Writes a letter, and one more for each SIGCONT. */
static void spin(void)
{
	signal(SIGCONT, noted);
	write(to_parent[1], "b", 1);
	for (;;)
		pause();
}

static void wait_for(char what)
{
	char got;

	while (read(to_parent[0], &got, 1) == 1 && got != what)
		;
}

static void stops(int flags)
{
	struct sigaction action = { .sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART | flags };
	int status = 0;
	siginfo_t info;
	pid_t pid;

	sigaction(SIGCHLD, &action, NULL);
	child = fork();
	if (!child)
		spin();
	wait_for('b');
	kill(child, SIGSTOP);
	pid = waitpid(child, &status, WUNTRACED);
	show_wait("stop", pid, status);
	show_told("stop");
	pid = waitpid(child, &status, WUNTRACED | WNOHANG);
	show_wait("once only", pid, status);
	kill(child, SIGTERM);
	nap(2000000);
	pid = waitpid(child, &status, WUNTRACED | WNOHANG);
	show_wait("the stopped do not see signals", pid, status);
	kill(child, SIGCONT);
	pid = waitpid(child, &status, 0);
	show_wait("end", pid, status);
	told = 0;

	child = fork();
	if (!child)
		spin();
	wait_for('b');
	kill(child, SIGTSTP);
	memset(&info, 0, sizeof(info));
	waitid(P_PID, child, &info, WSTOPPED | WNOWAIT);
	printf("waitid: code %d status %d, mine %d\n", info.si_code, info.si_status, info.si_pid == child);
	memset(&info, 0, sizeof(info));
	waitid(P_PID, child, &info, WSTOPPED);
	printf("again: code %d status %d\n", info.si_code, info.si_status);
	kill(child, SIGCONT);
	wait_for('c');
	memset(&info, 0, sizeof(info));
	waitid(P_PID, child, &info, WCONTINUED | WEXITED);
	printf("waitid: code %d status %d\n", info.si_code, info.si_status);
	kill(child, SIGSTOP);
	waitpid(child, &status, WUNTRACED);
	kill(child, SIGKILL);
	pid = waitpid(child, &status, 0);
	show_wait("SIGKILL needs no SIGCONT", pid, status);
	told = 0;
}

static void ignored_and_caught(int sig)
{
	char text[] = "handler of SIGTSTP\n";

	(void)sig;
	write(1, text, sizeof(text) - 1);
}

/* A handler, or ignoring, takes the place of stopping; SIGSTOP cannot be helped. */
static void kinds(void)
{
	static const int signals[] = { SIGTSTP, SIGTTIN, SIGTTOU };
	int status, i;
	pid_t pid;

	for (i = 0; i < 3; i++) {
		child = fork();
		if (!child) {
			signal(signals[i], SIG_IGN);
			raise(signals[i]);
			signal(signals[i], SIG_DFL);
			raise(signals[i]);
			_exit(7);
		}
		pid = waitpid(child, &status, WUNTRACED);
		show_wait("default", pid, status);
		kill(child, SIGCONT);
		pid = waitpid(child, &status, WUNTRACED);
		show_wait("then", pid, status);
	}
	signal(SIGTSTP, ignored_and_caught);
	raise(SIGTSTP);
	signal(SIGTSTP, SIG_DFL);
	signal(SIGSTOP, SIG_IGN);
	printf("%s\n", strerror(errno));
}

/* A sleep that is interrupted by a stop goes on for what is left of it; SIGCONT undoes what has not happened. */
static void sleeps(void)
{
	struct timespec from, to;
	sigset_t set, waiting;
	int status;
	pid_t pid;

	child = fork();
	if (!child) {
		struct timespec ts = { 0, 20000000 };

		clock_gettime(CLOCK_MONOTONIC, &from);
		status = nanosleep(&ts, NULL);
		clock_gettime(CLOCK_MONOTONIC, &to);
		_exit(status ? 9 : (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec < 20000000 ? 8 : 0);
	}
	nap(2000000);
	kill(child, SIGSTOP);
	waitpid(child, &status, WUNTRACED);
	kill(child, SIGCONT);
	pid = waitpid(child, &status, 0);
	show_wait("sleeper", pid, status);

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGCONT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGTSTP);
	sigpending(&waiting);
	printf("waiting: %d %d\n", sigismember(&waiting, SIGTSTP), sigismember(&waiting, SIGCONT));
	kill(getpid(), SIGCONT);
	sigpending(&waiting);
	printf("waiting: %d %d\n", sigismember(&waiting, SIGTSTP), sigismember(&waiting, SIGCONT));
	kill(getpid(), SIGTSTP);
	sigpending(&waiting);
	printf("waiting: %d %d\n", sigismember(&waiting, SIGTSTP), sigismember(&waiting, SIGCONT));
	kill(getpid(), SIGCONT);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	fflush(stdout);
}

static atomic_int *counter;

static void *count(void *unused)
{
	for (;;)
		atomic_fetch_add(counter, 1);
	return unused;
}

/* All threads stop, and all go on. */
static void threads(void)
{
	int status, before, after;
	pthread_t thread;
	pid_t pid;
	int i;

	counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	child = fork();
	if (!child) {
		for (i = 0; i < 3; i++)
			pthread_create(&thread, NULL, count, NULL);
		count(NULL);
	}
	while (!atomic_load(counter))
		nap(1000000);
	kill(child, SIGSTOP);
	pid = waitpid(child, &status, WUNTRACED);
	show_wait("threads", pid, status);
	before = atomic_load(counter);
	nap(10000000);
	printf("all stand: %d\n", before == atomic_load(counter));
	kill(child, SIGCONT);
	pid = waitpid(child, &status, WCONTINUED);
	show_wait("threads", pid, status);
	for (i = 0; i < 100 && (after = atomic_load(counter)) == before; i++)
		nap(10000000);
	printf("they go on: %d\n", after != before);
	kill(child, SIGKILL);
	pid = waitpid(child, &status, 0);
	show_wait("threads", pid, status);
}

static void hung_up(int sig)
{
	write(to_parent[1], sig == SIGHUP ? "h" : "c", 1);
}

/* The parent of a stopped job ends: the job hangs up and goes on. And in a group without anybody who looks after it nobody stops. */
static void orphans(void)
{
	int status;
	char got[2];

	child = fork();
	if (!child) {
		pid_t job;

		setsid();
		job = fork();
		if (!job) {
			setpgid(0, 0);
			signal(SIGHUP, hung_up);
			signal(SIGCONT, hung_up);
			raise(SIGSTOP);
			_exit(raise(SIGTSTP) + 1);
		}
		setpgid(job, job);
		waitpid(job, &status, WUNTRACED);
		_exit(WIFSTOPPED(status));
	}
	waitpid(child, &status, 0);
	show_wait("leader", child, status);
	read(to_parent[0], got, 1);
	read(to_parent[0], got + 1, 1);
	/* Both wait when it wakes, and the lower number comes first, so its handler runs last. */
	printf("orphan: %c%c\n", got[0] < got[1] ? got[0] : got[1], got[0] < got[1] ? got[1] : got[0]);
	fflush(stdout);
}

/* In a group of its own with a parent outside, so that it is no orphan. */
static void run(void)
{
	pipe(to_parent);
	setpgid(0, 0);
	say("-- stops");
	stops(0);
	say("-- nobody is told of stops");
	stops(SA_NOCLDSTOP);
	signal(SIGCHLD, SIG_DFL);
	say("-- kinds");
	kinds();
	say("-- sleeps");
	sleeps();
	say("-- threads");
	threads();
	say("-- orphans");
	orphans();
}

int main(void)
{
	int status;

	if (!fork()) {
		run();
		exit(0);
	}
	wait(&status);
	return WEXITSTATUS(status);
}
