/*
 * The lock around all kernel code that a process runs. Linux had it from 2.0 to 2.6.38: include/linux/smp_lock.h, lib/kernel_lock.c.
 *
 * Whoever holds it may sleep: schedule() gives it away and comes back with it. Interrupts do not take it; what they share
 * with processes has spinlocks of its own, as have the scheduler, the allocators and the timers.
 * Simplified: Linux 5.14 has a lock for each structure in its place, so that system calls of several CPUs run at once.
 * With one CPU and PREEMPT=none it is not taken at all, as Linux patches its lock prefixes away there. Who holds it is not
 * preempted, as then: so PREEMPT=full is about the way in and out, kernel threads, and application code in ring 0.
 */
#ifndef _LINUX_SMP_LOCK_H
#define _LINUX_SMP_LOCK_H

#include <linux/smp.h>

void __lock_kernel(void);
void __unlock_kernel(void);

static inline void lock_kernel(void)
{
	if (unlikely(smp_running))
		__lock_kernel();
}

static inline void unlock_kernel(void)
{
	if (unlikely(smp_running))
		__unlock_kernel();
}

/* For schedule(): what the current task holds goes, and comes back. */
void release_kernel_lock(void);
void reacquire_kernel_lock(void);

#endif
