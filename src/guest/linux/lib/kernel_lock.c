/* The big kernel lock. Linux: lib/kernel_lock.c, until 2.6.38. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp_lock.h>
#include <linux/spinlock.h>

bool smp_running;
/* Not by spin_lock(): who holds it is not in atomic context. */
static spinlock_t kernel_flag = __SPIN_LOCK_UNLOCKED(kernel_flag);

void __lock_kernel(void)
{
	if (++current->lock_depth == 0)
		arch_spin_lock(&kernel_flag);
}

void __unlock_kernel(void)
{
#ifdef CONFIG_PREEMPTION
	/* Below 0 it can be preempted, and must not hold the lock any more. */
	if (current->lock_depth == 0)
		arch_spin_unlock(&kernel_flag);
	current->lock_depth--;
	preempt_check_resched();
#else
	if (--current->lock_depth < 0)
		arch_spin_unlock(&kernel_flag);
#endif
}

void release_kernel_lock(void)
{
	if (unlikely(current->lock_depth >= 0))
		arch_spin_unlock(&kernel_flag);
}

void reacquire_kernel_lock(void)
{
	if (unlikely(current->lock_depth >= 0))
		arch_spin_lock(&kernel_flag);
}

/* Whoever came while it was held is served before this CPU is again: that is what the tickets are for. */
void pass_kernel_lock(void)
{
	if (current->lock_depth >= 0 && spin_is_contended(&kernel_flag)) {
		arch_spin_unlock(&kernel_flag);
		arch_spin_lock(&kernel_flag);
	}
}
