/*
 * Reader-writer semaphores. Linux: kernel/locking/rwsem.c; the count's layout stands in linux/rwsem.h.
 * Simplified: no optimistic spinning, no lock stealing by readers, no handoff: on one CPU they change
 * nothing that could be seen.
 */
#include <linux/kernel.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <trace/events.h>

enum rwsem_waiter_type {
	RWSEM_WAITING_FOR_WRITE,
	RWSEM_WAITING_FOR_READ,
};

/* On the waiting task's stack. task becomes NULL when a reader has been granted the lock. */
struct rwsem_waiter {
	struct list_head list;
	struct task_struct *task;
	enum rwsem_waiter_type type;
};

void __init_rwsem(struct rw_semaphore *sem, const char *name)
{
	trace_lock_word((struct rw_semaphore *)0, offsetof(struct rw_semaphore, count), READFAIL = RWSEM_FLAG_READFAIL,
			readers = RWSEM_READER_MASK & ~RWSEM_FLAG_READFAIL, HANDOFF = RWSEM_FLAG_HANDOFF, WAITERS = RWSEM_FLAG_WAITERS,
			WRITER = RWSEM_WRITER_LOCKED);
	trace_lock_owner((struct rw_semaphore *)0, offsetof(struct rw_semaphore, owner), READER_OWNED = RWSEM_READER_OWNED);
	trace_lock_queue_kinds((struct rw_semaphore *)0, offsetof(struct rw_semaphore, wait_list), offsetof(struct rwsem_waiter, list),
			       offsetof(struct rwsem_waiter, task), offsetof(struct rwsem_waiter, type), RWSEM_WAITING_FOR_READ);
	atomic_long_set(&sem->count, 0);
	atomic_long_set(&sem->owner, 0);
	raw_spin_lock_init(&sem->wait_lock);
	INIT_LIST_HEAD(&sem->wait_list);
	sem->name = name;
}

static void rwsem_set_owner(struct rw_semaphore *sem)
{
	atomic_long_set(&sem->owner, (long)current);
}


/* No more readers than this are let in at once. */
#define MAX_READERS_WAKEUP	0x100

enum rwsem_wake_type {
	RWSEM_WAKE_ANY,			/* whoever is first */
	RWSEM_WAKE_READERS,		/* readers hold it: only more of them */
};

/* A reader that is woken as an owner has not run yet. */
static void __rwsem_set_reader_owned(struct rw_semaphore *sem, struct task_struct *owner)
{
	atomic_long_set(&sem->owner, (long)owner | RWSEM_READER_OWNED);
}

static void rwsem_set_reader_owned(struct rw_semaphore *sem)
{
	__rwsem_set_reader_owned(sem, current);
}

/*
 * wait_lock is held. A writer at the head is woken to try for itself. Is it a reader, all readers in the queue get the lock here,
 * those behind a writer too, and are woken as owners: first the count and the owner say so, then they run.
 */
static void rwsem_mark_wake(struct rw_semaphore *sem, enum rwsem_wake_type wake_type)
{
	struct rwsem_waiter *waiter, *next;
	LIST_HEAD(wlist);
	long oldcount, woken = 0, adjustment;

	if (list_empty(&sem->wait_list))
		return;
	waiter = list_first_entry(&sem->wait_list, struct rwsem_waiter, list);
	if (waiter->type == RWSEM_WAITING_FOR_WRITE) {
		if (wake_type == RWSEM_WAKE_ANY)
			wake_up_process(waiter->task);
		return;
	}
	/* The first reader's bias keeps writers out from here on; if one was quicker, it will wake the queue. */
	oldcount = atomic_long_add_return(RWSEM_READER_BIAS, &sem->count) - RWSEM_READER_BIAS;
	if (oldcount & RWSEM_WRITER_MASK) {
		atomic_long_add(-RWSEM_READER_BIAS, &sem->count);
		return;
	}
	__rwsem_set_reader_owned(sem, waiter->task);

	list_for_each_entry_safe(waiter, next, &sem->wait_list, list) {
		if (waiter->type == RWSEM_WAITING_FOR_WRITE)
			continue;
		list_move_tail(&waiter->list, &wlist);
		if (++woken == MAX_READERS_WAKEUP)
			break;
	}
	adjustment = (woken - 1) * RWSEM_READER_BIAS;
	if (list_empty(&sem->wait_list))
		adjustment -= RWSEM_FLAG_WAITERS;
	atomic_long_add(adjustment, &sem->count);

	list_for_each_entry_safe(waiter, next, &wlist, list) {
		struct task_struct *tsk = waiter->task;

		/* After this the waiter, and the stack it lies on, may be gone. */
		WRITE_ONCE(waiter->task, NULL);
		wake_up_process(tsk);
	}
}

static void rwsem_wake(struct rw_semaphore *sem)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sem->wait_lock, flags);
	rwsem_mark_wake(sem, RWSEM_WAKE_ANY);
	raw_spin_unlock_irqrestore(&sem->wait_lock, flags);
}

/* down_read() has added its bias and found the lock taken. Take the bias back and wait. */
static noinline void rwsem_down_read_slowpath(struct rw_semaphore *sem)
{
	struct rwsem_waiter waiter;
	long adjustment = -RWSEM_READER_BIAS;
	long count;

	waiter.task = current;
	waiter.type = RWSEM_WAITING_FOR_READ;

	raw_spin_lock_irq(&sem->wait_lock);
	if (list_empty(&sem->wait_list)) {
		/* The lock may have become free meanwhile: then the bias stays, and it is ours. */
		if (!(atomic_long_read(&sem->count) & (RWSEM_WRITER_MASK | RWSEM_FLAG_HANDOFF))) {
			raw_spin_unlock_irq(&sem->wait_lock);
			trace_lock_acquired(sem);
			rwsem_set_reader_owned(sem);
			return;
		}
		adjustment += RWSEM_FLAG_WAITERS;
	}
	list_add_tail(&waiter.list, &sem->wait_list);
	count = atomic_long_add_return(adjustment, &sem->count);
	/* Without an owner nobody else would wake the queue; and the first in it need not wait for other readers. */
	if (!(count & RWSEM_LOCK_MASK) || (!(count & RWSEM_WRITER_MASK) && (adjustment & RWSEM_FLAG_WAITERS)))
		rwsem_mark_wake(sem, RWSEM_WAKE_ANY);
	raw_spin_unlock_irq(&sem->wait_lock);

	trace_contention_begin(sem, LCB_F_READ);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!READ_ONCE(waiter.task))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	trace_contention_end(sem, 0);
	trace_lock_acquired(sem);
}

static noinline void rwsem_down_write_slowpath(struct rw_semaphore *sem)
{
	struct rwsem_waiter waiter;
	long count;

	waiter.task = current;
	waiter.type = RWSEM_WAITING_FOR_WRITE;

	raw_spin_lock_irq(&sem->wait_lock);
	list_add_tail(&waiter.list, &sem->wait_list);
	if (waiter.list.prev == &sem->wait_list) {
		atomic_long_add(RWSEM_FLAG_WAITERS, &sem->count);
	} else {
		/* Others have been waiting: let them go on if nothing holds them up. */
		count = atomic_long_read(&sem->count);
		if (!(count & RWSEM_WRITER_MASK))
			rwsem_mark_wake(sem, count & RWSEM_READER_MASK ? RWSEM_WAKE_READERS : RWSEM_WAKE_ANY);
	}

	trace_contention_begin(sem, LCB_F_WRITE);
	set_current_state(TASK_UNINTERRUPTIBLE);
	for (;;) {
		count = atomic_long_read(&sem->count);
		if (!(count & RWSEM_LOCK_MASK) &&
		    list_first_entry(&sem->wait_list, struct rwsem_waiter, list) == &waiter) {
			long new = count | RWSEM_WRITER_LOCKED;

			if (waiter.list.next == &sem->wait_list)
				new &= ~RWSEM_FLAG_WAITERS;
			if (atomic_long_cmpxchg(&sem->count, count, new) == count)
				break;
			continue;
		}
		raw_spin_unlock_irq(&sem->wait_lock);
		schedule();
		set_current_state(TASK_UNINTERRUPTIBLE);
		raw_spin_lock_irq(&sem->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	list_del(&waiter.list);
	rwsem_set_owner(sem);
	raw_spin_unlock_irq(&sem->wait_lock);
	trace_contention_end(sem, 0);
	trace_lock_acquired(sem);
}

void down_read(struct rw_semaphore *sem)
{
	long count;

	trace_lock_acquire(sem, 0, 1);
	count = atomic_long_add_return(RWSEM_READER_BIAS, &sem->count);
	if (unlikely(count & RWSEM_READ_FAILED_MASK))
		rwsem_down_read_slowpath(sem);
	else {
		trace_lock_acquired(sem);
		rwsem_set_reader_owned(sem);
	}
}

/* 1 when taken. */
int down_read_trylock(struct rw_semaphore *sem)
{
	long count = atomic_long_read(&sem->count);

	while (!(count & RWSEM_READ_FAILED_MASK)) {
		long was = atomic_long_cmpxchg(&sem->count, count, count + RWSEM_READER_BIAS);

		if (was == count) {
			trace_lock_acquire(sem, 1, 1);
			trace_lock_acquired(sem);
			rwsem_set_reader_owned(sem);
			return 1;
		}
		count = was;
	}
	return 0;
}

void down_write(struct rw_semaphore *sem)
{
	trace_lock_acquire(sem, 0, 0);
	if (unlikely(atomic_long_cmpxchg(&sem->count, 0, RWSEM_WRITER_LOCKED) != 0))
		rwsem_down_write_slowpath(sem);
	else {
		trace_lock_acquired(sem);
		rwsem_set_owner(sem);
	}
}

int down_write_trylock(struct rw_semaphore *sem)
{
	if (atomic_long_cmpxchg(&sem->count, 0, RWSEM_WRITER_LOCKED) != 0)
		return 0;
	trace_lock_acquire(sem, 1, 0);
	trace_lock_acquired(sem);
	rwsem_set_owner(sem);
	return 1;
}

void up_read(struct rw_semaphore *sem)
{
	long count;

	trace_lock_release(sem);
	count = atomic_long_add_return(-RWSEM_READER_BIAS, &sem->count);
	if (unlikely((count & (RWSEM_LOCK_MASK | RWSEM_FLAG_WAITERS)) == RWSEM_FLAG_WAITERS))
		rwsem_wake(sem);
}

void up_write(struct rw_semaphore *sem)
{
	long count;

	trace_lock_release(sem);
	atomic_long_set(&sem->owner, 0);
	count = atomic_long_add_return(-RWSEM_WRITER_LOCKED, &sem->count);
	if (unlikely(count & RWSEM_FLAG_WAITERS))
		rwsem_wake(sem);
}
