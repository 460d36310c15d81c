/* Threads: 64 of them with mutex, condition variable, barrier and their own variables; detached ones; signals and the end of a process. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS	64

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_key_t key;
static sem_t semaphore;
static __thread long own = 5;
static long sum, go, serial, made, destroyed;

static void show(const char *what, long value)
{
	printf("%s: %ld\n", what, value);
	fflush(stdout);
}

static void make(void)
{
	made++;
}

static void destroy(void *value)
{
	__sync_fetch_and_add(&destroyed, (long)value);
}

static void *work(void *arg)
{
	int i;

	pthread_once(&once, make);
	pthread_setspecific(key, (void *)1);
	pthread_mutex_lock(&mutex);
	while (!go)
		pthread_cond_wait(&condition, &mutex);
	pthread_mutex_unlock(&mutex);
	own += (long)arg;
	for (i = 0; i < 20; i++) {
		pthread_rwlock_rdlock(&rwlock);
		pthread_rwlock_unlock(&rwlock);
		pthread_mutex_lock(&mutex);
		sum++;
		if (i % 7 == 0)
			sched_yield();
		pthread_mutex_unlock(&mutex);
	}
	if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
		__sync_fetch_and_add(&serial, 1);
	return (void *)own;
}

static void *detached(void *arg)
{
	(void)arg;
	sem_post(&semaphore);
	return NULL;
}

static void many(void)
{
	pthread_t threads[THREADS];
	void *result;
	long i, all = 0;

	pthread_key_create(&key, destroy);
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)i))
			show("not created", i);
	pthread_mutex_lock(&mutex);
	go = 1;
	pthread_cond_broadcast(&condition);
	pthread_mutex_unlock(&mutex);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		all += (long)result;
	}
	show("sum", sum);
	show("own variables", all);
	show("mine", own);
	show("serial", serial);
	show("once", made);
	show("destroyed", destroyed);
	sem_init(&semaphore, 0, 0);
	for (i = 0; i < 8; i++) {
		pthread_create(&threads[i], NULL, detached, NULL);
		pthread_detach(threads[i]);
	}
	for (i = 0; i < 8; i++)
		sem_wait(&semaphore);
	show("detached", i);
}

static void *waits(void *arg)
{
	struct timespec soon;
	int ret;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_nsec += 2000000;
	if (soon.tv_nsec >= 1000000000) {
		soon.tv_sec++;
		soon.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&mutex);
	ret = pthread_cond_timedwait(&condition, &mutex, &soon);
	pthread_mutex_unlock(&mutex);
	return (void *)(long)(ret == ETIMEDOUT);
}

static volatile sig_atomic_t caught;
static pthread_t target;

static void handler(int sig)
{
	caught = pthread_equal(pthread_self(), target) ? sig : -1;
}

static void *sleeps(void *arg)
{
	(void)arg;
	while (!caught)
		usleep(500);
	return NULL;
}

static void *takes(void *arg)
{
	int sig;

	sigwait(arg, &sig);
	return (void *)(long)sig;
}

static void *ends(void *arg)
{
	(void)arg;
	exit(42);
}

static void *outlives(void *arg)
{
	(void)arg;
	usleep(2000);
	_exit(9);
}

static void *executes(void *arg)
{
	char *args[] = { arg, "pid", NULL }, *env[] = { NULL };

	execve(arg, args, env);
	return NULL;
}

static void *dies_holding(void *arg)
{
	pthread_mutex_lock(arg);
	return NULL;
}

static void signals(char *self)
{
	pthread_t thread;
	sigset_t set;
	void *result;
	int status;

	pthread_create(&thread, NULL, waits, NULL);
	pthread_join(thread, &result);
	show("timed out", (long)result);
	signal(SIGUSR1, handler);
	pthread_create(&target, NULL, sleeps, NULL);
	pthread_kill(target, SIGUSR1);
	pthread_join(target, NULL);
	show("caught", caught);

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&thread, NULL, takes, &set);
	kill(getpid(), SIGUSR2);
	pthread_join(thread, &result);
	show("taken", (long)result);

	if (!fork()) {
		pthread_create(&thread, NULL, ends, NULL);
		for (;;)
			pause();
	}
	wait(&status);
	show("ended by a thread", WEXITSTATUS(status));
	if (!fork()) {
		pthread_create(&thread, NULL, sleeps, (caught = 0, NULL));
		kill(getpid(), SIGTERM);
		for (;;)
			pause();
	}
	wait(&status);
	show("killed", WTERMSIG(status));
	if (!fork()) {
		printf("pid %d\n", 1);
		fflush(stdout);
		pthread_create(&thread, NULL, executes, self);
		for (;;)
			pause();
	}
	wait(&status);
	show("exec by a thread", WEXITSTATUS(status));
	if (!fork()) {
		pthread_create(&thread, NULL, outlives, NULL);
		syscall(SYS_exit, 3);
	}
	wait(&status);
	show("leader first", WEXITSTATUS(status));
}

static void robust(void)
{
	pthread_mutex_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attr;
	pthread_t thread;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(shared, &attr);
	pthread_create(&thread, NULL, dies_holding, shared);
	pthread_join(thread, NULL);
	show("owner died", pthread_mutex_lock(shared) == EOWNERDEAD);
	pthread_mutex_consistent(shared);
	pthread_mutex_unlock(shared);
	/* Between processes. */
	pthread_mutex_lock(shared);
	if (!fork()) {
		pthread_mutex_lock(shared);
		_exit(pthread_mutex_unlock(shared));
	}
	usleep(1000);
	pthread_mutex_unlock(shared);
	wait(NULL);
	show("shared", pthread_mutex_lock(shared));
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "pid") == 0)
		return 17;
	many();
	signals(argv[0]);
	robust();
	return 0;
}
