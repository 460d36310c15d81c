/* Running a function on another stack. Linux: arch/x86/include/asm/irq_stack.h. */
#ifndef _ASM_X86_IRQ_STACK_H
#define _ASM_X86_IRQ_STACK_H

#include <asm/percpu.h>

struct pt_regs;

#define IRQ_STACK_SIZE	(16 * 1024)

DECLARE_PER_CPU(unsigned long, hardirq_stack_ptr);
DECLARE_PER_CPU(int, hardirq_stack_inuse);

void call_on_stack(unsigned long top, void (*fn)(void *), void *arg);
/* On the hardirq stack, unless we are there already or the (empty) task stack will do. */
void run_on_irqstack_cond(void (*fn)(void *), void *arg, struct pt_regs *regs);

#endif
