/* Waiting for a spinlock. Linux: kernel/locking/qspinlock.c, spinlock_debug.c. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
#include <trace/events.h>

/* Turns of the loop below, of about 150 cycles each: half a second, in which nobody holds a spinlock. */
#define LOCKUP_LOOPS	10000000

/*
 * Until it is this ticket's turn. Only another CPU can let go of the lock; where none ever does it is a deadlock, and says so.
 * The holder may itself wait for this CPU to answer a call: with interrupts off it is answered from here.
 */
void ticket_spin_lock_slowpath(spinlock_t *lock, u16 ticket)
{
	int loops = LOCKUP_LOOPS;

	trace_lock_word((spinlock_t *)0, 0, next = 0xffff0000, serving = 0xffff);
	trace_contention_begin(lock, LCB_F_SPIN);
	while (READ_ONCE(lock->owner) != ticket) {
		if (irqs_disabled())
			generic_smp_call_function_interrupt();
		cpu_relax();
		if (unlikely(!--loops))
			panic("BUG: spinlock lockup on CPU#%d, %s/%d, lock %p", smp_processor_id(), current->comm, current->pid, lock);
	}
	trace_contention_end(lock, 0);
}
