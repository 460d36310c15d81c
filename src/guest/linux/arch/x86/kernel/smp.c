/* Messages between CPUs. Linux: arch/x86/kernel/smp.c, apic/ipi.c. */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/entry-common.h>
#include <asm/apic.h>
#include <asm/irq_stack.h>
#include <asm/irq_vectors.h>
#include <trace/events.h>

/* The two halves of the command belong together, so no interrupt may come between them. */
static void send_IPI(int cpu, u32 vector)
{
	unsigned long flags;

	local_irq_save(flags);
	apic_icr_write(APIC_DM_FIXED | vector, cpu);
	local_irq_restore(flags);
}

/* Have that CPU look at its flags again. */
void smp_send_reschedule(int cpu)
{
	send_IPI(cpu, RESCHEDULE_VECTOR);
}

void arch_send_call_function_ipi_mask(unsigned long mask)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		if ((mask >> cpu) & 1)
			send_IPI(cpu, CALL_FUNCTION_VECTOR);
	}
}

/* Nothing to do but to return: the way back looks whether somebody else is to run, or a signal has come. */
asmlinkage __visible void sysvec_reschedule_ipi(struct pt_regs *regs)
{
	bool from_user = irqentry_enter(regs);

	apic_eoi();
	trace_reschedule_entry(RESCHEDULE_VECTOR);
	preempt_fold_need_resched();
	trace_reschedule_exit(RESCHEDULE_VECTOR);
	irqentry_exit(regs, from_user);
}

static void call_function(void *arg)
{
	(void)arg;
	apic_eoi();
	trace_call_function_entry(CALL_FUNCTION_VECTOR);
	generic_smp_call_function_interrupt();
#ifdef CONFIG_RPS
	/* Simplified: Linux has a vector of its own for these, CALL_FUNCTION_SINGLE_VECTOR. */
	generic_smp_call_function_single_interrupt();
#endif
	trace_call_function_exit(CALL_FUNCTION_VECTOR);
}

asmlinkage __visible void sysvec_call_function(struct pt_regs *regs)
{
	bool from_user = irqentry_enter(regs);

	run_on_irqstack_cond(call_function, NULL, regs);
	irqentry_exit(regs, from_user);
}
