/* Every CPU's own copy of the per-CPU variables. Linux: arch/x86/kernel/setup_percpu.c. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>

unsigned long __per_cpu_offset[NR_CPUS];

/*
 * The boot CPU's stays where the image has it; the others get copies of what it holds now.
 * Simplified: Linux copies for the boot CPU too, and then gives the image's away.
 */
void __init setup_per_cpu_areas(void)
{
	unsigned long size = (unsigned long)__per_cpu_end;
	unsigned int order = 0;
	int cpu;

	while ((PAGE_SIZE << order) < size)
		order++;
	for_each_possible_cpu(cpu) {
		if (cpu == 0)
			continue;
		__per_cpu_offset[cpu] = __get_free_pages(GFP_KERNEL, order);
		if (!__per_cpu_offset[cpu])
			panic("no memory for the per-CPU variables of CPU %d", cpu);
		memcpy((void *)__per_cpu_offset[cpu], __per_cpu_load, size);
		*per_cpu_ptr(&this_cpu_off, cpu) = __per_cpu_offset[cpu];
		*per_cpu_ptr(&cpu_number, cpu) = cpu;
	}
}
