/*
 * Device interrupts. Linux: arch/x86/kernel/irq.c, irq_64.c, kernel/irq/{manage,handle,chip}.c.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/entry-common.h>
#include <linux/vmalloc.h>
#include <asm/apic.h>
#include <asm/irq_stack.h>
#include <asm/irq_vectors.h>
#include <asm/setup.h>
#include <trace/events.h>

DEFINE_PER_CPU(unsigned long, hardirq_stack_ptr) = 0;
DEFINE_PER_CPU(int, hardirq_stack_inuse) = 0;

struct irqaction {
	irq_handler_t handler;
	void *dev_id;
	const char *name;
	unsigned long count;
};

/* Simplified: one handler for each line; no sharing, no threads. */
static struct irqaction irq_actions[NR_IRQS];

/*
 * From user code the task's kernel stack is empty and good enough; from kernel code go to the hardirq
 * stack, so that a deep call chain and a handler need not fit on one stack together.
 */
#ifdef CONFIG_NET
struct irq_call {
	void (*fn)(void *);
	void *arg;
};

/* Softirqs come last, on the same stack. Linux: ASM_CALL_IRQ. */
static void call_irq(void *arg)
{
	struct irq_call *call = arg;

	irq_enter_rcu();
	call->fn(call->arg);
	irq_exit_rcu();
}

void run_on_irqstack_cond(void (*fn)(void *), void *arg, struct pt_regs *regs)
{
	struct irq_call call = { fn, arg };

	if (user_mode(regs) || this_cpu_read_4(hardirq_stack_inuse)) {
		call_irq(&call);
	} else {
		this_cpu_write_4(hardirq_stack_inuse, 1);
		call_on_stack(this_cpu_read_8(hardirq_stack_ptr), call_irq, &call);
		this_cpu_write_4(hardirq_stack_inuse, 0);
	}
}
#else
void run_on_irqstack_cond(void (*fn)(void *), void *arg, struct pt_regs *regs)
{
	if (user_mode(regs) || this_cpu_read_4(hardirq_stack_inuse)) {
		__preempt_count_add(HARDIRQ_OFFSET);
		fn(arg);
		__preempt_count_sub(HARDIRQ_OFFSET);
	} else {
		this_cpu_write_4(hardirq_stack_inuse, 1);
		__preempt_count_add(HARDIRQ_OFFSET);
		call_on_stack(this_cpu_read_8(hardirq_stack_ptr), fn, arg);
		__preempt_count_sub(HARDIRQ_OFFSET);
		this_cpu_write_4(hardirq_stack_inuse, 0);
	}
}
#endif

/* Edge-triggered: acknowledged first, so that an edge during the handler is not lost. */
static void handle_edge_irq(void *arg)
{
	unsigned int irq = (unsigned int)(unsigned long)arg;
	struct irqaction *action = &irq_actions[irq];

	apic_eoi();
	trace_irq_handler_entry(irq);
	if (likely(action->handler))
		action->handler(irq, action->dev_id);
	action->count++;
	trace_irq_handler_exit(irq);
}

asmlinkage __visible void common_interrupt(struct pt_regs *regs, unsigned long vector)
{
	bool from_user = irqentry_enter(regs);
	unsigned long irq = (u8)vector - ISA_IRQ_VECTOR(0);

	run_on_irqstack_cond(handle_edge_irq, (void *)irq, regs);
	irqentry_exit(regs, from_user);
}

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *dev_id)
{
	(void)flags;
	if (irq >= NR_IRQS)
		return -EINVAL;
	if (irq_actions[irq].handler)
		return -EBUSY;
	irq_actions[irq].dev_id = dev_id;
	irq_actions[irq].name = name;
	irq_actions[irq].handler = handler;
	ioapic_unmask_irq(irq);
	return 0;
}

void free_irq(unsigned int irq, void *dev_id)
{
	(void)dev_id;
	ioapic_mask_irq(irq);
	irq_actions[irq].handler = NULL;
}

void disable_irq_nosync(unsigned int irq)
{
	ioapic_mask_irq(irq);
}

void enable_irq(unsigned int irq)
{
	ioapic_unmask_irq(irq);
}

void __init irq_init_percpu_irqstack(int cpu)
{
	unsigned long low = (unsigned long)vmalloc(IRQ_STACK_SIZE);
	unsigned long high = low + IRQ_STACK_SIZE;

	if (!low)
		panic("no memory for the hardirq stack");
	*per_cpu_ptr(&hardirq_stack_ptr, cpu) = high;
	trace_stack_region(STACK_KIND_IRQ, low, high, cpu);
}

void __init init_IRQ(void)
{
	irq_init_percpu_irqstack(0);
	apic_setup();
	setup_IO_APIC();
}
