/* Turning interrupts off and on again. Linux: include/linux/irqflags.h, arch/x86/include/asm/irqflags.h. */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/compiler.h>
#include <asm/processor-flags.h>

static __always_inline unsigned long native_save_fl(void)
{
	unsigned long flags;

	asm volatile("pushfq ; popq %0" : "=r" (flags) : : "memory");
	return flags;
}

static __always_inline void native_irq_disable(void)
{
	asm volatile("cli" : : : "memory");
}

static __always_inline void native_irq_enable(void)
{
	asm volatile("sti" : : : "memory");
}

/* sti takes effect after the next instruction, so no wake-up can slip in before the hlt. */
static __always_inline void native_safe_halt(void)
{
	asm volatile("sti ; hlt" : : : "memory");
}

#define local_irq_disable()	native_irq_disable()
#define local_irq_enable()	native_irq_enable()
#define local_irq_save(flags)	do { (flags) = native_save_fl(); native_irq_disable(); } while (0)
#define local_irq_restore(flags) \
	do { if ((flags) & X86_EFLAGS_IF) native_irq_enable(); } while (0)
#define irqs_disabled()		(!(native_save_fl() & X86_EFLAGS_IF))

#endif
