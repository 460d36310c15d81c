/* Atomic counters. Linux: include/linux/atomic.h, arch/x86/include/asm/atomic.h, cmpxchg.h. */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <linux/compiler.h>

#define ATOMIC_INIT(i)		{ (i) }
#define ATOMIC_LONG_INIT(i)	{ (i) }

static __always_inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static __always_inline void atomic_set(atomic_t *v, int i)
{
	WRITE_ONCE(v->counter, i);
}

static __always_inline void atomic_inc(atomic_t *v)
{
	asm volatile("lock incl %0" : "+m" (v->counter) : : "memory");
}

static __always_inline void atomic_dec(atomic_t *v)
{
	asm volatile("lock decl %0" : "+m" (v->counter) : : "memory");
}

/* What it was before. */
static __always_inline int atomic_fetch_add(int i, atomic_t *v)
{
	int old = i;

	asm volatile("lock xaddl %0, %1" : "+r" (old), "+m" (v->counter) : : "memory");
	return old;
}

static __always_inline int atomic_add_return(int i, atomic_t *v)
{
	return atomic_fetch_add(i, v) + i;
}

/* True when the count has come down to 0. */
static __always_inline bool atomic_dec_and_test(atomic_t *v)
{
	return atomic_add_return(-1, v) == 0;
}

static __always_inline int atomic_cmpxchg(atomic_t *v, int old, int new)
{
	int was;

	asm volatile("lock cmpxchgl %2, %1"
		     : "=a" (was), "+m" (v->counter) : "r" (new), "0" (old) : "memory");
	return was;
}

/* Bits of a word that several CPUs change. Linux: asm/bitops.h, set_bit(), clear_bit(). */
static __always_inline void set_bit(int nr, unsigned long *word)
{
	asm volatile("lock orq %1, %0" : "+m" (*word) : "r" (1UL << nr) : "memory", "cc");
}

static __always_inline void clear_bit(int nr, unsigned long *word)
{
	asm volatile("lock andq %1, %0" : "+m" (*word) : "r" (~(1UL << nr)) : "memory", "cc");
}

static __always_inline long atomic_long_read(const atomic_long_t *v)
{
	return READ_ONCE(v->counter);
}

static __always_inline void atomic_long_set(atomic_long_t *v, long i)
{
	WRITE_ONCE(v->counter, i);
}

static __always_inline long atomic_long_add_return(long i, atomic_long_t *v)
{
	long old = i;

	asm volatile("lock xaddq %0, %1" : "+r" (old), "+m" (v->counter) : : "memory");
	return old + i;
}

static __always_inline void atomic_long_add(long i, atomic_long_t *v)
{
	asm volatile("lock addq %1, %0" : "+m" (v->counter) : "r" (i) : "memory");
}

static __always_inline long atomic_long_cmpxchg(atomic_long_t *v, long old, long new)
{
	long was;

	asm volatile("lock cmpxchgq %2, %1"
		     : "=a" (was), "+m" (v->counter) : "r" (new), "0" (old) : "memory");
	return was;
}

#endif
