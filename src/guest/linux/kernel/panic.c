/* The end. Linux: kernel/panic.c. */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/printk.h>
#include <asm/processor.h>
#include <asm/traps.h>
#include <trace/events.h>

void console_flush_on_panic(void);

/*
 * Says why, and stops the machine.
 * Simplified: Linux loops for ever or reboots; we power off with status 255, so that a run ends.
 */
void panic(const char *fmt, ...)
{
	static char buf[256];
	static int panicking;
	__builtin_va_list args;

	local_irq_disable();
	/* A panic inside the report of a panic: nothing more can be said. */
	if (panicking)
		machine_power_off(255);
	panicking = 1;

	__builtin_va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	__builtin_va_end(args);

	trace_panic(buf);
	pr_emerg("Kernel panic - not syncing: %s\n", buf);
	dump_stack();
	pr_emerg("---[ end Kernel panic - not syncing: %s ]---\n", buf);
	console_flush_on_panic();
	machine_power_off(255);
}
