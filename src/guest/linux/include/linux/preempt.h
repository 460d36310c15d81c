/*
 * preempt_count: how deep this CPU is in code that must not be scheduled away.
 * Linux: include/linux/preempt.h, arch/x86/include/asm/preempt.h.
 *
 *	bits 0-7	preempt_disable() nesting, one for each spinlock held
 *	bits 8-15	softirq
 *	bits 16-19	hard interrupt nesting
 *	bits 20-23	NMI nesting
 *
 *	bit 31		with PREEMPT=full: set as long as nobody is to have this CPU in place of current, so that one test
 *			for zero asks for both
 *
 * Simplified: Linux on x86 keeps bit 31 with PREEMPT=none too, where nothing reads it.
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

#ifdef CONFIG_PREEMPTION
#define PREEMPT_NEED_RESCHED	0x80000000
#define INIT_PREEMPT_COUNT	(PREEMPT_NEED_RESCHED + PREEMPT_OFFSET)

static __always_inline int preempt_count(void)
{
	return this_cpu_read_4(__preempt_count) & ~PREEMPT_NEED_RESCHED;
}

/* The bit is upside down. */
#define set_preempt_need_resched()	this_cpu_and_4(__preempt_count, ~PREEMPT_NEED_RESCHED)
#define clear_preempt_need_resched()	this_cpu_or_4(__preempt_count, PREEMPT_NEED_RESCHED)
/* Another CPU has asked, by the flag of the task alone. */
#define preempt_fold_need_resched() \
	do { if (need_resched()) set_preempt_need_resched(); } while (0)

void preempt_schedule(void);
#define preempt_check_resched() \
	do { if (unlikely(!this_cpu_read_4(__preempt_count))) preempt_schedule(); } while (0)
#else
#define INIT_PREEMPT_COUNT	PREEMPT_OFFSET

static __always_inline int preempt_count(void)
{
	return this_cpu_read_4(__preempt_count);
}

#define set_preempt_need_resched()	do { } while (0)
#define clear_preempt_need_resched()	do { } while (0)
#define preempt_fold_need_resched()	do { } while (0)
#define preempt_check_resched()		do { } while (0)
#endif

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
#define preempt_enable_no_resched() \
	do { barrier(); __preempt_count_sub(1); } while (0)
#define preempt_enable() \
	do { preempt_enable_no_resched(); preempt_check_resched(); } while (0)

#define in_atomic()		(preempt_count() != 0)
#define in_hardirq()		(preempt_count() & HARDIRQ_MASK)
#define in_interrupt()		(preempt_count() & (HARDIRQ_MASK | NMI_MASK | 0xff00))

#endif
