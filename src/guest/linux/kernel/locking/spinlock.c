/* Waiting for a spinlock. Linux: kernel/locking/qspinlock.c. */
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
#include <trace/events.h>

/* Only another CPU can let go of it. On one CPU this never ends: it is a deadlock, and a visible one. */
void queued_spin_lock_slowpath(spinlock_t *lock)
{
	trace_contention_begin(lock, LCB_F_SPIN);
	do {
		while (atomic_read(&lock->val))
			cpu_relax();
	} while (atomic_cmpxchg(&lock->val, 0, 1) != 0);
	trace_contention_end(lock, 0);
}
