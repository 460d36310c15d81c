/* Waiting for a word of memory. glibc: sysdeps/nptl/futex-internal.h, lowlevellock.h. */
#ifndef _NPTL_FUTEX_H
#define _NPTL_FUTEX_H

#include <errno.h>
#include <limits.h>
#include <time.h>
#include "lib/sysdep.h"

#define FUTEX_WAIT		0
#define FUTEX_WAKE		1
#define FUTEX_WAIT_BITSET	9
#define FUTEX_PRIVATE_FLAG	128
#define FUTEX_CLOCK_REALTIME	256
#define FUTEX_BITSET_MATCH_ANY	(-1)

/* Sleeps as long as the word has this value. 0, or -EAGAIN, -EINTR. */
static inline long futex_wait(void *word, unsigned int value)
{
	return syscall6(__NR_futex, (long)word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value, 0, 0, 0);
}

/* The same until a point in time of a clock; -ETIMEDOUT. Without one (NULL) for ever. */
static inline long futex_wait_until(void *word, unsigned int value, int clock, const struct timespec *until)
{
	int op = FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | (clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);

	if (until && until->tv_sec < 0)
		return -ETIMEDOUT;
	return syscall6(__NR_futex, (long)word, op, value, (long)until, 0, FUTEX_BITSET_MATCH_ANY);
}

static inline void futex_wake(void *word, int count)
{
	syscall6(__NR_futex, (long)word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, 0, 0, 0);
}

static inline int is_valid_time(const struct timespec *t)
{
	return t->tv_nsec >= 0 && t->tv_nsec < 1000000000;
}

/* U. Drepper, "Futexes Are Tricky", mutex 2: 0 free, 1 held, 2 held and somebody may wait. */
static inline int lll_trylock(int *lock)
{
	return __sync_bool_compare_and_swap(lock, 0, 1);
}

static inline void lll_lock(int *lock)
{
	if (lll_trylock(lock))
		return;
	while (__sync_lock_test_and_set(lock, 2))
		futex_wait(lock, 2);
}

static inline void lll_unlock(int *lock)
{
	if (__sync_lock_test_and_set(lock, 0) == 2)
		futex_wake(lock, 1);
}

#endif
