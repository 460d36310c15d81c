/*
 * Sleeping mutual exclusion. Linux: include/linux/mutex.h, kernel/locking/mutex.c.
 * owner is the holder's task pointer, 0 when free. Bit 0: there are waiters.
 */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/list.h>
#include <linux/spinlock.h>

#define MUTEX_FLAG_WAITERS	0x01

struct mutex {
	atomic_long_t owner;
	raw_spinlock_t wait_lock;
	struct list_head wait_list;
	const char *name;
};

#define __MUTEX_INITIALIZER(lock) \
	{ .owner = ATOMIC_LONG_INIT(0), .wait_lock = __SPIN_LOCK_UNLOCKED(lock.wait_lock), \
	  .wait_list = LIST_HEAD_INIT(lock.wait_list), .name = #lock }
#define DEFINE_MUTEX(lock)	struct mutex lock = __MUTEX_INITIALIZER(lock)

void __mutex_init(struct mutex *lock, const char *name);
#define mutex_init(lock)	__mutex_init(lock, #lock)

void mutex_lock(struct mutex *lock);
/* 0, or -EINTR when a signal came first. */
int mutex_lock_interruptible(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

static inline bool mutex_is_locked(struct mutex *lock)
{
	return atomic_long_read(&lock->owner) != 0;
}

#endif
