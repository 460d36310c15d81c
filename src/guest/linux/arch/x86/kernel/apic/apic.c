/* The local APIC and its timer. Linux: arch/x86/kernel/apic/apic.c. SDM Vol. 3A, "Local APIC". */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/time.h>
#include <linux/entry-common.h>
#include <asm/apic.h>
#include <asm/irq_stack.h>
#include <asm/irq_vectors.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/setup.h>
#include <trace/events.h>

/* Counts of the timer, divided by 16, in a millisecond. */
static unsigned long lapic_timer_per_ms;
static bool tsc_deadline;

void hrtimer_interrupt(bool user);

void __init apic_setup(void)
{
	map_kernel_page(FIX_APIC_BASE, APIC_DEFAULT_PHYS_BASE, PAGE_KERNEL_NOCACHE);
	setup_local_APIC();
}

/* Each CPU finds its own at the same address. */
void setup_local_APIC(void)
{
	apic_write(APIC_TASKPRI, 0);
	apic_write(APIC_LVTT, APIC_LVT_MASKED | LOCAL_TIMER_VECTOR);
	apic_write(APIC_LVT0, APIC_LVT_MASKED);
	apic_write(APIC_LVT1, APIC_LVT_MASKED);
	apic_write(APIC_LVTERR, ERROR_APIC_VECTOR);
	apic_write(APIC_SPIV, APIC_SPIV_APIC_ENABLED | SPURIOUS_APIC_VECTOR);
}

/*
 * How fast does the timer count, and the TSC? Some CPUs tell the TSC's frequency. Where they do not, the
 * timer is the ruler: on this board it counts nanoseconds.
 * Linux: native_calibrate_tsc() in arch/x86/kernel/tsc.c; calibrate_APIC_clock().
 */
static void __init calibrate_APIC_clock(void)
{
	u32 start, count;
	u64 tsc;

	if (tsc_khz && tsc_deadline)
		return;

	apic_write(APIC_TDCR, APIC_TDR_DIV_16);
	apic_write(APIC_TMICT, 0xffffffff);
	start = apic_read(APIC_TMCCT);
	tsc = rdtsc();
	if (tsc_khz) {
		u64 end = tsc + tsc_khz / 10;		/* 100 us */

		while (rdtsc() < end)
			cpu_relax();
		count = start - apic_read(APIC_TMCCT);
		lapic_timer_per_ms = count * 10;
	} else {
		lapic_timer_per_ms = 1000000 / 16;
		do {
			cpu_relax();
			count = start - apic_read(APIC_TMCCT);
		} while (count < lapic_timer_per_ms);
		tsc_khz = (rdtsc() - tsc) * lapic_timer_per_ms / count;
	}
	apic_write(APIC_TMICT, 0);
}

void __init setup_APIC_timer(void)
{
	tsc_deadline = boot_cpu_data.has_tsc_deadline;
	calibrate_APIC_clock();
	setup_secondary_APIC_timer();
	pr_info("tsc: %u.%03u MHz, timer: local APIC, %s\n", tsc_khz / 1000, tsc_khz % 1000,
		tsc_deadline ? "TSC deadline" : "one-shot");
}

/* As the boot CPU has found it to be. */
void setup_secondary_APIC_timer(void)
{
	if (tsc_deadline) {
		apic_write(APIC_LVTT, APIC_LVT_TIMER_TSCDEADLINE | LOCAL_TIMER_VECTOR);
	} else {
		apic_write(APIC_TDCR, APIC_TDR_DIV_16);
		apic_write(APIC_LVTT, APIC_LVT_TIMER_ONESHOT | LOCAL_TIMER_VECTOR);
	}
}

#define MAX_DELTA_NS	(3600 * (u64)NSEC_PER_SEC)

void lapic_next_event(u64 ns)
{
	u64 count;

	if (tsc_deadline) {
		/* A time that has no number of cycles is come to in steps. */
		if (ns > MAX_DELTA_NS)
			ns = MAX_DELTA_NS;
		wrmsrl(MSR_IA32_TSC_DEADLINE, rdtsc() + ns_to_tsc(ns));
		return;
	}
	if (ns > 10 * (u64)NSEC_PER_SEC)
		ns = 10 * (u64)NSEC_PER_SEC;
	count = ns * lapic_timer_per_ms / NSEC_PER_MSEC;
	apic_write(APIC_TMICT, count ? count : 1);	/* 0 would stop it */
}

void lapic_timer_stop(void)
{
	if (tsc_deadline)
		wrmsrl(MSR_IA32_TSC_DEADLINE, 0);
	else
		apic_write(APIC_TMICT, 0);
}

static void local_apic_timer_interrupt(void *regs)
{
	apic_eoi();
	trace_local_timer_entry(LOCAL_TIMER_VECTOR);
	hrtimer_interrupt(user_mode(regs));
	trace_local_timer_exit(LOCAL_TIMER_VECTOR);
}

asmlinkage __visible void sysvec_apic_timer_interrupt(struct pt_regs *regs)
{
	bool from_user = irqentry_enter(regs);

	run_on_irqstack_cond(local_apic_timer_interrupt, regs, regs);
	irqentry_exit(regs, from_user);
}

asmlinkage __visible void sysvec_error_interrupt(struct pt_regs *regs)
{
	bool from_user = irqentry_enter(regs);

	apic_write(APIC_ESR, 0);
	pr_err("APIC error on CPU%d: %02x\n", smp_processor_id(), apic_read(APIC_ESR));
	apic_eoi();
	irqentry_exit(regs, from_user);
}

/* Without an EOI: the APIC does not count it as in service. */
asmlinkage __visible void sysvec_spurious_apic_interrupt(struct pt_regs *regs)
{
	bool from_user = irqentry_enter(regs);

	irqentry_exit(regs, from_user);
}

#ifdef CONFIG_UKL_DF_EOI
/*
 * UKL: an interrupt has been acknowledged and its frame could not be pushed. To the APIC it is being served, and whatever is not
 * more urgent waits behind it for ever. So it is ended, and raised again. If its handler had begun after all, it runs twice.
 */
void apic_resend_in_service(void)
{
	for (int n = APIC_ISR_NR - 1; n > 0; n--) {
		u32 bits = apic_read(APIC_ISR + 0x10 * n);

		for (int bit = 31; bit >= 0; bit--) {
			if (!(bits & (1U << bit)))
				continue;
			apic_eoi();
			apic_write(APIC_ICR, APIC_DEST_SELF | (32 * n + bit));
			return;
		}
	}
}
#endif
