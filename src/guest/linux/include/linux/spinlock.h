/*
 * Spinlocks. Linux: include/linux/spinlock.h, include/asm-generic/qspinlock.h.
 *
 * Taking the lock raises preempt_count, so whoever holds one is in atomic context and must not
 * sleep. A lock taken by an interrupt handler must be taken with interrupts off everywhere else.
 *
 * Simplified: a ticket lock, as Linux had it before 4.2, in place of the queued one: who comes first goes first, and each spins
 * on the same word. The uncontended path is one locked instruction in both.
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>

/* Low half: the ticket whose turn it is. High half: the next one to be given out. */
typedef union {
	atomic_t val;
	u16 owner;
} spinlock_t;

typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name)	{ .val = ATOMIC_INIT(0) }
#define DEFINE_SPINLOCK(name)		spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name)	raw_spinlock_t name = __SPIN_LOCK_UNLOCKED(name)

#define TICKET_SHIFT	16

void ticket_spin_lock_slowpath(spinlock_t *lock, u16 ticket);

static inline void arch_spin_lock(spinlock_t *lock)
{
	unsigned int val = atomic_fetch_add(1 << TICKET_SHIFT, &lock->val);

	if (unlikely((u16)val != val >> TICKET_SHIFT))
		ticket_spin_lock_slowpath(lock, val >> TICKET_SHIFT);
}

/* Only the holder writes the low half. */
static inline void arch_spin_unlock(spinlock_t *lock)
{
	barrier();
	WRITE_ONCE(lock->owner, lock->owner + 1);
}

static inline bool arch_spin_trylock(spinlock_t *lock)
{
	unsigned int val = atomic_read(&lock->val);

	return (u16)val == val >> TICKET_SHIFT && atomic_cmpxchg(&lock->val, val, val + (1 << TICKET_SHIFT)) == (int)val;
}

static inline void spin_lock_init(spinlock_t *lock)
{
	atomic_set(&lock->val, 0);
}

static inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	arch_spin_lock(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	arch_spin_unlock(lock);
	preempt_enable();
}

static inline void spin_lock_irq(spinlock_t *lock)
{
	local_irq_disable();
	spin_lock(lock);
}

static inline void spin_unlock_irq(spinlock_t *lock)
{
	arch_spin_unlock(lock);
	local_irq_enable();
	preempt_enable();
}

#define spin_lock_irqsave(lock, flags) \
	do { local_irq_save(flags); spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags) \
	do { spin_unlock(lock); local_irq_restore(flags); preempt_check_resched(); } while (0)

#define raw_spin_lock_init(lock)	spin_lock_init(lock)
#define raw_spin_lock(lock)		spin_lock(lock)
#define raw_spin_unlock(lock)		spin_unlock(lock)
#define raw_spin_lock_irq(lock)		spin_lock_irq(lock)
#define raw_spin_unlock_irq(lock)	spin_unlock_irq(lock)
#define raw_spin_lock_irqsave(lock, flags)	spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags)	spin_unlock_irqrestore(lock, flags)

static inline bool spin_is_locked(spinlock_t *lock)
{
	unsigned int val = atomic_read(&lock->val);

	return (u16)val != val >> TICKET_SHIFT;
}

/* It is held, and there is one who waits for it. */
static inline bool spin_is_contended(spinlock_t *lock)
{
	unsigned int val = atomic_read(&lock->val);

	return (u16)((val >> TICKET_SHIFT) - val) > 1;
}

#endif
