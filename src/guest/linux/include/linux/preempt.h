/*
 * preempt_count: how deep this CPU is in code that must not be scheduled away.
 * Linux: include/linux/preempt.h, arch/x86/include/asm/preempt.h.
 *
 *	bits 0-7	preempt_disable() nesting, one for each spinlock held
 *	bits 8-15	softirq
 *	bits 16-19	hard interrupt nesting
 *	bits 20-23	NMI nesting
 *
 * Simplified: Linux on x86 folds an inverted need_resched bit into bit 31 so that one decrement
 * tests both; with PREEMPT=none nothing reads it, so we leave it out.
 */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <asm/percpu.h>

#define PREEMPT_OFFSET		0x1
#define SOFTIRQ_OFFSET		0x100
#define HARDIRQ_OFFSET		0x10000
#define NMI_OFFSET		0x100000
#define PREEMPT_MASK		0xff
#define HARDIRQ_MASK		0xf0000
#define NMI_MASK		0xf00000

/* A task is switched to with one level from schedule() and one from the run queue's lock. */
#define PREEMPT_DISABLE_OFFSET	PREEMPT_OFFSET

DECLARE_PER_CPU(int, __preempt_count);

static __always_inline int preempt_count(void)
{
	return this_cpu_read_4(__preempt_count);
}

static __always_inline void __preempt_count_add(int val)
{
	this_cpu_add_4(__preempt_count, val);
}

static __always_inline void __preempt_count_sub(int val)
{
	this_cpu_add_4(__preempt_count, -(val));
}

#define preempt_disable() \
	do { __preempt_count_add(1); barrier(); } while (0)
#define preempt_enable() \
	do { barrier(); __preempt_count_sub(1); } while (0)
#define preempt_enable_no_resched()	preempt_enable()

#define in_atomic()		(preempt_count() != 0)
#define in_hardirq()		(preempt_count() & HARDIRQ_MASK)
#define in_interrupt()		(preempt_count() & (HARDIRQ_MASK | NMI_MASK | 0xff00))

#endif
