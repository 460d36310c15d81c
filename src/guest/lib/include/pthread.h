/* Threads. POSIX, <pthread.h>. Simplified: no cancellation, no scheduling attributes, nothing shared between processes. */
#ifndef _PTHREAD_H
#define _PTHREAD_H

#include <sched.h>
#include <stddef.h>
#include <time.h>

struct pthread;
typedef struct pthread *pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;

typedef struct {
	size_t stack_size;
	int detached;
} pthread_attr_t;

typedef struct {
	int kind;
} pthread_mutexattr_t;

typedef struct {
	int lock;	/* 0: free, 1: held, 2: held, and somebody may wait */
	int kind;
	int owner;	/* tid, but for the normal kind */
	unsigned int count;
} pthread_mutex_t;

typedef struct {
	int clock;
} pthread_condattr_t;

typedef struct {
	unsigned int sequence;	/* changes with every signal and broadcast */
	unsigned int waiters;
	int clock;
} pthread_cond_t;

typedef struct {
	int unused;
} pthread_rwlockattr_t, pthread_barrierattr_t;

typedef struct {
	int lock;		/* of what follows */
	int readers;		/* that hold it; -1: a writer does */
	unsigned int waiting_writers;
	unsigned int sequence;	/* changes whenever somebody lets go */
	int writer;
} pthread_rwlock_t;

typedef struct {
	int lock;
	unsigned int count, arrived;
	unsigned int round;
	unsigned int leaving;	/* of the round before, that have not left yet */
} pthread_barrier_t;

typedef int pthread_spinlock_t;

#define PTHREAD_MUTEX_NORMAL		0
#define PTHREAD_MUTEX_RECURSIVE		1
#define PTHREAD_MUTEX_ERRORCHECK	2
#define PTHREAD_MUTEX_DEFAULT		PTHREAD_MUTEX_NORMAL
#define PTHREAD_CREATE_JOINABLE		0
#define PTHREAD_CREATE_DETACHED		1
#define PTHREAD_BARRIER_SERIAL_THREAD	(-1)
#define PTHREAD_PROCESS_PRIVATE		0
#define PTHREAD_KEYS_MAX		64
#define PTHREAD_STACK_MIN		16384
#define PTHREAD_DESTRUCTOR_ITERATIONS	4

#define PTHREAD_MUTEX_INITIALIZER	{ 0 }
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP	{ .kind = PTHREAD_MUTEX_RECURSIVE }
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP	{ .kind = PTHREAD_MUTEX_ERRORCHECK }
#define PTHREAD_COND_INITIALIZER	{ 0 }
#define PTHREAD_RWLOCK_INITIALIZER	{ 0 }
#define PTHREAD_ONCE_INIT		0

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg);
int pthread_join(pthread_t thread, void **result);
int pthread_tryjoin_np(pthread_t thread, void **result);
int pthread_detach(pthread_t thread);
void pthread_exit(void *result) __attribute__((noreturn));
pthread_t pthread_self(void);
int pthread_equal(pthread_t a, pthread_t b);
int pthread_kill(pthread_t thread, int sig);

int pthread_attr_init(pthread_attr_t *attr);
int pthread_attr_destroy(pthread_attr_t *attr);
int pthread_attr_setdetachstate(pthread_attr_t *attr, int state);
int pthread_attr_getdetachstate(const pthread_attr_t *attr, int *state);
int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size);
int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *size);

int pthread_mutexattr_init(pthread_mutexattr_t *attr);
int pthread_mutexattr_destroy(pthread_mutexattr_t *attr);
int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int kind);
int pthread_mutexattr_gettype(const pthread_mutexattr_t *attr, int *kind);
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr);
int pthread_mutex_destroy(pthread_mutex_t *mutex);
int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_trylock(pthread_mutex_t *mutex);
int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until);
int pthread_mutex_unlock(pthread_mutex_t *mutex);

int pthread_condattr_init(pthread_condattr_t *attr);
int pthread_condattr_destroy(pthread_condattr_t *attr);
int pthread_condattr_setclock(pthread_condattr_t *attr, int clock);
int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr);
int pthread_cond_destroy(pthread_cond_t *cond);
int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until);
int pthread_cond_signal(pthread_cond_t *cond);
int pthread_cond_broadcast(pthread_cond_t *cond);

int pthread_rwlock_init(pthread_rwlock_t *rwlock, const pthread_rwlockattr_t *attr);
int pthread_rwlock_destroy(pthread_rwlock_t *rwlock);
int pthread_rwlock_rdlock(pthread_rwlock_t *rwlock);
int pthread_rwlock_tryrdlock(pthread_rwlock_t *rwlock);
int pthread_rwlock_wrlock(pthread_rwlock_t *rwlock);
int pthread_rwlock_trywrlock(pthread_rwlock_t *rwlock);
int pthread_rwlock_unlock(pthread_rwlock_t *rwlock);

int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned int count);
int pthread_barrier_destroy(pthread_barrier_t *barrier);
int pthread_barrier_wait(pthread_barrier_t *barrier);

int pthread_spin_init(pthread_spinlock_t *lock, int shared);
int pthread_spin_destroy(pthread_spinlock_t *lock);
int pthread_spin_lock(pthread_spinlock_t *lock);
int pthread_spin_trylock(pthread_spinlock_t *lock);
int pthread_spin_unlock(pthread_spinlock_t *lock);

int pthread_once(pthread_once_t *once, void (*init)(void));
int pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int pthread_key_delete(pthread_key_t key);
int pthread_setspecific(pthread_key_t key, const void *value);
void *pthread_getspecific(pthread_key_t key);
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

#endif
