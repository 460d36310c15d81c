/* Several CPUs. Linux: include/linux/smp.h, cpumask.h, threads.h. Simplified: a set of CPUs is one word. */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/compiler.h>
#include <asm/percpu.h>

struct task_struct;

#define NR_CPUS		8

/* How many there are, and those that run. */
extern unsigned int nr_cpu_ids;
extern unsigned long cpu_online_mask;
/* Another can come into the kernel while one is in it: more than one CPU has been started, or PREEMPT=full. */
extern bool smp_running;

DECLARE_PER_CPU(int, cpu_number);
#define smp_processor_id()	this_cpu_read_4(cpu_number)
#define cpu_online(cpu)		((READ_ONCE(cpu_online_mask) >> (cpu)) & 1)
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < (int)nr_cpu_ids; (cpu)++)
#define for_each_online_cpu(cpu)	for_each_possible_cpu(cpu) if (cpu_online(cpu))

/* kernel/smp.c: func(info) in an interrupt on each CPU of mask but this one; returns when all are done. */
void smp_call_function_many(unsigned long mask, void (*func)(void *info), void *info);
void generic_smp_call_function_interrupt(void);
void smp_init(void);
#ifdef CONFIG_RPS
/* What one CPU has another do, without waiting for it. Simplified: Linux has it for the calls above too. */
struct __call_single_data {
	struct __call_single_data *next;
	void (*func)(void *info);
	void *info;
};

/* func(info) in an interrupt on that CPU, soon. csd is in use until then. */
void smp_call_function_single_async(int cpu, struct __call_single_data *csd);
void generic_smp_call_function_single_interrupt(void);
#endif

/* arch/x86/kernel */
void setup_per_cpu_areas(void);
void smp_send_reschedule(int cpu);
void arch_send_call_function_ipi_mask(unsigned long mask);
int native_cpu_up(int cpu, struct task_struct *idle);

#endif
