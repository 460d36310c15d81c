/* Keeping softirqs off this CPU. Linux: include/linux/bottom_half.h; bodies in kernel/softirq.c. */
#ifndef _LINUX_BOTTOM_HALF_H
#define _LINUX_BOTTOM_HALF_H

#include <linux/preempt.h>
#include <linux/spinlock.h>

/* One softirq counts one; to keep them off counts two, so that the two can be told apart. */
#define SOFTIRQ_DISABLE_OFFSET	(2 * SOFTIRQ_OFFSET)
#define SOFTIRQ_MASK		0xff00
#define softirq_count()		(preempt_count() & SOFTIRQ_MASK)
#define in_serving_softirq()	(softirq_count() & SOFTIRQ_OFFSET)

static inline void local_bh_disable(void)
{
	__preempt_count_add(SOFTIRQ_DISABLE_OFFSET);
	barrier();
}

/* What has been raised meanwhile is done now. */
void local_bh_enable(void);
/* Locks that a softirq takes too. */
static inline void spin_lock_bh(spinlock_t *lock)
{
	local_bh_disable();
	spin_lock(lock);
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	spin_unlock(lock);
	local_bh_enable();
}

#endif
