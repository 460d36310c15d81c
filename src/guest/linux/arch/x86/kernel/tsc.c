/* The time stamp counter as a clock. Linux: arch/x86/kernel/tsc.c, kernel/time/timekeeping.c. */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/time.h>
#include <asm/apic.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/setup.h>

unsigned int tsc_khz;

/* ns = cycles * mult >> SHIFT. Linux: struct cyc2ns_data. */
#define CYC2NS_SHIFT	22
static u64 cyc2ns_mult;
static u64 tsc_at_boot;

/* CPUID 0x15: TSC = crystal * ebx / eax. Linux: native_calibrate_tsc(). */
void __init tsc_init(void)
{
	u32 max, eax, ebx, ecx, edx;

	tsc_at_boot = rdtsc();
	cpuid(0, 0, &max, &ebx, &ecx, &edx);
	if (max >= 0x15) {
		cpuid(0x15, 0, &eax, &ebx, &ecx, &edx);
		if (eax && ebx && ecx)
			tsc_khz = (u64)ecx / 1000 * ebx / eax;
	}
	setup_APIC_timer();
	cyc2ns_mult = (1000000UL << CYC2NS_SHIFT) / tsc_khz;
}

/* In two halves, so that the product cannot overflow. */
u64 tsc_to_ns(u64 tsc)
{
	u64 high = tsc >> 32, low = tsc & 0xffffffff;

	return (high * cyc2ns_mult << (32 - CYC2NS_SHIFT)) + (low * cyc2ns_mult >> CYC2NS_SHIFT);
}

u64 ns_to_tsc(u64 ns)
{
	u64 ms = ns / 1000000, rest = ns % 1000000;

	return ms * tsc_khz + rest * tsc_khz / 1000000;
}

/*
 * The counters of several CPUs differ by a little. Nobody who looks later, on whatever CPU, sees an earlier time.
 * Simplified: Linux gives the counter up as a clock if they do.
 */
ktime_t ktime_get(void)
{
	static atomic_long_t last;
	ktime_t now = tsc_to_ns(rdtsc() - tsc_at_boot), seen;

	if (likely(!smp_running))
		return now;
	do {
		seen = atomic_long_read(&last);
		if (seen >= now)
			return seen;
	} while (atomic_long_cmpxchg(&last, seen, now) != seen);
	return now;
}
