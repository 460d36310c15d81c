/* Having other CPUs do something, and waiting for it. Linux: kernel/smp.c. */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/smp_lock.h>
#include <linux/spinlock.h>
#include <asm/processor.h>

unsigned int nr_cpu_ids = 1;
unsigned long cpu_online_mask = 1;
DEFINE_PER_CPU(int, cpu_number) = 0;

/* Simplified: one call at a time; Linux has a queue for each CPU. */
static DEFINE_SPINLOCK(call_lock);
static void (*call_func)(void *info);
static void *call_info;
static unsigned long call_mask;		/* who has not done it yet */

/* On the CPU that is asked, with interrupts off: in the interrupt, or because it spins. Then the interrupt finds nothing to do. */
void generic_smp_call_function_interrupt(void)
{
	int cpu = smp_processor_id();

	if (!((READ_ONCE(call_mask) >> cpu) & 1))
		return;
	call_func(call_info);
	clear_bit(cpu, &call_mask);
}

void smp_call_function_many(unsigned long mask, void (*func)(void *info), void *info)
{
	preempt_disable();
	mask &= READ_ONCE(cpu_online_mask) & ~(1UL << smp_processor_id());
	if (mask) {
		/* Who has it waits for us, perhaps. */
		while (!arch_spin_trylock(&call_lock)) {
			if (irqs_disabled())
				generic_smp_call_function_interrupt();
			cpu_relax();
		}
		call_func = func;
		call_info = info;
		barrier();
		WRITE_ONCE(call_mask, mask);
		arch_send_call_function_ipi_mask(mask);
		while (READ_ONCE(call_mask))
			cpu_relax();
		arch_spin_unlock(&call_lock);
	}
	preempt_enable();
}

#ifdef CONFIG_RPS
/* For each CPU those that it has not done yet, the newest first. Linux: call_single_queue, an llist. */
static atomic_long_t call_single_queue[NR_CPUS];

void smp_call_function_single_async(int cpu, struct __call_single_data *csd)
{
	atomic_long_t *queue = &call_single_queue[cpu];
	long first;

	do {
		first = atomic_long_read(queue);
		csd->next = (struct __call_single_data *)first;
	} while (atomic_long_cmpxchg(queue, first, (long)csd) != first);
	/* Where there is one already its interrupt is on the way, and finds this too. */
	if (!first)
		arch_send_call_function_ipi_mask(1UL << cpu);
}

/* Only in the interrupt: who spins with interrupts off may hold what these functions want. */
void generic_smp_call_function_single_interrupt(void)
{
	atomic_long_t *queue = &call_single_queue[smp_processor_id()];
	struct __call_single_data *csd, *next, *oldest = NULL;
	long first;

	do {
		first = atomic_long_read(queue);
	} while (atomic_long_cmpxchg(queue, first, 0) != first);
	for (csd = (struct __call_single_data *)first; csd; csd = next) {
		next = csd->next;
		csd->next = oldest;
		oldest = csd;
	}
	for (csd = oldest; csd; csd = next) {
		/* From here on it may be asked for again. */
		next = csd->next;
		csd->func(csd->info);
	}
}
#endif

/* By the boot CPU, from kernel_init(), which has the big kernel lock from here on. */
void __init smp_init(void)
{
	int cpu;

#ifdef CONFIG_PREEMPTION
	smp_running = true;
	lock_kernel();
#endif
	if (nr_cpu_ids == 1)
		return;
#ifndef CONFIG_PREEMPTION
	smp_running = true;
	lock_kernel();
#endif
	pr_info("smp: Bringing up secondary CPUs ...\n");
	for_each_possible_cpu(cpu) {
		struct task_struct *idle;

		if (cpu == 0)
			continue;
		idle = fork_idle(cpu);
		if (!idle || native_cpu_up(cpu, idle))
			pr_err("smpboot: CPU %d does not start\n", cpu);
	}
	pr_info("smp: Brought up 1 node, %d CPUs\n", num_online_cpus());
}
