/* Mutexes. Linux: kernel/locking/mutex.c. Simplified: no optimistic spinning, no handoff. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <trace/events.h>

struct mutex_waiter {
	struct list_head list;
	struct task_struct *task;
};

void __mutex_init(struct mutex *lock, const char *name)
{
	trace_lock_owner((struct mutex *)0, offsetof(struct mutex, owner), WAITERS = MUTEX_FLAG_WAITERS);
	trace_lock_queue((struct mutex *)0, offsetof(struct mutex, wait_list), offsetof(struct mutex_waiter, list), offsetof(struct mutex_waiter, task));
	atomic_long_set(&lock->owner, 0);
	raw_spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
	lock->name = name;
}

int mutex_trylock(struct mutex *lock)
{
	long owner = atomic_long_read(&lock->owner);

	/* Free, although others may be on their way to take it. */
	if (owner & ~(long)MUTEX_FLAG_WAITERS)
		return 0;
	return atomic_long_cmpxchg(&lock->owner, owner, (long)current | owner) == owner;
}

static noinline int __mutex_lock_slowpath(struct mutex *lock, unsigned int state)
{
	struct mutex_waiter waiter;
	int ret = 0;

	waiter.task = current;
	raw_spin_lock_irq(&lock->wait_lock);
	list_add_tail(&waiter.list, &lock->wait_list);
	trace_contention_begin(lock, LCB_F_MUTEX);
	for (;;) {
		long owner = atomic_long_read(&lock->owner);

		if (!(owner & MUTEX_FLAG_WAITERS)) {
			atomic_long_cmpxchg(&lock->owner, owner, owner | MUTEX_FLAG_WAITERS);
			continue;
		}
		set_current_state(state);
		if (mutex_trylock(lock)) {
			trace_lock_acquired(lock);
			break;
		}
		if ((state & TASK_INTERRUPTIBLE) && signal_pending(current)) {
			trace_lock_release(lock);
			ret = -EINTR;
			break;
		}
		raw_spin_unlock_irq(&lock->wait_lock);
		schedule();
		raw_spin_lock_irq(&lock->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	list_del(&waiter.list);
	if (list_empty(&lock->wait_list)) {
		long owner = atomic_long_read(&lock->owner);

		atomic_long_cmpxchg(&lock->owner, owner, owner & ~(long)MUTEX_FLAG_WAITERS);
	}
	raw_spin_unlock_irq(&lock->wait_lock);
	trace_contention_end(lock, ret);
	return ret;
}

void mutex_lock(struct mutex *lock)
{
	trace_lock_acquire(lock, 0, 0);
	if (likely(atomic_long_cmpxchg(&lock->owner, 0, (long)current) == 0)) {
		trace_lock_acquired(lock);
		return;
	}
	__mutex_lock_slowpath(lock, TASK_UNINTERRUPTIBLE);
}

int mutex_lock_interruptible(struct mutex *lock)
{
	trace_lock_acquire(lock, 0, 0);
	if (likely(atomic_long_cmpxchg(&lock->owner, 0, (long)current) == 0)) {
		trace_lock_acquired(lock);
		return 0;
	}
	return __mutex_lock_slowpath(lock, TASK_INTERRUPTIBLE);
}

void mutex_unlock(struct mutex *lock)
{
	struct mutex_waiter *waiter;
	unsigned long flags;

	trace_lock_release(lock);
	if (likely(atomic_long_cmpxchg(&lock->owner, (long)current, 0) == (long)current))
		return;
	raw_spin_lock_irqsave(&lock->wait_lock, flags);
	atomic_long_set(&lock->owner, list_empty(&lock->wait_list) ? 0 : MUTEX_FLAG_WAITERS);
	if (!list_empty(&lock->wait_list)) {
		waiter = list_first_entry(&lock->wait_list, struct mutex_waiter, list);
		wake_up_process(waiter->task);
	}
	raw_spin_unlock_irqrestore(&lock->wait_lock, flags);
}
