/* Starting the other CPUs. Linux: arch/x86/kernel/smpboot.c. SDM Vol. 3A, "MP Initialization Protocol". */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/time.h>
#include <asm/apic.h>
#include <asm/current.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/realmode.h>
#include <asm/setup.h>

extern unsigned long initial_code, initial_gs, initial_stack;

/* CPUID.1:EDX: the package has room for more than one. */
#define X86_FEATURE_HT	(1u << 28)
/* How long a CPU may take to be there. */
#define STARTUP_MS	100

/*
 * How many CPUs there are. Simplified: Linux asks the firmware's tables (ACPI, MultiProcessor Specification). This board has none, but
 * one package, of which CPUID tells, and whose APIC ids count from 0.
 */
void __init prefill_possible_map(void)
{
	u32 eax, ebx, ecx, edx;

	cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	if (edx & X86_FEATURE_HT)
		nr_cpu_ids = min(max((ebx >> 16) & 0xff, 1u), (u32)NR_CPUS);
}

/* Where a secondary CPU begins in C, on the stack of its idle task. */
static void __noreturn start_secondary(void)
{
	cpu_init_secondary();
	setup_local_APIC();
	setup_secondary_APIC_timer();
	sched_cpu_starting();
	set_bit(smp_processor_id(), &cpu_online_mask);
	local_irq_enable();
	cpu_startup_entry();
}

static void udelay(unsigned long usec)
{
	u64 end = rdtsc() + ns_to_tsc(usec * NSEC_PER_USEC);

	while (rdtsc() < end)
		cpu_relax();
}

/* INIT, then the page to start at; twice, since the first may be lost. Linux: wakeup_secondary_cpu_via_init(), with its times for new CPUs. */
static void __init wakeup_secondary_cpu_via_init(int apicid, unsigned long start_eip)
{
	int n;

	apic_icr_write(APIC_INT_LEVELTRIG | APIC_INT_ASSERT | APIC_DM_INIT, apicid);
	udelay(10);
	apic_icr_write(APIC_INT_LEVELTRIG | APIC_DM_INIT, apicid);
	for (n = 0; n < 2; n++) {
		apic_icr_write(APIC_DM_STARTUP | (start_eip >> PAGE_SHIFT), apicid);
		udelay(10);
	}
}

int __init native_cpu_up(int cpu, struct task_struct *idle)
{
	ktime_t end = ktime_get() + STARTUP_MS * NSEC_PER_MSEC;

	*per_cpu_ptr(&current_task, cpu) = idle;
	*per_cpu_ptr(&cpu_current_top_of_stack, cpu) = task_top_of_stack(idle);
	irq_init_percpu_irqstack(cpu);
	setup_cpu_entry_area(cpu);
	initial_code = (unsigned long)start_secondary;
	initial_gs = __per_cpu_offset[cpu];
	initial_stack = task_top_of_stack(idle);
	if (cpu == 1)
		setup_real_mode();
	wakeup_secondary_cpu_via_init(cpu, TRAMPOLINE_BASE);
	while (!cpu_online(cpu)) {
		if (ktime_get() > end)
			return -EIO;
		cpu_relax();
	}
	return 0;
}
