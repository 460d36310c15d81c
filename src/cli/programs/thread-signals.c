/* Signals and threads: who gets which, who waits for it, and what comes with it. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4

static __thread int number;
static volatile sig_atomic_t got_by[THREADS + 1], value_sum, code;
static sem_t ready, handled;
static pthread_t threads[THREADS];
static volatile int done;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	got_by[number]++;
	code = info->si_code;
	if (sig >= SIGRTMIN)
		value_sum += info->si_value.sival_int;
	sem_post(&handled);
}

static void block(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	pthread_sigmask(how, &set, NULL);
}

static void *sleeper(void *arg)
{
	number = (int)(long)arg;
	sem_post(&ready);
	while (!done)
		pause();
	return NULL;
}

static void show(const char *what)
{
	int i;

	printf("%s:", what);
	for (i = 0; i <= THREADS; i++) {
		printf(" %d", got_by[i]);
		got_by[i] = 0;
	}
	printf("\n");
	fflush(stdout);
}

/* Each thread gets what is sent to it, and only that. */
static void directed(void)
{
	int i;

	for (i = 0; i < THREADS; i++) {
		pthread_kill(threads[i], SIGUSR1);
		sem_wait(&handled);
	}
	show("one each");
	pthread_kill(pthread_self(), SIGUSR1);
	sem_wait(&handled);
	show("myself");
	printf("code %d\n", code);
	printf("nobody: %d\n", pthread_kill(threads[0], 0));
}

/* What is for the process comes to a thread that does not block it. */
static void undirected(void)
{
	int i, others = 0;

	block(SIG_BLOCK, SIGUSR2);
	for (i = 0; i < 8; i++) {
		kill(getpid(), SIGUSR2);
		sem_wait(&handled);
	}
	for (i = 1; i <= THREADS; i++)
		others += got_by[i];
	printf("others: %d, me: %d\n", others, got_by[0]);
	memset((void *)got_by, 0, sizeof(got_by));
	block(SIG_UNBLOCK, SIGUSR2);
}

static void *waiter(void *arg)
{
	struct timespec ts = { 5, 0 };
	siginfo_t info;
	sigset_t set;
	int i, sig, *sum = arg;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	sigaddset(&set, SIGTERM);
	sem_post(&ready);
	for (i = 0; i < 3; i++) {
		sig = sigtimedwait(&set, &info, &ts);
		*sum += sig == SIGRTMIN + 1 ? info.si_value.sival_int : sig == SIGTERM ? 1000 : 100000;
	}
	return NULL;
}

/* A thread that waits for signals that all have blocked; numbers come with them, in their order. */
static void queued(void)
{
	union sigval value;
	pthread_t thread;
	sigset_t set;
	int sum = 0, i, sig;

	pthread_create(&thread, NULL, waiter, &sum);
	sem_wait(&ready);
	value.sival_int = 20;
	sigqueue(getpid(), SIGRTMIN + 1, value);
	value.sival_int = 3;
	sigqueue(getpid(), SIGRTMIN + 1, value);
	kill(getpid(), SIGTERM);
	pthread_join(thread, NULL);
	printf("sum %d\n", sum);
	for (i = 1; i <= 3; i++) {
		value.sival_int = i;
		sigqueue(getpid(), SIGRTMIN + 1, value);
		kill(getpid(), SIGTERM);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	sigaddset(&set, SIGTERM);
	for (i = 0; i < 4; i++) {
		sigwait(&set, &sig);
		printf("%s", sig == SIGTERM ? "term " : "rt ");
	}
	printf("\n");
	block(SIG_UNBLOCK, SIGTERM);
}

/* The fault is its own thread's, and the end is everybody's. */
static void *faulty(void *arg)
{
	*(volatile int *)arg = 1;
	return NULL;
}

static void *forever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void ends(void)
{
	int status, i;

	fflush(stdout);
	for (i = 0; i < 3; i++) {
		if (!fork()) {
			pthread_t thread;

			pthread_create(&thread, NULL, forever, NULL);
			if (i == 0)
				pthread_create(&thread, NULL, faulty, NULL);
			else if (i == 1)
				pthread_kill(thread, SIGTERM);
			else
				syscall(SYS_tgkill, getpid(), getpid(), SIGKILL);
			pause();
			pause();
			_exit(9);
		}
		wait(&status);
		printf("end: %s\n", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "by itself");
	}
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART };
	int i;

	sem_init(&ready, 0, 0);
	sem_init(&handled, 0, 0);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	sigaction(SIGRTMIN, &action, NULL);
	ends();
	block(SIG_BLOCK, SIGRTMIN + 1);
	block(SIG_BLOCK, SIGTERM);
	for (i = 0; i < THREADS; i++) {
		pthread_create(&threads[i], NULL, sleeper, (void *)(long)(i + 1));
		sem_wait(&ready);
	}
	directed();
	undirected();
	queued();
	done = 1;
	for (i = 0; i < THREADS; i++) {
		pthread_kill(threads[i], SIGUSR1);
		pthread_join(threads[i], NULL);
	}
	printf("joined\n");
	return 0;
}
