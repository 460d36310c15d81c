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

static void rwsem_set_reader_owned(struct rw_semaphore *sem)
{
	atomic_long_set(&sem->owner, (long)current | RWSEM_READER_OWNED);
}

/*
 * wait_lock is held. A writer at the head is woken to try for itself; readers at the head get the lock
 * here, all up to the next writer, and are woken as owners.
 */
static void rwsem_mark_wake(struct rw_semaphore *sem)
{
	struct rwsem_waiter *waiter, *next;
	struct task_struct *tsk;
	long adjustment = 0;

	if (list_empty(&sem->wait_list))
		return;
	waiter = list_first_entry(&sem->wait_list, struct rwsem_waiter, list);
	if (waiter->type == RWSEM_WAITING_FOR_WRITE) {
		wake_up_process(waiter->task);
		return;
	}
	if (atomic_long_read(&sem->count) & RWSEM_WRITER_LOCKED)
		return;

	list_for_each_entry_safe(waiter, next, &sem->wait_list, list) {
		if (waiter->type == RWSEM_WAITING_FOR_WRITE)
			break;
		adjustment += RWSEM_READER_BIAS;
		list_del(&waiter->list);
		tsk = waiter->task;
		/* After this the waiter, and the stack it lies on, may be gone. */
		WRITE_ONCE(waiter->task, NULL);
		wake_up_process(tsk);
	}
	if (list_empty(&sem->wait_list))
		adjustment -= RWSEM_FLAG_WAITERS;
	atomic_long_add(adjustment, &sem->count);
}

static void rwsem_wake(struct rw_semaphore *sem)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sem->wait_lock, flags);
	rwsem_mark_wake(sem);
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
	/* Without an owner nobody else would wake the queue. */
	if (!(count & RWSEM_LOCK_MASK))
		rwsem_mark_wake(sem);
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
	if (list_empty(&sem->wait_list))
		atomic_long_add(RWSEM_FLAG_WAITERS, &sem->count);
	list_add_tail(&waiter.list, &sem->wait_list);

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
