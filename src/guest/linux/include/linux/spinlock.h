/*
 * Spinlocks. Linux: include/linux/spinlock.h, include/asm-generic/qspinlock.h.
 *
 * Taking the lock raises preempt_count, so whoever holds one is in atomic context and must not
 * sleep. A lock taken by an interrupt handler must be taken with interrupts off everywhere else.
 *
 * Simplified: a test-and-set lock in place of the queued one; the uncontended path is the same
 * single lock cmpxchg.
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>

typedef struct {
	atomic_t val;
} spinlock_t;

typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name)	{ ATOMIC_INIT(0) }
#define DEFINE_SPINLOCK(name)		spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name)	raw_spinlock_t name = __SPIN_LOCK_UNLOCKED(name)

void queued_spin_lock_slowpath(spinlock_t *lock);

static inline void spin_lock_init(spinlock_t *lock)
{
	atomic_set(&lock->val, 0);
}

static inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	if (unlikely(atomic_cmpxchg(&lock->val, 0, 1) != 0))
		queued_spin_lock_slowpath(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	barrier();
	WRITE_ONCE(lock->val.counter, 0);
	preempt_enable();
}

static inline void spin_lock_irq(spinlock_t *lock)
{
	local_irq_disable();
	spin_lock(lock);
}

static inline void spin_unlock_irq(spinlock_t *lock)
{
	barrier();
	WRITE_ONCE(lock->val.counter, 0);
	local_irq_enable();
	preempt_enable();
}

#define spin_lock_irqsave(lock, flags) \
	do { local_irq_save(flags); spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags) \
	do { spin_unlock(lock); local_irq_restore(flags); } while (0)

#define raw_spin_lock_init(lock)	spin_lock_init(lock)
#define raw_spin_lock(lock)		spin_lock(lock)
#define raw_spin_unlock(lock)		spin_unlock(lock)
#define raw_spin_lock_irq(lock)		spin_lock_irq(lock)
#define raw_spin_unlock_irq(lock)	spin_unlock_irq(lock)
#define raw_spin_lock_irqsave(lock, flags)	spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags)	spin_unlock_irqrestore(lock, flags)

static inline bool spin_is_locked(spinlock_t *lock)
{
	return atomic_read(&lock->val) != 0;
}

#endif
