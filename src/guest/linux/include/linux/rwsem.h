/*
 * Reader-writer semaphores. Linux: include/linux/rwsem.h, kernel/locking/rwsem.c, "Writer/reader
 * count layout".
 *
 * count:	bit 0		a writer holds it
 *		bit 1		there are waiters
 *		bit 2		the first waiter insists (handoff)
 *		bits 8-62	number of readers
 *		bit 63		too many readers
 */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/list.h>
#include <linux/spinlock.h>

struct task_struct;

#define RWSEM_WRITER_LOCKED	(1L << 0)
#define RWSEM_FLAG_WAITERS	(1L << 1)
#define RWSEM_FLAG_HANDOFF	(1L << 2)
#define RWSEM_FLAG_READFAIL	(1L << 63)
#define RWSEM_READER_SHIFT	8
#define RWSEM_READER_BIAS	(1L << RWSEM_READER_SHIFT)
#define RWSEM_READER_MASK	(~(RWSEM_READER_BIAS - 1))
#define RWSEM_WRITER_MASK	RWSEM_WRITER_LOCKED
#define RWSEM_LOCK_MASK		(RWSEM_WRITER_MASK | RWSEM_READER_MASK)
#define RWSEM_READ_FAILED_MASK \
	(RWSEM_WRITER_MASK | RWSEM_FLAG_WAITERS | RWSEM_FLAG_HANDOFF | RWSEM_FLAG_READFAIL)

/* In owner, beside the task pointer: it is a reader's, and only a hint. */
#define RWSEM_READER_OWNED	(1UL << 0)

struct rw_semaphore {
	atomic_long_t count;
	atomic_long_t owner;
	raw_spinlock_t wait_lock;
	struct list_head wait_list;
	/* For the tracepoints. Linux keeps it in the lockdep map. */
	const char *name;
};

#define __RWSEM_INITIALIZER(sem) \
	{ .count = ATOMIC_LONG_INIT(0), .owner = ATOMIC_LONG_INIT(0), \
	  .wait_lock = __SPIN_LOCK_UNLOCKED(sem.wait_lock), \
	  .wait_list = LIST_HEAD_INIT(sem.wait_list), .name = #sem }
#define DECLARE_RWSEM(sem)	struct rw_semaphore sem = __RWSEM_INITIALIZER(sem)

void __init_rwsem(struct rw_semaphore *sem, const char *name);
#define init_rwsem(sem)		__init_rwsem(sem, #sem)

void down_read(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);

#endif
