/*
 * Softirqs: what an interrupt leaves to be done with interrupts on. Linux: kernel/softirq.c.
 *
 * They run when the outermost interrupt ends, or when the last local_bh_disable() does, for at most 2 ms or ten rounds; what is left
 * then, or what comes while they are many, is for ksoftirqd, which has to share the CPU with everybody else.
 */
#include <linux/bottom_half.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/time.h>
#include <asm/irq_stack.h>
#include <trace/events.h>

#define MAX_SOFTIRQ_TIME	(2 * NSEC_PER_MSEC)
#define MAX_SOFTIRQ_RESTART	10

static struct softirq_action softirq_vec[NR_SOFTIRQS];
DEFINE_PER_CPU(u32, __softirq_pending) = 0;
DEFINE_PER_CPU(struct task_struct *, ksoftirqd) = NULL;

#define local_softirq_pending()		this_cpu_read_4(__softirq_pending)
#define set_softirq_pending(x)		this_cpu_write_4(__softirq_pending, x)

void open_softirq(int nr, void (*action)(struct softirq_action *))
{
	softirq_vec[nr].action = action;
}

static void wakeup_softirqd(void)
{
	struct task_struct *tsk = (struct task_struct *)this_cpu_read_8(ksoftirqd);

	if (tsk)
		wake_up_process(tsk);
}

/* It has been asked to do what is pending, and will have its turn. */
static bool ksoftirqd_running(void)
{
	struct task_struct *tsk = (struct task_struct *)this_cpu_read_8(ksoftirqd);

	return tsk && tsk->__state == TASK_RUNNING;
}

/* Interrupts are off, before and after. */
static void __do_softirq(void *unused)
{
	ktime_t end = ktime_get() + MAX_SOFTIRQ_TIME;
	int max_restart = MAX_SOFTIRQ_RESTART;
	u32 pending = local_softirq_pending();

	(void)unused;
	__preempt_count_add(SOFTIRQ_OFFSET);
	do {
		int nr;

		set_softirq_pending(0);
		local_irq_enable();
		for (nr = 0; nr < NR_SOFTIRQS; nr++) {
			if (!(pending & (1U << nr)))
				continue;
			trace_softirq_entry(nr);
			softirq_vec[nr].action(&softirq_vec[nr]);
			trace_softirq_exit(nr);
		}
		local_irq_disable();
		pending = local_softirq_pending();
	} while (pending && ktime_get() < end && !need_resched() && --max_restart);
	if (pending)
		wakeup_softirqd();
	barrier();
	__preempt_count_sub(SOFTIRQ_OFFSET);
}

/* Not on the stack of whoever is at it, which may be deep in a system call. Linux: do_softirq_own_stack(). */
static void do_softirq(void)
{
	unsigned long flags;

	if (in_interrupt())
		return;
	local_irq_save(flags);
	if (local_softirq_pending() && !ksoftirqd_running()) {
		this_cpu_write_4(hardirq_stack_inuse, 1);
		call_on_stack(this_cpu_read_8(hardirq_stack_ptr), __do_softirq, NULL);
		this_cpu_write_4(hardirq_stack_inuse, 0);
	}
	local_irq_restore(flags);
}

void local_bh_enable(void)
{
	barrier();
	/* Still not to be preempted while softirqs run. */
	__preempt_count_sub(SOFTIRQ_DISABLE_OFFSET - 1);
	if (unlikely(!in_interrupt() && local_softirq_pending()))
		do_softirq();
	__preempt_count_sub(1);
	preempt_check_resched();
}

void __raise_softirq_irqoff(unsigned int nr)
{
	trace_softirq_raise(nr);
	this_cpu_or_4(__softirq_pending, 1U << nr);
}

void raise_softirq_irqoff(unsigned int nr)
{
	__raise_softirq_irqoff(nr);
	/* Where nothing ends that would look. */
	if (!in_interrupt())
		wakeup_softirqd();
}

void raise_softirq(unsigned int nr)
{
	unsigned long flags;

	local_irq_save(flags);
	raise_softirq_irqoff(nr);
	local_irq_restore(flags);
}

void irq_enter_rcu(void)
{
	__preempt_count_add(HARDIRQ_OFFSET);
	tick_irq_enter();
}

/* On the interrupt's stack still. */
void irq_exit_rcu(void)
{
	__preempt_count_sub(HARDIRQ_OFFSET);
	if (!in_interrupt() && local_softirq_pending() && !ksoftirqd_running())
		__do_softirq(NULL);
}

/* Simplified: Linux has smpboot threads, with a thread_fn that is asked whether it should run. */
static int run_ksoftirqd(void *unused)
{
	(void)unused;
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		local_irq_disable();
		if (local_softirq_pending()) {
			__set_current_state(TASK_RUNNING);
			__do_softirq(NULL);
			local_irq_enable();
			cond_resched();
			continue;
		}
		local_irq_enable();
		schedule();
	}
	return 0;
}

static int __init spawn_ksoftirqd(void)
{
	int cpu;

	trace_softirq_vec(TIMER = TIMER_SOFTIRQ, NET_TX = NET_TX_SOFTIRQ, NET_RX = NET_RX_SOFTIRQ);
	for_each_online_cpu(cpu) {
		struct task_struct *p = kthread_create(run_ksoftirqd, NULL, "ksoftirqd/%d", cpu);

		if (IS_ERR(p))
			panic("no memory for ksoftirqd");
		kthread_bind(p, cpu);
		*per_cpu_ptr(&ksoftirqd, cpu) = p;
		wake_up_process(p);
	}
	return 0;
}
core_initcall(spawn_ksoftirqd);
